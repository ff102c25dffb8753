"""Acts on seats: released, moved and fewer at the renewal, in one go; and fewer seats taken back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.identity import derive_id
from data.models import Account, AuditEntry, Seat
from data.money import Money
from services import facts
from services.access import acting, keep_to, record
from services.deeds.endings import subscription_of
from services.errors import Invalid, NotAllowed, RequestKeyReused
from services.facts.accounts import open_account
from services.journal import schedule_change, seat_moves, withdraw_change
from services.journal import seats as journal
from services.journal.scheduled import shown
from services.permissions import Actor, Permission, roles_with
from services.rules.scheduled import NothingScheduled, ScheduledFields
from services.rules.seat_acts import ActChanged, ActRequest, ActSheet, Deed
from services.worksheets.seat_acts import work_out

ACTION = "act_on_seats"


@dataclass(frozen=True, slots=True)
class ActDone:
    """What was done. `release_id`: by which the release can be undone for 7 days; `saves`: in the next terms.

    `is_repeat`: the request key had done it before.
    """

    released: int
    moved: int
    scheduled: int
    release_id: int | None
    saves: tuple[Money, ...]
    is_repeat: bool = False


def act_on_seats(actor: Actor, request: ActRequest, *, agreed: str, today: date) -> ActDone:
    """Do all of it in one transaction, or nothing. `agreed`: the fingerprint of the sheet that was shown.

    The same request key again on the day changes nothing. Raises `Invalid`, `NotFound`, `SelfServiceAccount`,
    `RequestKeyReused`, `ActChanged` where it would come to something else by now, and the sheet's refusals.
    """
    Invalid.when(request.faults())
    if request.fewer:
        _check_may_reduce(actor)
    with acting(actor, Permission.CHANGE_SEATS) as session:
        account = open_account(session, request.account_id)  # first: two clicks must not both find nothing done
        keep_to(session, account)
        key = (today, f"{ACTION} {account.id} {request.request_key}")
        earlier = session.get(AuditEntry, derive_id(today, "audit", key[1]))
        if earlier is not None:
            return _repeated(earlier, request)
        sheet = work_out(session, actor, account, request, today)
        if sheet.fingerprint != agreed:
            raise ActChanged
        if sheet.refusals:
            raise sheet.refusals[0]
        ids = [seat.seat_id for seat in sheet.seats if seat.deed is Deed.RELEASED]
        if ids:
            journal.release(session, account, ids, notify=request.notify, today=today)
        for move in request.moves:
            seat_moves.move(session, account, move.seat_ids, move.target, notify=request.notify, today=today)
        _schedule(session, actor, account, sheet, today)
        done = ActDone(
            released=len(ids),
            moved=sheet.count(Deed.MOVED),
            scheduled=len(sheet.scheduled),
            release_id=_release_of(session, account.id, ids),
            saves=sheet.saves,
        )
        record(session, ACTION, account_id=account.id, subject=account.code, after=_told(done, request), key=key)
        return done


def withdraw_fewer_seats(actor: Actor, account_id: int, subscription_id: int, *, today: date) -> None:
    """Take back fewer seats that wait for the renewal; a new price that waits beside them stays.

    Raises `NotFound`, `SelfServiceAccount`, and `NothingScheduled` where no fall of seats alone waits.
    """
    with acting(actor, Permission.REDUCE_AT_RENEWAL) as session:
        account = open_account(session, account_id)
        keep_to(session, account)
        subscription = subscription_of(session, account, subscription_id)
        waiting = facts.scheduled_fields(session, account.id).get(subscription.id)
        if waiting is None or not _is_fall_alone(waiting, subscription.seats):
            raise NothingScheduled
        row = withdraw_change(session, subscription, today)
        if row is not None and waiting.takes_new_price:
            left = ScheduledFields(takes_new_price=True)
            schedule_change(session, subscription, left, today=today, order_id=None, actor_id=row.scheduled_by)
        record(
            session,
            "withdraw_fewer_seats",
            account_id=account.id,
            subject=subscription.reference,
            subject_id=subscription.id,
            before=shown(row),
        )


def _check_may_reduce(actor: Actor) -> None:
    if not actor.may(Permission.REDUCE_AT_RENEWAL):
        raise NotAllowed(permission=Permission.REDUCE_AT_RENEWAL, roles=roles_with(Permission.REDUCE_AT_RENEWAL))


def _is_fall_alone(waiting: ScheduledFields, seats: int) -> bool:
    is_alone = waiting.plan is None and waiting.interval is None and not waiting.changes_discount
    return is_alone and waiting.seats is not None and waiting.seats < seats


def _schedule(session: Session, actor: Actor, account: Account, sheet: ActSheet, today: date) -> None:
    """Fewer seats put to the renewals, each with its audit row."""
    for one in sheet.scheduled:
        assert one.fields is not None
        subscription = subscription_of(session, account, one.subscription_id)
        schedule_change(session, subscription, one.fields, today=today, order_id=None, actor_id=actor.user_id)
        record(
            session,
            "schedule_fewer_seats",
            account_id=account.id,
            subject=subscription.reference,
            subject_id=subscription.id,
            before={"seats": one.seats},
            after={"seats": one.fields.seats, "renews_on": one.reduction.renews_on.isoformat()},
        )


def _release_of(session: Session, account_id: int, ids: list[int]) -> int | None:
    if not ids:
        return None
    return session.scalar(select(Seat.release_id).where(Seat.account_id == account_id, Seat.id == ids[0]))


def _told(done: ActDone, request: ActRequest) -> dict[str, object]:
    return {
        "released": done.released,
        "moved": done.moved,
        "scheduled": done.scheduled,
        "release_id": str(done.release_id or ""),
        "saves": [[amount.minor, amount.currency] for amount in done.saves],
        "payload": request.payload_hash,
    }


def _repeated(entry: AuditEntry, request: ActRequest) -> ActDone:
    after = entry.after or {}
    if after.get("payload") != request.payload_hash:
        raise RequestKeyReused(number=request.request_key)
    saves = tuple(Money(minor, currency) for minor, currency in after["saves"])
    release_id = int(after["release_id"]) if after["release_id"] else None
    return ActDone(after["released"], after["moved"], after["scheduled"], release_id, saves, is_repeat=True)
