"""The facts behind the sums of billing cycles: a subscription's columns, as statements within the row scope."""

from typing import Any

from sqlalchemy import BigInteger, Select, case, cast, extract, func, literal, select

from data.models import Account, Subscription
from data.month_start import month_start
from services.rules.cycle_sums import KINDS, Kind

_DAY_OF_END = cast(extract("day", Subscription.period_end), BigInteger)
_DAY_OF_ANCHOR = cast(extract("day", Subscription.anchor_on), BigInteger)
_KIND = case(
    *(
        (
            Subscription.status == status.value,
            case((Subscription.is_auto_renewed, by_itself.value), else_=ending.value),
        )
        for status, (ending, by_itself) in KINDS.items()
    )
)
_REST: tuple[Any, ...] = (
    Subscription.interval.label("interval"),
    Subscription.currency.label("currency"),
    Subscription.product.label("product"),
    Account.country.label("country"),
    func.coalesce(Account.rep_id, 0).label("rep_id"),
    Account.segment.label("segment"),
    func.coalesce(Subscription.period_minor, 0).label("amount_minor"),
    literal(1).label("periods"),
)
# worked out: where accounts are chosen, theirs are looked up, not all that have a status
_LIVE = func.coalesce(Subscription.status, "").in_([status.value for status in KINDS])
_CASH_MONTH: Any = month_start(Subscription.cash_on)


def facts() -> tuple[Select[Any], ...]:
    """What the sums are of, a row a subscription and kind: `CYCLE_KEY`, the dimensions, amount_minor and periods."""
    anchor_day = case((_DAY_OF_ANCHOR == _DAY_OF_END, 0), else_=_DAY_OF_ANCHOR)
    periods = select(
        _KIND.label("kind"), Subscription.period_end.label("day"), anchor_day.label("anchor_day"), *_REST
    ).where(_LIVE)
    cash = select(
        literal(Kind.CASH.value).label("kind"), _CASH_MONTH.label("day"), literal(0).label("anchor_day"), *_REST
    ).where(Subscription.cash_on.is_not(None), _LIVE)
    of = Account.id == Subscription.account_id
    return periods.join_from(Subscription, Account, of), cash.join_from(Subscription, Account, of)
