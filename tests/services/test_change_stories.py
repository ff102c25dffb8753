"""Changes over months of nights: what waits takes effect, what is undercut waits on, and the books agree throughout."""

import random
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from data import database
from data.models import AccountCredit, Document, HeldDocument, Movement, ScheduledChange, Seat, Subscription
from data.period import Interval
from services import access
from services.commands.billing import release_held
from services.commands.cancellations import cancel_subscription, reactivate_subscription
from services.commands.changes import schedule_new_price
from services.commands.orders import place_order
from services.commands.seats import assign_seats, release_seats
from services.integrity import violations
from services.integrity.figures import differences
from services.permissions import Actor
from services.queries.changes import preview_change
from services.rules.change_items import ChangeWish, InvoiceHeld
from services.rules.change_outlook import Outlook
from services.rules.changes import Timing
from services.rules.ordering import OrderItem
from services.rules.pricing import Discount
from tests.builders import make_account
from tests.changing import change, subscription_row
from tests.ordering import order, request
from tests.services.night.book import START, SUPPORT, at_nine, night, nights

FEBRUARY, MARCH = date(2026, 2, 28), date(2026, 3, 31)


def bought(rep: Actor, item: OrderItem = SUPPORT) -> tuple[int, int]:
    """An account with a monthly subscription of ten seats from 31 January: both ids."""
    at_nine(START)
    account = make_account("acme", rep=rep, co_term_on="06-15")
    return account, order(rep, request(account, item), START).subscription_ids[0]


def agree() -> None:
    """Every invariant of the books holds."""
    with database.read_session() as session:
        assert [str(one) for one in (*violations(session), *differences(session))] == []


def scheduled() -> list[tuple[str, int | None, str]]:
    with database.read_session() as session:
        rows = session.scalars(select(ScheduledChange).order_by(ScheduledChange.id)).all()
        return [(row.status, row.seats, row.waits_for) for row in rows]


def after_nine(day: date, minutes: int) -> None:
    """Stamps of that day, later than what happened before on it."""
    at = datetime(day.year, day.month, day.day, 9, tzinfo=UTC) + timedelta(minutes=1 + minutes)
    access.use_clock(lambda: at)


def test_a_change_today_is_refused_while_an_invoice_is_held(db: object, rep: Actor, admin: Actor) -> None:
    """10 → 100 seats at the renewal: the guard holds the invoice, so its period could not be credited yet."""
    account, subscription = bought(rep)
    change(rep, account, subscription, date(2026, 2, 10), seats=100, timing=Timing.RENEWAL)
    night(FEBRUARY)
    for timing in (Timing.RESET, Timing.KEEP, Timing.CO_TERM):
        with pytest.raises(InvoiceHeld):
            change(rep, account, subscription, date(2026, 3, 2), key="less", seats=50, timing=timing)
    change(rep, account, subscription, date(2026, 3, 2), key="later", seats=90, timing=Timing.RENEWAL)
    with database.read_session() as session:
        held = session.scalars(select(HeldDocument.id)).one()
    release_held(admin, account, held, today=date(2026, 3, 2))
    change(rep, account, subscription, date(2026, 3, 2), key="less", seats=50, timing=Timing.KEEP)
    assert subscription_row(subscription).seats == 50
    agree()


def test_a_fall_that_is_undercut_waits_until_the_seats_are_released(db: object, rep: Actor) -> None:
    account, subscription = bought(rep)
    people = "\n".join(f"{name}@acme.example" for name in "abcdefgh")
    assign_seats(rep, account, subscription, pasted=people, notify=False, today=START)
    change(rep, account, subscription, date(2026, 2, 10), seats=6, timing=Timing.RENEWAL)
    night(FEBRUARY)
    assert scheduled() == [("scheduled", 6, "seats_in_use")] and subscription_row(subscription).seats == 10
    agree()
    with database.read_session() as session:
        users = session.scalars(select(Seat.user_id)).all()
    release_seats(rep, account, subscription, users[:2], notify=False, today=date(2026, 3, 2))
    nights(date(2026, 3, 1), MARCH)
    assert scheduled()[0][:2] == ("applied", 6) and subscription_row(subscription).seats == 6
    agree()


def test_cancelling_suspends_what_waits_and_reactivating_restores_it(db: object, rep: Actor) -> None:
    account, subscription = bought(rep)
    change(rep, account, subscription, date(2026, 2, 10), plan="support-business")
    cancel_subscription(rep, account, subscription, "Too dear", date(2026, 2, 11))
    assert scheduled()[0][0] == "scheduled"
    reactivate_subscription(rep, account, subscription, date(2026, 2, 12))
    nights(date(2026, 2, 13), FEBRUARY)
    row = subscription_row(subscription)
    assert (row.plan, row.seats, row.period_start, row.anchor_on.day) == ("support-business", 10, FEBRUARY, 31)
    agree()


def test_ten_cycles_of_new_periods_leave_the_balance_as_the_first_did(db: object, rep: Actor) -> None:
    """Up and down on one day nets 0.00, also where each begins a new period."""
    account, subscription = bought(rep)
    day = date(2026, 2, 10)
    change(rep, account, subscription, day, key="first", seats=11, timing=Timing.RESET)
    after_nine(day, -1)
    change(rep, account, subscription, day, key="back", seats=10, timing=Timing.RESET)

    def owed() -> int:
        with database.read_session() as session:
            left = sum(session.scalars(select(AccountCredit.left_minor)))
            return sum(session.scalars(select(Document.open_minor))) - left

    before = owed()
    for cycle in range(10):
        for place, seats in enumerate((15, 10)):
            after_nine(day, 2 * cycle + place)
            change(rep, account, subscription, day, key=f"{cycle}-{seats}", seats=seats, timing=Timing.RESET)
        assert owed() == before
    with database.read_session() as session:
        assert [row.moved_on for row in session.scalars(select(Movement))] == [START]
    agree()


@pytest.mark.parametrize("seed", [1, 10])
def test_the_books_agree_whatever_is_changed_when(db: object, rep: Actor, seed: int) -> None:
    """Random changes under every timing between nights: what the preview shows is booked, and nothing contradicts."""
    chance = random.Random(seed)
    account, subscription = bought(rep)
    done, day = Counter[str](), START
    for step in range(20):
        after = day + timedelta(days=chance.choice((0, 1, 6, 15)))
        nights(day + timedelta(days=1), after)
        day = after
        after_nine(day, step)
        done[_act(chance, rep, account, subscription, day, f"step-{step}")] += 1
        agree()
    assert done["changed"] >= 5, done


def _act(chance: random.Random, rep: Actor, account: int, subscription: int, day: date, key: str) -> str:
    if chance.random() < 0.1:
        return "priced" if schedule_new_price(rep, account, subscription, today=day) else "again"
    wish = ChangeWish(
        plan=chance.choice((None, "support-business", "support-pro", "support-enterprise")),
        seats=chance.choice((None, 5, 9, 10, 11, 40)),
        interval=chance.choice((None, None, Interval.MONTH, Interval.YEAR)),
        discount=chance.choice((None, None, Discount(percent=Decimal(10)), Discount(percent=Decimal(0)))),
        discount_reason="Deal",
        replaces_scheduled=chance.random() < 0.7,
    )
    shown = preview_change(rep, account, subscription, wish, today=day).options[chance.choice(list(Timing))]
    if not isinstance(shown, Outlook):
        return shown.code
    wanted = request(account, shown.quoted.item, key=key, accepts_new_period=True)
    placed = place_order(rep, wanted, agreed=shown.total, today=day)
    with database.read_session() as session:
        papers = session.scalars(select(Document).where(Document.id.in_(placed.document_ids))).all()
        assert sum(paper.subtotal_minor for paper in papers) == shown.net.minor
        row = session.scalars(select(Subscription).where(Subscription.id == subscription)).one()
        assert row.period_start <= day < row.period_end
    return "changed"
