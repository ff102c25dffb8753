"""What can be decided about an account's seats: its subscriptions, the seats to choose from, and what it comes to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from data.models import Account, LicensedUser, Plan, Product, Seat, SeatNeed, Subscription, User
from services import facts
from services.access import reading
from services.errors import Invalid, NotFound
from services.facts.paid import seat_rates
from services.facts.seat_needs import Said, of_seat, said_lately, said_of
from services.facts.seat_requests import WaitingList, waiting_lists
from services.facts.seat_uses import SeatOfUse, assigned, of_user, seats_of_use, use_expression, use_ground
from services.permissions import Actor, Permission
from services.queries.seats import Listed
from services.queries.usage import COLUMNS as USE_COLUMNS
from services.queries.usage import seat_cells
from services.rules.cancelling import last_day_to_act
from services.rules.lifecycle import Status
from services.rules.reductions import decide_by
from services.rules.scheduled import ScheduledFields
from services.rules.seat_acts import ActRequest, ActSheet, Fewer, SeatMove
from services.rules.usage import SeatUse
from services.worksheets.seat_acts import work_out

__all__ = ["ActDesk", "ActRequest", "ActSheet", "ActSubscription", "Fewer", "SeatMove", "WaitingList"]

SHOWN = 300  # seats to choose from at once
RUNNING = (Status.ACTIVE, Status.PENDING_CANCELLATION, Status.TRIALING)
COLUMNS = ("seat_id", *USE_COLUMNS, "reference", "month_minor", "currency", "answer", "said_by", "said_on")


@dataclass(frozen=True, slots=True)
class ActSubscription:
    """A running subscription. `decide_by`: the last day with the agreed notice, or once that is over, of the period;
    `waiting`: seats that wait for the renewal (None: none do); `may_fall`: whether fewer seats can be scheduled at
    all."""

    subscription_id: int
    reference: str
    product: str
    product_name: str
    plan_name: str
    is_trial: bool
    seats: int
    assigned: int
    idle: int
    renews_on: date
    decide_by: date
    waiting: int | None
    may_fall: bool

    @property
    def free(self) -> int:
        """Seats that nobody has."""
        return self.seats - self.assigned

    @property
    def is_full(self) -> bool:
        """Whether nobody else can get a seat."""
        return self.free == 0


@dataclass(frozen=True, slots=True)
class ActDesk:
    """An account whose seats are to be decided about. `rep`: its representative's name. `waiting`: by product."""

    account_id: int
    account_name: str
    code: str
    is_self_service: bool
    hides_names: bool
    rep: str
    subscriptions: tuple[ActSubscription, ...]
    waiting: tuple[WaitingList, ...]

    def subscription(self, subscription_id: int) -> ActSubscription:
        """One of them; raises `NotFound`."""
        for one in self.subscriptions:
            if one.subscription_id == subscription_id:
                return one
        raise NotFound(kind="subscription")


def act_desk(actor: Actor, account_id: int, *, today: date) -> ActDesk:
    """What can be decided about. Raises `NotFound`."""
    with reading(actor, Permission.SEE_USAGE, of=account_id) as session:
        account = _account(session, account_id)
        rep = session.get(User, account.rep_id) if account.rep_id else None
        return ActDesk(
            account_id=account.id,
            account_name=account.legal_name,
            code=account.code,
            is_self_service=account.kind == "self_service",
            hides_names=account.hides_names,
            rep=rep.name if rep else "",
            subscriptions=_subscriptions(session, account, today),
            waiting=waiting_lists(session, account.id, today),
        )


def act_seats(
    actor: Actor,
    account_id: int,
    *,
    today: date,
    use: SeatUse | None = SeatUse.IDLE,
    is_unneeded: bool = False,
    subscription: int | None = None,
    limit: int = SHOWN,
) -> Listed:
    """Seats to choose from, by name; of a use and a subscription, where given. `is_unneeded`: said not to be needed.

    Columns: seat_id (int), those of `seat_uses`, reference, month_minor (the price of a month), currency, answer (code
    of what was lately said of it, empty: nothing), said_by (empty where names are hidden), said_on. Raises `NotFound`.
    """
    with reading(actor, Permission.SEE_USAGE, of=account_id) as session:
        account = _account(session, account_id)
        ground = use_ground(session, account_id, today)
        criteria: list[ColumnElement[bool]] = list(assigned(ground))
        if use is not None:
            criteria.append(use_expression(ground) == use.value)
        if subscription is not None:
            criteria.append(Seat.subscription_id == subscription)
        found = select(Seat.id).join(LicensedUser, of_user()).where(*criteria)
        if is_unneeded:
            found = found.join(SeatNeed, of_seat()).where(~SeatNeed.is_needed, said_lately(today))
        total = session.scalar(select(func.count()).select_from(found.subquery())) or 0
        order = (Seat.id,) if account.hides_names else (LicensedUser.search_text, Seat.product, Seat.id)
        seats = seats_of_use(session, ground, page=found.order_by(*order).limit(limit))
        rates = seat_rates(session, [account_id], today)
        said = said_of(session, account_id, [seat.seat_id for seat in seats], today)
        names = dict(session.execute(select(Product.code, Product.name)).all())
        own = select(Subscription.id, Subscription.reference).where(Subscription.account_id == account_id)
        references = dict(session.execute(own).all())
        table = []
        for seat in seats:
            cells = seat_cells(seat, names[seat.product], ground.policies[seat.product], hidden=account.hides_names)
            rate = rates.get((account_id, seat.subscription_id))
            month = (rate.monthly(1).minor, rate.currency) if rate else (None, account.currency)
            table.append((seat.seat_id, *cells, references[seat.subscription_id], *month, *_said(said, seat, account)))
    return Listed(pd.DataFrame(table, columns=list(COLUMNS), dtype=object), total)


def preview_act(actor: Actor, request: ActRequest, *, today: date) -> ActSheet:
    """What `act_on_seats` would do and come to, by the sheet that does it. Raises `Invalid`, `NotFound`."""
    Invalid.when(request.faults())
    with reading(actor, Permission.SEE_USAGE, of=request.account_id) as session:
        return work_out(session, actor, _account(session, request.account_id), request, today)


def _account(session: Session, account_id: int) -> Account:
    account = session.scalar(select(Account).where(Account.id == account_id))
    if account is None:
        raise NotFound(kind="account")
    return account


def _subscriptions(session: Session, account: Account, today: date) -> tuple[ActSubscription, ...]:
    ground = use_ground(session, account.id, today)
    idle = dict(
        session.execute(
            select(Seat.subscription_id, func.count())
            .join(LicensedUser, of_user())
            .where(*assigned(ground), use_expression(ground) == SeatUse.IDLE.value)
            .group_by(Seat.subscription_id)
        ).all()
    )
    waiting = facts.scheduled_fields(session, account.id)
    rows = session.execute(
        select(Subscription, Product.name, Plan.name)
        .join(Product, Product.code == Subscription.product)
        .join(Plan, Plan.code == Subscription.plan)
        .where(Subscription.account_id == account.id, Subscription.status.in_(RUNNING))
        .order_by(Product.position, Subscription.starts_on, Subscription.id)
    )
    return tuple(
        ActSubscription(
            subscription_id=row.id,
            reference=row.reference,
            product=row.product,
            product_name=product,
            plan_name=plan,
            is_trial=row.is_trial,
            seats=row.seats,
            assigned=row.seats_assigned,
            idle=idle.get(row.id, 0),
            renews_on=row.period_end,
            decide_by=decide_by(last_day_to_act(row.period_end, row.notice_days), row.period_end, today),
            waiting=_seats_of(waiting.get(row.id)),
            may_fall=row.status == Status.ACTIVE and not row.is_trial and row.is_auto_renewed and row.seats > 1,
        )
        for row, product, plan in rows
    )


def _said(said: dict[int, Said], seat: SeatOfUse, account: Account) -> tuple[str, str, date | None]:
    one = said.get(seat.seat_id)
    if one is None:
        return "", "", None
    return one.answer.value, "" if account.hides_names else one.said_by, one.said_on


def _seats_of(waiting: ScheduledFields | None) -> int | None:
    return waiting.seats if waiting else None
