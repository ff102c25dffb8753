"""Issues a held document once somebody has looked at it."""

from datetime import date

from sqlalchemy.orm import Session

from data.models import HeldDocument
from services import access
from services.access import record
from services.bulk import Rows
from services.errors import Unlawful
from services.journal.issues import Issued
from services.night.books import open_books, read_balances, read_purchase_orders
from services.night.due import Span
from services.night.held import lines_of
from services.night.shelf import Shelf
from services.night.work import Paper, issue_of, issuer_of, pay_from_balance
from services.night.write import issue_papers


class ReleasedByStarter(Unlawful):
    """A held document is released by somebody else than who started the run."""


def release(session: Session, held: HeldDocument, today: date) -> Issued:
    """Issue it, dated today; its lines stay as they were worked out. The account is locked by the caller.

    Raises NotReadyToOrder, SellerIncomplete, ExchangeRateMissing.
    """
    shelf = Shelf(session)
    book = open_books(session, shelf, [held.account_id], Span(today, today))[0]
    read_balances(session, {held.account_id: book})
    if held.po_id:
        read_purchase_orders(session, {held.account_id: book}, {(held.account_id, held.po_id)})
    paper = Paper(issue_of(book, shelf, issuer_of(book, shelf), lines_of(held), held.po_id, today), [])
    pay_from_balance(book, [paper])
    (issued,) = issue_papers(session, Rows(session), shelf, [(book, paper)], today, access.now())
    held.status, held.document_id, held.decided_at = "released", issued.document_id, access.now()
    actor = session.info.get("actor")
    held.decided_by = actor.user_id if actor else None
    record(
        session,
        "release_document",
        account_id=held.account_id,
        subject=issued.number,
        subject_id=issued.document_id,
        after={"guard": held.guard, "total": str(issued.total)},
    )
    return issued
