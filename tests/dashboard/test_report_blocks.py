"""The building blocks of reports: the calendar, the tie-out strip, shaded tables, trends and timelines."""

import json

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from dashboard import theme
from dashboard.components.columns import Column, Kind
from dashboard.components.heat import shading
from data.money import CurrencyMismatch, Money
from services.rules.tie_outs import Offender, TieOut
from services.words.report_texts import TIE_OUTS
from tests.dashboard.test_theme import AA, contrast


def gallery() -> None:
    from tests.browser import gallery_reports

    gallery_reports.draw()


@pytest.fixture
def screen() -> AppTest:
    screen = AppTest.from_function(gallery, default_timeout=30)
    screen.session_state["language"] = "es"
    screen.run()
    assert not screen.exception
    return screen


def test_a_day_is_opened_and_closed_and_stands_in_the_address(screen: AppTest) -> None:
    button = screen.button(key="days:open:2026-11-04")
    assert button.label == "2 facturas"
    button.click().run()
    assert screen.query_params["day"] in ("2026-11-04", ["2026-11-04"])
    screen.button(key="days:open:2026-11-04").click().run()
    assert "day" not in screen.query_params


def test_the_months_are_turned_and_the_day_is_closed(screen: AppTest) -> None:
    screen.button(key="days:open:2026-11-04").click().run()
    screen.button(key="days:chevron_right").click().run()
    assert screen.query_params["month"] in ("2026-12", ["2026-12"])
    assert "day" not in screen.query_params
    assert any("dic 2026" in text.value for text in screen.markdown)


@pytest.mark.parametrize("given", ["", "x", "2026-13", "2026-1-1", "20261101", "<b>"])
def test_a_month_that_is_none_is_the_present_one(given: str) -> None:
    screen = AppTest.from_function(gallery, default_timeout=30)
    screen.query_params["month"] = given
    assert not screen.run().exception
    assert screen.button(key="days:open:2026-11-01").label == f"{1} invoice"


def test_what_ties_out_is_one_green_line_and_what_differs_stands_open(screen: AppTest) -> None:
    green, red = screen.expander[-2], screen.expander[-1]
    assert "Cuadra: 2 comprobaciones" in green.label and not green.proto.expanded
    assert "1 comprobación no cuadra" in red.label and red.proto.expanded
    first = red.dataframe[0].value.iloc[0]
    assert first["difference"] == "1,00\xa0€"
    assert red.dataframe[1].value.iloc[0]["subject"] == "INVES-2026-000118"


def test_a_tie_out_compares_like_with_like() -> None:
    assert TieOut("numbers_gapless", 3, 3).holds
    assert not TieOut("numbers_gapless", 3, 3, (Offender("12", 1, 2),)).holds
    assert TieOut("movements_add_up", Money(5, "EUR"), Money(3, "EUR")).difference == Money(-2, "EUR")
    with pytest.raises(CurrencyMismatch):
        _ = TieOut("movements_add_up", Money(5, "EUR"), Money(5, "USD")).holds
    with pytest.raises(TypeError):
        _ = TieOut("movements_add_up", Money(5, "EUR"), 5).holds
    assert all(len(names) == 3 for names in TIE_OUTS.values())


def test_shading_compares_within_a_currency_and_leaves_nothing_bare() -> None:
    frame = pd.DataFrame({"a": [1, 100, None], "b": [9_000, -5, 0], "currency": ["EUR", "USD", "EUR"]})
    columns = [Column("a", "A", Kind.MONEY, heat="age"), Column("b", "B", Kind.MONEY, heat="age")]
    css = shading(frame, columns)
    deepest, lightest = theme.HEAT[False][-1], theme.HEAT[False][0]
    assert [deepest in css["b"][0], deepest in css["a"][1], lightest in css["a"][0]] == [True] * 3
    assert [css["a"][2], css["b"][1], css["b"][2]] == ["", "", ""]


@pytest.mark.parametrize("dark", [True, False])
def test_a_figure_can_be_read_on_every_shade(dark: bool) -> None:
    assert all(contrast(theme.TEXT[dark], shade) >= AA for shade in theme.HEAT[dark])


def test_a_timeline_shows_a_name_as_it_is(screen: AppTest) -> None:
    figure = json.loads(screen.get("plotly_chart")[-1].proto.spec)
    names = figure["layout"]["yaxis"]["ticktext"]
    assert names[1].startswith("&lt;a href=") and len(names[2]) == 34
    assert [text.startswith("&lt;a href=") for trace in figure["data"] for text in trace["customdata"]].count(True) == 1
