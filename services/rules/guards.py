"""Guards: what makes a night's document wait for a look by finance (billing rules §7)."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from data.money import Money
from data.period import months_after

MOST_LINES = 15  # of one subscription in one night: more means that something ran away
STEEPEST = Fraction(5, 2)  # times what the same subscriptions came to before
FURTHEST_MONTHS = 36  # ahead of the night


@dataclass(frozen=True, slots=True)
class Guarded:
    """What a guard looks at, for one document: its days, and its recurring amounts of a year before and after."""

    ends_on: date
    most_lines: int
    yearly_before: Money
    yearly_after: Money


def guard_of(document: Guarded, night: date) -> str:
    """The code of the guard that holds the document, or an empty text.

    `many_lines`: more than 15 lines for one subscription in one night · `steep_rise`: the subscriptions come to more
    than 2.5 times what they came to before, in amounts of a year, so that another interval is no rise · `far_ahead`: a
    period that ends more than 36 months after the night.
    """
    if document.most_lines > MOST_LINES:
        return "many_lines"
    if document.yearly_before and document.yearly_after.minor > STEEPEST * document.yearly_before.minor:
        return "steep_rise"
    if document.ends_on > months_after(night, FURTHEST_MONTHS):
        return "far_ahead"
    return ""
