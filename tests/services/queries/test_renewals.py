"""Upcoming renewals: who renews, ends or converts when, for how much, and what stands in the way."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from data.models import StandingDiscount
from data.period import Interval
from services.commands.cancellations import cancel_subscription
from services.commands.changes import schedule_new_price
from services.errors import NotAllowed
from services.permissions import Actor
from services.queries.renewals import RenewalFilter, of_day, renewals
from services.rules.changes import Timing
from services.rules.ordering import ItemKind, OrderItem
from services.rules.report_filters import NOBODY, ReportFilters
from tests.builders import add, make_account, make_purchase_order
from tests.ordering import TRIAL, order, request

DAY = date(2026, 5, 10)
NEXT = date(2026, 6, 10)
WANTED = ReportFilters(DAY)


def buy(plan: str, seats: int = 10, interval: Interval = Interval.MONTH) -> OrderItem:
    return OrderItem(ItemKind.PURCHASE, plan, seats, interval)


def make_book(rep: Actor) -> dict[str, int]:
    """What renews: help with five seats from the renewal on, and backup; what ends: devices of beta; what converts."""
    acme, beta = make_account("acme", rep=rep), make_account("beta", rep=rep, country="DE", vat_number="DE811569869")
    po = make_purchase_order(acme, "PO-77", expires_on=date(2026, 6, 9))
    cap = make_purchase_order(acme, "PO-78", cap_minor=300_00)
    found = {}
    for name, account, item, more in (
        ("help", acme, buy("support-pro"), {"po_id": po}),
        ("sign", acme, buy("signatures-standard"), {}),
        ("backup", acme, buy("backup-devices", 20), {"po_id": cap}),
        ("devices", beta, buy("backup-devices", 60, Interval.YEAR), {}),
        ("trial", beta, TRIAL, {}),
    ):
        found[name] = order(rep, request(account, item, key=name, **more), DAY).subscription_ids[0]
    fewer = OrderItem(
        ItemKind.CHANGE, "support-pro", 5, Interval.MONTH, subscription_id=found["help"], timing=Timing.RENEWAL
    )
    order(rep, request(acme, fewer, key="fewer"), DAY)
    cancel_subscription(rep, beta, found["devices"], "Left", DAY)
    return found | {"acme": acme, "beta": beta}


def rows(actor: Actor, only: RenewalFilter | None = None, wanted: ReportFilters = WANTED) -> list[tuple[object, ...]]:
    frame = renewals(actor, wanted, only or RenewalFilter()).frame
    columns = ["plan", "day", "seats", "amount_minor", "renews", "change", "po"]
    return [tuple(row) for row in frame[columns].itertuples(index=False)]


def test_each_renewal_says_what_it_comes_to_and_what_stands_in_its_way(rep: Actor) -> None:
    """Help goes from ten to five seats: 80.00. Signatures cost 19.00, from 1 June 20.00 for who takes it: 190.00.

    Devices of acme: 20 at 6.50; 300.00 less the 157.30 of the first invoice leave 142.70, enough for 130.00.
    """
    book = make_book(rep)
    trial_ends = DAY + timedelta(days=30)
    assert sorted(rows(rep)) == sorted(
        [
            ("Professional", NEXT, 10, 80_00, "renews", "scheduled", "expires"),
            ("Standard", NEXT, 10, 190_00, "renews", "newer_price", "none"),
            ("Devices", NEXT, 20, 130_00, "renews", "", "valid"),
            ("Team", trial_ends, 5, 40_00, "converts", "", "none"),
            ("Devices", date(2027, 5, 10), 60, None, "ends", "", "none"),
        ]
    )
    day = of_day(rep, WANTED, NEXT).frame
    assert list(day["amount_minor"]) == [190_00, 130_00, 80_00]
    assert of_day(rep, WANTED, date(2026, 7, 10)).total == 3
    row = day[day["subscription_id"] == book["help"]].iloc[0]
    assert (row["account"], row["owner"], row["notice_on"]) == ("Acme", "Sales Rep", NEXT - timedelta(days=30))


def test_a_new_price_that_is_scheduled_is_the_amount_shown(rep: Actor) -> None:
    book = make_book(rep)
    schedule_new_price(rep, book["acme"], book["sign"], today=DAY)
    assert ("Standard", NEXT, 10, 200_00, "renews", "scheduled", "none") in rows(rep)


def test_a_conversion_takes_the_standing_discount(rep: Actor) -> None:
    book = make_book(rep)
    add(StandingDiscount(account_id=book["beta"], id=1, plan="meetings-team", percent=Decimal(50)))
    assert rows(rep, RenewalFilter(renews="converts"))[0][3] == 20_00


def test_the_list_is_searched_filtered_sorted_and_paged_in_the_database(rep: Actor) -> None:
    book = make_book(rep)
    reference = renewals(rep, WANTED).frame.set_index("subscription_id").loc[book["sign"], "reference"]
    for only, total in (
        (RenewalFilter("acme"), 3),
        (RenewalFilter(str(reference).lower()), 1),
        (RenewalFilter("_"), 0),
        (RenewalFilter(renews="ends"), 1),
        (RenewalFilter(renews="renews"), 3),
        (RenewalFilter(change="scheduled"), 1),
        (RenewalFilter(change="newer_price"), 1),
        (RenewalFilter(po="none"), 3),
        (RenewalFilter(po="expires"), 1),
        (RenewalFilter(po="valid"), 1),
        (RenewalFilter(po="cap"), 0),
    ):
        assert renewals(rep, WANTED, only).total == len(rows(rep, only)) == total, only
    for wanted, total in (
        (ReportFilters(DAY, country="DE"), 2),
        (ReportFilters(DAY, product="backup"), 2),
        (ReportFilters(DAY, currency="USD"), 0),
        (ReportFilters(DAY, rep_id=NOBODY), 0),
        (ReportFilters(DAY, rep_id=rep.user_id), 5),
        (ReportFilters(DAY, segment="Bank"), 0),
    ):
        assert len(rows(rep, wanted=wanted)) == total, wanted
    # after the year of devices
    largest = renewals(rep, WANTED, RenewalFilter(order="amount"), limit=2, offset=1)
    assert (list(largest.frame["plan"]), largest.total) == (
        ["Standard", "Professional"],
        5,
    )  # after the year of devices


def test_a_rep_sees_the_own_accounts_only(rep: Actor, other_rep: Actor, licence_manager: Actor) -> None:
    make_book(rep)
    assert rows(other_rep) == []
    assert of_day(other_rep, WANTED, NEXT).total == 0
    with pytest.raises(NotAllowed):
        renewals(licence_manager, WANTED)
