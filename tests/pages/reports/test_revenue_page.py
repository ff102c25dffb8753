"""The page of revenue: its three views, the tie-out for who may see it, an empty book, both languages."""

from datetime import date

import pytest

from dashboard import cache
from services.permissions import Actor
from tests.pages.test_scope import all_of
from tests.screens import open_page, texts
from tests.services.queries import test_overview
from tests.services.queries.test_revenue import number_of

book = test_overview.book


@pytest.fixture(autouse=True)
def _day(db: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAL_TODAY", date(2026, 3, 31).isoformat())
    cache.forget()


def test_the_months_roll_forward_and_tie_out(finance: Actor, book: dict[str, int]) -> None:
    screen = open_page(finance, "reports/revenue")
    assert not screen.exception
    rows = screen.dataframe[0].value
    assert rows["closing"].tolist()[:3] == [1680_66, 1242_74, 1353_21]
    assert any("Ties out" in one.label for one in screen.expander)


def test_a_rep_sees_no_tie_out_of_the_whole_book(rep: Actor, book: dict[str, int]) -> None:
    screen = open_page(rep, "reports/revenue")
    assert not screen.exception and not screen.expander and len(screen.dataframe) >= 1


def test_the_months_ahead(finance: Actor, book: dict[str, int]) -> None:
    rows = open_page(finance, "reports/revenue", view="ahead", shown="EUR").dataframe[0].value
    assert rows["earned"].tolist()[0] == 177_54 and rows["left"].tolist()[-1] == 0


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_number_is_looked_for(rep: Actor, other_rep: Actor, book: dict[str, int], language: str) -> None:
    number = number_of(book["acme"])
    screen = open_page(rep, "reports/revenue", language=language, view="schedule", q=number)
    assert not screen.exception and screen.dataframe[0].value["net"].tolist() == [1440_00]
    assert "Acme" not in all_of(open_page(other_rep, "reports/revenue", language=language, view="schedule", q=number))


@pytest.mark.parametrize("view", ["months", "ahead", "schedule"])
def test_an_empty_book_is_a_sentence(finance: Actor, view: str) -> None:
    screen = open_page(finance, "reports/revenue", language="es", view=view)
    assert not screen.exception
    assert ("Escriba" if view == "schedule" else "uite") in texts(screen)
