"""Decisions in words: what each kind is called, and what doing nothing comes to."""

from __future__ import annotations

from collections.abc import Mapping

from services.rules.decisions import Decision, Kind
from services.words.i18n import N_, Words

KINDS: Mapping[str, str] = {
    Kind.NOTICE.value: N_("Last day of notice"),
    Kind.RENEWAL.value: N_("Renewal"),
    Kind.CO_TERM.value: N_("Common date"),
    Kind.TRIAL.value: N_("End of trial"),
    Kind.NEW_PRICE.value: N_("New price"),
    Kind.WAITING.value: N_("Fewer seats wait"),
    Kind.END.value: N_("Ends, not renewed"),
    Kind.START.value: N_("Start"),
    Kind.PURCHASE_ORDER.value: N_("Purchase order expires"),
    Kind.MANDATE.value: N_("Mandate lapses"),
    Kind.EXEMPTION.value: N_("Tax exemption ends"),
    Kind.PROPOSAL.value: N_("Proposal expires"),
    Kind.CART.value: N_("Cart at the old price"),
}
# What doing nothing comes to, by kind and way. `{amount}` is never negative.
_SENTENCES: Mapping[tuple[str, str], str] = {
    (Kind.NOTICE, ""): N_("Doing nothing costs {amount} for the term from {day}; last day {last}."),
    (Kind.RENEWAL, ""): N_(
        "Doing nothing costs {amount} for the term from {day}. Notice was due on {notice}; last day {last}."
    ),
    (Kind.NEW_PRICE, ""): N_(
        "Doing nothing costs {amount} for the term from {day}, at the new price; {other} so far. Last day {last}."
    ),
    (Kind.WAITING, ""): N_(
        "Doing nothing costs {amount} for the term from {day} instead of {other}: the fall to {seats} seats waits "
        "until seats are released; last day {last}."
    ),
    (Kind.TRIAL, "converts"): N_(
        "Doing nothing costs {amount}: the trial becomes paid by itself on {day}; last day {last}."
    ),
    (Kind.TRIAL, "downgrades"): N_(
        "Doing nothing costs {amount}: from {day} on it runs as the smaller plan; last day {last}."
    ),
    (Kind.TRIAL, "expires"): N_(
        "Doing nothing ends the trial on {day}: {amount} a term is not sold, and {seats} assigned seats lose access; "
        "last day {last}."
    ),
    (Kind.TRIAL, "expires_unused"): N_(
        "Doing nothing ends the trial on {day}: {amount} a term is not sold; no seat is assigned. Last day {last}."
    ),
    (Kind.END, ""): N_("Doing nothing ends it on {day}: {amount} a term is not billed any more; last day {last}."),
    (Kind.START, ""): N_(
        "Doing nothing costs {amount}: it starts on {day}. Up to {last} it can be called off and is credited in full."
    ),
    (Kind.PURCHASE_ORDER, ""): N_(
        "Doing nothing leaves {amount} without a valid purchase order: from {day} on the night sets the account aside. "
        "It is valid through {last}."
    ),
    (Kind.MANDATE, ""): N_(
        "Doing nothing lets the mandate lapse: {amount} of renewals from {day} on cannot be collected by it. It holds "
        "through {last}."
    ),
    (Kind.EXEMPTION, ""): N_(
        "Doing nothing costs {amount} of tax on the next renewals, the first on {day}; the exemption holds "
        "through {last}."
    ),
    (Kind.PROPOSAL, ""): N_(
        "Doing nothing lets the proposal expire: {amount} with tax is not sold at its prices; last day {last}."
    ),
    (Kind.CART, ""): N_("Ordering from {day} on costs {amount} more than {other}; last day {last}."),
    (Kind.CART, "less"): N_("Ordering from {day} on costs {amount} less than {other}: wait for it."),
}
_UNKNOWN = N_("What doing nothing comes to cannot be worked out: there is no price for it. Last day {last}.")
_PO = N_("Purchase order {number} is not valid then: the night sets the account aside.")
_COMMON = N_("It is the account's common date.")


def kind_name(kind: str, words: Words) -> str:
    """What a kind is called."""
    return words.t(KINDS[kind])


def decision_sentence(one: Decision, words: Words) -> str:
    """What doing nothing costs or loses, and the last day."""
    if one.stake is None:
        return words.t(_UNKNOWN, last=one.key.last_on)
    told = words.t(
        _SENTENCES[one.key.kind, one.way],
        amount=abs(one.stake),
        day=one.day,
        last=one.key.last_on,
        notice=one.by_notice or one.key.last_on,
        other=one.other if one.other is not None else "–",
        seats=one.seats,
    )
    notes = [words.t(_COMMON)] if one.is_common else []
    if one.po_number:
        notes.append(words.t(_PO, number=one.po_number))
    return " ".join([told, *notes])
