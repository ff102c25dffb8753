"""What is reported of the tax book: supplies reversed to buyers in other states, and sales at their rates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from data.models import Account, TaxEntry
from data.models.tax import IS_REVERSED
from services.access import reading
from services.permissions import Actor, Permission
from services.queries.tax_book import tax_figures
from services.rules.tax import VatState
from services.rules.tax_figures import TaxMeasure
from services.rules.tax_periods import TaxPeriod

EC_SALES = ("account_id", "country", "vat_number", "buyer", "state", "entries", "net_minor", "currency")
OSS = ("country", "rate", "is_business", "currency", "entries", "base_minor", "tax_minor")
# The state of a number in the list, the worst first; `changed`: the account has another number now.
STATES = ("missing", VatState.REFUSED, VatState.UNCHECKED, VatState.FORM_ONLY, "changed", VatState.CONFIRMED)


@dataclass(frozen=True, slots=True)
class EcSales:
    """A page of the EC sales list, and how many buyers and what net there is over all pages (seller's minor units).

    Columns: account_id (one of the buyer's), country and vat_number (as printed), buyer (legal name), state (one of
    `STATES`), entries (invoices and credit notes), net_minor, currency (the seller's).
    """

    frame: pd.DataFrame
    buyers: int
    net_minor: int


def ec_sales(actor: Actor, seller: str, period: TaxPeriod, *, limit: int | None = 50, offset: int = 0) -> EcSales:
    """Reverse-charged supplies of a month or quarter by VAT number and country, net of credit notes.

    A buyer whose supplies come to 0.00 is not listed.
    """
    with reading(actor, Permission.SEE_TAX) as session:
        net = func.sum(TaxEntry.seller_base_minor)
        buyers = (
            select(
                TaxEntry.vat_number,
                TaxEntry.country,
                func.count().label("entries"),
                net.label("net"),
                func.min(TaxEntry.seller_currency).label("currency"),
            )
            .where(*_reversed(seller, period))
            .group_by(TaxEntry.vat_number, TaxEntry.country)
            .having(net != 0)
        )
        # the amounts alone, which the index holds
        lean = buyers.with_only_columns(net.label("net")).subquery()
        count, total = session.execute(select(func.count(), func.sum(lean.c.net)).select_from(lean)).one()
        page = buyers.order_by(TaxEntry.vat_number, TaxEntry.country).limit(limit).offset(offset)
        rows = session.execute(page).all()
        known = _accounts(session, seller, period, [row[0] for row in rows])
        listed = [
            (*known[number, country][:1], country, number, *known[number, country][1:], entries, int(amount), currency)
            for number, country, entries, amount, currency in rows
        ]
        return EcSales(pd.DataFrame(listed, columns=list(EC_SALES), dtype=object), int(count), int(total or 0))


def _reversed(seller: str, period: TaxPeriod) -> list[ColumnElement[bool]]:
    criteria: list[Any] = [IS_REVERSED, TaxEntry.seller == seller, TaxEntry.quarter.in_(period.quarters)]
    if period.unit == "month":
        criteria += [TaxEntry.issued_on >= period.first, TaxEntry.issued_on < period.end]
    return criteria


def _accounts(
    session: Session, seller: str, period: TaxPeriod, numbers: Sequence[str]
) -> dict[tuple[str, str], tuple[int, str, str]]:
    """Of each number and country: an account it was printed for, its name, and the worst state of the number."""
    owners = (
        select(TaxEntry.account_id, TaxEntry.vat_number, TaxEntry.country)
        .where(*_reversed(seller, period), TaxEntry.vat_number.in_(numbers))
        .distinct()
        .subquery()
    )
    rows = session.execute(
        select(
            owners.c.vat_number, owners.c.country, Account.id, Account.legal_name, Account.vat_number, Account.vat_state
        )
        .join(Account, Account.id == owners.c.account_id)
        .order_by(Account.id.desc())
    )
    found: dict[tuple[str, str], tuple[int, str, str]] = {}
    for number, country, account_id, name, now, state in rows:
        shown = state_of(number, now, state)
        earlier = found.get((number, country))
        worst = min((shown, earlier[2]) if earlier else (shown,), key=STATES.index)
        found[number, country] = (account_id, name, worst)
    return found


def state_of(printed: str, now: str, state: str) -> str:
    """How a printed number stands today, by the account's number and its check; one of `STATES`."""
    if not printed:
        return "missing"
    return state if printed == now else "changed"


def oss(actor: Actor, seller: str, period: TaxPeriod) -> pd.DataFrame:
    """Supplies of a period that were taxed at the rate of the buyer's state, by country and rate.

    Columns: country, rate (percent), is_business (such a buyer gave no number that holds: no matter for OSS), entries,
    currency (the seller's), base_minor, tax_minor; net of credit notes.
    """
    with reading(actor, Permission.SEE_TAX) as session:
        told = tax_figures(period, seller)
        like = [told.c[name] for name in ("is_business", "country", "rate", "seller_currency", "measure")]
        rows = session.execute(
            select(*like, func.sum(told.c.amount_minor)).where(told.c.reason == "eu_buyer_rate").group_by(*like)
        ).all()
    sums: dict[tuple[Any, ...], dict[str, int]] = {}
    for *key, measure, minor in rows:
        sums.setdefault(tuple(key), {})[measure] = int(minor)
    measures = (TaxMeasure.ENTRIES, TaxMeasure.SELLER_BASE, TaxMeasure.SELLER_TAX)
    listed = [
        (country, rate, is_business, currency, *(sums[key].get(measure, 0) for measure in measures))
        for key in sorted(sums)
        for is_business, country, rate, currency in [key]
    ]
    return pd.DataFrame(listed, columns=list(OSS), dtype=object)
