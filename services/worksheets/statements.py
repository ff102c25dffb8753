"""Lines of a bank statement judged against the book: what the page shows and what booking them finds are the same."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from data.database import chunks
from data.models import Account, Document, NumberSeries, Seller, StatementLine
from data.money import Money
from services.rules.statements import Candidate, LineVerdict, Match, StatementRow, match, numbers_in


@dataclass(frozen=True, slots=True)
class JudgedLine:
    """A line with its verdict; `candidate`: the invoice it would pay, or names, and `further` ones it names."""

    row: StatementRow
    verdict: LineVerdict
    candidate: Candidate | None = None
    further: tuple[Candidate, ...] = ()

    @property
    def invoices(self) -> tuple[Candidate, ...]:
        """All it would pay, or names, in order."""
        return (() if self.candidate is None else (self.candidate,)) + self.further

    def agrees_with(self, other: "JudgedLine") -> bool:
        """Whether the same would be booked."""
        return (self.verdict, self.invoices) == (other.verdict, other.invoices)


def judge_rows(session: Session, rows: Sequence[StatementRow]) -> list[JudgedLine]:
    """The verdict on each row as the book stands; what an earlier row would pay is not open for a later one."""
    done = _done(session, [row.line_key for row in rows])
    series = _series(session)
    numbers = {row.line_key: numbers_in(row.reference, series) for row in rows}
    by_number = _by_number(session, sorted({number for found in numbers.values() for number in found}))
    amounts = sorted({row.amount.minor for row in rows if not numbers[row.line_key]})
    by_amount = _by_amount(session, amounts)
    taken: dict[int, Money] = {}

    def now(candidate: Candidate) -> Candidate:
        used = taken.get(candidate.invoice_id)
        return candidate if used is None else replace(candidate, open=candidate.open - used)

    judged = []
    for row in rows:
        if row.line_key in done:
            judged.append(JudgedLine(row, LineVerdict.KNOWN))
            continue
        named = [now(by_number[number]) for number in numbers[row.line_key] if number in by_number]
        same = [now(one) for one in by_amount.get((row.amount.minor, row.amount.currency), ())]
        found: Match = match(row, named, same)
        line = JudgedLine(row, found.verdict, found.candidate, found.further)
        judged.append(line)
        left = row.amount
        for one in line.invoices if found.verdict is not LineVerdict.SETTLED else ():
            used = min(left, one.open)
            taken[one.invoice_id] = taken.get(one.invoice_id, Money.zero(used.currency)) + used
            left -= used
    return judged


def _done(session: Session, keys: Sequence[str]) -> set[str]:
    found: set[str] = set()
    for chunk in chunks(keys):
        rows = select(StatementLine.line_key).where(
            StatementLine.line_key.in_(chunk), StatementLine.status.in_(("booked", "ignored"))
        )
        found |= set(session.scalars(rows))
    return found


def _series(session: Session) -> list[tuple[str, int]]:
    """The series of invoices there are, by year."""
    rows = session.execute(
        select(NumberSeries.series, NumberSeries.year).join(Seller, Seller.invoice_prefix == NumberSeries.series)
    )
    return [(series, year) for series, year in rows]


def _candidates() -> Select[Document, str]:
    return (
        select(Document, Account.legal_name)
        .join(Account, Account.id == Document.account_id)
        .where(Document.kind == "invoice", Account.kind != "self_service")
    )


def _by_number(session: Session, numbers: Sequence[str]) -> dict[str, Candidate]:
    found = {}
    for chunk in chunks(numbers):
        for row in session.execute(_candidates().where(Document.number.in_(chunk))):
            found[row[0].number] = _candidate(*row)
    return found


def _by_amount(session: Session, amounts: Sequence[int]) -> dict[tuple[int, str], list[Candidate]]:
    found: dict[tuple[int, str], list[Candidate]] = {}
    for chunk in chunks(amounts):
        rows = _candidates().where(Document.open_minor > 0, Document.open_minor.in_(chunk))
        for row in session.execute(rows.order_by(Document.due_on, Document.number)):
            found.setdefault((row[0].open_minor, row[0].currency), []).append(_candidate(*row))
    return found


def _candidate(row: Document, account: str) -> Candidate:
    return Candidate(row.account_id, account, row.id, row.number, Money(row.open_minor, row.currency))
