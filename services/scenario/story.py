"""Stories as values: seller, catalog, accounts and what happens to them, day by day."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from data.period import Interval
from services.rules.changes import Timing
from services.rules.trials import TrialPolicy


class WrongFile(Exception):
    """The story cannot be read: `place` in the file, such as `events[3].timing`, and what is wrong there."""

    def __init__(self, place: str, fault: str) -> None:
        super().__init__(f"{place}: {fault}" if place else fault)
        self.place, self.fault = place, fault


@dataclass(frozen=True, slots=True)
class SellerPart:
    """Who sells."""

    country: str
    currency: str
    time_zone: str


@dataclass(frozen=True, slots=True)
class PricePart:
    """A price; `tiers` as the catalog stores them, `valid_from` None: it was always valid."""

    currency: str
    interval: Interval
    model: str
    tiers: tuple[dict[str, Any], ...]
    valid_from: date | None


@dataclass(frozen=True, slots=True)
class PlanPart:
    """A plan with its prices."""

    code: str
    name: str
    rank: int
    prices: tuple[PricePart, ...]


@dataclass(frozen=True, slots=True)
class ProductPart:
    """A product with its plans."""

    code: str
    name: str
    trial: TrialPolicy | None
    plans: tuple[PlanPart, ...]


@dataclass(frozen=True, slots=True)
class AccountPart:
    """A customer; `discounts`: (plan, percent)."""

    code: str
    name: str
    country: str
    currency: str
    vat_number: str
    is_business: bool
    terms_days: int
    co_term_on: str | None
    discounts: tuple[tuple[str, Decimal], ...]


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happens on a day; `place` in the file names it and makes its request key."""

    place: str
    on: date
    do: str


@dataclass(frozen=True, slots=True)
class ItemPart:
    """One item of an order; `ref` is what the story calls the subscription from then on."""

    ref: str
    plan: str
    seats: int
    interval: Interval
    is_trial: bool


@dataclass(frozen=True, slots=True)
class PlacesOrder(Event):
    """An order; `po`: the customer's purchase order number."""

    account: str
    po: str | None
    items: tuple[ItemPart, ...]


@dataclass(frozen=True, slots=True)
class Changes(Event):
    """A change of a subscription; what is None stays, `timing` None is the policy's default."""

    ref: str
    plan: str | None
    seats: int | None
    interval: Interval | None
    timing: Timing | None


@dataclass(frozen=True, slots=True)
class ExtendsTrial(Event):
    """A trial that gets some days more."""

    ref: str
    days: int
    reason: str


@dataclass(frozen=True, slots=True)
class ConvertsTrial(Event):
    """A trial that becomes a paid subscription; what is None is as tried."""

    ref: str
    interval: Interval | None
    seats: int | None


@dataclass(frozen=True, slots=True)
class OfSubscription(Event):
    """`cancel`, `reactivate` and `price_change`: no more is said than whose."""

    ref: str


@dataclass(frozen=True, slots=True)
class Pays(Event):
    """Money that comes in, in major units; `invoice`: a number, None for the oldest by due day."""

    account: str
    amount: Decimal
    invoice: str | None


@dataclass(frozen=True, slots=True)
class Credits(Event):
    """A net amount taken back of the latest invoice with a charge line of the subscription."""

    ref: str
    amount: Decimal
    reason: str


@dataclass(frozen=True, slots=True)
class MovesSeats(Event):
    """`assign_seats` and `release_seats`: of a subscription, to or from people by mail address."""

    ref: str
    users: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SkipsNights(Event):
    """The next nights do not run."""

    nights: int


@dataclass(frozen=True, slots=True)
class Story:
    """All of it; `events` in the order of their days, those of a day as in the file."""

    seller: SellerPart
    catalog: tuple[ProductPart, ...]
    accounts: tuple[AccountPart, ...]
    events: tuple[Event, ...]
    until: date
