"""Texts of an imported cell turned into values of our fields."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

from babel import Locale

from data.money import CURRENCIES
from data.period import Interval
from services.errors import Problem
from services.rules.countries import COUNTRIES
from services.rules.import_fields import Kind, normalised
from services.rules.import_kinds import ANY_FIELD, Days
from services.rules.payment_means import PaymentMeans

_YES = frozenset({"yes", "y", "true", "1", "x", "si", "s", "verdadero"})
_NO = frozenset({"no", "n", "false", "0", "falso"})
_MORE_COUNTRIES = {"uk": "GB", "great britain": "GB", "england": "GB", "usa": "US", "u s": "US", "u s a": "US"}
_MORE_COUNTRIES |= {
    "united states of america": "US",
    "ee uu": "US",
    "eeuu": "US",
    "the netherlands": "NL",
    "holland": "NL",
}
_LANGUAGES = {
    "en": "en",
    "english": "en",
    "ingles": "en",
    "es": "es",
    "spanish": "es",
    "espanol": "es",
    "castellano": "es",
}
_DAYS = ("%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%Y/%m/%d")
_YEAR_FIRST = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:[ T]00:00(?::00(?:\.0+)?)?Z?)?")
_YEAR_LAST = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})")
_EXCEL_BEGINS, _EXCEL_DAYS = date(1899, 12, 30), range(61, 80_000)  # from 1 March 1900: before, the count is off
_INTERVALS = {"year": Interval.YEAR, "yearly": Interval.YEAR, "annual": Interval.YEAR, "annually": Interval.YEAR}
_INTERVALS |= {"anual": Interval.YEAR, "ano": Interval.YEAR, "12": Interval.YEAR}
_INTERVALS |= {"month": Interval.MONTH, "monthly": Interval.MONTH, "mensual": Interval.MONTH, "mes": Interval.MONTH}
_INTERVALS |= {"1": Interval.MONTH, "quarter": Interval.QUARTER, "quarterly": Interval.QUARTER, "3": Interval.QUARTER}
_INTERVALS |= {"trimestral": Interval.QUARTER, "trimestre": Interval.QUARTER}


class _Unusable(Exception):
    """The text is no such value: `args[0]` is the problem's code."""


def convert(field: str, text: str, days: Days | None = None) -> tuple[Any, Problem | None]:
    """The field's value from a text that is not empty, or its problem.

    Countries may be ISO codes or names in English, Spanish or their own language; an account's days as 2026-04-11 or
    11/04/2026 (day first), those of a book (Kind.DATE) year first or as `days` says; yes and no in both languages.
    """
    kind = ANY_FIELD[field].kind
    try:
        return _date(text, days) if kind is Kind.DATE else _CONVERT[kind](text), None
    except _Unusable as fault:
        return None, Problem(field, str(fault.args[0]), {"value": text[:60]})


def is_year_first(text: str) -> bool:
    """Whether a day is written so that it can be read in one way only: 2026-04-11."""
    return _YEAR_FIRST.fullmatch(text) is not None


def was_read_as(field: str, text: str) -> bool:
    """Whether a text is no usual way to write its value, so that a reader should know how it was read."""
    kind = ANY_FIELD[field].kind
    return (kind is Kind.COUNTRY and normalised(text) in _MORE_COUNTRIES) or (
        kind is Kind.DATE and not is_year_first(text)
    )


@cache
def countries() -> Mapping[str, str]:
    """Country names (normalised) in English, Spanish, German and French → ISO 3166 code."""
    names = {code.casefold(): code for code in COUNTRIES} | _MORE_COUNTRIES
    for language in ("fr", "de", "es", "en"):
        names |= {
            normalised(str(name)): code for code, name in Locale(language).territories.items() if code in COUNTRIES
        }
    return names


def _country(text: str) -> str:
    return _known(countries(), text)


def _currency(text: str) -> str:
    code = {"€": "EUR", "$": "USD", "US$": "USD", "£": "GBP"}.get(text, text.upper())
    if code not in CURRENCIES:
        raise _Unusable("value_unknown")
    return code


def _language(text: str) -> str:
    return _known(_LANGUAGES, text.partition("-")[0].partition("_")[0])


@cache
def _means() -> Mapping[str, str]:
    own = {normalised(means.value): means.value for means in PaymentMeans}
    more = {"transfer": "bank_transfer", "transferencia": "bank_transfer", "transferencia bancaria": "bank_transfer"}
    more |= {"sepa": "sepa_debit", "direct debit": "sepa_debit", "sepa direct debit": "sepa_debit"}
    more |= {"domiciliacion": "sepa_debit", "adeudo directo sepa": "sepa_debit", "cheque": "check"}
    return own | more


def _known(table: Mapping[str, str], text: str) -> str:
    code = table.get(normalised(text))
    if code is None:
        raise _Unusable("value_unknown")
    return code


def _yes_no(text: str) -> bool:
    word = normalised(text)
    if word not in _YES | _NO:
        raise _Unusable("not_yes_or_no")
    return word in _YES


def _number(text: str) -> int:
    if not re.fullmatch(r"-?\d{1,6}", text):
        raise _Unusable("not_a_number")
    return int(text)


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(_number(part) for part in re.split(r"[,;\s]+", text) if part)


def _day(text: str) -> date:
    for pattern in _DAYS:
        try:
            return datetime.strptime(text, pattern).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    raise _Unusable("not_a_day")


def _date(text: str, days: Days | None) -> date:
    found = _YEAR_FIRST.fullmatch(text)
    if found:
        year, month, day = map(int, found.groups())
    elif days is Days.EXCEL:
        if not text.isdecimal() or int(text) not in _EXCEL_DAYS:
            raise _Unusable("not_so_written")
        return _EXCEL_BEGINS + timedelta(days=int(text))
    else:
        found = _YEAR_LAST.fullmatch(text)
        if found is None or days is None:
            raise _Unusable("not_so_written")
        first, second, year = map(int, found.groups())
        day, month = (first, second) if days is Days.DAY_FIRST else (second, first)
    try:
        return date(year, month, day)
    except ValueError as fault:
        raise _Unusable("not_a_day") from fault


def _instant(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text) if text[:4].isdecimal() and text[4:5] == "-" else None
    except ValueError:
        at = None
    if at is None or not 1 < at.year < 9999:
        raise _Unusable("not_an_instant")
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _interval(text: str) -> Interval:
    found = _INTERVALS.get(normalised(text))
    if found is None:
        raise _Unusable("value_unknown")
    return found


_CONVERT: Mapping[Kind, Callable[[str], Any]] = {
    Kind.TEXT: str,
    Kind.COUNTRY: _country,
    Kind.CURRENCY: _currency,
    Kind.LANGUAGE: _language,
    Kind.YES_NO: _yes_no,
    Kind.NUMBER: _number,
    Kind.NUMBERS: _numbers,
    Kind.DAY: _day,
    Kind.MEANS: lambda text: _known(_means(), text),
    Kind.SELLER: str,
    Kind.EMAIL: str.casefold,
    Kind.AMOUNT: str,
    Kind.INTERVAL: _interval,
    Kind.INSTANT: _instant,
}
