"""Which part of an invoice is credited: lines, amounts, and that parts never exceed or miss the whole."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.money import Money
from data.period import Period
from services.errors import Invalid
from services.rules.credits import WHOLE, CreditExceedsLines, CreditScope, credit_lines
from services.rules.derivations import Derivation, Operation
from services.rules.proration import OpenLine, credit_unused

YEAR = Period(date(2026, 1, 1), date(2027, 1, 1))
DAY = date(2026, 7, 1)


def line(line_id: int, minor: int, credited: int = 0) -> OpenLine:
    return OpenLine(line_id, 9, YEAR, Money(minor, "EUR"), Money(credited, "EUR"), seats=10)


def test_the_whole_is_what_is_left_of_every_line() -> None:
    done = credit_lines([line(1, 1000), line(2, 500, 200), line(3, 700, 700)], WHOLE, DAY)
    assert [(one.corrects, one.amount.minor, one.derivation.operation) for one in done] == [
        (1, -1000, Operation.CREDIT_REST),
        (2, -300, Operation.CREDIT_REST),
    ]


def test_an_amount_is_split_over_what_is_left_of_the_chosen_lines() -> None:
    lines = [line(1, 1000), line(2, 500, 200), line(3, 700)]
    done = credit_lines(lines, CreditScope((1, 2), Money(130, "EUR")), DAY)
    assert [(one.corrects, one.amount.minor) for one in done] == [(1, -100), (2, -30)]
    assert {(one.period, one.seats, one.derivation.operation) for one in done} == {
        (Period(DAY, YEAR.end), 0, Operation.CREDIT_PART)
    }


def test_an_amount_that_is_all_of_it_is_the_rest() -> None:
    (done,) = credit_lines([line(1, 1000)], CreditScope(net=Money(1000, "EUR")), DAY)
    assert done.derivation.operation is Operation.CREDIT_REST and done.period == YEAR


@pytest.mark.parametrize("minor", [0, -1])
def test_nothing_is_no_credit(minor: int) -> None:
    with pytest.raises(Invalid):
        credit_lines([line(1, 1000)], CreditScope(net=Money(minor, "EUR")), DAY)


def test_after_the_line_is_over_no_day_is_left() -> None:
    (done,) = credit_lines([line(1, 1000)], CreditScope(net=Money(1, "EUR")), date(2028, 1, 1))
    assert done.period == Period(YEAR.end, YEAR.end) and done.amount.minor == -1


LINES = st.lists(st.tuples(st.integers(1, 10**6), st.integers(0, 10**6)), min_size=1, max_size=6)


@given(LINES, st.integers(1, 10**7))
def test_parts_add_up_and_no_line_is_exceeded(drawn: list[tuple[int, int]], net: int) -> None:
    lines = [line(n, minor, min(credited, minor)) for n, (minor, credited) in enumerate(drawn)]
    left = sum(one.left.minor for one in lines)
    scope = CreditScope(net=Money(net, "EUR"))
    if not left:
        assert credit_lines(lines, scope, DAY) == ()
    elif net > left:
        with pytest.raises(CreditExceedsLines):
            credit_lines(lines, scope, DAY)
    else:
        done = credit_lines(lines, scope, DAY)
        assert sum(-one.amount.minor for one in done) == net
        for one in done:
            assert 0 < -one.amount.minor <= lines[one.corrections[0].line_id].left.minor
            again = Derivation.from_json(one.derivation.to_json())
            assert again.evaluate() == one.amount  # the stored derivation comes to the amount


@given(st.integers(1, 10**6), st.integers(0, 10**6))
def test_a_later_change_credits_no_more_than_the_parts_left(minor: int, credited: int) -> None:
    one = line(1, minor, min(credited, minor))
    assert 0 <= -credit_unused(one, DAY).amount.minor <= one.left.minor
