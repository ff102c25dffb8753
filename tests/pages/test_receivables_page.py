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
    nothing = open_page(finance, PAGE, bucket="nonsense")
    assert not nothing.error and "All accounts" not in texts(nothing)


def test_a_rep_sees_the_own_and_a_licence_manager_is_refused(
    db: object, other_rep: Actor, licence_manager: Actor, invoice: int
) -> None:
    said = open_page(other_rep, PAGE)
    assert not said.error and not said.dataframe
    assert open_page(licence_manager, PAGE).error
