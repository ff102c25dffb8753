"""Billings and cash expected of what is contracted: figures, chart and table of twelve months."""

import pandas as pd
import streamlit as st

from dashboard import cache
from dashboard.components.aging import draw_rates
from dashboard.components.chart_series import Series
from dashboard.components.columns import Column, Kind
from dashboard.components.empty import empty
from dashboard.components.filters import choice
from dashboard.components.key_figures import Figure, key_figures
from dashboard.components.month_charts import months_chart
from dashboard.components.tables import table
from dashboard.components.text import plain
from dashboard.words import _, words
from data.money import Money
from services.permissions import Actor
from services.queries.cycles import Outlook, OutlookMonth, outlook
from services.rules.report_filters import ReportFilters


def draw_outlook(actor: Actor, wanted: ReportFilters) -> None:
    """One currency at a time: no axis has two."""
    found = cache.read(outlook, actor, wanted)
    if not found.lines:
        empty(_("Nothing that is contracted is billed in the next twelve months."), icon="show_chart")
        return
    codes = {code: code for code in _largest_first(found)}
    code = (
        choice("money", _("Currency"), codes, shape="segments", hide_label=True)
        if len(codes) > 1
        else next(iter(codes))
    )
    line = found.lines[code]
    _draw_figures(line, code)
    draw_rates(found.rates)
    months_chart(
        _("Billed and paid by month, {currency}", currency=code),
        [_number(one) for one in line],
        [
            Series("billed", _("Billed"), tuple(one.billed for one in line)),
            Series("cash", _("Cash expected of it"), tuple(one.cash for one in line)),
        ],
        key="outlook",
        empty=_("Nothing that is contracted is billed in the next twelve months."),
    )
    _draw_table(line)
    st.caption(plain(billed_definition() + " " + cash_definition() + " " + open_definition()))


def _largest_first(found: Outlook) -> list[str]:
    """The currency with most periods first: amounts of two currencies have no order."""
    return sorted(found.lines, key=lambda code: (-sum(one.periods for one in found.lines[code]), code))


def _draw_figures(line: tuple[OutlookMonth, ...], code: str) -> None:
    def total(amounts: list[Money]) -> str:
        return words().money(Money.total(amounts, code))

    key_figures(
        [
            Figure(_("Billed in twelve months"), total([one.billed for one in line]), billed_definition()),
            Figure(_("Cash expected of it"), total([one.cash for one in line]), cash_definition()),
            Figure(_("Open on invoices now"), total([one.open for one in line]), open_definition()),
        ]
    )


def billed_definition() -> str:
    """What counts as billed."""
    return _(
        "Billed: every period that begins in the month, before tax, of what renews by itself, with scheduled changes "
        "and known ends; what should have been billed before counts in the first month."
    )


def cash_definition() -> str:
    """When money is expected."""
    return _(
        "Cash: the same amounts on the day each is due by the account's payment terms, moved by its own payment delay: "
        "the average days past due of its invoices that payments have settled so far (early is negative, none: 0). "
        "Later periods follow at the same distance."
    )


def open_definition() -> str:
    """What is open."""
    return _(
        "Open now: what is left to pay on issued invoices, tax included, by due day; what is overdue counts in the "
        "first month. It is not limited by product."
    )


def _number(one: OutlookMonth) -> int:
    return one.month.year * 100 + one.month.month


def _draw_table(line: tuple[OutlookMonth, ...]) -> None:
    frame = pd.DataFrame(
        {
            "month": [words().month(_number(one)) for one in line],
            "periods": [one.periods for one in line],
            "billed_minor": [one.billed.minor for one in line],
            "cash_minor": [one.cash.minor for one in line],
            "open_minor": [one.open.minor or None for one in line],
            "currency": [one.billed.currency for one in line],
        },
        dtype=object,
    )
    columns = [
        Column("month", _("Month"), width=130),
        Column("periods", _("Periods"), Kind.NUMBER, is_summed=True, width=100),
        Column("billed_minor", _("Billed, before tax"), Kind.MONEY, is_summed=True, width=180),
        Column("cash_minor", _("Cash expected of it, before tax"), Kind.MONEY, is_summed=True, width=230),
        Column("open_minor", _("Open now, tax included"), Kind.MONEY, is_summed=True, width=235),
    ]
    table(frame, columns, key="outlook_months", name=_("Billed and paid by month"), empty="", download="outlook")
