"""The page of the receivables: each view, a cell's invoices, both languages, the refusal."""

from datetime import timedelta

import pytest

from services.permissions import Actor
from tests.builders import TODAY, make_account, make_invoice
from tests.screens import open_page, texts

PAGE = "reports/receivables"


@pytest.fixture
def invoice(rep: Actor) -> int:
    return make_invoice(rep, make_account(rep=rep), today=TODAY - timedelta(days=45))


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("view", ["aging", "calls", "reminders", "days"])
def test_each_view_opens(db: object, finance: Actor, invoice: int, language: str, view: str) -> None:
    screen = open_page(finance, PAGE, language=language, view=view)
    assert not screen.error and not screen.exception
    if view != "reminders":
        assert screen.dataframe or screen.metric


def test_a_cell_in_the_address_shows_its_invoices(db: object, finance: Actor, invoice: int) -> None:
    screen = open_page(finance, PAGE, bucket="1-30")
    said = texts(screen)
    assert "1–30 days" in said and "All accounts" in said
    assert "INVES-2026-000001" in "\n".join(frame.value.to_string() for frame in screen.dataframe)
    for odd in ({"of": 2**63}, {"of": "²"}, {"cell_page": "²"}):
        assert not open_page(finance, PAGE, bucket="1-30", **odd).error, odd
    nothing = open_page(finance, PAGE, bucket="nonsense")
    assert not nothing.error and "All accounts" not in texts(nothing)


def test_a_rep_sees_the_own_and_a_licence_manager_is_refused(
    db: object, other_rep: Actor, licence_manager: Actor, invoice: int
) -> None:
    said = open_page(other_rep, PAGE)
    assert not said.error and not said.dataframe
    assert open_page(licence_manager, PAGE).error


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_statement_opens_for_a_period(db: object, finance: Actor, rep: Actor, language: str) -> None:
    account = make_account(rep=rep)
    make_invoice(rep, account, today=TODAY - timedelta(days=45))
    days = {"first": (TODAY - timedelta(days=60)).isoformat(), "last": TODAY.isoformat()}
    screen = open_page(finance, "reports/account_statement", language=language, account=account, **days)
    assert not screen.error and not screen.exception and screen.get("download_button")
    backwards = open_page(finance, "reports/account_statement", account=account, first=TODAY, last=days["first"])
    assert backwards.error and not backwards.get("download_button")
    odd = open_page(finance, "reports/account_statement", account=account, first="soon", last="2099-01-01")
    assert not odd.exception and odd.get("download_button")


def test_a_call_is_noted_on_the_page(finance: Actor, invoice: int) -> None:
    screen = open_page(finance, "reports/receivables", view="calls")
    screen.text_input(key="call:note").input("Pays on Friday")
    screen.text_input(key="call:amount").input("100,00")
    screen.date_input(key="call:day").set_value(TODAY)
    next(button for button in screen.button if button.label == "Note the call").click().run()
    assert not screen.exception and [error.value for error in screen.error] == []
    assert "The call is noted" in texts(screen)
    frame = screen.dataframe[0].value
    assert [promise for promise in frame["promised"] if promise] == [f"€100.00 by {TODAY.day} Apr {TODAY.year}"]
