"""The numbers of a selling entity: tax numbers, bank accounts, SEPA creditor ids, each in its canonical writing.

Each function returns the number as it is stored, or None when its form or check digit is wrong.
"""

from __future__ import annotations

import re

from stdnum import bic as stdnum_bic
from stdnum import iban as stdnum_iban
from stdnum.iso7064 import mod_97_10
from stdnum.us import ein, rtn

from services.rules import vat_numbers


def tax_number(text: str, country: str) -> str | None:
    """A tax number of a country: an EIN (US), else its VAT number with its prefix.

    A country whose numbers we know no form of takes 4 to 20 characters as they are.
    """
    if country == "US":
        number = re.sub(r"[\s-]", "", text)
        return str(ein.format(number)) if ein.is_valid(number) else None
    checked = vat_numbers.check(text, country)
    if checked.is_checked:
        return checked.normalised if checked.is_valid else None
    return checked.normalised if re.fullmatch(r"[A-Za-z0-9 ./-]{4,20}", checked.normalised) else None


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
