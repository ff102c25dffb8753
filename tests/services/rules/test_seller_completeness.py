"""What a selling entity lacks, country by country."""

from dataclasses import replace

import pytest

from services.rules.seller_completeness import missing
from services.rules.seller_profile import BankDetails, SellerProfile

IBAN = BankDetails("Banco", iban="ES9121000418450200051332", bic="CAIXESBBXXX")

COMPLETE = {
    "ES": SellerProfile(
        "es", "Norte Software S.L.", "ES", "EUR", "Europe/Madrid", "es", "ES-F", "ES-R",
        street="Calle Mayor 1", postal_code="28013", city="Madrid",
        register_line="Registro Mercantil de Madrid, tomo 1, folio 2, hoja M-3",
        tax_numbers={"ES": "ESB12345674"}, banks={"EUR": IBAN},
        late_payment_texts={"es": "Intereses de demora según la Ley 3/2004."},
    ),
    "DE": SellerProfile(
        "de", "Nord Software GmbH", "DE", "EUR", "Europe/Berlin", "de", "DE-R", "DE-G",
        street="Hauptstr. 1", postal_code="10115", city="Berlin",
        register_line="Amtsgericht Berlin-Charlottenburg, HRB 12345 B",
        tax_numbers={"DE": "DE136695976"}, banks={"EUR": IBAN},
        late_payment_texts={"de": "Verzugszinsen nach § 288 BGB."},
    ),
    "FR": SellerProfile(
        "fr", "Logiciels du Nord SAS", "FR", "EUR", "Europe/Paris", "fr", "FR-F", "FR-A",
        street="1 rue de la Paix", postal_code="75002", city="Paris",
        register_line="SAS au capital de 50 000 €, RCS Paris 732 829 320",
        tax_numbers={"FR": "FR44732829320"}, banks={"EUR": IBAN},
        late_payment_texts={"fr": "Pénalités de retard : BCE + 10 points ; indemnité forfaitaire de 40 €."},
    ),
    "GB": SellerProfile(
        "gb", "Northern Software Ltd", "GB", "GBP", "Europe/London", "en", "GB-I", "GB-C",
        street="1 High Street", postal_code="LS1 4DY", city="Leeds",
        register_line="Registered in England and Wales, company number 01234567",
        tax_numbers={"GB": "GB980780684"},
        banks={"GBP": BankDetails("Bank", routing_number="200415", account_number="1")},
        late_payment_texts={"en": "Interest under the Late Payment of Commercial Debts (Interest) Act 1998."},
    ),
    "US": SellerProfile(
        "us", "Northern Software Inc.", "US", "USD", "America/New_York", "en", "US-I", "US-C",
        street="1 Main Street", postal_code="02110", city="Boston", region="MA",
        tax_numbers={"US": "04-1234567"},
        banks={"USD": BankDetails("Bank", routing_number="011000015", account_number="1")},
    ),
}  # fmt: skip


@pytest.mark.parametrize("country", COMPLETE)
def test_a_complete_seller_lacks_nothing(country: str) -> None:
    seller = COMPLETE[country]
    assert missing(seller, seller.currency) == ()


@pytest.mark.parametrize(
    ("country", "changes", "lacks"),
    [
        ("ES", {"legal_name": ""}, "legal_name"),
        ("ES", {"postal_code": ""}, "address"),
        ("ES", {"time_zone": ""}, "time_zone"),
        ("ES", {"tax_numbers": {"FR": "FR44732829320"}}, "tax_number"),  # another country's number does not do
        ("ES", {"register_line": "Inscrita en Madrid"}, "register_line"),
        ("ES", {"late_payment_texts": {"es": "Pague puntualmente."}}, "late_payment_text.es"),
        ("ES", {"late_payment_texts": {"en": "Ley 3/2004"}}, "late_payment_text.es"),
        ("ES", {"credit_prefix": ""}, "series_prefix"),
        ("ES", {"banks": {"EUR": BankDetails(iban="ES9121000418450200051332")}}, "bank_details.EUR"),
        ("DE", {"register_line": ""}, "register_line"),
        ("DE", {"late_payment_texts": {"de": "Es gilt das Gesetz."}}, "late_payment_text.de"),
        ("FR", {"register_line": "RCS Paris 732 829 320"}, "register_line"),  # the capital is left out
        ("FR", {"register_line": "SAS au capital de 50 000 €, RCS Paris"}, "register_line"),  # the SIREN is left out
        ("FR", {"late_payment_texts": {"fr": "Pénalités de retard."}}, "late_payment_text.fr"),  # without the 40 €
        ("GB", {"register_line": "Registered in England"}, "register_line"),
        ("GB", {"late_payment_texts": {}}, "late_payment_text.en"),
        ("US", {"region": ""}, "state"),
        ("US", {"tax_numbers": {}}, "tax_number"),
    ],
)
def test_one_lack_is_named(country: str, changes: dict[str, object], lacks: str) -> None:
    seller = COMPLETE[country]
    assert missing(replace(seller, **changes), seller.currency) == (lacks,)  # type: ignore[arg-type]


def test_bank_details_are_asked_for_the_currency_of_the_document() -> None:
    assert missing(COMPLETE["ES"], "USD") == ("bank_details.USD",)


def test_routing_numbers_do_only_where_the_currency_has_them() -> None:
    routing = BankDetails(routing_number="011000015", account_number="1")
    assert missing(replace(COMPLETE["ES"], banks={"EUR": routing}), "EUR") == ("bank_details.EUR",)
    assert missing(replace(COMPLETE["ES"], banks={"USD": routing}), "USD") == ()


def test_a_second_language_must_name_the_law_too() -> None:
    texts = {"es": "Ley 3/2004", "en": "Please pay."}
    assert missing(replace(COMPLETE["ES"], late_payment_texts=texts), "EUR") == ("late_payment_text.en",)
