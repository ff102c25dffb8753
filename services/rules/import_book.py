"""Another system's book as values: owners, the ground of judging, and a subscription as it is taken over."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from data.money import Money
from data.period import Period
from services.errors import Problem, Unlawful
from services.rules import recurring
from services.rules.import_records import Record
from services.rules.lifecycle import Status
from services.rules.order_facts import PlanFacts
from services.rules.pricing import Discount, Price

LONGEST_REFERENCE = 40
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2089, 1, 1)  # ids and months are of these days
LONGEST_TRIAL = 3_660


class CutOverAhead(Unlawful):
    """The cut-over day is still to come: `today`. What is billed elsewhere until then is not known yet."""


@dataclass(frozen=True, slots=True)
class Owner:
    """The account that a row names, as far as its subscriptions ask."""

    account_id: int
    currency: str
    is_corporate: bool = True
    has_seller: bool = True


@dataclass(frozen=True, slots=True)
class Known:
    """A subscription that came in before: whose it is, and what the file said of it."""

    account_id: int
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class BookGround:
    """What the rows of a book are judged against. `cut_over_on`: its running periods were billed elsewhere.

    `plans` by code and `plan_names` (small letters → code, where a name is one plan's); `prices` of all currencies.
    """

    today: date
    cut_over_on: date
    plans: Mapping[str, PlanFacts]
    plan_names: Mapping[str, str]
    prices: Collection[Price]


@dataclass(frozen=True, slots=True)
class Taken:
    """A subscription as it is taken over. `yearly`: its recurring revenue, 0 for a trial and for one of no days.

    `period`: the running one, billed elsewhere where `sequence` is 1; the last one of what has ended; the first one of
    what starts later, which the night bills. `facts`: what the file says, to tell the same row again.
    """

    account_id: int
    reference: str
    plan: PlanFacts
    price: Price
    discount: Discount | None
    seats: int
    starts_on: date
    ends_on: date | None
    period: Period
    status: Status
    sequence: int
    is_trial: bool
    is_auto_renewed: bool
    yearly: Money
    facts: Mapping[str, Any]

    @property
    def monthly(self) -> Money:
        """Its recurring revenue of a month, as it is shown."""
        return recurring.monthly(self.yearly)

    @property
    def is_over(self) -> bool:
        """Whether it had ended before the cut-over day: history only."""
        return not self.status.is_live


def owner_problems(record: Record, owner: Owner | None) -> list[Problem]:
    """What is wrong with the account that a row names."""
    values = record.values
    if record.code and owner is None:
        return [Problem("code", "unknown_account", {"value": record.code[:60]})]
    if owner is None:
        return []
    if not owner.is_corporate:
        return [Problem("code", "read_only_account")]
    if not owner.currency:
        return [Problem("code", "account_without_currency", {"value": record.code[:60]})]
    if values.get("currency", owner.currency) != owner.currency:
        told = {"value": values["currency"], "currency": owner.currency}
        return [Problem("currency", "another_currency", told)]
    return []
