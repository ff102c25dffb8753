"""The roll-up of use compared with the seats it counts."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from data.database import chunks
from data.models import Setting, UseFigure, UseMark, UseMonth, UseState, UseTotal
from services.facts.use_figures import SETTING, counted, policies_text
from services.facts.use_totals import TOTAL_KEY, sums_of_rows
from services.rules.use_figures import MEASURES, MONTHLY, Key, Split

_OF_TOTALS = ("accounts", *MEASURES)


def differences(session: Session) -> Iterator[tuple[str, int, int]]:
    """What is not as it should be: name, what the facts give, what is stored.

    Every account that waits for no count is counted as of the day its figures are of; then totals and months are
    compared with the accounts' rows.
    """
    state = session.get(Setting, SETTING)
    follows = state is not None and state.value["policies"] == policies_text(session)  # else all accounts wait
    waiting = set(session.scalars(select(UseMark.account_id)))
    by_day: defaultdict[date, list[int]] = defaultdict(list)
    for account_id, day in session.execute(select(UseState.account_id, UseState.figures_on)):
        if follows and account_id not in waiting:
            by_day[day].append(account_id)
    for day, ids in sorted(by_day.items()):
        for some in chunks(sorted(ids)):
            wanted, found = Counter[Any](), Counter[Any]()
            for account in counted(session, some, day):
                for key, counts in account.figures.rows.items():
                    _count(wanted, (account.account_id, *key, account.country, account.currency), counts)
            keys = ("account_id", *Key._fields, "country", "currency")
            columns = [getattr(UseFigure, name) for name in (*keys, *MEASURES)]
            for row in session.execute(select(*columns).where(UseFigure.account_id.in_(some))):
                _count(found, row[: len(keys)], row[len(keys) :])
            yield from _told(wanted, found)
            yield from _told(_moved_up_to_now(session, some), _months_of(session, some))
    stored, summed = Counter[Any](), Counter[Any]()
    for total in session.scalars(select(UseTotal)):
        _count(stored, tuple(getattr(total, name) for name in TOTAL_KEY), total, _OF_TOTALS)
    for of, numbers in sums_of_rows(session).items():
        _count(summed, of, numbers, _OF_TOTALS)
    yield from _told(summed, stored)


def _moved_up_to_now(session: Session, ids: Sequence[int]) -> Counter[Any]:
    """How accounts stand, by the names of what their months add up to."""
    found = Counter[Any]()
    rows = select(UseFigure).where(UseFigure.account_id.in_(ids), UseFigure.split == Split.WHOLE.value)
    for row in session.scalars(rows):
        _count(found, (row.account_id, "months", row.product), row, MONTHLY)
    return found


def _months_of(session: Session, ids: Sequence[int]) -> Counter[Any]:
    found = Counter[Any]()
    key, sums = (UseMonth.account_id, UseMonth.product), [func.sum(getattr(UseMonth, name)) for name in MONTHLY]
    for account_id, product, *numbers in session.execute(
        select(*key, *sums).where(UseMonth.account_id.in_(ids)).group_by(*key)
    ):
        _count(found, (account_id, "months", product), [int(number) for number in numbers], MONTHLY)
    return found


def _count(into: Counter[Any], key: Any, numbers: Any, names: tuple[str, ...] = MEASURES) -> None:
    """Add numbers, given in the order of their names or as attributes, each under the key and its name."""
    if not isinstance(numbers, Sequence):
        numbers = [getattr(numbers, name) for name in names]
    into.update({(*key, name): number for name, number in zip(names, numbers, strict=True) if number})


def _told(wanted: Counter[Any], found: Counter[Any]) -> Iterator[tuple[str, int, int]]:
    for key in sorted(wanted.keys() | found.keys()):
        if wanted[key] != found[key]:
            yield " ".join(str(part) for part in key if part not in ("", 0)), wanted[key], found[key]
