"""The filters of reports say the same in an address and as a value; a bad address limits nothing."""

from dataclasses import replace
from datetime import date

import pytest

from services.rules.report_filters import NAMES, ReportChoices, ReportFilters, read_params
from services.words.i18n import Words
from services.words.texts import sentence

TODAY = date(2026, 11, 24)
CHOICES = ReportChoices(
    ("EUR", "USD"), (("support", "Remote Support"),), ("DE", "ES"), ((7, "Ana"), (0, "")), ("Energy",), "EUR"
)
FULL = {
    "currency": "USD",
    "product": "support",
    "country": "ES",
    "rep": "0",
    "segment": "Energy",
    "as_of": "2026-10-31",
}


def test_what_is_read_is_said_again() -> None:
    filters, problems = read_params(FULL, CHOICES, today=TODAY)
    assert filters == ReportFilters(date(2026, 10, 31), "USD", False, "support", "ES", 0, "Energy")
    assert problems == ()
    assert filters.params(TODAY) == FULL


def test_without_filters_the_report_is_of_today_and_its_address_bare() -> None:
    filters, problems = read_params({}, CHOICES, today=TODAY)
    assert (filters, problems) == (ReportFilters(TODAY), ())
    assert filters.params(TODAY) == {}


def test_converted_stands_in_place_of_a_currency() -> None:
    filters, _ = read_params({"currency": "converted"}, CHOICES, today=TODAY)
    assert filters == ReportFilters(TODAY, converted=True)
    assert filters.params(TODAY) == {"currency": "converted"}


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("currency", "XXX", "Currency: the address asks for “XXX”, which is not offered to you"),
        ("product", "<b>", "Product: the address asks for “<b>”, which is not offered to you"),
        ("rep", "8", "Sales representative: the address asks for “8”, which is not offered to you"),
        ("rep", "x", "Sales representative: the address asks for “x”, which is not offered to you"),
        ("country", "A" * 300, "Country: the address asks for “AAAA"),
        ("segment", "", "Segment: the address asks for “”"),
        ("as_of", "31/10/2026", "As of: the address asks for “31/10/2026”, which is not a day"),
        ("as_of", "1899-12-31", "As of: 31 Dec 1899 is too long ago. The report is as of today."),
        ("as_of", "2026-11-25", "As of: 25 Nov 2026 is still to come. The report is as of today."),
    ],
)
def test_a_bad_value_is_named_and_limits_nothing(name: str, value: str, said: str) -> None:
    filters, problems = read_params({**FULL, name: value}, CHOICES, today=TODAY)
    assert next(sentence(one, Words("en")) for one in problems).startswith(said)
    kept, _ = read_params({key: text for key, text in FULL.items() if key != name}, CHOICES, today=TODAY)
    assert filters == kept


def test_a_page_takes_only_what_it_can_be_limited_by() -> None:
    filters, _ = read_params(FULL, CHOICES, today=TODAY)
    assert filters.only(NAMES) == filters
    assert filters.only(("country",)) == ReportFilters(date(2026, 10, 31), country="ES")
    assert replace(filters, currency=None, converted=True).only(("rep",)) == ReportFilters(date(2026, 10, 31), rep_id=0)


def test_filters_can_key_a_cache() -> None:
    assert len({ReportFilters(TODAY), ReportFilters(TODAY), ReportFilters(TODAY, currency="EUR")}) == 2
