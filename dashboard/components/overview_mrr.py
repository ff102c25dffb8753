"""Recurring revenue on the overview: the bridge of a period, the movements behind it, and 24 months, split."""

from collections.abc import Sequence

import streamlit as st

from dashboard.cache import read
from dashboard.components.chart_series import Series
from dashboard.components.columns import Column, Kind
from dashboard.components.conversions import conversion_note
from dashboard.components.dimensions import between, dimension_names, span_names, value_name
from dashboard.components.downloads import paged
from dashboard.components.filters import choice
from dashboard.components.month_charts import Step, bridge_chart, months_chart
from dashboard.components.pagers import asked_slice, first_page, pager
from dashboard.components.tables import Detail, table
from dashboard.components.text import plain
from dashboard.words import _
from services.permissions import Actor
from services.queries.mrr_bridge import Bridges, movements, mrr_bridges
from services.queries.overview import SPLITS, recurring_months
from services.rules.bridges import Bridge
from services.rules.figures import MOVEMENTS, Measure
from services.rules.report_filters import ReportFilters
from services.rules.report_months import span
from services.words.i18n import N_

KINDS = {
    Measure.NEW: N_("New business"),
    Measure.EXPANSION: N_("Expansion"),
    Measure.REACTIVATION: N_("Reactivation"),
    Measure.CONTRACTION: N_("Contraction"),
    Measure.CHURN: N_("Churn"),
}
_PAGE = 10
_ACCOUNT = Detail("sales/account", {"account": "account_id"})  # for what no order stands behind


def draw_bridge(actor: Actor, wanted: ReportFilters, currency: str) -> None:
    """The bridge of a period in a currency, or of all where they are converted; beneath it, what moved."""
    with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
        st.subheader(_("Why MRR moved"), anchor=False)
        names = span_names("month", "quarter", "half", "year", "12", "24")
        code = choice("span", _("Period"), names, shape="segments", on_change=first_page, hide_label=True)
    months = span(code, wanted.as_of)
    found = read(mrr_bridges, actor, wanted, months)
    told = between(months)
    one = next((one for one in found.bridges if one.currency == currency), None)
    bridge_chart(
        _("MRR bridge, {months}", months=told),
        _steps(one) if one else [],
        key="mrr_bridge",
        empty=_(
            "Nothing recurs and nothing moved in {months}. Choose a longer period, or clear a filter.", months=told
        ),
    )
    if wanted.converted:
        _draw_rates(found, currency)
    _draw_movements(actor, wanted, months, None if wanted.converted else currency)


def draw_split(actor: Actor, wanted: ReportFilters, currency: str) -> None:
    """MRR at the end of each of 24 months, split by what the reader chooses."""
    names = dimension_names()
    with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
        st.subheader(_("MRR over 24 months"), anchor=False)
        offered = {code: names[code] for code in SPLITS}
        code = choice("split", _("Split by"), offered, shape="segments", hide_label=True)
    found = read(recurring_months, actor, wanted, code)
    # amounts in several currencies have no axis in common: each has a chart of its own
    drawn = list(found.by_currency) if code == "currency" and not wanted.converted else [currency]
    for one in drawn:
        splits = found.by_currency.get(one, ())
        months_chart(
            _("MRR at the end of the month, {currency}", currency=one),
            found.months,
            [Series(split.code or "none", value_name(code, split.code, split.name), split.values) for split in splits],
            key=f"mrr_months_{one}",
            empty=_("Nothing recurred in these 24 months. Clear a filter."),
            shape="bars",
            order=[split.code for split in splits] if code in ("product", "plan") else (),
        )


def _steps(bridge: Bridge) -> list[Step]:
    """What moved; where nothing is transferred or converted, no bar says so."""
    steps = [Step("opening", _("Opening"), bridge.opening, is_balance=True)]
    steps += [Step(kind.value, _(KINDS[kind]), bridge.movements[kind]) for kind in MOVEMENTS]
    if bridge.transfers:
        steps.append(Step("transfers", _("Transfers"), bridge.transfers))
    if bridge.currency_effect:
        steps.append(Step("currency", _("Currency effect"), bridge.currency_effect))
    return [*steps, Step("closing", _("Closing"), bridge.closing, is_balance=True)]


def _draw_rates(found: Bridges, to: str) -> None:
    said = {"opening": _("Opening"), "closing": _("Closing"), "transfers": _("Transfers")}
    said |= {kind.value: _(word) for kind, word in KINDS.items()}
    conversion_note(to, found.rates, found.missing, lambda what: said[what], key="bridge_rates")


def _draw_movements(actor: Actor, wanted: ReportFilters, months: Sequence[int], currency: str | None) -> None:
    asked = asked_slice(limit=_PAGE)
    listed = movements(actor, wanted, months, currency=currency, limit=asked.limit, offset=asked.offset)
    st.markdown(f"**{plain(_('Largest movements, {months}', months=between(months)))}**")
    kinds = {kind.value: _(word) for kind, word in KINDS.items()}
    columns = [
        Column("account", _("Account")),
        Column("kind", _("Movement"), Kind.STATUS, names=kinds, width=150),
        Column("plan", _("Plan"), width=220),
        Column("moved_on", _("On"), Kind.DAY, width=110),
        Column(
            "amount_minor", _("MRR"), Kind.MONEY, is_summed=True, width=140,
            help=_("How much more or less recurs each month."),
        ),
    ]  # fmt: skip
    table(
        listed.frame,
        columns,
        key="movements",
        name=_("Largest movements of MRR"),
        empty=_("Nothing moved in this period."),
        detail=Detail("sales/order", {"account": "account_id", "order": "order_id"}, _ACCOUNT),
        download="mrr-movements",
        whole=paged(
            lambda limit, offset: movements(actor, wanted, months, currency=currency, limit=limit, offset=offset).frame,
            listed.total,
            of=(actor, wanted, tuple(months), currency),
        ),
    )
    pager(listed.total, asked)
