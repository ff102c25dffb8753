"""The look of things in charts: the same colour and the same pattern or dash for the same thing on every page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from zlib import crc32

from dashboard.theme import DARK, LIGHT

# Fillings of bars and areas, dashes and marks of lines, by the place of the colour: none is told by colour alone.
_SHAPES = ("", "/", ".", "x", "-", "\\", "+", "|")
_DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot", "4px 2px", "8px 2px 2px 2px")
_MARKS = ("circle", "square", "diamond", "triangle-up", "x", "cross", "star", "triangle-down")

# (light, dark, place of the pattern): gains are teal, losses are red, what stands is the accent.
_FIXED: dict[str, tuple[str, str, int]] = {
    "opening": ("#4F46E5", "#8B86FF", 0),
    "closing": ("#4F46E5", "#8B86FF", 0),
    "new": ("#0B7A6E", "#3CCFBB", 0),
    "expansion": ("#2FA796", "#2A9C8D", 1),
    "reactivation": ("#6CC3B6", "#8FE3D7", 2),
    "contraction": ("#DE6F83", "#F08A9A", 1),
    "churn": ("#B4233F", "#D9506A", 0),
    "currency": ("#8A93A6", "#9AA3B5", 3),
    # receivables by age
    "not_due": ("#7C8FB5", "#8FA3CC", 0),
    "1-30": ("#E3B341", "#E9C46A", 1),
    "31-60": ("#E08A1E", "#F0A74A", 2),
    "61-90": ("#D0602B", "#EE8455", 3),
    "91-120": ("#B93A3A", "#E8616B", 4),
    "over_120": ("#8B1E3F", "#C9426B", 5),
    # what was billed and what came of it
    "invoiced": ("#4F46E5", "#8B86FF", 0),
    "collected": ("#0E9F8E", "#3CCFBB", 1),
    "credited": ("#C2417C", "#E8719F", 2),
    "written_off": ("#8B1E3F", "#C9426B", 3),
    "tax": ("#E08A1E", "#F0A74A", 4),
    "recognised": ("#2F80ED", "#67A9FF", 0),
    "deferred": ("#8C5BD6", "#B58CF2", 1),
    "outstanding": ("#2F80ED", "#67A9FF", 0),
    "overdue": ("#B4233F", "#D9506A", 1),
    "expected": ("#7A8B2E", "#B5C25A", 2),
    "mrr": ("#4F46E5", "#8B86FF", 0),
    # seats, and what the idle ones cost
    "waste": ("#D0602B", "#EE8455", 0),
    "seats_bought": ("#4F46E5", "#8B86FF", 0),
    "seats_assigned": ("#2F80ED", "#67A9FF", 1),
    "seats_active": ("#0E9F8E", "#3CCFBB", 2),
    "other": ("#8A93A6", "#9AA3B5", 7),
}
GAIN, LOSS, STANDS = "new", "churn", "opening"


@dataclass(frozen=True, slots=True)
class Style:
    """A colour with the pattern, dash and mark that say the same."""

    colour: str
    place: int

    def bar(self, ground: str) -> dict[str, Any]:
        """The marker of a bar."""
        pattern = {"shape": _SHAPES[self.place], "fgcolor": ground, "fgopacity": 0.6, "size": 6, "solidity": 0.25}
        return {"color": self.colour, "pattern": {**pattern, "fillmode": "overlay"}}

    @property
    def fill(self) -> dict[str, Any]:
        """The filling of an area."""
        return {"shape": _SHAPES[self.place], "fgcolor": self.colour, "fgopacity": 0.9, "size": 7, "solidity": 0.3}

    @property
    def line(self) -> dict[str, Any]:
        """The line of a line."""
        return {"color": self.colour, "dash": _DASHES[self.place], "width": 2}

    @property
    def mark(self) -> dict[str, Any]:
        """The points on it."""
        return {"color": self.colour, "symbol": _MARKS[self.place], "size": 6}


def styles(codes: Sequence[str], *, order: Sequence[str] = (), dark: bool) -> dict[str, Style]:
    """The style of each code. Where things have an `order` of their own (products), it decides; else the code does."""
    palette = DARK if dark else LIGHT
    found: dict[str, Style] = {}
    free = list(range(len(palette) - 1))  # the last one is "other"
    places = {code: place for place, code in enumerate(order) if code in codes}
    for code in sorted(codes, key=lambda code: (code not in _FIXED, places.get(code, len(order)), code)):
        if code in _FIXED:
            light, night, place = _FIXED[code]
            found[code] = Style(night if dark else light, place)
            continue
        free = free or list(range(len(palette) - 1))
        wanted = places[code] if code in places else crc32(code.encode())
        wanted %= len(palette) - 1
        place = min(free, key=lambda one: (one - wanted) % (len(palette) - 1))
        free.remove(place)
        found[code] = Style(palette[place], place)
    return found
