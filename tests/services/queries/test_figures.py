"""Monthly figures and what is owed: known books, the same from roll-ups and facts, a rep's own only."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from data import database
from data.models import Figure
from data.money import Money
from data.period import Interval
from services import access, rollups
from services.commands.payments import PaymentRequest, record_payment
from services.integrity.figures import differences
from services.permissions import Actor, Permission, Role
from services.queries.figures import ALL, FigureRow, Only, monthly, owed
from services.rules.changes import Timing
from services.rules.figures import MOVEMENTS, Measure
from services.rules.ordering import ItemKind, OrderItem
from tests.builders import make_account, make_user
from tests.ordering import order, request

JANUARY, FEBRUARY = date(2026, 1, 1), date(2026, 2, 10)
PRO = OrderItem(ItemKind.PURCHASE, "support-pro", 10, Interval.YEAR)
DEVICES = OrderItem(ItemKind.PURCHASE, "backup-devices", 20, Interval.MONTH)


@pytest.fixture
def book(db: object, admin: Actor) -> tuple[Actor, Actor, int, int]:
    """Two reps with an account each: the one in Madrid buys a year of one product and a month of another in January,
    goes up to the next plan in February and pays 100.00 of it; the one in Berlin buys a year in February.
    """
    ana, ben = make_user(Role.SALES_REP, email="ana@x.example"), make_user(Role.SALES_REP, email="ben@x.example")
    madrid = make_account("madrid", rep=ana, segment="Retail")
    berlin = make_account("berlin", rep=ben, country="DE", segment="Health", vat_number="", vat_state="unchecked")
    placed = order(admin, request(madrid, PRO, DEVICES, key="first"), JANUARY)
    up = replace(
        PRO,
        kind=ItemKind.CHANGE,
        plan="support-enterprise",
        subscription_id=placed.subscription_ids[0],
        timing=Timing.KEEP,
    )
    order(admin, request(madrid, up, key="up"), FEBRUARY)
    order(admin, request(berlin, PRO, key="second"), FEBRUARY)
    paid = PaymentRequest(madrid, Money.of("100.00", "EUR"), FEBRUARY, "bank_transfer", "", "paid")
    record_payment(admin, paid, FEBRUARY)
    return ana, ben, madrid, berlin


def figures(
    actor: Actor, *measures: Measure, by: tuple[str, ...] = (), only: Only = ALL, until: date = FEBRUARY
) -> list[FigureRow]:
    with access.reading(actor, Permission.SEE_ACCOUNTS) as session:
        return monthly(session, measures, by=by, only=only, until=until)


def total(actor: Actor, *measures: Measure, only: Only = ALL, until: date = FEBRUARY) -> int:
    return sum(row.minor for row in figures(actor, *measures, only=only, until=until))


def test_a_plan_change_moves_what_recurs_from_the_one_to_the_other(book: object, admin: Actor) -> None:
    by_plan = {(row.plan, row.month): row.minor for row in figures(admin, Measure.MRR, by=("plan",))}
    pro = by_plan["support-pro", 202601]
    # in February the one in Madrid leaves the plan and the one in Berlin comes to it, at the same price
    assert ("support-pro", 202602) not in by_plan
    assert by_plan["support-enterprise", 202602] > pro
    moved = total(admin, *MOVEMENTS)
    assert moved == sum(by_plan.values()) == total(admin, Measure.MRR)


def test_what_was_collected_is_told_by_plan_once_an_invoice_is_paid_with_it(book: object, admin: Actor) -> None:
    rows = figures(admin, Measure.COLLECTED, by=("plan",))
    assert sum(row.minor for row in rows) == 100_00
    assert {row.plan for row in rows} == {"backup-devices", "support-pro"}


@pytest.mark.parametrize("folds", [False, True])
def test_a_rep_sees_figures_of_own_accounts_only(
    book: tuple[Actor, Actor, int, int], admin: Actor, folds: bool
) -> None:
    ana, ben, *_ = book
    if folds:
        rollups.fold_all()
    for measure in Measure:
        for by in ((), ("plan",), ("country", "rep_id"), ("plan", "country", "rep_id", "segment")):
            whole = {row[:-1]: row.minor for row in figures(admin, measure, by=by)}
            parts: dict[object, int] = {}
            for actor in (ana, ben):
                for row in figures(actor, measure, by=by):
                    parts[row[:-1]] = parts.get(row[:-1], 0) + row.minor
            assert {key: minor for key, minor in parts.items() if minor} == whole
    assert {row.country for row in figures(ben, Measure.NET, by=("country",))} == {"DE"}
    assert {row.rep_id for row in figures(ana, Measure.MRR, by=("rep_id",))} == {ana.user_id}
    with access.reading(ben, Permission.SEE_ACCOUNTS) as session:
        mine = owed(session, by=("country",), until=FEBRUARY)
    with access.reading(admin, Permission.SEE_ACCOUNTS) as session:
        everyones = owed(session, by=("country",), until=FEBRUARY)
    assert mine == [row for row in everyones if row.country == "DE"]


def test_only_narrows_and_the_day_counts(book: object, admin: Actor) -> None:
    assert total(admin, Measure.NET) == sum(
        total(admin, Measure.NET, only=Only(segment=segment)) for segment in ("Retail", "Health")
    )
    assert total(admin, Measure.NET, only=Only(country="DE", currency="EUR")) > 0
    assert total(admin, Measure.NET, only=Only(plans=("monitoring-plus",))) == 0
    the_day_before = date(2026, 2, 9)
    assert total(admin, Measure.NET, until=the_day_before) == total(admin, Measure.NET, until=date(2026, 1, 31))
    assert total(admin, Measure.MRR, until=the_day_before) == total(admin, Measure.MRR, until=JANUARY)


def test_the_roll_ups_agree_folded_and_made_anew_and_a_wrong_sum_is_found(
    book: object, capsys: pytest.CaptureFixture[str]
) -> None:
    def found() -> list[str]:
        with database.read_session() as session:
            return [name for _, name, *_ in differences(session)]

    assert rollups.fold_all() > 0
    assert (found(), rollups.main(["--check"])) == ([], 0)
    assert rollups.main(["--rebuild"]) == 0
    assert found() == []
    with database.write_session() as session:
        row = session.get(Figure, (15, "net", 202601, "EUR", "support-pro", "ES", _rep(session), "Retail"))
        assert row is not None
        row.amount_minor += 1
    assert rollups.main(["--check"]) == 1
    assert "net 202601 EUR support-pro ES" in capsys.readouterr().out


def _rep(session: Session) -> int | None:
    return session.scalar(select(Figure.rep_id).where(Figure.grain == 15, Figure.country == "ES").limit(1))
