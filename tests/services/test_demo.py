"""The demo book: the same for the same day, with every state a rep meets."""

from collections import Counter
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select

from data import database
from data.models import Account, CartLine, Deputy, Document, Order, Posting, Proposal, Seat, Subscription, User
from services import demo
from tests import databases
from tests.builders import TODAY
from tests.databases import TestDatabase


def told() -> list[Any]:
    """What the book says: everything but the wall clock and what is drawn by chance (ids of cart lines, audit rows)."""
    with database.read_session() as session:
        return [
            session.execute(select(Document.number, Document.hash, Document.open_minor).order_by(Document.id)).all(),
            session.execute(select(Order.number, Order.total_minor, Order.placed_at).order_by(Order.id)).all(),
            session.execute(select(Subscription.id, Subscription.status, Subscription.seats_assigned)).all(),
            session.execute(select(Seat.id, Seat.assigned_at).order_by(Seat.id)).all(),
            session.execute(select(CartLine.plan, CartLine.seats, CartLine.added_at).order_by(CartLine.added_at)).all(),
        ]


def test_the_book_is_the_same_for_the_same_day_and_has_every_state() -> None:
    books = []
    for _ in range(2):
        opened: TestDatabase = databases.open_sqlite()
        demo.build(TODAY)
        books.append(told())
        if len(books) == 2:
            the_book_has_every_state(TODAY)
        databases.close(opened)
    assert books[0] == books[1]


def the_book_has_every_state(today: date) -> None:
    """Sixty accounts in six countries and three currencies, and all that this portal can do with them."""
    with database.read_session() as session:
        accounts = session.scalars(select(Account)).all()
        assert (len(accounts), len({a.country for a in accounts}), len({a.currency for a in accounts})) == (60, 6, 3)
        assert Counter(a.kind for a in accounts) == {"corporate": 58, "self_service": 2}
        roles = Counter(session.scalars(select(User.role)))
        assert (roles["sales_rep"], roles["finance"], roles["sales_manager"], roles["admin"]) == (3, 1, 1, 1)
        assert set(session.scalars(select(Subscription.status))) == {"active", "scheduled", "trialing"}
        assert not session.scalars(select(Subscription.id).where(Subscription.period_end <= today)).all()
        trials = session.scalars(select(Subscription.trial_ends_on).where(Subscription.status == "trialing")).all()
        assert min(day for day in trials if day) < today + timedelta(days=7)
        assert set(session.scalars(select(Document.kind))) == {"invoice", "credit_note"}
        numbered = select(Document.issued_on).order_by(Document.number)
        for kind_and_seller in session.execute(select(Document.kind, Document.seller).distinct()):
            kind, seller = kind_and_seller
            days = session.scalars(numbered.where(Document.kind == kind, Document.seller == seller)).all()
            assert [day for day in days if day.year == today.year] == sorted(d for d in days if d.year == today.year)
        assert session.scalar(select(func.sum(Posting.amount_minor))) == 0
        for model in (CartLine, Proposal, Deputy, Seat):
            assert session.scalar(select(func.count()).select_from(model)), model.__tablename__
