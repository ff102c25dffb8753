"""A statement of account: from the ledger's opening balance to its closing one, what is open by age, and the paper."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.models import Account, Document, Seller
from data.money import Money
from services.access import reading
from services.documents.facts import BuyerFacts, SellerFacts
from services.documents.render import images, render
from services.documents.sheet import Sheet
from services.documents.statement import StatementFacts, statement_sheet
from services.errors import Invalid, NotFound, Problem
from services.facts import billing_contact, buyer_facts, seller_facts
from services.facts.account_statement import entries, ledger_balance
from services.facts.receivables import bucket_sums, open_parts
from services.mails.compose import File
from services.permissions import Actor, Permission
from services.rules.account_statement import in_full, running
from services.rules.report_filters import EARLIEST


@dataclass(frozen=True, slots=True)
class StatementRequest:
    """Whose statement, from which day to which (both included), in which language; empty: the account's."""

    account_id: int
    first_on: date
    last_on: date
    language: str = ""

    def faults(self, today: date) -> list[Problem]:
        """What is wrong with the days."""
        if self.first_on < EARLIEST:
            return [Problem("first_on", "statement_early", {"earliest": EARLIEST})]
        if self.first_on > self.last_on:
            return [Problem("last_on", "statement_backwards")]
        if self.last_on > today:
            return [Problem("last_on", "statement_ahead", {"today": today})]
        return []


def account_statement(actor: Actor, request: StatementRequest, *, today: date) -> StatementFacts:
    """The statement's figures. Raises `Invalid`, `NotFound` (also without a currency or a selling entity yet)."""
    Invalid.when(request.faults(today))
    with reading(actor, Permission.SEE_REPORTS, of=request.account_id) as session:
        return statement_of(session, request, today)


def statement_of(session: Session, request: StatementRequest, today: date) -> StatementFacts:
    """The same within a transaction that is open already."""
    account = session.scalar(select(Account).where(Account.id == request.account_id))
    if account is None or not account.currency or not account.seller:
        raise NotFound(kind="account")
    currency, key = account.currency, account.id
    opening = ledger_balance(session, key, currency, request.first_on, included=False)
    closing = ledger_balance(session, key, currency, request.last_on, included=True)
    found = entries(session, key, currency, request.first_on, request.last_on)
    whole = in_full(found, opening, closing, request.last_on)
    parts = open_parts(session, request.last_on, Document.account_id == key, Document.currency == currency)
    cells = session.execute(select(*bucket_sums(parts, request.last_on))).one()
    contact = billing_contact(session, key)
    seller, buyer = _parties(session, account, contact.name if contact else "")
    return StatementFacts(
        language=request.language or account.language,
        issued_on=today,
        first_on=request.first_on,
        last_on=request.last_on,
        seller=seller,
        buyer=buyer,
        opening=opening,
        closing=closing,
        entries=running(whole, opening),
        aging=tuple(Money(int(cell), currency) for cell in cells),
    )


def statement_pdf(actor: Actor, request: StatementRequest, *, today: date) -> File:
    """The paper as a PDF. Raises what `account_statement` raises."""
    facts = account_statement(actor, request, today=today)
    return File(file_name(facts), render(statement_sheet(facts)))


def statement_pages(sheet: Sheet) -> tuple[bytes, ...]:
    """The paper as images, to be looked at."""
    return images(sheet)


def file_name(facts: StatementFacts) -> str:
    """What the file is called."""
    return f"statement-{facts.buyer.code}-{facts.first_on}-{facts.last_on}.pdf"


def _parties(session: Session, account: Account, attention: str) -> tuple[SellerFacts, BuyerFacts]:
    seller = session.get_one(Seller, account.seller)
    return seller_facts(session, seller, account.currency), buyer_facts(account, attention)
