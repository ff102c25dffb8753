"""How tax is named and what a document must say about it, in the reader's language and the seller's."""

from __future__ import annotations

from collections.abc import Mapping

from services.words.format import LATIN_AMERICA
from services.words.i18n import N_, Words

# Mentions are prescribed wording: they exist in every seller's language, not only in the portal's two.
MENTIONS: Mapping[str, Mapping[str, str]] = {
    "reverse_charge": {
        "en": "Reverse charge: VAT to be accounted for by the recipient (Article 196 of Directive 2006/112/EC)",
        "es": "Inversión del sujeto pasivo (artículo 196 de la Directiva 2006/112/CE)",
        "de": "Steuerschuldnerschaft des Leistungsempfängers (Art. 196 Richtlinie 2006/112/EG)",
        "fr": "Autoliquidation (article 196 de la directive 2006/112/CE)",
    },
    "out_of_scope": {
        "en": "Outside the scope of VAT under the place-of-supply rules",
        "es": "Operación no sujeta por reglas de localización",
        "de": "Nicht steuerbare Leistung nach den Regeln über den Leistungsort",
        "fr": "Opération hors du champ d’application de la TVA selon les règles de territorialité",
    },
    "exempt": {
        "en": "Exempt from VAT: {article}",
        "es": "Operación exenta de IVA: {article}",
        "de": "Steuerfreie Leistung: {article}",
        "fr": "Exonération de TVA : {article}",
    },
    "not_calculated": {
        "en": "Tax not calculated",
        "es": "Impuesto no calculado",
        "de": "Steuer nicht berechnet",
        "fr": "Taxe non calculée",
    },
}

# The national article goes with the seller's own law (DE: § 3a UStG, FR: art. 259-1 CGI, ES: arts. 69 y 70 LIVA).
_NATIONAL: Mapping[tuple[str, str], str] = {
    ("out_of_scope", "ES"): " (arts. 69 y 70 LIVA)",
    ("out_of_scope", "DE"): " (§ 3a Abs. 2 UStG)",
    ("out_of_scope", "FR"): " (art. 259-1 du CGI)",
}
_LANGUAGE_OF = {"ES": "es", "DE": "de", "AT": "de", "FR": "fr", **dict.fromkeys(LATIN_AMERICA, "es")}

# Countries whose companies are known by a VAT number: the EU, Northern Ireland, and neighbours that call it so.
_VAT_NUMBERS = frozenset(
    [
        "AT",
        "BE",
        "BG",
        "CH",
        "CY",
        "CZ",
        "DE",
        "DK",
        "EE",
        "ES",
        "FI",
        "FR",
        "GB",
        "GR",
        "HR",
        "HU",
        "IE",
        "IT",
        "LI",
        "LT",
        "LU",
        "LV",
        "MT",
        "NL",
        "NO",
        "PL",
        "PT",
        "RO",
        "SE",
        "SI",
        "SK",
        "XI",
    ]
)

# What a treatment is called in a table, where a rate of 0 % would not tell why.
TREATMENTS: Mapping[str, str] = {
    "reverse_charge": N_("Reverse charge"),
    "out_of_scope": N_("Out of scope"),
    "exempt": N_("Exempt"),
    "not_calculated": N_("Tax not calculated"),
}


def mention(treatment: str, language: str, *, seller_country: str, article: str = "") -> str:
    """The prescribed mention of a treatment in a language; empty for plain taxed lines."""
    texts = MENTIONS.get(treatment)
    if texts is None:
        return ""
    text = texts.get(language, texts["en"]).format(article=article or "–")
    home = _LANGUAGE_OF.get(seller_country)
    return text + (_NATIONAL.get((treatment, seller_country), "") if home == language else "")


def mentions(treatment: str, words: Words, *, seller_country: str, article: str = "") -> tuple[str, ...]:
    """The mention in the document's language and, where it is another, in the seller's (billing rules §9)."""
    languages = dict.fromkeys((words.language, _LANGUAGE_OF.get(seller_country, "en")))
    texts = (mention(treatment, each, seller_country=seller_country, article=article) for each in languages)
    return tuple(text for text in texts if text)


def tax_name(country: str, words: Words) -> str:
    """VAT, or tax where the country has none of that name."""
    return words.t("Tax") if country in {"US", ""} else words.t("VAT")


def treatment_name(treatment: str, words: Words) -> str:
    """Reverse charge, exempt …; empty for plain taxed lines."""
    known = TREATMENTS.get(treatment)
    return words.t(known) if known else ""


def tax_number_name(country: str, words: Words) -> str:
    """What a country's tax number is called: NIF on Spanish papers, VAT number in Europe, tax number elsewhere."""
    if country == "ES" and words.language == "es":
        return words.t("NIF")
    if country == "US":
        return words.t("Tax ID (EIN)")
    return words.t("VAT number") if country in _VAT_NUMBERS else words.t("Tax number")
