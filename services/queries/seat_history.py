"""The lives of seats: who had which, from when till when, and by whom; of a user, or of an account's subscriptions."""

from dataclasses import dataclass
from datetime import datetime

import pandas as pd
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import aliased

from data.models import LicensedUser, Product, Seat, Subscription, User
from services.access import reading
from services.permissions import Actor, Permission
from services.queries.seats import PAGE_SIZE, Listed

COLUMNS = [
    "id", "user_id", "name", "email", "product", "reference", "origin", "assigned_at", "assigned_by", "held_since",
    "accepted_at", "ending", "released_at", "released_by",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class LifeFilter:
    """Which lives: of a subscription, of who is found by name or address, of those held at an instant."""

    subscription_id: int = 0
    search: str = ""
    held_at: datetime | None = None


def seat_history(actor: Actor, account_id: int, user_id: int, *, limit: int = PAGE_SIZE, offset: int = 0) -> Listed:
    """A user's seats, newest first; columns as `seat_lives`."""
    return _lives(actor, account_id, [Seat.user_id == user_id], limit, offset)


def seat_lives(actor: Actor, account_id: int, which: LifeFilter, *, limit: int = PAGE_SIZE, offset: int = 0) -> Listed:
    """The account's seats, newest first.

    Columns: id, user_id, name, email, product, reference of the subscription (text), origin (an `Origin`), assigned_at,
    assigned_by, held_since (UTC, empty: as assigned), accepted_at, ending (an `Ending`, `held`, or `ended` with its
    subscription), released_at, released_by (text, may be empty).
    """
    criteria: list[ColumnElement[bool]] = []
    if which.subscription_id:
        criteria.append(Seat.subscription_id == which.subscription_id)
    if which.search.strip():
        found = select(LicensedUser.id).where(
            LicensedUser.account_id == account_id,
            LicensedUser.search_text.contains(which.search.strip().casefold(), autoescape=True),
        )
        criteria.append(Seat.user_id.in_(found))
    if which.held_at is not None:
        criteria.append(Seat.assigned_at <= which.held_at)
        criteria.append(Seat.released_at.is_(None) | (Seat.released_at > which.held_at))
    return _lives(actor, account_id, criteria, limit, offset)


def _lives(actor: Actor, account_id: int, criteria: list[ColumnElement[bool]], limit: int, offset: int) -> Listed:
    giver, releaser = aliased(User), aliased(User)
    criteria = [Seat.account_id == account_id, *criteria]
    with reading(actor, Permission.SEE_SEATS, of=account_id) as session:
        total = session.scalar(select(func.count()).select_from(Seat).where(*criteria)) or 0
        page = select(Seat.id).where(*criteria).order_by(Seat.assigned_at.desc(), Seat.id.desc())
        ids = session.scalars(page.limit(limit).offset(offset)).all()
        rows = session.execute(
            select(
                Seat.id,
                LicensedUser.id,
                LicensedUser.name,
                LicensedUser.email,
                Product.name,
                Subscription.reference,
                Seat.origin,
                Seat.assigned_at,
                giver.name,
                Seat.held_since,
                Seat.accepted_at,
                Seat.ending,
                Seat.released_at,
                releaser.name,
            )
            .join(LicensedUser, (LicensedUser.account_id == Seat.account_id) & (LicensedUser.id == Seat.user_id))
            .join(Product, Product.code == Seat.product)
            .join(
                Subscription,
                (Subscription.account_id == Seat.account_id) & (Subscription.id == Seat.subscription_id),
            )
            .join(giver, giver.id == Seat.assigned_by)
            .outerjoin(releaser, releaser.id == Seat.released_by)
            .where(Seat.account_id == account_id, Seat.id.in_(ids))
            .order_by(Seat.assigned_at.desc(), Seat.id.desc())
        )
        frame = pd.DataFrame([(str(row[0]), str(row[1]), *row[2:]) for row in rows], columns=COLUMNS)
    ended = frame["released_at"].notna()
    frame["ending"] = [_ending(code, out) for code, out in zip(frame["ending"], ended, strict=True)]
    return Listed(frame, total)


def _ending(code: str, is_over: bool) -> str:
    return (code or "ended") if is_over else "held"
