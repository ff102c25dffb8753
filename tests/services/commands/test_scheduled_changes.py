"""Changes that wait for a renewal: stored, replaced only knowingly, withdrawn, and left alone by what changes today."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select

from data import database
from data.models import Document, Movement, Order, OutboxMail, ScheduledChange, SubscriptionEvent
from data.period import Interval
from services.commands.changes import schedule_new_price, withdraw_scheduled_change
from services.commands.orders import place_order
from services.errors import EvidenceMissing, NotFound
from services.permissions import Actor
from services.queries.orders import preview_order
from services.rules.changes import Timing
from services.rules.order_request import OrderRequest
from services.rules.ordering import ItemKind, OrderItem
from services.rules.pricing import Discount
from services.rules.scheduled import ChangeScheduledAlready, NothingScheduled
from tests.builders import TODAY, make_account
from tests.changing import change, owned, subscription_row
from tests.ordering import order, request


def waiting() -> list[dict[str, Any]]:
    """What each row names, the oldest first, with its status."""
    names = ("status", "plan", "interval", "seats", "takes_new_price", "changes_discount")
    with database.read_session() as session:
        rows = session.scalars(select(ScheduledChange).order_by(ScheduledChange.id)).all()
        named = [{name: getattr(row, name) for name in names if getattr(row, name)} for row in rows]
    return sorted(named, key=lambda row: row["status"] == "scheduled")


def documents() -> int:
    with database.read_session() as session:
        return session.scalar(select(func.count()).select_from(Document)) or 0


def test_a_fall_at_the_renewal_stores_only_what_it_names_and_bills_nothing(db: object, rep: Actor) -> None:
    """10 → 6 scheduled, +5 today: 15 now, 6 at the renewal (billing rules §5)."""
    account, subscription = owned(rep)
    before = documents()
    placed = change(rep, account, subscription, seats=6)
    assert (placed.document_ids, placed.total.minor, documents()) == ((), 0, before)
    assert waiting() == [{"status": "scheduled", "seats": 6}]
    change(rep, account, subscription, key="key-3", seats=15, timing=Timing.KEEP)
    assert waiting() == [{"status": "scheduled", "seats": 6}]
    assert subscription_row(subscription).seats == 15
    with database.read_session() as session:
        assert sorted(m.amount_minor for m in session.scalars(select(Movement))) == [6000, 12000]
        mail = session.scalars(
            select(OutboxMail).where(OutboxMail.event_key == f"order_confirmation:{placed.order_id}")
        )
        assert mail.one().facts["items"][0]["is_scheduled"] is True


def test_an_order_of_nothing_but_scheduled_changes_needs_evidence_only(db: object, rep: Actor) -> None:
    account, subscription = owned(rep)
    item = OrderItem(ItemKind.CHANGE, "support-pro", 6, Interval.YEAR, subscription_id=subscription)
    bare = OrderRequest(account, "bare", (item,))
    with pytest.raises(EvidenceMissing):
        order(rep, bare)
    preview = preview_order(rep, request(account, item, key="k", payment_means="no such"), today=TODAY)
    assert preview.may_be_placed and not preview.is_payment_due


def test_a_later_one_replaces_it_only_knowingly(db: object, rep: Actor) -> None:
    account, subscription = owned(rep)
    change(rep, account, subscription, seats=6)
    with pytest.raises(ChangeScheduledAlready) as refused:
        change(rep, account, subscription, key="key-3", plan="support-business")
    assert refused.value.values["scheduled"].seats == 6
    change(rep, account, subscription, key="key-3", plan="support-business", replaces_scheduled=True)
    assert waiting() == [{"status": "replaced", "seats": 6}, {"status": "scheduled", "plan": "support-business"}]


def test_a_scheduled_discount_keeps_its_reason(db: object, rep: Actor) -> None:
    account, subscription = owned(rep)
    ten = Discount(percent=Decimal(10))
    change(rep, account, subscription, discount=ten, discount_reason="Loyal", timing=Timing.RENEWAL)
    with database.read_session() as session:
        row = session.scalars(select(ScheduledChange)).one()
        assert (row.changes_discount, row.discount_percent, row.discount_reason) == (True, Decimal(10), "Loyal")
    assert subscription_row(subscription).discount_percent is None


def test_a_plan_changed_today_that_the_renewal_takes_back_is_said(db: object, rep: Actor) -> None:
    account, subscription = owned(rep)
    change(rep, account, subscription, plan="support-business")
    item = OrderItem(ItemKind.CHANGE, "support-enterprise", 10, Interval.YEAR, subscription_id=subscription)
    wanted = request(account, item, key="key-3", accepts_new_period=True)
    quoted = preview_order(rep, wanted, today=TODAY).items[0]
    assert quoted.undone_at_renewal is not None and quoted.undone_at_renewal.plan == "support-business"
    more = replace(item, plan="support-pro", seats=11)
    only_seats = preview_order(rep, request(account, more, key="k", accepts_new_period=True), today=TODAY)
    assert only_seats.items[0].undone_at_renewal is None


def test_a_new_price_joins_what_waits_and_stays_when_that_is_replaced(db: object, rep: Actor) -> None:
    account, subscription = owned(rep)
    assert schedule_new_price(rep, account, subscription, today=TODAY)
    assert not schedule_new_price(rep, account, subscription, today=TODAY)  # twice is once
    change(rep, account, subscription, seats=6)  # nothing to replace knowingly: the price holds on
    assert waiting()[-1] == {"status": "scheduled", "seats": 6, "takes_new_price": True}
    withdraw_scheduled_change(rep, account, subscription, today=TODAY)
    change(rep, account, subscription, key="key-3", seats=7)
    schedule_new_price(rep, account, subscription, today=TODAY)
    assert waiting()[-1] == {"status": "scheduled", "seats": 7, "takes_new_price": True}


def test_a_scheduled_change_is_withdrawn_once(db: object, rep: Actor, other_rep: Actor) -> None:
    account, subscription = owned(rep)
    change(rep, account, subscription, seats=6)
    with pytest.raises(NotFound):
        withdraw_scheduled_change(other_rep, account, subscription, today=TODAY)
    withdraw_scheduled_change(rep, account, subscription, today=TODAY)
    with pytest.raises(NothingScheduled):
        withdraw_scheduled_change(rep, account, subscription, today=TODAY)
    assert waiting() == [{"status": "withdrawn", "seats": 6}]
    with database.read_session() as session:
        kinds = session.scalars(select(SubscriptionEvent.kind).order_by(SubscriptionEvent.recorded_at)).all()
        assert kinds[-2:] == ["change_scheduled", "change_withdrawn"]


def test_the_same_request_schedules_once(db: object, rep: Actor) -> None:
    account = make_account(rep=rep)
    bought = order(rep, request(account, OrderItem(ItemKind.PURCHASE, "support-pro", 10, Interval.YEAR)))
    item = OrderItem(ItemKind.CHANGE, "support-pro", 6, Interval.YEAR, subscription_id=bought.subscription_ids[0])
    wanted = request(account, item, key="fall")
    first = order(rep, wanted)
    again = place_order(rep, wanted, agreed=first.total, today=TODAY)
    assert again.is_repeat and again.order_id == first.order_id and len(waiting()) == 1
    with database.read_session() as session:
        assert session.scalar(select(func.count()).select_from(Order)) == 2
