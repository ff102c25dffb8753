"""Invitations that wait to be accepted."""

import pandas as pd
from sqlalchemy import func, select

from data.models import Account, LicensedUser, Product, Seat, User
from services.access import reading
from services.errors import NotFound
from services.permissions import Actor, Permission
from services.queries.seats import PAGE_SIZE, Listed


def pending_invitations(
    actor: Actor, account_id: int, *, search: str = "", limit: int = PAGE_SIZE, offset: int = 0
) -> Listed:
    """By name: id (of the seat, text), user_id (text), name, email, product, department (text), assigned_at (first
    invited, UTC), invited_at (last written to, UTC), invited_by (text). Raises `NotFound` for the account."""
    with reading(actor, Permission.SEE_SEATS, of=account_id) as session:
        if session.scalar(select(Account.id).where(Account.id == account_id)) is None:
            raise NotFound(kind="account")
        waiting = [Seat.account_id == account_id, Seat.is_pending.is_(True), Seat.released_at.is_(None)]
        if search.strip():
            waiting.append(LicensedUser.search_text.contains(search.strip().casefold(), autoescape=True))
        of_user = (LicensedUser.account_id == Seat.account_id) & (LicensedUser.id == Seat.user_id)
        total = session.scalar(select(func.count()).select_from(Seat).join(LicensedUser, of_user).where(*waiting)) or 0
        rows = session.execute(
            select(
                Seat.id,
                LicensedUser.id,
                LicensedUser.name,
                LicensedUser.email,
                Product.name,
                LicensedUser.department,
                Seat.assigned_at,
                Seat.invited_at,
                User.name,
            )
            .join(LicensedUser, of_user)
            .join(Product, Product.code == Seat.product)
            .join(User, User.id == Seat.assigned_by)
            .where(*waiting)
            .order_by(LicensedUser.search_text, Seat.id)
            .limit(limit)
            .offset(offset)
        )
        found = [(str(seat_id), str(user_id), *rest) for seat_id, user_id, *rest in rows]
    columns = ["id", "user_id", "name", "email", "product", "department", "assigned_at", "invited_at", "invited_by"]
    return Listed(pd.DataFrame(found, columns=columns), total)
