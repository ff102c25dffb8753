"""Teams: members, and the account lists they share."""

import pytest
from sqlalchemy import select

from data import database
from data.models import Account, AuditEntry
from services import access
from services.access import reading
from services.commands.teams import TeamForm, give_accounts, save_team, take_accounts
from services.errors import Invalid, NotAllowed, NotFound, SelfServiceAccount
from services.permissions import Actor, Permission
from services.queries.users import list_teams, list_users, team_accounts, user_card
from tests.builders import TODAY, make_account, make_user

NAME = "Corporate Account Services"


def visible(user_id: int) -> set[str]:
    with reading(access.identify(user_id, TODAY), Permission.SEE_ACCOUNTS) as session:
        return set(session.scalars(select(Account.code)))


def test_members_share_the_teams_accounts(admin: Actor, rep: Actor, other_rep: Actor) -> None:
    shared, own = make_account("shared", rep=other_rep), make_account("own", rep=rep)
    team = save_team(admin, TeamForm(NAME, (rep.user_id,)), TODAY)
    assert visible(rep.user_id) == {"own"}
    assert give_accounts(admin, team, ["shared", " shared "]) == 1
    assert visible(rep.user_id) == {"own", "shared"}
    assert visible(other_rep.user_id) == {"shared"}  # its rep keeps it
    assert take_accounts(admin, team, [shared, own]) == 1  # the second was never the team's
    assert visible(rep.user_id) == {"own"}


def test_new_members_replace_the_old(admin: Actor, rep: Actor, other_rep: Actor) -> None:
    make_account("shared")
    team = save_team(admin, TeamForm(NAME, (rep.user_id,)), TODAY)
    give_accounts(admin, team, ["shared"])
    save_team(admin, TeamForm(NAME, (other_rep.user_id, other_rep.user_id)), TODAY, team)
    assert (visible(rep.user_id), visible(other_rep.user_id)) == (set(), {"shared"})
    (row,) = list_teams(admin)
    assert (row.name, row.members, row.accounts) == (NAME, (other_rep.name,), 1)
    assert [account.code for account in team_accounts(admin, team)] == ["shared"]
    assert {user.name: user.teams for user in list_users(admin)}[other_rep.name] == (NAME,)


def test_a_move_writes_one_audit_row_an_account(admin: Actor) -> None:
    accounts = {make_account(code) for code in ("a", "b")}
    team = save_team(admin, TeamForm(NAME), TODAY)
    give_accounts(admin, team, ["a", "b"])
    with database.read_session() as session:
        rows = session.scalars(select(AuditEntry).where(AuditEntry.action == "assign_team")).all()
        assert {row.account_id for row in rows} == accounts
        assert all(row.before == {"team": None} and row.after == {"team": NAME} for row in rows)


def test_an_unknown_code_moves_nothing(admin: Actor) -> None:
    make_account("a")
    team = save_team(admin, TeamForm(NAME), TODAY)
    with pytest.raises(Invalid) as refused:
        give_accounts(admin, team, ["a", "zz", "yy"])
    assert refused.value.problems[0].values == {"codes": ["yy", "zz"]}
    assert team_accounts(admin, team) == ()
    with pytest.raises(Invalid):
        give_accounts(admin, team, [" "])


def test_self_service_accounts_belong_to_no_team(admin: Actor) -> None:
    make_account("own", kind="self_service")
    team = save_team(admin, TeamForm(NAME), TODAY)
    with pytest.raises(SelfServiceAccount):
        give_accounts(admin, team, ["own"])


def test_a_team_needs_a_name_of_its_own_and_known_members(admin: Actor) -> None:
    save_team(admin, TeamForm(NAME), TODAY)
    for form, fault in (
        (TeamForm(NAME.upper()), ("name", "duplicate")),
        (TeamForm(" "), ("name", "required")),
        (TeamForm("New", (5,)), ("members", "not_a_choice")),
    ):
        with pytest.raises(Invalid) as refused:
            save_team(admin, form, TODAY)
        assert [(problem.field, problem.code) for problem in refused.value.problems] == [fault]


def test_unknown_teams_are_not_found(admin: Actor) -> None:
    make_account("a")
    with pytest.raises(NotFound):
        save_team(admin, TeamForm(NAME), TODAY, team_id=5)
    with pytest.raises(NotFound):
        give_accounts(admin, 5, ["a"])
    with pytest.raises(NotFound):
        take_accounts(admin, 5, [1])
    with pytest.raises(NotFound):
        user_card(admin, 5)


def test_only_administrators_manage_teams(rep: Actor, manager: Actor, finance: Actor) -> None:
    for actor in (rep, manager, finance):
        with pytest.raises(NotAllowed):
            save_team(actor, TeamForm(NAME), TODAY)
        with pytest.raises(NotAllowed):
            give_accounts(actor, 5, ["a"])
        with pytest.raises(NotAllowed):
            list_users(actor)


def test_a_card_counts_the_accounts_of_a_user(admin: Actor, rep: Actor) -> None:
    make_account("a", rep=rep)
    card = user_card(admin, rep.user_id)
    assert (card.form.email, card.accounts, card.version) == (rep.email, 1, 1)
    assert user_card(admin, make_user(email="x@portal.example").user_id).accounts == 0
