"""What is asked when money comes or goes: requests, their faults, and what billing refuses (billing rules §8)."""

import hashlib
from dataclasses import dataclass, replace
from datetime import date

from data.money import Money
from services.errors import Problem, Unlawful
from services.rules import text
from services.rules.payment_means import PaymentMeans

LARGEST = 10**15  # minor units: beyond that it is a slip


class PaymentIsReversed(Unlawful):
    """The payment failed or was returned before: `reversed_on`."""


class WriteOffReversed(Unlawful):
    """The write-off was taken back before: `reversed_on`."""


class BalanceRefunded(Unlawful):
    """What is left to take back of the payment was refunded: `refunded` (Money). The refund is reversed first."""


class MoreThanOpen(Unlawful):
    """More than is open on the invoice: `number`, `open`, `asked` (Money)."""


class MoreThanPaid(Unlawful):
    """More than the payment has to give: `available`, `asked` (Money)."""


class BalanceTooSmall(Unlawful):
    """The account's balance does not cover it: `left`, `asked` (Money)."""


class NothingOpen(Unlawful):
    """Nothing is open on the invoice: `number`."""


class AlreadyDisputed(Unlawful):
    """The invoice is disputed already: `number`, `opened_on`."""


class LineIsClosed(Unlawful):
    """The line of the statement was booked or set aside before."""


class NotDisputed(Unlawful):
    """The invoice is not disputed: `number`."""


@dataclass(frozen=True, slots=True)
class PaymentRequest:
    """Money received from an account. The same request key is the same payment, for ever.

    `invoice_id`: the invoice it is meant for, paid first, then `further` ones; then the oldest by due day and number,
    the rest is balance.
    """

    account_id: int
    amount: Money
    received_on: date
    means: str
    reference: str
    request_key: str
    invoice_id: int | None = None
    further: tuple[int, ...] = ()

    def cleaned(self) -> "PaymentRequest":
        """The same with its text as it is stored."""
        return replace(self, reference=text.cleaned(self.reference))

    def faults(self, *, currency: str, today: date) -> list[Problem]:
        """What is wrong with it for an account billed in that currency."""
        problems = amount_problems(self.amount, currency)
        if self.received_on > today:
            problems.append(Problem("received_on", "day_ahead", {"today": today}))
        if self.means not in set(PaymentMeans):
            problems.append(Problem("payment_means", "not_a_choice"))
        return problems + text.typed_problems("reference", self.reference, limit=text.LONGEST_LINE)

    @property
    def payload_hash(self) -> str:
        """What tells another payment that comes with the same key."""
        meant = self.chosen or ("",)
        return payload_hash(self.amount, self.received_on, self.means, self.reference, *meant)

    @property
    def chosen(self) -> tuple[int, ...]:
        """The invoices it is meant for, in order."""
        return (() if self.invoice_id is None else (self.invoice_id,)) + self.further


def payload_hash(*parts: object) -> str:
    """A hash of what was asked."""
    return hashlib.sha256("\n".join(map(str, parts)).encode("utf-8", "surrogatepass")).hexdigest()


def amount_problems(amount: Money, currency: str) -> list[Problem]:
    """What is wrong with an amount that must be positive and in that currency."""
    if amount.currency != currency:
        return [Problem("amount", "other_currency", {"currency": currency})]
    if amount.minor <= 0:
        return [Problem("amount", "not_positive")]
    return [Problem("amount", "too_large", {"limit": Money(LARGEST, currency)})] if amount.minor > LARGEST else []


@dataclass(frozen=True, slots=True)
class RefundRequest:
    """Balance to be paid back, once a second person approves."""

    account_id: int
    amount: Money
    means: str
    reason: str
    request_key: str

    def cleaned(self) -> "RefundRequest":
        """The same with its text as it is stored."""
        return replace(self, reason=text.one_line(self.reason))

    def faults(self, currency: str) -> list[Problem]:
        """What is wrong with it for an account billed in that currency."""
        problems = amount_problems(self.amount, currency)
        if self.means not in set(PaymentMeans):
            problems.append(Problem("payment_means", "not_a_choice"))
        return problems + text.reason_problems(self.reason)


@dataclass(frozen=True, slots=True)
class WriteOffRequest:
    """What is open on an invoice, or a part of it, to be given up, once a second person approves."""

    account_id: int
    invoice_id: int
    amount: Money
    reason: str
    request_key: str

    def cleaned(self) -> "WriteOffRequest":
        """The same with its text as it is stored."""
        return replace(self, reason=text.one_line(self.reason))

    def faults(self, currency: str) -> list[Problem]:
        """What is wrong with it for an invoice in that currency."""
        return amount_problems(self.amount, currency) + text.reason_problems(self.reason)
