"""Territories: parts of a country with a VAT of their own (billing rules §9)."""

import pytest

from services.rules.territories import is_eu, place
from tests.services.rules.makers import day


@pytest.mark.parametrize(
    ("country", "postal_code", "territory"),
    [
        ("ES", "35001", "canary_islands"),
        ("ES", "38 670", "canary_islands"),
        ("ES", "E-35001", "canary_islands"),
        ("ES", "51001", "ceuta"),
        ("ES", "52006", "melilla"),
        ("ES", "28001", ""),
        ("DE", "78266", "busingen"),
        ("DE", "D-27498", "helgoland"),
        ("DE", "78267", ""),
        ("FI", "22100", "aland"),
        ("FI", "FIN-22100", "aland"),
        ("FI", "00100", ""),
        ("FR", "97110", "french_overseas"),
        ("FR", "97400", "french_overseas"),
        ("FR", "98800", "french_overseas"),
        ("FR", "75001", ""),
        ("MC", "98000", ""),
        ("IT", "23041", "livigno"),
        ("IT", "I-22061", "campione"),
        ("IT", "20121", ""),
        ("GR", "630 86", "mount_athos"),
        ("DK", "3900", "greenland"),
        ("DK", "DK-2100", ""),
        ("GB", "JE2 3AB", "channel_islands"),
        ("GB", "BT1 5GS", ""),
        ("GB", "E1 6AN", ""),
        ("NO", "9171", "svalbard"),
        ("US", "35001", ""),
        ("ES", "", ""),
        ("ES", "unknown", ""),
    ],
)
def test_territories_are_known_by_their_postal_code(country: str, postal_code: str, territory: str) -> None:
    assert place(country, postal_code).territory == territory


def test_places_inside_with_a_rule_of_their_own_are_remarked() -> None:
    assert place("PT", "9500-150").regional == "azores"
    assert place("AT", "6991").regional == "jungholz_mittelberg"
    assert place("GB", "BT1 5GS").regional == "northern_ireland"
    assert place("PT", "1000-001").regional == ""


def test_great_britain_left_the_union() -> None:
    assert is_eu("GB", day("2020-12-31")) and not is_eu("GB", day("2021-01-01"))
    assert is_eu("HR", day("2026-01-01")) and not is_eu("CH", day("2026-01-01"))
