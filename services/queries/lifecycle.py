"""What may become of one trial or subscription today, with its consequence in figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from data.models import Account, Approval, Movement, Plan, Price, Product, Subscription
from data.money import Money
from data.period import Interval
from services import facts
from services.access import reading
from services.deeds.before_start import credits_before_start
from services.errors import NotFound, Refusal
from services.permissions import Actor, Permission
from services.queries.trials import is_owned_otherwise, minimum_of, seats_released, value_a_month
from services.rules import cancelling, pricing, trials
from services.rules.approvals import ApprovalKind, ApprovalStatus
from services.rules.cancelling import Term
from services.rules.lifecycle import Status
from services.rules.trials import EXTENSION_LIMIT, EndAction


@dataclass(frozen=True, slots=True)
class TrialLife:
    """A trial and what may be done with it.

    `ends_on`: the first day after it. `days_left`: of extensions without approval. `limit`: seats it may have. `plans`:
    code → name of its product's. `suggested`: seats a conversion begins with, worth `value` a month. `may_convert`:
    not where the product is owned otherwise by now. `is_asked`: a longer extension waits for approval.
    """

    account_id: int
    account: str
    subscription_id: int
    product: str
    product_name: str
    plan: str
    plans: Mapping[str, str]
    interval: Interval
    seats: int
    in_use: int
    limit: int
    ends_on: date
    is_over: bool
    extended: int
    days_left: int
    end_action: EndAction
    to_plan: str
    suggested: int
    value: Money | None
    may_convert: bool
    is_asked: bool
    is_self_service: bool


@dataclass(frozen=True, slots=True)
class PaidLife:
    """A paid subscription and its end.

    `ends_on`: the first day without access, where it is known. `refusal`: why it cannot be cancelled today, else None;
    `period_end`: until when access is paid. `next_charge`: what the next period would be billed, before tax; `mrr`:
    what is lost a month. `act_until`: the last day to act with the agreed notice. `is_called_off`: cancelling it today
    comes before its start, and credits `credit` (net, positive).
    """

    account_id: int
    subscription_id: int
    product_name: str
    status: Status
    interval: Interval
    period_end: date
    ends_on: date | None
    cancelled_on: date | None
    cancel_reason: str
    is_auto_renewed: bool
    notice_days: int
    act_until: date
    next_charge: Money
    mrr: Money
    refusal: Refusal | None
    may_reactivate: bool
    is_called_off: bool
    credit: Money
    is_self_service: bool


def trial_life(actor: Actor, account_id: int, subscription_id: int, today: date) -> TrialLife:
    """A trial, running or over; raises `NotFound` for what is none, unknown or another rep's."""
    with reading(actor, Permission.SEE_SUBSCRIPTIONS) as session:
        row, account, product = _found(session, account_id, subscription_id)
        if not row.is_trial:
            raise NotFound(kind="subscription")
        policy = facts.trial_policy(product)
        interval, is_over = Interval(row.interval), row.status != Status.TRIALING or row.period_end <= today
        prices = facts.prices(session, [row.plan], account.currency)
        ended = row.status == Status.EXPIRED
        in_use = seats_released(session, [(account_id, row.id)]).get(row.id, 0) if ended else row.seats_assigned
        minimum = minimum_of(prices, row.plan, interval, today)
        suggested = trials.suggested_seats(in_use=in_use, tried=row.seats, minimum=minimum)
        plans = session.execute(select(Plan.code, Plan.name).where(Plan.product == product.code).order_by(Plan.rank))
        names = {row[0]: row[1] for row in plans}
        return TrialLife(
            account_id=account_id,
            account=account.legal_name,
            subscription_id=row.id,
            product=product.code,
            product_name=product.name,
            plan=row.plan,
            plans=names,
            interval=interval,
            seats=row.seats,
            in_use=in_use,
            limit=max(policy.seats if policy else 0, row.seats),
            ends_on=row.ends_on or row.period_end,
            is_over=is_over,
            extended=row.trial_extension_days,
            days_left=max(0, EXTENSION_LIMIT - row.trial_extension_days),
            end_action=policy.end_action if policy else EndAction.EXPIRE,
            to_plan=names.get(policy.to_plan or "", "") if policy else "",
            suggested=suggested,
            value=value_a_month(
                prices,
                facts.standing_discounts(session, account_id).get(row.plan),
                plan=row.plan,
                currency=account.currency,
                interval=interval,
                seats=suggested,
                on=today,
            ),
            may_convert=not is_over or not _is_owned_otherwise(session, row),
            is_asked=_is_asked(session, account_id, row.id),
            is_self_service=account.kind == "self_service",
        )


def paid_life(actor: Actor, account_id: int, subscription_id: int, today: date) -> PaidLife:
    """A paid subscription; raises `NotFound` for a trial, and for one that is unknown or another rep's."""
    with reading(actor, Permission.SEE_SUBSCRIPTIONS) as session:
        row, account, product = _found(session, account_id, subscription_id)
        if row.is_trial:
            raise NotFound(kind="subscription")
        price = facts.price_of(session.get_one(Price, row.price_id))
        discount = facts.discount_of(row.discount_percent, row.negotiated_amount)
        term = Term(product.name, Status(row.status), False, row.starts_on, row.period_end, row.ends_on)
        called_off = cancelling.is_called_off(term, today)
        sheets = credits_before_start(session, account, row, today) if called_off else ()
        mrr = session.scalar(
            select(func.sum(Movement.amount_minor)).where(
                Movement.account_id == account_id,
                Movement.subscription_id == subscription_id,
                Movement.moved_on <= today,
            )
        )
        return PaidLife(
            account_id=account_id,
            subscription_id=row.id,
            product_name=product.name,
            status=term.status,
            interval=Interval(row.interval),
            period_end=row.period_end,
            ends_on=row.ends_on or (None if row.is_auto_renewed else row.period_end),
            cancelled_on=row.cancelled_on,
            cancel_reason=row.cancel_reason,
            is_auto_renewed=row.is_auto_renewed,
            notice_days=row.notice_days,
            act_until=cancelling.last_day_to_act(row.period_end, row.notice_days),
            next_charge=pricing.amount(price, seats=row.seats, discount=discount),
            mrr=Money(int(mrr or 0), price.currency),
            refusal=None if called_off else _bars_cancelling(term, today),
            may_reactivate=term.status is Status.PENDING_CANCELLATION
            and row.ends_on is not None
            and row.ends_on > today,
            is_called_off=called_off,
            credit=Money.total((-sheet.bill.subtotal for sheet in sheets), price.currency),
            is_self_service=account.kind == "self_service",
        )


def _found(session: Session, account_id: int, subscription_id: int) -> tuple[Subscription, Account, Product]:
    found = session.execute(
        select(Subscription, Account, Product)
        .join(Account, Account.id == Subscription.account_id)
        .join(Product, Product.code == Subscription.product)
        .where(Subscription.account_id == account_id, Subscription.id == subscription_id)
    ).one_or_none()
    if found is None:
        raise NotFound(kind="subscription")
    return found[0], found[1], found[2]


def _bars_cancelling(term: Term, today: date) -> Refusal | None:
    try:
        cancelling.end_of_term(term, today)
    except Refusal as refusal:
        return refusal
    return None


def _is_owned_otherwise(session: Session, row: Subscription) -> bool:
    wanted = (Subscription.account_id == row.account_id, Subscription.id == row.id, is_owned_otherwise())
    return session.scalars(select(Subscription.id).where(*wanted)).first() is not None


def _is_asked(session: Session, account_id: int, subscription_id: int) -> bool:
    return (
        session.scalars(
            select(Approval.id).where(
                Approval.account_id == account_id,
                Approval.subject_id == subscription_id,
                Approval.kind == ApprovalKind.TRIAL_EXTENSION,
                Approval.status == ApprovalStatus.PENDING,
            )
        ).first()
        is not None
    )
