"""Bank details: IBAN and BIC, ABA routing numbers, British sort codes; the Single Euro Payments Area."""

import re
import unicodedata
from dataclasses import dataclass

from schwifty import BIC, IBAN
from schwifty.exceptions import (
    InvalidChecksumDigits,
    InvalidCountryCode,
    InvalidLength,
    SchwiftyException,
)

from services.rules.countries import SEPA

_ABA_WEIGHTS = (3, 7, 1, 3, 7, 1, 3, 7, 1)
# The first two digits name the Federal Reserve district (00-12), thrift (21-32), electronic (61-72) or cheque (80).
_ABA_DISTRICTS = frozenset([*range(13), *range(21, 33), *range(61, 73), 80])


@dataclass(frozen=True, slots=True)
class BankCheck:
    """A number in its stored spelling and what is wrong with it.

    problem: "" · missing · unknown_country · wrong_length · wrong_format · wrong_check_digit.
    """

    normalised: str
    is_valid: bool
    problem: str = ""


def _compact(text: str) -> str:
    return re.sub(r"[\s.\-\u2010-\u2015]", "", unicodedata.normalize("NFKC", text)).upper()


def check_iban(text: str) -> BankCheck:
    """An IBAN: country, length, structure and check digits."""
    number = _compact(text).removeprefix("IBAN").lstrip(":")
    if not number:
        return BankCheck("", False, "missing")
    try:
        IBAN(number)  # not the national check digits: banks issued accounts before those rules
    except InvalidCountryCode:
        return BankCheck(number, False, "unknown_country")
    except InvalidLength:
        return BankCheck(number, False, "wrong_length")
    except InvalidChecksumDigits:
        return BankCheck(number, False, "wrong_check_digit")
    except SchwiftyException:
        return BankCheck(number, False, "wrong_format")
    return BankCheck(number, True)


def check_bic(text: str) -> BankCheck:
    """A BIC of 8 or 11 characters in an existing country."""
    code = _compact(text)
    if not code:
        return BankCheck("", False, "missing")
    try:
        BIC(code)
    except InvalidCountryCode:
        return BankCheck(code, False, "unknown_country")
    except InvalidLength:
        return BankCheck(code, False, "wrong_length")
    except SchwiftyException:
        return BankCheck(code, False, "wrong_format")
    return BankCheck(code, True)


def check_aba(text: str) -> BankCheck:
    """An ABA routing number: nine digits of a known district, weighted 3 7 1 to a multiple of ten."""
    number = _compact(text)
    if not number:
        return BankCheck("", False, "missing")
    if not re.fullmatch(r"[0-9]+", number):
        return BankCheck(number, False, "wrong_format")
    if len(number) != len(_ABA_WEIGHTS):
        return BankCheck(number, False, "wrong_length")
    if int(number[:2]) not in _ABA_DISTRICTS:
        return BankCheck(number, False, "wrong_format")
    total = sum(weight * int(digit) for weight, digit in zip(_ABA_WEIGHTS, number, strict=True))
    return BankCheck(number, total % 10 == 0, "" if total % 10 == 0 else "wrong_check_digit")


def check_sort_code(text: str) -> BankCheck:
    """A British sort code: six digits, kept as 12-34-56."""
    number = _compact(text)
    if not number:
        return BankCheck("", False, "missing")
    if not re.fullmatch(r"[0-9]{6}", number):
        return BankCheck(number, False, "wrong_format")
    return BankCheck("-".join((number[:2], number[2:4], number[4:])), True)


def check_account_number(text: str, country: str) -> BankCheck:
    """An account number beside a sort code (GB: eight digits) or a routing number (US: four to seventeen)."""
    number = _compact(text)
    if not number:
        return BankCheck("", False, "missing")
    shape = r"[0-9]{8}" if country == "GB" else r"[0-9]{4,17}"
    is_valid = re.fullmatch(shape, number) is not None
    return BankCheck(number, is_valid, "" if is_valid else "wrong_format")


def is_sepa(iban: str) -> bool:
    """Whether the account can be reached by SEPA: by the country of its IBAN."""
    return iban[:2] in SEPA
