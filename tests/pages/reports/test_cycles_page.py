"""The page of billing cycles: each section shows its figures, a day opens, the own accounts only."""

import pytest

from services.permissions import Actor
from tests.builders import TODAY, make_account
from tests.ordering import PRO, TRIAL, order, request
from tests.screens import open_page, texts

PAGE = "reports/cycles"


@pytest.fixture(autouse=True)
def _book(db: object, rep: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten seats for a year at 144.00, renewing on 11 April 2027; a trial converts on 11 May, five seats at 8.00."""
    monkeypatch.setenv("PORTAL_TODAY", TODAY.isoformat())
    account = make_account("zebrawood", rep=rep, legal_name="Zebrawood")
    order(rep, request(account, PRO, TRIAL))


def test_a_day_of_the_calendar_opens_its_list(rep: Actor) -> None:
    screen = open_page(rep, PAGE, month="2027-04", day="2027-04-11")
    assert not screen.exception and not screen.error
    assert [button.label for button in screen.button if button.label.endswith("periods")] == ["2 periods"]
    (frame,) = (one.value for one in screen.dataframe)
    assert frame["account"].tolist() == ["Zebrawood"] * 2 and frame["amount_minor"].tolist() == [1_440_00, 40_00]


@pytest.mark.parametrize("month", ["2025-01", "2099-12", "9999-12", "x"])
def test_a_month_that_is_past_or_far_ahead_shows_the_nearest_one(rep: Actor, month: str) -> None:
    screen = open_page(rep, PAGE, month=month)
    assert not screen.exception and not screen.error
    assert bool(screen.info) is (month != "x")


def test_renewals_are_filtered_by_the_address(rep: Actor) -> None:
    shown = open_page(rep, PAGE, view="renewals")
    assert [one.value["account"].tolist() for one in shown.dataframe] == [["Zebrawood"] * 2]
    none = open_page(rep, PAGE, view="renewals", renews="ends")
    assert not none.dataframe and "No renewal within twelve months matches" in texts(none)


def test_the_outlook_says_what_is_billed_and_how_late_it_is_paid(rep: Actor) -> None:
    screen = open_page(rep, PAGE, view="outlook")
    assert not screen.exception and not screen.error
    # eleven months of the converted trial until March; what is billed in March is paid in April
    assert [one.value for one in screen.metric] == ["€440\\.00", "€400\\.00", "€1,742\\.40"]
    assert "the average days past due" in texts(screen)


def test_what_runs_today_is_counted_and_nights_are_for_those_who_see_billing(rep: Actor, finance: Actor) -> None:
    own = open_page(rep, PAGE, view="today")
    assert [one.value for one in own.metric] == ["1", "1", "0", "0"]
    assert "The last nights" not in texts(own)
    assert "The last nights" in texts(open_page(finance, PAGE, view="today"))


def test_it_speaks_spanish_and_tells_a_colleague_nothing(rep: Actor, other_rep: Actor) -> None:
    assert "Ciclos de facturación" in texts(open_page(rep, PAGE, language="es"))
    for view in ("calendar", "renewals", "outlook", "today"):
        screen = open_page(other_rep, PAGE, view=view, month="2027-04", day="2027-04-11")
        assert not screen.exception and not screen.error and not screen.dataframe, view


def test_a_licence_manager_is_refused(licence_manager: Actor) -> None:
    assert open_page(licence_manager, PAGE).error
