"""The decision calendar: dates that can cost money, the first to be decided first, and what is at stake by day."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pandas as pd
from sqlalchemy import func, select, union_all
from sqlalchemy.orm import Session

from data.database import chunks
from data.models import Account, Product, ScheduledChange, Subscription, User
from data.money import Money
from services.access import keep_to_those, keeping_order, reading
from services.permissions import Actor, Permission
from services.queries import decision_paper_rows, decision_rows
from services.queries.decision_dates import LED_TO, Dated, of_subscriptions
from services.queries.decision_papers import of_papers
from services.rules.decisions import OF_SUBSCRIPTION, DayAtStake, Decision, DecisionFilter, Key, Kind

__all__ = [
    "COLUMNS",
    "DecisionChoices",
    "DecisionFilter",
    "DecisionPage",
    "at_stake",
    "decision_choices",
    "list_decisions",
]

COLUMNS = (
    "kind", "last_on", "day", "account_id", "account", "subscription_id", "subject_id", "subject", "seats", "owner",
    "stake_minor", "currency", "decision",
)  # fmt: skip
MOST_COUNTED = 1_000
MOST_VALUED = 500  # decisions of a kind whose amounts are worked out one by one for a sum


@dataclass(frozen=True, slots=True)
class DecisionPage:
    """A page of the list and the `total` over all pages (at most 1,000 of a kind are counted).

    Columns: kind (code), last_on, day (dates), account_id, subscription_id (int, 0: none), account, subject, owner,
    seats (int), stake_minor (minor units, negative: lost; None: unknown) with currency, decision (`Decision`).
    """

    frame: pd.DataFrame
    total: int


@dataclass(frozen=True, slots=True)
class DecisionChoices:
    """What the filters offer: products (code, name), currencies, owners (id, name); of the actor's accounts."""

    products: tuple[tuple[str, str], ...]
    currencies: tuple[str, ...]
    owners: tuple[tuple[int, str], ...]


def list_decisions(
    actor: Actor, wanted: DecisionFilter, *, on: date | None = None, limit: int = 50, offset: int = 0
) -> DecisionPage:
    """What is to be decided from today on before `until`, by last day, the largest first; `on`: on one day alone."""
    since, until = (on, on + timedelta(days=1)) if on is not None else (wanted.today, wanted.until)
    with reading(actor, Permission.SEE_SUBSCRIPTIONS) as session:
        with nullcontext() if wanted.text else keeping_order(session):
            kinds = _kinds(session, wanted, since, until)
            keys = _page(session, kinds, limit, offset)
        total = offset + len(keys) if len(keys) < limit and (keys or not offset) else _count(session, kinds)
        keep_to_those(session, sorted({key.account_id for key in keys}))
        return DecisionPage(_frame(_decided(session, keys, wanted.today)), total)


def at_stake(actor: Actor, wanted: DecisionFilter, since: date, until: date) -> tuple[DayAtStake, ...]:
    """What can be decided up to each day of `[since, until)`, one a day and currency in their order."""
    with reading(actor, Permission.SEE_SUBSCRIPTIONS) as session:
        sums: dict[tuple[date, str], list[int]] = defaultdict(lambda: [0, 0, 0, 0])
        for dated in _kinds(session, wanted, since, until):
            if dated.sign:
                _add_sums(session, dated, sums)
            else:
                _add_each(session, dated, wanted.today, sums)
        return tuple(
            DayAtStake(day, count, Money(costs, code), Money(loses, code), unknown)
            for (day, code), (count, costs, loses, unknown) in sorted(sums.items())
            if count
        )


def decision_choices(actor: Actor) -> DecisionChoices:
    """All products, and the currencies and representatives of the actor's accounts."""
    with reading(actor, Permission.SEE_SUBSCRIPTIONS) as session:
        found = session.execute(select(Account.currency, Account.rep_id).distinct()).all()
        reps = {rep_id for _, rep_id in found if rep_id is not None}
        named = session.execute(select(User.id, User.name).where(User.id.in_(reps)).order_by(User.name, User.id))
        products = session.execute(select(Product.code, Product.name).order_by(Product.position, Product.code))
        return DecisionChoices(
            tuple((code, name) for code, name in products),
            tuple(sorted({currency for currency, _ in found} - {""})),
            tuple((user_id, name) for user_id, name in named),
        )


def _kinds(session: Session, wanted: DecisionFilter, since: date, until: date) -> list[Dated]:
    listed = [*of_subscriptions(session, wanted, since, until), *of_papers(session, wanted, since, until)]
    asked = (Kind.NOTICE, Kind.RENEWAL) if wanted.kind == Kind.CO_TERM else (wanted.kind,)
    return [dated for dated in listed if not wanted.kind or dated.kind in asked]


def _page(session: Session, kinds: Sequence[Dated], limit: int, offset: int) -> list[Key]:
    """Each kind gives its first rows in the order of its index; they are put together and cut in the database."""
    parts = [select(dated.keys().limit(limit + offset).subquery()) for dated in kinds]
    if not parts:
        return []
    found = union_all(*parts).subquery()
    one = found.c
    page = (
        select(one.kind, one.account_id, one.subject_id, one.last_on)
        .order_by(one.last_on, one.rank.desc(), one.account_id, one.subject_id)
        .limit(limit)
        .offset(offset)
    )
    return [Key(Kind(kind), account, subject, day) for kind, account, subject, day in session.execute(page)]


def _count(session: Session, kinds: Sequence[Dated]) -> int:
    each = [dated.keys().order_by(None).limit(MOST_COUNTED).subquery() for dated in kinds]
    counts = [select(func.count()).select_from(some).scalar_subquery() for some in each]
    return sum(int(count or 0) for count in session.execute(select(*counts)).one()) if counts else 0


def _add_sums(session: Session, dated: Dated, sums: dict[tuple[date, str], list[int]]) -> None:
    """A kind whose rows say what they come to: summed by day in its index; what has an open change is taken off."""
    by_day = dated.day if dated.shift else dated.last_on
    minor: Any = func.coalesce(func.sum(dated.minor), 0)
    totals = dated.source(select(by_day, dated.currency, func.count(), minor).where(*dated.criteria))
    if dated.kind in (Kind.PURCHASE_ORDER, Kind.MANDATE):  # their amounts are sums themselves
        rows = dated.source(select(by_day.label("day"), dated.currency.label("code"), dated.minor.label("minor")))
        each = rows.where(*dated.criteria).subquery()
        totals = select(each.c.day, each.c.code, func.count(), func.coalesce(func.sum(each.c.minor), 0))
        _add(session.execute(totals.group_by(each.c.day, each.c.code)), dated, sums, 1)
        return
    _add(session.execute(totals.group_by(by_day, dated.currency)), dated, sums, 1)
    if dated.has_changing:  # few
        changing = totals.select_from(ScheduledChange).join(Subscription, LED_TO)
        _add(session.execute(changing.group_by(by_day, dated.currency)), dated, sums, -1)


def _add(rows: Iterable[Any], dated: Dated, sums: dict[tuple[date, str], list[int]], sign: int) -> None:
    for day, currency, count, minor in rows:
        one = sums[day - timedelta(days=dated.shift), currency]
        one[0] += sign * count
        one[1 if dated.sign > 0 else 2] += sign * int(minor)


def _add_each(session: Session, dated: Dated, today: date, sums: dict[tuple[date, str], list[int]]) -> None:
    """A kind whose amounts are worked out: the first ones; of the others it is only known how many there are."""
    rows = session.execute(dated.keys().limit(MOST_VALUED)).all()
    keys = [Key(Kind(kind), account, subject, day) for kind, account, subject, day, _rank in rows]
    valued: Counter[tuple[date, str]] = Counter()
    for decision in _decided(session, keys, today):
        valued[decision.key.last_on, decision.currency] += 1
        one = sums[decision.key.last_on, decision.currency]
        one[0] += 1
        if decision.stake is None:
            one[3] += 1
        else:
            one[1 if decision.stake.minor > 0 else 2] += abs(decision.stake.minor)
    if len(rows) == MOST_VALUED:
        counted = dated.where(dated.source(select(dated.last_on, dated.currency, func.count())))
        for day, currency, count in session.execute(counted.group_by(dated.last_on, dated.currency)):
            more = max(0, count - valued[day, currency])
            sums[day, currency][0] += more
            sums[day, currency][3] += more


def _decided(session: Session, keys: Sequence[Key], today: date) -> list[Decision]:
    """The decisions of these keys, in their order; those that are gone meanwhile are left out."""
    found: dict[Key, Decision] = {}
    for part in chunks(keys):
        mine = [key for key in part if key.kind in OF_SUBSCRIPTION]
        papers = [key for key in part if key.kind not in OF_SUBSCRIPTION]
        found |= {one.key: one for one in decision_rows.of_subscriptions(session, mine, today)}
        found |= {one.key: one for one in decision_paper_rows.of_papers(session, papers, today)}
    return [found[key] for key in keys if key in found]


def _frame(listed: Sequence[Decision]) -> pd.DataFrame:
    rows = [
        (
            one.key.kind.value, one.key.last_on, one.day, one.key.account_id, one.account, one.subscription_id,
            one.key.subject_id, one.subject, one.seats, one.owner, one.stake.minor if one.stake is not None else None,
            one.currency, one,
        )
        for one in listed
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=list(COLUMNS), dtype=object)
