"""The product's proof: after every order and credit of a random story, on both databases, the books still agree."""

import random
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import groupby, pairwise

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from data import database
from data.models import (
    AuditEntry,
    BilledPeriod,
    Correction,
    Document,
    DocumentLine,
    Entitlement,
    IssuedNumber,
    LineCorrection,
    Movement,
    NumberSeries,
    Order,
    OutboxMail,
    Posting,
    Price,
    Recognition,
    Subscription,
)
from data.money import Money
from data.period import Interval
from services import facts
from services.commands.credit_notes import CreditRequest, credit_invoice
from services.commands.orders import place_order
from services.errors import Refusal
from services.facts import papers
from services.permissions import Actor
from services.queries.credit_notes import preview_credit
from services.queries.orders import preview_order
from services.rules import pricing
from services.rules.changes import Timing
from services.rules.derivations import Derivation
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
            check(session, day)
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


def check(session: Session, day: date) -> None:
    """Every invariant of the books; `day` is the last one on which anything happened."""
    _documents(session)
    _numbers(session)
    _ledger(session)
    _subscriptions(session)
    _traces(session)


def _documents(session: Session) -> None:
    documents = {row.id: row for row in session.scalars(select(Document))}
    lines = {row.id: row for row in session.scalars(select(DocumentLine))}
    back: dict[int, list[LineCorrection]] = {}
    for correction in session.scalars(select(LineCorrection)):
        back.setdefault(correction.line_id, []).append(correction)
    for document in documents.values():
        own = [line for line in lines.values() if line.document_id == document.id]
        assert own and any(line.net_minor for line in own)  # no document when there is no line
        assert sum(line.net_minor for line in own) == document.subtotal_minor
        assert sum(line.tax_minor for line in own) == document.tax_minor
        assert papers.hash_of(session, document) == document.hash
        assert document.previous_hash in papers.sheet_text(session, document)
        if document.kind == "invoice":
            credited = sum(c.amount_minor + c.tax_minor for line in own for c in back.get(line.id, ()))
            assert 0 <= document.open_minor == document.total_minor + credited <= document.total_minor
    for line in lines.values():
        assert Derivation.from_json(line.derivation).evaluate().minor == line.net_minor
        for part in ("amount_minor", "tax_minor"):
            whole = line.net_minor if part == "amount_minor" else line.tax_minor
            assert line.kind == "credit" or whole + sum(getattr(c, part) for c in back.get(line.id, ())) >= 0
        for correction in back.get(line.id, ()):
            note, invoice = documents[lines[correction.credit_line_id].document_id], documents[line.document_id]
            assert note.po_id == invoice.po_id  # no document with two purchase orders
    used = Counter[int]()
    for row in session.scalars(select(Correction)):
        used[row.credit_note_id] += row.set_off_minor
    for document in documents.values():
        assert document.kind == "invoice" or 0 <= used[document.id] <= -document.total_minor


def _numbers(session: Session) -> None:
    rows = session.scalars(
        select(IssuedNumber).order_by(IssuedNumber.series, IssuedNumber.year, IssuedNumber.number)
    ).all()
    for key, numbers in groupby(rows, lambda row: (row.series, row.year)):
        last_hash = ""
        for place, row in enumerate(numbers, start=1):
            document = session.get_one(Document, (row.account_id, row.document_id))
            assert (row.number, document.number) == (place, f"{row.series}-{row.year}-{place:06d}")
            assert document.previous_hash == last_hash
            last_hash = document.hash
        series = session.get_one(NumberSeries, key)
        last = (series.last_number, series.last_hash, series.last_issued_on)
        assert last == (place, last_hash, document.issued_on)
    assert len(rows) == session.scalar(select(func.count()).select_from(Document))


def _ledger(session: Session) -> None:
    entries = select(func.sum(Posting.amount_minor)).group_by(Posting.account_id, Posting.entry_id, Posting.currency)
    assert set(session.scalars(entries)) <= {0}
    earned = select(Recognition.line_id, func.sum(Recognition.amount_minor)).group_by(Recognition.line_id)
    months = {line: int(minor) for line, minor in session.execute(earned)}
    nets = {line: minor for line, minor in session.execute(select(DocumentLine.id, DocumentLine.net_minor)) if minor}
    assert months == nets  # invoiced is recognised, sooner or later
    receivables = select(Posting.account_id, func.sum(Posting.amount_minor)).group_by(Posting.account_id)
    rows = session.execute(receivables.where(Posting.ledger_account == "receivables"))
    owed = {account: minor for account, minor in rows}  # noqa: C416
    still_open = select(Document.account_id, func.sum(Document.open_minor)).group_by(Document.account_id)
    for account, minor in session.execute(still_open):
        assert owed[account] == minor


def _subscriptions(session: Session) -> None:
    moved: dict[int, list[Movement]] = {}
    for row in session.scalars(select(Movement).order_by(Movement.moved_on)):
        moved.setdefault(row.subscription_id, []).append(row)
    rights = {row.subscription_id: row for row in session.scalars(select(Entitlement))}
    periods = Counter(session.scalars(select(BilledPeriod.subscription_id)))
    years = Counter[int]()
    rows = session.scalars(select(Subscription)).all()
    assert rights.keys() == {row.id for row in rows}
    for row in rows:
        right, changes = rights[row.id], moved.get(row.id, [])
        assert (right.product, right.ends_on) == (row.product, row.trial_ends_on if row.is_trial else None)
        price = facts.price_of(session.get_one(Price, row.price_id))
        discount = facts.discount_of(row.discount_percent, row.negotiated_amount)
        yearly = 0 if row.is_trial else pricing.yearly_amount(price, seats=row.seats, discount=discount).minor
        assert sum(one.yearly_after_minor - one.yearly_before_minor for one in changes) == yearly
        assert all(a.yearly_after_minor == b.yearly_before_minor for a, b in pairwise(changes))
        years[row.account_id] += yearly
        assert periods[row.id] == row.sequence
        assert not row.is_trial or not session.scalar(
            select(DocumentLine.id).where(DocumentLine.subscription_id == row.id)
        )
    for account, yearly in years.items():  # the rounded monthly figures add up for the account, not a subscription
        monthly = sum(one.amount_minor for changes in moved.values() for one in changes if one.account_id == account)
        assert monthly == Money(yearly, "EUR").share(Fraction(1, 12)).minor


def _traces(session: Session) -> None:
    """One mail an event, one audit row a command."""
    keys = Counter(session.scalars(select(OutboxMail.event_key)))
    assert set(keys.values()) <= {1}
    documents = session.scalars(select(Document)).all()
    assert {f"{row.kind}:{row.id}" for row in documents} <= keys.keys()
    actions = Counter(session.scalars(select(AuditEntry.action)))
    notes = sum(row.kind == "credit_note" for row in documents)
    assert actions["place_order"] == session.scalar(select(func.count()).select_from(Order))
    assert actions["credit_invoice"] <= notes
