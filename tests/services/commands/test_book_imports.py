"""Books from elsewhere: taken over with their history, once, and told row by row."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from data import database
from data.models import (
    Account,
    AuditEntry,
    BilledPeriod,
    Document,
    Entitlement,
    Movement,
    Subscription,
    SubscriptionEvent,
)
from services.commands import book_imports as commands
from services.commands.book_imports import apply_book
from services.errors import NotAllowed
from services.integrity import violations
from services.permissions import Actor
from services.rules.import_book import Taken
from services.rules.import_verdicts import Verdict
from tests.book_files import (
    applied,
    faults,
    movements,
    origin,
    planned,
    subscription,
    take_over,
    told,
)
from tests.builders import TODAY, make_account
from tests.ordering import PRO, order, request

RUNNING = "S-1,acme,support-pro,10,monthly,2026-01-20,,no,yes,160.00"


def rows_of(model: type[object]) -> int:
    with database.read_session() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def broken() -> list[object]:
    with database.read_session() as session:
        return list(violations(session))


def test_a_running_subscription_comes_in_with_the_period_billed_elsewhere(finance: Actor, rep: Actor) -> None:
    acme = make_account("acme", rep=rep)
    assert [row.verdict for row in take_over(finance, RUNNING)] == [Verdict.NEW]
    found = subscription("S-1")
    assert (found.account_id, found.product, found.plan, found.status) == (acme, "support", "support-pro", "active")
    assert (found.seats, found.interval, found.is_auto_renewed, found.order_id) == (10, "month", True, 0)
    assert (found.starts_on, found.anchor_on) == (date(2026, 1, 20), date(2026, 1, 20))
    assert (found.period_start, found.period_end, found.sequence) == (date(2026, 3, 20), date(2026, 4, 20), 1)
    assert found.negotiated_amount is None  # 160.00 is the list price
    assert (origin("S-1").billed_from, origin("S-1").billed_until) == (date(2026, 3, 20), date(2026, 4, 20))
    assert movements("acme") == [(date(2026, 1, 20), "new", "support-pro", 160_00)]
    assert rows_of(Document) == 0
    with database.read_session() as session:
        assert session.scalars(select(Entitlement.ends_on)).all() == [None]
        happened = session.execute(select(SubscriptionEvent.kind, SubscriptionEvent.happened_on)).all()
        audited = session.scalars(select(AuditEntry.action)).all()
    assert [tuple(row) for row in happened] == [("imported", date(2026, 1, 20))]
    assert audited == ["import_subscriptions"]
    assert broken() == []


def test_what_ended_is_history_with_its_months(finance: Actor) -> None:
    make_account("acme")
    plan = planned(
        finance,
        "S-1,acme,support-pro,10,monthly,2025-11-05,2026-02-20,no,yes,200.00",
        "S-2,acme,support-business,1,annual,2026-01-10,2026-03-01,no,no,8.25",
    )
    assert told(plan) == [["ended", "negotiated"], ["ended"]]
    applied(finance, plan)
    first, second = subscription("S-1"), subscription("S-2")
    assert (first.status, first.ends_on, second.status, second.ends_on) == (
        "cancelled", date(2026, 2, 20), "expired", date(2026, 3, 1),
    )  # fmt: skip
    assert (first.period_start, first.period_end) == (date(2026, 2, 5), date(2026, 2, 20))
    assert first.negotiated_amount == Decimal(20)
    # 8.25 a month of an annual plan at 99.00 a year is the list price
    assert second.negotiated_amount is None
    assert movements("acme") == [
        (date(2025, 11, 5), "new", "support-pro", 200_00),
        (date(2026, 1, 10), "expansion", "support-business", 8_25),
        (date(2026, 2, 20), "contraction", "support-pro", -200_00),
        (date(2026, 3, 1), "churn", "support-business", -8_25),
    ]
    assert broken() == []


def test_rows_are_told_what_is_done_about_them(finance: Actor) -> None:
    make_account("acme")
    plan = planned(
        finance,
        "S-1,acme,support-pro,10,monthly,2026-01-20,,no,no,160",  # no renewal
        "S-2,acme,support-pro,3,monthly,2026-03-01,2026-03-01,no,yes,48",  # no days
        "S-3,acme,support-pro,3,,2026-03-01,,yes,yes,0",  # a trial without an end, over
        "S-4,acme,support-pro,3,,2026-04-05,,yes,yes,12",  # another one of the product, running
        "S-5,acme,support-pro,2,monthly,2026-03-20,2026-04-15,no,yes,32",  # ends within its period
        "S-6,acme,support-pro,2,monthly,2026-05-01,,no,yes,32",  # starts later
        "S-7,acme,support-enterprise,2,monthly,2026-03-20,,no,yes,",  # no amount, below the minimum of five
        "S-8,acme,meetings-team,2,,2026-04-01,2026-04-30,yes,yes,",  # a trial with its end
    )
    assert told(plan) == [
        ["not_renewed"],
        ["no_days"],
        ["trial_without_end", "trial_over"],
        ["trial_without_end", "trial_runs", "trial_amount", "repeated_trial"],
        ["ends"],
        ["starts_later"],
        ["renews", "list_price", "below_minimum"],
        ["trial_runs"],
    ]
    applied(finance, plan)
    stood = [(f"S-{n}", subscription(f"S-{n}")) for n in range(1, 9)]
    assert [(name, row.status, row.period_end, row.sequence) for name, row in stood] == [
        ("S-1", "active", date(2026, 4, 20), 1),
        ("S-2", "cancelled", date(2026, 4, 1), 0),
        ("S-3", "expired", date(2026, 3, 15), 0),
        ("S-4", "trialing", date(2026, 4, 19), 0),
        ("S-5", "pending_cancellation", date(2026, 4, 15), 1),
        ("S-6", "scheduled", date(2026, 6, 1), 0),
        ("S-7", "active", date(2026, 4, 20), 1),
        ("S-8", "trialing", date(2026, 4, 30), 0),
    ]
    assert movements("acme") == [
        (date(2026, 1, 20), "new", "support-pro", 160_00),
        (date(2026, 3, 20), "expansion", "support-enterprise", 48_00),
        (date(2026, 3, 20), "expansion", "support-pro", 32_00),
        (date(2026, 5, 1), "expansion", "support-pro", 32_00),
    ]
    assert broken() == []


def test_the_same_file_again_changes_nothing_whatever_the_cut_over_day(finance: Actor) -> None:
    make_account("acme")
    rows = [RUNNING, "S-2,acme,support-pro,3,,2026-03-01,,yes,yes,", "S-3,acme,support-pro,1,monthly,2026-05-01,,,,16"]
    take_over(finance, *rows)
    counted = [rows_of(model) for model in (Subscription, Movement, AuditEntry, BilledPeriod)]
    for cut_over in (TODAY, date(2026, 3, 1)):
        again = planned(finance, *rows, cut_over=cut_over)
        assert [row.verdict for row in again.rows] == [Verdict.UNCHANGED] * 3
        assert applied(finance, again) == []
    assert [rows_of(model) for model in (Subscription, Movement, AuditEntry, BilledPeriod)] == counted


def test_a_row_that_came_in_with_other_values_is_refused_and_names_them(finance: Actor) -> None:
    make_account("acme")
    make_account("beta")
    take_over(finance, RUNNING)
    changed = planned(finance, "S-1,acme,support-pro,12,monthly,2026-01-20,2026-04-01,no,yes,192.00")
    assert faults(changed) == [(2, "reference", "imported_otherwise")]
    assert changed.rows[0].problems[0].values["missing"] == ["amount", "ends_on", "seats"]
    assert faults(planned(finance, RUNNING.replace("acme", "beta"))) == [(2, "reference", "imported_for_another")]


def test_a_file_that_was_stopped_goes_on_where_it_was(finance: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands, "CHUNK", 1)
    for code in ("acme", "beta", "gamma"):
        make_account(code)
    named = [(code, n) for code in ("acme", "beta", "gamma") for n in (1, 2)]
    rows = [f"{code}-{n},{code},support-pro,1,monthly,2026-01-20,,no,yes,16" for code, n in named]
    steps = apply_book(finance, planned(finance, *rows))
    first = next(steps)
    assert (first.done, first.total) == (2, 6)  # an account is never cut in two
    steps.close()
    again = planned(finance, *rows)
    assert [row.verdict for row in again.rows].count(Verdict.UNCHANGED) == 2
    applied(finance, again)
    assert rows_of(Subscription) == 6
    assert broken() == []


def test_what_changed_since_the_look_is_refused(finance: Actor) -> None:
    acme = make_account("acme")
    make_account("beta")
    plan = planned(finance, RUNNING, "S-2,beta,support-pro,1,monthly,2026-01-20,,no,yes,16")
    with database.write_session() as session:
        session.get_one(Account, acme).currency = "USD"
    outcome = {row.record.reference: row for row in applied(finance, plan)}
    assert [p.code for p in outcome["S-1"].problems] == ["changed_meanwhile"]
    assert outcome["S-2"].verdict is Verdict.NEW
    assert rows_of(Subscription) == 1


def test_an_account_the_database_refuses_spoils_no_other(finance: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    make_account("acme")
    make_account("beta")
    plan = planned(finance, RUNNING, "S-2,beta,support-pro,1,monthly,2026-01-20,,no,yes,16")
    takes = commands.take_over

    def too_long(session: Session, taken: list[tuple[Account, Taken]], **more: Any) -> None:
        long = "S" * 41
        takes(
            session, [(a, replace(one, reference=long) if one.reference == "S-1" else one) for a, one in taken], **more
        )

    monkeypatch.setattr(commands, "take_over", too_long)
    outcome = {row.record.reference: row for row in applied(finance, plan)}
    assert [p.code for p in outcome["S-1"].problems] == ["not_stored"]
    assert outcome["S-2"].verdict is Verdict.NEW
    assert rows_of(Subscription) == 1


def test_an_account_with_a_book_of_its_own_keeps_it_and_gets_the_history_before(finance: Actor, rep: Actor) -> None:
    acme = make_account("acme", rep=rep)
    order(rep, request(acme, PRO))
    assert [kind for _, kind, _, _ in movements("acme")] == ["new"]
    take_over(finance, RUNNING)
    assert [kind for _, kind, _, _ in movements("acme")] == ["new", "expansion"]  # older ones come first now
    assert broken() == []


def test_only_finance_and_administrators_bring_a_book(rep: Actor, manager: Actor, finance: Actor, admin: Actor) -> None:
    make_account("acme", rep=rep)
    plan = planned(finance, RUNNING)
    for actor in (rep, manager):
        with pytest.raises(NotAllowed):
            planned(actor, RUNNING)
        with pytest.raises(NotAllowed):
            applied(actor, plan)
    assert rows_of(Subscription) == 0
    applied(admin, plan)
    assert rows_of(Subscription) == 1


def test_a_thousand_rows_take_a_handful_of_statements_a_chunk(finance: Actor) -> None:
    for n in range(20):
        make_account(f"a{n}")
    rows = [f"S-{n},a{n % 20},support-pro,1,monthly,{TODAY - timedelta(days=n % 400)},,no,yes,16" for n in range(1000)]
    plan = planned(finance, *rows)
    statements: list[str] = []
    listen = lambda *given: statements.append(given[2])  # noqa: E731
    event.listen(database.engine(), "before_cursor_execute", listen)
    applied(finance, plan)
    event.remove(database.engine(), "before_cursor_execute", listen)
    assert rows_of(Subscription) == 1000
    assert len(statements) < 40
