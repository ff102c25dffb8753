"""Figures: what the monthly reports measure, what they are split by, and how a payment falls on an invoice's plans."""

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from data.money import split_ratios


class Measure(StrEnum):
    """What is summed up by month, in minor units.

    `net`, `tax`: of invoices; `credited`, `credited_tax`: of credit notes (negative). `collected`: money received less
    money given back; what no invoice was paid with yet has no dimensions. `recognised`: earned in the month. `mrr`: the
    change of what recurs, a subscription that moves from one plan to another leaves the one and comes to the other; the
    movements of it, by kind, stand with the plan after. `documents`: how many were issued. What the ledger's accounts
    were posted with (`gl_…`) has no dimensions: reports are held against it.
    """

    NET = "net"
    TAX = "tax"
    CREDITED = "credited"
    CREDITED_TAX = "credited_tax"
    COLLECTED = "collected"
    WRITTEN_OFF = "written_off"
    RECOGNISED = "recognised"
    MRR = "mrr"
    NEW = "new"
    REACTIVATION = "reactivation"
    EXPANSION = "expansion"
    CONTRACTION = "contraction"
    CHURN = "churn"
    DOCUMENTS = "documents"
    LEDGER_RECEIVABLES = "gl_receivables"
    LEDGER_CASH = "gl_cash"
    LEDGER_REVENUE = "gl_revenue"
    LEDGER_DEFERRED = "gl_deferred_revenue"
    LEDGER_TAX = "gl_tax_payable"
    LEDGER_CREDIT = "gl_customer_credit"
    LEDGER_WRITE_OFFS = "gl_write_offs"
    LEDGER_OPENING = "gl_opening_balances"


LEDGER = tuple(measure for measure in Measure if measure.value.startswith("gl_"))
MOVEMENTS = (Measure.NEW, Measure.EXPANSION, Measure.REACTIVATION, Measure.CONTRACTION, Measure.CHURN)
FIGURE_DIMENSIONS = ("plan", "country", "rep_id", "segment")
DUE_DIMENSIONS = ("country", "rep_id", "segment")


class Dimensions(NamedTuple):
    """The account's facts of the day that a figure is told apart by, beside the plan. `rep_id`: 0 for nobody."""

    country: str
    rep_id: int
    segment: str


NOWHERE = Dimensions("", 0, "")


def grain(of: Sequence[str], dimensions: Sequence[str]) -> int:
    """The number of the roll-up that is split by just these dimensions: a bit each, in the order of `of`."""
    return sum(1 << place for place, name in enumerate(of) if name in dimensions)


FULL = grain(FIGURE_DIMENSIONS, FIGURE_DIMENSIONS)
FULL_DUE = grain(DUE_DIMENSIONS, DUE_DIMENSIONS)


def split_by_plan(minor: int, gross: Sequence[tuple[str, int]], *, paid_before: int) -> list[tuple[str, int]]:
    """What of a payment falls on each plan of an invoice, in proportion to their totals, tax included.

    `gross`: plan and total (≥ 0, not all 0), each plan once. What is paid so far is split by largest remainder, before
    and after; a payment's parts are the difference, so they add up to it, and paid in full each plan has its total.
    """
    whole = sum(weight for _, weight in gross)
    before, after = (
        split_ratios(paid, [paid * weight for _, weight in gross], whole) for paid in (paid_before, paid_before + minor)
    )
    found = [(plan, new - old) for (plan, _), old, new in zip(gross, before, after, strict=True)]
    return [(plan, part) for plan, part in found if part]
