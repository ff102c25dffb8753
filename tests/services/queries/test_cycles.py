"""The figures of cycles ahead: by hand for a small book, and for random ones what the nights then post, day by day."""

import random
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from data import database
from data.models import Document, HeldDocument, ParkedAccount, Subscription
from data.money import Money
from data.period import Interval, months_after
from services.commands.cancellations import cancel_subscription, set_auto_renewal
from services.commands.changes import schedule_new_price
from services.commands.payments import PaymentRequest, record_payment, reverse_payment
from services.errors import NotAllowed, Refusal
from services.integrity import violations
from services.night.ahead import turning
from services.night.due import next_due_day
from services.permissions import Actor
from services.queries.cycle_state import cycle_state
from services.queries.cycles import calendar, outlook
from services.queries.renewals import of_day
from services.rules.changes import Timing
from services.rules.nights import StepKind
from services.rules.ordering import ItemKind, OrderItem
from services.rules.report_filters import ReportFilters
from tests.builders import make_account, make_invoice
from tests.ordering import TRIAL, order, request
from tests.services.night.book import at_nine, night

START = date(2026, 1, 31)
HORIZON = date(2027, 1, 1)
PLANS = (
    ("support-pro", (Interval.MONTH, Interval.YEAR)),
    ("meetings-company", (Interval.MONTH, Interval.YEAR)),
    ("backup-devices", (Interval.MONTH, Interval.QUARTER, Interval.YEAR)),
    ("signatures-standard", (Interval.MONTH, Interval.YEAR)),
    ("monitoring-free", (Interval.MONTH,)),
)


def buy(plan: str, seats: int, interval: Interval = Interval.MONTH) -> OrderItem:
    return OrderItem(ItemKind.PURCHASE, plan, seats, interval)


def change(subscription: int, plan: str, seats: int, interval: Interval = Interval.MONTH) -> OrderItem:
    timing = Timing.RENEWAL
    return OrderItem(ItemKind.CHANGE, plan, seats, interval, subscription_id=subscription, timing=timing)


def posted() -> Counter[tuple[str, date]]:
    """What nights have posted, net, by currency and day, held documents included."""
    found = Counter[tuple[str, date]]()
    with database.read_session() as session:
        for model, day in ((Document, Document.issued_on), (HeldDocument, HeldDocument.held_on)):
            of_nights = [Document.order_id.is_(None), Document.kind == "invoice"] if model is Document else []
            rows = select(model.currency, day, func.sum(model.subtotal_minor)).where(*of_nights)
            for currency, on, minor in session.execute(rows.group_by(model.currency, day)):
                found[currency, on] += int(minor)
        assert not session.scalars(select(ParkedAccount)).all()
    return +found


def ahead(actor: Actor, today: date, until: date) -> Counter[tuple[str, date]]:
    """The same as the calendar of each month until then foretells."""
    found, month = Counter[tuple[str, date]](), today.replace(day=1)
    while month < until:
        shown = calendar(actor, ReportFilters(today), month)
        for day, lines in shown.days.items():
            for amount, _ in lines:
                found[amount.currency, day] += amount.minor
        month = months_after(month, 1)
    return +found


def nights_until(after: date, until: date) -> None:
    """Every night with anything to do."""
    while True:
        with database.read_session() as session:
            day = next_due_day(session, after)
        if day is None or day >= until:
            return
        night(day)
        after = day


@pytest.mark.parametrize("seed", [1, 2])
def test_what_is_foretold_for_a_year_is_what_its_nights_post(db: object, admin: Actor, seed: int) -> None:
    day = make_random_book(random.Random(seed), admin)
    told = ahead(admin, day, HORIZON)
    with database.read_session() as session:
        kinds = {len(turn.steps) and turn.steps[0].kind for turn in turning(session, ReportFilters(day), until=HORIZON)}
    assert kinds >= {StepKind.CHANGED, StepKind.CONVERTED} and len(told) > 50
    billed = {month.month: month.billed for month in outlook(admin, ReportFilters(day)).lines["EUR"]}
    for (_currency, on), minor in told.items():
        listed = of_day(admin, ReportFilters(day), on, limit=500).frame
        assert sum(listed["amount_minor"]) == sum(told[code, on] for code in ("EUR", "GBP")), (on, minor)
    nights_until(day, HORIZON)
    done = posted()
    assert {key: minor for key, minor in done.items() if key[1] > day} == told
    for month in (date(2026, 6, 1), date(2026, 12, 1)):
        net = sum(minor for (code, on), minor in done.items() if code == "EUR" and on.replace(day=1) == month)
        assert billed[month] == Money(net, "EUR")
    with database.read_session() as session:
        assert list(violations(session)) == []


def make_random_book(chance: random.Random, actor: Actor) -> date:
    """Accounts with purchases around the ends of months; then changes, ends and trials that wait. Returns the day."""
    at_nine(START)
    owned: list[tuple[int, int, str]] = []
    for day in (START - timedelta(days=2), START - timedelta(days=1), START, START + timedelta(days=1)):
        for place in range(3):
            british = {"country": "GB", "currency": "GBP", "vat_number": "", "postal_code": "SW1A 1AA"}
            columns = british if chance.random() < 0.3 else {}
            account = make_account(f"{day}-{place}", rep=actor, net_days=chance.choice((14, 30)), **columns)
            items = [buy(plan, chance.choice((10, 60, 260)), chance.choice(each)) for plan, each in PLANS]
            for item in (*chance.sample(items, 3), *([replace(TRIAL, seats=5)] if place else [])):
                with suppress(Refusal):  # no price in pounds, a product that is owned
                    placed = order(actor, request(account, item, key=f"{item.kind} {item.plan}"), day)
                    owned += (
                        [(account, placed.subscription_ids[0], item.plan)] if item.kind is item.kind.PURCHASE else []
                    )
    at_nine(day := START + timedelta(days=2))
    for place, (account, key, plan) in enumerate(owned):
        with suppress(Refusal):
            match chance.randrange(6):
                case 0:
                    cancel_subscription(actor, account, key, "Left", day)
                case 1:
                    set_auto_renewal(actor, account, key, False, day)
                case 2:
                    intervals = dict(PLANS)[plan]
                    item = change(key, plan, chance.choice((11, 70)), chance.choice(intervals))
                    order(actor, request(account, item, key=f"change-{place}"), day)
                case 3:
                    schedule_new_price(actor, account, key, today=day)
    return day


def test_a_calendar_and_an_outlook_by_hand(admin: Actor, rep: Actor, other_rep: Actor) -> None:
    """Ten seats at 16.00 a month from 31 January; twenty of another plan a year from 15 February, to end with it.

    2026-02-28  160.00   the month's end, then 31 March: the anchor stays
    2026-02-28  130.00   of another rep: 20 devices at 6.50
    """
    acme, beta = make_account("acme", rep=rep, net_days=14), make_account("beta", rep=other_rep)
    order(rep, request(acme, buy("support-pro", 10)), START)
    order(other_rep, request(beta, buy("backup-devices", 20)), START)
    later = date(2026, 2, 15)
    ending = order(rep, request(acme, buy("signatures-standard", 20, Interval.YEAR), key="2"), later).subscription_ids[
        0
    ]
    set_auto_renewal(rep, acme, ending, False, later)
    wanted = ReportFilters(later)
    shown = calendar(admin, wanted, later)
    assert dict(shown.days) == {date(2026, 2, 28): ((Money(290_00, "EUR"), 2),)}
    assert dict(calendar(admin, wanted, date(2026, 3, 9)).days) == {date(2026, 3, 31): ((Money(290_00, "EUR"), 2),)}
    assert dict(calendar(rep, wanted, later).days) == {date(2026, 2, 28): ((Money(160_00, "EUR"), 1),)}
    months = outlook(rep, wanted).lines["EUR"]
    assert [one.billed.minor for one in months] == [160_00] * 12
    # due a fortnight after 28 February, and after 31 March: 14 March, then each month
    assert [one.cash.minor for one in months] == [0, *[160_00] * 11]
    # the two invoices of the orders, tax included: 160.00 on 14 February (overdue), 3,800.00 on 1 March
    assert [one.open.minor for one in months[:3]] == [193_60, 4_598_00, 0]
    state = cycle_state(rep, wanted)
    assert [(one.kind, one.amount.minor, one.count) for one in state.running] == [
        ("renewing", 160_00, 1), ("ending", 3_800_00, 1),
    ]  # fmt: skip


def test_what_no_night_has_billed_yet_waits_and_counts_in_the_first_month(admin: Actor) -> None:
    acme = make_account("acme", rep=admin)
    order(admin, request(acme, buy("support-pro", 10)), START)
    wanted = ReportFilters(date(2026, 4, 2))
    shown = calendar(admin, wanted, wanted.as_of)
    assert shown.waiting == ((Money(320_00, "EUR"), 2),)  # 28 February and 31 March
    assert dict(shown.days) == {date(2026, 4, 30): ((Money(160_00, "EUR"), 1),)}
    assert outlook(admin, wanted).lines["EUR"][0].billed == Money(480_00, "EUR")


def test_the_money_comes_as_late_as_the_account_has_paid_so_far(finance: Actor, rep: Actor) -> None:
    """Two invoices, both due on 2 March: paid on 5 and 12 March, so 3 and 10 days late, 6.5 on average, rounded 7."""
    acme = make_account("acme", rep=rep)
    first = order(rep, request(acme, buy("support-pro", 10)), START).subscription_ids[0]
    make_invoice(rep, acme, buy("backup-devices", 20), key="b", today=START)
    wanted = ReportFilters(date(2026, 3, 12))

    def expected_on() -> date | None:
        with database.read_session() as session:
            return session.get_one(Subscription, (acme, first)).cash_on

    assert expected_on() == date(2026, 2, 28) + timedelta(days=30)
    for key, minor, day in (("1", 193_60, date(2026, 3, 5)), ("2", 157_30, date(2026, 3, 12))):
        paid = record_payment(finance, PaymentRequest(acme, Money(minor, "EUR"), day, "bank_transfer", "", key), day)
    assert expected_on() == date(2026, 2, 28) + timedelta(days=37)
    assert outlook(finance, wanted).lines["EUR"][1].cash == Money(290_00, "EUR")  # 6 April
    reverse_payment(finance, acme, paid.payment_id, reason="returned", today=date(2026, 3, 13))
    assert expected_on() == date(2026, 2, 28) + timedelta(days=33)
    with database.read_session() as session:
        assert [
            found.check for found in violations(session) if found.check in ("payment_delays", "cycles_to_come")
        ] == []


def test_only_those_who_see_reports_see_cycles(licence_manager: Actor) -> None:
    wanted = ReportFilters(START)
    for ask in (lambda: calendar(licence_manager, wanted, START), lambda: outlook(licence_manager, wanted)):
        with pytest.raises(NotAllowed):
            ask()
    with pytest.raises(NotAllowed):
        cycle_state(licence_manager, wanted)
    with pytest.raises(NotAllowed):
        of_day(licence_manager, wanted, START)
