"""Who waits for a seat of a product, in the order they asked."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from data.models import LicensedUser, Product, Seat, SeatRequest
from services.facts.seats import live_pools


@dataclass(frozen=True, slots=True)
class Waiter:
    """Somebody who waits, since the day."""

    user_id: int
    name: str
    email: str
    product: str
    since: date


@dataclass(frozen=True, slots=True)
class WaitingList:
    """A product's people who wait, the first to ask first, and the seats that are free for them."""

    product: str
    product_name: str
    free: int
    people: tuple[Waiter, ...]

    @property
    def next(self) -> tuple[Waiter, ...]:
        """Those there is a seat for."""
        return self.people[: self.free]


def waiting_lists(
    session: Session, account_id: int, today: date, products: Collection[str] = ()
) -> tuple[WaitingList, ...]:
    """The account's waiting lists, of these products or all; who has got a seat meanwhile waits no more."""
    has_seat = exists().where(
        Seat.account_id == SeatRequest.account_id,
        Seat.user_id == SeatRequest.user_id,
        Seat.product == SeatRequest.product,
        Seat.released_at.is_(None),
    )
    asked = (
        select(SeatRequest, LicensedUser, Product.name)
        .join(
            LicensedUser,
            (LicensedUser.account_id == SeatRequest.account_id) & (LicensedUser.id == SeatRequest.user_id),
        )
        .join(Product, Product.code == SeatRequest.product)
        .where(SeatRequest.account_id == account_id, LicensedUser.left_on.is_(None), ~has_seat)
        .order_by(Product.position, SeatRequest.asked_at, LicensedUser.search_text, LicensedUser.id)
    )
    if products:
        asked = asked.where(SeatRequest.product.in_(sorted(products)))
    people: dict[str, list[Waiter]] = {}
    names: dict[str, str] = {}
    for request, user, name in session.execute(asked):
        names[request.product] = name
        waiter = Waiter(user.id, user.name, user.email, request.product, request.asked_at.date())
        people.setdefault(request.product, []).append(waiter)
    pools = live_pools(session, account_id, today)
    return tuple(
        WaitingList(product, names[product], sum(p.free for p in pools if p.product == product), tuple(listed))
        for product, listed in people.items()
    )
