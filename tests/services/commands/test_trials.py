"""Trials made longer, changed, ended, and converted after their end (billing rules §6)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from data import database
from data.models import (
    Account,
    AuditEntry,
    Document,
    Entitlement,
    LicensedUser,
    Movement,
    OutboxMail,
    Seat,
    Subscription,
    SubscriptionEvent,
)
from data.period import Interval
from services.commands.seats import assign_seats, release_seats
from services.commands.trials import change_trial, end_trial, extend_trial
from services.deeds import endings
from services.errors import Invalid, NotFound, SeatsInUse, StaleForm, TooManySeats
from services.permissions import Actor
from services.queries.orders import preview_order
from services.rules.changes import NothingChanges
from services.rules.order_request import OrderRequest
from services.rules.ordering import ItemKind, OrderItem
from services.rules.trials import ExtensionOverLimit, NotATrial, TrialOver
from tests.builders import TODAY, make_account
from tests.ordering import PRO, TRIAL, order, request

END = TODAY + timedelta(days=30)  # the trial of Meetings
PAID = OrderItem(ItemKind.PURCHASE, "meetings-team", 5, Interval.MONTH)


@pytest.fixture
def account(rep: Actor) -> int:
    return make_account(rep=rep)


@pytest.fixture
def trial(rep: Actor, account: int) -> int:
    return order(rep, OrderRequest(account, "trial", (TRIAL,))).subscription_ids[0]


def row_of(account: int, subscription: int) -> Subscription:
    with database.read_session() as session:
        row = session.get_one(Subscription, (account, subscription))
        session.expunge(row)  # it is looked at after the session is gone
        return row


def mails(kind: str) -> list[OutboxMail]:
    with database.read_session() as session:
        found = list(session.scalars(select(OutboxMail).where(OutboxMail.kind == kind)))
        session.expunge_all()
        return found


def expire(account: int, subscription: int, on: date) -> bool:
    """What the night does."""
    with database.write_session() as session:
        return endings.expire_trial(session, session.get_one(Account, account), subscription, on=on)


def assigned(subscription: int) -> list[str]:
    """Who has a seat of it, by address."""
    with database.read_session() as session:
        return sorted(
            session.scalars(
                select(LicensedUser.email)
                .join(Seat, (Seat.account_id == LicensedUser.account_id) & (Seat.user_id == LicensedUser.id))
                .where(Seat.subscription_id == subscription, Seat.released_at.is_(None))
            )
        )


def test_thirty_days_in_all_and_not_one_more(db: object, rep: Actor, account: int, trial: int) -> None:
    assert extend_trial(rep, account, trial, 20, "Slow  onboarding ", TODAY) == END + timedelta(days=20)
    assert extend_trial(rep, account, trial, 10, "Holidays", TODAY) == END + timedelta(days=30)
    with pytest.raises(ExtensionOverLimit) as refused:
        extend_trial(rep, account, trial, 1, "Once more", TODAY)
    assert refused.value.values == {"limit": 30, "asked": 31}
    row = row_of(account, trial)
    assert (row.trial_extension_days, row.trial_ends_on, row.period_end) == (
        30,
        END + timedelta(days=30),
        row.trial_ends_on,
    )
    with database.read_session() as session:
        assert session.scalars(select(Entitlement)).one().ends_on == row.trial_ends_on
        events = session.scalars(select(SubscriptionEvent).where(SubscriptionEvent.kind == "trial_extended")).all()
        assert sorted(event.after["reason"] for event in events) == ["Holidays", "Slow onboarding"]
        audit = session.scalars(select(AuditEntry).where(AuditEntry.action == "extend_trial")).all()
        assert {entry.after["days"] for entry in audit if entry.after} == {20, 10}
    told = mails("trial_extended")
    assert [mail.recipients for mail in told] == [["billing@acme.example"]] * 2
    assert {mail.facts["ends_on"] for mail in told} == {"2026-05-31", "2026-06-10"}


def test_a_second_click_does_not_extend_twice(db: object, rep: Actor, account: int, trial: int) -> None:
    extend_trial(rep, account, trial, 10, "Holidays", TODAY, shown_end=END)
    with pytest.raises(StaleForm):
        extend_trial(rep, account, trial, 10, "Holidays", TODAY, shown_end=END)
    assert row_of(account, trial).trial_extension_days == 10


@pytest.mark.parametrize(("days", "reason"), [(0, "x"), (-3, "x"), (5, " "), (5, "x" * 201)])
def test_an_extension_needs_days_and_a_reason(
    db: object, rep: Actor, account: int, trial: int, days: int, reason: str
) -> None:
    with pytest.raises(Invalid):
        extend_trial(rep, account, trial, days, reason, TODAY)


def test_what_is_over_or_no_trial_is_not_extended(db: object, rep: Actor, account: int, trial: int) -> None:
    with pytest.raises(TrialOver):  # its last night is over, whether or not that has run yet
        extend_trial(rep, account, trial, 5, "Late", END)
    paid = order(rep, request(account, PRO)).subscription_ids[0]
    with pytest.raises(NotATrial):
        extend_trial(rep, account, paid, 5, "Late", TODAY)
    with pytest.raises(NotFound):
        extend_trial(rep, account, 7, 5, "Late", TODAY)


def test_a_trial_takes_another_plan_seats_and_interval(db: object, rep: Actor, account: int, trial: int) -> None:
    assign_seats(rep, account, trial, pasted="a@x.example\nb@x.example", notify=False, today=TODAY)
    change_trial(rep, account, trial, plan="meetings-company", seats=25, interval=Interval.YEAR, today=TODAY)
    row = row_of(account, trial)
    assert (row.plan, row.seats, row.interval, row.status) == ("meetings-company", 25, "year", "trialing")
    assert (row.period_start, row.period_end) == (TODAY, END)  # counted from its own start
    for seats, refusal in ((26, TooManySeats), (1, SeatsInUse), (25, NothingChanges)):
        with pytest.raises(refusal):
            change_trial(rep, account, trial, plan="meetings-company", seats=seats, interval=Interval.YEAR, today=TODAY)
    with pytest.raises(NotFound):
        change_trial(rep, account, trial, plan="support-pro", seats=5, interval=Interval.YEAR, today=TODAY)


@pytest.mark.parametrize("seats", [3.0, 2.5])
def test_seats_that_are_no_whole_number_are_refused(
    db: object, rep: Actor, account: int, trial: int, seats: float
) -> None:
    with pytest.raises(Invalid):
        change_trial(rep, account, trial, plan="meetings-team", seats=seats, interval=Interval.YEAR, today=TODAY)  # type: ignore[arg-type]


def test_another_plan_keeps_what_was_extended(db: object, rep: Actor, account: int, trial: int) -> None:
    extend_trial(rep, account, trial, 12, "Holidays", TODAY)
    ends_on = change_trial(
        rep, account, trial, plan="meetings-company", seats=5, interval=Interval.MONTH, today=TODAY + timedelta(days=3)
    )
    assert ends_on == END + timedelta(days=12)


def test_ending_a_trial_takes_access_and_keeps_its_history(db: object, rep: Actor, account: int, trial: int) -> None:
    day = TODAY + timedelta(days=4)
    assign_seats(rep, account, trial, pasted="a@x.example\nb@x.example", notify=False, today=TODAY)
    other = order(rep, request(account, PRO)).subscription_ids[0]
    assign_seats(rep, account, other, pasted="b@x.example", notify=False, today=TODAY)
    end_trial(rep, account, trial, "Chose another product", day)
    row = row_of(account, trial)
    assert (row.status, row.ends_on, row.trial_ends_on, row.seats_assigned) == ("expired", day, day, 0)
    with database.read_session() as session:
        of_trial = Entitlement.subscription_id == trial
        assert session.scalars(select(Entitlement).where(of_trial)).one().ends_on == day
        seats = session.scalars(select(Seat).where(Seat.subscription_id == trial)).all()
        assert len(seats) == 2 and all(seat.released_at for seat in seats)
        users = session.scalars(select(LicensedUser).order_by(LicensedUser.email))
        assert [user.is_suspended for user in users] == [True, False]  # the second still has the other product
        assert {move.subscription_id for move in session.scalars(select(Movement))} == {other}
    assert len(mails("trial_expired")) == 1
    with pytest.raises(TrialOver):
        end_trial(rep, account, trial, "Again", day)
    assert expire(account, trial, END) is False  # the night finds nothing to do
    assert len(mails("trial_expired")) == 1


def test_a_trial_is_converted_after_its_end_with_its_seats(db: object, rep: Actor, account: int, trial: int) -> None:
    """Assigned before the end: ana, ben, carl. Ben's was released before it, and stays so."""
    assign_seats(rep, account, trial, pasted="ana@x.example\nben@x.example\ncarl@x.example", notify=False, today=TODAY)
    with database.read_session() as session:
        ben = session.scalars(select(LicensedUser.id).where(LicensedUser.email == "ben@x.example")).one()
    release_seats(rep, account, trial, [ben], notify=False, today=TODAY)
    assert expire(account, trial, END) is True
    assert expire(account, trial, END) is False
    assert assigned(trial) == []
    later = END + timedelta(days=12)
    bought = order(rep, request(account, PAID), today=later)
    assert bought.subscription_ids == (trial,)
    row = row_of(account, trial)
    assert (row.status, row.is_trial, row.seats, row.seats_assigned) == ("active", False, 5, 2)
    assert (row.anchor_on, row.period_start, row.sequence, row.ends_on) == (later, later, 1, None)
    assert row.trial_ends_on == END
    assert assigned(trial) == ["ana@x.example", "carl@x.example"]
    with database.read_session() as session:
        assert session.scalars(select(Entitlement)).one().ends_on is None
        assert session.scalars(select(Document)).one().subtotal_minor == 4000
        assert [move.kind for move in session.scalars(select(Movement))] == ["new"]
        assert [u.is_suspended for u in session.scalars(select(LicensedUser).order_by(LicensedUser.email))] == [
            False,
            True,
            False,
        ]


def test_fewer_seats_come_back_to_those_who_had_them_first(db: object, rep: Actor, account: int, trial: int) -> None:
    for name in ("ana", "ben", "carl"):
        assign_seats(rep, account, trial, pasted=f"{name}@x.example", notify=False, today=TODAY)
    expire(account, trial, END)
    order(rep, request(account, replace(PAID, seats=2)), today=END)
    assert assigned(trial) == ["ana@x.example", "ben@x.example"]


def test_an_expired_trial_bought_for_a_later_day_is_a_new_subscription(
    db: object, rep: Actor, account: int, trial: int
) -> None:
    expire(account, trial, END)
    wanted = request(account, replace(PAID, starts_on=END + timedelta(days=9)))
    assert preview_order(rep, wanted, today=END).items[0].converts is None
    assert order(rep, wanted, today=END).subscription_ids != (trial,)


def test_a_converted_trial_ends_on_the_day_of_its_conversion(db: object, rep: Actor, account: int, trial: int) -> None:
    order(rep, request(account, PAID), today=TODAY + timedelta(days=3))
    assert row_of(account, trial).trial_ends_on == TODAY + timedelta(days=3)
    assert expire(account, trial, END) is False
