"""Marks accounts whose figures of use are to be counted anew, in the transaction of what changes them."""

from collections.abc import Iterable
from typing import Any
from uuid import uuid4

from sqlalchemy import event, inspect
from sqlalchemy.orm import Session

from data.models import Account, LicensedUser, Seat, Subscription, UseMark
from services.bulk import Rows

_MARKED = "use_marked"
# What the figures are made of; whatever writes one of these through the ORM has its account marked.
_FOLLOWED: dict[type[Any], tuple[str, ...]] = {
    Seat: ("released_at", "subscription_id", "is_pending", "held_since"),
    Subscription: (
        "status", "seats", "plan", "price_id", "interval", "discount_percent", "negotiated_amount", "period_start",
    ),
    LicensedUser: ("department", "cost_centre", "manager", "excluded_until"),
    Account: ("country", "currency"),
}  # fmt: skip


def mark(rows: Rows, account_ids: Iterable[int]) -> None:
    """Mark accounts whose rows are written past the ORM."""
    rows.shape("use_marks", ("account_id", "id")).extend((account_id, _new_id()) for account_id in sorted(account_ids))


@event.listens_for(Session, "before_flush")
def _follow(session: Session, _context: Any, _instances: Any) -> None:
    """Once an account and transaction: a mark is seen by nobody before it ends."""
    changed = {row.account_id for row in session.new if isinstance(row, Seat | Subscription)}
    changed |= {_account_of(row) for row in session.dirty if type(row) in _FOLLOWED and _has_changed(row)}
    if not changed:
        return
    marked: set[int] = session.info.setdefault(_MARKED, set())
    for account_id in sorted(changed - marked):
        session.add(UseMark(account_id=account_id, id=_new_id()))
    marked |= changed


def _account_of(row: Any) -> int:
    return int(row.id if isinstance(row, Account) else row.account_id)


def _has_changed(row: Any) -> bool:
    attributes = inspect(row).attrs
    return any(attributes[name].history.has_changes() for name in _FOLLOWED[type(row)])


def _new_id() -> int:
    return uuid4().int >> 65  # 63 bits: a positive BIGINT


@event.listens_for(Session, "after_soft_rollback")
def _forget(session: Session, _previous: Any) -> None:
    """What was marked within a savepoint may be gone with it."""
    session.info.pop(_MARKED, None)
