"""Allocation of money to open invoices, oldest first, and set-off of credit notes (billing rules §5, §8)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from data.money import Money


@dataclass(frozen=True, slots=True)
class OpenItem:
    """An issued invoice and what is open on it."""

    document_id: int
    due_on: date
    number: str
    open: Money


@dataclass(frozen=True, slots=True)
class Allocation:
    """So much of the money for that invoice."""

    document_id: int
    amount: Money


@dataclass(frozen=True, slots=True)
class BalancePart:
    """A part of an account's balance: what is left of a credit note or of a payment, whose id it bears."""

    source: str
    source_id: int
    since_on: date
    left: Money


@dataclass(frozen=True, slots=True)
class BalanceUse:
    """So much of a part of the balance."""

    source: str
    source_id: int
    amount: Money


def allocate(
    amount: Money, items: Iterable[OpenItem], *, chosen: Sequence[int] = ()
) -> tuple[tuple[Allocation, ...], Money]:
    """The money over the invoices and the rest, which becomes balance: chosen ones first, in order, then the oldest.

    Oldest by due day, then number. Never more than is open on an invoice. Raises ValueError for a negative amount,
    CurrencyMismatch.
    """
    places = {document_id: place for place, document_id in enumerate(chosen)}
    last = len(places)
    ordered = sorted(items, key=lambda item: (places.get(item.document_id, last), item.due_on, item.number))
    return _fill(amount, ordered)


def use_balance(owed: Money, parts: Iterable[BalancePart]) -> tuple[BalanceUse, ...]:
    """What of the balance pays what is owed, the oldest part first (by day, then id). Raises CurrencyMismatch."""
    uses = []
    for part in sorted(parts, key=lambda part: (part.since_on, part.source_id)):
        used = min(owed, part.left)
        if used.minor > 0:
            uses.append(BalanceUse(part.source, part.source_id, used))
            owed -= used
    return tuple(uses)


def set_off(
    credit: Money, *, corrected: Sequence[OpenItem], own_order: Sequence[OpenItem] = ()
) -> tuple[tuple[Allocation, ...], Money]:
    """A credit note (its total, as a positive figure) against the invoices it corrects, then the invoice of its order.

    The rest becomes balance. Raises ValueError for a negative amount, CurrencyMismatch.
    """
    known = {item.document_id for item in corrected}
    oldest_first = sorted(corrected, key=lambda item: (item.due_on, item.number))
    return _fill(credit, [*oldest_first, *(item for item in own_order if item.document_id not in known)])


def _fill(amount: Money, items: Sequence[OpenItem]) -> tuple[tuple[Allocation, ...], Money]:
    if amount.minor < 0:
        raise ValueError("a negative amount")
    allocations = []
    for item in items:
        part = min(amount, item.open)
        if part.minor > 0:
            allocations.append(Allocation(item.document_id, part))
            amount -= part
    return tuple(allocations), amount
