"""Dates that can cost money: kinds of decisions, the last day to act, and what has been decided already."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from data.money import Money, exponent

AHEAD_DAYS = 90  # how far the list looks unless it is told


class Kind(StrEnum):
    """What is to be decided. `CO_TERM` is a renewal, too: one that falls on its account's common date.

    A renewal is decided by the agreed notice (`NOTICE`); where that is over, up to the day before it (`RENEWAL`): the
    notice binds the parties, not the portal, which takes a change until the night renews (billing rules §7).
    """

    TRIAL = "trial"
    NOTICE = "notice"
    RENEWAL = "renewal"
    CO_TERM = "co_term"
    NEW_PRICE = "new_price"
    WAITING = "waiting"
    END = "end"
    START = "start"
    PURCHASE_ORDER = "purchase_order"
    MANDATE = "mandate"
    EXEMPTION = "exemption"
    PROPOSAL = "proposal"
    CART = "cart"


OF_SUBSCRIPTION = (Kind.TRIAL, Kind.NOTICE, Kind.RENEWAL, Kind.NEW_PRICE, Kind.WAITING, Kind.END, Kind.START)


class Key(NamedTuple):
    """A decision as it was found: its kind, whose, about what, and its last day to act."""

    kind: Kind
    account_id: int
    subject_id: int
    last_on: date


@dataclass(frozen=True, slots=True)
class Decision:
    """A date that can cost money. `stake`: what doing nothing costs; negative: what is not billed, sold or collected.

    `day`: when it takes effect; `last_on`: the last day to act. `subscription_id`: 0 where it is about none. `way`: a
    code of `decision_texts` where a kind ends in several ways. `other`: the amount it is compared with (the price so
    far, the fewer seats). `by_notice`: the day by the agreed notice. `po_number`: the purchase order that is not
    valid on the day any more. None in `stake`: it can't be worked out.
    """

    key: Key
    day: date
    account: str
    owner: str
    subject: str = ""
    subscription_id: int = 0
    seats: int = 0
    currency: str = ""
    stake: Money | None = None
    way: str = ""
    other: Money | None = None
    by_notice: date | None = None
    is_common: bool = False
    po_number: str = ""


@dataclass(frozen=True, slots=True)
class DecisionFilter:
    """What the calendar is limited to; what is empty limits nothing. Hashable: caches are keyed by it.

    From `today` on, the last day to act before `until`. `rep_id`: `report_filters.NOBODY` for accounts without one.
    `text`: words of the account. `at_least`: major units, in whatever currency. `is_long`: without terms of a month.
    """

    today: date
    until: date
    kind: str = ""
    rep_id: int | None = None
    account_id: int | None = None
    text: str = ""
    product: str = ""
    currency: str = ""
    at_least: int = 0
    is_long: bool = False


@dataclass(frozen=True, slots=True)
class DayAtStake:
    """What can be decided up to a day, in one currency: how many, what doing nothing costs, and what it loses.

    `costs` is billed if nothing is done; `loses` (not negative) is not billed, sold or collected then. `unknown`: how
    many of them are not in the amounts.
    """

    day: date
    count: int
    costs: Money
    loses: Money
    unknown: int = 0


def is_common_date(day: date, co_term_on: str | None) -> bool:
    """Whether the day is the account's common date, MM-DD."""
    return co_term_on is not None and f"{day:%m-%d}" == co_term_on


def minor_at_least(major: int, currency: str) -> int:
    """An amount in major units, in minor units of the currency."""
    return major * int(10 ** exponent(currency))
