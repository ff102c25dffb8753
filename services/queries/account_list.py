"""The list of accounts: searched, filtered and paged in the database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, Select, and_, case, func, not_, select
from sqlalchemy.orm import Session

from data.models import Account, Contact, Document, Movement, Subscription, Team, User
from data.models.documents import IS_OWED
from services.access import keep_to_those, reading
from services.facts.readiness import is_incomplete, lacks_something
from services.permissions import Actor, Permission
from services.rules.lifecycle import Status

COLUMNS = (
    "account_id", "code", "name", "status", "country", "city", "segment", "rep", "team", "billing_contact",
    "currency", "mrr_minor", "overdue_minor", "renews_on",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class AccountFilter:
    """What the list is limited to; what is empty limits nothing.

    `text`: each of its words is part of name, code, VAT number, city or a contact. `state`: ready, incomplete or
    self_service. `rep_id` 0: accounts without a rep.
    """

    text: str = ""
    country: str = ""
    segment: str = ""
    state: str = ""
    rep_id: int | None = None


@dataclass(frozen=True, slots=True)
class AccountPage:
    """A page of the list: `frame`, and the `total` of accounts over all pages.

    Columns: account_id (int), code, name, status (ready · incomplete · self_service), country (ISO 3166), city,
    segment, rep, team, billing_contact (texts), currency (ISO 4217), mrr_minor, overdue_minor (minor units of it, or
    None without a currency, the latter also without the right to invoices), renews_on (date or None).
    """

    frame: pd.DataFrame
    total: int


@dataclass(frozen=True, slots=True)
class FilterChoices:
    """The values that the actor's accounts have: countries, segments, reps as (id, name)."""

    countries: tuple[str, ...]
    segments: tuple[str, ...]
    reps: tuple[tuple[int, str], ...]


def list_accounts(
    actor: Actor, wanted: AccountFilter = AccountFilter(), *, limit: int = 50, offset: int = 0, today: date
) -> AccountPage:
    """The accounts the actor may see, by name, with the figures of a day."""
    with reading(actor, Permission.SEE_ACCOUNTS) as session:
        criteria = _criteria(session, wanted)
        ids, total = _page(session, criteria, limit, offset)
        return AccountPage(_frame(session, ids, today), total)


def _page(session: Session, criteria: list[ColumnElement[bool]], limit: int, offset: int) -> tuple[list[int], int]:
    """The ids of a page, by name, and the number of all accounts that match."""
    # search_text begins with the name, and its index holds every column that is filtered by
    page = select(Account.id).where(*criteria).order_by(Account.search_text, Account.id).limit(limit).offset(offset)
    ids = list(session.scalars(page))
    if len(ids) < limit and (ids or not offset):  # the last page: nothing left to count
        return ids, offset + len(ids)
    return ids, int(session.scalar(select(func.count()).select_from(Account).where(*criteria)) or 0)


def filter_choices(actor: Actor) -> FilterChoices:
    """What the list's filters offer to the actor."""
    with reading(actor, Permission.SEE_ACCOUNTS) as session:
        found = {name: _distinct(session, name) for name in ("country", "segment", "rep_id")}
        reps = session.execute(select(User.id, User.name).where(User.id.in_(found["rep_id"])).order_by(User.name))
        return FilterChoices(
            countries=tuple(found["country"]),
            segments=tuple(found["segment"]),
            reps=tuple((user_id, name) for user_id, name in reps),
        )


def _distinct(session: Session, name: str) -> list[Any]:
    column = getattr(Account, name)
    return sorted(value for value in session.scalars(select(column).distinct()) if value)


def _criteria(session: Session, wanted: AccountFilter) -> list[ColumnElement[bool]]:
    criteria: list[ColumnElement[bool]] = [
        Account.search_text.contains(word, autoescape=True) for word in wanted.text.casefold().split()
    ]
    if wanted.country:
        criteria.append(Account.country == wanted.country)
    if wanted.segment:
        criteria.append(Account.segment == wanted.segment)
    if wanted.rep_id is not None:
        criteria.append(Account.rep_id == wanted.rep_id if wanted.rep_id else Account.rep_id.is_(None))
    if wanted.state == "self_service":
        criteria.append(Account.kind == "self_service")
    elif wanted.state:
        criteria.append(Account.kind != "self_service")
        lacks = is_incomplete(session)
        criteria.append(lacks if wanted.state == "incomplete" else not_(lacks))
    return criteria


def _frame(session: Session, ids: Sequence[int], today: date) -> pd.DataFrame:
    keep_to_those(session, ids)
    figures = _figures(session, ids, today)
    may_bill = session.info["actor"].may(Permission.SEE_INVOICES)
    found = session.execute(
        select(Account, lacks_something(session), User.name, Team.name)
        .outerjoin(User, User.id == Account.rep_id)
        .outerjoin(Team, Team.id == Account.team_id)
        .where(Account.id.in_(ids))
    )
    rows = {}
    for account, lacks, rep, team in found:
        mrr, overdue = (figures[name].get(account.id, 0) if account.currency else None for name in ("mrr", "overdue"))
        rows[account.id] = (
            account.id,
            account.code,
            account.legal_name,
            "self_service" if account.kind == "self_service" else "incomplete" if lacks else "ready",
            account.country,
            account.city,
            account.segment,
            rep or "",
            team or "",
            figures["contacts"].get(account.id, ""),
            account.currency or None,
            mrr,
            overdue if may_bill else None,
            figures["renewals"].get(account.id),
        )
    return pd.DataFrame([rows[account_id] for account_id in ids], columns=list(COLUMNS), dtype=object)


def _figures(session: Session, ids: Sequence[int], today: date) -> dict[str, dict[int, Any]]:
    """By account: name of the billing contact, MRR and overdue in minor units, next renewal."""
    renews = and_(
        Subscription.status == Status.ACTIVE,
        Subscription.is_trial.is_(False),
        Subscription.is_auto_renewed,
        Subscription.period_end > today,
    )
    statements: dict[str, Select[Any, Any]] = {
        "contacts": select(Contact.account_id, Contact.name).where(
            Contact.account_id.in_(ids), Contact.is_billing_contact, Contact.is_active
        ),
        "mrr": select(Movement.account_id, func.sum(Movement.amount_minor))
        .where(Movement.account_id.in_(ids), Movement.moved_on <= today)
        .group_by(Movement.account_id),
        "overdue": select(Document.account_id, func.sum(Document.open_minor))
        .where(Document.account_id.in_(ids), IS_OWED, Document.due_on < today)
        .group_by(Document.account_id),
        # all but the account stands outside the WHERE: the index on status would read every active subscription
        "renewals": select(Subscription.account_id, func.min(case((renews, Subscription.period_end))))
        .where(Subscription.account_id.in_(ids))
        .group_by(Subscription.account_id),
    }
    return {
        name: {account_id: value for account_id, value in session.execute(statement)}  # noqa: C416 - typed rows
        for name, statement in statements.items()
    }
