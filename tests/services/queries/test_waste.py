"""Waste in money: figures worked out by hand, tied to the lines and to the change's preview; scope and hidden names."""

import random
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest
from sqlalchemy import func, select

from data import database
from data.models import DocumentLine, Subscription
from data.money import Money
from services.commands.cancellations import cancel_subscription, set_auto_renewal
from services.commands.usage import hide_names
from services.errors import NotAllowed, NotFound
from services.permissions import Actor, Role
from services.queries.changes import Timing, preview_change
from services.queries.waste import Share, account_waste
from services.queries.waste_seats import SeatFilter, waste_seats
from services.rules.change_items import CancellationPending, ChangeWish
from services.rules.reductions import Reduction
from services.rules.usage import SeatUse
from tests.builders import TODAY, make_grant, make_licensed_user, make_seat, make_user
from tests.changing import NEW_YEAR, change, owned
from tests.ordering import PRO
from tests.services.usage_files import deliver


def euro(text: str) -> Money:
    return Money.of(text, "EUR")


@pytest.fixture
def world(rep: Actor, licence_manager: Actor) -> tuple[int, int]:
    """Ten seats for 1440.00 of 2026. Used daily: one; idle: one never seen, one last seen on 5 January; excluded: one
    of ten days ago, one invited; five are free."""
    account, subscription = owned(rep)
    make_grant(licence_manager, account)
    people = {
        "used": ("IT", NEW_YEAR, {}), "never": ("IT", NEW_YEAR, {}), "stopped": ("Sales", NEW_YEAR, {}),
        "young": ("IT", TODAY - timedelta(days=10), {}), "invited": ("Sales", NEW_YEAR, {"is_pending": True}),
    }  # fmt: skip
    for name, (centre, held, columns) in people.items():
        user = make_licensed_user(account, f"{name}@acme.example", cost_centre=centre, manager="Mona Lund")
        make_seat(account, subscription, user, assigned_on=held, **columns)
    daily = [f"used@acme.example,support,{NEW_YEAR + timedelta(days=n)}," for n in range(101)]
    deliver(licence_manager, *daily, "stopped@acme.example,support,2026-01-05,")
    return account, subscription


def reduction_of(actor: Actor, account: int, today: date = TODAY) -> Reduction:
    (one,) = account_waste(actor, account, today=today).subscriptions
    assert one.reduction
    return one.reduction


def test_idle_seats_cost_what_was_really_paid(world: tuple[int, int], licence_manager: Actor) -> None:
    """A seat costs 144.00 / 365 a day and 12.00 a month. Never seen: 101 days from 1 January, 39.847; last seen on the
    5th: 96 days from the 6th, 37.874; 77.7205 together is 77.72, the cent that is over to the first."""
    account, _ = world
    waste = account_waste(licence_manager, account, today=TODAY)
    assert (waste.idle, waste.month, waste.so_far) == (2, euro("24.00"), euro("77.72"))
    assert waste.since == NEW_YEAR
    (one,) = waste.subscriptions
    assert one.rate.a_day == Fraction(14_400, 365)
    assert one.shares == {
        Share.USED: 1, Share.IDLE: 2, Share.EXCLUDED: 2, Share.NO_EVIDENCE: 0, Share.FREE: 5,
    }  # fmt: skip
    by = {name: [(p.value, p.seats, p.month.major, p.so_far.major) for p in parts] for name, parts in waste.by.items()}
    assert {name: [tuple(map(str, part)) for part in parts] for name, parts in by.items()} == {
        "product": [("support", "2", "24.00", "77.72")],
        "cost_centre": [("IT", "1", "12.00", "39.85"), ("Sales", "1", "12.00", "37.87")],
        "manager": [("Mona Lund", "2", "24.00", "77.72")],
    }


def test_the_money_of_the_period_is_that_of_its_lines(world: tuple[int, int], licence_manager: Actor) -> None:
    account, _ = world
    (one,) = account_waste(licence_manager, account, today=TODAY).subscriptions
    assert one.paid == euro("1440.00")
    assert {share: str(part.major) for share, part in one.parts.items()} == {
        Share.USED: "144.00", Share.IDLE: "288.00", Share.EXCLUDED: "288.00",
        Share.NO_EVIDENCE: "0.00", Share.FREE: "720.00",
    }  # fmt: skip


def test_what_can_be_recovered_is_what_the_preview_of_the_change_says(
    world: tuple[int, int], licence_manager: Actor, rep: Actor
) -> None:
    """8 seats from 1 January 2027: 1152.00 instead of 1440.00, to be said 30 days before; or 2 × 144.00 × 265/365
    back today."""
    account, subscription = world
    found = reduction_of(licence_manager, account)
    assert (found.seats, found.nothing, found.reduced, found.saves) == (8, euro("1440"), euro("1152"), euro("288"))
    assert (found.renews_on, found.act_until, found.decide_by(TODAY)) == (
        date(2027, 1, 1), date(2026, 12, 2), date(2026, 12, 2),
    )  # fmt: skip
    assert found.today == euro("209.10")
    preview = preview_change(rep, account, subscription, ChangeWish(seats=8), today=TODAY)
    at_renewal, now = preview.options[Timing.RENEWAL], preview.options[Timing.KEEP]
    assert not isinstance(at_renewal, Exception) and not isinstance(now, Exception)
    assert at_renewal.next_invoice and at_renewal.next_invoice.line.amount == found.reduced
    assert -now.net == found.today
    waste = account_waste(licence_manager, account, today=TODAY)
    assert (waste.recover, waste.recover_by) == (euro("288"), date(2026, 12, 2))


def test_after_the_notice_the_last_day_of_the_period_is_the_last(world: tuple[int, int], admin: Actor) -> None:
    account, late = world[0], date(2026, 12, 3)
    later = [f"used@acme.example,support,{TODAY + timedelta(days=n)}," for n in range((late - TODAY).days)]
    deliver(admin, *later, today=late)
    found = reduction_of(admin, account, late)
    assert found.is_late(late) and found.decide_by(late) == date(2026, 12, 31)
    on_the_day = date(2026, 12, 2)
    assert not found.is_late(on_the_day) and found.decide_by(on_the_day) == on_the_day


def test_idle_seats_are_released_before_they_are_given_back(rep: Actor, licence_manager: Actor) -> None:
    """Two seats, both assigned, one idle: 144.00 × 265/365 = 104.55 back today, though two are assigned now."""
    account, subscription = owned(rep, replace(PRO, seats=2))
    make_grant(licence_manager, account)
    for name in ("used", "never"):
        user = make_licensed_user(account, f"{name}@acme.example")
        make_seat(account, subscription, user, assigned_on=NEW_YEAR)
    deliver(licence_manager, *(f"used@acme.example,support,{NEW_YEAR + timedelta(days=n)}," for n in range(101)))
    assert reduction_of(licence_manager, account).today == euro("104.55")


def test_the_running_period_is_that_of_its_own_lines(
    world: tuple[int, int], licence_manager: Actor, rep: Actor
) -> None:
    """Fifteen seats from today in a new period: 2160.00, whatever the old one cost and got back."""
    account, subscription = world
    change(rep, account, subscription, seats=15, timing=Timing.RESET)
    (one,) = account_waste(licence_manager, account, today=TODAY).subscriptions
    assert one.paid == Money.total(one.parts.values(), "EUR") == euro("2160.00")


def test_what_waits_for_the_renewal_is_not_counted_twice(
    world: tuple[int, int], licence_manager: Actor, rep: Actor
) -> None:
    account, subscription = world
    change(rep, account, subscription, seats=9, timing=Timing.RENEWAL)
    found = reduction_of(licence_manager, account)
    assert (found.waits, found.nothing, found.saves) == (9, euro("1296"), euro("144"))
    change(rep, account, subscription, key="key-3", seats=6, timing=Timing.RENEWAL, replaces_scheduled=True)
    assert reduction_of(licence_manager, account).saves == euro("0")
    assert account_waste(licence_manager, account, today=TODAY).recover_by is None


def test_what_ends_by_itself_or_is_cancelled_recovers_nothing(
    world: tuple[int, int], licence_manager: Actor, rep: Actor
) -> None:
    account, subscription = world
    set_auto_renewal(rep, account, subscription, False, TODAY)
    found = reduction_of(licence_manager, account)
    assert (found.nothing, found.saves) == (None, None)
    cancel_subscription(rep, account, subscription, "No use", TODAY)
    assert isinstance(reduction_of(licence_manager, account).refusal, CancellationPending)


def test_each_seat_shows_its_evidence_or_its_rule(world: tuple[int, int], licence_manager: Actor) -> None:
    account, _ = world
    idle = waste_seats(licence_manager, account, SeatFilter(), today=TODAY)
    assert idle.frame[["email", "why", "last_seen_on", "month_minor", "so_far_minor"]].values.tolist() == [
        ["never@acme.example", "not_seen", None, 1200, 3985],
        ["stopped@acme.example", "not_seen", date(2026, 1, 5), 1200, 3787],
    ]
    excluded = waste_seats(licence_manager, account, SeatFilter(SeatUse.EXCLUDED), today=TODAY)
    assert excluded.frame[["email", "why", "month_minor", "so_far_minor"]].values.tolist() == [
        ["invited@acme.example", "pending", 1200, None],
        ["young@acme.example", "young", 1200, None],
    ]
    sales = waste_seats(licence_manager, account, SeatFilter(cost_centre="Sales"), today=TODAY)
    assert (sales.total, list(sales.frame["manager"])) == (1, ["Mona Lund"])
    assert waste_seats(licence_manager, account, SeatFilter(manager=""), today=TODAY).total == 0
    assert waste_seats(licence_manager, account, SeatFilter(product="meetings"), today=TODAY).total == 0
    second = waste_seats(licence_manager, account, SeatFilter(), today=TODAY, limit=1, offset=1)
    assert (second.total, list(second.frame["email"])) == (2, ["stopped@acme.example"])


def test_hidden_names_stay_hidden(world: tuple[int, int], licence_manager: Actor) -> None:
    account, _ = world
    hide_names(licence_manager, account, hidden=True)
    waste = account_waste(licence_manager, account, today=TODAY)
    assert "manager" not in waste.by and waste.month == euro("24.00")
    rows = waste_seats(licence_manager, account, SeatFilter(), today=TODAY).frame
    assert list(rows["email"]) == list(rows["manager"]) == ["", ""]
    assert not any("Never" in name or "Stopped" in name for name in rows["person"])


def test_only_granted_accounts_are_seen(world: tuple[int, int], finance: Actor) -> None:
    account, _ = world
    stranger = make_user(Role.LICENCE_MANAGER, email="other@portal.example")
    with pytest.raises(NotFound):
        account_waste(stranger, account, today=TODAY)
    with pytest.raises(NotFound):
        waste_seats(stranger, account, SeatFilter(), today=TODAY)
    with pytest.raises(NotAllowed):
        account_waste(finance, account, today=TODAY)


@pytest.mark.parametrize("seed", range(6))
def test_money_is_the_sum_of_seats_and_ties_to_the_lines(rep: Actor, licence_manager: Actor, seed: int) -> None:
    """Whatever was bought, changed and used: parts = lines of the period, groups = seats = totals, to the cent."""
    chance = random.Random(seed)
    account, subscription = owned(rep, replace(PRO, seats=chance.randrange(12, 40)))
    make_grant(licence_manager, account)
    for number in range(chance.randrange(5, 12)):
        centre, manager = chance.choice(["", "IT", "Sales"]), chance.choice(["", "Mona Lund"])
        user = make_licensed_user(account, f"p{number}@acme.example", cost_centre=centre, manager=manager)
        held = NEW_YEAR + timedelta(days=chance.randrange(0, 90))
        make_seat(account, subscription, user, assigned_on=held, is_pending=chance.random() < 0.1)
    change(rep, account, subscription, date(2026, 2, 9), seats=chance.randrange(12, 60), timing=Timing.KEEP)
    seen = [f"p{n}@acme.example,support,{NEW_YEAR + timedelta(days=chance.randrange(0, 101))}," for n in range(4)]
    deliver(licence_manager, f"p0@acme.example,support,{NEW_YEAR},", f"p1@acme.example,support,{TODAY},", *seen)
    waste = account_waste(licence_manager, account, today=TODAY)
    (one,) = waste.subscriptions
    with database.read_session() as session:
        lines = session.scalar(select(func.sum(DocumentLine.net_minor)))
        assigned = session.scalars(select(Subscription.seats_assigned)).one()
    assert Money.total(one.parts.values(), "EUR") == one.paid == Money(int(lines or 0), "EUR")
    assert sum(one.shares.values()) == one.seats
    assert sum(n for share, n in one.shares.items() if share is not Share.FREE) == assigned
    seats = waste_seats(licence_manager, account, SeatFilter(), today=TODAY, limit=1000).frame
    assert (seats["month_minor"].sum(), seats["so_far_minor"].sum()) == (waste.month.minor, waste.so_far.minor)
    assert len(seats) == waste.idle
    for parts in waste.by.values():
        assert Money.total((part.month for part in parts), "EUR") == waste.month
        assert Money.total((part.so_far for part in parts), "EUR") == waste.so_far
