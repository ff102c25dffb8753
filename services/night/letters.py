"""The mails of a night: invoices, and what is announced or reminded of."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from data.models import Subscription
from data.money import Money
from data.period import Interval
from services.bulk import Rows
from services.deeds import lifecycle_mails as mails
from services.deeds.lifecycle_mails import LifecycleMail
from services.errors import Refusal
from services.journal.issues import Issue, Issued
from services.journal.mails import add_mail
from services.night.books import Book
from services.night.due import Span
from services.night.shelf import Shelf
from services.rules.cancelling import last_day_to_act
from services.rules.lifecycle import Status
from services.rules.nights import Offers, Standing, steps
from services.rules.reminders import PAYMENT_DAYS, RENEWAL_DAYS, TRIAL_DAYS, latest_after, latest_before
from services.rules.trials import EndAction


def add_invoice_mail(rows: Rows, book: Book, issue: Issue, issued: Issued, day: date, at: datetime) -> None:
    """The invoice to its recipients, with the PDF, which is rendered when the mail is sent."""
    if not book.recipients:
        return
    account = book.account
    told: dict[str, Any] = {
        "account": account.legal_name,
        "rep": book.rep.name,
        "rep_email": book.rep.mailbox,
        "number": issued.number,
        "total": {"minor": issued.total.minor, "currency": issued.total.currency},
        "due_on": issue.due_on.isoformat(),
    }
    document = str(issued.document_id)
    add_mail(
        rows,
        kind="invoice",
        account_id=account.id,
        language=account.language,
        seller=account.seller,
        event_key=f"invoice:{document}",
        recipients=book.recipients,
        facts=told,
        attachments=({"kind": "invoice", "id": document, "name": f"{issued.number}.pdf"},),
        day=day,
        at=at,
    )


def add_letter(rows: Rows, book: Book, letter: LifecycleMail, day: date, at: datetime) -> None:
    """A notice or reminder as a row."""
    add_mail(
        rows,
        kind=letter.kind,
        account_id=book.account.id,
        language=book.account.language,
        seller=book.account.seller,
        event_key=letter.event_key,
        recipients=letter.recipients,
        copies=letter.copies,
        facts=letter.facts,
        day=day,
        at=at,
    )


def letters_of(book: Book, shelf: Shelf, span: Span) -> Iterator[LifecycleMail]:
    """What is announced and reminded of this night, the latest of what was missed; to nobody where nobody is known."""
    if not book.noticed and not book.overdue:
        return
    parties = parties_of(book)
    if parties.recipients:
        for row, standing in book.noticed:
            letter = _notice(book, shelf, parties, row, standing, span)
            if letter is not None:
                yield letter
    if book.recipients:
        yield from _reminders(book, parties, span)


def parties_of(book: Book) -> mails.Parties:
    """Who is written to: the billing contact, with a copy to the rep."""
    account, contact, rep = book.account, book.billing_contact, book.rep
    return mails.Parties(
        account=account.legal_name,
        contact=contact.name if contact else "",
        recipients=(contact.email,) if contact else (),
        copies=(rep.mailbox,) if rep.mailbox else (),
        rep=rep.name,
        rep_email=rep.mailbox,
    )


def _notice(
    book: Book, shelf: Shelf, parties: mails.Parties, row: Subscription, standing: Standing, span: Span
) -> LifecycleMail | None:
    is_trial = row.status == Status.TRIALING
    counts = TRIAL_DAYS if is_trial else RENEWAL_DAYS
    days = latest_before(counts, row.period_end, since=span.since, day=span.day)
    if days is None:
        return None
    names = shelf.plans[row.plan]
    what = mails.About(row.id, names.product_name, names.plan_name, row.seats, row.reference)
    if not is_trial:
        if not row.is_auto_renewed:
            return None
        next_line = _next_line(book, shelf, standing)
        if next_line is None:
            return None
        return mails.renewal_notice(
            parties,
            what,
            renews_on=row.period_end,
            days=days,
            act_until=last_day_to_act(row.period_end, row.notice_days),
            interval=next_line[0],
            net=next_line[1],
        )
    policy = standing.trial
    end_action = policy.end_action if policy else EndAction.EXPIRE
    to_plan = shelf.plans[policy.to_plan].plan_name if policy and policy.to_plan else ""
    to_pay = _next_line(book, shelf, standing) if end_action is EndAction.CONVERT else None
    return mails.trial_ending(
        parties,
        what,
        ends_on=row.period_end,
        days=days,
        end_action=end_action,
        to_plan=to_plan,
        interval=to_pay[0] if to_pay else None,
        net=to_pay[1] if to_pay else None,
    )


def _next_line(book: Book, shelf: Shelf, standing: Standing) -> tuple[Interval, Money] | None:
    """What the next period will be billed, by the same steps that will bill it; None where they cannot be taken."""
    currency = book.account.currency
    offers = Offers(currency, shelf.prices_in(currency), book.standing)
    try:
        step = next(steps(standing, offers, standing.period.end), None)
    except Refusal:
        return None  # no price any more, or a trial with too few seats: the night will park it, and names no price
    return (step.after.price.interval, step.line.amount) if step is not None and step.line is not None else None


def _reminders(book: Book, parties: mails.Parties, span: Span) -> Iterator[LifecycleMail]:
    for row in book.overdue:
        days = latest_after(PAYMENT_DAYS, row.due_on, since=span.since, day=span.day)
        if days is not None:
            yield mails.payment_reminder(
                parties,
                invoice_id=row.id,
                number=row.number,
                due_on=row.due_on,
                days=days,
                total=Money(row.total_minor, row.currency),
                left=Money(row.open_minor, row.currency),
                recipients=book.recipients,
            )
