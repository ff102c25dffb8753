"""The business day: the selling entity's, wherever the server stands."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from dashboard import day, state
from services.permissions import Actor
from services.queries.sellers import time_zone_of
from tests.builders import make_account, make_seller
from tests.screens import open_page

# In New York it is still the evening of the 10th, in Madrid the morning of the 11th.
INSTANT = datetime(2026, 4, 11, 2, 30, tzinfo=UTC)


class _Clock(datetime):
    @classmethod
    def now(cls, tz: Any = None) -> datetime:
        return INSTANT.astimezone(tz or UTC)


def test_the_day_of_an_account_is_its_sellers(db: object, rep: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PORTAL_TODAY", raising=False)
    monkeypatch.setattr(day, "datetime", _Clock)
    american = make_account("american", rep=rep, country="US", currency="USD", seller=make_seller("US"))
    spanish = make_account("spanish", rep=rep)
    for account, zone, shown in ((american, "America/New_York", 10), (spanish, "Europe/Madrid", 11)):
        assert time_zone_of(rep, account) == zone
        screen = open_page(rep, "sales/account", account=account)
        assert screen.session_state["business_zone"] == zone
        monkeypatch.setattr(state, "recall", {"business_zone": zone}.get)
        assert day.today() == date(2026, 4, shown)
        monkeypatch.undo()
        monkeypatch.delenv("PORTAL_TODAY", raising=False)
        monkeypatch.setattr(day, "datetime", _Clock)


def test_a_colleagues_account_has_no_zone_for_me(db: object, rep: Actor, other_rep: Actor) -> None:
    assert time_zone_of(other_rep, make_account(rep=rep)) == ""
