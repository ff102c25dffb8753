"""The pain.008 file of a batch of direct debits, as the seller's bank takes it, checked against its schema."""

from collections.abc import Sequence
from datetime import date

from data.models import Seller, SellerBank
from services.rules.debits import CURRENCY, Collectable

SCHEMA = "pain.008.001.08"  # of the SEPA rulebooks in force since 2023


def debit_file(
    seller: Seller, bank: SellerBank, collect_on: date, debits: Sequence[tuple[str, Collectable]], text: str
) -> str:
    """The file's XML. `debits`: end-to-end id and what is collected; `text`: {number} is put in for the invoice's.

    Raises the library's `ValidationError` where the file would not fit the schema.
    """
    from sepaxml import SepaDD  # loads XML schemas: only where a file is made

    file = SepaDD(
        {
            "name": seller.legal_name,
            "IBAN": bank.iban.replace(" ", ""),
            "BIC": bank.bic,
            "batch": True,
            "creditor_id": seller.sepa_creditor_id,
            "currency": CURRENCY,
            "instrument": "CORE",
        },
        schema=SCHEMA,
        clean=True,
    )
    for end_to_end_id, debit in debits:
        payment = {
            "name": debit.account,
            "IBAN": debit.iban.replace(" ", ""),
            "amount": debit.open.minor,
            "type": debit.sequence.value,
            "collection_date": collect_on,
            "mandate_id": debit.mandate,
            "mandate_date": debit.signed_on,
            "description": text.format(number=debit.number),
            "endtoend_id": end_to_end_id,
        }
        if debit.bic:
            payment["BIC"] = debit.bic
        file.add_payment(payment)
    content: bytes = file.export(validate=True)
    return content.decode()
