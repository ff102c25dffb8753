"""The tax page: book, lists and checks as finance sees them, in both languages; others are refused."""

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import cache
from services.permissions import Actor
from services.queries.vat_confirmations import unconfirmed
from tests.screens import open_page, texts
from tests.services.tax_world import World, build


@pytest.fixture(autouse=True)
def fresh() -> None:
    """Nothing is kept from another test's book."""
    cache.forget()


@pytest.fixture
def world(admin: Actor) -> World:
    """A month with every way of taxing."""
    return build(admin)


def said(screen: AppTest) -> str:
    assert not screen.exception and not screen.error
    return texts(screen).replace("\\", "").replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("language", "figure", "shown"), [("en", "Tax charged", "€1,187.62"), ("es", "Cuota de IVA", "1.187,62 €")]
)
def test_the_book_of_a_month_with_what_it_adds_up_to(
    world: World, finance: Actor, language: str, figure: str, shown: str
) -> None:
    screen = open_page(finance, "reports/tax", language=language, period="2026-04")
    assert ("Ties out" if language == "en" else "Cuadra") in " ".join(e.label for e in screen.expander)
    figures = {metric.label: metric.value.replace("\\", "").replace("\u00a0", " ") for metric in screen.metric}
    assert figures[figure] == shown
    totals, book = screen.dataframe[-2].value, screen.dataframe[-1].value
    assert len(totals) == 7 and len(book) == 9
    assert "INVES-2026-000001" in book["number"].tolist()


def test_a_total_is_opened_to_its_rows(world: World, finance: Actor) -> None:
    screen = open_page(finance, "reports/tax", period="2026-04", kind="standard.ES.21")
    assert len(screen.dataframe[-1].value) == 3
    screen.selectbox(key="kind").set_value("exempt").run()
    assert screen.dataframe[-1].value["buyer"].tolist() == ["Cruz"]


def test_anything_else_in_the_address_is_not_chosen(world: World, finance: Actor) -> None:
    screen = open_page(finance, "reports/tax", period="1999-13", seller="zz", kind="x", unit="week", tax_view="y")
    assert "May 2026" in said(screen)  # the latest
    assert len(screen.dataframe[-1].value) == 1


def test_a_quarter_and_a_year_are_chosen_by_the_address(world: World, finance: Actor) -> None:
    for unit, period in (("quarter", "2026-Q2"), ("year", "2026")):
        screen = open_page(finance, "reports/tax", unit=unit, period=period)
        said(screen)
        assert len(screen.dataframe[-1].value) == 10


def test_the_ec_sales_list_is_what_is_reported(world: World, finance: Actor) -> None:
    for language in ("en", "es"):
        screen = open_page(
            finance, "reports/tax", language=language, tax_view="ec_sales", unit="quarter", period="2026-Q2"
        )
        shown = said(screen)
        frame = screen.dataframe[-1].value
        assert frame["vat_number"].tolist() == ["FR40303265045"] and frame["net_minor"].tolist() == [1440_00]
        assert "€1,440.00" in shown or "1440,00" in shown or "1.440,00" in shown


def test_oss_tells_consumers_from_businesses(world: World, finance: Actor) -> None:
    screen = open_page(finance, "reports/tax", tax_view="oss")
    consumers, businesses = screen.dataframe[0].value, screen.dataframe[1].value
    assert consumers["country"].tolist() == ["Italy"] and consumers["tax_minor"].tolist() == [316_80]
    assert businesses["country"].tolist() == ["Portugal"]
    assert "Businesses charged the rate" in said(screen)


def test_a_number_is_confirmed_where_it_is_listed(world: World, finance: Actor) -> None:
    account = world.accounts["paris"]
    screen = open_page(finance, "reports/tax", account=account)
    assert "FR40303265045" in said(screen)
    next(box for box in screen.text_input if box.label == "Consultation number").set_value("WAPI-1")
    next(button for button in screen.button if button.label == "Save check").click().run()
    assert "was recorded" in said(screen)
    assert unconfirmed(finance, "es").total == 0
    assert "is confirmed" in said(screen)


def test_without_a_consultation_number_nothing_is_confirmed(world: World, finance: Actor) -> None:
    screen = open_page(finance, "reports/tax", account=world.accounts["paris"])
    next(button for button in screen.button if button.label == "Save check").click().run()
    assert screen.error
    assert unconfirmed(finance, "es").total == 1


def test_without_documents_the_page_says_so(db: object, finance: Actor) -> None:
    for language in ("en", "es"):
        screen = open_page(finance, "reports/tax", language=language)
        assert "first invoice" in said(screen) or "primera factura" in said(screen)


def test_who_may_not_see_tax_is_refused(world: World, rep: Actor, manager: Actor) -> None:
    for actor in (rep, manager):
        screen = open_page(actor, "reports/tax")
        assert screen.error and not screen.dataframe
