"""Waiting lists: who asks is on it once, what is free goes to the first, all of it scoped."""

from datetime import date

import pytest

from data.models import LicensedUser
from services.commands.persons import erase_licensed_user
from services.commands.seat_requests import await_seats, give_waiting, stop_waiting
from services.commands.seats import SeatChange, assign_seats, release_seats
from services.errors import Invalid, NotAllowed, NotFound, ProductNotOwned
from services.permissions import Actor
from services.queries.seat_acts import act_desk
from tests.builders import TODAY, make_account, make_grant, make_licensed_user, make_seat, make_subscription
from tests.services.commands.world import version

PRODUCT = "support"


class Book:
    """Two seats, both taken."""

    def __init__(self, rep: Actor, licence_manager: Actor) -> None:
        self.account = make_account("acme", rep=rep)
        make_grant(licence_manager, self.account)
        self.subscription = make_subscription(self.account, seats=2)
        self.users = [make_licensed_user(self.account, f"{name}@acme.example") for name in ("ana", "bo")]
        for user in self.users:
            make_seat(self.account, self.subscription, user, assigned_on=date(2026, 2, 1))

    def release(self, actor: Actor, *users: int) -> None:
        release_seats(actor, self.account, self.subscription, users, notify=False, today=TODAY)

    def waits(self, actor: Actor, *names: str) -> int:
        people = "\n".join(f"{name}@acme.example" for name in names)
        return await_seats(actor, self.account, PRODUCT, people, today=TODAY)

    def give(self, actor: Actor) -> SeatChange:
        return give_waiting(actor, self.account, PRODUCT, notify=False, today=TODAY)


@pytest.fixture
def book(rep: Actor, licence_manager: Actor) -> Book:
    return Book(rep, licence_manager)


def listed(actor: Actor, book: Book) -> list[tuple[int, list[str]]]:
    """Free seats, and who waits, of each product."""
    lists = act_desk(actor, book.account, today=TODAY).waiting
    return [(one.free, [who.name for who in one.people]) for one in lists]


def test_the_first_to_ask_is_the_first_to_get(book: Book, licence_manager: Actor) -> None:
    assert book.waits(licence_manager, "zoe") == 1
    assert book.waits(licence_manager, "cy", "ana", "zoe") == 1  # Ana has one, Zoe waits already
    assert listed(licence_manager, book) == [(0, ["Zoe", "Cy"])]
    assert book.give(licence_manager).assigned == 0
    book.release(licence_manager, book.users[0])
    assert listed(licence_manager, book) == [(1, ["Zoe", "Cy"])]
    assert book.give(licence_manager).assigned == 1
    assert listed(licence_manager, book) == [(0, ["Cy"])]
    assert book.give(licence_manager).assigned == 0  # again changes nothing
    book.release(licence_manager, book.users[1])
    assert book.give(licence_manager).assigned == 1 and listed(licence_manager, book) == []


def test_who_gets_a_seat_otherwise_waits_no_more(book: Book, licence_manager: Actor) -> None:
    book.waits(licence_manager, "zoe", "cy")
    book.release(licence_manager, *book.users)
    assign_seats(licence_manager, book.account, book.subscription, pasted="zoe@acme.example", notify=False, today=TODAY)
    assert listed(licence_manager, book) == [(1, ["Cy"])]


def test_who_had_a_seat_meanwhile_is_not_waiting_when_it_is_given_back(book: Book, licence_manager: Actor) -> None:
    zoe = make_licensed_user(book.account, "zoe@acme.example")
    book.waits(licence_manager, "zoe", "cy")
    book.release(licence_manager, *book.users)
    assign_seats(licence_manager, book.account, book.subscription, pasted="zoe@acme.example", notify=False, today=TODAY)
    book.release(licence_manager, zoe)
    assert listed(licence_manager, book) == [(2, ["Cy"])]
    assert book.waits(licence_manager, "zoe") == 1  # and may ask again, after those who wait
    assert listed(licence_manager, book) == [(2, ["Cy", "Zoe"])]


def test_who_has_left_is_passed_over(book: Book, licence_manager: Actor) -> None:
    make_licensed_user(book.account, "zoe@acme.example", left_on=date(2026, 3, 1))
    assert book.waits(licence_manager, "zoe", "cy") == 1
    assert listed(licence_manager, book) == [(0, ["Cy"])]


def test_seats_of_several_subscriptions_are_given(book: Book, licence_manager: Actor) -> None:
    book.waits(licence_manager, "zoe", "cy", "dee")
    make_subscription(book.account, "support-business", seats=1)
    book.release(licence_manager, book.users[0])
    assert listed(licence_manager, book)[0][0] == 2
    assert book.give(licence_manager).assigned == 2
    assert listed(licence_manager, book) == [(0, ["Dee"])]  # the last one on the list


def test_people_are_taken_off_and_erased_ones_are_gone(book: Book, licence_manager: Actor) -> None:
    zoe = make_licensed_user(book.account, "zoe@acme.example")
    book.waits(licence_manager, "zoe", "cy")
    erase_licensed_user(licence_manager, book.account, zoe, version=version(LicensedUser, (book.account, zoe)))
    assert listed(licence_manager, book) == [(0, ["Cy"])]
    cy = act_desk(licence_manager, book.account, today=TODAY).waiting[0].people[0].user_id
    assert stop_waiting(licence_manager, book.account, PRODUCT, [cy, zoe]) == 1
    assert stop_waiting(licence_manager, book.account, PRODUCT, [cy]) == 0 and listed(licence_manager, book) == []


def test_what_cannot_be_is_refused(book: Book, licence_manager: Actor) -> None:
    with pytest.raises(Invalid):
        await_seats(licence_manager, book.account, PRODUCT, "no address", today=TODAY)
    for product in ("meetings", "nonsense"):
        with pytest.raises(ProductNotOwned):
            await_seats(licence_manager, book.account, product, "zoe@acme.example", today=TODAY)
    assert listed(licence_manager, book) == []


def test_it_is_scoped(book: Book, other_rep: Actor, finance: Actor) -> None:
    for actor, refusal in ((other_rep, NotFound), (finance, NotAllowed)):
        for look in (
            lambda a: book.waits(a, "zoe"),
            book.give,
            lambda a: stop_waiting(a, book.account, PRODUCT, book.users),
        ):
            with pytest.raises(refusal):
                look(actor)
