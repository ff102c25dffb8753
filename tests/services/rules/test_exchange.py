"""Amounts of several currencies in one: dated rates, exact sums, cells that add up, and what has no rate."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from data.money import Money, round_half_away
from services.rules.exchange import MOST_DAYS_OLD, DatedRates, DayRate, Part, Unconverted, in_one

FRIDAY, MONDAY = date(2026, 3, 6), date(2026, 3, 9)
RATES = DatedRates(
    "EUR",
    {"USD": [(FRIDAY, Decimal("1.25")), (MONDAY, Decimal("1.6"))], "JPY": [(FRIDAY, Decimal("160"))]},
)


def test_a_rate_is_the_latest_on_or_before_the_day() -> None:
    assert RATES.on("USD", FRIDAY) == DayRate("USD", FRIDAY, Decimal("0.8"))
    assert RATES.on("USD", FRIDAY + timedelta(days=2)) == DayRate("USD", FRIDAY, Decimal("0.8"))
    assert RATES.on("USD", MONDAY) == DayRate("USD", MONDAY, Decimal("0.625"))
    assert RATES.on("EUR", MONDAY) == DayRate("EUR", MONDAY, Decimal(1))


def test_no_rate_is_made_up_before_the_first_or_long_after_the_last() -> None:
    last = MONDAY + timedelta(days=MOST_DAYS_OLD)
    assert RATES.on("USD", FRIDAY - timedelta(days=1)) is None
    assert RATES.on("USD", last) is not None and RATES.on("USD", last + timedelta(days=1)) is None
    assert RATES.on("GBP", MONDAY) is None


def test_into_a_currency_other_than_the_euro_the_older_day_counts() -> None:
    into = DatedRates("USD", RATES.per_euro)
    assert into.on("EUR", MONDAY) == DayRate("EUR", MONDAY, Decimal("1.6"))
    assert into.on("JPY", MONDAY) == DayRate("JPY", FRIDAY, Decimal("0.01"))


def test_each_amount_converts_at_its_own_day() -> None:
    parts = [
        Part("a", "USD", 100_00, FRIDAY),  # 80.00
        Part("a", "USD", 100_00, MONDAY),  # 62.50
        Part("a", "JPY", 1_600, MONDAY),  # ten euros: yen have no cents
        Part("b", "EUR", 1, MONDAY),
    ]
    found = in_one(parts, RATES)
    assert found.amount("a") == Money.of("152.50", "EUR") and found.amount("b") == Money(1, "EUR")
    assert [one.day for one in found.rates if one.currency == "USD"] == [FRIDAY, MONDAY]


def test_what_has_no_rate_is_said_and_in_no_sum() -> None:
    found = in_one([Part("a", "GBP", 500, MONDAY), Part("a", "GBP", 1, MONDAY), Part("a", "EUR", 7, MONDAY)], RATES)
    assert found.missing == (Unconverted("a", MONDAY, Money(501, "GBP")),)
    assert found.amount("a") == Money(7, "EUR")


PARTS = st.lists(
    st.builds(
        Part,
        st.tuples(st.sampled_from("abcd"), st.integers(1, 3)),
        st.sampled_from(("EUR", "USD", "JPY", "GBP")),
        st.integers(-(10**9), 10**9),
        st.sampled_from((FRIDAY, MONDAY, MONDAY + timedelta(days=9))),
    ),
    max_size=30,
)


@given(PARTS)
def test_cells_add_up_to_the_rounded_total_of_their_group(parts: list[Part[tuple[str, int]]]) -> None:
    found = in_one(parts, RATES)
    assert sum(cell.minor for cell in found.cells().values()) == round_half_away(sum(found.exact.values(), Fraction(0)))
    cells = found.cells(lambda what: what[1])
    for group in {what[1] for what in found.exact}:
        exact = [value for what, value in found.exact.items() if what[1] == group]
        shown = [cell.minor for what, cell in cells.items() if what[1] == group]
        assert sum(shown) == round_half_away(sum(exact, Fraction(0)))
    for what, cell in cells.items():
        assert abs(cell.minor - found.exact[what]) < len(found.exact)
    lost = sum(one.amount.minor for one in found.missing)
    assert lost == sum(part.minor for part in parts if part.currency == "GBP")
