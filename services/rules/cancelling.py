"""When a subscription ends by cancellation, and until when that can be taken back (billing rules §7)."""

from dataclasses import dataclass
from datetime import date, timedelta

from services.errors import Unlawful
from services.rules.lifecycle import Status, check_move


class TrialNotCancelled(Unlawful):
    """A trial is ended, not cancelled: `product`."""


class StartDue(Unlawful):
    """It starts on this day or did, and the night that starts it has not run: `product`, `starts_on`."""


class RenewalDue(Unlawful):
    """Its period is over and the night that renews it has not run: `product`, `ended_on`."""


class EndReached(Unlawful):
    """The cancelled subscription has ended, so it cannot be reactivated: `product`, `ended_on`."""


class NotCancelled(Unlawful):
    """No cancellation is pending that could be taken back: `product`."""


@dataclass(frozen=True, slots=True)
class Term:
    """A subscription as ending it is judged; `ends_on`: the first day without access, where one is set."""

    product: str
    status: Status
    is_trial: bool
    starts_on: date
    period_end: date
    ends_on: date | None


def last_day_to_act(period_end: date, notice_days: int) -> date:
    """The last day on which the renewal can be changed with the agreed notice."""
    return period_end - timedelta(days=notice_days)


def is_called_off(term: Term, today: date) -> bool:
    """Whether cancelling it today comes before its first day: it then never begins, and is credited in full."""
    return term.status is Status.SCHEDULED and not term.is_trial and today < term.starts_on


def end_of_term(term: Term, today: date) -> date:
    """The first day without access when it is cancelled or not renewed any more: the end of the paid period.

    Raises TrialNotCancelled, StartDue, RenewalDue, StatusMoveRefused. One that is scheduled: `is_called_off`.
    """
    _check_paid(term, today)
    check_move(term.status, Status.PENDING_CANCELLATION)
    return term.period_end


def check_renewal(term: Term, today: date) -> None:
    """Raises what bars switching the renewal on or off: as `end_of_term`, but it need not have begun."""
    if not is_called_off(term, today):
        end_of_term(term, today)


def check_reactivation(term: Term, today: date) -> None:
    """Raises EndReached from the first day without access on, NotCancelled where no cancellation is pending."""
    has_ended = term.ends_on is not None and term.ends_on <= today
    if term.status is Status.CANCELLED or (term.status is Status.PENDING_CANCELLATION and has_ended):
        raise EndReached(product=term.product, ended_on=term.ends_on)
    if term.status is not Status.PENDING_CANCELLATION:
        raise NotCancelled(product=term.product)


def _check_paid(term: Term, today: date) -> None:
    if term.is_trial:
        raise TrialNotCancelled(product=term.product)
    if term.status is Status.SCHEDULED:
        raise StartDue(product=term.product, starts_on=term.starts_on)
    if term.status is Status.ACTIVE and term.period_end <= today:
        raise RenewalDue(product=term.product, ended_on=term.period_end)
