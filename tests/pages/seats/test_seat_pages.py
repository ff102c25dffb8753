"""The pages of seats: lists, ticks, pasted lists and releases, in both languages, and what is refused."""

import pytest
from sqlalchemy import select

from dashboard.components.seat_grid import grid_key
from data import database
from data.models import LicensedUser, OutboxMail, Seat, Subscription
from services.commands.seats import assign_seats
from services.queries.licensed_users import licensed_users
from tests.builders import TODAY, make_account, make_licensed_user, make_subscription
from tests.screens import open_page, texts

PASTED = "Ana <ana@acme.example>\nBo <bo@acme.example>"


@pytest.fixture(autouse=True)
def day(monkeypatch):
    monkeypatch.setenv("PORTAL_TODAY", TODAY.isoformat())


@pytest.fixture
def account(rep):
    return make_account(rep=rep)


@pytest.fixture
def support(account):
    return make_subscription(account, seats=3)


def rows(model):
    with database.read_session() as session:
        found = session.scalars(select(model).order_by(model.id)).all()
        session.expunge_all()
        return found


def held():
    with database.read_session() as session:
        seats = select(LicensedUser.email, Seat.product).join(Seat, Seat.user_id == LicensedUser.id)
        return sorted(tuple(row) for row in session.execute(seats.where(Seat.released_at.is_(None))))


def said(screen):
    return texts(screen).replace("\\", "")


def test_without_an_account_one_chooses_among_those_with_seats(rep, account, support):
    make_account("initech", rep=rep)
    screen = open_page(rep, "seats/licensed_users")
    assert screen.dataframe[0].value[["name", "free"]].values.tolist() == [["Acme", 3]]


def test_ticks_in_the_grid_are_said_before_saving_and_replace_the_products(rep, account, support):
    make_subscription(account, "meetings-team", seats=5)
    assign_seats(rep, account, support, pasted=PASTED, notify=False, today=TODAY)
    users = licensed_users(rep, account, today=TODAY).frame
    screen = open_page(rep, "seats/licensed_users", account=account)
    assert "1 free" in said(screen) and "2 of 3 assigned" in said(screen)
    assert screen.button(key="save_ticks").disabled
    edits = {0: {"support": False, "meetings": True}, 1: {"support": False}}
    screen.session_state[grid_key(users)] = {"edited_rows": edits, "added_rows": [], "deleted_rows": []}
    screen.run()
    assert "2 users change." in said(screen)
    assert "Suspended after saving, with no product left: Bo." in said(screen)
    screen.button(key="save_ticks").click().run()
    assert not screen.error
    assert held() == [("ana@acme.example", "meetings")]
    assert {mail.kind for mail in rows(OutboxMail)} == {"seat_assigned", "access_suspended"}
    assert "1 seat assigned. 2 seats released. 1 user suspended. 2 users are told by mail." in said(screen)


def test_the_list_speaks_spanish_and_is_filtered(rep, account, support):
    assign_seats(rep, account, support, pasted=PASTED, notify=False, today=TODAY)
    screen = open_page(rep, "seats/licensed_users", account=account, language="es")
    assert screen.toggle(key="silent_0").label == "No notificar este cambio a los usuarios"
    assert "2 de 3 asignadas" in said(screen)
    screen.text_input(key="q").set_value("nobody").run()
    assert "Ningún usuario coincide" in said(screen)


def test_people_are_added_without_a_seat_or_told_their_faults(rep, account, support):
    make_licensed_user(account, "ci@acme.example")
    screen = open_page(rep, "seats/licensed_users", account=account)
    screen.text_area(key="pasted_users_0").set_value("Ana <ana@acme.example>\nnobody")
    screen = screen.button(key="FormSubmitter:add_users_0-Add without a seat").click().run()
    assert "Line (2)" in screen.error[0].value.replace("\\", "")
    screen.text_area(key="pasted_users_0").set_value(PASTED)
    screen = screen.button(key="FormSubmitter:add_users_0-Add without a seat").click().run()
    assert not screen.error and len(rows(LicensedUser)) == 3


def test_an_empty_account_leads_to_assigning(rep, account, support):
    screen = open_page(rep, "seats/licensed_users", account=account)
    assert "no licensed users yet" in said(screen)
    assert [button.label for button in screen.button if button.key == "empty_action"] == ["Assign seats"]


def test_a_users_products_are_ticked_on_one_page(rep, account, support):
    make_subscription(account, "meetings-team", seats=1)
    user = make_licensed_user(account)
    screen = open_page(rep, "seats/licensed_user", account=account, user=user)
    screen.checkbox(key=f"tick_{user}_1_support").check().run()
    screen.toggle(key=f"silent_{user}_0").set_value(True).run()
    screen.button(key="save_products").click().run()
    assert held() == [("ana@acme.example", "support")] and not rows(OutboxMail)
    assert "Nobody is told by mail." in said(screen)
    screen.checkbox(key=f"tick_{user}_2_support").uncheck().run()
    assert "No product is ticked: saving suspends Ana" in said(screen)
    screen.button(key="save_products").click().run()
    assert held() == []
    assert screen.dataframe[0].value["product"].tolist() == ["Remote Support"]


def test_a_product_without_a_free_seat_cannot_be_ticked(rep, account):
    make_subscription(account, seats=1)
    make_licensed_user(account, "bo@acme.example")
    pool = rows(Subscription)[0].id
    assign_seats(rep, account, pool, pasted="ana@acme.example", notify=False, today=TODAY)
    bo = next(user for user in rows(LicensedUser) if user.email == "bo@acme.example")
    screen = open_page(rep, "seats/licensed_user", account=account, user=bo.id)
    assert screen.checkbox(key=f"tick_{bo.id}_1_support").disabled


def test_a_user_is_corrected(rep, account):
    user = make_licensed_user(account)
    screen = open_page(rep, "seats/licensed_user", account=account, user=user)
    screen.text_input(key="email_1").set_value("no address")
    screen = screen.button(key=f"FormSubmitter:person_{user}_1-Save name and email").click().run()
    assert "Email" in screen.error[0].value
    screen.text_input(key="email_1").set_value("ana.soler@acme.example")
    screen = screen.button(key=f"FormSubmitter:person_{user}_1-Save name and email").click().run()
    assert not screen.error and rows(LicensedUser)[0].email == "ana.soler@acme.example"


def test_a_pasted_list_is_shown_before_it_is_assigned(rep, account, support):
    screen = open_page(rep, "seats/assign", account=account, subscription=support)
    assert "Nobody has a seat yet" in said(screen)
    screen.text_area(key=f"pasted_{support}_0").set_value(PASTED).run()
    assert "2 new licensed users" in said(screen)
    assert screen.button(key="assign_pasted").label == "Assign 2 seats"
    screen.button(key="assign_pasted").click().run()
    assert held() == [("ana@acme.example", "support"), ("bo@acme.example", "support")]
    assert "2 seats assigned." in said(screen)
    assert (
        screen.text_area(key=f"pasted_{support}_1").value == ""
    )  # another key: the browser keeps what a key has shown
    assert screen.dataframe[0].value["name"].tolist() == ["Ana", "Bo"]


def test_a_list_with_faults_or_too_long_cannot_be_assigned(rep, account, support):
    screen = open_page(rep, "seats/assign", account=account, language="es")
    screen.text_area(key=f"pasted_{support}_0").set_value("Ana\nBo <bo@acme.example>").run()
    assert "Línea (1)" in said(screen) and screen.button(key="assign_pasted").disabled
    screen.text_area(key=f"pasted_{support}_0").set_value("\n".join(f"u{n}@acme.example" for n in range(4))).run()
    assert "Se necesitan 4 licencias y hay 3 libres" in said(screen) and screen.button(key="assign_pasted").disabled
    assert held() == []


def test_licensed_users_are_chosen_and_released(rep, account, support):
    user = make_licensed_user(account)
    screen = open_page(rep, "seats/assign", account=account)
    screen.segmented_control(key="way").set_value("choose").run()
    screen.multiselect(key=f"chosen_{support}_0").select(user)
    screen.button(key=f"FormSubmitter:choose_{support}_0-Assign seats").click().run()
    assert held() == [("ana@acme.example", "support")]


@pytest.mark.parametrize("page", ["seats/licensed_users", "seats/assign", "seats/licensed_user"])
def test_another_reps_account_is_not_found(rep, other_rep, page):
    account = make_account(rep=rep)
    user = make_licensed_user(account)
    screen = open_page(other_rep, page, account=account, user=user)
    assert "does not exist, or it is not one of yours" in said(screen)
    assert "Acme" not in said(screen)


@pytest.mark.parametrize("page", ["seats/licensed_users", "seats/assign", "seats/licensed_user"])
def test_finance_may_not_open_them(finance, page):
    assert "Your role may not do this" in said(open_page(finance, page))


@pytest.mark.parametrize("given", ["x", "", "-1", "99999999999999999999", "1; drop table seats"])
def test_an_unknown_account_in_the_url_is_a_sentence(rep, given):
    screen = open_page(rep, "seats/assign", account=given)
    assert "does not exist" in said(screen)


def test_a_subscription_of_another_account_is_not_found(rep, account, support):
    elsewhere = make_subscription(make_account("globex", rep=rep))
    assert "does not exist" in said(open_page(rep, "seats/assign", account=account, subscription=elsewhere))


def test_names_stay_text(rep, account, support):
    evil = "![x](http://evil.example/x.png) **b** :red[y] <evil@acme.example>"
    assign_seats(rep, account, support, pasted=evil, notify=False, today=TODAY)
    user = rows(LicensedUser)[0]
    screen = open_page(rep, "seats/licensed_user", account=account, user=user.id)
    assert not screen.error
    assert "![x](http" not in screen.title[0].value


def test_a_self_service_account_is_only_looked_at(rep):
    account = make_account("solo", rep=rep, kind="self_service")
    make_subscription(account)
    make_licensed_user(account)
    screen = open_page(rep, "seats/licensed_users", account=account)
    assert "self-service account" in said(screen)
    assert not [button for button in screen.button if button.key == "save_ticks"]
