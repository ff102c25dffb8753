"""What letters are made of: subject, blocks, and facts put into words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from data.money import Money
from data.period import Period
from services.words.i18n import Words

Facts = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Table:
    """Items with their column heads; the last column is an amount."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail before it is laid out. `figures`: labels and values; `after`: paragraphs below them."""

    subject: str
    greeting: str
    paragraphs: tuple[str, ...]
    table: Table | None = None
    figures: tuple[tuple[str, str], ...] = ()
    after: tuple[str, ...] = field(default_factory=tuple)


def greeting(facts: Facts, words: Words) -> str:
    """How the letter begins."""
    name = str(facts.get("contact") or "")
    return words.t("Hello {name},", name=name) if name else words.t("Hello,")


def questions(facts: Facts, words: Words) -> str:
    """Whom to ask: the rep, by name."""
    if not facts.get("rep_email"):
        return words.t("Any questions? Reply to this mail.")
    return words.t(
        "Any questions? Reply to this mail or write to {rep} ({email}).",
        rep=str(facts.get("rep", "")),
        email=str(facts["rep_email"]),
    )


def named(facts: Facts, number: str = "order_number") -> dict[str, str]:
    """The names that sentences use, as text."""
    names = {name: str(facts.get(name, "")) for name in ("account", "product", "plan")}
    return names | {"number": str(facts.get(number, ""))}


def money_text(amount: Facts, words: Words) -> str:
    """An amount of the facts."""
    return words.money(Money(int(amount["minor"]), str(amount["currency"])))


def day_text(day: str, words: Words) -> str:
    """A day of the facts, written out."""
    return words.day_long(date.fromisoformat(day))


def period_of(facts: Facts) -> Period:
    """The days from `starts_on` to `ends_on`, which is exclusive."""
    return Period(date.fromisoformat(facts["starts_on"]), date.fromisoformat(facts["ends_on"]))
