"""Retention over twelve months, why customers cancelled, and what became of trials."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, cast

import pandas as pd
from sqlalchemy import ColumnElement, and_, case, func, select

from data.models import Account, Movement, Subscription
from data.period import months_after
from services.access import reading
from services.facts.catalog import plan_facts
from services.facts.figures import month_of_day
from services.permissions import Actor, Permission
from services.queries.figures import Only
from services.queries.report_dimensions import names_of
from services.queries.report_scope import kept, of_movements
from services.rules.recognition import month_of
from services.rules.report_filters import ReportFilters
from services.rules.report_months import first_day
from services.rules.retention import Retained

TRIAL_SPLITS = ("product", "rep", "month")


def retention(actor: Actor, wanted: ReportFilters) -> tuple[Retained, ...]:
    """Of the actor's accounts with MRR twelve months before the day, one a currency.

    An account is in a country, a segment and a representative's hands by what it is today: one that moved since takes
    all of its history along, else it would be lost in one place and found in another.
    """
    then = months_after(wanted.as_of, -12)
    with reading(actor, Permission.SEE_REPORTS) as session:
        before = func.sum(case((Movement.moved_on <= then, Movement.amount_minor), else_=0))
        now = func.sum(Movement.amount_minor)
        only = kept(session, wanted)
        criteria = [Movement.moved_on <= wanted.as_of, *of_movements(Only(only.currency, only.plans))]
        if of_accounts := _of_accounts(only):
            criteria.append(Movement.account_id.in_(select(Account.id).where(*of_accounts)))
        each = (
            select(Movement.currency, before.label("opening"), now.label("closing"))
            .where(*criteria)
            .group_by(Movement.account_id, Movement.currency)
            .having(before > 0)
            .subquery()
        ).c
        kept_minor = case((each.closing < 0, 0), (each.closing < each.opening, each.closing), else_=each.opening)
        lost = case((each.closing <= 0, 1), else_=0)
        sums = (func.count(), *(func.sum(one) for one in (each.opening, each.closing, kept_minor, lost)))
        rows = session.execute(select(each.currency, *sums).group_by(each.currency).order_by(each.currency))
        return tuple(Retained(currency, *(int(one) for one in figures)) for currency, *figures in rows)


def cancel_reasons(actor: Actor, wanted: ReportFilters) -> pd.DataFrame:
    """Why subscriptions were cancelled in the twelve months up to the day: reason, count, amount_minor, currency.

    The amount is the MRR that their movements to 0 took; 0 while the paid term still runs.
    """
    then = months_after(wanted.as_of, -12)
    with reading(actor, Permission.SEE_REPORTS) as session:
        only = kept(session, wanted)
        ended = and_(
            Movement.account_id == Subscription.account_id,
            Movement.subscription_id == Subscription.id,
            Movement.yearly_after_minor == 0,
            Movement.moved_on <= wanted.as_of,
            Movement.moved_on > then,
        )
        rows = session.execute(
            select(
                Subscription.cancel_reason,
                func.count(Subscription.id.distinct()),
                func.coalesce(func.sum(-Movement.amount_minor), 0),
                Subscription.currency,
            )
            .join(Account, Account.id == Subscription.account_id)
            .outerjoin(Movement, ended)
            .where(
                Subscription.cancelled_on > then,
                Subscription.cancelled_on <= wanted.as_of,
                Subscription.is_trial.is_(False),
                *_of_subscriptions(only),
            )
            .group_by(Subscription.cancel_reason, Subscription.currency)
            .order_by(func.count().desc(), Subscription.cancel_reason)
        ).all()
        return pd.DataFrame(
            [tuple(row) for row in rows], columns=["reason", "count", "amount_minor", "currency"], dtype=object
        )


def trial_conversion(actor: Actor, wanted: ReportFilters, split: str) -> pd.DataFrame:
    """Trials that started in the twelve months up to the day, by one of `TRIAL_SPLITS`: code, name, started, converted,
    expired, running. What became of them is today's; a trial cancelled before its end counts as expired.
    """
    since = first_day(month_of(months_after(wanted.as_of, -11)))
    with reading(actor, Permission.SEE_REPORTS) as session:
        converted = case((Subscription.is_trial.is_(False), 1), else_=0)
        running = case((and_(Subscription.is_trial, Subscription.status == "trialing"), 1), else_=0)
        key = _split_key(split)
        rows = session.execute(
            select(key, func.count(), func.sum(converted), func.sum(running))
            .select_from(Subscription)
            .join(Account, Account.id == Subscription.account_id)
            .where(
                Subscription.trial_starts_on >= since,
                Subscription.trial_starts_on <= wanted.as_of,
                *_of_subscriptions(kept(session, wanted)),
            )
            .group_by(key)
            .order_by(key)
        ).all()
        names = names_of(session, split, plan_facts(session))
        listed = [
            (str(code), names.get(str(code), ""), started, int(won), started - int(won) - int(open_), int(open_))
            for code, started, won, open_ in rows
        ]
        return pd.DataFrame(
            listed, columns=["code", "name", "started", "converted", "expired", "running"], dtype=object
        )


def _split_key(split: str) -> ColumnElement[Any]:
    match split:
        case "product":
            return Subscription.product.expression
        case "rep":
            return func.coalesce(Account.rep_id, 0)
        case _:
            return month_of_day(cast("ColumnElement[date]", Subscription.trial_starts_on))


def _of_subscriptions(only: Only) -> Sequence[ColumnElement[bool]]:
    """The filters by what the account and the subscription are today."""
    found: list[ColumnElement[bool]] = []
    if only.currency is not None:
        found.append(Account.currency == only.currency)
    if only.plans is not None:
        found.append(Subscription.plan.in_(only.plans))
    return [*found, *_of_accounts(only)]


def _of_accounts(only: Only) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if only.country is not None:
        found.append(Account.country == only.country)
    if only.segment is not None:
        found.append(Account.segment == only.segment)
    if only.rep_id is not None:
        found.append(Account.rep_id == only.rep_id if only.rep_id else Account.rep_id.is_(None))
    return found
