"""Eight at once want the last seat, each in another way: one gets it, in each of 100 races; the log says so, too."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from data import database
from data.models import Account, LicensedUser, Seat, Subscription
from services import access
from services.commands.leavers import undo_release
from services.commands.people_imports import apply_people
from services.commands.seat_bulk import BulkRequest, SeatDeed, change_many
from services.commands.seat_moves import MoveRequest, move_seats
from services.commands.seats import Ticks, assign_seats, tick_products
from services.errors import NotFound, SeatsExhausted
from services.facts import accounts
from services.integrity import seats as integrity
from services.journal import seats as journal
from services.permissions import Actor
from services.queries.people_imports import PeoplePlan, plan_people
from services.rules.import_kinds import ImportKind
from services.rules.import_mapping import suggest
from services.rules.import_verdicts import Verdict
from services.uploads.reading import read_table
from tests.builders import TODAY, make_account, make_licensed_user, make_subscription

pytestmark = pytest.mark.postgresql
RACES, THREADS = 100, 8
LONG_AGO, LATER = date(2025, 1, 1), date(2027, 1, 1)


class Course:
    """An account with one free seat of `new`; two hold seats of `old`, one had the free seat and gave it back.

    The old one gives access later, so that nobody is given what a mover leaves behind in it.
    """

    def __init__(self, rep: Actor) -> None:
        self.rep, self.number = rep, 0
        self.account = make_account("race", rep=rep)
        self.old = make_subscription(self.account, "support-business", status="scheduled", starts_on=LATER, seats=2)
        self.new = make_subscription(self.account, "support-pro", starts_on=LONG_AGO, seats=1)
        self.movers = [make_licensed_user(self.account, f"mover{n}@acme.example") for n in range(2)]
        self.former = make_licensed_user(self.account, "former@acme.example")
        self.ticking = make_licensed_user(self.account, "ticking@acme.example")
        self.moving: list[int] = []
        self.version = 1
        self.plan: PeoplePlan

    def start(self) -> None:
        """Everybody to the start: in one transaction past the commands, for there are a hundred races."""
        self.number += 1
        self.moving = [self.number * 10 + n for n in range(2)]
        with database.write_session() as session:
            for seat in session.scalars(select(Seat).where(Seat.released_at.is_(None))):
                seat.released_at = access.now()
            session.flush()
            held = [(seat, self.old, user, None) for seat, user in zip(self.moving, self.movers, strict=True)]
            for seat, subscription, user, released_at in (*held, (self.number * 10 + 9, self.new, self.former, True)):
                at = access.now()
                session.add(
                    Seat(
                        account_id=self.account,
                        id=seat,
                        subscription_id=subscription,
                        product="support",
                        user_id=user,
                        assigned_at=at,
                        assigned_by=self.rep.user_id,
                        released_at=at if released_at else None,
                        release_id=self.number if released_at else None,
                    )
                )
            session.get_one(Subscription, (self.account, self.old)).seats_assigned = 2
            session.get_one(Subscription, (self.account, self.new)).seats_assigned = 0
            self.version = session.get_one(LicensedUser, (self.account, self.ticking)).version
        table = read_table(b"Email,Product\nfile@acme.example,Remote Support\n")
        columns = suggest(table.header, ImportKind.PEOPLE)
        self.plan = plan_people(self.rep, self.account, table, columns, notify=False, today=TODAY)

    def bulk(self, deed: SeatDeed, email: str) -> object:
        request = BulkRequest(self.account, deed, pasted=email, subscription_id=self.new, notify=False)
        return change_many(self.rep, request, today=TODAY)

    def move(self, place: int) -> object:
        request = MoveRequest(self.account, (self.moving[place],), self.new, notify=False)
        return move_seats(self.rep, request, today=TODAY)

    def take_in(self) -> None:
        rows = [row for progress in apply_people(self.rep, self.plan) for row in progress.rows]
        if rows[0].verdict is Verdict.REFUSED:
            raise SeatsExhausted

    def wishes(self) -> list[Callable[[], object]]:
        """The eight ways to the last seat."""
        rep, account, pasted = self.rep, self.account, "pasted@acme.example"
        ticks = [Ticks(self.ticking, self.version, frozenset({"support"}))]
        return [
            lambda: assign_seats(rep, account, self.new, pasted=pasted, notify=False, today=TODAY),
            lambda: tick_products(rep, account, ticks, notify=False, today=TODAY),
            lambda: undo_release(rep, account, self.number, notify=False, today=TODAY),
            lambda: self.move(0),
            lambda: self.move(1),
            lambda: self.bulk(SeatDeed.ASSIGN, "bulk@acme.example"),
            lambda: self.bulk(SeatDeed.INVITE, "invited@acme.example"),
            self.take_in,
        ]

    def run(self, pool: ThreadPoolExecutor) -> list[str]:
        """All at once; what came of each, sorted."""
        self.start()
        start = threading.Barrier(THREADS)

        def one(wish: Callable[[], object]) -> str:
            start.wait(10)
            try:
                wish()
            except SeatsExhausted:
                return "refused"
            return "done"

        return sorted(pool.map(one, self.wishes()))

    def counts(self) -> tuple[int, int, int]:
        """Seats of the new subscription by count and by rows, and how many too many all have."""
        with database.read_session() as session:
            counted = session.get_one(Subscription, (self.account, self.new)).seats_assigned
            mine = (Seat.account_id == self.account, Seat.released_at.is_(None))
            of_new = select(func.count()).select_from(Seat).where(*mine, Seat.subscription_id == self.new)
            twice = select(Seat.user_id).where(*mine).group_by(Seat.user_id, Seat.product).having(func.count() > 1)
            return counted, session.scalar(of_new) or 0, len(session.scalars(twice).all())


def found_by_the_sweep() -> list[object]:
    with database.read_session() as session:
        return [*integrity.never_oversold(session), *integrity.held_once(session)]


@pytest.fixture
def without_account_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    """The account is read, not locked: the guard of the seats has to carry alone."""

    def read(session, account_id):
        account = session.scalar(select(Account).where(Account.id == account_id))
        if account is None:
            raise NotFound(kind="account")
        return account

    monkeypatch.setattr(accounts, "lock_account", read)


ONE = ["done"] + ["refused"] * (THREADS - 1)


def test_the_last_seat_is_given_once_whoever_asks(rep: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(integrity, "SKEW", timedelta(0))  # one machine has one clock
    with ThreadPoolExecutor(THREADS) as pool:
        course = Course(rep)
        for number in range(RACES):
            assert (course.run(pool), course.counts()) == (ONE, (1, 1, 0)), number
    assert found_by_the_sweep() == []


def test_the_guarded_update_carries_alone(rep: Actor, without_account_lock: None) -> None:
    with ThreadPoolExecutor(THREADS) as pool:
        course = Course(rep)
        for number in range(20):
            assert (course.run(pool), course.counts()) == (ONE, (1, 1, 0)), number


def test_without_lock_and_guard_it_is_oversold_and_the_sweep_says_so(
    rep: Actor, without_account_lock: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Proves that the races above can fail, and that the sweep sees what they would leave behind."""
    course = Course(rep)
    course.start()
    checked = threading.Barrier(2)

    def check_then_write(session, account_id, subscription_id, seats):
        row = session.get_one(Subscription, (account_id, subscription_id))
        if seats > row.seats - row.seats_assigned:
            return False
        checked.wait(10)
        return True  # what is counted is not looked at by the sweep: it counts itself

    monkeypatch.setattr(journal, "take", check_then_write)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda wish: wish(), course.wishes()[:2]))
    with database.write_session() as session:  # they still have them hours later
        for seat in session.scalars(select(Seat).where(Seat.released_at.is_(None), Seat.subscription_id == course.new)):
            seat.released_at = seat.assigned_at.replace(year=seat.assigned_at.year + 1)
    assert len(found_by_the_sweep()) == 1
    with database.read_session() as session:
        assert session.scalars(select(LicensedUser.email).where(LicensedUser.id == course.ticking)).one()
