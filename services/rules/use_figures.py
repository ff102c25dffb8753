"""An account's seats counted: by product, plan and where people work, and the day on which time alone changes it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple

from data.money import largest_remainder, round_half_away, rounded_ratio
from services.rules.usage import Feed, SeatFacts, SeatUse, UsePolicy, use_of

MEASURES = (
    "bought", "bought_unseen", "assigned", "pending", "active_7", "active_30", "active_90", "in_use", "used", "idle",
    "excluded", "no_evidence", "stale_feeds", "idle_minor",
)  # fmt: skip
MONTHLY = ("bought", "assigned", "in_use")
ACTIVE = (7, 30, 90)  # days
_PLACE = {name: place for place, name in enumerate(MEASURES)}
_WEEK_MONTH_QUARTER = tuple(timedelta(days=days) for days in ACTIVE)

Counts = tuple[int, ...]  # one of each of MEASURES
NOTHING: Counts = (0,) * len(MEASURES)


class Split(StrEnum):
    """What seats are counted by: not at all, by plan, by where people work; summed up, also by how much is in use and
    by the month they moved in."""

    WHOLE = ""
    PLAN = "plan"
    DEPARTMENT = "department"
    COST_CENTRE = "cost_centre"
    MANAGER = "manager"
    BAND = "band"
    MONTH = "month"


PEOPLE = (Split.DEPARTMENT, Split.COST_CENTRE, Split.MANAGER)


class Key(NamedTuple):
    """A row of an account: `value` is the plan, or where people work; `product` empty: all of them."""

    split: str
    value: str
    product: str


WHOLE = Key("", "", "")


class Held(NamedTuple):
    """An assigned seat with where its user works, and the day from which that user may be called idle again."""

    subscription_id: int
    department: str
    cost_centre: str
    manager: str
    facts: SeatFacts
    excluded_until: date | None = None


class Pool(NamedTuple):
    """A subscription that has seats: `bought` counts while it is live. `a_month`: what a seat costs, in exact minor
    units."""

    product: str
    plan: str
    bought: int
    a_month: Fraction = Fraction(0)
    changes_on: date | None = None


@dataclass(frozen=True, slots=True)
class AccountFigures:
    """An account's rows, and the first later day on which one of them changes though nothing happens."""

    rows: dict[Key, Counts]
    next_change_on: date | None


def count(
    pools: Mapping[int, Pool],
    seats: Iterable[Held],
    feeds: Mapping[str, Feed],
    policies: Mapping[str, UsePolicy],
    today: date,
) -> AccountFigures:
    """Count an account's seats. `feeds`: those that name users, by product."""
    alike: Counter[tuple[int, str, str, str, Counts]] = Counter()
    changes: set[date] = set()
    products: set[str] = set()
    for seat in seats:
        product = pools[seat.subscription_id].product
        feed, policy = feeds.get(product), policies[product]
        alike[*seat[:4], _counted(seat.facts, feed, policy, today)] += 1
        products.add(product)
        if feed is not None:
            changes.update(_changes(seat, policy))
    rows: dict[Key, list[int]] = {}
    costs: dict[Key, Fraction] = {}
    for pool in pools.values():
        if pool.bought:
            seen = feeds.get(pool.product)
            _add(rows, _of_pool(pool), {"bought": pool.bought, "bought_unseen": 0 if seen else pool.bought})
            products.add(pool.product)
    for (subscription_id, *places, counts), number in alike.items():
        pool = pools[subscription_id]
        keys = [*_of_pool(pool), *_of_people(pool.product, *places)]
        given = {name: one * number for name, one in zip(MEASURES, counts, strict=True) if one}
        _add(rows, keys, given)
        if "idle" in given:
            for key in keys:
                costs[key] = costs.get(key, Fraction(0)) + pool.a_month * number
            if pool.changes_on is not None:
                changes.add(pool.changes_on)  # another period may be paid otherwise
    for product in products & feeds.keys():
        if feeds[product].is_stale(policies[product], today):
            _add(rows, (WHOLE, Key("", "", product)), {"stale_feeds": 1})
        changes.add(feeds[product].until + timedelta(days=policies[product].stale_days + 1))
    for key, minor in _tied(costs).items():
        _add(rows, [key], {"idle_minor": minor})
    later = [day for day in changes if day > today]
    return AccountFigures({key: tuple(row) for key, row in rows.items()}, min(later, default=None))


def band_of(bought: int, unseen: int, in_use: int) -> str:
    """How much of what is bought is in use, in tenths: `0`, `1` (up to 10 percent) … `10`; `none`: nothing is bought;
    `unseen`: no feed tells users of it."""
    if not bought:
        return "none"
    if bought <= unseen:
        return "unseen"
    return str(min(-(-10 * in_use // (bought - unseen)), 10))


BANDS = ("none", "unseen", *(str(tenth) for tenth in range(11)))


class Sums(NamedTuple):
    """Measures summed over any accounts, in the order of `MEASURES` without its money."""

    bought: int = 0
    bought_unseen: int = 0
    assigned: int = 0
    pending: int = 0
    active_7: int = 0
    active_30: int = 0
    active_90: int = 0
    in_use: int = 0
    used: int = 0
    idle: int = 0
    excluded: int = 0
    no_evidence: int = 0
    stale_feeds: int = 0

    @property
    def free(self) -> int:
        """Bought, and nobody's."""
        return max(self.bought - self.assigned, 0)

    @property
    def assigned_percent(self) -> Decimal | None:
        """Assigned of what is bought, in percentage points; None where nothing is bought."""
        return percent(self.assigned, self.bought)

    @property
    def in_use_percent(self) -> Decimal | None:
        """In use of what is bought, as far as a feed tells of users; None where nothing is bought, or none does."""
        return percent(self.in_use, self.bought - self.bought_unseen)

    @property
    def is_unseen(self) -> bool:
        """Whether something is bought and no feed tells of its users."""
        return 0 < self.bought <= self.bought_unseen

    def plus(self, other: Sums) -> Sums:
        """Both together."""
        return Sums(*map(sum, zip(self, other, strict=True)))


def percent(part: int, whole: int) -> Decimal | None:
    """Percentage points to a tenth; None where there is no whole."""
    return Decimal(rounded_ratio(1000 * part, whole)) / 10 if whole > 0 else None


def _counted(facts: SeatFacts, feed: Feed | None, policy: UsePolicy, today: date) -> Counts:
    """What one seat adds to each measure, its money left out."""
    last = facts.last_seen_on if feed is not None else None
    active = tuple(int(last is not None and last > today - days) for days in _WEEK_MONTH_QUARTER)
    in_use = int(last is not None and last > today - timedelta(days=policy.in_use_days))
    use = use_of(facts, feed, policy, today).use
    kinds = (use is SeatUse.USED, use is SeatUse.IDLE, use is SeatUse.EXCLUDED, use is SeatUse.NO_EVIDENCE)
    return (0, 0, 1, int(facts.is_pending), *active, in_use, *map(int, kinds), 0, 0)


def _changes(seat: Held, policy: UsePolicy) -> Iterable[date]:
    """The days on which the seat may count otherwise than the day before, though nothing happened."""
    if seat.facts.last_seen_on is not None:
        for days in {*ACTIVE, policy.in_use_days, policy.idle_days}:
            yield seat.facts.last_seen_on + timedelta(days=days)
    yield seat.facts.held_since + timedelta(days=policy.young_days)
    if seat.excluded_until is not None:
        yield seat.excluded_until


def _of_pool(pool: Pool) -> tuple[Key, ...]:
    return WHOLE, Key("", "", pool.product), Key(Split.PLAN.value, pool.plan, pool.product)


def _of_people(product: str, *places: str) -> Iterable[Key]:
    for split, place in zip(PEOPLE, places, strict=True):
        yield Key(split.value, place, "")
        yield Key(split.value, place, product)


def _tied(costs: Mapping[Key, Fraction]) -> dict[Key, int]:
    """What is exact in minor units: the account's sum is rounded, and every split of it adds up to it."""
    if not costs:
        return {}
    found = {WHOLE: round_half_away(costs[WHOLE])}

    def split(total: Key, into: list[Key]) -> None:
        parts = largest_remainder(found[total], [costs[key] for key in into])
        found.update(zip(into, parts, strict=True))

    products = sorted(key for key in costs if key.split == Split.WHOLE and key.product)
    split(WHOLE, products)
    for kind in (Split.PLAN, *PEOPLE):
        for total in (WHOLE, *products):
            parts = sorted(key for key in costs if key.split == kind and key.product == total.product)
            if parts:
                split(total, parts)
    return found


def _add(rows: dict[Key, list[int]], keys: Iterable[Key], given: Mapping[str, int]) -> None:
    for key in keys:
        row = rows.setdefault(key, [0] * len(MEASURES))
        for name, number in given.items():
            row[_PLACE[name]] += number
