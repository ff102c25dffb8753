"""What a report is limited to, and how it stands in an address."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from services.errors import Problem

NAMES = ("currency", "product", "country", "rep", "segment", "as_of")
EARLIEST = date(1900, 1, 1)  # reports look back years from their day
CONVERTED = "converted"  # in place of a currency
NOBODY = 0  # in place of a representative's id: accounts without one


@dataclass(frozen=True, slots=True)
class ReportFilters:
    """What a report is limited to; None limits nothing. Hashable: caches are keyed by it.

    `currency`: only amounts in it. Without one, each currency stands for itself, or all are `converted` to the
    reporting currency. `rep_id`: 0 for accounts without a representative. `as_of`: the last day that counts.
    """

    as_of: date
    currency: str | None = None
    converted: bool = False
    product: str | None = None
    country: str | None = None
    rep_id: int | None = None
    segment: str | None = None

    def only(self, names: Iterable[str]) -> ReportFilters:
        """The same, limited by these of `NAMES` alone; the day always counts."""
        kept = frozenset(names)
        money = "currency" in kept
        return ReportFilters(
            self.as_of,
            currency=self.currency if money else None,
            converted=self.converted and money,
            product=self.product if "product" in kept else None,
            country=self.country if "country" in kept else None,
            rep_id=self.rep_id if "rep" in kept else None,
            segment=self.segment if "segment" in kept else None,
        )

    def in_currency(self, currency: str) -> ReportFilters:
        """The same, only of amounts in the currency, as they are."""
        return replace(self, currency=currency, converted=False)

    def params(self, today: date) -> dict[str, str]:
        """The parameters of an address that mean this; a filter that limits nothing, and today, leave none."""
        given = {
            "currency": CONVERTED if self.converted else self.currency,
            "product": self.product,
            "country": self.country,
            "rep": None if self.rep_id is None else str(self.rep_id),
            "segment": self.segment,
            "as_of": None if self.as_of == today else self.as_of.isoformat(),
        }
        return {name: value for name, value in given.items() if value is not None}


@dataclass(frozen=True, slots=True)
class ReportChoices:
    """What the filters offer: codes, with the names of products and representatives; all that the actor may see."""

    currencies: tuple[str, ...]
    products: tuple[tuple[str, str], ...]
    countries: tuple[str, ...]
    reps: tuple[tuple[int, str], ...]
    segments: tuple[str, ...]
    reporting_currency: str

    def codes(self, name: str) -> tuple[str, ...]:
        """What a parameter of `NAMES` may hold, other than a day."""
        match name:
            case "currency":
                return (*self.currencies, CONVERTED)
            case "product":
                return tuple(code for code, _ in self.products)
            case "country":
                return self.countries
            case "rep":
                return tuple(str(user_id) for user_id, _ in self.reps)
            case _:
                return self.segments


def read_params(
    given: Mapping[str, str], choices: ReportChoices, *, today: date
) -> tuple[ReportFilters, tuple[Problem, ...]]:
    """The filters an address asks for, and what is wrong with it: a bad value limits nothing, a bad day is today."""
    problems: list[Problem] = []
    taken: dict[str, str | None] = {}
    for name in NAMES[:-1]:
        value = given.get(name)
        taken[name] = value if value in choices.codes(name) else None
        if value is not None and taken[name] is None:
            problems.append(Problem(name, "filter_not_offered", {"value": value[:40]}))
    currency, rep = taken["currency"], taken["rep"]
    filters = ReportFilters(
        today,
        currency=None if currency == CONVERTED else currency,
        converted=currency == CONVERTED,
        product=taken["product"],
        country=taken["country"],
        rep_id=None if rep is None else int(rep),
        segment=taken["segment"],
    )
    if "as_of" not in given:
        return filters, tuple(problems)
    try:
        day = date.fromisoformat(given["as_of"])
    except ValueError:
        return filters, (*problems, Problem("as_of", "filter_not_a_day", {"value": given["as_of"][:40]}))
    if day > today:
        return filters, (*problems, Problem("as_of", "filter_day_ahead", {"day": day}))
    if day < EARLIEST:
        return filters, (*problems, Problem("as_of", "filter_day_early", {"day": day}))
    return replace(filters, as_of=day), tuple(problems)
