"""Bills: the lines of one document with their tax and totals, before it is numbered (billing rules §8, §9)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple, TypeVar

from data.money import Money
from services.rules.proration import DueLine
from services.rules.tax import TaxDecision, Treatment, credit_tax, taxed


class BillLine(NamedTuple):
    """A line with its tax; `key` says whose it is: the position of its item in the order. Amounts are signed."""

    key: int
    due: DueLine
    tax: Money
    treatment: Treatment
    country: str
    rate: Decimal
    reason: str


class TaxTotal(NamedTuple):
    """Base and tax of one rate and treatment; `mention`: code of what must be printed, `article` for an exemption."""

    treatment: Treatment
    country: str
    rate: Decimal
    reason: str
    mention: str
    article: str
    base: Money
    tax: Money


@dataclass(frozen=True, slots=True)
class InvoicedLine:
    """A charge line as it was issued, with what was credited of it so far (positive); `derivation`: its stored text."""

    line_id: int
    invoice_id: int
    net: Money
    tax: Money
    credited_net: Money
    credited_tax: Money
    treatment: Treatment
    country: str
    rate: Decimal
    reason: str
    mention: str
    article: str
    derivation: str = ""


class Bill(NamedTuple):
    """Lines and totals of one document in one currency; all negative for a credit note."""

    lines: tuple[BillLine, ...]
    taxes: tuple[TaxTotal, ...]
    subtotal: Money
    tax: Money
    total: Money

    @property
    def is_issued(self) -> bool:
        """Whether it is a document: one whose lines all come to 0.00 is not (billing rules §5)."""
        return any(line.due.amount for line in self.lines)


K = TypeVar("K")
Lines = Sequence[tuple[int, DueLine]]


def charge_bill(lines: Lines, decide: Callable[[date], TaxDecision], currency: str) -> Bill:
    """The bill of charges, each taxed by the rules of the first day of its period."""
    by_day = {day: decide(day) for day in sorted({line.period.start for _, line in lines})}
    if len(by_day) == 1:
        (found,) = by_day.values()
        return _bill_of_one_decision(lines, found, currency)
    decisions = [by_day[line.period.start] for _, line in lines]
    groups: dict[tuple[Decimal, Treatment, str], list[int]] = {}
    for place, found in enumerate(decisions):
        groups.setdefault((found.rate, found.treatment, found.country), []).append(place)
    taxes = [0] * len(lines)
    for (rate, _, _), places in groups.items():
        _, parts = taxed(rate, [lines[place][1].amount.minor for place in places])
        for place, part in zip(places, parts, strict=True):
            taxes[place] = part
    done = tuple(
        BillLine(key, line, Money(tax, currency), decision.treatment, decision.country, decision.rate, decision.reason)
        for (key, line), tax, decision in zip(lines, taxes, decisions, strict=True)
    )
    mentions = {decision.reason: (decision.mention, decision.article) for decision in decisions}
    return _bill(done, mentions, currency)


def _bill_of_one_decision(lines: Lines, found: TaxDecision, currency: str) -> Bill:
    """The bill of lines that are all taxed alike, as nearly all are."""
    nets = [line.amount for _, line in lines]
    subtotal = Money.total(nets, currency)
    minor, parts = taxed(found.rate, [net.minor for net in nets])
    alike = (found.treatment, found.country, found.rate, found.reason)
    taxes = [Money(part, currency) for part in parts]
    done = tuple(BillLine(key, line, tax, *alike) for (key, line), tax in zip(lines, taxes, strict=True))
    tax = Money(minor, currency)
    totals = TaxTotal(*alike, found.mention, found.article, subtotal, tax)
    return Bill(done, (totals,), subtotal, tax, subtotal + tax)


def credit_bill(lines: Lines, invoiced: Mapping[int, InvoicedLine], currency: str) -> Bill:
    """The bill of credits, each taxed as the lines it corrects were: treatment, rate and share of their tax."""
    done = []
    for key, line in lines:
        original = invoiced[line.corrections[0].line_id]
        tax = -Money.total((_tax_back(invoiced[c.line_id], -c.amount) for c in line.corrections), currency)
        done.append(BillLine(key, line, tax, original.treatment, original.country, original.rate, original.reason))
    mentions = {line.reason: (line.mention, line.article) for line in invoiced.values()}
    return _bill(tuple(done), mentions, currency)


def split(bill: Bill, key: Callable[[BillLine], K]) -> tuple[tuple[K, Bill], ...]:
    """The bill as several, one for each key of its lines, in the order they come; their totals add up to its own."""
    mentions = {total.reason: (total.mention, total.article) for total in bill.taxes}
    parts: dict[K, list[BillLine]] = {}
    for line in bill.lines:
        parts.setdefault(key(line), []).append(line)
    return tuple((found, _bill(tuple(lines), mentions, bill.total.currency)) for found, lines in parts.items())


def _tax_back(line: InvoicedLine, now_net: Money) -> Money:
    return credit_tax(
        line_net=line.net,
        line_tax=line.tax,
        credited_net=line.credited_net,
        credited_tax=line.credited_tax,
        now_net=now_net,
    )


def _bill(lines: tuple[BillLine, ...], mentions: Mapping[str, tuple[str, str]], currency: str) -> Bill:
    groups: dict[tuple[Decimal, Treatment, str, str], list[BillLine]] = {}
    for line in lines:
        groups.setdefault((line.rate, line.treatment, line.country, line.reason), []).append(line)
    taxes = []
    for rate, treatment, country, reason in sorted(groups, reverse=True):
        mine = groups[rate, treatment, country, reason]
        mention, article = mentions[reason]
        base = Money.total([line.due.amount for line in mine], currency)
        tax = Money.total([line.tax for line in mine], currency)
        taxes.append(TaxTotal(treatment, country, rate, reason, mention, article, base, tax))
    if len(taxes) == 1:
        subtotal, tax = taxes[0].base, taxes[0].tax
    else:
        subtotal = Money.total([total.base for total in taxes], currency)
        tax = Money.total([total.tax for total in taxes], currency)
    return Bill(lines, tuple(taxes), subtotal, tax, subtotal + tax)
