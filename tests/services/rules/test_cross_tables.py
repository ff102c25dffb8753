"""Cross tables: every total is the sum of what is shown; currencies have no sum."""

from hypothesis import given
from hypothesis import strategies as st

from data.money import Money
from services.rules.cross_tables import Cell, lines

CELLS = st.dictionaries(
    st.builds(Cell, st.sampled_from("abc"), st.sampled_from("xyz"), st.sampled_from(("EUR", "USD", "JPY"))),
    st.integers(-(10**12), 10**12),
    max_size=27,
)


@given(CELLS)
def test_rows_columns_and_totals_tie(cells: dict[Cell, int]) -> None:
    found = lines(cells)
    for currency in {cell.currency for cell in cells}:
        whole = sum(minor for cell, minor in cells.items() if cell.currency == currency)
        rows = [line for line in found if line.row is not None]
        (totals,) = [line for line in found if line.row is None and line.currency in (None, currency)]
        of_columns = [amount for amount in totals.amounts.values() if amount.currency == currency]
        of_rows = [amount for line in rows for amount in line.amounts.values() if amount.currency == currency]
        assert Money.total(of_columns, currency).minor == Money.total(of_rows, currency).minor == whole
        if totals.currency:
            sums = [line.total for line in rows if line.currency == currency and line.total]
            assert totals.total == Money.total(sums, currency) == Money(whole, currency)


def test_currencies_in_columns_stand_side_by_side_without_a_total() -> None:
    cells = {Cell("a", "EUR", "EUR"): 1, Cell("a", "USD", "USD"): 2, Cell("b", "USD", "USD"): 3}
    first, second, totals = lines(cells)
    assert first.amounts == {"EUR": Money(1, "EUR"), "USD": Money(2, "USD")} and first.total is None
    assert second.amounts == {"USD": Money(3, "USD")}
    assert totals.row is None and totals.amounts == {"EUR": Money(1, "EUR"), "USD": Money(5, "USD")}


def test_one_currency_has_totals_whatever_stands_in_the_columns() -> None:
    first, totals = lines({Cell("a", "EUR", "EUR"): 1})
    assert first.total == totals.total == Money(1, "EUR")
