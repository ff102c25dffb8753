"""Builds a closed month's pack, and the key figures it is compared by with that of the month before."""

from collections.abc import Callable, Iterator
from itertools import chain
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.models import ClosedMonth, ClosingStep
from data.money import Money
from services.facts import setting
from services.packs import journal, tables
from services.packs.files import csv_bytes, journal_rows, ledger_text, zipped
from services.packs.month import Month
from services.queries.figures import monthly, owed
from services.rules.figures import Measure

Progress = Callable[[int, int], None]
KEY_FIGURES = ("invoiced", "credited", "tax", "collected", "recognised", "deferred", "receivables", "mrr")
_TABLES = {
    "invoices.csv": tables.invoices,
    "tax_book.csv": tables.tax_book,
    "payments.csv": tables.money,
    "aging.csv": tables.aging,
    "deferred_revenue.csv": tables.deferred,
    "mrr_bridge.csv": tables.movements,
}
FILES = 3 + len(_TABLES) + 4  # the journals and the opening, the tables, then what is told of them


def build(session: Session, month: Month, progress: Progress) -> tuple[bytes, dict[str, Any]]:
    """The ZIP of a closed month, and its key figures (currency → figure → minor units). Progress counts files."""
    files: dict[str, bytes] = {}

    def keep(name: str, content: bytes) -> None:
        files[name] = content
        progress(len(files), FILES)

    opening, earned = journal.opening(session, month), journal.earned(session, month)
    codes = setting(session, "gl_codes")
    booked = [*chain.from_iterable(journal.entries(session, month)), *earned]
    keep("opening.csv", csv_bytes(journal_rows(opening, codes)))
    keep("journal.csv", csv_bytes(journal_rows(booked, codes)))
    keep("journal.ledger", ledger_text([*opening, *booked]))
    for name, rows in _TABLES.items():
        keep(name, csv_bytes(rows(session, month)))
    figures = key_figures(session, month)
    keep("compared_with_last_month.csv", csv_bytes(_compared(figures, key_figures(session, month.before))))
    keep("tie_out.csv", csv_bytes(_tie_out(session, month)))
    keep("checklist.csv", csv_bytes(_checklist(session, month)))
    keep("README.txt", _README.format(month=f"{month.first:%Y-%m}").encode())
    return zipped(files, month.last), figures


def key_figures(session: Session, month: Month) -> dict[str, dict[str, int]]:
    """The figures of a month by currency: flows of it, and balances at its end, in minor units."""
    found: dict[str, dict[str, int]] = {}
    flows = {
        Measure.NET: "invoiced",
        Measure.CREDITED: "credited",
        Measure.TAX: "tax",
        Measure.CREDITED_TAX: "tax",
        Measure.COLLECTED: "collected",
        Measure.RECOGNISED: "recognised",
    }
    signs = {Measure.NET: 1, Measure.CREDITED: 1, Measure.RECOGNISED: -1}
    for row in monthly(session, [*flows, Measure.MRR], until=month.last):
        of = found.setdefault(row.currency, dict.fromkeys(KEY_FIGURES, 0))
        if row.measure is Measure.MRR:
            of["mrr"] += row.minor
        elif row.month == month.number:
            of[flows[row.measure]] += row.minor
        of["deferred"] += signs.get(row.measure, 0) * row.minor
    for due in owed(session, until=month.last):
        found.setdefault(due.currency, dict.fromkeys(KEY_FIGURES, 0))["receivables"] += due.minor
    return found


def _compared(now: dict[str, dict[str, int]], before: dict[str, dict[str, int]]) -> Iterator[tuple[Any, ...]]:
    yield "currency", "figure", "this_month", "last_month", "difference"
    for currency in sorted(now.keys() | before.keys()):
        for name in KEY_FIGURES:
            this, last = now.get(currency, {}).get(name, 0), before.get(currency, {}).get(name, 0)
            yield currency, name, *(Money(minor, currency).major for minor in (this, last, this - last))


def _tie_out(session: Session, month: Month) -> Iterator[tuple[Any, ...]]:
    yield "check", "currency", "expected", "found", "difference"
    for code, currency, expected, found in session.get_one(ClosedMonth, month.number).tie_out:
        amounts = (expected, found, found - expected)
        yield code, currency, *(Money(one, currency).major if currency else one for one in amounts)


def _checklist(session: Session, month: Month) -> Iterator[tuple[Any, ...]]:
    yield "step", "done_at", "done_by"
    closed = session.get_one(ClosedMonth, month.number)
    steps = session.scalars(select(ClosingStep).where(ClosingStep.month == month.number))
    rows = [(step.done_at, step.code, step.who) for step in steps]
    for at, code, who in (*sorted(rows), (closed.closed_at, "closed", closed.who)):
        yield code, f"{at:%Y-%m-%d %H:%M:%S} UTC", who


_README = """Month-end pack of {month}

opening.csv                    what the ledger's accounts stood at before the month
journal.csv                    every entry of the month, with the codes of the company's own books; revenue by product,
                               tax by country and rate; what was earned is booked on the last day
journal.ledger                 opening and journal for hledger: hledger -f journal.ledger check
invoices.csv, payments.csv     documents issued, money booked
tax_book.csv                   base and tax of each document and rate, in the seller's currency, too
aging.csv                      what was owed at the month's end, by account and days past due
deferred_revenue.csv           what is invoiced and earned later, by product and month
mrr_bridge.csv                 recurring revenue a month: opening, movements, closing
compared_with_last_month.csv   key figures of this month and the one before
tie_out.csv                    the reports held against the ledger when the month was closed
checklist.csv                  who did what before it was closed
SHA256SUMS                     the files' hashes: sha256sum -c SHA256SUMS

Amounts are in major units of their currency. The same month gives the same bytes whenever the pack is built.
"""
