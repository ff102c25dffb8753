"""What the figures of use are counted from: an account's subscriptions, seats, people and feeds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from data.models import Account, LicensedUser, Seat, Subscription, UserDay
from services.facts.paid import seat_rates
from services.facts.seat_uses import of_user
from services.facts.usage import feeds_of, use_policies
from services.rules.seats import LIVE
from services.rules.usage import Feed, SeatFacts
from services.rules.use_figures import AccountFigures, Held, Pool, count

SETTING = "use_figures"  # the day all figures are of, when they were counted last, the policies they follow


@dataclass(frozen=True, slots=True)
class Counted:
    """An account's figures, and what its rows are summed up by."""

    account_id: int
    country: str
    currency: str
    figures: AccountFigures


def counted(session: Session, account_ids: Collection[int], today: date) -> Iterator[Counted]:
    """Count the seats of accounts as they stand, used as of a day."""
    policies = use_policies(session)
    feeds: defaultdict[int, dict[str, Feed]] = defaultdict(dict)
    for (account_id, product, names_users), feed in feeds_of(session, account_ids).items():
        if names_users:
            feeds[account_id][product] = feed
    pools = _pools(session, account_ids, today)
    seats = _seats(session, account_ids, today)
    rows = select(Account.id, Account.country, Account.currency).where(Account.id.in_(account_ids)).order_by(Account.id)
    for account_id, country, currency in session.execute(rows).all():
        mine = (pools[account_id], seats[account_id], feeds[account_id])
        yield Counted(account_id, country, currency, count(*mine, policies, today))


def _pools(session: Session, account_ids: Collection[int], today: date) -> Mapping[int, dict[int, Pool]]:
    """Each account's subscriptions: one that is over sells no seats, but may still hold some."""
    rates = seat_rates(session, account_ids, today)
    columns = (Subscription.account_id, Subscription.id, Subscription.product, Subscription.plan, Subscription.seats)
    found: defaultdict[int, dict[int, Pool]] = defaultdict(dict)
    for account_id, subscription_id, product, plan, seats, status, period_end in session.execute(
        select(*columns, Subscription.status, Subscription.period_end).where(Subscription.account_id.in_(account_ids))
    ):
        rate = rates.get((account_id, subscription_id))
        bought = seats if status in LIVE else 0
        a_month = rate.a_month if rate else Fraction(0)
        found[account_id][subscription_id] = Pool(product, plan, bought, a_month, period_end)
    return found


def _seats(session: Session, account_ids: Collection[int], today: date) -> Mapping[int, list[Held]]:
    last_seen = (
        select(func.max(UserDay.day))
        .where(UserDay.account_id == Seat.account_id, UserDay.user_id == Seat.user_id, UserDay.product == Seat.product)
        .correlate(Seat)
        .scalar_subquery()
    )
    since = func.coalesce(Seat.held_since, Seat.assigned_at)
    people = (LicensedUser.department, LicensedUser.cost_centre, LicensedUser.manager)
    rows = session.execute(
        select(Seat.account_id, Seat.subscription_id, *people, since, last_seen, Seat.is_pending, _UNTIL)
        .join(LicensedUser, of_user())
        .where(Seat.account_id.in_(account_ids), Seat.released_at.is_(None)),
        execution_options={"yield_per": 5_000},
    )
    found: defaultdict[int, list[Held]] = defaultdict(list)
    for account_id, subscription_id, department, cost_centre, manager, held, seen, is_pending, until in rows:
        facts = SeatFacts(held.date(), seen, is_pending, until is not None and until > today)
        found[account_id].append(Held(subscription_id, department, cost_centre, manager, facts, until))
    return found


_UNTIL = LicensedUser.excluded_until


def of_accounts_with_seats(session: Session) -> Sequence[int]:
    """The accounts that have, or had, a subscription."""
    return session.scalars(select(Subscription.account_id).distinct().order_by(Subscription.account_id)).all()


def policies_text(session: Session) -> dict[str, list[int]]:
    """The policies of all products as JSON keeps them: whether they changed since the figures were counted."""
    return {
        code: [policy.in_use_days, policy.idle_days, policy.young_days, policy.stale_days]
        for code, policy in sorted(use_policies(session).items())
    }
