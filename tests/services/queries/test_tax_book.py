"""The tax book of a known month: every way of taxing, in the seller's currency too, tied to the ledger to the cent."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from data import database
from data.models import TaxEntry
from data.money import Money
from services import rollups
from services.errors import NotAllowed
from services.integrity import violations
from services.integrity.figures import differences
from services.journal.ledger import LedgerAccount, Side, post
from services.permissions import Actor
from services.queries.tax_book import TaxKind, tax_book, tax_sellers, tax_totals
from services.queries.tax_ledger import tax_tie_out
from services.rules.tax_periods import TaxPeriod, period_of
from tests.services.tax_world import IN_APRIL, build


def period(code: str) -> TaxPeriod:
    found = period_of(code)
    assert found is not None
    return found


APRIL, MAY, QUARTER = period("2026-04"), period("2026-05"), period("2026-Q2")


def book(actor: Actor, of: TaxPeriod, kind: TaxKind | None = None) -> list[str]:
    """A line a row: buyer, treatment and rate, base and tax in both currencies, what it corrects."""
    frame = tax_book(actor, "es", of, kind)
    return [
        f"{row['buyer'].lower()} {row['treatment']} {row['country']} {row['rate']} "
        f"{Money(row['base_minor'], row['currency'])} {Money(row['tax_minor'], row['currency'])} = "
        f"{Money(row['seller_base_minor'], row['seller_currency'])} "
        f"{Money(row['seller_tax_minor'], row['seller_currency'])} {row['corrects']}".strip()
        for row in frame.to_dict("records")
    ]


def test_each_document_stands_in_the_book_by_rate(db: object, admin: Actor, finance: Actor) -> None:
    build(admin)
    assert sorted(book(finance, APRIL)) == [
        "berlin reverse_charge DE 0 1440.00 EUR 0.00 EUR = 1440.00 EUR 0.00 EUR",
        "cruz exempt ES 0 1440.00 EUR 0.00 EUR = 1440.00 EUR 0.00 EUR",
        "madrid standard ES 21 -100.00 EUR -21.00 EUR = -100.00 EUR -21.00 EUR INVES-2026-000001",
        "madrid standard ES 21 1440.00 EUR 302.40 EUR = 1440.00 EUR 302.40 EUR",
        "paris reverse_charge FR 0 1440.00 EUR 0.00 EUR = 1440.00 EUR 0.00 EUR",
        "porto standard PT 23 1440.00 EUR 331.20 EUR = 1440.00 EUR 331.20 EUR",
        "roma standard IT 22 1440.00 EUR 316.80 EUR = 1440.00 EUR 316.80 EUR",
        "sevilla standard ES 21 1440.00 USD 302.40 USD = 1229.61 EUR 258.22 EUR",
        "york out_of_scope US 0 1440.00 USD 0.00 USD = 1229.61 EUR 0.00 EUR",
    ]
    assert book(finance, MAY) == [
        "berlin reverse_charge DE 0 -1440.00 EUR 0.00 EUR = -1440.00 EUR 0.00 EUR INVES-2026-000002"
    ]
    with database.read_session() as session:
        assert list(violations(session)) == []


def test_a_row_says_what_is_printed(db: object, admin: Actor, finance: Actor) -> None:
    build(admin)
    rows = {row["buyer"]: row for row in tax_book(finance, "es", APRIL).to_dict("records")}
    assert (rows["Paris"]["vat_number"], rows["Paris"]["mention"]) == ("FR40303265045", "reverse_charge")
    assert (rows["Cruz"]["mention"], rows["Cruz"]["article"]) == ("exempt", "Art. 20.Uno.14 LIVA")
    assert (rows["York"]["exchange_rate"], rows["York"]["exchange_on"]) == (Decimal("0.853898"), date(2026, 4, 10))
    assert (rows["Roma"]["exchange_rate"], rows["Roma"]["exchange_on"], rows["Roma"]["vat_number"]) == (None, None, "")


def test_totals_are_by_treatment_rate_and_currency(db: object, admin: Actor, finance: Actor) -> None:
    build(admin)
    totals = tax_totals(finance, "es", APRIL)
    told = [
        f"{row['kind']} {row['entries']} {Money(row['base_minor'], row['currency'])} "
        f"{Money(row['tax_minor'], row['currency'])} = {Money(row['seller_base_minor'], row['seller_currency'])} "
        f"{Money(row['seller_tax_minor'], row['seller_currency'])}"
        for row in totals.frame.to_dict("records")
    ]
    assert told == [
        "standard.ES.21 2 1340.00 EUR 281.40 EUR = 1340.00 EUR 281.40 EUR",
        "standard.ES.21 1 1440.00 USD 302.40 USD = 1229.61 EUR 258.22 EUR",
        "standard.IT.22 1 1440.00 EUR 316.80 EUR = 1440.00 EUR 316.80 EUR",
        "standard.PT.23 1 1440.00 EUR 331.20 EUR = 1440.00 EUR 331.20 EUR",
        "reverse_charge 2 2880.00 EUR 0.00 EUR = 2880.00 EUR 0.00 EUR",
        "exempt 1 1440.00 EUR 0.00 EUR = 1440.00 EUR 0.00 EUR",
        "out_of_scope 1 1440.00 USD 0.00 USD = 1229.61 EUR 0.00 EUR",
    ]
    assert totals.is_foreign and totals.entries() == 9 and totals.entries("standard.ES.21") == 3
    # 281.40 + 258.22 + 316.80 + 331.20
    assert totals.sellers("tax") == 1187_62
    assert totals.sellers("base", "reverse_charge") == 2880_00
    quarter = tax_totals(finance, "es", QUARTER)
    assert quarter.entries() == 10 and quarter.sellers("base", "reverse_charge") == 1440_00


def test_the_rows_of_a_total_are_one_step_away(db: object, admin: Actor, finance: Actor) -> None:
    build(admin)
    totals = tax_totals(finance, "es", APRIL)
    for kind in totals.kinds:
        frame = tax_book(finance, "es", APRIL, kind)
        assert len(frame) == totals.entries(kind.code)
    assert [kind.code for kind in totals.kinds][:1] == ["standard.ES.21"]
    assert len(book(finance, APRIL, totals.kinds[0])) == 3


def test_pages_follow_each_other_by_number(db: object, admin: Actor, finance: Actor) -> None:
    build(admin)
    whole = tax_book(finance, "es", APRIL, limit=None)["number"].tolist()
    paged = [
        number
        for offset in range(0, 9, 2)
        for number in tax_book(finance, "es", APRIL, limit=2, offset=offset)["number"]
    ]
    assert paged == whole == [f"INVES-2026-{n:06d}" for n in range(1, 9)] + ["CNES-2026-000001"]


def test_the_book_ties_to_the_ledger_to_the_cent(db: object, admin: Actor, finance: Actor) -> None:
    build(admin)
    # EUR 302.40 - 21.00 + 331.20 + 316.80, USD 302.40
    assert [(str(one.expected), str(one.found), one.holds) for one in tax_tie_out(finance, APRIL)] == [
        ("929.40 EUR", "929.40 EUR", True),
        ("302.40 USD", "302.40 USD", True),
    ]


def test_a_cent_posted_beside_the_book_is_named(db: object, admin: Actor, finance: Actor) -> None:
    world = build(admin)
    sides = [Side(LedgerAccount.TAX_PAYABLE, -1), Side(LedgerAccount.REVENUE, 1)]
    with database.write_session() as session:
        post(session, world.accounts["madrid"], event="by hand", day=IN_APRIL, currency="EUR", sides=sides)
    euros, dollars = tax_tie_out(finance, APRIL)
    assert (str(euros.difference), dollars.holds) == ("-0.01 EUR", True)
    assert [(one.subject, str(one.expected), str(one.found)) for one in euros.offenders] == [
        ("Madrid", "0.01 EUR", "0.00 EUR")
    ]
    assert all(one.holds for one in tax_tie_out(finance, MAY))


def test_folded_or_not_the_figures_are_the_same(db: object, admin: Actor, finance: Actor) -> None:
    build(admin)
    before = tax_totals(finance, "es", QUARTER), tax_tie_out(finance, QUARTER)
    assert rollups.fold_all()
    after = tax_totals(finance, "es", QUARTER), tax_tie_out(finance, QUARTER)
    assert before[0].frame.equals(after[0].frame) and before[1] == after[1]
    rollups.rebuild()
    assert tax_totals(finance, "es", QUARTER).frame.equals(after[0].frame)
    with database.read_session() as session:
        assert list(differences(session)) == []


def test_only_sellers_with_documents_are_offered(db: object, admin: Actor, finance: Actor) -> None:
    assert tax_sellers(finance) == ()
    build(admin)
    (seller,) = tax_sellers(finance)
    assert (seller.code, seller.currency, seller.first, seller.last) == (
        "es",
        "EUR",
        date(2026, 4, 11),
        date(2026, 5, 4),
    )


def test_another_sellers_book_is_another(db: object, admin: Actor, finance: Actor) -> None:
    build(admin)
    assert tax_book(finance, "de", APRIL).empty and tax_totals(finance, "de", APRIL).frame.empty


def test_a_rate_that_no_line_has_is_found_by_the_checks(db: object, admin: Actor) -> None:
    build(admin)
    with database.write_session() as session:
        entry = session.scalars(select(TaxEntry).where(TaxEntry.treatment == "standard")).first()
        assert entry is not None
        entry.rate = Decimal(7)
    with database.read_session() as session:
        assert {violation.check for violation in violations(session)} == {"tax_book", "tax_figures"}


def test_who_may_not_see_tax_is_refused(db: object, rep: Actor, manager: Actor, licence_manager: Actor) -> None:
    for actor in (rep, manager, licence_manager):
        for ask in (
            lambda actor: tax_book(actor, "es", APRIL),
            lambda actor: tax_totals(actor, "es", APRIL),
            lambda actor: tax_tie_out(actor, APRIL),
            tax_sellers,
        ):
            with pytest.raises(NotAllowed):
                ask(actor)


def test_kinds_are_known_by_their_codes() -> None:
    kind = TaxKind.of("standard", "ES", Decimal("21"))
    assert (kind.code, TaxKind.of("exempt", "ES", Decimal(0)).code) == ("standard.ES.21", "exempt")
    assert replace(kind, rate=Decimal("5.50")).code == "standard.ES.5.50"
