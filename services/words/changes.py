"""Changes of subscriptions in words: what waits for a renewal, why a credit note is issued, what a timing is called."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from services.rules.changes import Timing
from services.rules.order_items import QuotedItem
from services.rules.scheduled import ScheduledFields
from services.words.i18n import N_, Words
from services.words.labels import label

TIMINGS: Mapping[Timing, str] = {
    Timing.RESET: N_("Start a new period today"),
    Timing.KEEP: N_("Keep the current period"),
    Timing.RENEWAL: N_("At the renewal"),
    Timing.CO_TERM: N_("Until the common date"),
}


def timing_words(timing: Timing, words: Words) -> str:
    """What a timing is called on the screen."""
    return words.t(TIMINGS[timing])


def scheduled_words(fields: ScheduledFields, words: Words, *, plan: str = "") -> str:
    """What a scheduled change names: "6 seats · Annual · 10 % discount". `plan`: the name of its plan."""
    return " · ".join(_named(fields, words, plan))


def _named(fields: ScheduledFields, words: Words, plan: str) -> Iterator[str]:
    if fields.plan is not None:
        yield words.t("plan {plan}", plan=plan or fields.plan)
    if fields.seats is not None:
        yield words.tn("{n} seat", "{n} seats", fields.seats)
    if fields.interval is not None:
        yield label(fields.interval, words)
    if fields.changes_discount:
        discount = fields.discount
        if discount is None:
            yield words.t("without discount")
        elif discount.percent is not None:
            yield words.t("discount: {discount}", discount=words.percent(discount.percent))
        elif discount.unit_amount is not None:
            yield words.t("{price} a seat, negotiated", price=words.number(discount.unit_amount))
    if fields.takes_new_price:
        yield words.t("the price of that day")


def change_reason(items: Sequence[QuotedItem], words: Words) -> str:
    """The reason that a credit note prints: what changed and from when on, of each product."""
    told = [" ".join(_reasons(item, words)) for item in items]
    if len(items) == 1:
        return told[0]
    return " ".join(f"{item.plan.product_name}: {text}" for item, text in zip(items, told, strict=True))


def _reasons(item: QuotedItem, words: Words) -> Iterator[str]:
    yield from (words.t(text) for text in _changed(item))
    day = item.effective_on
    if item.opens_period:
        yield words.t("A new billing period begins on {day}.", day=day)
    else:
        yield words.t("The change holds from {day} on.", day=day)


def _changed(item: QuotedItem) -> Iterator[str]:
    assert item.before is not None
    now = item.before.running
    if item.plan.plan != item.before.plan.plan:
        yield N_("The plan was changed.")
    if item.item.seats > now.seats:
        yield N_("Seats were added.")
    if item.item.seats < now.seats:
        yield N_("Seats were given back.")
    if item.price.interval is not now.price.interval:
        yield N_("The billing plan was changed.")
    if item.discount != now.discount:
        yield N_("The discount was changed.")
