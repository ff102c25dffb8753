"""Bank details of customers: IBAN and BIC; the Single Euro Payments Area."""

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


def is_sepa(iban: str) -> bool:
    """Whether the account can be reached by SEPA: by the country of its IBAN."""
    return iban[:2] in SEPA
