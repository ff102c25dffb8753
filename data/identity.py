"""Derived ids: the business day and a hash of the natural key, never the next of a stream."""

from __future__ import annotations

from datetime import date
from hashlib import sha256

_EPOCH = date(2000, 1, 1).toordinal()
_LAST = 1 << 15  # 15 bits of days + 48 bits of hash = 63 bits: a positive BIGINT
_PARTS = 1 << 12


def _digest(parts: tuple[str | int | date, ...]) -> bytes:
    # Each part carries its length: ("ab", "c") and ("a", "bc") must differ.
    key = ""
    for part in parts:
        text = str(part)
        key += f"{len(text)}:{text};"
    try:
        return sha256(key.encode()).digest()
    except UnicodeEncodeError:  # half a character: an id all the same
        return sha256(key.encode("utf-8", "surrogatepass")).digest()


def derive_id(day: date, *natural_key: str | int | date) -> int:
    """63-bit id: days since 2000-01-01 << 48 | 48 bits of sha256 of the key.

    Ids of later days sort later; the same day and key give the same id, so a run that was killed resumes byte by byte.
    Raises ValueError for a day outside 2000-01-01 .. 2089-09-17 or a key without parts. Ids pass 2^53: show and export
    them as text.
    """
    days = day.toordinal() - _EPOCH
    if not 0 <= days < _LAST:
        raise ValueError(f"{day} is outside the range of ids")
    if not natural_key:
        raise ValueError("an id needs a natural key")
    return days << 48 | int.from_bytes(_digest(natural_key)[:6], "big")


def first_id(day: date) -> int:
    """The lowest id that `derive_id` gives on a day."""
    return (day.toordinal() - _EPOCH) << 48


def day_of(derived: int) -> date:
    """The business day of an id that `derive_id` gave."""
    return date.fromordinal((derived >> 48) + _EPOCH)


def part_id(whole: int, position: int) -> int:
    """The id of a numbered part of a whole (a line of its document): the whole's, its last 12 bits the position.

    The parts of a whole stand together. Raises ValueError for a position outside 1 .. 4095.
    """
    if not 0 < position < _PARTS:
        raise ValueError(f"part {position}")
    return whole & -_PARTS | position


def account_id(code: str) -> int:
    """63-bit id of an account: the hash of its code, which makes the code unique without a constraint."""
    return int.from_bytes(_digest(("account", code))[:8], "big") >> 1
