"""The bar of report filters: the URL leads, the widgets follow, and pages take over from each other."""

from datetime import UTC, date, datetime

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import cache, state
from services.permissions import Actor
from services.rules.report_filters import ReportFilters
from tests.builders import TODAY, make_account
from tests.screens import texts


def page() -> None:
    """A page with nothing but the bar, limited by country on the page "plain"."""
    import streamlit as st

    from dashboard import navigation, sign_in
    from dashboard.components.report_filters import report_filters
    from services.rules.report_filters import NAMES

    names = ("country", "as_of") if navigation.here() == "plain" else NAMES
    st.text(repr(report_filters(sign_in.actor(), names=names)))


def shown(screen: AppTest) -> ReportFilters:
    """What the page got."""
    assert not screen.exception
    found = eval(screen.text[0].value, {"ReportFilters": ReportFilters, "datetime": __import__("datetime")})
    assert isinstance(found, ReportFilters)
    return found


def opened(actor: Actor, language: str = "en", **params: str) -> AppTest:
    cache.forget()  # what pages of other tests were offered
    screen = AppTest.from_function(page, default_timeout=30)
    screen.session_state["signed_in"] = state.SignedIn(actor.user_id, datetime.now(UTC))
    screen.session_state["language"] = language
    screen.session_state["here"] = "one"
    for name, value in params.items():
        screen.query_params[name] = value
    return screen.run()


def address(screen: AppTest) -> dict[str, str]:
    """The parameters in the address."""
    return {name: value if isinstance(value, str) else value[-1] for name, value in screen.query_params.items()}


def go(screen: AppTest, here: str) -> AppTest:
    """To another page by its menu line: nothing in the address."""
    screen.session_state["here"] = here
    for name in list(screen.query_params):
        del screen.query_params[name]
    return screen.run()


@pytest.fixture
def accounts(rep: Actor, other_rep: Actor) -> None:
    make_account("alba", rep=rep, country="ES", currency="EUR", segment="Energy")
    make_account("birch", rep=other_rep, country="US", currency="USD", segment="Retail")


def test_the_address_is_what_the_page_is_limited_to(finance: Actor, accounts: None) -> None:
    screen = opened(finance, currency="USD", country="US", as_of="2026-03-31")
    assert shown(screen) == ReportFilters(date(2026, 3, 31), currency="USD", country="US")
    assert screen.selectbox(key="report:country").value == "US"
    assert "USD · Country: United States · As of: 31 Mar 2026" in texts(screen).replace("\\", "")


def test_a_choice_goes_into_the_address(finance: Actor, accounts: None) -> None:
    screen = opened(finance)
    assert shown(screen) == ReportFilters(TODAY)
    screen.selectbox(key="report:segment").set_value("Energy").run()
    screen.selectbox(key="report:currency").set_value("converted").run()
    screen.date_input(key="report:as_of").set_value(date(2026, 3, 1)).run()
    assert shown(screen) == ReportFilters(date(2026, 3, 1), converted=True, segment="Energy")
    assert address(screen) == {"segment": "Energy", "currency": "converted", "as_of": "2026-03-01"}


def test_another_page_takes_over_and_one_that_cannot_keeps(finance: Actor, accounts: None) -> None:
    screen = opened(finance, product="support", country="US")
    assert shown(go(screen, "plain")) == ReportFilters(TODAY, country="US")
    assert address(screen) == {"product": "support", "country": "US"}
    screen.selectbox(key="report:country").set_value("ES").run()
    assert shown(go(screen, "two")) == ReportFilters(TODAY, product="support", country="ES")


def test_an_address_with_filters_replaces_what_was_kept(finance: Actor, accounts: None) -> None:
    screen = opened(finance, product="support", country="US")
    screen.query_params.clear()
    screen.query_params["segment"] = "Retail"
    screen.session_state["here"] = "two"
    assert shown(screen.run()) == ReportFilters(TODAY, segment="Retail")


def test_the_same_page_without_filters_is_without_filters(finance: Actor, accounts: None) -> None:
    screen = opened(finance, country="US")
    assert shown(go(screen, "one")) == ReportFilters(TODAY)


def test_clearing_forgets_them_all(finance: Actor, accounts: None) -> None:
    screen = opened(finance, country="US", product="support", as_of="2026-03-31")
    screen.button(key="report:clear").click().run()
    assert shown(screen) == ReportFilters(TODAY)
    assert address(screen) == {}
    assert "Not filtered" in texts(screen)
    assert shown(go(screen, "two")) == ReportFilters(TODAY)


def test_a_bad_address_is_said_and_mended(finance: Actor, accounts: None) -> None:
    screen = opened(finance, language="es", country="XX", as_of="2027-01-01", currency="EUR")
    assert [warning.value.replace("\\", "") for warning in screen.warning] == [
        "País: la dirección pide «XX», que no se le ofrece. Aquí no limita nada.",
        "A fecha de: el 1 ene 2027 todavía no ha llegado. El informe es a fecha de hoy.",
    ]
    assert shown(screen) == ReportFilters(TODAY, currency="EUR")
    assert address(screen) == {"currency": "EUR"}


def test_a_rep_is_not_offered_what_colleagues_have(rep: Actor, other_rep: Actor, accounts: None) -> None:
    screen = opened(rep, country="US", rep=str(other_rep.user_id))
    assert shown(screen) == ReportFilters(TODAY)
    assert len(screen.warning) == 2
    assert "report:rep" not in [box.key for box in screen.selectbox]
    assert screen.selectbox(key="report:currency").options == ["Each by itself", "EUR", "Converted to EUR"]
