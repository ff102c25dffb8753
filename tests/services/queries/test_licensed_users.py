"""The list of licensed users, one user's card and seat history: works, refuses, is scoped."""

import pytest

from services.commands.seats import Ticks, assign_seats, tick_products
from services.errors import NotAllowed, NotFound
from services.queries.licensed_users import (
    UserFilter,
    UserState,
    licensed_user,
    licensed_users,
)
from services.queries.seat_history import LifeFilter, seat_history, seat_lives
from tests.builders import TODAY, make_account, make_licensed_user, make_subscription


@pytest.fixture
def account(rep):
    account = make_account(rep=rep)
    for name in ("Ana", "Bo", "Ci"):
        make_licensed_user(account, f"{name.lower()}@acme.example")
    support = make_subscription(account, seats=5)
    assign_seats(rep, account, support, pasted="ana@acme.example\nbo@acme.example", notify=False, today=TODAY)
    meetings = make_subscription(account, "meetings-team", seats=5)
    assign_seats(rep, account, meetings, pasted="bo@acme.example", notify=False, today=TODAY)
    return account


def names(actor, account, **filters):
    return licensed_users(actor, account, today=TODAY, which=UserFilter(**filters)).frame["name"].tolist()


def test_users_are_listed_by_name_with_their_products(rep, account):
    listed = licensed_users(rep, account, today=TODAY)
    assert listed.total == 3
    assert listed.frame[["state", "pending"]].values.tolist() == [["active", []], ["active", []], ["suspended", []]]
    assert listed.frame[["name", "is_suspended", "products"]].values.tolist() == [
        ["Ana", False, ["support"]],
        ["Bo", False, ["meetings", "support"]],
        ["Ci", True, []],
    ]


def test_users_are_filtered_and_paged_in_the_database(rep, account):
    assert names(rep, account, search="BO@") == ["Bo"]
    assert names(rep, account, search="_") == []  # a wildcard is a letter like any other
    assert names(rep, account, product="meetings") == ["Bo"]
    assert names(rep, account, without="meetings") == ["Ana", "Ci"]
    assert names(rep, account, state=UserState.SUSPENDED) == ["Ci"]
    assert names(rep, account, state=UserState.ACTIVE) == ["Ana", "Bo"]
    listed = licensed_users(rep, account, today=TODAY, limit=2, offset=2)
    assert (listed.frame["name"].tolist(), listed.total) == (["Ci"], 3)


def test_a_card_and_its_history(rep, account):
    user = int(licensed_users(rep, account, today=TODAY, which=UserFilter(search="bo")).frame["id"][0])
    card = licensed_user(rep, account, user, today=TODAY)
    assert (card.name, card.email, card.is_suspended, card.products) == (
        "Bo",
        "bo@acme.example",
        False,
        {"meetings", "support"},
    )
    ticks = [Ticks(user, card.version, frozenset({"support"}))]
    tick_products(rep, account, ticks, notify=False, today=TODAY)
    history = seat_history(rep, account, user).frame
    assert history.set_index("product")["ending"].to_dict() == {"Meetings": "released", "Remote Support": "held"}
    assert set(history["assigned_by"]) == {rep.name} and history["origin"].tolist() == ["assigned"] * 2


def test_another_reps_users_are_not_found(other_rep, finance, account, rep):
    user = int(licensed_users(rep, account, today=TODAY).frame["id"][0])
    with pytest.raises(NotFound):
        licensed_users(other_rep, account, today=TODAY)
    with pytest.raises(NotFound):
        licensed_user(other_rep, account, user, today=TODAY)
    assert seat_history(other_rep, account, user).frame.empty
    assert seat_lives(other_rep, account, LifeFilter()).frame.empty
    with pytest.raises(NotAllowed):
        licensed_users(finance, account, today=TODAY)
    with pytest.raises(NotFound):
        licensed_user(rep, account, 1, today=TODAY)
