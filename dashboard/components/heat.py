"""Shading of figures in a table: the more, the deeper; the figure itself stays what is read."""

import math
from collections.abc import Sequence
from typing import Any

import pandas as pd

from dashboard import theme
from dashboard.components.columns import Column, Kind, is_missing


def shading(frame: pd.DataFrame, columns: Sequence[Column]) -> pd.DataFrame:
    """The CSS of every cell. Figures of one `heat` and currency share a scale; nothing, and less, is left bare."""
    dark = theme.is_dark()
    steps, text = theme.HEAT[dark], theme.TEXT[dark]
    scales: dict[tuple[str, str], list[float]] = {}
    found: dict[str, list[tuple[tuple[str, str], float]]] = {}
    for column in columns:
        if column.heat:
            found[column.name] = _figures(frame, column)
            for scale, value in found[column.name]:
                scales.setdefault(scale, []).append(value)
    most = {scale: max(values) for scale, values in scales.items()}
    css = {
        column.name: [_css(value, most[scale], steps, text) for scale, value in found[column.name]]
        if column.heat
        else [""] * len(frame)
        for column in columns
    }
    return pd.DataFrame(css)


def _figures(frame: pd.DataFrame, column: Column) -> list[tuple[tuple[str, str], float]]:
    values: list[Any] = frame[column.name].tolist()
    currencies = frame[column.currency].tolist() if column.kind is Kind.MONEY else [""] * len(values)
    return [
        ((column.heat, str(currency)), 0.0 if is_missing(value) else float(value))
        for value, currency in zip(values, currencies, strict=True)
    ]


def _css(value: float, most: float, steps: Sequence[str], text: str) -> str:
    if value <= 0:
        return ""
    step = min(len(steps), math.ceil(len(steps) * math.sqrt(value / most)))
    return f"background-color: {steps[step - 1]}; color: {text}"
