"""Subscriptions as they run, and what ordering for an account needs to know."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from decimal import Decimal

from sqlalchemy import Row, String, cast, exists, func, literal, select
from sqlalchemy.orm import Session

from data.models import (
    Account,
    DocumentLine,
    HeldDocument,
    ImportedSubscription,
    LineCorrection,
    Price,
    ScheduledChange,
    Subscription,
)
from data.money import Money
from data.period import Interval, Period
from services.facts.approvals import Approved, approved
from services.facts.catalog import discount_of, plan_facts, price_of, prices, settings
from services.facts.parties import standing_discounts
from services.permissions import Actor, Role
from services.rules import pricing, tax
from services.rules.bills import InvoicedLine
from services.rules.changes import CommonDate, Running
from services.rules.derivations import Derivation, Operation
from services.rules.lifecycle import Status
from services.rules.order_facts import OrderFacts, Owned
from services.rules.order_items import ItemKind, OrderItem
from services.rules.proration import OpenLine, PeriodCredit
from services.rules.scheduled import ScheduledFields

LIVE = (Status.SCHEDULED, Status.TRIALING, Status.ACTIVE, Status.PENDING_CANCELLATION)


# Whether a document that a guard of the night holds bills the subscription.
_IS_HELD = (
    exists()
    .where(
        HeldDocument.account_id == Subscription.account_id,
        HeldDocument.status == "held",
        HeldDocument.lines.contains(literal('"subscription_id": "') + cast(Subscription.id, String) + '"'),
    )
    .correlate(Subscription)
)


def running(session: Session, subscription: Subscription, known: Sequence[pricing.Price] = ()) -> Running:
    """A subscription as it runs, with the charge lines of its period and what was credited of them.

    `known`: prices read already.
    """
    key = (DocumentLine.account_id == subscription.account_id) & (DocumentLine.subscription_id == subscription.id)
    lines = session.scalars(
        select(DocumentLine)
        .where(key, DocumentLine.kind == "charge", DocumentLine.sequence == subscription.sequence)
        .order_by(DocumentLine.starts_on, DocumentLine.id)
    ).all()
    price = next((one for one in known if one.price_id == subscription.price_id), None)
    price = price or price_of(session.get_one(Price, subscription.price_id))
    return Running(
        period=Period(subscription.period_start, subscription.period_end),
        anchor_on=subscription.anchor_on,
        price=price,
        seats=subscription.seats,
        discount=discount_of(subscription.discount_percent, subscription.negotiated_amount),
        lines=open_lines(session, subscription.account_id, lines, price.currency),
        is_billed_elsewhere=_is_billed_elsewhere(session, subscription),
    )


def _is_billed_elsewhere(session: Session, subscription: Subscription) -> bool:
    """Whether the running period is the one that another system billed: the first, of an imported subscription."""
    if subscription.order_id or subscription.sequence != 1:
        return False
    origin = session.get(ImportedSubscription, (subscription.account_id, subscription.id))
    return origin is not None and origin.billed_until == subscription.period_end


def open_lines(session: Session, account_id: int, lines: Sequence[DocumentLine], currency: str) -> tuple[OpenLine, ...]:
    """Charge lines with the credits that earlier credit notes gave for them."""
    credited = session.execute(
        select(LineCorrection, DocumentLine)
        .join(
            DocumentLine,
            (DocumentLine.account_id == LineCorrection.account_id) & (DocumentLine.id == LineCorrection.credit_line_id),
        )
        .where(LineCorrection.account_id == account_id, LineCorrection.line_id.in_([line.id for line in lines]))
    ).all()
    credits: dict[int, list[PeriodCredit]] = {}
    parts: dict[int, Money] = {}
    for correction, line in credited:
        amount = Money(-correction.amount_minor, currency)
        if Derivation.from_json(line.derivation).operation is Operation.CREDIT_PART:  # for no days in particular
            parts[correction.line_id] = parts.get(correction.line_id, Money.zero(currency)) + amount
            continue
        period = Period(line.starts_on, line.ends_on)
        credits.setdefault(correction.line_id, []).append(PeriodCredit(amount, period, correction.seats))
    return tuple(
        OpenLine(
            line_id=line.id,
            invoice_id=line.document_id,
            period=Period(line.starts_on, line.ends_on),
            amount=Money(line.net_minor, currency),
            credited=parts.get(line.id, Money.zero(currency)),
            seats=line.seats,
            credits=tuple(credits.get(line.id, ())),
        )
        for line in lines
    )


def invoiced_lines(session: Session, account: Account, line_ids: Collection[int]) -> dict[int, InvoicedLine]:
    """Charge lines as issued, by id, with what was credited of them so far."""
    if not line_ids:
        return {}

    def money(minor: int) -> Money:
        return Money(minor, account.currency)

    back: dict[int, tuple[int, int]] = {}
    for row in session.scalars(
        select(LineCorrection).where(
            LineCorrection.account_id == account.id, LineCorrection.line_id.in_(sorted(line_ids))
        )
    ):
        net, taxed = back.get(row.line_id, (0, 0))
        back[row.line_id] = (net - row.amount_minor, taxed - row.tax_minor)
    rows = session.scalars(
        select(DocumentLine).where(DocumentLine.account_id == account.id, DocumentLine.id.in_(sorted(line_ids)))
    )
    return {
        row.id: InvoicedLine(
            line_id=row.id,
            invoice_id=row.document_id,
            net=money(row.net_minor),
            tax=money(row.tax_minor),
            credited_net=money(back.get(row.id, (0, 0))[0]),
            credited_tax=money(back.get(row.id, (0, 0))[1]),
            treatment=tax.Treatment(row.tax_treatment),
            country=row.tax_country,
            rate=row.tax_rate,
            reason=row.tax_reason,
            mention=row.tax_mention,
            article=row.tax_article,
            derivation=row.derivation,
        )
        for row in rows
    }


def credited_totals(session: Session, account: Account, invoice_ids: Iterable[int]) -> dict[int, Money]:
    """What earlier credit notes took off invoices, tax included: invoice id → positive amount."""
    rows = session.execute(
        select(DocumentLine.document_id, func.sum(LineCorrection.amount_minor + LineCorrection.tax_minor))
        .join(
            LineCorrection,
            (LineCorrection.account_id == DocumentLine.account_id) & (LineCorrection.line_id == DocumentLine.id),
        )
        .where(DocumentLine.account_id == account.id, DocumentLine.document_id.in_(list(invoice_ids)))
        .group_by(DocumentLine.document_id)
    )
    return {invoice_id: Money(-int(minor), account.currency) for invoice_id, minor in rows}


def _expired_trials(subscriptions: Sequence[Subscription]) -> dict[str, int]:
    """The last expired trial of each product, which its purchase brings to life again."""
    expired = [row for row in subscriptions if row.is_trial and row.status == Status.EXPIRED]
    return {
        row.product: row.id for row in sorted(expired, key=lambda row: (row.trial_starts_on or row.starts_on, row.id))
    }


def order_facts(session: Session, actor: Actor, account: Account, items: Sequence[OrderItem] = ()) -> OrderFacts:
    """What working out an order of the account needs, in a handful of queries."""
    plans = plan_facts(session)
    found: Sequence[Row[Subscription, ScheduledChange | None, bool]] = session.execute(
        select(Subscription, ScheduledChange, _IS_HELD)
        .outerjoin(
            ScheduledChange,
            (ScheduledChange.account_id == Subscription.account_id)
            & (ScheduledChange.subscription_id == Subscription.id)
            & (ScheduledChange.status == "scheduled"),
        )
        .where(Subscription.account_id == account.id)
    ).all()
    subscriptions = [row[0] for row in found]
    held = {row[0].id for row in found if row[2]}
    waiting = {row[0].id: fields_of(row[1]) for row in found if row[1] is not None}
    touched = {item.subscription_id for item in items}
    named = {item.plan for item in items} | {fields.plan for fields in waiting.values() if fields.plan}
    named |= {row.plan for row in subscriptions if row.id in touched}  # what a change leaves as it is
    wanted = sorted(named) or list(plans)
    priced = prices(session, wanted, account.currency)
    owned = tuple(
        Owned(
            subscription_id=row.id,
            reference=row.reference,
            product=row.product,
            plan=row.plan,
            status=Status(row.status),
            is_trial=row.is_trial,
            seats_assigned=row.seats_assigned,
            running=running(session, row, priced) if row.id in touched else None,
            scheduled=waiting.get(row.id),
            is_auto_renewed=row.is_auto_renewed,
            is_held=row.id in held,
        )
        for row in subscriptions
        if row.status in LIVE or row.id in touched
    )
    began: dict[str, tuple[date, ...]] = {}
    for row in subscriptions:
        if row.trial_starts_on:
            began[row.product] = (*began.get(row.product, ()), row.trial_starts_on)
    limits, maximum_seats, is_once = settings(
        session, "discount_limits", "maximum_seats", "one_subscription_per_product"
    )
    limit = Decimal(limits.get(actor.role, "0"))
    uses_approvals = not items or any(item.discount or item.kind is ItemKind.TRIAL for item in items)
    given = approved(session, account.id) if uses_approvals else Approved((), {})
    return OrderFacts(
        currency=account.currency,
        plans=plans,
        prices=priced,
        owned=owned,
        approved=given.discounts,
        approved_trials=frozenset(given.trials),
        expired_trials=_expired_trials(subscriptions),
        standing=standing_discounts(session, account.id),
        trials_began=began,
        discount_limit=limit,
        discount_roles=tuple(role for role in Role if Decimal(limits.get(role, "0")) > limit),
        maximum_seats=int(maximum_seats),
        co_term=CommonDate.parse(account.co_term_on) if account.co_term_on else None,
        is_product_once=bool(is_once),
    )


def scheduled_fields(session: Session, account_id: int) -> dict[int, ScheduledFields]:
    """The changes that wait for a renewal, by subscription."""
    rows = session.scalars(
        select(ScheduledChange).where(ScheduledChange.account_id == account_id, ScheduledChange.status == "scheduled")
    )
    return {row.subscription_id: fields_of(row) for row in rows}


def fields_of(row: ScheduledChange) -> ScheduledFields:
    """A stored scheduled change as the value the rules take."""
    return ScheduledFields(
        plan=row.plan,
        interval=Interval(row.interval) if row.interval else None,
        seats=row.seats,
        takes_new_price=row.takes_new_price,
        changes_discount=row.changes_discount,
        discount=discount_of(row.discount_percent, row.negotiated_amount),
        discount_reason=row.discount_reason,
        waits_for=row.waits_for,
    )
