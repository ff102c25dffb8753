"""The sheet of a licence position: its facts worded in the reader's language, ready to be rendered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from services.documents.blocks import address_rows
from services.documents.facts import BuyerFacts, SellerFacts
from services.documents.sheet import Sheet, printed
from services.rules.licence_position import PositionLine, Totals
from services.words.i18n import Words
from services.words.labels import label
from services.words.taxes import tax_number_name

TEMPLATE = "position-1"  # a changed template is a new file


@dataclass(frozen=True, slots=True)
class PrintedHolder:
    """Somebody with a seat as the paper names them: a short mark where names are hidden."""

    person: str
    email: str
    product: str
    reference: str
    held_since: date
    is_pending: bool
    last_seen_on: date | None


@dataclass(frozen=True, slots=True)
class PositionFacts:
    """All that a licence position prints. `held`: seats held, also those beyond the ones listed in `holders`.

    `is_today`: the day is the one it is printed on, so the day is not over. `in_use_days`: what counts as in use.
    """

    language: str
    day: date
    issued_on: date
    is_today: bool
    seller: SellerFacts
    buyer: BuyerFacts
    lines: tuple[PositionLine, ...]
    totals: Totals
    in_use_days: tuple[int, ...]
    with_holders: bool
    holders: tuple[PrintedHolder, ...]
    held: int
    hides_names: bool


def position_sheet(facts: PositionFacts) -> Sheet:
    """The worded position as JSON-ready values; all text is printable, and nothing is left to work out or format."""
    words = Words(facts.language, facts.seller.address.country)
    return printed(
        {
            "template": TEMPLATE,
            "language": facts.language,
            "paper": "us-letter" if facts.seller.address.country == "US" else "a4",
            "issued_on": facts.issued_on.isoformat(),
            "title": words.t("Licence position"),
            "day": words.t("on {day}", day=words.day_long(facts.day)),
            "seller": {"name": facts.seller.legal_name, "rows": address_rows(facts.seller.address, words)},
            "buyer": _buyer(facts.buyer, words),
            "headline": _headline(facts, words),
            "heads": _heads(facts, words),
            "rows": [_row(line, facts, words) for line in facts.lines],
            "none": "" if facts.lines else words.t("The account had no live subscription on this day."),
            "totals": _totals(facts.totals, words),
            "notes": _notes(facts, words),
            "holders": _holders(facts, words),
            "footer": [part for part in (facts.seller.legal_name, facts.seller.register_line) if part],
            "printed": words.t("Printed on {day}", day=facts.issued_on),
            "page": words.t("Page {page} of {pages}"),
        }
    )


def evidence(line: PositionLine, day: date, words: Words) -> str:
    """How old the evidence of use is, and what of."""
    age = line.evidence_age(day)
    if age is None:
        return words.t("no evidence")
    if not line.names_users:
        told = words.t("subscription only, up to {day}", day=line.evidence_until)
    else:
        told = words.t("users, up to {day}", day=line.evidence_until)
    return f"{told} ({words.tn('{n} day old', '{n} days old', age)})" if age else told


def renewal(line: PositionLine, words: Words) -> str:
    """What happens at the end of the period, as far as was known."""
    end = line.state.period.end
    return words.t("renews {day}", day=end) if line.renews else words.t("ends {day}", day=end)


def _buyer(buyer: BuyerFacts, words: Words) -> dict[str, object]:
    rows = address_rows(buyer.address, words)
    if buyer.tax_number:
        rows.append(f"{tax_number_name(buyer.address.country, words)}: {buyer.tax_number}")
    rows.append(words.t("Customer number {code}", code=buyer.code))
    return {"label": words.t("Licences of"), "name": buyer.legal_name, "rows": rows}


def _headline(facts: PositionFacts, words: Words) -> str:
    sums = facts.totals
    told = words.t(
        "{assigned} of {bought} seats assigned, {free} free", assigned=sums.assigned, bought=sums.bought, free=sums.free
    )
    return told if sums.in_use is None else words.t("{told}, {n} in use", told=told, n=sums.in_use)


def _heads(facts: PositionFacts, words: Words) -> list[str]:
    currency = facts.totals.monthly.currency
    return [
        words.t("Product and plan"), words.t("Status"), words.t("Bought"), words.t("Assigned"), words.t("Pending"),
        words.t("In use"), words.t("Free"), words.t("Seat a month ({currency})", currency=currency),
        words.t("Month ({currency})", currency=currency), words.t("Period"), words.t("Evidence of use"),
    ]  # fmt: skip


def _row(line: PositionLine, facts: PositionFacts, words: Words) -> list[list[str]]:
    """A cell is its lines, the first in black."""
    number = words.number
    name = f"{line.product_name} – {line.plan_name}"
    return [
        [name, line.reference],
        [label(line.state.status, words)],
        [number(line.bought)],
        [number(line.assigned)],
        [number(line.pending)],
        [words.t("n/a") if line.in_use is None else number(line.in_use)],
        [number(line.free)],
        [words.amount(line.per_seat)],
        [words.amount(line.monthly)],
        [words.period(line.state.period), renewal(line, words)],
        [evidence(line, facts.day, words)],
    ]


def _totals(sums: Totals, words: Words) -> list[str]:
    number = words.number
    in_use = words.t("n/a") if sums.in_use is None else number(sums.in_use)
    counts = (number(sums.bought), number(sums.assigned), number(sums.pending), in_use, number(sums.free))
    return [words.t("Total"), "", *counts, "", words.amount(sums.monthly), "", ""]


def _notes(facts: PositionFacts, words: Words) -> list[str]:
    days = words.several([words.number(each) for each in facts.in_use_days])
    notes = [
        words.t("As of now: the day is not over.")
        if facts.is_today
        else words.t("As it was at the end of the day (UTC), from the history of subscriptions and seats."),
        words.t(
            "Pending: invitations not accepted; they count as assigned. Free: bought less assigned. Prices "
            "are what was agreed, discounts taken off, before tax."
        ),
    ]
    if facts.in_use_days:
        notes.append(
            words.t(
                "In use: assigned seats with activity in the {days} days up to the day, where users are named; n/a "
                "where nothing tells of them.",
                days=days,
            )
        )
    return notes


def _holders(facts: PositionFacts, words: Words) -> dict[str, object]:
    if not facts.with_holders:
        return {"title": "", "heads": [], "rows": [], "note": ""}
    left = facts.held - len(facts.holders)
    note = words.t("Names are hidden for this account: a person is a short mark.") if facts.hides_names else ""
    if left:
        note = words.tn(
            "{n} more seat is in the file of the list.", "{n} more seats are in the file of the list.", left
        )
    return {
        "title": words.t("Seats and who held them"),
        "heads": [
            words.t("Person"), words.t("Email"), words.t("Product"), words.t("Subscription"), words.t("Seat since"),
            words.t("Last seen"),
        ],
        "rows": [_holder(one, words) for one in facts.holders],
        "note": note,
    }  # fmt: skip


def _holder(one: PrintedHolder, words: Words) -> list[str]:
    seen = words.day(one.last_seen_on) if one.last_seen_on else words.t("invited") if one.is_pending else "–"
    return [one.person, one.email, one.product, one.reference, words.day(one.held_since), seen]
