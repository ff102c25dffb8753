"""Ends and conversions at the same minute: each transition once, whoever is faster (on PostgreSQL)."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from data import database
from data.models import BilledPeriod, Document, OutboxMail, Seat, Subscription, SubscriptionEvent
from data.period import Interval
from services.access import lock_account
from services.commands.cancellations import cancel_subscription, reactivate_subscription
from services.commands.seats import assign_seats
from services.commands.trials import end_trial, extend_trial
from services.deeds import endings
from services.errors import ProductOwned, Refusal
from services.permissions import Actor
from services.rules.order_request import OrderRequest
from services.rules.ordering import ItemKind, OrderItem
from services.rules.trials import TrialOver
from tests.builders import TODAY, make_account
from tests.ordering import PRO, TRIAL, order, request
from tests.services.commands.test_order_race import at_once, placing

pytestmark = pytest.mark.postgresql

PAID = OrderItem(ItemKind.PURCHASE, "meetings-team", 5, Interval.MONTH)


def count(model: type, *where: object) -> int:
    with database.read_session() as session:
        return session.scalar(select(func.count()).select_from(model).where(*where)) or 0  # type: ignore[arg-type]


def night_expires(account: int, subscription: int) -> bool:
    """As the night does it: the account's lock, then the act."""
    with database.write_session() as session:
        return endings.expire_trial(session, lock_account(session, account), subscription, on=TODAY)


def night_ends(account: int, subscription: int) -> bool:
    with database.write_session() as session:
        return endings.end_subscription(session, lock_account(session, account), subscription, on=TODAY)


@pytest.mark.parametrize("n", range(4))
def test_a_trial_is_converted_whether_or_not_the_night_was_faster(db: object, rep: Actor, n: int) -> None:
    account = make_account(rep=rep)
    trial = order(rep, OrderRequest(account, "trial", (TRIAL,))).subscription_ids[0]
    assign_seats(rep, account, trial, pasted="a@x.example\nb@x.example", notify=False, today=TODAY)
    buys = placing(rep, request(account, PAID, key="one"))
    done = at_once(*buys, lambda: night_expires(account, trial), lambda: night_expires(account, trial))
    assert not isinstance(done[0], Refusal) and sum(one is True for one in done[1:]) <= 1
    with database.read_session() as session:
        row = session.scalars(select(Subscription)).one()
        assert (row.status, row.is_trial, row.seats_assigned, row.sequence) == ("active", False, 2, 1)
        held = session.scalars(select(Seat).where(Seat.released_at.is_(None))).all()
        assert len(held) == 2
    assert (count(Document), count(BilledPeriod)) == (1, 1)
    expired = count(SubscriptionEvent, SubscriptionEvent.kind == "trial_expired")
    assert expired == count(OutboxMail, OutboxMail.kind == "trial_expired") == sum(one is True for one in done[1:])


def test_an_expired_trial_is_converted_once(db: object, rep: Actor) -> None:
    account = make_account(rep=rep)
    trial = order(rep, OrderRequest(account, "trial", (TRIAL,))).subscription_ids[0]
    assign_seats(rep, account, trial, pasted="a@x.example", notify=False, today=TODAY)
    end_trial(rep, account, trial, "Over", TODAY)
    done = at_once(*placing(rep, request(account, PAID, key="one"), request(account, PAID, key="two")))
    assert sum(isinstance(one, ProductOwned) for one in done) == 1
    assert (count(Subscription), count(Document), count(Seat, Seat.released_at.is_(None))) == (1, 1, 1)


def test_a_trial_ends_once_and_is_not_extended_after_it(db: object, rep: Actor) -> None:
    account = make_account(rep=rep)
    trial = order(rep, OrderRequest(account, "trial", (TRIAL,))).subscription_ids[0]
    ended, expired, _extended = at_once(
        lambda: end_trial(rep, account, trial, "Over", TODAY),
        lambda: night_expires(account, trial),
        lambda: extend_trial(rep, account, trial, 5, "More", TODAY),
    )
    assert isinstance(ended, TrialOver) is (expired is True)
    assert count(SubscriptionEvent, SubscriptionEvent.kind.in_(["trial_ended", "trial_expired"])) == 1
    assert count(OutboxMail, OutboxMail.kind == "trial_expired") == 1
    with database.read_session() as session:
        assert session.scalars(select(Subscription)).one().status == "expired"


@pytest.mark.parametrize("n", range(4))
def test_cancelling_and_reactivating_take_turns(db: object, rep: Actor, n: int) -> None:
    account = make_account(rep=rep)
    paid = order(rep, request(account, PRO)).subscription_ids[0]
    done = at_once(
        lambda: cancel_subscription(rep, account, paid, "One", TODAY),
        lambda: cancel_subscription(rep, account, paid, "Two", TODAY),
        lambda: reactivate_subscription(rep, account, paid, TODAY),
    )
    cancelled = sum(not isinstance(one, Refusal) for one in done[:2])
    back = not isinstance(done[2], Refusal)
    assert cancelled - back in (0, 1)
    assert count(OutboxMail, OutboxMail.kind == "cancellation_confirmed") == cancelled
    assert count(OutboxMail, OutboxMail.kind == "reactivated") == back
    with database.read_session() as session:
        row = session.scalars(select(Subscription)).one()
        assert row.status == ("pending_cancellation" if cancelled > back else "active")


def test_a_reactivation_and_the_night_that_ends_it(db: object, rep: Actor) -> None:
    account = make_account(rep=rep)
    paid = order(rep, request(account, PRO)).subscription_ids[0]
    cancel_subscription(rep, account, paid, "One", TODAY)
    done = at_once(
        lambda: reactivate_subscription(rep, account, paid, TODAY + timedelta(days=1)),
        lambda: night_ends(account, paid),
        lambda: night_ends(account, paid),
    )
    ended = sum(one is True for one in done[1:])
    assert ended + (not isinstance(done[0], Refusal)) == 1
    assert count(OutboxMail, OutboxMail.kind == "subscription_ended") == ended
