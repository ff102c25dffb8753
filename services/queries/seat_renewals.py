"""Seats at the next renewal: what doing nothing costs, what fewer seats save until when, and the year before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, and_, func, or_, select, tuple_
from sqlalchemy.orm import Session

from data.models import Account, LicensedUser, Plan, Product, ScheduledChange, Seat, Subscription, UserDay
from data.period import months_after
from services.access import keep_to_those, reading
from services.errors import NotFound
from services.facts.seat_months import SeatMonths, seat_months
from services.facts.seat_uses import UseGround, assigned, of_user, use_expression, use_ground
from services.facts.usage import feeds_of, use_policies
from services.night.ahead import turning
from services.permissions import Actor, Permission
from services.queries.seats import PAGE_SIZE, Listed
from services.rules.cancelling import last_day_to_act
from services.rules.lifecycle import Status
from services.rules.reductions import Reduction, decide_by
from services.rules.report_filters import ReportFilters
from services.rules.usage import SeatUse
from services.rules.waste import Share, shares_of
from services.worksheets.reductions import ReductionDesk

COLUMNS = (
    "account_id", "subscription_id", "account", "product", "plan", "renews_on", "decide_by", "seats", "assigned",
    "in_use", "nothing_minor", "currency", "scheduled",
)  # fmt: skip
AHEAD = (3, 6, 12)
HISTORY, TWO_YEARS = 12, 24
_KEY = (Subscription.account_id, Subscription.id)


@dataclass(frozen=True, slots=True)
class SeatRenewal:
    """A subscription before its next term. `needed`: its assigned seats that are not idle.

    `to_needed`: with as many seats as are needed; `chosen`: with the number asked for. `history`: the last 12 months.
    """

    account_id: int
    account_name: str
    subscription_id: int
    reference: str
    product_name: str
    plan_name: str
    seats: int
    shares: dict[Share, int]
    minimum: int
    needed: int
    to_needed: Reduction
    chosen: Reduction
    history: SeatMonths

    @property
    def assigned(self) -> int:
        """Seats that somebody has."""
        return self.seats - self.shares[Share.FREE]


def upcoming(
    actor: Actor,
    *,
    today: date,
    months: int = AHEAD[0],
    account_id: int | None = None,
    search: str = "",
    limit: int = PAGE_SIZE,
    offset: int = 0,
) -> Listed:
    """Paid subscriptions that renew by themselves within so many months, the earliest first.

    Columns: account_id, subscription_id (int), account, product, plan (names), renews_on, decide_by (days), seats,
    assigned, in_use (seats used lately; None where no fresh feed names users), nothing_minor (the next term as it
    stands, net), currency, scheduled (whether a change waits).
    """
    until = months_after(today, months) + timedelta(days=1)
    with reading(actor, Permission.SEE_USAGE) as session:
        criteria = [
            Subscription.status == Status.ACTIVE,
            Subscription.is_auto_renewed,
            Subscription.period_end >= today,
            Subscription.period_end < until,
            *_asked(account_id, search),
        ]
        total = session.scalar(select(func.count()).select_from(Subscription).where(*criteria)) or 0
        order = (Subscription.period_end, Subscription.id)
        found = session.execute(select(*_KEY).where(*criteria).order_by(*order).limit(limit).offset(offset))
        keys = [(account, key) for account, key in found]
        keep_to_those(session, sorted({account for account, _ in keys}))
        return Listed(_frame(session, keys, today), total)


def renewal_of(
    actor: Actor, account_id: int, subscription_id: int, *, today: date, seats: int | None = None
) -> SeatRenewal:
    """One subscription; `seats`: a number to look at, by default those needed. Raises `NotFound`."""
    with reading(actor, Permission.SEE_USAGE, of=account_id) as session:
        account = session.scalar(select(Account).where(Account.id == account_id))
        row = session.scalar(
            select(Subscription).where(Subscription.account_id == account_id, Subscription.id == subscription_id)
        )
        if account is None or row is None:
            raise NotFound(kind="subscription")
        desk = ReductionDesk(session, actor, account, [row], today)
        ground = use_ground(session, account_id, today)
        shares = shares_of(_uses(session, ground, subscription_id), row.seats)
        held = row.seats - shares[Share.FREE]
        needed = held - shares[Share.IDLE]
        wanted = needed if seats is None else seats
        to_needed = desk.reduction(row, seats=needed, released=held - needed)
        chosen = desk.reduction(row, seats=wanted, released=max(held - wanted, 0))
        if to_needed is None or chosen is None:
            raise NotFound(kind="subscription")
        names = session.execute(
            select(Product.name, Plan.name).join(Plan, Plan.product == Product.code).where(Plan.code == row.plan)
        ).one()
        running = desk.owned[row.id].running
        assert running is not None
        return SeatRenewal(
            account_id=account_id,
            account_name=account.legal_name,
            subscription_id=row.id,
            reference=row.reference,
            product_name=names[0],
            plan_name=names[1],
            seats=row.seats,
            shares=shares,
            minimum=running.price.minimum_seats,
            needed=to_needed.seats,
            to_needed=to_needed,
            chosen=chosen,
            history=seat_months(session, [row], ground.feeds, today=today, count=HISTORY),
        )


def account_months(actor: Actor, account_id: int, *, today: date, product: str = "") -> SeatMonths:
    """24 months of an account's seats, of all products or one. Raises `NotFound`."""
    with reading(actor, Permission.SEE_USAGE, of=account_id) as session:
        if session.scalar(select(Account.id).where(Account.id == account_id)) is None:
            raise NotFound(kind="account")
        criteria = [Subscription.account_id == account_id, *([Subscription.product == product] if product else [])]
        rows = session.scalars(select(Subscription).where(*criteria)).all()
        feeds = {code: feed for (_, code, names), feed in feeds_of(session, [account_id]).items() if names}
        return seat_months(session, rows, feeds, today=today, count=TWO_YEARS)


def _asked(account_id: int | None, search: str) -> list[ColumnElement[bool]]:
    if account_id is not None:
        return [Subscription.account_id == account_id]
    words = search.casefold().split()
    if not words:
        return []
    named = select(Account.id).where(*(Account.search_text.contains(word, autoescape=True) for word in words))
    return [or_(Subscription.account_id.in_(named), Subscription.reference == search.strip().upper())]


def _uses(session: Session, ground: UseGround, subscription_id: int) -> dict[SeatUse, int]:
    use: Any = use_expression(ground).label("use")
    mine = (*assigned(ground), Seat.subscription_id == subscription_id)
    each = select(use).select_from(Seat).join(LicensedUser, of_user()).where(*mine).subquery()
    rows = session.execute(select(each.c.use, func.count()).group_by(each.c.use))
    return {SeatUse(code): number for code, number in rows}


def _frame(session: Session, keys: Sequence[tuple[int, int]], today: date) -> pd.DataFrame:
    accounts = sorted({account for account, _ in keys})
    last = months_after(today, AHEAD[-1]) + timedelta(days=1)
    turns = {
        (one.account.id, one.subscription.id): one
        for one in (turning(session, ReportFilters(as_of=today), until=last, of=keys) if keys else ())
    }
    in_use = _in_use(session, accounts, today)
    waiting = (
        (ScheduledChange.account_id == Subscription.account_id)
        & (ScheduledChange.subscription_id == Subscription.id)
        & (ScheduledChange.status == "scheduled")
    )
    rows = session.execute(
        select(Subscription, Account.legal_name, Product.name, Plan.name, ScheduledChange.id)
        .join(Account, Account.id == Subscription.account_id)
        .join(Product, Product.code == Subscription.product)
        .join(Plan, Plan.code == Subscription.plan)
        .outerjoin(ScheduledChange, waiting)
        .where(Subscription.account_id.in_(accounts), tuple_(*_KEY).in_(keys))
    )
    found = {}
    for row, account, product, plan, change in rows:
        key = (row.account_id, row.id)
        turn = turns.get(key)
        nothing = next((minor for _, minor in turn.charges()), None) if turn else row.period_minor
        act_until = last_day_to_act(row.period_end, row.notice_days)
        by = decide_by(act_until, row.period_end, today)
        used = in_use.get((row.account_id, row.product))
        found[key] = (
            *key, account, product, plan, row.period_end, by, row.seats, row.seats_assigned,
            None if used is None else used.get(row.id, 0), nothing, row.currency, change is not None,
        )  # fmt: skip
    return pd.DataFrame([found[key] for key in keys if key in found], columns=list(COLUMNS), dtype=object)


def _in_use(session: Session, accounts: Sequence[int], today: date) -> dict[tuple[int, str], dict[int, int]]:
    """By account and product with a fresh feed that names users: seats used lately, by subscription."""
    policies = use_policies(session)
    found: dict[tuple[int, str], dict[int, int]] = {
        (account, product): {}
        for (account, product, names), feed in feeds_of(session, accounts).items()
        if names and not feed.is_stale(policies[product], today)
    }
    by_days: dict[int, list[str]] = {}
    for product in {product for _, product in found}:
        by_days.setdefault(policies[product].in_use_days, []).append(product)
    for days, products in by_days.items():
        seen = (
            select(UserDay.day)
            .where(
                UserDay.account_id == Seat.account_id,
                UserDay.user_id == Seat.user_id,
                UserDay.product == Seat.product,
                UserDay.day > today - timedelta(days=days),
            )
            .exists()
        )
        rows = session.execute(
            select(Seat.account_id, Seat.product, Seat.subscription_id, func.count())
            .where(
                and_(Seat.account_id.in_(accounts), Seat.released_at.is_(None), Seat.product.in_(products)),
                seen,
            )
            .group_by(Seat.account_id, Seat.product, Seat.subscription_id)
        )
        for account, product, subscription_id, number in rows:
            if (account, product) in found:
                found[account, product][subscription_id] = number
    return found
