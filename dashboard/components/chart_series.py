"""What charts draw: exact figures by place, at most eight series, and the table behind them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import pandas as pd

from dashboard.components.columns import Column, Kind
from data.money import CurrencyMismatch, Money
from services.words.i18n import Words

Value = Money | int | Decimal
MOST = 8  # series in a chart; the rest are one
OTHER = "other"


@dataclass(frozen=True, slots=True)
class Series:
    """A thing with a figure at each place of the axis (None: none); `code` decides its colour, `name` is shown."""

    code: str
    name: str
    values: tuple[Value | None, ...]

    @property
    def weight(self) -> Decimal:
        """How much there is of it, to choose which are drawn."""
        return sum((abs(_decimal(value)) for value in self.values if value is not None), Decimal(0))


def limited(series: Sequence[Series], other: str, most: int = MOST) -> list[Series]:
    """The largest series in the order given, and the exact sum of the rest as the last one, called `other`."""
    if len(series) <= most:
        return list(series)
    kept = {id(one) for one in sorted(series, key=lambda one: one.weight, reverse=True)[: most - 1]}
    rest = [one for one in series if id(one) not in kept]
    sums = tuple(_sum([one.values[place] for one in rest]) for place in range(len(series[0].values)))
    return [one for one in series if id(one) in kept] + [Series(OTHER, other, sums)]


def currency_of(values: Sequence[Value | None]) -> str | None:
    """The one currency of all amounts, None where there are none. Raises `CurrencyMismatch`: no axis has two."""
    found = sorted({value.currency for value in values if isinstance(value, Money)})
    if len(found) > 1:
        raise CurrencyMismatch(found[0], found[1])
    return found[0] if found else None


def number(value: Value | None) -> float | None:
    """What Plotly draws."""
    return None if value is None else float(_decimal(value))


def exact(value: Value | None, words: Words) -> str:
    """What the reader sees of it."""
    return "" if value is None else words.value(value)


def rows_behind(heading: str, places: Sequence[str], series: Sequence[Series]) -> tuple[pd.DataFrame, list[Column]]:
    """One row a place, one column a series: the chart's data as a table."""
    cells: dict[str, list[object]] = {"place": list(places)}
    columns = [Column("place", heading)]
    for count, one in enumerate(series):
        name = f"series_{count}"
        currency = currency_of(one.values)
        cells[name] = [value.minor if isinstance(value, Money) else value for value in one.values]
        cells[f"{name}_currency"] = [currency] * len(places)
        kind = Kind.MONEY if currency else Kind.NUMBER
        columns.append(Column(name, one.name, kind, currency=f"{name}_currency"))
    return pd.DataFrame(cells, dtype=object), columns


def _decimal(value: Value) -> Decimal:
    return value.major if isinstance(value, Money) else Decimal(value)


def _sum(values: Sequence[Value | None]) -> Value | None:
    found = [value for value in values if value is not None]
    if not found:
        return None
    currency = currency_of(found)
    if currency is not None:
        return Money.total([value for value in found if isinstance(value, Money)], currency)
    return sum((value for value in found if not isinstance(value, Money)), start=0)
