"""Frozen facts: what was frozen is printed for ever, and any change of it shows."""

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import delete, select, update

from data import database
from data.models import Document, DocumentLine, PartySnapshot, Product, Recognition, Seller
from data.money import Money
from data.period import Interval
from services.documents.facts import CorrectedInvoice, DocumentFacts, Exchange, PaymentFacts, Settlement
from services.documents.frozen import (
    Details,
    freeze_details,
    freeze_parties,
    sealed,
    seller_text,
    thaw_details,
    thaw_parties,
)
from services.documents.sheet import canonical, sheet_of
from services.facts.papers import document_facts, hash_of, sheet_text
from services.permissions import Actor
from services.rules.ordering import ItemKind, OrderItem
from services.worksheets import paperwork
from tests.builders import TODAY, make_account, make_invoice, make_seller
from tests.services.documents.samples import BUYERS, SELLERS

FULL = Details(
    payment=PaymentFacts("sepa_debit", "ES9121000418450200051332", "M-1"),
    order_number="ORD-1",
    po_number="450001",
    ordered_by="Lucía Ortega",
    exchange=Exchange("USD", "EUR", Decimal("0.853898"), TODAY),
    settled=(Settlement("CN-2026-000001", Money(1200, "USD")), Settlement("", Money(5, "USD"))),
    corrects=(CorrectedInvoice("INV-1", TODAY, Money(500, "USD"), Money(200, "USD")),),
    qr_svg="<svg/>",
)


@pytest.mark.parametrize("country", SELLERS)
def test_parties_are_read_again_as_they_were(country: str) -> None:
    seller, buyer = SELLERS[country], BUYERS[country]
    for one in (buyer, buyer._replace(is_business=False), buyer._replace(address=buyer.address._replace(street=""))):
        assert thaw_parties(freeze_parties(seller_text(seller), one).content) == (seller, one)


@pytest.mark.parametrize("details", [Details(), FULL, FULL._replace(exchange=None)])
def test_details_are_read_again_as_they_were(details: Details) -> None:
    taxes = ((Money(100, "EUR"), Money(21, "EUR")),) if details.exchange else ()
    thawed = thaw_details(freeze_details(details, [("Remote Support", "Pro")], taxes))
    assert (thawed.details, thawed.names, thawed.seller_taxes) == (details, (("Remote Support", "Pro"),), taxes)


def test_the_same_parties_are_one_snapshot(rep: Actor) -> None:
    account = make_account(rep=rep)
    first = make_invoice(rep, account)
    make_invoice(rep, account, OrderItem(ItemKind.PURCHASE, "meetings-team", 3, Interval.MONTH), key="second")
    with database.write_session() as session:
        assert len(session.scalars(select(PartySnapshot)).all()) == 1
        session.get_one(Seller, "es").legal_name = "Renamed, S.L."
    make_invoice(rep, account, OrderItem(ItemKind.PURCHASE, "backup-devices", 30, Interval.MONTH), key="third")
    with database.read_session() as session:
        assert len(session.scalars(select(PartySnapshot)).all()) == 2
        assert "Renamed" not in sheet_text(session, session.get_one(Document, (account, first)))


@pytest.mark.parametrize("currency", ["EUR", "USD"])
def test_a_document_prints_the_facts_it_was_issued_with(
    rep: Actor, monkeypatch: pytest.MonkeyPatch, currency: str
) -> None:
    """The facts given to the journal, number and hash added, are those read from the frozen rows, word for word."""
    given: list[DocumentFacts] = []
    made = paperwork.issue_of
    monkeypatch.setattr(paperwork, "issue_of", lambda *args, **more: (given.append(args[2]), made(*args, **more))[1])
    account = make_account(rep=rep, currency=currency, seller=make_seller("ES"))
    invoice = make_invoice(
        rep, account, OrderItem(ItemKind.PURCHASE, "support-pro", 10), OrderItem(ItemKind.PURCHASE, "meetings-team", 3)
    )
    with database.write_session() as session:  # names of the catalog change; documents do not
        session.execute(update(Product).values(name="Another"))
    with database.read_session() as session:
        row = session.get_one(Document, (account, invoice))
        issued = replace(given[0], number=row.number, previous_hash=row.previous_hash)
        assert document_facts(session, row) == issued
        assert sheet_text(session, row) == canonical(sheet_of(issued))
        assert json.loads(sheet_text(session, row))["number"] == "INVES-2026-000001"


@pytest.mark.parametrize(
    "change",
    [
        update(Document).values(due_on=date(2027, 1, 1)),
        update(Document).values(reason="Another"),
        update(DocumentLine).where(DocumentLine.position == 1).values(seats=9),
        update(DocumentLine).values(derivation="{}"),
        update(PartySnapshot).values(content="{}"),
        delete(DocumentLine).where(DocumentLine.position == 2),
    ],
    ids=["due day", "reason", "seats", "derivation", "parties", "line"],
)
def test_a_change_of_what_was_issued_shows(rep: Actor, change: object) -> None:
    account = make_account(rep=rep)
    two = (OrderItem(ItemKind.PURCHASE, "support-pro", 10), OrderItem(ItemKind.PURCHASE, "meetings-team", 3))
    invoice = make_invoice(rep, account, *two)
    with database.write_session() as session:
        row = session.get_one(Document, (account, invoice))
        assert hash_of(session, row) == row.hash
        session.execute(delete(Recognition))
        session.execute(change)  # type: ignore[call-overload]
        session.expire_all()
        assert hash_of(session, session.get_one(Document, (account, invoice))) != row.hash


def test_a_seal_covers_what_is_before_it() -> None:
    assert len({sealed(before, parties, (1, "a"), [(2, None)]) for before in ("", "x") for parties in ("p", "q")}) == 4
