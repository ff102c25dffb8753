"""Payment means by country and currency."""

import pytest

from services.rules.payment_means import payment_means_for


@pytest.mark.parametrize(
    ("country", "currency", "offered"),
    [
        ("ES", "EUR", ["bank_transfer", "sepa_debit"]),
        ("ES", "USD", ["bank_transfer"]),
        ("FR", "EUR", ["bank_transfer", "sepa_debit", "check"]),
        ("GB", "GBP", ["bank_transfer", "bacs"]),
        ("GB", "EUR", ["bank_transfer", "sepa_debit"]),
        ("US", "USD", ["bank_transfer", "ach", "check"]),
        ("MX", "USD", ["bank_transfer"]),
        ("", "", ["bank_transfer"]),
    ],
)
def test_the_means_of_a_country_and_currency(country: str, currency: str, offered: list[str]) -> None:
    assert [means.value for means in payment_means_for(country, currency)] == offered
