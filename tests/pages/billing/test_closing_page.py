"""The month's close on screen: what is in the way, ticking off, closing, the pack."""

from datetime import date

import pytest

from services.permissions import Actor, Role
from tests.builders import make_account, make_user
from tests.ordering import PRO, order, request
from tests.screens import open_page, texts
from tests.services.night.book import at_nine, nights

START, TODAY = date(2026, 3, 20), date(2026, 4, 2)


@pytest.fixture
def finance(db: object, admin: Actor, monkeypatch: pytest.MonkeyPatch) -> Actor:
    """An order in March, every night up to the second of April."""
    monkeypatch.setenv("PORTAL_TODAY", TODAY.isoformat())
    at_nine(START)
    order(admin, request(make_account("madrid", rep=admin), PRO), START)
    nights(START, TODAY)
    return make_user(Role.FINANCE, email="fin@x.example")


def test_the_page_speaks_spanish(finance: Actor) -> None:
    screen = open_page(finance, "reports/closing", language="es")
    assert not screen.exception and screen.title[0].value == "Cierre del mes"


def test_a_month_is_closed_and_its_pack_built(finance: Actor) -> None:
    screen = open_page(finance, "reports/closing")
    for place in range(4):
        box = screen.checkbox[place]
        assert str(box.key).startswith("closing_202603_")
        box.check().run()
    screen.checkbox(key="closing_sure").check().run()
    next(button for button in screen.button if button.label.startswith("Close ")).click().run()
    assert not screen.error and screen.success
    assert str(screen.checkbox[0].key).startswith("closing_202603_")  # the month one looked at stays
    screen.button(key="build_pack").click().run()
    assert "of the pack" in texts(screen) and "the same bytes" not in texts(screen)
    screen.button(key="build_pack").click().run()
    assert "the same bytes" in texts(screen)


def test_a_month_that_is_not_over_cannot_be_closed(finance: Actor) -> None:
    screen = open_page(finance, "reports/closing")
    screen.selectbox(key="closing_month").select_index(0).run()
    assert "The month is not over" in texts(screen)
    assert screen.checkbox(key="closing_sure").disabled
