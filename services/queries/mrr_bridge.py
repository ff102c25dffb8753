"""Why recurring revenue moved: the bridge of some months, and the movements behind it, the largest first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, case, func, literal, select
from sqlalchemy.orm import Session

from data.models import Account, Movement
from services.access import keep_to_those, reading
from services.facts import setting
from services.facts.catalog import plan_facts
from services.facts.rates import rates_of
from services.permissions import Actor, Permission
from services.queries.figures import Only, monthly
from services.queries.report_scope import converted, kept, of_movements
from services.rules.bridges import Bridge, bridge
from services.rules.exchange import DayRate, Part, Unconverted
from services.rules.figures import MOVEMENTS, Measure
from services.rules.report_filters import ReportFilters
from services.rules.report_months import figures_day, first_day

COLUMNS = ("account_id", "order_id", "account", "moved_on", "kind", "plan", "amount_minor", "currency")
MOST_COUNTED = 5_000
_OPENING, _CLOSING, _TRANSFERS = "opening", "closing", "transfers"


@dataclass(frozen=True, slots=True)
class Bridges:
    """A bridge for each currency, or one of all, with the rates of its first and last day, and what has none."""

    bridges: tuple[Bridge, ...]
    rates: tuple[DayRate, ...] = ()
    missing: tuple[Unconverted[str], ...] = ()


@dataclass(frozen=True, slots=True)
class MovementPage:
    """A page of movements, and the `total` over all pages (at most 5,000 are counted).

    Columns: account_id (int), order_id (int; None: no order stands behind it), account (legal name), moved_on (date),
    kind (of `MOVEMENTS`), plan (product and plan after it), amount_minor, currency.
    """

    frame: pd.DataFrame
    total: int


def mrr_bridges(actor: Actor, wanted: ReportFilters, months: Sequence[int]) -> Bridges:
    """From the end of the month before the first to the end of the last (or to the as-of day).

    Converted: the balances at the rates of their days, movements each at its own, transfers at their month's; what the
    change of rates did to what recurs is what is left.
    """
    with reading(actor, Permission.SEE_REPORTS) as session:
        only = kept(session, wanted)
        rows = monthly(session, [Measure.MRR, *MOVEMENTS], only=only, until=wanted.as_of)
        opened, closed = first_day(months[0]) - timedelta(days=1), figures_day(months[-1], wanted.as_of)
        parts: list[Part[str]] = []
        transfers: defaultdict[tuple[str, int], int] = defaultdict(int)
        for row in rows:
            if row.measure is Measure.MRR:
                parts.append(Part(_CLOSING, row.currency, row.minor, closed))
            if row.month < months[0]:
                if row.measure is Measure.MRR:
                    parts.append(Part(_OPENING, row.currency, row.minor, opened))
                continue
            transfers[row.currency, row.month] += row.minor if row.measure is Measure.MRR else -row.minor
            if row.measure is not Measure.MRR and not wanted.converted:
                parts.append(Part(row.measure.value, row.currency, row.minor, closed))
        parts += [
            Part(_TRANSFERS, currency, minor, figures_day(month, wanted.as_of))
            for (currency, month), minor in transfers.items()
        ]
        if not wanted.converted:
            return Bridges(_by_currency(parts))
        parts += _by_day(session, only, months, wanted.as_of)
        found = converted(session, parts)
        if missing := found.missing:
            # a currency with a gap stays out as a whole: what is left would else pass for the effect of rates
            lost = {one.amount.currency for one in missing}
            parts = [part for part in parts if part.currency not in lost]
            found = converted(session, parts)
        one = _bridge(found.exact, found.to)
        rates = tuple(rate for rate in found.rates if rate.day in _days(found.rates, opened, closed))
        return Bridges((one,) if parts else (), rates, missing)


def movements(
    actor: Actor,
    wanted: ReportFilters,
    months: Sequence[int],
    *,
    kinds: Sequence[Measure] = MOVEMENTS,
    currency: str | None = None,
    limit: int = 20,
    offset: int = 0,
) -> MovementPage:
    """The movements of the months up to the as-of day, the largest change first, whichever way it went.

    `currency`: only those in it; amounts of several are put in order by what they are worth that day.
    """
    with reading(actor, Permission.SEE_REPORTS) as session:
        criteria = _criteria(kept(session, wanted), months, wanted.as_of)
        criteria.append(Movement.kind.in_([kind.value for kind in kinds]))
        if currency is not None:
            criteria.append(Movement.currency == currency)
        size: ColumnElement[Any] = func.abs(Movement.amount_minor)
        if currency is None and wanted.currency is None:
            size = size * case(_worth(session, wanted.as_of), value=Movement.currency, else_=literal(0.0))
        counted = select(Movement.account_id).where(*criteria).limit(MOST_COUNTED).subquery()
        total = session.scalar(select(func.count()).select_from(counted)) or 0
        keys = select(Movement.account_id, Movement.id).where(*criteria)
        ordered = keys.order_by(size.desc(), Movement.moved_on.desc(), Movement.id)
        page = session.execute(ordered.limit(limit).offset(offset)).all()
        accounts = sorted({row[0] for row in page})
        keep_to_those(session, accounts)
        found = session.execute(
            select(Movement, Account.legal_name)
            .join(Account, Account.id == Movement.account_id)
            .where(Movement.account_id.in_(accounts), Movement.id.in_([row[1] for row in page]))
        )
        plans = plan_facts(session)
        rows = {
            row.id: (
                *(row.account_id, row.order_id, name, row.moved_on, row.kind),
                f"{plans[row.plan].product_name} {plans[row.plan].name}",
                *(row.amount_minor, row.currency),
            )
            for row, name in found
        }
        listed = [rows[row[1]] for row in page]
        return MovementPage(pd.DataFrame(listed, columns=list(COLUMNS), dtype=object), int(total))


def _worth(session: Session, day: date) -> dict[str, float]:
    """About what a minor unit of each currency is worth, for putting in order."""
    currencies = set(session.scalars(select(Account.currency).distinct())) - {""}
    rates = rates_of(session, currencies, to=str(setting(session, "reporting_currency")), day=day)
    return {code: float(rates.per_minor(code)) for code in sorted({*currencies, rates.to})}


def _criteria(only: Only, months: Sequence[int], as_of: date) -> list[ColumnElement[bool]]:
    return [Movement.month >= months[0], Movement.month <= months[-1], Movement.moved_on <= as_of, *of_movements(only)]


def _by_day(session: Session, only: Only, months: Sequence[int], as_of: date) -> list[Part[str]]:
    """The movements of the months, by kind, currency and day."""
    key = (Movement.moved_on, Movement.kind, Movement.currency)
    summed = select(*key, func.sum(Movement.amount_minor)).where(*_criteria(only, months, as_of))
    summed = summed.group_by(Movement.month, *key)  # in the order of their index
    return [Part(kind, currency, int(minor), day) for day, kind, currency, minor in session.execute(summed)]


def _by_currency(parts: Sequence[Part[str]]) -> tuple[Bridge, ...]:
    sums: defaultdict[str, defaultdict[str, Fraction]] = defaultdict(lambda: defaultdict(Fraction))
    for what, currency, minor, _day in parts:
        sums[currency][what] += minor
    found = (_bridge(exact, currency) for currency, exact in sorted(sums.items()))
    return tuple(one for one in found if not one.is_empty)


def _bridge(exact: Mapping[str, Fraction], currency: str) -> Bridge:
    nothing = Fraction(0)
    kinds = {kind: exact.get(kind.value, nothing) for kind in MOVEMENTS}
    ends = (exact.get(_OPENING, nothing), exact.get(_CLOSING, nothing))
    return bridge(*ends, kinds, exact.get(_TRANSFERS, nothing), currency)


def _days(rates: Sequence[DayRate], *days: date) -> set[date]:
    """The days of publication that count on these days."""
    return {max((rate.day for rate in rates if rate.day <= day), default=day) for day in days}
