"""Text of users: what a line may hold, and how it is cleaned before it is stored."""

import re
import unicodedata

from services.errors import Problem
from services.rules.card_numbers import contains_card_number

LONGEST_LINE = 200  # characters of a short text
LONGEST_REASON = 500

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_DIRECTION = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_BLANKS = re.compile(r"[^\S\t\n\r\v\f\x1c-\x1f\x85\u2028\u2029]+")  # not the control characters: those are faults
_EMAIL = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@"
    r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+(?:[A-Za-z]{2,63}|xn--[A-Za-z0-9-]{1,58}[A-Za-z0-9])"
)


def harmless(text: str) -> str:
    """A cell that a spreadsheet would run as a formula gets an apostrophe in front, which an import takes off again."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def cleaned(text: str) -> str:
    """One line in its composed form, without surrounding blanks, every run of blanks being one."""
    return _BLANKS.sub(" ", unicodedata.normalize("NFC", text)).strip()


def one_line(text: str) -> str:
    """The same of text that may have been typed or pasted over several lines."""
    return cleaned(" ".join(text.split()))


def line_fault(text: str) -> str | None:
    """The code of what a line must not hold: control_character or direction_override; None for a fair line.

    Emoji (with their joiners) and every script are fair; NUL, line breaks, lone surrogates and bidi overrides are not.
    """
    for character in text:
        category = unicodedata.category(character)
        if category in ("Cc", "Cs", "Zl", "Zp"):
            return "control_character"
        if character in _DIRECTION:
            return "direction_override"
    return None


def line_problems(field: str, text: str, *, limit: int, required: bool = False) -> list[Problem]:
    """What is wrong with a cleaned line, as problems of its field: required, too_long, or its fault's code."""
    if not text:
        return [Problem(field, "required")] if required else []
    fault = line_fault(text)
    if fault:
        return [Problem(field, fault)]
    if len(text) > limit:
        return [Problem(field, "too_long", {"limit": limit})]
    return []


def typed_problems(field: str, text: str, *, limit: int, required: bool = False) -> list[Problem]:
    """What is wrong with a cleaned line that somebody types freely: as `line_problems`, or a card number in it."""
    problems = line_problems(field, text, limit=limit, required=required)
    return problems or ([Problem(field, "card_number")] if contains_card_number(text) else [])


def reason_problems(reason: str, *, field: str = "reason", limit: int = LONGEST_REASON) -> list[Problem]:
    """What is wrong with a cleaned reason, which must be given."""
    return typed_problems(field, reason, limit=limit, required=True)


def is_email(text: str) -> bool:
    """Whether it is an address a mail server would take: one @, a domain with a dot, at most 254 characters."""
    return (
        len(text) <= 254
        and _EMAIL.fullmatch(text) is not None
        and ".." not in text
        and not text.startswith(".")
        and ".@" not in text
    )
