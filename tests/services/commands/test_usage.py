"""Activity imported: whose it is, what is harmless, what is refused, what it rolls up to, and how long it is kept."""

import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from data import database
from data.models import AuditEntry, UsageEvent, UsageFeed, UserDay
from services.access import maintaining
from services.commands.usage import apply_usage, hide_names
from services.errors import FieldsUnmapped, NotAllowed, NotFound
from services.journal.usage import prune
from services.permissions import Actor, Role
from services.rules.usage_events import kept_from
from tests.builders import TODAY, make_account, make_grant, make_licensed_user, make_subscription, make_user
from tests.services.usage_files import HEADER, deliver, events, plan, problems, subscription_days, user_days, verdicts

ANA, BO = "ana@acme.example", "bo@acme.example"


@pytest.fixture
def account(rep: Actor, licence_manager: Actor) -> int:
    """An account with two products and two licensed users, granted to the licence manager."""
    made = make_account("acme", rep=rep)
    make_subscription(made, "support-pro", starts_on=date(2024, 1, 1))
    make_subscription(made, "meetings-team", starts_on=date(2024, 1, 1))
    for email in (ANA, BO):
        make_licensed_user(made, email)
    make_grant(licence_manager, made)
    return made


def feeds() -> list[tuple[str, bool, date, date]]:
    with database.read_session() as session:
        rows = select(UsageFeed.product, UsageFeed.names_users, UsageFeed.since, UsageFeed.until)
        return sorted(tuple(row) for row in session.execute(rows))


def test_activity_rolls_up_to_days(account: int, licence_manager: Actor) -> None:
    done = deliver(
        licence_manager,
        f"{ANA},support,2026-04-10 08:00,e1",
        f"{ANA.upper()},Remote Support,2026-04-10 17:30,e2",
        f"{BO},meetings,2026-04-09T10:00:00+02:00,e3",
    )
    assert verdicts(done) == "nnn"
    assert user_days() == [
        ("meetings", date(2026, 4, 9), datetime(2026, 4, 9, 8, tzinfo=UTC)),
        ("support", date(2026, 4, 10), datetime(2026, 4, 10, 17, 30, tzinfo=UTC)),
    ]
    assert (events(), subscription_days()) == (3, [date(2026, 4, 9), date(2026, 4, 10)])
    ninth, tenth = date(2026, 4, 9), date(2026, 4, 10)
    assert feeds() == [("meetings", True, ninth, ninth), ("support", True, tenth, tenth)]


def test_duplicates_and_late_events_do_no_harm(account: int, licence_manager: Actor) -> None:
    rows = [f"{ANA},support,2026-04-10 08:00,e1", f"{ANA},support,2026-04-10 09:00,", f"{BO},support,2026-04-08,e3"]
    assert verdicts(deliver(licence_manager, *rows, *rows)) == "nnnuuu"
    before = user_days()
    assert verdicts(deliver(licence_manager, *reversed(rows))) == "uuu"
    late = deliver(licence_manager, f"{ANA},support,2026-04-10 07:00,e9", f"{BO},support,2026-03-01 12:00,e8")
    assert verdicts(late) == "nn"
    assert user_days()[1:] == before  # the day's last moment stays the last
    assert (events(), len(user_days())) == (5, 3)
    assert feeds() == [("support", True, date(2026, 4, 8), date(2026, 4, 10))]  # one late row covers no month


def test_what_is_older_than_ninety_days_is_kept_as_days_only(account: int, licence_manager: Actor) -> None:
    old = (TODAY - timedelta(days=90)).isoformat()
    kept = (TODAY - timedelta(days=89)).isoformat()
    rows = [f"{ANA},support,{old},o1", f"{ANA},support,{kept},k1"]
    assert verdicts(deliver(licence_manager, *rows)) == "nn"
    assert (events(), len(user_days())) == (1, 2)
    assert verdicts(plan(licence_manager, *rows)) == "uu"


def test_a_number_that_says_something_else_is_refused(account: int, licence_manager: Actor) -> None:
    found = deliver(licence_manager, f"{ANA},support,2026-04-10,e1", f"{BO},support,2026-04-10,e1")
    assert problems(found) == [(3, "event_id", "event_twice")]
    later = plan(licence_manager, f"{BO},support,2026-04-10,e1")
    assert problems(later) == [(2, "event_id", "event_id_taken")]
    assert len(user_days()) == 1


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (f"{ANA},support,,", ("at", "required")),
        (f"{ANA},support,11/04/2026,", ("at", "not_an_instant")),
        (f"{ANA},support,2026-04-13,", ("at", "in_the_future")),
        (f"{ANA},support,2024-03-10,", ("at", "too_old")),
        (f"{ANA},nothing,2026-04-10,", ("product", "value_unknown")),
        (f"{ANA},,2026-04-10,", ("product", "product_or_subscription")),
        ("eve@acme.example,support,2026-04-10,", ("code", "account_needed")),
        (f"{ANA},backup,2026-04-10,", ("code", "account_needed")),
        (f"{ANA},support,2026-04-10,{'x' * 91}", ("event_id", "too_long")),
    ],
)
def test_a_row_that_cannot_be_told_is_refused(
    account: int, licence_manager: Actor, row: str, expected: tuple[str, str]
) -> None:
    found = plan(licence_manager, row, f"{ANA},support,2026-04-10,ok")
    assert problems(found) == [(2, *expected)]
    assert verdicts(found) == "rn"


def test_a_subscription_may_be_named_and_no_user(account: int, licence_manager: Actor) -> None:
    header = "subscription id,account,user,usage date,product\n"
    done = deliver(
        licence_manager,
        "S-support-pro-active,,,2026-04-10,",
        "S-support-pro-active,acme,,2023-01-01,",
        "S-support-pro-active,other,,2026-04-10,",
        "S-nothing,,,2026-04-10,",
        "S-support-pro-active,,,2026-04-10,meetings",
        "S-support-pro-active,,eve@acme.example,2026-04-10,",
        ",acme,,2026-04-09,meetings",
        ",acme,,2026-04-09,backup",
        header=header,
    )
    assert problems(done) == [
        (3, "at", "too_old"),
        (4, "code", "value_unknown"),
        (5, "reference", "value_unknown"),
        (6, "product", "not_of_subscription"),
        (7, "user", "unknown_licensed_user"),
        (9, "product", "product_not_bought"),
    ]
    assert user_days() == []  # evidence for the subscription only
    assert subscription_days() == [date(2026, 4, 9), date(2026, 4, 10)]
    assert {row[:2] for row in feeds()} == {("meetings", False), ("support", False)}


def test_one_reference_of_two_accounts_needs_the_code(account: int, rep: Actor, licence_manager: Actor) -> None:
    second = make_account("second", rep=rep)
    make_subscription(second, "support-pro")
    make_licensed_user(second, ANA)
    make_grant(licence_manager, second)
    header = "subscription id,account,user,at,product\n"
    found = plan(
        licence_manager,
        "S-support-pro-active,,,2026-04-10,",
        "S-support-pro-active,second,,2026-04-10,",
        f",,{ANA},2026-04-10,support",
        f",acme,{ANA},2026-04-10,support",
        header=header,
    )
    assert problems(found) == [(2, "reference", "several_subscriptions"), (4, "code", "account_needed")]


def test_a_day_outside_of_the_subscription_is_said(account: int, licence_manager: Actor) -> None:
    make_subscription(account, "backup-devices", starts_on=date(2026, 3, 1))
    found = plan(licence_manager, f"{ANA},backup,2026-02-27,", f"{ANA},backup,2026-03-01,")
    assert ([row.outside for row in found.rows], found.outside) == ([True, False], 1)


def test_without_a_moment_nothing_is_read(account: int, licence_manager: Actor) -> None:
    with pytest.raises(FieldsUnmapped):
        plan(licence_manager, f"{ANA},support", header="user,product\n")


def test_it_is_scoped(account: int, other_rep: Actor, rep: Actor, admin: Actor) -> None:
    stranger = make_user(Role.LICENCE_MANAGER, email="stranger@portal.example")
    row = f"{ANA},support,2026-04-10,e1"
    assert problems(plan(stranger, row)) == [(2, "code", "account_needed")]
    header = "subscription id,at\n"
    found = plan(stranger, "S-support-pro-active,2026-04-10", header=header)
    assert problems(found) == [(2, "reference", "value_unknown")]
    for actor in (rep, other_rep):
        with pytest.raises(NotAllowed):
            plan(actor, row)
    seen = plan(admin, row)
    lost = [row for progress in apply_usage(stranger, seen) for row in progress.rows]  # another's plan
    assert [problem.code for row in lost for problem in row.problems] == ["belongs_to_another"]
    assert (events(), user_days(), feeds()) == (0, [], [])
    with pytest.raises(NotFound):
        hide_names(stranger, account, hidden=True)
    with pytest.raises(NotAllowed):
        hide_names(rep, account, hidden=True)


def test_an_import_is_audited(account: int, licence_manager: Actor) -> None:
    deliver(licence_manager, f"{ANA},support,2026-04-10,e1", f"{ANA},support,2026-04-10,e1")
    hide_names(licence_manager, account, hidden=True)
    with database.read_session() as session:
        rows = session.execute(select(AuditEntry.action, AuditEntry.after).order_by(AuditEntry.action)).all()
    assert [tuple(row) for row in rows] == [
        ("hide_names", {"hides_names": True}),
        ("import_usage", {"rows": 1, "written": 1}),
    ]


def test_two_deliveries_at_once_are_one(account: int, licence_manager: Actor) -> None:
    rows = [f"{ANA},support,2026-04-{day:02d} {hour:02d}:00," for day in range(1, 11) for hour in range(5, 10)]
    found = plan(licence_manager, *rows)
    faults: list[BaseException] = []

    def run() -> None:
        try:
            list(apply_usage(licence_manager, found))
        except BaseException as fault:
            faults.append(fault)

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (faults, events(), len(user_days())) == ([], 50, 10)


def test_events_go_after_ninety_days_and_days_after_25_months(account: int, licence_manager: Actor) -> None:
    deliver(licence_manager, f"{ANA},support,2026-04-10,e1", f"{ANA},support,2026-01-12,e2")
    assert events() == 2
    counts = []
    for day in (TODAY, TODAY + timedelta(days=1), TODAY + timedelta(days=400), date(2028, 2, 13)):
        with maintaining() as session:
            while prune(session, day):
                pass
        with database.read_session() as session:
            models = (UsageEvent, UserDay)
            counts.append(tuple(session.scalar(select(func.count()).select_from(model)) for model in models))
    assert counts == [(2, 2), (1, 2), (0, 2), (0, 1)]
    assert kept_from(date(2028, 2, 12)) == date(2026, 1, 12)


def test_the_map_is_suggested_from_usual_headers(account: int, licence_manager: Actor) -> None:
    assert HEADER
    found = plan(licence_manager, f"2026-04-10,{ANA},Remote Support", header="Fecha,Correo electrónico,Producto\n")
    assert verdicts(found) == "n"
