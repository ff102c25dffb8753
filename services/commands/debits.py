"""SEPA direct debits: batches made, cancelled, booked once collected; what banks return."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.identity import derive_id
from data.models import Debit, DebitBatch, Payment, Seller, SellerBank
from data.money import Money
from services import access
from services.access import acting, record
from services.deeds.debit_file import debit_file
from services.deeds.receiving import receive_payment, take_back
from services.errors import Invalid, NotFound
from services.facts.accounts import open_account
from services.facts.debits import collectable
from services.permissions import Actor, Permission
from services.rules.debits import (
    CURRENCY,
    BatchIsClosed,
    Collectable,
    DebitBatchRequest,
    DebitChanged,
    DebitIsClosed,
    NoCreditor,
    NotCollectedYet,
    NothingToCollect,
    ReturnReason,
    day_problems,
    end_to_end_id,
)
from services.rules.payment_means import PaymentMeans
from services.rules.payments import PaymentRequest
from services.words.i18n import N_, Words

__all__ = [
    "DebitBatchRequest", "DebitProgress", "ReturnReason", "book_batch", "cancel_batch", "make_batch", "return_debit",
]  # fmt: skip

_TEXT = N_("Invoice {number}")


@dataclass(frozen=True, slots=True)
class DebitProgress:
    """How far booking is: debits `done` of `total`."""

    done: int
    total: int


def make_batch(actor: Actor, request: DebitBatchRequest, *, agreed: Money, today: date) -> int:
    """Make the file that collects these invoices; returns the batch's id. The same request key is the same batch.

    `agreed`: the total that was shown. Each invoice is in one open batch at most. Raises `Invalid` (the day),
    `NothingToCollect`, `NoCreditor`, `DebitChanged`, `NotFound` for an unknown seller, `SelfServiceAccount`.
    """
    batch_id = derive_id(today, "debit batch", request.seller, request.request_key)
    with acting(actor, Permission.RECORD_PAYMENTS) as session:
        for account_id in sorted({account_id for account_id, _ in request.invoices}):
            open_account(session, account_id)  # locked in order of their ids, before anything is read
        if session.get(DebitBatch, batch_id) is not None:
            return batch_id
        Invalid.when(day_problems(request.collect_on, today))
        if not request.invoices:
            raise NothingToCollect
        seller, bank = _creditor(session, request.seller)
        found = collectable(session, request.seller, request.collect_on, invoices=request.invoices)
        total = Money.total((one.open for one in found), CURRENCY)
        if len(found) != len(set(request.invoices)) or total != agreed:
            raise DebitChanged(agreed=agreed, now=total)
        rows = [_debit(batch_id, one, today) for one in found]
        text = Words(seller.language, seller.country).t(_TEXT, number="{number}")
        papers = [(row.end_to_end_id, one) for row, one in zip(rows, found, strict=True)]
        session.add(
            DebitBatch(
                id=batch_id,
                seller=seller.code,
                currency=CURRENCY,
                collect_on=request.collect_on,
                made_on=today,
                made_at=access.now(),
                made_by=actor.user_id,
                count=len(found),
                total_minor=total.minor,
                file=debit_file(seller, bank, request.collect_on, papers, text),
            )
        )
        session.flush()
        session.add_all(rows)
        after = {"collect_on": request.collect_on.isoformat(), "total": str(total), "count": len(found)}
        record(session, "make_debit_batch", subject=seller.legal_name, subject_id=batch_id, after=after)
        return batch_id


def cancel_batch(actor: Actor, batch_id: int, *, today: date) -> None:
    """Cancel a batch that was not given to the bank; its invoices can be collected by another.

    Raises `NotFound`, `BatchIsClosed` (also where a debit of it was booked or returned).
    """
    with acting(actor, Permission.RECORD_PAYMENTS) as session:
        batch = _open_batch(session, batch_id)
        rows = session.scalars(select(Debit).where(Debit.batch_id == batch_id).with_for_update()).all()
        if any(row.status != "open" for row in rows):
            raise BatchIsClosed
        for row in rows:
            row.status = "cancelled"
        batch.status, batch.closed_on = "cancelled", today
        record(session, "cancel_debit_batch", subject=batch.seller, subject_id=batch_id)


def book_batch(actor: Actor, batch_id: int, *, today: date) -> Iterator[DebitProgress]:
    """Book what the bank collected: each debit that was not returned becomes a payment, one transaction a debit.

    An interrupted one goes on. Raises `NotFound`, `BatchIsClosed`, `NotCollectedYet`.
    """
    with acting(actor, Permission.RECORD_PAYMENTS) as session:
        batch = _open_batch(session, batch_id)
        if batch.collect_on > today:
            raise NotCollectedYet(collect_on=batch.collect_on)
        keys = session.execute(
            select(Debit.account_id, Debit.id)
            .where(Debit.batch_id == batch_id, Debit.status == "open")
            .order_by(Debit.account_id, Debit.id)
        ).all()
        received_on = batch.collect_on
    for done, (account_id, debit_id) in enumerate(keys, start=1):
        with acting(actor, Permission.RECORD_PAYMENTS) as session:
            _collect(session, account_id, debit_id, received_on, today)
        yield DebitProgress(done, len(keys))
    with acting(actor, Permission.RECORD_PAYMENTS) as session:
        batch = session.get_one(DebitBatch, batch_id, with_for_update=True)
        if batch.status == "open":  # somebody else may have booked it beside us
            batch.status, batch.closed_on = "booked", today
            record(session, "book_debit_batch", subject=batch.seller, subject_id=batch_id)


def return_debit(actor: Actor, account_id: int, debit_id: int, reason: ReturnReason, *, today: date) -> None:
    """Book a debit that the bank returned: its payment, if it was booked, is taken back and the invoice open again.

    Raises `NotFound`, `DebitIsClosed`, `BalanceRefunded`, `SelfServiceAccount`.
    """
    with acting(actor, Permission.RECORD_PAYMENTS) as session:
        account = open_account(session, account_id)
        debit = session.get(Debit, (account.id, debit_id), with_for_update=True)
        if debit is None:
            raise NotFound(kind="debit")
        if debit.status not in ("open", "collected"):
            raise DebitIsClosed
        if debit.payment_id is not None:
            payment = session.get_one(Payment, (account.id, debit.payment_id))
            take_back(session, payment, reason.value, today)
        debit.status, debit.return_reason = "returned", reason.value
        record(
            session,
            "return_debit",
            account_id=account.id,
            subject=debit.end_to_end_id,
            subject_id=debit.id,
            after={"reason": reason.value},
        )


def _creditor(session: Session, code: str) -> tuple[Seller, SellerBank]:
    seller = session.get(Seller, code)
    if seller is None:
        raise NotFound(kind="seller")
    bank = session.get(SellerBank, (code, CURRENCY))
    if bank is None or not bank.iban or not seller.sepa_creditor_id:
        raise NoCreditor(seller=seller.legal_name)
    return seller, bank


def _debit(batch_id: int, one: Collectable, today: date) -> Debit:
    debit_id = derive_id(today, "debit", batch_id, one.invoice_id)
    return Debit(
        account_id=one.account_id,
        id=debit_id,
        batch_id=batch_id,
        invoice_id=one.invoice_id,
        amount_minor=one.open.minor,
        currency=one.open.currency,
        mandate_reference=one.mandate,
        sequence_type=one.sequence.value,
        end_to_end_id=end_to_end_id(one.number, debit_id),
        status="open",
    )


def _open_batch(session: Session, batch_id: int) -> DebitBatch:
    batch = session.get(DebitBatch, batch_id, with_for_update=True)
    if batch is None:
        raise NotFound(kind="debit_batch")
    if batch.status != "open":
        raise BatchIsClosed
    return batch


def _collect(session: Session, account_id: int, debit_id: int, received_on: date, today: date) -> None:
    account = open_account(session, account_id)
    debit = session.get_one(Debit, (account.id, debit_id), with_for_update=True)
    if debit.status != "open":
        return  # returned, or booked by somebody else, meanwhile
    request = PaymentRequest(
        account_id=account.id,
        amount=Money(debit.amount_minor, debit.currency),
        received_on=received_on,
        means=PaymentMeans.SEPA_DEBIT,
        reference=debit.end_to_end_id,
        request_key=f"debit {debit.id}",
        invoice_id=debit.invoice_id,
    )
    done = receive_payment(session, account, request, today, chosen_may_be_paid=True)
    debit.status, debit.payment_id = "collected", done.payment_id
