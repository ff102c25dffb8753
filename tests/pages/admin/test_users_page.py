"""The page of users and teams."""

from streamlit.testing.v1 import AppTest

from services.commands.deputies import name_deputy
from services.permissions import Actor
from services.queries.deputies import all_covers
from services.queries.users import granted_accounts, list_teams, list_users, user_card
from tests.builders import TODAY, make_account
from tests.screens import open_page, texts


def press(screen: AppTest, label: str) -> None:
    next(button for button in screen.button if button.label == label).click().run()


def test_somebody_is_let_in(admin: Actor) -> None:
    screen = open_page(admin, "admin/users")
    screen.text_input(key="user.new.name").set_value("Clara Voss")
    screen.text_input(key="user.new.email").set_value("clara@portal.example")
    press(screen, "Let in")
    assert not screen.error
    assert [user.name for user in list_users(admin)] == ["Admin", "Clara Voss"]


def test_a_user_is_switched_off(admin: Actor, rep: Actor) -> None:
    make_account(rep=rep)
    screen = open_page(admin, "admin/users", user=rep.user_id)
    assert "1 account is assigned to this user" in texts(screen)
    screen.checkbox(key=f"user.{rep.user_id}.is_active").uncheck()
    press(screen, "Save user")
    assert not screen.error
    assert not user_card(admin, rep.user_id).form.is_active


def test_the_last_administrator_stays(admin: Actor) -> None:
    screen = open_page(admin, "admin/users", language="es", user=admin.user_id)
    screen.checkbox(key=f"user.{admin.user_id}.is_active").uncheck()
    press(screen, "Guardar usuario")
    assert "último administrador" in screen.error[0].value


def test_a_team_gets_members_and_accounts(admin: Actor, rep: Actor) -> None:
    make_account("acme")
    screen = open_page(admin, "admin/users")
    screen.text_input(key="team.0.name").set_value("Corporate Account Services")
    screen.multiselect(key="team.0.members").select(rep.user_id)
    press(screen, "Save team")
    screen.text_area(key="give_codes").set_value("acme, nobody")
    press(screen, "Give accounts")
    assert "nobody" in screen.error[0].value
    screen.text_area(key="give_codes").set_value("acme")
    press(screen, "Give accounts")
    (team,) = list_teams(admin)
    assert (team.members, team.accounts) == ((rep.name,), 1)


def test_accounts_are_granted_to_a_licence_manager(admin: Actor, licence_manager: Actor, rep: Actor) -> None:
    make_account("acme")
    assert "grant_codes" not in {area.key for area in open_page(admin, "admin/users", user=rep.user_id).text_area}
    screen = open_page(admin, "admin/users", user=licence_manager.user_id)
    assert "sees none" in texts(screen)
    screen.text_area(key="grant_codes").set_value("acme, nobody")
    press(screen, "Grant accounts")
    assert "nobody" in screen.error[0].value
    screen.text_area(key="grant_codes").set_value("acme")
    press(screen, "Grant accounts")
    (account,) = granted_accounts(admin, licence_manager.user_id)
    screen = open_page(admin, "admin/users", language="es", user=licence_manager.user_id)
    screen.checkbox(key=f"revoke_{licence_manager.user_id}_{account.account_id}").check().run()
    press(screen, "Retirar 1 cuenta")
    assert not screen.error and not granted_accounts(admin, licence_manager.user_id)


def test_an_administrator_ends_a_cover(admin: Actor, rep: Actor, other_rep: Actor) -> None:
    row = name_deputy(rep, other_rep.user_id, starts_on=TODAY, ends_on=TODAY.replace(month=12), today=TODAY)
    screen = open_page(admin, "admin/users")
    screen.button(key=f"end_{row}").click().run()
    assert all_covers(admin, TODAY) == ()


def test_others_may_not(rep: Actor, finance: Actor) -> None:
    for actor in (rep, finance):
        assert "Your role may not do this" in open_page(actor, "admin/users").error[0].value
