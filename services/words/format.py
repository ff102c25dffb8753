"""Numbers, money, days and names in the reader's locale."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, tzinfo
from decimal import Decimal
from functools import cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.core import UnknownLocaleError
from babel.dates import format_date, format_datetime
from babel.lists import format_list
from babel.numbers import format_currency, format_decimal, format_percent, get_currency_name

from data.money import Money, exponent
from data.period import Period

LATIN_AMERICA = frozenset(
    ["AR", "BO", "CL", "CO", "CR", "CU", "DO", "EC", "GT", "HN", "MX", "NI", "PA", "PE", "PR", "PY", "SV", "UY", "VE"]
)
# Where a language is at home; elsewhere it is formatted as in the first. Latin America has its own common ground.
_HOMES = {
    "en": ["GB", "US", "CA", "AU", "NZ", "IE"],
    "es": ["ES", "US", *sorted(LATIN_AMERICA)],
    "de": ["DE", "AT", "CH"],
    "fr": ["FR", "BE", "CH", "CA"],
}
_LETTER_MEETS_DIGIT = re.compile(r"(?<=[A-Z])(?=\d)")  # CLDR wants a space there: KWD 1.234


@cache
def locale_of(language: str, region: str = "") -> Locale:
    """The locale that formats: the region's where the language is at home there, else the language's first home.

    English from a Spanish seller reads 1,440.00, not 1.440,00.
    """
    homes = _HOMES[language]
    territory = region if region in homes else homes[0]
    try:
        return Locale(language, territory=territory)
    except UnknownLocaleError:
        return Locale(language, territory=homes[0])


def money(amount: Money, locale: Locale) -> str:
    """1.234.567,50 €, with the currency's own decimals."""
    return _spaced(format_currency(amount.major, amount.currency, locale=locale))


def unit_price(amount: Decimal, currency: str, locale: Locale) -> str:
    """A price in major units of up to 12 places, at least the currency's own: 16.00, 0.0125."""
    if -int(amount.normalize().as_tuple().exponent) <= exponent(currency):
        return _spaced(format_currency(amount, currency, locale=locale))
    exact = format_currency(
        amount.normalize(), currency, locale=locale, currency_digits=False, decimal_quantization=False
    )
    return _spaced(exact)


def _spaced(text: str) -> str:
    return _LETTER_MEETS_DIGIT.sub("\N{NO-BREAK SPACE}", text)


def amount(value: Money, locale: Locale) -> str:
    """The bare figure of a column whose head names the currency: 1.234,50."""
    pattern = "#,##0." + "0" * exponent(value.currency) if exponent(value.currency) else "#,##0"
    text: str = format_decimal(value.major, pattern, locale=locale)
    return text


def number(value: int | Decimal, locale: Locale) -> str:
    """A count or an exact decimal, grouped."""
    text: str = format_decimal(value, locale=locale, decimal_quantization=False)
    return text


def percent(points: Decimal, locale: Locale) -> str:
    """Percentage points: Decimal("21") is 21 %."""
    text: str = format_percent((points / 100).normalize(), locale=locale, decimal_quantization=False)
    return text


def day(value: date, locale: Locale) -> str:
    """11 Apr 2027."""
    text: str = format_date(value, "medium", locale=locale)
    return text


def day_long(value: date, locale: Locale) -> str:
    """11 April 2027."""
    text: str = format_date(value, "long", locale=locale)
    return text


def month(first: date, locale: Locale) -> str:
    """Apr 2027."""
    text: str = format_date(first, "MMM yyyy", locale=locale)
    return text


def month_short(first: date, locale: Locale) -> str:
    """Apr."""
    text: str = format_date(first, "LLL", locale=locale)
    return text


def weekdays(locale: Locale) -> list[str]:
    """Mon to Sun."""
    names = locale.days["stand-alone"]["abbreviated"]
    return [str(names[number]) for number in range(7)]


def period(value: Period, locale: Locale) -> str:
    """As printed, with the last day inside: 11 Apr 2026 – 10 Apr 2027."""
    if value.days <= 1:
        return day(value.start, locale)
    return f"{day(value.start, locale)} – {day(value.last_day, locale)}"


def instant(value: datetime, zone: str | tzinfo, locale: Locale) -> str:
    """An instant (aware, UTC) as local date and time of the zone."""
    local = value.astimezone(ZoneInfo(zone) if isinstance(zone, str) else zone)
    text: str = format_datetime(local.replace(tzinfo=None), "d MMM yyyy, HH:mm", locale=locale)
    return text


def country(code: str, locale: Locale) -> str:
    """The name of an ISO 3166 country; its code where the language has none."""
    return str(locale.territories.get(code, code))


def currency_name(code: str, locale: Locale) -> str:
    """The name of an ISO 4217 currency: euro, US dollar."""
    return str(get_currency_name(code, locale=locale))


def several(items: Iterable[str], locale: Locale) -> str:
    """A, b and c."""
    text: str = format_list(list(items), locale=locale)
    return text
