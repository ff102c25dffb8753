"""The tax book against the ledger: tax payable of a period, both figures and the documents that differ."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select, union_all
from sqlalchemy.orm import Session

from data.models import Document, Posting, Seller, TaxEntry
from data.money import Money
from services.access import reading
from services.journal.ledger import LedgerAccount
from services.permissions import Actor, Permission
from services.queries.figures import monthly
from services.queries.tax_book import tax_figures
from services.rules.figures import Measure
from services.rules.tax_figures import TaxMeasure
from services.rules.tax_periods import TaxPeriod

MOST = 20


@dataclass(frozen=True, slots=True)
class TaxTie:
    """What the book and the ledger have of a currency, over all selling entities."""

    book: Money
    ledger: Money

    @property
    def difference(self) -> Money:
        """What the ledger has more."""
        return self.ledger - self.book


@dataclass(frozen=True, slots=True)
class Differing:
    """A document whose tax in the book is not what was posted for it."""

    account_id: int
    document_id: int
    number: str
    book: Money
    ledger: Money


@dataclass(frozen=True, slots=True)
class TaxTieOut:
    """The comparison, by currency, and the first documents that differ, of a period that does not tie."""

    ties: tuple[TaxTie, ...]
    differing: tuple[Differing, ...]

    @property
    def holds(self) -> bool:
        """Whether every currency ties to the cent."""
        return not any(tie.difference for tie in self.ties)


def tax_tie_out(actor: Actor, period: TaxPeriod) -> TaxTieOut:
    """The tax of a period's documents, and tax payable as it was posted on its days."""
    with reading(actor, Permission.SEE_TAX) as session:
        told = tax_figures(period)
        taxed = select(told.c.currency, func.sum(told.c.amount_minor)).where(told.c.measure == TaxMeasure.TAX)
        book = Counter({currency: int(minor) for currency, minor in session.execute(taxed.group_by(told.c.currency))})
        posted = monthly(session, [Measure.LEDGER_TAX], until=period.end - timedelta(days=1))
        ledger = Counter[str]()
        for row in posted:
            ledger[row.currency] -= row.minor if row.month in period.months else 0
        ties = tuple(
            TaxTie(Money(book[each], each), Money(ledger[each], each))
            for each in sorted(book.keys() | ledger.keys())
            if book[each] or ledger[each]
        )
        done = TaxTieOut(ties, ())
        return done if done.holds else TaxTieOut(ties, _differing(session, period))


def _differing(session: Session, period: TaxPeriod) -> tuple[Differing, ...]:
    sellers = session.scalars(select(Seller.code)).all()
    own = (TaxEntry.account_id, TaxEntry.document_id, TaxEntry.currency)
    booked = select(*own, TaxEntry.tax_minor.label("book"), (TaxEntry.tax_minor * 0).label("ledger")).where(
        TaxEntry.seller.in_(sellers), TaxEntry.issued_on >= period.first, TaxEntry.issued_on < period.end
    )
    minor = Posting.amount_minor
    posted = select(Posting.account_id, Posting.document_id, Posting.currency, (minor * 0), -minor).where(
        Posting.ledger_account == LedgerAccount.TAX_PAYABLE,
        Posting.posted_on >= period.first,
        Posting.posted_on < period.end,
    )
    both = union_all(booked, posted).subquery()
    key = (both.c.account_id, both.c.document_id, both.c.currency)
    book, ledger = func.sum(both.c.book), func.sum(both.c.ledger)
    rows = session.execute(select(*key, book, ledger).group_by(*key).having(book != ledger).order_by(*key).limit(MOST))
    found = []
    for account_id, document_id, currency, in_book, in_ledger in rows:
        document = session.get(Document, (account_id, document_id)) if document_id else None
        number = document.number if document else ""
        found.append(
            Differing(
                account_id, document_id or 0, number, Money(int(in_book), currency), Money(int(in_ledger), currency)
            )
        )
    return tuple(found)
