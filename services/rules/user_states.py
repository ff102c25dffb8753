"""Which state a licensed user is in: one of five, so that a list's counts add up."""

from datetime import date
from enum import StrEnum


class UserState(StrEnum):
    """The states, the first that holds: left, suspended (no seat), invited (none accepted), excluded until a day."""

    ACTIVE = "active"
    INVITED = "invited"
    SUSPENDED = "suspended"
    EXCLUDED = "excluded"
    LEFT = "left"


def user_state(
    *, is_suspended: bool, left_on: date | None, only_invited: bool, excluded_until: date | None, today: date
) -> UserState:
    """The state of a licensed user; `only_invited`: all their seats are pending."""
    if left_on is not None:
        return UserState.LEFT
    if is_suspended:
        return UserState.SUSPENDED
    if only_invited:
        return UserState.INVITED
    return UserState.EXCLUDED if excluded_until is not None and today < excluded_until else UserState.ACTIVE
