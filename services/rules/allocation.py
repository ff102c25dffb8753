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


def allocate(amount: Money, items: Iterable[OpenItem]) -> tuple[tuple[Allocation, ...], Money]:
    """The money over the invoices, oldest first (due day, then number), and the rest, which becomes balance.

    Never more than is open on an invoice. Raises ValueError for a negative amount, CurrencyMismatch.
    """
    return _fill(amount, sorted(items, key=lambda item: (item.due_on, item.number)))


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
