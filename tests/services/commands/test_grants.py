"""Accounts granted to licence managers: with none they see nothing, and only what was granted otherwise."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from data import database
from data.models import Account, AuditEntry, Contact
from services import access
from services.access import reading
from services.commands.grants import grant_accounts, revoke_accounts
from services.commands.users import UserForm, change_user
from services.errors import Invalid, NotAllowed, NotFound
from services.permissions import Actor, Permission, Role
from services.queries.deputies import deputy_choices
from services.queries.licensed_users import licensed_users
from services.queries.seats import seat_overview
from services.queries.users import granted_accounts, list_users, user_card
from tests.builders import TODAY, make_account, make_team, make_user


def seen(actor: Actor) -> set[str]:
    with reading(access.identify(actor.user_id, TODAY), Permission.SEE_ACCOUNTS) as session:
        return set(session.scalars(select(Account.code)))


def test_without_a_grant_nothing_is_seen(db: object, licence_manager: Actor, admin: Actor) -> None:
    one, _two = make_account("one"), make_account("two")
    assert seen(licence_manager) == set()
    assert grant_accounts(admin, licence_manager.user_id, ["one", " one "]) == 1
    assert grant_accounts(admin, licence_manager.user_id, ["one"]) == 0
    assert seen(licence_manager) == {"one"}
    assert revoke_accounts(admin, licence_manager.user_id, [one, 5]) == 1
    assert seen(licence_manager) == set()


def test_no_shape_of_a_statement_gets_around_the_grants(db: object, licence_manager: Actor, admin: Actor) -> None:
    one, two = make_account("one"), make_account("two")
    grant_accounts(admin, licence_manager.user_id, ["one"])
    other = aliased(Contact)
    for rows in (None, one, two):
        with reading(licence_manager, Permission.SEE_ACCOUNTS, of=rows) as session:
            count = 0 if rows == two else 1
            assert session.scalar(select(func.count()).select_from(Contact)) == count
            assert len(session.execute(select(Contact.id, other.id).join(other, other.id == Contact.id)).all()) == count
            assert session.scalar(select(select(func.count(Contact.id)).scalar_subquery())) == count
            assert session.get(Account, two) is None
    with reading(licence_manager, Permission.SEE_ACCOUNTS) as session, access.keeping_order(session):
        assert session.scalars(select(Contact.account_id)).all() == [one]
    with pytest.raises(NotFound):
        licensed_users(licence_manager, two, today=TODAY)
    assert seat_overview(licence_manager).total == 0  # granted, and without a live subscription


def test_whom_a_user_deputises_for_or_is_in_a_team_with_grants_nothing(db: object, rep: Actor, admin: Actor) -> None:
    manager = make_user(Role.LICENCE_MANAGER)
    make_account("shared", rep=rep, team_id=make_team("Corporate Account Services", manager))
    assert seen(manager) == set()
    assert manager.user_id not in {person.user_id for person in deputy_choices(rep)}


def test_another_role_sees_by_its_own_rule(db: object, licence_manager: Actor, admin: Actor) -> None:
    make_account("one"), make_account("two")
    grant_accounts(admin, licence_manager.user_id, ["one"])
    card = user_card(admin, licence_manager.user_id)
    assert (card.is_granted, card.granted) == (True, 1)
    form = UserForm(card.form.name, card.form.email, Role.FINANCE)
    change_user(admin, licence_manager.user_id, form, card.version)
    assert seen(licence_manager) == {"one", "two"}
    with pytest.raises(NotFound):
        grant_accounts(admin, licence_manager.user_id, ["two"])


def test_a_grant_is_audited_and_listed(db: object, licence_manager: Actor, admin: Actor) -> None:
    one = make_account("one", legal_name="One, S.A.")
    grant_accounts(admin, licence_manager.user_id, ["one"])
    revoke_accounts(admin, licence_manager.user_id, [one])
    grant_accounts(admin, licence_manager.user_id, ["one"])
    with database.read_session() as session:
        rows = select(AuditEntry.action, AuditEntry.account_id).where(AuditEntry.action.like("%_account"))
        assert sorted(session.execute(rows).all()) == [("grant_account", one)] * 2 + [("revoke_account", one)]
    assert [account.legal_name for account in granted_accounts(admin, licence_manager.user_id)] == ["One, S.A."]
    assert granted_accounts(admin, licence_manager.user_id, 1) == ()
    assert {row.user_id: row.accounts for row in list_users(admin)}[licence_manager.user_id] == 1


def test_what_cannot_be_granted_is_refused(db: object, licence_manager: Actor, admin: Actor, rep: Actor) -> None:
    make_account("one")
    for codes in ([], ["one", "nowhere"], [f"c{n}" for n in range(501)]):
        with pytest.raises(Invalid):
            grant_accounts(admin, licence_manager.user_id, codes)
    for user_id in (rep.user_id, 5):
        with pytest.raises(NotFound):
            grant_accounts(admin, user_id, ["one"])
    with pytest.raises(NotFound):
        revoke_accounts(admin, 5, [1])
    for actor in (licence_manager, rep):
        with pytest.raises(NotAllowed):
            grant_accounts(actor, licence_manager.user_id, ["one"])
    assert seen(licence_manager) == set()
