"""Bridges: opening, what moved it, and the effect of rates come to closing, to the cent."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from data.money import Money
from services.rules.bridges import bridge
from services.rules.figures import MOVEMENTS, Measure

EXACT = st.fractions(min_value=-(10**8), max_value=10**8, max_denominator=10**4)


@given(EXACT, EXACT, st.dictionaries(st.sampled_from(MOVEMENTS), EXACT), EXACT)
def test_every_bridge_closes(
    opening: Fraction, closing: Fraction, movements: dict[Measure, Fraction], transfers: Fraction
) -> None:
    found = bridge(opening, closing, movements, transfers, "EUR")
    between = [*found.movements.values(), found.transfers, found.currency_effect]
    assert found.opening + Money.total(between, "EUR") == found.closing
    for kind in MOVEMENTS:
        assert abs(found.movements[kind].minor - movements.get(kind, 0)) <= 2
        assert movements.get(kind) or not found.movements[kind]  # what did not happen has no rounding either


def test_what_the_rates_did_is_a_bar_of_its_own() -> None:
    """100.00 in dollars at 0.80, 10.00 more at 0.90, all 110.00 at 1.00 in the end: 80 + 9 + 21 = 110."""
    movements = {Measure.EXPANSION: Fraction(9_00)}
    found = bridge(Fraction(80_00), Fraction(110_00), movements, Fraction(0), "EUR")
    assert found.movements[Measure.EXPANSION] == Money(9_00, "EUR")
    assert found.currency_effect == Money(21_00, "EUR")
