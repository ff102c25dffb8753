"""When a subscription ends by cancellation, and until when that can be taken back."""

from datetime import date

import pytest

from services.rules.cancelling import (
    EndReached,
    NotCancelled,
    RenewalDue,
    StartDue,
    Term,
    TrialNotCancelled,
    check_reactivation,
    check_renewal,
    end_of_term,
    is_called_off,
    last_day_to_act,
)
from services.rules.lifecycle import Status, StatusMoveRefused
from tests.services.rules.makers import day


def term(status: Status = Status.ACTIVE, *, is_trial: bool = False, ends_on: date | None = None) -> Term:
    return Term("Remote Support", status, is_trial, day("2026-03-01"), day("2026-04-01"), ends_on)


def test_it_ends_with_the_paid_period_whenever_it_is_cancelled() -> None:
    for today in ("2026-03-01", "2026-03-31"):
        assert end_of_term(term(), day(today)) == day("2026-04-01")


@pytest.mark.parametrize(
    ("given", "today", "refusal"),
    [
        (term(Status.TRIALING, is_trial=True), "2026-03-05", TrialNotCancelled),
        (term(Status.EXPIRED, is_trial=True), "2026-03-05", TrialNotCancelled),
        (term(Status.SCHEDULED), "2026-03-01", StartDue),  # the night of that day starts it first
        (term(), "2026-04-01", RenewalDue),  # the night of that day renews first
        (term(Status.PENDING_CANCELLATION, ends_on=day("2026-04-01")), "2026-03-05", StatusMoveRefused),
        (term(Status.CANCELLED, ends_on=day("2026-04-01")), "2026-05-05", StatusMoveRefused),
        (term(Status.EXPIRED), "2026-05-05", StatusMoveRefused),
    ],
)
def test_what_cannot_be_cancelled(given: Term, today: str, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        end_of_term(given, day(today))


def test_before_its_first_day_it_is_called_off() -> None:
    assert is_called_off(term(Status.SCHEDULED), day("2026-02-28"))
    assert not is_called_off(term(Status.SCHEDULED), day("2026-03-01"))
    assert not is_called_off(term(), day("2026-02-28"))


def test_one_that_is_scheduled_may_be_set_not_to_renew() -> None:
    check_renewal(term(Status.SCHEDULED), day("2026-02-05"))
    check_renewal(term(), day("2026-03-05"))
    with pytest.raises(TrialNotCancelled):
        check_renewal(term(Status.TRIALING, is_trial=True), day("2026-03-05"))


def test_a_cancellation_is_taken_back_until_the_last_day_of_access() -> None:
    pending = term(Status.PENDING_CANCELLATION, ends_on=day("2026-04-01"))
    check_reactivation(pending, day("2026-03-31"))
    with pytest.raises(EndReached):
        check_reactivation(pending, day("2026-04-01"))
    with pytest.raises(EndReached):
        check_reactivation(term(Status.CANCELLED, ends_on=day("2026-04-01")), day("2026-05-01"))
    for status in (Status.ACTIVE, Status.SCHEDULED, Status.EXPIRED, Status.TRIALING):
        with pytest.raises(NotCancelled):
            check_reactivation(term(status), day("2026-03-31"))


def test_notice_counts_back_from_the_end() -> None:
    assert last_day_to_act(day("2027-04-11"), 30) == day("2027-03-12")
