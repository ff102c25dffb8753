"""Who can be chosen on the development sign-in."""

from dataclasses import dataclass

from sqlalchemy import select

from data.models import User
from services.access import reading
from services.permissions import Actor, Permission, Role

_DOORMAN = Actor(user_id=0, name="sign-in", email="", role=Role.ADMIN)


@dataclass(frozen=True, slots=True)
class Choice:
    """A user one can sign in as."""

    user_id: int
    name: str
    email: str
    role: Role


def choices() -> tuple[Choice, ...]:
    """The active users, by role and name."""
    with reading(_DOORMAN, Permission.MANAGE_USERS) as session:
        rows = session.execute(
            select(User.id, User.name, User.email, User.role).where(User.is_active).order_by(User.name)
        )
        found = [Choice(user_id, name, email, Role(role)) for user_id, name, email, role in rows]
    order = list(Role)
    return tuple(sorted(found, key=lambda choice: order.index(choice.role)))
