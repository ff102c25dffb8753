"""The pages for many people at once: filters, selection, bulk changes, groups, invitations, files, history."""

import pytest
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from data import database
from data.models import LicensedUser, OutboxMail, Seat, UserGroup
from services.commands.seat_bulk import BulkRequest, SeatDeed, change_many
from services.commands.user_groups import create_group
from services.permissions import Actor
from tests.builders import TODAY, make_account, make_licensed_user, make_subscription
from tests.screens import open_page, texts

PASTED = "Ana <ana@acme.example>\nBo <bo@acme.example>"


@pytest.fixture(autouse=True)
def day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAL_TODAY", TODAY.isoformat())


@pytest.fixture
def account(rep: Actor) -> int:
    return make_account(rep=rep)


@pytest.fixture
def support(account: int) -> int:
    return make_subscription(account, seats=2)


def held() -> list[tuple[str, bool]]:
    with database.read_session() as session:
        seats = select(LicensedUser.email, Seat.is_pending).join(Seat, Seat.user_id == LicensedUser.id)
        return sorted(tuple(row) for row in session.execute(seats.where(Seat.released_at.is_(None))))


def mails() -> list[str]:
    with database.read_session() as session:
        return list(session.scalars(select(OutboxMail.kind)))


def said(screen: AppTest) -> str:
    return texts(screen).replace("\\", "")


def selected(screen: AppTest, account: int, *user_ids: int) -> AppTest:
    screen.session_state["selected_users"] = (account, user_ids)
    return screen.run()


def test_people_are_filtered_by_state_and_place(rep: Actor, account: int, support: int) -> None:
    make_licensed_user(account, "ci@acme.example", department="Sales")
    invite = BulkRequest(account, SeatDeed.INVITE, pasted=PASTED, subscription_id=support, notify=False)
    change_many(rep, invite, today=TODAY)
    page = {"account": account, "view": "people"}
    screen = open_page(rep, "seats/licensed_users", **page)
    assert screen.dataframe[0].value["name"].tolist() == ["Ana", "Bo", "Ci"]
    assert screen.dataframe[0].value["state"].tolist() == [["invited"], ["invited"], ["suspended"]]
    for filters, found in (
        ({"which": "invited"}, ["Ana", "Bo"]),
        ({"product": "none"}, ["Ci"]),
        ({"department": "Sales"}, ["Ci"]),
        ({"q": "bo@"}, ["Bo"]),
    ):
        screen = open_page(rep, "seats/licensed_users", **page, **filters)
        assert screen.dataframe[0].value["name"].tolist() == found, filters


def test_many_are_changed_after_the_verdict_on_each(rep: Actor, account: int, support: int) -> None:
    ci = make_licensed_user(account, "ci@acme.example")
    screen = selected(open_page(rep, "seats/change_many", account=account), account, ci)
    assert "1 licensed user is selected." in said(screen)
    screen.text_area(key="many_pasted_0").set_value(PASTED).run()
    assert "3 seats are needed and 2 are free" in said(screen)
    assert screen.button(key="apply_many").disabled
    screen.text_area(key="many_pasted_0").set_value("ana@acme.example").run()
    verdicts = screen.dataframe[0].value
    assert verdicts["verdict"].tolist() == [["will be done"]] * 2
    screen.toggle(key="silent_many_0").set_value(True).run()
    screen.button(key="apply_many").click().run()
    assert not screen.error and held() == [("ana@acme.example", False), ("ci@acme.example", False)]
    assert mails() == [] and "2 seats assigned." in said(screen)


def test_faults_of_the_list_are_told_line_by_line_in_spanish(rep: Actor, account: int, support: int) -> None:
    screen = open_page(rep, "seats/change_many", account=account, language="es")
    screen.text_area(key="many_pasted_0").set_value("nobody").run()
    assert "Línea (1)" in screen.error[0].value.replace("\\", "")
    assert not [button for button in screen.button if button.key == "apply_many"]


def test_all_of_a_group_get_a_product(rep: Actor, account: int, support: int) -> None:
    group = create_group(rep, account, "Delta", today=TODAY)
    change_many(rep, BulkRequest(account, SeatDeed.JOIN, pasted=PASTED, group_id=group), today=TODAY)
    screen = open_page(rep, "seats/groups", account=account)
    assert "Delta" in said(screen) and "2 members" in said(screen)
    screen = open_page(rep, "seats/change_many", account=account, group=group)
    assert "2 licensed users are selected." in said(screen)
    screen.button(key="apply_many").click().run()
    assert held() == [("ana@acme.example", False), ("bo@acme.example", False)]


def test_groups_are_made_renamed_and_deleted(rep: Actor, account: int) -> None:
    screen = open_page(rep, "seats/groups", account=account)
    assert "No groups yet." in said(screen)
    screen.text_input(key="group_name_0").set_value("Delta")
    screen = screen.button(key="FormSubmitter:new_group_0-Make group").click().run()
    with database.read_session() as session:
        group = session.scalars(select(UserGroup.id)).one()
    screen.text_input(key=f"name_{group}_1").set_value("Gamma")
    screen = screen.button(key=f"FormSubmitter:rename_{group}_1-Rename").click().run()
    assert "**Gamma**" in said(screen)
    screen.button(key=f"delete_{group}").click().run()
    assert "No groups yet." in said(screen)


def test_invitations_are_listed_and_the_card_says_so(rep: Actor, account: int, support: int) -> None:
    assert "No invitation waits." in said(open_page(rep, "seats/invitations", account=account))
    invite = BulkRequest(account, SeatDeed.INVITE, pasted=PASTED, subscription_id=support, notify=False)
    change_many(rep, invite, today=TODAY)
    screen = open_page(rep, "seats/invitations", account=account)
    assert "2 invitations wait" in said(screen)
    assert screen.dataframe[0].value["email"].tolist() == ["ana@acme.example", "bo@acme.example"]
    with database.read_session() as session:
        ana = session.scalars(select(LicensedUser.id).where(LicensedUser.email == "ana@acme.example")).one()
    card = open_page(rep, "seats/licensed_user", account=account, user=ana)
    assert "invited" in said(card) and "invited, not accepted yet" in said(card)
    assert card.dataframe[0].value["origin"].tolist() == [["by invitation"]]
    assert "con invitación, aún no aceptada" in said(
        open_page(rep, "seats/licensed_user", account=account, user=ana, language="es")
    )


def test_a_user_is_put_into_groups_on_the_card(rep: Actor, account: int) -> None:
    user, group = make_licensed_user(account), create_group(rep, account, "Delta", today=TODAY)
    screen = open_page(rep, "seats/licensed_user", account=account, user=user)
    screen.multiselect(key=f"groups_{user}_").select(group).run()
    screen.button(key="save_groups").click().run()
    assert screen.multiselect(key=f"groups_{user}_{group}").value == [group]


def test_the_history_of_the_account_is_searched(rep: Actor, account: int, support: int) -> None:
    assign = BulkRequest(account, SeatDeed.ASSIGN, pasted=PASTED, subscription_id=support, notify=False)
    change_many(rep, assign, today=TODAY)
    screen = open_page(rep, "seats/history", account=account, subscription=support, q="bo")
    assert screen.dataframe[0].value["name"].tolist() == ["Bo"]
    assert screen.dataframe[0].value["assigned_by"].tolist() == [rep.name]


def test_a_file_goes_through_columns_and_verdicts(rep: Actor, account: int, support: int) -> None:
    screen = open_page(rep, "seats/import_people", account=account)
    content = b"Email,Name,Department,Product\nana@acme.example,Ana,Sales,Remote Support\nnobody,,,\n"
    name = f"import_people_{account}"
    screen.file_uploader(key=f"{name}_file").set_value(("people.csv", content, "text/csv")).run()
    screen.button(key=f"{name}_check").click().run()
    assert screen.dataframe[0].value["verdict"].tolist() == [["New"], ["Refused"]] and held() == []
    screen.button(key=f"{name}_apply").click().run()
    assert not screen.error and held() == [("ana@acme.example", False)]
    assert "1 person added" in said(screen)


def test_moving_is_offered_between_subscriptions_of_a_product(rep: Actor, account: int, support: int) -> None:
    other = make_subscription(account, "support-business", seats=1)
    assign = BulkRequest(account, SeatDeed.ASSIGN, pasted=PASTED, subscription_id=support, notify=False)
    change_many(rep, assign, today=TODAY)
    with database.read_session() as session:
        users = session.scalars(select(LicensedUser.id).order_by(LicensedUser.email)).all()
    screen = selected(open_page(rep, "seats/change_many", account=account), account, users[0])
    screen.selectbox(key="many_deed").set_value("move").run()
    screen.selectbox(key="many_subscription").set_value(str(support)).run()
    assert screen.selectbox(key=f"many_target_{support}").value == str(other)
    screen.button(key="apply_many").click().run()
    assert "1 user changed. 1 user is told by mail." in said(screen) and mails() == ["seat_moved"]
