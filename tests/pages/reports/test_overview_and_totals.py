"""The pages of the overview and of totals: figures, the way to what is behind them, empty books, both languages."""

from datetime import date

import pytest

from dashboard import cache
from services.permissions import Actor
from tests.screens import open_page, texts
from tests.services.queries import test_overview
from tests.services.queries.test_receivables import without_rates

book = test_overview.book


@pytest.fixture(autouse=True)
def _day(db: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAL_TODAY", date(2026, 3, 31).isoformat())
    cache.forget()


def test_the_overview_says_the_month_against_the_one_before(finance: Actor, book: dict[str, int]) -> None:
    screen = open_page(finance, "reports/overview")
    assert not screen.exception
    shown = {metric.label: metric.value for metric in screen.metric}
    assert shown["MRR"] == "€180\\.00" and shown["Overdue"] == "€1,000\\.00"
    assert next(metric for metric in screen.metric if metric.label == "MRR").delta == "+50%"
    assert "is running" in texts(screen)


def test_another_currency_is_one_choice_away(finance: Actor, book: dict[str, int]) -> None:
    screen = open_page(finance, "reports/overview", shown="USD", span="quarter")
    assert {metric.label: metric.value for metric in screen.metric}["MRR"] == "US\\$120\\.00"


def test_a_missing_rate_is_said_on_the_page(finance: Actor, book: dict[str, int]) -> None:
    with without_rates("USD"):
        screen = open_page(finance, "reports/overview", currency="converted")
        assert any("no reference rate" in warning.value for warning in screen.warning)
        assert open_page(finance, "reports/totals", currency="converted").warning


def test_rates_and_their_day_are_shown(finance: Actor, book: dict[str, int]) -> None:
    said = texts(open_page(finance, "reports/overview", currency="converted")).replace("\\", "")
    assert "1 USD = " in said and "31 Mar 2026" in said


@pytest.mark.parametrize("path", ["reports/overview", "reports/totals"])
@pytest.mark.parametrize("language", ["en", "es"])
def test_an_empty_book_is_a_sentence(finance: Actor, path: str, language: str) -> None:
    screen = open_page(finance, path, language=language)
    assert not screen.exception and not screen.metric and not screen.dataframe
    assert ("uite" if language == "es" else "lear") in texts(screen)


def test_a_link_opens_what_a_figure_is_made_of(finance: Actor, book: dict[str, int]) -> None:
    screen = open_page(finance, "reports/totals", at_row="202603", at_column="support", at_currency="EUR")
    assert not screen.exception
    rows = screen.dataframe[-2].value  # the last one is the tie-out's
    assert rows["account"].tolist() == ["Acme"] and rows["amount_minor"].tolist() == [613_48]
    assert "Mar 2026 · Remote Support" in texts(screen).replace("\\", "")


def test_a_place_that_is_not_in_the_table_opens_nothing(finance: Actor, book: dict[str, int]) -> None:
    screen = open_page(finance, "reports/totals", at_row="209901", at_column="<script>", at_currency="EUR")
    assert not screen.exception and len(screen.dataframe) == 2


@pytest.mark.parametrize("language", ["en", "es"])
def test_totals_by_other_dimensions(finance: Actor, book: dict[str, int], language: str) -> None:
    screen = open_page(finance, "reports/totals", language=language, rows="country", columns="currency", total="tax")
    assert not screen.exception
    assert len(screen.dataframe[0].value) == 2  # Spain's tax, and the totals; abroad there is none
