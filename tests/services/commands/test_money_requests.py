"""Refunds, write-offs and disputes: asked, checked, booked once approved, and what comes after."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from data import database
from data.models import AccountCredit, Allocation, Approval, Dispute, Document, Payment
from data.money import Money
from services.access import acting, lock_account
from services.commands.disputes import close_dispute, open_dispute
from services.commands.money_requests import RefundRequest, WriteOffRequest, ask_refund, ask_write_off
from services.commands.payments import PaymentRequest, record_payment, reverse_payment, reverse_write_off
from services.deeds.refunds import refund, write_off
from services.errors import Invalid, NotAllowed, NotFound, RequestKeyReused
from services.permissions import Actor, Permission
from services.queries.account_statement import StatementRequest, account_statement
from services.queries.invoice_life import invoice_life
from services.rules.account_statement import EntryKind
from services.rules.payments import (
    AlreadyDisputed,
    BalanceRefunded,
    BalanceTooSmall,
    MoreThanOpen,
    NotDisputed,
    NothingOpen,
    WriteOffReversed,
)
from tests.builders import TODAY, make_account, make_invoice
from tests.services.books import check_money, ledger

LATER = TODAY + timedelta(days=5)


def euro(text: str) -> Money:
    return Money.of(text, "EUR")


def overpaid(finance: Actor, account: int, amount: str = "100.00", key: str = "p-1") -> int:
    """A payment of an account that owes nothing."""
    wanted = PaymentRequest(account, euro(amount), TODAY, "bank_transfer", "T", key)
    return record_payment(finance, wanted, TODAY).payment_id


def decide(actor: Actor, account: int, approval_id: int, today: date = LATER) -> None:
    """What the approval's command does once it is given."""
    with acting(actor, Permission.DECIDE_MONEY) as session:
        row, approval = lock_account(session, account), session.get_one(Approval, (account, approval_id))
        (refund if approval.kind == "refund" else write_off)(session, row, approval, today)
    check_money()


def test_a_refund_is_paid_out_of_the_oldest_balance(rep: Actor, finance: Actor) -> None:
    account = make_account(rep=rep)
    older, newer = overpaid(finance, account), overpaid(finance, account, "50.00", "p-2")
    request = RefundRequest(account, euro("120.00"), "bank_transfer", "Closes the account", "r-1")
    asked = ask_refund(rep, request, today=TODAY)
    assert ask_refund(rep, request, today=LATER) == asked
    decide(finance, account, asked)
    with database.read_session() as session:
        left = {row.id: row.left_minor for row in session.scalars(select(AccountCredit))}
        paid = session.scalars(select(Payment).where(Payment.kind == "refund")).one()
        assert (paid.amount_minor, paid.received_on, left) == (12000, LATER, {older: 0, newer: 3000})
        paid_id = paid.id
    assert ledger() == {"cash": 3000, "customer_credit": -3000}
    with pytest.raises(BalanceRefunded):
        reverse_payment(finance, account, older, reason="returned", today=LATER)
    reverse_payment(finance, account, paid_id, reason="account closed", today=LATER)
    check_money()
    reverse_payment(finance, account, older, reason="returned", today=LATER)
    check_money()
    assert ledger() == {"cash": 5000, "customer_credit": -5000}


def test_no_more_is_refunded_than_there_is_whenever_it_is_decided(rep: Actor, finance: Actor) -> None:
    account = make_account(rep=rep)
    payment = overpaid(finance, account)
    with pytest.raises(BalanceTooSmall):
        ask_refund(rep, RefundRequest(account, euro("100.01"), "bank_transfer", "R", "r-0"), today=TODAY)
    asked = ask_refund(rep, RefundRequest(account, euro("100.00"), "bank_transfer", "R", "r-1"), today=TODAY)
    reverse_payment(finance, account, payment, reason="returned", today=LATER)
    with pytest.raises(BalanceTooSmall):
        decide(finance, account, asked)
    with pytest.raises(RequestKeyReused):
        ask_refund(rep, RefundRequest(account, euro("1.00"), "bank_transfer", "R", "r-1"), today=TODAY)


def test_a_write_off_closes_what_is_open(rep: Actor, finance: Actor) -> None:
    account = make_account(rep=rep)
    invoice = make_invoice(rep, account)
    asked = ask_write_off(rep, WriteOffRequest(account, invoice, euro("1742.40"), "Insolvent", "w-1"), today=TODAY)
    decide(finance, account, asked)
    with database.read_session() as session:
        assert session.get_one(Document, (account, invoice)).open_minor == 0
        allocation = session.scalars(select(Allocation)).one()
        assert (allocation.source, allocation.amount_minor, allocation.allocated_on) == ("write_off", 174240, LATER)
    assert ledger()["write_offs"] == 174240 and "receivables" not in ledger()
    with pytest.raises(NothingOpen):
        ask_write_off(rep, WriteOffRequest(account, invoice, euro("1.00"), "Insolvent", "w-2"), today=TODAY)


def test_a_write_off_is_taken_back_when_the_money_comes_after_all(rep: Actor, other_rep: Actor, finance: Actor) -> None:
    account = make_account(rep=rep)
    invoice = make_invoice(rep, account)
    asked = ask_write_off(rep, WriteOffRequest(account, invoice, euro("742.40"), "Insolvent", "w-1"), today=TODAY)
    decide(finance, account, asked)
    (standing,) = invoice_life(finance, account, invoice).written_off
    assert standing.amount == euro("742.40")
    back = LATER + timedelta(days=2)
    with pytest.raises(NotAllowed):
        reverse_write_off(rep, account, standing.write_off_id, reason="Paid after all", today=back)
    with pytest.raises(Invalid):
        reverse_write_off(finance, account, standing.write_off_id, reason=" ", today=back)
    reverse_write_off(finance, account, standing.write_off_id, reason="Paid after all", today=back)
    check_money()
    with database.read_session() as session:
        assert session.get_one(Document, (account, invoice)).open_minor == 174240
    assert ledger()["receivables"] == 174240 and "write_offs" not in ledger()
    life = invoice_life(finance, account, invoice)
    assert [event.kind for event in life.events][-2:] == ["written_off", "write_off_reversed"] and not life.written_off
    request = StatementRequest(account, TODAY, back)
    told = [(one.kind, one.balance) for one in account_statement(finance, request, today=back).entries]
    assert told[-2:] == [(EntryKind.WRITE_OFF, euro("1000.00")), (EntryKind.WRITE_OFF_REVERSED, euro("1742.40"))]
    with pytest.raises(WriteOffReversed):
        reverse_write_off(finance, account, standing.write_off_id, reason="Again", today=back)
    with pytest.raises(NotFound):
        reverse_write_off(finance, account, 1, reason="Again", today=back)
    overpaid(finance, account, "1742.40")
    assert "receivables" not in ledger()


def test_what_was_paid_meanwhile_is_not_written_off(rep: Actor, finance: Actor) -> None:
    account = make_account(rep=rep)
    invoice = make_invoice(rep, account)
    asked = ask_write_off(rep, WriteOffRequest(account, invoice, euro("1742.40"), "Insolvent", "w-1"), today=TODAY)
    overpaid(finance, account)
    with pytest.raises(MoreThanOpen):
        decide(finance, account, asked)


def test_asking_says_what_is_wrong(rep: Actor, other_rep: Actor, licence_manager: Actor) -> None:
    account = make_account(rep=rep)
    invoice = make_invoice(rep, account)
    with pytest.raises(Invalid) as refused:
        ask_refund(rep, RefundRequest(account, euro("0"), "cash", " ", "r"), today=TODAY)
    assert [problem.field for problem in refused.value.problems] == ["amount", "payment_means", "reason"]
    with pytest.raises(MoreThanOpen):
        ask_write_off(rep, WriteOffRequest(account, invoice, euro("1742.41"), "R", "w"), today=TODAY)
    with pytest.raises(NotFound):
        ask_write_off(other_rep, WriteOffRequest(account, invoice, euro("1"), "R", "w"), today=TODAY)
    with pytest.raises(NotAllowed):
        ask_write_off(licence_manager, WriteOffRequest(account, invoice, euro("1"), "R", "w"), today=TODAY)


def test_an_invoice_is_disputed_once_until_it_is_settled(rep: Actor, finance: Actor) -> None:
    account = make_account(rep=rep)
    invoice = make_invoice(rep, account)
    with pytest.raises(Invalid):
        open_dispute(rep, account, invoice, reason=" ", today=TODAY)
    open_dispute(rep, account, invoice, reason="Wrong seats", today=TODAY)
    with pytest.raises(AlreadyDisputed):
        open_dispute(finance, account, invoice, reason="Again", today=LATER)
    close_dispute(finance, account, invoice, outcome="Customer agrees", today=LATER)
    with pytest.raises(NotDisputed):
        close_dispute(finance, account, invoice, outcome="Again", today=LATER)
    open_dispute(rep, account, invoice, reason="Once more", today=LATER)
    with database.read_session() as session:
        days = session.execute(select(Dispute.opened_on, Dispute.closed_on).order_by(Dispute.opened_on)).all()
    assert [tuple(row) for row in days] == [(TODAY, LATER), (LATER, None)]
    other = make_account("other", rep=rep)
    paid = make_invoice(rep, other)
    overpaid(finance, other, "1742.40")
    with pytest.raises(NothingOpen):
        open_dispute(rep, other, paid, reason="Late", today=TODAY)
