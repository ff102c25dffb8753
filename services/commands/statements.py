"""Bank statements: taken in once, their lines booked as payments, the others assigned or set aside by hand."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from data.database import chunks
from data.identity import derive_id
from data.models import Account, Statement, StatementLine
from data.money import Money
from services import access
from services.access import acting, record
from services.deeds.receiving import receive_payment
from services.errors import Conflict, Invalid, NotFound, StaleForm, Unlawful
from services.facts.accounts import open_account
from services.permissions import Actor, Permission
from services.rules import text
from services.rules.payment_means import PaymentMeans
from services.rules.payments import LineIsClosed, PaymentRequest
from services.rules.statements import BOOKABLE, StatementRow
from services.worksheets.statements import JudgedLine, judge_rows


@dataclass(frozen=True, slots=True)
class StatementToTake:
    """A statement as it was shown: the file's name and hash, and the verdict on each line of money received."""

    name: str
    file_hash: str
    lines: tuple[JudgedLine, ...]


@dataclass(frozen=True, slots=True)
class StatementProgress:
    """How far it is: lines `done` of `total`, of which `booked` so far. `statement_id` as soon as it is there."""

    statement_id: int
    done: int
    total: int
    booked: int


def take_in_statement(actor: Actor, shown: StatementToTake, *, today: date) -> Iterator[StatementProgress]:
    """Keep the statement's lines, then book each that was shown to pay an invoice, one transaction a line.

    A line whose verdict is no longer the one shown stays open, as do those without an invoice. The same file again, or
    another with the same lines, books nothing twice; one that was interrupted goes on.
    """
    try:
        with acting(actor, Permission.RECORD_PAYMENTS) as session:
            statement_id = _keep(session, actor, shown, today)
    except IntegrityError as fault:  # the same lines came in beside us
        raise Conflict from fault
    booked = 0
    to_book = [line for line in shown.lines if line.verdict in BOOKABLE]
    yield StatementProgress(statement_id, 0, len(to_book), 0)
    for done, line in enumerate(to_book, start=1):
        # what is refused stays open and is listed: somebody looks at it
        with suppress(Conflict, Invalid, NotFound, Unlawful):
            booked += _book_as_shown(actor, line, today)
        yield StatementProgress(statement_id, done, len(to_book), booked)


def assign_line(
    actor: Actor, statement_id: int, position: int, *, account_id: int, invoice_id: int | None = None, today: date
) -> int:
    """Book an open line as a payment of an account, first for an invoice where one is named; returns the payment's id.

    Raises `NotFound`, `LineIsClosed`, what recording a payment refuses, `SelfServiceAccount`.
    """
    with acting(actor, Permission.RECORD_PAYMENTS) as session:
        account = open_account(session, account_id)  # accounts are locked before lines, everywhere
        line = _open_line(session, statement_id, position)
        return _book(session, line, account, [] if invoice_id is None else [invoice_id], actor, today)


def ignore_line(actor: Actor, statement_id: int, position: int) -> None:
    """Set an open line aside: it is no payment of a customer. Raises `NotFound`, `LineIsClosed`."""
    with acting(actor, Permission.RECORD_PAYMENTS) as session:
        line = _open_line(session, statement_id, position)
        line.status, line.decided_by = "ignored", actor.user_id
        amount = Money(line.amount_minor, line.currency)
        record(session, "ignore_statement_line", subject=line.reference or line.payer, after={"amount": str(amount)})


def _keep(session: Session, actor: Actor, shown: StatementToTake, today: date) -> int:
    """The statement and those of its lines that no statement has brought yet."""
    statement_id = session.scalar(select(Statement.id).where(Statement.file_hash == shown.file_hash))
    if statement_id is None:
        statement_id = derive_id(today, "statement", shown.file_hash)
        session.add(
            Statement(
                id=statement_id,
                name=shown.name[-text.LONGEST_LINE :],
                file_hash=shown.file_hash,
                imported_on=today,
                imported_at=access.now(),
                imported_by=actor.user_id,
            )
        )
        session.flush()
        record(session, "take_in_statement", subject=shown.name, subject_id=statement_id)
    keys = [line.row.line_key for line in shown.lines]
    known: set[str] = set()
    for chunk in chunks(keys):
        known |= set(session.scalars(select(StatementLine.line_key).where(StatementLine.line_key.in_(chunk))))
    session.add_all(_line(statement_id, line.row) for line in shown.lines if line.row.line_key not in known)
    return statement_id


def _line(statement_id: int, row: StatementRow) -> StatementLine:
    return StatementLine(
        statement_id=statement_id,
        position=row.position,
        line_key=row.line_key,
        booked_on=row.booked_on,
        amount_minor=row.amount.minor,
        currency=row.amount.currency,
        payer=row.payer,
        reference=row.reference,
    )


def _book_as_shown(actor: Actor, shown: JudgedLine, today: date) -> bool:
    assert shown.candidate is not None
    with acting(actor, Permission.RECORD_PAYMENTS) as session:
        account = open_account(session, shown.candidate.account_id)
        line = session.scalar(
            select(StatementLine)
            .where(StatementLine.line_key == shown.row.line_key, StatementLine.status == "open")
            .with_for_update()
        )
        if line is None:
            return False
        (fresh,) = judge_rows(session, [shown.row])
        if not fresh.agrees_with(shown):
            raise StaleForm
        _book(session, line, account, [one.invoice_id for one in shown.invoices], actor, today)
        return True


def _open_line(session: Session, statement_id: int, position: int) -> StatementLine:
    line = session.get(StatementLine, (statement_id, position), with_for_update=True)
    if line is None:
        raise NotFound(kind="statement_line")
    if line.status != "open":
        raise LineIsClosed
    return line


def _book(
    session: Session, line: StatementLine, account: Account, invoices: Sequence[int], actor: Actor, today: date
) -> int:
    request = PaymentRequest(
        account_id=account.id,
        amount=Money(line.amount_minor, line.currency),
        received_on=line.booked_on,
        means=PaymentMeans.BANK_TRANSFER,
        reference=(line.reference or line.payer)[: text.LONGEST_LINE],
        request_key=f"statement {line.line_key[:50]}",
        invoice_id=invoices[0] if invoices else None,
        further=tuple(invoices[1:]),
    )
    payment_id = receive_payment(session, account, request, today).payment_id
    line.status, line.decided_by = "booked", actor.user_id
    line.account_id, line.payment_id = account.id, payment_id
    return payment_id
