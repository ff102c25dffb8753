"""Opens balances: invoices that another system issued, with what was open on them, and credit that was left there."""

from collections.abc import Sequence
from datetime import date
from hashlib import sha256

from sqlalchemy.orm import Session

from data.identity import derive_id
from data.models import Account, AccountCredit, Document, Payment
from services import access
from services.bulk import Rows, json_text
from services.facts.parties import dimensions_of
from services.journal.figures import add_due
from services.journal.ledger import LedgerAccount, Side, keep_entry
from services.journal.payments import PAYMENT
from services.rules.import_balances import OpeningItem
from services.rules.payment_means import OPENING_BALANCE


def open_balances(session: Session, items: Sequence[tuple[Account, OpeningItem]], *, cut_over_on: date) -> None:
    """Book items of any accounts, which are locked, on the cut-over day, against the opening balances.

    What is owed stands as an invoice under its own number, due as it was: it was issued, taxed and earned elsewhere, so
    it has no lines, no tax and no revenue here. Credit stands as a payment that pays the next invoices.
    """
    rows = Rows(session)
    for account, item in items:
        if item.amount.minor > 0:
            _debt(rows, account, item, cut_over_on)
        else:
            _credit(rows, account, item, cut_over_on)
    rows.write()


def _debt(rows: Rows, account: Account, item: OpeningItem, day: date) -> None:
    document_id = derive_id(day, "opening item", account.id, item.number)
    minor, of = item.amount.minor, dimensions_of(account)
    told = {"amount": minor, "currency": item.amount.currency, "due_on": item.due_on.isoformat()}
    issued = item.issued_on.isoformat() if item.issued_on else ""
    sheet = json_text({"number": item.number, "opening": told | {"issued_on": issued}})
    seal = sha256(sheet.encode()).hexdigest()
    rows.keep(
        Document(
            account_id=account.id,
            id=document_id,
            kind="invoice",
            seller=account.seller,
            number=item.number,
            issued_on=day,
            issued_at=access.now(),
            due_on=item.due_on,
            currency=item.amount.currency,
            language=account.language,
            subtotal_minor=minor,
            tax_minor=0,
            total_minor=minor,
            open_minor=minor,
            sheet=sheet,
            hash=seal,
            previous_hash="",
            country=of.country,
            rep_id=of.rep_id,
            segment=of.segment,
            taken_over_on=day,
        )
    )
    sides = (
        Side(LedgerAccount.RECEIVABLES, minor, document_id),
        Side(LedgerAccount.OPENING_BALANCES, -minor, document_id),
    )
    keep_entry(rows, account.id, document_id, day, item.amount.currency, sides)
    add_due(rows, minor, posted_on=day, due_on=item.due_on, currency=item.amount.currency, of=of)


def _credit(rows: Rows, account: Account, item: OpeningItem, day: date) -> None:
    minor, key = -item.amount.minor, f"opening {item.number}"
    payment_id = derive_id(day, "payment", account.id, key)
    rows.keep(
        Payment(
            account_id=account.id,
            id=payment_id,
            kind="receipt",
            received_on=day,
            amount_minor=minor,
            currency=item.amount.currency,
            means=OPENING_BALANCE,
            reference=item.number,
            request_key=key,
            payload_hash=sha256(str(item.amount).encode()).hexdigest(),
            recorded_at=access.now(),
        )
    )
    rows.keep(
        AccountCredit(
            account_id=account.id,
            id=payment_id,
            source=PAYMENT,
            source_id=payment_id,
            currency=item.amount.currency,
            since_on=day,
            amount_minor=minor,
            left_minor=minor,
        )
    )
    sides = (Side(LedgerAccount.OPENING_BALANCES, minor), Side(LedgerAccount.CUSTOMER_CREDIT, -minor))
    keep_entry(rows, account.id, derive_id(day, "entry", account.id, key), day, item.amount.currency, sides)
