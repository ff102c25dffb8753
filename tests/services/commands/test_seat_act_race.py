"""Acts on seats at once with each other, with a release and with an assignment: each done once, or refused whole."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from sqlalchemy import func, select

from data import database
from data.models import ScheduledChange, Seat, Subscription
from services.commands.seat_acts import ActDone, act_on_seats
from services.commands.seats import assign_seats, release_seats
from services.errors import Refusal, SeatsExhausted
from services.permissions import Actor
from services.queries.seat_acts import ActRequest, Fewer, preview_act
from services.rules.seat_acts import ActChanged
from tests.builders import TODAY, make_account, make_licensed_user, make_seat
from tests.ordering import PRO, order, request

pytestmark = pytest.mark.postgresql
ROUNDS = 10
THREADS = 8


class Course:
    """Ten seats of which four are assigned; each round begins with those."""

    def __init__(self, rep: Actor) -> None:
        self.rep, self.account = rep, make_account(rep=rep)
        self.subscription = order(rep, request(self.account, PRO), today=date(2026, 1, 1)).subscription_ids[0]
        self.users = [make_licensed_user(self.account, f"p{number}@acme.example") for number in range(4)]
        for user in self.users:
            make_seat(self.account, self.subscription, user, assigned_on=date(2026, 1, 2))

    def held(self) -> list[int]:
        with database.read_session() as session:
            return list(session.scalars(select(Seat.id).where(Seat.released_at.is_(None)).order_by(Seat.id)))

    def fill(self) -> None:
        assign_seats(self.rep, self.account, self.subscription, user_ids=self.users, notify=False, today=TODAY)

    def give(self, email: str) -> None:
        assign_seats(self.rep, self.account, self.subscription, pasted=email, notify=False, today=TODAY)

    def act(self, key: str, seats: int | None = None) -> tuple[ActRequest, str]:
        fewer = (Fewer(self.subscription, seats),) if seats else ()
        wanted = ActRequest(self.account, key, release=tuple(self.held()[:2]), fewer=fewer, notify=False)
        return wanted, preview_act(self.rep, wanted, today=TODAY).fingerprint

    def is_sound(self) -> bool:
        with database.read_session() as session:
            rows = session.scalar(select(func.count()).select_from(Seat).where(Seat.released_at.is_(None)))
            row = session.scalars(select(Subscription)).one()
            return rows == row.seats_assigned <= row.seats


@pytest.fixture
def course(rep: Actor) -> Course:
    return Course(rep)


def at_once(*works: Callable[[], object]) -> list[object]:
    """What came of each, or its refusal."""
    start = threading.Barrier(len(works))

    def run(work: Callable[[], object]) -> object:
        start.wait(10)
        try:
            return work()
        except Refusal as refused:
            return refused

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def test_eight_clicks_of_one_cart_do_it_once(course: Course) -> None:
    for number in range(ROUNDS):
        wanted, agreed = course.act(f"key {number}", seats=9 - number % 5)
        click = lambda w=wanted, a=agreed: act_on_seats(course.rep, w, agreed=a, today=TODAY)  # noqa: E731
        came = at_once(*[click] * THREADS)
        assert all(isinstance(one, ActDone) for one in came)
        assert sorted(one.is_repeat for one in came) == [False] + [True] * (THREADS - 1)  # type: ignore[attr-defined]
        assert len(course.held()) == 2 and course.is_sound()
        course.fill()
    with database.read_session() as session:
        made = select(func.count()).select_from(ScheduledChange)
        assert session.scalar(made) == ROUNDS
        assert session.scalar(made.where(ScheduledChange.status == "scheduled")) == 1


def test_of_eight_carts_about_the_same_seats_one_is_done(course: Course) -> None:
    for number in range(ROUNDS):
        carts = [course.act(f"{number} {thread}") for thread in range(THREADS)]
        clicks = [lambda c=cart: act_on_seats(course.rep, c[0], agreed=c[1], today=TODAY) for cart in carts]
        came = at_once(*clicks)
        assert sum(isinstance(one, ActDone) for one in came) == 1
        assert sum(isinstance(one, ActChanged) for one in came) == THREADS - 1
        assert len(course.held()) == 2 and course.is_sound()
        course.fill()


def test_a_release_or_an_assignment_beside_it_is_seen_or_comes_after(course: Course) -> None:
    """Down to two seats with two of four released: an assignment in between makes that another decision."""
    for number in range(ROUNDS):
        wanted, agreed = course.act(f"key {number}", seats=2)
        deeds = [
            lambda w=wanted, a=agreed: act_on_seats(course.rep, w, agreed=a, today=TODAY),
            lambda n=number: course.give(f"new{n}@acme.example"),
            lambda: release_seats(
                course.rep, course.account, course.subscription, course.users[:1], notify=False, today=TODAY
            ),
        ]
        came = at_once(*deeds)
        assert isinstance(came[0], ActDone | ActChanged) and not isinstance(came[1], SeatsExhausted)
        assert course.is_sound()
        with database.read_session() as session:
            new = session.scalars(select(Seat.user_id).where(Seat.released_at.is_(None))).all()
        others = [user for user in new if user not in course.users]
        release_seats(course.rep, course.account, course.subscription, others, notify=False, today=TODAY)
        course.fill()
