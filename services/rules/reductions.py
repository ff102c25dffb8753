"""Fewer seats, looked at before anybody asks: what the next term then costs, what today gives back, until when."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from data.money import Money
from services.errors import Refusal
from services.rules.cancelling import last_day_to_act
from services.rules.change_items import ChangeWish
from services.rules.change_outlook import renewals
from services.rules.changes import Timing
from services.rules.lifecycle import Status
from services.rules.order_facts import OrderFacts, Owned
from services.rules.order_items import QuotedItem
from services.rules.ordering import quote_item
from services.rules.scheduled import Terms, renewed


@dataclass(frozen=True, slots=True)
class Reduction:
    """A subscription with fewer seats from its renewal on. Amounts are net of tax, of the next term.

    `nothing`: if nobody does anything (None: it does not renew); `reduced`: with `seats`. `today`: the credit where the
    seats are given back today instead, with the period kept (None: not possible). `act_until`: the last day with the
    agreed notice. `waits`: seats that wait for the renewal
    already. `refusal`: why it cannot be scheduled.
    """

    seats: int
    renews_on: date
    act_until: date
    nothing: Money | None
    reduced: Money | None
    today: Money | None = None
    waits: int | None = None
    refusal: Refusal | None = None

    @property
    def saves(self) -> Money | None:
        """What the next term costs less; None where nothing can be said."""
        if self.nothing is None or self.reduced is None:
            return None
        return max(self.nothing - self.reduced, Money.zero(self.nothing.currency))

    def is_late(self, today: date) -> bool:
        """Whether the agreed notice is over."""
        return today > self.act_until

    def decide_by(self, today: date) -> date:
        """The last day to decide."""
        return decide_by(self.act_until, self.renews_on, today)


def reduction(
    owned: Owned, found: OrderFacts, *, seats: int, released: int, notice_days: int, today: date
) -> Reduction | None:
    """What the subscription comes to with so many seats from its renewal on; None for one that is not paid yet or over.

    The figures are those of the change's own preview: the same rules work them out. `released`: seats that are given
    back first, so that the fall is not below those assigned. A number below the price's minimum is that minimum.
    """
    now = owned.running
    if now is None or owned.is_trial or owned.status not in (Status.ACTIVE, Status.PENDING_CANCELLATION):
        return None
    wanted = max(seats, now.price.minimum_seats, 1)
    waiting = owned.scheduled
    base = Reduction(
        seats=wanted,
        renews_on=now.period.end,
        act_until=last_day_to_act(now.period.end, notice_days),
        nothing=doing_nothing(owned, found),
        reduced=None,
        waits=waiting.seats if waiting else None,
    )
    done = _quoted(owned, found, ChangeWish(seats=wanted, replaces_scheduled=_is_seats_alone(owned)), today=today)
    if isinstance(done, Refusal):
        return replace(base, refusal=done)
    if base.nothing is None:
        return base
    first = next(iter(renewals(done, owned, found, until=today)), None)
    freed = replace(owned, seats_assigned=max(owned.seats_assigned - released, 0))
    now_back = _quoted(freed, found, ChangeWish(seats=wanted), timing=Timing.KEEP, today=today)
    credit = None if isinstance(now_back, Refusal) else max(-now_back.net, Money.zero(found.currency))
    return replace(base, reduced=first.line.amount if first else None, today=credit)


def decide_by(act_until: date, renews_on: date, today: date) -> date:
    """The last day to decide: with the agreed notice, or where that is over, the last day of the period."""
    return act_until if today <= act_until else renews_on - timedelta(days=1)


def doing_nothing(owned: Owned, found: OrderFacts) -> Money | None:
    """What the next term costs as things stand, scheduled changes applied; None where none begins by itself."""
    now = owned.running
    if now is None or not owned.is_auto_renewed or owned.status is not Status.ACTIVE:
        return None
    done = renewed(
        Terms(now.price, now.seats, now.discount),
        owned.scheduled,
        anchor_on=now.anchor_on,
        ended_on=now.period.end,
        seats_assigned=owned.seats_assigned,
        prices=found.prices,
        standing=found.standing,
    )
    return done.line.amount


def earliest(reductions: Sequence[Reduction], today: date) -> date | None:
    """The first of the last days to decide of those that save something."""
    days = [one.decide_by(today) for one in reductions if one.saves]
    return min(days, default=None)


def _is_seats_alone(owned: Owned) -> bool:
    """Whether what waits for the renewal names seats at most: then fewer seats take nothing else back."""
    waiting = owned.scheduled
    return waiting is not None and waiting.plan is None and waiting.interval is None and not waiting.changes_discount


def _quoted(
    owned: Owned, found: OrderFacts, wish: ChangeWish, *, today: date, timing: Timing = Timing.RENEWAL
) -> QuotedItem | Refusal:
    assert owned.running is not None
    item = wish.item(owned.subscription_id, owned.running, timing)
    others = tuple(one for one in found.owned if one.subscription_id != owned.subscription_id)
    try:
        return quote_item(item, replace(found, owned=(owned, *others)), today=today)
    except Refusal as refusal:
        return refusal
