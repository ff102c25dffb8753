"""Writes what a change of subscriptions adds to the sums of cycles to come, in its own transaction."""

from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import inspect, or_, select, tuple_
from sqlalchemy.orm import Session

from data.models import Account, Subscription
from services.bulk import Rows, day_text
from services.facts import dimensions_of
from services.rules.cycle_sums import Counted, sums_of
from services.rules.figures import Dimensions

CYCLES = "cycle_deltas"
_OF_ACCOUNT = ("country", "rep_id", "segment")
_STORED = (Subscription.account_id, Subscription.id, *(getattr(Subscription, name) for name in Counted._fields))
_STORED_OF_ACCOUNT = tuple(getattr(Account, name) for name in _OF_ACCOUNT)


def add_cycles(rows: Rows, one: Counted, of: Dimensions, sign: int = 1) -> None:
    """Count a subscription in the sums (`sign` -1: no longer)."""
    for (kind, day, *rest), minor in sums_of(one):
        rows.count(CYCLES, (kind.value, day_text(day), *rest, one.product, *of), sign * minor, sign)


def counted(row: Subscription) -> Counted:
    """What counts of a subscription as it is in memory."""
    stored: Any = (getattr(row, name) for name in Counted._fields)
    found = Counted._make(stored)
    return found._replace(is_auto_renewed=found.is_auto_renewed is not False)


def follow(session: Session, subscriptions: Collection[Subscription], accounts: Iterable[Account]) -> None:
    """Before a flush: bring the sums from what is stored to what will be.

    `subscriptions`: new and changed ones. `accounts`: changed ones; all that they own goes along with what tells them
    apart. Stored values are read: what was written past the session is not what it remembers.
    """
    moved = {row.id: row for row in accounts if _is_changed(row, _OF_ACCOUNT)}
    new = [row for row in subscriptions if row in session.new]
    changed = {
        (row.account_id, row.id): row
        for row in subscriptions
        if row not in session.new and _is_changed(row, Counted._fields)
    }
    if not moved and not new and not changed:
        return
    rows = Rows(session.connection())
    for row in new:
        add_cycles(rows, counted(row), dimensions_of(session.get_one(Account, row.account_id)))
    if moved or changed:
        stored = select(*_STORED, *_STORED_OF_ACCOUNT).join_from(
            Subscription, Account, Account.id == Subscription.account_id
        )
        those = or_(
            Subscription.account_id.in_(list(moved)),
            Subscription.account_id.in_([key[0] for key in changed])
            & tuple_(Subscription.account_id, Subscription.id).in_(list(changed)),
        )
        for account_id, key, *values in session.connection().execute(stored.where(those)).all():
            *before, country, rep_id, segment = values
            was, of = Counted._make(before), Dimensions(country, rep_id or 0, segment)
            add_cycles(rows, was, of, -1)
            found = changed.get((account_id, key))
            now = was if found is None else was._replace(**_changes(found))
            add_cycles(rows, now, dimensions_of(moved[account_id]) if account_id in moved else of)
    rows.write()


def _is_changed(row: Any, names: Iterable[str]) -> bool:
    attributes = inspect(row).attrs
    return any(attributes[name].history.has_changes() for name in names)


def _changes(row: Subscription) -> dict[str, Any]:
    attributes = inspect(row).attrs
    return {name: getattr(row, name) for name in Counted._fields if attributes[name].history.has_changes()}
