"""Dates of papers that can cost money: purchase orders, mandates, exemptions, proposals, and carts at old prices."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, literal, select
from sqlalchemy.orm import Session, aliased

from data.days import days_before, months_after
from data.models import (
    Account,
    CartLine,
    Debit,
    DebitBatch,
    Order,
    Plan,
    Price,
    Proposal,
    PurchaseOrder,
    Subscription,
)
from data.models.subscriptions import IS_RENEWING
from data.period import months_after as later
from services.queries.decision_dates import DAY, Dated, at_least, of_accounts
from services.rules.debits import CURRENCY, MANDATE_MONTHS
from services.rules.decisions import DecisionFilter, Kind
from services.rules.payment_means import PaymentMeans

USED = ("open", "collected", "returned")


def of_papers(session: Session, wanted: DecisionFilter, since: date, until: date) -> Iterator[Dated]:
    """The kinds with their last day in `[since, until)`, which is not past."""
    since = max(since, wanted.today)
    yield _purchase_orders(session, wanted, since, until)
    yield _mandates(session, wanted, since, until)
    yield _exemptions(session, wanted, since, until)
    if not wanted.product:  # a proposal names several
        yield _proposals(session, wanted, since, until)
    if session.scalar(select(Price.id).where(Price.valid_from > since, Price.valid_from <= until).limit(1)):
        yield _carts(wanted, since, until)  # most days no price lies ahead


def _renewing_of(wanted: DecisionFilter, *criteria: ColumnElement[bool]) -> tuple[Any, Any, ColumnElement[bool]]:
    """What renews of an account or paper: what a period of all comes to, the currency, and whether there is any."""
    mine: list[Any] = [IS_RENEWING, *criteria]
    if wanted.currency:
        mine.append(Subscription.currency == wanted.currency)
    if wanted.product:
        mine.append(Subscription.product == wanted.product)
    if wanted.is_long:
        mine.append(Subscription.interval != "month")
    owners = (Account, Debit, PurchaseOrder)
    minor = select(func.sum(Subscription.period_minor)).where(*mine).correlate(*owners).scalar_subquery()
    currency = select(func.min(Subscription.currency)).where(*mine).correlate(*owners).scalar_subquery()
    return minor, currency, select(Subscription.id).where(*mine).correlate(*owners).exists()


def _purchase_orders(session: Session, wanted: DecisionFilter, since: date, until: date) -> Dated:
    """Valid through their day; what renews on them afterwards sets the account aside."""
    of_po = (Subscription.account_id == PurchaseOrder.account_id, Subscription.po_id == PurchaseOrder.id)
    minor, currency, is_used = _renewing_of(wanted, *of_po)
    day = PurchaseOrder.expires_on
    criteria = (
        day >= since, day < until, is_used,
        *of_accounts(wanted, PurchaseOrder.account_id), *at_least(session, wanted, minor, currency),
    )  # fmt: skip
    return Dated(
        Kind.PURCHASE_ORDER, PurchaseOrder.account_id, PurchaseOrder.id, day, (day,), minor, currency, -1, criteria
    )


def _mandates(session: Session, wanted: DecisionFilter, since: date, until: date) -> Dated:
    """They lapse 36 months after they were last used; those of the account's present mandate alone."""
    later_debit, later_batch = aliased(Debit), aliased(DebitBatch)
    used_later = (
        select(later_debit.id)
        .join(later_batch, later_batch.id == later_debit.batch_id)
        .where(
            later_debit.account_id == Debit.account_id,
            later_debit.mandate_reference == Debit.mandate_reference,
            later_debit.status.in_(USED),
            (later_batch.collect_on > DebitBatch.collect_on)
            | and_(later_batch.collect_on == DebitBatch.collect_on, later_debit.id > Debit.id),
        )
        .correlate(Debit, DebitBatch)
        .exists()
    )
    of_account = Account.id == Debit.account_id
    is_present = exists().where(
        of_account, Account.mandate_reference == Debit.mandate_reference, Account.iban != "",
        Account.payment_means == PaymentMeans.SEPA_DEBIT,
    )  # fmt: skip
    in_euros = (Subscription.account_id == Debit.account_id, Subscription.currency == CURRENCY)
    minor, currency, is_used = _renewing_of(wanted, *in_euros)
    last_on = days_before(months_after(DebitBatch.collect_on, MANDATE_MONTHS), 1)
    first, last = later(since, -MANDATE_MONTHS), later(until + DAY, -MANDATE_MONTHS)  # what the index looks through
    criteria = (
        DebitBatch.collect_on >= first, DebitBatch.collect_on <= last, last_on >= since, last_on < until,
        Debit.status.in_(USED), is_present, ~used_later, is_used,
        *of_accounts(wanted, Debit.account_id), *at_least(session, wanted, minor, currency),
    )  # fmt: skip
    return Dated(
        Kind.MANDATE, Debit.account_id, Debit.account_id, last_on, (last_on,), minor, literal(CURRENCY), -1, criteria,
        source=lambda rows: rows.select_from(DebitBatch).join(Debit, Debit.batch_id == DebitBatch.id),
    )  # fmt: skip


def _exemptions(session: Session, wanted: DecisionFilter, since: date, until: date) -> Dated:
    """From their day on invoices bear tax. They are ranked and filtered by what is taxed then."""
    minor, currency, is_used = _renewing_of(wanted, Subscription.account_id == Account.id)
    day: Any = Account.exempt_until
    criteria = (
        day.is_not(None), day > since, day <= until, Account.exemption_article != "", is_used,
        *of_accounts(wanted, Account.id), *at_least(session, wanted, minor, currency),
    )  # fmt: skip
    return Dated(Kind.EXEMPTION, Account.id, Account.id, days_before(day, 1), (day,), minor, currency, 0, criteria)


def _proposals(session: Session, wanted: DecisionFilter, since: date, until: date) -> Dated:
    """The last one sent to an account that has ordered nothing since."""
    newer = aliased(Proposal)
    is_replaced = exists().where(newer.account_id == Proposal.account_id, newer.sent_at > Proposal.sent_at)
    is_ordered = exists().where(Order.account_id == Proposal.account_id, Order.placed_at >= Proposal.sent_at)
    criteria = [
        Proposal.valid_until >= since, Proposal.valid_until < until, ~is_replaced, ~is_ordered,
        *of_accounts(wanted, Proposal.account_id), *at_least(session, wanted, Proposal.total_minor, Proposal.currency),
    ]  # fmt: skip
    if wanted.currency:
        criteria.append(Proposal.currency == wanted.currency)
    day = Proposal.valid_until
    return Dated(
        Kind.PROPOSAL, Proposal.account_id, Proposal.id, day, (day,), Proposal.total_minor, Proposal.currency, -1,
        criteria,
    )  # fmt: skip


def _carts(wanted: DecisionFilter, since: date, until: date) -> Dated:
    """Purchases in a cart whose price another one follows."""
    currency = select(Account.currency).where(Account.id == CartLine.account_id).scalar_subquery()
    day = Price.valid_from
    criteria = [
        day > since, day <= until, CartLine.kind == "purchase", CartLine.negotiated_amount.is_(None),
        *of_accounts(wanted, CartLine.account_id),
    ]  # fmt: skip
    if wanted.currency:
        criteria.append(Price.currency == wanted.currency)
    if wanted.product:
        criteria.append(Price.plan.in_(_plans_of(wanted.product)))
    if wanted.is_long:
        criteria.append(CartLine.interval != "month")
    same = and_(CartLine.plan == Price.plan, CartLine.interval == Price.interval, Price.currency == currency)
    return Dated(
        Kind.CART, CartLine.account_id, CartLine.id, days_before(day, 1), (day,), literal(0), Price.currency, 0,
        criteria, source=lambda rows: rows.select_from(Price).join(CartLine, same),
    )  # fmt: skip


def _plans_of(product: str) -> Any:
    return select(Plan.code).where(Plan.product == product)
