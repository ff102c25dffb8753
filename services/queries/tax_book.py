"""The tax book of a selling entity: rate by rate of each document, and what the rates of a period add up to."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, Subquery, func, select, union_all

from data.models import Account, Document, PartySnapshot, Seller, TaxEntry, TaxFigure, TaxFigureDelta
from services.access import reading
from services.permissions import Actor, Permission
from services.rules.tax import Treatment
from services.rules.tax_figures import ALIKE, TaxMeasure
from services.rules.tax_periods import TaxPeriod

COLUMNS = (
    "account_id", "document_id", "number", "issued_on", "corrects", "buyer", "vat_number", "treatment", "country",
    "rate", "currency", "base_minor", "tax_minor", "seller_currency", "seller_base_minor", "seller_tax_minor",
    "exchange_rate", "exchange_on", "mention", "article",
)  # fmt: skip
_SUMS = {each: "entries" if each is TaxMeasure.ENTRIES else f"{each.value}_minor" for each in TaxMeasure}
TOTALS = ("kind", "treatment", "country", "rate", "currency", "seller_currency", *_SUMS.values())


@dataclass(frozen=True, slots=True)
class TaxSeller:
    """A selling entity and the first and last day it issued a document on."""

    code: str
    legal_name: str
    country: str
    currency: str
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class TaxKind:
    """What rows of the book are alike: the treatment, and for taxed ones whose rate it is."""

    treatment: str
    country: str = ""
    rate: Decimal | None = None

    @property
    def code(self) -> str:
        """reverse_charge, or standard.DE.19: for links."""
        return self.treatment if self.rate is None else f"{self.treatment}.{self.country}.{self.rate:f}"

    @classmethod
    def of(cls, treatment: str, country: str, rate: Decimal) -> TaxKind:
        """The kind of a row."""
        return cls(treatment, country, rate) if treatment == Treatment.STANDARD else cls(treatment)


@dataclass(frozen=True, slots=True)
class TaxTotals:
    """What a period adds up to: `frame` has a row for each kind and currency, taxed ones first.

    Columns: kind (`TaxKind.code`), treatment (code; not_calculated for a seller without a rate), country and rate
    (percent) of taxed ones, entries, currency, base_minor, tax_minor, and both in the seller's currency.
    """

    frame: pd.DataFrame
    kinds: tuple[TaxKind, ...]

    @property
    def is_foreign(self) -> bool:
        """Whether a document of the period is not in the seller's currency."""
        return bool((self.frame["currency"] != self.frame["seller_currency"]).any())

    def entries(self, kind: str = "") -> int:
        """How many rows the book has, of a kind."""
        return self._sum("entries", lambda row: not kind or row["kind"] == kind)

    def sellers(self, name: str, *treatments: str) -> int:
        """A sum in the seller's currency, of some treatments or all: "base" or "tax"."""
        return self._sum(f"seller_{name}_minor", lambda row: not treatments or row["treatment"] in treatments)

    def _sum(self, name: str, wanted: Any) -> int:
        return sum(int(row[name]) for row in self.frame.to_dict("records") if wanted(row))


def tax_sellers(actor: Actor) -> tuple[TaxSeller, ...]:
    """The selling entities that issued a document, by name."""
    with reading(actor, Permission.SEE_TAX) as session:
        found = []
        for row in session.scalars(select(Seller).order_by(Seller.legal_name, Seller.code)):
            days = select(TaxEntry.issued_on).where(TaxEntry.seller == row.code).limit(1)
            first = session.scalar(days.order_by(TaxEntry.issued_on))  # each is one step into the index
            last = session.scalar(days.order_by(TaxEntry.issued_on.desc()))
            if first and last:
                found.append(TaxSeller(row.code, row.legal_name, row.country, row.currency, first, last))
        return tuple(found)


def tax_totals(actor: Actor, seller: str, period: TaxPeriod) -> TaxTotals:
    """What the documents of a period add up to, by treatment and rate, of the roll-up of its months."""
    with reading(actor, Permission.SEE_TAX) as session:
        told = tax_figures(period, seller)
        like: list[Any] = [
            told.c[name] for name in ("measure", "treatment", "country", "rate", "currency", "seller_currency")
        ]
        rows: Sequence[Any] = session.execute(
            select(*like, func.max(told.c.reason), func.sum(told.c.amount_minor)).group_by(*like)
        ).all()
    totals: dict[tuple[TaxKind, str], dict[str, Any]] = {}
    for measure, treatment, country, rate, currency, seller_currency, reason, minor in rows:
        kind = TaxKind.of(treatment, country, rate)
        if (kind, currency) not in totals:
            totals[kind, currency] = {
                "kind": kind.code,
                "treatment": shown_treatment(treatment, reason),
                "country": kind.country or None,
                "rate": kind.rate,
                "currency": currency,
                "seller_currency": seller_currency,
                **dict.fromkeys(_SUMS.values(), 0),
            }
        totals[kind, currency][_SUMS[TaxMeasure(measure)]] += int(minor)
    ordered = sorted(
        totals, key=lambda key: (_ORDER.index(key[0].treatment), key[0].country, -(key[0].rate or 0), key[1])
    )
    frame = pd.DataFrame([totals[key] for key in ordered], columns=list(TOTALS), dtype=object)
    return TaxTotals(frame, tuple(dict.fromkeys(kind for kind, _ in ordered)))


_ORDER = (Treatment.STANDARD, Treatment.REVERSE_CHARGE, Treatment.EXEMPT, Treatment.OUT_OF_SCOPE)


def tax_figures(period: TaxPeriod, seller: str = "") -> Subquery:
    """The sums of a period's months, folded and not yet folded, of one selling entity or all, a measure a row."""
    parts = []
    for model in (TaxFigure, TaxFigureDelta):
        columns = [getattr(model, name) for name in ("measure", *ALIKE, "amount_minor")]
        part = select(*columns).where(model.measure.in_(list(TaxMeasure)), model.month.in_(period.months))
        parts.append(part.where(model.seller == seller) if seller else part)
    return union_all(*parts).subquery()


def shown_treatment(treatment: str, reason: str) -> str:
    """A seller whose country has no rate calculates no tax at all, which is told apart."""
    return "not_calculated" if reason == "not_calculated" else treatment


def tax_book(
    actor: Actor,
    seller: str,
    period: TaxPeriod,
    kind: TaxKind | None = None,
    *,
    limit: int | None = 50,
    offset: int = 0,
) -> pd.DataFrame:
    """The book of a period in the order of days and numbers, a row a document and rate; all of it without a limit.

    Columns: account_id, document_id (int), number, issued_on (date), corrects (numbers of the invoices that a credit
    note corrects), buyer and vat_number (as printed), treatment (code), country and rate (percent), currency,
    base_minor, tax_minor, the same in seller_currency, exchange_rate (Decimal) and exchange_on (date) where the
    currencies differ, mention (code) and article.
    """
    with reading(actor, Permission.SEE_TAX) as session:
        # keys first: joined, the database would find what is printed of every row before the page, too
        page = select(TaxEntry.account_id, TaxEntry.id).where(*_criteria(seller, period, kind)).order_by(*_IN_ORDER)
        keys = page.limit(limit).offset(offset).subquery()
        rows = session.execute(
            select(TaxEntry, Document.facts, PartySnapshot.content, Account.legal_name)
            .join(keys, (keys.c.account_id == TaxEntry.account_id) & (keys.c.id == TaxEntry.id))
            .join(Document, (Document.account_id == TaxEntry.account_id) & (Document.id == TaxEntry.document_id))
            .join(Account, Account.id == TaxEntry.account_id)
            .outerjoin(
                PartySnapshot,
                (PartySnapshot.account_id == Document.account_id) & (PartySnapshot.id == Document.party_id),
            )
            .order_by(*_IN_ORDER)
        )
        return pd.DataFrame([_row(*row) for row in rows], columns=list(COLUMNS), dtype=object)


_IN_ORDER = (TaxEntry.issued_on, TaxEntry.number, TaxEntry.treatment, TaxEntry.country, TaxEntry.rate)


def _criteria(seller: str, period: TaxPeriod, kind: TaxKind | None) -> list[ColumnElement[bool]]:
    criteria = [TaxEntry.seller == seller, TaxEntry.issued_on >= period.first, TaxEntry.issued_on < period.end]
    if kind is not None:
        criteria.append(TaxEntry.treatment == kind.treatment)
        if kind.rate is not None:
            criteria += [TaxEntry.country == kind.country, TaxEntry.rate == kind.rate]
    return criteria


def _row(entry: TaxEntry, facts: str | None, parties: str | None, account: str) -> tuple[Any, ...]:
    printed = json.loads(facts) if facts else {}
    exchange = printed.get("exchange")
    return (
        entry.account_id,
        entry.document_id,
        entry.number,
        entry.issued_on,
        ", ".join(each[0] for each in printed.get("corrects", ())),
        json.loads(parties)["buyer"]["legal_name"] if parties else account,
        entry.vat_number,
        shown_treatment(entry.treatment, entry.reason),
        entry.country,
        entry.rate,
        entry.currency,
        entry.base_minor,
        entry.tax_minor,
        entry.seller_currency,
        entry.seller_base_minor,
        entry.seller_tax_minor,
        Decimal(exchange["rate"]) if exchange else None,
        date.fromisoformat(exchange["day"]) if exchange else None,
        entry.mention,
        entry.article,
    )
