"""Charts over months, and bridges from one balance to another: lines, areas, stacked bars, waterfalls."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import plotly.graph_objects as go

from dashboard import theme
from dashboard.chart_styles import GAIN, LOSS, STANDS, Style, styles
from dashboard.components.chart_series import Series, Value, currency_of, exact, limited, number, rows_behind
from dashboard.components.charts import chart, label
from dashboard.words import _, words

Shape = Literal["lines", "area", "bars"]


@dataclass(frozen=True, slots=True)
class Step:
    """A bar of a bridge: a balance where `is_balance`, else what is added to it or taken off."""

    code: str
    name: str
    value: Value
    is_balance: bool = False


def months_chart(
    title: str,
    months: Sequence[int],
    series: Sequence[Series],
    *,
    key: str,
    empty: str,
    shape: Shape = "lines",
    unit: str = "",
    order: Sequence[str] = (),
) -> None:
    """Series over months (yyyymm), of one currency or counts of `unit`; bars are stacked, negative ones below zero.

    `order`: all the codes there are, where their colours must not depend on which are drawn (products). More than eight
    series: the largest, and the rest as one.
    """
    drawn = limited([one for one in series if any(_is_something(value) for value in one.values)], _("Other"))
    figure = theme.figure()
    if drawn:
        scale, said = _axis([value for one in drawn for value in one.values], unit)
        looks = styles([one.code for one in drawn], order=order, dark=theme.is_dark())
        places = [words().month(month) for month in months]
        for one in drawn:
            figure.add_trace(_trace(one, places, looks[one.code], shape, scale))
        figure.update_xaxes(
            type="category", tickvals=places, ticktext=_month_ticks(months), range=_room(months), tickangle=0
        )
        figure.update_xaxes(unifiedhovertitle={"text": "<b>%{x}</b>"})
        figure.update_yaxes(title_text=label(said), tickformat=",.2~f")
        figure.update_layout(barmode="relative", showlegend=len(drawn) > 1, height=320)
    rows, columns = rows_behind(_("Month"), [words().month(month) for month in months], series)
    chart(title, figure, key=key, empty=empty, rows=rows, columns=columns)


def bridge_chart(title: str, steps: Sequence[Step], *, key: str, empty: str, unit: str = "") -> None:
    """A waterfall from a balance over what moved it to the next; each bar says its figure, a loss with its sign."""
    figure = theme.figure()
    if any(_is_something(step.value) for step in steps):
        scale, said = _axis([step.value for step in steps], unit)
        looks = styles([GAIN, LOSS, STANDS], dark=theme.is_dark())
        few = len(steps) <= 12
        figure.add_trace(
            go.Waterfall(
                x=list(range(len(steps))),
                y=[(number(step.value) or 0) / scale for step in steps],
                measure=["absolute" if step.is_balance else "relative" for step in steps],
                text=[label(_signed(step)) for step in steps] if few else None,
                textposition="outside",
                cliponaxis=False,
                customdata=[[label(step.name), label(_signed(step))] for step in steps],
                hovertemplate="%{customdata[0]}: <b>%{customdata[1]}</b><extra></extra>",
                increasing={"marker": {"color": looks[GAIN].colour}},
                decreasing={"marker": {"color": looks[LOSS].colour}},
                totals={"marker": {"color": looks[STANDS].colour}},
                connector={"line": {"width": 1, "dash": "dot"}},
            )
        )
        names = [label(step.name) for step in steps]
        figure.update_xaxes(tickvals=list(range(len(steps))), ticktext=names)
        figure.update_yaxes(title_text=label(said), tickformat=",.2~f")
        figure.update_layout(hovermode="closest", showlegend=False, height=320)
    series = [Series("amount", _("Amount"), tuple(step.value for step in steps))]
    rows, columns = rows_behind(_("Step"), [step.name for step in steps], series)
    chart(title, figure, key=key, empty=empty, rows=rows, columns=columns)


def _trace(one: Series, places: Sequence[str], look: Style, shape: Shape, scale: int) -> Any:
    figures = [None if value is None else (number(value) or 0) / scale for value in one.values]
    common: dict[str, Any] = {
        "name": label(one.name),
        "x": places,
        "y": figures,
        "customdata": [label(exact(value, words())) for value in one.values],
        "hovertemplate": "%{customdata}",
    }
    if shape == "bars":
        return go.Bar(marker=look.bar(theme.GROUND[theme.is_dark()]), **common)
    if shape == "area":
        return go.Scatter(mode="lines", line=look.line, stackgroup="all", fillpattern=look.fill, **common)
    return go.Scatter(mode="lines+markers", line=look.line, marker=look.mark, **common)


def _axis(values: Sequence[Value | None], unit: str) -> tuple[int, str]:
    """By what the figures are divided on the axis, and the unit it then has."""
    unit = currency_of(values) or unit
    largest = max((abs(number(value) or 0) for value in values), default=0)
    if largest >= 10_000_000:
        return 1_000_000, _("million {unit}", unit=unit)
    if largest >= 10_000:
        return 1_000, _("thousand {unit}", unit=unit)
    return 1, unit


def _month_ticks(months: Sequence[int]) -> list[str]:
    """Jan, Feb …; of more than a year each quarter's first month. Each January has its year beneath, and the first
    month that is named, unless a January is too near."""
    named = [place for place, month in enumerate(months) if len(months) <= 12 or month % 100 in (1, 4, 7, 10)]
    dated = {place for place in named if months[place] % 100 == 1}
    if named and not dated & {named[0], named[0] + 1}:
        dated.add(named[0])
    return [
        words().month_short(month) + (f"<br>{month // 100}" if place in dated else "") if place in named else ""
        for place, month in enumerate(months)
    ]


def _room(months: Sequence[int]) -> list[float]:
    return [-0.6, len(months) - 0.4]


def _signed(step: Step) -> str:
    said = exact(step.value, words())
    return f"+{said}" if not step.is_balance and (number(step.value) or 0) > 0 else said


def _is_something(value: Value | None) -> bool:
    return bool(number(value))
