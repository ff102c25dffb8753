"""What a change comes to in words: its lines, what follows, what should be said, and all of it for the customer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from services.rules.change_outlook import DefaultReason, Outlook, Warn
from services.rules.changes import Timing
from services.rules.order_items import QuotedItem
from services.rules.proration import DueLine, LineKind
from services.words.changes import scheduled_words, timing_words
from services.words.derivations import derivation_sentence
from services.words.i18n import N_, Words
from services.words.labels import label
from services.words.orders import discount_words

DEFAULTS: Mapping[DefaultReason, str] = {
    DefaultReason.ONLY_FALLS: N_("the default: it only gets less, so what is paid for runs out first."),
    DefaultReason.BILLED_ELSEWHERE: N_("the default: another system billed the period, so nothing of it is credited."),
    DefaultReason.SOMETHING_RISES: N_(
        "the default: something rises or another billing plan begins, so a period starts today."
    ),
}
_TAKES_EFFECT: Mapping[Timing, str] = {
    Timing.RESET: N_("A new billing period begins today and runs until {last_day}."),
    Timing.KEEP: N_("The current billing period stays and runs until {last_day}."),
    Timing.RENEWAL: N_("Nothing changes today; it takes effect at the renewal on {day}."),
    Timing.CO_TERM: N_("A billing period begins today and runs until the account's common date, {day}."),
}


def wanted_words(quoted: QuotedItem, words: Words) -> str:
    """What changes, old → new: "Professional → Enterprise · 10 → 15 seats"; what stays is left out."""
    return " · ".join(_changed(quoted, words))


def _changed(quoted: QuotedItem, words: Words) -> Iterator[str]:
    before = quoted.before
    if before is None:
        return
    now = before.running
    if before.plan.plan != quoted.plan.plan:
        yield f"{before.plan.name} → {quoted.plan.name}"
    if now.seats != quoted.item.seats:
        yield f"{words.number(now.seats)} → {words.tn('{n} seat', '{n} seats', quoted.item.seats)}"
    if now.price.interval is not quoted.price.interval:
        yield f"{label(now.price.interval, words)} → {label(quoted.price.interval, words)}"
    if now.discount != quoted.discount:
        old = discount_words(now.discount, now.price, words) or words.t("without discount")
        new = discount_words(quoted.discount, quoted.price, words) or words.t("without discount")
        yield f"{old} → {new}"


def takes_effect(quoted: QuotedItem, words: Words) -> str:
    """From when on, and until when the period then runs."""
    assert quoted.timing is not None
    text = _TAKES_EFFECT[quoted.timing]
    if quoted.timing is Timing.KEEP and quoted.opens_period:
        text = _TAKES_EFFECT[Timing.RESET]
    last_day, day = words.day_long(quoted.period.last_day), words.day_long(quoted.period.end)
    return words.t(text, last_day=last_day, day=day) if "{last_day}" in text else words.t(text, day=day)


def line_title(line: DueLine, quoted: QuotedItem, words: Words) -> str:
    """Which line it is: "Credit of what is unused · Professional · 11 Apr 2026 – 31 Dec 2026"."""
    is_credit = line.kind is LineKind.CREDIT
    plan = quoted.before.plan if quoted.before and is_credit else quoted.plan
    kind = words.t("Credit of what is unused") if is_credit else words.t("Charge")
    return f"{kind} · {plan.name} · {words.period(line.period)}"


def line_sentence(line: DueLine, outlook: Outlook, words: Words) -> str:
    """How the line comes about, with seats and price where a credit takes back a line of its own."""
    return derivation_sentence(line.derivation, words, outlook.originals)


def warning_words(warning: Warn, outlook: Outlook, words: Words, *, assigned: int, plan: str = "") -> str:
    """What should be said. `assigned`: seats given out; `plan`: the name of the plan that waits for the renewal."""
    quoted = outlook.quoted
    waiting = quoted.before.scheduled if quoted.before else None
    if warning is Warn.COSTS_THOUGH_LESS:
        return words.t(
            "It gets less, and yet {amount} is due today: a whole new period is charged now.", amount=outlook.net
        )
    if warning is Warn.RELEASE_SEATS:
        return words.t(
            "Seats to release before the renewal: {n}. Otherwise the fall waits.",
            n=assigned - quoted.item.seats,
        )
    fields = scheduled_words(waiting, words, plan=plan) if waiting else ""
    texts = {
        Warn.UNDONE_AT_RENEWAL: N_("What waits for the renewal takes this back: {fields}."),
        Warn.STILL_SCHEDULED: N_("What waits for the renewal stays: {fields}."),
        Warn.REPLACES_SCHEDULED: N_("It takes the place of what waits for the renewal: {fields}."),
    }
    return words.t(texts[warning], fields=fields)


def outlook_text(outlook: Outlook, words: Words, *, tax: str) -> str:
    """All of it, a line each, to be copied to the customer. `tax`: what the tax is called."""
    return "\n".join(_told(outlook, words, tax))


def _told(outlook: Outlook, words: Words, tax: str) -> Iterator[str]:
    quoted = outlook.quoted
    assert quoted.timing is not None
    yield f"{quoted.plan.product_name}: {wanted_words(quoted, words)} ({timing_words(quoted.timing, words)})"
    yield takes_effect(quoted, words)
    for line in quoted.lines:
        yield f"{line_title(line, quoted, words)}: {line_sentence(line, outlook, words)}"
    yield words.t(
        "Due today: {net} plus {tax} {amount} = {total}",
        net=outlook.net,
        tax=tax,
        amount=outlook.tax,
        total=outlook.total,
    )
    if outlook.paid.credit:
        yield words.t(
            "Credit, counted in above: {credit}; balance in your favour afterwards: {balance}",
            credit=outlook.paid.credit,
            balance=outlook.paid.balance,
        )
    coming = outlook.next_invoice
    if coming is not None:
        yield words.t(
            "Next invoice on {day}: {total} with {tax}", day=words.day_long(coming.on), total=coming.total, tax=tax
        )
