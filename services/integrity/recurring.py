"""Checks of recurring revenue: movements follow each other, add up to what runs, and are named by what they do."""

from collections.abc import Iterator
from functools import lru_cache
from itertools import groupby

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from data.models import Account, Movement, Price, Subscription
from data.money import Money
from services.facts import discount_of, price_of
from services.integrity.violations import CHUNK, Found, in_chunks
from services.rules import pricing
from services.rules.lifecycle import Status
from services.rules.recurring import MovementKind, monthly

_WORTH_NOTHING = (Status.TRIALING, Status.CANCELLED, Status.EXPIRED)
_FROM_NOTHING = (MovementKind.NEW, MovementKind.REACTIVATION)


def follow(session: Session) -> Found:
    """A subscription's movements each begin where the one before ended; the last ends at what it is worth now."""
    price = lru_cache(maxsize=None)(lambda price_id: price_of(session.get_one(Price, price_id)))

    @lru_cache(maxsize=100_000)
    def yearly(price_id: int, seats: int, percent: object, negotiated: object) -> Money:
        discount = discount_of(percent, negotiated)
        return pricing.yearly_amount(price(price_id), seats=seats, discount=discount)

    for chunk in in_chunks(session.scalars(select(Subscription).execution_options(yield_per=CHUNK))):
        moved = _movements(session, [row.id for row in chunk])
        for row in chunk:
            currency = price(row.price_id).currency
            standing = 0
            for one in moved.get(row.id, ()):
                if one.yearly_before_minor != standing:
                    found = Money(one.yearly_before_minor, one.currency)
                    yield row.account_id, f"{row.reference} {one.moved_on}", Money(standing, one.currency), found
                standing = one.yearly_after_minor
            worth = (
                Money.zero(currency)
                if row.status in _WORTH_NOTHING
                else yearly(row.price_id, row.seats, row.discount_percent, row.negotiated_amount)
            )
            if worth.minor != standing:
                yield row.account_id, row.reference, worth, Money(standing, currency)


def _movements(session: Session, ids: list[int]) -> dict[int, list[Movement]]:
    found: dict[int, list[Movement]] = {}
    rows = select(Movement).where(Movement.subscription_id.in_(ids)).order_by(Movement.moved_on)
    for row in session.scalars(rows):
        found.setdefault(row.subscription_id, []).append(row)
    return found


def monthly_figures(session: Session) -> Found:
    """Opening + movements = closing: an account's movements add up to its rounded monthly figure."""
    rows = session.execute(
        select(
            Movement.account_id,
            Account.code,
            Movement.currency,
            func.sum(Movement.amount_minor),
            func.sum(Movement.yearly_after_minor - Movement.yearly_before_minor),
        )
        .join(Account, Account.id == Movement.account_id)
        .group_by(Movement.account_id, Account.code, Movement.currency)
    )
    for account_id, code, currency, minor, yearly in rows:
        wanted, found = monthly(Money(int(yearly), currency)), Money(int(minor), currency)
        if wanted != found:
            yield account_id, code, wanted, found


def kinds(session: Session) -> Found:
    """The first movement is `new` and no other; it and reactivations start from nothing, churn ends there."""
    rows = session.execute(
        select(
            Movement.account_id,
            Account.code,
            Movement.moved_on,
            Movement.kind,
            Movement.yearly_before_minor,
            Movement.yearly_after_minor,
        )
        .join(Account, Account.id == Movement.account_id)
        .order_by(Movement.account_id, Movement.moved_on)
        .execution_options(yield_per=CHUNK)
    )
    for (account_id, code), mine in groupby(rows, key=lambda row: (row[0], row[1])):
        standing, had = 0, False
        for day, of_day in groupby(mine, key=lambda row: row[2]):
            moves = [(MovementKind(kind), after - before) for _, _, _, kind, before, after in of_day]
            before, after = standing, standing + sum(change for _, change in moves)
            for fault in _faults(moves, before, after, had):
                yield account_id, f"{code} {day}", fault, ", ".join(kind.value for kind, _ in moves)
            standing, had = after, True


def _faults(moves: list[tuple[MovementKind, int]], before: int, after: int, had: bool) -> Iterator[str]:
    """What is wrong with how an account's day is named; `before` and `after`: its yearly amounts, `had`: MRR ever."""
    first = MovementKind.REACTIVATION if had else MovementKind.NEW
    opening = [kind for kind, _ in moves if kind in _FROM_NOTHING]
    if opening and (before or opening != [first]):
        yield "a rise of what there was" if before else f"one {first.value}"
    if not before and any(change > 0 for _, change in moves) and not opening:
        yield first.value
    if any(kind is MovementKind.CHURN for kind, _ in moves) and after:
        yield f"{MovementKind.CONTRACTION.value}: something is left"
    for kind, change in moves:
        is_fall = kind in (MovementKind.CONTRACTION, MovementKind.CHURN)
        if change and is_fall != (change < 0):
            yield "a fall" if change < 0 else "a rise"
