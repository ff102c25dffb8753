"""Amounts as people and banks write them, read exactly."""

import re
from decimal import Decimal

from data.money import InexactAmount, Money, exponent

_BLANKS = re.compile("[\\s\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}'’]")
_FIGURES = re.compile(r"[+-]?[0-9][0-9.,]*")


def parse_amount(text: str, currency: str) -> Money:
    """An amount in major units with a comma or a point before its decimals: 1,234.50 · 1.234,50 · 1234,5 · -3.

    A lone mark with three figures behind it separates thousands, unless the currency has three decimals.
    Raises ValueError (also `InexactAmount`) for anything else.
    """
    digits = _BLANKS.sub("", text)
    if len(digits) > 30 or not _FIGURES.fullmatch(digits):
        raise InexactAmount(text[:30])
    comma, point = digits.rfind(","), digits.rfind(".")
    if comma >= 0 and point >= 0:
        decimal_mark = "," if comma > point else "."
    else:
        mark = "," if comma >= 0 else "."
        tail = digits.rpartition(mark)[2]
        is_thousands = digits.count(mark) > 1 or (mark in digits and len(tail) == 3 != exponent(currency))
        decimal_mark = "" if is_thousands else mark
    if decimal_mark and digits.count(decimal_mark) > 1:
        raise InexactAmount(text)
    for mark in ",.":
        if mark != decimal_mark:
            digits = digits.replace(mark, "")
    return Money.of(Decimal(digits.replace(",", ".")), currency)
