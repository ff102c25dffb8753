"""The nights after a book was taken over: nothing billed elsewhere is billed again, everything after it is, once."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from data import database
from data.models import BilledPeriod, Document, DocumentLine, Recognition, Subscription
from data.period import Interval
from services.errors import Refusal
from services.integrity import violations
from services.permissions import Actor
from services.rules.change_items import BilledElsewhere
from services.rules.changes import Timing
from services.rules.ordering import ItemKind, OrderItem
from tests.book_files import movements, subscription, take_over
from tests.builders import TODAY, make_account
from tests.ordering import order, request
from tests.services.night.book import night, nights

BOOK = (
    "S-1,acme,support-pro,10,monthly,2026-01-20,,no,yes,160.00",  # billed until 20 April
    "S-2,acme,support-business,4,annual,2025-05-02,,no,yes,40.00",  # 480.00 a year, billed until 2 May
    "S-3,acme,meetings-team,3,monthly,2026-03-31,,no,no,24.00",  # ends on 30 April, not renewed
    "S-4,acme,signatures-standard,2,monthly,2026-02-11,,no,yes,38.00",  # a period began today: billed elsewhere
    "S-5,acme,monitoring-plus,5,monthly,2026-05-01,,no,yes,16.00",  # starts later: nobody has billed it
    "S-6,acme,backup-servers,2,quarterly,2026-02-25,2026-04-22,no,yes,72.00",  # ends within its period
    "S-7,acme,support-pro,5,,2026-04-10,,yes,yes,0",  # a trial of fourteen days
)


@pytest.fixture
def book(finance: Actor, rep: Actor) -> int:
    """The account whose subscriptions were taken over today."""
    acme = make_account("acme", rep=rep)
    outcome = take_over(finance, *BOOK)
    assert len(outcome) == len(BOOK)
    assert not [problem for row in outcome for problem in row.problems]
    return acme


def billed() -> list[tuple[date, str, date, date, int]]:
    """Issue day, subscription, days and net of every line, in order."""
    with database.read_session() as session:
        rows = session.execute(
            select(Document.issued_on, Subscription.reference, DocumentLine.starts_on, DocumentLine.ends_on)
            .add_columns(DocumentLine.net_minor)
            .join(
                Document, (Document.account_id == DocumentLine.account_id) & (Document.id == DocumentLine.document_id)
            )
            .join(Subscription, Subscription.id == DocumentLine.subscription_id)
            .order_by(Document.issued_on, Subscription.reference, DocumentLine.starts_on)
        )
        return [tuple(row) for row in rows]


def broken() -> list[object]:
    with database.read_session() as session:
        return list(violations(session))


def test_the_nights_bill_from_the_first_boundary_after_the_cut_over_day(book: int) -> None:
    night(TODAY)
    night(TODAY + timedelta(days=1))
    assert billed() == []
    nights(date(2026, 4, 13), date(2026, 5, 2))
    assert billed() == [
        (date(2026, 4, 20), "S-1", date(2026, 4, 20), date(2026, 5, 20), 160_00),
        (date(2026, 5, 1), "S-5", date(2026, 5, 1), date(2026, 6, 1), 16_00),
        (date(2026, 5, 2), "S-2", date(2026, 5, 2), date(2027, 5, 2), 480_00),
    ]
    assert (subscription("S-3").status, subscription("S-3").ends_on) == ("expired", date(2026, 4, 30))
    assert (subscription("S-5").status, subscription("S-5").sequence) == ("active", 1)
    assert (subscription("S-7").status, subscription("S-7").ends_on) == ("expired", date(2026, 4, 24))
    assert (date(2026, 4, 30), "contraction", "meetings-team", -24_00) in movements("acme")
    nights(date(2026, 5, 3), date(2026, 5, 12))
    assert [line[1] for line in billed()][3:] == ["S-4"]
    assert broken() == []


def test_a_night_run_late_catches_up_what_was_due(book: int) -> None:
    night(date(2026, 6, 3))
    assert [(line[1], line[2]) for line in billed()] == [
        ("S-1", date(2026, 4, 20)),
        ("S-1", date(2026, 5, 20)),
        ("S-2", date(2026, 5, 2)),
        ("S-4", date(2026, 5, 11)),
        ("S-5", date(2026, 5, 1)),
        ("S-5", date(2026, 6, 1)),
    ]
    assert broken() == []


def test_nothing_billed_elsewhere_is_earned_here(book: int) -> None:
    night(date(2026, 4, 20))
    with database.read_session() as session:
        months = session.execute(select(Recognition.month, Recognition.amount_minor).order_by(Recognition.month)).all()
        without_paper = session.scalars(select(BilledPeriod.document_id)).all()
    assert sum(minor for _, minor in months) == 160_00
    assert min(month for month, _ in months) == 202604
    assert without_paper == [None] * 6  # five billed elsewhere, and a renewal: its document names it, not the reverse


def test_an_imported_subscription_below_the_minimum_is_renewed_as_it_was(finance: Actor) -> None:
    make_account("acme")
    take_over(finance, "S-1,acme,support-enterprise,1,monthly,2026-01-20,,no,yes,199.00")
    night(date(2026, 4, 20))
    assert [line[4] for line in billed()] == [199_00]


def change(subscription_id: int, seats: int, timing: Timing, plan: str = "support-pro") -> OrderItem:
    return OrderItem(ItemKind.CHANGE, plan, seats, Interval.MONTH, subscription_id=subscription_id, timing=timing)


@pytest.mark.parametrize(
    ("seats", "timing", "plan"),
    [
        (12, Timing.RESET, "support-pro"),
        (8, Timing.KEEP, "support-pro"),
        (10, Timing.KEEP, "support-enterprise"),
        (10, Timing.RESET, "support-enterprise"),
    ],
)
def test_what_would_credit_the_period_billed_elsewhere_is_refused(
    book: int, rep: Actor, seats: int, timing: Timing, plan: str
) -> None:
    wanted = request(book, change(subscription("S-1").id, seats, timing, plan), key="c", accepts_new_period=True)
    with pytest.raises(Refusal) as caught:
        order(rep, wanted, TODAY)
    assert isinstance(caught.value, BilledElsewhere)
    assert caught.value.values["ends_on"] == date(2026, 4, 20)
    assert billed() == []


def test_seats_may_be_added_to_the_period_billed_elsewhere(book: int, rep: Actor) -> None:
    day = date(2026, 4, 15)
    order(rep, request(book, change(subscription("S-1").id, 12, Timing.KEEP), key="more"), day)
    # two seats at 16.00, 5 of 31 days: 5.16
    assert billed() == [(day, "S-1", day, date(2026, 4, 20), 5_16)]
    assert broken() == []
    with pytest.raises(BilledElsewhere):  # the ten of before were still billed elsewhere
        order(rep, request(book, change(subscription("S-1").id, 9, Timing.KEEP), key="less"), day)
    nights(date(2026, 4, 16), date(2026, 4, 20))
    assert billed()[-1][1:] == ("S-1", date(2026, 4, 20), date(2026, 5, 20), 192_00)
    assert broken() == []


def test_a_change_at_the_renewal_takes_effect_there_and_the_next_period_is_ours(book: int, rep: Actor) -> None:
    order(rep, request(book, change(subscription("S-1").id, 6, Timing.RENEWAL), key="fewer"), TODAY)
    nights(TODAY, date(2026, 4, 20))
    assert billed()[-1][4] == 96_00
    day = date(2026, 4, 25)
    order(rep, request(book, change(subscription("S-1").id, 3, Timing.KEEP), key="fewer still"), day)
    assert billed()[-1][2:] == (day, date(2026, 5, 20), -40_00)  # three seats at 16.00, 25 of 30 days
    assert broken() == []
