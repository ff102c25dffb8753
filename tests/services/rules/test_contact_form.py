"""The forms of contacts and purchase orders."""

from dataclasses import replace
from datetime import date

import pytest

from data.money import Money
from services.rules import purchase_order_form
from services.rules.contact_form import ContactForm, check
from services.rules.purchase_order_form import PurchaseOrderForm

TODAY = date(2026, 4, 11)
ANA = ContactForm("Ana Ruiz", "ana@acme.example", "+34 600 123 456")


def test_a_contact_is_cleaned_and_its_address_in_lower_case() -> None:
    assert check(replace(ANA, name=" Ana  Ruiz ", email=" Ana@Acme.example ")) == (ANA, [])


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("name", "", "required"),
        ("email", "", "required"),
        ("email", "ana@acme", "not_an_email"),
        ("email", "ana@acme.example, eve@evil.example", "not_an_email"),
        ("email", "ana@acme.example\nBcc: eve@evil.example", "control_character"),
        ("name", "A" * 201, "too_long"),
        ("phone", "4111111111111111", "card_number"),
    ],
)
def test_a_wrong_contact_is_named_with_its_field(field: str, value: str, code: str) -> None:
    problems = check(replace(ANA, **{field: value}))[1]  # type: ignore[arg-type]
    assert [(problem.field, problem.code) for problem in problems] == [(field, code)]


def po_codes(form: PurchaseOrderForm, used: Money | None = None) -> list[tuple[str, str]]:
    problems = purchase_order_form.check(form, currency="EUR", used=used, today=TODAY)[1]
    return [(problem.field, problem.code) for problem in problems]


def test_a_purchase_order_has_a_number_a_day_to_come_and_a_cap_in_the_accounts_currency() -> None:
    assert po_codes(PurchaseOrderForm("PO-1", TODAY, Money.of("100", "EUR"))) == []
    assert po_codes(PurchaseOrderForm("")) == [("po_number", "required")]
    assert po_codes(PurchaseOrderForm("P" * 61)) == [("po_number", "too_long")]
    assert po_codes(PurchaseOrderForm("PO-1", date(2026, 4, 10))) == [("po_expires_on", "day_over")]
    assert po_codes(PurchaseOrderForm("PO-1", cap=Money.of("100", "USD"))) == [("po_cap", "currency_of_account")]
    assert po_codes(PurchaseOrderForm("PO-1", cap=Money.of("0", "EUR"))) == [("po_cap", "above_zero")]


def test_an_edited_purchase_order_may_be_over_but_its_cap_covers_what_was_invoiced() -> None:
    used = Money.of("120", "EUR")
    assert po_codes(PurchaseOrderForm("PO-1", date(2026, 4, 10)), used) == []
    assert po_codes(PurchaseOrderForm("PO-1", cap=Money.of("119.99", "EUR")), used) == [("po_cap", "below_used")]
