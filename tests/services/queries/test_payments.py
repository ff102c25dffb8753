"""What lists and cards say of payments, on both databases and within the row scope."""

from datetime import timedelta

import pytest

from data.money import Money
from services.commands.disputes import open_dispute
from services.commands.payments import PaymentRequest, reallocate, record_payment, reverse_payment
from services.errors import Invalid, NotAllowed, NotFound
from services.permissions import Actor
from services.queries.account_money import account_money, payers
from services.queries.invoice_life import invoice_life
from services.queries.payment_list import PaymentFilter, list_payments
from services.queries.payments import payment_card, preview_payment
from tests.builders import TODAY, make_account, make_invoice

DUE = TODAY + timedelta(days=30)


def transfer(account: int, minor: int, key: str = "p-1", reference: str = "Transfer 4711") -> PaymentRequest:
    return PaymentRequest(account, Money(minor, "EUR"), TODAY, "bank_transfer", reference, key)


def test_the_list_knows_status_balance_and_scope(rep: Actor, other_rep: Actor, finance: Actor) -> None:
    account = make_account(rep=rep)
    make_invoice(rep, account)
    kept = record_payment(finance, transfer(account, 200000), TODAY).payment_id
    failed = record_payment(finance, transfer(account, 100, "p-2", "50 % now"), TODAY).payment_id
    reverse_payment(finance, account, failed, reason="returned", today=TODAY)
    frame = list_payments(rep).frame.set_index("payment_id")
    assert frame.loc[kept, ["status", "amount_minor", "left_minor"]].tolist() == ["received", 200000, 200000 - 174240]
    assert frame.loc[failed, "status"] == "reversed"
    for status, total in (("received", 1), ("balance", 1), ("reversed", 1), ("refund", 0)):
        assert list_payments(rep, PaymentFilter(status=status)).total == total
    for text, total in (("50 %", 1), ("inves-2026-000001", 1), ("acme", 2), ("_", 0)):
        assert list_payments(rep, PaymentFilter(text)).total == total, text
    assert list_payments(other_rep).total == 0
    with pytest.raises(NotFound):
        payment_card(other_rep, account, kept)


def test_the_card_tells_what_it_pays_and_how_that_changed(rep: Actor, finance: Actor) -> None:
    account = make_account(rep=rep)
    first = make_invoice(rep, account, key="a")
    payment = record_payment(finance, transfer(account, 100000), TODAY).payment_id
    reallocate(finance, account, payment, {first: Money(400, "EUR")}, today=TODAY)
    card = payment_card(rep, account, payment)
    assert (card.paid_now, card.balance, card.recorded_by) == (Money(400, "EUR"), Money(99600, "EUR"), "Finance")
    assert [(one.open_before.minor, one.open_after.minor) for one in card.paid] == [(174240, 173840)]
    assert [move.amount.minor for move in card.moves] == [100000, -99600]


def test_the_preview_is_what_is_booked(rep: Actor, finance: Actor) -> None:
    account = make_account(rep=rep)
    invoice = make_invoice(rep, account)
    shown = preview_payment(finance, transfer(account, 200000), today=TODAY)
    done = record_payment(finance, transfer(account, 200000), TODAY)
    assert [(one.invoice_id, one.amount) for one in shown.paid] == [(invoice, done.paid[0].amount)]
    assert (shown.balance, shown.total) == (done.balance, Money(200000, "EUR"))
    with pytest.raises(Invalid):
        preview_payment(finance, transfer(account, 0), today=TODAY)
    with pytest.raises(NotAllowed):
        preview_payment(rep, transfer(account, 1), today=TODAY)


def test_an_account_owes_and_is_owed(rep: Actor, other_rep: Actor, finance: Actor) -> None:
    account = make_account(rep=rep)
    invoice = make_invoice(rep, account)
    open_dispute(rep, account, invoice, reason="Wrong", today=TODAY)
    on_time, late = (account_money(rep, account, today=day) for day in (DUE, DUE + timedelta(days=1)))
    assert (on_time.open.minor, on_time.overdue.minor, late.overdue.minor) == (174240, 0, 174240)
    assert late.disputed.minor == 174240 and late.invoices[0].is_disputed
    record_payment(finance, transfer(account, 200000), TODAY)
    money = account_money(rep, account, today=TODAY)
    assert (money.open.minor, money.balance.minor) == (0, 25760)
    assert [(part.source, part.name, part.left.minor) for part in money.parts] == [("payment", "Transfer 4711", 25760)]
    with pytest.raises(NotFound):
        account_money(other_rep, account, today=TODAY)


def test_a_payer_is_found_by_name_or_by_the_number_of_an_invoice(rep: Actor, other_rep: Actor) -> None:
    account = make_account(rep=rep)
    invoice = make_invoice(rep, account)
    for text, found in (("acm", None), ("inves-2026-000001", invoice)):
        assert payers(rep, text)[["id", "open_minor", "invoice_id"]].to_numpy().tolist() == [[account, 174240, found]]
        assert payers(other_rep, text).empty
    assert payers(rep, "a").empty


def test_the_life_of_an_invoice_adds_up(rep: Actor, other_rep: Actor, finance: Actor) -> None:
    account = make_account(rep=rep)
    invoice = make_invoice(rep, account)
    payment = record_payment(finance, transfer(account, 100000), TODAY).payment_id
    reverse_payment(finance, account, payment, reason="AC04", today=TODAY + timedelta(days=1))
    life = invoice_life(rep, account, invoice)
    assert [(event.kind, event.note) for event in life.events] == [
        ("ordered", ""), ("issued", ""), ("paid", ""), ("paid_back", "AC04"),
    ]  # fmt: skip
    assert life.ledger["debit_minor"].sum() == life.ledger["credit_minor"].sum()
    with pytest.raises(NotFound):
        invoice_life(other_rep, account, invoice)


def test_the_totals_of_the_list_are_of_all_payments_in_scope(rep: Actor, other_rep: Actor, finance: Actor) -> None:
    mine, other = make_account(rep=rep), make_account("zeta", rep=other_rep)
    for place, account in enumerate((mine, mine, other)):
        record_payment(finance, transfer(account, 1000 + place, f"p-{place}"), TODAY)
    page = list_payments(finance, limit=2)
    assert page.sums == {"amount_minor": (Money(3003, "EUR"),), "left_minor": (Money(3003, "EUR"),)}
    assert list_payments(rep, limit=1).sums == {
        "amount_minor": (Money(2001, "EUR"),),
        "left_minor": (Money(2001, "EUR"),),
    }
    assert list_payments(other_rep).sums is None
