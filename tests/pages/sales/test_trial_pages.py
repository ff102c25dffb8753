"""The trial desk, what may be done with a trial or a subscription on its page, and approvals, in both languages."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from data import database
from data.models import Approval, Subscription
from services.commands.approvals import ask_approval
from services.commands.cancellations import cancel_subscription
from services.commands.trials import end_trial
from services.deeds.approvals.trial_extension import trial_extension
from services.permissions import Actor
from services.rules.order_request import OrderRequest
from tests.builders import TODAY, make_account
from tests.ordering import PRO, TRIAL, order, request
from tests.screens import open_page, texts


@pytest.fixture
def account(rep: Actor) -> int:
    return make_account(rep=rep)


@pytest.fixture
def trial(rep: Actor, account: int) -> int:
    return order(rep, OrderRequest(account, "trial", (TRIAL,))).subscription_ids[0]


@pytest.fixture
def paid(rep: Actor, account: int) -> int:
    return order(rep, request(account, PRO)).subscription_ids[0]


def said(screen: AppTest) -> str:
    return texts(screen).replace("\\", "")


def row_of(subscription: int) -> Subscription:
    with database.read_session() as session:
        row = session.scalars(select(Subscription).where(Subscription.id == subscription)).one()
        session.expunge(row)
        return row


def test_the_desk_lists_trials_and_says_where_there_are_none(rep: Actor, account: int) -> None:
    screen = open_page(rep, "sales/trials")
    assert not screen.error and "No trial is running" in said(screen)
    order(rep, OrderRequest(account, "trial", (TRIAL,)))
    screen = open_page(rep, "sales/trials")
    frame = screen.dataframe[0].value
    assert (list(frame["account"]), list(frame["days"]), list(frame["use"])) == (["Acme"], [30], ["0 of 5"])
    assert [metric.value for metric in screen.metric] == ["1", "0", "0"]
    screen = open_page(rep, "sales/trials", language="es", state="ending")
    assert screen.title[0].value == "Pruebas en curso" and "Ninguna prueba finaliza" in said(screen)


def test_a_row_opens_the_acts_and_extends(rep: Actor, account: int, trial: int) -> None:
    screen = open_page(rep, "sales/trials", account=account, subscription=trial)
    assert "€40.00 for 5 seats" in said(screen)
    screen.number_input(key=f"extend_{trial}_days").set_value(10)
    screen.text_input(key=f"extend_{trial}_reason").set_value("Holidays")
    screen.button(key=f"extend_{trial}_go").click().run()
    assert not screen.error and "The trial runs until 20 May 2026" in said(screen)
    assert row_of(trial).trial_extension_days == 10


def test_beyond_the_limit_the_page_offers_approval(rep: Actor, manager: Actor, account: int, trial: int) -> None:
    screen = open_page(rep, "sales/subscription", account=account, subscription=trial)
    screen.number_input(key=f"extend_{trial}_days").set_value(45)
    screen.text_input(key=f"extend_{trial}_reason").set_value("Pilot of a ministry")
    screen.button(key=f"extend_{trial}_go").click().run()
    assert "ask a sales manager to approve it" in screen.error[0].value
    screen.button(key=f"extend_{trial}_ask").click().run()
    assert not screen.error and "waits for approval" in said(screen)
    with database.read_session() as session:
        approval = session.scalars(select(Approval.id)).one()
    mine = open_page(rep, "billing/approvals")
    assert "Trial of Meetings: 45 days more, 45 in all" in said(mine) and "another person decides it" in said(mine)
    assert f"decide_{approval}_yes" not in [button.key for button in mine.button]
    screen = open_page(manager, "billing/approvals", language="es")
    assert "Prueba de Meetings: 45 días más, 45 en total" in said(screen)
    screen.button(key=f"decide_{approval}_no").click().run()
    assert "Motivo: introduzca un valor." in screen.error[0].value.replace("\\", "")
    screen.button(key=f"decide_{approval}_yes").click().run()
    assert not screen.error and row_of(trial).trial_extension_days == 45
    decided = open_page(rep, "billing/approvals", show="decided")
    assert f"Decided by {manager.name}" in said(decided)


def test_a_request_is_taken_back(rep: Actor, account: int, trial: int) -> None:
    asked = ask_approval(rep, account, trial_extension(trial, 45, "Pilot", request_key="k"), TODAY)
    screen = open_page(rep, "billing/approvals")
    screen.button(key=f"withdraw_{asked}").click().run()
    assert not screen.error and "Nothing waits for a decision." in said(screen)


def test_a_trial_is_changed_and_ended_on_its_page(rep: Actor, account: int, trial: int) -> None:
    screen = open_page(rep, "sales/subscription", account=account, subscription=trial)
    screen.selectbox(key=f"change_{trial}_plan").select("meetings-company")
    screen.number_input(key=f"change_{trial}_seats").set_value(12)
    screen.button(key=f"change_{trial}_go").click().run()
    assert not screen.error and (row_of(trial).plan, row_of(trial).seats) == ("meetings-company", 12)
    screen.text_input(key=f"end_{trial}_reason").set_value("Not wanted")
    screen.button(key=f"end_{trial}_go").click().run()
    assert not screen.error and row_of(trial).status == "expired"
    assert f"convert_{trial}" in [button.key for button in screen.button]
    assert f"end_{trial}_go" not in [button.key for button in screen.button]


def test_convert_now_leads_to_the_checkout_with_the_seats_in_use(rep: Actor, account: int, trial: int) -> None:
    screen = open_page(rep, "sales/trials", account=account, subscription=trial)
    screen.button(key=f"convert_{trial}").click().run()
    assert not screen.error and "Add new subscription" in screen.title[0].value
    assert screen.query_params["seats"] == "5" and screen.query_params["plan"] == "meetings-team"


def test_cancelling_says_what_it_costs_and_is_taken_back(rep: Actor, account: int, paid: int) -> None:
    screen = open_page(rep, "sales/subscription", account=account, subscription=paid)
    told = said(screen)
    assert "Access until 10 Apr 2027; nothing is credited." in told
    assert "No longer billed from 11 Apr 2027: €1,440.00 (Annual), before tax." in told
    assert "Recurring revenue lost: €120.00 a month." in told
    screen.text_input(key="cancel_reason").set_value("Too dear")
    screen.button(key="cancel_go").click().run()
    assert not screen.error and row_of(paid).status == "pending_cancellation"
    assert "Too dear" in said(screen)
    screen.button(key="reactivate").click().run()
    assert not screen.error and row_of(paid).status == "active"
    screen.button(key="auto_renewal").click().run()
    assert not screen.error and row_of(paid).is_auto_renewed is False
    assert "It is not renewed: access until 10 Apr 2027" in said(screen)


def test_who_may_not_change_only_reads(finance: Actor, rep: Actor, account: int, paid: int, trial: int) -> None:
    cancel_subscription(rep, account, paid, "Too dear", TODAY + timedelta(days=1))
    screen = open_page(finance, "sales/subscription", account=account, subscription=paid, language="es")
    assert "Ingresos recurrentes perdidos: 120,00" in said(screen)
    assert "reactivate" not in [button.key for button in screen.button]
    screen = open_page(finance, "sales/subscription", account=account, subscription=trial)
    assert not screen.error and f"extend_{trial}_go" not in [button.key for button in screen.button]


def test_pending_cancellations_stand_on_home(rep: Actor, account: int, paid: int) -> None:
    cancel_subscription(rep, account, paid, "Too dear", TODAY)
    assert "Cancellations pending" in said(open_page(rep, "sales/home"))


def test_a_discount_over_the_limit_is_asked_for_where_it_is_refused(rep: Actor, manager: Actor, account: int) -> None:
    wanted = {"kind": "purchase", "product": "support", "plan": "support-pro", "seats": 10, "interval": "year"}
    wanted |= {"percent": 15, "reason": "Partner", "account": account}
    screen = open_page(rep, "sales/subscribe", **wanted)
    assert "over your limit" in said(screen)
    screen.button(key="ask_discount").click().run()
    assert not screen.error and "This discount is asked for." in said(screen)
    assert "Este descuento está solicitado." in said(open_page(rep, "sales/subscribe", language="es", **wanted))
    with database.read_session() as session:
        approval = session.scalars(select(Approval.id)).one()
    manager_screen = open_page(manager, "billing/approvals")
    assert "15% off Remote Support – Professional" in said(manager_screen)
    manager_screen.button(key=f"decide_{approval}_yes").click().run()
    screen = open_page(rep, "sales/subscribe", **wanted)
    assert "over your limit" not in said(screen) and "ask_discount" not in [button.key for button in screen.button]


def test_another_trial_is_asked_for_where_it_is_used_up(rep: Actor, manager: Actor, account: int, trial: int) -> None:
    end_trial(rep, account, trial, "Nobody had time", TODAY)
    screen = open_page(rep, "sales/subscribe", account=account)
    assert "try_meetings" not in [button.key for button in screen.button]
    screen.text_input(key="second_trial_reason").set_value("New team")
    screen.button(key="second_trial_ask").click().run()
    assert not screen.error
    with database.read_session() as session:
        approval = session.scalars(select(Approval.id)).one()
    decided = open_page(manager, "billing/approvals", language="es")
    assert "Otra prueba de Meetings en 12 meses" in said(decided)
    decided.button(key=f"decide_{approval}_yes").click().run()
    screen = open_page(rep, "sales/subscribe", account=account)
    assert "try_meetings" in [button.key for button in screen.button]
