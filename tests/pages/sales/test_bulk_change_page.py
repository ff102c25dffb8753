"""The page that changes many subscriptions alike: choose, see each verdict, do it once, see what became of it."""

from collections.abc import Callable

import pytest
from sqlalchemy import func, select
from streamlit.testing.v1 import AppTest

from data import database
from data.models import Order, OutboxMail
from data.period import Interval
from services.permissions import Actor
from services.rules.bulk_changes import BulkKind
from services.rules.ordering import ItemKind, OrderItem
from tests.builders import TODAY, make_account
from tests.changing import NEW_YEAR
from tests.ordering import PRO, order, request
from tests.screens import open_page, texts

MEETINGS = OrderItem(ItemKind.PURCHASE, "meetings-team", 4, Interval.YEAR)


@pytest.fixture(autouse=True)
def on_the_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAL_TODAY", TODAY.isoformat())


@pytest.fixture
def book(rep: Actor) -> Callable[[], AppTest]:
    """Two accounts with three subscriptions; opens the page with all of them selected."""
    for code, items in (("one", (PRO, MEETINGS)), ("two", (PRO,))):
        order(rep, request(make_account(code, rep=rep), *items), today=NEW_YEAR)

    def opened(language: str = "en") -> AppTest:
        screen = open_page(rep, "sales/bulk_change", language=language)
        assert not screen.exception
        return screen.checkbox(key="bulk_change:all").check().run()

    return opened


def figures(screen: AppTest) -> list[str]:
    return [metric.value.replace("\\", "") for metric in screen.metric]


def press(screen: AppTest, key: str) -> AppTest:
    screen.button(key=key).click().run()
    assert not screen.exception and not screen.error
    return screen


def test_seats_are_previewed_then_changed_and_each_row_tells_its_order(book: Callable[[], AppTest]) -> None:
    screen = book()
    screen.segmented_control(key="bulk_change:kind").set_value(BulkKind.SEATS).run()
    screen.selectbox(key="bulk_change:timing").select_index(2)
    screen.text_input(key="bulk_change:reference").set_value("Mail of the group's buyer").run()
    press(screen, "bulk_preview")
    assert figures(screen) == ["2", "0", "1", "€209.10", "€24.00"]  # 2 × 144.00 × 265/365; 4 + 10 % is still 4
    rows = screen.dataframe[0].value
    assert sorted(rows["seats"]) == ["10 → 11", "10 → 11", "4"]
    assert "Nothing would change" in " ".join(rows["why"])
    press(screen, "bulk_apply")
    assert figures(screen) == ["2", "1"]
    assert sum(note.startswith("ORD-") for note in screen.dataframe[0].value["why"]) == 2
    with database.read_session() as session:
        assert session.scalar(select(func.count()).select_from(Order).where(Order.placed_on == TODAY)) == 2
    press(screen, "bulk_again")
    assert screen.button(key="bulk_preview")


def test_renewal_notices_in_spanish_go_out_once(book: Callable[[str], AppTest]) -> None:
    for expected in (3, 0):
        screen = book("es")
        assert "Cambios en bloque" in texts(screen)
        screen.segmented_control(key="bulk_change:kind").set_value(BulkKind.NOTICE).run()
        press(screen, "bulk_preview")
        assert figures(screen)[0] == str(expected)
        if expected:
            press(screen, "bulk_apply")
    with database.read_session() as session:
        mails = select(func.count()).select_from(OutboxMail).where(OutboxMail.kind == "renewal_notice")
        assert session.scalar(mails) == 3


def test_nothing_selected_cannot_be_previewed(rep: Actor) -> None:
    order(rep, request(make_account(rep=rep), PRO), today=NEW_YEAR)
    assert open_page(rep, "sales/bulk_change").button(key="bulk_preview").disabled
    empty = open_page(rep, "sales/bulk_change", month="202701", product="meetings")
    assert "No running subscription matches" in texts(empty)
