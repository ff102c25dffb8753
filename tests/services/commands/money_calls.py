"""The commands of payments, statements, direct debits and disputes as their user calls them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from data.identity import derive_id
from data.money import Money
from services.commands.approvals import decide_money
from services.commands.collection import CallNote, note_call
from services.commands.debits import DebitBatchRequest, book_batch, cancel_batch, make_batch, return_debit
from services.commands.disputes import close_dispute, open_dispute
from services.commands.money_requests import WriteOffRequest, ask_write_off
from services.commands.payments import (
    PaymentRequest,
    reallocate,
    record_payment,
    reverse_payment,
    reverse_write_off,
    spend_balance,
)
from services.commands.statements import StatementToTake, assign_line, ignore_line, take_in_statement
from services.permissions import Actor
from services.queries.debits import batch_card
from services.queries.statements import judge_statement, open_statement
from services.rules.debits import ReturnReason
from tests.builders import TODAY, make_account, make_invoice

if TYPE_CHECKING:
    from tests.services.commands.world import World

DUE = TODAY + timedelta(days=30)
LATER = DUE + timedelta(days=1)  # a Tuesday
_OWED = Money(174240, "EUR")
_SEPA = {
    "payment_means": "sepa_debit",
    "iban": "ES9121000418450200051332",
    "mandate_signed_on": date(2026, 1, 1),
}
_STATEMENT = b"Date,Amount,Reference\n2026-04-10,1.00,thanks\n2026-04-10,2.00,fee back\n"

DISPUTES: dict[Callable[..., Any], Callable[[Actor, World], Any]] = {
    open_dispute: lambda a, w: open_dispute(a, w.account, w.invoice, reason="Wrong seats", today=TODAY),
    note_call: lambda a, w: note_call(a, CallNote(w.account, "Pays on Friday", "c-1"), today=TODAY),
    close_dispute: lambda a, w: close_dispute(a, w.account, w.disputed, outcome="Agreed", today=TODAY),
}
CALLS: dict[Callable[..., Any], Callable[[Actor, World], Any]] = {
    record_payment: lambda a, w: record_payment(
        a, PaymentRequest(w.account, Money(100, "EUR"), TODAY, "bank_transfer", "T-1", "p-1"), TODAY
    ),
    reallocate: lambda a, w: reallocate(a, w.account, w.payment, {w.owed: Money(100, "EUR")}, today=TODAY),
    spend_balance: lambda a, w: spend_balance(a, w.account, w.owed, today=TODAY),
    assign_line: lambda a, w: assign_line(a, w.statement, 2, account_id=w.account, today=TODAY),
    ignore_line: lambda a, w: ignore_line(a, w.statement, 3),
    take_in_statement: lambda a, w: list(take_in_statement(a, StatementToTake("more.csv", "another", ()), today=TODAY)),
    make_batch: lambda a, w: make_batch(
        a, DebitBatchRequest("es", LATER, (w.debits.waiting,), "b-2"), agreed=_OWED, today=DUE
    ),
    cancel_batch: lambda a, w: cancel_batch(a, derive_id(DUE, "debit batch", "es", "b-2"), today=DUE),
    return_debit: lambda a, w: return_debit(a, *w.debits.collected, ReturnReason.NO_FUNDS, today=DUE),
    book_batch: lambda a, w: list(book_batch(a, w.debits.batch, today=LATER)),
    reverse_write_off: lambda a, w: reverse_write_off(a, w.account, w.write_off, reason="Paid", today=TODAY),
    reverse_payment: lambda a, w: reverse_payment(a, w.account, w.payment, reason="Returned", today=TODAY),
}
OF_NO_ACCOUNT = {take_in_statement, ignore_line, make_batch, cancel_batch, book_batch}


@dataclass(frozen=True, slots=True)
class Debits:
    """A batch with one debit (account id, debit id), and an invoice that waits for one (account id, invoice id)."""

    batch: int
    collected: tuple[int, int]
    waiting: tuple[int, int]


def collect(rep: Actor, admin: Actor) -> Debits:
    """A batch of one invoice; another account's invoice waits."""
    one, other = (make_account(code, rep=rep, mandate_reference=code, **_SEPA) for code in ("debtor", "debtor-two"))
    first, second = (make_invoice(rep, account, key=f"debit {account}") for account in (one, other))
    request = DebitBatchRequest("es", LATER, ((one, first),), "b-1")
    batch = make_batch(admin, request, agreed=_OWED, today=DUE)
    (line,) = batch_card(admin, batch).lines
    return Debits(batch, (one, line.debit_id), (other, second))


def give_up(rep: Actor, admin: Actor, account: int, invoice: int) -> int:
    """A write-off of a cent; its id."""
    asked = ask_write_off(rep, WriteOffRequest(account, invoice, Money(1, "EUR"), "Insolvent", "w-9"), today=TODAY)
    decide_money(admin, account, asked, is_approved=True, reason="", today=TODAY)
    return derive_id(TODAY, "write-off", invoice, asked)


def take_in(admin: Actor) -> int:
    """A statement with two lines that fit nobody; its id."""
    file = open_statement(admin, "bank.csv", _STATEMENT)
    lines = judge_statement(admin, file.table, file.columns).lines
    *_, last = take_in_statement(admin, StatementToTake(file.name, file.file_hash, lines), today=TODAY)
    return last.statement_id
