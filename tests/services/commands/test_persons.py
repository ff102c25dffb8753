"""Persons erased: no name and no address is left of them, and what was issued or done stays."""

import json

import pytest
from sqlalchemy import select

from data import database
from data.models import AuditEntry, Base, Document, LicensedUser, OutboxMail, User
from services.commands.licensed_users import add_licensed_users, save_licensed_user
from services.commands.persons import erase_licensed_user, erase_user
from services.commands.seats import assign_seats, release_seats
from services.commands.users import UserForm, change_user, create_user
from services.errors import NotAllowed, NotFound, StaleForm
from services.permissions import Actor, Role
from services.queries.invoice_card import paper
from services.rules.erasing import ErasedAlready, PersonHoldsSeats, UserMaySignIn, is_erased, without
from tests.builders import TODAY, make_account, make_grant
from tests.ordering import PRO, order, request

SECRETS = ("quillfeather", "ann@acme.example")


def everything() -> str:
    """All that is stored, as one text."""
    with database.read_session() as session:
        rows = [repr(row) for table in Base.metadata.sorted_tables for row in session.execute(select(table))]
    return "\n".join(rows).casefold()


def enrolled(rep: Actor, account: int) -> int:
    """A licensed user who had a seat, with a mail and a trail."""
    placed = order(rep, request(account, PRO))
    people = "Quillfeather Ann <ann@acme.example>"
    assign_seats(rep, account, placed.subscription_ids[0], pasted=people, notify=True, today=TODAY)
    with database.read_session() as session:
        return session.scalars(select(LicensedUser.id)).one()


def version(account: int, user: int) -> int:
    with database.read_session() as session:
        return session.get_one(LicensedUser, (account, user)).version


def test_nothing_is_left_of_a_licensed_user(rep: Actor, licence_manager: Actor) -> None:
    account = make_account("acme", rep=rep)
    make_grant(licence_manager, account)
    user = enrolled(rep, account)
    save_licensed_user(
        rep, account, user, name="Quillfeather", email="ann@acme.example", version=version(account, user)
    )
    corrected = {"name": "Quillfeather", "email": "ann@acme.example", "version": version(account, user)}
    save_licensed_user(rep, account, user, **corrected)
    with pytest.raises(PersonHoldsSeats):
        erase_licensed_user(licence_manager, account, user, version=version(account, user))
    with database.read_session() as session:
        subscription = session.execute(select(Base.metadata.tables["seats"].c.subscription_id)).scalar_one()
        document = session.scalars(select(Document.id)).one()
    release_seats(rep, account, subscription, [user], notify=True, today=TODAY)
    before = paper(rep, account, document).content
    assert all(secret in everything() for secret in SECRETS)
    with pytest.raises(StaleForm):
        erase_licensed_user(licence_manager, account, user, version=1)
    erase_licensed_user(licence_manager, account, user, version=version(account, user))
    assert [secret for secret in SECRETS if secret in everything()] == []
    assert paper(rep, account, document).content == before
    with database.read_session() as session:
        row = session.get_one(LicensedUser, (account, user))
        assert is_erased(row.email) and row.name == "•••"
        assert set(session.scalars(select(OutboxMail.status).where(OutboxMail.kind.like("seat%")))) == {"kept"}
        assert session.scalars(select(AuditEntry.action)).all().count("erase_licensed_user") == 1
    with pytest.raises(ErasedAlready):
        erase_licensed_user(licence_manager, account, user, version=version(account, user))
    assert add_licensed_users(rep, account, "ann@acme.example", today=TODAY) == 1  # whoever comes again is new


def test_only_who_may_erase_does(rep: Actor, finance: Actor, other_rep: Actor, admin: Actor) -> None:
    account = make_account("acme", rep=rep)
    user = enrolled(rep, account)
    for actor in (rep, finance, other_rep):
        with pytest.raises(NotAllowed):
            erase_licensed_user(actor, account, user, version=1)
    with pytest.raises(NotFound):
        erase_licensed_user(admin, account, 1, version=1)


def test_nothing_is_left_of_a_user_who_was_switched_off(rep: Actor, admin: Actor, licence_manager: Actor) -> None:
    form = UserForm("Ann Quillfeather", "ann@acme.example", Role.FINANCE)
    user = create_user(admin, form, TODAY)
    with pytest.raises(UserMaySignIn):
        erase_user(admin, user, version=1)
    change_user(admin, user, UserForm("Quillfeather", form.email, Role.FINANCE, is_active=False), 1)
    with pytest.raises(NotAllowed):
        erase_user(licence_manager, user, version=2)
    with pytest.raises(StaleForm):
        erase_user(admin, user, version=1)
    erase_user(admin, user, version=2)
    assert [secret for secret in SECRETS if secret in everything()] == []
    with database.read_session() as session:
        assert session.get_one(User, user).is_active is False
    with pytest.raises(ErasedAlready):
        erase_user(admin, user, version=3)
    assert create_user(admin, form, TODAY) != 0


def test_only_whole_values_are_replaced() -> None:
    values = frozenset({"ann", "ann@x.example"})
    content = {"name": "Ann", "to": ["ANN@x.example", "b@x.example"], "plan": "annual", "n": 1, "none": None}
    assert json.dumps(without(content, values), ensure_ascii=False) == (
        '{"name": "•••", "to": ["•••", "b@x.example"], "plan": "annual", "n": 1, "none": null}'
    )
    assert without({"name": "Former", "plan": "x"}, values, names=True) == {"name": "•••", "plan": "x"}
