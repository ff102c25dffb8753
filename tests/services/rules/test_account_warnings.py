"""Warnings on an account's form: payment terms above what a country's law allows."""

import pytest

from services.rules.account_form import AccountForm
from services.rules.account_warnings import warnings
from services.rules.payment_terms import Terms


@pytest.mark.parametrize(
    ("country", "terms", "exceeds"),
    [
        ("ES", Terms(60), False),
        ("ES", Terms(61), True),
        ("ES", Terms(30, end_of_month=True), False),  # 30 + 30 at most
        ("ES", Terms(45, end_of_month=True), True),
        ("ES", Terms(60, fixed_days=(25,)), True),  # payment days may not pass it either
        ("ES", Terms(30, fixed_days=(5, 20)), False),
        ("FR", Terms(60), False),
        ("FR", Terms(45, end_of_month=True), False),  # the other form the law allows
        ("FR", Terms(46, end_of_month=True), True),
        ("FR", Terms(61), True),
        ("DE", Terms(180), False),
        ("US", Terms(365, end_of_month=True), False),
    ],
)
def test_terms_above_the_legal_maximum_are_warned_of(country: str, terms: Terms, exceeds: bool) -> None:
    form = AccountForm(
        country=country, net_days=terms.net_days, end_of_month=terms.end_of_month, fixed_days=terms.fixed_days
    )
    assert [problem.code for problem in warnings(form)] == (["terms_above_legal"] if exceeds else [])
