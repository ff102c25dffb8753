"""The totals of use as the accounts' rows give them."""

from __future__ import annotations

from collections import defaultdict

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from data.models import UseFigure, UseMonth, UseState
from services.rules.use_figures import MEASURES, MONTHLY, PEOPLE, Key, Split, band_of

TOTAL_KEY = ("split", "value", "product", "country", "currency")


def sums_of_rows(session: Session) -> dict[tuple[str, ...], list[int]]:
    """By `TOTAL_KEY`: accounts, then each of the measures."""
    found: defaultdict[tuple[str, ...], list[int]] = defaultdict(lambda: [0] * (1 + len(MEASURES)))
    key = [getattr(UseFigure, name) for name in (*Key._fields, "country", "currency")]
    sums = [func.sum(getattr(UseFigure, name)) for name in MEASURES]
    of_all = select(*key, func.count(), *sums).where(UseFigure.split.not_in([split.value for split in PEOPLE]))
    for row in session.execute(of_all.group_by(*key)):
        found[tuple(row[:5])] = [int(number) for number in row[5:]]
    columns = ("product", "country", "currency", *MEASURES)
    whole = select(*(getattr(UseFigure, name) for name in columns)).where(UseFigure.split == Split.WHOLE.value)
    places = [MEASURES.index(name) for name in ("bought", "bought_unseen", "in_use")]
    for product, country, currency, *counts in session.execute(whole, execution_options={"yield_per": 10_000}):
        total = found[Split.BAND.value, band_of(*(counts[place] for place in places)), product, country, currency]
        for place, number in enumerate((1, *counts)):
            total[place] += number
    month = (UseMonth.month, UseMonth.product, UseState.country)
    moved = [func.sum(getattr(UseMonth, name)) for name in MONTHLY]
    by_month = select(*month, *moved).join(UseState, UseState.account_id == UseMonth.account_id).group_by(*month)
    for number, product, country, *sums_of in session.execute(by_month):
        total = found[Split.MONTH.value, str(number), product, country, ""]
        for name, moved_by in zip(MONTHLY, sums_of, strict=True):
            total[1 + MEASURES.index(name)] = int(moved_by)
    return found
