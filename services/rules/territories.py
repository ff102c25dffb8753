"""Territories: parts of a country with a VAT of their own, recognised by postal code (billing rules §9)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

# Directive 2006/112/EC, articles 6 and 7. Patterns match the postal code without blanks and country prefix.
_OUTSIDE: Mapping[str, tuple[tuple[str, str], ...]] = {
    "ES": ((r"(35|38)\d{3}", "canary_islands"), (r"51\d{3}", "ceuta"), (r"52\d{3}", "melilla")),
    "DE": ((r"78266", "busingen"), (r"27498", "helgoland")),
    "FI": ((r"22\d{3}", "aland"),),
    "FR": ((r"97\d{3}|98[4678]\d{2}", "french_overseas"),),
    "IT": ((r"23041", "livigno"), (r"22061", "campione")),
    "GR": ((r"6308[67]", "mount_athos"),),
    "DK": ((r"39\d{2}", "greenland"), (r"FO\d{3}", "faroe_islands")),
    "GB": ((r"(GY|JE)\d.*", "channel_islands"), (r"GX111AA", "gibraltar")),
    "NO": ((r"917\d", "svalbard"), (r"8099", "jan_mayen")),
}
# Inside the VAT area, with a rate of their own that only its residents' suppliers charge: worth a look by finance.
_REGIONAL: Mapping[str, tuple[tuple[str, str], ...]] = {
    "PT": ((r"9[0-4]\d{2}(\d{3})?", "madeira"), (r"9[5-9]\d{2}(\d{3})?", "azores")),
    "AT": ((r"6691|699[123]", "jungholz_mittelberg"),),
    "GB": ((r"BT\d.*", "northern_ireland"),),
}
# Countries of ISO 3166 that belong to another's VAT area.
_AREA: Mapping[str, str] = {"MC": "FR", "IM": "GB", "LI": "CH", "EL": "GR", "XI": "GB"}

_EU = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK"
EU_STATES = frozenset(_EU.split())
_UK_LEFT_ON = date(2021, 1, 1)  # end of the transition period


@dataclass(frozen=True, slots=True)
class Place:
    """Where a buyer is for VAT: the country of the VAT area; `territory` when the address lies outside that area.

    `regional`: an area inside with a rule of its own, for a warning. Northern Ireland counts as Great Britain: its
    protocol covers goods, not services.
    """

    country: str
    territory: str = ""
    regional: str = ""


@lru_cache(maxsize=50_000)
def place(country: str, postal_code: str = "") -> Place:
    """The place of an address; an unknown or empty postal code is the mainland."""
    area = _AREA.get(country, country)
    code = re.sub(r"[\s.\-]", "", postal_code.upper())
    if area != "GB":  # there letters are part of the code
        code = re.sub(rf"^({country}|[DAFEIP]|FIN|AX)(?=\d)", "", code)
    return Place(area, _match(_OUTSIDE, area, code), _match(_REGIONAL, area, code))


def _match(table: Mapping[str, tuple[tuple[str, str], ...]], area: str, code: str) -> str:
    return next((name for pattern, name in table.get(area, ()) if re.fullmatch(pattern, code)), "")


def is_eu(country: str, day: date) -> bool:
    """Whether the country belonged to the Union's VAT area on the day (Great Britain until the end of 2020)."""
    return country in EU_STATES or (country == "GB" and day < _UK_LEFT_ON)
