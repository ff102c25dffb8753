"""The trial desk: all trials of the actor's accounts by days left, and those just over that may still be converted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session, aliased

from data.database import chunks
from data.models import Account, Plan, Product, StandingDiscount, Subscription, SubscriptionEvent
from data.money import Money
from data.period import Interval
from services import facts
from services.access import keeping_order, reading
from services.errors import NoPrice
from services.journal.seat_endings import ENDS_OF_TRIALS
from services.permissions import Actor, Permission
from services.queries.sums import Sums
from services.rules import pricing, recurring, trials
from services.rules.lifecycle import Status
from services.rules.pricing import Discount, Price
from services.rules.trials import EndAction, TrialPolicy

ENDING_DAYS = 7
MOST_SUMMED = 200  # trials whose values are worked out to be added up while a page is drawn
RECENT_DAYS = 90  # an expired trial stays on the desk so long; it may be converted later, too
COLUMNS = (
    "account_id", "subscription_id", "account", "product", "plan", "status", "ends_on", "days_left", "assigned",
    "seats", "suggested", "value_minor", "currency", "end_action", "to_plan",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class TrialFilter:
    """What the desk is limited to. `state`: running · ending (within 7 days) · expired (within 90 days past)."""

    text: str = ""
    state: str = "running"
    product: str = ""
    end_action: str = ""


@dataclass(frozen=True, slots=True)
class TrialPage:
    """A page of the desk and the `total` over all pages.

    `sums`: value_minor of all of them; None where the page has them all, or they are more than `MOST_SUMMED`.

    Columns: account_id, subscription_id (int), account, product, plan (names), status (code), ends_on (date: the first
    day after it), days_left (int, negative: days past), assigned (int; after the end: seats it released), seats,
    suggested (int: seats a conversion begins with), value_minor (minor units a month if converted at those seats, or
    None without a price) with currency, end_action (code), to_plan (name or "").
    """

    frame: pd.DataFrame
    total: int
    sums: Sums | None = None


@dataclass(frozen=True, slots=True)
class DeskFigures:
    """How many trials run, end within 7 days, and expired within 90; `products`: code → name of those with a trial."""

    running: int
    ending: int
    expired: int
    products: Mapping[str, str]


def desk_figures(actor: Actor, today: date) -> DeskFigures:
    """The desk in numbers."""
    with reading(actor, Permission.SEE_SUBSCRIPTIONS) as session:
        counts = {
            state: int(
                session.scalar(
                    select(func.count()).select_from(Subscription).where(*_criteria(TrialFilter(state=state), today))
                )
                or 0
            )
            for state in ("running", "ending", "expired")
        }
        rows = session.execute(
            select(Product.code, Product.name).where(Product.trial_days.is_not(None)).order_by(Product.position)
        )
        return DeskFigures(**counts, products={row[0]: row[1] for row in rows})


def list_trials(
    actor: Actor, wanted: TrialFilter = TrialFilter(), *, limit: int = 50, offset: int = 0, today: date
) -> TrialPage:
    """The trials of a filter: what ends first comes first; of those that are over, the latest."""
    with reading(actor, Permission.SEE_SUBSCRIPTIONS) as session:
        keys = select(Subscription.account_id, Subscription.id).where(*_criteria(wanted, today))
        if wanted.text:  # only then: without it the page is found in the order of the index
            keys = keys.join(Account, Account.id == Subscription.account_id)
        last_first = wanted.state == "expired"
        order = Subscription.ends_on.desc() if last_first else Subscription.period_end
        with nullcontext() if wanted.text else keeping_order(session):
            found = session.execute(keys.order_by(order, Subscription.id).limit(limit).offset(offset)).all()
        total = int(session.scalar(select(func.count()).select_from(keys.subquery())) or 0)
        frame = _frame(session, [(row[0], row[1]) for row in found], today)
        if not limit < total <= MOST_SUMMED:
            return TrialPage(frame, total)
        # a trial's value is worked out from the price list, so all of them are looked at
        everything = _frame(session, [(row[0], row[1]) for row in session.execute(keys)], today)
        return TrialPage(frame, total, {"value_minor": _by_currency(everything)})


def _by_currency(frame: pd.DataFrame) -> tuple[Money, ...]:
    sums: dict[str, int] = {}
    for minor, currency in zip(frame["value_minor"], frame["currency"], strict=True):
        if minor is not None and minor == minor:  # NaN: no price
            sums[currency] = sums.get(currency, 0) + int(minor)
    return tuple(Money(minor, currency) for currency, minor in sorted(sums.items()))


def value_a_month(
    prices: Sequence[Price],
    standing: Discount | None,
    *,
    plan: str,
    currency: str,
    interval: Interval,
    seats: int,
    on: date,
) -> Money | None:
    """What a trial would bring a month at so many seats, after the standing discount; None without a price."""
    try:
        price = pricing.price_on(prices, plan=plan, currency=currency, interval=interval, day=on)
    except NoPrice:
        return None
    return recurring.monthly(pricing.yearly_amount(price, seats=seats, discount=standing))


def seats_released(session: Session, keys: Sequence[tuple[int, int]]) -> dict[int, int]:
    """How many seats the ends of trials released: subscription id → seats. Keys: (account id, subscription id)."""
    found: dict[int, int] = {}
    for part in chunks(keys):
        rows = session.execute(
            select(SubscriptionEvent.subscription_id, SubscriptionEvent.after).where(
                SubscriptionEvent.account_id.in_({account for account, _ in part}),
                SubscriptionEvent.subscription_id.in_([subscription for _, subscription in part]),
                SubscriptionEvent.kind.in_(ENDS_OF_TRIALS),
            )
        )
        found |= {subscription: len(after.get("seats_released", ())) for subscription, after in rows}
    return found


def minimum_of(prices: Sequence[Price], plan: str, interval: Interval, on: date) -> int:
    """The fewest seats the plan is sold with; 1 where it has no price."""
    valid = [p for p in prices if (p.plan, p.interval) == (plan, interval) and p.valid_from <= on]
    return max(valid, key=lambda price: price.valid_from).minimum_seats if valid else 1


def is_owned_otherwise() -> ColumnElement[bool]:
    """Whether another subscription of the trial's product is live: then there is nothing left to convert."""
    other = aliased(Subscription)
    return exists().where(
        other.account_id == Subscription.account_id,
        other.product == Subscription.product,
        other.id != Subscription.id,
        other.status.in_(facts.LIVE),
    )


def _criteria(wanted: TrialFilter, today: date) -> list[ColumnElement[bool]]:
    if wanted.state == "expired":
        since = today - timedelta(days=RECENT_DAYS)
        criteria: list[ColumnElement[bool]] = [
            Subscription.status == Status.EXPIRED,
            Subscription.is_trial.is_(True),
            Subscription.period_end >= since,  # never before its end: this one has the index
            Subscription.ends_on >= since,
            ~is_owned_otherwise(),
        ]
    else:
        criteria = [Subscription.status == Status.TRIALING]
        if wanted.state == "ending":
            criteria.append(Subscription.period_end <= today + timedelta(days=ENDING_DAYS))
    if wanted.product:
        criteria.append(Subscription.product == wanted.product)
    if wanted.end_action:
        ending_so = select(Product.code).where(Product.trial_end == wanted.end_action)
        criteria.append(Subscription.product.in_(ending_so))
    criteria += [Account.search_text.contains(word, autoescape=True) for word in wanted.text.casefold().split()]
    return criteria


def _frame(session: Session, keys: Sequence[tuple[int, int]], today: date) -> pd.DataFrame:
    rows = _details(session, keys)
    plans = {row.plan for row in rows}
    prices = {code: facts.prices(session, plans, code) for code in {row.currency for row in rows}}
    standing = _standing(session, [row.account_id for row in rows])
    over = [(row.account_id, row.id) for row in rows if row.status == Status.EXPIRED]
    released = seats_released(session, over) if over else {}
    names = {row[0]: row[1] for row in session.execute(select(Plan.code, Plan.name))}
    products = {product.code: product for product in session.scalars(select(Product))}
    listed = []
    for row in rows:
        interval, ends_on, product = Interval(row.interval), row.ends_on or row.period_end, products[row.product]
        in_use = released.get(row.id, row.seats_assigned)
        minimum = minimum_of(prices[row.currency], row.plan, interval, today)
        suggested = trials.suggested_seats(in_use=in_use, tried=row.seats, minimum=minimum)
        discount = standing.get((row.account_id, row.plan))
        asked: dict[str, Any] = {"plan": row.plan, "currency": row.currency, "interval": interval, "on": today}
        value = value_a_month(prices[row.currency], discount, seats=suggested, **asked)
        policy = facts.trial_policy(product) or TrialPolicy()
        to_plan = names.get(policy.to_plan or "", "") if policy.end_action is EndAction.DOWNGRADE_TO_FREE else ""
        listed.append(
            (
                *(row.account_id, row.id, row.legal_name, product.name, names[row.plan], row.status, ends_on),
                *((ends_on - today).days, in_use, row.seats, suggested),
                *(value.minor if value is not None else None, row.currency, policy.end_action.value, to_plan),
            )
        )
    return pd.DataFrame(listed, columns=list(COLUMNS), dtype=object)


def _details(session: Session, keys: Sequence[tuple[int, int]]) -> list[Any]:
    """What the desk shows of these trials, in the order of the keys; columns, not entities: they are wide."""
    columns: tuple[Any, ...] = (
        Subscription.account_id, Subscription.id, Subscription.product, Subscription.plan, Subscription.status,
        Subscription.interval, Subscription.seats, Subscription.seats_assigned, Subscription.period_end,
        Subscription.ends_on, Account.legal_name, Account.currency,
    )  # fmt: skip
    found: dict[tuple[int, int], Any] = {}
    for part in chunks(keys):
        rows = session.execute(
            select(*columns)
            .join(Account, Account.id == Subscription.account_id)
            .where(
                Subscription.account_id.in_({account for account, _ in part}),
                Subscription.id.in_([subscription for _, subscription in part]),
            )
        )
        found |= {(row.account_id, row.id): row for row in rows}
    return [found[key] for key in keys]


def _standing(session: Session, account_ids: Sequence[int]) -> dict[tuple[int, str], Discount]:
    rows = [
        row
        for part in chunks(sorted(set(account_ids)))
        for row in session.scalars(select(StandingDiscount).where(StandingDiscount.account_id.in_(part)))
    ]
    found = {(row.account_id, row.plan): facts.discount_of(row.percent, row.unit_amount) for row in rows}
    return {key: discount for key, discount in found.items() if discount is not None}
