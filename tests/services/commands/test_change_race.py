"""Changes of one subscription at the same time: each booked as it was reviewed, or refused."""

from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from data import database
from data.models import Document, ScheduledChange
from services.commands.changes import schedule_new_price, send_renewal_notice, withdraw_scheduled_change
from services.commands.orders import PlacedOrder
from services.errors import PriceChanged
from services.integrity import violations
from services.permissions import Actor
from services.queries.changes import change_form
from services.rules.change_items import ChangeWish
from services.rules.changes import NothingChanges, Timing
from services.rules.order_request import OrderRequest
from services.rules.scheduled import ChangeScheduledAlready, NothingScheduled
from tests.builders import TODAY
from tests.changing import change, owned, subscription_row
from tests.ordering import request
from tests.services.commands.test_order_race import at_once, placing

pytestmark = pytest.mark.postgresql


def wanted(rep: Actor, account: int, subscription: int, timing: Timing, key: str, **wish: object) -> OrderRequest:
    """The request for a change, as the page makes it."""
    running = change_form(rep, account, subscription, today=TODAY).running
    item = ChangeWish(**wish).item(subscription, running, timing)  # type: ignore[arg-type]
    return request(account, item, key=key, accepts_new_period=True)


def agree() -> None:
    with database.read_session() as session:
        assert [str(one) for one in violations(session)] == []


def test_of_two_new_periods_one_is_begun(db: object, rep: Actor) -> None:
    """The slower one would credit another line than was reviewed: its total is another by then."""
    account, subscription = owned(rep)
    both = [wanted(rep, account, subscription, Timing.RESET, key, seats=n) for key, n in (("a", 15), ("b", 20))]
    done = at_once(*placing(rep, *both))
    assert sorted(type(one).__name__ for one in done) == ["PlacedOrder", "PriceChanged"]
    assert isinstance(next(one for one in done if not isinstance(one, PlacedOrder)), PriceChanged)
    assert subscription_row(subscription).sequence == 2
    agree()


def test_the_same_seats_are_added_once(db: object, rep: Actor) -> None:
    account, subscription = owned(rep)
    both = [wanted(rep, account, subscription, Timing.KEEP, key, seats=15) for key in ("a", "b")]
    done = at_once(*placing(rep, *both))
    assert sum(isinstance(one, NothingChanges) for one in done) == 1
    with database.read_session() as session:
        assert session.scalar(select(func.count()).select_from(Document)) == 2
    agree()


def test_of_two_changes_for_the_renewal_the_second_is_not_unknowing(db: object, rep: Actor) -> None:
    account, subscription = owned(rep)
    both = [wanted(rep, account, subscription, Timing.RENEWAL, key, seats=n) for key, n in (("a", 6), ("b", 7))]
    done = at_once(*placing(rep, *both))
    assert sum(isinstance(one, ChangeScheduledAlready) for one in done) == 1
    agree()


def test_withdrawing_a_new_price_and_a_notice_happen_once(db: object, rep: Actor) -> None:
    account, subscription = owned(rep)
    change(rep, account, subscription, seats=6)

    def twice(command: Callable[..., object]) -> list[object]:
        return at_once(*[lambda: command(rep, account, subscription, today=TODAY)] * 2)

    assert sum(isinstance(one, NothingScheduled) for one in twice(withdraw_scheduled_change)) == 1
    assert sorted(map(bool, twice(schedule_new_price))) == [False, True]
    assert sorted(map(bool, twice(send_renewal_notice))) == [False, True]
    with database.read_session() as session:
        assert sorted(session.scalars(select(ScheduledChange.status))) == ["scheduled", "withdrawn"]
    agree()
