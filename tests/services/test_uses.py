"""The roll-up of use: always what the accounts' own pages say, whatever was done and however many days passed."""

import random
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from itertools import accumulate
from types import SimpleNamespace

import pytest
from sqlalchemy import delete, func, select, update

from data import database
from data.identity import account_id
from data.models import Account, LicensedUser, Product, Seat, Subscription, UseFigure, UseMonth, UseTotal
from data.money import Money
from services import access, rollups, uses
from services.commands.leavers import release_leavers, undo_release
from services.commands.licensed_users import UserDetails, save_user_details
from services.commands.seats import assign_seats, release_seats
from services.commands.usage import apply_usage
from services.errors import Refusal
from services.facts.paid import seat_rates
from services.integrity.uses import differences
from services.permissions import Actor
from services.queries.usage import account_use
from services.rules.usage import SeatUse
from services.rules.use_figures import MEASURES, MONTHLY
from tests.builders import (
    TODAY,
    make_account,
    make_grant,
    make_licensed_user,
    make_seat,
    make_subscription,
    write,
)
from tests.services.usage_files import deliver, plan

CODES = ("acme", "birch", "cedar")
PLANS = ("support-pro", "meetings-team", "signatures-standard")
PLACES = ("", "North", "South")


def ago(days: int, today: date = TODAY) -> date:
    return today - timedelta(days=days)


class Row(SimpleNamespace):
    """A row's measures by name."""


def figures() -> dict[tuple[int, str, str, str], Row]:
    """Account, split, value and product → the row's measures."""
    key = (UseFigure.account_id, UseFigure.split, UseFigure.value, UseFigure.product)
    measures = [getattr(UseFigure, name) for name in MEASURES]
    with database.read_session() as session:
        rows = session.execute(select(*key, *measures).order_by(*key)).all()
    return {tuple(row[:4]): Row(**dict(zip(MEASURES, row[4:], strict=True))) for row in rows}


def found_differences() -> list[tuple[str, int, int]]:
    with database.read_session() as session:
        return list(differences(session))


def check(actor: Actor, today: date) -> None:
    """The roll-up of every account is what its page says live; every split adds up to the whole; all ties."""
    rows = figures()
    for code in CODES:
        account = account_id(code)
        live = {product.product: product for product in account_use(actor, account, today=today).products}
        mine = {key[1:]: row for key, row in rows.items() if key[0] == account}
        stored = {product for split, _, product in mine if split == "" and product}
        assert stored == {code for code, product in live.items() if product.bought or product.assigned}
        for product in stored:
            row, page = mine["", "", product], live[product]
            assert (row.bought, row.assigned, row.in_use) == (page.bought, page.assigned, page.in_use)
            for use in SeatUse:
                assert getattr(row, use.value) == page.counts[use], (code, product, use)
            assert row.stale_feeds == page.is_stale(today)
        with database.read_session() as session:
            rates = seat_rates(session, [account], today)
            of = dict(session.execute(select(Subscription.id, Subscription.product)).all())
        exact = sum(rate.a_month * live[of[key[1]]].counts[SeatUse.IDLE] for key, rate in rates.items())
        assert mine["", "", ""].idle_minor == Money.rounded(Fraction(exact), "EUR").minor
        for row in mine.values():
            assert row.used + row.idle + row.excluded + row.no_evidence == row.assigned
        for split in ("department", "cost_centre", "manager"):
            for product in ("", *stored):
                whole = mine.get(("", "", product))
                parts = [row for key, row in mine.items() if key[0] == split and key[2] == product]
                for measure in ("assigned", "pending", "idle", "active_7", "active_30", "active_90", "idle_minor"):
                    assert sum(getattr(row, measure) for row in parts) == getattr(whole, measure, 0)
    assert found_differences() == []


@pytest.fixture
def book(rep: Actor, licence_manager: Actor) -> dict[str, list[int]]:
    """Three accounts granted to the licence manager, each with up to three subscriptions."""
    found = {}
    for place, code in enumerate(CODES):
        account = make_account(code, rep=rep)
        make_grant(licence_manager, account)
        found[code] = [
            make_subscription(account, plan, starts_on=date(2024, 1, 1), seats=20) for plan in PLANS[: 3 - place]
        ]
    return found


@pytest.mark.parametrize("seed", range(4))
def test_it_is_what_the_accounts_pages_say_after_any_commands_and_days(
    book: dict[str, list[int]], licence_manager: Actor, seed: int
) -> None:
    dice, day = random.Random(seed), TODAY
    for code, subscriptions in book.items():
        for subscription in subscriptions:
            for number in range(dice.randint(0, 12)):
                user = make_licensed_user(
                    account_id(code),
                    f"p{number}-{subscription}@{code}.example",
                    department=dice.choice(PLACES),
                    manager=dice.choice(PLACES),
                    cost_centre=dice.choice(PLACES),
                    excluded_until=dice.choice([None, None, ago(-1), ago(-20)]),
                )
                held = ago(dice.choice([0, 25, 29, 30, 60, 400]))
                make_seat(account_id(code), subscription, user, assigned_on=held, is_pending=dice.random() < 0.1)
    for _ in range(7):
        access.use_clock(lambda: datetime(day.year, day.month, day.day, 9, tzinfo=UTC))  # noqa: B023
        act(dice, licence_manager, book, day)
        act(dice, licence_manager, book, day)
        uses.refresh_all(day)
        check(licence_manager, day)
        day += timedelta(days=dice.choice([1, 1, 3, 8, 30, 91]))
        uses.refresh_all(day)
        check(licence_manager, day)
    before, levels = figures(), months()
    uses.rebuild(day)
    assert found_differences() == []
    assert (figures(), months()[-1]) == (before, levels[-1])


def act(dice: random.Random, actor: Actor, book: dict[str, list[int]], day: date) -> None:
    """One of the things that people do; what is refused is left undone."""
    code = dice.choice(CODES)
    account, subscription = account_id(code), dice.choice(book[code])
    people = (LicensedUser.id, LicensedUser.email, LicensedUser.version)
    with database.read_session() as session:
        users = session.execute(select(*people).where(LicensedUser.account_id == account)).all()
        seats = session.execute(
            select(LicensedUser.email, Seat.product)
            .join(Seat, (Seat.account_id == LicensedUser.account_id) & (Seat.user_id == LicensedUser.id))
            .where(Seat.account_id == account, Seat.released_at.is_(None))
        ).all()
        released = session.scalars(
            select(Seat.release_id).where(Seat.account_id == account, Seat.release_id.is_not(None))
        ).all()
    with suppress(Refusal):
        match dice.randrange(7):
            case 0:
                pasted = "\n".join(f"new{dice.randrange(40)}@{code}.example" for _ in range(3))
                assign_seats(actor, account, subscription, pasted=pasted, notify=False, today=day)
            case 1 if users:
                some = [user[0] for user in dice.sample(users, min(4, len(users)))]
                release_seats(actor, account, subscription, some, notify=False, today=day)
            case 2 if seats:
                release_leavers(actor, account, dice.choice(seats)[0], notify=False, today=day)
            case 3 if users:
                user, _, version = dice.choice(users)
                places = [dice.choice(PLACES) for _ in range(3)]
                details = UserDetails(*places, day + timedelta(days=5), "away")
                save_user_details(actor, account, user, details, version=version, today=day)
            case 4 if released:
                undo_release(actor, account, dice.choice(released), notify=False, today=day)
            case 5 | 6 if seats:
                told = [(*dice.choice(seats), dice.randrange(120)) for _ in range(12)]
                told += [(*dice.choice(seats), days) for days in range(dice.choice([0, 0, 9]), 120, 5)]
                deliver(actor, *(f"{mail},{product},{ago(days, day)}," for mail, product, days in told), today=day)


def months() -> list[tuple[int, int, int]]:
    """How all seats stood at the end of each of the last months: bought, assigned, in use."""
    columns = [UseMonth.month, *(func.sum(getattr(UseMonth, name)) for name in MONTHLY)]
    with database.read_session() as session:
        moved = session.execute(
            select(*columns).where(UseMonth.product == "").group_by(UseMonth.month).order_by(UseMonth.month)
        ).all()
    return list(accumulate((row[1:] for row in moved), lambda one, two: tuple(map(sum, zip(one, two, strict=True)))))


def test_an_import_that_is_cut_short_has_marked_what_it_wrote(
    book: dict[str, list[int]], licence_manager: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = make_licensed_user(account_id("acme"), "ana@acme.example")
    make_seat(account_id("acme"), book["acme"][0], user, assigned_on=ago(400))
    deliver(licence_manager, f"ana@acme.example,support,{ago(100)},", f"ana@acme.example,support,{ago(99)},")
    uses.refresh_all(TODAY)
    monkeypatch.setattr("services.commands.usage.CHUNK", 1)
    told = plan(licence_manager, f"ana@acme.example,support,{ago(3)},", f"ana@acme.example,support,{ago(2)},")
    next(apply_usage(licence_manager, told))  # the first row alone
    uses.refresh_all(TODAY)
    check(licence_manager, TODAY)
    assert figures()[account_id("acme"), "", "", "support"].active_7 == 1


def test_an_idle_round_counts_nothing_and_a_mark_counts_one_account(book: dict[str, list[int]], rep: Actor) -> None:
    assert uses.refresh_all(TODAY) == 3
    assert uses.refresh(TODAY) == uses.refresh(ago(-1)) == 0
    assign_seats(rep, account_id("birch"), book["birch"][0], pasted="a@b.example", notify=False, today=TODAY)
    assert [uses.refresh(TODAY), uses.refresh(TODAY)] == [1, 0]
    with pytest.raises(Refusal):  # what is refused marks nothing
        assign_seats(rep, account_id("birch"), 1, pasted="c@b.example", notify=False, today=TODAY)
    assert uses.refresh(TODAY) == 0


def test_another_policy_counts_all_anew(book: dict[str, list[int]], licence_manager: Actor) -> None:
    user = make_licensed_user(account_id("acme"), "ana@acme.example")
    make_seat(account_id("acme"), book["acme"][0], user, assigned_on=ago(400))
    deliver(licence_manager, f"ana@acme.example,support,{ago(50)},", f"ana@acme.example,support,{ago(49)},")
    uses.refresh_all(TODAY)
    write(lambda session: session.execute(update(Product).values(in_use_days=60)))
    assert found_differences() == []  # all wait for the count
    assert uses.refresh_all(TODAY) == 3
    assert figures()[account_id("acme"), "", "", "support"].in_use == 1
    check(licence_manager, TODAY)


def test_an_account_that_moves_takes_its_months_along(book: dict[str, list[int]], rep: Actor) -> None:
    uses.rebuild(TODAY)
    write(lambda session: setattr(session.get_one(Account, account_id("acme")), "country", "PT"))
    uses.refresh_all(TODAY)
    assert found_differences() == []
    with database.read_session() as session:
        assert (
            session.scalar(
                select(func.sum(UseTotal.bought)).where(
                    UseTotal.split == "month", UseTotal.country == "PT", UseTotal.product == ""
                )
            )
            == 60
        )


@pytest.mark.parametrize(
    ("table", "change"),
    [
        (UseFigure, {"idle": UseFigure.idle + 1}),
        (UseFigure, {"country": "PT"}),
        (UseMonth, {"assigned": UseMonth.assigned + 1}),
        (UseTotal, {"bought": UseTotal.bought - 1}),
        (UseTotal, None),
        (UseFigure, None),
    ],
)
def test_a_corruption_is_found_and_made_good(
    book: dict[str, list[int]], table: type, change: dict[str, object] | None, capsys: pytest.CaptureFixture[str]
) -> None:
    uses.rebuild(TODAY)
    assert rollups.main(["--check"]) == 0
    write(lambda session: session.execute(update(table).values(change) if change else delete(table)))
    assert rollups.main(["--check"]) == 1
    assert "use of seats" in capsys.readouterr().out
    uses.rebuild(TODAY)
    assert rollups.main(["--check"]) == 0


def test_past_months_are_told_by_histories(rep: Actor, licence_manager: Actor) -> None:
    account = make_account("acme", rep=rep)
    make_grant(licence_manager, account)
    subscription = make_subscription(account, "support-pro", starts_on=date(2026, 1, 15), seats=8)
    for number, (on, until) in enumerate([((2026, 1, 20), None), ((2026, 2, 10), (2026, 3, 5)), ((2026, 3, 31), None)]):
        user = make_licensed_user(account, f"p{number}@acme.example")
        gone = {"released_at": datetime(*until, 12, tzinfo=UTC)} if until else {}
        make_seat(account, subscription, user, assigned_on=date(*on), **gone)
    deliver(licence_manager, "p0@acme.example,support,2026-02-20,", "p1@acme.example,support,2026-02-20,")
    uses.rebuild(TODAY)
    with database.read_session() as session:
        rows = session.execute(
            select(UseMonth.month, UseMonth.bought, UseMonth.assigned, UseMonth.in_use)
            .where(UseMonth.product == "support")
            .order_by(UseMonth.month)
        ).all()
    # January: 1 seat; February: 2, both seen; March: one left and one came, none was seen within 30 days of its end
    assert [tuple(row) for row in rows] == [(202601, 8, 1, 0), (202602, 0, 1, 2), (202603, 0, 0, -2)]
