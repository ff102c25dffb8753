"""Many subscriptions changed alike: what each would become, what is done once, and whose they may be."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import func, select, update

from data import database
from data.models import Order, OutboxMail, ScheduledChange, Subscription
from data.money import Money
from data.period import Interval
from services.commands.changes import schedule_new_price, send_renewal_notice
from services.commands.orders import place_order
from services.errors import EvidenceMissing, NotAllowed, NotFound, PurchaseOrderRequired, TooFewSeats
from services.permissions import Actor
from services.queries.bulk_changes import BulkFilter, bulk_candidates, bulk_choices, preview_bulk
from services.rules.bulk_changes import BulkKind, BulkPlan, BulkWish, DoesNotRenew, SeatsBy, Verdict
from services.rules.changes import NothingChanges, Timing
from services.rules.ordering import ItemKind, OrderItem
from tests.builders import TODAY, add, make_account, write
from tests.changing import NEW_YEAR, subscription_row
from tests.ordering import PRO, order, request

MEETINGS = OrderItem(ItemKind.PURCHASE, "meetings-team", 4, Interval.YEAR)
SEATS = BulkWish(
    BulkKind.SEATS,
    amount=Decimal(10),
    timing=Timing.KEEP,
    evidence="mail",
    evidence_reference="Mail of the group's buyer",
)


def bought(rep: Actor, code: str, *items: OrderItem, **columns: object) -> list[tuple[int, int]]:
    """An account with running subscriptions: (account, subscription)."""
    account = make_account(code, rep=rep, **columns)
    placed = order(rep, request(account, *(items or (PRO,))), today=NEW_YEAR)
    return [(account, one) for one in placed.subscription_ids]


def applied(rep: Actor, plan: BulkPlan) -> None:
    for wanted, agreed in plan.orders:
        place_order(rep, wanted, agreed=agreed, today=TODAY)


@pytest.mark.parametrize(
    ("by", "amount", "now", "then"),
    [
        (SeatsBy.PERCENT, "10", 10, 11),
        (SeatsBy.PERCENT, "10", 4, 4),  # 4.4
        (SeatsBy.PERCENT, "-25", 10, 8),  # 7.5, a half up
        (SeatsBy.DIFFERENCE, "-3", 10, 7),
        (SeatsBy.TOTAL, "25", 10, 25),
    ],
)
def test_what_seats_become(by: SeatsBy, amount: str, now: int, then: int) -> None:
    assert BulkWish(BulkKind.SEATS, seats_by=by, amount=Decimal(amount)).seats(now) == then


def test_the_list_is_limited_to_the_own_and_to_what_is_asked(db: object, rep: Actor, other_rep: Actor) -> None:
    mine = bought(rep, "mine", PRO, MEETINGS)
    bought(other_rep, "theirs")
    found = bulk_candidates(rep, BulkFilter())
    assert sorted(found.frame["subscription_id"]) == sorted(one for _, one in mine) and found.total == 2
    assert list(bulk_candidates(rep, BulkFilter(product="meetings")).frame["plan"]) == ["Team"]
    assert list(bulk_candidates(rep, BulkFilter(plan="support-pro")).frame["plan"]) == ["Professional"]
    assert bulk_candidates(rep, BulkFilter(month=202701)).total == 2
    assert bulk_candidates(rep, BulkFilter(month=202612)).total == 0
    assert "support" in {one.code for one in bulk_choices(rep)}


def test_more_seats_for_all_are_one_order_an_account_and_twice_is_once(db: object, rep: Actor) -> None:
    """+10 % with keep: 10 → 11 seats, 144.00 × 265/365 = 104.55; 4 → 4 is nothing."""
    chosen = [*bought(rep, "one", PRO, MEETINGS), *bought(rep, "two")]
    plan = preview_bulk(rep, chosen, SEATS, today=TODAY)
    verdicts = {row.subscription_id: (row.verdict, row.seats_after, row.due) for row in plan.rows}
    ready = (Verdict.READY, 11, Money.of("104.55", "EUR"))
    assert verdicts[chosen[0][1]] == verdicts[chosen[2][1]] == ready
    meetings = next(row for row in plan.rows if row.subscription_id == chosen[1][1])
    assert isinstance(meetings.refusal, NothingChanges) and len(plan.orders) == 2
    assert plan.of(Verdict.READY)[0].mrr_change == Money.of("12.00", "EUR")
    applied(rep, plan)
    applied(rep, plan)  # a second click
    again = preview_bulk(rep, chosen, SEATS, today=TODAY)  # and a second try of the same wish that day
    assert [row.subscription_id for row in again.of(Verdict.DONE)] == [chosen[0][1], chosen[2][1]]
    assert again.orders == () and subscription_row(chosen[0][1]).seats == 11
    with database.read_session() as session:
        assert session.scalar(select(func.count()).select_from(Order).where(Order.placed_on == TODAY)) == 2


def test_a_run_cut_short_goes_on_with_the_rest(db: object, rep: Actor) -> None:
    chosen = [*bought(rep, "one"), *bought(rep, "two")]
    plan = preview_bulk(rep, chosen, SEATS, today=TODAY)
    place_order(rep, plan.orders[0][0], agreed=plan.orders[0][1], today=TODAY)
    rest = preview_bulk(rep, chosen, SEATS, today=TODAY)
    assert [row.verdict for row in rest.rows] == [Verdict.DONE, Verdict.READY]
    applied(rep, rest)
    assert {subscription_row(one).seats for _, one in chosen} == {11}


def test_what_stands_in_the_way_is_said_in_each_row(db: object, rep: Actor, other_rep: Actor) -> None:
    chosen = [*bought(rep, "one"), *bought(other_rep, "theirs")]
    plan = preview_bulk(rep, chosen, replace(SEATS, evidence_reference=""), today=TODAY)
    assert [type(row.refusal) for row in plan.rows] == [EvidenceMissing] and plan.orders == ()
    none = preview_bulk(rep, chosen, replace(SEATS, seats_by=SeatsBy.TOTAL, amount=Decimal(0)), today=TODAY)
    assert isinstance(none.rows[0].refusal, TooFewSeats)
    po = preview_bulk(rep, _with_po_required(chosen[:1]), SEATS, today=TODAY)
    assert isinstance(po.rows[0].refusal, PurchaseOrderRequired)


def _with_po_required(chosen: list[tuple[int, int]]) -> list[tuple[int, int]]:
    from data.models import Account

    write(lambda session: session.execute(update(Account).values(po_required=True)))
    return chosen


def test_a_new_price_is_scheduled_where_there_is_one(db: object, rep: Actor) -> None:
    """144.00 → 150.00 from 2026-06-01: ten seats bring 5.00 a month more from the renewal on."""
    from data.models import Price

    chosen = [*bought(rep, "one", PRO, MEETINGS)]
    with database.read_session() as session:
        row = session.scalars(select(Price).where(Price.plan == "support-pro", Price.interval == "year")).first()
        assert row is not None
        values = {column.key: getattr(row, column.key) for column in Price.__table__.columns}
    values |= {"id": 77, "currency": "EUR", "valid_from": date(2026, 6, 1), "version": "2026-06"}
    add(Price(**values | {"tiers": [{"up_to": None, "unit_amount": "150.00", "flat_amount": "0"}]}))
    wish = BulkWish(BulkKind.NEW_PRICE)
    plan = preview_bulk(rep, chosen, wish, today=TODAY)
    support, meetings = plan.rows
    assert (support.verdict, support.mrr_change) == (Verdict.READY, Money.of("5.00", "EUR"))
    assert isinstance(meetings.refusal, NothingChanges)
    assert schedule_new_price(rep, *chosen[0], today=TODAY)
    assert preview_bulk(rep, chosen, wish, today=TODAY).rows[0].verdict is Verdict.DONE
    with database.read_session() as session:
        assert session.scalar(select(func.count()).select_from(ScheduledChange)) == 1


def test_a_renewal_notice_goes_out_once_a_day(db: object, rep: Actor, other_rep: Actor) -> None:
    chosen = bought(rep, "one", PRO, MEETINGS)
    wish = BulkWish(BulkKind.NOTICE)
    assert [row.verdict for row in preview_bulk(rep, chosen, wish, today=TODAY).rows] == [Verdict.READY] * 2
    with pytest.raises(NotFound):
        send_renewal_notice(other_rep, *chosen[0], today=TODAY)
    assert send_renewal_notice(rep, *chosen[0], today=TODAY)
    assert not send_renewal_notice(rep, *chosen[0], today=TODAY)
    assert [row.verdict for row in preview_bulk(rep, chosen, wish, today=TODAY).rows] == [Verdict.DONE, Verdict.READY]
    with database.read_session() as session:
        mail = session.scalars(select(OutboxMail).where(OutboxMail.kind == "renewal_notice")).one()
        assert (mail.facts["days"], mail.facts["net"]) == (265, {"minor": 144000, "currency": "EUR"})
    write(lambda session: session.execute(update(Subscription).values(is_auto_renewed=False)))
    with pytest.raises(DoesNotRenew):
        send_renewal_notice(rep, *chosen[1], today=TODAY)
    assert isinstance(preview_bulk(rep, chosen, wish, today=TODAY).rows[1].refusal, DoesNotRenew)


def test_who_may_not_change_subscriptions_sees_no_bulk(db: object, licence_manager: Actor) -> None:
    for look in (lambda: bulk_candidates(licence_manager, BulkFilter()), lambda: bulk_choices(licence_manager)):
        with pytest.raises(NotAllowed):
            look()
