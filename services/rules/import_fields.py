"""What an import of accounts can fill: our fields, the kind of value each takes, and the headers that suggest it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from services.rules.import_steps import Step


class Kind(StrEnum):
    """How a field's text becomes its value."""

    TEXT = "text"
    COUNTRY = "country"
    CURRENCY = "currency"
    LANGUAGE = "language"
    YES_NO = "yes_no"
    NUMBER = "number"
    NUMBERS = "numbers"
    DAY = "day"
    MEANS = "means"
    SELLER = "seller"
    EMAIL = "email"
    DATE = "date"  # written year first; any other way is asked about
    AMOUNT = "amount"
    INSTANT = "instant"  # written year first; without a zone it is UTC
    INTERVAL = "interval"


@dataclass(frozen=True, slots=True)
class ImportField:
    """A field that rows can fill; `headers`: what its column is usually called, English | Spanish, normalised."""

    name: str
    kind: Kind
    headers: tuple[str, ...]
    is_required: bool = False


def normalised(header: str) -> str:
    """A header for comparing: "N.º de IVA" → "n de iva"; no accents, marks or capitals."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", header) if not unicodedata.combining(c))
    return " ".join(re.sub(r"[^\w]|_", " ", bare.replace("º", "").casefold()).split())


def field_of(name: str, kind: Kind, headers: str, *, is_required: bool = False) -> ImportField:
    """A field with its headers, written one after the other with a bar between them."""
    return ImportField(name, kind, tuple(normalised(header) for header in headers.split("|")), is_required)


# In the order of the screen. A header belongs to the first field that claims it.
_ALL = (
    field_of(
        "code",
        Kind.TEXT,
        "code|account code|customer code|customer number|customer id|account id|account number|symbol|ticker"
        "|código|código de cliente|n.º de cliente|número de cliente|id de cliente|código de cuenta|referencia",
        is_required=True,
    ),
    field_of(
        "legal_name",
        Kind.TEXT,
        "legal name|name|company|company name|account name|customer|customer name|security|organization|organisation"
        "|razón social|nombre|empresa|nombre de la empresa|cliente|nombre del cliente|denominación|denominación social",
        is_required=True,
    ),
    field_of("country", Kind.COUNTRY, "country|country code|nation|país|código de país|nación"),
    field_of("currency", Kind.CURRENCY, "currency|currency code|moneda|divisa"),
    field_of("language", Kind.LANGUAGE, "language|language code|idioma|lengua"),
    field_of(
        "street",
        Kind.TEXT,
        "street|address|address line 1|street address|calle|dirección|domicilio|dirección fiscal",
    ),
    field_of("postal_code", Kind.TEXT, "postal code|zip|zip code|postcode|código postal|cp|c.p."),
    field_of("city", Kind.TEXT, "city|town|locality|ciudad|población|localidad|municipio"),
    field_of("region", Kind.TEXT, "region|state|province|county|state or province|región|provincia|comunidad autónoma"),
    field_of("segment", Kind.TEXT, "segment|sector|industry|gics sector|vertical|segmento|industria|actividad"),
    field_of("seller", Kind.SELLER, "seller|selling entity|entity|entidad vendedora|sociedad vendedora|vendedor"),
    field_of(
        "vat_number", Kind.TEXT, "vat number|vat|vat id|vat no|nif|cif|nif iva|número de iva|n.º de iva|nif de iva"
    ),
    field_of("is_business", Kind.YES_NO, "is business|business|es empresa"),
    field_of(
        "contact_name",
        Kind.TEXT,
        "billing contact|contact|contact name|contacto|contacto de facturación|persona de contacto",
    ),
    field_of(
        "contact_email",
        Kind.EMAIL,
        "billing email|billing e-mail|email|e-mail|contact email|mail|correo|correo electrónico|correo de facturación",
    ),
    field_of("contact_phone", Kind.TEXT, "phone|telephone|contact phone|teléfono|tel"),
    field_of(
        "rep_email",
        Kind.EMAIL,
        "rep|rep email|sales rep|owner|account owner|owner email|sales representative"
        "|comercial|representante|correo del representante",
    ),
    field_of(
        "net_days",
        Kind.NUMBER,
        "net days|payment days|payment terms|terms|días de pago|plazo de pago|vencimiento en días",
    ),
    field_of("end_of_month", Kind.YES_NO, "end of month|fin de mes"),
    field_of("fixed_days", Kind.NUMBERS, "fixed payment days|fixed days|días fijos de pago|días de pago fijos"),
    field_of("payment_means", Kind.MEANS, "payment means|payment method|medio de pago|método de pago|forma de pago"),
    field_of("iban", Kind.TEXT, "iban"),
    field_of("bic", Kind.TEXT, "bic|swift|bic swift"),
    field_of("mandate_reference", Kind.TEXT, "mandate|mandate reference|sepa mandate|mandato|referencia del mandato"),
    field_of("mandate_signed_on", Kind.DAY, "mandate date|mandate signed on|fecha del mandato|firma del mandato"),
    field_of(
        "po_required",
        Kind.YES_NO,
        "po required|purchase order required|orden de compra obligatoria|requiere orden de compra",
    ),
    field_of("supplier_number", Kind.TEXT, "supplier number|vendor number|número de proveedor|n.º de proveedor"),
    field_of("cost_centre", Kind.TEXT, "cost centre|cost center|centro de coste|centro de costes"),
    field_of("leitweg_id", Kind.TEXT, "leitweg id|leitweg"),
    field_of("dir3_office", Kind.TEXT, "dir3 office|oficina contable"),
    field_of("dir3_body", Kind.TEXT, "dir3 body|órgano gestor"),
    field_of("dir3_unit", Kind.TEXT, "dir3 unit|unidad tramitadora"),
    field_of("siret", Kind.TEXT, "siret"),
    field_of("exemption_article", Kind.TEXT, "exemption article|tax exemption|artículo de exención|exención"),
    field_of("exempt_from", Kind.DAY, "exempt from|exento desde|exenta desde"),
    field_of("exempt_until", Kind.DAY, "exempt until|exento hasta|exenta hasta"),
    field_of("co_term_on", Kind.TEXT, "co term date|common date|fecha común"),
)

IMPORT_FIELDS: Mapping[str, ImportField] = {field.name: field for field in _ALL}

# A column of whole addresses fills three fields: "Saint Paul, Minnesota; Detroit, Michigan".
PLACE_HEADERS = frozenset(map(normalised, ("headquarters location", "headquarters", "location", "sede", "ubicación")))
PLACE_STEPS: Mapping[str, tuple[Step, ...]] = {
    "country": (Step.FIRST_OF_SEVERAL, Step.LAST_PART, Step.STRIP_FOOTNOTES, Step.BLANK_IF_NONE, Step.STATE_TO_US),
    "city": (Step.FIRST_OF_SEVERAL, Step.ALL_BUT_LAST_PART),
    "region": (Step.FIRST_OF_SEVERAL, Step.LAST_PART, Step.STRIP_FOOTNOTES, Step.STATE_CODE),
}
