"""The page Utilization: figures with their definitions, filters in the URL, each table, what is empty and refused."""

import pytest

from dashboard import cache
from services import uses
from services.permissions import Actor
from tests.builders import TODAY, make_account, make_licensed_user, make_seat, make_subscription
from tests.screens import open_page, texts
from tests.services.test_uses import ago

PAGE = "seats/utilization"


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    cache.forget()


@pytest.fixture
def book(rep: Actor) -> int:
    """Ten seats bought, three assigned, nothing told of their use."""
    account = make_account("acme", rep=rep, legal_name="Acme Holding")
    subscription = make_subscription(account, "support-pro", seats=10)
    for number in range(3):
        user = make_licensed_user(account, f"p{number}@acme.example", department="Sales")
        make_seat(account, subscription, user, assigned_on=ago(90))
    uses.refresh_all(TODAY)
    return account


def test_it_opens_with_figures_and_what_they_divide(book: int, rep: Actor) -> None:
    screen = open_page(rep, PAGE)
    assert not screen.exception and not screen.error
    figures = {metric.label: metric.value for metric in screen.metric}
    assert (figures["Bought"], figures["Assigned %"], figures["In use %"]) == ("10", "30%", "no evidence")
    assert "3 assigned / 10 bought" in texts(screen) and "As of 11 Apr 2026" in texts(screen)
    spanish = open_page(rep, PAGE, language="es")
    assert "3 asignadas / 10 compradas" in texts(spanish)


@pytest.mark.parametrize("by", ["product", "plan", "account", "country", "department", "cost_centre", "manager", "map"])
def test_each_table_opens_by_its_address(book: int, rep: Actor, by: str) -> None:
    screen = open_page(rep, PAGE, by=by)
    assert not screen.exception and not screen.error
    shown = screen.dataframe[0].value.to_string()
    wanted = {"product": "Remote Support", "plan": "Remote Support", "country": "Spain", "department": "Sales"}
    assert wanted.get(by, "Acme Holding") in shown


def test_filters_stand_in_the_address(book: int, rep: Actor) -> None:
    other = make_account("birch", rep=rep, country="DE")
    make_subscription(other, "meetings-team", seats=7)
    uses.refresh_all(TODAY)
    cache.forget()
    for filters, bought in (({"country": "DE"}, "7"), ({"product": "support"}, "10"), ({"country": "XX"}, "17")):
        figures = {metric.label: metric.value for metric in open_page(rep, PAGE, **filters).metric}
        assert figures["Bought"] == bought, filters


def test_nothing_bought_is_a_sentence_and_finance_is_refused(
    db: object, rep: Actor, finance: Actor, licence_manager: Actor
) -> None:
    for actor in (rep, licence_manager):
        screen = open_page(actor, PAGE)
        assert not screen.exception and not screen.metric
        assert "No account here has licences" in texts(screen)
    assert open_page(finance, PAGE).error
