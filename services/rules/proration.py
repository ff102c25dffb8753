"""Charge and credit lines: what is due, as values (billing rules §1, §5)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from data.money import Money, largest_remainder
from data.period import Period
from services.rules.derivations import CreditBase, Derivation, EarlierCredit, Operation
from services.rules.pricing import Discount, Price


class LineKind(StrEnum):
    """Which document a line belongs on: charges on an invoice, credits on a credit note."""

    CHARGE = "charge"
    CREDIT = "credit"


@dataclass(frozen=True, slots=True)
class PeriodCredit:
    """An earlier credit of a line over a period of its own: `amount` positive, `seats` given back."""

    amount: Money
    period: Period
    seats: int = 0


@dataclass(frozen=True, slots=True)
class OpenLine:
    """A charge line of the running period. `credited`: earlier credits without a period (positive)."""

    line_id: int
    invoice_id: int
    period: Period
    amount: Money
    credited: Money
    seats: int
    credits: tuple[PeriodCredit, ...] = ()

    @property
    def left(self) -> Money:
        """The line less all its credits: no further credit may exceed it."""
        return self.amount - self.credited - Money.total((c.amount for c in self.credits), self.amount.currency)

    def seats_on(self, day: date) -> int:
        """Seats of the line that no credit has given back for that day."""
        return self.seats - sum(credit.seats for credit in self.credits if credit.period.contains(day))


@dataclass(frozen=True, slots=True)
class Correction:
    """What a credit line takes back of one invoiced line: `amount` negative."""

    line_id: int
    invoice_id: int
    amount: Money
    seats: int


class DueLine(NamedTuple):
    """A line to bill: credits are negative and name what they correct. The amount is what the derivation comes to."""

    kind: LineKind
    period: Period
    seats: int
    amount: Money
    derivation: Derivation
    corrections: tuple[Correction, ...] = ()

    @property
    def corrects(self) -> int | None:
        """The corrected line's id, when it is one line."""
        return self.corrections[0].line_id if len(self.corrections) == 1 else None


def charge(
    price: Price,
    *,
    seats: int,
    period: Period,
    full: Period | None = None,
    discount: Discount | None = None,
    operation: Operation | None = None,
) -> DueLine:
    """The charge of a period: in full, or its days' share of the `full` interval that ends with it."""
    total = (full or period).days
    derivation = Derivation(
        operation=operation or (Operation.FULL if period.days == total else Operation.PRORATED),
        currency=price.currency,
        seats=seats,
        days=period.days,
        total_days=total,
        price=price,
        discount=discount,
    )
    return DueLine(LineKind.CHARGE, period, seats, derivation.evaluate(), derivation)


def credit_base(line: OpenLine, day: date) -> CreditBase:
    """What the unused days of a line, that day included, are still worth."""
    unused = Period(min(max(day, line.period.start), line.period.end), line.period.end)
    earlier = (
        EarlierCredit(credit.amount.minor, credit.period.overlap(unused), credit.period.days) for credit in line.credits
    )
    return CreditBase(
        line_id=line.line_id,
        invoiced=line.amount.minor,
        credited=line.credited.minor,
        days=unused.days,
        total_days=line.period.days,
        left=line.left.minor,
        earlier=tuple(credit for credit in earlier if credit.days),
    )


def credit_unused(line: OpenLine, day: date) -> DueLine:
    """The credit of one line's unused days, what was invoiced being the base, never list price."""
    base = credit_base(line, day)
    return _credit_line(Operation.CREDIT_UNUSED, line, day, base)


def credit_rest(line: OpenLine) -> DueLine:
    """The credit of all that is left of a line, over its whole period."""
    days, left = line.period.days, line.left.minor
    base = CreditBase(line.line_id, line.amount.minor, line.amount.minor - left, days=days, total_days=days, left=left)
    return _credit_line(Operation.CREDIT_REST, line, line.period.start, base)


def credit_part(line: OpenLine, amount: Money, day: date) -> DueLine:
    """The credit of an agreed amount of a line, without a period of its own: it gives no days and no seats back.

    The line's days that are left from the day on are those it reverses over (billing rules §10).
    """
    days = line.period.days
    base = CreditBase(line.line_id, line.amount.minor, line.amount.minor - amount.minor, days, days, line.left.minor)
    derivation = Derivation(Operation.CREDIT_PART, line.amount.currency, 0, days, days, bases=(base,))
    credited = derivation.evaluate()
    rest = Period(min(max(day, line.period.start), line.period.end), line.period.end)
    return DueLine(
        LineKind.CREDIT, rest, 0, credited, derivation, (Correction(line.line_id, line.invoice_id, credited, 0),)
    )


def _credit_line(operation: Operation, line: OpenLine, day: date, base: CreditBase) -> DueLine:
    period = Period(min(max(day, line.period.start), line.period.end), line.period.end)
    seats = line.seats_on(period.start)
    derivation = Derivation(operation, line.amount.currency, seats, base.days, base.total_days, bases=(base,))
    amount = derivation.evaluate()
    correction = Correction(line.line_id, line.invoice_id, amount, seats)
    return DueLine(LineKind.CREDIT, period, seats, amount, derivation, (correction,))


def credit_seats(lines: Sequence[OpenLine], day: date, *, seats: int, period: Period) -> DueLine:
    """One credit for seats given back: their share of the unused days of the open lines, given oldest first.

    The seats come off the newest line first: seats added and given back on one day are one line undone, to the cent.
    Raises ValueError when the lines hold fewer seats than are given back.
    """
    held = sum(line.seats_on(day) for line in lines)
    if not 0 < seats <= held:
        raise ValueError(f"{seats} of {held} seats")
    bases, touched, rest = [], [], seats
    for line in reversed(lines):
        here = line.seats_on(day)
        taken = min(rest, here)
        if taken:
            bases.append(replace(credit_base(line, day), seats=taken, of_seats=here))
            touched.append(line)
            rest -= taken
    derivation = Derivation(
        operation=Operation.CREDIT_SEATS,
        currency=lines[0].amount.currency,
        seats=seats,
        days=period.left_on(day),
        total_days=period.days,
        of_seats=held,
        bases=tuple(bases),
    )
    amount = derivation.evaluate()
    minors = largest_remainder(-amount.minor, [base.exact for base in bases])
    corrections = tuple(
        Correction(line.line_id, line.invoice_id, Money(-minor, amount.currency), base.seats)
        for line, base, minor in zip(touched, bases, minors, strict=True)
    )
    return DueLine(LineKind.CREDIT, Period(day, period.end), seats, amount, derivation, corrections)
