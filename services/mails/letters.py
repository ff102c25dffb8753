"""Letters: what each kind of mail says, as a subject and blocks, in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from data.money import Money
from data.period import Interval, Period
from services.words.i18n import Words
from services.words.labels import label
from services.words.taxes import tax_name

Facts = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Table:
    """Items with their column heads; the last column is an amount."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail before it is laid out. `figures`: labels and values; `after`: paragraphs below them."""

    subject: str
    greeting: str
    paragraphs: tuple[str, ...]
    table: Table | None = None
    figures: tuple[tuple[str, str], ...] = ()
    after: tuple[str, ...] = field(default_factory=tuple)


class UnknownMail(ValueError):
    """A row of a kind that has no letter."""


def letter(kind: str, facts: Facts, words: Words, *, seller: str) -> Letter:
    """The letter of a kind. Facts: amounts as {minor, currency}, days as ISO text. Raises UnknownMail, KeyError."""
    write = _LETTERS.get(kind)
    if write is None:
        raise UnknownMail(kind)
    return write(facts, words, seller)


def _order_confirmation(facts: Facts, words: Words, seller: str) -> Letter:
    after = [_questions(facts, words)]
    if facts.get("invoice_number"):
        text = words.t(
            "Invoice {number} follows in a mail of its own to {recipients}.",
            number=str(facts["invoice_number"]),
            recipients=list(facts.get("invoice_recipients", ())),
        )
        after.insert(0, text)
    figures = [
        (words.t("Order number"), str(facts["order_number"])),
        (words.t("Subtotal"), _money(facts["subtotal"], words)),
        (words.t("{tax} amount", tax=tax_name(words.region, words)), _money(facts["tax"], words)),
        (words.t("Total amount"), _money(facts["total"], words)),
    ]
    if facts.get("invoice_number"):
        figures.append((words.t("Due date"), _day(facts["due_on"], words)))
    return Letter(
        subject=words.t("Your order {number} is placed", number=str(facts["order_number"])),
        greeting=_greeting(facts, words),
        paragraphs=(
            words.t("Thank you. Order {number} for {account} has been placed.", **_named(facts)),
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
    plan = f"{item['product']} – {item['plan']}" if item.get("plan") else str(item["product"])
    seats = words.number(int(item["seats"]))
    if item.get("kind") == "seats":
        before = int(item.get("seats_before", 0))
        seats = f"{words.number(before)} → {seats}"
    interval = label(Interval(item["interval"]), words)
    return plan, seats, f"{interval} · {words.period(_period(item))}", _money(item["net"], words)


def _trial_welcome(facts: Facts, words: Words, seller: str) -> Letter:
    period = _period(facts)
    return Letter(
        subject=words.t("Your free trial of {product}", product=str(facts["product"])),
        greeting=_greeting(facts, words),
        paragraphs=(
            words.t("Welcome. {account} can try {product} – {plan} free of charge.", **_named(facts)),
            words.t("Nothing is invoiced for the trial, and no payment details are needed."),
        ),
        figures=(
            (words.t("First day"), words.day_long(period.start)),
            (words.t("Last day"), words.day_long(period.last_day)),
            (words.t("Seats"), words.number(int(facts["seats"]))),
        ),
        after=(_questions(facts, words),),
    )


def _invoice(facts: Facts, words: Words, seller: str) -> Letter:
    return Letter(
        subject=words.t("Invoice {number} from {seller}", number=str(facts["number"]), seller=seller),
        greeting=_greeting({}, words),
        paragraphs=(
            words.t("Please find invoice {number} for {account} attached as a PDF.", **_named(facts, "number")),
        ),
        figures=(
            (words.t("Total amount"), _money(facts["total"], words)),
            (words.t("Due date"), _day(facts["due_on"], words)),
            *_order_row(facts, words),
        ),
        after=(words.t("How to pay is printed on the invoice."), _questions(facts, words)),
    )


def _credit_note(facts: Facts, words: Words, seller: str) -> Letter:
    reason = ((words.t("Reason"), str(facts["reason"])),) if facts.get("reason") else ()
    return Letter(
        subject=words.t("Credit note {number} from {seller}", number=str(facts["number"]), seller=seller),
        greeting=_greeting({}, words),
        paragraphs=(
            words.t("Please find credit note {number} for {account} attached as a PDF.", **_named(facts, "number")),
        ),
        figures=((words.t("Total credit"), _money(facts["total"], words)), *reason, *_order_row(facts, words)),
        after=(
            words.t("It is set off against open invoices; any rest is a balance in your favour."),
            _questions(facts, words),
        ),
    )


def _proposal(facts: Facts, words: Words, seller: str) -> Letter:
    return Letter(
        subject=words.t("Proposal from {seller} for {account}", seller=seller, account=str(facts["account"])),
        greeting=_greeting(facts, words),
        paragraphs=(
            words.t("Please find our proposal for {account} attached as a PDF.", account=str(facts["account"])),
            words.t("It is not an invoice: nothing is ordered and nothing is due yet."),
        ),
        figures=(
            (words.t("Total"), _money(facts["total"], words)),
            (words.t("Valid until"), _day(facts["valid_until"], words)),
        ),
        after=(words.t("To accept it, reply to this mail."), _questions(facts, words)),
    )


def _seat_assigned(facts: Facts, words: Words, seller: str) -> Letter:
    assigned = words.several(list(facts["assigned"]))
    return Letter(
        subject=words.t("You have access to {products}", products=assigned),
        greeting=_greeting({"contact": facts.get("name")}, words),
        paragraphs=(
            words.t(
                "{account} has given you a license for {products}.", account=str(facts["account"]), products=assigned
            ),
            *(
                words.t("Access to {product} begins on {day}.", product=str(product), day=date.fromisoformat(day))
                for product, day in dict(facts.get("begins", {})).items()
            ),
            *_changed_set(facts, words),
        ),
    )


def _seat_released(facts: Facts, words: Words, seller: str) -> Letter:
    released = words.several(list(facts["released"]))
    return Letter(
        subject=words.t("Your access to {products} has ended", products=released),
        greeting=_greeting({"contact": facts.get("name")}, words),
        paragraphs=(
            words.t("{account} has changed your licenses.", account=str(facts["account"])),
            *_changed_set(facts, words),
        ),
    )


def _access_suspended(facts: Facts, words: Words, seller: str) -> Letter:
    account = str(facts["account"])
    return Letter(
        subject=words.t("Your access at {account} is suspended", account=account),
        greeting=_greeting({"contact": facts.get("name")}, words),
        paragraphs=(
            words.t("You no longer have a license from {account}, and your access is suspended.", account=account),
            *_changed_set(facts, words),
            words.t("If this is a mistake, ask the person who manages licenses in your company."),
        ),
    )


def _changed_set(facts: Facts, words: Words) -> list[str]:
    told = []
    if facts.get("released"):
        told.append(words.t("No longer available to you: {products}.", products=list(facts["released"])))
    if facts.get("kept"):
        told.append(words.t("You keep: {products}.", products=list(facts["kept"])))
    return told


def _greeting(facts: Facts, words: Words) -> str:
    name = str(facts.get("contact") or "")
    return words.t("Hello {name},", name=name) if name else words.t("Hello,")


def _questions(facts: Facts, words: Words) -> str:
    if not facts.get("rep_email"):
        return words.t("Any questions? Reply to this mail.")
    return words.t(
        "Any questions? Reply to this mail or write to {rep} ({email}).",
        rep=str(facts.get("rep", "")),
        email=str(facts["rep_email"]),
    )


def _order_row(facts: Facts, words: Words) -> tuple[tuple[str, str], ...]:
    return ((words.t("Order number"), str(facts["order_number"])),) if facts.get("order_number") else ()


def _named(facts: Facts, number: str = "order_number") -> dict[str, str]:
    """The names that sentences use, as text."""
    names = {name: str(facts.get(name, "")) for name in ("account", "product", "plan")}
    return names | {"number": str(facts.get(number, ""))}


def _money(amount: Facts, words: Words) -> str:
    return words.money(Money(int(amount["minor"]), str(amount["currency"])))


def _day(day: str, words: Words) -> str:
    return words.day_long(date.fromisoformat(day))


def _period(facts: Facts) -> Period:
    return Period(date.fromisoformat(facts["starts_on"]), date.fromisoformat(facts["ends_on"]))


_LETTERS: Mapping[str, Callable[[Facts, Words, str], Letter]] = {
    "order_confirmation": _order_confirmation,
    "trial_welcome": _trial_welcome,
    "invoice": _invoice,
    "credit_note": _credit_note,
    "proposal": _proposal,
    "seat_assigned": _seat_assigned,
    "seat_released": _seat_released,
    "access_suspended": _access_suspended,
}
KINDS = tuple(_LETTERS)
