"""Retention of the overview's book: ten seats a year ago, fifteen now; and trials, scoped."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from data import database
from data.models import Account, Subscription
from data.period import Interval
from services.commands.billing import run_night
from services.commands.cancellations import cancel_subscription
from services.commands.trials import end_trial
from services.errors import NotAllowed
from services.permissions import Actor
from services.queries.retention import cancel_reasons, retention, trial_conversion
from services.rules.ordering import ItemKind, OrderItem
from services.rules.report_filters import ReportFilters
from services.rules.retention import Retained
from tests.builders import make_account
from tests.ordering import TRIAL, order, request
from tests.services.queries import test_overview

book = test_overview.book
LATER = ReportFilters(date(2027, 2, 20))


def test_the_cohort_of_a_year_ago_is_measured_by_what_it_has_now(finance: Actor, book: dict[str, int]) -> None:
    euro, dollar = retention(finance, LATER)
    assert euro == Retained("EUR", 1, 120_00, 180_00, 120_00, 0)
    assert (euro.net, euro.gross, euro.logo_churn) == (Decimal("150.0"), Decimal("100.0"), Decimal("0.0"))
    assert dollar.net == dollar.gross == Decimal("100.0")
    assert retention(finance, replace(LATER, as_of=date(2026, 12, 31))) == ()  # nobody had MRR at the end of 2025


def test_a_fall_is_not_hidden_by_a_rise() -> None:
    both = Retained("EUR", 3, 300_00, 310_00, 200_00, 1)  # 100 -> 210, 100 -> 100, 100 -> 0
    assert (both.net, both.gross, both.logo_churn) == (Decimal("103.3"), Decimal("66.7"), Decimal("33.3"))
    assert Retained("EUR", 0, 0, 0, 0, 0).net is None


def test_a_rep_sees_the_own_accounts(rep: Actor, other_rep: Actor, book: dict[str, int]) -> None:
    assert [one.currency for one in retention(rep, LATER)] == ["EUR"]
    assert [one.currency for one in retention(other_rep, LATER)] == ["USD"]


@pytest.mark.parametrize("split", ["product", "rep", "month"])
def test_trials_by_what_became_of_them(rep: Actor, other_rep: Actor, finance: Actor, split: str) -> None:
    account = make_account("acme", rep=rep)
    order(rep, request(account, TRIAL), date(2026, 3, 1))
    wanted = ReportFilters(date(2026, 3, 10))
    rows = trial_conversion(finance, wanted, split).to_dict("records")
    assert [(row["started"], row["converted"], row["expired"], row["running"]) for row in rows] == [(1, 0, 0, 1)]
    assert trial_conversion(other_rep, wanted, split).empty


def test_who_manages_licences_sees_none_of_it(licence_manager: Actor) -> None:
    for asked in (
        lambda: retention(licence_manager, LATER),
        lambda: cancel_reasons(licence_manager, LATER),
        lambda: trial_conversion(licence_manager, LATER, "product"),
    ):
        with pytest.raises(NotAllowed):
            asked()


def test_reasons_are_counted_with_what_recurs_no_more(
    rep: Actor, other_rep: Actor, finance: Actor, book: dict[str, int]
) -> None:
    with database.read_session() as session:
        found = session.scalars(select(Subscription.id).where(Subscription.account_id == book["acme"])).one()
    cancel_subscription(rep, book["acme"], found, "Too dear", date(2026, 3, 10))
    wanted = ReportFilters(date(2026, 3, 31))
    rows = cancel_reasons(finance, wanted).to_dict("records")
    assert [(row["reason"], row["count"], row["currency"]) for row in rows] == [("Too dear", 1, "EUR")]
    assert cancel_reasons(other_rep, wanted).empty


def test_an_account_that_changed_hands_takes_its_history_along(
    finance: Actor, rep: Actor, other_rep: Actor, book: dict[str, int]
) -> None:
    with database.write_session() as session:
        session.get_one(Account, book["acme"]).rep_id = other_rep.user_id
        session.get_one(Account, book["acme"]).segment = "Moved"
    kept = Retained("EUR", 1, 120_00, 180_00, 120_00, 0)
    assert retention(finance, replace(LATER, rep_id=other_rep.user_id))[0] == kept
    assert retention(finance, replace(LATER, rep_id=rep.user_id)) == ()
    assert retention(finance, replace(LATER, segment="Moved")) == (kept,)


def test_a_trial_that_was_bought_converted_and_one_that_ended_expired(rep: Actor, finance: Actor) -> None:
    start, day = date(2026, 3, 1), date(2026, 3, 10)
    bought, ended = make_account("bought", rep=rep), make_account("ended", rep=rep)
    order(rep, request(bought, TRIAL, key="one"), start)
    over = order(rep, request(ended, TRIAL, key="two"), start).subscription_ids[0]
    paid = OrderItem(ItemKind.PURCHASE, TRIAL.plan, 25, Interval.YEAR)
    order(rep, request(bought, paid, key="buy"), day)
    end_trial(rep, ended, over, "No need", day)
    rows = trial_conversion(finance, ReportFilters(day), "product").to_dict("records")
    assert [(row["started"], row["converted"], row["expired"], row["running"]) for row in rows] == [(2, 1, 1, 0)]


def test_what_a_cancellation_lost_is_told_once_its_term_is_over(
    rep: Actor, finance: Actor, book: dict[str, int]
) -> None:
    with database.read_session() as session:
        row = session.scalars(select(Subscription).where(Subscription.account_id == book["acme"])).one()
        subscription, end = row.id, row.period_end
    cancel_subscription(rep, book["acme"], subscription, "Too dear", date(2026, 3, 10))
    run_night(None, end, today=end)
    (reason,) = cancel_reasons(finance, ReportFilters(end)).query("currency == 'EUR'").to_dict("records")
    assert (reason["reason"], reason["count"], reason["amount_minor"]) == ("Too dear", 1, 180_00)
