"""Invitations: a seat that waits for its holder, counted as assigned; sent again, accepted, withdrawn, undone."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from data import database
from data.models import OutboxMail, Seat, Subscription
from services import access
from services.commands.invitations import accept_invitations, resend_invitations, withdraw_invitations
from services.commands.leavers import undo_release
from services.commands.seat_bulk import BulkRequest, SeatDeed, change_many
from services.errors import NotFound, SeatsExhausted
from services.permissions import Actor, Role
from services.queries.invitations import pending_invitations
from services.queries.usage import seat_uses
from tests.builders import TODAY, make_account, make_subscription, make_user
from tests.services.commands.world import latest_release

ANA, BO = "ana@acme.example", "bo@acme.example"


@pytest.fixture
def account(rep: Actor) -> int:
    made = make_account("acme", rep=rep)
    make_subscription(made, "support-pro", seats=2)
    return made


def invite(actor: Actor, account: int, *emails: str, notify: bool = True) -> int:
    with database.read_session() as session:
        subscription = session.scalars(select(Subscription.id)).one()
    request = BulkRequest(
        account, SeatDeed.INVITE, pasted="\n".join(emails), subscription_id=subscription, notify=notify
    )
    return change_many(actor, request, today=TODAY).changed


def seats() -> list[tuple[bool, str, str]]:
    with database.read_session() as session:
        rows = session.execute(select(Seat.is_pending, Seat.origin, Seat.ending).order_by(Seat.assigned_at))
        return [tuple(row) for row in rows]


def ids() -> list[int]:
    with database.read_session() as session:
        return list(session.scalars(select(Seat.id).where(Seat.released_at.is_(None)).order_by(Seat.assigned_at)))


def mails() -> list[str]:
    with database.read_session() as session:
        return list(session.scalars(select(OutboxMail.kind).order_by(OutboxMail.created_at)))


def assigned() -> int:
    with database.read_session() as session:
        return session.scalars(select(Subscription.seats_assigned)).one()


def test_an_invitation_takes_a_seat_and_waits(account: int, rep: Actor) -> None:
    assert invite(rep, account, ANA, BO) == 2
    assert (seats(), assigned(), mails()) == ([(True, "invited", "")] * 2, 2, ["seat_invited"] * 2)
    with pytest.raises(SeatsExhausted):
        invite(rep, account, "ci@acme.example")
    assert invite(rep, account, ANA) == 0
    listed = pending_invitations(rep, account)
    assert listed.total == 2
    assert listed.frame[["email", "product"]].values.tolist() == [[ANA, "Remote Support"], [BO, "Remote Support"]]
    uses = seat_uses(rep, account, today=TODAY).frame
    assert len(uses) == 2


def test_accepted_it_is_a_seat_like_any_other(account: int, rep: Actor) -> None:
    invite(rep, account, ANA, BO, notify=False)
    assert accept_invitations(rep, account, ids()[:1], notify=True) == 1
    assert accept_invitations(rep, account, ids()[:1], notify=True) == 0
    assert (sorted(seats()), mails()) == ([(False, "invited", ""), (True, "invited", "")], ["seat_assigned"])
    assert pending_invitations(rep, account).frame["email"].tolist() == [BO]
    with database.read_session() as session:
        accepted = session.scalars(select(Seat).where(Seat.accepted_at.is_not(None))).one()
        assert accepted.accepted_by == rep.user_id


def test_it_is_sent_again_after_an_hour(account: int, rep: Actor) -> None:
    invite(rep, account, ANA, notify=False)
    assert resend_invitations(rep, account, ids()) == 0  # two clicks are not two mails
    access.use_clock(lambda: datetime.now(UTC) + timedelta(hours=2))
    try:
        assert resend_invitations(rep, account, ids()) == 1
        assert resend_invitations(rep, account, ids()) == 0
    finally:
        access.use_clock(None)
    assert mails() == ["seat_invited"]


def test_withdrawn_the_seat_is_free_and_it_can_be_undone(account: int, rep: Actor) -> None:
    invite(rep, account, ANA, BO, notify=False)
    asked = ids()
    accept_invitations(rep, account, asked[1:], notify=False)
    done = withdraw_invitations(rep, account, asked, notify=True, today=TODAY)
    assert (done.released, done.suspended, assigned(), mails()) == (1, 1, 1, ["invitation_withdrawn"])
    assert (True, "invited", "withdrawn") in seats()
    assert withdraw_invitations(rep, account, asked, notify=True, today=TODAY).changed == 0
    undo_release(rep, account, latest_release(), notify=False, today=TODAY)
    assert assigned() == 2 and pending_invitations(rep, account).frame["email"].tolist() == [ANA]


def test_it_is_scoped(account: int, rep: Actor, other_rep: Actor) -> None:
    invite(rep, account, ANA, notify=False)
    for actor in (other_rep, make_user(Role.LICENCE_MANAGER, email="stranger@portal.example")):
        for call in (
            lambda actor=actor: resend_invitations(actor, account, ids()),
            lambda actor=actor: accept_invitations(actor, account, ids(), notify=False),
            lambda actor=actor: withdraw_invitations(actor, account, ids(), notify=False, today=date(2026, 4, 11)),
            lambda actor=actor: invite(actor, account, BO),
            lambda actor=actor: pending_invitations(actor, account),
        ):
            with pytest.raises(NotFound):
                call()
