"""Users: let in, changed, switched off; the last administrator stays."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from data import database
from data.models import AuditEntry, User
from services import access
from services.commands.users import UserForm, change_user, choose_language, create_user
from services.errors import Invalid, LastAdministrator, NotAllowed, NotFound, NotSignedIn, StaleForm
from services.permissions import Actor, Permission, Role
from tests.builders import TODAY, make_user

CLARA = UserForm("Clara Voss", "Clara.Voss@Portal.example", Role.SALES_REP, "es")


def test_a_new_user_can_sign_in(admin: Actor) -> None:
    user_id = create_user(admin, CLARA, TODAY)
    actor = access.identify(user_id, TODAY)
    assert (actor.name, actor.email, actor.role, actor.language) == (
        "Clara Voss", "clara.voss@portal.example", Role.SALES_REP, "es",
    )  # fmt: skip


def test_who_is_switched_off_is_out_at_once(admin: Actor) -> None:
    user_id = create_user(admin, CLARA, TODAY)
    clara = access.identify(user_id, TODAY)
    change_user(admin, user_id, replace(CLARA, is_active=False), version=1)
    with pytest.raises(NotSignedIn):
        access.identify(user_id, TODAY)
    with pytest.raises(NotSignedIn):  # a page that was open before
        choose_language(clara, "en")


def test_a_new_role_ends_the_sessions_of_the_old_one(admin: Actor) -> None:
    user_id = create_user(admin, CLARA, TODAY)
    before = access.identify(user_id, TODAY)
    access.use_clock(lambda: datetime(2026, 4, 11, 12, tzinfo=UTC))
    change_user(admin, user_id, replace(CLARA, role=Role.FINANCE), version=1)
    with pytest.raises(NotSignedIn):
        access.identify(user_id, TODAY, signed_in_at=datetime(2026, 4, 11, 11, tzinfo=UTC))
    with pytest.raises(NotSignedIn):
        choose_language(before, "en")
    assert access.identify(user_id, TODAY, signed_in_at=datetime(2026, 4, 11, 13, tzinfo=UTC)).role == Role.FINANCE


def test_the_last_administrator_stays_one(admin: Actor) -> None:
    own = UserForm(admin.name, admin.email, Role.ADMIN, "en")
    for form in (replace(own, is_active=False), replace(own, role=Role.FINANCE)):
        with pytest.raises(LastAdministrator):
            change_user(admin, admin.user_id, form, version=1)
    make_user(Role.ADMIN, email="second@portal.example")
    change_user(admin, admin.user_id, replace(own, is_active=False), version=1)


def test_a_form_with_faults_is_refused_whole(admin: Actor) -> None:
    create_user(admin, CLARA, TODAY)
    cases = {
        ("email", "duplicate"): replace(CLARA, email="clara.voss@portal.example"),
        ("email", "not_an_email"): replace(CLARA, email="clara"),
        ("name", "required"): replace(CLARA, name=" ", email="c@portal.example"),
        ("name", "card_number"): replace(CLARA, name="4111 1111 1111 1111", email="c@portal.example"),
        ("name", "direction_override"): replace(CLARA, name="Cl\u202eara", email="c@portal.example"),
        ("role", "not_a_choice"): replace(CLARA, role="emperor", email="c@portal.example"),
        ("language", "not_a_choice"): replace(CLARA, language="la", email="c@portal.example"),
    }
    for fault, form in cases.items():
        with pytest.raises(Invalid) as refused:
            create_user(admin, form, TODAY)
        assert [(problem.field, problem.code) for problem in refused.value.problems] == [fault]


def test_a_stale_form_and_an_unknown_user_are_refused(admin: Actor) -> None:
    user_id = create_user(admin, CLARA, TODAY)
    change_user(admin, user_id, replace(CLARA, name="Clara V."), version=1)
    with pytest.raises(StaleForm):
        change_user(admin, user_id, CLARA, version=1)
    with pytest.raises(NotFound):
        change_user(admin, 5, CLARA, version=1)


def test_every_change_is_audited(admin: Actor) -> None:
    user_id = create_user(admin, CLARA, TODAY)
    change_user(admin, user_id, replace(CLARA, language="en"), version=1)
    with database.read_session() as session:
        rows = session.scalars(select(AuditEntry).where(AuditEntry.subject_id == user_id)).all()
        found = {row.action: (row.actor_id, row.before, row.after) for row in rows}
    assert found["change_user"] == (admin.user_id, {"language": "es"}, {"language": "en"})
    assert found["create_user"][0] == admin.user_id


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMIN])
def test_only_administrators_manage_users(admin: Actor, role: Role) -> None:
    actor = make_user(role, email="someone@portal.example")
    assert not actor.may(Permission.MANAGE_USERS)
    with pytest.raises(NotAllowed):
        create_user(actor, CLARA, TODAY)
    with pytest.raises(NotAllowed):
        change_user(actor, admin.user_id, CLARA, version=1)


def test_a_language_is_ones_own_to_choose(rep: Actor) -> None:
    choose_language(rep, "es")
    with database.read_session() as session:
        assert session.get_one(User, rep.user_id).language == "es"
    with pytest.raises(Invalid):
        choose_language(rep, "de")
