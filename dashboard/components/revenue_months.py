"""Revenue by month: the table that rolls the deferred balance forward, its chart, and one figure, split."""

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from dashboard.cache import read
from dashboard.components.chart_series import Series
from dashboard.components.columns import Column, Kind
from dashboard.components.conversions import conversion_note
from dashboard.components.dimensions import between, dimension_names, span_names, value_name
from dashboard.components.empty import empty
from dashboard.components.filters import choice
from dashboard.components.month_charts import months_chart
from dashboard.components.tables import table
from dashboard.components.text import plain
from dashboard.words import _, words
from services.permissions import Actor
from services.queries.revenue import Flow, RevenueMonth, revenue, revenue_split
from services.rules.report_filters import ReportFilters
from services.rules.report_months import span
from services.words.i18n import N_

_SPLITS = ("product", "plan")
_DEFINITIONS: Mapping[str, str] = {
    "opening": N_("Deferred at the end of the month before."),
    "invoiced": N_("Invoices issued in the month, without tax."),
    "credited": N_("Credit notes issued in the month, without tax."),
    "recognised": N_(
        "Earned in the month, straight line by day: the amount × the days of the period up to its end ÷ all its days, "
        "less what was earned before. Days before the month of issue count in it."
    ),
    "effect": N_("What the change of reference rates did to the balance."),
    "closing": N_("Opening + invoiced + credited − recognised: invoiced, and not yet earned at the end of the month."),
}


def flow_names() -> dict[Flow, str]:
    """The figures in words."""
    return {
        Flow.RECOGNISED: _("Recognised"),
        Flow.DEFERRED: _("Deferred"),
        Flow.INVOICED: _("Invoiced"),
        Flow.CREDITED: _("Credited"),
    }


def draw_months(actor: Actor, wanted: ReportFilters) -> None:
    """The chart and the table of some months, each currency by itself, then one figure by product or plan."""
    months = span(choice("months", _("Period"), span_names("12", "24", "year", "half"), width=150), wanted.as_of)
    found = read(revenue, actor, wanted, months)
    if wanted.converted:
        to = next(iter(found.by_currency), "")
        names = flow_names()
        conversion_note(
            to, found.rates, found.missing, lambda w: f"{names[w[0]]}, {words().month(w[1])}", key="revenue_rates"
        )
    if not found.by_currency:
        empty(_("Nothing was invoiced up to this month. Clear the filters, or choose a later day."))
        return
    currency = one_currency(tuple(found.by_currency))
    lines = found.by_currency[currency]
    _draw_chart(lines, currency)
    _draw_table(lines, has_effect=wanted.converted)
    _draw_split(actor, wanted, months, currency)


def one_currency(offered: tuple[str, ...]) -> str:
    """Which of several currencies is shown; they have no sum."""
    if len(offered) == 1:
        return offered[0]
    return choice("shown", _("Currency shown"), {code: code for code in offered}, shape="segments")


def _draw_chart(lines: tuple[RevenueMonth, ...], currency: str) -> None:
    names = flow_names()
    months_chart(
        _("Invoiced less credited, recognised and deferred, {currency}", currency=currency),
        [line.month for line in lines],
        [
            Series("invoiced", _("Invoiced less credited"), tuple(line.invoiced + line.credited for line in lines)),
            Series("recognised", names[Flow.RECOGNISED], tuple(line.recognised for line in lines)),
            Series("deferred", names[Flow.DEFERRED], tuple(line.closing for line in lines)),
        ],
        key="revenue_months",
        empty=_("Nothing was invoiced or earned in these months. Choose a longer period, or clear a filter."),
        order=("invoiced", "recognised", "deferred"),
    )


def _draw_table(lines: tuple[RevenueMonth, ...], *, has_effect: bool) -> None:
    frame = pd.DataFrame(
        {
            "month": [words().month(line.month) for line in reversed(lines)],
            "opening": [line.opening.minor for line in reversed(lines)],
            "invoiced": [line.invoiced.minor for line in reversed(lines)],
            "credited": [line.credited.minor for line in reversed(lines)],
            "recognised": [line.recognised.minor for line in reversed(lines)],
            "effect": [line.currency_effect.minor for line in reversed(lines)],
            "closing": [line.closing.minor for line in reversed(lines)],
            "currency": [line.closing.currency for line in reversed(lines)],
        },
        dtype=object,
    )
    headings = {
        "opening": _("Opening deferred"),
        "invoiced": _("Invoiced"),
        "credited": _("Credited"),
        "recognised": _("Recognised"),
        "effect": _("Currency effect"),
        "closing": _("Closing deferred"),
    }
    if not has_effect:
        headings.pop("effect")
    flows = ("invoiced", "credited", "recognised")
    columns = [Column("month", _("Month"), width=120)]
    columns += [
        Column(name, label, Kind.MONEY, help=_(_DEFINITIONS[name]), width=150, is_summed=name in flows)
        for name, label in headings.items()
    ]
    table(frame, columns, key="revenue", name=_("Deferred revenue by month"), empty="", download="revenue")
    st.caption(
        plain(
            _(
                "Recognised: straight line by day over the period of each line, without tax; a credit note reverses "
                "its part over the days it credits. Deferred: invoiced and not yet earned. Months count whole."
            )
        )
    )


def _draw_split(actor: Actor, wanted: ReportFilters, months: tuple[int, ...], currency: str) -> None:
    names, dimensions = flow_names(), dimension_names()
    with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
        flow = Flow(choice("figure", _("Figure"), {one.value: word for one, word in names.items()}, shape="segments"))
        split = choice("split", _("Split by"), {code: dimensions[code] for code in _SPLITS}, shape="segments")
    found = read(revenue_split, actor, wanted, months, flow, split)
    splits = found.by_currency.get(currency, ())
    if found.missing:
        st.caption(plain(_("Amounts without a reference rate are in no sum here.")))
    months_chart(
        _(
            "{figure} by {split}, {months}, {currency}",
            figure=names[flow],
            split=dimensions[split].lower(),
            months=between(months),
            currency=currency,
        ),
        found.months,
        [Series(one.code or "none", value_name(split, one.code, one.name), one.values) for one in splits],
        key="revenue_split",
        empty=_("Nothing was invoiced or earned in these months. Choose a longer period, or clear a filter."),
        shape="bars",
        order=[one.code for one in splits],
    )
