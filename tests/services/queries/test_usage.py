"""Use of seats as pages show it: the four kinds, their evidence and its age; what is hidden, and whom it is shown."""

import random
from collections import Counter
from datetime import date, timedelta

import pytest

from services.commands.seats import assign_seats
from services.commands.usage import hide_names
from services.errors import NotAllowed, NotFound
from services.permissions import Actor, Role
from services.queries.usage import account_use, seat_uses, usage_overview
from services.rules.usage import SeatUse
from tests.builders import (
    TODAY,
    make_account,
    make_grant,
    make_licensed_user,
    make_seat,
    make_subscription,
    make_user,
)
from tests.services.usage_files import deliver

PEOPLE = [f"p{number:02d}@acme.example" for number in range(40)]


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


@pytest.fixture
def support(rep: Actor, licence_manager: Actor) -> int:
    """A subscription with seats, of an account that is granted to the licence manager."""
    account = make_account("acme", rep=rep)
    make_grant(licence_manager, account)
    return make_subscription(account, "support-pro", starts_on=date(2024, 1, 1), seats=50)


@pytest.fixture
def account(support: int) -> int:
    from data.identity import account_id

    return account_id("acme")


def seat(account: int, subscription: int, email: str, held: int, **columns: object) -> int:
    """A seat held for so many days."""
    user = make_licensed_user(account, email, **{k: v for k, v in columns.items() if k == "excluded_until"})
    more = {k: v for k, v in columns.items() if k != "excluded_until"}
    make_seat(account, subscription, user, assigned_on=ago(held), **more)
    return user


def uses(actor: Actor, account: int, **filters: object) -> dict[str, str]:
    frame = seat_uses(actor, account, today=TODAY, **filters).frame  # type: ignore[arg-type]
    return dict(zip(frame["email"], frame["why"], strict=True))


def test_each_seat_says_its_use_and_why(account: int, support: int, licence_manager: Actor) -> None:
    for number, held in enumerate((400, 400, 400, 29, 400, 400)):
        pending, excluded = number == 4, TODAY + timedelta(days=1) if number == 5 else None
        seat(account, support, PEOPLE[number], held, is_pending=pending, excluded_until=excluded)
    daily = [f"{PEOPLE[0]},support,{ago(day)}," for day in range(0, 200, 5)]
    deliver(licence_manager, *daily, f"{PEOPLE[1]},support,{ago(60)},")
    expected = dict(zip(PEOPLE, ["in_use", "seen", "not_seen", "young", "pending", "excluded_user"], strict=False))
    assert uses(licence_manager, account) == expected
    (product,) = account_use(licence_manager, account, today=TODAY).products
    assert product.counts == {
        SeatUse.USED: 2, SeatUse.IDLE: 1, SeatUse.EXCLUDED: 3, SeatUse.NO_EVIDENCE: 0,
    }  # fmt: skip
    assert (product.bought, product.assigned, product.in_use, product.used_days) == (50, 6, 1, 6)
    assert product.feed and (product.feed.until, product.is_stale(TODAY)) == (TODAY, False)
    assert list(uses(licence_manager, account, use=SeatUse.IDLE)) == [PEOPLE[2]]
    assert list(uses(licence_manager, account, search="P01@")) == [PEOPLE[1]]
    row = seat_uses(licence_manager, account, today=TODAY).frame.iloc[0]
    assert (row["last_seen_on"], row["active_days"], row["product"]) == (TODAY, 18, "Remote Support")


def test_a_feed_without_users_is_no_evidence_for_any_seat(account: int, support: int, licence_manager: Actor) -> None:
    for email in PEOPLE[:3]:
        seat(account, support, email, 400)
    header = "subscription id,at\n"
    deliver(licence_manager, *(f"S-support-pro-active,{ago(day)}" for day in range(1, 200)), header=header)
    assert set(uses(licence_manager, account).values()) == {"no_feed"}
    (product,) = account_use(licence_manager, account, today=TODAY).products
    assert (product.counts[SeatUse.NO_EVIDENCE], product.in_use, product.feed) == (3, 0, None)
    assert product.unnamed and (product.last_used_on, product.used_days) == (ago(1), 29)
    row = usage_overview(licence_manager, today=TODAY).frame.iloc[0]
    assert (row["evidence"], row["until"]) == ("subscriptions", ago(1))


def test_an_old_feed_is_said_and_claims_no_idleness(account: int, support: int, licence_manager: Actor) -> None:
    seat(account, support, PEOPLE[0], 400)
    seat(account, support, PEOPLE[1], 400)
    deliver(licence_manager, *(f"{PEOPLE[0]},support,{ago(day)}," for day in range(8, 300, 5)))
    use = account_use(licence_manager, account, today=TODAY)
    assert [product.product for product in use.stale] == ["support"]
    assert (use.total(SeatUse.IDLE), use.total(SeatUse.USED), use.total(SeatUse.NO_EVIDENCE)) == (0, 1, 1)
    assert usage_overview(licence_manager, today=TODAY).frame["evidence"].tolist() == ["stale"]
    assert account_use(licence_manager, account, today=ago(1)).total(SeatUse.IDLE) == 1  # a day ago it was young


@pytest.mark.parametrize("seed", range(6))
def test_the_database_counts_what_the_rule_says(account: int, support: int, licence_manager: Actor, seed: int) -> None:
    dice = random.Random(seed)
    for email in PEOPLE:
        until = dice.choice([None, None, None, ago(0), ago(-1)])
        held = dice.choice([0, 29, 30, 31, 60, 89, 90, 91, 400])
        seat(account, support, email, held, is_pending=dice.random() < 0.1, excluded_until=until)
    last = dice.choice([0, 1, 7, 8, 30])
    days = [day for day in (*range(last, dice.choice([40, 95, 300]), 3), 29, 30, 31, 89, 90, 91) if day >= last]
    rows = [f"{dice.choice(PEOPLE[:25])},support,{ago(day)}," for day in days for _ in range(2)]
    deliver(licence_manager, *rows)
    frame = seat_uses(licence_manager, account, today=TODAY, limit=100).frame
    by_rule = Counter(frame["use"])
    (product,) = account_use(licence_manager, account, today=TODAY).products
    assert {use.value: number for use, number in product.counts.items() if number} == dict(by_rule)
    assert product.in_use == sum(frame["why"] == "in_use")
    assert sum(by_rule.values()) == product.assigned == len(PEOPLE)  # excluded + idle + used + no evidence
    for use in SeatUse:
        assert seat_uses(licence_manager, account, today=TODAY, use=use).total == by_rule[use.value]


def test_hidden_names_are_told_and_found_nowhere(account: int, support: int, licence_manager: Actor) -> None:
    seat(account, support, "quill@acme.example", 400)
    hide_names(licence_manager, account, hidden=True)
    for search in ("", "quill", "nobody"):
        listed = seat_uses(licence_manager, account, today=TODAY, search=search)
        assert listed.total == 1
        assert "quill" not in listed.frame.drop(columns=["user_id"]).to_string().casefold()
    hide_names(licence_manager, account, hidden=False)
    assert list(uses(licence_manager, account)) == ["quill@acme.example"]


def test_it_is_scoped(account: int, support: int, rep: Actor, other_rep: Actor, finance: Actor) -> None:
    assign_seats(rep, account, support, pasted="ana@acme.example", notify=False, today=TODAY)
    stranger = make_user(Role.LICENCE_MANAGER, email="stranger@portal.example")
    for actor in (other_rep, stranger):
        for look in (account_use, seat_uses):
            with pytest.raises(NotFound):
                look(actor, account, today=TODAY)
        assert usage_overview(actor, today=TODAY).total == 0
    for look in (account_use, seat_uses):
        with pytest.raises(NotAllowed):
            look(finance, account, today=TODAY)
    assert seat_uses(rep, account, today=TODAY).total == usage_overview(rep, today=TODAY).total == 1
