"""What is reported of a known quarter: EC sales by VAT number, OSS by country, numbers that wait to be confirmed."""

from datetime import date

import pytest

from data.models import Account
from services.commands.vat_checks import record_vat_check
from services.errors import NotAllowed
from services.permissions import Actor
from services.queries.tax_reports import EcSales, ec_sales, oss
from services.queries.vat_confirmations import number_to_check, unconfirmed
from services.rules.tax_periods import TaxPeriod
from tests.builders import make_account, make_invoice, write
from tests.services.tax_world import build

APRIL, MAY = TaxPeriod("month", date(2026, 4, 1)), TaxPeriod("month", date(2026, 5, 1))
QUARTER = TaxPeriod("quarter", date(2026, 4, 1))
FIRST_QUARTER = TaxPeriod("quarter", date(2026, 1, 1))


def told(listed: EcSales) -> list[tuple[object, ...]]:
    rows = listed.frame.to_dict("records")
    return [(row["vat_number"], row["country"], row["buyer"], row["state"], row["net_minor"]) for row in rows]


def test_reversed_supplies_are_listed_by_number_net_of_credit_notes(db: object, admin: Actor, finance: Actor) -> None:
    build(admin)
    paris = ("FR40303265045", "FR", "Paris", "form_only", 1440_00)
    april = ec_sales(finance, "es", APRIL)
    assert told(april) == [("DE136695976", "DE", "Berlin", "confirmed", 1440_00), paris]
    assert (april.buyers, april.net_minor) == (2, 2880_00)
    assert told(ec_sales(finance, "es", MAY)) == [("DE136695976", "DE", "Berlin", "confirmed", -1440_00)]
    # over the quarter Berlin comes to 0.00
    quarter = ec_sales(finance, "es", QUARTER)
    assert told(quarter) == [paris] and (quarter.buyers, quarter.net_minor) == (1, 1440_00)
    assert ec_sales(finance, "es", FIRST_QUARTER).frame.empty


def test_accounts_with_one_number_are_one_buyer(db: object, admin: Actor, finance: Actor) -> None:
    build(admin)
    second = make_account(
        "lyon", rep=admin, country="FR", postal_code="69001", vat_number="FR40303265045", vat_state="confirmed"
    )
    make_invoice(admin, second, key="lyon")
    row = ec_sales(finance, "es", QUARTER).frame.iloc[0]
    # the worse of two checks is told
    assert (row["net_minor"], row["entries"], row["state"]) == (2880_00, 2, "form_only")


def test_a_number_that_was_replaced_is_marked(db: object, admin: Actor, finance: Actor) -> None:
    paris = build(admin).accounts["paris"]
    write(lambda session: setattr(session.get_one(Account, paris), "vat_number", "FR83404833048"))
    assert ec_sales(finance, "es", QUARTER).frame["state"].tolist() == ["changed"]
    assert unconfirmed(finance, "es").frame["state"].tolist() == ["changed"]


def test_pages_of_the_list_follow_each_other(db: object, admin: Actor, finance: Actor) -> None:
    build(admin)
    whole = told(ec_sales(finance, "es", APRIL, limit=None))
    assert [
        *told(ec_sales(finance, "es", APRIL, limit=1)),
        *told(ec_sales(finance, "es", APRIL, limit=1, offset=1)),
    ] == whole


def test_consumers_are_told_from_businesses_in_oss(db: object, admin: Actor, finance: Actor) -> None:
    build(admin)
    rows = [
        tuple(row) for row in oss(finance, "es", QUARTER)[["country", "is_business", "base_minor", "tax_minor"]].values
    ]
    assert rows == [("IT", False, 1440_00, 316_80), ("PT", True, 1440_00, 331_20)]
    assert oss(finance, "es", FIRST_QUARTER).empty


def test_a_reverse_charge_waits_until_its_number_is_confirmed(db: object, admin: Actor, finance: Actor) -> None:
    world = build(admin)
    listed = unconfirmed(finance, "es")
    row = listed.frame.iloc[0]
    assert (listed.total, row["account"], row["number"], row["state"]) == (1, "Paris", "INVES-2026-000003", "form_only")
    waiting = number_to_check(finance, world.accounts["paris"])
    assert (waiting.vat_number, waiting.state) == ("FR40303265045", "form_only")
    record_vat_check(
        finance,
        waiting.account_id,
        is_confirmed=True,
        checked_on=date(2026, 5, 4),
        consultation="WAPI-1",
        version=waiting.version,
        today=date(2026, 5, 4),
    )
    assert unconfirmed(finance, "es").total == 0
    assert ec_sales(finance, "es", QUARTER).frame["state"].tolist() == ["confirmed"]


def test_who_may_not_see_tax_is_refused(db: object, rep: Actor, manager: Actor) -> None:
    for actor in (rep, manager):
        for ask in (ec_sales, oss):
            with pytest.raises(NotAllowed):
                ask(actor, "es", QUARTER)
        with pytest.raises(NotAllowed):
            unconfirmed(actor, "es")
        with pytest.raises(NotAllowed):
            number_to_check(actor, 1)
