"""The page of retention: its figures, scoped, and an empty book in both languages."""

import pytest

from dashboard import cache
from services.permissions import Actor
from tests.screens import open_page, texts
from tests.services.queries import test_overview

book = test_overview.book


@pytest.fixture(autouse=True)
def _day(db: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAL_TODAY", "2027-02-20")
    cache.forget()


def test_a_rep_sees_what_the_own_customers_kept(rep: Actor, other_rep: Actor, book: dict[str, int]) -> None:
    shown = {metric.label: metric.value for metric in open_page(rep, "reports/retention").metric}
    assert shown["Net revenue retention, EUR"] == "150%" and "Net revenue retention, USD" not in shown
    others = {metric.label for metric in open_page(other_rep, "reports/retention").metric}
    assert "Net revenue retention, USD" in others and "Net revenue retention, EUR" not in others


@pytest.mark.parametrize("language", ["en", "es"])
def test_an_empty_book_is_a_sentence(finance: Actor, language: str) -> None:
    screen = open_page(finance, "reports/retention", language=language)
    assert not screen.exception and not screen.metric and not screen.dataframe
    assert ("uite" if language == "es" else "lear") in texts(screen)
