"""The roll-up of use kept up: accounts are counted anew where something changed or a day has passed; all made anew."""

from __future__ import annotations

from datetime import date

from sqlalchemy import delete, insert, literal, select, tuple_
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from data.database import chunks
from data.models import Setting, Subscription, UseMark, UseState, UseTotal
from services import access
from services.facts.use_figures import SETTING, counted, of_accounts_with_seats, policies_text
from services.facts.use_months import levels_of
from services.facts.use_totals import TOTAL_KEY, sums_of_rows
from services.journal.use_figures import write_figures
from services.rules.use_figures import MEASURES

PORTION = 200  # accounts of a transaction


def refresh(today: date) -> int:
    """Count a portion of the accounts anew that are marked, or for which a day has come; returns how many.

    0: all figures are of the day. Where nothing is due, a few rows are looked at.
    """
    with access.maintaining() as session:
        state = _state(session)
        if state.value["policies"] != (policies := policies_text(session)):
            _mark_all(session)  # what counts as use is another now
            state.value = {**state.value, "policies": policies}
        marks = session.execute(select(UseMark.account_id, UseMark.id).order_by(UseMark.id).limit(5 * PORTION)).all()
        ids = sorted({account_id for account_id, _ in marks})[:PORTION]
        if not ids:
            due = select(UseState.account_id).where(UseState.next_change_on <= today)
            ids = sorted(session.scalars(due.order_by(UseState.next_change_on).limit(PORTION)))
        if ids:
            write_figures(session, counted(session, ids, today), today)
            _unmark(session, [(account_id, mark) for account_id, mark in marks if account_id in set(ids)])
        elif state.value["day"] != today.isoformat():
            state.value = {**state.value, "day": today.isoformat()}
        if ids:
            state.value = {**state.value, "at": access.now().isoformat()}
        return len(ids)


def refresh_all(today: date) -> int:
    """Count until no account is left; returns how many."""
    total = 0
    while done := refresh(today):
        total += done
    return total


def rebuild(today: date) -> None:
    """Make all of it anew: figures as of the day, and the months as the histories of subscriptions and seats tell."""
    with access.maintaining() as session:
        _state(session)
        ids = sorted({*session.scalars(select(UseState.account_id)), *of_accounts_with_seats(session)})
    for start in range(0, len(ids), PORTION):
        some = ids[start : start + PORTION]
        with access.maintaining() as session:
            _state(session)
            marks = session.execute(select(UseMark.account_id, UseMark.id).where(UseMark.account_id.in_(some))).all()
            write_figures(session, counted(session, some, today), today, pasts=levels_of(session, some, today))
            _unmark(session, [tuple(mark) for mark in marks])
    with access.maintaining() as session:
        state = _state(session)
        sum_up(session)
        now = access.now().isoformat()
        state.value = {"day": today.isoformat(), "at": now, "policies": policies_text(session)}


def sum_up(session: Session) -> None:
    """Make the totals anew from the accounts' rows."""
    session.execute(delete(UseTotal))
    names = (*TOTAL_KEY, "accounts", *MEASURES)
    rows = [dict(zip(names, (*key, *numbers), strict=True)) for key, numbers in sums_of_rows(session).items()]
    if rows:
        session.connection().execute(insert(UseTotal), rows)


def are_missing() -> bool:
    """Whether there are subscriptions, but none was ever counted: a database of before figures of use were kept."""
    with access.maintaining() as session:
        if session.scalar(select(Subscription.account_id).limit(1)) is None:
            return False
        return session.scalar(select(UseState.account_id).limit(1)) is None


def _state(session: Session) -> Setting:
    """The row that who counts anew holds: one at a time."""
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    first = {"day": None, "at": None, "policies": policies_text(session)}
    session.execute(dialect.insert(Setting).values(code=SETTING, value=first).on_conflict_do_nothing())
    return session.scalars(select(Setting).where(Setting.code == SETTING).with_for_update()).one()


def _mark_all(session: Session) -> None:
    every = select(UseState.account_id, literal(0) - UseState.account_id)
    session.execute(insert(UseMark).from_select(["account_id", "id"], every))


def _unmark(session: Session, marks: list[tuple[int, ...]]) -> None:
    for some in chunks(marks):
        session.execute(delete(UseMark).where(tuple_(UseMark.account_id, UseMark.id).in_(some)))
