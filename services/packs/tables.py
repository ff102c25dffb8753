"""The tables of a pack: tax book, invoices, payments, aging, deferred revenue, movements, each with its heading."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from sqlalchemy import and_, func, select, tuple_
from sqlalchemy.orm import Session

from data.database import chunks
from data.models import Document, DocumentLine, PartySnapshot, Recognition
from data.money import Money
from services.documents.frozen import thaw_details, thaw_parties
from services.packs.month import Month, codes_of, documents, open_at_end, payments, products
from services.queries.figures import monthly
from services.rules.aging import Bucket, bucket_of
from services.rules.figures import MOVEMENTS, Measure

Row = tuple[Any, ...]


def invoices(session: Session, month: Month) -> Iterator[Row]:
    """Every document of the month, and what of it was open at its end."""
    yield ("number", "kind", "issued_on", "due_on", "account", "buyer", "tax_number", "corrects", "currency",
           "subtotal", "tax", "total", "open_at_end")  # fmt: skip
    still_open = {invoice: minor for *_, invoice, minor in open_at_end(session, month)}
    for chunk in documents(session, month):
        codes, buyers = codes_of(session, sorted({row.account_id for row in chunk})), _buyers(session, chunk)
        for row in chunk:
            name, tax_number = buyers.get((row.account_id, row.party_id or 0), ("", ""))
            corrects = thaw_details(row.facts).details.corrects if row.facts else ()
            amounts = (row.subtotal_minor, row.tax_minor, row.total_minor, still_open.get(row.id, 0))
            yield (
                row.number, row.kind, row.issued_on, row.due_on, codes[row.account_id], name, tax_number,
                " ".join(each.number for each in corrects), row.currency, *_major(amounts, row.currency),
            )  # fmt: skip


def tax_book(session: Session, month: Month) -> Iterator[Row]:
    """A row for each document and rate; in the seller's currency, too, where the document is in another."""
    yield ("number", "issued_on", "seller", "buyer", "tax_number", "country", "treatment", "rate", "mention",
           "currency", "base", "tax", "seller_currency", "seller_base", "seller_tax")  # fmt: skip
    for chunk in documents(session, month):
        buyers, rates = _buyers(session, chunk), _rates(session, chunk)
        for row in chunk:
            name, tax_number = buyers.get((row.account_id, row.party_id or 0), ("", ""))
            seller_taxes = thaw_details(row.facts).seller_taxes if row.facts else ()
            for place, (key, (base, tax)) in enumerate(sorted(rates[row.id].items(), reverse=True)):
                rate, treatment, country, reason = key
                own = seller_taxes[place] if seller_taxes else None
                in_seller = (own[0].currency, own[0].major, own[1].major) if own else ("", "", "")
                yield (
                    row.number, row.issued_on, row.seller, name, tax_number, country, treatment, rate, reason,
                    row.currency, *_major((base, tax), row.currency), *in_seller,
                )  # fmt: skip


def money(session: Session, month: Month) -> Iterator[Row]:
    """What was received and given back in the month, what was taken back of it with a row of its own."""
    yield ("booked_on", "received_on", "kind", "account", "means", "reference", "currency", "amount")
    rows = payments(session, month)
    codes = codes_of(session, sorted({row.account_id for _, row, _ in rows}))
    for day, row, minor in rows:
        kind = row.kind if (minor > 0) == (row.kind == "receipt") else f"{row.kind} reversed"
        amount = Money(minor, row.currency).major
        yield day, row.received_on, kind, codes[row.account_id], row.means, row.reference, row.currency, amount


def aging(session: Session, month: Month) -> Iterator[Row]:
    """What was owed at the month's end, by account and bucket."""
    yield ("account", "currency", *(bucket.value for bucket in Bucket), "total")
    sums: defaultdict[tuple[int, str], Counter[Bucket]] = defaultdict(Counter)
    for account_id, due_on, currency, _, minor in open_at_end(session, month):
        sums[account_id, currency][bucket_of(due_on, month.last)] += minor
    codes = codes_of(session, sorted({account_id for account_id, _ in sums}))
    for (account_id, currency), cells in sorted(sums.items(), key=lambda one: (codes[one[0][0]], one[0][1])):
        amounts = [cells[bucket] for bucket in Bucket]
        yield codes[account_id], currency, *_major((*amounts, sum(amounts)), currency)


def deferred(session: Session, month: Month) -> Iterator[Row]:
    """What was invoiced by the month's end and is earned later: by product and month."""
    yield ("product", "month", "currency", "amount")
    line = and_(DocumentLine.account_id == Recognition.account_id, DocumentLine.id == Recognition.line_id)
    document = and_(Document.account_id == DocumentLine.account_id, Document.id == DocumentLine.document_id)
    key = (DocumentLine.plan, Recognition.month, Recognition.currency)
    of_plan, sums = products(session), Counter[Row]()
    for plan, later, currency, minor in session.execute(
        select(*key, func.sum(Recognition.amount_minor))
        .select_from(Recognition)
        .join(DocumentLine, line)
        .join(Document, document)
        .where(Recognition.month > month.number, Document.issued_on < month.end)
        .group_by(*key)
    ):
        sums[of_plan[plan], later, currency] += int(minor)
    for (product, later, currency), minor in sorted(sums.items()):
        if minor:
            yield product, later, currency, Money(minor, currency).major


def movements(session: Session, month: Month) -> Iterator[Row]:
    """Recurring revenue a month: before, its movements by kind, moved from and to other plans, after; by plan."""
    yield ("product", "plan", "currency", "opening", *(kind.value for kind in MOVEMENTS), "transfers", "closing")
    of_plan = products(session)
    opening, closing, moved = Counter[tuple[str, str]](), Counter[tuple[str, str]](), Counter[Row]()
    for row in monthly(session, [Measure.MRR, *MOVEMENTS], by=("plan",), until=month.last):
        key = (row.plan, row.currency)
        if row.measure is Measure.MRR:
            closing[key] += row.minor
            opening[key] += row.minor if row.month < month.number else 0
        elif row.month == month.number:
            moved[*key, row.measure] += row.minor
    for plan, currency in sorted(closing.keys() | {key[:2] for key in moved}):
        kinds = [moved[plan, currency, kind] for kind in MOVEMENTS]
        before, after = opening[plan, currency], closing[plan, currency]
        amounts = (before, *kinds, after - before - sum(kinds), after)
        if any(amounts):
            yield of_plan[plan], plan, currency, *_major(amounts, currency)


def _major(amounts: Iterable[int], currency: str) -> tuple[Decimal, ...]:
    return tuple(Money(minor, currency).major for minor in amounts)


def _buyers(session: Session, rows: Iterable[Document]) -> dict[tuple[int, int], tuple[str, str]]:
    """The buyers' names and tax numbers as the documents print them."""
    found = {}
    for some in chunks(sorted({(row.account_id, row.party_id) for row in rows if row.party_id is not None})):
        mine = tuple_(PartySnapshot.account_id, PartySnapshot.id).in_(some)
        for snapshot in session.scalars(select(PartySnapshot).where(mine)):
            _, buyer = thaw_parties(snapshot.content)
            found[snapshot.account_id, snapshot.id] = buyer.legal_name, buyer.tax_number
    return found


def _rates(session: Session, rows: Iterable[Document]) -> dict[int, dict[Row, tuple[int, int]]]:
    """Base and tax of each rate of the documents; sorted downwards they stand as the documents print them."""
    found: dict[int, dict[Row, tuple[int, int]]] = defaultdict(dict)
    for some in chunks([(row.account_id, row.id) for row in rows]):
        mine = tuple_(DocumentLine.account_id, DocumentLine.document_id).in_(some)
        for line in session.scalars(select(DocumentLine).where(mine)):
            key = (line.tax_rate, line.tax_treatment, line.tax_country, line.tax_reason)
            base, tax = found[line.document_id].get(key, (0, 0))
            found[line.document_id][key] = base + line.net_minor, tax + line.tax_minor
    return found
