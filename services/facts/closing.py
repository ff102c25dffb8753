"""What is seen of a month before it is closed."""

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from data.models import ClosedMonth, Document, HeldDocument, Night, ParkedAccount
from services.facts.tie_out import compare
from services.packs.month import Month
from services.rules.closing import Seen, Sight, missing_nights


def first_day(session: Session) -> date | None:
    """The first day of the books: of the first document or night."""
    days = [session.scalar(select(func.min(day))) for day in (Document.issued_on, Night.day)]
    return min((day for day in days if day is not None), default=None)


def sights(session: Session, month: Month, today: date) -> tuple[Sight, ...]:
    """Everything that is seen of the month, in the order of `Seen`."""
    since = first_day(session)
    first_night = session.scalar(select(func.min(Night.day)))  # it did what was due by then
    in_month = (Night.day >= month.first, Night.day < month.end, Night.finished_at.is_not(None))
    finished = set(session.scalars(select(Night.day).where(*in_month)))
    is_first = since is None or since >= month.first
    before = is_first or session.get(ClosedMonth, month.before.number) is not None
    parked = select(func.count()).select_from(ParkedAccount).where(ParkedAccount.resolved_on.is_(None))
    held = select(func.count()).select_from(HeldDocument).where(HeldDocument.status == "held")
    return (
        Sight(Seen.MONTH_OVER, 0 if month.end <= today else 1),
        Sight(Seen.MONTH_BEFORE, 0 if before else 1),
        Sight(Seen.NIGHTS, len(missing_nights(month.first, month.end, since=first_night or since, finished=finished))),
        Sight(Seen.TIES, sum(not one.holds for one in compare(session, month.last))),
        Sight(Seen.PARKED, session.scalar(parked.where(ParkedAccount.parked_on < month.end)) or 0),
        Sight(Seen.HELD, session.scalar(held.where(HeldDocument.held_on < month.end)) or 0),
    )
