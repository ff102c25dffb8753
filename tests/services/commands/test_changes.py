"""Changes of running subscriptions as orders: the four timings with their documents, and what is refused."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select, update

from data import database
from data.models import (
    Account,
    Document,
    DocumentLine,
    Entitlement,
    Movement,
    OrderLine,
    StandingDiscount,
    Subscription,
)
from data.period import Interval
from services.commands.seats import assign_seats
from services.errors import (
    DiscountNeedsReason,
    DiscountOverLimit,
    NoPrice,
    ProductOwned,
    Refusal,
    SeatsInUse,
    TermsNotAccepted,
)
from services.permissions import Actor
from services.queries.orders import preview_order
from services.rules.change_items import CancellationPending, ChangeBeforeStart, SubscriptionOver, TrialNotPaid
from services.rules.changes import CommonDateMissing, NothingChanges, Timing
from services.rules.ordering import ItemKind, OrderItem
from services.rules.pricing import Discount
from tests.builders import TODAY, add, make_account, write
from tests.changing import NEW_YEAR, change, nets, owned, subscription_row
from tests.ordering import PRO, TRIAL, order, request

MARCH = date(2026, 3, 1)
NO_DISCOUNT = Discount(percent=Decimal(0))


@pytest.mark.parametrize(
    ("interval", "start", "day", "seats", "timing", "lines", "period_end"),
    [
        # 1440.00 × 265/365 = 1045.48; 15 × 144.00; 5 × 144.00 × 265/365 = 522.74; 15 × 144.00 × 80/365 = 473.42
        (Interval.YEAR, NEW_YEAR, TODAY, 15, Timing.RESET, ["-1045.48", "2160.00"], date(2027, 4, 11)),
        (Interval.YEAR, NEW_YEAR, TODAY, 15, Timing.KEEP, ["522.74"], date(2027, 1, 1)),
        (Interval.YEAR, NEW_YEAR, TODAY, 15, Timing.CO_TERM, ["-1045.48", "473.42"], date(2026, 6, 30)),
        (Interval.YEAR, NEW_YEAR, TODAY, 15, Timing.RENEWAL, [], date(2027, 1, 1)),
        # 160.00 × 17/31 = 87.74; 15 × 16.00; 80.00 × 17/31 = 43.87
        (Interval.MONTH, MARCH, date(2026, 3, 15), 15, Timing.RESET, ["-87.74", "240.00"], date(2026, 4, 15)),
        (Interval.MONTH, MARCH, date(2026, 3, 15), 15, Timing.KEEP, ["43.87"], date(2026, 4, 1)),
        # 1440.00 × 184/365 = 725.92; 6 × 144.00: fewer seats, yet money is due; 4/10 of it given back = 290.37
        (Interval.YEAR, NEW_YEAR, date(2026, 7, 1), 6, Timing.RESET, ["-725.92", "864.00"], date(2027, 7, 1)),
        (Interval.YEAR, NEW_YEAR, date(2026, 7, 1), 6, Timing.KEEP, ["-290.37"], date(2027, 1, 1)),
        (Interval.YEAR, NEW_YEAR, date(2026, 7, 1), 6, Timing.RENEWAL, [], date(2027, 1, 1)),
        # 1440.00 × 306/365 = 1207.23: a balance of 343.23
        (Interval.YEAR, NEW_YEAR, MARCH, 6, Timing.RESET, ["-1207.23", "864.00"], date(2027, 3, 1)),
        (Interval.YEAR, NEW_YEAR, MARCH, 6, Timing.KEEP, ["-482.89"], date(2027, 1, 1)),
    ],
)
def test_the_worked_figures_are_what_is_booked(
    db: object,
    rep: Actor,
    interval: Interval,
    start: date,
    day: date,
    seats: int,
    timing: Timing,
    lines: list[str],
    period_end: date,
) -> None:
    """Billing rules §5: the table of worked figures, 16.00 a seat and month, 144.00 a seat and year."""
    account, subscription = owned(rep, replace(PRO, interval=interval), start, co_term_on="06-30")
    placed = change(rep, account, subscription, day, seats=seats, timing=timing)
    row = subscription_row(subscription)
    assert nets(placed) == lines
    assert row.period_end == period_end
    assert row.seats == (10 if timing is Timing.RENEWAL else seats)
    assert row.sequence == (2 if timing in (Timing.RESET, Timing.CO_TERM) else 1)


@pytest.mark.parametrize(
    ("wanted", "timing"),
    [
        ({"seats": 11}, "reset"),
        ({"seats": 9}, "renewal"),
        ({"plan": "support-enterprise"}, "reset"),
        ({"plan": "support-business"}, "renewal"),
        ({"plan": "support-business", "seats": 20}, "reset"),
        ({"interval": Interval.MONTH}, "reset"),
    ],
)
def test_without_a_timing_the_policy_decides(db: object, rep: Actor, wanted: dict[str, object], timing: str) -> None:
    """`renewal` if seats or plan rank fall and nothing rises; otherwise `reset`."""
    account, subscription = owned(rep)
    placed = change(rep, account, subscription, **wanted)
    with database.read_session() as session:
        assert session.scalar(select(OrderLine.timing).where(OrderLine.order_id == placed.order_id)) == timing


def test_a_plan_change_credits_the_old_plan_and_charges_the_new(db: object, rep: Actor) -> None:
    """support-pro 144.00 → support-enterprise 228.00, 265 of 365 days left: −1045.48 + 2280.00 × 265/365 = 1655.34."""
    account, subscription = owned(rep)
    placed = change(rep, account, subscription, plan="support-enterprise", timing=Timing.KEEP)
    assert nets(placed) == ["-1045.48", "1655.34"]
    row = subscription_row(subscription)
    assert (row.plan, row.product, row.seats, row.sequence, row.anchor_on) == (
        "support-enterprise",
        "support",
        10,
        1,
        NEW_YEAR,
    )
    with database.read_session() as session:
        lines = session.scalars(select(DocumentLine).where(DocumentLine.document_id.in_(placed.document_ids)))
        assert {line.kind: line.plan for line in lines} == {"credit": "support-pro", "charge": "support-enterprise"}
        note = session.scalars(select(Document).where(Document.kind == "credit_note")).one()
        assert note.reason == "The plan was changed. The change holds from 11 Apr 2026 on."
        assert session.scalar(select(Entitlement.ends_on)) is None
        kinds = [(m.moved_on, m.kind, m.amount_minor) for m in session.scalars(select(Movement))]
        assert sorted(kinds) == [(NEW_YEAR, "new", 12000), (TODAY, "expansion", 7000)]
        line = session.scalars(select(OrderLine).where(OrderLine.order_id == placed.order_id)).one()
        assert line.before == {"plan": "support-pro", "seats": 10, "interval": "year"}


def test_monthly_to_annual_with_keep_runs_to_the_next_boundary_of_the_anchor(db: object, rep: Actor) -> None:
    """Anchor day 1, changed on 2026-03-12: annual from the running period's start, 354/365 of 1440.00 = 1396.60."""
    account, subscription = owned(rep, replace(PRO, interval=Interval.MONTH), MARCH)
    placed = change(rep, account, subscription, date(2026, 3, 12), interval=Interval.YEAR, timing=Timing.KEEP)
    assert nets(placed) == ["-103.23", "1396.60"]  # 160.00 × 20/31
    row = subscription_row(subscription)
    assert (row.period_start, row.period_end, row.sequence) == (date(2026, 3, 12), date(2027, 3, 1), 2)


def test_up_and_down_on_one_day_nets_nothing_ten_times_too(db: object, rep: Actor) -> None:
    """Billing rules §5: the balance and what is owed are as before, and the day has no movement."""
    account, subscription = owned(rep)

    def owed() -> int:
        with database.read_session() as session:
            return sum(session.scalars(select(Document.total_minor)))

    before = owed()
    for cycle in range(10):
        change(rep, account, subscription, key=f"up-{cycle}", seats=15, timing=Timing.KEEP)
        change(rep, account, subscription, key=f"down-{cycle}", seats=10, timing=Timing.KEEP)
        assert owed() == before
    with database.read_session() as session:
        assert [m.moved_on for m in session.scalars(select(Movement))] == [NEW_YEAR]


@pytest.mark.parametrize("timing", [Timing.RESET, Timing.KEEP])
def test_the_order_of_two_changes_of_a_day_does_not_change_the_sum(db: object, rep: Actor, timing: Timing) -> None:
    """10 → 15 seats and Professional → Enterprise: whichever comes first, the documents come to the same."""
    wanted: tuple[dict[str, object], ...] = ({"seats": 15}, {"plan": "support-enterprise"})
    sums = []
    accounts = [make_account(code, rep=rep) for code in ("one", "two")]
    owned = [order(rep, request(account, PRO), today=NEW_YEAR).subscription_ids[0] for account in accounts]
    for account, subscription, steps in zip(accounts, owned, (wanted, wanted[::-1]), strict=True):
        for number, step in enumerate(steps):
            change(rep, account, subscription, key=f"step-{number}", timing=timing, **step)
        with database.read_session() as session:
            sums.append(sum(session.scalars(select(Document.subtotal_minor).where(Document.account_id == account))))
            moved = select(Movement.amount_minor).where(Movement.account_id == account, Movement.moved_on == TODAY)
            assert session.scalars(moved).all() == [16500]  # 15 × 19.00 − 10 × 12.00: one net movement
    assert sums[0] == sums[1]


def test_a_seat_change_keeps_the_price_row_and_the_discount(db: object, rep: Actor) -> None:
    deal = replace(PRO, discount=Discount(percent=Decimal(10)), discount_reason="Loyal")
    account, subscription = owned(rep, deal)
    before = subscription_row(subscription)
    change(rep, account, subscription, seats=12, timing=Timing.KEEP)
    after = subscription_row(subscription)
    kept = ("price_id", "discount_percent", "discount_reason")
    assert [getattr(before, name) for name in kept] == [getattr(after, name) for name in kept]
    change(rep, account, subscription, key="key-3", discount=NO_DISCOUNT, timing=Timing.KEEP)
    assert (subscription_row(subscription).discount_percent, subscription_row(subscription).discount_reason) == (
        None,
        "",
    )


def test_a_discount_is_given_within_the_limit_and_with_its_reason(db: object, rep: Actor) -> None:
    account, subscription = owned(rep)
    ten, eleven = Discount(percent=Decimal(10)), Discount(percent=Decimal(11))
    with pytest.raises(DiscountNeedsReason):
        change(rep, account, subscription, discount=ten)
    with pytest.raises(DiscountOverLimit):
        change(rep, account, subscription, discount=eleven, discount_reason="Deal")
    change(rep, account, subscription, discount=ten, discount_reason="Deal", timing=Timing.KEEP)
    row = subscription_row(subscription)
    assert (row.discount_percent, row.discount_reason) == (Decimal(10), "Deal")


def test_another_plan_takes_the_accounts_standing_discount(db: object, rep: Actor) -> None:
    """5 % on the line until now, 20 % agreed for Enterprise: 228.00 × 10 × 265/365 less 20 % = 1324.27."""
    deal = replace(PRO, discount=Discount(percent=Decimal(5)), discount_reason="Loyal")
    account, subscription = owned(rep, deal)
    add(StandingDiscount(account_id=account, id=1, plan="support-enterprise", percent=Decimal(20), reason="Frame"))
    placed = change(rep, account, subscription, plan="support-enterprise", timing=Timing.KEEP)
    assert nets(placed) == ["-993.21", "1324.27"]
    row = subscription_row(subscription)
    assert (row.discount_percent, row.discount_reason) == (Decimal(20), "")


def test_seats_in_use_say_how_many_to_release(db: object, rep: Actor) -> None:
    account, subscription = owned(rep)
    people = "\n".join(f"{name}@acme.example" for name in "abcdefgh")
    assign_seats(rep, account, subscription, pasted=people, notify=False, today=TODAY)
    with pytest.raises(SeatsInUse) as refused:
        change(rep, account, subscription, seats=5, timing=Timing.KEEP)
    assert refused.value.values == {"seats": 5, "assigned": 8, "release": 3}
    change(rep, account, subscription, seats=5, timing=Timing.RENEWAL)  # there is time to release them


def test_what_may_not_be_changed_says_why(db: object, rep: Actor) -> None:
    account, subscription = owned(rep)

    def set_status(status: str) -> None:
        write(lambda session: session.execute(update(Subscription).values(status=status)))

    with pytest.raises(NothingChanges):
        change(rep, account, subscription)
    with pytest.raises(NoPrice):
        change(rep, account, subscription, interval=Interval.QUARTER)
    with pytest.raises(CommonDateMissing):
        change(rep, account, subscription, seats=11, timing=Timing.CO_TERM)
    refused: list[tuple[str, type[Refusal]]] = [
        ("pending_cancellation", CancellationPending),
        ("scheduled", ChangeBeforeStart),
        ("cancelled", SubscriptionOver),
        ("expired", SubscriptionOver),
    ]
    for status, refusal in refused:
        set_status(status)
        with pytest.raises(refusal):
            change(rep, account, subscription, seats=11)
    trial = order(rep, request(account, TRIAL, key="trial"), today=TODAY).subscription_ids[0]
    with pytest.raises(TrialNotPaid):
        change(rep, account, trial, seats=6)


def test_a_new_period_is_accepted_and_a_subscription_changed_once_an_order(db: object, rep: Actor) -> None:
    account, subscription = owned(rep, co_term_on="06-30")
    item = OrderItem(ItemKind.CHANGE, "support-pro", 15, Interval.YEAR, subscription_id=subscription)
    for timing in (Timing.RESET, Timing.CO_TERM):
        with pytest.raises(TermsNotAccepted):
            order(rep, request(account, replace(item, timing=timing), key="key-2"))
    order(rep, request(account, replace(item, timing=Timing.KEEP), key="key-2"))
    twice = request(account, replace(item, seats=16), replace(item, seats=17), key="key-3", accepts_new_period=True)
    with pytest.raises(ProductOwned):
        order(rep, twice)


def test_changes_of_two_subscriptions_are_one_order_with_one_invoice(db: object, rep: Actor) -> None:
    account, support = owned(rep)
    meetings = order(
        rep, request(account, OrderItem(ItemKind.PURCHASE, "meetings-team", 4, Interval.YEAR), key="m"), today=NEW_YEAR
    ).subscription_ids[0]
    items = (
        OrderItem(ItemKind.CHANGE, "support-pro", 15, Interval.YEAR, subscription_id=support, timing=Timing.RESET),
        OrderItem(ItemKind.CHANGE, "meetings-team", 6, Interval.YEAR, subscription_id=meetings, timing=Timing.KEEP),
    )
    wanted = request(account, *items, key="both", accepts_new_period=True)
    total = preview_order(rep, wanted, today=TODAY).total
    placed = order(rep, wanted)
    assert nets(placed) == ["-1045.48", "2160.00", "121.97"]  # 2 × 84.00 × 265/365
    assert placed.total == total and len(placed.document_ids) == 2


def test_what_cost_nothing_has_no_seats_to_credit(db: object, rep: Actor) -> None:
    """A period at 0.00 without a document: seats are given back, and there is nothing to credit."""
    account, subscription = owned(rep, OrderItem(ItemKind.PURCHASE, "monitoring-free", 5, Interval.MONTH), TODAY)
    placed = change(rep, account, subscription, seats=3, timing=Timing.KEEP)
    assert placed.document_ids == () and subscription_row(subscription).seats == 3


def test_co_term_needs_the_accounts_common_date_and_anchors_on_it(db: object, rep: Actor) -> None:
    account, subscription = owned(rep)
    write(lambda session: session.execute(update(Account).values(co_term_on="06-30")))
    change(rep, account, subscription, seats=15, timing=Timing.CO_TERM)
    row = subscription_row(subscription)
    assert (row.anchor_on.month, row.anchor_on.day, row.period_start) == (6, 30, TODAY)
