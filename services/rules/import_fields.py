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


def _field(name: str, kind: Kind, headers: str, *, is_required: bool = False) -> ImportField:
    return ImportField(name, kind, tuple(normalised(header) for header in headers.split("|")), is_required)


# In the order of the screen. A header belongs to the first field that claims it.
_ALL = (
    _field(
        "code",
        Kind.TEXT,
        "code|account code|customer code|customer number|customer id|account id|account number|symbol|ticker"
        "|código|código de cliente|n.º de cliente|número de cliente|id de cliente|código de cuenta|referencia",
        is_required=True,
    ),
    _field(
        "legal_name",
        Kind.TEXT,
        "legal name|name|company|company name|account name|customer|customer name|security|organization|organisation"
        "|razón social|nombre|empresa|nombre de la empresa|cliente|nombre del cliente|denominación|denominación social",
        is_required=True,
    ),
    _field("country", Kind.COUNTRY, "country|country code|nation|país|código de país|nación"),
    _field("currency", Kind.CURRENCY, "currency|currency code|moneda|divisa"),
    _field("language", Kind.LANGUAGE, "language|language code|idioma|lengua"),
    _field(
        "street",
        Kind.TEXT,
        "street|address|address line 1|street address|calle|dirección|domicilio|dirección fiscal",
    ),
    _field("postal_code", Kind.TEXT, "postal code|zip|zip code|postcode|código postal|cp|c.p."),
    _field("city", Kind.TEXT, "city|town|locality|ciudad|población|localidad|municipio"),
    _field("region", Kind.TEXT, "region|state|province|county|state or province|región|provincia|comunidad autónoma"),
    _field("segment", Kind.TEXT, "segment|sector|industry|gics sector|vertical|segmento|industria|actividad"),
    _field("seller", Kind.SELLER, "seller|selling entity|entity|entidad vendedora|sociedad vendedora|vendedor"),
    _field("vat_number", Kind.TEXT, "vat number|vat|vat id|vat no|nif|cif|nif iva|número de iva|n.º de iva|nif de iva"),
    _field("is_business", Kind.YES_NO, "is business|business|es empresa"),
    _field(
        "contact_name",
        Kind.TEXT,
        "billing contact|contact|contact name|contacto|contacto de facturación|persona de contacto",
    ),
    _field(
        "contact_email",
        Kind.EMAIL,
        "billing email|billing e-mail|email|e-mail|contact email|mail|correo|correo electrónico|correo de facturación",
    ),
    _field("contact_phone", Kind.TEXT, "phone|telephone|contact phone|teléfono|tel"),
    _field(
        "rep_email",
        Kind.EMAIL,
        "rep|rep email|sales rep|owner|account owner|owner email|sales representative"
        "|comercial|representante|correo del representante",
    ),
    _field(
        "net_days",
        Kind.NUMBER,
        "net days|payment days|payment terms|terms|días de pago|plazo de pago|vencimiento en días",
    ),
    _field("end_of_month", Kind.YES_NO, "end of month|fin de mes"),
    _field("fixed_days", Kind.NUMBERS, "fixed payment days|fixed days|días fijos de pago|días de pago fijos"),
    _field("payment_means", Kind.MEANS, "payment means|payment method|medio de pago|método de pago|forma de pago"),
    _field("iban", Kind.TEXT, "iban"),
    _field("bic", Kind.TEXT, "bic|swift|bic swift"),
    _field("mandate_reference", Kind.TEXT, "mandate|mandate reference|sepa mandate|mandato|referencia del mandato"),
    _field("mandate_signed_on", Kind.DAY, "mandate date|mandate signed on|fecha del mandato|firma del mandato"),
    _field(
        "po_required",
        Kind.YES_NO,
        "po required|purchase order required|orden de compra obligatoria|requiere orden de compra",
    ),
    _field("supplier_number", Kind.TEXT, "supplier number|vendor number|número de proveedor|n.º de proveedor"),
    _field("cost_centre", Kind.TEXT, "cost centre|cost center|centro de coste|centro de costes"),
    _field("leitweg_id", Kind.TEXT, "leitweg id|leitweg"),
    _field("dir3_office", Kind.TEXT, "dir3 office|oficina contable"),
    _field("dir3_body", Kind.TEXT, "dir3 body|órgano gestor"),
    _field("dir3_unit", Kind.TEXT, "dir3 unit|unidad tramitadora"),
    _field("siret", Kind.TEXT, "siret"),
    _field("exemption_article", Kind.TEXT, "exemption article|tax exemption|artículo de exención|exención"),
    _field("exempt_from", Kind.DAY, "exempt from|exento desde|exenta desde"),
    _field("exempt_until", Kind.DAY, "exempt until|exento hasta|exenta hasta"),
    _field("co_term_on", Kind.TEXT, "co term date|common date|fecha común"),
)

IMPORT_FIELDS: Mapping[str, ImportField] = {field.name: field for field in _ALL}
REQUIRED = tuple(field.name for field in _ALL if field.is_required)

# A column of whole addresses fills three fields: "Saint Paul, Minnesota; Detroit, Michigan".
PLACE_HEADERS = frozenset(map(normalised, ("headquarters location", "headquarters", "location", "sede", "ubicación")))
PLACE_STEPS: Mapping[str, tuple[Step, ...]] = {
    "country": (Step.FIRST_OF_SEVERAL, Step.LAST_PART, Step.STRIP_FOOTNOTES, Step.BLANK_IF_NONE, Step.STATE_TO_US),
    "city": (Step.FIRST_OF_SEVERAL, Step.ALL_BUT_LAST_PART),
    "region": (Step.FIRST_OF_SEVERAL, Step.LAST_PART, Step.STRIP_FOOTNOTES, Step.STATE_CODE),
}
