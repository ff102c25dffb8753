"""The life of a subscription: the table of moves."""

from itertools import pairwise, product

import pytest

from services.rules.lifecycle import NEXT, Status, StatusMoveRefused, check_move


@pytest.mark.parametrize(("now", "to"), list(product(Status, Status)))
def test_only_moves_of_the_table_are_allowed(now: Status, to: Status) -> None:
    if to in NEXT[now]:
        check_move(now, to)
    else:
        with pytest.raises(StatusMoveRefused) as refused:
            check_move(now, to)
        assert refused.value.values == {"now": now.value, "to": to.value}


def test_the_stories_of_the_rules_are_possible() -> None:
    stories = [
        [Status.SCHEDULED, Status.ACTIVE, Status.PENDING_CANCELLATION, Status.ACTIVE],  # reactivated in time
        [Status.ACTIVE, Status.PENDING_CANCELLATION, Status.CANCELLED],
        [Status.TRIALING, Status.ACTIVE],
        [Status.TRIALING, Status.EXPIRED, Status.ACTIVE],  # converted after expiry
        [Status.ACTIVE, Status.EXPIRED],  # auto-renew off
    ]
    for story in stories:
        for now, to in pairwise(story):
            check_move(now, to)


def test_a_cancelled_subscription_stays_so() -> None:
    assert not NEXT[Status.CANCELLED]
    assert [status for status in Status if not status.is_live] == [Status.CANCELLED, Status.EXPIRED]
    assert set(NEXT) == set(Status)
