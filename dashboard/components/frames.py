"""Rows of a query as the frame a table draws."""

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

import pandas as pd


def frame_of(rows: Sequence[Any], **more: Sequence[object]) -> pd.DataFrame:
    """One column for each field of the rows' dataclass, and those of `more`; values stay what they are."""
    names = [field.name for field in fields(rows[0])] if rows else []
    columns: dict[str, list[object]] = {name: [getattr(row, name) for row in rows] for name in names}
    columns |= {name: list(values) for name, values in more.items()}
    return pd.DataFrame(columns, dtype=object)
