"""Decide about seats on its page: chosen, previewed, done once, taken back; in both languages."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from data import database
from data.models import ScheduledChange, Seat
from services.commands.seat_requests import await_seats
from services.permissions import Actor
from tests.builders import TODAY, make_account, make_grant, make_licensed_user, make_seat
from tests.ordering import PRO, order, request
from tests.screens import open_page, texts
from tests.services.usage_files import deliver


@pytest.fixture
def ids(rep: Actor, licence_manager: Actor) -> dict[str, int]:
    """Ten seats of support, three held long ago, of which one is used."""
    account = make_account("acme", rep=rep)
    make_grant(licence_manager, account)
    bought = order(rep, request(account, PRO), today=date(2026, 1, 1)).subscription_ids[0]
    for name in ("ana", "bo", "cy"):
        make_seat(account, bought, make_licensed_user(account, f"{name}@acme.example"), assigned_on=date(2025, 6, 1))
    deliver(licence_manager, *(f"ana@acme.example,support,{TODAY - timedelta(days=day)}," for day in range(1, 200, 3)))
    return {"account": account, "subscription": bought}


def stored() -> tuple[int, list[int | None]]:
    """Seats held, and seats that wait for renewals."""
    with database.read_session() as session:
        waiting = select(ScheduledChange.seats).where(ScheduledChange.status == "scheduled")
        held = session.scalars(select(Seat.id).where(Seat.released_at.is_(None))).all()
        return len(held), list(session.scalars(waiting))


@pytest.mark.parametrize("language", ["en", "es"])
def test_idle_seats_are_released_and_fewer_scheduled_in_one_go(
    ids: dict[str, int], licence_manager: Actor, language: str
) -> None:
    screen = open_page(licence_manager, "seats/act", language=language, **ids)
    assert not screen.error and len(screen.dataframe[0].value) == 2
    assert screen.number_input[0].value == 3  # of a subscription's own page: down to what is assigned
    screen.checkbox[0].check().run()
    assert screen.number_input[0].value == 1
    assert [metric.value for metric in screen.metric][:3] == ["2", "0", "9"]
    assert ("€1,296.00" if language == "en" else "1.296,00") in screen.metric[3].value.replace("\\", "")
    screen.button(key="act").click().run()
    assert not screen.error and stored() == (1, [1])
    screen.button(key="undo_act").click().run()
    assert not screen.error and stored() == (3, [1])
    screen.button(key=f"withdraw_{ids['subscription']}").click().run()
    assert not screen.error and stored() == (3, [])


def test_nothing_is_chosen_at_first_and_nothing_can_be_done(ids: dict[str, int], licence_manager: Actor) -> None:
    screen = open_page(licence_manager, "seats/act", account=ids["account"])
    assert not screen.error and "act" not in {button.key for button in screen.button}
    assert stored() == (3, [])


def test_the_number_of_the_url_is_taken(ids: dict[str, int], licence_manager: Actor) -> None:
    screen = open_page(licence_manager, "seats/act", **ids, seats=6)
    assert screen.number_input[0].value == 6 and [metric.value for metric in screen.metric][2] == "4"
    for nonsense in ("99", "x", "-1", "0"):
        screen = open_page(licence_manager, "seats/act", **ids, seats=nonsense)
        assert not screen.error and screen.number_input[0].value == 10


def test_what_another_did_meanwhile_is_shown_before_it_is_done(ids: dict[str, int], licence_manager: Actor) -> None:
    screen = open_page(licence_manager, "seats/act", account=ids["account"])
    screen.checkbox[0].check().run()
    with database.write_session() as session:
        seat = session.scalars(select(Seat).order_by(Seat.id)).first()
        assert seat
        first = screen.dataframe[0].value["email"].iloc[0]
    other = open_page(licence_manager, "seats/act", account=ids["account"])
    other.checkbox[0].check().run()
    other.button(key="act").click().run()
    assert stored()[0] == 1
    screen.button(key="act").click().run()  # the list is empty by now: nothing is done twice
    assert stored()[0] == 1 and first not in texts(screen)


def test_a_full_subscription_leads_to_more_seats(ids: dict[str, int], rep: Actor, licence_manager: Actor) -> None:
    for number in range(7):
        user = make_licensed_user(ids["account"], f"n{number}@acme.example")
        make_seat(ids["account"], ids["subscription"], user, assigned_on=TODAY)
    screen = open_page(rep, "seats/act", account=ids["account"])
    assert "seats=11" in str([one.proto for one in screen.get("page_link")])
    asked = open_page(licence_manager, "seats/act", account=ids["account"])
    assert "Ask Sales Rep for more seats" in texts(asked)


@pytest.mark.parametrize("language", ["en", "es"])
def test_who_waits_gets_what_is_free(ids: dict[str, int], licence_manager: Actor, language: str) -> None:
    for number in range(7):
        user = make_licensed_user(ids["account"], f"n{number}@acme.example")
        make_seat(ids["account"], ids["subscription"], user, assigned_on=TODAY)
    await_seats(licence_manager, ids["account"], "support", "zoe@acme.example\nyan@acme.example", today=TODAY)
    screen = open_page(licence_manager, "seats/act", language=language, account=ids["account"])
    assert screen.button(key="give_support").disabled and "Zoe" in texts(screen)
    screen.checkbox[0].check().run()  # two idle ones
    screen.button(key="act").click().run()
    screen.button(key="give_support").click().run()
    assert not screen.error and stored()[0] == 10 and "Zoe" not in texts(screen)
