"""The small print of a document: tax mentions, exchange rate, nature of the supply, late payment."""

from __future__ import annotations

from services.documents.facts import DocumentFacts, DocumentKind
from services.words.i18n import Words
from services.words.taxes import mentions


def mention_notes(facts: DocumentFacts, words: Words) -> list[str]:
    """The prescribed tax mentions, in the document's language and the seller's, each once."""
    home = facts.seller.address.country
    found = (
        text for tax in facts.taxes for text in mentions(tax.mention, words, seller_country=home, article=tax.article)
    )
    return list(dict.fromkeys(found))


def small_notes(facts: DocumentFacts, words: Words) -> list[str]:
    """What stands below the totals: exchange rate, nature of the supply, terms of late payment."""
    notes = []
    if facts.exchange:
        rate = facts.exchange
        notes.append(
            words.t(
                "Tax in {currency} at the reference rate of {day} ({source}): 1 {base} = {rate} {quote}",
                currency=facts.seller.currency,
                day=words.day_long(rate.day),
                source=rate.source,
                base=rate.base,
                rate=rate.rate,
                quote=rate.quote,
            )
        )
    if facts.seller.address.country == "FR":  # art. 242 nonies A, annexe II CGI: the category of the operation
        notes.append(words.t("Nature of the operation: supply of services"))
    if facts.kind in {DocumentKind.INVOICE, DocumentKind.DRAFT}:
        notes.append(_late_payment(facts, words))
    return [note for note in notes if note]


def _late_payment(facts: DocumentFacts, words: Words) -> str:
    texts = facts.seller.late_payment_texts
    return texts.get(words.language) or texts.get(facts.seller.language) or next(iter(texts.values()), "")
