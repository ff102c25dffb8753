"""Idle seats of an account with what each costs: the exact parts that every total of waste is made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from sqlalchemy import ScalarSelect, func, select
from sqlalchemy.orm import Session

from data.models import LicensedUser, Seat, Subscription, UserDay
from data.money import Money
from data.period import Interval, Period, full_interval_ending
from services.facts.paid import bought_seats, paid_lines, seat_rates
from services.facts.seat_uses import UseGround, assigned, of_user, use_expression
from services.rules.usage import SeatUse, Use, Why
from services.rules.waste import Paid, SeatCosts, SeatRate, idle_days, in_cents


@dataclass(frozen=True, slots=True)
class SeatPrices:
    """What an account's live subscriptions cost: a seat today, a seat between two days, the lines of the period."""

    rates: Mapping[int, SeatRate]
    costs: Mapping[int, SeatCosts]
    periods: Mapping[int, Money]


@dataclass(frozen=True, slots=True)
class IdleSeat:
    """An idle seat and its money: `month` at today's price, `so_far` since it was last used.

    Of all idle seats of an account they add up to the exact sums, rounded once.

    `since`: the day it was last used, or got where it never was; a seat that moved costs what its present subscription
    did.
    """

    seat_id: int
    subscription_id: int
    product: str
    cost_centre: str
    manager: str
    since: date
    month: Money
    so_far: Money


def seat_prices(session: Session, rows: Sequence[Subscription], today: date) -> SeatPrices:
    """The prices of these subscriptions of one account."""
    if not rows:
        return SeatPrices({}, {}, {})
    account_id = rows[0].account_id
    rates = {key[1]: rate for key, rate in seat_rates(session, [account_id], today).items()}
    paid, bought = paid_lines(session, account_id), bought_seats(session, account_id)
    costs, periods = {}, {}
    for row in rows:
        rate, lines = rates[row.id], paid.get(row.id, ())
        if rate.is_contract:  # billed elsewhere, or held: nothing but the contract tells of the period
            lines = (*lines, _contracted(row))
        costs[row.id] = SeatCosts(lines, bought.get(row.id) or [(row.starts_on, row.seats)])
        of_period = [line.minor for line in lines if line.sequence == row.sequence] if not row.is_trial else []
        periods[row.id] = Money(sum(of_period), row.currency)
    return SeatPrices(rates, costs, periods)


def idle_seats(session: Session, ground: UseGround, prices: SeatPrices, currency: str) -> list[IdleSeat]:
    """All idle seats of the account, whose currency it is, by their id."""
    last: ScalarSelect[Any] = (
        select(func.max(UserDay.day))
        .where(
            UserDay.account_id == Seat.account_id,
            UserDay.user_id == Seat.user_id,
            UserDay.product == Seat.product,
        )
        .correlate(Seat)
        .scalar_subquery()
    )
    rows = session.execute(
        select(
            Seat.id,
            Seat.subscription_id,
            Seat.product,
            LicensedUser.cost_centre,
            LicensedUser.manager,
            func.coalesce(Seat.held_since, Seat.assigned_at),
            last,
        )
        .join(LicensedUser, of_user())
        .where(*assigned(ground), use_expression(ground) == SeatUse.IDLE.value)
        .order_by(Seat.id)
    )
    found, months, sums = [], [], []
    monthly = {key: rate.a_month for key, rate in prices.rates.items()}
    for seat_id, subscription_id, product, centre, manager, held_at, seen in rows:
        if subscription_id not in monthly:  # it ended today; its seats are released by the night
            continue
        held = held_at.date()
        since = held if seen is None else max(seen, held)
        days = idle_days(Use(SeatUse.IDLE, Why.NOT_SEEN, since), seen, ground.today)
        found.append((seat_id, subscription_id, product, centre, manager, since))
        months.append(monthly[subscription_id])
        sums.append(prices.costs[subscription_id].within(days))
    owners = [row[1] for row in found]
    cents = zip(in_cents(months, owners, currency), in_cents(sums, owners, currency), strict=True)
    return [IdleSeat(*row, month, so_far) for row, (month, so_far) in zip(found, cents, strict=True)]


def _contracted(row: Subscription) -> Paid:
    """The contract of the running period as if it were a line: the days' share of a full one."""
    period = Period(row.period_start, row.period_end)
    full = full_interval_ending(Interval(row.interval), row.period_end, row.anchor_on.day)
    whole = Money(row.period_minor or 0, row.currency)
    return Paid(whole.share(Fraction(period.days, full.days)).minor, period, row.sequence)
