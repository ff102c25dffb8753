"""Writing of many rows, of which the database may refuse some."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.orm import Session

T = TypeVar("T")


def all_or_each(session: Session, rows: Sequence[T], write: Callable[[Sequence[T]], None]) -> list[T]:
    """Write all at once; if the database refuses, each by itself. Those it refused: they left nothing behind."""
    if not rows:
        return []
    try:
        with session.begin_nested():
            write(rows)
            session.flush()
        return []
    except (IntegrityError, DataError):
        if len(rows) == 1:
            return list(rows)
    return [failed for row in rows for failed in all_or_each(session, [row], write)]
