"""Amounts side by side as horizontal bars, the largest first, each with its exact figure."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from dashboard import theme
from dashboard.chart_styles import styles
from dashboard.components.chart_series import exact, number
from dashboard.components.charts import chart, label
from dashboard.components.text import one_line
from dashboard.words import _, words
from data.money import Money

MOST = 12  # bars; the rest are one
_LONGEST = 34  # characters of a name beside the axis
_CODE = "waste"


def money_bars(
    title: str,
    bars: Sequence[tuple[str, Money]],
    *,
    key: str,
    empty: str,
    unit: str = "",
) -> None:
    """Draw names with their amounts, all of one currency, in the order given. The table behind them is the caller's."""
    drawn = [bar for bar in bars if bar[1].minor]
    if len(drawn) > MOST:
        rest = Money.total((amount for _name, amount in drawn[MOST - 1 :]), drawn[0][1].currency)
        drawn = [*drawn[: MOST - 1], (_("Other"), rest)]
    figure = theme.figure()
    if drawn:
        look = styles([_CODE], dark=theme.is_dark())[_CODE]
        told = [exact(amount, words()) for _name, amount in drawn]
        places = list(range(len(drawn)))
        figure.add_trace(
            go.Bar(
                orientation="h",
                y=places,
                x=[number(amount) for _name, amount in drawn],
                text=[label(text) for text in told],
                textposition="outside",
                cliponaxis=False,
                marker={"color": look.colour},
                customdata=[label(f"{name}: {text}") for (name, _amount), text in zip(drawn, told, strict=True)],
                hovertemplate="%{customdata}<extra></extra>",
            )
        )
        largest = max(number(amount) or 0 for _name, amount in drawn)
        figure.update_yaxes(
            tickvals=places,
            ticktext=[_short(name) for name, _amount in drawn],
            autorange="reversed",
            showgrid=False,
            ticksuffix="  ",
        )
        figure.update_xaxes(range=[0, largest * 1.18], showgrid=True, tickformat=",.2~f", title_text=label(unit))
        figure.update_layout(hovermode="closest", showlegend=False, height=110 + 32 * len(drawn), bargap=0.35)
    chart(title, figure, key=key, empty=empty)


def _short(name: str) -> str:
    text = one_line(name)
    return label(text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…")
