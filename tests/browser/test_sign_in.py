"""The way in: sign-in, menu by role, language, links that survive, and nothing that the browser objects to."""

import re

import pytest
from playwright.sync_api import Page, expect

from services.permissions import Actor, Role
from tests import builders
from tests.browser.conftest import Portal, settled, sign_in

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def people(portal: Portal) -> dict[Role, Actor]:
    """A user of each role."""
    return {role: builders.make_user(role) for role in Role}


def menu(page: Page) -> list[str]:
    """The titles of the menu."""
    return [text.strip() for text in page.get_by_test_id("stSidebar").get_by_test_id("stPageLink").all_inner_texts()]


def test_the_menu_shows_what_the_role_may_open_in_both_languages(
    portal: Portal, people: dict[Role, Actor], page: Page
) -> None:
    sign_in(page, portal, people[Role.SALES_REP])
    sidebar = page.get_by_test_id("stSidebar")
    expect(sidebar.get_by_text("Accounts", exact=True)).to_be_visible()
    expect(sidebar.get_by_text("Users and deputies")).to_have_count(0)
    sidebar.get_by_text("Español").click()
    expect(sidebar.get_by_text("Cuentas", exact=True)).to_be_visible()
    expect(sidebar.get_by_text("representante", exact=True)).to_be_visible()
    page.reload()  # the language is the user's, not the tab's
    expect(sidebar.get_by_text("Cuentas", exact=True)).to_be_visible()


def test_a_link_opened_before_signing_in_leads_to_its_page(
    portal: Portal, people: dict[Role, Actor], page: Page
) -> None:
    account = builders.make_account("northlight", rep=people[Role.FINANCE])
    sign_in(page, portal, people[Role.FINANCE], f"/account?account={account}")
    expect(page).to_have_url(re.compile(rf"/account\?account={account}$"))
    page.reload()
    settled(page)
    expect(page).to_have_url(re.compile(rf"/account\?account={account}$"))
    expect(page.get_by_test_id("stSidebar").get_by_text("Bank statements", exact=True)).to_be_visible()


def test_signing_out_ends_the_session_in_this_browser(portal: Portal, people: dict[Role, Actor], page: Page) -> None:
    sign_in(page, portal, people[Role.ADMIN])
    page.locator(".st-key-sign_out button").click()
    expect(page.get_by_text("it exists only while no identity provider is configured")).to_be_visible()
    page.goto(portal.url)
    expect(page.get_by_text("it exists only while no identity provider is configured")).to_be_visible()


def test_a_user_who_was_switched_off_is_out_at_the_next_click(
    portal: Portal, people: dict[Role, Actor], page: Page
) -> None:
    leaver = builders.make_user(Role.SALES_REP, email="leaver@portal.example")
    sign_in(page, portal, leaver)
    builders.write(lambda session: setattr(session.get(builders.User, leaver.user_id), "is_active", False))
    page.get_by_test_id("stSidebar").get_by_text("Accounts", exact=True).click()
    expect(page.get_by_text("it exists only while no identity provider is configured")).to_be_visible()


def test_a_page_the_role_may_not_open_says_who_may(portal: Portal, page: Page) -> None:
    curious = builders.make_user(Role.SALES_REP, email="curious@portal.example")
    sign_in(page, portal, curious, "/sellers")
    expect(page.get_by_role("alert").get_by_text("Your role may not do this")).to_be_visible()
