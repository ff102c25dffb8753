"""Waste in money: what the idle seats of an account cost, by whom, since when, and what can be recovered until when."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from data.models import Account, LicensedUser, Plan, Product, Seat, Subscription
from data.money import Money
from data.period import Period
from services.access import reading
from services.errors import NotFound
from services.facts.idle_money import IdleSeat, SeatPrices, idle_seats, seat_prices
from services.facts.seat_uses import UseGround, assigned, of_user, use_expression, use_ground
from services.permissions import Actor, Permission
from services.rules.lifecycle import Status
from services.rules.reductions import Reduction, earliest
from services.rules.usage import SeatUse
from services.rules.waste import SeatRate, Share, shares_of, split_period
from services.worksheets.reductions import ReductionDesk

__all__ = ["AccountWaste", "Share", "SubscriptionWaste", "WastePart", "account_waste"]

RUNNING = (Status.ACTIVE, Status.PENDING_CANCELLATION, Status.TRIALING)


@dataclass(frozen=True, slots=True)
class WastePart:
    """Idle seats that have something in common, and their money: `month` at today's price, `so_far` since they idle.

    `value`: a product's code, a cost centre or a manager; empty where none is given. `since`: of the longest idle one.
    """

    value: str
    name: str
    seats: int
    since: date
    month: Money
    so_far: Money


@dataclass(frozen=True, slots=True)
class SubscriptionWaste:
    """A live subscription: its seats by what they are, the running period's money over them, what fewer seats save.

    `paid`: net lines of the running period less credits; `parts` add up to it. `since`: of the longest idle seat.
    """

    subscription_id: int
    reference: str
    product: str
    product_name: str
    plan_name: str
    is_trial: bool
    seats: int
    shares: Mapping[Share, int]
    rate: SeatRate
    period: Period
    paid: Money
    parts: Mapping[Share, Money]
    since: date | None
    reduction: Reduction | None

    @property
    def idle(self) -> int:
        """Idle seats."""
        return self.shares[Share.IDLE]


@dataclass(frozen=True, slots=True)
class AccountWaste:
    """An account's waste. `by`: the same money by `product`, `cost_centre` and `manager`, the dearest first.

    `manager` is missing where names are hidden. `month`, `so_far`: totals; a part's amounts add up to them. `free`:
    what the seats that nobody has cost a month. `recover`: what the next terms cost less without the idle seats,
    `recover_by`: the first of the last days to decide.
    """

    account_id: int
    account_name: str
    code: str
    hides_names: bool
    today: date
    currency: str
    subscriptions: tuple[SubscriptionWaste, ...]
    by: Mapping[str, tuple[WastePart, ...]]
    month: Money
    so_far: Money
    free: Money
    recover: Money
    recover_by: date | None

    @property
    def idle(self) -> int:
        """Idle seats of all subscriptions."""
        return sum(one.idle for one in self.subscriptions)

    @property
    def free_seats(self) -> int:
        """Seats of all subscriptions that nobody has."""
        return sum(one.shares[Share.FREE] for one in self.subscriptions)

    @property
    def since(self) -> date | None:
        """The day since when the longest idle seat is."""
        return min((one.since for one in self.subscriptions if one.since), default=None)


def account_waste(actor: Actor, account_id: int, *, today: date) -> AccountWaste:
    """What the account's idle seats cost. Raises `NotFound`, `NotAllowed`."""
    with reading(actor, Permission.SEE_USAGE, of=account_id) as session:
        account = session.scalar(select(Account).where(Account.id == account_id))
        if account is None:
            raise NotFound(kind="account")
        rows = _live(session, account_id)
        ground = use_ground(session, account_id, today)
        prices = seat_prices(session, [row for row, _, _ in rows], today)
        idle = idle_seats(session, ground, prices, account.currency)
        subscriptions = _subscriptions(session, actor, account, rows, ground, prices, idle)
        names = {row.product: product for row, product, _ in rows}
        by: dict[str, tuple[WastePart, ...]] = {
            "product": _parts(idle, lambda seat: seat.product, account.currency, names),
            "cost_centre": _parts(idle, lambda seat: seat.cost_centre, account.currency),
        }
        if not account.hides_names:
            by["manager"] = _parts(idle, lambda seat: seat.manager, account.currency)
        reductions = [one.reduction for one in subscriptions if one.reduction is not None and one.idle]
        return AccountWaste(
            account_id=account.id,
            account_name=account.legal_name,
            code=account.code,
            hides_names=account.hides_names,
            today=today,
            currency=account.currency,
            subscriptions=subscriptions,
            by=by,
            month=Money.total((seat.month for seat in idle), account.currency),
            so_far=Money.total((seat.so_far for seat in idle), account.currency),
            free=Money.rounded(
                sum((one.rate.a_month * one.shares[Share.FREE] for one in subscriptions), Fraction(0)), account.currency
            ),
            recover=Money.total((one.saves for one in reductions if one.saves is not None), account.currency),
            recover_by=earliest(reductions, today),
        )


def _live(session: Session, account_id: int) -> list[tuple[Subscription, str, str]]:
    rows = session.execute(
        select(Subscription, Product.name, Plan.name)
        .join(Product, Product.code == Subscription.product)
        .join(Plan, Plan.code == Subscription.plan)
        .where(Subscription.account_id == account_id, Subscription.status.in_(RUNNING))
        .order_by(Product.position, Subscription.reference)
    )
    return [(row, product, plan) for row, product, plan in rows]


def _subscriptions(
    session: Session,
    actor: Actor,
    account: Account,
    rows: Sequence[tuple[Subscription, str, str]],
    ground: UseGround,
    prices: SeatPrices,
    idle: Sequence[IdleSeat],
) -> tuple[SubscriptionWaste, ...]:
    counts = _counts(session, ground)
    with_idle = [row for row, _, _ in rows if counts.get(row.id, {}).get(SeatUse.IDLE)]
    desk = ReductionDesk(session, actor, account, with_idle, ground.today) if with_idle else None
    found = []
    for row, product, plan in rows:
        shares = shares_of(counts.get(row.id, {}), row.seats)
        unused = shares[Share.IDLE]
        paid = prices.periods[row.id]
        found.append(
            SubscriptionWaste(
                subscription_id=row.id,
                reference=row.reference,
                product=row.product,
                product_name=product,
                plan_name=plan,
                is_trial=row.is_trial,
                seats=row.seats,
                shares=shares,
                rate=prices.rates[row.id],
                period=Period(row.period_start, row.period_end),
                paid=paid,
                parts=split_period(paid, shares),
                since=min((seat.since for seat in idle if seat.subscription_id == row.id), default=None),
                reduction=desk.reduction(row, seats=row.seats - unused, released=unused) if desk and unused else None,
            )
        )
    return tuple(found)


def _counts(session: Session, ground: UseGround) -> dict[int, dict[SeatUse, int]]:
    """The assigned seats of each subscription by their use."""
    use: Any = use_expression(ground).label("use")
    each = select(Seat.subscription_id, use).join(LicensedUser, of_user()).where(*assigned(ground)).subquery()
    found: dict[int, dict[SeatUse, int]] = {}
    for subscription_id, code, number in session.execute(
        select(each.c.subscription_id, each.c.use, func.count()).group_by(each.c.subscription_id, each.c.use)
    ):
        found.setdefault(subscription_id, {})[SeatUse(code)] = number
    return found


def _parts(
    idle: Sequence[IdleSeat], of: Callable[[IdleSeat], str], currency: str, names: Mapping[str, str] | None = None
) -> tuple[WastePart, ...]:
    """The idle seats in groups, the dearest a month first."""
    groups: dict[str, list[IdleSeat]] = {}
    for seat in idle:
        groups.setdefault(of(seat), []).append(seat)
    parts = [
        WastePart(
            value=value,
            name=(names or {}).get(value, value),
            seats=len(seats),
            since=min(seat.since for seat in seats),
            month=Money.total((seat.month for seat in seats), currency),
            so_far=Money.total((seat.so_far for seat in seats), currency),
        )
        for value, seats in groups.items()
    ]
    return tuple(sorted(parts, key=lambda part: (-part.month.minor, -part.seats, part.value)))
