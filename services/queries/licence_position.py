"""The licence position of an account on a day: its lines, who held the seats, and the paper for an audit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from data.models import Account, Product, Seat, Seller, Subscription
from services.access import reading
from services.documents.licence_position import PositionFacts, PrintedHolder, position_sheet
from services.documents.render import render
from services.errors import Invalid, NotFound, Problem
from services.facts import buyer_facts, seller_facts
from services.facts.licence_position import held_on, holder_of, holders, position_lines
from services.facts.usage import use_policies
from services.mails.compose import File
from services.permissions import Actor, Permission
from services.queries.seats import PAGE_SIZE, Listed
from services.rules.licence_position import PositionLine, Totals, totals
from services.rules.report_filters import EARLIEST
from services.rules.usage_events import pseudonym

MOST_PRINTED = 5_000  # holders on the paper; the file of the list has all
HOLDERS = "user_id person email product reference held_since state last_seen_on"


@dataclass(frozen=True, slots=True)
class PositionRequest:
    """Whose position, on which day, in which language (empty: the account's), with the list of holders or without."""

    account_id: int
    day: date
    language: str = ""
    with_holders: bool = False

    def faults(self, today: date) -> list[Problem]:
        """What is wrong with the day."""
        if self.day < EARLIEST:
            return [Problem("day", "position_early", {"earliest": EARLIEST})]
        if self.day > today:
            return [Problem("day", "position_ahead", {"today": today})]
        return []


@dataclass(frozen=True, slots=True)
class Position:
    """An account's position at the end of a day. `holders`: how many seats were held; `may_print`: has a seller."""

    account_id: int
    account_name: str
    code: str
    language: str
    hides_names: bool
    day: date
    lines: tuple[PositionLine, ...]
    totals: Totals
    holders: int
    may_print: bool


def licence_position(actor: Actor, request: PositionRequest, *, today: date) -> Position:
    """The position at the end of the day, as it was then. Raises `Invalid`, `NotFound`."""
    Invalid.when(request.faults(today))
    with reading(actor, Permission.SEE_USAGE, of=request.account_id) as session:
        return _position(session, _account(session, request), request, today)


def position_holders(
    actor: Actor, request: PositionRequest, *, today: date, limit: int = PAGE_SIZE, offset: int = 0
) -> Listed:
    """Who held a seat at the end of the day, by name.

    Columns: user_id (text), person, email, product (name), reference, held_since, state (`assigned`, `pending`),
    last_seen_on. Where names are hidden, person is a short mark and email is empty. Raises `Invalid`, `NotFound`.
    """
    Invalid.when(request.faults(today))
    with reading(actor, Permission.SEE_USAGE, of=request.account_id) as session:
        account = _account(session, request)
        rows = _holders(session, account, request, today, limit=limit, offset=offset)
        total = session.scalar(select(func.count(Seat.id)).where(*held_on(account.id, day=request.day, today=today)))
    table = [
        (str(user_id), one.person, one.email, one.product, one.reference, one.held_since,
         "pending" if one.is_pending else "assigned", one.last_seen_on)
        for user_id, one in rows
    ]  # fmt: skip
    return Listed(pd.DataFrame(table, columns=HOLDERS.split(), dtype=object), total or 0)


def position_pdf(actor: Actor, request: PositionRequest, *, today: date) -> File:
    """The paper as a PDF, the same bytes for the same facts. Raises `Invalid`, `NotFound` (also without a seller)."""
    Invalid.when(request.faults(today))
    with reading(actor, Permission.SEE_USAGE, of=request.account_id) as session:
        account = _account(session, request)
        seller = session.get(Seller, account.seller) if account.seller else None
        if seller is None or not account.currency:
            raise NotFound(kind="seller")
        found = _position(session, account, request, today)
        printed: Sequence[tuple[int, PrintedHolder]] = ()
        if request.with_holders:
            printed = _holders(session, account, request, today, limit=MOST_PRINTED, offset=0)
        facts = PositionFacts(
            language=request.language or account.language,
            day=request.day,
            issued_on=today,
            is_today=request.day == today,
            seller=seller_facts(session, seller, account.currency),
            buyer=buyer_facts(account, ""),
            lines=found.lines,
            totals=found.totals,
            in_use_days=_in_use_days(session, found.lines),
            with_holders=request.with_holders,
            holders=tuple(holder for _, holder in printed),
            held=found.holders,
            hides_names=account.hides_names,
        )
    return File(file_name(found), render(position_sheet(facts)))


def file_name(position: Position, ending: str = "pdf") -> str:
    """What a file of the position is called."""
    return f"licence-position-{position.code}-{position.day}.{ending}"


def _account(session: Session, request: PositionRequest) -> Account:
    account = session.scalar(select(Account).where(Account.id == request.account_id))
    if account is None:
        raise NotFound(kind="account")
    return account


def _position(session: Session, account: Account, request: PositionRequest, today: date) -> Position:
    currency = account.currency or "EUR"  # without one, nothing was ever bought
    lines = position_lines(session, account.id, currency, day=request.day, today=today)
    held = select(func.count(Seat.id)).where(*held_on(account.id, day=request.day, today=today))
    return Position(
        account_id=account.id,
        account_name=account.legal_name,
        code=account.code,
        language=account.language,
        hides_names=account.hides_names,
        day=request.day,
        lines=lines,
        totals=totals(lines, currency),
        holders=session.scalar(held) or 0,
        may_print=bool(account.seller and account.currency),
    )


def _holders(
    session: Session, account: Account, request: PositionRequest, today: date, *, limit: int, offset: int
) -> list[tuple[int, PrintedHolder]]:
    names = dict(session.execute(select(Product.code, Product.name)).all())
    references = dict(
        session.execute(
            select(Subscription.id, Subscription.reference).where(Subscription.account_id == account.id)
        ).all()
    )
    hidden = account.hides_names
    listed = holders(session, account.id, day=request.day, today=today, by_name=not hidden)
    found = []
    for row in session.execute(listed.limit(limit).offset(offset)):
        holder = holder_of(*row)
        printed = PrintedHolder(
            person=pseudonym(holder.user_id) if hidden else holder.name,
            email="" if hidden else holder.email,
            product=names[holder.product],
            reference=references[holder.subscription_id],
            held_since=holder.held_since,
            is_pending=holder.is_pending,
            last_seen_on=holder.last_seen_on,
        )
        found.append((holder.user_id, printed))
    return found


def _in_use_days(session: Session, lines: Sequence[PositionLine]) -> tuple[int, ...]:
    """The days within which activity is use, of the products there are."""
    policies = use_policies(session)
    return tuple(sorted({policies[line.product].in_use_days for line in lines}))
