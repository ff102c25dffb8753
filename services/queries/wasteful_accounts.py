"""The accounts whose idle seats cost the most, from the roll-up of use."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pandas as pd
from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from data.models import Account, Subscription, UseFigure
from services.access import keep_to_those, keeping_order, reading
from services.permissions import Actor, Permission
from services.queries.seats import PAGE_SIZE, Listed
from services.rules.cancelling import last_day_to_act
from services.rules.lifecycle import Status
from services.rules.reductions import decide_by

COLUMNS = (
    "account_id", "account", "assigned", "idle", "no_evidence", "stale_feeds", "idle_minor", "currency", "decide_by",
)  # fmt: skip
_OF_ACCOUNT = (UseFigure.split == "", UseFigure.value == "", UseFigure.product == "")


def waste_currencies(actor: Actor) -> list[str]:
    """The currencies of the accounts in scope that have seats, the one with most of them first."""
    with reading(actor, Permission.SEE_USAGE) as session:
        rows = session.execute(
            select(UseFigure.currency, func.count())
            .where(*_OF_ACCOUNT)
            .group_by(UseFigure.currency)
            .order_by(func.count().desc(), UseFigure.currency)
        )
        return [currency for currency, _ in rows]


def wasteful_accounts(
    actor: Actor, currency: str, *, today: date, search: str = "", limit: int = PAGE_SIZE, offset: int = 0
) -> Listed:
    """Accounts of a currency by what their idle seats cost a month, the dearest first; those without any are left out.

    Columns: account_id (int), account (name), assigned, idle, no_evidence (seats), stale_feeds (how many are too old
    for a claim), idle_minor (a month), currency, decide_by (the first of the last days to decide about a
    renewal with idle seats; None: none to come).
    """
    with reading(actor, Permission.SEE_USAGE) as session:
        criteria = [*_OF_ACCOUNT, UseFigure.currency == currency, UseFigure.idle_minor > 0]
        words = search.casefold().split()
        if words:
            named = select(Account.id).where(*(Account.search_text.contains(word, autoescape=True) for word in words))
            criteria.append(UseFigure.account_id.in_(named))
        with keeping_order(session):
            total = session.scalar(select(func.count()).select_from(UseFigure).where(*criteria)) or 0
            page = select(UseFigure).where(*criteria).order_by(UseFigure.idle_minor.desc(), UseFigure.account_id)
            rows = session.scalars(page.limit(limit).offset(offset)).all()
        ids = [row.account_id for row in rows]
        keep_to_those(session, ids)
        names = dict(session.execute(select(Account.id, Account.legal_name).where(Account.id.in_(ids))).all())
        days = _decide_by(session, ids, today)
        table = [
            (row.account_id, names[row.account_id], row.assigned, row.idle, row.no_evidence, row.stale_feeds,
             row.idle_minor, row.currency, days.get(row.account_id))
            for row in rows
        ]  # fmt: skip
    return Listed(pd.DataFrame(table, columns=list(COLUMNS), dtype=object), total)


def _decide_by(session: Session, ids: Sequence[int], today: date) -> dict[int, date]:
    """By account, the first of the last days to decide about a subscription of a plan with idle seats."""
    of_plan = (
        UseFigure.account_id == Subscription.account_id,
        UseFigure.split == "plan",
        UseFigure.value == Subscription.plan,
        UseFigure.product == Subscription.product,
    )
    rows = session.execute(
        select(Subscription.account_id, Subscription.period_end, Subscription.notice_days)
        .join(UseFigure, and_(*of_plan))
        .where(
            Subscription.account_id.in_(ids),
            Subscription.status == Status.ACTIVE,
            Subscription.is_auto_renewed,
            UseFigure.idle > 0,
        )
    )
    found: dict[int, date] = {}
    for account, period_end, notice_days in rows:
        if period_end > today:
            day = decide_by(last_day_to_act(period_end, notice_days), period_end, today)
            found[account] = min(day, found.get(account, day))
    return found
