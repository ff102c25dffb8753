"""The tax book against the ledger: tax payable of a period, both figures and the documents that differ."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from sqlalchemy import func, select, union_all
from sqlalchemy.orm import Session

from data.models import Account, Document, Posting, Seller, TaxEntry
from data.money import Money
from services.access import reading
from services.journal.ledger import LedgerAccount
from services.permissions import Actor, Permission
from services.queries.figures import monthly
from services.queries.tax_book import tax_figures
from services.rules.figures import Measure
from services.rules.tax_figures import TaxMeasure
from services.rules.tax_periods import TaxPeriod
from services.rules.tie_outs import Offender, TieOut

MOST = 20
CODE = "tax_book_is_ledger"


def tax_tie_out(actor: Actor, period: TaxPeriod) -> tuple[TieOut, ...]:
    """Tax payable as it was posted on a period's days and the tax of its documents, by currency, over all sellers."""
    with reading(actor, Permission.SEE_TAX) as session:
        told = tax_figures(period)
        taxed = select(told.c.currency, func.sum(told.c.amount_minor)).where(told.c.measure == TaxMeasure.TAX)
        book = Counter({currency: int(minor) for currency, minor in session.execute(taxed.group_by(told.c.currency))})
        ledger = Counter[str]()
        for row in monthly(session, [Measure.LEDGER_TAX], until=period.end - timedelta(days=1)):
            ledger[row.currency] -= row.minor if row.month in period.months else 0
        offenders: dict[str, list[Offender]] = {}
        if any(book[each] != ledger[each] for each in book.keys() | ledger.keys()):
            offenders = _differing(session, period)
        return tuple(
            TieOut(CODE, Money(ledger[each], each), Money(book[each], each), tuple(offenders.get(each, ())))
            for each in sorted(book.keys() | ledger.keys())
            if book[each] or ledger[each]
        )


def _differing(session: Session, period: TaxPeriod) -> dict[str, list[Offender]]:
    """The first documents, and entries without one, whose tax was not posted as the book has it, by currency."""
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
    found: dict[str, list[Offender]] = {}
    for account_id, document_id, currency, in_book, in_ledger in rows:
        document = session.get(Document, (account_id, document_id)) if document_id else None
        account = session.get_one(Account, account_id)
        page, ids = ("billing/invoice", (("account", account_id), ("document", document_id))) if document else ("", ())
        amounts = Money(int(in_ledger), currency), Money(int(in_book), currency)
        subject = document.number if document else account.legal_name
        found.setdefault(currency, []).append(Offender(subject, *amounts, page, ids))
    return found
