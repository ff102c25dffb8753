"""VAT numbers: one spelling, checked by form and check digit, of the country they are given for."""

import pytest

from services.rules.vat_numbers import check, has_vat_number


@pytest.mark.parametrize(
    ("number", "country", "normalised"),
    [
        ("B58378431", "ES", "ESB58378431"),  # a Spanish NIF with or without its prefix
        ("es b-58.378.431", "ES", "ESB58378431"),
        ("12345678Z", "ES", "ES12345678Z"),
        ("DE 136,695 976", "DE", "DE136695976"),
        ("136695976", "DE", "DE136695976"),
        ("EL 094014201", "GR", "EL094014201"),
        ("GR094014201", "GR", "EL094014201"),
        ("094014201", "GR", "EL094014201"),
        ("FR40303265045", "FR", "FR40303265045"),
        ("FR40303265045", "MC", "FR40303265045"),
        ("IT00743110157", "IT", "IT00743110157"),
        ("ATU13585627", "AT", "ATU13585627"),
        ("BE0428759497", "BE", "BE0428759497"),
        ("NL004495445B01", "NL", "NL004495445B01"),
        ("IE6433435F", "IE", "IE6433435F"),
        ("PL 856-734-62-15", "PL", "PL8567346215"),
        ("PT501964843", "PT", "PT501964843"),
        ("SE123456789701", "SE", "SE123456789701"),
        ("LU15027442", "LU", "LU15027442"),
        ("DK13585628", "DK", "DK13585628"),
        ("FI20774740", "FI", "FI20774740"),
        ("GB980780684", "GB", "GB980780684"),
        ("XI 980 7806 84", "GB", "XI980780684"),
        ("CHE-107.787.577 TVA", "CH", "CHE107787577TVA"),
        ("CHE-107.787.577", "CH", "CHE107787577MWST"),
        ("CHE-107.787.577", "LI", "CHE107787577MWST"),
        ("NO 995 525 828 MVA", "NO", "NO995525828MVA"),
        ("995525828", "NO", "NO995525828MVA"),
        ("ＤＥ１３６６９５９７６", "DE", "DE136695976"),  # full-width
    ],
)
def test_a_number_has_one_spelling(number: str, country: str, normalised: str) -> None:
    found = check(number, country)
    assert (found.normalised, found.is_valid, found.problem, found.is_checked) == (normalised, True, "", True)
    assert check(found.normalised, country).normalised == normalised


@pytest.mark.parametrize(
    ("number", "country", "problem"),
    [
        ("", "DE", "missing"),
        (" - ", "DE", "missing"),
        ("DE136695978", "DE", "wrong_check_digit"),
        ("DE13669597", "DE", "wrong_length"),
        ("DE13669597X", "DE", "wrong_format"),
        ("DE136695976", "AT", "wrong_country"),
        ("ESB58378431", "FR", "wrong_country"),
        ("EL094014201", "DE", "wrong_country"),
        ("CHE107787577", "DE", "wrong_country"),
        ("DEDE136695976", "DE", "wrong_format"),
        ("B58378432", "ES", "wrong_check_digit"),
        ("CHE-107.787.578", "CH", "wrong_check_digit"),
        ("NO995525829MVA", "NO", "wrong_check_digit"),
        ("GB980780685", "GB", "wrong_check_digit"),
        ("IT123", "IT", "wrong_length"),
        ("=cmd()", "ES", "wrong_format"),
        ("\u202eDE136695976", "DE", "wrong_format"),
    ],
)
def test_what_is_wrong_is_named(number: str, country: str, problem: str) -> None:
    found = check(number, country)
    assert (found.is_valid, found.problem) == (False, problem)


def test_a_country_without_a_known_form_takes_any_number() -> None:
    found = check(" 12-3456789 ", "US")
    assert (found.normalised, found.is_valid, found.is_checked) == ("12-3456789", True, False)
    assert not has_vat_number("US")
    assert has_vat_number("ES") and has_vat_number("LI") and has_vat_number("NO")
