"""Cross tables: amounts by what stands in rows and columns, with totals that are the sums of what is shown."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from data.money import Money


class Cell(NamedTuple):
    """A place in a table: the codes of its row and column, and the currency of its amount."""

    row: str
    column: str
    currency: str


@dataclass(frozen=True, slots=True)
class Line:
    """A row, or a line of totals (`row` None). `currency`: of all its amounts; None where each column has its own."""

    row: str | None
    currency: str | None
    amounts: Mapping[str, Money]

    @property
    def total(self) -> Money | None:
        """What it comes to; None across currencies."""
        if self.currency is None:
            return None
        return Money.total(self.amounts.values(), self.currency)


def lines(cells: Mapping[Cell, int]) -> list[Line]:
    """The rows of each currency with its totals beneath, currency by currency; in no order within.

    Where every column is in one currency (they are the currencies), a row has all of them and no total.
    """
    units: defaultdict[str, set[str]] = defaultdict(set)
    for cell in cells:
        units[cell.column].add(cell.currency)
    of_column = {column: next(iter(found)) for column, found in units.items() if len(found) == 1}
    currencies = sorted({cell.currency for cell in cells})
    are_apart = len(currencies) > 1 and len(of_column) == len(units) == len(currencies)
    found = [_lines(cells, None)] if are_apart else [_lines(cells, currency) for currency in currencies]
    return [line for of_currency in found for line in of_currency]


def _lines(cells: Mapping[Cell, int], currency: str | None) -> list[Line]:
    mine = {cell: minor for cell, minor in cells.items() if currency in (None, cell.currency)}
    rows: defaultdict[str, dict[str, Money]] = defaultdict(dict)
    totals: dict[str, Money] = {}
    for cell, minor in mine.items():
        rows[cell.row][cell.column] = Money(minor, cell.currency)
        totals[cell.column] = totals.get(cell.column, Money.zero(cell.currency)) + Money(minor, cell.currency)
    return [*(Line(row, currency, amounts) for row, amounts in rows.items()), Line(None, currency, totals)]
