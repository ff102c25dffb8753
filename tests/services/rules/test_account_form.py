"""The form of an account: what is normalised, what is refused, and what stays fixed."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import String

from data.models import Account
from services.rules.account_form import FIELDS, LIMITS, AccountForm, check, columns, differences, search_text, vat_state
from services.rules.account_warnings import warnings
from services.rules.tax import VatState

GOOD = AccountForm(
    code="ACME-1",
    legal_name="Acme Ibérica, S.L.",
    country="ES",
    currency="EUR",
    street="Gran Vía 2",
    postal_code="28013",
    city="Madrid",
    vat_number="ESA58818501",
)


def codes(form: AccountForm, **kwargs: object) -> list[tuple[str, str]]:
    return [(problem.field, problem.code) for problem in check(form, **kwargs)[1]]  # type: ignore[arg-type]


def test_a_good_form_has_no_problems_and_stays_as_it_is() -> None:
    assert check(GOOD) == (GOOD, [])


def test_the_fields_and_their_limits_are_those_of_the_columns() -> None:
    table = Account.__table__.columns
    assert set(FIELDS) <= set(table.keys())
    for name, limit in LIMITS.items():
        kind = table[name].type
        assert isinstance(kind, String) and kind.length == limit, name


def test_blanks_case_and_separators_are_normalised() -> None:
    given = replace(
        GOOD,
        legal_name="  Acme   Ibérica, S.L. ",
        country="es",
        currency="eur",
        vat_number="a-58.818.501",
        iban="es91 2100 0418 4502 0005 1332",
        bic="caixesbbxxx",
        siret="732 829 320 00074",
        fixed_days=(25, 10, 25),
    )
    form, problems = check(given)
    assert problems == []
    assert form == replace(
        GOOD, iban="ES9121000418450200051332", bic="CAIXESBBXXX", siret="73282932000074", fixed_days=(10, 25)
    )


def test_only_code_and_name_are_required() -> None:
    assert codes(AccountForm()) == [("code", "required"), ("legal_name", "required")]


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("legal_name", "A" * 300, "too_long"),
        ("legal_name", "Acme\x00", "control_character"),
        ("legal_name", "Acme \u202eLS", "direction_override"),
        ("street", "4111 1111 1111 1111", "card_number"),
        ("cost_centre", "5500-0000-0000-0004", "card_number"),
        ("code", "=cmd()", "code_characters"),
        ("country", "XX", "unknown_country"),
        ("country", "Spain", "unknown_country"),
        ("currency", "EURO", "unknown_currency"),
        ("language", "xx", "not_a_choice"),
        ("vat_number", "ESA58818502", "vat_wrong_check_digit"),
        ("vat_number", "DE136695976", "vat_wrong_country"),
        ("vat_number", "ESA5881850", "vat_wrong_length"),
        ("net_days", -1, "too_small"),
        ("net_days", 366, "too_large"),
        ("fixed_days", (0,), "payment_days"),
        ("fixed_days", (1, 5, 10, 15, 20), "payment_days"),
        ("co_term_on", "02-29", "day_of_year"),
        ("co_term_on", "13-01", "day_of_year"),
        ("leitweg_id", "991-03730-18", "leitweg_format"),
        ("siret", "73282932000075", "siret_format"),
        ("iban", "ES9121000418450200051333", "iban_format"),
        ("bic", "CAIX", "bic_format"),
        ("payment_means", "cash", "not_a_choice"),
        ("payment_means", "bacs", "means_not_offered"),
        ("payment_means", "check", "means_not_offered"),
        ("exempt_from", date(2026, 1, 1), "required"),
    ],
)
def test_a_wrong_value_is_named_with_its_field(field: str, value: object, code: str) -> None:
    found = codes(replace(GOOD, **{field: value}))  # type: ignore[arg-type]
    expected = "exemption_article" if field == "exempt_from" else field
    assert (expected, code) in found


@pytest.mark.parametrize(
    "name", ["=cmd()", "![x](http://evil.example/x.png)", "Ünïcödé 😀 GmbH", "שלום בע״מ", "<b>Bold</b>"]
)
def test_evil_but_printable_names_are_kept_as_text(name: str) -> None:
    form, problems = check(replace(GOOD, legal_name=name))
    assert (form.legal_name, problems) == (name, [])


def test_a_number_in_another_country_is_checked_as_that_countrys() -> None:
    assert codes(replace(GOOD, country="DE", vat_number="DE136695976")) == []
    assert codes(replace(GOOD, country="US", currency="USD", vat_number="12-3456789")) == []


def test_a_sepa_debit_needs_an_account_in_the_area_and_its_mandate() -> None:
    debit = replace(GOOD, payment_means="sepa_debit")
    assert codes(debit) == [
        ("iban", "needed_for_debit"),
        ("mandate_reference", "needed_for_debit"),
        ("mandate_signed_on", "needed_for_debit"),
    ]
    signed = replace(debit, mandate_reference="M-1", mandate_signed_on=date(2026, 1, 5))
    assert codes(replace(signed, iban="ES9121000418450200051332")) == []
    assert codes(replace(signed, iban="AE070331234567890123456")) == [("iban", "iban_outside_sepa")]
    assert codes(replace(signed, iban="ES9121000418450200051332", currency="USD")) == [
        ("payment_means", "means_not_offered")
    ]
    assert codes(replace(signed, iban="ES9121000418450200051332"), today=date(2026, 1, 4)) == [
        ("mandate_signed_on", "day_in_future")
    ]


def test_dir3_codes_come_as_three() -> None:
    all_three = replace(GOOD, dir3_office="l01280796", dir3_body="L01280796", dir3_unit="LA0000123")
    assert check(all_three)[0].dir3_office == "L01280796"
    assert codes(all_three) == []
    assert codes(replace(all_three, dir3_unit="")) == [("dir3_unit", "required")]


def test_an_exemption_has_its_article_and_first_day() -> None:
    exempt = replace(GOOD, exemption_article="art. 22 LIVA", exempt_from=date(2026, 1, 1))
    assert codes(exempt) == []
    assert codes(replace(exempt, exempt_from=None)) == [("exempt_from", "required")]
    assert codes(replace(exempt, exempt_until=date(2026, 1, 1))) == [("exempt_until", "ends_before_start")]


def test_code_stays_and_country_and_currency_stay_once_invoiced() -> None:
    moved = replace(GOOD, code="OTHER", country="PT", currency="USD", vat_number="")
    assert codes(moved, current=GOOD) == [("code", "code_fixed")]
    assert codes(moved, current=GOOD, is_invoiced=True) == [
        ("code", "code_fixed"),
        ("country", "fixed_after_invoice"),
        ("currency", "fixed_after_invoice"),
    ]


def test_a_number_is_form_only_until_confirmed_where_its_form_is_known() -> None:
    assert vat_state(GOOD) is VatState.FORM_ONLY
    assert vat_state(replace(GOOD, vat_number="")) is VatState.UNCHECKED
    assert vat_state(replace(GOOD, country="US", vat_number="12-3456789")) is VatState.UNCHECKED


@pytest.mark.parametrize(
    ("country", "days", "end_of_month", "fixed", "warned"),
    [
        ("ES", 60, False, (), False),
        ("ES", 61, False, (), True),
        ("ES", 60, True, (), True),  # up to 30 more days
        ("ES", 45, False, (10, 25), False),  # at most 15 more (26th to 10th): 60
        ("ES", 50, False, (10, 25), True),
        ("FR", 60, False, (), False),
        ("FR", 45, True, (), False),  # "45 jours fin de mois"
        ("FR", 60, True, (), True),
        ("DE", 120, True, (), False),
    ],
)
def test_terms_above_the_legal_maximum_are_warned_about_not_refused(
    country: str, days: int, end_of_month: bool, fixed: tuple[int, ...], warned: bool
) -> None:
    form = replace(GOOD, country=country, vat_number="", net_days=days, end_of_month=end_of_month, fixed_days=fixed)
    assert codes(form) == []
    assert [problem.code for problem in warnings(form)] == (["terms_above_legal"] if warned else [])


def test_differences_name_only_what_changed_in_values_json_can_hold() -> None:
    later = replace(GOOD, city="Getafe", mandate_signed_on=date(2026, 1, 5))
    assert differences(columns(GOOD), columns(later)) == (
        {"city": "Madrid", "mandate_signed_on": None},
        {"city": "Getafe", "mandate_signed_on": "2026-01-05"},
    )


def test_the_search_text_is_short_and_in_lower_case() -> None:
    text = search_text(GOOD, ("Ana Ruiz", "ana@acme.example"))
    assert text == "acme ibérica, s.l. acme-1 esa58818501 madrid ana ruiz ana@acme.example"
    assert len(search_text(replace(GOOD, legal_name="A" * 200), ("b" * 254,) * 6)) == 500
