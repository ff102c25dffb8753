"""Persons erased on their pages: offered to who may, asked once with what it means, gone afterwards; both languages."""

import pytest
from streamlit.testing.v1 import AppTest

from services.commands.users import UserForm, change_user, create_user
from services.permissions import Actor, Role
from services.queries.users import user_card
from tests.builders import TODAY, make_account, make_grant, make_licensed_user
from tests.screens import open_page, texts


def press(screen: AppTest, key: str) -> AppTest:
    return next(button for button in screen.button if button.key == key).click().run()


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_licensed_user_is_erased(db: object, rep: Actor, licence_manager: Actor, language: str) -> None:
    account = make_account("acme", rep=rep)
    make_grant(licence_manager, account)
    user = make_licensed_user(account, "quill@acme.example")
    screen = open_page(rep, "seats/licensed_user", account=account, user=user)
    assert not [button for button in screen.button if button.key == "erase"]
    screen = open_page(licence_manager, "seats/licensed_user", language=language, account=account, user=user)
    assert "quill@acme.example" in texts(screen).replace("\\", "")
    press(screen, "erase")
    assert not screen.error and "•••" in texts(screen)
    assert "quill" not in texts(screen).casefold()
    assert not [button for button in screen.button if button.key == "erase"]


def test_a_user_is_erased_once_switched_off(db: object, admin: Actor) -> None:
    form = UserForm("Quill", "quill@portal.example", Role.FINANCE)
    user = create_user(admin, form, TODAY)
    assert not [b for b in open_page(admin, "admin/users", user=user).button if b.key == "erase"]
    change_user(admin, user, UserForm(form.name, form.email, Role.FINANCE, is_active=False), 1)
    press(open_page(admin, "admin/users", user=user), "erase")
    assert user_card(admin, user).is_erased
    screen = open_page(admin, "admin/users", user=user)
    assert not screen.error and not [button for button in screen.button if button.key == "erase"]
