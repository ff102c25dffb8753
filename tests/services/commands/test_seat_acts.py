"""Acts on seats: what is shown is what is done, once, all of it or nothing, by whom it may be done."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from data import database
from data.models import AuditEntry, OutboxMail, ScheduledChange, Seat, Subscription, SubscriptionEvent
from data.money import Money
from services.commands.changes import withdraw_scheduled_change
from services.commands.leavers import undo_release
from services.commands.seat_acts import ActDone, act_on_seats, withdraw_fewer_seats
from services.commands.seats import assign_seats
from services.errors import (
    Invalid,
    NotAllowed,
    NotFound,
    ProductNotOwned,
    Refusal,
    RequestKeyReused,
    SeatsExhausted,
    SeatsInUse,
)
from services.permissions import Actor, Permission
from services.queries.changes import preview_change
from services.queries.seat_acts import act_desk, act_seats, preview_act
from services.rules.bulk_changes import DoesNotRenew
from services.rules.change_items import ChangeWish
from services.rules.changes import Timing
from services.rules.scheduled import NothingScheduled
from services.rules.seat_acts import ActChanged, ActRequest, Fewer, NotFewer, NothingToDo, SeatMove
from services.rules.usage import SeatUse
from tests.builders import TODAY, make_account, make_grant, make_licensed_user, make_seat, make_subscription
from tests.changing import change, subscription_row
from tests.ordering import PRO, TRIAL, order, request
from tests.services.usage_files import deliver

JAN = date(2026, 1, 1)
PEOPLE = ("ana", "bo", "cy", "dee")


class Book:
    """10 + 3 yearly seats of support from 1 January, four of the first assigned long ago, one of the second."""

    trial: int = 0
    ending: int = 0

    def __init__(self, rep: Actor, licence_manager: Actor) -> None:
        self.account = make_account("acme", rep=rep)
        make_grant(licence_manager, self.account)
        first = request(self.account, PRO)
        self.big = order(rep, first, today=JAN).subscription_ids[0]
        self.small = make_subscription(self.account, seats=3, starts_on=JAN)  # as an imported book may hold two
        self.users = {name: make_licensed_user(self.account, f"{name}@acme.example") for name in (*PEOPLE, "eve")}
        held = date(2025, 6, 1)
        self.seats = {n: make_seat(self.account, self.big, self.users[n], assigned_on=held) for n in PEOPLE}
        self.seats["eve"] = make_seat(self.account, self.small, self.users["eve"], assigned_on=held)

    def ask(self, key: str = "key", **what: object) -> ActRequest:
        return ActRequest(self.account, key, **what)  # type: ignore[arg-type]


@pytest.fixture
def book(rep: Actor, licence_manager: Actor) -> Book:
    return Book(rep, licence_manager)


def act(actor: Actor, wanted: ActRequest) -> ActDone:
    """Do what the preview shows."""
    return act_on_seats(actor, wanted, agreed=preview_act(actor, wanted, today=TODAY).fingerprint, today=TODAY)


def held(book: Book) -> dict[str, int]:
    """Who holds a seat of which subscription."""
    names = {user: name for name, user in book.users.items()}
    with database.read_session() as session:
        rows = session.execute(select(Seat.user_id, Seat.subscription_id).where(Seat.released_at.is_(None)))
        return {names[user]: subscription for user, subscription in rows}


def counts(book: Book) -> tuple[int, int]:
    return subscription_row(book.big).seats_assigned, subscription_row(book.small).seats_assigned


def waiting(subscription: int) -> list[tuple[str, int | None]]:
    with database.read_session() as session:
        rows = select(ScheduledChange.status, ScheduledChange.seats)
        return [tuple(r) for r in session.execute(rows.where(ScheduledChange.subscription_id == subscription))]


def number(model: type) -> int:
    with database.read_session() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def test_all_is_done_in_one_go(book: Book, licence_manager: Actor) -> None:
    """Ana's and Bo's seats released, Cy's moved to the small one, the big one falls to 1: 9 x 144.00 a year less."""
    seats = book.seats
    wanted = book.ask(
        release=(seats["ana"], seats["bo"]),
        moves=(SeatMove((seats["cy"],), book.small),),
        fewer=(Fewer(book.big, 1),),
    )
    sheet = preview_act(licence_manager, wanted, today=TODAY)
    assert not sheet.refusals and sheet.saves == (Money.of("1296.00", "EUR"),)
    assert sheet.last_day == date(2026, 12, 2)  # 30 days before 1 January 2027
    assert (sheet.reductions[0].assigned, sheet.reductions[0].reduction.renews_on) == (1, date(2027, 1, 1))
    done = act_on_seats(licence_manager, wanted, agreed=sheet.fingerprint, today=TODAY)
    assert (done.released, done.moved, done.scheduled, done.saves) == (2, 1, 1, sheet.saves)
    assert held(book) == {"cy": book.small, "dee": book.big, "eve": book.small}
    assert counts(book) == (1, 2) and waiting(book.big) == [("scheduled", 1)]
    with database.read_session() as session:
        mails = session.scalars(select(OutboxMail.kind)).all()
        events = session.scalars(select(SubscriptionEvent.kind).where(SubscriptionEvent.subscription_id == book.big))
        assert {"seat_moved", "access_suspended"} <= set(mails) and "change_scheduled" in set(events)
    assert done.release_id is not None
    undo_release(licence_manager, book.account, done.release_id, notify=False, today=TODAY)
    assert set(held(book)) == {*PEOPLE, "eve"} and counts(book) == (3, 2)


def test_what_it_saves_is_what_the_change_page_shows(book: Book, rep: Actor) -> None:
    wanted = book.ask(fewer=(Fewer(book.big, 4),))
    saved = preview_act(rep, wanted, today=TODAY).saves
    shown = preview_change(rep, book.account, book.big, ChangeWish(seats=4), today=TODAY).options[Timing.RENEWAL]
    assert not isinstance(shown, Refusal) and shown.next_invoice is not None
    assert saved == (Money.of("1440.00", "EUR") - shown.next_invoice.line.amount,)
    fall = change(rep, book.account, book.big, seats=4, timing=Timing.RENEWAL)
    with database.read_session() as session:
        row = session.scalars(select(ScheduledChange).where(ScheduledChange.order_id == fall.order_id)).one()
        by_order = (row.plan, row.interval, row.seats, row.takes_new_price, row.changes_discount, row.status)
    withdraw_fewer_seats(rep, book.account, book.big, today=TODAY)
    act(rep, book.ask("again", fewer=(Fewer(book.big, 4),)))
    with database.read_session() as session:
        row = session.scalars(select(ScheduledChange).where(ScheduledChange.status == "scheduled")).one()
        assert (row.plan, row.interval, row.seats, row.takes_new_price, row.changes_discount, row.status) == by_order


def test_twice_is_once(book: Book, licence_manager: Actor) -> None:
    wanted = book.ask(release=(book.seats["ana"],), fewer=(Fewer(book.big, 5),))
    agreed = preview_act(licence_manager, wanted, today=TODAY).fingerprint
    first = act_on_seats(licence_manager, wanted, agreed=agreed, today=TODAY)
    before = [number(model) for model in (AuditEntry, OutboxMail, ScheduledChange, SubscriptionEvent)]
    again = act_on_seats(licence_manager, wanted, agreed=agreed, today=TODAY)
    assert again == replace(first, is_repeat=True)
    assert [number(model) for model in (AuditEntry, OutboxMail, ScheduledChange, SubscriptionEvent)] == before
    with pytest.raises(RequestKeyReused):
        act_on_seats(licence_manager, replace(wanted, notify=False), agreed=agreed, today=TODAY)


def test_what_changed_since_it_was_shown_is_refused(book: Book, licence_manager: Actor, rep: Actor) -> None:
    wanted = book.ask(release=(book.seats["ana"], book.seats["bo"]), fewer=(Fewer(book.big, 2),))
    agreed = preview_act(licence_manager, wanted, today=TODAY).fingerprint
    act(rep, book.ask("other", release=(book.seats["bo"],)))  # another one is faster
    with pytest.raises(ActChanged):
        act_on_seats(licence_manager, wanted, agreed=agreed, today=TODAY)
    assert "ana" in held(book) and not waiting(book.big)
    agreed = preview_act(licence_manager, wanted, today=TODAY).fingerprint
    assign_seats(rep, book.account, book.big, pasted="new@acme.example", notify=False, today=TODAY)
    with pytest.raises(ActChanged):
        act_on_seats(licence_manager, wanted, agreed=agreed, today=TODAY)
    assert counts(book) == (4, 1)


@pytest.mark.parametrize(
    ("what", "refusal"),
    [
        (lambda b: {}, NothingToDo),
        (lambda b: {"fewer": (Fewer(b.big, 3),)}, SeatsInUse),  # four are assigned
        (lambda b: {"fewer": (Fewer(b.big, 10),)}, NotFewer),
        (lambda b: {"fewer": (Fewer(b.big, 11),)}, NotFewer),
        (lambda b: {"moves": (SeatMove(tuple(b.seats[n] for n in PEOPLE), b.small),)}, SeatsExhausted),  # two are free
        (lambda b: {"moves": (SeatMove((b.seats["ana"],), b.trial),)}, ProductNotOwned),
        (lambda b: {"fewer": (Fewer(b.trial, 2),)}, NotFewer),
        (lambda b: {"fewer": (Fewer(b.ending, 2),)}, DoesNotRenew),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_done(
    book: Book, licence_manager: Actor, rep: Actor, what: object, refusal: type[Refusal]
) -> None:
    book.trial = order(rep, request(book.account, TRIAL, key="trial")).subscription_ids[0]
    book.ending = make_subscription(book.account, "backup-devices", seats=5, starts_on=JAN, is_auto_renewed=False)
    wanted = book.ask(**what(book))  # type: ignore[operator]
    sheet = preview_act(licence_manager, wanted, today=TODAY)
    assert [type(one) for one in sheet.refusals] == [refusal]
    with_more = replace(wanted, release=(book.seats["eve"],))  # what could be is not done either
    for one in (wanted, with_more) if refusal is not NothingToDo else (wanted,):
        agreed = preview_act(licence_manager, one, today=TODAY).fingerprint
        with pytest.raises(refusal):
            act_on_seats(licence_manager, one, agreed=agreed, today=TODAY)
    assert set(held(book)) == {*PEOPLE, "eve"} and not waiting(book.big)


def test_a_released_place_is_free_for_a_move(book: Book, licence_manager: Actor) -> None:
    """The small one has 3 seats, one taken: with Eve's released, three of the big one's fit in."""
    seats = book.seats
    three = SeatMove((seats["ana"], seats["bo"], seats["cy"]), book.small)
    done = act(licence_manager, book.ask(release=(seats["eve"],), moves=(three,)))
    assert (done.released, done.moved) == (1, 3) and counts(book) == (1, 3)
    with pytest.raises(SeatsExhausted):
        act(licence_manager, book.ask("more", moves=(SeatMove((seats["dee"],), book.small),)))


def test_nonsense_is_refused(book: Book, licence_manager: Actor) -> None:
    seat = book.seats["ana"]
    for wrong in (
        book.ask(release=(seat, seat)),
        book.ask(release=(seat,), moves=(SeatMove((seat,), book.small),)),
        book.ask(fewer=(Fewer(book.big, 5), Fewer(book.big, 6))),
        book.ask("", release=(seat,)),
        book.ask(release=tuple(range(1_001))),
    ):
        with pytest.raises(Invalid):
            preview_act(licence_manager, wrong, today=TODAY)
        with pytest.raises(Invalid):
            act_on_seats(licence_manager, wrong, agreed="", today=TODAY)
    for unknown in (book.ask(release=(1,)), book.ask(fewer=(Fewer(1, 2),)), book.ask(moves=(SeatMove((seat,), 1),))):
        with pytest.raises(NotFound):
            preview_act(licence_manager, unknown, today=TODAY)


def test_it_is_scoped_and_needs_its_rights(
    book: Book, rep: Actor, other_rep: Actor, finance: Actor, licence_manager: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = book.ask(release=(book.seats["ana"],), fewer=(Fewer(book.big, 5),))
    agreed = preview_act(rep, wanted, today=TODAY).fingerprint
    for actor, refusal in ((other_rep, NotFound), (finance, NotAllowed)):
        for look in (
            lambda a: preview_act(a, wanted, today=TODAY),
            lambda a: act_on_seats(a, wanted, agreed=agreed, today=TODAY),
            lambda a: act_desk(a, book.account, today=TODAY),
            lambda a: act_seats(a, book.account, today=TODAY),
            lambda a: withdraw_fewer_seats(a, book.account, book.big, today=TODAY),
        ):
            with pytest.raises(refusal):
                look(actor)
    # another account's ids do not help
    other = make_account("other", rep=other_rep)
    with pytest.raises(NotFound):
        preview_act(other_rep, replace(wanted, account_id=other), today=TODAY)
    may = Actor.may
    monkeypatch.setattr(Actor, "may", lambda self, p: p is not Permission.REDUCE_AT_RENEWAL and may(self, p))
    with pytest.raises(NotAllowed):
        act_on_seats(licence_manager, wanted, agreed=agreed, today=TODAY)
    assert act(licence_manager, replace(wanted, fewer=())).released == 1


def test_fewer_seats_can_be_taken_back_and_more_than_that_cannot(
    book: Book, rep: Actor, licence_manager: Actor
) -> None:
    act(licence_manager, book.ask(fewer=(Fewer(book.big, 6),)))
    act(licence_manager, book.ask("b", fewer=(Fewer(book.big, 5),)))  # replaces it
    assert sorted(waiting(book.big)) == [("replaced", 6), ("scheduled", 5)]
    with pytest.raises(NothingToDo):
        act(licence_manager, book.ask("c", fewer=(Fewer(book.big, 5),)))
    withdraw_fewer_seats(licence_manager, book.account, book.big, today=TODAY)
    with pytest.raises(NothingScheduled):
        withdraw_fewer_seats(licence_manager, book.account, book.big, today=TODAY)
    change(rep, book.account, book.big, plan="support-enterprise", timing=Timing.RENEWAL)
    with pytest.raises(NothingScheduled):
        withdraw_fewer_seats(licence_manager, book.account, book.big, today=TODAY)
    sheet = preview_act(licence_manager, book.ask("d", fewer=(Fewer(book.big, 5),)), today=TODAY)
    assert sheet.refusals  # a plan waits there: that is for the representative to settle
    withdraw_scheduled_change(rep, book.account, book.big, today=TODAY)


def test_the_desk_says_what_there_is_to_decide(book: Book, licence_manager: Actor) -> None:
    ana = [f"ana@acme.example,support,{TODAY - timedelta(days=day)}," for day in range(1, 200, 3)]
    deliver(licence_manager, *ana)
    desk = act_desk(licence_manager, book.account, today=TODAY)
    big, small = desk.subscription(book.big), desk.subscription(book.small)
    assert (big.seats, big.assigned, big.free, big.idle, big.is_full) == (10, 4, 6, 3, False)
    assert (small.idle, big.renews_on, big.decide_by) == (1, date(2027, 1, 1), date(2026, 12, 2))
    late = act_desk(licence_manager, book.account, today=date(2026, 12, 10)).subscription(book.big)
    assert late.decide_by == date(2026, 12, 31)  # the notice is over, and the portal still takes it
    listed = act_seats(licence_manager, book.account, today=TODAY)
    assert listed.total == 4 and "ana@acme.example" not in set(listed.frame["email"])
    assert set(listed.frame["month_minor"]) == {1200, 1600}  # 144.00 a year, and 16.00 a month
    mine = act_seats(licence_manager, book.account, today=TODAY, use=None, subscription=book.small)
    assert mine.frame["email"].tolist() == ["eve@acme.example"]
    assert act_seats(licence_manager, book.account, today=TODAY, use=SeatUse.USED).total == 1
    with database.read_session() as session:
        assert session.scalar(select(func.count()).select_from(Subscription)) == 2
