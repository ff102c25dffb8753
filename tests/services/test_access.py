"""The two doors: what they refuse, whose rows they show, and that they leave nothing half done."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import aliased

from data import database
from data.models import Account, AuditEntry, Contact, User
from services import access
from services.errors import NotAllowed, NotFound, NotSignedIn, Unavailable
from services.permissions import Actor, Permission, Role
from tests.builders import TODAY, make_account, make_deputy, make_team, make_user
from tests.databases import TestDatabase


@pytest.fixture
def two(rep: Actor, other_rep: Actor) -> tuple[int, int]:
    """An account of the rep, and one of a colleague."""
    return make_account("mine", rep=rep), make_account("theirs", rep=other_rep)


def seen(actor: Actor) -> set[str]:
    """The codes of the accounts an actor sees."""
    with access.reading(actor, Permission.SEE_ACCOUNTS) as session:
        return set(session.scalars(select(Account.code)))


def test_a_rep_sees_the_own_accounts_only(db: object, two: tuple[int, int], rep: Actor, finance: Actor) -> None:
    assert seen(rep) == {"mine"}
    assert seen(finance) == {"mine", "theirs"}


def test_no_shape_of_a_statement_gets_around_the_scope(db: object, two: tuple[int, int], rep: Actor) -> None:
    other = aliased(Contact)
    with access.reading(rep, Permission.SEE_ACCOUNTS) as session:
        assert session.scalar(select(func.count()).select_from(Contact)) == 1
        assert session.scalar(select(func.count(Contact.id))) == 1
        assert len(session.execute(select(Contact.name, other.name).join(other, other.id != Contact.id)).all()) == 0
        assert session.scalar(select(select(func.count(Contact.id)).scalar_subquery())) == 1
        assert session.get(Account, two[1]) is None
        assert len(session.scalars(select(Contact.id).union(select(Contact.id))).all()) == 1
    with access.acting(rep, Permission.EDIT_ACCOUNTS) as session:
        assert session.execute(update(Contact).values(phone="1")).rowcount == 1
        with pytest.raises(NotFound):
            access.lock_account(session, two[1])


def test_a_session_kept_to_an_account_reads_no_other_one(db: object, two: tuple[int, int], rep: Actor) -> None:
    second = make_account("second", rep=rep)
    for account in (two[0], second, two[0]):
        with access.reading(rep, Permission.SEE_ACCOUNTS) as session:
            access.keep_to(session, session.get_one(Account, account))
            assert session.scalars(select(Contact.account_id)).all() == [account]
            assert session.scalar(select(func.count()).select_from(Contact)) == 1
            assert session.get(Account, two[1]) is None


def test_a_session_keeps_to_those_of_some_accounts_that_are_the_actors(
    db: object, two: tuple[int, int], rep: Actor, finance: Actor
) -> None:
    second = make_account("second", rep=rep)
    make_account("third", rep=rep)
    with access.reading(rep, Permission.SEE_ACCOUNTS) as session:
        access.keep_to_those(session, [second, *two])
        assert set(session.scalars(select(Contact.account_id))) == {two[0], second}
        access.keep_to_those(session, [second])
        assert set(session.scalars(select(Contact.account_id))) == {second}
    for account, found in ((two[0], [two[0]]), (two[1], []), (5, [])):
        with access.reading(rep, Permission.SEE_ACCOUNTS, of=account) as session:
            assert session.scalars(select(Contact.account_id)).all() == found
    with access.reading(finance, Permission.SEE_ACCOUNTS, of=two[1]) as session:
        assert len(session.scalars(select(Contact.account_id)).all()) == 4  # who sees all is not kept to anything


@pytest.mark.parametrize("many", [0, 500])
def test_the_scope_holds_row_by_row_too(
    db: object, two: tuple[int, int], rep: Actor, monkeypatch: pytest.MonkeyPatch, many: int
) -> None:
    monkeypatch.setattr(access, "MANY_ACCOUNTS", many)
    with access.reading(rep, Permission.SEE_ACCOUNTS) as session:
        with access.keeping_order(session):
            assert session.info["row_by_row"] is (many == 0)
            assert session.scalars(select(Contact.account_id)).all() == [two[0]]
            assert session.scalar(select(func.count()).select_from(Contact)) == 1
        assert session.info["row_by_row"] is False


def test_a_deputy_sees_the_accounts_on_exactly_the_days(db: object, rep: Actor, other_rep: Actor) -> None:
    make_account("mine", rep=rep)
    make_deputy(rep, other_rep, TODAY, TODAY + timedelta(days=7))
    days = [TODAY - timedelta(days=1), TODAY, TODAY + timedelta(days=6), TODAY + timedelta(days=7)]
    assert [seen(access.identify(other_rep.user_id, day)) for day in days] == [set(), {"mine"}, {"mine"}, set()]


def test_a_team_shares_its_accounts(db: object, rep: Actor, other_rep: Actor) -> None:
    team = make_team("Corporate Account Services", other_rep)
    make_account("shared", rep=rep, team_id=team)
    assert seen(access.identify(other_rep.user_id, TODAY)) == {"shared"}
    assert seen(other_rep) == set()  # who was identified before the team had the account


def test_without_the_permission_the_door_stays_shut(db: object, finance: Actor) -> None:
    with pytest.raises(NotAllowed), access.acting(finance, Permission.PLACE_ORDERS):
        pytest.fail("opened")


def test_who_is_switched_off_meanwhile_changes_nothing(db: object, rep: Actor) -> None:
    with database.write_session() as session:
        session.get_one(User, rep.user_id).is_active = False
    with pytest.raises(NotSignedIn), access.acting(rep, Permission.EDIT_ACCOUNTS):
        pytest.fail("opened")
    with pytest.raises(NotSignedIn):
        access.identify(rep.user_id, date(2026, 4, 12))


def test_an_exception_leaves_nothing_behind(db: object, rep: Actor) -> None:
    with pytest.raises(ZeroDivisionError), access.acting(rep, Permission.EDIT_ACCOUNTS) as session:
        access.record(session, "test")
        session.flush()
        raise ZeroDivisionError
    with database.read_session() as session:
        assert session.scalars(select(AuditEntry)).all() == []
    assert access.in_flight() == 0


def test_each_role_is_let_in_somewhere(db: object) -> None:
    for role in Role:
        assert make_user(role, email=f"{role}@x.example").may(Permission.SEE_ACCOUNTS)


def test_a_row_that_stays_locked_is_a_refusal(
    db: TestDatabase, two: tuple[int, int], rep: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "BUSY_SECONDS", 1)
    database.use(db.url)
    with database.write_session() as other:
        other.execute(update(Account).where(Account.id == two[0]).values(city="Toledo"))
        with pytest.raises(Unavailable), access.acting(rep, Permission.EDIT_ACCOUNTS) as session:
            access.lock_account(session, two[0])
    assert access.in_flight() == 0


def test_a_database_that_is_down_is_a_refusal(db: TestDatabase, rep: Actor) -> None:
    down = {"sqlite": "sqlite:////no/such/folder/portal.db", "postgresql": "postgresql+psycopg://127.0.0.1:1/portal"}
    database.use(down[db.name])
    with pytest.raises(Unavailable), access.acting(rep, Permission.EDIT_ACCOUNTS):
        pytest.fail("opened")
    with pytest.raises(Unavailable):
        seen(rep)
