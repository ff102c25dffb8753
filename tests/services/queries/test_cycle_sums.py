"""The roll-up of billing cycles: what subscriptions come to, however they changed hands; a wrong sum is found."""

import random
from collections.abc import Callable
from datetime import date, timedelta
from itertools import product

import pytest
from sqlalchemy import select, update

from data import database
from data.models import Account, CycleDelta, CycleFigure, Subscription
from services import access, rollups
from services.commands.accounts import assign_rep
from services.integrity.figures import differences
from services.permissions import Actor, Permission, Role
from services.queries import cycle_sums
from services.queries.cycle_sums import CycleRow
from services.rules.cycle_sums import CYCLE_SETS, Kind
from services.rules.report_filters import NOBODY, ReportFilters
from tests.builders import make_user, write
from tests.services.night.book import night
from tests.services.queries.test_cycles import make_random_book

NOTHING: tuple[None] = (None,)


def told(actor: Actor, wanted: ReportFilters) -> list[CycleRow]:
    with access.reading(actor, Permission.SEE_REPORTS) as session:
        return cycle_sums.cycle_sums(session, wanted, tuple(Kind))


def wrong() -> list[str]:
    with database.read_session() as session:
        return [f"{name}: {expected} {found}" for _, name, expected, found in differences(session)]


@pytest.fixture
def hands(db: object, admin: Actor) -> tuple[date, Actor, Actor]:
    """A random book, some of whose accounts then change hands, country and segment; one of them has nobody."""
    chance = random.Random(7)
    day = make_random_book(chance, admin)
    ana, ben = (make_user(Role.SALES_REP, email=f"{name}@x.example") for name in ("ana", "ben"))
    with database.read_session() as session:
        accounts = session.execute(select(Account.id, Account.version).order_by(Account.id)).all()
    for place, (account, version) in enumerate(accounts):
        if place:
            rep = chance.choice((ana, ben))
            assign_rep(admin, account, rep_id=rep.user_id, team_id=None, version=version)
            assert wrong() == []

    def move(session: object) -> None:
        for row in session.scalars(select(Account).order_by(Account.id).limit(5)):  # type: ignore[attr-defined]
            row.segment, row.country = "Energy", "FR"
            row.rep_id = row.rep_id if row.rep_id != admin.user_id else None
            mine = session.scalars(select(Subscription).where(Subscription.account_id == row.id))  # type: ignore[attr-defined]
            for subscription in mine:  # in the same flush
                subscription.is_auto_renewed = not subscription.is_auto_renewed

    write(move)
    return day, ana, ben


def test_it_is_what_the_subscriptions_come_to_whoever_they_belong_to(
    hands: tuple[date, Actor, Actor], admin: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not folded, folded, after nights, made anew: the same as the subscriptions, for every filter."""
    day, ana, _ben = hands
    reps = (None, ana.user_id, NOBODY)
    filters = [
        ReportFilters(day, currency=currency, product=of, country=country, rep_id=rep, segment=segment)
        for currency, of, country, rep, segment in product(
            (None, "GBP"), (None, "support"), (None, "FR"), reps, (None, "Energy")
        )
    ]

    def check() -> None:
        assert wrong() == []
        for actor in (admin, ana):
            rolled_up = [told(actor, wanted) for wanted in filters]
            with monkeypatch.context() as without:
                without.setattr(cycle_sums, "CYCLE_SETS", ())
                assert rolled_up == [told(actor, wanted) for wanted in filters]
            assert len({str(one) for one in rolled_up}) > 3

    check()
    rollups.fold_all()
    assert write(lambda session: session.scalar(select(CycleDelta.batch).limit(1))) is None
    check()
    for n in range(1, 40):
        night(day + timedelta(days=n))
    check()
    rollups.fold_all()
    check()
    assert write(lambda session: session.scalar(select(CycleFigure.day).where(CycleFigure.periods == 0))) is None
    rollups.rebuild()
    check()


def test_groups_add_up_to_the_total(hands: tuple[date, Actor, Actor], admin: Actor) -> None:
    day, ana, ben = hands
    whole = sum(row.sum.minor for row in told(admin, ReportFilters(day)))
    by: dict[str, Callable[[object], ReportFilters]] = {
        "country": lambda value: ReportFilters(day, country=str(value)),
        "segment": lambda value: ReportFilters(day, segment=str(value)),
    }
    for name, of in by.items():
        with database.read_session() as session:
            values = session.scalars(select(getattr(Account, name)).distinct()).all()
        assert sum(row.sum.minor for value in values for row in told(admin, of(value))) == whole != 0
    reps = (ana.user_id, ben.user_id, admin.user_id, NOBODY)
    by_rep = [sum(row.sum.minor for row in told(admin, ReportFilters(day, rep_id=rep))) for rep in reps]
    assert sum(by_rep) == whole
    assert [sum(row.sum.minor for row in told(rep, ReportFilters(day))) for rep in (ana, ben)] == by_rep[:2]


@pytest.mark.parametrize("dimensions", CYCLE_SETS)
def test_a_wrong_sum_is_found(hands: tuple[date, Actor, Actor], dimensions: tuple[str, ...]) -> None:
    rollups.fold_all()
    number = next(number for number, kept in rollups.CYCLES.grains if kept == dimensions)
    for column in ("amount_minor", "periods"):
        some = CycleFigure.grain == number
        with database.read_session() as session:
            row = session.execute(select(*CycleFigure.__table__.primary_key).where(some).limit(1)).one()
        this = [getattr(CycleFigure, name) == value for name, value in row._mapping.items()]
        value = getattr(CycleFigure, column)
        write(
            lambda session, this=this, value=value: session.execute(
                update(CycleFigure).where(*this).values({value: value + 1})
            )
        )
        assert len(wrong()) == 1
        rollups.rebuild()
        assert wrong() == []
