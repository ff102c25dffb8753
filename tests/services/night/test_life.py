"""Trials and cancellations over real nights: each end once, each mail once, and what is announced is what is billed."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from data import database
from data.identity import derive_id
from data.models import Document, Movement, OutboxMail, Seat, StandingDiscount, Subscription
from data.period import Interval
from services.commands.cancellations import cancel_subscription, reactivate_subscription, set_auto_renewal
from services.commands.seats import assign_seats
from services.commands.trials import extend_trial
from services.permissions import Actor
from services.rules.changes import Timing
from services.rules.order_request import OrderRequest
from services.rules.ordering import ItemKind, OrderItem
from tests.builders import add, make_account
from tests.ordering import TRIAL, order, request
from tests.services.night.book import START, SUPPORT, at_nine, night, nights

WATCH = OrderItem(ItemKind.TRIAL, "monitoring-plus", 5)
HELP = OrderItem(ItemKind.TRIAL, "support-pro", 5)


@pytest.fixture
def acme(rep: Actor) -> int:
    at_nine(START)
    return make_account("acme", rep=rep)


def rows(model: Any, *criteria: Any) -> list[Any]:
    with database.read_session() as session:
        found = list(session.scalars(select(model).where(*criteria).order_by(*model.__table__.primary_key.columns)))
        session.expunge_all()
        return found


def told(kind: str) -> list[dict[str, Any]]:
    """The facts of the mails of a kind, the first first."""
    return [row.facts for row in sorted(rows(OutboxMail, OutboxMail.kind == kind), key=lambda row: row.created_at)]


def tried(rep: Actor, account: int, item: OrderItem) -> int:
    return order(rep, OrderRequest(account, "trial", (item,)), START).subscription_ids[0]


def test_a_trial_is_announced_expires_once_and_comes_back_with_its_seats(rep: Actor, acme: int) -> None:
    """Support: 14 days from 31 January, so the first day without it is 14 February."""
    trial = tried(rep, acme, HELP)
    assign_seats(rep, acme, trial, pasted="ana@x.example\nben@x.example", notify=False, today=START)
    nights(START + timedelta(days=1), date(2026, 2, 20))
    assert [facts["days"] for facts in told("trial_ending")] == [7, 3, 1]
    assert [facts["ended_on"] for facts in told("trial_expired")] == ["2026-02-14"]
    (row,) = rows(Subscription)
    assert (row.status, row.ends_on, row.seats_assigned) == ("expired", date(2026, 2, 14), 0)
    buy = OrderItem(ItemKind.PURCHASE, "support-pro", 2, Interval.MONTH)
    assert order(rep, request(acme, buy, key="buy"), date(2026, 2, 20)).subscription_ids == (trial,)
    assert len(rows(Seat, Seat.released_at.is_(None))) == 2
    nights(date(2026, 2, 21), date(2026, 3, 20))
    assert len(rows(Document)) == 2 and len(told("trial_expired")) == 1


def test_an_extension_announces_its_own_end_and_a_conversion_announces_none(rep: Actor, acme: int) -> None:
    trial = tried(rep, acme, HELP)
    night(date(2026, 2, 7))
    extend_trial(rep, acme, trial, 10, "Holidays", date(2026, 2, 7))
    nights(date(2026, 2, 8), date(2026, 2, 17))
    assert [(facts["days"], facts["ends_on"]) for facts in told("trial_ending")] == [
        (7, "2026-02-14"),
        (7, "2026-02-24"),
    ]
    order(rep, request(acme, replace(SUPPORT, seats=5), key="buy"), date(2026, 2, 17))
    nights(date(2026, 2, 18), date(2026, 2, 28))
    assert len(told("trial_ending")) == 2 and told("trial_expired") == []


def test_what_the_announcement_names_is_what_the_conversion_bills(rep: Actor, acme: int) -> None:
    """Meetings Team: 5 × 8.00 less the standing 10 % = 36.00."""
    add(StandingDiscount(account_id=acme, id=derive_id(START, "d"), plan="meetings-team", percent=Decimal(10)))
    tried(rep, acme, TRIAL)
    nights(START + timedelta(days=1), date(2026, 3, 2))
    assert [facts["net"]["minor"] for facts in told("trial_ending")] == [3600, 3600, 3600]
    (invoice,) = rows(Document)
    assert (invoice.issued_on, invoice.subtotal_minor) == (date(2026, 3, 2), 3600)


def test_a_trial_goes_on_free_of_charge(rep: Actor, acme: int) -> None:
    tried(rep, acme, WATCH)
    nights(START + timedelta(days=1), date(2026, 3, 31))
    (row,) = rows(Subscription)
    assert (row.plan, row.status, row.is_trial) == ("monitoring-free", "active", False)
    assert [facts["to_plan"] for facts in told("trial_ending")] == ["Free"] * 3
    assert rows(Document) == [] and rows(Movement) == []


def test_a_renewal_notice_names_the_price_that_was_scheduled(rep: Actor, acme: int) -> None:
    """Ten seats at 144.00 a year; 8 seats from the renewal on: 1,152.00."""
    paid = order(rep, request(acme, replace(SUPPORT, interval=Interval.YEAR)), START).subscription_ids[0]
    fewer = OrderItem(ItemKind.CHANGE, "support-pro", 8, Interval.YEAR, subscription_id=paid, timing=Timing.RENEWAL)
    order(rep, request(acme, fewer, key="fewer"), START)
    night(date(2026, 12, 2))
    assert [(facts["days"], facts["net"]["minor"]) for facts in told("renewal_notice")] == [(60, 115200)]
    night(date(2027, 1, 31))
    assert [row.subtotal_minor for row in rows(Document)][-1] == 115200


def test_a_cancelled_term_ends_once_and_a_reactivated_one_renews(rep: Actor, acme: int) -> None:
    paid = order(rep, request(acme, SUPPORT), START).subscription_ids[0]
    night(date(2026, 2, 10))
    assert cancel_subscription(rep, acme, paid, "Too dear", date(2026, 2, 10)) == date(2026, 2, 28)
    assert reactivate_subscription(rep, acme, paid, date(2026, 2, 11)) == date(2026, 2, 28)
    night(date(2026, 2, 28))
    assert len(rows(Document)) == 2
    cancel_subscription(rep, acme, paid, "Too dear", date(2026, 3, 1))
    nights(date(2026, 3, 1), date(2026, 4, 2))
    (row,) = rows(Subscription)
    assert (row.status, row.ends_on) == ("cancelled", date(2026, 3, 31))
    assert len(rows(Document)) == 2 and [facts["ended_on"] for facts in told("subscription_ended")] == ["2026-03-31"]
    assert [(move.kind, move.moved_on) for move in rows(Movement)] == [("new", START), ("churn", date(2026, 3, 31))]


def test_a_late_night_ends_on_the_day_it_was_due(rep: Actor, acme: int) -> None:
    paid = order(rep, request(acme, SUPPORT), START).subscription_ids[0]
    set_auto_renewal(rep, acme, paid, False, START)
    night(date(2026, 4, 9))
    (row,) = rows(Subscription)
    assert (row.status, row.ends_on) == ("expired", date(2026, 2, 28))
    assert [move.moved_on for move in rows(Movement)] == [START, date(2026, 2, 28)]
    assert len(rows(Document)) == 1
