"""Direct debits: what can be collected, the batches made, one of them, and its file for the bank."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import pandas as pd
from sqlalchemy import func, select

from data.models import Account, Debit, DebitBatch, Document, Seller, SellerBank, User
from data.money import Money
from services.access import reading
from services.errors import NotFound
from services.facts.debits import collectable
from services.permissions import Actor, Permission
from services.queries.sums import Sums, sums_of
from services.rules.debits import CURRENCY, FARTHEST, Collectable, earliest_collection

# What pages need of a collection's values they find here.
__all__ = [
    "FARTHEST", "BatchCard", "BatchFile", "Collectable", "Creditor", "DebitLine", "batch_card", "batch_file", "batches",
    "creditors", "earliest_collection", "to_collect",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Creditor:
    """A selling entity that can collect: its code, name and masked account."""

    code: str
    name: str
    account: str


@dataclass(frozen=True, slots=True)
class DebitLine:
    """A debit of a batch. `status`: open · collected · returned · cancelled."""

    debit_id: int
    account_id: int
    account: str
    invoice_id: int
    number: str
    amount: Money
    mandate: str
    sequence: str
    status: str
    return_reason: str
    payment_id: int | None


@dataclass(frozen=True, slots=True)
class BatchCard:
    """One batch with its debits, by account. `status`: open · booked · cancelled."""

    batch_id: int
    seller: str
    collect_on: date
    made_at: datetime
    made_by: str
    status: str
    total: Money
    lines: tuple[DebitLine, ...]

    @property
    def can_be_cancelled(self) -> bool:
        """Whether nothing of it was booked or returned."""
        return self.status == "open" and all(line.status == "open" for line in self.lines)

    @property
    def returned(self) -> Money:
        """What the banks returned."""
        return Money.total((line.amount for line in self.lines if line.status == "returned"), self.total.currency)


@dataclass(frozen=True, slots=True)
class BatchFile:
    """The file for the bank."""

    name: str
    content: bytes


def creditors(actor: Actor) -> tuple[Creditor, ...]:
    """The selling entities with a creditor id and an account in euros, by name."""
    with reading(actor, Permission.RECORD_PAYMENTS) as session:
        rows = session.execute(
            select(Seller.code, Seller.legal_name, SellerBank.iban)
            .join(SellerBank, SellerBank.seller == Seller.code)
            .where(
                Seller.is_active, Seller.sepa_creditor_id != "", SellerBank.currency == CURRENCY, SellerBank.iban != ""
            )
            .order_by(Seller.legal_name)
        )
        return tuple(Creditor(code, name, f"•••• {iban[-4:]}") for code, name, iban in rows)


def to_collect(actor: Actor, seller: str, collect_on: date) -> tuple[Collectable, ...]:
    """The invoices that a batch for that day could collect, by account, the oldest first."""
    with reading(actor, Permission.RECORD_PAYMENTS) as session:
        return tuple(collectable(session, seller, collect_on))


def batches(actor: Actor, *, limit: int = 50, offset: int = 0) -> tuple[pd.DataFrame, int, Sums]:
    """The batches made, the latest collection first, how many there are, and total_minor of all of them.

    Columns: id (int), seller (name), collect_on (date), status, count, returned (int), total_minor with currency.
    """
    with reading(actor, Permission.RECORD_PAYMENTS) as session:
        total = session.scalar(select(func.count()).select_from(DebitBatch)) or 0
        rows = session.execute(
            select(DebitBatch, Seller.legal_name)
            .join(Seller, Seller.code == DebitBatch.seller)
            .order_by(DebitBatch.collect_on.desc(), DebitBatch.id.desc())
            .limit(limit)
            .offset(offset)
        ).all()
        back = session.execute(
            select(Debit.batch_id, func.count())
            .where(Debit.batch_id.in_([row.id for row, _ in rows]), Debit.status == "returned")
            .group_by(Debit.batch_id)
        )
        returned = {batch_id: count for batch_id, count in back}  # noqa: C416
        sums = sums_of(session, select(DebitBatch.currency, DebitBatch.total_minor), ("total_minor",))
        frame = [
            (
                row.id,
                seller,
                row.collect_on,
                row.status,
                row.count,
                returned.get(row.id, 0),
                row.total_minor,
                row.currency,
            )
            for row, seller in rows
        ]
    columns = "id seller collect_on status count returned total_minor currency".split()
    return pd.DataFrame(frame, columns=columns, dtype=object), int(total), sums


def batch_card(actor: Actor, batch_id: int) -> BatchCard:
    """One batch. Raises `NotFound`."""
    with reading(actor, Permission.RECORD_PAYMENTS) as session:
        row = session.get(DebitBatch, batch_id)
        if row is None:
            raise NotFound(kind="debit_batch")
        lines = session.execute(
            select(Debit, Account.legal_name, Document.number)
            .join(Account, Account.id == Debit.account_id)
            .join(Document, (Document.account_id == Debit.account_id) & (Document.id == Debit.invoice_id))
            .where(Debit.batch_id == batch_id)
            .order_by(Account.legal_name, Document.number)
        )
        return BatchCard(
            batch_id=row.id,
            seller=session.get_one(Seller, row.seller).legal_name,
            collect_on=row.collect_on,
            made_at=row.made_at,
            made_by=session.get_one(User, row.made_by).name,
            status=row.status,
            total=Money(row.total_minor, row.currency),
            lines=tuple(
                DebitLine(
                    debit_id=debit.id,
                    account_id=debit.account_id,
                    account=account,
                    invoice_id=debit.invoice_id,
                    number=number,
                    amount=Money(debit.amount_minor, debit.currency),
                    mandate=debit.mandate_reference,
                    sequence=debit.sequence_type,
                    status=debit.status,
                    return_reason=debit.return_reason,
                    payment_id=debit.payment_id,
                )
                for debit, account, number in lines
            ),
        )


def batch_file(actor: Actor, batch_id: int) -> BatchFile:
    """The file for the bank, as it was made. Raises `NotFound`."""
    with reading(actor, Permission.RECORD_PAYMENTS) as session:
        row = session.get(DebitBatch, batch_id)
        if row is None:
            raise NotFound(kind="debit_batch")
        return BatchFile(f"debits-{row.seller}-{row.collect_on.isoformat()}.xml", row.file.encode())
