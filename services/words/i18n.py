"""The words of a language: gettext over our own catalogs, compiled in memory, with values put in by type."""

from __future__ import annotations

import gettext
import io
import string
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from decimal import Decimal
from functools import cache
from pathlib import Path

from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from data.money import Money
from data.period import Period
from services.words import format as fmt

LANGUAGES = ("en", "es")
_CATALOGS = Path(__file__).with_name("locale")


def N_(text: str) -> str:
    """Marks a text for translation where it stands; it is translated where it is used."""
    return text


def placeholders(text: str) -> frozenset[str]:
    """The names of a sentence's values: {"seats"} of "{seats} seats"."""
    return frozenset(name for _, name, _, _ in string.Formatter().parse(text) if name)


@dataclass(frozen=True, slots=True)
class Words:
    """How one reader is spoken to: `language` 'en' or 'es', and the country whose usage decides (es-ES, es-419, en-US).

    `t` and `tn` take the English sentence as key; a text without translation stays English. Values are put in by type:
    Money, date, datetime, Period, Decimal and int in the reader's locale, lists joined ("a, b and c"), strings as they
    are (a year is passed as a string). Braces in a text without values stay as they are.
    """

    language: str = "en"
    region: str = ""

    @property
    def locale(self) -> Locale:
        """The Babel locale that formats."""
        return fmt.locale_of(self.language, self.region)

    def t(self, msgid: str, /, **values: object) -> str:
        """The sentence in this language, with its values."""
        text = _translations(self.language, self.region in fmt.LATIN_AMERICA).gettext(msgid) if msgid else ""
        return _Values(self).vformat(text, (), values) if values else text

    def tn(self, singular: str, plural: str, n: int, /, **values: object) -> str:
        """The sentence for a count, which is also the value `n`."""
        text = _translations(self.language, self.region in fmt.LATIN_AMERICA).ngettext(singular, plural, n)
        return _Values(self).vformat(text, (), {"n": n, **values})

    def value(self, value: object) -> str:
        """One value by its type."""
        if isinstance(value, str):
            return str(value)
        if isinstance(value, Money):
            return self.money(value)
        if isinstance(value, bool):
            return self.t("yes") if value else self.t("no")
        if isinstance(value, int | Decimal):
            return self.number(value)
        if isinstance(value, datetime):
            return self.instant(value)
        if isinstance(value, date):
            return self.day(value)
        if isinstance(value, Period):
            return self.period(value)
        if isinstance(value, Sequence | frozenset | set):
            items = sorted(value, key=str) if isinstance(value, frozenset | set) else value
            return self.several([self.value(item) for item in items])
        return "" if value is None else str(value)

    def money(self, amount: Money) -> str:
        """1.234.567,50 €."""
        return fmt.money(amount, self.locale)

    def amount(self, amount: Money) -> str:
        """The bare figure of a column whose head names the currency."""
        return fmt.amount(amount, self.locale)

    def unit_price(self, amount: Decimal, currency: str) -> str:
        """A price in major units, as fine as it is."""
        return fmt.unit_price(amount, currency, self.locale)

    def number(self, value: int | Decimal) -> str:
        """1.234.567."""
        return fmt.number(value, self.locale)

    def percent(self, points: Decimal) -> str:
        """Percentage points: Decimal("21") is 21 %."""
        return fmt.percent(points, self.locale)

    def day(self, day: date) -> str:
        """11 Apr 2027."""
        return fmt.day(day, self.locale)

    def day_long(self, day: date) -> str:
        """11 April 2027."""
        return fmt.day_long(day, self.locale)

    def month(self, month: int) -> str:
        """A month as it is stored (202704): Apr 2027."""
        return fmt.month(date(month // 100, month % 100, 1), self.locale)

    def month_short(self, month: int) -> str:
        """Apr."""
        return fmt.month_short(date(month // 100, month % 100, 1), self.locale)

    def weekdays(self) -> list[str]:
        """The days of the week, Monday first."""
        return fmt.weekdays(self.locale)

    def period(self, period: Period) -> str:
        """As printed: first and last day."""
        return fmt.period(period, self.locale)

    def instant(self, instant: datetime, zone: str | tzinfo = "UTC") -> str:
        """An aware instant in a zone's local time."""
        return fmt.instant(instant, zone, self.locale)

    def country(self, code: str) -> str:
        """The country's name."""
        return fmt.country(code, self.locale)

    def currency_name(self, code: str) -> str:
        """The currency's name."""
        return fmt.currency_name(code, self.locale)

    def several(self, items: Sequence[str]) -> str:
        """A, b and c."""
        return fmt.several(items, self.locale)


class _Values(string.Formatter):
    """Puts values into a sentence by their type; a format specification, where given, wins."""

    def __init__(self, words: Words) -> None:
        self.words = words

    def format_field(self, value: object, format_spec: str) -> str:
        return format(value, format_spec) if format_spec else self.words.value(value)


@cache
def _translations(language: str, is_latin_american: bool) -> gettext.NullTranslations:
    if language not in LANGUAGES or language == "en":
        return gettext.NullTranslations()
    words = gettext.GNUTranslations(_compiled(language))
    if not is_latin_american or language != "es":
        return words
    local = gettext.GNUTranslations(_compiled("es_419"))
    local.add_fallback(words)
    return local


def _compiled(locale: str) -> io.BytesIO:
    merged = Catalog(locale=locale)
    for path in catalog_files(locale):
        with path.open(encoding="utf-8") as file:
            for message in read_po(file, locale=locale):
                if message.id and not message.fuzzy:
                    merged[message.id] = message
    compiled = io.BytesIO()
    write_mo(compiled, merged)
    compiled.seek(0)
    return compiled


def catalog_files(locale: str = "es") -> list[Path]:
    """The .po files of a locale, one an area of the portal."""
    return sorted((_CATALOGS / locale).glob("*.po"))
