"""What refuses a row of a book, how days are read, and prices that come to the amount again."""

from datetime import date
from decimal import Decimal

import pytest

from data.money import Money
from data.period import Interval
from services.rules import pricing
from services.rules.import_kinds import Days, ImportKind
from services.rules.import_mapping import Reader, make_map, suggest
from services.rules.import_prices import agreed_price, price_for
from services.rules.import_records import DaysAsked, ask_about_days, records
from services.rules.import_values import convert
from services.rules.pricing import Discount, Price, PriceModel, Tier
from services.rules.tables import Row, make_table


def price(
    unit: str = "16.00", *, interval: Interval = Interval.MONTH, currency: str = "EUR", since: int = 2020
) -> Price:
    tiers = (Tier(None, Decimal(unit)),)
    return Price(since, "pro", currency, interval, PriceModel.PER_SEAT, tiers, 1, date(since, 1, 1), str(since))


@pytest.mark.parametrize(
    ("text", "days", "read"),
    [
        ("2024-04-05", None, date(2024, 4, 5)),
        ("2024/4/5", None, date(2024, 4, 5)),
        ("2024-04-05 00:00:00", None, date(2024, 4, 5)),
        ("2024-04-05", Days.DAY_FIRST, date(2024, 4, 5)),
        ("05/04/2024", Days.DAY_FIRST, date(2024, 4, 5)),
        ("5.4.2024", Days.DAY_FIRST, date(2024, 4, 5)),
        ("05/04/2024", Days.MONTH_FIRST, date(2024, 5, 4)),
        ("45387", Days.EXCEL, date(2024, 4, 5)),
        ("45658", Days.EXCEL, date(2025, 1, 1)),
        ("61", Days.EXCEL, date(1900, 3, 1)),
    ],
)
def test_days_are_read_as_the_file_is_said_to_write_them(text: str, days: Days | None, read: date) -> None:
    assert convert("starts_on", text, days) == (read, None)


@pytest.mark.parametrize(
    ("text", "days", "code"),
    [
        ("05/04/2024", None, "not_so_written"),
        ("45387", None, "not_so_written"),
        ("45387", Days.DAY_FIRST, "not_so_written"),
        ("05/04/2024", Days.EXCEL, "not_so_written"),
        ("45387.5", Days.EXCEL, "not_so_written"),
        ("60", Days.EXCEL, "not_so_written"),
        ("25/12/2024", Days.MONTH_FIRST, "not_a_day"),
        ("2024-02-30", None, "not_a_day"),
        ("tomorrow", Days.DAY_FIRST, "not_so_written"),
        ("5/4/24", Days.DAY_FIRST, "not_so_written"),
    ],
)
def test_what_is_not_so_written_is_a_fault_and_never_a_guess(text: str, days: Days | None, code: str) -> None:
    value, problem = convert("starts_on", text, days)
    assert value is None
    assert problem is not None and problem.code == code


@pytest.mark.parametrize("cell", ["05/04/2024", "25/12/2024", "45387", "5.4.2024", "5 April 2024"])
def test_days_that_could_be_read_otherwise_are_asked_about(cell: str) -> None:
    table = make_table([Row(1, ("Start date", "Id")), Row(2, ("2024-01-05", "a")), Row(5, (cell, "b"))])
    columns = suggest(table.header, ImportKind.SUBSCRIPTIONS)
    reader = Reader(tuple((name, table.header.index(source.column), source, {}) for name, source in columns.sources))
    with pytest.raises(DaysAsked) as asked:
        ask_about_days(table, reader)
    assert (asked.value.field, asked.value.values) == ("starts_on", {"row": 5, "value": cell})
    ask_about_days(table, Reader(reader.parts, Days.DAY_FIRST))


def test_a_map_keeps_how_days_are_written_and_whose_fields_it_maps() -> None:
    columns = make_map(dict(suggest(["Start"], ImportKind.SUBSCRIPTIONS).sources), ImportKind.SUBSCRIPTIONS, Days.EXCEL)
    table = make_table([Row(1, ("Start",)), Row(2, ("45387",))])
    reader = Reader((("starts_on", 0, columns.of("starts_on"), {}),), columns.days)
    (found,) = records(table, reader)
    assert found.values == {"starts_on": date(2024, 4, 5)}
    assert [(note.code, note.values["text"]) for note in found.notes] == [("read_as", "45387")]


@pytest.mark.parametrize(
    ("interval", "seats", "given", "unit", "total"),
    [
        (Interval.MONTH, 14, {"monthly_amount": "2786"}, "199", 2786_00),
        (Interval.YEAR, 14, {"monthly_amount": "2786"}, "2388", 33432_00),
        (Interval.QUARTER, 3, {"monthly_amount": "100.00"}, "100", 300_00),
        (Interval.MONTH, 3, {"period_amount": "100.00"}, "33.333333333333", 100_00),
        (Interval.MONTH, 7, {"period_amount": "0.01"}, "0.001428571429", 1),
        (Interval.MONTH, 999_983, {"period_amount": "1.234.567,89"}, "1.234588878011", 1234567_89),
        (Interval.MONTH, 12, {"unit_amount": "4.125"}, "4.125", 49_50),
        (Interval.MONTH, 12, {"unit_amount": "4,125"}, "4.125", 49_50),
        (Interval.MONTH, 5, {"monthly_amount": "0"}, "0", 0),
        (Interval.MONTH, 2, {"monthly_amount": "32", "period_amount": "32.00"}, None, 32_00),
        (Interval.MONTH, 2, {"monthly_amount": "32"}, None, 32_00),
        (Interval.MONTH, 2, {}, None, 32_00),
    ],
)
def test_a_price_comes_to_the_amount_of_the_file(
    interval: Interval, seats: int, given: dict[str, str], unit: str | None, total: int
) -> None:
    listed = price(interval=interval)
    agreed, problems = agreed_price(listed, seats, given)
    assert problems == ()
    assert agreed is not None
    assert agreed.discount == (Discount(unit_amount=Decimal(unit)) if unit else None)
    assert pricing.amount(listed, seats=seats, discount=agreed.discount) == Money(total, "EUR")


@pytest.mark.parametrize(
    ("given", "field", "code"),
    [
        ({"monthly_amount": "much"}, "monthly_amount", "no_such_amount"),
        ({"monthly_amount": "-5"}, "monthly_amount", "no_such_amount"),
        ({"monthly_amount": "1.005"}, "monthly_amount", None),  # thousands: 1,005
        ({"unit_amount": "1.0000000000001"}, "unit_amount", "no_such_amount"),
        ({"unit_amount": "1,234.5"}, "unit_amount", "no_such_amount"),
        ({"monthly_amount": "30", "period_amount": "32"}, "monthly_amount", "amounts_differ"),
    ],
)
def test_amounts_that_are_none(given: dict[str, str], field: str, code: str | None) -> None:
    _, problems = agreed_price(price(), 2, given)
    assert [(p.field, p.code) for p in problems] == ([(field, code)] if code else [])


def test_the_price_row_is_the_one_of_the_day_or_the_first_after_it() -> None:
    old, new = price("14", since=2022), price("16", since=2024)
    found = lambda day: price_for((old, new), plan="pro", currency="EUR", interval=Interval.MONTH, day=day)  # noqa: E731
    assert found(date(2023, 5, 1)) is old
    assert found(date(2024, 1, 1)) is new
    assert found(date(2020, 1, 1)) is old
