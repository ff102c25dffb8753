"""A night of few accounts is one transaction; where it cannot be, what stands in its way is set aside alone."""

import logging
from datetime import date

import pytest
from sqlalchemy import event, func, select

from data import database
from data.models import Document, Night
from services.night import run
from services.permissions import Actor
from tests.builders import make_account
from tests.ordering import order, request
from tests.services.night.book import START, SUPPORT, night

RENEWS = date(2026, 2, 28)


def documents() -> int:
    with database.read_session() as session:
        return session.scalar(select(func.count()).select_from(Document)) or 0


def test_it_commits_once_and_nothing_fails(rep: Actor, caplog: pytest.LogCaptureFixture) -> None:
    order(rep, request(make_account(rep=rep), SUPPORT), START)
    commits: list[object] = []
    event.listen(database.engine(), "commit", commits.append)
    with caplog.at_level(logging.ERROR, logger="portal.night"):
        assert night(RENEWS).counts["invoices"] == 1
    assert (len(commits), caplog.records) == (1, [])


def test_where_it_fails_the_accounts_are_done_in_chunks(rep: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    order(rep, request(make_account(rep=rep), SUPPORT), START)
    before, write, calls = documents(), run.write_chunk, []

    def failing_once(*given: object) -> object:
        calls.append(given)
        if len(calls) == 1:
            raise ZeroDivisionError
        return write(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(run, "write_chunk", failing_once)
    assert night(RENEWS).counts["invoices"] == 1
    assert (documents() - before, len(calls)) == (1, 2)
    with database.read_session() as session:
        assert session.scalars(select(Night.finished_at).where(Night.day == RENEWS)).one() is not None
