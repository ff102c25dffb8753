"""Licensed users from a file: the verdict on each row first, the same file again changes nothing, nothing oversold."""

from datetime import date

import pytest
from sqlalchemy import select

from data import database
from data.models import GroupMember, LicensedUser, OutboxMail, Seat, Subscription, UserGroup
from services.commands.people_imports import apply_people
from services.commands.seats import assign_seats
from services.errors import NotAllowed, NotFound
from services.permissions import Actor, Role
from services.queries.imports import open_file, suggest
from services.queries.people_imports import PeoplePlan, plan_people
from services.rules.import_kinds import ImportKind
from tests.builders import TODAY, make_account, make_licensed_user, make_subscription, make_user

HEADER = "Email,Name,Department,Cost centre,Manager,Group,Product,Access\n"


@pytest.fixture
def account(rep: Actor) -> int:
    made = make_account("acme", rep=rep)
    make_subscription(made, "support-pro", seats=2)
    make_subscription(made, "meetings-team", seats=5)
    make_licensed_user(made, "di@acme.example", left_on=date(2025, 1, 1))
    return made


def planned(actor: Actor, account: int, *rows: str, notify: bool = False) -> PeoplePlan:
    table = open_file(actor, (HEADER + "\n".join(rows) + "\n").encode(), kind=ImportKind.PEOPLE)
    columns = suggest(table.header, ImportKind.PEOPLE)
    return plan_people(actor, account, table, columns, notify=notify, today=TODAY)


def applied(actor: Actor, plan: PeoplePlan) -> PeoplePlan:
    return plan.outcome([row for progress in apply_people(actor, plan) for row in progress.rows])


def verdicts(plan: PeoplePlan) -> list[str]:
    return [row.verdict.value for row in plan.rows]


def problems(plan: PeoplePlan) -> list[str]:
    return [problem.code for row in plan.rows for problem in row.problems]


def seats() -> list[tuple[str, str, bool]]:
    with database.read_session() as session:
        rows = select(LicensedUser.email, Seat.product, Seat.is_pending).join(Seat, Seat.user_id == LicensedUser.id)
        return sorted(tuple(row) for row in session.execute(rows.where(Seat.released_at.is_(None))))


ANA = "ana@acme.example,Ana Soler,Sales,CC-1,Nuria,Delta; Gamma,Remote Support,"
FILE = (
    ANA,
    "ana@acme.example,,,,,,meetings,invite",
    "bo@acme.example,Bo Lind,Finance,,,Delta,,",
)


def test_a_file_is_taken_in_and_the_same_again_changes_nothing(account: int, rep: Actor) -> None:
    plan = planned(rep, account, *FILE, notify=True)
    assert verdicts(plan) == ["new", "changed", "new"] and seats() == []
    assert verdicts(applied(rep, plan)) == ["new", "changed", "new"]
    assert seats() == [("ana@acme.example", "meetings", True), ("ana@acme.example", "support", False)]
    with database.read_session() as session:
        ana = session.scalars(select(LicensedUser).where(LicensedUser.email == "ana@acme.example")).one()
        assert (ana.name, ana.department, ana.cost_centre, ana.manager) == ("Ana Soler", "Sales", "CC-1", "Nuria")
        joined = select(UserGroup.name).join(GroupMember, GroupMember.group_id == UserGroup.id)
        assert sorted(session.scalars(joined)) == ["Delta", "Delta", "Gamma"]
        assert sorted(session.scalars(select(OutboxMail.kind))) == ["seat_assigned", "seat_invited"]
    again = planned(rep, account, *FILE, notify=True)
    assert verdicts(again) == ["unchanged"] * 3
    assert list(applied(rep, again).rows) == list(again.rows)
    with database.read_session() as session:
        assert len(session.scalars(select(OutboxMail.id)).all()) == 2


def test_details_change_seats_are_accepted_and_released(account: int, rep: Actor) -> None:
    applied(rep, planned(rep, account, *FILE))
    plan = planned(
        rep,
        account,
        "ana@acme.example,,Field service,,,,Meetings,accepted",
        "ana@acme.example,,,,,,support,release",
        "bo@acme.example,,,,,,Meetings,",
    )
    assert verdicts(plan) == ["changed"] * 3
    applied(rep, plan)
    assert seats() == [("ana@acme.example", "meetings", False), ("bo@acme.example", "meetings", False)]


def test_rows_that_cannot_come_in_say_why(account: int, rep: Actor) -> None:
    plan = planned(
        rep,
        account,
        "nobody,,,,,,,",
        "di@acme.example,,,,,,Meetings,",
        "ed@acme.example,,,,,,Payroll,",
        "ed@acme.example,,,,,,Signatures,",
        "ed@acme.example,,,,,,Meetings,perhaps",
        "ed@acme.example,,,,,,Meetings,accepted",
    )
    assert verdicts(plan) == ["refused"] * 6
    assert problems(plan) == [
        "not_an_email", "has_left_already", "value_unknown", "no_subscription_of", "value_unknown", "never_invited",
    ]  # fmt: skip


def test_the_seats_that_are_free_go_to_the_first_and_a_release_frees_one(account: int, rep: Actor) -> None:
    people = [f"u{n}@acme.example,,,,,,support," for n in range(3)]
    plan = planned(rep, account, *people)
    assert verdicts(plan) == ["new", "new", "refused"] and problems(plan) == ["no_seat_left"]
    applied(rep, plan)
    assert verdicts(planned(rep, account, "u0@acme.example,,,,,,support,release", people[2])) == ["changed", "new"]


def test_one_row_gives_and_another_takes_the_same_seat_is_refused(account: int, rep: Actor) -> None:
    plan = planned(rep, account, "ana@acme.example,,,,,,support,", "ana@acme.example,,,,,,support,release")
    assert verdicts(plan) == ["new", "refused"] and problems(plan) == ["row_twice"]


def test_who_came_between_is_told_row_by_row(account: int, rep: Actor) -> None:
    plan = planned(rep, account, "ana@acme.example,,,,,,support,", "bo@acme.example,,,,,,support,")
    with database.read_session() as session:
        support = session.scalars(select(Subscription.id).where(Subscription.product == "support")).one()
    assign_seats(rep, account, support, pasted="ci@acme.example", notify=False, today=TODAY)
    outcome = applied(rep, plan)
    assert verdicts(outcome) == ["new", "refused"] and problems(outcome) == ["no_seat_left"]
    assert len(seats()) == 2


def test_it_refuses_and_is_scoped(account: int, rep: Actor, other_rep: Actor, finance: Actor) -> None:
    plan = planned(rep, account, ANA)
    for actor in (other_rep, make_user(Role.LICENCE_MANAGER, email="stranger@portal.example")):
        with pytest.raises(NotFound):
            planned(actor, account, ANA)
        with pytest.raises(NotFound):
            applied(actor, plan)
    with pytest.raises(NotAllowed):
        planned(finance, account, ANA)
    assert seats() == []
