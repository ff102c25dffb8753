"""What a change leads to: what its credits pay, what comes at the next renewals, what should be said about it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from data.money import Money
from data.period import Period
from services.rules.bills import Bill
from services.rules.changes import Timing
from services.rules.derivations import Derivation
from services.rules.order_facts import OrderFacts, Owned
from services.rules.order_items import QuotedItem
from services.rules.proration import DueLine
from services.rules.scheduled import Renewed, Terms, renewed


class Warn(StrEnum):
    """What should be said about a change before it is made."""

    COSTS_THOUGH_LESS = "costs_though_less"  # fewer seats or a lower plan, yet money is due today
    RELEASE_SEATS = "release_seats"  # more seats are assigned than the renewal will have
    UNDONE_AT_RENEWAL = "undone_at_renewal"  # what waits for the renewal takes plan or interval back
    STILL_SCHEDULED = "still_scheduled"  # something waits for the renewal and stays there
    REPLACES_SCHEDULED = "replaces_scheduled"  # it takes the place of what waits there


class DefaultReason(StrEnum):
    """Why a timing is the default."""

    ONLY_FALLS = "only_falls"
    SOMETHING_RISES = "something_rises"
    BILLED_ELSEWHERE = "billed_elsewhere"


@dataclass(frozen=True, slots=True)
class Settled:
    """What credits pay: `set_off` on the invoices they correct, then today's; `balance`: the account's afterwards."""

    credit: Money
    set_off: Money
    to_pay: Money
    balance: Money


@dataclass(frozen=True, slots=True)
class NextInvoice:
    """The invoice of a renewal as things stand: its day, period, line, and total with tax (0 where none is issued)."""

    on: date
    period: Period
    line: DueLine
    total: Money


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a change comes to under one timing: the bills that an order of it alone books, and what follows.

    `paid`: what its credits pay. `renewals`: those of the next 12 months; `next_invoice`: the first of all, None where
    it does not renew. `cash`: what is paid in those months, today included, less the balance; never below 0. `mrr`:
    before and after, of the account. `originals`: how the invoiced lines came about that its credits correct, by id.
    """

    quoted: QuotedItem
    charges: Bill | None
    credits: Bill | None
    paid: Settled
    next_invoice: NextInvoice | None
    renewals: tuple[NextInvoice, ...]
    cash: Money
    mrr: tuple[Money, Money]
    warnings: tuple[Warn, ...]
    originals: Mapping[int, Derivation]

    @property
    def net(self) -> Money:
        """Due today, charges less credits, before tax."""
        return self.quoted.net

    @property
    def tax(self) -> Money:
        """The tax of that."""
        return Money.total((bill.tax for bill in (self.credits, self.charges) if bill), self.net.currency)

    @property
    def total(self) -> Money:
        """Due today with tax: what an order of it is agreed at."""
        return self.net + self.tax

    @property
    def mrr_change(self) -> Money:
        """What it adds to the account's recurring revenue a month, from the day it takes effect."""
        return self.mrr[1] - self.mrr[0]


def settled(
    notes: Sequence[tuple[Money, Sequence[int]]], open_on: Mapping[int, Money], *, charged: Money, balance: Money
) -> Settled:
    """Credit notes (positive totals, each with the invoices it corrects) and the balance, as posting uses them.

    A note pays what is open on its invoices, then the new invoice; the balance pays what is left of that.
    """
    zero = Money.zero(charged.currency)
    left_open, credit, off, rest, due = dict(open_on), zero, zero, zero, charged
    for total, invoices in notes:
        credit, left = credit + total, total
        for invoice in invoices:
            used = min(left, left_open.get(invoice, zero))
            left_open[invoice] = left_open.get(invoice, zero) - used
            left, off = left - used, off + used
        used = min(left, due)
        due, rest = due - used, rest + left - used
    used = min(due, balance)
    return Settled(credit, off, due - used, balance - used + rest)


def renewals(quoted: QuotedItem, owned: Owned, facts: OrderFacts, *, until: date) -> Iterator[Renewed]:
    """The first renewal after the change and all others up to the day, without it; none where it does not renew.

    Raises NoPrice.
    """
    assert quoted.before is not None
    now, waiting = quoted.before.running, quoted.before.scheduled
    terms = Terms(quoted.price, quoted.item.seats, quoted.discount)
    if quoted.schedules is not None:
        terms, waiting = Terms(now.price, now.seats, now.discount), quoted.schedules
    anchor_on, ended_on, is_first = quoted.anchor_on, quoted.period.end, True
    while owned.is_auto_renewed and (is_first or ended_on < until):
        done = renewed(
            terms,
            waiting,
            anchor_on=anchor_on,
            ended_on=ended_on,
            # what is to be released is said as a warning; the figures are those of the change as it is wanted
            seats_assigned=0,
            prices=facts.prices,
            standing=facts.standing,
        )
        yield done
        terms, waiting, anchor_on, ended_on, is_first = done.terms, None, done.anchor_on, done.period.end, False


def warnings(quoted: QuotedItem, owned: Owned) -> tuple[Warn, ...]:
    """What should be said about the change."""
    assert quoted.before is not None
    return tuple(_warnings(quoted, owned, quoted.before.running.seats, quoted.before.plan.rank))


def _warnings(quoted: QuotedItem, owned: Owned, seats_before: int, rank_before: int) -> Iterable[Warn]:
    waiting = owned.scheduled
    is_less = quoted.item.seats < seats_before or quoted.plan.rank < rank_before
    if is_less and quoted.net.minor > 0:
        yield Warn.COSTS_THOUGH_LESS
    if quoted.timing is Timing.RENEWAL and quoted.item.seats < owned.seats_assigned:
        yield Warn.RELEASE_SEATS
    if quoted.undone_at_renewal is not None:
        yield Warn.UNDONE_AT_RENEWAL
    elif waiting is not None and quoted.schedules is None:
        yield Warn.STILL_SCHEDULED
    if waiting is not None and waiting.names_terms and quoted.schedules is not None:
        yield Warn.REPLACES_SCHEDULED
