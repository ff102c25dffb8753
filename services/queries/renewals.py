"""Upcoming renewals: the subscriptions of a day, and those of twelve months, with all that decides about them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select, tuple_, union_all
from sqlalchemy.orm import Session

from data.models import (
    Account,
    Document,
    Plan,
    Price,
    Product,
    PurchaseOrder,
    ScheduledChange,
    Subscription,
    User,
)
from data.period import months_after
from services.access import keep_to_those, reading
from services.night.ahead import RENEWING, Turn, billed_days, fits, of_filters, open_changes, plain_days, turning
from services.permissions import Actor, Permission
from services.queries.cycle_sums import renewing
from services.rules.lifecycle import Status
from services.rules.report_filters import ReportFilters

COLUMNS = (
    "account_id", "subscription_id", "day", "account", "reference", "product", "plan", "seats", "interval",
    "amount_minor", "currency", "renews", "change", "po", "notice_on", "owner",
)  # fmt: skip
MONTHS = 12
MOST_COUNTED = 5_000
RENEWS = ("renews", "ends", "converts")
CHANGES = ("scheduled", "newer_price")
PO_STATES = ("none", "valid", "expires", "cap")
ORDERS = ("day", "amount")
_OPEN_CHANGE = (
    (ScheduledChange.account_id == Subscription.account_id)
    & (ScheduledChange.subscription_id == Subscription.id)
    & (ScheduledChange.status == "scheduled")
)
_OF_PO = (PurchaseOrder.account_id == Subscription.account_id) & (PurchaseOrder.id == Subscription.po_id)
_KEY = (Subscription.account_id, Subscription.id)
Keys = Sequence[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class RenewalFilter:
    """What the list is limited to; what is empty limits nothing.

    `text`: words of the account, or a subscription's reference. `renews`: one of `RENEWS`; `change`: of `CHANGES`;
    `po`: of `PO_STATES`. `order`: one of `ORDERS`, the earliest day or the largest amount first.
    """

    text: str = ""
    renews: str = ""
    change: str = ""
    po: str = ""
    order: str = "day"


@dataclass(frozen=True, slots=True)
class RenewalPage:
    """A page of the list and the `total` over all pages (at most 5,000 are counted).

    Columns: account_id, subscription_id (int), day (date), account, reference, product, plan, seats (int), interval
    (code), amount_minor (of the period that begins that day, before tax; None where none does), currency, renews,
    change, po (codes), notice_on (the last day to act), owner.
    """

    frame: pd.DataFrame
    total: int


def of_day(actor: Actor, wanted: ReportFilters, day: date, *, limit: int = 50, offset: int = 0) -> RenewalPage:
    """The subscriptions that are billed on a day, largest amount first. Raises `NotAllowed`."""
    with reading(actor, Permission.SEE_REPORTS) as session:
        turns = turning(session, wanted, until=day + timedelta(days=1))
        billed = {(one.account.id, one.subscription.id): one for one in turns}
        on_day = [key for key, turn in billed.items() if any(at == day for at, _ in turn.charges())]
        plain = union_all(*_billed_on(wanted, day, list(billed))).subquery().c
        keys = (plain.account_id, plain.id)
        largest = select(*keys, plain.minor).order_by(plain.minor.desc(), *keys).limit(limit).offset(offset)
        amounts = {(row[0], row[1]): int(row[2]) for row in session.execute(largest)}
        amounts |= {key: next(minor for at, minor in billed[key].charges() if at == day) for key in on_day}
        alike = renewing(session, wanted, until=day + timedelta(days=1))
        sums = billed_days(alike, turns, since=day, until=day + timedelta(days=1))
        total = min(sum(one.count for one in sums.values()), MOST_COUNTED)
        ranked = sorted(amounts, key=lambda key: -amounts[key])
        shown = ranked if not offset else [key for key in ranked if key not in set(on_day)]
        frame = _frame(session, shown, dict.fromkeys(shown, day), amounts, billed)
        return RenewalPage(frame, total)


def renewals(
    actor: Actor,
    wanted: ReportFilters,
    only: RenewalFilter = RenewalFilter(),
    *,
    limit: int = 50,
    offset: int = 0,
) -> RenewalPage:
    """What renews, ends or converts within twelve months, what is overdue to be done first. Raises `NotAllowed`."""
    until = months_after(wanted.as_of, MONTHS) + timedelta(days=1)  # a year that began today is in it
    with reading(actor, Permission.SEE_REPORTS) as session:
        criteria = [*of_filters(wanted), *_criteria(session, only), Subscription.period_end < until]
        keys, total = _page(session, only, criteria, limit, offset)
        keep_to_those(session, sorted({account for account, _ in keys}))
        turns = {(one.account.id, one.subscription.id): one for one in turning(session, wanted, until=until, of=keys)}
        return RenewalPage(_frame(session, keys, {}, {}, turns), total)


def _billed_on(wanted: ReportFilters, day: date, but: Keys) -> Iterator[Select[*tuple[Any, ...]]]:
    """Account, id and amount of what renews as it runs on a day: where the running period ends, or a later one does.

    Each within one range of the index, which answers by itself.
    """
    minor: Any = func.coalesce(Subscription.period_minor, 0).label("minor")
    later = [
        and_(Subscription.interval == interval.value, Subscription.period_end.in_(ends), fits(day))
        for interval, ends in plain_days(day, wanted.as_of).items()
        if ends
    ]
    for status, boundary in itertools.product(RENEWING, (Subscription.period_end == day, *later)):
        mine = (Subscription.status == status, boundary, Subscription.is_auto_renewed, *of_filters(wanted))
        found = select(*_KEY, minor).where(*mine)
        yield found.where(tuple_(*_KEY).not_in(but)) if but else found


def _count(session: Session, rows: Select[*tuple[Any, ...]]) -> int:
    some = rows.limit(MOST_COUNTED).subquery()
    return int(session.scalar(select(func.count()).select_from(some)) or 0)


def _criteria(session: Session, only: RenewalFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    words = only.text.casefold().split()
    if words:
        named = select(Account.id).where(*(Account.search_text.contains(word, autoescape=True) for word in words))
        reference = Subscription.reference == only.text.strip().upper()
        found.append(or_(Subscription.account_id.in_(named), reference))
    if only.change == "scheduled":
        changes = [(one.account_id, one.subscription_id) for one in open_changes(session)]
        if len(changes) > MOST_COUNTED:
            found.append(select(ScheduledChange.id).where(_OPEN_CHANGE).exists())
        else:
            found += [Subscription.account_id.in_({key[0] for key in changes}), tuple_(*_KEY).in_(changes)]
    elif only.change == "newer_price":
        newer = _newer(session)
        since = case(newer, value=Subscription.price_id) if newer else Subscription.period_end
        found += [Subscription.price_id.in_(list(newer)), Subscription.period_end >= since]
    if only.po == "none":
        found.append(Subscription.po_id.is_(None))
    elif only.po:
        found.append(Subscription.po_id.is_not(None))
        state = select(_po_state()).where(_OF_PO).correlate(Subscription).scalar_subquery()
        found.append(state == only.po)
    return found


def _po_state() -> ColumnElement[str]:
    """Of a subscription's purchase order at its next boundary, as the night will look at it, before tax."""
    used = (
        select(func.coalesce(func.sum(Document.total_minor), 0))
        .where(Document.account_id == PurchaseOrder.account_id, Document.po_id == PurchaseOrder.id)
        .correlate(PurchaseOrder)
        .scalar_subquery()
    )
    return case(
        (PurchaseOrder.expires_on < Subscription.period_end, "expires"),
        (PurchaseOrder.cap_minor - used < Subscription.period_minor, "cap"),
        else_="valid",
    )


def _page(
    session: Session, only: RenewalFilter, criteria: Sequence[ColumnElement[bool]], limit: int, offset: int
) -> tuple[list[tuple[int, int]], int]:
    """The keys of a page and the number of all, status by status: each is in the order of the index."""
    largest = only.order == "amount"
    amount: Any = Subscription.period_minor
    rank: Any = -func.coalesce(amount, 0) if largest else Subscription.period_end
    parts, total = [], 0
    walks = largest or only.change != ""  # not down the index of statuses: they are worked out, so that it is not taken
    paid, trials = _statuses(only, func.coalesce(Subscription.status, "") if walks else Subscription.status)
    order: tuple[Any, ...] = (Subscription.period_end, Subscription.interval)
    if paid and walks:
        # one walk down an index of its own: a status that nothing has would walk through all of it
        anyhow = or_(*(and_(*mine) for mine in paid))
        older = only.change == "newer_price" and not largest
        paid = [(anyhow, Subscription.price_id == price) for price in _newer(session)] if older else [(anyhow,)]
        order = (amount.desc(),) if largest else (Subscription.period_end,)
    trial = trials[0] if trials else None
    for mine in (*paid, *trials):
        rows = select(*_KEY, rank.label("rank")).where(*mine, *criteria)
        if total < MOST_COUNTED:
            total += _count(session, rows)
        in_order = (Subscription.period_end,) if mine is trial else order
        parts.append(select(rows.order_by(*in_order).limit(limit + offset).subquery()))
    found = union_all(*parts).subquery()
    page = select(found.c.account_id, found.c.id).order_by(found.c.rank, found.c.id).limit(limit).offset(offset)
    return [(account, key) for account, key in session.execute(page)], min(total, MOST_COUNTED)


def _statuses(only: RenewalFilter, status: Any) -> tuple[list[Any], list[Any]]:
    """What a row's status may be, one by one, as its way to go on says: paid ones, and trials."""
    by_itself = Subscription.is_auto_renewed
    converting = select(Product.code).where(Product.trial_end != "expire", Product.trial_days.is_not(None))
    converts = [(Subscription.status == Status.TRIALING, Subscription.product.in_(converting))]
    ends = [(status == Status.ACTIVE, ~by_itself), (status == Status.PENDING_CANCELLATION,)]
    ends += [(status == Status.SCHEDULED, ~by_itself)]
    renews = [(status == one, by_itself) for one in RENEWING]
    by_way: dict[str, list[Any]] = {"renews": renews, "ends": ends, "converts": []}
    paid = by_way.get(only.renews, [*renews, *ends])
    return paid, converts if only.renews in ("", "converts") else []


def _newer(session: Session) -> dict[int, date]:
    """Prices that a later one of the same plan, currency and interval follows, with the day from which it is valid."""
    found: dict[int, date] = {}
    follows: dict[tuple[str, str, str], Price] = {}
    for price in session.scalars(select(Price).order_by(Price.valid_from.desc(), Price.version.desc())):
        key = (price.plan, price.currency, price.interval)
        if key in follows and follows[key].valid_from > price.valid_from:
            found[price.id] = follows[key].valid_from
        follows[key] = price
    return found


def _frame(
    session: Session,
    keys: Keys,
    days: Mapping[tuple[int, int], date],
    amounts: Mapping[tuple[int, int], int],
    turns: Mapping[tuple[int, int], Turn],
) -> pd.DataFrame:
    """The rows of these subscriptions in their order; `days` and `amounts` where they are not the next boundary's."""
    newer = _newer(session)
    asked = (
        select(Subscription, Account.legal_name, Product.name, Plan.name, User.name, ScheduledChange.id, _po_state())
        .join(Account, Account.id == Subscription.account_id)
        .join(Product, Product.code == Subscription.product)
        .join(Plan, Plan.code == Subscription.plan)
        .outerjoin(User, User.id == Account.rep_id)
        .outerjoin(ScheduledChange, _OPEN_CHANGE)
        .outerjoin(PurchaseOrder, _OF_PO)
        .where(Subscription.account_id.in_({account for account, _ in keys}), tuple_(*_KEY).in_(keys))
    )
    rows: dict[tuple[int, int], tuple[Any, ...]] = {}
    for row, account, product, plan, owner, change, po in session.execute(asked):
        key = (row.account_id, row.id)
        turn, day = turns.get(key), days.get(key, row.period_end)
        change_code = "scheduled" if change else "newer_price" if newer.get(row.price_id, date.max) <= day else ""
        rows[key] = (
            *key, day, account, row.reference, product, plan, row.seats, row.interval,
            amounts.get(key, _next_amount(row, turn)), row.currency, _renews(row), change_code,
            po if row.po_id else "none", row.period_end - timedelta(days=row.notice_days), owner or "",
        )  # fmt: skip
    return pd.DataFrame([rows[key] for key in keys if key in rows], columns=list(COLUMNS), dtype=object)


def _next_amount(row: Subscription, turn: Turn | None) -> int | None:
    if turn is not None:
        return next((minor for _, minor in turn.charges()), None)
    return row.period_minor if row.cash_on is not None else None


def _renews(row: Subscription) -> str:
    if row.is_trial:
        return "converts"
    return "renews" if row.cash_on is not None else "ends"
