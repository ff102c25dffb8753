"""The demo book: two years that add up, the same for the same day, with every state that somebody looks for."""

import json
import logging
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from data import database
from data.models import (
    Account,
    AccountCredit,
    Approval,
    CartLine,
    Deputy,
    Dispute,
    Document,
    HeldDocument,
    Movement,
    Night,
    Order,
    OutboxMail,
    ParkedAccount,
    Payment,
    Proposal,
    ScheduledChange,
    Seat,
    Subscription,
    SubscriptionEvent,
    User,
)
from services import access, demo
from services.deeds.approvals import DEEDS
from services.integrity import violations
from services.integrity.figures import differences
from services.permissions import Role
from services.queries.home import home
from services.rules.aging import Bucket, bucket_of
from tests import databases

DAY = date(2026, 11, 24)
BEGAN = date(2024, 11, 24)


def told() -> list[Any]:
    """What the book says: everything but the wall clock and what is drawn by chance (ids of cart lines, audit rows)."""
    statements = [
        select(Document.number, Document.hash, Document.open_minor).order_by(Document.id),
        select(Order.number, Order.total_minor, Order.placed_at).order_by(Order.id),
        select(Subscription.id, Subscription.status, Subscription.seats_assigned).order_by(Subscription.id),
        select(Seat.id, Seat.assigned_at).order_by(Seat.id),
        select(Payment.id, Payment.amount_minor, Payment.received_on).order_by(Payment.id),
        select(OutboxMail.id, OutboxMail.status, OutboxMail.created_at).order_by(OutboxMail.id),
        select(CartLine.plan, CartLine.seats, CartLine.added_at).order_by(CartLine.added_at),
    ]
    with database.read_session() as session:
        return [[list(map(str, row)) for row in session.execute(statement)] for statement in statements]


@pytest.fixture(scope="module")
def refused() -> Iterator[list[str]]:
    """The book, built once for this module; what its story was refused."""
    opened = databases.open_sqlite()
    words: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda row: words.append(row.getMessage())  # type: ignore[method-assign]
    logger = logging.getLogger("portal.demo")
    logger.addHandler(handler)
    demo.build(DAY)
    logger.removeHandler(handler)
    yield words
    databases.close(opened)


pytestmark = pytest.mark.usefixtures("refused")


def test_nothing_the_story_does_is_refused(refused: list[str]) -> None:
    assert refused == []


def test_every_invariant_of_the_books_holds() -> None:
    with database.read_session() as session:
        assert [*violations(session), *differences(session)] == []


def test_it_is_the_same_book_in_another_process() -> None:
    """Another order of sets, another time zone, the same day."""
    script = "import json; from tests.services import test_demo as t; print(json.dumps(t.built_anew()))"
    env = os.environ | {"PYTHONHASHSEED": "7", "TZ": "Pacific/Auckland"}
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run([sys.executable, "-c", script], env=env, cwd=root, check=True, capture_output=True)
    assert json.loads(done.stdout.splitlines()[-1]) == told()


def built_anew() -> list[Any]:
    """A book of its own, and what it says."""
    opened = databases.open_sqlite()
    demo.build(DAY)
    found = told()
    databases.close(opened)
    return found


def test_sixty_accounts_in_six_countries_and_three_currencies() -> None:
    with database.read_session() as session:
        accounts = session.scalars(select(Account)).all()
        assert (len(accounts), len({a.country for a in accounts}), len({a.currency for a in accounts})) == (60, 6, 3)
        assert Counter(a.kind for a in accounts) == {"corporate": 58, "self_service": 2}
        assert sum(a.co_term_on is not None for a in accounts) == 3
        opened = Counter(a.created_at.year for a in accounts)
        assert len(opened) == 3
        roles = Counter(session.scalars(select(User.role)))
        assert (roles["sales_rep"], roles["finance"], roles["sales_manager"], roles["admin"]) == (3, 1, 1, 1)
        for model in (CartLine, Proposal, Deputy, Seat):
            assert session.scalar(select(func.count()).select_from(model)), model.__tablename__


def test_two_years_of_nights_and_documents_numbered_in_order_of_their_days() -> None:
    with database.read_session() as session:
        nights = session.execute(select(Night.day, Night.finished_at, Night.report).order_by(Night.day)).all()
        assert [night.day for night in nights] == [BEGAN + timedelta(days=n) for n in range(731)]
        assert all(n.finished_at.date() == n.day and "caught_up_on" not in n.report for n in nights)
        months = Counter(day.isoformat()[:7] for day in session.scalars(select(Document.issued_on)))
        assert len(months) == 25 and all(count >= 8 for month, count in months.items() if month > f"{BEGAN:%Y-%m}")
        series = session.execute(select(Document.kind, Document.seller, Document.issued_on, Document.number))
        by_series: dict[tuple[str, str, int], list[tuple[str, date]]] = {}
        for kind, seller, issued_on, number in series:
            by_series.setdefault((kind, seller, issued_on.year), []).append((number, issued_on))
        for rows in by_series.values():
            days = [issued_on for _, issued_on in sorted(rows)]
            assert days == sorted(days)


def test_subscriptions_have_lived() -> None:
    with database.read_session() as session:
        standing = {tuple(row) for row in session.execute(select(Subscription.status, Subscription.interval))}
        assert {("active", "month"), ("active", "quarter"), ("active", "year"), ("scheduled", "year")} <= standing
        assert {status for status, _ in standing} >= {"trialing", "expired", "cancelled", "pending_cancellation"}
        events = set(session.scalars(select(SubscriptionEvent.kind)))
        assert events >= {"renewed", "renewed_changed", "seats_changed", "subscription_changed", "change_scheduled"}
        assert events >= {"cancelled", "reactivated", "subscription_ended", "trial_started", "trial_converted"}
        assert events >= {"trial_expired", "trial_ended", "trial_extended"}
        assert set(session.scalars(select(Movement.kind))) >= {"new", "expansion", "contraction", "churn"}
        changes = session.execute(select(ScheduledChange.status, ScheduledChange.takes_new_price))
        scheduled = {tuple(row) for row in changes}
        assert {("applied", True), ("applied", False), ("scheduled", False)} <= scheduled
        runs_out = session.scalars(select(Subscription.period_end).where(Subscription.status == "trialing")).all()
        assert min(runs_out) == DAY + timedelta(days=1) and len(set(runs_out)) >= 8


def test_most_is_paid_and_each_bucket_of_the_aging_has_an_account() -> None:
    with database.read_session() as session:
        invoices = session.execute(
            select(Document.account_id, Document.due_on, Document.open_minor, Document.total_minor).where(
                Document.kind == "invoice"
            )
        ).all()
        due = [row for row in invoices if row.due_on < DAY]
        late = [row for row in due if row.open_minor]
        assert 5 <= len(late) <= len(due) // 10
        assert {bucket_of(row.due_on, DAY) for row in late} == set(Bucket) - {Bucket.NOT_DUE}
        assert max((DAY - row.due_on).days for row in late) < 150
        assert any(0 < row.open_minor < row.total_minor for row in late)
        assert session.scalars(select(Dispute.closed_on)).all() == [None]
        assert len(session.scalars(select(Payment.id).where(Payment.reversed_on.is_not(None))).all()) == 1
        balances = {
            (source, left > 0)
            for source, left in session.execute(select(AccountCredit.source, AccountCredit.left_minor))
        }
        assert {("payment", True), ("payment", False), ("credit_note", False)} <= balances


def test_somebody_has_to_decide_something_today() -> None:
    with database.read_session() as session:
        assert set(session.scalars(select(Approval.kind).where(Approval.status == "pending"))) == set(DEEDS)
        decided = set(session.scalars(select(Approval.status)))
        assert decided == {"pending", "approved", "refused"}
        assert session.scalars(select(HeldDocument.guard).where(HeldDocument.status == "held")).all() == ["steep_rise"]
        parked = session.scalars(select(ParkedAccount.reason).where(ParkedAccount.resolved_on.is_(None))).all()
        assert parked == ["purchase_order_expired"]
        mails = Counter(session.scalars(select(OutboxMail.status)))
        assert mails["failed"] == 1 and set(mails) == {"failed", "kept"}
        users = session.execute(select(User.id, User.role)).all()
    for user, role in users:
        seen = home(access.identify(user, DAY), DAY)
        if role == Role.SALES_REP:
            assert all(seen.of(kind).total for kind in ("trials", "renewals", "carts", "incomplete")), user
        assert sum(bool(waiting.rows) for waiting in seen.waiting) >= 1
