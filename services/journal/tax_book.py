"""The tax book: an entry for each rate of an issued document, and what they add to the sums of the month."""

from collections.abc import Sequence

from data.identity import part_id
from data.money import Money
from services.bulk import Rows, Values, day_text, exact_text
from services.journal.issues import Issue
from services.rules.exchange import converted
from services.rules.recognition import month_of
from services.rules.tax_figures import TaxMeasure

ENTRY = (
    "account_id", "id", "document_id", "seller", "kind", "issued_on", "quarter", "treatment", "country", "rate",
    "reason", "is_business", "currency", "seller_currency", "base_minor", "tax_minor", "seller_base_minor",
    "seller_tax_minor", "mention", "article", "vat_number", "number",
)  # fmt: skip
FIGURES, _MEASURES = "tax_figure_deltas", tuple(measure.value for measure in TaxMeasure)
_LIKE, _MINOR = slice(7, 14), slice(14, 18)  # where an entry has what makes it alike, and what is summed


def in_sellers_currency(issue: Issue) -> list[tuple[Money, Money]]:
    """Base and tax of each rate of the document, converted where its currency is not the seller's (rules §9)."""
    exchange, taxes = issue.details.exchange, issue.bill.taxes
    if exchange is None:
        return [(total.base, total.tax) for total in taxes]

    def exchanged(amount: Money) -> Money:
        return converted(amount, rate=exchange.rate, to=exchange.quote)

    return [(exchanged(total.base), exchanged(total.tax)) for total in taxes]


def entries_of(issue: Issue, document_id: int, converted_taxes: Sequence[tuple[Money, Money]]) -> list[Values]:
    """The entries of a document in the order of its taxes, all but the number, which comes last."""
    day, parties = issue.issued_on, issue.parties
    own = (document_id, issue.seller, issue.kind.value, day_text(day), day.year * 10 + (day.month + 2) // 3)
    entries: list[Values] = []
    for position, (total, (base, tax)) in enumerate(zip(issue.bill.taxes, converted_taxes, strict=True), start=1):
        like = (total.treatment.value, total.country, exact_text(total.rate), total.reason, parties.is_business)
        currencies = (total.base.currency, base.currency)
        amounts = (total.base.minor, total.tax.minor, base.minor, tax.minor)
        printed = (total.mention, total.article, parties.tax_number)
        entry_id = part_id(document_id, position)
        entries.append((issue.account_id, entry_id, *own, *like, *currencies, *amounts, *printed))
    return entries


def add_tax_figures(rows: Rows, issue: Issue, entries: Sequence[Values]) -> None:
    """What a document's entries add to the sums of its month, as deltas that are folded later."""
    sums, month = rows.sums(FIGURES), month_of(issue.issued_on)
    for entry in entries:
        for measure, minor in zip(_MEASURES, (1, *entry[_MINOR]), strict=True):
            sums[measure, month, issue.seller, *entry[_LIKE]] += minor
