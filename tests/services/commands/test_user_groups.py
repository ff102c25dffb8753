"""Groups of licensed users: made, renamed, deleted; joined one by one and in bulk; a product for a whole group."""

import pytest
from sqlalchemy import select

from data import database
from data.models import GroupMember, LicensedUser, Seat
from services.commands.seat_bulk import BulkRequest, SeatDeed, change_many
from services.commands.user_groups import create_group, delete_group, rename_group, set_groups
from services.errors import Invalid, NotFound, SelfServiceAccount
from services.permissions import Actor, Role
from services.queries.user_groups import user_groups
from tests.builders import TODAY, make_account, make_licensed_user, make_subscription, make_user


@pytest.fixture
def account(rep: Actor) -> int:
    return make_account("acme", rep=rep)


def members(group: int) -> set[int]:
    with database.read_session() as session:
        return set(session.scalars(select(GroupMember.user_id).where(GroupMember.group_id == group)))


def test_a_group_is_made_renamed_and_deleted(account: int, rep: Actor) -> None:
    ana = make_licensed_user(account)
    group = create_group(rep, account, "  Project   Delta ", today=TODAY)
    assert [(row.name, row.members) for row in user_groups(rep, account)] == [("Project Delta", 0)]
    assert set_groups(rep, account, ana, [group]) == 1 and set_groups(rep, account, ana, [group]) == 0
    rename_group(rep, account, group, "Delta")
    assert [(row.name, row.members) for row in user_groups(rep, account)] == [("Delta", 1)]
    delete_group(rep, account, group)
    assert user_groups(rep, account) == () and members(group) == set()
    with database.read_session() as session:
        assert session.get(LicensedUser, (account, ana)) is not None


def test_a_name_is_there_once_and_is_a_name(account: int, rep: Actor) -> None:
    create_group(rep, account, "Delta", today=TODAY)
    other = create_group(rep, account, "Gamma", today=TODAY)
    for name in ("Delta", " ", "x" * 201):
        with pytest.raises(Invalid):
            create_group(rep, account, name, today=TODAY)
        with pytest.raises(Invalid):
            rename_group(rep, account, other, name)


def test_users_join_in_bulk_and_a_product_goes_to_the_whole_group(account: int, rep: Actor) -> None:
    support = make_subscription(account, "support-pro", seats=3)
    users = [make_licensed_user(account, f"{name}@acme.example") for name in ("ana", "bo")]
    group = create_group(rep, account, "Delta", today=TODAY)
    join = BulkRequest(account, SeatDeed.JOIN, tuple(users), "ci@acme.example", group_id=group)
    assert change_many(rep, join, today=TODAY).changed == 3 and change_many(rep, join, today=TODAY).changed == 0
    mine = tuple(sorted(members(group)))
    assign = BulkRequest(account, SeatDeed.ASSIGN, mine, subscription_id=support)
    assert change_many(rep, assign, today=TODAY).seats.assigned == 3
    with database.read_session() as session:
        assert len(session.scalars(select(Seat.id)).all()) == 3
    leave = BulkRequest(account, SeatDeed.LEAVE, mine[:2], group_id=group)
    assert change_many(rep, leave, today=TODAY).changed == 2 and members(group) == {mine[2]}


def test_it_refuses_and_is_scoped(account: int, rep: Actor, other_rep: Actor) -> None:
    ana = make_licensed_user(account)
    group = create_group(rep, account, "Delta", today=TODAY)
    for actor in (other_rep, make_user(Role.LICENCE_MANAGER, email="stranger@portal.example")):
        for call in (
            lambda actor=actor: create_group(actor, account, "Mine", today=TODAY),
            lambda actor=actor: rename_group(actor, account, group, "Mine"),
            lambda actor=actor: delete_group(actor, account, group),
            lambda actor=actor: set_groups(actor, account, ana, [group]),
            lambda actor=actor: user_groups(actor, account),
        ):
            with pytest.raises(NotFound):
                call()
    elsewhere = create_group(rep, make_account("second", rep=rep), "Delta", today=TODAY)
    for call in (
        lambda: set_groups(rep, account, ana, [elsewhere]),
        lambda: rename_group(rep, account, elsewhere, "x"),
        lambda: change_many(rep, BulkRequest(account, SeatDeed.JOIN, (ana,), group_id=elsewhere), today=TODAY),
    ):
        with pytest.raises(NotFound):
            call()
    with pytest.raises(SelfServiceAccount):
        create_group(rep, make_account("solo", rep=rep, kind="self_service"), "Delta", today=TODAY)
