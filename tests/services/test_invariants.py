"""The product's proof: after every order and credit of a random story, on both databases, the books still agree."""

import random
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from data import database
from data.models import (
    Document,
    Subscription,
)
from data.period import Interval
from services.commands.credit_notes import CreditRequest, credit_invoice
from services.commands.orders import place_order
from services.errors import Refusal
from services.integrity import violations
from services.integrity.figures import differences
from services.permissions import Actor
from services.queries.credit_notes import preview_credit
from services.queries.orders import preview_order
from services.rules.changes import Timing
from services.rules.ordering import ItemKind, OrderItem
from services.rules.pricing import Discount
from tests.builders import TODAY, make_account, make_purchase_order
from tests.ordering import request

PLANS = (
    "support-pro",
    "meetings-company",
    "backup-devices",
    "monitoring-free",
    "signatures-standard",
)
DISCOUNTS = (
    None,
    Discount(percent=Decimal("33.3")),
    Discount(percent=Decimal(100)),
    Discount(unit_amount=Decimal("7.77")),
)
STEPS = 20


@pytest.mark.parametrize("seed", [1, 2])
def test_the_books_agree_after_every_step_of_a_random_story(db: object, admin: Actor, seed: int) -> None:
    chance = random.Random(seed)
    accounts = [
        make_account("madrid", rep=admin),
        make_account("berlin", rep=admin, country="DE", postal_code="10115", vat_number="", vat_state="unchecked"),
        make_account("london", rep=admin, country="GB", currency="GBP", vat_number="", postal_code="SW1A 1AA"),
    ]
    orders = {
        account: [None, make_purchase_order(account, "A"), make_purchase_order(account, "B")] for account in accounts
    }
    day, done = TODAY, Counter[str]()
    for step in range(STEPS):
        day += timedelta(days=chance.choice((0, 0, 1, 17)))
        account = chance.choice(accounts)
        if chance.random() < 0.2:
            done["credit"] += _credit(chance, admin, f"credit-{step}", day)
        else:
            done["order"] += _order(chance, admin, account, chance.choice(orders[account]), f"order-{step}", day)
        with database.read_session() as session:
            assert [*violations(session), *differences(session)] == []
    assert done["order"] >= 6 and done["credit"] >= 1, done


def _order(chance: random.Random, actor: Actor, account: int, po_id: int | None, key: str, day: date) -> bool:
    items = tuple(_item(chance, account, plan, day) for plan in chance.sample(PLANS, chance.choice((1, 1, 2, 3))))
    wanted = request(account, *items, key=key, po_id=po_id, accepts_new_period=True)
    preview = preview_order(actor, wanted, today=day)
    if preview.refusals:
        with pytest.raises(Refusal):
            place_order(actor, wanted, agreed=preview.total, today=day)
        return False
    placed = place_order(actor, wanted, agreed=preview.total, today=day)
    with database.read_session() as session:
        papers = [session.get_one(Document, (account, one)) for one in placed.document_ids]
        assert sum(paper.total_minor for paper in papers) == preview.total.minor == placed.total.minor
        assert sum(paper.kind == "invoice" for paper in papers) == (preview.charges is not None)
    return True


def _item(chance: random.Random, account: int, plan: str, day: date) -> OrderItem:
    """A purchase, a trial, or more seats of what is owned; some of them lawful."""
    seats = chance.choice((10, 11, 60, 260))
    interval = Interval.MONTH if plan == "monitoring-free" else chance.choice((Interval.MONTH, Interval.YEAR))
    with database.read_session() as session:
        running = select(Subscription.id, Subscription.seats).where(
            Subscription.account_id == account, Subscription.plan == plan, Subscription.status == "active"
        )
        owned = session.execute(running).one_or_none()
    if owned is not None:
        timing = chance.choice((Timing.RESET, Timing.KEEP))
        more = owned.seats + chance.choice((1, 5, 50))
        return OrderItem(ItemKind.CHANGE, plan, more, interval, subscription_id=owned.id, timing=timing)
    if chance.random() < 0.25:
        return OrderItem(ItemKind.TRIAL, plan, 3)
    item = OrderItem(
        ItemKind.PURCHASE, plan, seats, interval, discount=chance.choice(DISCOUNTS), discount_reason="Deal"
    )
    return replace(item, starts_on=day + timedelta(days=40)) if chance.random() < 0.15 else item


def _credit(chance: random.Random, actor: Actor, key: str, day: date) -> bool:
    with database.read_session() as session:
        issued = select(Document.account_id, Document.id).where(Document.kind == "invoice").order_by(Document.id)
        invoices = session.execute(issued).all()
    if not invoices:
        return False
    account, invoice = chance.choice(invoices)
    wanted = CreditRequest(account, invoice, "Wrong", key)
    try:
        total = preview_credit(actor, account, wanted.invoice_id).total
    except Refusal:
        return False
    assert credit_invoice(actor, wanted, agreed=total, today=day).total == total
    return True
