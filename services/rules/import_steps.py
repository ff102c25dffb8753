"""The small safe steps that a column map may put a cell through."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum

from services.rules.text import one_line
from services.rules.us_states import US_STATES

_NONE = frozenset({"none", "n/a", "na", "null", "nil", "-", "–", "—", "unknown", "ninguno", "ninguna", "desconocido"})
_ESCAPED = re.compile(r"^'(?=[=+\-@\t\r])")


class Step(StrEnum):
    """What may be done to a cell's text, in the order that a map names them."""

    FIRST_OF_SEVERAL = "first_of_several"
    FIRST_PART = "first_part"
    ALL_BUT_LAST_PART = "all_but_last_part"
    LAST_PART = "last_part"
    STRIP_FOOTNOTES = "strip_footnotes"
    WITHOUT_BRACKETS = "without_brackets"
    BLANK_IF_NONE = "blank_if_none"
    STATE_TO_US = "state_to_us"
    STATE_CODE = "state_code"
    UPPER_CASE = "upper_case"
    DIGITS = "digits"


def restore(cell: str) -> str:
    """The cell as it was before an export guarded it: the quote before = + - @ is taken away."""
    return _ESCAPED.sub("", cell)


def walk(cell: str, steps: Iterable[Step]) -> str:
    """The cell's text after the steps, trimmed after each."""
    text = tidy(restore(cell))
    for step in steps:
        text = _DO[step](text).strip()
    return text


def tidy(text: str) -> str:
    """On one line, as forms clean it: what nobody can see stays, and is refused by the account's check."""
    return one_line(text)


def _state_code(text: str) -> str:
    return US_STATES.get(text.casefold(), text.upper() if text.upper() in US_STATES.values() else "")


_DO: Mapping[Step, Callable[[str], str]] = {
    Step.FIRST_OF_SEVERAL: lambda text: re.split(r";| / |\|", text)[0],
    Step.FIRST_PART: lambda text: text.split(",")[0],
    Step.ALL_BUT_LAST_PART: lambda text: text.rpartition(",")[0],
    Step.LAST_PART: lambda text: text.rpartition(",")[2],
    Step.STRIP_FOOTNOTES: lambda text: re.sub(r"\s*\[[^\]]{1,10}\]", "", text),
    Step.WITHOUT_BRACKETS: lambda text: re.sub(r"\s*\([^)]*\)", "", text),
    Step.BLANK_IF_NONE: lambda text: "" if text.casefold() in _NONE else text,
    Step.STATE_TO_US: lambda text: "US" if text.casefold() in US_STATES else text,
    Step.STATE_CODE: _state_code,
    Step.UPPER_CASE: str.upper,
    Step.DIGITS: lambda text: re.sub(r"\D", "", text),
}
