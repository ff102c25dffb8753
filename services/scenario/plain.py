"""Values as JSON: amounts in major units with their currency's decimals, days as ISO, nothing of ours left."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any

from data.money import Money
from data.period import Period


def amount(money: Money) -> str:
    """An amount as the output writes it: "12.30", "1230" in yen, "1.230" in dinars."""
    return f"{money.major:f}"


def percent(value: Decimal) -> str:
    """A percentage without needless zeros: "21", "7.7"."""
    return f"{value.normalize():f}"


def period(one: Period) -> list[str]:
    """First day and end."""
    return [one.start.isoformat(), one.end.isoformat()]


def plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """A refusal's values as JSON."""
    return {key: _value(value) for key, value in values.items()}


def _value(value: Any) -> Any:
    if isinstance(value, Money):
        return {"amount": amount(value), "currency": value.currency}
    if isinstance(value, Period):
        return period(value)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return percent(value)
    if isinstance(value, Mapping):
        return plain(value)
    if isinstance(value, (list, tuple, set, frozenset)):
        parts = [_value(part) for part in value]
        return sorted(parts, key=str) if isinstance(value, (set, frozenset)) else parts
    return value if value is None or isinstance(value, (str, int, bool)) else str(value)
