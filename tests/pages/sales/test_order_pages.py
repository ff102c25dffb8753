"""The pages of a subscription and of an order, and repeating an order from the account."""

from datetime import date

import pytest
from sqlalchemy import update

from data.models import Subscription
from services.permissions import Actor
from services.queries.accounts import account_card
from services.queries.subscriptions import subscription_card
from tests.builders import TODAY, make_account, make_grant, write
from tests.ordering import PRO, TRIAL, order, request
from tests.screens import open_page, texts


@pytest.fixture(autouse=True)
def on_the_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAL_TODAY", TODAY.isoformat())


def test_a_subscription_says_what_runs_and_what_it_brings(rep: Actor) -> None:
    account_id = make_account(rep=rep)
    placed = order(rep, request(account_id, PRO))
    screen = open_page(rep, "sales/subscription", account=account_id, subscription=placed.subscription_ids[0])
    assert not screen.error and not screen.exception
    figures = {metric.label: metric.value.replace("\\", "") for metric in screen.metric}
    assert figures == {
        "Seats assigned": "0 of 10",
        "MRR": "€120.00",  # 10 x 144.00 a year / 12
        "Next renewal": "11 Apr 2027",
        "Last day to act": "12 Mar 2027",  # 30 days' notice
    }
    said = texts(screen).replace("\\", "")
    assert "Remote Support: subscription started" in said and "Seats: 10" in said
    assert "Change subscription" in [button.label for button in screen.button]


def test_a_trial_has_an_end_and_no_revenue(rep: Actor) -> None:
    account_id = make_account(rep=rep)
    placed = order(rep, request(account_id, TRIAL))
    screen = open_page(
        rep, "sales/subscription", language="es", account=account_id, subscription=placed.subscription_ids[0]
    )
    assert not screen.error
    assert [metric.label for metric in screen.metric] == ["Licencias asignadas", "Termina el"]


def test_a_subscription_is_past_due_while_its_invoice_is(rep: Actor) -> None:
    account_id = make_account(rep=rep)
    placed = order(rep, request(account_id, PRO), today=date(2026, 1, 10))
    subscription = placed.subscription_ids[0]
    assert not subscription_card(rep, account_id, subscription, date(2026, 2, 9)).is_past_due  # due that day
    assert subscription_card(rep, account_id, subscription, date(2026, 2, 10)).is_past_due


def test_an_order_says_who_ordered_what_and_its_invoice(rep: Actor, licence_manager: Actor) -> None:
    account_id = make_account(rep=rep)
    placed = order(rep, request(account_id, PRO, TRIAL))
    screen = open_page(rep, "sales/order", account=account_id, order=placed.order_id)
    assert not screen.error
    assert "Mail of 11 April" in texts(screen)
    assert [metric.value.replace("\\", "") for metric in screen.metric] == ["€1,440.00", "€302.40", "€1,742.40"]
    assert list(screen.dataframe[0].value["product"]) == ["Remote Support – Professional", "Meetings – Team"]
    assert open_page(licence_manager, "sales/order", account=account_id, order=placed.order_id).error
    make_grant(licence_manager, account_id)
    assert not open_page(licence_manager, "sales/order", account=account_id, order=placed.order_id).error


def test_what_does_not_exist_is_said(rep: Actor) -> None:
    account_id = make_account(rep=rep)
    for page, name in (("sales/order", "order"), ("sales/subscription", "subscription")):
        for asked in (5, "x"):
            screen = open_page(rep, page, account=account_id, **{name: asked})
            assert "does not exist" in screen.error[0].value


def test_the_last_order_is_repeated_into_the_cart(rep: Actor) -> None:
    account_id = make_account(rep=rep)
    screen = open_page(rep, "sales/account", account=account_id)
    assert "Repeat order" not in [button.label for button in screen.button]
    order(rep, request(account_id, PRO), today=date(2025, 1, 10))
    screen = open_page(rep, "sales/account", account=account_id)
    screen.button(key="repeat_order").click().run()
    assert "already has" in screen.warning[0].value  # it still runs: the account says why, and the cart stays empty
    assert account_card(rep, account_id, TODAY).cart_lines == 0 and "Acme" in screen.title[0].value
    write(lambda session: session.execute(update(Subscription).values(status="cancelled")))
    screen = open_page(rep, "sales/account", account=account_id)
    screen.button(key="repeat_order").click().run()
    assert not screen.exception and not screen.error
    assert account_card(rep, account_id, TODAY).cart_lines == 1
