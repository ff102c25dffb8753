"""What is at stake by day is what the list says, and what nights then bill."""

import random
from collections import Counter
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from data import database
from data.models import (
    Document,
    DocumentLine,
    StandingDiscount,
    Subscription,
)
from data.money import Money
from services.permissions import Actor
from services.queries.decisions import at_stake, list_decisions
from services.rules.decisions import DecisionFilter, Kind
from tests.builders import add
from tests.services.night.book import night
from tests.services.queries.test_cycles import HORIZON, make_random_book


def test_sums_by_day_are_those_of_the_list(rep: Actor, admin: Actor) -> None:
    day = make_random_book(random.Random(3), admin)
    wanted = DecisionFilter(day, HORIZON)
    listed: Counter[tuple[date, str, str]] = Counter()
    for row in list_decisions(admin, wanted, limit=5_000).frame.itertuples(index=False):
        listed[row.last_on, row.currency, "count"] += 1
        if row.stake_minor:
            listed[row.last_on, row.currency, "costs" if row.stake_minor > 0 else "loses"] += abs(row.stake_minor)
    summed: Counter[tuple[date, str, str]] = Counter()
    for one in at_stake(admin, wanted, day, HORIZON):
        code = one.costs.currency
        summed += Counter({(one.day, code, "count"): one.count, (one.day, code, "costs"): one.costs.minor})
        summed += Counter({(one.day, code, "loses"): one.loses.minor})
    assert listed == summed and len(listed) > 15


@pytest.mark.parametrize("seed", [1, 4])
def test_what_is_at_stake_on_the_eve_is_what_the_night_bills(admin: Actor, seed: int) -> None:
    """Whatever renews, converts or starts: its amount stands in the calendar; what was decided before does not."""
    chance = random.Random(seed)
    day, compared, decided = make_random_book(chance, admin), 0, 0
    add(StandingDiscount(account_id=_any_account(), id=1, plan="meetings-team", percent=Decimal(25)))
    while day < date(2026, 5, 2):
        eve, day = day, day + timedelta(days=1)
        frame = list_decisions(admin, DecisionFilter(eve, eve + timedelta(days=1)), limit=1_000).frame
        told_of = {
            row.subscription_id: Money(row.stake_minor, row.currency)
            for row in frame.itertuples(index=False)
            if row.day == day and row.kind not in (Kind.END, Kind.START) and row.stake_minor > 0
        }
        night(day)
        billed = _billed_on(day)
        assert told_of == {key: billed.get(key, Money.zero(amount.currency)) for key, amount in told_of.items()}, day
        compared, decided = compared + len(told_of), decided + len(billed.keys() - told_of.keys())
    assert compared > 15 and decided > 0


def _any_account() -> int:
    with database.read_session() as session:
        return session.scalars(select(Subscription.account_id).where(Subscription.is_trial)).first() or 0


def _billed_on(day: date) -> dict[int, Money]:
    """What the lines of the periods come to that begin on a day, by subscription."""
    asked = (
        select(DocumentLine.subscription_id, DocumentLine.net_minor, Document.currency)
        .join(Document, Document.id == DocumentLine.document_id)
        .where(DocumentLine.starts_on == day, DocumentLine.kind == "charge", Document.order_id.is_(None))
    )
    with database.read_session() as session:
        return {key: Money(minor, currency) for key, minor, currency in session.execute(asked)}
