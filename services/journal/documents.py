"""Issues documents: numbers, lines, corrections, recognition and postings, as rows of the event's transaction."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.identity import derive_id, part_id
from data.many import among
from data.models import PartySnapshot
from data.money import Money
from services import access
from services.bulk import Rows, Values, day_text, exact_text, instant_text
from services.documents.facts import DocumentKind
from services.documents.frozen import HEAD, LINE, freeze_details, sealed
from services.journal.figures import FIGURES, add_due
from services.journal.issues import Issue, Issued
from services.journal.ledger import LedgerAccount, Side, keep_entry
from services.journal.series import Series, lock_series
from services.journal.tax_book import ENTRY, add_tax_figures, entries_of, in_sellers_currency
from services.journal.use_marks import mark
from services.rules.bills import BillLine
from services.rules.figures import NOWHERE, Measure
from services.rules.recognition import by_month, month_of

_DOCUMENT = (
    *HEAD, "party_id", "issued_at", "open_minor", "hash", "previous_hash", "country", "rep_id", "segment"
)  # fmt: skip
_COUNT, _RECOGNISED = Measure.DOCUMENTS.value, Measure.RECOGNISED.value
_MEASURES = {
    DocumentKind.INVOICE: (Measure.NET.value, Measure.TAX.value),
    DocumentKind.CREDIT_NOTE: (Measure.CREDITED.value, Measure.CREDITED_TAX.value),
}
_NUMBER = ("series", "year", "number", "account_id", "document_id")
_CORRECTION = ("account_id", "id", "credit_line_id", "line_id", "amount_minor", "tax_minor", "seats")
_RECOGNITION = ("account_id", "line_id", "month", "currency", "amount_minor")


class _Prepared(NamedTuple):
    """A document before it has its number: its id, the columns before the number, and the rows that belong to it.

    `taxes`: its entries in the tax book, without the number, which comes last.
    """

    document_id: int
    head: Values
    lines: list[Values]
    corrections: list[Values]
    taxes: list[Values]


def issue_documents(session: Session, rows: Rows, issues: Sequence[Issue]) -> list[Issued]:
    """Number documents of any accounts, in the order given, and keep their rows with everything that follows from them.

    Whatever was kept before is written first, then the series are locked (in order of their names, the hottest locks of
    all): call it last, and write the rows soon. Numbers have no gap; each document seals the one before it.
    A credit note is then `set_off` against the invoices it corrects and the invoice of its own order; the rest is the
    account's balance (`credit_balance`; billing rules §5, §8). Raises `IssuedOutOfOrder`.
    """
    if not issues:
        return []
    _keep_parties(session, rows, issues)
    mark(rows, {issue.account_id for issue in issues if issue.kind is DocumentKind.CREDIT_NOTE})  # a seat costs less
    prepared = [_prepare(rows, issue) for issue in issues]
    rows.write()  # what the lines point to, and what does not point to a document, stands before the series are locked
    series = lock_series(session, {(issue.series, issue.issued_on.year) for issue in issues})
    issued = _number(rows, issues, prepared, series)
    rows.change(
        "number_series",
        ("last_number", "last_hash", "last_issued_on"),
        [(one.last_number, one.last_hash, _day_of(one), *key) for key, one in sorted(series.items())],
    )
    return issued


def _day_of(series: Series) -> str | None:
    return day_text(series.last_issued_on) if series.last_issued_on else None


def keep_documents(rows: Rows, issues: Sequence[Issue], series: Mapping[tuple[str, int], Series]) -> list[Issued]:
    """`issue_documents` where the series are locked and the parties kept already; counts the series on."""
    return _number(rows, issues, [_prepare(rows, issue) for issue in issues], series)


def _number(
    rows: Rows, issues: Sequence[Issue], prepared: Sequence[_Prepared], series: Mapping[tuple[str, int], Series]
) -> list[Issued]:
    documents, numbers = rows.shape("documents", _DOCUMENT), rows.shape("issued_numbers", _NUMBER)
    lines, corrections = rows.shape("document_lines", LINE), rows.shape("line_corrections", _CORRECTION)
    taxes, at = rows.shape("tax_entries", ENTRY), instant_text(access.now())
    issued = []
    for issue, document in zip(issues, prepared, strict=True):
        one = series[issue.series, issue.issued_on.year]
        n, number, previous_hash = one.take(issue.issued_on)
        head = (*document.head, number)
        one.last_hash = sealed(previous_hash, issue.parties.hash, head, document.lines)
        total = issue.bill.total
        still_open = 0 if issue.kind is DocumentKind.CREDIT_NOTE else total.minor - issue.paid_minor
        documents.append((*head, issue.parties.id, at, still_open, one.last_hash, previous_hash, *issue.dimensions))
        lines += document.lines
        corrections += document.corrections
        taxes += [(*entry, number) for entry in document.taxes]
        numbers.append((issue.series, issue.issued_on.year, n, issue.account_id, document.document_id))
        issued.append(Issued(document.document_id, number, total))
    return issued


_SNAPSHOTS = select(PartySnapshot.account_id, PartySnapshot.id).where(among(PartySnapshot.account_id, "ids"))


def _keep_parties(session: Session, rows: Rows, issues: Sequence[Issue]) -> None:
    """The snapshots that the accounts do not have yet."""
    wanted = {(issue.account_id, issue.parties.id): issue.parties for issue in issues}
    ids = sorted({account_id for account_id, _ in wanted})
    for account_id, party_id in session.connection().execute(_SNAPSHOTS, {"ids": ids}).all():
        wanted.pop((account_id, party_id), None)
    snapshots = rows.shape("party_snapshots", ("account_id", "id", "content"))
    snapshots += [(account_id, parties.id, parties.content) for (account_id, _), parties in sorted(wanted.items())]


def _prepare(rows: Rows, issue: Issue) -> _Prepared:
    """All of a document that does not depend on its number; months and postings, which do not point to it, are kept."""
    bill, day = issue.bill, issue.issued_on
    document_id = derive_id(day, "document", issue.account_id, issue.natural_key)
    mentions = {tax.reason: (tax.mention, tax.article) for tax in bill.taxes}
    lines = [
        _line(issue, document_id, position, line, *mentions[line.reason])
        for position, line in enumerate(bill.lines, start=1)
    ]
    recognitions, figures = rows.shape("recognitions", _RECOGNITION), rows.sums(FIGURES)
    corrections: list[Values] = []
    account_id, currency, of = issue.account_id, bill.total.currency, issue.dimensions
    net, tax = _MEASURES[issue.kind]
    issued = month_of(day)
    figures[_COUNT, issued, currency, "", *NOWHERE] += 1
    for position, (line, row) in enumerate(zip(bill.lines, lines, strict=True), start=1):
        due, line_id, plan = line.due, row[1], issue.items[line.key].plan
        figures[net, issued, currency, plan, *of] += due.amount.minor
        figures[tax, issued, currency, plan, *of] += line.tax.minor
        for month, minor in by_month(due.amount.minor, due.period, day):
            recognitions.append((account_id, line_id, month, currency, minor))
            figures[_RECOGNISED, month, currency, plan, *of] += minor
        if due.corrections:
            corrections += _corrections(issue, document_id, position, line_id, line)
    if issue.kind is not DocumentKind.CREDIT_NOTE:
        add_due(rows, bill.total.minor, posted_on=day, due_on=issue.due_on, currency=currency, of=of)
    sides = (
        Side(LedgerAccount.RECEIVABLES, bill.total.minor, document_id),
        Side(LedgerAccount.DEFERRED_REVENUE, -bill.subtotal.minor, document_id),
        Side(LedgerAccount.TAX_PAYABLE, -bill.tax.minor, document_id),
    )
    keep_entry(rows, account_id, document_id, day, currency, sides)  # a document is issued once
    converted_taxes = in_sellers_currency(issue)
    taxes = entries_of(issue, document_id, converted_taxes)
    add_tax_figures(rows, issue, taxes)
    head = (
        issue.account_id,
        document_id,
        issue.kind.value,
        issue.seller,
        issue.order_id,
        issue.po_id,
        day_text(day),
        day_text(issue.due_on),
        currency,
        issue.language,
        bill.subtotal.minor,
        bill.tax.minor,
        bill.total.minor,
        issue.reason,
        _facts(issue, converted_taxes),
    )
    return _Prepared(document_id, head, lines, corrections, taxes)


def _facts(issue: Issue, converted_taxes: Sequence[tuple[Money, Money]]) -> str:
    names = [(issue.items[line.key].product_name, issue.items[line.key].plan_name) for line in issue.bill.lines]
    return freeze_details(issue.details, names, converted_taxes if issue.details.exchange else ())


def _line(issue: Issue, document_id: int, position: int, line: BillLine, mention: str, article: str) -> Values:
    item, due = issue.items[line.key], line.due
    return (
        issue.account_id,
        part_id(document_id, position),
        document_id,
        position,
        due.kind.value,
        item.subscription_id,
        item.sequence,
        item.plan,
        due.seats,
        day_text(due.period.start),
        day_text(due.period.end),
        due.amount.minor,
        line.tax.minor,
        line.treatment.value,
        line.country,
        exact_text(line.rate),
        line.reason,
        mention,
        article,
        due.derivation.json_with(line.reason),
    )


def _corrections(issue: Issue, document_id: int, position: int, line_id: int, line: BillLine) -> Iterator[Values]:
    """A credit line's tax is split over the lines it corrects as its net is."""
    corrections = line.due.corrections
    taxes = (-line.tax).allocate([-c.amount.minor for c in corrections])
    for correction, tax in zip(corrections, taxes, strict=True):
        key = ("line correction", document_id, position, correction.line_id)
        own = (issue.account_id, derive_id(issue.issued_on, *key), line_id)
        yield (*own, correction.line_id, correction.amount.minor, -tax.minor, correction.seats)
