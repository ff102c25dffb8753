"""Charts: exact figures in, the same look for the same thing, hostile names harmless, nothing told by colour alone."""

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.chart_styles import styles
from dashboard.components.chart_series import OTHER, Series, limited, rows_behind
from dashboard.components.charts import label
from data.money import CurrencyMismatch, Money


def eur(*minors: int | None) -> tuple[Money | None, ...]:
    return tuple(None if minor is None else Money(minor, "EUR") for minor in minors)


def test_beyond_eight_the_smallest_become_one_and_nothing_is_lost() -> None:
    series = [Series(f"s{n}", f"S{n}", eur(n * 100 + 1, None if n < 4 else -n)) for n in range(11)]
    drawn = limited(series, "Other")
    assert [one.code for one in drawn] == [*(f"s{n}" for n in range(4, 11)), OTHER]
    assert drawn[-1].values == (Money(0 + 100 + 200 + 300 + 4, "EUR"), None)
    assert limited(series[:8], "Other") == series[:8]


def test_the_table_behind_has_the_exact_figures() -> None:
    frame, columns = rows_behind(
        "Month", ["Oct", "Nov"], [Series("a", "A", eur(123_45, None)), Series("b", "B", (3, 4))]
    )
    assert frame["series_0"].tolist() == [123_45, None]
    assert [column.label for column in columns] == ["Month", "A", "B"]
    with pytest.raises(CurrencyMismatch):
        rows_behind("Month", ["Oct"], [Series("a", "A", (Money(1, "EUR"), Money(1, "USD")))])


@pytest.mark.parametrize("dark", [True, False])
def test_a_thing_looks_alike_whatever_stands_beside_it(dark: bool) -> None:
    order = ["support", "meetings", "backup", "monitoring", "signatures"]
    alone = styles(["backup"], order=order, dark=dark)
    among = styles(["signatures", "backup", "support"], order=order, dark=dark)
    assert alone["backup"] == among["backup"]
    assert styles(["churn"], dark=dark)["churn"] == styles(["new", "churn", "ES"], dark=dark)["churn"]


def test_no_two_things_of_a_chart_look_alike() -> None:
    for codes in (
        ["new", "expansion", "reactivation", "contraction", "churn", "currency"],
        ["not_due", "1-30", "31-60", "61-90", "91-120", "over_120"],
        ["ES", "DE", "FR", "US", "GB", "IT", "PT", OTHER],
    ):
        found = styles(codes, dark=False)
        assert len({look.colour for look in found.values()}) == len(codes)
    ages = styles(["not_due", "1-30", "31-60", "61-90", "91-120", "over_120"], dark=False).values()
    assert len({look.place for look in ages}) == 6


def test_a_name_is_no_link() -> None:
    assert label('<a href="//evil">&</a>\n') == '&lt;a href="//evil"&gt;&amp;&lt;/a&gt;'


def page() -> None:
    import streamlit as st

    from dashboard.components.chart_series import Series
    from dashboard.components.month_charts import Step, bridge_chart, months_chart
    from data.money import Money

    def eur(minor: int) -> Money:
        return Money(minor, "EUR")

    lost = Series("churn", "<a>churn", (eur(-5_000_00), eur(0)))
    won = Series("new", "New", (eur(12_345_67), None))
    months_chart("Movements", [202610, 202611], [won, lost], key="moved", empty="None.", shape="bars")
    months_chart("Silence", [202610], [Series("new", "New", (eur(0),))], key="none", empty="Nothing moved yet.")
    steps = [
        Step("opening", "Opening", eur(10_00), True),
        Step("new", "New", eur(5_00)),
        Step("churn", "C", eur(-1_00)),
    ]
    bridge_chart("Bridge", steps, key="bridge", empty="None.")
    st.text("drawn")


def spec(screen: AppTest, number: int) -> dict[str, Any]:
    """The figure as it is sent to the browser."""
    import json

    found: dict[str, Any] = json.loads(screen.get("plotly_chart")[number].proto.spec)
    return found


@pytest.fixture
def screen() -> AppTest:
    screen = AppTest.from_function(page, default_timeout=30)
    screen.session_state["language"] = "es"
    screen.run()
    assert not screen.exception and screen.text[0].value == "drawn"
    return screen


def test_bars_say_their_exact_figure_and_the_axis_its_unit(screen: AppTest) -> None:
    figure = spec(screen, 0)
    assert figure["data"][0]["customdata"] == ["12.345,67\xa0€", ""]
    assert figure["data"][0]["y"] == [12.34567, None]
    assert figure["layout"]["yaxis"]["title"]["text"] == "miles de EUR"
    assert figure["layout"]["separators"] == ",."
    assert figure["layout"]["xaxis"]["ticktext"] == ["oct<br>2026", "nov"]
    assert figure["data"][1]["name"] == "&lt;a&gt;churn"
    assert figure["data"][0]["marker"]["color"] != figure["data"][1]["marker"]["color"]


def test_of_two_years_each_quarter_is_named_and_no_year_beside_another() -> None:
    from dashboard.components.month_charts import _month_ticks

    ticks = _month_ticks([202412, *range(202501, 202513), *range(202601, 202612)])
    assert [place for place, tick in enumerate(ticks) if tick] == [1, 4, 7, 10, 13, 16, 19, 22]
    assert [tick.partition("<br>")[2] for tick in ticks if "<br>" in tick] == ["2025", "2026"]


def test_a_bridge_names_gains_and_losses_by_their_sign(screen: AppTest) -> None:
    bars = spec(screen, 1)["data"][0]
    assert bars["type"] == "waterfall"
    assert bars["measure"] == ["absolute", "relative", "relative"]
    assert bars["text"] == ["10,00\xa0€", "+5,00\xa0€", "-1,00\xa0€"]


def test_without_figures_there_is_a_sentence_and_no_axes(screen: AppTest) -> None:
    assert len(screen.get("plotly_chart")) == 2
    assert any("Nothing moved yet" in text.value for text in screen.markdown)


def test_the_toolbar_speaks_the_readers_language(screen: AppTest) -> None:
    import json

    config = json.loads(screen.get("plotly_chart")[0].proto.config)
    assert config["modeBarButtons"] == [["toImage"]]
    assert config["locales"]["es"]["dictionary"]["Download plot as a PNG"] == "Descargar como PNG"
