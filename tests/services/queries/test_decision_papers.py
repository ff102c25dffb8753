"""Decisions about papers by hand: purchase orders, mandates, exemptions, carts at old prices, proposals."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import select

from data import database
from data.models import (
    Debit,
    DebitBatch,
    Document,
    PurchaseOrder,
    User,
)
from data.period import months_after
from services.commands.carts import add_to_cart, send_proposal
from services.permissions import Actor
from services.rules.decisions import Kind
from tests.builders import add, make_account, make_purchase_order, write
from tests.deciding import DAY, NEXT, bought, buy, of, rows, told
from tests.ordering import order, request


def test_a_purchase_order_that_expires_names_what_it_leaves_unbilled(rep: Actor) -> None:
    """Valid through 20 July: the renewals of 10 August are 160.00 and 130.00; a month later it is said of renewals."""
    acme = make_account(rep=rep)
    po = make_purchase_order(acme, "PO-77", expires_on=date(2026, 7, 20))
    make_purchase_order(acme, "PO-unused", expires_on=date(2026, 7, 20))
    for item in (buy("support-pro"), buy("backup-devices", 20)):
        bought(rep, acme, item, po_id=po)
    bought(rep, acme, buy("signatures-standard"))
    expected = ("purchase_order", "PO-77", date(2026, 7, 20), date(2026, 8, 10), -290_00, "EUR")
    assert rows(rep, of(Kind.PURCHASE_ORDER)) == [expected]
    assert not any("PO-77" in text for text in told(rep, of(Kind.NOTICE)))

    def until(day: date) -> None:
        write(lambda session: setattr(session.get_one(PurchaseOrder, (acme, po)), "expires_on", day))

    until(date(2026, 6, 9))
    assert sum("Purchase order PO-77 is not valid then" in text for text in told(rep, of(Kind.NOTICE))) == 2
    until(date(2028, 1, 1))
    assert rows(rep, of(Kind.PURCHASE_ORDER)) == []


def make_debit(account: int, invoice: int, collected_on: date, place: int) -> None:
    batch = DebitBatch(
        id=place, seller="es", currency="EUR", collect_on=collected_on, made_on=collected_on,
        made_at=datetime(2023, 1, 1, tzinfo=UTC), made_by=1, count=1, total_minor=1, file="", status="booked",
    )  # fmt: skip
    with database.read_session() as session:
        batch.made_by = session.scalars(select(User.id)).first() or 0
    debit = Debit(
        account_id=account, id=place, batch_id=place, invoice_id=invoice, amount_minor=1, currency="EUR",
        mandate_reference="M-1", sequence_type="RCUR", end_to_end_id=str(place), status="collected",
    )  # fmt: skip
    add(batch, debit)


def test_a_mandate_lapses_thirty_six_months_after_its_last_use(rep: Actor) -> None:
    """Used on 29 February 2024: it lapses on 28 February 2027, before 160.00 of 10 March are collected."""
    acme = make_account(
        rep=rep, payment_means="sepa_debit", iban="ES9121000418450200051332", mandate_reference="M-1",
        mandate_signed_on=date(2020, 1, 1),
    )  # fmt: skip
    bought(rep, acme, buy("support-pro"))
    with database.read_session() as session:
        invoice = session.scalars(select(Document.id)).one()
    make_debit(acme, invoice, date(2023, 3, 1), 1)
    make_debit(acme, invoice, date(2024, 2, 29), 2)
    assert months_after(date(2024, 2, 29), 36) == date(2027, 2, 28)
    assert rows(rep, of(Kind.MANDATE)) == [("mandate", "M-1", date(2027, 2, 27), date(2027, 3, 10), -160_00, "EUR")]
    make_debit(acme, invoice, date(2026, 4, 1), 3)
    assert rows(rep, of(Kind.MANDATE)) == []


def test_an_exemption_that_ends_costs_the_tax_and_an_old_price_the_difference(rep: Actor) -> None:
    """Exempt before 1 June: 21 % of the renewals of 160.00 and 130.00. A cart of ten at 19.00, later 20.00."""
    acme = make_account(rep=rep, exemption_article="Art. 20", exempt_until=date(2026, 6, 1))
    for item in (buy("support-pro"), buy("backup-devices", 20)):
        bought(rep, acme, item)
    assert rows(rep, of(Kind.EXEMPTION)) == [("exemption", "Art. 20", date(2026, 5, 31), NEXT, 60_90, "EUR")]
    add_to_cart(rep, acme, buy("signatures-standard"), today=DAY)
    assert rows(rep, of(Kind.CART)) == [
        ("cart", "Signatures · Standard", date(2026, 5, 31), date(2026, 6, 1), 10_00, "EUR")
    ]
    assert rows(rep, of(Kind.CART, product="backup")) == []


def test_a_proposal_is_open_until_it_is_ordered_or_replaced(rep: Actor) -> None:
    """Ten seats at 16.00 with 21 % are 193.60."""
    acme = make_account(rep=rep)
    wanted = request(acme, buy("support-pro"), key="proposal")
    valid = send_proposal(rep, wanted, today=DAY).valid_until
    assert rows(rep) == [("proposal", "", valid, valid + timedelta(days=1), -193_60, "EUR")]
    order(rep, replace(wanted, request_key="ordered"), DAY)
    assert [row[0] for row in rows(rep)] == ["notice"]
