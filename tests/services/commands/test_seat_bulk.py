"""One change for many: the verdict on each first, by the same rules as the deed; all of it, or nothing."""

from datetime import date

import pytest
from sqlalchemy import select

from data import database
from data.models import LicensedUser, OutboxMail, Seat, Subscription
from services.commands.leavers import undo_release
from services.commands.seat_bulk import BulkDone, BulkRequest, SeatDeed, change_many
from services.errors import Invalid, NotAllowed, NotFound, SeatsExhausted
from services.permissions import Actor, Role
from services.queries.seat_bulk import preview_bulk
from tests.builders import TODAY, make_account, make_grant, make_licensed_user, make_seat, make_subscription, make_user
from tests.services.commands.world import latest_release

LONG_AGO = date(2025, 1, 1)


class Firm:
    """Ana and Bo have support; Ci has nothing; Di has left. Support: 4 bought; a second one: 1; meetings: 9."""

    def __init__(self, rep: Actor) -> None:
        self.account = make_account("acme", rep=rep)
        self.support = make_subscription(self.account, "support-pro", starts_on=LONG_AGO, seats=4)
        self.second = make_subscription(self.account, "support-business", seats=1)
        self.meetings = make_subscription(self.account, "meetings-team", seats=9)
        ana, bo, ci = (make_licensed_user(self.account, f"{name}@acme.example") for name in ("ana", "bo", "ci"))
        di = make_licensed_user(self.account, "di@acme.example", left_on=LONG_AGO)
        self.users = (ana, bo, ci, di)
        for user in (ana, bo):
            make_seat(self.account, self.support, user, assigned_on=LONG_AGO)

    def ask(self, deed: SeatDeed, pasted: str = "", notify: bool = True, **more: object) -> BulkRequest:
        return BulkRequest(self.account, deed, self.users, pasted, notify=notify, **more)


@pytest.fixture
def firm(rep: Actor) -> Firm:
    return Firm(rep)


def verdicts(actor: Actor, request: BulkRequest) -> list[str]:
    return preview_bulk(actor, request, today=TODAY).rows["verdict"].tolist()


def assigned() -> dict[int, int]:
    with database.read_session() as session:
        return dict(session.execute(select(Subscription.id, Subscription.seats_assigned)).all())


def done(actor: Actor, request: BulkRequest) -> BulkDone:
    """The deed, which does what its preview says, and nothing when it comes again."""
    shown = preview_bulk(actor, request, today=TODAY)
    made = change_many(actor, request, today=TODAY)
    assert made.changed == (shown.rows["verdict"] == "done").sum()
    assert change_many(actor, request, today=TODAY).changed == 0
    return made


def test_seats_are_given_to_who_has_none_of_the_product(firm: Firm, rep: Actor) -> None:
    request = firm.ask(SeatDeed.ASSIGN, "Ed <ed@acme.example>", subscription_id=firm.support)
    assert verdicts(rep, request) == ["already", "already", "done", "left", "done"]
    assert done(rep, request).seats.notified == 2
    assert assigned()[firm.support] == 4
    with database.read_session() as session:
        assert session.scalars(select(LicensedUser.email).where(LicensedUser.left_on.is_not(None))).all() == [
            "di@acme.example"
        ]


def test_too_few_free_seats_give_none_and_enrol_nobody(firm: Firm, rep: Actor) -> None:
    request = firm.ask(SeatDeed.ASSIGN, "ed@acme.example; flo@acme.example", subscription_id=firm.support)
    shown = preview_bulk(rep, request, today=TODAY)
    assert (shown.needed, shown.free, shown.fits) == (3, 2, False)
    assert verdicts(rep, request) == ["already", "already", "done", "left", "done", "no_seat_free"]
    with pytest.raises(SeatsExhausted):
        change_many(rep, request, today=TODAY)
    with database.read_session() as session:
        assert len(session.scalars(select(LicensedUser.id)).all()) == 4
        assert session.scalars(select(OutboxMail.id)).all() == []
    assert assigned()[firm.support] == 2


def test_released_in_bulk_it_is_undone_in_one(firm: Firm, rep: Actor) -> None:
    request = firm.ask(SeatDeed.RELEASE, "who@acme.example", subscription_id=firm.support)
    assert verdicts(rep, request) == ["done", "done", "has_no_seat", "has_no_seat", "unknown"]
    assert not preview_bulk(rep, request, today=TODAY).rows["is_new"].any()
    assert done(rep, request).seats.suspended == 2
    undo_release(rep, firm.account, latest_release(), notify=False, today=TODAY)
    assert assigned()[firm.support] == 2


def test_moved_in_bulk(firm: Firm, rep: Actor) -> None:
    request = firm.ask(SeatDeed.MOVE, subscription_id=firm.support, target=firm.second)
    assert verdicts(rep, request) == ["done", "no_seat_free", "has_no_seat", "has_no_seat"]
    with pytest.raises(SeatsExhausted):
        change_many(rep, request, today=TODAY)
    one = BulkRequest(
        firm.account, SeatDeed.MOVE, firm.users[:1], subscription_id=firm.support, target=firm.second, notify=False
    )
    done(rep, one)
    assert (assigned()[firm.support], assigned()[firm.second], verdicts(rep, one)) == (1, 1, ["already"])
    with pytest.raises(NotFound):
        verdicts(rep, firm.ask(SeatDeed.MOVE, subscription_id=firm.support, target=firm.meetings))


def test_suspended_in_bulk(firm: Firm, rep: Actor) -> None:
    change_many(rep, firm.ask(SeatDeed.ASSIGN, subscription_id=firm.meetings, notify=False), today=TODAY)
    request = firm.ask(SeatDeed.SUSPEND)
    assert verdicts(rep, request) == ["done", "done", "done", "already"]
    assert done(rep, request).seats.suspended == 3
    assert set(assigned().values()) == {0}


@pytest.mark.parametrize("deed", [SeatDeed.DEPARTMENT, SeatDeed.COST_CENTRE, SeatDeed.MANAGER])
def test_a_detail_is_set_and_cleared(firm: Firm, rep: Actor, deed: SeatDeed) -> None:
    assert done(rep, firm.ask(deed, text=" Field   service ")).changed == 4
    with database.read_session() as session:
        assert set(session.scalars(select(getattr(LicensedUser, deed.value)))) == {"Field service"}
    assert done(rep, firm.ask(deed, text="")).changed == 4
    with pytest.raises(Invalid):
        change_many(rep, firm.ask(deed, text="x" * 201), today=TODAY)


def test_nobody_is_told_when_asked_so(firm: Firm, rep: Actor) -> None:
    done(rep, firm.ask(SeatDeed.ASSIGN, subscription_id=firm.support, notify=False))
    done(rep, firm.ask(SeatDeed.SUSPEND, notify=False))
    with database.read_session() as session:
        assert session.scalars(select(OutboxMail.id)).all() == []
        assert session.scalars(select(Seat.id).where(Seat.released_at.is_(None))).all() == []


def test_it_refuses_and_is_scoped(firm: Firm, rep: Actor, other_rep: Actor, finance: Actor) -> None:
    request = firm.ask(SeatDeed.SUSPEND)
    for actor in (other_rep, make_user(Role.LICENCE_MANAGER, email="stranger@portal.example")):
        for call in (change_many, preview_bulk):
            with pytest.raises(NotFound):
                call(actor, request, today=TODAY)
    with pytest.raises(NotAllowed):
        change_many(finance, request, today=TODAY)
    with pytest.raises(Invalid) as wrong:
        change_many(rep, firm.ask(SeatDeed.SUSPEND, "nobody"), today=TODAY)
    assert wrong.value.problems[0].field == "line.1"
    with pytest.raises(Invalid):
        change_many(rep, BulkRequest(firm.account, SeatDeed.SUSPEND), today=TODAY)
    with pytest.raises(NotFound):
        change_many(rep, BulkRequest(firm.account, SeatDeed.SUSPEND, (7,)), today=TODAY)
    granted = make_user(Role.LICENCE_MANAGER, email="granted@portal.example")
    make_grant(granted, firm.account)
    assert change_many(granted, request, today=TODAY).changed == 2
