"""Why an account is parked, as the sentence of the refusal that parked it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from data.money import Money
from services.words.i18n import Words, placeholders
from services.words.texts import REFUSALS


def reason_text(code: str, details: Mapping[str, Any], words: Words) -> str:
    """Why an account is parked: the refusal's own sentence."""
    if code == "fault":
        return words.t("Something unforeseen went wrong with this account. The log of the run names it.")
    text = REFUSALS.get(code, REFUSALS["refusal"])
    values = dict.fromkeys(placeholders(text), "–") | {name: _value(value) for name, value in details.items()}
    return words.t(text, **values)


def _value(value: Any) -> Any:
    if isinstance(value, Mapping) and set(value) == {"minor", "currency"}:
        return Money(value["minor"], value["currency"])
    if isinstance(value, str):
        try:
            return date.fromisoformat(value) if len(value) == 10 else value
        except ValueError:
            return value
    return value
