"""VAT numbers: normalised and checked by form and check digit, without asking anybody (billing rules §9)."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from stdnum import get_cc_module
from stdnum.ch import uid
from stdnum.exceptions import InvalidChecksum, InvalidComponent, InvalidFormat, InvalidLength, ValidationError
from stdnum.no import mva, orgnr

from services.rules.territories import EU_STATES

_CHECKED = EU_STATES | {"GB", "CH", "NO"}
_PREFIX: Mapping[str, str] = {"GR": "EL", "CH": "CHE"}
# Other prefixes a country's numbers are written with, and countries that use a neighbour's numbers.
_ALSO: Mapping[str, tuple[str, ...]] = {"GR": ("GR",), "GB": ("XI",), "CH": ("CH",)}
_SHARED: Mapping[str, str] = {"MC": "FR", "IM": "GB", "LI": "CH", "EL": "GR", "XI": "GB"}
_PREFIXES = (EU_STATES - {"GR"}) | {"EL", "GR", "GB", "XI", "CHE", "NO"}


@dataclass(frozen=True, slots=True)
class VatCheck:
    """A number in its one spelling, with its country's prefix, and what is wrong with it.

    problem: "" · missing · wrong_country · wrong_length · wrong_format · wrong_check_digit · wrong_part.
    `is_checked` is False for a country whose numbers we know no form of: then it is taken as it is, and valid.
    """

    normalised: str
    is_valid: bool
    problem: str = ""
    is_checked: bool = True


def has_vat_number(country: str) -> bool:
    """Whether the country's numbers are known to us: the states of the Union, GB, CH and NO."""
    return _SHARED.get(country, country) in _CHECKED


def check(number: str, country: str) -> VatCheck:
    """The number as one of the country, with or without its prefix."""
    compact = re.sub(r"[\s.,/\-\u2010-\u2015\u2212]", "", unicodedata.normalize("NFKC", number)).upper()
    if not compact:
        return VatCheck("", False, "missing")
    home = _SHARED.get(country, country)
    if home not in _CHECKED:
        return VatCheck(" ".join(number.split()), True, is_checked=False)
    prefix, national = _split(compact, home)
    problem = _problem(national, home, prefix)
    if problem and _foreign(compact, home):
        problem = "wrong_country"
    if problem:
        return VatCheck(compact, False, problem)
    return VatCheck(_normalised(national, home, prefix), True)


def _split(compact: str, country: str) -> tuple[str, str]:
    own = _PREFIX.get(country, country)
    for prefix in (own, *_ALSO.get(country, ())):
        if compact.startswith(prefix):
            return (own if prefix in ("GR", "CH") else prefix), compact.removeprefix(prefix)
    return own, compact


def _foreign(compact: str, country: str) -> bool:
    own = {_PREFIX.get(country, country), *_ALSO.get(country, ())}
    return any(compact.startswith(prefix) and compact[len(prefix) :][:1] for prefix in _PREFIXES - own)


def _problem(national: str, country: str, prefix: str) -> str:
    if national.startswith((prefix, country)):  # the prefix written twice
        return "wrong_format"
    try:
        _check_national(national, country)
    except InvalidLength:
        return "wrong_length"
    except InvalidChecksum:
        return "wrong_check_digit"
    except InvalidComponent:
        return "wrong_part"
    except InvalidFormat:
        return "wrong_format"
    except ValidationError:
        return "wrong_format"
    return ""


def _check_swiss(national: str) -> None:
    uid.validate("CHE" + re.sub(r"(MWST|TVA|IVA|TPV)$", "", national))


def _check_norwegian(national: str) -> None:
    orgnr.validate(national.removesuffix("MVA"))


_OWN_CHECKS: Mapping[str, Callable[[str], None]] = {"CH": _check_swiss, "NO": _check_norwegian}


def _check_national(national: str, country: str) -> None:
    if country in _OWN_CHECKS:
        _OWN_CHECKS[country](national)
        return
    _module(country).validate(national)


def _normalised(national: str, country: str, prefix: str) -> str:
    if country == "CH":
        suffix = re.search(r"(MWST|TVA|IVA|TPV)$", national)
        return f"CHE{uid.compact('CHE' + national)[3:12]}{suffix[0] if suffix else 'MWST'}"
    if country == "NO":
        return f"NO{mva.compact(national).removesuffix('MVA')}MVA"
    return prefix + str(_module(country).compact(national))


@cache
def _module(country: str) -> Any:
    return get_cc_module(country.lower(), "vat")
