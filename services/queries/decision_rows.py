"""What each decision is about, whose it is, and what doing nothing comes to, by the functions that bill it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import and_, select, tuple_
from sqlalchemy.orm import Session

from data.models import Account, Plan, Product, PurchaseOrder, Subscription, User
from data.money import Money
from data.period import Interval
from services import facts
from services.errors import NoPrice, Unlawful
from services.night.ahead import Turn, turning
from services.queries.trials import minimum_of
from services.rules import pricing, trials
from services.rules.conversions import conversion
from services.rules.decisions import Decision, Key, Kind, is_common_date
from services.rules.report_filters import ReportFilters
from services.rules.trials import EndAction

_TURNING = (Kind.TRIAL, Kind.NEW_PRICE, Kind.WAITING)


def accounts_of(session: Session, ids: Sequence[int]) -> dict[int, tuple[Account, str]]:
    """Accounts with the name of their representative."""
    asked = (
        select(Account, User.name).outerjoin(User, User.id == Account.rep_id).where(Account.id.in_(sorted(set(ids))))
    )
    return {account.id: (account, owner or "") for account, owner in session.execute(asked)}


def turns_of(session: Session, keys: Sequence[tuple[int, int]], today: date, until: date) -> dict[int, Turn]:
    """Those of the subscriptions that do more than renew as they run, by the steps of the night up to a day."""
    if not keys:
        return {}
    listed = turning(session, ReportFilters(today), until=until + timedelta(days=1), of=keys)
    return {turn.subscription.id: turn for turn in listed}


def charged_on(turn: Turn, day: date) -> Money | None:
    """What a night bills for it on a day."""
    return next((step.line.amount for step in turn.steps if step.line is not None and step.day == day), None)


def of_subscriptions(session: Session, keys: Sequence[Key], today: date) -> Iterator[Decision]:
    """The decisions of these keys, which are all about subscriptions."""
    if not keys:
        return
    ids = [(key.account_id, key.subject_id) for key in keys]
    asked = (
        select(Subscription, Product.name, Plan.name, PurchaseOrder)
        .outerjoin(
            PurchaseOrder,
            and_(PurchaseOrder.account_id == Subscription.account_id, PurchaseOrder.id == Subscription.po_id),
        )
        .join(Product, Product.code == Subscription.product)
        .join(Plan, Plan.code == Subscription.plan)
        .where(
            Subscription.account_id.in_({account for account, _ in ids}),
            tuple_(Subscription.account_id, Subscription.id).in_(ids),
        )
    )
    rows = {row.id: (row, product, plan, po) for row, product, plan, po in session.execute(asked)}
    last = max((row.period_end for row, *_ in rows.values()), default=today)
    turning_ones = [(key.account_id, key.subject_id) for key in keys if key.kind in _TURNING]
    turns = turns_of(session, turning_ones, today, last)
    owners = accounts_of(session, [account for account, _ in ids])
    expiring = _Expiring(session, [row for row, *_ in rows.values() if row.is_trial], today)
    for key in keys:
        if key.subject_id not in rows:
            continue
        row, product, plan, po = rows[key.subject_id]
        account, owner = owners[key.account_id]
        day = row.period_start if key.kind is Kind.START else row.period_end
        plain = Money(row.period_minor, row.currency) if row.period_minor is not None else None
        is_late = _is_over(po, day) and key.kind is not Kind.END
        decision = Decision(
            key, day, account.legal_name, owner, f"{product} · {plan}", row.id, row.seats, row.currency, plain,
            by_notice=day - timedelta(days=row.notice_days), is_common=is_common_date(day, account.co_term_on),
            po_number=po.number if is_late else "",
        )  # fmt: skip
        match key.kind:
            case Kind.END:
                yield replace(decision, stake=-plain if plain is not None else None)
            case Kind.NEW_PRICE | Kind.WAITING:
                yield _changing(decision, turns.get(row.id))
            case Kind.TRIAL:
                yield expiring.decided(decision, row, turns.get(row.id))
            case _:
                yield decision


def _is_over(po: PurchaseOrder | None, day: date) -> bool:
    return po is not None and po.expires_on is not None and po.expires_on < day


def _changing(decision: Decision, turn: Turn | None) -> Decision:
    """A renewal with a scheduled change: as its night bills it, beside what it runs at or was meant to be."""
    step = next((step for step in turn.steps if step.day == decision.day), None) if turn is not None else None
    if step is None or step.line is None:
        return replace(decision, stake=None)
    other = decision.stake
    if decision.key.kind is Kind.WAITING and step.left is not None and step.left.seats is not None:
        other = pricing.amount(step.after.price, seats=step.left.seats, discount=step.after.discount)
        decision = replace(decision, seats=step.left.seats)
    return replace(decision, stake=step.line.amount, other=other)


class _Expiring:
    """Trials at their end: what they become by themselves, or what a conversion would bring."""

    def __init__(self, session: Session, rows: Sequence[Subscription], today: date) -> None:
        self.today = today
        self.policies = {one.code: facts.trial_policy(one) for one in session.scalars(select(Product))} if rows else {}
        currencies = {row.currency for row in rows}
        plans = {row.plan for row in rows}
        self.prices = {code: facts.prices(session, plans, code) for code in currencies}
        self.standing = {one: facts.standing_discounts(session, one) for one in {row.account_id for row in rows}}

    def decided(self, decision: Decision, row: Subscription, turn: Turn | None) -> Decision:
        """The decision with its way and amount; seats: those in use."""
        policy = self.policies.get(row.product)
        if policy is not None and policy.end_action is not EndAction.EXPIRE:
            way = "converts" if policy.end_action is EndAction.CONVERT else "downgrades"
            return replace(decision, stake=charged_on(turn, decision.day) if turn is not None else None, way=way)
        prices: Any = self.prices[row.currency]
        interval = Interval(row.interval)
        minimum = minimum_of(prices, row.plan, interval, decision.day)
        seats = trials.suggested_seats(in_use=row.seats_assigned, tried=row.seats, minimum=minimum)
        asked: Mapping[str, Any] = {"plan": row.plan, "currency": row.currency, "interval": interval, "seats": seats}
        way = "expires" if row.seats_assigned else "expires_unused"
        try:
            done = conversion(prices, self.standing[row.account_id], on=decision.day, **asked)
        except (NoPrice, Unlawful):
            return replace(decision, stake=None, way=way, seats=row.seats_assigned)
        return replace(decision, stake=-done.line.amount, way=way, seats=row.seats_assigned)
