"""Amounts as they are typed into a form."""

from data.money import Money
from services.errors import Invalid, Problem
from services.rules.amounts import parse_amount


def amount_of(text: str, currency: str, field: str) -> Money:
    """What was typed, with a comma or a point for the decimals. Raises `Invalid` for the field."""
    if not text.strip():
        raise Invalid(Problem(field, "required"))
    try:
        return parse_amount(text, currency)
    except ValueError:
        raise Invalid(Problem(field, "not_a_number")) from None
