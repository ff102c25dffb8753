"""Bills: tax by rate, each charge under the rules of its first day, one currency (billing rules §8, §9)."""

from datetime import date
from decimal import Decimal

import pytest

from data.money import CurrencyMismatch
from services.rules.bills import charge_bill
from services.rules.proration import DueLine, charge
from services.rules.tax import TaxDecision, Treatment
from tests.services.rules.makers import euro, make_price, span


def line(unit: str, start: str, end: str, *, currency: str = "EUR") -> DueLine:
    return charge(make_price(unit, currency=currency), seats=1, period=span(start, end))


def decided(day: date) -> TaxDecision:
    """A rate that rises in the year, and a line that is not taxed."""
    if day.month == 3:
        return TaxDecision(Treatment.REVERSE_CHARGE, "FR", Decimal(0), "eu_business", "reverse_charge")
    return TaxDecision(Treatment.STANDARD, "DE", Decimal(16 if day.month < 7 else 19), "domestic", "")


def test_each_rate_has_its_total_dearest_first() -> None:
    lines = [
        line("7.00", "2026-03-01", "2026-04-01"),
        line("10.00", "2026-06-01", "2026-07-01"),
        line("20.00", "2026-07-01", "2026-08-01"),
        line("7.00", "2026-03-01", "2026-04-01"),
    ]
    bill = charge_bill(list(enumerate(lines)), decided, "EUR")
    assert [(total.rate, total.mention, total.base, total.tax) for total in bill.taxes] == [
        (Decimal(19), "", euro("20.00"), euro("3.80")),
        (Decimal(16), "", euro("10.00"), euro("1.60")),
        (Decimal(0), "reverse_charge", euro("14.00"), euro("0.00")),
    ]
    assert [row.tax for row in bill.lines] == [euro("0.00"), euro("1.60"), euro("3.80"), euro("0.00")]
    assert (bill.subtotal, bill.tax, bill.total) == (euro("44.00"), euro("5.40"), euro("49.40"))


def test_tax_is_rounded_on_the_sum_of_a_rate() -> None:
    lines = [line("0.02", "2026-06-01", "2026-07-01"), line("0.02", "2026-06-01", "2026-07-01")]
    bill = charge_bill(list(enumerate(lines)), decided, "EUR")
    assert bill.tax == euro("0.01")  # 0.0064; each line alone would have none
    assert [row.tax for row in bill.lines] == [euro("0.01"), euro("0.00")]


def test_one_document_has_one_currency() -> None:
    lines = [line("1.00", "2026-06-01", "2026-07-01"), line("1.00", "2026-06-01", "2026-07-01", currency="USD")]
    with pytest.raises(CurrencyMismatch):
        charge_bill(list(enumerate(lines)), decided, "EUR")
