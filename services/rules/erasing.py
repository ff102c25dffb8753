"""Erasing a person: what stands in the place of a name and an address, and what must be done before."""

from typing import Any

from services.errors import Unlawful

ERASED_NAME = "•••"
_PERSONAL = ("name", "email", "department", "cost_centre", "manager", "exclusion_reason")
_DOMAIN = "erased.invalid"  # RFC 2606: never a real address


class PersonHoldsSeats(Unlawful):
    """The licensed user still holds seats: `seats`. They are released first."""


class UserMaySignIn(Unlawful):
    """The user may still sign in. Switched off first."""


class ErasedAlready(Unlawful):
    """Nothing is left to erase."""


def erased_email(person_id: int) -> str:
    """An address that is nobody's, and no other's."""
    return f"erased-{person_id}@{_DOMAIN}"


def is_erased(email: str) -> bool:
    """Whether the person of this address was erased."""
    return email.endswith(f"@{_DOMAIN}")


def without(content: Any, values: frozenset[str], *, names: bool = False) -> Any:
    """JSON content in which each text that is one of the values, whatever its case, is replaced by the neutral one.

    `names`: also whatever stands under "name" or "email", such as a name of before.
    """
    if isinstance(content, str):
        return ERASED_NAME if content.casefold() in values else content
    if isinstance(content, list):
        return [without(item, values, names=names) for item in content]
    if isinstance(content, dict):
        return {
            key: ERASED_NAME if names and key in _PERSONAL and value else without(value, values, names=names)
            for key, value in content.items()
        }
    return content
