"""Requests for seats that are not free: put on a list, given in their order, taken off it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any, cast

from sqlalchemy import CursorResult, delete, select
from sqlalchemy.orm import Session

from data.identity import derive_id
from data.models import LicensedUser, SeatRequest
from services import access
from services.access import acting, record
from services.errors import Invalid, ProductNotOwned
from services.facts.accounts import open_account
from services.facts.catalog import product_names
from services.facts.seat_requests import waiting_lists
from services.facts.seats import live_pools, load
from services.journal import seats as journal
from services.journal.licensed_users import enrol
from services.journal.seats import SeatChange
from services.permissions import Actor, Permission
from services.rules.seats import people


def await_seats(actor: Actor, account_id: int, product: str, pasted: str, *, today: date) -> int:
    """Put the people of a pasted list on the product's waiting list, enrolling the unknown; returns how many are new.

    Who has a seat of it, waits already, or has left is passed over: the same call again changes nothing. Raises
    `Invalid` (line by line), `ProductNotOwned`, `NotFound`, `SelfServiceAccount`.
    """
    found, problems = people(pasted)
    Invalid.when(list(problems))
    with acting(actor, Permission.CHANGE_SEATS) as session:
        account = open_account(session, account_id)
        names = product_names(session)
        if product not in {pool.product for pool in live_pools(session, account.id, today)}:
            raise ProductNotOwned(field="product", product=names.get(product, product))
        users, _new = enrol(session, account, found, today)
        holdings = load(session, account, [user.id for user in users], today)
        mine = (SeatRequest.account_id == account.id, SeatRequest.product == product)
        waiting = set(session.scalars(select(SeatRequest.user_id).where(*mine)))
        here = [user for user in users if user.left_on is None and user.id not in waiting]
        new = [user for user in here if product not in holdings.products_of(user.id)]
        for user in new:
            session.add(
                SeatRequest(
                    account_id=account.id,
                    id=derive_id(today, "seat request", account.id, product, user.id, access.now().isoformat()),
                    product=product,
                    user_id=user.id,
                    asked_at=access.now(),
                    asked_by=actor.user_id,
                )
            )
            record(
                session,
                "await_seat",
                account_id=account.id,
                subject=user.email,
                subject_id=user.id,
                after={"products": [product]},
            )
        return len(new)


def give_waiting(actor: Actor, account_id: int, product: str, *, notify: bool, today: date) -> SeatChange:
    """Give the product's free seats to those who wait, the first to ask first. Where none is free, nothing happens.

    Raises `SeatsExhausted` where somebody else was faster, `NotFound`, `SelfServiceAccount`.
    """
    with acting(actor, Permission.CHANGE_SEATS) as session:
        account = open_account(session, account_id)
        lists = waiting_lists(session, account.id, today, [product])
        served = [waiter.user_id for one in lists for waiter in one.next]
        mine = (LicensedUser.account_id == account.id, LicensedUser.id.in_(served))
        users = {user.id: user for user in session.scalars(select(LicensedUser).where(*mine))}
        done = SeatChange(0, 0, 0, 0, 0)
        for user_id in served:  # each by itself: the next seat may be of another subscription
            holdings = load(session, account, [user_id], today)
            wish = (users[user_id], holdings.products_of(user_id) | {product})
            one = journal.change(session, account, holdings, [wish], notify=notify, today=today)
            session.expire_all()  # counts are changed past the session
            given, told = done.assigned + one.assigned, done.notified + one.notified
            done = SeatChange(given, 0, done.changed + one.changed, 0, told)
        _forget(session, account.id, product, served)
        record(session, "give_waiting", account_id=account.id, subject=account.code, after={"seats": done.assigned})
        return done


def stop_waiting(actor: Actor, account_id: int, product: str, user_ids: Collection[int]) -> int:
    """Take people off the product's waiting list; returns how many were on it. Raises as above."""
    with acting(actor, Permission.CHANGE_SEATS) as session:
        account = open_account(session, account_id)
        gone = _forget(session, account.id, product, user_ids)
        record(session, "stop_waiting", account_id=account.id, subject=account.code, after={"seats": gone})
        return gone


def _forget(session: Session, account_id: int, product: str, user_ids: Collection[int]) -> int:
    done = session.execute(
        delete(SeatRequest).where(
            SeatRequest.account_id == account_id,
            SeatRequest.product == product,
            SeatRequest.user_id.in_(sorted(user_ids)),
        )
    )
    return cast("CursorResult[Any]", done).rowcount
