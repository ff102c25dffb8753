"""The commands of payments, statements and disputes as their user calls them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from data.money import Money
from services.commands.disputes import close_dispute, open_dispute
from services.commands.payments import PaymentRequest, reallocate, record_payment, reverse_payment, spend_balance
from services.commands.statements import StatementToTake, assign_line, ignore_line, take_in_statement
from services.permissions import Actor
from services.queries.statements import judge_statement, open_statement
from tests.builders import TODAY

if TYPE_CHECKING:
    from tests.services.commands.world import World

_STATEMENT = b"Date,Amount,Reference\n2026-04-10,1.00,thanks\n2026-04-10,2.00,fee back\n"

DISPUTES: dict[Callable[..., Any], Callable[[Actor, World], Any]] = {
    open_dispute: lambda a, w: open_dispute(a, w.account, w.invoice, reason="Wrong seats", today=TODAY),
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
    reverse_payment: lambda a, w: reverse_payment(a, w.account, w.payment, reason="Returned", today=TODAY),
}
OF_NO_ACCOUNT = {take_in_statement, ignore_line}


def take_in(admin: Actor) -> int:
    """A statement with two lines that fit nobody; its id."""
    file = open_statement(admin, "bank.csv", _STATEMENT)
    lines = judge_statement(admin, file.table, file.columns).lines
    *_, last = take_in_statement(admin, StatementToTake(file.name, file.file_hash, lines), today=TODAY)
    return last.statement_id
