"""Orders placed for an account: what they write, what they refuse, and who may."""

import json
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import func, select

from data import database
from data.models import (
    Account,
    AuditEntry,
    BilledPeriod,
    Cart,
    CartLine,
    Document,
    DocumentLine,
    Entitlement,
    IssuedNumber,
    Movement,
    Order,
    OutboxMail,
    Posting,
    Subscription,
)
from data.money import Money
from services.commands.carts import add_to_cart, save_checkout, save_note
from services.commands.orders import place_order
from services.errors import (
    CartChanged,
    EvidenceMissing,
    NotAllowed,
    NotFound,
    NotReadyToOrder,
    PaymentMeansMissing,
    PriceChanged,
    ProductOwned,
    PurchaseOrderCapExceeded,
    PurchaseOrderExpired,
    PurchaseOrderRequired,
    Refusal,
    RequestKeyReused,
    TrialUsedUp,
)
from services.facts.papers import sheet_text
from services.permissions import Actor
from services.queries.orders import preview_order
from services.rules.order_request import OrderRequest
from services.rules.payment_means import MandateMissing
from tests.builders import TODAY, make_account, make_purchase_order, make_seller
from tests.ordering import PRO, TRIAL, order, request

EVERYTHING = (
    Order, Subscription, Entitlement, BilledPeriod, Document, DocumentLine, Posting, Movement, OutboxMail,
    IssuedNumber,
)  # fmt: skip


def counts() -> list[int]:
    """Rows in all tables that an order writes."""
    with database.read_session() as session:
        return [session.scalar(select(func.count()).select_from(model)) or 0 for model in EVERYTHING]


def test_a_purchase_and_a_trial_are_one_order_with_one_invoice(db: object, rep: Actor) -> None:
    account = make_account(rep=rep)
    placed = order(rep, request(account, PRO, TRIAL))
    # 10 seats × 144.00 = 1,440.00; 21 % Spanish VAT = 302.40
    assert placed.total == Money.of("1742.40", "EUR")
    with database.read_session() as session:
        bought, tried = session.scalars(select(Subscription).order_by(Subscription.reference)).all()
        invoice = session.scalars(select(Document)).one()
        movement = session.scalars(select(Movement)).one()
        assert (bought.status, bought.period_start, bought.period_end) == ("active", TODAY, date(2027, 4, 11))
        assert (tried.status, tried.trial_ends_on) == ("trialing", date(2026, 5, 11))
        assert (invoice.number, invoice.total_minor, invoice.open_minor) == ("INVES-2026-000001", 174240, 174240)
        assert invoice.due_on == date(2026, 5, 11)
        assert (movement.kind, movement.amount_minor) == ("new", 12000)
        assert session.scalar(select(func.count()).select_from(Entitlement)) == 2
        assert sorted(session.scalars(select(OutboxMail.kind))) == ["invoice", "order_confirmation", "trial_welcome"]
        assert session.scalar(select(func.sum(Posting.amount_minor))) == 0
        assert "place_order" in session.scalars(select(AuditEntry.action)).all()


def test_a_trial_alone_has_no_invoice_and_needs_no_evidence(db: object, rep: Actor) -> None:
    account = make_account(rep=rep, payment_means="")
    placed = order(rep, OrderRequest(account, "trial", (TRIAL,)))
    assert placed.document_ids == () and not placed.total
    with database.read_session() as session:
        assert session.scalars(select(OutboxMail.kind)).all() == ["trial_welcome"]
        assert session.scalars(select(Movement)).all() == []


def test_the_same_key_is_the_same_order_for_ever(db: object, rep: Actor) -> None:
    account = make_account(rep=rep)
    first = order(rep, request(account, PRO))
    before = counts()
    again = place_order(rep, request(account, PRO), agreed=Money.zero("EUR"), today=TODAY)
    assert (again.order_id, again.is_repeat) == (first.order_id, True)
    assert counts() == before


def test_the_same_key_with_another_payload_is_refused(db: object, rep: Actor) -> None:
    account = make_account(rep=rep)
    order(rep, request(account, PRO))
    with pytest.raises(RequestKeyReused):
        place_order(rep, request(account, replace(PRO, seats=11)), agreed=Money.zero("EUR"), today=TODAY)


def test_a_price_that_changed_since_the_review_writes_nothing(db: object, rep: Actor) -> None:
    account = make_account(rep=rep)
    before = counts()
    with pytest.raises(PriceChanged) as refusal:
        place_order(rep, request(account, PRO), agreed=Money.of("1500.00", "EUR"), today=TODAY)
    assert refusal.value.values == {"agreed": Money.of("1500.00", "EUR"), "now": Money.of("1742.40", "EUR")}
    assert counts() == before


def test_an_order_empties_only_its_lines_of_the_cart(db: object, rep: Actor) -> None:
    account = make_account(rep=rep)
    taken = add_to_cart(rep, account, PRO, today=TODAY)
    left = add_to_cart(rep, account, TRIAL, today=TODAY)
    order(rep, request(account, replace(PRO, cart_line_id=taken)))
    with database.read_session() as session:
        assert session.scalars(select(CartLine.id)).all() == [left]
    with pytest.raises(CartChanged):
        order(rep, request(account, replace(TRIAL, cart_line_id=taken), key="key-2"))


def test_note_and_saved_checkout_go_with_the_last_line_of_the_cart(db: object, rep: Actor) -> None:
    account = make_account(rep=rep)
    first = add_to_cart(rep, account, PRO, today=TODAY)
    last = add_to_cart(rep, account, TRIAL, today=TODAY)
    save_note(rep, account, "Pilar decides on Monday")
    save_checkout(rep, account, {"reference": "call of Monday"})
    order(rep, request(account, replace(PRO, cart_line_id=first)))
    with database.read_session() as session:
        assert (session.get_one(Cart, account).note, len(session.get_one(Cart, account).checkout)) != ("", 0)
    order(rep, request(account, replace(TRIAL, cart_line_id=last), key="key-2"))
    with database.read_session() as session:
        assert (session.get_one(Cart, account).note, session.get_one(Cart, account).checkout) == ("", {})


def test_a_business_in_another_state_is_reverse_charged_by_its_number(db: object, rep: Actor) -> None:
    account = make_account(rep=rep, country="DE", vat_number="", vat_state="unchecked", postal_code="10115")
    hoped = request(account, PRO, vat_number="DE136695976")
    assert preview_order(rep, hoped, today=TODAY).total == Money.of("1440.00", "EUR")
    order(rep, hoped)
    with database.read_session() as session:
        row = session.get_one(Account, account)
        assert (row.vat_number, row.vat_state) == ("DE136695976", "form_only")
        assert "de136695976" in row.search_text  # and is found by it from now on
    account = make_account("other", rep=rep, country="DE", vat_number="", vat_state="unchecked", postal_code="10115")
    # without a number: Germany's own rate of 19 % on 1,440.00
    assert preview_order(rep, request(account, PRO), today=TODAY).total == Money.of("1713.60", "EUR")


def test_a_number_that_fails_offers_to_order_with_vat(db: object, rep: Actor) -> None:
    account = make_account(rep=rep, country="DE", vat_number="", vat_state="unchecked", postal_code="10115")
    wrong = request(account, PRO, vat_number="DE136695977")
    preview = preview_order(rep, wrong, today=TODAY)
    assert [refusal.code for refusal in preview.refusals] == ["vat_number_refused"]
    assert preview.totals_by_vat == (Money.of("1713.60", "EUR"), Money.of("1440.00", "EUR"))
    assert order(rep, replace(wrong, order_with_vat=True)).total == Money.of("1713.60", "EUR")


@pytest.mark.parametrize(
    ("columns", "refused"),
    [
        ({"expires_on": date(2026, 4, 10)}, PurchaseOrderExpired),
        ({"cap_minor": 174239}, PurchaseOrderCapExceeded),
    ],
)
def test_a_purchase_order_has_an_end_and_a_cap(
    db: object, rep: Actor, columns: dict[str, object], refused: type[Refusal]
) -> None:
    account = make_account(rep=rep)
    po = make_purchase_order(account, **columns)
    with pytest.raises(refused):
        order(rep, request(account, PRO, po_id=po))


def test_what_an_order_must_have(db: object, rep: Actor) -> None:
    account = make_account(rep=rep, po_required=True)
    with pytest.raises(PurchaseOrderRequired):
        order(rep, request(account, PRO))
    with pytest.raises(EvidenceMissing):
        order(rep, OrderRequest(make_account("other", rep=rep), "key", (PRO,)))
    with pytest.raises(NotReadyToOrder) as refused:
        order(rep, request(make_account("third", rep=rep, street=""), PRO))
    assert refused.value.values["missing"] == ("street",)
    with pytest.raises(PaymentMeansMissing):
        order(rep, request(make_account("fourth", rep=rep, payment_means=""), PRO))
    with pytest.raises(MandateMissing):
        order(rep, request(make_account("fifth", rep=rep), PRO, payment_means="sepa_debit"))


def test_what_is_owned_or_tried_is_not_sold_again(db: object, rep: Actor) -> None:
    account = make_account(rep=rep)
    order(rep, request(account, PRO, TRIAL))
    with pytest.raises(ProductOwned):
        order(rep, request(account, PRO, key="key-2"))
    with pytest.raises(ProductOwned):
        order(rep, request(account, TRIAL, key="key-2"))


def test_a_trial_comes_once_in_twelve_months(db: object, rep: Actor) -> None:
    account = make_account(rep=rep)
    order(rep, OrderRequest(account, "trial", (TRIAL,)))
    with database.write_session() as session:
        session.scalars(select(Subscription)).one().status = "expired"
    with pytest.raises(TrialUsedUp) as refusal:
        order(rep, OrderRequest(account, "again", (TRIAL,)), today=date(2027, 4, 10))
    assert refusal.value.values["again_on"] == date(2027, 4, 11)
    order(rep, OrderRequest(account, "again", (TRIAL,)), today=date(2027, 4, 11))


def test_only_the_accounts_own_rep_may_order(db: object, rep: Actor, other_rep: Actor, finance: Actor) -> None:
    account = make_account(rep=rep)
    before = counts()
    with pytest.raises(NotFound):
        order(other_rep, request(account, PRO))
    with pytest.raises(NotFound):
        place_order(other_rep, request(account, PRO), agreed=Money.of("1742.40", "EUR"), today=TODAY)
    with pytest.raises(NotAllowed):
        place_order(finance, request(account, PRO), agreed=Money.of("1742.40", "EUR"), today=TODAY)
    assert counts() == before


def test_numbers_are_gapless_over_accounts_and_each_names_the_one_before(db: object, rep: Actor) -> None:
    for code in ("one", "two", "three"):
        order(rep, request(make_account(code, rep=rep), PRO))
    with database.read_session() as session:
        rows = session.scalars(select(Document).order_by(Document.number)).all()
        assert [row.number for row in rows] == [f"INVES-2026-00000{n}" for n in (1, 2, 3)]
        assert [row.previous_hash for row in rows] == ["", *[row.hash for row in rows[:-1]]]


def test_dollars_of_a_spanish_seller_state_the_tax_in_euros(db: object, rep: Actor) -> None:
    account = make_account(rep=rep, currency="USD", seller=make_seller("ES"))
    order(rep, request(account, PRO))
    with database.read_session() as session:
        sheet = json.loads(sheet_text(session, session.scalars(select(Document)).one()))
    # 1,440.00 and 302.40 dollars at 0.853898 euros each, the European Central Bank's rate of 2026-04-10
    assert sheet["taxes"]["rows"] == [["21%", "1,440.00", "302.40", "1,229.61", "258.22"]]
