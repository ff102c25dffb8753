"""Leavers: every seat released in one go, marked as left, and a week to undo it while seats are free."""

import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from data import database
from data.models import AuditEntry, LicensedUser, OutboxMail, Seat, Subscription
from data.money import Money
from services import access
from services.commands.leavers import release_leavers, undo_release
from services.commands.seats import assign_seats
from services.errors import Invalid, NotFound, SeatsExhausted, SelfServiceAccount
from services.permissions import Actor, Role
from services.queries.leavers import preview_leavers, recent_releases
from services.queries.people_files import people_of_file
from tests.builders import TODAY, make_account, make_grant, make_licensed_user, make_seat, make_subscription, make_user

ANA, BO, CI = "ana@acme.example", "bo@acme.example", "ci@acme.example"
LONG_AGO = date(2025, 1, 1)


@pytest.fixture
def account(rep: Actor) -> int:
    """An account whose two support seats and one of three meetings seats are taken."""
    made = make_account("acme", rep=rep)
    support = make_subscription(made, "support-pro", starts_on=LONG_AGO, seats=2)
    meetings = make_subscription(made, "meetings-team", starts_on=LONG_AGO, seats=3)
    ana, bo = make_licensed_user(made, ANA), make_licensed_user(made, BO)
    make_licensed_user(made, CI)
    for subscription, user in ((support, ana), (support, bo), (meetings, ana)):
        make_seat(made, subscription, user, assigned_on=LONG_AGO)
    return made


def held() -> list[tuple[str, str]]:
    with database.read_session() as session:
        rows = select(LicensedUser.email, Seat.product).join(Seat, Seat.user_id == LicensedUser.id)
        return sorted(tuple(row) for row in session.execute(rows.where(Seat.released_at.is_(None))))


def counts() -> dict[str, int]:
    with database.read_session() as session:
        return dict(session.execute(select(Subscription.product, Subscription.seats_assigned)).all())


def left() -> dict[str, date | None]:
    with database.read_session() as session:
        return dict(session.execute(select(LicensedUser.email, LicensedUser.left_on)).all())


ALL = [(ANA, "meetings"), (ANA, "support"), (BO, "support")]


def test_a_preview_says_what_is_released_and_what_it_costs(account: int, rep: Actor) -> None:
    preview = preview_leavers(rep, account, f"{ANA}\n{CI}\nZoe <zoe@acme.example>", today=TODAY)
    assert preview.people[["email", "verdict", "products"]].values.tolist() == [
        [ANA, "released", "Remote Support, Meetings"],
        [CI, "no_seat", ""],
        ["zoe@acme.example", "unknown", ""],
    ]
    assert (preview.seats, preview.monthly) == (2, (Money(2_400, "EUR"),))  # 16.00 and 8.00
    assert held() == ALL
    assert [p.field for p in preview_leavers(rep, account, f"{ANA}\nnobody", today=TODAY).problems] == ["line.2"]


def test_leavers_give_back_every_seat_and_are_marked(account: int, rep: Actor) -> None:
    done = release_leavers(rep, account, f"{ANA}\n{CI}\nzoe@acme.example", notify=True, today=TODAY)
    assert (done.released, done.suspended, done.notified) == (2, 1, 1)
    assert (held(), counts()) == ([(BO, "support")], {"support": 1, "meetings": 0})
    assert left() == {ANA: TODAY, BO: None, CI: TODAY}
    again = release_leavers(rep, account, ANA, notify=True, today=TODAY + timedelta(days=1))
    assert (again.released, again.changed, left()[ANA]) == (0, 0, TODAY)
    with database.read_session() as session:
        assert session.scalars(select(OutboxMail.kind)).all() == ["access_suspended"]
        assert session.scalar(select(func.count()).where(AuditEntry.action == "mark_left")) == 2


def test_a_release_can_be_undone_for_seven_days(account: int, rep: Actor) -> None:
    release_leavers(rep, account, ANA, notify=False, today=TODAY)
    (release,) = recent_releases(rep, account)
    assert (release.seats, release.by, release.products) == (2, rep.name, ("Remote Support", "Meetings"))
    done = undo_release(rep, account, release.release_id, notify=True, today=TODAY)
    assert (done.assigned, held(), left()[ANA]) == (2, ALL, None)
    assert recent_releases(rep, account) == ()
    with pytest.raises(NotFound):
        undo_release(rep, account, release.release_id, notify=True, today=TODAY)
    with database.read_session() as session:  # as if it had never been away: the seat is not young again
        since = session.scalars(select(Seat.held_since).where(Seat.released_at.is_(None), Seat.held_since.is_not(None)))
        assert {at.date() for at in since if at} == {LONG_AGO}


@pytest.mark.parametrize(("days", "is_too_late"), [(6, False), (7, True)])
def test_after_seven_days_it_stays_released(account: int, rep: Actor, days: int, is_too_late: bool) -> None:
    release_leavers(rep, account, ANA, notify=False, today=TODAY)
    (release,) = recent_releases(rep, account)
    later = datetime.now(UTC) + timedelta(days=days)
    access.use_clock(lambda: later)
    try:
        assert (recent_releases(rep, account) == ()) is is_too_late
        if is_too_late:
            with pytest.raises(NotFound):
                undo_release(rep, account, release.release_id, notify=False, today=TODAY)
        else:
            undo_release(rep, account, release.release_id, notify=False, today=TODAY)
    finally:
        access.use_clock(None)
    assert (held() == ALL) is not is_too_late


def test_an_undo_takes_no_seat_that_somebody_has_now(account: int, rep: Actor) -> None:
    release_leavers(rep, account, ANA, notify=False, today=TODAY)
    (release,) = recent_releases(rep, account)
    with database.read_session() as session:
        support = session.scalars(select(Subscription.id).where(Subscription.product == "support")).one()
    assign_seats(rep, account, support, pasted=CI, notify=False, today=TODAY)
    with pytest.raises(SeatsExhausted):
        undo_release(rep, account, release.release_id, notify=False, today=TODAY)
    assert (ANA, "meetings") not in held()  # all of them, or none
    assert counts() == {"support": 2, "meetings": 0}


def test_who_has_the_product_again_is_passed_over(account: int, rep: Actor) -> None:
    release_leavers(rep, account, f"{ANA}\n{BO}", notify=False, today=TODAY)
    (release,) = recent_releases(rep, account)
    with database.read_session() as session:
        support = session.scalars(select(Subscription.id).where(Subscription.product == "support")).one()
    assign_seats(rep, account, support, pasted=ANA, notify=False, today=TODAY)
    assert undo_release(rep, account, release.release_id, notify=False, today=TODAY).assigned == 2
    assert held() == ALL


def test_an_undo_and_another_who_takes_the_seat_never_get_more_than_was_bought(account: int, rep: Actor) -> None:
    with database.read_session() as session:
        support = session.scalars(select(Subscription.id).where(Subscription.product == "support")).one()
    for number in range(5):
        release_leavers(rep, account, BO, notify=False, today=TODAY)
        (release, *_) = recent_releases(rep, account)
        barrier, outcome = threading.Barrier(2), []

        def run(work, barrier=barrier, outcome=outcome) -> None:  # type: ignore[no-untyped-def]
            barrier.wait()
            try:
                work()
                outcome.append("done")
            except SeatsExhausted:
                outcome.append("refused")

        other = f"new{number}@acme.example"
        works = (
            lambda release=release: undo_release(rep, account, release.release_id, notify=False, today=TODAY),
            lambda other=other: assign_seats(rep, account, support, pasted=other, notify=False, today=TODAY),
        )
        threads = [threading.Thread(target=run, args=(work,)) for work in works]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(outcome) == ["done", "refused"]
        assert counts()["support"] == len([1 for _, product in held() if product == "support"]) == 2
        release_leavers(rep, account, other, notify=False, today=TODAY) if (other, "support") in held() else None
        if (BO, "support") not in held():
            assign_seats(rep, account, support, pasted=BO, notify=False, today=TODAY)


def test_it_refuses_and_is_scoped(account: int, rep: Actor, other_rep: Actor, licence_manager: Actor) -> None:
    for pasted in ("", "zoe@acme.example", "nobody"):
        with pytest.raises(Invalid):
            release_leavers(rep, account, pasted, notify=False, today=TODAY)
    stranger = make_user(Role.LICENCE_MANAGER, email="stranger@portal.example")
    for actor in (other_rep, stranger):
        with pytest.raises(NotFound):
            preview_leavers(actor, account, ANA, today=TODAY)
        with pytest.raises(NotFound):
            release_leavers(actor, account, ANA, notify=False, today=TODAY)
        assert recent_releases(actor, account) == ()
    make_grant(licence_manager, account)
    release_leavers(licence_manager, account, ANA, notify=False, today=TODAY)
    (release,) = recent_releases(rep, account)
    with pytest.raises(NotFound):
        undo_release(other_rep, account, release.release_id, notify=False, today=TODAY)
    solo = make_account("solo", rep=rep, kind="self_service")
    with pytest.raises(SelfServiceAccount):
        release_leavers(rep, solo, ANA, notify=False, today=TODAY)


def test_a_file_gives_its_column_of_addresses(rep: Actor) -> None:
    file = f"Name,Mail,Since\nAna,{ANA},2024\nBo,{BO},2024\nNobody,,2023\n"
    assert people_of_file(rep, file.encode()) == f"{ANA}\n{BO}"
