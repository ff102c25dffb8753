"""Deputies: the accounts they cover, on which days, and whose name the audit carries."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from data import database
from data.models import Account, AuditEntry
from data.period import Period
from services import access
from services.access import acting, lock_account, reading, record
from services.commands.deputies import end_deputy, name_deputy
from services.commands.users import UserForm, change_user
from services.errors import DeputyOverlaps, Invalid, NotAllowed, NotFound
from services.permissions import Actor, Permission, Role
from services.queries.deputies import covered_by, deputies_of, deputy_choices
from tests.builders import TODAY, make_account, make_team, make_user

STARTS, ENDS = date(2026, 4, 20), date(2026, 4, 27)
DAY = timedelta(days=1)


@pytest.fixture
def colleague(rep: Actor, other_rep: Actor) -> Actor:
    return other_rep


def visible(actor: Actor) -> set[str]:
    with reading(actor, Permission.SEE_ACCOUNTS) as session:
        return set(session.scalars(select(Account.code)))


def note(actor: Actor, account_id: int) -> int | None:
    """Change the account and return on whose behalf the audit row says it was."""
    with acting(actor, Permission.EDIT_ACCOUNTS) as session:
        account = lock_account(session, account_id)
        account.segment += "x"
        record(session, "test", account_id=account_id)
    with database.read_session() as session:
        rows = session.scalars(select(AuditEntry).where(AuditEntry.action == "test")).all()
        entry = max(rows, key=lambda row: row.at)
        assert entry.actor_id == actor.user_id
        return entry.on_behalf_of


@pytest.mark.parametrize(
    ("day", "covers"),
    [
        (STARTS - DAY, False),
        (STARTS, True),
        (STARTS + DAY, True),
        (ENDS - DAY, True),
        (ENDS, False),  # half-open: the last day is the one before
        (ENDS + DAY, False),
    ],
)
def test_a_deputy_sees_and_changes_on_exactly_these_days(rep: Actor, colleague: Actor, day: date, covers: bool) -> None:
    theirs, own = make_account("acme", rep=rep), make_account("own", rep=colleague)
    name_deputy(rep, colleague.user_id, starts_on=STARTS, ends_on=ENDS, today=TODAY)
    actor = access.identify(colleague.user_id, day)
    assert visible(actor) == ({"acme", "own"} if covers else {"own"})
    if covers:
        assert note(actor, theirs) == rep.user_id
    else:
        with pytest.raises(NotFound):
            note(actor, theirs)
    assert note(actor, own) is None  # one's own accounts are nobody else's business


def test_the_rep_keeps_the_accounts_and_acts_in_the_own_name(rep: Actor, colleague: Actor) -> None:
    account = make_account("acme", rep=rep)
    name_deputy(rep, colleague.user_id, starts_on=STARTS, ends_on=ENDS, today=TODAY)
    actor = access.identify(rep.user_id, STARTS)
    assert visible(actor) == {"acme"}
    assert note(actor, account) is None


def test_cover_is_not_handed_on(rep: Actor, colleague: Actor) -> None:
    third = make_user(Role.SALES_REP, email="third@portal.example")
    make_account("acme", rep=rep)
    name_deputy(rep, colleague.user_id, starts_on=STARTS, ends_on=ENDS, today=TODAY)
    name_deputy(colleague, third.user_id, starts_on=STARTS, ends_on=ENDS, today=TODAY)
    assert visible(access.identify(third.user_id, STARTS)) == set()


def test_an_account_of_the_deputys_own_team_is_nobodys_behalf(rep: Actor, colleague: Actor) -> None:
    team = make_team("Corporate Account Services", colleague)
    account = make_account("acme", rep=None, team_id=team)
    name_deputy(rep, colleague.user_id, starts_on=TODAY, ends_on=ENDS, today=TODAY)
    assert note(access.identify(colleague.user_id, TODAY), account) is None


def test_ending_takes_effect_on_the_same_day(rep: Actor, colleague: Actor) -> None:
    make_account("acme", rep=rep)
    row = name_deputy(rep, colleague.user_id, starts_on=STARTS, ends_on=ENDS, today=TODAY)
    end_deputy(rep, row, today=STARTS + 2 * DAY)
    assert visible(access.identify(colleague.user_id, STARTS + DAY)) == {"acme"}  # the days before stay true
    assert visible(access.identify(colleague.user_id, STARTS + 2 * DAY)) == set()
    with pytest.raises(NotFound):
        end_deputy(rep, row, today=STARTS + 2 * DAY)


def test_a_cover_that_has_not_begun_is_taken_back_whole(rep: Actor, colleague: Actor) -> None:
    row = name_deputy(rep, colleague.user_id, starts_on=STARTS, ends_on=ENDS, today=TODAY)
    end_deputy(rep, row, today=TODAY)
    assert deputies_of(rep, TODAY) == ()
    name_deputy(rep, colleague.user_id, starts_on=STARTS, ends_on=ENDS, today=TODAY)  # and can be named again


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "field", "code"),
    [
        (TODAY - DAY, ENDS, "from_on", "day_over"),
        (STARTS, STARTS, "until_on", "ends_before_start"),
        (ENDS, STARTS, "until_on", "ends_before_start"),
        (TODAY, TODAY + timedelta(days=367), "until_on", "cover_too_long"),
    ],
)
def test_days_that_cannot_be_are_refused(
    rep: Actor, colleague: Actor, starts_on: date, ends_on: date, field: str, code: str
) -> None:
    with pytest.raises(Invalid) as refused:
        name_deputy(rep, colleague.user_id, starts_on=starts_on, ends_on=ends_on, today=TODAY)
    assert [(problem.field, problem.code) for problem in refused.value.problems] == [(field, code)]


def test_only_another_active_rep_can_stand_in(rep: Actor, colleague: Actor, finance: Actor, admin: Actor) -> None:
    gone = UserForm(colleague.name, colleague.email, Role.SALES_REP, is_active=False)
    assert [choice.user_id for choice in deputy_choices(rep)] == [colleague.user_id]
    change_user(admin, colleague.user_id, gone, version=1)
    assert deputy_choices(rep) == ()
    for nobody in (rep.user_id, finance.user_id, colleague.user_id, 5):
        with pytest.raises(Invalid):
            name_deputy(rep, nobody, starts_on=STARTS, ends_on=ENDS, today=TODAY)


def test_days_that_overlap_for_the_same_deputy_are_refused(rep: Actor, colleague: Actor) -> None:
    name_deputy(rep, colleague.user_id, starts_on=STARTS, ends_on=ENDS, today=TODAY)
    for starts_on, ends_on in ((STARTS - DAY, STARTS + DAY), (ENDS - DAY, ENDS + DAY), (STARTS + DAY, ENDS - DAY)):
        with pytest.raises(DeputyOverlaps) as refused:
            name_deputy(rep, colleague.user_id, starts_on=starts_on, ends_on=ends_on, today=TODAY)
        assert refused.value.values["days"] == Period(STARTS, ENDS)
    name_deputy(rep, colleague.user_id, starts_on=ENDS, ends_on=ENDS + DAY, today=TODAY)  # the next day follows on


def test_others_cannot_end_it_but_an_administrator_can(rep: Actor, colleague: Actor, admin: Actor) -> None:
    row = name_deputy(rep, colleague.user_id, starts_on=STARTS, ends_on=ENDS, today=TODAY)
    with pytest.raises(NotFound):
        end_deputy(colleague, row, today=TODAY)
    end_deputy(admin, row, today=TODAY)
    assert deputies_of(rep, TODAY) == ()


def test_roles_without_own_accounts_name_nobody(finance: Actor, licence_manager: Actor, rep: Actor) -> None:
    for actor in (finance, licence_manager):
        with pytest.raises(NotAllowed):
            name_deputy(actor, rep.user_id, starts_on=STARTS, ends_on=ENDS, today=TODAY)
        with pytest.raises(NotAllowed):
            deputies_of(actor, TODAY)


def test_the_lists_name_the_other_side_and_the_last_day(rep: Actor, colleague: Actor) -> None:
    name_deputy(rep, colleague.user_id, starts_on=STARTS, ends_on=ENDS, today=TODAY)
    (mine,), (covered,) = deputies_of(rep, TODAY), covered_by(colleague, STARTS)
    assert (mine.name, mine.days, mine.is_running) == (colleague.name, Period(STARTS, ENDS), False)
    assert (covered.name, covered.days, covered.is_running) == (rep.name, Period(STARTS, ENDS), True)
    assert (covered_by(rep, STARTS), deputies_of(colleague, STARTS)) == ((), ())
