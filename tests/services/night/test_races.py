"""People and a night at the same minute: whoever comes first, each thing happens once and the books agree."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import select

from data import database
from data.models import BilledPeriod, Document, Movement, ParkedAccount
from data.money import Money
from data.period import Interval
from services.commands.billing import run_night
from services.commands.cancellations import cancel_subscription, reactivate_subscription
from services.commands.payments import PaymentRequest, record_payment
from services.commands.trials import extend_trial
from services.errors import Refusal
from services.integrity import violations
from services.permissions import Actor
from services.rules.changes import Timing
from services.rules.ordering import ItemKind, OrderItem
from tests.builders import make_account
from tests.changing import NEW_YEAR, change, subscription_row
from tests.ordering import TRIAL, order, request

pytestmark = pytest.mark.postgresql
MONTHLY = OrderItem(ItemKind.PURCHASE, "support-pro", 10, Interval.MONTH)
IN_JANUARY, DUE = date(2026, 1, 15), date(2026, 2, 1)
ROUNDS = 4


def race(*calls: Callable[[], Any]) -> list[Any]:
    """What became of calls made at the same moment."""
    start = Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Any:
        start.wait()
        try:
            return call()
        except Refusal as refusal:
            return refusal

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def sound() -> None:
    """The books agree and nobody was set aside."""
    with database.read_session() as session:
        assert list(violations(session)) == []
        assert session.scalars(select(ParkedAccount.reason)).all() == []
        periods = session.execute(select(BilledPeriod.subscription_id, BilledPeriod.sequence)).all()
        assert len(periods) == len(set(periods))


def night(day: date = DUE) -> Any:
    return run_night(None, day, today=day)


def several(rep: Actor, item: OrderItem = MONTHLY, day: date = NEW_YEAR) -> list[tuple[int, int]]:
    placed = []
    for n in range(ROUNDS):
        account = make_account(rep=rep, code=f"race-{n}", co_term_on="06-30")
        placed.append((account, order(rep, request(account, item, key=f"k{n}"), today=day).subscription_ids[0]))
    return placed


def test_two_changes(db: object, rep: Actor) -> None:
    for account, subscription in several(rep):
        race(
            lambda a=account, s=subscription: change(rep, a, s, IN_JANUARY, key="a", seats=12, timing=Timing.KEEP),
            lambda a=account, s=subscription: change(rep, a, s, IN_JANUARY, key="b", seats=15, timing=Timing.RESET),
            lambda a=account, s=subscription: change(rep, a, s, IN_JANUARY, key="c", seats=6, timing=Timing.RENEWAL),
        )
    sound()


def test_a_change_and_the_night(db: object, rep: Actor) -> None:
    found = several(rep)
    race(
        night,
        *(
            lambda a=account, s=subscription: change(rep, a, s, DUE, seats=12, timing=Timing.RESET)
            for account, subscription in found
        ),
    )
    night()
    sound()


def test_a_cancellation_and_the_night(db: object, rep: Actor) -> None:
    found = several(rep)
    race(
        night,
        *(
            lambda a=account, s=subscription: cancel_subscription(rep, a, s, "No budget", DUE)
            for account, subscription in found
        ),
    )
    night()
    sound()


def test_a_reactivation_and_the_night(db: object, rep: Actor) -> None:
    found = several(rep)
    for account, subscription in found:
        cancel_subscription(rep, account, subscription, "No budget", date(2026, 1, 20))
    race(
        night,
        *(
            lambda a=account, s=subscription: reactivate_subscription(rep, a, s, date(2026, 1, 31))
            for account, subscription in found
        ),
    )
    night()
    sound()


def test_a_payment_and_the_night(db: object, rep: Actor, finance: Actor) -> None:
    found = several(rep)
    race(
        night,
        *(
            lambda a=account: record_payment(
                finance, PaymentRequest(a, Money(1000000, "EUR"), DUE, "bank_transfer", "T", "p"), DUE
            )
            for account, _ in found
        ),
    )
    night()
    sound()


def test_a_conversion_and_the_night(db: object, rep: Actor) -> None:
    found = several(rep, TRIAL, date(2026, 1, 18))
    ends = [subscription_row(subscription).period_end for _, subscription in found]

    def convert(account: int, subscription: int, key: str) -> Any:
        item = OrderItem(ItemKind.PURCHASE, "meetings-team", 5, Interval.MONTH, subscription_id=subscription)
        return order(rep, request(account, item, key=key), today=ends[0])

    race(
        lambda: night(ends[0]),
        *(lambda a=account, s=subscription: convert(a, s, "x") for account, subscription in found[:3]),
        *(lambda a=account, s=subscription: convert(a, s, "y") for account, subscription in found[:3]),
        lambda: extend_trial(rep, *found[3], 5, "They asked", ends[0]),
    )
    night(ends[0])
    sound()
    with database.read_session() as session:
        assert len(session.scalars(select(Document.id)).all()) == ROUNDS
        assert len(session.scalars(select(Movement.id)).all()) == ROUNDS
