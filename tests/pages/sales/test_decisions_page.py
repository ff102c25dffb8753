"""The decision calendar's page: list, month and timeline in both languages, filters in its address, the way on."""

from datetime import timedelta

import pandas as pd
import pytest

from dashboard import navigation
from dashboard.components.decision_table import settled_on
from data.period import Interval
from services.permissions import Actor
from services.rules.decisions import Kind
from services.rules.ordering import ItemKind, OrderItem
from tests.builders import TODAY, make_account
from tests.ordering import TRIAL, order, request
from tests.screens import open_page, texts

NOTICE = TODAY + timedelta(days=60)


@pytest.fixture
def account(rep: Actor) -> int:
    """A quarter of backup for 20 devices whose notice is due in 61 days, and a trial of 30 days."""
    account = make_account(rep=rep, legal_name="Acme <b>S.A.</b>")
    order(rep, request(account, OrderItem(ItemKind.PURCHASE, "backup-devices", 20, Interval.QUARTER), TRIAL))
    return account


def listed(frame: pd.DataFrame, column: str) -> list[object]:
    return frame[column].tolist()


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_list_says_what_doing_nothing_comes_to(rep: Actor, account: int, language: str) -> None:
    screen = open_page(rep, "sales/decisions", language=language)
    assert not screen.exception and not screen.error
    frame = screen.dataframe[0].value
    assert [row[0] for row in listed(frame, "kind")] == (
        ["End of trial", "Last day of notice"] if language == "en" else ["Fin de la prueba", "Fin del preaviso"]
    )
    sentence = str(listed(frame, "sentence")[0])
    assert sentence.startswith("Doing nothing costs €40.00" if language == "en" else "No hacer nada cuesta 40,00")
    assert [metric.value for metric in screen.metric][:2] == ["0", "1"]
    assert len(screen.get("download_button")) == 2


def test_filters_stand_in_the_address(rep: Actor, account: int) -> None:
    for asked, count in (
        ({"kind": "trial"}, 1),
        ({"product": "backup"}, 1),
        ({"ahead": "30"}, 1),
        ({"q": "acme"}, 2),
        ({"least": "100"}, 2),  # the trial stays
        ({"least": "100000"}, 1),
        ({"terms": "long", "kind": "notice"}, 1),
        ({"owner": str(rep.user_id)}, 2),
        ({"account": account}, 2),
    ):
        screen = open_page(rep, "sales/decisions", **asked)
        assert not screen.exception and len(screen.dataframe[0].value) == count, asked
    screen = open_page(rep, "sales/decisions", kind="mandate")
    assert not screen.dataframe and "Clear the filters" in texts(screen)


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_month_opens_a_day_and_the_timeline_draws(rep: Actor, account: int, language: str) -> None:
    day = TODAY + timedelta(days=29)
    asked = {"view": "month", "month": f"{day:%Y-%m}", "day": day.isoformat()}
    screen = open_page(rep, "sales/decisions", language=language, **asked)
    assert not screen.exception and len(screen.dataframe[0].value) == 1
    opened = next(button for button in screen.button if button.key == f"decisions:open:{day.isoformat()}")
    assert opened.label == ("1 decision" if language == "en" else "1 decisión")
    screen = open_page(rep, "sales/decisions", language=language, view="timeline")
    assert not screen.exception and screen.get("plotly_chart")


def test_who_has_nothing_to_decide_is_told_so(rep: Actor, licence_manager: Actor) -> None:
    for actor in (rep, licence_manager):
        screen = open_page(actor, "sales/decisions")
        assert not screen.exception and "Nothing that can cost money is to be decided" in texts(screen)


def test_each_kind_leads_to_the_page_that_settles_it(rep: Actor, licence_manager: Actor, finance: Actor) -> None:
    for actor in (rep, licence_manager, finance):
        for kind in Kind:
            subscription = 0 if kind in (Kind.PURCHASE_ORDER, Kind.MANDATE, Kind.EXEMPTION, Kind.PROPOSAL) else 7
            path, ids = settled_on(actor, kind, 5, subscription)
            line = next(line for line in navigation.MENU if line.path == path)
            assert actor.may(line.permission) and ids["account"] == 5
    assert settled_on(rep, Kind.PURCHASE_ORDER, 5, 0) == ("sales/account", {"account": 5, "tab": "details"})
    assert settled_on(finance, Kind.MANDATE, 5, 0) == ("sales/account_edit", {"account": 5})
    assert settled_on(licence_manager, Kind.NOTICE, 5, 7) == ("seats/act", {"account": 5, "subscription": 7})
    assert settled_on(rep, Kind.NOTICE, 5, 7) == ("sales/subscription", {"account": 5, "subscription": 7})
    assert settled_on(licence_manager, Kind.MANDATE, 5, 0)[0] == "sales/account"


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_home_says_what_to_decide_next(
    rep: Actor, finance: Actor, account: int, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    monkeypatch.setenv("PORTAL_TODAY", (TODAY + timedelta(days=40)).isoformat())  # the notice is due in three weeks
    title = "Decide next" if language == "en" else "Por decidir"
    assert title in texts(screen := open_page(rep, "sales/home", language=language))
    assert ("Doing nothing costs €" if language == "en" else "No hacer nada cuesta ") in texts(screen).replace("\\", "")
    assert title not in texts(open_page(finance, "sales/home", language=language))
