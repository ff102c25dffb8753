"""Details of licensed users: where they work, and an exclusion that ends on a day and has a reason."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from data import database
from data.models import AuditEntry
from services.commands.leavers import release_leavers
from services.commands.licensed_users import UserDetails, save_user_details
from services.commands.persons import erase_licensed_user
from services.errors import Invalid, NotAllowed, NotFound, StaleForm
from services.permissions import Actor
from services.queries.licensed_users import licensed_user
from services.queries.seat_history import seat_history
from services.queries.usage import seat_uses
from tests.builders import TODAY, make_account, make_grant, make_licensed_user, make_seat, make_subscription
from tests.services.usage_files import deliver

LEAVE = UserDetails("Sales", "CC 12", "Bo Lind", TODAY + timedelta(days=30), "Parental leave")


@pytest.fixture
def account(rep: Actor) -> int:
    """An account with a seat that nobody uses."""
    made = make_account("acme", rep=rep)
    subscription = make_subscription(made, "support-pro", starts_on=date(2024, 1, 1), seats=5)
    make_licensed_user(made, "bo@acme.example")
    make_seat(made, subscription, ana(made), assigned_on=date(2025, 1, 1))
    return made


def ana(account: int) -> int:
    from data.identity import derive_id

    user = derive_id(TODAY, "licensed user", account, "ana@acme.example")
    with database.read_session() as session:
        from data.models import LicensedUser

        known = session.get(LicensedUser, (account, user)) is not None
    return user if known else make_licensed_user(account, "ana@acme.example")


def save(actor: Actor, account: int, details: UserDetails, *, version: int = 1) -> None:
    save_user_details(actor, account, ana(account), details, version=version, today=TODAY)


def test_an_excluded_user_is_never_called_idle_until_the_day(account: int, rep: Actor, admin: Actor) -> None:
    deliver(admin, *(f"bo@acme.example,support,{TODAY - timedelta(days=day)}," for day in range(1, 120)))
    uses = lambda day: seat_uses(rep, account, today=day).frame["why"].tolist()  # noqa: E731
    assert uses(TODAY) == ["not_seen"]
    save(rep, account, LEAVE)
    assert uses(TODAY) == ["excluded_user"]
    card = licensed_user(rep, account, ana(account), today=TODAY)
    assert (card.details, card.version) == (LEAVE, 2)
    save(rep, account, LEAVE)  # a form sent twice has its wish
    with pytest.raises(StaleForm):
        save(rep, account, UserDetails("Support"))
    save(rep, account, UserDetails("Support"), version=2)
    assert uses(TODAY) == ["not_seen"]
    with database.read_session() as session:
        rows = session.scalars(select(AuditEntry.after).where(AuditEntry.action == "save_user_details")).all()
    assert len(rows) == 2


@pytest.mark.parametrize(
    ("details", "expected"),
    [
        (UserDetails(excluded_until=TODAY, exclusion_reason="Leave"), ("excluded_until", "exclusion_over")),
        (UserDetails(excluded_until=TODAY + timedelta(days=1)), ("exclusion_reason", "required")),
        (
            UserDetails(excluded_until=TODAY + timedelta(days=367), exclusion_reason="Leave"),
            ("excluded_until", "exclusion_too_long"),
        ),
        (UserDetails(department="x" * 201), ("department", "too_long")),
        (UserDetails(manager="4111 1111 1111 1111"), ("manager", "card_number")),
    ],
)
def test_what_cannot_be_is_refused(account: int, rep: Actor, details: UserDetails, expected: tuple[str, str]) -> None:
    with pytest.raises(Invalid) as refused:
        save(rep, account, details)
    assert [(problem.field, problem.code) for problem in refused.value.problems] == [expected]


def test_it_is_scoped_and_permitted(account: int, other_rep: Actor, licence_manager: Actor, finance: Actor) -> None:
    for actor, refusal in ((other_rep, NotFound), (licence_manager, NotFound), (finance, NotAllowed)):
        with pytest.raises(refusal):
            save(actor, account, LEAVE)
    make_grant(licence_manager, account)
    save(licence_manager, account, LEAVE)


def test_the_history_of_a_seat_says_by_whom(account: int, rep: Actor, licence_manager: Actor) -> None:
    make_grant(licence_manager, account)
    release_leavers(licence_manager, account, "ana@acme.example", notify=False, today=TODAY)
    row = seat_history(rep, account, ana(account)).frame.iloc[0]
    assert (row["assigned_by"], row["released_by"]) == (rep.name, licence_manager.name)


def test_nothing_is_left_of_the_details_of_who_is_erased(account: int, rep: Actor, licence_manager: Actor) -> None:
    make_grant(licence_manager, account)
    save(rep, account, LEAVE)
    release_leavers(rep, account, "ana@acme.example", notify=False, today=TODAY)
    card = licensed_user(rep, account, ana(account), today=TODAY)
    erase_licensed_user(licence_manager, account, ana(account), version=card.version)
    assert licensed_user(rep, account, ana(account), today=TODAY).details == UserDetails()
    with database.read_session() as session:
        rows = session.execute(select(AuditEntry.before, AuditEntry.after)).all()
    assert "Parental" not in str(rows) and "Bo Lind" not in str(rows)
