"""A statement of account: what changed the balance in a period, one after the other, from opening to closing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from data.money import Money


class EntryKind(StrEnum):
    """What an entry is. A set-off moves nothing: it tells which invoice a credit paid."""

    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"
    SET_OFF = "set_off"
    PAYMENT = "payment"
    PAYMENT_RETURNED = "payment_returned"
    WRITE_OFF = "write_off"
    WRITE_OFF_REVERSED = "write_off_reversed"
    REFUND = "refund"
    REFUND_RETURNED = "refund_returned"
    OTHER = "other"


_ORDER = {kind: place for place, kind in enumerate(EntryKind)}


@dataclass(frozen=True, slots=True)
class Entry:
    """What happened on a day: what it is (`name`: number or reference), and by how much the balance changes.

    `due_on`: of an invoice. `about`: the invoice a set-off or write-off is about. `applied`: what was set off.
    """

    day: date
    kind: EntryKind
    name: str
    amount: Money
    due_on: date | None = None
    about: str = ""
    applied: Money | None = None


@dataclass(frozen=True, slots=True)
class Line(Entry):
    """An entry with the balance after it."""

    balance: Money = field(kw_only=True)


def running(entries: Iterable[Entry], opening: Money) -> tuple[Line, ...]:
    """The entries in order of day, then kind and name, each with the balance after it."""
    balance, listed = opening, []
    for entry in sorted(entries, key=lambda one: (one.day, _ORDER[one.kind], one.name, one.about)):
        balance += entry.amount
        own = (entry.day, entry.kind, entry.name, entry.amount, entry.due_on, entry.about, entry.applied)
        listed.append(Line(*own, balance=balance))
    return tuple(listed)


def in_full(entries: list[Entry], opening: Money, closing: Money, last_on: date) -> list[Entry]:
    """The entries with, where they do not lead to the ledger's closing balance, one for the rest."""
    rest = closing - opening - Money.total((one.amount for one in entries), opening.currency)
    return [*entries, Entry(last_on, EntryKind.OTHER, "", rest)] if rest else entries
