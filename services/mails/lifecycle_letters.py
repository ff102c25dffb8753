"""Letters about the life of a subscription: trials' ends, cancellations, renewals, payments past due, statements."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta

from data.period import Interval
from services.mails.parts import Facts, Letter, day_text, greeting, money_text, named, questions
from services.words.i18n import Words
from services.words.labels import label


def _trial_extended(facts: Facts, words: Words, seller: str) -> Letter:
    return Letter(
        subject=words.t("Your free trial of {product} is longer", **named(facts)),
        greeting=greeting(facts, words),
        paragraphs=(
            words.t("{account} can go on trying {product} – {plan} free of charge.", **named(facts)),
            words.t("Nothing is invoiced for the trial, and no payment details are needed."),
        ),
        figures=((words.t("Last day"), _last_day(facts["ends_on"], words)), *_seats(facts, words)),
        after=(questions(facts, words),),
    )


def _trial_ending(facts: Facts, words: Words, seller: str) -> Letter:
    days = int(facts["days"])
    return Letter(
        subject=words.tn(
            "Your free trial of {product} ends in {n} day",
            "Your free trial of {product} ends in {n} days",
            days,
            product=str(facts["product"]),
        ),
        greeting=greeting(facts, words),
        paragraphs=(
            words.t("The free trial of {product} – {plan} for {account} is about to end.", **named(facts)),
            _what_follows(facts, words),
        ),
        figures=((words.t("Last day"), _last_day(facts["ends_on"], words)), *_seats(facts, words), *_net(facts, words)),
        after=(questions(facts, words),),
    )


def _what_follows(facts: Facts, words: Words) -> str:
    action = str(facts["end_action"])
    if action == "convert":
        return words.t(
            "From {day} it goes on as a paid subscription and is invoiced. If you do not want that, tell us before.",
            day=date.fromisoformat(facts["ends_on"]),
        )
    if action == "downgrade_to_free":
        return words.t(
            "From {day} it goes on as {plan}, free of charge. To keep all you have now, tell us before.",
            day=date.fromisoformat(facts["ends_on"]),
            plan=str(facts["to_plan"]),
        )
    return words.t("Nothing is charged. To keep access and the licenses as they are, tell us how many you need.")


def _trial_expired(facts: Facts, words: Words, seller: str) -> Letter:
    return Letter(
        subject=words.t("Your free trial of {product} has ended", **named(facts)),
        greeting=greeting(facts, words),
        paragraphs=(
            words.t(
                "The free trial of {product} – {plan} for {account} has ended, and with it access.", **named(facts)
            ),
            words.t("Nothing was charged. If you subscribe, those who had a license get it back."),
        ),
        figures=((words.t("Last day"), _last_day(facts["ended_on"], words)),),
        after=(questions(facts, words),),
    )


def _cancellation_confirmed(facts: Facts, words: Words, seller: str) -> Letter:
    confirmed = words.t("We confirm the cancellation of {product} – {plan} for {account}.", **named(facts))
    if facts.get("is_called_off"):
        return Letter(
            subject=words.t("Your cancellation of {product}", **named(facts)),
            greeting=greeting(facts, words),
            paragraphs=(
                confirmed,
                words.t("It does not start, and what was invoiced for it is credited in full with a credit note."),
            ),
            figures=((words.t("Start"), day_text(facts["ends_on"], words)), *_subscription(facts, words)),
            after=(questions(facts, words),),
        )
    return Letter(
        subject=words.t("Your cancellation of {product}", **named(facts)),
        greeting=greeting(facts, words),
        paragraphs=(
            confirmed,
            words.t(
                "You keep access until the end of the paid period. It is not renewed, and nothing more is invoiced."
            ),
            words.t("Until that day the cancellation can be taken back."),
        ),
        figures=((words.t("Last day of access"), _last_day(facts["ends_on"], words)), *_subscription(facts, words)),
        after=(questions(facts, words),),
    )


def _reactivated(facts: Facts, words: Words, seller: str) -> Letter:
    renews = words.t("Renews on") if facts["renews"] else words.t("Ends on")
    return Letter(
        subject=words.t("{product} goes on", **named(facts)),
        greeting=greeting(facts, words),
        paragraphs=(
            words.t("The cancellation of {product} – {plan} for {account} has been taken back.", **named(facts)),
            words.t("Access, licenses and billing go on as before."),
        ),
        figures=((renews, day_text(facts["renews_on"], words)), *_subscription(facts, words)),
        after=(questions(facts, words),),
    )


def _subscription_ended(facts: Facts, words: Words, seller: str) -> Letter:
    return Letter(
        subject=words.t("Your subscription of {product} has ended", **named(facts)),
        greeting=greeting(facts, words),
        paragraphs=(
            words.t(
                "The subscription of {product} – {plan} for {account} has ended, and with it access.", **named(facts)
            ),
            words.t("Invoices issued before stay as they are. To come back, tell us."),
        ),
        figures=((words.t("Last day of access"), _last_day(facts["ended_on"], words)), *_subscription(facts, words)),
        after=(questions(facts, words),),
    )


def _renewal_notice(facts: Facts, words: Words, seller: str) -> Letter:
    days = int(facts["days"])
    return Letter(
        subject=words.tn(
            "{product} renews in {n} day", "{product} renews in {n} days", days, product=str(facts["product"])
        ),
        greeting=greeting(facts, words),
        paragraphs=(
            words.t("The subscription of {product} – {plan} for {account} is about to renew.", **named(facts)),
            words.t("You need not do anything. To change seats or plan, or not to renew, tell us in time."),
        ),
        figures=(
            (words.t("Renews on"), day_text(facts["renews_on"], words)),
            (words.t("Last day to act"), day_text(facts["act_until"], words)),
            *_net(facts, words),
            *_seats(facts, words),
            *_subscription(facts, words),
        ),
        after=(questions(facts, words),),
    )


def _payment_reminder(facts: Facts, words: Words, seller: str) -> Letter:
    days = int(facts["days"])
    return Letter(
        subject=words.tn(
            "Reminder: invoice {number} is {n} day past due",
            "Reminder: invoice {number} is {n} days past due",
            days,
            number=str(facts["number"]),
        ),
        greeting=greeting(facts, words),
        paragraphs=(
            words.t("Invoice {number} for {account} has not been paid in full yet.", **named(facts, "number")),
            words.t("If your payment is under way, this mail needs no answer."),
        ),
        figures=(
            (words.t("Still to pay"), money_text(facts["open"], words)),
            (words.t("Total amount"), money_text(facts["total"], words)),
            (words.t("Due date"), day_text(facts["due_on"], words)),
        ),
        after=(words.t("How to pay is printed on the invoice."), questions(facts, words)),
    )


def _statement(facts: Facts, words: Words, seller: str) -> Letter:
    days = {name: day_text(facts[name], words) for name in ("first_on", "last_on")}
    overdue = ((words.t("Overdue"), money_text(facts["overdue"], words)),) if int(facts["overdue"]["minor"]) else ()
    return Letter(
        subject=words.t("Statement of account from {seller}", seller=seller),
        greeting=greeting(facts, words),
        paragraphs=(
            words.t("Please find the statement of account of {account} attached as a PDF.", **named(facts)),
            words.t("It lists what was booked from {first_on} to {last_on}.", **days),
        ),
        figures=((words.t("Balance on {day}", day=days["last_on"]), money_text(facts["balance"], words)), *overdue),
        after=(words.t("If your payment is under way, this mail needs no answer."), questions(facts, words)),
    )


def _last_day(exclusive: str, words: Words) -> str:
    """The last day before an exclusive end: readers count days they have."""
    return words.day_long(date.fromisoformat(exclusive) - timedelta(days=1))


def _seats(facts: Facts, words: Words) -> tuple[tuple[str, str], ...]:
    return ((words.t("Seats"), words.number(int(facts["seats"]))),)


def _subscription(facts: Facts, words: Words) -> tuple[tuple[str, str], ...]:
    return ((words.t("Subscription"), str(facts["reference"])),)


def _net(facts: Facts, words: Words) -> tuple[tuple[str, str], ...]:
    """The price of a period, where one is named."""
    if not facts.get("net"):
        return ()
    name = words.t("Price before tax, {interval}", interval=label(Interval(facts["interval"]), words))
    return ((name, money_text(facts["net"], words)),)


LIFECYCLE_LETTERS: Mapping[str, Callable[[Facts, Words, str], Letter]] = {
    "trial_extended": _trial_extended,
    "trial_ending": _trial_ending,
    "trial_expired": _trial_expired,
    "cancellation_confirmed": _cancellation_confirmed,
    "reactivated": _reactivated,
    "subscription_ended": _subscription_ended,
    "renewal_notice": _renewal_notice,
    "payment_reminder": _payment_reminder,
    "statement": _statement,
}
