"""The page of the licence position: the day of the URL, its figures, its paper, its holders."""

from datetime import date

import pytest

from services.permissions import Actor
from tests.builders import TODAY, make_account, make_licensed_user, make_seat
from tests.ordering import PRO, order, request
from tests.screens import open_page, texts


@pytest.fixture
def account(rep: Actor) -> int:
    """Ten seats bought in January, one of them given in March."""
    account = make_account("acme", rep=rep)
    bought = order(rep, request(account, PRO), today=date(2026, 1, 1)).subscription_ids[0]
    user = make_licensed_user(account, "quill@acme.example")
    make_seat(account, bought, user, assigned_on=date(2026, 3, 1))
    return account


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_day_of_the_url_is_shown(account: int, rep: Actor, language: str) -> None:
    screen = open_page(rep, "seats/position", language=language, account=account)
    assert not screen.error
    assert [metric.value for metric in screen.metric][:2] == ["10", "1"]
    assert screen.dataframe[1].value["person"].tolist() == ["Quill"]
    before = open_page(rep, "seats/position", language=language, account=account, on="2026-02-28")
    assert [metric.value for metric in before.metric][:2] == ["10", "0"]
    assert len(before.dataframe) == 1 and len(before.get("download_button")) == 3
    long_ago = open_page(rep, "seats/position", language=language, account=account, on="2020-01-01")
    assert not long_ago.dataframe and not long_ago.error


def test_nonsense_in_the_url_is_today(account: int, rep: Actor) -> None:
    for given in ("2026-13-40", "", "tomorrow", "2099-01-01"):
        screen = open_page(rep, "seats/position", account=account, on=given)
        assert screen.date_input[0].value == TODAY and not screen.error


def test_the_use_of_seats_leads_there(account: int, rep: Actor) -> None:
    screen = open_page(rep, "seats/use", account=account)
    assert "Licence position" in str([one.proto for one in screen.get("page_link")])
    assert "Acme" in texts(open_page(rep, "seats/position", account=account))
