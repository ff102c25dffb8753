"""The wizard and the checkout as a rep sees them: what they refuse, at which field, and that nothing is lost."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select
from streamlit.testing.v1 import AppTest

from data import database
from data.models import Account, CartLine, Order, Price, Product
from data.period import Interval
from services.commands.carts import add_to_cart
from services.permissions import Actor
from services.rules.ordering import ItemKind, OrderItem
from tests.builders import TODAY, add, make_account, make_purchase_order, write
from tests.screens import open_page, texts

PRO = OrderItem(ItemKind.PURCHASE, "support-pro", 10, Interval.YEAR)
TRIAL = OrderItem(ItemKind.TRIAL, "meetings-team", 5)


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    """The portal's day."""
    monkeypatch.setenv("PORTAL_TODAY", TODAY.isoformat())


def checkout(rep: Actor, account: int, *, evidence: bool = True) -> AppTest:
    """The checkout, with the evidence filled in."""
    screen = open_page(rep, "sales/checkout", account=account)
    if evidence:
        field(screen, account, "evidence", "button_group").set_value("call")
        field(screen, account, "evidence_reference", "text_input").set_value("Pilar, 10:15")
        screen.run()
    return screen


def field(screen: AppTest, account: int, name: str, kind: str) -> Any:
    """A widget of the checkout."""
    return next(one for one in screen.get(kind) if one.key == f"checkout:{account}:{name}")


def count(model: type) -> int:
    with database.read_session() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def place(screen: AppTest) -> AppTest:
    return screen.button(key="place").click().run()


def test_a_product_is_chosen_and_back_keeps_everything(db: object, rep: Actor) -> None:
    screen = open_page(rep, "sales/subscribe", account=make_account(rep=rep))
    screen.button(key="buy_support").click().run()
    screen.button(key="choose_support-pro").click().run()
    screen.number_input[0].set_value(10)
    next(button for button in screen.button if button.label == "Next").click().run()
    assert "€1,440.00" in texts(screen).replace("\\", "")
    screen.button(key="back").click().run()
    assert screen.number_input[0].value == 10
    screen.button(key="back").click().run()
    assert screen.query_params["plan"] == "support-pro" and screen.query_params["seats"] == "10"


@pytest.mark.parametrize(
    ("seats", "sentence"),
    [
        (0, "Seats: 0 is below the plan's minimum. Enter at least 1."),
        (-4, "Seats: -4 is below the plan's minimum. Enter at least 1."),
        (10**9, "Seats: 1,000,000,000 is more than allowed here. Enter at most 100,000."),
    ],
)
def test_impossible_seats_get_a_sentence_at_the_field(db: object, rep: Actor, seats: int, sentence: str) -> None:
    account = make_account(rep=rep)
    screen = open_page(
        rep, "sales/subscribe", account=account, kind="purchase", product="support", plan="support-pro", seats=seats
    )
    assert sentence in texts(screen).replace("\\", "")
    assert screen.button(key="proceed").disabled


def test_a_discount_over_the_limit_names_who_may_give_it(db: object, rep: Actor) -> None:
    account = make_account(rep=rep)
    chosen = {"kind": "purchase", "product": "support", "plan": "support-pro", "seats": 10}
    screen = open_page(rep, "sales/subscribe", account=account, **chosen, percent=15, reason="Partner")
    assert "15 % is over your limit of 10 %. Give less, or ask: sales manager" in texts(screen).replace("\\", "")
    assert screen.button(key="proceed").disabled
    spanish = open_page(rep, "sales/subscribe", language="es", account=account, **chosen, percent=5)
    assert spanish.button(key="proceed").label == "Pagar" and spanish.button(key="proceed").disabled


def test_a_trial_that_is_used_up_says_until_when(db: object, rep: Actor) -> None:
    account = make_account(rep=rep)
    screen = open_page(
        rep, "sales/subscribe", account=account, kind="trial", product="meetings", plan="meetings-team", key="k"
    )
    screen.number_input[0].set_value(26)
    next(button for button in screen.button if button.label == "Start Trial").click().run()
    assert "Enter at most 25" in texts(screen)
    assert count(Order) == 0
    backup = open_page(rep, "sales/subscribe", account=account)
    assert "No free trial for this product" in texts(backup)
    assert "try_backup" not in [button.key for button in backup.button]


@pytest.mark.parametrize("path", ["sales/subscribe", "sales/checkout", "sales/placed"])
def test_a_foreign_or_unknown_account_gets_a_sentence(db: object, rep: Actor, other_rep: Actor, path: str) -> None:
    for account in (make_account(rep=other_rep), 5, "5; drop table", 10**30):
        screen = open_page(rep, path, account=account, order=1)
        assert len(screen.error) == 1 and "does not exist" in screen.error[0].value


def test_an_incomplete_account_is_completed_in_place(db: object, rep: Actor) -> None:
    account = make_account(rep=rep, street="", city="")
    add_to_cart(rep, account, PRO, today=TODAY)
    screen = place(checkout(rep, account))
    assert "Missing: Street and City" in texts(screen).replace("\\", "")
    assert count(Order) == 0
    screen.text_input(key="complete:street").set_value("Gran Vía 2")
    screen.text_input(key="complete:city").set_value("Madrid")
    next(button for button in screen.button if button.label == "Save and go on").click().run()
    assert "Missing" not in texts(screen)
    with database.read_session() as session:
        assert session.get_one(Account, account).city == "Madrid"
    assert field(screen, account, "evidence_reference", "text_input").value == "Pilar, 10:15"
    place(screen)
    assert count(Order) == 1


def test_only_the_ticked_lines_are_ordered(db: object, rep: Actor) -> None:
    account = make_account(rep=rep)
    add_to_cart(rep, account, PRO, today=TODAY)
    left = add_to_cart(rep, account, TRIAL, today=TODAY)
    screen = checkout(rep, account)
    field(screen, account, f"line:{left}", "checkbox").uncheck()
    screen.run()
    place(screen)
    assert (count(Order), count(CartLine)) == (1, 1)
    assert "Order placed" in texts(screen)


def test_what_is_missing_is_said_at_its_field_only_after_trying(db: object, rep: Actor) -> None:
    account = make_account(rep=rep, po_required=True)
    make_purchase_order(account, "OLD", expires_on=date(2026, 4, 10))
    add_to_cart(rep, account, PRO, today=TODAY)
    screen = checkout(rep, account, evidence=False)
    assert "say who ordered it" not in texts(screen)
    place(screen)
    told = texts(screen).replace("\\", "")
    assert "say who ordered it" in told and "this account orders only with one" in told
    po = field(screen, account, "po_id", "selectbox")
    po.set_value(po.options[1])
    screen.run()
    assert "OLD expired on 10 Apr 2026" in texts(screen).replace("\\", "")
    assert count(Order) == 0


def test_a_product_withdrawn_since_the_review_is_refused(db: object, rep: Actor) -> None:
    account = make_account(rep=rep)
    add_to_cart(rep, account, PRO, today=TODAY)
    screen = checkout(rep, account)
    write(lambda session: setattr(session.get_one(Product, "support"), "withdrawn_on", TODAY))
    place(screen)
    assert "Remote Support is not sold any more" in texts(screen)
    assert (count(Order), count(CartLine)) == (0, 1)


def test_a_price_that_rose_since_the_review_is_refused_with_both_figures(db: object, rep: Actor) -> None:
    account = make_account(rep=rep)
    add_to_cart(rep, account, PRO, today=TODAY)
    screen = checkout(rep, account)
    tiers = [{"up_to": None, "unit_amount": "150.00", "flat_amount": "0"}]
    price = {"plan": "support-pro", "currency": "EUR", "interval": "year", "minimum_seats": 1, "version": "2026-04"}
    add(Price(id=1, valid_from=TODAY, tiers=tiers, **price))
    place(screen)
    told = texts(screen).replace("\\", "")
    assert "€1,742.40" in told and "€1,815.00" in told and "Nothing was ordered" in told
    assert count(Order) == 0
    place(screen)  # the new total is on the screen now: the rep accepts it
    with database.read_session() as session:
        assert session.scalars(select(Order.total_minor)).all() == [181500]


def test_a_wrong_vat_number_offers_to_order_with_vat(db: object, rep: Actor) -> None:
    account = make_account(rep=rep, country="DE", vat_number="", vat_state="unchecked", postal_code="10115")
    add_to_cart(rep, account, PRO, today=TODAY)
    screen = checkout(rep, account)
    field(screen, account, "vat_number", "text_input").set_value("DE136695977")
    screen.run()
    told = texts(screen).replace("\\", "")
    assert "DE136695977 fails its check" in told
    assert "Total €1,713.60 with VAT now; €1,440.00 with a valid number." in told
    field(screen, account, "vat_number", "text_input").set_value("DE136695976")
    screen.run()
    assert "Reverse charge" in texts(screen) and "Only the form of the VAT number" in texts(screen)


def test_what_was_saved_is_there_in_the_next_session(db: object, rep: Actor) -> None:
    account = make_account(rep=rep)
    left = add_to_cart(rep, account, PRO, today=TODAY)
    screen = checkout(rep, account)
    field(screen, account, f"line:{left}", "checkbox").uncheck()
    screen.run()
    screen.button(key="save").click().run()
    again = open_page(rep, "sales/checkout", account=account)
    assert not field(again, account, f"line:{left}", "checkbox").value
    assert again.button(key="place").disabled  # nothing is chosen
    field(again, account, f"line:{left}", "checkbox").check()
    again.run()
    assert field(again, account, "evidence_reference", "text_input").value == "Pilar, 10:15"


def test_the_sentence_to_read_out_speaks_the_customers_language_too(db: object, rep: Actor) -> None:
    account = make_account(rep=rep, language="es")
    add_to_cart(rep, account, PRO, today=TODAY)
    screen = checkout(rep, account, evidence=False)
    assert [block.value for block in screen.code] == [
        "Today: €1,440.00 plus VAT; renews on 11 April 2027",
        "Hoy: 1.440,00 € más IVA; se renueva el 11 de abril de 2027".replace("0 €", "0\N{NO-BREAK SPACE}€"),
    ]


def test_hostile_names_are_shown_as_they_are(db: object, rep: Actor) -> None:
    name = "![x](https://evil.example/a.png) :red[x]"
    account = make_account(rep=rep, legal_name=name)
    add_to_cart(rep, account, PRO, today=TODAY)
    for path in ("sales/subscribe", "sales/checkout"):
        assert "![x](" not in texts(open_page(rep, path, account=account))


def test_a_negotiated_price_is_exact(db: object, rep: Actor) -> None:
    account = make_account(rep=rep)
    chosen = {"kind": "purchase", "product": "support", "plan": "support-pro", "seats": 3}
    screen = open_page(rep, "sales/subscribe", account=account, **chosen, price="133.33", reason="Framework contract")
    screen.button(key="proceed").click().run()
    with database.read_session() as session:
        assert session.scalars(select(CartLine.negotiated_amount)).all() == [Decimal("133.33")]
    assert "€399.99" in texts(screen).replace("\\", "")
