"""Text that a document can print: cleaned of controls, and of characters the packaged fonts do not know."""

from __future__ import annotations

import re
import struct
import unicodedata
from functools import cache, lru_cache
from pathlib import Path

FONTS = Path(__file__).with_name("fonts")
_TEXT_FACES = ("Inter-Regular.otf", "Inter-SemiBold.otf")
_FALLBACK_FACE = "DejaVuSans.ttf"
_UNKNOWN = "\N{WHITE SQUARE}"
_MARKS = {"Mn", "Me"}


@lru_cache(maxsize=8192)
def printable(text: str) -> str:
    """The text as it can be set: NFC, white space folded, without control, direction and zero-width characters.

    A character that no packaged font knows becomes a white square: an archive PDF must not hold a missing glyph.
    """
    composed = unicodedata.normalize("NFC", text)
    kept = "".join(_kept(char) for char in composed)
    return re.sub(" {2,}", " ", kept).strip(" ")


def _kept(char: str) -> str:
    if char in "\t\n\r\v\f\x85\u2028\u2029":
        return " "
    category = unicodedata.category(char)
    # Cf holds the direction overrides that could make a printed amount or name read backwards.
    if category in {"Cc", "Cf", "Cs", "Co", "Cn"} or "\ufe00" <= char <= "\ufe0f":
        return ""
    if ord(char) in _known():
        return char
    return "" if category in _MARKS else _UNKNOWN


@cache
def _known() -> frozenset[int]:
    text = frozenset.intersection(*(_characters(FONTS / face) for face in _TEXT_FACES))
    return text | _characters(FONTS / _FALLBACK_FACE)


def _characters(path: Path) -> frozenset[int]:
    """The code points of a font's `cmap` table (OpenType specification, formats 4 and 12)."""
    data = path.read_bytes()
    tables = {data[i : i + 4]: struct.unpack_from(">L", data, i + 8)[0] for i in range(12, 12 + 16 * data[5], 16)}
    cmap = tables[b"cmap"]
    (count,) = struct.unpack_from(">H", data, cmap + 2)
    found: set[int] = set()
    for record in range(count):
        (offset,) = struct.unpack_from(">L", data, cmap + 4 + record * 8 + 4)
        start = cmap + offset
        (kind,) = struct.unpack_from(">H", data, start)
        if kind == 4:
            found |= _segments(data, start)
        elif kind == 12:
            (groups,) = struct.unpack_from(">L", data, start + 12)
            for group in range(groups):
                first, last, _ = struct.unpack_from(">3L", data, start + 16 + group * 12)
                found.update(range(first, last + 1))
    return frozenset(found)


def _segments(data: bytes, start: int) -> set[int]:
    (twice,) = struct.unpack_from(">H", data, start + 6)
    count, ends = twice // 2, start + 14
    starts, deltas, offsets = ends + twice + 2, ends + 2 * twice + 2, ends + 3 * twice + 2
    found: set[int] = set()
    for i in range(count):
        last, first, delta, offset = (
            struct.unpack_from(">H", data, at + 2 * i)[0] for at in (ends, starts, deltas, offsets)
        )
        for code in range(first, last + 1):
            glyph = code + delta
            if offset:
                (glyph,) = struct.unpack_from(">H", data, offsets + 2 * i + offset + 2 * (code - first))
                glyph += delta if glyph else 0
            if glyph & 0xFFFF:
                found.add(code)
    found.discard(0xFFFF)
    return found
