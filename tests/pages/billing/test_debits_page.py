"""The page of direct debits: choose, make the file, book it, book a return; in both languages."""

from datetime import date

import pytest
from streamlit.testing.v1 import AppTest

from services.permissions import Actor
from services.queries.debits import batch_card, batches
from services.queries.invoice_card import invoice_card
from tests.builders import TODAY, make_account, make_invoice
from tests.screens import open_page, texts

SEPA = {
    "payment_means": "sepa_debit",
    "iban": "ES9121000418450200051332",
    "mandate_reference": "M-1",
    "mandate_signed_on": date(2026, 1, 1),
}


@pytest.fixture
def invoice(rep: Actor) -> tuple[int, int]:
    """1,742.40 €, due since February, of an account with a mandate: account id, document id."""
    account = make_account("acme", rep=rep, **SEPA)
    return account, make_invoice(rep, account, today=date(2026, 1, 10))


def press(screen: AppTest, label: str) -> AppTest:
    return next(button for button in screen.button if button.label == label).click().run()


@pytest.mark.parametrize(
    ("language", "make", "cancel"),
    [
        ("en", "Make a file for 1 invoice", "Cancel this batch"),
        ("es", "Crear un archivo para 1 factura", "Cancelar esta remesa"),
    ],
)
def test_a_file_is_made_and_cancelled(
    invoice: tuple[int, int], finance: Actor, language: str, make: str, cancel: str
) -> None:
    screen = open_page(finance, "billing/debits", language=language)
    assert not screen.error
    press(screen, make)
    assert not screen.error
    frame, total, _sums = batches(finance)
    assert total == 1 and frame.iloc[0]["collect_on"] == date(2026, 4, 13)
    screen = open_page(finance, "billing/debits", language=language, batch=frame.iloc[0]["id"])
    assert not screen.error and "M-1" in texts(screen).replace("\\", "")
    press(screen, cancel)
    assert not screen.error and batches(finance)[0].iloc[0]["status"] == "cancelled"


def test_a_collection_and_a_return_are_booked(
    invoice: tuple[int, int], finance: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    press(open_page(finance, "billing/debits"), "Make a file for 1 invoice")
    batch = batches(finance)[0].iloc[0]["id"]
    assert "Book the collection" not in [b.label for b in open_page(finance, "billing/debits", batch=batch).button]
    monkeypatch.setenv("PORTAL_TODAY", "2026-04-13")
    screen = open_page(finance, "billing/debits", batch=batch)
    press(screen, "Book the collection")
    assert not screen.error and invoice_card(finance, *invoice, today=TODAY).status == "paid"
    press(screen, "Book the return")
    assert not screen.error and "no funds" in texts(screen)
    assert invoice_card(finance, *invoice, today=TODAY).open.minor == 174240
    assert batch_card(finance, batch).lines[0].status == "returned"


def test_without_anything_due_it_says_so(rep: Actor, finance: Actor) -> None:
    make_account("acme", rep=rep, **SEPA)
    assert "Nothing is due by then" in texts(open_page(finance, "billing/debits"))


def test_a_rep_makes_no_debits(rep: Actor) -> None:
    assert open_page(rep, "billing/debits").error
