"""The key figures of the overview: of one currency as cards with their last year, of all currencies as a table."""

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal

import pandas as pd
import streamlit as st

from dashboard.components.columns import Column, Kind
from dashboard.components.key_figures import Figure, key_figures
from dashboard.components.tables import table
from dashboard.words import _, words
from data.money import Money
from services.queries.overview import Key, Overview
from services.words.i18n import N_

NAMES: Mapping[Key, str] = {
    Key.MRR: N_("MRR"),
    Key.ARR: N_("ARR"),
    Key.INVOICED: N_("Invoiced"),
    Key.COLLECTED: N_("Collected"),
    Key.RECOGNISED: N_("Recognised"),
    Key.DEFERRED: N_("Deferred"),
    Key.OUTSTANDING: N_("Outstanding"),
    Key.OVERDUE: N_("Overdue"),
}
_DEFINITIONS: Mapping[Key, str] = {
    Key.MRR: N_("Monthly recurring revenue at the end of the day: recurring prices after discounts, without tax."),
    Key.ARR: N_("Annual recurring revenue: twelve times the MRR of that day."),
    Key.INVOICED: N_("Total of the invoices issued in the month, with tax. Credit notes are not taken off."),
    Key.COLLECTED: N_("Money received in the month, less money given back or returned."),
    Key.RECOGNISED: N_("Earned in the month by days of service, without tax; the whole month of what is invoiced."),
    Key.DEFERRED: N_("Invoiced less credited, without tax, and not yet recognised at the end of the month."),
    Key.OUTSTANDING: N_("What is left to pay of all invoices at the end of the day."),
    Key.OVERDUE: N_("What is left to pay of invoices past their due day at the end of the day."),
}
_ROWS = ((Key.MRR, Key.ARR, Key.RECOGNISED, Key.DEFERRED), (Key.INVOICED, Key.COLLECTED, Key.OUTSTANDING, Key.OVERDUE))
_WIDE = frozenset({Key.DEFERRED, Key.OUTSTANDING})  # by their names
_BAD, _NEITHER = frozenset({Key.OVERDUE}), frozenset({Key.OUTSTANDING})


def figure_name(key: Key) -> str:
    """What a key figure is called."""
    return _(NAMES[key])


def draw_figures(report: Overview, currency: str) -> None:
    """The figures of a currency, in two rows, each against the month before and the year before."""
    line = report.lines[currency]
    for row in _ROWS:
        key_figures([_figure(report, key, line[key]) for key in row if key in line])


def draw_currencies(report: Overview) -> None:
    """The figures of the month, a row a currency."""
    keys = [key for key in next(iter(report.lines.values())) if key is not Key.ARR]
    cells: dict[str, list[object]] = {"currency": list(report.lines)}
    for key in keys:
        cells[key.value] = [line[key][-1].minor for line in report.lines.values()]
    columns = [Column("currency", _("Currency"), width=80)]
    columns += [
        Column(key.value, figure_name(key), Kind.MONEY, help=_(_DEFINITIONS[key]), width=130 if key in _WIDE else 110)
        for key in keys
    ]
    table(
        pd.DataFrame(cells, dtype=object),
        columns,
        key="overview_currencies",
        name=_("Key figures by currency"),
        empty="",
        download="key-figures",
    )


def _figure(report: Overview, key: Key, values: Sequence[Money]) -> Figure:
    now, before, year = values[-1], values[-2], values[0]
    month, month_before, year_before = report.months[-1], report.months[-2], report.months[0]
    lacking = any(report.lacks(key, one) for one in (month, month_before, year_before))
    change, of_year = (None, None) if lacking else (_percent(now, before), _percent(now, year))
    definition = "  \n".join(
        [
            _(_DEFINITIONS[key]),
            *(
                _("{month}: {amount}", month=words().month(one), amount=value)
                for one, value in ((month, now), (month_before, before), (year_before, year))
            ),
        ]
    )
    return Figure(
        figure_name(key),
        words().money(now),
        definition,
        change=change,
        against=_("to {month}", month=words().month(month_before)) if change else None,
        is_good=_is_good(key, now, before) if change else None,
        also=_("{change} to {month}", change=of_year, month=words().month(year_before)) if of_year else None,
        trend=tuple(values) if any(values) else (),
    )


def _percent(now: Money, then: Money) -> str | None:
    """How much more or less, in percent of what was; None where nothing was."""
    if then.minor <= 0:
        return None
    points = (Decimal(100 * (now.minor - then.minor)) / then.minor).quantize(Decimal("0.1"), ROUND_HALF_UP)
    said = words().percent(points)
    return f"+{said}" if points > 0 else said


def _is_good(key: Key, now: Money, before: Money) -> bool | None:
    if key in _NEITHER or now == before:
        return None
    return (now < before) if key in _BAD else (now > before)


def draw_running_note(report: Overview, day: str) -> None:
    """That the month is running."""
    st.caption(
        _(
            "{month} is running: it counts up to {day}. The months it is measured against are whole.",
            month=words().month(report.months[-1]),
            day=day,
        )
    )
