"""The facts behind the reports' figures: what the roll-ups are sums of, as statements within the row scope."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, and_, case, cast, extract, func, literal, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from data.models import (
    Allocation,
    AllocationPart,
    Correction,
    Document,
    DocumentLine,
    Movement,
    Posting,
    Recognition,
    TaxEntry,
)
from services.rules.figures import LEDGER, MOVEMENTS, Measure
from services.rules.tax_figures import ALIKE, TaxMeasure

COLUMNS = ("measure", "month", "currency", "plan", "country", "rep_id", "segment", "amount_minor")
DUE_COLUMNS = ("posted_on", "due_on", "currency", "country", "rep_id", "segment", "amount_minor")


@dataclass(frozen=True, slots=True)
class Days:
    """The days that count: after `after`, before `before`; None is without end."""

    after: date | None = None
    before: date | None = None

    @property
    def is_some(self) -> bool:
        """Whether there is a day among them."""
        return self.after is None or self.before is None or self.after + timedelta(days=1) < self.before

    def on(self, day: ColumnElement[date] | InstrumentedAttribute[date]) -> list[ColumnElement[bool]]:
        """The criteria on a column."""
        criteria: list[ColumnElement[bool]] = []
        if self.after is not None:
            criteria.append(day > self.after)
        if self.before is not None:
            criteria.append(day < self.before)
        return criteria


ALL_DAYS = Days()
Facts = Callable[[Days], tuple[Select[Any], ...]]  # each with COLUMNS, a row a fact


def month_of_day(day: ColumnElement[date] | InstrumentedAttribute[date]) -> ColumnElement[int]:
    """The month (yyyymm) of a day, in the database."""
    return cast(extract("year", day), BigInteger) * 100 + cast(extract("month", day), BigInteger)


_OF_DOCUMENT = (Document.country, Document.rep_id, Document.segment)
_NOWHERE = (literal("").label("country"), literal(0).label("rep_id"), literal("").label("segment"))
_IS_NOTE = Document.kind == "credit_note"
_OF_LINE = and_(Document.account_id == DocumentLine.account_id, Document.id == DocumentLine.document_id)


def _fact(
    measure: ColumnElement[str], month: Any, currency: Any, plan: Any, of: tuple[Any, ...], minor: Any
) -> Select[Any]:
    named = (measure.label("measure"), month.label("month"), currency.label("currency"), plan.label("plan"))
    return select(*named, *of, minor.label("amount_minor"))


def _documents(days: Days) -> tuple[Select[Any], ...]:
    def of(column: Any, invoice: Measure, note: Measure) -> Select[Any]:
        measure = case((_IS_NOTE, note.value), else_=invoice.value)
        month = month_of_day(Document.issued_on)
        found = _fact(measure, month, Document.currency, DocumentLine.plan, _OF_DOCUMENT, column)
        return found.join_from(Document, DocumentLine, _OF_LINE).where(*days.on(Document.issued_on))

    return (
        of(DocumentLine.net_minor, Measure.NET, Measure.CREDITED),
        of(DocumentLine.tax_minor, Measure.TAX, Measure.CREDITED_TAX),
    )


def _counted(days: Days) -> tuple[Select[Any], ...]:
    month, nothing = month_of_day(Document.issued_on), literal("")
    found = _fact(literal(Measure.DOCUMENTS.value), month, Document.currency, nothing, _NOWHERE, literal(1))
    return (found.where(Document.taken_over_on.is_(None), *days.on(Document.issued_on)),)


def _posted(days: Days) -> tuple[Select[Any], ...]:
    """Whole months: the ledger is not looked up by day."""
    month, nothing = month_of_day(Posting.posted_on), literal("")
    measure = literal("gl_") + Posting.ledger_account
    found = _fact(measure, month, Posting.currency, nothing, _NOWHERE, Posting.amount_minor)
    return (found if days == ALL_DAYS else found.where(literal(False)),)


def _recognised(days: Days) -> tuple[Select[Any], ...]:
    """Whole months: what is earned is kept by month."""
    plan = DocumentLine.plan
    found = _fact(
        literal(Measure.RECOGNISED.value), Recognition.month, Recognition.currency, plan, _OF_DOCUMENT,
        Recognition.amount_minor,
    )  # fmt: skip
    line = and_(DocumentLine.account_id == Recognition.account_id, DocumentLine.id == Recognition.line_id)
    found = found.join_from(Recognition, DocumentLine, line).join(Document, _OF_LINE)
    return (found if days == ALL_DAYS else found.where(literal(False)),)


def _parts(measure: Measure, source: str, days: Days) -> Select[Any]:
    month = month_of_day(Allocation.allocated_on)
    found = _fact(
        literal(measure.value), month, Document.currency, AllocationPart.plan, _OF_DOCUMENT,
        AllocationPart.amount_minor,
    )  # fmt: skip
    of_allocation = and_(
        AllocationPart.account_id == Allocation.account_id, AllocationPart.allocation_id == Allocation.id
    )
    found = found.join_from(Allocation, AllocationPart, of_allocation).join(Document, _OF_ALLOCATION)
    return found.where(Allocation.source == source, *days.on(Allocation.allocated_on))


_OF_ALLOCATION = and_(Document.account_id == Allocation.account_id, Document.id == Allocation.invoice_id)


def _collected(days: Days) -> tuple[Select[Any], ...]:
    """What invoices were paid with, by plan; beside it what came and went as cash, less that."""
    measure, nothing = literal(Measure.COLLECTED.value), literal("")
    cash = _fact(
        measure, month_of_day(Posting.posted_on), Posting.currency, nothing, _NOWHERE, Posting.amount_minor
    ).where(Posting.ledger_account == "cash", *days.on(Posting.posted_on))
    month = month_of_day(Allocation.allocated_on)
    used = _fact(measure, month, Document.currency, nothing, _NOWHERE, -Allocation.amount_minor)
    used = used.join_from(Allocation, Document, _OF_ALLOCATION)
    used = used.where(Allocation.source == "payment", *days.on(Allocation.allocated_on))
    return _parts(Measure.COLLECTED, "payment", days), cash, used


def _written_off(days: Days) -> tuple[Select[Any], ...]:
    return (_parts(Measure.WRITTEN_OFF, "write_off", days),)


def _rep(column: Any) -> Any:
    return func.coalesce(column, 0).label("rep_id")


def _movements(days: Days) -> tuple[Select[Any], ...]:
    of = (Movement.country, _rep(Movement.rep_id), Movement.segment)
    found = _fact(cast_text(Movement.kind), Movement.month, Movement.currency, Movement.plan, of, Movement.amount_minor)
    return (found.where(*days.on(Movement.moved_on)),)


def cast_text(column: Any) -> ColumnElement[str]:
    """A column as it is, typed as an expression."""
    return func.coalesce(column, "")


def _mrr(days: Days) -> tuple[Select[Any], ...]:
    """Each movement takes a subscription from where it counted, with all it came to, to where it counts."""
    per: dict[str, Any] = {
        "partition_by": (Movement.account_id, Movement.subscription_id),
        "order_by": Movement.moved_on,
    }
    level = func.sum(Movement.amount_minor).over(**per)
    moves = select(
        Movement.moved_on, Movement.month, Movement.currency, Movement.plan, Movement.country, Movement.segment,
        _rep(Movement.rep_id),
        level.label("after"),
        (level - Movement.amount_minor).label("before"),
        *(func.lag(column).over(**per).label(f"last_{name}") for name, column in _MOVED_FROM.items()),
    )  # fmt: skip
    criteria = days.on(Movement.moved_on)
    if criteria:
        some = select(Movement.account_id, Movement.subscription_id).where(*criteria)
        moves = moves.where(tuple_(Movement.account_id, Movement.subscription_id).in_(some))
    sub = moves.subquery()
    col, measure = sub.c, literal(Measure.MRR.value)
    after = _fact(measure, col.month, col.currency, col.plan, (col.country, col.rep_id, col.segment), col.after)
    last = (
        col.last_country.label("country"),
        func.coalesce(col.last_rep_id, 0).label("rep_id"),
        col.last_segment.label("segment"),
    )
    before = _fact(measure, col.month, col.currency, col.last_plan, last, -col.before).where(col.last_plan.is_not(None))
    within = days.on(col.moved_on)
    return after.where(*within), before.where(*within)


_MOVED_FROM: Mapping[str, Any] = {
    "plan": Movement.plan,
    "country": Movement.country,
    "rep_id": Movement.rep_id,
    "segment": Movement.segment,
}
# Which statements tell which measures; each measure stands in one of them.
FACTS: Mapping[tuple[Measure, ...], Facts] = {
    (Measure.NET, Measure.TAX, Measure.CREDITED, Measure.CREDITED_TAX): _documents,
    (Measure.RECOGNISED,): _recognised,
    (Measure.COLLECTED,): _collected,
    (Measure.WRITTEN_OFF,): _written_off,
    MOVEMENTS: _movements,
    (Measure.MRR,): _mrr,
    (Measure.DOCUMENTS,): _counted,
    LEDGER: _posted,
}


def dues(until: date | None = None) -> tuple[Select[Any], ...]:
    """What invoices came to owe, and what settled them, with DUE_COLUMNS, booked up to and on a day."""

    def of(day: Any, minor: Any) -> Select[Any]:
        own = (day.label("posted_on"), Document.due_on.label("due_on"), Document.currency.label("currency"))
        found = select(*own, *_OF_DOCUMENT, minor.label("amount_minor"))
        return found if until is None else found.where(day <= until)

    note = Document.__table__.alias("note")
    issued = of(Document.issued_on, Document.total_minor).where(Document.kind == "invoice")
    paid = of(Allocation.allocated_on, -Allocation.amount_minor).join_from(Allocation, Document, _OF_ALLOCATION)
    corrected = and_(Document.account_id == Correction.account_id, Document.id == Correction.invoice_id)
    by_note = and_(note.c.account_id == Correction.account_id, note.c.id == Correction.credit_note_id)
    set_off = of(note.c.issued_on, -Correction.set_off_minor).select_from(Correction)
    return issued, paid, set_off.join(Document, corrected).join(note, by_note)


def taxes() -> tuple[Select[Any], ...]:
    """What is summed of the tax book, with `TAX_KEY` and amount_minor, a row an entry."""
    minor = (literal(1), TaxEntry.base_minor, TaxEntry.tax_minor, TaxEntry.seller_base_minor, TaxEntry.seller_tax_minor)
    month, like = month_of_day(TaxEntry.issued_on).label("month"), [getattr(TaxEntry, name) for name in ALIKE]
    return tuple(
        select(literal(measure.value).label("measure"), month, *like, amount.label("amount_minor"))
        for measure, amount in zip(TaxMeasure, minor, strict=True)
    )
