"""What is wrong with a selling entity's form; what is merely missing is `seller_completeness`'s business."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any
from zoneinfo import available_timezones

from data.money import CURRENCIES
from services.errors import Problem
from services.rules import seller_numbers as numbers
from services.rules import text
from services.rules.countries import COUNTRIES
from services.rules.seller_profile import BankDetails, SellerProfile

LANGUAGES = ("de", "en", "es", "fr")  # a seller's own language may be one that the portal does not speak
MOST_LATE_PAYMENT = 1_000

# Characters each text may have; a test holds them against the columns.
LIMITS: Mapping[str, int] = {
    "code": 20,
    "legal_name": 200,
    "time_zone": 60,
    "invoice_prefix": 10,
    "credit_prefix": 10,
    "street": 200,
    "postal_code": 20,
    "city": 200,
    "region": 200,
    "email": 254,
    "phone": 40,
    "register_line": 400,
    "sepa_creditor_id": 35,
}
_REQUIRED = ("code", "legal_name", "country", "currency", "time_zone", "language", "invoice_prefix", "credit_prefix")
_PREFIX = re.compile(r"[A-Z](?:[A-Z0-9-]{0,8}[A-Z0-9])?")
_CODE = re.compile(r"[a-z][a-z0-9-]{0,19}")
_FIXED_ONCE_ISSUED = ("country", "currency", "invoice_prefix", "credit_prefix")


def check(
    form: SellerProfile, *, current: SellerProfile | None = None, has_issued: bool = False
) -> tuple[SellerProfile, list[Problem]]:
    """The form as it will be stored (trimmed, numbers in canonical writing), and its faults.

    `current`: the seller as it is, for an edit: its code stays, and once it `has_issued` a number its country, currency
    and prefixes do too. A fault's field may name its place: `tax_number.ES`, `iban.EUR`, `late_payment_text.fr`. With
    faults the form is for showing, not for storing.
    """
    form = _cleaned(form)
    problems = [*_required(form), *_lines(form), *_identity(form), *_fixed(form, current, has_issued)]
    for part in (_tax_numbers, _banks, _creditor, _texts):
        form, found = part(form)
        problems += found
    return form, problems


def _cleaned(form: SellerProfile) -> SellerProfile:
    texts: dict[str, Any] = {name: text.cleaned(getattr(form, name)) for name in LIMITS}
    texts |= {name: texts[name].upper() for name in ("invoice_prefix", "credit_prefix")}
    return replace(form, **{**texts, "code": texts["code"].lower()})


def _required(form: SellerProfile) -> Iterator[Problem]:
    for name in _REQUIRED:
        if not getattr(form, name):
            yield Problem(name, "required")


def _lines(form: SellerProfile) -> Iterator[Problem]:
    for name, limit in LIMITS.items():
        yield from _line(name, getattr(form, name), limit)


def _line(field: str, line: str, limit: int) -> list[Problem]:
    # a creditor's id may well look like a card number, and has check digits of its own
    check = text.line_problems if field == "sepa_creditor_id" else text.typed_problems
    return check(field, line, limit=limit)


def _identity(form: SellerProfile) -> Iterator[Problem]:
    if form.code and not _CODE.fullmatch(form.code):
        yield Problem("code", "code_format")
    if form.country and form.country not in COUNTRIES:
        yield Problem("country", "unknown_country", {"value": form.country[:20]})
    if form.currency and form.currency not in CURRENCIES:
        yield Problem("currency", "unknown_currency", {"value": form.currency[:20]})
    if form.language and form.language not in LANGUAGES:
        yield Problem("language", "not_a_choice")
    if form.time_zone and form.time_zone not in available_timezones():
        yield Problem("time_zone", "time_zone_unknown", {"value": form.time_zone[:60]})
    if form.email and not text.is_email(form.email):
        yield Problem("email", "not_an_email")
    for name in ("invoice_prefix", "credit_prefix"):
        prefix = getattr(form, name)
        if prefix and not _PREFIX.fullmatch(prefix):
            yield Problem(name, "prefix_format")
    if form.invoice_prefix and form.invoice_prefix == form.credit_prefix:
        yield Problem("credit_prefix", "duplicate", {"value": form.credit_prefix})


def _fixed(form: SellerProfile, current: SellerProfile | None, has_issued: bool) -> Iterator[Problem]:
    if current is None:
        return
    if form.code != current.code:
        yield Problem("code", "code_fixed")
    for name in _FIXED_ONCE_ISSUED if has_issued else ():
        if getattr(form, name) != getattr(current, name):
            yield Problem(name, "fixed_after_number", {"value": getattr(current, name)})


def _tax_numbers(form: SellerProfile) -> tuple[SellerProfile, list[Problem]]:
    stored, problems = {}, []
    for country, given in form.tax_numbers.items():
        if not given.strip():
            continue
        number = numbers.tax_number(given, country)
        if country not in COUNTRIES:
            problems.append(Problem("tax_number", "unknown_country", {"value": country[:20]}))
        elif number is None:
            problems.append(Problem(f"tax_number.{country}", "tax_number_format", {"country": country}))
        else:
            stored[country] = number
    return replace(form, tax_numbers=stored), problems


def _banks(form: SellerProfile) -> tuple[SellerProfile, list[Problem]]:
    stored, problems = {}, []
    for currency, given in form.banks.items():
        if not any((given.bank_name, given.iban, given.bic, given.routing_number, given.account_number)):
            continue
        if currency not in CURRENCIES:
            problems.append(Problem("bank_details", "unknown_currency", {"value": currency[:20]}))
            continue
        stored[currency], found = _bank(currency, given)
        problems += found
    return replace(form, banks=stored), problems


def _bank(currency: str, given: BankDetails) -> tuple[BankDetails, list[Problem]]:
    writings: dict[str, Callable[[str], str | None]] = {
        "iban": numbers.iban,
        "bic": numbers.bic,
        "routing_number": numbers.sort_code if currency == "GBP" else numbers.routing_number,
        "account_number": lambda entered: numbers.account_number(entered, currency),
    }
    codes = {
        "iban": "iban_format",
        "bic": "bic_format",
        "routing_number": "sort_code_format" if currency == "GBP" else "routing_number_format",
        "account_number": "account_number_format",
    }
    stored = {"bank_name": text.cleaned(given.bank_name)}
    problems = _line(f"bank_name.{currency}", stored["bank_name"], 200)
    for name, canonical in writings.items():
        entered = getattr(given, name).strip()
        number = canonical(entered) if entered else ""
        stored[name] = number or ""
        if number is None:
            problems.append(Problem(f"{name}.{currency}", codes[name]))
    return BankDetails(**stored), problems


def _creditor(form: SellerProfile) -> tuple[SellerProfile, list[Problem]]:
    if not form.sepa_creditor_id:
        return form, []
    number = numbers.creditor_id(form.sepa_creditor_id)
    if number is None:
        return form, [Problem("sepa_creditor_id", "creditor_id_format")]
    return replace(form, sepa_creditor_id=number), []


def _texts(form: SellerProfile) -> tuple[SellerProfile, list[Problem]]:
    stored, problems = {}, []
    for language, given in form.late_payment_texts.items():
        entered = " ".join(given.split())  # written over several lines, printed as one paragraph
        if not entered:
            continue
        field = f"late_payment_text.{language}"
        if language not in LANGUAGES:
            problems.append(Problem(field, "not_a_choice"))
        problems += _line(field, entered, MOST_LATE_PAYMENT)
        stored[language] = entered
    return replace(form, late_payment_texts=stored), problems
