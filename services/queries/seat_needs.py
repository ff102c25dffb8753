"""Seats to be asked about, by manager, and what a file of answers would do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import pandas as pd
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from data.models import Account, LicensedUser, Product, Seat, SeatNeed, Subscription
from services.access import reading
from services.errors import NotFound
from services.facts.paid import seat_rates
from services.facts.seat_needs import of_seat, said_lately, seats_said
from services.facts.seat_uses import assigned, of_user, seats_of_use, use_ground
from services.permissions import Actor, Permission
from services.queries.seats import Listed
from services.queries.usage import COLUMNS as USE_COLUMNS
from services.queries.usage import seat_cells
from services.rules.import_mapping import ColumnMap, Reader
from services.rules.import_records import Record, records
from services.rules.import_verdicts import Verdict
from services.rules.seat_needs import Answer, JudgedNeed, judged, seat_code, seat_id_of
from services.rules.tables import Table

__all__ = ["Answer", "JudgedNeed", "ManagerSeats", "NeedsPlan"]

PAGE = 1_000  # rows read at once
COLUMNS = ("seat", "manager", "cost_centre", *USE_COLUMNS, "reference", "month_minor", "currency", "answer")


@dataclass(frozen=True, slots=True)
class ManagerSeats:
    """A manager's seats (empty name: nobody's), and how many of them are answered for."""

    manager: str
    seats: int
    needed: int
    not_needed: int


@dataclass(frozen=True, slots=True)
class NeedsPlan:
    """The verdict on every row of a file of answers, in the file's order."""

    account_id: int
    rows: tuple[JudgedNeed, ...]
    today: date

    @property
    def counts(self) -> Mapping[Verdict, int]:
        """How many rows of each verdict."""
        found = Counter(row.verdict for row in self.rows)
        return {verdict: found[verdict] for verdict in Verdict}

    @property
    def to_write(self) -> tuple[JudgedNeed, ...]:
        """The rows that applying would write."""
        return tuple(row for row in self.rows if row.verdict in (Verdict.NEW, Verdict.CHANGED))

    def answers(self, answer: Answer) -> int:
        """How many rows that would be written say so."""
        return sum(row.answer is answer for row in self.to_write)

    def outcome(self, written: Iterable[JudgedNeed]) -> NeedsPlan:
        """The plan's rows with what applying it made of those that were to be written."""
        done = {row.row: row for row in written}
        return replace(self, rows=tuple(done.get(row.row, row) for row in self.rows))


def need_managers(actor: Actor, account_id: int, *, today: date) -> tuple[ManagerSeats, ...]:
    """The account's managers with their people's seats, those with most first; one group where names are hidden.

    Raises `NotFound`.
    """
    with reading(actor, Permission.SEE_USAGE, of=account_id) as session:
        account = _account(session, account_id)
        ground = use_ground(session, account_id, today)
        rows = session.execute(
            select(
                LicensedUser.manager,
                func.count(),
                func.count(SeatNeed.user_id).filter(SeatNeed.is_needed),
                func.count(SeatNeed.user_id).filter(~SeatNeed.is_needed),
            )
            .select_from(Seat)
            .join(LicensedUser, of_user())
            .outerjoin(SeatNeed, of_seat() & said_lately(today))
            .where(*assigned(ground))
            .group_by(LicensedUser.manager)
        ).all()
        groups = [ManagerSeats(manager, seats, needed, not_needed) for manager, seats, needed, not_needed in rows]
        is_hidden = account.hides_names
    if is_hidden and groups:
        sums = (sum(g.seats for g in groups), sum(g.needed for g in groups), sum(g.not_needed for g in groups))
        return (ManagerSeats("", *sums),)
    return tuple(sorted(groups, key=lambda group: (not group.manager, -group.seats, group.manager)))


def need_seats(
    actor: Actor, account_id: int, *, today: date, manager: str | None = None, limit: int = PAGE, offset: int = 0
) -> Listed:
    """Seats to be asked about, by manager and name; of one manager ("": of nobody), or of all (None).

    Columns: seat (its number), manager, cost_centre, those of `seat_uses`, reference, month_minor, currency, answer
    (empty: it is for the reader to fill in). Where names are hidden manager and email are empty, person is a short
    mark. Raises `NotFound`.
    """
    with reading(actor, Permission.SEE_USAGE, of=account_id) as session:
        account = _account(session, account_id)
        hidden, ground = account.hides_names, use_ground(session, account_id, today)
        criteria: list[ColumnElement[bool]] = list(assigned(ground))
        if manager is not None and not hidden:
            criteria.append(LicensedUser.manager == manager)
        found = select(Seat.id).join(LicensedUser, of_user()).where(*criteria)
        total = session.scalar(select(func.count()).select_from(found.subquery())) or 0
        order = (Seat.id,) if hidden else (LicensedUser.manager, LicensedUser.search_text, Seat.product, Seat.id)
        page = session.scalars(found.order_by(*order).limit(limit).offset(offset)).all()
        places = {seat_id: place for place, seat_id in enumerate(page)}
        seats = seats_of_use(session, ground, page=select(Seat.id).where(Seat.id.in_(page)))
        seats.sort(key=lambda seat: places[seat.seat_id])
        rates = seat_rates(session, [account_id], today)
        names = dict(session.execute(select(Product.code, Product.name)).all())
        own = select(Subscription.id, Subscription.reference).where(Subscription.account_id == account_id)
        references = dict(session.execute(own).all())
        table = []
        for seat in seats:
            rate = rates.get((account_id, seat.subscription_id))
            month = (rate.monthly(1).minor, rate.currency) if rate else (None, account.currency)
            cells = seat_cells(seat, names[seat.product], ground.policies[seat.product], hidden=hidden)
            of_whom = ("" if hidden else seat.manager, seat.cost_centre)
            table.append((seat_code(seat.seat_id), *of_whom, *cells, references[seat.subscription_id], *month, None))
    return Listed(pd.DataFrame(table, columns=list(COLUMNS), dtype=object), total)


def plan_needs(actor: Actor, account_id: int, table: Table, columns: ColumnMap, *, today: date) -> NeedsPlan:
    """The verdict on every row of a file; nothing is written. Raises `ColumnsMissing`, `FieldsUnmapped`, `NotFound`.

    Rows that say what was said already are unchanged: the same file twice does no harm.
    """
    found = list(records(table, Reader.of(columns, table.header), key=("",)))
    with reading(actor, Permission.CHANGE_SEATS, of=account_id) as session:
        return NeedsPlan(account_id, judged_needs(session, _account(session, account_id), found), today)


def judged_needs(session: Session, account: Account, found: Sequence[Record]) -> tuple[JudgedNeed, ...]:
    """The rows judged against what is stored now."""
    asked = {seat_id_of(str(record.values.get("seat", ""))) for record in found}
    seats = seats_said(session, account.id, [seat_id for seat_id in asked if seat_id is not None])
    return tuple(judged(found, seats, checks_emails=not account.hides_names))


def _account(session: Session, account_id: int) -> Account:
    account = session.scalar(select(Account).where(Account.id == account_id))
    if account is None:
        raise NotFound(kind="account")
    return account
