"""Billing runs: the nights on record, what the next one would do, what is parked and held."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pandas as pd
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from data.database import chunks
from data.models import Account, HeldDocument, Night, ParkedAccount, Setting
from data.period import months_after
from services.access import reading
from services.errors import Refusal
from services.night.books import open_books
from services.night.calendar import STOPPED, NightAhead, NightGoesBack, last_night
from services.night.due import Span, due_accounts, next_due_day
from services.night.shelf import Shelf
from services.night.work import work_out_night
from services.permissions import Actor, Permission
from services.rules.guards import FURTHEST_MONTHS

_NIGHTS = 50  # in the list of what ran
PREVIEWED = 5_000  # accounts worked out for a preview; a larger night is counted and said


@dataclass(frozen=True, slots=True)
class BillingState:
    """Where billing stands. `missing`: nights up to today that have not run, which the next one catches up.

    `stopped`: the reason why billing was stopped by hand, or empty. `next_due`: the next night with anything to do.
    """

    last_night: date | None
    missing: int
    stopped: str
    next_due: date | None
    parked: int
    held: int


@dataclass(frozen=True, slots=True)
class NightPreview:
    """What a night would do, worked out and not written.

    `counts` by what is done (see `AccountWork.report`); `parked`: columns account_id (int), account, reason (code),
    details (dict); `documents`: account_id (int), account, total_minor (int), currency, guard (code or "").
    `worked_out` of `accounts` due were worked out.
    """

    day: date
    accounts: int
    worked_out: int
    counts: Counter[str]
    parked: pd.DataFrame
    documents: pd.DataFrame


def billing_state(actor: Actor, today: date) -> BillingState:
    """Where billing stands today. Raises `NotAllowed`."""
    with reading(actor, Permission.SEE_BILLING) as session:
        last = last_night(session)
        switch = session.get(Setting, STOPPED)
        open_parked = select(func.count()).select_from(ParkedAccount).where(ParkedAccount.resolved_on.is_(None))
        open_held = select(func.count()).select_from(HeldDocument).where(HeldDocument.status == "held")
        return BillingState(
            last_night=last,
            missing=(today - last).days if last else 0,
            stopped=str(switch.value) if switch is not None and switch.value else "",
            next_due=next_due_day(session, last or today - timedelta(days=1)),
            parked=session.scalar(open_parked) or 0,
            held=session.scalar(open_held) or 0,
        )


def list_nights(actor: Actor) -> pd.DataFrame:
    """The latest 50 nights.

    Columns: day (date), finished_at (UTC or None), report (dict of counts; `caught_up_on`: its night).
    """
    with reading(actor, Permission.SEE_BILLING) as session:
        rows = session.execute(
            select(Night.day, Night.finished_at, Night.report).order_by(Night.day.desc()).limit(_NIGHTS)
        ).all()
    return pd.DataFrame([tuple(row) for row in rows], columns=["day", "finished_at", "report"])


def list_parked(actor: Actor) -> pd.DataFrame:
    """Accounts set aside, longest first: account_id (int), account, parked_on (date), reason (code), details (dict)."""
    with reading(actor, Permission.SEE_BILLING) as session:
        rows = session.execute(
            select(Account.id, Account.legal_name, ParkedAccount.parked_on, ParkedAccount.reason, ParkedAccount.details)
            .join(Account, Account.id == ParkedAccount.account_id)
            .where(ParkedAccount.resolved_on.is_(None))
            .order_by(ParkedAccount.parked_on, Account.legal_name)
        ).all()
    return pd.DataFrame(
        [tuple(row) for row in rows], columns=["account_id", "account", "parked_on", "reason", "details"]
    )


def list_held(actor: Actor) -> pd.DataFrame:
    """Documents that wait for a release: account_id, held_id (int), account, held_on (date), guard (code),
    total_minor (int), currency."""
    with reading(actor, Permission.SEE_BILLING) as session:
        held = (HeldDocument.id, Account.legal_name, HeldDocument.held_on, HeldDocument.guard)
        rows = session.execute(
            select(Account.id, *held, HeldDocument.total_minor, HeldDocument.currency)
            .join(Account, Account.id == HeldDocument.account_id)
            .where(HeldDocument.status == "held")
            .order_by(HeldDocument.held_on, Account.legal_name)
        ).all()
    columns = ["account_id", "held_id", "account", "held_on", "guard", "total_minor", "currency"]
    return pd.DataFrame([tuple(row) for row in rows], columns=columns)


def preview_night(actor: Actor, day: date, *, today: date) -> NightPreview:
    """What the night of a day would do, by the same work that the run writes; nothing is written.

    Raises `NightGoesBack` for a day before the last night, `NightAhead` more than 36 months ahead.
    """
    if day > months_after(today, FURTHEST_MONTHS):
        raise NightAhead(day=day, today=today)
    with reading(actor, Permission.SEE_BILLING) as session:
        last = last_night(session)
        if last is not None and day < last:
            raise NightGoesBack(day=day, last_day=last)
        span = Span(day, last or day - timedelta(days=1))
        ids = due_accounts(session, span)
        wanted = ids[:PREVIEWED].tolist()
        counts, parked, documents = _worked_out(session, wanted, span)
    return NightPreview(
        day=day,
        accounts=len(ids),
        worked_out=len(wanted),
        counts=counts,
        parked=pd.DataFrame(parked, columns=["account_id", "account", "reason", "details"]),
        documents=pd.DataFrame(documents, columns=["account_id", "account", "total_minor", "currency", "guard"]),
    )


def _worked_out(
    session: Session, ids: list[int], span: Span
) -> tuple[Counter[str], list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    counts: Counter[str] = Counter()
    parked: list[tuple[Any, ...]] = []
    documents: list[tuple[Any, ...]] = []
    shelf = Shelf(session)
    for chunk in chunks(ids):
        for book in open_books(session, shelf, chunk, span):
            account = book.account
            try:
                work = work_out_night(book, shelf, span)
            except Refusal as refusal:
                parked.append((account.id, account.legal_name, refusal.code, refusal.values))
                continue
            counts.update(work.report())
            for paper in work.papers:
                total = paper.issue.bill.total
                documents.append((account.id, account.legal_name, total.minor, total.currency, paper.guard))
    return counts, parked, documents
