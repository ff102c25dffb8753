"""Which open invoices can be collected by direct debit, and by which mandates."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import Session

from data.models import Account, Debit, DebitBatch, Dispute, Document
from data.money import Money
from services.rules.debits import CURRENCY, Collectable, Sequence, holds
from services.rules.payment_means import PaymentMeans

_USED = ("open", "collected", "returned")


def collectable(
    session: Session, seller: str, collect_on: date, *, invoices: Collection[tuple[int, int]] | None = None
) -> list[Collectable]:
    """A seller's open invoices in euros, due by the day, of accounts with a mandate; by account, the oldest first.

    Not those in dispute or in an open batch, nor by a mandate that has lapsed. `invoices`: only these (account id,
    invoice id). The first collection of a mandate is `FRST`, the others, also of the same batch, `RCUR`.
    """
    statement = _open_invoices(seller, collect_on)
    if invoices is not None:
        accounts, documents = {key[0] for key in invoices}, {key[1] for key in invoices}
        statement = statement.where(Document.account_id.in_(accounts), Document.id.in_(documents))
    rows = session.execute(statement).all()
    used = _last_used(session, {account.id for _, account in rows})
    found = []
    for document, account in rows:
        key, signed_on = (account.id, account.mandate_reference), account.mandate_signed_on
        if signed_on is None or not holds(used.get(key), collect_on):
            continue
        sequence = Sequence.RECURRING if key in used else Sequence.FIRST
        used.setdefault(key, collect_on)
        found.append(
            Collectable(
                account_id=account.id,
                account=account.legal_name,
                invoice_id=document.id,
                number=document.number,
                due_on=document.due_on,
                open=Money(document.open_minor, document.currency),
                iban=account.iban,
                bic=account.bic,
                mandate=account.mandate_reference,
                signed_on=signed_on,
                sequence=sequence,
            )
        )
    return found


def _open_invoices(seller: str, collect_on: date) -> Select[Document, Account]:
    in_batch = exists().where(
        Debit.account_id == Document.account_id, Debit.invoice_id == Document.id, Debit.status == "open"
    )
    in_dispute = exists().where(
        Dispute.account_id == Document.account_id, Dispute.document_id == Document.id, Dispute.closed_on.is_(None)
    )
    return (
        select(Document, Account)
        .join(Account, Account.id == Document.account_id)
        .where(
            Document.kind == "invoice",
            Document.open_minor > 0,
            Document.currency == CURRENCY,
            Document.seller == seller,
            Document.due_on <= collect_on,
            Account.kind != "self_service",
            Account.payment_means == PaymentMeans.SEPA_DEBIT,
            Account.iban != "",
            Account.mandate_reference != "",
            Account.mandate_signed_on.is_not(None),
            Account.mandate_signed_on <= collect_on,
            ~in_batch,
            ~in_dispute,
        )
        .order_by(Document.account_id, Document.due_on, Document.number)
    )


def _last_used(session: Session, account_ids: Collection[int]) -> dict[tuple[int, str], date]:
    """The last collection day of each mandate that was used."""
    rows = session.execute(
        select(Debit.account_id, Debit.mandate_reference, func.max(DebitBatch.collect_on))
        .join(DebitBatch, DebitBatch.id == Debit.batch_id)
        .where(Debit.account_id.in_(sorted(account_ids)), Debit.status.in_(_USED))
        .group_by(Debit.account_id, Debit.mandate_reference)
    )
    return {(account_id, mandate): day for account_id, mandate, day in rows}
