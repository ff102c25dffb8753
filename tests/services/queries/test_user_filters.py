"""Licensed users by any of what is known about them, the states adding up; the lives of seats, also on a day."""

from datetime import UTC, date, datetime, timedelta

import pytest

from services.commands.invitations import withdraw_invitations
from services.commands.leavers import undo_release
from services.commands.seat_bulk import BulkRequest, SeatDeed, change_many
from services.commands.seat_moves import MoveRequest, ReleaseRequest, move_seats, release_chosen
from services.commands.user_groups import create_group
from services.errors import NotFound
from services.permissions import Actor
from services.queries.licensed_users import (
    NOT_GIVEN,
    UserFilter,
    UserState,
    licensed_user,
    licensed_users,
    matching_users,
    user_choices,
)
from services.queries.seat_history import LifeFilter, seat_lives
from tests.builders import TODAY, make_account, make_licensed_user, make_seat, make_subscription
from tests.services.commands.world import latest_release

LONG_AGO = date(2025, 1, 1)


class Staff:
    """One in each state: Act, Exa (excluded), Inv (only invited), Lef, Sus; Two has a seat and an invitation."""

    def __init__(self, rep: Actor) -> None:
        self.account = make_account("acme", rep=rep)
        self.support = make_subscription(self.account, "support-pro", starts_on=LONG_AGO, seats=9)
        self.other = make_subscription(self.account, "support-business", starts_on=LONG_AGO, seats=9)
        self.meetings = make_subscription(self.account, "meetings-team", starts_on=LONG_AGO, seats=9)
        until = TODAY + timedelta(days=1)
        self.ids = {
            "Act": self.user("act", department="Sales", cost_centre="C1", manager="Nuria"),
            "Exa": self.user("exa", department="Sales", excluded_until=until, exclusion_reason="Leave"),
            "Inv": self.user("inv", manager="Olga"),
            "Lef": self.user("lef", left_on=LONG_AGO),
            "Sus": self.user("sus", department="Finance", excluded_until=TODAY),
            "Two": self.user("two", excluded_until=TODAY, exclusion_reason="Over"),
        }
        self.seats = {
            name: make_seat(self.account, self.support, self.ids[name], assigned_on=LONG_AGO, is_pending=name == "Inv")
            for name in ("Act", "Exa", "Inv", "Two")
        }
        make_seat(self.account, self.meetings, self.ids["Two"], assigned_on=LONG_AGO, is_pending=True)

    def user(self, name: str, **columns: object) -> int:
        return make_licensed_user(self.account, f"{name}@acme.example", **columns)


STATES = {
    "Act": UserState.ACTIVE, "Exa": UserState.EXCLUDED, "Inv": UserState.INVITED, "Lef": UserState.LEFT,
    "Sus": UserState.SUSPENDED, "Two": UserState.ACTIVE,
}  # fmt: skip


@pytest.fixture
def staff(rep: Actor) -> Staff:
    return Staff(rep)


def test_each_is_in_one_state_by_the_list_the_filter_and_the_card(staff: Staff, rep: Actor) -> None:
    frame = licensed_users(rep, staff.account, today=TODAY).frame
    assert dict(zip(frame["name"], frame["state"], strict=True)) == STATES
    for state in UserState:
        found = licensed_users(rep, staff.account, today=TODAY, which=UserFilter(state=state))
        assert found.frame["name"].tolist() == [name for name, of in STATES.items() if of is state]
    cards = {name: licensed_user(rep, staff.account, user, today=TODAY) for name, user in staff.ids.items()}
    assert {name: card.state for name, card in cards.items()} == STATES
    assert (cards["Two"].pending, cards["Two"].products) == ({"meetings"}, {"meetings", "support"})
    counts = user_choices(rep, staff.account, today=TODAY).states
    assert sum(counts.values()) == len(STATES) and counts[UserState.ACTIVE] == 2


@pytest.mark.parametrize(
    ("which", "names"),
    [
        (UserFilter(department="Sales"), ["Act", "Exa"]),
        (UserFilter(department=NOT_GIVEN), ["Inv", "Lef", "Two"]),
        (UserFilter(department="Sales", state=UserState.EXCLUDED), ["Exa"]),
        (UserFilter(cost_centre="C1"), ["Act"]),
        (UserFilter(manager="Olga"), ["Inv"]),
        (UserFilter(product="meetings"), ["Two"]),
        (UserFilter(without="support"), ["Lef", "Sus"]),
        (UserFilter(has_no_seat=True), ["Lef", "Sus"]),
        (UserFilter(search="TWO@"), ["Two"]),
    ],
)
def test_what_is_set_holds_together(staff: Staff, rep: Actor, which: UserFilter, names: list[str]) -> None:
    listed = licensed_users(rep, staff.account, today=TODAY, which=which)
    assert (listed.frame["name"].tolist(), listed.total) == (names, len(names))
    assert matching_users(rep, staff.account, which, today=TODAY) == tuple(staff.ids[name] for name in names)


def test_groups_filter_and_choices_are_what_occurs(staff: Staff, rep: Actor, other_rep: Actor) -> None:
    group = create_group(rep, staff.account, "Delta", today=TODAY)
    mine = (staff.ids["Act"], staff.ids["Sus"])
    change_many(rep, BulkRequest(staff.account, SeatDeed.JOIN, mine, group_id=group), today=TODAY)
    assert matching_users(rep, staff.account, UserFilter(group_id=group), today=TODAY) == mine
    choices = user_choices(rep, staff.account, today=TODAY)
    assert (choices.departments, choices.cost_centres, choices.managers) == (
        ("Finance", "Sales"), ("C1",), ("Nuria", "Olga"),
    )  # fmt: skip
    assert choices.groups == {group: "Delta"}
    with pytest.raises(NotFound):
        matching_users(other_rep, staff.account, UserFilter(), today=TODAY)
    assert user_choices(other_rep, staff.account, today=TODAY).states == {}


def lives(actor: Actor, staff: Staff, name: str) -> list[tuple[str, str]]:
    """How each seat of a user came and went, the newest first."""
    frame = seat_lives(actor, staff.account, LifeFilter(search=name)).frame
    return list(zip(frame["origin"], frame["ending"], strict=True))


def test_the_life_of_a_seat_is_told_step_by_step(staff: Staff, rep: Actor) -> None:
    move_seats(rep, MoveRequest(staff.account, (staff.seats["Act"],), staff.other, notify=False), today=TODAY)
    assert lives(rep, staff, "act@") == [("moved", "held"), ("assigned", "moved")]
    release_chosen(rep, ReleaseRequest(staff.account, (staff.seats["Exa"],), notify=False), today=TODAY)
    assert lives(rep, staff, "exa@") == [("assigned", "released")]
    undo_release(rep, staff.account, latest_release(), notify=False, today=TODAY)
    assert lives(rep, staff, "exa@") == [("undone", "held"), ("assigned", "released")]
    withdraw_invitations(rep, staff.account, [staff.seats["Inv"]], notify=False, today=TODAY)
    assert lives(rep, staff, "inv@") == [("assigned", "withdrawn")]


def test_the_lives_of_a_subscription_on_a_day_are_paged(staff: Staff, rep: Actor) -> None:
    move_seats(rep, MoveRequest(staff.account, (staff.seats["Act"],), staff.other, notify=False), today=TODAY)
    then = datetime(2025, 6, 1, tzinfo=UTC)
    on_a_day = seat_lives(rep, staff.account, LifeFilter(staff.support, held_at=then))
    assert sorted(on_a_day.frame["name"]) == ["Act", "Exa", "Inv", "Two"]
    assert seat_lives(rep, staff.account, LifeFilter(held_at=datetime(2024, 12, 31, tzinfo=UTC))).total == 0
    now = seat_lives(rep, staff.account, LifeFilter(staff.other))
    assert now.frame["name"].tolist() == ["Act"] and now.frame["released_by"].isna().all()
    pages = [seat_lives(rep, staff.account, LifeFilter(), limit=4, offset=offset) for offset in (0, 4)]
    assert [(len(page.frame), page.total) for page in pages] == [(4, 6), (2, 6)]
    assert len({seat for page in pages for seat in page.frame["id"]}) == 6
