"""Letters to licensed users about their seats."""

from collections.abc import Callable, Mapping
from datetime import date

from services.mails.parts import Facts, Letter, greeting
from services.words.i18n import Words


def _seat_assigned(facts: Facts, words: Words, seller: str) -> Letter:
    assigned = words.several(list(facts["assigned"]))
    return Letter(
        subject=words.t("You have access to {products}", products=assigned),
        greeting=greeting({"contact": facts.get("name")}, words),
        paragraphs=(
            words.t(
                "{account} has given you a license for {products}.", account=str(facts["account"]), products=assigned
            ),
            *_begins(facts, words),
            *_changed_set(facts, words),
        ),
    )


def _seat_released(facts: Facts, words: Words, seller: str) -> Letter:
    released = words.several(list(facts["released"]))
    return Letter(
        subject=words.t("Your access to {products} has ended", products=released),
        greeting=greeting({"contact": facts.get("name")}, words),
        paragraphs=(
            words.t("{account} has changed your licenses.", account=str(facts["account"])),
            *_changed_set(facts, words),
        ),
    )


def _access_suspended(facts: Facts, words: Words, seller: str) -> Letter:
    account = str(facts["account"])
    return Letter(
        subject=words.t("Your access at {account} is suspended", account=account),
        greeting=greeting({"contact": facts.get("name")}, words),
        paragraphs=(
            words.t("You no longer have a license from {account}, and your access is suspended.", account=account),
            *_changed_set(facts, words),
            words.t("If this is a mistake, ask the person who manages licenses in your company."),
        ),
    )


def _begins(facts: Facts, words: Words) -> list[str]:
    return [
        words.t("Access to {product} begins on {day}.", product=str(product), day=date.fromisoformat(day))
        for product, day in dict(facts.get("begins", {})).items()
    ]


def _changed_set(facts: Facts, words: Words) -> list[str]:
    told = []
    if facts.get("released"):
        told.append(words.t("No longer available to you: {products}.", products=list(facts["released"])))
    if facts.get("kept"):
        told.append(words.t("You keep: {products}.", products=list(facts["kept"])))
    return told


def _seat_invited(facts: Facts, words: Words, seller: str) -> Letter:
    products = words.several(list(facts["assigned"]))
    return Letter(
        subject=words.t("Invitation to use {products}", products=products),
        greeting=greeting({"contact": facts.get("name")}, words),
        paragraphs=(
            words.t("{account} invites you to use {products}.", account=str(facts["account"]), products=products),
            words.t("A license is reserved for you. To accept, tell the person who manages licenses in your company."),
            *_begins(facts, words),
            *_changed_set(facts, words),
        ),
    )


def _invitation_withdrawn(facts: Facts, words: Words, seller: str) -> Letter:
    products = words.several(list(facts["released"]))
    return Letter(
        subject=words.t("Invitation to use {products} withdrawn", products=products),
        greeting=greeting({"contact": facts.get("name")}, words),
        paragraphs=(
            words.t(
                "{account} has withdrawn its invitation to use {products}.",
                account=str(facts["account"]),
                products=products,
            ),
            *([words.t("You keep: {products}.", products=list(facts["kept"]))] if facts.get("kept") else []),
        ),
    )


def _seat_moved(facts: Facts, words: Words, seller: str) -> Letter:
    product = str(facts["product"])
    return Letter(
        subject=words.t("Your license for {product} has moved", product=product),
        greeting=greeting({"contact": facts.get("name")}, words),
        paragraphs=(
            words.t(
                "{account} has moved your license for {product} to the subscription {subscription}, plan {plan}.",
                account=str(facts["account"]),
                product=product,
                subscription=str(facts["subscription"]),
                plan=str(facts["plan"]),
            ),
            words.t("You keep your access, and there is nothing you need to do."),
        ),
    )


def _account(facts: Facts) -> dict[str, str]:
    return {"account": str(facts["account"])}


SEAT_LETTERS: Mapping[str, Callable[[Facts, Words, str], Letter]] = {
    "seat_assigned": _seat_assigned,
    "seat_released": _seat_released,
    "access_suspended": _access_suspended,
    "seat_invited": _seat_invited,
    "invitation_withdrawn": _invitation_withdrawn,
    "seat_moved": _seat_moved,
}
