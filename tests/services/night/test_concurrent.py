"""Nights that run at the same minute: each account is billed by one of them, once, and numbers have no gap."""

import threading
from collections import Counter

import pytest
from sqlalchemy import select

from data import database
from data.models import BilledPeriod, Document, IssuedNumber
from services.commands.billing import run_night
from tests.services.night.book import NIGHT, at_nine, make_book

ACCOUNTS = 24


@pytest.mark.postgresql
def test_three_runs_at_once_bill_everything_once(db: object) -> None:
    make_book(ACCOUNTS)
    at_nine(NIGHT)
    faults: list[BaseException] = []
    counts: Counter[str] = Counter()
    start = threading.Barrier(3)

    def run() -> None:
        start.wait()
        try:
            counts.update(run_night(None, NIGHT, today=NIGHT, chunk=2).counts)
        except BaseException as fault:
            faults.append(fault)

    runs = [threading.Thread(target=run) for _ in range(3)]
    for one in runs:
        one.start()
    for one in runs:
        one.join()
    assert faults == []
    assert counts["invoices"] == ACCOUNTS
    with database.read_session() as session:
        periods = session.execute(select(BilledPeriod.subscription_id, BilledPeriod.sequence)).all()
        assert len(periods) == len(set(periods))
        numbers = session.scalars(select(IssuedNumber.number).order_by(IssuedNumber.number)).all()
        assert list(numbers) == list(range(1, 2 * ACCOUNTS + 1))
        assert len(session.scalars(select(Document.id).where(Document.issued_on == NIGHT)).all()) == ACCOUNTS
