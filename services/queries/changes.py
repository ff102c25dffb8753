"""A subscription's change before it is made: the form's choices, and all four timings side by side."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.models import Account, Seller, Subscription
from data.models import Price as PriceRow
from data.period import Interval
from services import facts
from services.access import keep_to, reading
from services.errors import NotFound, Refusal
from services.permissions import Actor, Permission
from services.rules.change_items import ChangeWish, check_changeable, default_of
from services.rules.change_outlook import DefaultReason, Outlook
from services.rules.changes import Running, Timing
from services.rules.lifecycle import Status
from services.rules.order_facts import OrderFacts, Owned
from services.rules.order_items import ItemKind, OrderItem, QuotedItem
from services.rules.ordering import quote_item
from services.rules.scheduled import ScheduledFields
from services.rules.tax import VatState
from services.worksheets.changes import ChangeDesk
from services.worksheets.orders import Decisions


@dataclass(frozen=True, slots=True)
class ChangePreview:
    """All four timings, each worked out or refused; None for the default where the subscription cannot change."""

    currency: str
    options: Mapping[Timing, Outlook | Refusal]
    default: Timing | None
    default_reason: DefaultReason | None
    tax_reason: str = ""
    tax_country: str = ""


@dataclass(frozen=True, slots=True)
class PlanChoice:
    """A plan of the product, and the billing plans it has a price for today."""

    plan: str
    name: str
    intervals: tuple[Interval, ...]


@dataclass(frozen=True, slots=True)
class ChangeForm:
    """The subscription as it runs and what it may become. `refusal`: why it cannot be changed now."""

    account_id: int
    account: str
    is_self_service: bool
    subscription_id: int
    reference: str
    product: str
    product_name: str
    plan_name: str
    status: Status
    running: Running
    seats_assigned: int
    discount_reason: str
    scheduled: ScheduledFields | None
    plans: tuple[PlanChoice, ...]
    discount_limit: Decimal
    currency: str
    refusal: Refusal | None
    plan_names: Mapping[str, str] = field(default_factory=dict)


def change_form(actor: Actor, account_id: int, subscription_id: int, *, today: date) -> ChangeForm:
    """What the form offers. Raises NotFound."""
    with reading(actor, Permission.USE_CART, of=account_id) as session:
        account, found, owned, now = _found(session, actor, account_id, subscription_id)
        rows = [plan for plan in found.plans.values() if plan.product == owned.product]
        priced = _priced(session, [plan.plan for plan in rows], account.currency, today)
        row = session.get_one(Subscription, (account_id, subscription_id))
        plan = found.plans[owned.plan]
        return ChangeForm(
            account_id=account.id,
            account=account.legal_name,
            is_self_service=account.kind == "self_service",
            subscription_id=subscription_id,
            reference=owned.reference,
            product=owned.product,
            product_name=plan.product_name,
            plan_name=plan.name,
            status=owned.status,
            running=now,
            seats_assigned=owned.seats_assigned,
            discount_reason=row.discount_reason,
            scheduled=owned.scheduled,
            plans=tuple(
                PlanChoice(one.plan, one.name, priced.get(one.plan, ()))
                for one in sorted(rows, key=lambda one: one.rank)
                if priced.get(one.plan) or one.plan == owned.plan
            ),
            discount_limit=found.discount_limit,
            currency=account.currency,
            refusal=_refusal(plan.product_name, owned, now),
            plan_names={code: one.name for code, one in found.plans.items()},
        )


def preview_change(
    actor: Actor, account_id: int, subscription_id: int, wanted: ChangeWish, *, today: date
) -> ChangePreview:
    """The change under each timing, by the worksheet that books it. Raises NotFound."""
    with reading(actor, Permission.USE_CART, of=account_id) as session:
        account, found, owned, now = _found(session, actor, account_id, subscription_id, wanted.plan)
        quoted = {timing: _quoted(wanted.item(subscription_id, now, timing), found, today) for timing in Timing}
        default, reason = _default(wanted.item(subscription_id, now), found)
        seller = session.get(Seller, account.seller) if account.seller else None
        decisions = Decisions(session, account, seller, account.vat_number, VatState(account.vat_state), today)
        worked = [one for one in quoted.values() if isinstance(one, QuotedItem)]
        desk = ChangeDesk(session, account, found, owned, decisions, today, worked)
        options = {timing: one if isinstance(one, Refusal) else desk.outlook(one) for timing, one in quoted.items()}
        decision = decisions.on(today) if decisions.known else None
        return ChangePreview(
            currency=account.currency,
            options=options,
            default=default,
            default_reason=reason,
            tax_reason=decision.reason if decision else "",
            tax_country=decision.country if decision else "",
        )


def _found(
    session: Session, actor: Actor, account_id: int, subscription_id: int, plan: str | None = None
) -> tuple[Account, OrderFacts, Owned, Running]:
    account = session.get(Account, account_id)
    if account is None:
        raise NotFound(kind="account")
    keep_to(session, account)
    asked = OrderItem(ItemKind.CHANGE, plan or "", 1, subscription_id=subscription_id)
    found = facts.order_facts(session, actor, account, [asked])
    owned = next((one for one in found.owned if one.subscription_id == subscription_id), None)
    if owned is None or owned.running is None:
        raise NotFound(kind="subscription")
    return account, found, owned, owned.running


def _quoted(item: OrderItem, found: OrderFacts, today: date) -> QuotedItem | Refusal:
    try:
        return quote_item(item, found, today=today)
    except Refusal as refusal:
        return refusal


def _default(item: OrderItem, found: OrderFacts) -> tuple[Timing | None, DefaultReason | None]:
    timing = default_of(item, found)
    if timing is None:
        return None, None
    owned = next((one for one in found.owned if one.subscription_id == item.subscription_id), None)
    if owned is not None and owned.running is not None and owned.running.is_billed_elsewhere:
        return timing, DefaultReason.BILLED_ELSEWHERE
    reason = DefaultReason.ONLY_FALLS if timing is Timing.RENEWAL else DefaultReason.SOMETHING_RISES
    return timing, reason


def _refusal(product: str, owned: Owned, now: Running) -> Refusal | None:
    period = now.period
    try:
        check_changeable(product, owned.status, is_trial=owned.is_trial, starts_on=period.start, ends_on=period.end)
    except Refusal as refusal:
        return refusal
    return None


def _priced(session: Session, plans: list[str], currency: str, today: date) -> dict[str, tuple[Interval, ...]]:
    rows = session.execute(
        select(PriceRow.plan, PriceRow.interval)
        .where(PriceRow.plan.in_(plans), PriceRow.currency == currency, PriceRow.valid_from <= today)
        .distinct()
    ).all()
    order = list(Interval)
    found: dict[str, tuple[Interval, ...]] = {}
    for plan, interval in rows:
        found[plan] = tuple(sorted({*found.get(plan, ()), Interval(interval)}, key=order.index))
    return found
