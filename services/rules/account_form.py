"""The form of an account, and what is wrong with one: the same check for new accounts, edits and imports."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from typing import Any

from data.money import CURRENCIES
from services.errors import Problem
from services.rules import account_references as references
from services.rules import vat_numbers
from services.rules.bank_accounts import check_bic, check_iban, is_sepa
from services.rules.countries import COUNTRIES
from services.rules.payment_means import PaymentMeans, needed_for, payment_means_for
from services.rules.tax import VatState
from services.rules.text import cleaned, typed_problems

LANGUAGES = ("en", "es")
MOST_NET_DAYS = 365
MOST_FIXED_DAYS = 4
MOST_SEARCHED = 500  # characters; the list's index holds them, and PostgreSQL's entries end at 2,704 bytes

REQUIRED = ("code", "legal_name")

# Characters each text may have; a test holds them against the columns.
LIMITS: Mapping[str, int] = {
    "code": 40,
    "legal_name": 200,
    "segment": 80,
    "street": 200,
    "postal_code": 20,
    "city": 200,
    "region": 200,
    "vat_number": 30,
    "exemption_article": 200,
    "supplier_number": 40,
    "cost_centre": 60,
    "leitweg_id": 60,
    "dir3_office": 20,
    "dir3_body": 20,
    "dir3_unit": 20,
    "siret": 20,
    "iban": 34,
    "bic": 11,
    "mandate_reference": 35,
}


@dataclass(frozen=True, slots=True)
class AccountForm:
    """All that can be entered about an account; fields are named like the account's columns.

    Texts may be empty while the account is incomplete: only `code` and `legal_name` are required (see `readiness`).
    `country`: ISO 3166, `currency`: ISO 4217, `seller`: code of the selling entity. `exempt_from` .. `exempt_until`:
    first day, and the day after the last (empty: no end). `net_days`: 0-365. `fixed_days`: days of the month, up to 4.
    `co_term_on`: MM-DD or None. `mandate_signed_on`: only for a SEPA debit.
    """

    code: str = ""
    legal_name: str = ""
    seller: str | None = None
    segment: str = ""
    country: str = ""
    currency: str = ""
    language: str = "en"
    street: str = ""
    postal_code: str = ""
    city: str = ""
    region: str = ""
    is_business: bool = True
    vat_number: str = ""
    exemption_article: str = ""
    exempt_from: date | None = None
    exempt_until: date | None = None
    net_days: int = 30
    end_of_month: bool = False
    fixed_days: tuple[int, ...] = ()
    co_term_on: str | None = None
    po_required: bool = False
    supplier_number: str = ""
    cost_centre: str = ""
    leitweg_id: str = ""
    dir3_office: str = ""
    dir3_body: str = ""
    dir3_unit: str = ""
    siret: str = ""
    payment_means: str = PaymentMeans.BANK_TRANSFER
    iban: str = ""
    bic: str = ""
    mandate_reference: str = ""
    mandate_signed_on: date | None = None


FIELDS = tuple(field.name for field in fields(AccountForm))


def check(
    form: AccountForm,
    *,
    current: AccountForm | None = None,
    is_invoiced: bool = False,
    today: date | None = None,
) -> tuple[AccountForm, list[Problem]]:
    """The form as it will be stored (trimmed, cleaned, numbers in their canonical writing), and its faults.

    `current`: the account as it is, for an edit; its code stays, and once `is_invoiced` its country and currency do.
    `today`: the day a mandate cannot be signed after. With faults the form is for showing, not for storing.
    """
    form, problems = _cleaned(form)
    if any(len(getattr(form, name)) > limit for name, limit in LIMITS.items()):
        return form, problems  # nothing else is worth saying of a text that long
    for part in (_identity, _tax, _terms, _references, _payment):
        form, found = part(form)
        problems += found
    if today and form.mandate_signed_on and form.mandate_signed_on > today:
        problems.append(Problem("mandate_signed_on", "day_in_future", {"today": today}))
    problems += _fixed(form, current, is_invoiced)
    return form, problems


def columns(form: AccountForm) -> dict[str, Any]:
    """The form as values of the account's columns."""
    return {**asdict(form), "fixed_days": list(form.fixed_days)}


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What changed, as (before, after) of the changed fields only, in values that JSON can hold: for the audit."""
    changed = [name for name in after if before.get(name) != after[name]]
    return {name: _plain(before.get(name)) for name in changed}, {name: _plain(after[name]) for name in changed}


def search_text(form: AccountForm, contacts: tuple[str, ...] = ()) -> str:
    """What the list searches: name, code, VAT number, city and contacts (names, mails), in lower case."""
    words = (form.legal_name, form.code, form.vat_number, form.city, *contacts)
    return " ".join(word for word in words if word).casefold()[:MOST_SEARCHED]


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def vat_state(form: AccountForm) -> VatState:
    """What a check by form and check digit makes of the number, until the tax office is asked (billing rules §9)."""
    is_checked = bool(form.vat_number) and vat_numbers.has_vat_number(form.country)
    return VatState.FORM_ONLY if is_checked else VatState.UNCHECKED


def _cleaned(form: AccountForm) -> tuple[AccountForm, list[Problem]]:
    texts: dict[str, Any] = {name: cleaned(getattr(form, name)) for name in LIMITS}
    texts |= {name: cleaned(getattr(form, name)).upper() for name in ("country", "currency")}
    problems: list[Problem] = []
    for name, limit in LIMITS.items():
        problems += typed_problems(name, texts[name], limit=limit, required=name in REQUIRED)
    return replace(form, **texts), problems


def _identity(form: AccountForm) -> tuple[AccountForm, list[Problem]]:
    problems = []
    if form.code and not re.fullmatch(r"\w[\w .&/-]*", form.code):
        problems.append(Problem("code", "code_characters"))
    if form.country and form.country not in COUNTRIES:
        problems.append(Problem("country", "unknown_country", {"value": form.country[:20]}))
    if form.currency and form.currency not in CURRENCIES:
        problems.append(Problem("currency", "unknown_currency", {"value": form.currency[:20]}))
    if form.language not in LANGUAGES:
        problems.append(Problem("language", "not_a_choice"))
    return form, problems


def _tax(form: AccountForm) -> tuple[AccountForm, list[Problem]]:
    problems = []
    if form.vat_number:
        vat = vat_numbers.check(form.vat_number, form.country)
        form = replace(form, vat_number=vat.normalised)
        if not vat.is_valid:
            values = {"value": vat.normalised, "country": form.country}
            problems.append(Problem("vat_number", f"vat_{vat.problem}", values))
    if (form.exempt_from or form.exempt_until) and not form.exemption_article:
        problems.append(Problem("exemption_article", "required"))
    if form.exemption_article and not form.exempt_from:
        problems.append(Problem("exempt_from", "required"))
    if form.exempt_from and form.exempt_until and form.exempt_until <= form.exempt_from:
        problems.append(Problem("exempt_until", "ends_before_start"))
    return form, problems


def _terms(form: AccountForm) -> tuple[AccountForm, list[Problem]]:
    problems = []
    if form.net_days < 0:
        problems.append(Problem("net_days", "too_small", {"minimum": 0}))
    if form.net_days > MOST_NET_DAYS:
        problems.append(Problem("net_days", "too_large", {"limit": MOST_NET_DAYS}))
    form = replace(form, fixed_days=tuple(sorted(set(form.fixed_days))), co_term_on=form.co_term_on or None)
    if len(form.fixed_days) > MOST_FIXED_DAYS or any(not 1 <= day <= 31 for day in form.fixed_days):
        problems.append(Problem("fixed_days", "payment_days", {"limit": MOST_FIXED_DAYS}))
    if form.co_term_on and not _is_day_of_year(form.co_term_on):
        problems.append(Problem("co_term_on", "day_of_year"))
    return form, problems


def _is_day_of_year(text: str) -> bool:
    try:
        date.fromisoformat(f"2023-{text}")  # not a leap year: 29 February is no common date
    except ValueError:
        return False
    return len(text) == 5


def _references(form: AccountForm) -> tuple[AccountForm, list[Problem]]:
    problems = []
    checks: Mapping[str, Callable[[str], str | None]] = {
        "leitweg_id": references.leitweg_id,
        "dir3_office": references.dir3,
        "dir3_body": references.dir3,
        "dir3_unit": references.dir3,
        "siret": references.siret,
    }
    found: dict[str, Any] = {}
    for name, canonical in checks.items():
        given = getattr(form, name)
        if given and (number := canonical(given)) is None:
            problems.append(Problem(name, f"{name.partition('_')[0]}_format"))
        elif given:
            found[name] = number
    dir3 = {name: getattr(form, name) for name in ("dir3_office", "dir3_body", "dir3_unit")}
    if any(dir3.values()):  # FACe routes by all three
        problems += [Problem(name, "required") for name, value in dir3.items() if not value]
    return replace(form, **found), problems


def _payment(form: AccountForm) -> tuple[AccountForm, list[Problem]]:
    form = replace(form, payment_means=str(form.payment_means or PaymentMeans.BANK_TRANSFER))
    problems = []
    offered = payment_means_for(form.country, form.currency)
    if form.payment_means not in list(PaymentMeans):
        problems.append(Problem("payment_means", "not_a_choice"))
    elif form.payment_means not in offered:
        problems.append(Problem("payment_means", "means_not_offered", {"offered": list(offered)}))
    for name in needed_for(form.payment_means):
        if not getattr(form, name):
            problems.append(Problem(name, "needed_for_debit"))
    if form.iban:
        iban = check_iban(form.iban)
        form = replace(form, iban=iban.normalised)
        if not iban.is_valid:
            problems.append(Problem("iban", "iban_format"))
        elif form.payment_means == PaymentMeans.SEPA_DEBIT and not is_sepa(form.iban):
            problems.append(Problem("iban", "iban_outside_sepa"))
    if form.bic:
        bic = check_bic(form.bic)
        form = replace(form, bic=bic.normalised)
        if not bic.is_valid:
            problems.append(Problem("bic", "bic_format"))
    if form.mandate_reference and not re.fullmatch(r"[A-Za-z0-9+?/:().,'\- ]{1,35}", form.mandate_reference):
        problems.append(Problem("mandate_reference", "mandate_characters"))
    return form, problems


def _fixed(form: AccountForm, current: AccountForm | None, is_invoiced: bool) -> Iterator[Problem]:
    if current is None:
        return
    if form.code != current.code:
        yield Problem("code", "code_fixed")
    for name in ("country", "currency"):
        if is_invoiced and getattr(form, name) != getattr(current, name):
            yield Problem(name, "fixed_after_invoice")
