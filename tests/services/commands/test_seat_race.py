"""Two representatives who assign the last seat at once: one gets it, one is refused, in each of 100 races."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select, update

from data import database
from data.models import Account, LicensedUser, Seat, Subscription
from services import access
from services.commands.seats import Ticks, release_seats, tick_products
from services.errors import NotFound, SeatsExhausted
from services.facts import accounts
from services.journal import seats as journal
from tests.builders import TODAY, make_account, make_licensed_user, make_subscription

pytestmark = pytest.mark.postgresql
RACES = 100


@pytest.fixture
def course(rep, manager):
    """Two actors, an account whose subscription has one seat, and two users who want it."""
    account = make_account(rep=rep)
    subscription = make_subscription(account, seats=1)
    users = [make_licensed_user(account, f"{name}@acme.example") for name in ("ana", "bo")]
    return (rep, manager), account, subscription, users


@pytest.fixture
def without_account_lock(monkeypatch):
    """The account is read, not locked: the guard of the seats has to carry alone."""

    def read(session, account_id):
        account = session.scalar(select(Account).where(Account.id == account_id))
        if account is None:
            raise NotFound(kind="account")
        return account

    monkeypatch.setattr(accounts, "lock_account", read)


def race(course, pool):
    """One race: (seats assigned at its end, by rows; refusals). Afterwards the seat is free again."""
    actors, account, subscription, users = course
    start = threading.Barrier(2)

    def assign(actor, user):
        start.wait(5)
        try:
            ticks = [Ticks(user, versions[user], frozenset({"support"}))]
            tick_products(actor, account, ticks, notify=False, today=TODAY)
        except SeatsExhausted as refused:
            assert (refused.values["free"], refused.values["asked"]) == (0, 1)
            return 1
        return 0

    with database.read_session() as session:
        versions = dict(session.execute(select(LicensedUser.id, LicensedUser.version)).all())
    refused = sum(pool.map(assign, actors, users))
    with database.read_session() as session:
        held = select(func.count()).select_from(Seat).where(Seat.released_at.is_(None))
        assigned = session.scalar(held)
        counted = session.scalar(select(Subscription.seats_assigned))
    if assigned == counted:
        release_seats(actors[0], account, subscription, users, notify=False, today=TODAY)
    else:  # oversold: the counter no longer fits the rows
        with database.write_session() as session:
            session.execute(update(Seat).values(released_at=access.now()))
            session.execute(update(Subscription).values(seats_assigned=0))
    return assigned, refused


def races(course):
    with ThreadPoolExecutor(2) as pool:
        return [race(course, pool) for _ in range(RACES)]


def test_the_last_seat_is_given_once(course):
    assert races(course) == [(1, 1)] * RACES


def test_the_guarded_update_carries_alone(course, without_account_lock):
    assert races(course) == [(1, 1)] * RACES


def test_without_lock_and_guard_the_race_oversells(course, without_account_lock, monkeypatch):
    """Proves that the races above can fail: check-then-write sells the same seat twice."""

    both_checked = threading.Barrier(2)

    def check_then_write(session, account_id, subscription_id, seats):
        row = (Subscription.account_id == account_id, Subscription.id == subscription_id)
        free, used = session.execute(
            select(Subscription.seats - Subscription.seats_assigned, Subscription.seats_assigned).where(*row)
        ).one()
        if seats > free:
            return False
        both_checked.wait(5)
        session.execute(update(Subscription).where(*row).values(seats_assigned=used + seats))
        return True

    monkeypatch.setattr(journal, "take", check_then_write)
    with ThreadPoolExecutor(2) as pool:
        assert race(course, pool) == (2, 0)
