"""Seats at the renewal: what nothing and what fewer seats cost, the months before; and the dearest accounts."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from data.models import LicensedUser, Seat
from data.money import Money
from data.period import Interval
from services.commands.cancellations import set_auto_renewal
from services.errors import NotAllowed, NotFound, TooFewSeats
from services.permissions import Actor, Role
from services.queries.changes import Timing, preview_change
from services.queries.seat_renewals import account_months, renewal_of, upcoming
from services.queries.waste import account_waste
from services.queries.wasteful_accounts import waste_currencies, wasteful_accounts
from services.rules.change_items import ChangeWish
from services.rules.ordering import ItemKind, OrderItem
from services.rules.waste import Share
from services.uses import rebuild, refresh_all
from tests.builders import TODAY, make_account, make_grant, make_licensed_user, make_seat, make_user, write
from tests.changing import NEW_YEAR, change, owned
from tests.ordering import order, request
from tests.services.usage_files import deliver


def euro(text: str) -> Money:
    return Money.of(text, "EUR")


@pytest.fixture
def world(rep: Actor, licence_manager: Actor) -> tuple[int, int]:
    """Ten seats for 1440.00 of 2026, three held since 1 January: two used until today, one never."""
    account, subscription = owned(rep)
    make_grant(licence_manager, account)
    for name in ("ann", "ben", "cid"):
        user = make_licensed_user(account, f"{name}@acme.example")
        make_seat(account, subscription, user, assigned_on=NEW_YEAR)
    days = [NEW_YEAR + timedelta(days=n) for n in range(101)]
    deliver(licence_manager, *(f"{name}@acme.example,support,{day}," for name in ("ann", "ben") for day in days))
    return account, subscription


def test_a_renewal_says_what_nothing_and_what_fewer_seats_cost(
    world: tuple[int, int], licence_manager: Actor, rep: Actor
) -> None:
    """Two seats are needed: 288.00 instead of 1440.00. Six would be 864.00, as the preview of the change says."""
    account, subscription = world
    found = renewal_of(licence_manager, account, subscription, today=TODAY)
    assert (found.seats, found.assigned, found.needed, found.shares[Share.IDLE]) == (10, 3, 2, 1)
    assert (found.to_needed.nothing, found.to_needed.reduced, found.to_needed.saves) == (
        euro("1440"), euro("288"), euro("1152"),
    )  # fmt: skip
    assert found.chosen == found.to_needed
    six = renewal_of(licence_manager, account, subscription, today=TODAY, seats=6).chosen
    preview = preview_change(rep, account, subscription, ChangeWish(seats=6), today=TODAY).options[Timing.RENEWAL]
    assert not isinstance(preview, Exception) and preview.next_invoice
    assert six.reduced == preview.next_invoice.line.amount == euro("864")


def test_more_seats_save_nothing_and_fewer_than_the_minimum_are_the_minimum(rep: Actor, licence_manager: Actor) -> None:
    account, subscription = owned(rep, OrderItem(ItemKind.PURCHASE, "support-enterprise", 8, Interval.YEAR))
    make_grant(licence_manager, account)
    few = renewal_of(licence_manager, account, subscription, today=TODAY, seats=1)
    assert (few.minimum, few.chosen.seats, few.chosen.reduced) == (5, 5, euro("1140"))  # 5 × 228.00
    more = renewal_of(licence_manager, account, subscription, today=TODAY, seats=9)
    assert (more.chosen.reduced, more.chosen.saves) == (euro("2052"), euro("0"))
    assert not isinstance(few.chosen.refusal, TooFewSeats)


def test_the_months_before_say_bought_assigned_and_in_use(
    world: tuple[int, int], licence_manager: Actor, rep: Actor
) -> None:
    """Bought since January, 15 since March, 12 since today; cid's seat given back on 10 March."""
    account, subscription = world
    change(rep, account, subscription, date(2026, 3, 5), key="more", seats=15, timing=Timing.KEEP)
    change(rep, account, subscription, TODAY, key="less", seats=12, timing=Timing.KEEP)

    def release(session: object) -> None:
        of_cid = select(Seat).join(LicensedUser, LicensedUser.id == Seat.user_id).where(LicensedUser.name == "Cid")
        seat = session.scalars(of_cid).one()  # type: ignore[attr-defined]
        seat.released_at = datetime(2026, 3, 10, 9, tzinfo=UTC)

    write(release)
    assert renewal_of(licence_manager, account, subscription, today=TODAY).history.in_use == (None,) * 12
    rebuild(TODAY)
    history = renewal_of(licence_manager, account, subscription, today=TODAY).history
    assert history.months == (202505, 202506, 202507, 202508, 202509, 202510, 202511, 202512,
                              202601, 202602, 202603, 202604)  # fmt: skip
    assert history.bought == (0,) * 8 + (10, 10, 15, 12)
    assert history.assigned == (0,) * 8 + (3, 3, 2, 2)
    assert history.in_use == (None,) * 8 + (2, 2, 2, 2)
    months = account_months(licence_manager, account, today=TODAY)
    assert len(months.months) == 24 and months.bought[-4:] == (10, 10, 15, 12)
    assert account_months(licence_manager, account, today=TODAY, product="meetings").bought == (0,) * 24


def test_the_list_holds_what_renews_by_itself_in_time(
    world: tuple[int, int], licence_manager: Actor, rep: Actor
) -> None:
    account, subscription = world
    monthly = OrderItem(ItemKind.PURCHASE, "meetings-team", 4, Interval.MONTH)
    order(rep, request(account, monthly, key="monthly"), today=date(2026, 4, 1))
    near = upcoming(licence_manager, today=TODAY, months=3)
    # a month's notice is over at once: the last day of the period
    assert near.frame[["product", "decide_by", "seats", "in_use", "nothing_minor"]].values.tolist() == [
        ["Meetings", date(2026, 4, 30), 4, None, 3_200]
    ]
    year = upcoming(licence_manager, today=TODAY, months=12)
    assert (year.total, year.frame["product"].tolist()) == (2, ["Meetings", "Remote Support"])
    row = year.frame.iloc[1]
    assert (row["in_use"], row["assigned"], row["decide_by"], row["scheduled"]) == (2, 3, date(2026, 12, 2), False)
    change(rep, account, subscription, seats=9, timing=Timing.RENEWAL)
    row = upcoming(licence_manager, today=TODAY, months=12, search="acme").frame.iloc[1]
    assert (row["nothing_minor"], row["scheduled"]) == (129_600, True)  # 9 × 144.00
    assert upcoming(licence_manager, today=TODAY, months=12, search="zebra").total == 0
    set_auto_renewal(rep, account, subscription, False, TODAY)
    assert upcoming(licence_manager, today=TODAY, months=12, account_id=account).total == 1


def test_an_old_feed_says_nothing_of_use(world: tuple[int, int], licence_manager: Actor) -> None:
    later = TODAY + timedelta(days=8)
    assert upcoming(licence_manager, today=later, months=12).frame["in_use"].tolist() == [None]


def test_renewals_of_others_are_not_found(world: tuple[int, int], finance: Actor) -> None:
    account, subscription = world
    stranger = make_user(Role.LICENCE_MANAGER, email="other@portal.example")
    assert upcoming(stranger, today=TODAY, months=12).total == 0
    for look in (
        lambda: renewal_of(stranger, account, subscription, today=TODAY),
        lambda: account_months(stranger, account, today=TODAY),
    ):
        with pytest.raises(NotFound):
            look()
    with pytest.raises(NotAllowed):
        upcoming(finance, today=TODAY)


def test_the_dearest_account_comes_first_as_its_own_page_says(
    world: tuple[int, int], licence_manager: Actor, rep: Actor, admin: Actor
) -> None:
    """acme: one idle seat of 12.00 a month. brill: two, at 16.00 a month of the monthly plan."""
    brill = make_account("brill", rep=rep)
    monthly = order(rep, request(brill, OrderItem(ItemKind.PURCHASE, "support-pro", 5, Interval.MONTH), key="b"),
                    today=date(2026, 4, 1)).subscription_ids[0]  # fmt: skip
    for name in ("dan", "eve"):
        user = make_licensed_user(brill, f"{name}@brill.example")
        make_seat(brill, monthly, user, assigned_on=NEW_YEAR)
    fay = make_licensed_user(brill, "fay@brill.example")
    make_seat(brill, monthly, fay, assigned_on=NEW_YEAR)
    deliver(admin, *(f"fay@brill.example,support,{NEW_YEAR + timedelta(days=n)}," for n in range(101)))
    clean = make_account("clean", rep=rep)  # no idle seat, no row
    order(rep, request(clean, OrderItem(ItemKind.PURCHASE, "support-pro", 2), key="c"), today=date(2026, 4, 2))
    other = OrderItem(ItemKind.PURCHASE, "backup-servers", 5, Interval.MONTH)  # renews sooner, and has no idle seat
    order(rep, request(world[0], other, key="o"), today=date(2026, 4, 2))
    refresh_all(TODAY)
    assert waste_currencies(admin) == ["EUR"]
    listed = wasteful_accounts(admin, "EUR", today=TODAY)
    assert listed.frame[["account", "idle", "idle_minor", "decide_by"]].values.tolist() == [
        ["Brill", 2, 3_200, date(2026, 4, 30)],
        ["Acme", 1, 1_200, date(2026, 12, 2)],
    ]
    for row in listed.frame.itertuples():
        assert account_waste(admin, row.account_id, today=TODAY).month.minor == row.idle_minor
    assert wasteful_accounts(admin, "EUR", today=TODAY, search="brill").total == 1
    assert wasteful_accounts(admin, "USD", today=TODAY).total == 0
    mine = wasteful_accounts(licence_manager, "EUR", today=TODAY)  # granted acme alone
    assert mine.frame["account"].tolist() == ["Acme"]
