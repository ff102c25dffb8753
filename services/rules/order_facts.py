"""What working out an order needs to know."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from services.rules import trials
from services.rules.changes import CommonDate, Running
from services.rules.lifecycle import Status
from services.rules.pricing import Discount, Price
from services.rules.scheduled import ScheduledFields


@dataclass(frozen=True, slots=True)
class PlanFacts:
    """A plan on offer, with its product's trial and end of sale."""

    plan: str
    name: str
    rank: int
    product: str
    product_name: str
    trial: trials.TrialPolicy | None
    withdrawn_on: date | None


@dataclass(frozen=True, slots=True)
class Owned:
    """A live subscription or trial of the account, or an ended one that an item names; as it runs, where one does.

    `is_held`: an invoice of it waits for its release by finance, so its lines are not there to be credited yet.
    """

    subscription_id: int
    reference: str
    product: str
    plan: str
    status: Status
    is_trial: bool
    seats_assigned: int
    running: Running | None
    scheduled: ScheduledFields | None = None
    is_auto_renewed: bool = True
    is_held: bool = False


@dataclass(frozen=True, slots=True)
class ApprovedDiscount:
    """A discount over the roles' limits that a second person approved; one order uses it up."""

    approval_id: int
    plan: str
    discount: Discount


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """What working out an order needs to know.

    `trials_began`: product → days its trials began; `expired_trials`: product → the subscription of its last one.
    `co_term`: the account's common date. `approved`: discounts over the limit that no order has used yet,
    `approved_trials`: products that may be tried again within the year.
    `is_product_once`: an account has one subscription or trial of a product.
    """

    currency: str
    plans: Mapping[str, PlanFacts]
    prices: tuple[Price, ...]
    owned: tuple[Owned, ...]
    standing: Mapping[str, Discount]
    trials_began: Mapping[str, tuple[date, ...]]
    discount_limit: Decimal
    discount_roles: tuple[str, ...]
    maximum_seats: int
    expired_trials: Mapping[str, int] = field(default_factory=dict)
    co_term: CommonDate | None = None
    approved: tuple[ApprovedDiscount, ...] = ()
    approved_trials: Collection[str] = ()
    is_product_once: bool = True

    def approval_of(self, plan: str, discount: Discount | None) -> int | None:
        """The approval that lets this discount pass, whatever the role's limit."""
        return next((one.approval_id for one in self.approved if (one.plan, one.discount) == (plan, discount)), None)
