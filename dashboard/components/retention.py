"""Retention on a page: the figures of the cohort, why customers left, and what became of trials."""

import streamlit as st

from dashboard.cache import read
from dashboard.components.columns import Column, Kind
from dashboard.components.dimensions import dimension_names, value_name
from dashboard.components.empty import empty
from dashboard.components.filters import choice
from dashboard.components.key_figures import Figure, key_figures
from dashboard.components.tables import table
from dashboard.components.text import plain
from dashboard.words import _, words
from data.money import Money
from services.permissions import Actor
from services.queries.retention import TRIAL_SPLITS, cancel_reasons, retention, trial_conversion
from services.rules.report_filters import ReportFilters
from services.rules.retention import Retained


def draw_cohort(actor: Actor, wanted: ReportFilters) -> None:
    """A row of figures for each currency, with what they are."""
    if wanted.converted:
        st.caption(plain(_("Retention is a ratio within one currency: each stands for itself here.")))
    found = read(retention, actor, wanted)
    if not found:
        empty(_("No account had MRR twelve months before this day. Choose a later day, or clear a filter."))
    for one in found:
        key_figures(_figures(one))
    if found:
        said = _(
            "The accounts with MRR twelve months before the day. Net: their MRR now ÷ then. Gross: of each account the "
            "smaller of both ÷ then. Logo churn: those without MRR now ÷ all of them."
        )
        st.caption(plain(said))


def draw_reasons(actor: Actor, wanted: ReportFilters) -> None:
    """Why subscriptions were cancelled."""
    st.subheader(_("Reasons, 12 months"), anchor=False)
    frame = read(cancel_reasons, actor, wanted).copy()
    frame["reason"] = [reason or _("No reason given") for reason in frame["reason"]]
    columns = [
        Column("reason", _("Reason")),
        Column("currency", _("Currency"), width=110),
        Column("count", _("Subscriptions"), Kind.NUMBER, is_summed=True, width=140),
        Column("amount_minor", _("MRR lost"), Kind.MONEY, is_summed=True, width=180, help=_("Once the term is over.")),
    ]
    nothing = _("Nothing was cancelled in these twelve months.")
    table(frame, columns, key="reasons", name=_("Reasons, 12 months"), empty=nothing, download="cancel-reasons")
    if not frame.empty:
        st.caption(plain(_("MRR lost is 0.00 while the term that was paid still runs: it is lost on the day it ends.")))


def draw_trials(actor: Actor, wanted: ReportFilters) -> None:
    """What became of the trials of twelve months."""
    names = dimension_names()
    with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
        st.subheader(_("Trials started in 12 months"), anchor=False)
        offered = {code: names[code] for code in TRIAL_SPLITS}
        split = choice("trials", _("Split by"), offered, shape="segments", hide_label=True)
    frame = read(trial_conversion, actor, wanted, split).copy()
    frame["what"] = [value_name(split, code, name) for code, name in zip(frame["code"], frame["name"], strict=True)]
    frame["rate"] = [
        round(100 * won / (won + lost), 1) if won + lost else None
        for won, lost in zip(frame["converted"], frame["expired"], strict=True)
    ]
    columns = [
        Column("what", names[split]),
        Column("started", _("Started"), Kind.NUMBER, is_summed=True, width=110),
        Column("converted", _("Converted"), Kind.NUMBER, is_summed=True, width=110),
        Column("expired", _("Expired"), Kind.NUMBER, is_summed=True, width=110),
        Column("running", _("Running"), Kind.NUMBER, is_summed=True, width=110),
        Column("rate", _("Conversion"), Kind.PERCENT, width=130, help=_("Converted ÷ (converted + expired).")),
    ]
    nothing = _("No trial started in these twelve months.")
    table(frame, columns, key="trial_rows", name=_("Trials started in 12 months"), empty=nothing, download="trials")


def _figures(one: Retained) -> list[Figure]:
    opening = words().money(Money(one.opening_minor, one.currency))
    closing = words().money(Money(one.closing_minor, one.currency))
    unrisen = words().money(Money(one.kept_minor, one.currency))
    also = _("{then} then, {now} now", then=opening, now=closing)
    kept = _("{then} then, {now} of it kept", then=opening, now=unrisen)
    lost = _("{lost} of {accounts} accounts", lost=one.lost, accounts=one.accounts)
    listed = [
        (_("Net revenue retention, {currency}", currency=one.currency), one.net, also),
        (_("Gross revenue retention, {currency}", currency=one.currency), one.gross, kept),
        (_("Logo churn, {currency}", currency=one.currency), one.logo_churn, lost),
    ]
    return [
        Figure(label, "–" if value is None else words().percent(value), said, also=said)
        for label, value, said in listed
    ]
