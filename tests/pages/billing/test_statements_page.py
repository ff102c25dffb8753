"""The page of bank statements: verdicts before anything is booked, booking, and the lines that wait; both languages."""

from datetime import date

import pytest
from streamlit.testing.v1 import AppTest

from data.money import Money
from services.permissions import Actor
from services.queries.invoice_card import invoice_card
from services.queries.payment_list import list_payments
from services.queries.statements import open_lines
from tests.builders import TODAY, make_account, make_invoice
from tests.screens import open_page, texts

FILE = (
    b"Fecha;Importe;Ordenante;Concepto\n"
    b"10/04/2026;1.742,40;ACME SL;Factura INVES 2026 000001\n"
    b"10/04/2026;12,00;Desconocido;gracias\n"
    b"10/04/2026;-3,00;Banco;comision\n"
    b"mal;1,00;x;y\n"
)


@pytest.fixture
def invoice(rep: Actor) -> tuple[int, int]:
    """1,742.40 €: account id, document id."""
    account = make_account("acme", rep=rep)
    return account, make_invoice(rep, account, today=date(2026, 3, 10))


def press(screen: AppTest, label: str) -> AppTest:
    return next(button for button in screen.button if button.label == label).click().run()


@pytest.mark.parametrize(
    ("language", "button", "verdict"),
    [
        ("en", "Take in and book 1 line", "number and amount"),
        ("es", "Incorporar y contabilizar 1 línea", "número e importe"),
    ],
)
def test_a_statement_is_shown_then_booked(
    invoice: tuple[int, int], finance: Actor, language: str, button: str, verdict: str
) -> None:
    screen = open_page(finance, "billing/statements", language=language)
    screen.get("file_uploader")[0].set_value(("april.csv", FILE, "text/csv")).run()
    assert not screen.error and not screen.exception
    assert verdict in texts(screen)
    assert len(screen.dataframe[0].value) == 4 and list_payments(finance).total == 0
    press(screen, button)
    assert not screen.error
    assert invoice_card(finance, *invoice, today=TODAY).status == "paid"
    assert open_lines(finance)["payer"].tolist() == ["Desconocido"]


def test_a_line_that_waits_is_assigned(invoice: tuple[int, int], finance: Actor) -> None:
    screen = open_page(finance, "billing/statements")
    screen.get("file_uploader")[0].set_value(("april.csv", FILE, "text/csv")).run()
    press(screen, "Take in and book 1 line")
    waiting = open_lines(finance).iloc[0]
    ids = {"statement": waiting["statement_id"], "line": waiting["position"]}
    screen = open_page(finance, "billing/statements", **ids)
    assert "12.00 from Desconocido" in texts(screen).replace("\\", "")
    screen.text_input(key="q").set_value("acme").run()
    assert len(screen.dataframe) == 1
    screen = open_page(finance, "billing/statements", **ids, account=invoice[0])
    press(screen, "Book it there")
    assert not screen.error
    frame = list_payments(finance).frame
    assert sorted(frame["amount_minor"].tolist()) == [1200, 174240]
    assert open_page(finance, "billing/statements", **ids).error  # it does not wait any more


def test_a_line_is_set_aside(finance: Actor) -> None:
    screen = open_page(finance, "billing/statements")
    screen.get("file_uploader")[0].set_value(("april.csv", FILE, "text/csv")).run()
    press(screen, "Take in and book 0 lines")
    assert len(open_lines(finance)) == 2
    waiting = open_lines(finance).iloc[0]
    screen = open_page(finance, "billing/statements", statement=waiting["statement_id"], line=waiting["position"])
    press(screen, "Set aside")
    assert not screen.error and len(open_lines(finance)) == 1


def test_columns_are_put_right_by_hand(invoice: tuple[int, int], finance: Actor) -> None:
    content = b"When,Much,Who,What\n2026-04-10,1742.40,ACME,INVES-2026-000001\n"
    screen = open_page(finance, "billing/statements")
    screen.get("file_uploader")[0].set_value(("odd.csv", content, "text/csv")).run()
    assert "column" in screen.error[0].value.casefold()
    for key, column in (("day", "When"), ("amount", "Much"), ("reference", "What")):
        screen.selectbox(key=f"statement:{key}").set_value(column).run()
    assert not screen.error
    press(screen, "Take in and book 1 line")
    assert invoice_card(finance, *invoice, today=TODAY).open == Money(0, "EUR")


def test_a_rep_takes_no_statement_in(rep: Actor) -> None:
    assert open_page(rep, "billing/statements").error


def test_a_file_of_windows_is_read_once_its_encoding_is_chosen(invoice: tuple[int, int], finance: Actor) -> None:
    content = "Fecha;Importe;Ordenante;Concepto\n10/04/2026;12,00;Peña Núñez;gracias\n".encode("cp1252")
    screen = open_page(finance, "billing/statements")
    screen.get("file_uploader")[0].set_value(("april.csv", content, "text/csv")).run()
    assert "Choose another encoding" in screen.error[0].value
    screen.selectbox(key="statement_encoding").set_value("cp1252").run()
    assert not screen.error
    assert "Peña Núñez" in screen.dataframe[0].value["payer"].tolist()
