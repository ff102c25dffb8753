"""The journal of a month: the ledger's entries, revenue by product and tax by rate, and what was earned."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from data.database import chunks
from data.models import Document, DocumentLine, Posting
from services.packs.month import CHUNK, Month, codes_of, products
from services.queries.figures import monthly
from services.rules.figures import LEDGER, Measure
from services.rules.general_ledger import Place

_SPLIT = ("deferred_revenue", "tax_payable")


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry: debits positive, in minor units of one currency; they add up to 0. `account`: the customer's code."""

    day: date
    reference: str
    account: str
    currency: str
    sides: tuple[tuple[Place, int], ...]


def opening(session: Session, month: Month) -> list[Entry]:
    """What the ledger's accounts stood at before the month, a currency each."""
    of_plan, sums = products(session), Counter[tuple[str, Place]]()
    measures = [*LEDGER, Measure.NET, Measure.CREDITED, Measure.RECOGNISED]
    for row in monthly(session, measures, by=("plan",), until=month.before.last):
        if row.measure is Measure.LEDGER_DEFERRED:
            continue
        if row.measure in LEDGER:
            sums[row.currency, Place(row.measure.removeprefix("gl_"))] += row.minor
            continue
        product = of_plan[row.plan]
        earned = row.minor if row.measure is Measure.RECOGNISED else 0
        sums[row.currency, Place("deferred_revenue", product)] += earned or -row.minor
        sums[row.currency, Place("revenue", product)] -= earned
    return [
        Entry(month.first, "opening", "", currency, _sides(sums, currency))
        for currency in sorted({currency for currency, _ in sums})
    ]


def earned(session: Session, month: Month) -> list[Entry]:
    """What became revenue in the month, a currency each, booked on its last day."""
    of_plan, sums = products(session), Counter[tuple[str, Place]]()
    for row in monthly(session, [Measure.RECOGNISED], by=("plan",), until=month.last):
        if row.month == month.number:
            sums[row.currency, Place("deferred_revenue", of_plan[row.plan])] += row.minor
            sums[row.currency, Place("revenue", of_plan[row.plan])] -= row.minor
    return [
        Entry(month.last, "revenue earned", "", currency, _sides(sums, currency))
        for currency in sorted({currency for currency, _ in sums})
    ]


def _sides(sums: Counter[tuple[str, Place]], currency: str) -> tuple[tuple[Place, int], ...]:
    return tuple(sorted((place, minor) for (of, place), minor in sums.items() if of == currency and minor))


def entries(session: Session, month: Month) -> Iterator[list[Entry]]:
    """The entries of the month in chunks, day by day."""
    of_plan = products(session)
    days = (Posting.posted_on >= month.first, Posting.posted_on < month.end)
    order = (Posting.posted_on, Posting.account_id, Posting.entry_id, Posting.position)
    rows = session.scalars(select(Posting).where(*days).order_by(*order).execution_options(yield_per=CHUNK))
    grouped = groupby(rows, key=lambda row: (row.account_id, row.entry_id))
    chunk: list[list[Posting]] = []
    for _, postings in grouped:
        chunk.append(list(postings))
        if len(chunk) == CHUNK:
            yield _entries(session, chunk, of_plan)
            chunk = []
    if chunk:
        yield _entries(session, chunk, of_plan)


def _entries(session: Session, chunk: Sequence[Sequence[Posting]], of_plan: Mapping[str, str]) -> list[Entry]:
    codes = codes_of(session, sorted({entry[0].account_id for entry in chunk}))
    named = {(row.account_id, row.document_id) for entry in chunk for row in entry if row.document_id is not None}
    numbers = _numbers(session, sorted(named))
    # an issue bears its document's id
    issued = [(one[0].account_id, one[0].entry_id) for one in chunk if one[0].entry_id in numbers]
    splits = _splits(session, issued, of_plan)
    found = []
    for entry in chunk:
        first, sides = entry[0], Counter[Place]()
        for row in entry:
            parts = splits.get((row.entry_id, row.ledger_account)) if row.ledger_account in _SPLIT else None
            for part, minor in (parts or {"": row.amount_minor}).items():
                sides[Place(row.ledger_account, part)] += minor
        reference = numbers.get(first.document_id or 0, "")
        named_sides = tuple(sorted((place, minor) for place, minor in sides.items() if minor))
        found.append(Entry(first.posted_on, reference, codes[first.account_id], first.currency, named_sides))
    return found


def _numbers(session: Session, ids: Sequence[tuple[int, int]]) -> dict[int, str]:
    found: dict[int, str] = {}
    for some in chunks(ids):
        mine = tuple_(Document.account_id, Document.id).in_(some)
        wanted = select(Document.id, Document.number).where(mine)
        found |= {row.id: row.number for row in session.execute(wanted)}
    return found


def _splits(
    session: Session, ids: Sequence[tuple[int, int]], of_plan: Mapping[str, str]
) -> dict[tuple[int, str], Counter[str]]:
    """How the lines of issued documents split what was posted: net by product, tax by country and rate."""
    found: dict[tuple[int, str], Counter[str]] = {}
    for some in chunks(ids):
        mine = tuple_(DocumentLine.account_id, DocumentLine.document_id).in_(some)
        for line in session.scalars(select(DocumentLine).where(mine)):
            net = found.setdefault((line.document_id, "deferred_revenue"), Counter())
            net[of_plan[line.plan]] -= line.net_minor
            tax = found.setdefault((line.document_id, "tax_payable"), Counter())
            tax[f"{line.tax_country} {line.tax_rate}".strip()] -= line.tax_minor
    return found
