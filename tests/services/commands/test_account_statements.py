"""Statements of account by mail: once a day and period, in the account's language, with their paper; to a selection."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from data import database
from data.models import AuditEntry, Contact, OutboxMail
from services.commands.account_statements import mail_statement, mail_statements
from services.errors import Invalid, NotFound
from services.mails.packing import composed, parcel_of, rendered
from services.permissions import Actor
from services.queries.account_statement import StatementRequest
from services.queries.receivables import accounts_aged
from services.rules.bulk_changes import NoBillingContact
from services.rules.report_filters import ReportFilters
from tests.builders import TODAY
from tests.services.queries.test_receivables import book

__all__ = ["book"]
BACK = TODAY - timedelta(days=90)


def mails() -> list[int]:
    with database.read_session() as session:
        return list(session.scalars(select(OutboxMail.id).where(OutboxMail.kind == "statement")))


def test_it_is_mailed_once_with_its_paper(finance: Actor, book: dict[str, int]) -> None:
    asked = StatementRequest(book["acme"], BACK, TODAY)
    assert mail_statement(finance, asked, today=TODAY)
    assert not mail_statement(finance, asked, today=TODAY)
    (mail,) = mails()
    with database.read_session() as session:
        parcel = parcel_of(session, session.get_one(OutboxMail, mail))
        assert len(session.scalars(select(AuditEntry).where(AuditEntry.action == "mail_statement")).all()) == 1
    assert rendered(parcel, 0).content.startswith(b"%PDF")
    assert "€1,642.40" in composed(parcel).text  # what the ledger says acme owes: 900.00 and 742.40 returned
    assert mail_statement(finance, asked, today=TODAY + timedelta(days=1))


def test_a_selection_is_mailed_and_told_of(finance: Actor, book: dict[str, int]) -> None:
    wanted = ReportFilters(as_of=TODAY)
    late = accounts_aged(finance, wanted, overdue_only=True)
    assert set(late) <= set(accounts_aged(finance, wanted)) and late
    first, *others = late
    with database.write_session() as session:
        for contact in session.scalars(select(Contact).where(Contact.account_id == first)):
            contact.is_active = False
    days = {"first_on": BACK, "last_on": TODAY, "today": TODAY}
    *_, end = mail_statements(finance, list(late), **days)
    assert (end.done, end.mailed, end.before, end.left_out) == (len(late), len(others), 0, 1)
    *_, end = mail_statements(finance, list(late), **days)
    assert (end.mailed, end.before) == (0, len(others)) and len(mails()) == len(others)


def test_nobody_to_write_to_wrong_days_and_another_reps_account_are_refused(
    finance: Actor, other_rep: Actor, book: dict[str, int]
) -> None:
    asked = StatementRequest(book["acme"], BACK, TODAY)
    with pytest.raises(NotFound):
        mail_statement(other_rep, asked, today=TODAY)
    with pytest.raises(Invalid):
        mail_statement(finance, StatementRequest(book["acme"], TODAY, BACK), today=TODAY)
    with database.write_session() as session:
        for contact in session.scalars(select(Contact)):
            contact.is_active = False
    with pytest.raises(NoBillingContact):
        mail_statement(finance, asked, today=TODAY)
    assert mails() == []
