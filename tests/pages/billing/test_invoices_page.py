"""The pages of invoices: the list and its filters, a document, and crediting it."""

from datetime import date

import pytest

from data.money import Money
from services.commands.credit_notes import CreditRequest, credit_invoice
from services.permissions import Actor
from services.queries.credit_notes import preview_credit
from services.queries.invoices import list_invoices
from services.rules.credits import CreditScope
from tests.builders import TODAY, make_account, make_invoice
from tests.screens import open_page, texts


@pytest.fixture
def invoice(rep: Actor) -> tuple[int, int]:
    """Ten seats for a year, 1,742.40 €, overdue since February: account id, document id."""
    account = make_account("acme", rep=rep, legal_name="Acme *Ibérica*")
    return account, make_invoice(rep, account, today=date(2026, 1, 10))


def test_the_list_shows_documents_and_their_sum(invoice: tuple[int, int], finance: Actor) -> None:
    screen = open_page(finance, "billing/invoices")
    assert not screen.exception and not screen.error
    frame = screen.dataframe[0].value
    assert frame["number"].tolist() == ["INVES-2026-000001"]
    assert frame["status"].tolist() == [["overdue"]]
    assert "€1,742" in texts(screen)


@pytest.mark.parametrize(("status", "rows"), [("overdue", 1), ("paid", 0), ("nonsense", 1)])
def test_a_filter_in_the_url_is_the_same_in_every_language(
    invoice: tuple[int, int], finance: Actor, status: str, rows: int
) -> None:
    for language in ("en", "es"):
        screen = open_page(finance, "billing/invoices", language=language, status=status)
        assert not screen.error
        assert len(screen.dataframe) == rows


def test_a_search_that_finds_nothing_says_so(invoice: tuple[int, int], finance: Actor) -> None:
    screen = open_page(finance, "billing/invoices")
    screen.text_input(key="q").set_value("nobody").run()
    assert not screen.dataframe
    assert "No document matches" in texts(screen)


def test_a_document_explains_itself(invoice: tuple[int, int], rep: Actor) -> None:
    screen = open_page(rep, "billing/invoice", account=invoice[0], document=invoice[1])
    said = texts(screen).replace("\\", "")
    assert not screen.error
    assert "Invoice INVES-2026-000001" in said
    assert "10 seats × 144.00 = 1,440.00" in said
    assert "billing@acme.example" in said
    assert [area.key for area in screen.text_area] == ["write_off_reason"]  # a rep asks for it, and credits nothing


def test_a_document_of_somebody_else_is_not_found(invoice: tuple[int, int], other_rep: Actor, finance: Actor) -> None:
    for actor, document in ((other_rep, invoice[1]), (finance, 5), (finance, "x")):
        screen = open_page(actor, "billing/invoice", account=invoice[0], document=document)
        assert "does not exist" in screen.error[0].value


def test_finance_credits_an_invoice_and_lands_on_the_credit_note(invoice: tuple[int, int], finance: Actor) -> None:
    screen = open_page(finance, "billing/invoice", account=invoice[0], document=invoice[1])
    screen.text_area(key="credit_reason").set_value("Wrong company")
    next(button for button in screen.button if button.label == "Issue credit note").click().run()
    assert not screen.error
    said = texts(screen).replace("\\", "")
    assert "Credit note CNES-2026-000001" in said and "was issued" in said
    frame = list_invoices(finance, today=TODAY).frame
    assert frame["total_minor"].tolist() == [-174240, 174240]


def test_without_a_reason_nothing_is_credited(invoice: tuple[int, int], finance: Actor) -> None:
    screen = open_page(finance, "billing/invoice", language="es", account=invoice[0], document=invoice[1])
    next(button for button in screen.button if button.label == "Emitir factura rectificativa").click().run()
    assert "Motivo" in screen.error[0].value
    assert list_invoices(finance, today=TODAY).total == 1


def test_a_credited_invoice_offers_no_second_credit(invoice: tuple[int, int], finance: Actor) -> None:
    screen = open_page(finance, "billing/invoice", account=invoice[0], document=invoice[1])
    screen.text_area(key="credit_reason").set_value("Wrong company")
    next(button for button in screen.button if button.label == "Issue credit note").click().run()
    screen = open_page(finance, "billing/invoice", account=invoice[0], document=invoice[1])
    assert not screen.text_area
    assert "credited" in texts(screen)


def test_a_filter_survives_a_change_of_language(invoice: tuple[int, int], finance: Actor) -> None:
    screen = open_page(finance, "billing/invoices")
    screen.segmented_control(key="status").set_value("paid").run()
    screen.selectbox(key="month").set_value("202601").run()
    screen.segmented_control(key="language_choice").set_value("es").run()
    assert not screen.error
    assert (screen.segmented_control(key="status").value, screen.selectbox(key="month").value) == ("paid", "202601")
    assert "No hay documentos" in texts(screen)


def test_a_part_of_a_line_that_is_over_is_shown_without_seats_and_days(rep: Actor, finance: Actor) -> None:
    account = make_account("beta", rep=rep)
    invoice = make_invoice(rep, account, today=date(2024, 1, 10))  # its year is over
    scope = CreditScope(net=Money(100, "EUR"))
    agreed = preview_credit(finance, account, invoice, scope).total
    request = CreditRequest(account, invoice, "Goodwill", "c-1", scope)
    note = credit_invoice(finance, request, agreed=agreed, today=TODAY).credit_note_id
    screen = open_page(finance, "billing/invoice", account=account, document=note)
    said = texts(screen).replace("\\", "")
    assert not screen.error and "Agreed part of the line = 1.00 credit" in said
    assert "0 seats" not in said
