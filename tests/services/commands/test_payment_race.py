"""Two who book the same money at the same moment: it is counted once, and no invoice is paid twice."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import func, select

from data import database
from data.models import Document, Payment
from data.money import Money
from services.commands.payments import PaymentRequest, RecordedPayment, reallocate, record_payment, spend_balance
from services.commands.statements import StatementToTake, take_in_statement
from services.errors import Refusal
from services.permissions import Actor
from services.queries.statements import judge_statement, open_statement
from tests.builders import TODAY, make_account, make_invoice
from tests.services.books import check_money, ledger

pytestmark = pytest.mark.postgresql


def race(*calls: Callable[[], Any]) -> list[Any]:
    """What became of calls made at the same moment."""
    start = Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Any:
        start.wait()
        try:
            return call()
        except Refusal as refusal:
            return refusal

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def wanted(account: int, amount: int, key: str) -> PaymentRequest:
    """A transfer."""
    return PaymentRequest(account, Money(amount, "EUR"), TODAY, "bank_transfer", "T", key)


def test_one_payment_is_counted_once(rep: Actor, finance: Actor) -> None:
    account = make_account(rep=rep)
    make_invoice(rep, account)
    request = wanted(account, 100000, "same")
    answers = race(*[lambda: record_payment(finance, request, TODAY)] * 4)
    assert all(isinstance(answer, RecordedPayment) for answer in answers)
    assert sorted(answer.is_repeat for answer in answers) == [False, True, True, True]
    with database.read_session() as session:
        assert session.scalar(select(func.count()).select_from(Payment)) == 1
    assert ledger()["cash"] == 100000
    check_money()


def test_two_payments_never_pay_more_than_the_invoice(rep: Actor, finance: Actor) -> None:
    account = make_account(rep=rep)
    invoice = make_invoice(rep, account)
    race(*[lambda n=n: record_payment(finance, wanted(account, 100000, f"p-{n}"), TODAY) for n in range(4)])  # type: ignore[misc]
    with database.read_session() as session:
        assert session.get_one(Document, (account, invoice)).open_minor == 0
    assert ledger()["customer_credit"] == -(400000 - 174240)
    check_money()


def test_the_balance_is_used_once(rep: Actor, finance: Actor) -> None:
    account = make_account(rep=rep)
    invoice = make_invoice(rep, account)
    payment = record_payment(finance, wanted(account, 100000, "p"), TODAY).payment_id
    reallocate(finance, account, payment, {}, today=TODAY)
    answers = race(*[lambda: spend_balance(finance, account, invoice, today=TODAY)] * 4)
    assert sum(answer == Money(100000, "EUR") for answer in answers) == 1
    check_money()


def test_a_statement_that_two_take_in_is_booked_once(rep: Actor, finance: Actor) -> None:
    account = make_account(rep=rep)
    make_invoice(rep, account)
    content = b"Date,Amount,Payer,Reference\n" + b"".join(
        b"2026-04-10,%d,ACME,INVES-2026-000001\n" % amount for amount in range(1, 9)
    )
    file = open_statement(finance, "a.csv", content)
    shown = StatementToTake(file.name, file.file_hash, judge_statement(finance, file.table, file.columns).lines)
    race(*[lambda: list(take_in_statement(finance, shown, today=TODAY))] * 3)
    with database.read_session() as session:
        assert session.scalar(select(func.count()).select_from(Payment)) == 8
    assert ledger()["cash"] == 3600
    check_money()
