"""What a chunk's night comes to, written: subscriptions, documents, mails, in bulk and in one transaction."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.many import among
from data.models import Account, OutboxMail
from services import access
from services.bulk import Rows
from services.deeds import endings
from services.deeds.lifecycle_mails import LifecycleMail
from services.facts import dimensions_of
from services.journal import renewals
from services.journal.documents import issue_documents
from services.journal.issues import Issued
from services.journal.movements import Moved, write_movements
from services.journal.payments import book_balance
from services.journal.renewals import add_step, move_on, take_on
from services.night.books import Book
from services.night.due import Span
from services.night.held import hold
from services.night.letters import add_invoice_mail, add_letter, letters_of
from services.night.shelf import Shelf
from services.night.work import AccountWork, Paper
from services.rules.nights import StepKind

_RENEWS = {StepKind.RENEWED, StepKind.CHANGED}
_OWN = _RENEWS | {StepKind.STARTED}


def write_chunk(session: Session, shelf: Shelf, works: Sequence[AccountWork], span: Span) -> Counter[str]:
    """Write the works of a chunk and return the count by what was done; documents come last, their numbers are hot."""
    rows, at = Rows(session), access.now()
    report: Counter[str] = Counter()
    moved: list[Moved] = []
    for work in works:
        moved += _write_turns(session, work)
        _write_renewals(rows, work, at)
        done = work.report()
        if done:
            mine = work.book.account.id
            key = (span.day, f"night {mine}")
            access.record(session, "night", account_id=mine, after=done, rows=rows, key=key, at=at)
        for name, count in done.items():
            report[name] += count
    write_movements(session, rows, moved)
    move_on(rows, _renewed(works))
    for work, letter in _new_letters(session, shelf, works, span):
        add_letter(rows, work.book, letter, span.day, at)
        report[f"mail_{letter.kind}"] += 1
    _write_papers(session, rows, shelf, works, span.day, at)
    rows.write()
    return report


def _write_turns(session: Session, work: AccountWork) -> list[Moved]:
    """What is more than a renewal: starts, ends, conversions, scheduled changes. Few of a night's steps are.

    Returns the movements of scheduled changes; ends and conversions have written theirs.
    """
    turns = [
        (row, step) for row, steps in work.steps for step in steps if step.kind is not StepKind.RENEWED or step.left
    ]
    moved: list[Moved] = []
    if not turns:
        return moved
    account = session.get_one(Account, work.book.account.id)
    for row, step in turns:
        if step.kind in (StepKind.CANCELLED, StepKind.ENDED):
            endings.end_subscription(session, account, row.id, on=step.day)
        elif step.kind is StepKind.EXPIRED:
            endings.expire_trial(session, account, row.id, on=step.day)
        elif step.conversion is not None:
            endings.convert_trial(session, account, row.id, step.conversion)
        else:
            take_on(session, account.id, row.id, step)
        if step.kind is StepKind.CHANGED:
            facts = (step.after.price.plan, row.order_id, dimensions_of(account))
            moved.append(Moved(account.id, row.id, step.day, step.before.yearly, step.after.yearly, *facts))
    return moved


def _write_renewals(rows: Rows, work: AccountWork, at: datetime) -> None:
    """Starts and renewals; ends and conversions have written theirs."""
    for row, steps in work.steps:
        for step in steps:
            if step.kind in _OWN:
                add_step(rows, row.account_id, row.id, step, at)


def _renewed(works: Sequence[AccountWork]) -> Iterator[renewals.Moved]:
    """The subscriptions whose last step is a renewal, or a start that is billed."""
    for work in works:
        for row, steps in work.steps:
            last = steps[-1]
            if last.kind in _RENEWS or (last.kind is StepKind.STARTED and last.line is not None):
                stored = next((step.after for step in reversed(steps) if step.conversion is not None), steps[0].before)
                yield renewals.Moved(work.book.account, row.product, stored, last.after)


_QUEUED = select(OutboxMail.event_key).where(among(OutboxMail.event_key, "keys"))


def _new_letters(
    session: Session, shelf: Shelf, works: Sequence[AccountWork], span: Span
) -> list[tuple[AccountWork, LifecycleMail]]:
    """Notices and reminders that were not queued before: a night that is run again tells nothing twice."""
    wanted = [(work, letter) for work in works for letter in letters_of(work.book, shelf, span)]
    if not wanted:
        return []
    keys = [letter.event_key for _, letter in wanted]
    told = set(session.connection().scalars(_QUEUED, {"keys": keys}))
    return [(work, letter) for work, letter in wanted if letter.event_key not in told]


def _write_papers(
    session: Session, rows: Rows, shelf: Shelf, works: Sequence[AccountWork], day: date, at: datetime
) -> None:
    """Held documents without a number, then the invoices with theirs, their mails, and what the balance pays."""
    papers: list[tuple[Book, Paper]] = []
    for work in works:
        for paper in work.papers:
            if paper.guard:
                hold(rows, work.book, paper, day)
            else:
                papers.append((work.book, paper))
    issue_papers(session, rows, shelf, papers, day, at)


def issue_papers(
    session: Session, rows: Rows, shelf: Shelf, papers: Sequence[tuple[Book, Paper]], day: date, at: datetime
) -> list[Issued]:
    """Issue documents, queue their mails, and have the balance pay what it was to pay."""
    issued = issue_documents(session, rows, [paper.issue for _, paper in papers])
    for (book, paper), document in zip(papers, issued, strict=True):
        add_invoice_mail(rows, book, paper.issue, document, day, at)
    rows.write()
    for (book, paper), document in zip(papers, issued, strict=True):
        if paper.uses:
            book_balance(session, book.account.id, document.document_id, paper.uses, day)
    return issued
