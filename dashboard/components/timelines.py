"""A timeline: what lasts from when to when, one line each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

import pandas as pd
import plotly.graph_objects as go

from dashboard import theme
from dashboard.chart_styles import styles
from dashboard.components.charts import chart, label
from dashboard.components.columns import Column, Kind
from dashboard.components.text import one_line
from dashboard.words import _, words

_LONGEST = 34  # characters of a name beside the axis


@dataclass(frozen=True, slots=True)
class Span:
    """Something from a day until before another. `code` and `kind`: what sort of thing, for the look and the legend."""

    name: str
    code: str
    kind: str
    starts_on: date
    ends_on: date
    note: str = ""


def timeline(title: str, spans: Sequence[Span], *, key: str, empty: str, today: date, heading: str) -> None:
    """Draw the spans from the first one down, with a line at today. `heading`: what the names are, in the table."""
    figure = theme.figure()
    names = [_short(span.name) for span in spans]
    looks = styles(list(dict.fromkeys(span.code for span in spans)), dark=theme.is_dark())
    for code, look in looks.items():
        chosen = [place for place, span in enumerate(spans) if span.code == code]
        figure.add_trace(
            go.Bar(
                orientation="h",
                name=label(spans[chosen[0]].kind),
                y=chosen,
                base=[_instant(spans[place].starts_on) for place in chosen],
                x=[(spans[place].ends_on - spans[place].starts_on).days * 86_400_000 for place in chosen],
                marker=look.bar(theme.GROUND[theme.is_dark()]),
                customdata=[_told(spans[place]) for place in chosen],
                hovertemplate="%{customdata}<extra></extra>",
            )
        )
    if spans:
        figure.update_yaxes(tickvals=list(range(len(spans))), ticktext=names, autorange="reversed", rangemode="normal")
        figure.update_xaxes(type="date", showgrid=True, tickformat="%d/%m/%Y", nticks=8)
        figure.add_vline(x=_instant(today), line={"width": 1, "dash": "dot"})
        figure.update_layout(barmode="overlay", hovermode="closest", height=110 + 26 * len(spans), bargap=0.3)
    rows = pd.DataFrame(
        [(span.name, span.kind, span.starts_on, span.ends_on, span.note) for span in spans],
        columns=["name", "kind", "starts_on", "ends_on", "note"],
        dtype=object,
    )
    columns = [
        Column("name", heading),
        Column("kind", _("Kind")),
        Column("starts_on", _("From"), Kind.DAY),
        Column("ends_on", _("Until before"), Kind.DAY),
        Column("note", _("Note")),
    ]
    chart(title, figure, key=key, empty=empty, rows=rows, columns=columns)


def _told(span: Span) -> str:
    days = f"{words().day(span.starts_on)} – {words().day(span.ends_on)}"
    return "<br>".join(label(part) for part in (f"{span.name}: {span.kind}", days, span.note) if part)


def _short(name: str) -> str:
    text = one_line(name)
    return label(text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…")


def _instant(day: date) -> float:
    return datetime.combine(day, time(), UTC).timestamp() * 1000
