"""The pages of accounts: home, list, account, form; each says what it knows and refuses in words."""

from datetime import date

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import cache
from data.identity import account_id as id_of
from services.commands.accounts import assign_rep
from services.permissions import Actor
from services.queries.accounts import account_card
from tests.builders import (
    TODAY,
    make_account,
    make_contact,
    make_grant,
    make_purchase_order,
    make_seller,
    make_subscription,
)
from tests.screens import open_page, texts


@pytest.fixture(autouse=True)
def on_the_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAL_TODAY", TODAY.isoformat())
    cache.forget()


def said(screen: AppTest) -> str:
    assert not screen.exception
    return texts(screen).replace("\\", "")


def press(screen: AppTest, label: str) -> AppTest:
    return next(button for button in screen.button if button.label == label).click().run()


def test_home_leads_to_what_waits_and_counts_it(rep: Actor) -> None:
    account_id = make_account(rep=rep, legal_name="Acme Holding")
    make_account("bare", rep=rep, street="")
    make_subscription(account_id, status="trialing", starts_on=date(2026, 4, 1), ends_on=date(2026, 4, 13))
    screen = open_page(rep)
    assert "2 accounts" in said(screen)
    figures = {metric.label: metric.value for metric in screen.metric}
    assert (figures["Trials ending"], figures["Accounts not ready"], figures["Mails that failed"]) == ("1", "1", "0")
    assert "13 Apr 2026, 2 days left" in said(screen)
    assert "Nothing waits under" in said(screen)
    assert list(screen.dataframe[0].value["name"]) == ["Acme Holding", "Bare"]


def test_a_quiet_home_says_so(rep: Actor) -> None:
    make_account(rep=rep)
    assert "Nothing needs a decision today" in said(open_page(rep))


@pytest.mark.parametrize("role", ["manager", "finance", "licence_manager", "admin"])
def test_every_role_has_a_home(role: str, rep: Actor, request: pytest.FixtureRequest) -> None:
    account_id = make_account(rep=rep)
    make_subscription(account_id, starts_on=date(2026, 4, 1))
    actor = request.getfixturevalue(role)
    if role == "licence_manager":
        make_grant(actor, account_id)
    for language in ("en", "es"):
        screen = open_page(actor, language=language)
        assert not screen.error and screen.metric and "Acme" in screen.dataframe[0].value.to_string()
    has_overdue = "overdue_minor" in screen.dataframe[0].value
    assert has_overdue == (role != "licence_manager")


def test_the_list_is_searched_and_filtered_by_its_url(rep: Actor) -> None:
    make_account("alpha", rep=rep, country="DE", vat_number="")
    make_account("beta", rep=rep, street="")
    assert list(open_page(rep, "sales/accounts").dataframe[0].value["code"]) == ["alpha", "beta"]
    for query, codes in (
        ({"q": "ALPH"}, ["alpha"]),
        ({"country": "DE"}, ["alpha"]),
        ({"state": "incomplete"}, ["beta"]),
    ):
        screen = open_page(rep, "sales/accounts", language="es", **query)
        assert list(screen.dataframe[0].value["code"]) == codes, query
    assert "No account matches" in said(open_page(rep, "sales/accounts", q="nobody"))


def test_the_account_says_it_is_ready_and_whom_one_acts_for(rep: Actor) -> None:
    account_id = make_account(rep=rep, legal_name="Acme ![x](http://evil.example/x.png) :red[Holding]")
    screen = open_page(rep, "sales/account", account=account_id)
    assert "![x](http" in said(screen).replace("\N{WORD JOINER}", "")  # the text itself, as text
    assert "![x](" not in texts(screen)
    assert "billing@acme.example" in said(screen)
    assert "Not ready to order" not in said(screen)
    assert "Add new subscription" in [button.label for button in screen.button]
    assert "No subscription and no trial yet" in said(screen)


def test_the_account_lists_what_is_missing_and_leads_there(rep: Actor) -> None:
    account_id = make_account(rep=rep, street="")
    screen = open_page(rep, "sales/account", account=account_id)
    assert "Not ready to order. Missing:" in said(screen)
    screen = press(screen, "Street")
    assert "Edit account" in said(screen)
    assert any("missing" in field.label for field in screen.text_input)


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_tab_opens_by_its_url(rep: Actor, language: str) -> None:
    account_id = make_account(rep=rep, vat_number="ESA58818501", exemption_article="art. 22", exempt_from=TODAY)
    make_subscription(account_id)
    make_contact(account_id, email="ana@acme.example", is_invoice_recipient=True)
    make_purchase_order(account_id, "PO 4711", cap_minor=500_000, expires_on=TODAY)
    for tab in ("subscriptions", "orders", "invoices", "contacts", "users", "details", "activity", "nonsense"):
        screen = open_page(rep, "sales/account", language=language, account=account_id, tab=tab)
        assert not screen.error and not screen.exception, tab
        if tab == "contacts":
            assert "ana@acme.example" in said(screen)
        if tab == "details":
            assert "PO 4711" in said(screen) and "art. 22" in said(screen)


def test_an_account_of_somebody_else_or_no_account_is_refused_in_words(rep: Actor, other_rep: Actor) -> None:
    account_id = make_account(rep=other_rep, legal_name="Zebrawood")
    for page in ("sales/account", "sales/account_edit"):
        for asked in (account_id, 5, "x", 2**64):
            screen = open_page(rep, page, account=asked)
            assert "does not exist" in screen.error[0].value, (page, asked)
            assert "Zebrawood" not in said(screen)


def test_a_self_service_account_is_looked_at_only(rep: Actor) -> None:
    account_id = make_account(rep=rep, kind="self_service")
    screen = open_page(rep, "sales/account", account=account_id)
    assert "only be looked at" in said(screen)
    assert {"Add new subscription", "Edit account"}.isdisjoint({button.label for button in screen.button})
    assert open_page(rep, "sales/account_edit", account=account_id).error


def test_an_account_is_created_with_its_billing_contact(rep: Actor) -> None:
    make_seller("ES")
    screen = open_page(rep, "sales/account_edit")
    key = "account_form:new:"
    screen.text_input(key=f"{key}legal_name").set_value("Bodegas Ibarra, S.A.").run()
    screen.selectbox(key=f"{key}country").set_value("ES").run()
    screen.selectbox(key=f"{key}currency").set_value("EUR").run()
    screen.text_input(key=f"{key}vat_number").set_value("A58818502").run()
    assert "wrong digit" in said(screen)  # beneath its field, before saving
    press(screen, "Create account")
    assert "VAT number" in screen.error[0].value
    screen.text_input(key=f"{key}vat_number").set_value("A58818501").run()
    screen.text_input(key=f"{key}contact_name").set_value("Ana Ruiz").run()
    screen.text_input(key=f"{key}contact_email").set_value("ana@ibarra.example").run()
    screen = press(screen, "Create account")
    assert "The account was created." in said(screen) and "Ana Ruiz" in said(screen)
    card = account_card(rep, id_of("BODEGAS-IBARRA-S-A"), TODAY)
    assert (card.form.vat_number, card.rep_id, card.missing) == (
        "ESA58818501",
        rep.user_id,
        ("street", "city", "postal_code"),
    )


def test_a_card_number_in_a_field_is_refused_beneath_it(rep: Actor) -> None:
    account_id = make_account(rep=rep)
    screen = open_page(rep, "sales/account_edit", account=account_id)
    screen.text_input(key=f"account_form:{account_id}:1:cost_centre").set_value("4111 1111 1111 1111").run()
    assert "card numbers must never be entered" in said(screen)
    press(screen, "Save account")
    assert "card numbers must never be entered" in screen.error[0].value
    assert account_card(rep, account_id, TODAY).form.cost_centre == ""


def test_an_edit_is_saved_and_long_terms_warned_about(rep: Actor) -> None:
    account_id = make_account(rep=rep)
    screen = open_page(rep, "sales/account_edit", account=account_id)
    screen.number_input(key=f"account_form:{account_id}:1:net_days").set_value(90).run()
    assert "the law allows 60" in said(screen)
    screen = press(screen, "Save account")
    assert "The account was saved." in said(screen) and "the law allows 60" in said(screen)
    assert account_card(rep, account_id, TODAY).form.net_days == 90


def test_a_change_by_somebody_else_meanwhile_is_said(rep: Actor, manager: Actor) -> None:
    account_id = make_account(rep=rep)
    screen = open_page(rep, "sales/account_edit", account=account_id)
    screen.text_input(key=f"account_form:{account_id}:1:city").set_value("Getafe").run()
    assign_rep(manager, account_id, rep_id=manager.user_id, team_id=None, version=1)
    press(screen, "Save account")
    assert "does not exist" in screen.error[0].value  # it is the manager's now


def test_a_manager_assigns_and_finance_records_a_check(rep: Actor, manager: Actor, finance: Actor) -> None:
    account_id = make_account(rep=rep, vat_state="form_only")
    screen = open_page(manager, "sales/account_edit", account=account_id)
    screen.selectbox(key=f"account_form:{account_id}:1:rep").set_value(manager.user_id).run()
    screen = press(screen, "Assign")
    assert "The account was assigned." in said(screen)
    screen = open_page(finance, "sales/account", account=account_id, tab="details")
    next(field for field in screen.text_input if field.label == "Consultation number").set_value("WAPI 1")
    screen = press(screen, "Save check")
    assert "The check of the VAT number was recorded." in said(screen)
    assert account_card(finance, account_id, TODAY).vat_state == "confirmed"


def test_a_contact_is_added_made_the_billing_contact_and_removed(rep: Actor) -> None:
    account_id = make_account(rep=rep)
    screen = open_page(rep, "sales/account", account=account_id, tab="contacts")
    fields = {field.label: field for field in screen.text_input if "contact_form_new" in str(field.form_id)}
    fields["Name"].set_value("Ana Ruiz")
    fields["Email"].set_value("ana@acme.example")
    new = next(button for button in screen.button if "contact_form_new" in str(button.form_id))
    screen = new.click().run()
    assert "Ana Ruiz was saved." in said(screen)
    screen = press(screen, "Make billing contact")
    billing = account_card(rep, account_id, TODAY).billing_contact
    assert billing is not None and billing.form.name == "Ana Ruiz"
    screen = press(screen, "Remove from the account")
    assert len(account_card(rep, account_id, TODAY).contacts) == 1


def test_a_purchase_order_is_added_and_closed(rep: Actor) -> None:
    account_id = make_account(rep=rep)
    screen = open_page(rep, "sales/account", account=account_id, tab="details")
    fields = {field.label: field for field in screen.text_input}
    fields["PO number"].set_value("PO 4711")
    fields["Cap in EUR"].set_value("5.000,50")
    screen = press(screen, "Save purchase order")
    assert "PO 4711" in said(screen) and "€5,000.50 left of €5,000.50" in said(screen)
    screen = press(screen, "Close this purchase order")
    assert "closed" in said(screen)


def test_a_cap_that_is_no_number_is_refused(rep: Actor) -> None:
    account_id = make_account(rep=rep)
    screen = open_page(rep, "sales/account", account=account_id, tab="details")
    fields = {field.label: field for field in screen.text_input}
    fields["PO number"].set_value("PO 4711")
    fields["Cap in EUR"].set_value("a lot")
    screen = press(screen, "Save purchase order")
    assert "enter a number" in screen.error[0].value
    assert account_card(rep, account_id, TODAY).purchase_orders == ()
