"""Answers of managers: exported, filled in, judged row by row, recorded once, proposed for release."""

import random
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from dashboard.components.exports import csv_file, xlsx_file
from dashboard.components.seat_needs import file_columns
from data import database
from data.models import SeatNeed
from services.commands.leavers import undo_release
from services.commands.seat_acts import act_on_seats
from services.commands.seat_needs import apply_needs
from services.commands.usage import hide_names
from services.errors import NotAllowed, NotFound
from services.permissions import Actor
from services.queries.imports import open_file
from services.queries.seat_acts import act_seats, preview_act
from services.queries.seat_needs import Answer, NeedsPlan, need_managers, need_seats, plan_needs
from services.rules.import_kinds import ImportKind
from services.rules.import_mapping import suggest
from services.rules.seat_acts import ActRequest
from services.rules.seat_needs import SAID_DAYS, read_answer, seat_code, seat_id_of
from services.words.i18n import Words
from services.words.labels import enum_words
from tests.builders import TODAY, make_account, make_grant, make_licensed_user, make_seat, make_subscription

HEADER = "Seat;Email;Product;Manager;Needed / not needed"


class Book:
    """Ana and Bo of manager Mara, Cy of nobody, each with a seat of support since long ago."""

    def __init__(self, rep: Actor, licence_manager: Actor) -> None:
        self.account = make_account("acme", rep=rep)
        make_grant(licence_manager, self.account)
        self.subscription = make_subscription(self.account, seats=10)
        self.seats = {}
        for name, manager in (("ana", "Mara Sol"), ("bo", "Mara Sol"), ("cy", "")):
            user = make_licensed_user(self.account, f"{name}@acme.example", manager=manager, cost_centre="CC-1")
            self.seats[name] = make_seat(self.account, self.subscription, user, assigned_on=date(2025, 6, 1))

    def row(self, name: str, answer: str, *, email: str | None = None, product: str = "", by: str = "Mara Sol") -> str:
        address = f"{name}@acme.example" if email is None else email
        return f"{seat_code(self.seats[name])};{address};{product};{by};{answer}"


@pytest.fixture
def book(rep: Actor, licence_manager: Actor) -> Book:
    return Book(rep, licence_manager)


def planned(actor: Actor, account: int, content: bytes) -> NeedsPlan:
    table = open_file(actor, content, kind=ImportKind.NEEDS)
    return plan_needs(actor, account, table, suggest(table.header, ImportKind.NEEDS), today=TODAY)


def of_rows(actor: Actor, book: Book, *rows: str, header: str = HEADER) -> NeedsPlan:
    return planned(actor, book.account, "\n".join((header, *rows, "")).encode())


def apply(actor: Actor, plan: NeedsPlan) -> NeedsPlan:
    return plan.outcome(row for step in apply_needs(actor, plan) for row in step.rows)


def verdicts(plan: NeedsPlan) -> str:
    return "".join(row.verdict[0] for row in plan.rows)


def stored() -> dict[int, tuple[bool, str, date]]:
    with database.read_session() as session:
        return {row.user_id: (row.is_needed, row.said_by, row.said_on) for row in session.scalars(select(SeatNeed))}


def test_answers_are_recorded_once_and_proposed(book: Book, licence_manager: Actor) -> None:
    rows = (book.row("ana", "needed"), book.row("bo", "Not Needed"), book.row("cy", ""))
    plan = of_rows(licence_manager, book, *rows)
    assert verdicts(plan) == "nnu" and plan.answers(Answer.NOT_NEEDED) == 1 and not stored()
    assert verdicts(apply(licence_manager, plan)) == "nnu"
    assert sorted(stored().values()) == [(False, "Mara Sol", TODAY), (True, "Mara Sol", TODAY)]
    again = of_rows(licence_manager, book, *rows)
    assert verdicts(again) == "uuu"
    before = stored()
    apply(licence_manager, again)
    assert stored() == before
    changed = of_rows(licence_manager, book, book.row("bo", "needed"))
    assert verdicts(changed) == "c" and changed.rows[0].before is Answer.NOT_NEEDED
    unneeded = act_seats(licence_manager, book.account, today=TODAY, use=None, is_unneeded=True).frame
    assert unneeded["seat_id"].tolist() == [book.seats["bo"]]
    assert unneeded[["answer", "said_by", "said_on"]].values.tolist() == [["not_needed", "Mara Sol", TODAY]]
    (mara, nobody) = need_managers(licence_manager, book.account, today=TODAY)
    assert (mara.manager, mara.seats, mara.needed, mara.not_needed, nobody.seats) == ("Mara Sol", 2, 1, 1, 1)


def test_what_was_said_long_ago_is_not_shown(book: Book, licence_manager: Actor) -> None:
    apply(licence_manager, of_rows(licence_manager, book, book.row("ana", "not needed")))
    for days, shown in ((SAID_DAYS - 1, 1), (SAID_DAYS, 0)):
        day = TODAY + timedelta(days=days)
        assert act_seats(licence_manager, book.account, today=day, use=None, is_unneeded=True).total == shown
        assert need_managers(licence_manager, book.account, today=day)[0].not_needed == shown


def test_what_was_said_of_a_seat_says_nothing_of_the_next(book: Book, licence_manager: Actor) -> None:
    apply(licence_manager, of_rows(licence_manager, book, book.row("ana", "not needed"), book.row("bo", "not needed")))
    wanted = ActRequest(book.account, "k", release=(book.seats["ana"], book.seats["bo"]), notify=False)
    agreed = preview_act(licence_manager, wanted, today=TODAY).fingerprint
    done = act_on_seats(licence_manager, wanted, agreed=agreed, today=TODAY)
    undo_release(licence_manager, book.account, done.release_id or 0, notify=False, today=TODAY)
    listed = act_seats(licence_manager, book.account, today=TODAY, use=None, is_unneeded=True)
    assert listed.total == 2  # given back as if never away: still the seat that was spoken of
    assert not set(listed.frame["seat_id"]) & set(book.seats.values())
    old = of_rows(licence_manager, book, book.row("ana", "needed"))
    assert [problem.code for problem in old.rows[0].problems] == ["seat_given_back"]


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (lambda b: b.row("ana", "perhaps"), "no_answer"),
        (lambda b: b.row("ana", "needed", email="bo@acme.example"), "seat_of_another"),
        (lambda b: b.row("ana", "needed", product="Meetings"), "seat_of_another"),
        (lambda b: b.row("ana", "needed", email="no address"), "seat_of_another"),
        (lambda b: b.row("ana", "needed", by="Mara \u202eloS"), "direction_override"),
        (lambda b: b.row("ana", "needed", by="4111 1111 1111 1111"), "card_number"),
        (lambda b: "S-;ana@acme.example;;;needed", "no_seat_number"),
        (lambda b: "S-U;ana@acme.example;;;needed", "no_seat_number"),
        (lambda b: f"{seat_code(12345)};;;;needed", "seat_unknown"),
        (lambda b: ";ana@acme.example;;;needed", "no_seat_number"),
    ],
)
def test_wrong_rows_are_refused_with_their_reason(book: Book, licence_manager: Actor, row: object, code: str) -> None:
    plan = of_rows(licence_manager, book, row(book), book.row("cy", "needed"))  # type: ignore[operator]
    assert verdicts(plan) == "rn" and [problem.code for problem in plan.rows[0].problems] == [code]


def test_two_answers_for_a_seat_are_refused_the_second_time(book: Book, licence_manager: Actor) -> None:
    rows = (book.row("ana", "needed"), book.row("ana", "not needed"), book.row("ana", "needed"))
    plan = of_rows(licence_manager, book, *rows)
    assert verdicts(plan) == "nrn" and plan.rows[1].problems[0].values == {"row": 2}


def test_a_seat_of_another_account_is_unknown(book: Book, rep: Actor) -> None:
    other = make_account("other", rep=rep)
    plan = planned(rep, other, f"{HEADER}\n{book.row('ana', 'needed')}\n".encode())
    assert [problem.code for problem in plan.rows[0].problems] == ["seat_unknown"]


def test_what_came_between_is_refused(book: Book, licence_manager: Actor, rep: Actor) -> None:
    plan = of_rows(licence_manager, book, book.row("ana", "needed"), book.row("bo", "needed"))
    apply(rep, of_rows(rep, book, book.row("ana", "not needed", by="Rep")))
    assert verdicts(apply(licence_manager, plan)) == "rn"
    assert sorted(needed for needed, _, _ in stored().values()) == [False, True]


@pytest.mark.parametrize("write", [csv_file, xlsx_file])
def test_an_exported_list_comes_back(book: Book, licence_manager: Actor, write: object) -> None:
    """Filled in as a spreadsheet would: the file's own columns, whatever its kind."""
    frame = need_seats(licence_manager, book.account, today=TODAY, manager="Mara Sol").frame
    assert frame["person"].tolist() == ["Ana", "Bo"] and frame["answer"].isna().all()
    frame = frame.assign(why="", answer=["needed", "not needed"])
    content = write(frame, file_columns())  # type: ignore[operator]
    plan = planned(licence_manager, book.account, content)
    assert verdicts(plan) == "nn" and [row.said_by for row in plan.rows] == ["Mara Sol", "Mara Sol"]


def test_hidden_names_stay_hidden_and_come_back_by_their_number(book: Book, licence_manager: Actor) -> None:
    hide_names(licence_manager, book.account, hidden=True)
    assert [(one.manager, one.seats) for one in need_managers(licence_manager, book.account, today=TODAY)] == [("", 3)]
    frame = need_seats(licence_manager, book.account, today=TODAY, manager="Mara Sol").frame
    assert len(frame) == 3 and "ana@" not in frame.to_string().casefold() and "Mara" not in frame.to_string()
    plan = of_rows(licence_manager, book, book.row("ana", "not needed", email="cy@acme.example", by=""))
    assert verdicts(plan) == "n"  # whose seat it is is not told by refusing another address
    apply(licence_manager, plan)
    listed = act_seats(licence_manager, book.account, today=TODAY, use=None, is_unneeded=True).frame
    assert "Mara" not in listed.to_string()


def test_it_is_scoped(book: Book, other_rep: Actor, finance: Actor, licence_manager: Actor) -> None:
    plan = of_rows(licence_manager, book, book.row("ana", "needed"))
    table = open_file(licence_manager, f"{HEADER}\n".encode() + b"S-1;;;;\n", kind=ImportKind.NEEDS)
    columns = suggest(table.header, ImportKind.NEEDS)
    for actor, refusal in ((other_rep, NotFound), (finance, NotAllowed)):
        for look in (
            lambda a: need_managers(a, book.account, today=TODAY),
            lambda a: need_seats(a, book.account, today=TODAY),
            lambda a: plan_needs(a, book.account, table, columns, today=TODAY),
            lambda a: list(apply_needs(a, plan)),
        ):
            with pytest.raises(refusal):
                look(actor)
    assert not stored()
    with pytest.raises(NotFound):
        list(apply_needs(other_rep, replace(plan, account_id=make_account("theirs", rep=None))))


def test_both_languages_offer_answers_that_are_understood() -> None:
    for language in ("en", "es"):
        words = Words(language)
        for code, word in enum_words("Answer", words).items():
            assert read_answer(word) is Answer(code) and read_answer(f" {word.upper()} ") is Answer(code)
    assert read_answer("") is None and read_answer("maybe") is None


def test_numbers_of_seats_come_back_whatever_they_are() -> None:
    dice = random.Random(7)
    for number in (0, 1, 31, 32, 2**63 - 1, *(dice.randrange(2**63) for _ in range(500))):
        assert seat_id_of(seat_code(number)) == number == seat_id_of(seat_code(number).lower())
    for wrong in ("", "S-", "S-I", "S-ÑÑ", "S-" + "Z" * 13, "123 456"):
        assert seat_id_of(wrong) is None
