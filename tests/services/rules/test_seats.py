"""What ticks change, which subscription gives the seat, and how pasted lists are read (billing rules §11)."""

from datetime import date

import pytest

from services.rules.seats import MOST_PEOPLE, Person, Pool, SeatMail, giving, people, person, ticked

TODAY = date(2026, 4, 11)


@pytest.mark.parametrize(
    ("held", "wanted", "assign", "release", "notice"),
    [
        (set(), {"a"}, ("a",), (), SeatMail.ASSIGNED),
        ({"a", "b"}, {"b", "c"}, ("c",), ("a",), SeatMail.ASSIGNED),
        ({"a", "b"}, {"b"}, (), ("a",), SeatMail.RELEASED),
        ({"a", "b"}, set(), (), ("a", "b"), SeatMail.SUSPENDED),
        ({"a"}, {"a"}, (), (), None),
        (set(), set(), (), (), None),
    ],
)
def test_the_ticks_replace_the_set(held, wanted, assign, release, notice):
    change = ticked(held, wanted)
    assert (change.assign, change.release, change.notice) == (assign, release, notice)
    assert change.suspends == (not wanted)


def pool(number, *, product="support", seats=5, assigned=0, starts_on=date(2026, 1, 1), ends_on=None):
    return Pool(number, product, seats, assigned, starts_on, ends_on)


def test_the_subscription_in_force_gives_the_seat_before_one_that_starts_later():
    later, full = pool(1, starts_on=date(2026, 5, 1)), pool(2, seats=3, assigned=3)
    assert giving([later, full], "support", TODAY) is full  # a seat asked for today is never one for May


def test_seats_of_a_scheduled_subscription_can_be_given_ahead():
    later = pool(1, starts_on=date(2026, 5, 1))
    assert giving([later], "support", TODAY) is later


def test_an_entitlement_is_over_on_its_last_boundary():
    ended, ends_tomorrow = pool(1, ends_on=TODAY), pool(2, ends_on=date(2026, 4, 12))
    assert giving([ended], "support", TODAY) is None
    assert giving([ended, ends_tomorrow], "support", TODAY) is ends_tomorrow


def test_of_two_in_force_one_with_a_free_seat_gives_it():
    full, free = pool(1, seats=3, assigned=3), pool(2, starts_on=date(2026, 3, 1))
    assert giving([full, free], "support", TODAY) is free
    assert giving([full], "support", TODAY) is full  # and its refusal names the free seats: 0
    assert giving([free], "meetings", TODAY) is None


@pytest.mark.parametrize(
    ("line", "name", "email"),
    [
        ("Ana Soler <ana@acme.example>", "Ana Soler", "ana@acme.example"),
        ('"Soler, Ana" <ANA@Acme.Example>', "Soler, Ana", "ana@acme.example"),
        ("ana.soler@acme.example", "Ana Soler", "ana.soler@acme.example"),
        ("Ana Soler\tana@acme.example", "Ana Soler", "ana@acme.example"),
        ("ana@acme.example;Ana Soler", "Ana Soler", "ana@acme.example"),
        ("<ana@acme.example>", "Ana", "ana@acme.example"),
        ("山田 太郎 <taro@acme.example>", "山田 太郎", "taro@acme.example"),
        ("Ana 👩‍💻 <ana@acme.example>", "Ana 👩‍💻", "ana@acme.example"),
        ("=cmd() <ana@acme.example>", "=cmd()", "ana@acme.example"),
    ],
)
def test_a_line_is_a_name_and_an_address(line, name, email):
    assert people(line) == ((Person(name, email),), ())


def test_mail_programs_copy_several_on_a_line():
    found, problems = people("Ana <ana@acme.example>; Bo <bo@acme.example>\n\nc@acme.example, d@acme.example")
    assert [p.email for p in found] == ["ana@acme.example", "bo@acme.example", "c@acme.example", "d@acme.example"]
    assert not problems


def test_an_address_counts_once_whatever_its_case():
    found, problems = people("Ana <ana@acme.example>\nANA@ACME.EXAMPLE\nAnna <Ana@acme.example>")
    assert found == (Person("Ana", "ana@acme.example"),)
    assert not problems


def test_faults_are_told_line_by_line():
    pasted = (
        "Ana <ana@acme.example>\nno address here\nBo <bo@acme>\n"
        f"{'x' * 201} <x@acme.example>\nEva\u202e <eva@acme.example>\n4111 1111 1111 1111 <pay@acme.example>"
    )
    found, problems = people(pasted)
    assert [p.name for p in found] == ["Ana"]
    assert [(p.field, p.code) for p in problems] == [
        ("line.2", "no_email_in_line"),
        ("line.3", "no_email_in_line"),
        ("line.4", "too_long"),
        ("line.5", "direction_override"),
        ("line.6", "card_number"),
    ]


def test_an_empty_list_asks_for_people():
    assert [(p.field, p.code) for p in people(" \n ")[1]] == [("people", "required")]


def test_a_list_has_its_limit():
    _, problems = people("\n".join(f"u{n}@acme.example" for n in range(MOST_PEOPLE + 1)))
    assert [(p.code, p.values["limit"]) for p in problems] == [("too_many_people", MOST_PEOPLE)]


def test_a_form_needs_an_address():
    assert [(p.field, p.code) for p in person("Ana", "")[1]] == [("email", "required")]
    assert [(p.field, p.code) for p in person("Ana", "ana")[1]] == [("email", "not_an_email")]
