"""What an account can be offered on a day: products with their plans, prices, trial rights and what it owns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from data.models import Account, CartLine, Plan, Product, Seller, Subscription
from data.money import Money
from data.period import Interval
from services import facts
from services.access import reading
from services.errors import NoPrice, NotFound, Refusal
from services.facts.readiness import missing_of
from services.permissions import Actor, Permission
from services.rules import pricing
from services.rules.lifecycle import Status
from services.rules.order_facts import OrderFacts
from services.rules.ordering import ItemKind, OrderItem, QuotedItem, quote_item
from services.rules.pricing import Discount, Price


@dataclass(frozen=True, slots=True)
class PlanOffer:
    """A plan with what it includes in the reader's language and its prices of the day, shortest interval first.

    `standing`: the account's own discount on it. Without a price in the account's currency `prices` is empty.
    """

    plan: str
    name: str
    rank: int
    includes: tuple[str, ...]
    prices: tuple[Price, ...]
    standing: Discount | None

    @property
    def minimum_seats(self) -> int:
        """The fewest seats any of its prices allows."""
        return min((price.minimum_seats for price in self.prices), default=1)

    @property
    def intervals(self) -> tuple[Interval, ...]:
        """The billing plans it is priced for."""
        return tuple(price.interval for price in self.prices)

    def price(self, interval: Interval) -> Price | None:
        """The price of an interval, if there is one."""
        return next((price for price in self.prices if price.interval is interval), None)

    def saving(self, seats: int) -> Money | None:
        """What a year costs less on the annual price than on the monthly one; None where one is missing or dearer."""
        monthly, annual = self.price(Interval.MONTH), self.price(Interval.YEAR)
        if monthly is None or annual is None:
            return None
        saved = pricing.annual_saving(monthly, annual, seats, self.standing)
        return saved if saved.minor > 0 else None


@dataclass(frozen=True, slots=True)
class OwnedOffer:
    """The account's subscription or trial of a product. Seats can be added to an active one."""

    subscription_id: int
    reference: str
    plan: str
    plan_name: str
    status: Status
    is_trial: bool
    seats: int
    assigned: int
    interval: Interval
    ends_on: date

    @property
    def may_add_seats(self) -> bool:
        """Whether seats can be added to it today."""
        return self.status is Status.ACTIVE and not self.is_trial


@dataclass(frozen=True, slots=True)
class ProductOffer:
    """A product. `trial_refusal`: why the account cannot try it (not offered, used up, owned), None when it can."""

    product: str
    name: str
    description: str
    plans: tuple[PlanOffer, ...]
    trial_days: int
    trial_seats: int
    trial_refusal: Refusal | None
    owned: OwnedOffer | None

    @property
    def may_buy(self) -> bool:
        """Whether it can be bought: not owned yet (a trial may turn into a purchase), and priced."""
        return (self.owned is None or self.owned.is_trial) and any(plan.prices for plan in self.plans)

    def plan(self, code: str) -> PlanOffer | None:
        """One of its plans."""
        return next((plan for plan in self.plans if plan.plan == code), None)


@dataclass(frozen=True, slots=True)
class Offers:
    """All products for an account, those it does not have first; `missing`: codes of what it lacks to order.

    `discount_limit`: percent the actor may give; `discount_roles`: who may give more.
    """

    account_id: int
    account: str
    code: str
    currency: str
    language: str
    contact: str
    contact_email: str
    is_self_service: bool
    missing: tuple[str, ...]
    products: tuple[ProductOffer, ...]
    cart_lines: int
    discount_limit: Decimal
    discount_roles: tuple[str, ...]
    zone: str

    def product(self, code: str) -> ProductOffer:
        """One product. Raises `NotFound`."""
        for offer in self.products:
            if offer.product == code:
                return offer
        raise NotFound(kind="product")


def offers(actor: Actor, account_id: int, *, today: date, language: str) -> Offers:
    """What the account can be offered today, in a fixed number of statements. Raises `NotFound`."""
    with reading(actor, Permission.USE_CART, of=account_id) as session:
        account = _account(session, account_id)
        found = facts.order_facts(session, actor, account)
        contact = facts.billing_contact(session, account.id)
        seller = session.get(Seller, account.seller) if account.seller else None
        owned = _owned(session, account_id)
        rows: dict[str, tuple[Product, list[Plan]]] = {}
        for product, plan in facts.catalog(session):
            rows.setdefault(product.code, (product, []))[1].append(plan)
        products = [
            _product(product, plans, found, owned.get(product.code), today=today, language=language)
            for product, plans in rows.values()
            if product.code in owned or not (product.withdrawn_on and product.withdrawn_on <= today)
        ]
        count = select(func.count()).select_from(CartLine).where(CartLine.account_id == account_id)
        return Offers(
            account_id=account.id,
            account=account.legal_name,
            code=account.code,
            currency=account.currency,
            language=account.language,
            contact=contact.name if contact else "",
            contact_email=contact.email if contact else "",
            is_self_service=account.kind == "self_service",
            missing=missing_of(session, account),
            products=tuple(sorted(products, key=lambda offer: offer.owned is not None)),
            cart_lines=session.scalar(count) or 0,
            discount_limit=found.discount_limit,
            discount_roles=found.discount_roles,
            zone=seller.time_zone if seller else "UTC",
        )


def price_items(
    actor: Actor, account_id: int, items: Sequence[OrderItem], *, today: date
) -> tuple[QuotedItem | Refusal, ...]:
    """Each item worked out by itself, or why it cannot be: what a choice costs before it is in the cart.

    Raises `NotFound` for an unknown or foreign account.
    """
    with reading(actor, Permission.USE_CART, of=account_id) as session:
        account = _account(session, account_id)
        found = facts.order_facts(session, actor, account, items)
        return tuple(quoted_or_refused(item, found, today) for item in items)


def quoted_or_refused(item: OrderItem, found: OrderFacts, today: date) -> QuotedItem | Refusal:
    """The item worked out, or its refusal as a value."""
    try:
        return quote_item(item, found, today=today)
    except Refusal as refusal:
        return refusal


def _account(session: Session, account_id: int) -> Account:
    account = session.scalar(select(Account).where(Account.id == account_id))
    if account is None:
        raise NotFound(kind="account")
    return account


def _owned(session: Session, account_id: int) -> Mapping[str, OwnedOffer]:
    """What the account has, by product; a subscription counts before a trial of the same product."""
    rows = session.execute(
        select(Subscription, Plan.name)
        .join(Plan, Plan.code == Subscription.plan)
        .where(Subscription.account_id == account_id, Subscription.status.in_(facts.LIVE))
        .order_by(Subscription.is_trial.desc(), Subscription.starts_on, Subscription.id)
    )
    return {
        row.product: OwnedOffer(
            subscription_id=row.id,
            reference=row.reference,
            plan=row.plan,
            plan_name=plan_name,
            status=Status(row.status),
            is_trial=row.is_trial,
            seats=row.seats,
            assigned=row.seats_assigned,
            interval=Interval(row.interval),
            ends_on=row.period_end,
        )
        for row, plan_name in rows
    }


def _product(
    product: Product, plans: list[Plan], found: OrderFacts, owned: OwnedOffer | None, *, today: date, language: str
) -> ProductOffer:
    return ProductOffer(
        product=product.code,
        name=product.name,
        description=_in_language(product.descriptions, language, ""),
        plans=tuple(
            PlanOffer(
                plan=plan.code,
                name=plan.name,
                rank=plan.rank,
                includes=tuple(_in_language(plan.includes, language, ())),
                prices=tuple(_prices(found, plan.code, today)),
                standing=found.standing.get(plan.code),
            )
            for plan in plans
        ),
        trial_days=product.trial_days or 0,
        trial_seats=product.trial_seats or 0,
        trial_refusal=_trial_refusal(plans, found, today),
        owned=owned,
    )


def _in_language(texts: Mapping[str, Any], language: str, nothing: Any) -> Any:
    return texts.get(language, texts.get("en", nothing))


def _prices(found: OrderFacts, plan: str, today: date) -> list[Price]:
    prices = []
    for interval in Interval:
        try:
            price = pricing.price_on(found.prices, plan=plan, currency=found.currency, interval=interval, day=today)
        except NoPrice:
            continue
        prices.append(price)
    return prices


def _trial_refusal(plans: list[Plan], found: OrderFacts, today: date) -> Refusal | None:
    """Why no plan of the product can be tried, by the rule that an order is checked with."""
    refusal: Refusal | None = None
    for plan in plans:
        tried = quoted_or_refused(OrderItem(ItemKind.TRIAL, plan.code, 1, _interval(found, plan.code)), found, today)
        if isinstance(tried, QuotedItem):
            return None
        refusal = refusal or tried
    return refusal


def _interval(found: OrderFacts, plan: str) -> Interval:
    """The shortest interval the plan is priced for; a month where it has no price."""
    priced = {price.interval for price in found.prices if price.plan == plan}
    return next((interval for interval in Interval if interval in priced), Interval.MONTH)
