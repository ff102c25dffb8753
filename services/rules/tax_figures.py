"""Tax of a month: what is summed of the tax book's entries, and what those have in common that are summed together."""

from enum import StrEnum


class TaxMeasure(StrEnum):
    """How many entries there are, and their sums in minor units: of the documents' currency, and of the seller's."""

    ENTRIES = "entries"
    BASE = "base"
    TAX = "tax"
    SELLER_BASE = "seller_base"
    SELLER_TAX = "seller_tax"


ALIKE = ("seller", "treatment", "country", "rate", "reason", "is_business", "currency", "seller_currency")
TAX_KEY = ("measure", "month", *ALIKE)
