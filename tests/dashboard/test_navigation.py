"""The menu and the ways between pages."""

from collections import Counter

import pytest

from dashboard import navigation
from services.permissions import Actor, Role
from tests import builders
from tests.databases import TestDatabase
from tests.screens import open_page


def test_every_line_of_the_menu_has_its_page_and_an_address_of_its_own() -> None:
    assert not [line.path for line in navigation.MENU if not line.file.exists()]
    assert not [address for address, count in Counter(line.address for line in navigation.MENU).items() if count > 1]


def test_every_page_stands_in_the_menu() -> None:
    found = {
        file.relative_to(navigation.PAGES).as_posix().removesuffix(".py") for file in navigation.PAGES.rglob("*.py")
    }
    assert found - {line.path for line in navigation.MENU} <= {"__init__"}


@pytest.mark.parametrize("role", list(Role))
def test_the_menu_shows_exactly_what_the_role_may_open(db: TestDatabase, role: Role) -> None:
    actor = builders.make_user(role)
    screen = open_page(actor)
    shown = [link.proto.label for link in screen.sidebar.get("page_link")]
    assert shown == [line.title for line in navigation.MENU if line.in_menu and actor.may(line.permission)]
    assert not screen.error


@pytest.mark.parametrize("given", ["", "x", "-1", "1.5", "٣", "9" * 30, str(2**63), "1 or 1=1", "<b>"])
def test_an_id_in_the_url_that_is_none_is_not_found(rep: Actor, given: str) -> None:
    screen = open_page(rep, "seats/assign", account=given)
    assert "does not exist, or it is not one of yours" in screen.error[0].value
    assert not screen.exception


def test_the_language_is_kept_for_the_user(rep: Actor) -> None:
    screen = open_page(rep)
    screen.segmented_control(key="language_choice").set_value("es").run()
    assert [link.proto.label for link in screen.sidebar.get("page_link")][-1] == "Ayuda"
    assert builders.access.identify(rep.user_id, builders.TODAY).language == "es"


def test_addresses_carry_ids() -> None:
    assert navigation.address("sales/account", account=5) == "/account?account=5"
    assert navigation.address("sales/accounts", account=None) == "/accounts"
