"""Selling entities: created, changed, refused; who may, and what their cards and list say."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import select

from data import database
from data.models import AuditEntry, IssuedNumber, NumberSeries, Seller
from services.commands.sellers import BankDetails, SellerForm, save_seller
from services.demo_sellers import demo_sellers
from services.errors import Invalid, NotAllowed, NotFound, StaleForm
from services.permissions import Actor
from services.queries.sellers import list_sellers, seller_card
from tests.builders import add, make_account
from tests.databases import TestDatabase

SPAIN = demo_sellers()["ES"]


def issue_a_number(prefix: str) -> None:
    add(
        NumberSeries(series=prefix, year=2026, last_number=1),
        IssuedNumber(series=prefix, year=2026, number=1, account_id=1, document_id=1),
    )


def faults(save: Callable[[], object]) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as refused:
        save()
    return [(problem.field, problem.code) for problem in refused.value.problems]


@pytest.mark.parametrize("country", ["ES", "DE", "FR", "GB", "US"])
def test_a_saved_seller_comes_back_as_it_was_and_complete(admin: Actor, country: str) -> None:
    form = demo_sellers()[country]
    card = seller_card(admin, save_seller(admin, form))
    assert (card.profile, card.version, card.has_issued, card.missing) == (form, 1, False, ())


def test_a_change_replaces_numbers_and_banks_and_leaves_an_audit_row(admin: Actor) -> None:
    save_seller(admin, SPAIN)
    bank = {"USD": BankDetails("Harbor", routing_number="011099877", account_number="4420187731")}
    save_seller(admin, replace(SPAIN, banks=bank, phone=""), version=1)
    card = seller_card(admin, "es")
    assert (dict(card.profile.banks), card.version, card.missing) == (bank, 2, ("bank_details.EUR",))
    with database.read_session() as session:
        rows = session.scalars(select(AuditEntry).where(AuditEntry.action == "save_seller")).all()
        entry = next(row for row in rows if row.before)
        assert (entry.actor_id, entry.subject, entry.account_id) == (admin.user_id, "es", None)
        assert set(entry.before or {}) == set(entry.after or {}) == {"banks", "phone"}


def test_a_seller_may_wait_incomplete(admin: Actor) -> None:
    save_seller(admin, SellerForm("pt", "Tarnway Lda", "PT", "EUR", "Europe/Lisbon", "en", "PT-F", "PT-C"))
    assert seller_card(admin, "pt").missing == ("address", "tax_number", "bank_details.EUR")


def test_a_second_save_of_the_same_form_is_refused(admin: Actor) -> None:
    save_seller(admin, SPAIN)
    save_seller(admin, replace(SPAIN, city="Toledo"), version=1)
    with pytest.raises(StaleForm):
        save_seller(admin, replace(SPAIN, city="Burgos"), version=1)
    assert seller_card(admin, "es").profile.city == "Toledo"


def test_a_code_exists_once(admin: Actor) -> None:
    save_seller(admin, SPAIN)
    other = replace(SPAIN, invoice_prefix="X", credit_prefix="Y")
    assert faults(lambda: save_seller(admin, other)) == [("code", "duplicate")]


@pytest.mark.parametrize(
    ("invoices", "credits", "field"),
    [("INV", "XX", "invoice_prefix"), ("CN", "XX", "invoice_prefix"), ("XX", "inv", "credit_prefix")],
)
def test_a_prefix_numbers_one_series_in_the_whole_portal(admin: Actor, invoices: str, credits: str, field: str) -> None:
    save_seller(admin, SPAIN)
    other = replace(demo_sellers()["DE"], invoice_prefix=invoices, credit_prefix=credits)
    assert faults(lambda: save_seller(admin, other)) == [(field, "duplicate")]


def test_a_prefix_stays_once_it_numbered_a_document(admin: Actor) -> None:
    save_seller(admin, SPAIN)
    changed = replace(SPAIN, invoice_prefix="NEW")
    issue_a_number("INV")
    assert faults(lambda: save_seller(admin, changed, version=1)) == [("invoice_prefix", "fixed_after_number")]
    save_seller(admin, replace(SPAIN, city="Toledo"), version=1)
    assert seller_card(admin, "es").has_issued


def test_every_fault_is_told_at_once_and_nothing_is_written(admin: Actor) -> None:
    bad = replace(
        SPAIN, time_zone="Mars/Base", tax_numbers={"ES": "B87423167"}, banks={"EUR": BankDetails(iban="ES00")}
    )
    assert faults(lambda: save_seller(admin, bad)) == [
        ("time_zone", "time_zone_unknown"),
        ("tax_number.ES", "tax_number_format"),
        ("iban.EUR", "iban_format"),
    ]
    with database.read_session() as session:
        assert session.scalars(select(Seller)).all() == []


def test_only_administrators_change_sellers(rep: Actor, manager: Actor, finance: Actor, admin: Actor) -> None:
    for actor in (rep, manager, finance):
        with pytest.raises(NotAllowed):
            save_seller(actor, SPAIN)
    save_seller(admin, SPAIN)
    assert seller_card(finance, "es").profile.legal_name == SPAIN.legal_name  # finance may look
    for actor in (rep, manager):
        with pytest.raises(NotAllowed):
            list_sellers(actor)


def test_the_list_says_what_is_missing_and_counts(db: TestDatabase, admin: Actor) -> None:
    save_seller(admin, replace(SPAIN, register_line=""))
    save_seller(admin, replace(demo_sellers()["DE"], is_active=False))
    make_account("acme", seller="es")
    issue_a_number("CN")
    spain, germany = list_sellers(admin)
    assert (spain.code, spain.missing, spain.accounts, spain.documents) == ("es", ("register_line",), 1, 1)
    assert spain.currencies == ("EUR", "USD")
    assert (germany.code, germany.missing, germany.accounts, germany.is_active) == ("de", (), 0, False)
    with pytest.raises(NotFound):
        seller_card(admin, "xx")
