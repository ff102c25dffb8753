"""Bank details: what is a number of an account, and what is wrong with one that is not."""

import pytest

from services.rules.bank_accounts import check_bic, check_iban, is_sepa


@pytest.mark.parametrize(
    ("text", "normalised", "problem"),
    [
        ("ES91 2100 0418 4502 0005 1332", "ES9121000418450200051332", ""),
        ("IBAN: de89 3704 0044 0532 0130 00", "DE89370400440532013000", ""),
        ("GB29 NWBK 6016 1331 9268 19", "GB29NWBK60161331926819", ""),
        ("FR76-3000-6000-0112-3456-7890-189", "FR7630006000011234567890189", ""),
        ("NO93 8601 1117 947", "NO9386011117947", ""),
        ("", "", "missing"),
        ("DE89 3704 0044 0532 0130 01", "DE89370400440532013001", "wrong_check_digit"),
        ("DE89 3704 0044 0532 0130", "DE893704004405320130", "wrong_length"),
        ("XX89 3704 0044 0532 0130 00", "XX89370400440532013000", "unknown_country"),
        ("4111 1111 1111 1111", "4111111111111111", "wrong_format"),
    ],
)
def test_an_iban_is_checked(text: str, normalised: str, problem: str) -> None:
    found = check_iban(text)
    assert (found.normalised, found.problem, found.is_valid) == (normalised, problem, not problem)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("CAIXESBBXXX", ""),
        ("deutdeff", ""),
        ("", "missing"),
        ("CAIXESB", "wrong_length"),
        ("CAIXZZBB", "unknown_country"),
        ("CAIX1SBB", "wrong_format"),
    ],
)
def test_a_bic_is_checked(text: str, problem: str) -> None:
    found = check_bic(text)
    assert (found.problem, found.is_valid) == (problem, not problem)


def test_sepa_reaches_its_own_countries() -> None:
    assert is_sepa("ES9121000418450200051332") and is_sepa("GB29NWBK60161331926819")
    assert not is_sepa("US") and not is_sepa("TR330006100519786457841326")
