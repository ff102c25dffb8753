"""Texts of imported cells as values: countries by name, yes and no in two languages, days, numbers."""

from datetime import date

import pytest

from services.rules.import_values import convert


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        ("country", "es", "ES"),
        ("country", "Spain", "ES"),
        ("country", "ESPAÑA", "ES"),
        ("country", "Deutschland", "DE"),
        ("country", "Reino Unido", "GB"),
        ("country", "UK", "GB"),
        ("country", "U.S.A.", "US"),
        ("country", "Switzerland", "CH"),
        ("currency", "eur", "EUR"),
        ("currency", "€", "EUR"),
        ("language", "Español", "es"),
        ("language", "en-GB", "en"),
        ("is_business", "Sí", True),
        ("is_business", "FALSE", False),
        ("net_days", "30", 30),
        ("fixed_days", "5, 25", (5, 25)),
        ("mandate_signed_on", "11/04/2026", date(2026, 4, 11)),
        ("mandate_signed_on", "2026-04-11", date(2026, 4, 11)),
        ("payment_means", "Transferencia bancaria", "bank_transfer"),
        ("contact_email", "Ana@Acme.example", "ana@acme.example"),
    ],
)
def test_texts_become_values(field: str, text: str, value: object) -> None:
    assert convert(field, text) == (value, None)


@pytest.mark.parametrize(
    ("field", "text", "code"),
    [
        ("country", "Atlantis", "value_unknown"),
        ("country", "Minnesota", "value_unknown"),
        ("currency", "XXQ", "value_unknown"),
        ("is_business", "perhaps", "not_yes_or_no"),
        ("net_days", "1e3", "not_a_number"),
        ("net_days", "99999999999", "not_a_number"),
        ("mandate_signed_on", "2026-02-30", "not_a_day"),
        ("fixed_days", "5 and 25", "not_a_number"),
    ],
)
def test_other_texts_are_problems_of_their_field(field: str, text: str, code: str) -> None:
    value, problem = convert(field, text)
    assert value is None
    assert problem is not None
    assert (problem.field, problem.code) == (field, code)
