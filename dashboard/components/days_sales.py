"""Days sales outstanding on a page: the figure with its definition, and the line of the last twelve months."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import cache
from dashboard.components.aging import draw_rates
from dashboard.components.chart_series import Series
from dashboard.components.columns import Column, Kind
from dashboard.components.empty import empty
from dashboard.components.key_figures import Figure, key_figures
from dashboard.components.month_charts import months_chart
from dashboard.components.tables import table
from dashboard.components.text import plain
from dashboard.words import _, words
from services.permissions import Actor
from services.queries.days_sales import DaysSales, days_sales_outstanding
from services.rules.report_filters import ReportFilters


def draw_days_sales(actor: Actor, wanted: ReportFilters) -> None:
    """A figure a currency, and their lines."""
    lines, rates = cache.read(days_sales_outstanding, actor, wanted)
    if not lines:
        empty(_("Nothing was billed in the last months, so there is nothing to wait for."), icon="show_chart")
        return
    key_figures([_figure(line) for line in lines[:5]])
    draw_rates(rates)
    months_chart(
        _("Days sales outstanding at the end of each month"),
        [day.year * 100 + day.month for day in lines[0].days],
        [Series(line.currency, line.currency, line.outstanding) for line in lines],
        key="days_sales",
        empty=_("Nothing was billed in the last months, so there is nothing to wait for."),
        unit=_("days"),
    )
    with st.expander(_("What the figures are worked out of")):
        table(
            _rows(lines),
            [
                Column("day", _("Day"), Kind.DAY),
                Column("owed_minor", _("Open that day"), Kind.MONEY),
                Column("billed_minor", _("Billed in three months"), Kind.MONEY),
                Column("days", _("Days"), Kind.NUMBER),
            ],
            key="days_sales_rows",
            name=_("What the figures are worked out of"),
            empty="",
            download="days-sales-outstanding",
        )
    st.caption(plain(definition()))


def definition() -> str:
    """What the figure is."""
    return _(
        "What is open on the day ÷ what was invoiced, less credit notes, tax included, in the month of the day and the "
        "two before it × the days of that time. The less, the sooner customers pay."
    )


def _figure(line: DaysSales) -> Figure:
    now, before = line.outstanding[-1], line.outstanding[-2]
    change = None if now is None or before is None else now - before
    return Figure(
        line.currency,
        "–" if now is None else _("{n} days", n=now),
        definition(),
        change=None if change is None else f"{'+' if change > 0 else ''}{words().number(change)}",
        against=_("since {day}", day=line.days[-2]),
        is_good=None if not change else change < 0,
    )


def _rows(lines: tuple[DaysSales, ...]) -> pd.DataFrame:
    rows = [
        (day, line.currency, owed.minor, billed.minor, days)
        for line in lines
        for day, owed, billed, days in zip(line.days, line.owed, line.billed, line.outstanding, strict=True)
    ]
    return pd.DataFrame(rows, columns=["day", "currency", "owed_minor", "billed_minor", "days"], dtype=object)
