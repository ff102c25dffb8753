"""Letters: what each kind of mail says, as a subject and blocks, in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from data.money import Money
from data.period import Interval
from services.mails.lifecycle_letters import LIFECYCLE_LETTERS
from services.mails.parts import Facts, Letter, Table, day_text, greeting, money_text, named, period_of, questions
from services.mails.seat_letters import SEAT_LETTERS
from services.rules.approvals import ApprovalKind, ApprovalStatus
from services.words.approval_texts import asked_for
from services.words.i18n import Words
from services.words.labels import label
from services.words.taxes import tax_name


class UnknownMail(ValueError):
    """A row of a kind that has no letter."""


def letter(kind: str, facts: Facts, words: Words, *, seller: str) -> Letter:
    """The letter of a kind. Facts: amounts as {minor, currency}, days as ISO text. Raises UnknownMail, KeyError."""
    write = _LETTERS.get(kind)
    if write is None:
        raise UnknownMail(kind)
    return write(facts, words, seller)


def _order_confirmation(facts: Facts, words: Words, seller: str) -> Letter:
    after = [questions(facts, words)]
    if facts.get("invoice_number"):
        text = words.t(
            "Invoice {number} follows in a mail of its own to {recipients}.",
            number=str(facts["invoice_number"]),
            recipients=list(facts.get("invoice_recipients", ())),
        )
        after.insert(0, text)
    figures = [
        (words.t("Order number"), str(facts["order_number"])),
        (words.t("Subtotal"), money_text(facts["subtotal"], words)),
        (words.t("{tax} amount", tax=tax_name(words.region, words)), money_text(facts["tax"], words)),
        (words.t("Total amount"), money_text(facts["total"], words)),
    ]
    if facts.get("invoice_number"):
        figures.append((words.t("Due date"), day_text(facts["due_on"], words)))
    return Letter(
        subject=words.t("Your order {number} is placed", number=str(facts["order_number"])),
        greeting=greeting(facts, words),
        paragraphs=(
            words.t("Thank you. Order {number} for {account} has been placed.", **named(facts)),
            words.t("Products that start today are ready to use; others are from the first day of their period."),
        ),
        table=_items(facts["items"], words),
        figures=tuple(figures),
        after=tuple(after),
    )


def _items(items: Sequence[Facts], words: Words) -> Table:
    heads = (words.t("Product"), words.t("Seats"), words.t("Billing period"), words.t("Net"))
    return Table(heads, tuple(_item(item, words) for item in items))


def _item(item: Facts, words: Words) -> tuple[str, ...]:
    """A row; of a change "old → new", and from which day where that is not today ("seats": mails of before)."""
    before = item if item.get("kind") in ("change", "seats") else {}
    name = _arrow(before.get("plan_before"), str(item["plan"]))
    plan = f"{item['product']} – {name}" if item.get("plan") else str(item["product"])
    seats_before = int(before.get("seats_before", 0))
    seats = _arrow(words.number(seats_before) if seats_before else "", words.number(int(item["seats"])))
    interval = label(Interval(item["interval"]), words)
    if before.get("interval_before"):
        interval = _arrow(label(Interval(before["interval_before"]), words), interval)
    if item.get("is_scheduled"):
        when = words.t("from the renewal on {day}", day=date.fromisoformat(str(item["effective_on"])))
    else:
        when = words.period(period_of(item))
    return plan, seats, f"{interval} · {when}", money_text(item["net"], words)


def _arrow(before: object, after: str) -> str:
    return f"{before} → {after}" if before and before != after else after


def _trial_welcome(facts: Facts, words: Words, seller: str) -> Letter:
    period = period_of(facts)
    return Letter(
        subject=words.t("Your free trial of {product}", product=str(facts["product"])),
        greeting=greeting(facts, words),
        paragraphs=(
            words.t("Welcome. {account} can try {product} – {plan} free of charge.", **named(facts)),
            words.t("Nothing is invoiced for the trial, and no payment details are needed."),
        ),
        figures=(
            (words.t("First day"), words.day_long(period.start)),
            (words.t("Last day"), words.day_long(period.last_day)),
            (words.t("Seats"), words.number(int(facts["seats"]))),
        ),
        after=(questions(facts, words),),
    )


def _invoice(facts: Facts, words: Words, seller: str) -> Letter:
    return Letter(
        subject=words.t("Invoice {number} from {seller}", number=str(facts["number"]), seller=seller),
        greeting=greeting({}, words),
        paragraphs=(
            words.t("Please find invoice {number} for {account} attached as a PDF.", **named(facts, "number")),
        ),
        figures=(
            (words.t("Total amount"), money_text(facts["total"], words)),
            (words.t("Due date"), day_text(facts["due_on"], words)),
            *_order_row(facts, words),
        ),
        after=(words.t("How to pay is printed on the invoice."), questions(facts, words)),
    )


def _credit_note(facts: Facts, words: Words, seller: str) -> Letter:
    reason = ((words.t("Reason"), str(facts["reason"])),) if facts.get("reason") else ()
    return Letter(
        subject=words.t("Credit note {number} from {seller}", number=str(facts["number"]), seller=seller),
        greeting=greeting({}, words),
        paragraphs=(
            words.t("Please find credit note {number} for {account} attached as a PDF.", **named(facts, "number")),
        ),
        figures=((words.t("Total credit"), money_text(facts["total"], words)), *reason, *_order_row(facts, words)),
        after=(
            words.t("It is set off against open invoices; any rest is a balance in your favour."),
            questions(facts, words),
        ),
    )


def _proposal(facts: Facts, words: Words, seller: str) -> Letter:
    return Letter(
        subject=words.t("Proposal from {seller} for {account}", seller=seller, account=str(facts["account"])),
        greeting=greeting(facts, words),
        paragraphs=(
            words.t("Please find our proposal for {account} attached as a PDF.", account=str(facts["account"])),
            words.t("It is not an invoice: nothing is ordered and nothing is due yet."),
        ),
        figures=(
            (words.t("Total"), money_text(facts["total"], words)),
            (words.t("Valid until"), day_text(facts["valid_until"], words)),
        ),
        after=(words.t("To accept it, reply to this mail."), questions(facts, words)),
    )


def _approval_decided(facts: Facts, words: Words, seller: str) -> Letter:
    amount = facts["amount"]
    asked = asked_for(
        ApprovalKind(facts["approval"]),
        facts["told"],
        Money(int(amount["minor"]), str(amount["currency"])) if amount else None,
        words,
    )
    is_approved = facts["status"] == ApprovalStatus.APPROVED
    done = words.t("It was done at once.") if is_approved else words.t("Nothing was changed.")
    reason = ((words.t("Reason"), str(facts["reason"])),) if facts["reason"] else ()
    return Letter(
        subject=words.t("Approved: {what}", what=asked) if is_approved else words.t("Not approved: {what}", what=asked),
        greeting=greeting(facts, words),
        paragraphs=(words.t("Your request for {account} was decided. {done}", account=facts["account"], done=done),),
        figures=(
            (words.t("Request"), asked),
            (words.t("Decision"), label(ApprovalStatus(facts["status"]), words)),
            *reason,
            (words.t("Decided by"), str(facts["decided_by"])),
        ),
    )


def _order_row(facts: Facts, words: Words) -> tuple[tuple[str, str], ...]:
    return ((words.t("Order number"), str(facts["order_number"])),) if facts.get("order_number") else ()


_LETTERS: Mapping[str, Callable[[Facts, Words, str], Letter]] = {
    "order_confirmation": _order_confirmation,
    "trial_welcome": _trial_welcome,
    "invoice": _invoice,
    "credit_note": _credit_note,
    "proposal": _proposal,
    "approval_decided": _approval_decided,
    **SEAT_LETTERS,
    **LIFECYCLE_LETTERS,
}
KINDS = tuple(_LETTERS)
