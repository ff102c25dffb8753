"""Every command: works and leaves an audit row; refuses other roles, other reps and self-service accounts."""

from __future__ import annotations

import importlib
import inspect
import pkgutil

import pytest
from sqlalchemy import func, select, update

from data import database
from data.models import Account, AuditEntry, Base
from services import commands
from services.errors import NotAllowed, NotFound, SelfServiceAccount
from services.permissions import GRANTS, Actor, Permission, Role
from tests.builders import make_user
from tests.services.commands.every_command import ABOUT_NO_ACCOUNT, EACH, NOT_OF_AN_ACCOUNT, Call
from tests.services.commands.world import World, build_world


@pytest.fixture
def world(rep: Actor, other_rep: Actor, admin: Actor) -> World:
    """One of everything."""
    return build_world(rep, other_rep, admin)


def everything() -> dict[str, list[str]]:
    """Every row of every table."""
    with database.read_session() as session:
        return {table.name: sorted(map(repr, session.execute(select(table)))) for table in Base.metadata.sorted_tables}


def audit_rows() -> int:
    """How many there are."""
    with database.read_session() as session:
        return session.scalar(select(func.count()).select_from(AuditEntry)) or 0


def who_may(world: World, permission: Permission) -> Actor:
    """The rep, or where a rep may not, the administrator."""
    rep = world.actors[Role.SALES_REP]
    return rep if rep.may(permission) else world.actors[Role.ADMIN]


def not_refused(call: Call, actor: Actor, world: World, refusal: type[Exception]) -> str:
    """What came instead of the refusal; empty where it came."""
    try:
        call(actor, world)
    except refusal:
        return ""
    except Exception as other:
        return repr(other)
    return "done"


def test_no_command_is_left_out() -> None:
    rooms = [
        importlib.import_module(f"{commands.__name__}.{room.name}") for room in pkgutil.iter_modules(commands.__path__)
    ]
    found = {
        function
        for room in rooms
        for name, function in inspect.getmembers(room, inspect.isfunction)
        if function.__module__ == room.__name__ and not name.startswith("_")
        if "actor" in inspect.signature(function).parameters
    }
    assert found == {command for _, command, _ in EACH}


def test_each_works_and_leaves_an_audit_row(world: World) -> None:
    silent = []
    for permission, command, call in EACH:
        before = audit_rows()
        call(who_may(world, permission), world)
        if audit_rows() == before:
            silent.append(command.__name__)
    assert silent == []


def test_a_role_without_the_permission_is_refused(world: World) -> None:
    before = everything()
    came = {
        (command.__name__, role): not_refused(call, actor, world, NotAllowed)
        for permission, command, call in EACH
        for role, actor in world.actors.items()
        if permission not in GRANTS[role]
    }
    assert {key: what for key, what in came.items() if what} == {}
    assert everything() == before


def test_another_rep_finds_nothing(world: World) -> None:
    before = everything()
    came = {
        command.__name__: not_refused(call, world.other_rep, world, NotFound)
        for permission, command, call in EACH
        if permission in GRANTS[Role.SALES_REP] and command not in ABOUT_NO_ACCOUNT
    }
    assert {name: what for name, what in came.items() if what} == {}
    assert everything() == before


def test_a_licence_manager_without_the_grant_finds_nothing(world: World) -> None:
    stranger = make_user(Role.LICENCE_MANAGER, email="stranger@portal.example")
    before = everything()
    came = {
        command.__name__: not_refused(call, stranger, world, NotFound)
        for permission, command, call in EACH
        if permission in GRANTS[Role.LICENCE_MANAGER] and command not in ABOUT_NO_ACCOUNT
    }
    assert {name: what for name, what in came.items() if what} == {}
    assert everything() == before


def test_a_self_service_account_is_only_read(world: World) -> None:
    with database.write_session() as session:
        session.execute(update(Account).values(kind="self_service"))
    before = everything()
    came = {
        command.__name__: not_refused(call, who_may(world, permission), world, SelfServiceAccount)
        for permission, command, call in EACH
        if command not in NOT_OF_AN_ACCOUNT
    }
    assert {name: what for name, what in came.items() if what} == {}
    assert everything() == before
