"""Adding and correcting licensed users: works, refuses, is scoped, and the same again changes nothing."""

import pytest
from sqlalchemy import select

from data import database
from data.models import AuditEntry, LicensedUser
from services.commands.licensed_users import add_licensed_users, save_licensed_user
from services.errors import Invalid, NotAllowed, NotFound, SelfServiceAccount, StaleForm
from tests.builders import TODAY, make_account, make_grant, make_licensed_user


def users():
    with database.read_session() as session:
        found = session.scalars(select(LicensedUser).order_by(LicensedUser.email)).all()
        session.expunge_all()
        return found


def audited():
    with database.read_session() as session:
        return session.scalars(select(AuditEntry.action)).all()


@pytest.fixture
def account(rep):
    return make_account(rep=rep)


def test_people_are_enrolled_once_and_suspended(rep, account):
    assert add_licensed_users(rep, account, "Ana <ana@acme.example>\nBo <bo@acme.example>", today=TODAY) == 2
    assert add_licensed_users(rep, account, "ANA@ACME.EXAMPLE\nCi <ci@acme.example>", today=TODAY) == 1
    assert [(u.name, u.email, u.is_suspended) for u in users()] == [
        ("Ana", "ana@acme.example", True),
        ("Bo", "bo@acme.example", True),
        ("Ci", "ci@acme.example", True),
    ]
    assert audited() == ["add_licensed_user"] * 3


def test_the_same_address_may_be_at_two_accounts(rep, account):
    other = make_account("globex", rep=rep)
    assert add_licensed_users(rep, account, "ana@acme.example", today=TODAY) == 1
    assert add_licensed_users(rep, other, "ana@acme.example", today=TODAY) == 1


def test_a_name_and_address_are_corrected_once(rep, account):
    user = make_licensed_user(account)
    for _ in range(2):
        save_licensed_user(rep, account, user, name="Ana Soler", email="Ana.Soler@acme.example", version=1)
    (saved,) = users()
    assert (saved.name, saved.email, saved.version) == ("Ana Soler", "ana.soler@acme.example", 2)
    assert saved.search_text == "ana soler ana.soler@acme.example"
    assert audited() == ["correct_licensed_user"]
    with pytest.raises(StaleForm):
        save_licensed_user(rep, account, user, name="Ana S.", email="ana@acme.example", version=1)


def test_an_address_given_up_can_be_enrolled_again_on_the_same_day(rep, account):
    add_licensed_users(rep, account, "ana@acme.example", today=TODAY)
    (user,) = users()
    save_licensed_user(rep, account, user.id, name="Ana", email="ana.soler@acme.example", version=1)
    assert add_licensed_users(rep, account, "ana@acme.example", today=TODAY) == 1
    assert len(users()) == 2


def test_faulty_corrections_are_refused(rep, account):
    user = make_licensed_user(account)
    make_licensed_user(account, "bo@acme.example")
    for name, email, field, code in (
        ("", "ana@acme.example", "name", "required"),
        ("Ana", "ana", "email", "not_an_email"),
        ("Ana", "BO@acme.example", "email", "duplicate"),
        ("4111 1111 1111 1111", "ana@acme.example", "name", "card_number"),
        ("x" * 201, "ana@acme.example", "name", "too_long"),
    ):
        with pytest.raises(Invalid) as refused:
            save_licensed_user(rep, account, user, name=name, email=email, version=1)
        assert [(p.field, p.code) for p in refused.value.problems] == [(field, code)]
    assert not audited()


def test_a_list_with_faults_enrols_nobody(rep, account):
    with pytest.raises(Invalid):
        add_licensed_users(rep, account, "Ana <ana@acme.example>\nnobody", today=TODAY)
    assert not users()


def test_it_is_scoped_and_permitted(account, other_rep, finance, licence_manager):
    user = make_licensed_user(account)
    for actor, refusal in ((other_rep, NotFound), (licence_manager, NotFound), (finance, NotAllowed)):
        with pytest.raises(refusal):
            add_licensed_users(actor, account, "bo@acme.example", today=TODAY)
        with pytest.raises(refusal):
            save_licensed_user(actor, account, user, name="Eve", email="eve@acme.example", version=1)
    make_grant(licence_manager, account)
    assert add_licensed_users(licence_manager, account, "bo@acme.example", today=TODAY) == 1


def test_a_self_service_account_is_read_only(rep):
    account = make_account("solo", rep=rep, kind="self_service")
    with pytest.raises(SelfServiceAccount):
        add_licensed_users(rep, account, "ana@acme.example", today=TODAY)
