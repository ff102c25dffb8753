"""Use of seats: by account, by product, seat by seat, each with its evidence and how old that is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from data.models import Account, LicensedUser, Product, Seat, Subscription, SubscriptionDay
from services.access import reading
from services.errors import NotFound
from services.facts.seat_uses import (
    SeatOfUse,
    UseGround,
    assigned,
    in_use_expression,
    of_user,
    seats_of_use,
    use_expression,
    use_ground,
)
from services.facts.usage import feeds_of, use_policies
from services.permissions import Actor, Permission
from services.queries.seats import PAGE_SIZE, Listed, seat_overview
from services.rules.seats import LIVE
from services.rules.usage import Feed, SeatUse, UsePolicy
from services.rules.usage_events import pseudonym

__all__ = ["AccountUse", "ProductUse", "SeatUse", "account_use", "seat_uses", "usage_overview"]


@dataclass(frozen=True, slots=True)
class ProductUse:
    """The seats of an account's product by their use. `feed` names users; `unnamed` is evidence for subscriptions only.

    `last_used_on`, `used_days`: of its subscriptions whoever used them, the days among the last 30.
    """

    product: str
    name: str
    policy: UsePolicy
    bought: int
    assigned: int
    in_use: int
    counts: dict[SeatUse, int]
    feed: Feed | None
    unnamed: Feed | None
    last_used_on: date | None
    used_days: int

    def is_stale(self, today: date) -> bool:
        """Whether a feed names users and is too old for a claim of idleness."""
        return self.feed is not None and self.feed.is_stale(self.policy, today)

    def newest(self) -> date | None:
        """The newest day that any feed tells of."""
        return max((feed.until for feed in (self.feed, self.unnamed) if feed), default=None)


@dataclass(frozen=True, slots=True)
class AccountUse:
    """An account's products with the use of their seats."""

    account_id: int
    account_name: str
    code: str
    is_self_service: bool
    hides_names: bool
    today: date
    products: tuple[ProductUse, ...]

    @property
    def stale(self) -> tuple[ProductUse, ...]:
        """The products whose feed is too old."""
        return tuple(product for product in self.products if product.is_stale(self.today))

    def total(self, use: SeatUse) -> int:
        """Seats of a use, over all products."""
        return sum(product.counts[use] for product in self.products)


def usage_overview(actor: Actor, *, today: date, search: str = "", limit: int = PAGE_SIZE, offset: int = 0) -> Listed:
    """Accounts with live subscriptions, by name: id (text), name, code, seats, assigned, evidence (`users`, `stale`,
    `subscriptions`, `none`), until (day of the newest activity, empty: none)."""
    listed = seat_overview(actor, search=search, limit=limit, offset=offset)
    with reading(actor, Permission.SEE_USAGE) as session:
        feeds = feeds_of(session, [int(key) for key in listed.frame["id"]])
        policies = use_policies(session)
    states = [_evidence(int(key), feeds, policies, today) for key in listed.frame["id"]]
    frame = listed.frame.drop(columns=["free"])
    frame["evidence"] = [state for state, _ in states]
    frame["until"] = pd.Series([until for _, until in states], dtype=object, index=frame.index)
    return Listed(frame, listed.total)


def account_use(actor: Actor, account_id: int, *, today: date) -> AccountUse:
    """An account's seats by product and use. Raises `NotFound`, `NotAllowed`."""
    with reading(actor, Permission.SEE_USAGE, of=account_id) as session:
        account = session.scalar(select(Account).where(Account.id == account_id))
        if account is None:
            raise NotFound(kind="account")
        ground = use_ground(session, account_id, today)
        return AccountUse(
            account_id=account.id,
            account_name=account.legal_name,
            code=account.code,
            is_self_service=account.kind == "self_service",
            hides_names=account.hides_names,
            today=today,
            products=_products(session, ground),
        )


def seat_uses(
    actor: Actor,
    account_id: int,
    *,
    today: date,
    product: str = "",
    use: SeatUse | None = None,
    search: str = "",
    limit: int = PAGE_SIZE,
    offset: int = 0,
) -> Listed:
    """An account's assigned seats by name, with the evidence of each.

    Columns: user_id (text), person, email, product (name), held_since, last_seen_on (days), active_days (of the last
    90), use, why (codes), idle_since, excluded_until (days), in_use_days, idle_days, young_days, stale_days. Where
    names are hidden, person is a short mark, email is empty, and nobody is found by a search. Raises `NotFound`.
    """
    with reading(actor, Permission.SEE_USAGE, of=account_id) as session:
        account = session.scalar(select(Account).where(Account.id == account_id))
        if account is None:
            raise NotFound(kind="account")
        ground = use_ground(session, account_id, today)
        criteria: list[ColumnElement[bool]] = list(assigned(ground))
        if product:
            criteria.append(Seat.product == product)
        if use is not None:
            criteria.append(use_expression(ground) == use.value)
        if search.strip() and not account.hides_names:
            criteria.append(LicensedUser.search_text.contains(search.strip().casefold(), autoescape=True))
        found = select(Seat.id).join(LicensedUser, of_user()).where(*criteria)
        is_narrowed = use is not None or search.strip()
        counted = found if is_narrowed else select(Seat.id).where(*criteria)  # every seat has its user
        total = session.scalar(select(func.count()).select_from(counted.subquery())) or 0
        order = (Seat.id,) if account.hides_names else (LicensedUser.search_text, Seat.product, Seat.id)
        rows = seats_of_use(session, ground, page=found.order_by(*order).limit(limit).offset(offset))
        if account.hides_names:
            rows.sort(key=lambda seat: seat.seat_id)
        names = dict(session.execute(select(Product.code, Product.name)).all())
        hidden = account.hides_names
        table = [seat_cells(row, names[row.product], ground.policies[row.product], hidden=hidden) for row in rows]
    return Listed(pd.DataFrame(table, columns=list(COLUMNS), dtype=object), total)


COLUMNS = (
    "user_id", "person", "email", "product", "held_since", "last_seen_on", "active_days", "use", "why", "idle_since",
    "excluded_until", "in_use_days", "idle_days", "young_days", "stale_days",
)  # fmt: skip


def seat_cells(seat: SeatOfUse, product: str, policy: UsePolicy, *, hidden: bool) -> tuple[object, ...]:
    """The cells of a seat in the order of `COLUMNS`; `hidden`: names are."""
    return (
        str(seat.user_id),
        pseudonym(seat.user_id) if hidden else seat.name,
        "" if hidden else seat.email,
        product,
        seat.held_since,
        seat.last_seen_on,
        seat.active_days,
        seat.use.use.value,
        seat.use.why.value,
        seat.use.idle_since,
        seat.excluded_until,
        *_days(policy),
    )


def _days(policy: UsePolicy) -> tuple[int, int, int, int]:
    return policy.in_use_days, policy.idle_days, policy.young_days, policy.stale_days


def _products(session: Session, ground: UseGround) -> tuple[ProductUse, ...]:
    account_id, today = ground.account_id, ground.today
    bought = dict(
        session.execute(
            select(Subscription.product, func.sum(Subscription.seats))
            .where(Subscription.account_id == account_id, Subscription.status.in_(LIVE))
            .group_by(Subscription.product)
        ).all()
    )
    use = use_expression(ground)
    counts: dict[tuple[str, str], int] = {}
    in_use: dict[str, int] = {}
    rows = select(Seat.product, use.label("use"), in_use_expression(ground).label("now")).join(LicensedUser, of_user())
    each = rows.where(*assigned(ground)).subquery()
    for product, code, now, number in session.execute(
        select(each.c.product, each.c.use, each.c.now, func.count()).group_by(each.c.product, each.c.use, each.c.now)
    ):
        counts[product, code] = counts.get((product, code), 0) + number
        in_use[product] = in_use.get(product, 0) + (number if now else 0)
    used = _used_days(session, account_id, today)
    shown = {*bought, *(product for product, _ in counts)}
    named = select(Product.code, Product.name).where(Product.code.in_(sorted(shown))).order_by(Product.position)
    return tuple(
        ProductUse(
            product=code,
            name=name,
            policy=ground.policies[code],
            bought=int(bought.get(code, 0)),
            assigned=sum(counts.get((code, each.value), 0) for each in SeatUse),
            in_use=in_use.get(code, 0),
            counts={each: counts.get((code, each.value), 0) for each in SeatUse},
            feed=ground.feeds.get(code),
            unnamed=ground.unnamed.get(code),
            last_used_on=used.get(code, (None, 0))[0],
            used_days=used.get(code, (None, 0))[1],
        )
        for code, name in session.execute(named).all()
    )


def _used_days(session: Session, account_id: int, today: date) -> dict[str, tuple[date | None, int]]:
    """Product → the last day its subscriptions were used on, and how many of the last 30."""
    month_ago = today - timedelta(days=30)
    rows = session.execute(
        select(Subscription.product, SubscriptionDay.day)
        .join(
            SubscriptionDay,
            (SubscriptionDay.account_id == Subscription.account_id)
            & (SubscriptionDay.subscription_id == Subscription.id),
        )
        .where(Subscription.account_id == account_id)
        .distinct()
    )
    days: dict[str, list[date]] = {}
    for product, day in rows:
        days.setdefault(product, []).append(day)
    return {product: (max(each), sum(day > month_ago for day in each)) for product, each in days.items()}


def _evidence(
    account_id: int, feeds: dict[tuple[int, str, bool], Feed], policies: dict[str, UsePolicy], today: date
) -> tuple[str, date | None]:
    """What evidence there is of an account's use, at its worst; and the newest day of any."""
    mine = [(product, names, feed) for (account, product, names), feed in feeds.items() if account == account_id]
    newest = max((feed.until for _, _, feed in mine), default=None)
    named = [feed.is_stale(policies[product], today) for product, names, feed in mine if names]
    if named:
        return ("stale" if any(named) else "users"), newest
    return ("subscriptions" if mine else "none"), newest
