"""Accounts that a night sets aside with their reason, and takes back once they can be done."""

from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.identity import derive_id
from data.models import ParkedAccount
from data.money import Money
from services.access import record
from services.errors import Refusal


def park(session: Session, account_id: int, fault: Exception, day: date) -> None:
    """Set an account aside, or note that it was tried again in vain; the same night again changes nothing."""
    reason = fault.code if isinstance(fault, Refusal) else "fault"
    details = _plain(fault.values) if isinstance(fault, Refusal) else {"fault": f"{type(fault).__name__}"}
    row = _open(session, account_id)
    if row is None:
        session.add(
            ParkedAccount(
                account_id=account_id,
                id=derive_id(day, "parked", account_id, reason),
                parked_on=day,
                reason=reason,
                details=details,
                last_tried_on=day,
            )
        )
        record(
            session, "park_account", account_id=account_id, after={"reason": reason}, key=(day, f"park {account_id}")
        )
    elif (row.reason, row.details, row.last_tried_on) != (reason, details, day):
        row.reason, row.details, row.last_tried_on = reason, details, day
    session.flush()


def resolve(session: Session, account_id: int, day: date) -> None:
    """Take an account back that could be done."""
    row = _open(session, account_id)
    if row is not None:
        row.resolved_on = day
        record(session, "unpark_account", account_id=account_id, key=(day, f"unpark {account_id}"))
        session.flush()


def is_parked(session: Session, account_id: int) -> bool:
    """Whether the account is set aside."""
    return _open(session, account_id) is not None


def _open(session: Session, account_id: int) -> ParkedAccount | None:
    mine = (ParkedAccount.account_id == account_id, ParkedAccount.resolved_on.is_(None))
    return session.scalar(select(ParkedAccount).where(*mine))


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    """A refusal's values, ready for JSON: amounts as {minor, currency}, days as ISO text."""
    return {name: _value(value) for name, value in values.items()}


def _value(value: Any) -> Any:
    if isinstance(value, Money):
        return {"minor": value.minor, "currency": value.currency}
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [_value(each) for each in value]
    return value if isinstance(value, str | int | bool | None) else str(value)
