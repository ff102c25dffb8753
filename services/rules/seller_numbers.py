"""The numbers of a selling entity: tax numbers, bank accounts, SEPA creditor ids, each in its canonical writing.

Each function returns the number as it is stored, or None when its form or check digit is wrong.
"""

from __future__ import annotations

import re

from stdnum import bic as stdnum_bic
from stdnum import get_cc_module, luhn
from stdnum import iban as stdnum_iban
from stdnum.eu import vat as eu_vat
from stdnum.iso7064 import mod_97_10
from stdnum.us import ein, rtn

_PREFIXED = frozenset(code.upper() for code in eu_vat.MEMBER_STATES) - {"XI"} | {"GB"}
_PREFIX_OF = {"GR": "EL"}


def tax_number(text: str, country: str) -> str | None:
    """A tax number of a country: VAT number (EU and GB, with its prefix), EIN (US), else the national VAT number.

    A country whose numbers we cannot check takes 4 to 20 letters, digits and separators.
    """
    number = re.sub(r"[\s.]", "", text).upper()
    if country == "US":
        return str(ein.format(number)) if ein.is_valid(number) else None
    module = get_cc_module(country.lower(), "vat")
    if module is None:
        return number if re.fullmatch(r"[A-Z0-9/-]{4,20}", number) else None
    if country not in _PREFIXED:
        return str(module.compact(number)) if module.is_valid(number) else None
    prefix = _PREFIX_OF.get(country, country)
    bare = number.replace("-", "").removeprefix(prefix)
    return f"{prefix}{module.compact(bare)}" if module.is_valid(bare) else None


def iban(text: str) -> str | None:
    """An IBAN (ISO 13616), with the account number's own check digits where its country has them."""
    number = re.sub(r"[\s-]", "", text).upper()
    return number if stdnum_iban.is_valid(number) else None


def bic(text: str) -> str | None:
    """A BIC (ISO 9362) of 8 or 11 characters."""
    number = re.sub(r"\s", "", text).upper()
    return number if stdnum_bic.is_valid(number) else None


def routing_number(text: str) -> str | None:
    """An ABA routing number: nine digits, the last a check digit."""
    number = re.sub(r"[\s-]", "", text)
    return number if rtn.is_valid(number) else None


def sort_code(text: str) -> str | None:
    """A British sort code of six digits, written 20-04-15."""
    number = re.sub(r"[\s-]", "", text)
    return f"{number[:2]}-{number[2:4]}-{number[4:]}" if re.fullmatch(r"[0-9]{6}", number) else None


def account_number(text: str, currency: str) -> str | None:
    """A domestic account number: eight digits for a sort code (shorter ones are filled up), 4 to 17 for an ABA."""
    number = re.sub(r"[\s-]", "", text)
    if currency == "GBP":
        return number.zfill(8) if re.fullmatch(r"[0-9]{6,8}", number) else None
    return number if re.fullmatch(r"[0-9]{4,17}", number) else None


def creditor_id(text: str) -> str | None:
    """A SEPA creditor identifier (EPC262-08): country, check digits, business code, national part.

    The check digits (ISO 7064, mod 97-10) leave the three characters of the business code out.
    """
    number = re.sub(r"[\s-]", "", text).upper()
    found = re.fullmatch(r"([A-Z]{2}[0-9]{2})[A-Z0-9]{3}([A-Z0-9]{1,28})", number)
    if found is None:
        return None
    return number if mod_97_10.is_valid(found[2] + found[1]) else None


def has_card_number(text: str) -> bool:
    """Whether a text holds what looks like a payment card's number: 13 to 19 digits that pass the Luhn check."""
    return any(luhn.is_valid(re.sub(r"[ -]", "", run)) for run in re.findall(r"[0-9](?:[ -]?[0-9]){12,18}", text))
