"""Orders that try to get around a rule: forged, malformed, free of charge, or under another purchase order."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from data import database
from data.models import BilledPeriod, Document, Entitlement, Order, PurchaseOrder, Subscription, TaxRate
from data.money import Money
from data.period import Interval
from services.commands.carts import save_checkout, save_note
from services.errors import (
    DiscountOverLimit,
    EvidenceMissing,
    Invalid,
    NoPrice,
    NotFound,
    Refusal,
    StartsTooLate,
    TooFewSeats,
    TooManySeats,
)
from services.permissions import Actor
from services.queries.orders import preview_order
from services.rules.changes import Timing
from services.rules.order_request import EvidenceFile
from services.rules.ordering import ItemKind, OrderItem
from services.rules.payment_means import MandateMissing
from services.rules.pricing import Discount
from tests.builders import TODAY, add, make_account, make_contact, make_purchase_order
from tests.ordering import PRO, order, request

CARD = "4111 1111 1111 1111"
FREE = OrderItem(ItemKind.PURCHASE, "monitoring-free", 5, Interval.MONTH)


def more_seats(subscription: int, seats: int = 15, timing: Timing | None = Timing.RESET) -> OrderItem:
    return replace(PRO, kind=ItemKind.CHANGE, seats=seats, subscription_id=subscription, timing=timing)


def orders() -> int:
    with database.read_session() as session:
        return session.scalar(select(func.count()).select_from(Order)) or 0


def test_a_change_is_one_of_the_products_own_plans(db: object, rep: Actor) -> None:
    account = make_account(rep=rep)
    owned = order(rep, request(account, PRO)).subscription_ids[0]
    with pytest.raises(NotFound):  # another product's name would hide a second change in the same order
        order(rep, request(account, replace(more_seats(owned), plan="meetings-team"), key="key-2"))
    assert orders() == 1


def test_what_belongs_to_another_account_is_not_found(db: object, rep: Actor) -> None:
    account, other = make_account(rep=rep), make_account("other", rep=rep)
    owned = order(rep, request(other, PRO)).subscription_ids[0]
    contact, po = make_contact(other, email="eva@other.example"), make_purchase_order(other)
    gone = make_contact(account, email="gone@acme.example", is_active=False)
    forged = [
        request(account, more_seats(owned), accepts_new_period=True),
        request(account, PRO, contact_id=contact),
        request(account, PRO, contact_id=gone),
        request(account, PRO, po_id=po),
    ]
    for wanted in forged:
        with pytest.raises(NotFound):
            order(rep, wanted)
    assert orders() == 1


@pytest.mark.parametrize("text", [CARD, "a\x00b", "two\nlines", "\u202egnp.exe", "x" * 201])
def test_every_free_text_of_an_order_is_looked_at(db: object, rep: Actor, text: str) -> None:
    account = make_account(rep=rep)
    dear = replace(PRO, discount=Discount(percent=Decimal(5)), discount_reason=text)
    file = EvidenceFile(text, "application/pdf", b"%PDF")
    refused = [request(account, PRO, evidence_reference=text), request(account, dear)]
    refused += [request(account, PRO, evidence_file=file)] if len(text) < 200 else []  # long names are shortened
    for wanted in refused:
        with pytest.raises(Invalid):
            order(rep, wanted)
    with pytest.raises(Invalid):
        save_checkout(rep, account, {"evidence_reference": text})
    if text in (CARD, "a\x00b"):
        with pytest.raises(Invalid):
            save_note(rep, account, text)
    assert orders() == 0


@pytest.mark.parametrize(
    ("item", "more", "refused"),
    [
        (replace(PRO, seats=0), {}, TooFewSeats),
        (replace(PRO, seats=-1), {}, TooFewSeats),
        (replace(PRO, seats=10**9), {}, TooManySeats),
        (replace(PRO, interval=Interval.QUARTER), {}, NoPrice),
        (replace(PRO, discount=Discount(percent=Decimal("10.01")), discount_reason="Deal"), {}, DiscountOverLimit),
        (PRO, {"evidence": "rumour"}, EvidenceMissing),
        (PRO, {"payment_means": "sepa_debit"}, MandateMissing),
        (replace(PRO, starts_on=date(9999, 12, 31)), {}, StartsTooLate),
        (replace(PRO, discount=Discount(unit_amount=Decimal("1e18")), discount_reason="Deal"), {}, Invalid),
    ],
)
def test_what_no_order_can_have(
    db: object, rep: Actor, item: OrderItem, more: dict[str, object], refused: type[Refusal]
) -> None:
    with pytest.raises(refused):
        order(rep, request(make_account(rep=rep), item, **more))
    assert orders() == 0


def test_what_costs_nothing_has_no_document_and_asks_no_payment(db: object, rep: Actor) -> None:
    """Billing rules §5: no document when there is no line; a 0.00 item in a larger order is one."""
    account = make_account(rep=rep, payment_means="", po_required=True)
    placed = order(rep, request(account, FREE))
    more = replace(more_seats(placed.subscription_ids[0], 9), plan="monitoring-free", interval=Interval.MONTH)
    again = order(rep, request(account, more, key="key-2", accepts_new_period=True))
    assert placed.document_ids == again.document_ids == ()
    with database.read_session() as session:
        assert session.scalar(select(func.count()).select_from(BilledPeriod)) == 2
        assert session.scalar(select(func.count()).select_from(Entitlement)) == 1
        assert session.scalars(select(Subscription.seats)).one() == 9
    other = make_account("other", rep=rep)
    assert len(preview_order(rep, request(other, PRO, FREE), today=TODAY).charges.lines) == 2  # type: ignore[union-attr]


def test_credits_of_another_purchase_orders_invoice_have_a_note_of_their_own(db: object, rep: Actor) -> None:
    """Billing rules §8: no document with two purchase orders."""
    account = make_account(rep=rep)
    first = make_purchase_order(account, "A")
    signatures = OrderItem(ItemKind.PURCHASE, "signatures-standard", 10, Interval.YEAR)
    pro = order(rep, request(account, PRO, po_id=first)).subscription_ids[0]
    signed = order(rep, request(account, signatures, key="key-2")).subscription_ids[0]
    also = replace(more_seats(signed, 11), plan="signatures-standard", timing=Timing.RESET)
    wanted = request(account, more_seats(pro), also, key="key-3", accepts_new_period=True)
    preview = preview_order(rep, wanted, today=TODAY)
    placed = order(rep, wanted)
    with database.read_session() as session:
        papers = session.scalars(select(Document).where(Document.id.in_(placed.document_ids))).all()
        numbers = {row.id: row.number for row in session.scalars(select(PurchaseOrder))}
        notes = {numbers.get(row.po_id or 0): row.total_minor for row in papers if row.kind == "credit_note"}
        assert notes == {"A": -174240, None: -229900}  # 1,440.00 and 1,900.00 with 21 % VAT
        assert sum(row.total_minor for row in papers) == preview.total.minor
        assert sum(row.open_minor for row in session.scalars(select(Document))) == 261360 + 252890


def test_a_cap_counts_what_the_same_order_gives_back(db: object, rep: Actor) -> None:
    account = make_account(rep=rep)
    po = make_purchase_order(account, "A", cap_minor=261360)  # 15 × 144.00 with 21 % VAT
    owned = order(rep, request(account, PRO, po_id=po)).subscription_ids[0]
    order(rep, request(account, more_seats(owned), key="key-2", po_id=po, accepts_new_period=True))
    over = request(account, more_seats(owned, 16), key="key-3", po_id=po, accepts_new_period=True)
    refusal = preview_order(rep, over, today=TODAY).refusals[0]
    # 16 × 144.00 less what 15 seats give back, with tax
    assert refusal.values["total"] == Money.of("174.24", "EUR") and not refusal.values["left"]


def test_a_later_start_is_taxed_by_the_rate_of_its_day(db: object, rep: Actor) -> None:
    account = make_account(rep=rep)
    add(TaxRate(country="ES", valid_from=date(2026, 5, 1), percent=Decimal(10)))
    signatures = OrderItem(ItemKind.PURCHASE, "signatures-standard", 10, Interval.YEAR, starts_on=date(2026, 5, 1))
    preview = preview_order(rep, request(account, PRO, signatures), today=TODAY)
    assert preview.tax == Money.of("492.40", "EUR")  # 21 % of 1,440.00 and 10 % of 1,900.00
    assert order(rep, request(account, PRO, signatures)).total == preview.total


def test_the_draft_prints_the_vat_number_entered_with_the_order(db: object, rep: Actor) -> None:
    account = make_account(rep=rep, country="DE", vat_number="", vat_state="unchecked", postal_code="10115")
    preview = preview_order(rep, request(account, PRO, vat_number="DE136695976"), today=TODAY)
    assert "136695976" in str(preview.draft_sheet)
