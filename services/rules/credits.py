"""Which part of an invoice is credited: all of it, chosen lines, or an agreed net amount (billing rules §5, §9)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from data.money import Money
from services.errors import Invalid, Problem, Unlawful
from services.rules.proration import DueLine, OpenLine, credit_part, credit_rest


class CreditExceedsLines(Unlawful):
    """More than is left of the chosen lines: `left`, `asked` (Money, net)."""


@dataclass(frozen=True, slots=True)
class CreditScope:
    """What of an invoice to credit. `line_ids`: its lines, all where empty; `net`: an amount, else all that is left."""

    line_ids: tuple[int, ...] = ()
    net: Money | None = None


WHOLE = CreditScope()


def credit_lines(lines: Sequence[OpenLine], scope: CreditScope, day: date) -> tuple[DueLine, ...]:
    """The credit of each line in the scope, in the order of the lines; nothing for a line with nothing left.

    An amount is split over what is left of the lines, by largest remainder. Raises `Invalid` for an amount that is not
    above 0 or in another currency, `CreditExceedsLines`.
    """
    open_ones = [line for line in lines if line.left and (not scope.line_ids or line.line_id in scope.line_ids)]
    if scope.net is None or not open_ones:
        return tuple(credit_rest(line) for line in open_ones)
    left = Money.total((line.left for line in open_ones), open_ones[0].amount.currency)
    if scope.net.currency != left.currency:
        raise Invalid(Problem("net", "other_currency", {"currency": left.currency}))
    if scope.net.minor <= 0:
        raise Invalid(Problem("net", "not_positive"))
    if scope.net > left:
        raise CreditExceedsLines(field="net", left=left, asked=scope.net)
    parts = scope.net.allocate([line.left.minor for line in open_ones])
    return tuple(
        credit_rest(line) if part == line.left else credit_part(line, part, day)
        for line, part in zip(open_ones, parts, strict=True)
        if part
    )
