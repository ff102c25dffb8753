"""What a story came to, as the JSON document that the player prints."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.models import AccountCredit, Correction, Document, DocumentLine, OutboxMail, Subscription
from data.money import Money
from data.period import Period
from services.access import reading
from services.integrity import Violation, violations
from services.permissions import Permission
from services.rules.derivations import Derivation
from services.scenario import figures
from services.scenario.plain import amount, percent, period, plain
from services.scenario.playing import Course
from services.scenario.stage import Stage
from services.scenario.story import Story
from services.words.derivations import derivation_sentence
from services.words.i18n import Words


def output(story: Story, stage: Stage, course: Course) -> dict[str, Any]:
    """The document that the player prints. Amounts are texts in major units with their currency's decimals."""
    with reading(stage.actor, Permission.SEE_BILLING) as session:
        names = _Names(
            accounts={account: code for code, account in stage.accounts.items()},
            refs={subscription: ref for ref, (_, subscription) in stage.subscriptions.items()},
        )
        papers = _papers(session, names)
        return {
            "invoices": [paper for kind, paper in papers if kind == "invoice"],
            "credit_notes": [paper for kind, paper in papers if kind == "credit_note"],
            "balances": _balances(session, story, stage),
            "subscriptions": _subscriptions(session, stage),
            "mrr": figures.mrr(session, story, stage),
            "revenue": figures.revenue(session, story),
            "aging": figures.aging(session, story, stage),
            "mails": _mails(session, stage, names),
            "refusals": [
                {"on": one.on.isoformat(), "do": one.do, "code": one.code, "detail": one.detail}
                for one in course.refusals
            ],
            "checks": {"violations": [_violation(one, names) for one in violations(session)]},
        }


@dataclass(frozen=True, slots=True)
class _Names:
    """What the story calls accounts and subscriptions, by their ids."""

    accounts: dict[int, str]
    refs: dict[int, str]


def _papers(session: Session, names: _Names) -> list[tuple[str, dict[str, Any]]]:
    """Invoices and credit notes, each kind in the order of its numbers."""
    documents = session.scalars(select(Document).order_by(Document.issued_on, Document.number)).all()
    numbers = {document.id: document.number for document in documents}
    lines: dict[int, list[DocumentLine]] = {}
    for line in session.scalars(select(DocumentLine).order_by(DocumentLine.document_id, DocumentLine.position)):
        lines.setdefault(line.document_id, []).append(line)
    corrects: dict[int, set[str]] = {}
    for note, invoice in session.execute(select(Correction.credit_note_id, Correction.invoice_id)):
        corrects.setdefault(note, set()).add(numbers[invoice])
    words = Words("en")
    return [
        (row.kind, _paper(row, lines.get(row.id, []), sorted(corrects.get(row.id, ())), names, words))
        for row in documents
    ]


def _paper(
    row: Document, lines: list[DocumentLine], corrects: list[str], names: _Names, words: Words
) -> dict[str, Any]:
    def money(minor: int) -> str:
        return amount(Money(minor, row.currency))

    head: dict[str, Any] = {
        "number": row.number,
        "account": names.accounts[row.account_id],
        "issued_on": row.issued_on.isoformat(),
    }
    if row.kind == "invoice":
        head |= {"due_on": row.due_on.isoformat(), "currency": row.currency}
    else:
        head |= {"invoices": corrects}
    body = {
        "lines": [_line(line, row.currency, names, words) for line in lines],
        "subtotal": money(row.subtotal_minor),
        "tax": money(row.tax_minor),
        "total": money(row.total_minor),
    }
    return head | body | ({"open": money(row.open_minor)} if row.kind == "invoice" else {})


def _line(line: DocumentLine, currency: str, names: _Names, words: Words) -> dict[str, Any]:
    return {
        "kind": line.kind,
        "subscription": names.refs.get(line.subscription_id, str(line.subscription_id)),
        "period": period(Period(line.starts_on, line.ends_on)),
        "seats": line.seats,
        "amount": amount(Money(line.net_minor, currency)),
        "tax": {"treatment": line.tax_treatment, "rate": percent(line.tax_rate)},
        "explanation": derivation_sentence(Derivation.from_json(line.derivation), words),
    }


def _balances(session: Session, story: Story, stage: Stage) -> dict[str, str]:
    """What each account has in its favour: the rest of credit notes and payments."""
    left = figures.sums(session, AccountCredit.left_minor, AccountCredit.account_id)
    return {
        account.code: amount(Money(left.get(stage.accounts[account.code], 0), account.currency))
        for account in story.accounts
    }


def _subscriptions(session: Session, stage: Stage) -> list[dict[str, Any]]:
    """Every subscription of the story, in the order they were taken out."""
    rows = {row.id: row for row in session.scalars(select(Subscription))}
    return [
        {
            "ref": ref,
            "status": row.status,
            "plan": row.plan,
            "seats": row.seats,
            "assigned": row.seats_assigned,
            "interval": row.interval,
            "period": period(Period(row.period_start, row.period_end)),
            "anchor_day": row.anchor_on.day,
            "trial_ends_on": row.trial_ends_on.isoformat() if row.trial_ends_on else None,
        }
        for ref, (_, subscription) in stage.subscriptions.items()
        for row in [rows[subscription]]
    ]


def _mails(session: Session, stage: Stage, names: _Names) -> list[dict[str, Any]]:
    """The mails in the order they were written, each on the seller's day."""
    rows = session.execute(
        select(OutboxMail.created_at, OutboxMail.account_id, OutboxMail.kind).order_by(
            OutboxMail.created_at, OutboxMail.account_id, OutboxMail.kind, OutboxMail.event_key
        )
    )
    return [
        {
            "on": at.astimezone(stage.zone).date().isoformat(),
            "account": names.accounts[account_id],
            "kind": kind,
        }
        for at, account_id, kind in rows
    ]


def _violation(one: Violation, names: _Names) -> dict[str, Any]:
    figures_of = {"expected": one.expected, "found": one.found, "difference": one.difference}
    account = names.accounts.get(one.account_id) if one.account_id is not None else None
    return {"check": one.check, "account": account, "subject": one.subject} | plain(figures_of)
