"""SEPA direct debits: on which day, in which sequence, by a mandate that still holds; the banks' return reasons."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from data.money import Money
from data.period import months_after
from services.errors import Conflict, Problem, Unlawful
from services.rules.banking_days import banking_day_after, is_banking_day

CURRENCY = "EUR"
FARTHEST = 60  # days ahead
MANDATE_MONTHS = 36


class NoCreditor(Unlawful):
    """The selling entity lacks a creditor id or an account in euros: `seller`."""


class NothingToCollect(Unlawful):
    """No invoice was chosen."""


class DebitChanged(Conflict):
    """An invoice that was to be collected is paid, disputed, in another batch or without mandate by now: `numbers`."""


class BatchIsClosed(Unlawful):
    """The batch is booked or cancelled already."""


class NotCollectedYet(Unlawful):
    """The batch's collection day is still to come: `collect_on`."""


class DebitIsClosed(Unlawful):
    """The debit was returned or cancelled before."""


class Sequence(StrEnum):
    """The first collection of a mandate, or a further one."""

    FIRST = "FRST"
    RECURRING = "RCUR"


class ReturnReason(StrEnum):
    """Why a bank returned a direct debit (ISO 20022 external return reasons)."""

    NO_FUNDS = "AM04"
    ACCOUNT_WRONG = "AC01"
    ACCOUNT_CLOSED = "AC04"
    ACCOUNT_BLOCKED = "AC06"
    NOT_ALLOWED = "AG01"
    NO_MANDATE = "MD01"
    REFUND_ASKED = "MD06"
    DEBTOR_DECEASED = "MD07"
    REFUSED = "MS02"
    NOT_GIVEN = "MS03"
    SPECIFIC_SERVICE = "SL01"


@dataclass(frozen=True, slots=True)
class Collectable:
    """An open invoice that can be collected: by which mandate, from which bank account."""

    account_id: int
    account: str
    invoice_id: int
    number: str
    due_on: date
    open: Money
    iban: str
    bic: str
    mandate: str
    signed_on: date
    sequence: Sequence


@dataclass(frozen=True, slots=True)
class DebitBatchRequest:
    """What to collect for a selling entity on a day: (account id, invoice id) of each. One request key is one batch."""

    seller: str
    collect_on: date
    invoices: tuple[tuple[int, int], ...]
    request_key: str


def earliest_collection(today: date) -> date:
    """The first day a batch made today can be collected on: the next banking day."""
    return banking_day_after(today)


def day_problems(collect_on: date, today: date) -> list[Problem]:
    """What is wrong with a collection day."""
    if collect_on < earliest_collection(today) or collect_on > today + timedelta(days=FARTHEST):
        latest = today + timedelta(days=FARTHEST)
        return [Problem("collect_on", "day_between", {"first": earliest_collection(today), "last": latest})]
    return [] if is_banking_day(collect_on) else [Problem("collect_on", "no_banking_day")]


def holds(last_used_on: date | None, collect_on: date) -> bool:
    """Whether a mandate still holds: it lapses 36 months after it was last used (SEPA rulebook, section 4.1)."""
    return last_used_on is None or collect_on < months_after(last_used_on, MANDATE_MONTHS)


def end_to_end_id(number: str, debit_id: int) -> str:
    """What the bank gives back with a return: the invoice and the debit, at most 35 characters."""
    return f"{number[:22]}-{debit_id % 10**12:012d}"[:35]
