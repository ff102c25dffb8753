"""A licence manager in a browser: the most wasteful accounts, the evidence, fewer seats, and the decision is gone."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from playwright.sync_api import Locator, Page, Position, expect
from sqlalchemy import select

from data import database
from data.models import ScheduledChange, Seat
from services.permissions import Actor, Role
from services.uses import refresh_all
from services.words.i18n import Words
from tests import builders
from tests.browser.conftest import Portal, settled, sign_in
from tests.builders import TODAY
from tests.ordering import PRO, order, request
from tests.services.usage_files import deliver

pytestmark = pytest.mark.browser
BOUGHT = date(2025, 6, 1)  # for a year: to be decided by 2 May 2026
NAMES = ("Aldervale", "Brookmere", "Cindermoor", "Dunmarsh", "Elmswick", "Fernhollow")
_BOX, _HEAD, _ROW = 34, 32, 31  # pixels of a table: it is a canvas, whose text nobody can click


def make_book(language: str) -> tuple[Actor, dict[str, int]]:
    """Six accounts with ten seats each: one used, and seven, six, … two that nobody has used."""
    rep = builders.make_user(Role.SALES_REP, email=f"rep-{language}@portal.example")
    manager = builders.make_user(Role.LICENCE_MANAGER, email=f"seats-{language}@portal.example", language=language)
    accounts, used = {}, []
    for place, name in enumerate(NAMES):
        code = f"{name.lower()}-{language}"
        account = builders.make_account(code, rep=rep, legal_name=f"{name} S.A.")
        subscription = order(rep, request(account, PRO, key=code), BOUGHT).subscription_ids[0]
        for number in range(8 - place):
            email = f"user{number}@{code}.example"
            user = builders.make_licensed_user(account, email, name=f"{name} Person {number}")
            builders.make_seat(account, subscription, user, assigned_on=BOUGHT)
        used += [f"user0@{code}.example,support,{TODAY - timedelta(days=n)}," for n in range(120)]
        accounts[name] = account
    builders.make_grant(manager, *accounts.values())
    deliver(manager, *used)
    refresh_all(TODAY)
    return manager, accounts


def rows(page: Page, count: int) -> list[str]:
    """The so many rows of the first table as a screen reader finds them, each in one text."""
    found = page.get_by_test_id("stDataFrame").first.locator("canvas tbody tr")
    expect(found).to_have_count(count)
    return [" ".join(row.locator("td").all_text_contents()) for row in found.all()]


def click_name(page: Page, row: int) -> None:
    """Click the first text of a row."""
    table: Locator = page.get_by_test_id("stDataFrame").first
    table.scroll_into_view_if_needed()
    place: Position = {"x": _BOX + 40, "y": _HEAD + _ROW * (row + 0.5)}
    table.hover(position=place)  # the canvas finds the cell beneath the pointer first
    table.click(position=place, delay=50)


def menu(page: Page, title: str) -> None:
    """Open a page from the menu."""
    page.get_by_test_id("stSidebar").get_by_role("link", name=title, exact=True).click()
    expect(page.get_by_role("heading", name=title, exact=True, level=1)).to_be_visible()
    settled(page)


@pytest.fixture
def book(portal: Portal, language: str) -> Iterator[tuple[Actor, dict[str, int]]]:
    """The book of a language, in the database of the running portal."""
    yield make_book(language)


@pytest.mark.parametrize("language", ["en", "es"])
def test_from_the_most_wasteful_accounts_to_a_decision_that_is_taken(
    portal: Portal, page: Page, book: tuple[Actor, dict[str, int]], language: str
) -> None:
    said = Words(language).t
    manager, accounts = book
    sign_in(page, portal, manager, "/decisions")
    listed = rows(page, 6)
    assert [name for name in NAMES if any(name in row for row in listed)] == list(NAMES)

    menu(page, said("Waste"))
    top = rows(page, 6)[:5]
    assert [name for row in top for name in NAMES if name in row] == list(NAMES[:5])
    assert " 8400 7 8 " in top[0]  # seven idle of eight assigned, at 144.00 a year each
    click_name(page, 0)
    expect(page).to_have_url(re.compile(f"account={accounts['Aldervale']}"))
    settled(page)
    page.get_by_role("radio", name=said("Seats"), exact=True).click()
    settled(page)
    evidence = rows(page, 7)
    assert all("Aldervale Person" in row for row in evidence)
    assert not any("Person 0" in row for row in evidence)  # who was seen is not among them

    page.locator(".st-key-act_on_waste button").click()
    expect(page).to_have_url(re.compile(r"/act\?"))
    settled(page)
    page.get_by_text(said("All {n} shown", n=7), exact=True).click()
    settled(page)
    page.get_by_text(said("Down to the seats assigned then"), exact=True).click()
    settled(page)
    act = page.locator(".st-key-act button")
    expect(act).to_contain_text(Words(language).tn("Release {n} seat", "Release {n} seats", 7))
    expect(act).to_contain_text(said("Schedule fewer seats"))
    settled(page)
    act.click()
    expect(
        page.get_by_text(Words(language).tn("fewer seats at {n} renewal", "fewer seats at {n} renewals", 1)).first
    ).to_be_visible()
    settled(page)

    menu(page, said("Decisions"))
    listed = rows(page, 5)
    assert [name for name in NAMES if any(name in row for row in listed)] == list(NAMES[1:])
    with database.read_session() as session:
        mine = ScheduledChange.account_id == accounts["Aldervale"]
        assert session.scalars(
            select(ScheduledChange.seats).where(mine, ScheduledChange.status == "scheduled")
        ).all() == [1]
        held = select(Seat.id).where(Seat.account_id == accounts["Aldervale"], Seat.released_at.is_(None))
        assert len(session.scalars(held).all()) == 1
