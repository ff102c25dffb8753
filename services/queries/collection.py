"""Collecting what is overdue: whom to call first and why, and the reminders that went out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd
from sqlalchemy import case, func, literal, select, tuple_, union_all
from sqlalchemy.orm import Session

from data.models import Account, CollectionCall, Contact, Document, OutboxMail, Payment
from services.access import keep_to_those, reading
from services.facts.receivables import Parts, in_bucket, is_disputed, open_parts
from services.permissions import Actor, Permission
from services.queries.receivables import criteria, reference_rates, worth_of
from services.rules.aging import Bucket, days_overdue
from services.rules.report_filters import ReportFilters

CALL_COLUMNS = (
    "place", "account_id", "account", "overdue_minor", "currency", "days_late", "disputed_minor", "reminded_on",
    "paid_on", "contact", "phone", "email", "weighted_minor", "promised_minor", "promised_on", "promise", "note",
)  # fmt: skip
REMINDER_COLUMNS = (
    "mail_id", "account_id", "account", "sent_at", "number", "days_late", "open_minor", "currency", "recipients",
    "status",
)  # fmt: skip
MOST_COUNTED = 5_000


@dataclass(frozen=True, slots=True)
class CallPage:
    """A page of accounts to call, the most urgent first, and the `total` of accounts with something undisputed overdue.

    Columns: place (int, from 1), account_id (int), account, overdue_minor (undisputed), currency, days_late (of the
    oldest undisputed invoice), disputed_minor (or None), reminded_on, paid_on (the last of each, or None), contact,
    phone, email (the billing contact's), weighted_minor (what it ranks by, in the reporting currency), promised_minor,
    promised_on (of the last promise, or None), promise (waiting, kept, broken, or None), note (of the last call).
    """

    frame: pd.DataFrame
    total: int
    reporting_currency: str


@dataclass(frozen=True, slots=True)
class ReminderPage:
    """A page of reminders, the latest first, and the `total` (at most 5,000 are counted).

    Columns: mail_id, account_id (int), account, sent_at (UTC: sent, or written while it waits), number (of the
    invoice), days_late (int), open_minor (then), currency, recipients (text), status (as of the outbox).
    """

    frame: pd.DataFrame
    total: int


def calls(actor: Actor, wanted: ReportFilters, *, limit: int = 25, offset: int = 0) -> CallPage:
    """Whom to call first: overdue and undisputed, each amount weighted by the started thirties of days it is late.

    1-30 days count once, 31-60 twice, up to five times over 120 days; amounts of several currencies by what they are
    worth in the reporting currency. Who has promised to pay by a day that is not over comes after all others.
    """
    with reading(actor, Permission.SEE_REPORTS) as session:
        undisputed = _undisputed(session, wanted)
        rates = reference_rates(session, wanted.as_of)
        value = worth_of(undisputed, rates)
        weights = [
            (in_bucket(undisputed.due_on, bucket, wanted.as_of), value * place)
            for place, bucket in enumerate(Bucket)
            if place
        ]
        urgency = func.sum(case(*weights, else_=literal(0.0)))
        waits = case((undisputed.account_id.in_(_promising(session, wanted.as_of)), 1), else_=0)
        key = (undisputed.account_id, undisputed.currency)
        found = (
            select(*key, func.sum(undisputed.minor), urgency, func.count().over())
            .group_by(*key)
            .having(func.sum(undisputed.minor) > 0)
            .order_by(waits, urgency.desc(), *key)
            .limit(limit)
            .offset(offset)
        )
        rows = session.execute(found).all()
        ids = sorted({row[0] for row in rows})
        keep_to_those(session, ids)
        about = _About(session, wanted, ids)
        listed = [
            about.row(offset + place, row[0], row[1], int(row[2]), round(row[3])) for place, row in enumerate(rows, 1)
        ]
        total = int(rows[0][-1]) if rows else 0
        return CallPage(pd.DataFrame(listed, columns=list(CALL_COLUMNS), dtype=object), total, rates.to)


def reminders(actor: Actor, *, account_id: int | None = None, limit: int = 50, offset: int = 0) -> ReminderPage:
    """The reminders of overdue invoices, from the outbox: when, which, to whom."""
    with reading(actor, Permission.SEE_REPORTS) as session:
        where: list[Any] = [OutboxMail.kind == "payment_reminder"]
        if account_id is not None:
            where.append(OutboxMail.account_id == account_id)
        counted = select(OutboxMail.id).where(*where).limit(MOST_COUNTED).subquery()
        total = session.scalar(select(func.count()).select_from(counted)) or 0
        rows = session.execute(
            select(OutboxMail, Account.legal_name)
            .join(Account, Account.id == OutboxMail.account_id)
            .where(*where)
            .order_by(OutboxMail.created_at.desc(), OutboxMail.id.desc())
            .limit(limit)
            .offset(offset)
        )
        listed = [_reminder(mail, name) for mail, name in rows]
        return ReminderPage(pd.DataFrame(listed, columns=list(REMINDER_COLUMNS), dtype=object), int(total))


def _undisputed(session: Session, wanted: ReportFilters) -> Parts:
    """What is overdue, less what of it is disputed: disputes are few, so they are taken off instead of looked for."""
    where = [Document.due_on < wanted.as_of, *criteria(wanted)]
    every = open_parts(session, wanted.as_of, *where)
    those = is_disputed(session, wanted.as_of)
    if those is None:
        return every
    taken = open_parts(session, wanted.as_of, *where, those)
    rows = union_all(
        select(every.account_id, every.due_on, every.currency, every.minor),
        select(taken.account_id, taken.due_on, taken.currency, -taken.minor),
    ).subquery("undisputed")
    return Parts(rows.c.account_id, rows.c.due_on, rows.c.currency, rows.c.minor, None)


def _promising(session: Session, day: date) -> list[int]:
    """The accounts whose last promise is not due yet; few, as promises to come are."""
    last = select(CollectionCall.account_id, func.max(CollectionCall.called_on)).group_by(CollectionCall.account_id)
    ids = select(CollectionCall.account_id).where(
        CollectionCall.promised_on >= day,
        tuple_(CollectionCall.account_id, CollectionCall.called_on).in_(last.where(CollectionCall.called_on <= day)),
    )
    return sorted(set(session.scalars(ids)))


class _About:
    """What else is known of the accounts of a page."""

    def __init__(self, session: Session, wanted: ReportFilters, ids: Sequence[int]) -> None:
        self._as_of = wanted.as_of
        self._names = {row[0]: row[1] for row in session.execute(
            select(Account.id, Account.legal_name).where(Account.id.in_(ids)))}  # fmt: skip
        self._contacts = {
            row.account_id: row
            for row in session.scalars(
                select(Contact).where(Contact.account_id.in_(ids), Contact.is_billing_contact, Contact.is_active)
            )
        }
        self._reminded = {row[0]: row[1] for row in session.execute(
            select(OutboxMail.account_id, func.max(OutboxMail.created_at))
            .where(OutboxMail.account_id.in_(ids), OutboxMail.kind == "payment_reminder")
            .group_by(OutboxMail.account_id))}  # fmt: skip
        self._paid = {row[0]: row[1] for row in session.execute(
            select(Payment.account_id, func.max(Payment.received_on))
            .where(Payment.account_id.in_(ids), Payment.kind == "receipt", Payment.reversed_on.is_(None),
                   Payment.received_on <= wanted.as_of)
            .group_by(Payment.account_id))}  # fmt: skip
        self._promised = self._promises(session, ids)
        where = [Document.account_id.in_(ids), Document.due_on < wanted.as_of, *criteria(wanted)]
        those = is_disputed(session, wanted.as_of)
        self._disputed = {} if those is None else self._by_invoice(session, [*where, those])
        self._oldest: dict[tuple[int, str], date] = {}
        every = self._by_invoice(session, where)
        for key, (due_on, _) in every.items():
            if key not in self._disputed:
                own = (key[0], key[2])
                self._oldest[own] = min(due_on, self._oldest.get(own, due_on))

    def _promises(self, session: Session, ids: Sequence[int]) -> dict[int, tuple[Any, ...]]:
        """Of each account its last promise, what became of it, and the note of its last call."""
        rows = session.scalars(
            select(CollectionCall)
            .where(CollectionCall.account_id.in_(ids), CollectionCall.called_on <= self._as_of)
            .order_by(CollectionCall.called_on, CollectionCall.id)
        )
        found: dict[int, tuple[Any, ...]] = {}
        for row in rows:
            before = found.get(row.account_id, (None, None, None, ""))
            if row.promised_on is None or row.promised_minor is None:
                found[row.account_id] = (*before[:3], row.note)
                continue
            paid = select(func.coalesce(func.sum(Payment.amount_minor), 0)).where(
                Payment.account_id == row.account_id, Payment.kind == "receipt", Payment.reversed_on.is_(None),
                Payment.received_on >= row.called_on, Payment.received_on <= min(row.promised_on, self._as_of),
            )  # fmt: skip
            is_kept = int(session.scalar(paid) or 0) >= row.promised_minor
            state = "kept" if is_kept else "broken" if row.promised_on < self._as_of else "waiting"
            found[row.account_id] = (row.promised_minor, row.promised_on, state, row.note)
        return found

    def _by_invoice(self, session: Session, where: list[Any]) -> dict[tuple[int, int, str], tuple[date, int]]:
        parts = open_parts(session, self._as_of, *where, by_invoice=True)
        key = (parts.account_id, parts.document_id, parts.currency, parts.due_on)
        found = select(*key, func.sum(parts.minor)).group_by(*key).having(func.sum(parts.minor) > 0)
        return {(row[0], row[1], row[2]): (row[3], int(row[4])) for row in session.execute(found)}

    def row(self, place: int, account_id: int, currency: str, overdue: int, urgency: int) -> tuple[Any, ...]:
        contact = self._contacts.get(account_id)
        disputed = sum(m for key, (_, m) in self._disputed.items() if (key[0], key[2]) == (account_id, currency))
        oldest = self._oldest.get((account_id, currency))
        reminded = self._reminded.get(account_id)
        return (
            place, account_id, self._names[account_id], overdue, currency,
            days_overdue(oldest, self._as_of) if oldest else None, disputed or None,
            reminded.date() if reminded else None, self._paid.get(account_id),
            *((contact.name, contact.phone, contact.email) if contact else ("", "", "")), urgency,
            *self._promised.get(account_id, (None, None, None, "")),
        )  # fmt: skip


def _reminder(mail: OutboxMail, account: str) -> tuple[Any, ...]:
    facts = mail.facts
    left = facts.get("open") or {}
    return (
        mail.id, mail.account_id, account, mail.sent_at or mail.created_at, str(facts.get("number", "")),
        facts.get("days"), left.get("minor"), left.get("currency"), ", ".join(mail.recipients), mail.status,
    )  # fmt: skip
