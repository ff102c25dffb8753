"""Mails statements of account to those who get an account's invoices: one, or a selection, each once a day."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.models import Account, OutboxMail
from data.money import Money
from services.access import acting, record
from services.deeds.lifecycle_mails import parties_of
from services.documents.sheet import canonical
from services.documents.statement import StatementFacts, statement_sheet
from services.errors import Invalid, SelfServiceAccount
from services.facts.accounts import open_account
from services.facts.parties import invoice_recipients
from services.journal.mails import queue_mail
from services.permissions import Actor, Permission
from services.queries.account_statement import StatementRequest, file_name, statement_of
from services.rules.bulk_changes import NoBillingContact


@dataclass(frozen=True, slots=True)
class Mailed:
    """How far the mails are: accounts done and in all, of them mailed just now, mailed before, and left out."""

    done: int
    total: int
    mailed: int = 0
    before: int = 0
    left_out: int = 0


def mail_statement(actor: Actor, request: StatementRequest, *, today: date) -> bool:
    """Mail the statement as a PDF, in the account's language; one a period and day.

    Returns whether it was queued now: asked for again, nothing happens. Raises `Invalid`, `NotFound`,
    `NoBillingContact`.
    """
    Invalid.when(request.faults(today))
    with acting(actor, Permission.RESEND_MAILS) as session:
        return _mail(session, request, today)


def mail_statements(
    actor: Actor, account_ids: Sequence[int], *, first_on: date, last_on: date, today: date
) -> Iterator[Mailed]:
    """The same for many accounts, each in a transaction of its own, telling of each; twice is once.

    Accounts without somebody to write to, and self-service ones, are left out and counted. Raises `Invalid`,
    `NotAllowed`, `NotFound`.
    """
    so_far = Mailed(0, len(account_ids))
    for account_id in account_ids:
        request = StatementRequest(account_id, first_on, last_on)
        try:
            is_new = mail_statement(actor, request, today=today)
            so_far = replace(so_far, mailed=so_far.mailed + is_new, before=so_far.before + (not is_new))
        except (NoBillingContact, SelfServiceAccount):
            so_far = replace(so_far, left_out=so_far.left_out + 1)
        so_far = replace(so_far, done=so_far.done + 1)
        yield so_far


def _mail(session: Session, request: StatementRequest, today: date) -> bool:
    account = open_account(session, request.account_id)  # locked: two clicks must not both find no mail
    recipients = invoice_recipients(session, account.id)
    if not recipients:
        raise NoBillingContact
    key = f"statement {account.id} {request.first_on} {request.last_on} {today}"
    if session.scalar(select(OutboxMail.id).where(OutboxMail.event_key == key)) is not None:
        return False
    statement = statement_of(session, replace(request, language=account.language), today)
    paper = {
        "kind": "statement",
        "id": "",
        "name": file_name(statement),
        "sheet": canonical(statement_sheet(statement)),
    }
    queue_mail(
        session,
        kind="statement",
        account=account,
        event_key=key,
        recipients=recipients,
        facts=_told(session, account, statement),
        attachments=[paper],
    )
    record(
        session,
        "mail_statement",
        account_id=account.id,
        subject=account.legal_name,
        after={"first_on": str(request.first_on), "last_on": str(request.last_on), "recipients": list(recipients)},
    )
    return True


def _told(session: Session, account: Account, statement: StatementFacts) -> dict[str, Any]:
    """What the letter says beside the paper: the balance, and what of it is past due."""
    overdue = sum((cell.minor for cell in statement.aging[1:]), 0)
    amounts = {"balance": statement.closing, "overdue": Money(overdue, statement.closing.currency)}
    days = {"first_on": statement.first_on.isoformat(), "last_on": statement.last_on.isoformat()}
    told = {name: {"minor": amount.minor, "currency": amount.currency} for name, amount in amounts.items()}
    return parties_of(session, account).facts | days | told
