"""What an account lacks before it can order."""

from dataclasses import replace

from services.rules.account_form import AccountForm
from services.rules.readiness import FIELD_OF, ReadinessFacts, missing
from services.words.labels import FIELDS

READY = ReadinessFacts(
    form=AccountForm(
        code="acme",
        legal_name="Acme",
        seller="es",
        country="ES",
        currency="EUR",
        street="Gran Vía 2",
        postal_code="28013",
        city="Madrid",
    ),
    has_rep_or_team=True,
    has_billing_contact=True,
)


def test_a_complete_account_lacks_nothing() -> None:
    assert missing(READY) == ()


def test_an_empty_account_lacks_everything_that_applies() -> None:
    empty = ReadinessFacts(AccountForm(language=""), has_rep_or_team=False, has_billing_contact=False)
    assert missing(empty) == (
        "legal_name",
        "country",
        "currency",
        "language",
        "street",
        "city",
        "postal_code",
        "seller",
        "rep",
        "billing_contact",
    )


def test_a_state_is_part_of_an_american_address_and_a_postal_code_not_of_every_address() -> None:
    american = replace(READY.form, country="US")
    assert missing(replace(READY, form=american)) == ("region",)
    emirati = replace(READY.form, country="AE", postal_code="")
    assert missing(replace(READY, form=emirati)) == ()


def test_an_incomplete_seller_is_named() -> None:
    assert missing(replace(READY, seller_missing=("bank_details.USD",))) == ("seller_complete",)


def test_every_code_has_a_field_and_a_label() -> None:
    assert set(FIELD_OF) <= set(FIELDS)
