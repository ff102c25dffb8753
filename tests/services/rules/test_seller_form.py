"""What is wrong with a selling entity's form."""

from dataclasses import replace
from typing import Any

import pytest

from data.models import Seller, SellerBank
from services.rules import seller_numbers as numbers
from services.rules.seller_form import LIMITS, check
from services.rules.seller_profile import BankDetails, SellerProfile

GOOD = SellerProfile("es", "Norte S.L.", "ES", "EUR", "Europe/Madrid", "es", "F", "R", tax_numbers={"ES": "B58378431"})


def faults(form: SellerProfile, **known: Any) -> list[tuple[str, str]]:
    return [(problem.field, problem.code) for problem in check(form, **known)[1]]


def test_a_new_seller_needs_little() -> None:
    assert faults(GOOD) == []
    assert [field for field, _ in faults(SellerProfile("", "", "", "", "", "", "", ""))] == [
        "code", "legal_name", "country", "currency", "time_zone", "language", "invoice_prefix", "credit_prefix",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"code": "a b"}, "code", "code_format"),
        ({"country": "XX"}, "country", "unknown_country"),
        ({"currency": "EURO"}, "currency", "unknown_currency"),
        ({"language": "la"}, "language", "not_a_choice"),
        ({"time_zone": "Europe/Gotham"}, "time_zone", "time_zone_unknown"),
        ({"email": "billing@"}, "email", "not_an_email"),
        ({"invoice_prefix": "-F"}, "invoice_prefix", "prefix_format"),
        ({"invoice_prefix": "F/1"}, "invoice_prefix", "prefix_format"),
        ({"credit_prefix": "f"}, "credit_prefix", "duplicate"),  # the invoices' own, but for its case
        ({"tax_numbers": {"ES": "B58378432"}}, "tax_number.ES", "tax_number_format"),
        ({"tax_numbers": {"ES": "FR40303265045"}}, "tax_number.ES", "tax_number_format"),
        ({"banks": {"EUR": BankDetails(iban="ES9121000418450200051333")}}, "iban.EUR", "iban_format"),
        ({"banks": {"EUR": BankDetails(bic="CAIXES")}}, "bic.EUR", "bic_format"),
        ({"banks": {"USD": BankDetails(routing_number="021000022")}}, "routing_number.USD", "routing_number_format"),
        ({"banks": {"GBP": BankDetails(routing_number="20041")}}, "routing_number.GBP", "sort_code_format"),
        ({"banks": {"GBP": BankDetails(account_number="12345")}}, "account_number.GBP", "account_number_format"),
        ({"sepa_creditor_id": "DE97ZZZ09999999999"}, "sepa_creditor_id", "creditor_id_format"),
        ({"late_payment_texts": {"es": "x" * 1001}}, "late_payment_text.es", "too_long"),
        ({"phone": "4111 1111 1111 1111"}, "phone", "card_number"),
        ({"late_payment_texts": {"es": "4111-1111-1111-1111"}}, "late_payment_text.es", "card_number"),
        ({"legal_name": "x" * 201}, "legal_name", "too_long"),
        ({"legal_name": "Norte \u202eL.S"}, "legal_name", "direction_override"),
        ({"city": "Mad\x00rid"}, "city", "control_character"),
    ],
)
def test_a_fault_names_its_field(changes: dict[str, Any], field: str, code: str) -> None:
    assert faults(replace(GOOD, **changes)) == [(field, code)]


def test_numbers_are_stored_in_one_writing() -> None:
    bank = {"EUR": BankDetails("Bank", "es91 2100 0418 4502 0005 1332", "caix es bb xxx"), "USD": BankDetails()}
    form, problems = check(
        replace(GOOD, banks=bank, sepa_creditor_id="de98 zzz0 9999999999", legal_name=" Norte  S.L.")
    )
    assert problems == []
    assert form.banks == {"EUR": BankDetails("Bank", "ES9121000418450200051332", "CAIXESBBXXX")}  # empty details go
    assert form.tax_numbers == {"ES": "ESB58378431"}
    assert (form.sepa_creditor_id, form.legal_name) == ("DE98ZZZ09999999999", "Norte S.L.")


@pytest.mark.parametrize(
    ("given", "country", "stored"),
    [
        ("esb58378431", "ES", "ESB58378431"),
        ("136695976", "DE", "DE136695976"),
        ("40 303 265 045", "FR", "FR40303265045"),
        ("094259216", "GR", "EL094259216"),
        ("980 7806 84", "GB", "GB980780684"),
        ("123456789", "US", "12-3456789"),
        ("CHE-107.787.577 IVA", "CH", "CHE107787577IVA"),
        ("J-123/45", "KW", "J-123/45"),  # a country whose numbers nobody can check
        ("DE136695975", "DE", None),
        ("00-0000000", "US", None),
        ("!", "KW", None),
    ],
)
def test_tax_numbers_by_country(given: str, country: str, stored: str | None) -> None:
    assert numbers.tax_number(given, country) == stored


def test_prefixes_and_country_stay_once_a_number_was_issued() -> None:
    changed = replace(GOOD, invoice_prefix="G", country="PT", tax_numbers={})
    assert faults(changed, current=GOOD) == []
    assert faults(changed, current=GOOD, has_issued=True) == [
        ("country", "fixed_after_number"),
        ("invoice_prefix", "fixed_after_number"),
    ]
    assert faults(replace(GOOD, code="other"), current=GOOD) == [("code", "code_fixed")]


def test_limits_are_those_of_the_columns() -> None:
    columns = Seller.__table__.columns
    assert {name: columns[name].type.length for name in LIMITS} == dict(LIMITS)  # type: ignore[attr-defined]
    assert SellerBank.__table__.columns["bank_name"].type.length == 200  # type: ignore[attr-defined]
