"""One and the same for many subscriptions: new price, renewal notice, or other seats; what it is of each."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from data.money import Money, round_half_away
from services.errors import Refusal, Unlawful
from services.rules.changes import Timing
from services.rules.order_facts import OrderFacts, Owned
from services.rules.order_request import OrderRequest
from services.rules.scheduled import Renewed, Terms, renewed

LIMIT = 300  # subscriptions at a time


class DoesNotRenew(Unlawful):
    """The subscription ends with its period: `product`, `ends_on`."""


class NoBillingContact(Unlawful):
    """The account has nobody to write to."""


class BulkKind(StrEnum):
    """What is done to each of the selected subscriptions."""

    NEW_PRICE = "new_price"
    NOTICE = "notice"
    SEATS = "seats"


class SeatsBy(StrEnum):
    """How the new number of seats is meant."""

    PERCENT = "percent"
    DIFFERENCE = "difference"
    TOTAL = "total"


class Verdict(StrEnum):
    """What would become, or became, of a row."""

    READY = "ready"
    DONE = "done"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class BulkWish:
    """What is asked for. Seats: by `amount` percent, seats more or less, or to that total; `timing` None: the default.

    Evidence is that of the orders; `accepts_new_period`: the customers accept that a billing period begins today.
    """

    kind: BulkKind
    seats_by: SeatsBy = SeatsBy.PERCENT
    amount: Decimal = Decimal(0)
    timing: Timing | None = None
    evidence: str = ""
    evidence_reference: str = ""
    accepts_new_period: bool = False

    def seats(self, now: int) -> int:
        """The new total, rounded once, a half up; may be below 1, which is refused like any other number."""
        if self.seats_by is SeatsBy.TOTAL:
            return int(self.amount)
        if self.seats_by is SeatsBy.DIFFERENCE:
            return now + int(self.amount)
        return round_half_away(now * (1 + Fraction(self.amount) / 100))

    def key(self, today: date) -> str:
        """The beginning of the request keys of its orders: the same wish on one day is the same act."""
        meant = f"{self.seats_by}:{self.amount.normalize()}:{self.timing}:{today.isoformat()}"
        return "bulk:" + hashlib.sha256(meant.encode()).hexdigest()[:20]

    def request_key(self, today: date, subscription_ids: Sequence[int]) -> str:
        """The request key of an account's order."""
        ids = ",".join(str(one) for one in sorted(subscription_ids))
        return f"{self.key(today)}:{hashlib.sha256(ids.encode()).hexdigest()[:30]}"


@dataclass(frozen=True, slots=True)
class BulkRow:
    """A selected subscription with what would become of it. `due`: net, today; `mrr_change`: from its day on.

    `refusal` says why not; `is_done`: it was done before, and is not done twice. `opens_period`: one begins today.
    """

    account_id: int
    account: str
    subscription_id: int
    reference: str
    product: str
    plan: str
    seats_before: int
    seats_after: int
    renews_on: date
    due: Money
    mrr_change: Money
    refusal: Refusal | None = None
    is_done: bool = False
    timing: Timing | None = None
    opens_period: bool = False

    @property
    def verdict(self) -> Verdict:
        """In a word."""
        if self.is_done:
            return Verdict.DONE
        return Verdict.REFUSED if self.refusal is not None else Verdict.READY


@dataclass(frozen=True, slots=True)
class BulkPlan:
    """All rows, and for other seats the order of each account with the total that was shown (with tax)."""

    wish: BulkWish
    rows: tuple[BulkRow, ...]
    orders: tuple[tuple[OrderRequest, Money], ...] = ()

    def of(self, verdict: Verdict) -> tuple[BulkRow, ...]:
        """The rows of a verdict."""
        return tuple(row for row in self.rows if row.verdict == verdict)


def renewal_of(owned: Owned, facts: OrderFacts) -> Renewed:
    """What the subscription renews to as things stand. Raises NoPrice."""
    assert owned.running is not None
    now = owned.running
    return renewed(
        Terms(now.price, now.seats, now.discount),
        owned.scheduled,
        anchor_on=now.anchor_on,
        ended_on=now.period.end,
        seats_assigned=owned.seats_assigned,
        prices=facts.prices,
        standing=facts.standing,
    )
