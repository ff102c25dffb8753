"""The page Billing runs: where billing stands, a preview, running the night, what is parked and held."""

from datetime import date

import pytest

from services.commands.billing import stop_billing
from services.permissions import Actor
from tests.builders import make_account
from tests.ordering import order, request
from tests.screens import open_page, texts
from tests.services.commands.billing_calls import hold_and_park
from tests.services.night.book import START, SUPPORT, at_nine, night

PAGE = "billing/nights"


@pytest.fixture
def acme(rep: Actor, monkeypatch: pytest.MonkeyPatch) -> int:
    """A monthly subscription whose first period ends on the page's day."""
    monkeypatch.setenv("PORTAL_TODAY", "2026-02-28")
    at_nine(START)
    account = make_account("acme", rep=rep)
    order(rep, request(account, SUPPORT), START)
    return account


def test_a_preview_says_what_the_run_would_do_and_writes_nothing(finance: Actor, acme: int) -> None:
    screen = open_page(finance, PAGE)
    screen.button(key="preview").click().run()
    assert not screen.exception
    assert "Invoices 1 · Renewals 1" in texts(screen)
    assert "€193.60" in texts(screen).replace("\\", "")
    assert "No night has run yet" in texts(screen)


def test_running_the_night_bills_and_says_so(finance: Actor, acme: int) -> None:
    screen = open_page(finance, PAGE)
    screen.button(key="run").click().run()
    assert not screen.exception
    assert "Invoices 1 · Renewals 1" in texts(screen)
    assert "Invoices 1 · Renewals 1" in screen.dataframe[0].value["did"].tolist()


def test_a_parked_account_is_listed_with_its_reason_and_tried_again(finance: Actor, acme: int) -> None:
    hold_and_park(acme)
    night(date(2026, 2, 3))  # nothing of the account is due, so it is taken back when it is tried
    screen = open_page(finance, PAGE)
    assert "Purchase order PO-1 expired on 31 Mar 2026" in screen.dataframe[1].value["why"][0]
    screen.button(key="retry").click().run()
    assert not screen.exception and "Done" in texts(screen)


def test_a_held_document_is_released(finance: Actor, acme: int) -> None:
    hold_and_park(acme)
    screen = open_page(finance, PAGE)
    screen.button(key="release").click().run()
    assert not screen.exception
    assert "Issued as INVES-2026-000002" in texts(screen).replace("\\", "")


def test_a_stopped_billing_says_why_and_resumes(finance: Actor, acme: int) -> None:
    stop_billing(finance, "Prices are wrong")
    screen = open_page(finance, PAGE, language="es")
    assert "La facturación está detenida: Prices are wrong" in texts(screen)
    assert screen.button(key="run").disabled
    screen.button(key="resume").click().run()
    assert not screen.exception and not screen.button(key="run").disabled


def test_a_manager_looks_and_does_not_run(manager: Actor, acme: int) -> None:
    screen = open_page(manager, PAGE)
    assert not screen.exception
    assert [button.key for button in screen.button if button.key == "run"] == []


def test_held_documents_stand_among_the_approvals_too(finance: Actor, rep: Actor, acme: int) -> None:
    hold_and_park(acme)
    screen = open_page(finance, "billing/approvals")
    assert "Held documents" in texts(screen) and not screen.exception
    screen.button(key="release").click().run()
    assert "Issued as INVES-2026-000002" in texts(screen).replace("\\", "")
    assert "Held documents" not in texts(open_page(rep, "billing/approvals"))
