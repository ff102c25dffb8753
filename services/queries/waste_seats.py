"""The seats behind an account's waste, one by one: idle ones with their evidence, others with the rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from data.models import Account, LicensedUser, Product, Seat, Subscription
from data.money import Money
from services.access import reading
from services.errors import NotFound
from services.facts.idle_money import SeatPrices, idle_seats, seat_prices
from services.facts.seat_uses import UseGround, assigned, of_user, seats_of_use, use_expression, use_ground
from services.permissions import Actor, Permission
from services.queries.seats import PAGE_SIZE, Listed
from services.queries.usage import COLUMNS as USE_COLUMNS
from services.queries.usage import seat_cells
from services.queries.waste import RUNNING
from services.rules.usage import SeatUse
from services.rules.waste import in_cents

COLUMNS = (
    *USE_COLUMNS, "exclusion_reason", "reference", "cost_centre", "manager", "month_minor", "so_far_minor", "currency",
)  # fmt: skip
Amounts = Mapping[int, tuple[Money, Money | None]]


@dataclass(frozen=True, slots=True)
class SeatFilter:
    """Which seats: of a use, a product, a cost centre, a manager; None limits nothing, empty means none is given."""

    use: SeatUse = SeatUse.IDLE
    product: str | None = None
    cost_centre: str | None = None
    manager: str | None = None


def waste_seats(
    actor: Actor, account_id: int, wanted: SeatFilter, *, today: date, limit: int = PAGE_SIZE, offset: int = 0
) -> Listed:
    """An account's seats of one use, by name, with what each costs.

    Columns: those of `seat_uses`, and exclusion_reason, reference (of the subscription), cost_centre, manager,
    month_minor (the price of a month), so_far_minor (of an idle seat: since it was last used), currency. Of all idle
    seats both add up to the account's waste. Where names are hidden, person is a short mark and manager is empty.
    Raises `NotFound`.
    """
    with reading(actor, Permission.SEE_USAGE, of=account_id) as session:
        account = session.scalar(select(Account).where(Account.id == account_id))
        if account is None:
            raise NotFound(kind="account")
        ground = use_ground(session, account_id, today)
        rows = session.scalars(
            select(Subscription).where(Subscription.account_id == account_id, Subscription.status.in_(RUNNING))
        ).all()
        amounts = _amounts(session, ground, seat_prices(session, rows, today), wanted.use, account.currency)
        chosen = select(Seat.id).join(LicensedUser, of_user()).where(*_criteria(ground, wanted, account))
        ids = [key for key in session.scalars(chosen.order_by(*_order(account))) if key in amounts]
        page = ids[offset : offset + limit]
        seats = seats_of_use(session, ground, page=select(Seat.id).where(Seat.id.in_(page)))
        places = {key: place for place, key in enumerate(page)}
        seats.sort(key=lambda seat: places[seat.seat_id])
        names = dict(session.execute(select(Product.code, Product.name)).all())
        references = {row.id: row.reference for row in rows}
        table = []
        for seat in seats:
            month, so_far = amounts[seat.seat_id]
            cells = seat_cells(seat, names[seat.product], ground.policies[seat.product], hidden=account.hides_names)
            manager = "" if account.hides_names else seat.manager
            of_whom = (seat.exclusion_reason, references[seat.subscription_id], seat.cost_centre, manager)
            table.append((*cells, *of_whom, month.minor, so_far.minor if so_far else None, month.currency))
    return Listed(pd.DataFrame(table, columns=list(COLUMNS), dtype=object), len(ids))


def _amounts(session: Session, ground: UseGround, prices: SeatPrices, use: SeatUse, currency: str) -> Amounts:
    """By seat, the price of a month and, of an idle one, its waste so far."""
    if use is SeatUse.IDLE:
        return {seat.seat_id: (seat.month, seat.so_far) for seat in idle_seats(session, ground, prices, currency)}
    rows = session.execute(
        select(Seat.id, Seat.subscription_id)
        .join(LicensedUser, of_user())
        .where(*assigned(ground), use_expression(ground) == use.value, Seat.subscription_id.in_(prices.rates))
        .order_by(Seat.id)
    ).all()
    owners = [owner for _, owner in rows]
    months = in_cents([prices.rates[owner].a_month for owner in owners], owners, currency)
    return {row[0]: (month, None) for row, month in zip(rows, months, strict=True)}


def _criteria(ground: UseGround, wanted: SeatFilter, account: Account) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [*assigned(ground), use_expression(ground) == wanted.use.value]
    if wanted.product is not None:
        found.append(Seat.product == wanted.product)
    if wanted.cost_centre is not None:
        found.append(LicensedUser.cost_centre == wanted.cost_centre)
    if wanted.manager is not None and not account.hides_names:
        found.append(LicensedUser.manager == wanted.manager)
    return found


def _order(account: Account) -> Sequence[Any]:
    return (Seat.id,) if account.hides_names else (LicensedUser.search_text, Seat.product, Seat.id)
