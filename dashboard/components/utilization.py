"""Utilization on a page: how old it is, key figures with their definitions, 24 months, and how accounts are spread."""

from collections.abc import Mapping
from decimal import Decimal

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from dashboard import theme
from dashboard.chart_styles import styles
from dashboard.components.chart_series import Series
from dashboard.components.charts import chart, label
from dashboard.components.columns import Column, Kind
from dashboard.components.key_figures import Figure, key_figures
from dashboard.components.month_charts import months_chart
from dashboard.components.text import plain
from dashboard.words import _, words
from services.queries.utilization import UseMonths, Utilization
from services.rules.use_figures import BANDS, Sums


def draw_age(found: Utilization) -> None:
    """As of when the figures are, and which feeds are too old for a claim."""
    age = found.age
    if age.day is None:
        st.caption(plain(_("The figures are being counted for the first time.")))
    elif age.waiting:
        told = words().tn(
            "As of {day}. {n} account has changed since and is being counted.",
            "As of {day}. {n} accounts have changed since and are being counted.",
            age.waiting,
            day=age.day,
        )
        st.caption(plain(told))
    else:
        st.caption(plain(_("As of {day}.", day=age.day)))
    if found.stale:
        each = [
            words().tn("{product} at {n} account", "{product} at {n} accounts", accounts, product=product)
            for product, accounts in found.stale
        ]
        told = _("Activity is too old to call a seat idle: {feeds}. Import newer activity.", feeds=each)
        st.warning(plain(told), icon=":material/schedule:")


def draw_figures(found: Utilization) -> None:
    """Bought, assigned, in use, active and invited; each percentage says what it divides."""
    total, number = found.total, words().number
    figures = [
        Figure(
            _("Bought"),
            number(total.bought),
            _("Seats of all subscriptions that run, or will; free ones are assigned to nobody."),
            also=_("{free} are free", free=total.free),
        ),
        Figure(
            _("Assigned %"),
            share(total.assigned_percent),
            _("Assigned seats divided by bought ones. Where nothing is bought there is no percentage."),
            also=_("{assigned} assigned / {bought} bought", assigned=total.assigned, bought=total.bought),
        ),
        Figure(
            _("In use %"),
            _("no evidence") if total.is_unseen else share(total.in_use_percent),
            _(
                "Seats active lately (30 days, or as the product says) divided by bought ones, of products whose "
                "activity names users: without it nothing is known."
            ),
            also=_in_use_said(total),
        ),
        Figure(
            _("Active 7 · 30 · 90"),
            " · ".join(number(each) for each in (total.active_7, total.active_30, total.active_90)),
            _("Assigned seats whose user was active in the product in the last 7, 30 and 90 days."),
            also=_("in the last 7, 30 and 90 days; {n} idle", n=total.idle),
        ),
        Figure(
            _("Pending"),
            number(total.pending),
            _("Seats offered by an invitation that is not accepted yet. They count as assigned, and never as idle."),
            also=_("{n} without evidence", n=total.no_evidence),
        ),
    ]
    key_figures(figures)


def _in_use_said(total: Sums) -> str:
    seen = total.bought - total.bought_unseen
    if not total.bought_unseen:
        return _("{active} active / {bought} bought", active=total.in_use, bought=total.bought)
    return _(
        "{active} active / {seen} bought; {unseen} unknown",
        active=total.in_use,
        seen=seen,
        unseen=total.bought_unseen,
    )


def share(points: Decimal | None) -> str:
    """72.5 %, or that there is nothing to divide by."""
    return _("n/a") if points is None else words().percent(points)


def draw_months(months: UseMonths) -> None:
    """Bought, assigned and in use at the end of each month."""
    first = next((place for place, seats in enumerate(months.in_use) if seats), len(months.months))
    in_use = tuple(
        seats if place >= first else None for place, seats in enumerate(months.in_use)
    )  # nothing known before
    series = [
        Series("seats_bought", _("Bought"), months.bought),
        Series("seats_assigned", _("Assigned"), months.assigned),
        Series("seats_active", _("In use"), in_use),
    ]
    months_chart(
        _("Seats at the end of each month"),
        months.months,
        series,
        key="utilization-months",
        empty=_("No seats were bought in these months."),
        unit=_("seats"),
    )


def draw_bands(bands: Mapping[str, int]) -> None:
    """How many accounts have how much in use."""
    names = band_names()
    shown = [band for band in BANDS if band not in ("none", "unseen") or bands[band]]
    figure = theme.figure()
    if any(bands.values()):
        look = styles(["seats_active", "other"], dark=theme.is_dark())
        ground = theme.GROUND[theme.is_dark()]
        for code, part in (("seats_active", BANDS[2:]), ("other", BANDS[:2])):
            mine = [band for band in shown if band in part]
            figure.add_trace(
                go.Bar(
                    x=[names[band] for band in mine],
                    y=[bands[band] for band in mine],
                    marker=look[code].bar(ground),
                    hovertemplate="%{x}: <b>%{y}</b><extra></extra>",
                )
            )
        figure.update_xaxes(
            type="category", categoryorder="array", categoryarray=[names[band] for band in shown], tickangle=-45
        )
        figure.update_yaxes(title_text=label(_("accounts")), tickformat=",d", rangemode="tozero")
        figure.update_layout(showlegend=False, height=320, hovermode="closest")
    rows = pd.DataFrame([(names[band], bands[band]) for band in shown], columns=["band", "accounts"], dtype=object)
    columns = [Column("band", _("In use")), Column("accounts", _("Accounts"), Kind.NUMBER)]
    chart(
        _("Accounts by how much is in use"),
        figure,
        key="utilization-bands",
        empty=_("No account has seats."),
        rows=rows,
        columns=columns,
    )


def band_names() -> dict[str, str]:
    """Each tenth, nothing bought, no evidence."""
    tenths = {str(tenth): f"{10 * tenth - 9}–{10 * tenth} %" for tenth in range(1, 11)}
    return {"none": _("nothing bought"), "unseen": _("no evidence"), "0": "0 %"} | tenths
