"""Seats moved to another subscription of their product, and seats released one by one."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from data import database
from data.models import AuditEntry, LicensedUser, OutboxMail, Seat, Subscription
from services.commands.leavers import undo_release
from services.commands.seat_moves import MoveRequest, ReleaseRequest, move_seats, release_chosen
from services.errors import NotAllowed, NotFound, SeatsExhausted, SelfServiceAccount
from services.permissions import Actor, Role
from services.queries.seat_moves import preview_moves
from tests.builders import TODAY, make_account, make_grant, make_licensed_user, make_seat, make_subscription, make_user
from tests.services.commands.world import latest_release

LONG_AGO = date(2025, 1, 1)
SINCE = datetime(2025, 1, 1, 12, tzinfo=UTC)


class Two:
    """An account with two subscriptions of one product: three seats of the old one are taken, two new ones free."""

    def __init__(self, rep: Actor) -> None:
        self.account = make_account("acme", rep=rep)
        self.old = make_subscription(self.account, "support-pro", starts_on=LONG_AGO, seats=3)
        self.new = make_subscription(self.account, "support-business", seats=2)
        self.other = make_subscription(self.account, "meetings-team", seats=5)
        self.users = [make_licensed_user(self.account, f"{name}@acme.example") for name in ("ana", "bo", "ci")]
        self.seats = tuple(make_seat(self.account, self.old, user, assigned_on=LONG_AGO) for user in self.users)

    def move(self, *places: int, notify: bool = False, target: int = 0) -> MoveRequest:
        return MoveRequest(self.account, tuple(self.seats[place] for place in places), target or self.new, notify)


@pytest.fixture
def two(rep: Actor) -> Two:
    return Two(rep)


def held() -> list[tuple[str, int, datetime | None]]:
    with database.read_session() as session:
        rows = select(LicensedUser.email, Seat.subscription_id, Seat.held_since).join(
            Seat, Seat.user_id == LicensedUser.id
        )
        return sorted(tuple(row) for row in session.execute(rows.where(Seat.released_at.is_(None))))


def counts() -> dict[int, int]:
    with database.read_session() as session:
        return dict(session.execute(select(Subscription.id, Subscription.seats_assigned)).all())


def verdicts(actor: Actor, two: Two, *places: int, target: int = 0) -> list[str]:
    request = two.move(*places, target=target)
    return preview_moves(actor, two.account, request.seat_ids, request.target, today=TODAY).rows["verdict"].tolist()


def test_a_moved_seat_is_held_as_long_as_before(two: Two, rep: Actor) -> None:
    assert verdicts(rep, two, 0, 1) == ["done", "done"]
    done = move_seats(rep, two.move(0, 1, notify=True), today=TODAY)
    assert (done.assigned, done.released, done.changed, done.notified) == (2, 2, 2, 2)
    assert held() == [
        ("ana@acme.example", two.new, SINCE), ("bo@acme.example", two.new, SINCE), ("ci@acme.example", two.old, None),
    ]  # fmt: skip
    assert counts() == {two.old: 1, two.new: 2, two.other: 0}
    with database.read_session() as session:
        rows = session.execute(select(Seat.origin, Seat.ending).where(Seat.user_id == two.users[0])).all()
        assert sorted(map(tuple, rows)) == [("assigned", "moved"), ("moved", "")]
        mails = session.scalars(select(OutboxMail)).all()
        assert [(mail.kind, mail.facts["plan"]) for mail in mails] == [("seat_moved", "Business")] * 2
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "move_seat")).first()
        assert entry and entry.before == {"subscription": "S-support-pro-active"}


def test_the_same_move_again_changes_nothing(two: Two, rep: Actor) -> None:
    move_seats(rep, two.move(0), today=TODAY)
    assert verdicts(rep, two, 0) == ["already"]
    again = move_seats(rep, two.move(0, notify=True), today=TODAY)
    assert (again.changed, again.notified, counts()[two.new]) == (0, 0, 1)


def test_it_goes_back_and_is_still_as_old(two: Two, rep: Actor) -> None:
    move_seats(rep, two.move(0), today=TODAY)
    with database.read_session() as session:
        now = session.scalars(select(Seat.id).where(Seat.subscription_id == two.new)).one()
    move_seats(rep, MoveRequest(two.account, (now,), two.old, notify=False), today=TODAY)
    assert ("ana@acme.example", two.old, SINCE) in held()


def test_more_than_fit_are_none(two: Two, rep: Actor) -> None:
    assert verdicts(rep, two, 0, 1, 2) == ["done", "done", "no_seat_free"]
    with pytest.raises(SeatsExhausted) as refused:
        move_seats(rep, two.move(0, 1, 2), today=TODAY)
    assert (refused.value.values["free"], refused.value.values["asked"]) == (2, 3)
    assert counts() == {two.old: 3, two.new: 0, two.other: 0}


def test_seats_given_back_and_of_other_products_are_passed_over(two: Two, rep: Actor) -> None:
    release_chosen(rep, ReleaseRequest(two.account, two.seats[:1], notify=False), today=TODAY)
    assert verdicts(rep, two, 0, 1) == ["gone", "done"]
    assert verdicts(rep, two, 1, target=two.other) == ["other_product"]
    assert move_seats(rep, two.move(0, 1), today=TODAY).changed == 1
    assert move_seats(rep, two.move(2, target=two.other), today=TODAY).changed == 0
    assert counts() == {two.old: 1, two.new: 1, two.other: 0}


def test_chosen_seats_are_released_in_one_go_and_undone_in_one(two: Two, rep: Actor) -> None:
    request = ReleaseRequest(two.account, two.seats[:2], notify=True)
    done = release_chosen(rep, request, today=TODAY)
    assert (done.released, done.suspended, done.notified) == (2, 2, 2)
    assert release_chosen(rep, request, today=TODAY).changed == 0
    undo_release(rep, two.account, latest_release(), notify=False, today=TODAY)
    assert counts()[two.old] == 3 and ("ana@acme.example", two.old, SINCE) in held()


def test_it_refuses_and_is_scoped(two: Two, rep: Actor, other_rep: Actor, finance: Actor) -> None:
    release = ReleaseRequest(two.account, two.seats, notify=False)
    for actor in (other_rep, make_user(Role.LICENCE_MANAGER, email="stranger@portal.example")):
        for refused in (
            lambda actor=actor: move_seats(actor, two.move(0), today=TODAY),
            lambda actor=actor: release_chosen(actor, release, today=TODAY),
            lambda actor=actor: verdicts(actor, two, 0),
        ):
            with pytest.raises(NotFound):
                refused()
    with pytest.raises(NotAllowed):
        move_seats(finance, two.move(0), today=TODAY)
    for unknown in (MoveRequest(two.account, (7,), two.new, False), two.move(0, target=7)):
        with pytest.raises(NotFound):
            move_seats(rep, unknown, today=TODAY)
    ended = make_subscription(two.account, "support-pro", status="expired", ends_on=date(2026, 1, 2))
    with pytest.raises(NotFound):
        move_seats(rep, two.move(0, target=ended), today=TODAY)
    with pytest.raises(SelfServiceAccount):
        move_seats(rep, MoveRequest(make_account("solo", rep=rep, kind="self_service"), (1,), 1, False), today=TODAY)
    granted = make_user(Role.LICENCE_MANAGER, email="granted@portal.example")
    make_grant(granted, two.account)
    assert move_seats(granted, two.move(0), today=TODAY).changed == 1
