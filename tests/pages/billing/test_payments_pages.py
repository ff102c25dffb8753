"""The pages of payments: list, recording with what it pays in sight, moving, taking back; in both languages."""

from datetime import date

import pytest
from streamlit.testing.v1 import AppTest

from data.money import Money
from services.commands.payments import PaymentRequest, record_payment
from services.permissions import Actor
from services.queries.account_money import account_money
from services.queries.invoice_card import invoice_card
from services.queries.payment_list import PaymentFilter, list_payments
from tests.builders import TODAY, make_account, make_invoice
from tests.screens import open_page, texts


@pytest.fixture
def invoice(rep: Actor) -> tuple[int, int]:
    """1,742.40 €, overdue since February: account id, document id."""
    account = make_account("acme", rep=rep, legal_name="Acme *Ibérica*")
    return account, make_invoice(rep, account, today=date(2026, 1, 10))


def said(screen: AppTest) -> str:
    assert not screen.exception
    return texts(screen).replace("\\", "")


def press(screen: AppTest, label: str) -> AppTest:
    return next(button for button in screen.button if button.label == label).click().run()


def pay(finance: Actor, account: int, minor: int, key: str = "p-1") -> int:
    wanted = PaymentRequest(account, Money(minor, "EUR"), TODAY, "bank_transfer", "Transfer 4711", key)
    return record_payment(finance, wanted, TODAY).payment_id


def test_the_account_is_found_by_the_number_of_its_invoice(invoice: tuple[int, int], finance: Actor) -> None:
    screen = open_page(finance, "billing/record_payment")
    assert "Type the name or code" in said(screen)
    for typed, rows in (("inves-2026-000001", 1), ("acme", 1), ("nobody", 0)):
        screen.text_input(key="q").set_value(typed).run()
        assert not screen.error and len(screen.dataframe) == rows, typed


def test_what_it_will_pay_is_shown_before_it_is_booked(invoice: tuple[int, int], finance: Actor) -> None:
    account, document = invoice
    screen = open_page(finance, "billing/record_payment", account=account, invoice=document)
    screen.text_input(key="amount").set_value("2.000,00").run()
    assert not screen.error
    shown = said(screen)
    assert "INVES-2026-000001 · paid in full" in shown and "€1,742.40" in shown.replace("\u00a0", "")
    assert "257.60" in shown
    assert list_payments(finance).total == 0
    screen.text_input(key="reference").set_value("Transfer 4711").run()
    press(screen, "Record payment")
    assert not screen.error and "Payment of €2,000.00" in said(screen)
    assert account_money(finance, account, today=TODAY).balance == Money(25760, "EUR")
    assert invoice_card(finance, account, document, today=TODAY).status == "paid"


@pytest.mark.parametrize(("typed", "told"), [("abc", "enter a number"), ("0", "above 0"), ("-5", "above 0")])
def test_what_is_no_amount_is_said(invoice: tuple[int, int], finance: Actor, typed: str, told: str) -> None:
    screen = open_page(finance, "billing/record_payment", account=invoice[0])
    screen.text_input(key="amount").set_value(typed).run()
    assert told in screen.error[0].value
    assert not [button for button in screen.button if button.key == "book"]


def test_the_list_is_filtered_and_searched(invoice: tuple[int, int], finance: Actor) -> None:
    pay(finance, invoice[0], 200000)
    for language in ("en", "es"):
        screen = open_page(finance, "billing/payments", language=language, status="balance")
        assert screen.dataframe[0].value["reference"].tolist() == ["Transfer 4711"]
        assert not open_page(finance, "billing/payments", language=language, status="reversed").dataframe
    for text, total in (("INVES-2026-000001", 1), ("4711", 1), ("acme", 1), ("nobody", 0)):
        assert list_payments(finance, PaymentFilter(text)).total == total, text


def test_a_payment_is_moved_and_taken_back(invoice: tuple[int, int], finance: Actor) -> None:
    account, document = invoice
    payment = pay(finance, account, 100000)
    screen = open_page(finance, "billing/payment", account=account, payment=payment)
    screen.text_input(key=f"part_{document}").set_value("400")
    press(screen, "Move payment")
    assert not screen.error and "The payment was moved" in said(screen)
    assert account_money(finance, account, today=TODAY).balance == Money(60000, "EUR")
    press(screen, "Take payment back")
    assert "Reason" in screen.error[0].value
    screen.text_input(key="reason").set_value("AC04 account closed")
    press(screen, "Take payment back")
    assert not screen.error and "taken back" in said(screen)
    assert invoice_card(finance, account, document, today=TODAY).open == Money(174240, "EUR")


def test_a_rep_sees_payments_and_changes_none(invoice: tuple[int, int], rep: Actor, finance: Actor) -> None:
    account, _document = invoice
    payment = pay(finance, account, 100000)
    for language in ("en", "es"):
        screen = open_page(rep, "billing/payment", language=language, account=account, payment=payment)
        assert not screen.error and not screen.text_input(key="search").value
        assert not [box for box in screen.text_input if box.key != "search"]
        assert open_page(rep, "billing/record_payment", language=language, account=account).error


def test_an_account_shows_what_it_owes_and_is_owed(invoice: tuple[int, int], rep: Actor, finance: Actor) -> None:
    account, document = invoice
    pay(finance, account, 200000)
    for language, word in (("en", "Balance"), ("es", "Saldo a favor")):
        screen = open_page(rep, "sales/account", language=language, account=account, tab="payments")
        figures = {metric.label: metric.value.replace("\\", "") for metric in screen.metric}
        assert not screen.error and "257" in figures[word]
        assert len(screen.dataframe) == 1
    screen = open_page(rep, "sales/account", account=account, tab="payments")
    screen.text_input(key="refund_amount").set_value("300")
    screen.text_area(key="refund_reason").set_value("Closes")
    press(screen, "Ask for refund")
    assert "balance of" in screen.error[0].value
    screen.text_input(key="refund_amount").set_value("257,60")
    press(screen, "Ask for refund")
    assert not screen.error and "Somebody else decides" in said(screen)
    assert document


def test_an_invoice_shows_its_whole_life(invoice: tuple[int, int], finance: Actor, rep: Actor) -> None:
    account, document = invoice
    pay(finance, account, 100000)
    for language, words in (
        ("en", ("Ordered", "Issued", "Paid", "Receivables")),
        ("es", ("Pedido", "Expedida", "Pagada", "Clientes")),
    ):
        screen = open_page(rep, "billing/invoice", language=language, account=account, document=document)
        shown = said(screen)
        assert not screen.error
        for word in words[:3]:
            assert word in shown
        ledger = screen.dataframe[0].value
        assert words[3] in ledger["account"].tolist()
        assert ledger["debit_minor"].sum() == ledger["credit_minor"].sum() == 174240 + 100000


def test_an_invoice_is_disputed_on_its_page_and_marked_in_the_list(invoice: tuple[int, int], rep: Actor) -> None:
    account, document = invoice
    screen = open_page(rep, "billing/invoice", account=account, document=document)
    screen.text_input(key="dispute_reason").set_value("Wrong seats")
    press(screen, "Mark as disputed")
    assert not screen.error and "Disputed since" in screen.warning[0].value
    listed = open_page(rep, "billing/invoices", status="disputed")
    assert listed.dataframe[0].value["status"].tolist() == [["disputed"]]
    screen.text_input(key="dispute_reason").set_value("Agreed")
    press(screen, "End dispute")
    assert not screen.error and not screen.warning


def test_an_agreed_amount_is_credited_with_its_tax_in_sight(invoice: tuple[int, int], finance: Actor) -> None:
    account, document = invoice
    screen = open_page(finance, "billing/invoice", account=account, document=document)
    screen.segmented_control(key="credit_mode").set_value("amount").run()
    screen.text_input(key="credit_net").set_value("50").run()
    assert "60.50" in said(screen) and "10.50" in said(screen)
    screen.text_area(key="credit_reason").set_value("Goodwill")
    press(screen, "Issue credit note")
    assert not screen.error and "Credit note CNES-2026-000001" in said(screen)
    assert invoice_card(finance, account, document, today=TODAY).open == Money(174240 - 6050, "EUR")


def test_a_write_off_is_asked_for(invoice: tuple[int, int], rep: Actor) -> None:
    account, document = invoice
    screen = open_page(rep, "billing/invoice", account=account, document=document)
    screen.text_area(key="write_off_reason").set_value("Insolvent")
    press(screen, "Ask for write-off")
    assert not screen.error and "Somebody else decides" in said(screen)
