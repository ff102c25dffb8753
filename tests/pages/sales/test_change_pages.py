"""The page that changes a subscription: four timings side by side, what may not be, and the way into the cart."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select, update
from streamlit.testing.v1 import AppTest

from data import database
from data.models import CartLine, ScheduledChange, Subscription
from services.permissions import Actor
from tests.builders import TODAY, write
from tests.changing import change, owned
from tests.screens import open_page, texts


@pytest.fixture(autouse=True)
def on_the_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAL_TODAY", TODAY.isoformat())


def page(rep: Actor, account: int, subscription: int, *, language: str = "en", **asked: object) -> AppTest:
    screen = open_page(rep, "sales/change", language=language, account=account, subscription=subscription, **asked)
    assert not screen.exception
    return screen


def said(screen: AppTest) -> str:
    """Everything it says, figures included, without the marks of Markdown."""
    opened = "\n".join(block.proto.popover.label for block in _blocks(screen) if block.type == "popover")
    copied = "\n".join(str(code.value) for code in screen.code)
    return f"{texts(screen)}\n{opened}\n{copied}".replace("\\", "").replace("\u00a0", " ").replace("\u2060", "")


def _blocks(screen: AppTest) -> list[Any]:
    found, waiting = [], [screen.main]
    while waiting:
        block: Any = waiting.pop()
        for child in getattr(block, "children", {}).values():
            if hasattr(child, "children"):
                found.append(child)
                waiting.append(child)
    return [block for block in found if getattr(block, "proto", None) is not None]


def buttons(screen: AppTest) -> dict[str, Any]:
    return {button.key: button for button in screen.button}


def test_it_opens_with_what_runs_and_asks_what_shall_be(rep: Actor) -> None:
    account, subscription = owned(rep)
    screen = page(rep, account, subscription)
    assert screen.number_input[0].value == 10 and "all four timings" in screen.info[0].value
    screen.number_input[0].set_value(15).run()
    assert screen.query_params["seats"] == "15"
    assert {"take_reset", "take_keep", "take_renewal"} <= set(buttons(screen))


def test_the_four_timings_show_their_figures_and_why(rep: Actor) -> None:
    """Annual, +5 on 2026-04-11 (billing rules §5); the account has no common date."""
    account, subscription = owned(rep)
    told = said(page(rep, account, subscription, seats=15))
    for figure in ("€1,114.52", "€522.74", "€0.00", "+€60.00", "1 Jan 2027 · €2,613.60"):
        assert figure in told, figure
    assert "10 seats × 144.00 × 265/365 unused days = 1,045.48 credit, price list 2024-01" in told
    assert "10 licencias × 144,00 × 265/365 días no utilizados = 1.045,48 de abono, tarifa 2024-01" in told
    assert "The account has no common renewal date." in told
    assert "something rises" in told


def test_it_speaks_spanish(rep: Actor) -> None:
    account, subscription = owned(rep, co_term_on="06-30")
    told = said(page(rep, account, subscription, language="es", seats=6))
    for text in ("Cambiar suscripción", "solo se reduce", "En la renovación", "Hasta la fecha común"):
        assert text in told, text


def test_fewer_seats_that_cost_money_are_warned_of(rep: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    account, subscription = owned(rep)
    monkeypatch.setenv("PORTAL_TODAY", "2026-07-01")
    assert "It gets less, and yet €138.08 is due today" in said(page(rep, account, subscription, seats=6))


def test_a_timing_is_put_into_the_cart_and_edited_there(rep: Actor) -> None:
    account, subscription = owned(rep)
    screen = page(rep, account, subscription, seats=15)
    buttons(screen)["take_keep"].click().run()
    assert not screen.exception and not screen.error
    with database.read_session() as session:
        line = session.scalars(select(CartLine)).one()
        assert (line.kind, line.seats, line.interval, line.timing) == ("change", 15, "year", "keep")
        line_id = line.id
    checkout = open_page(rep, "sales/checkout", account=account)
    assert "10 → 15 seats · Keep the current period" in said(checkout)
    edited = open_page(rep, "sales/change", account=account, line=line_id)
    assert edited.number_input[0].value == 15
    edited.number_input[0].set_value(12).run()
    buttons(edited)["take_renewal"].click().run()
    with database.read_session() as session:
        line = session.scalars(select(CartLine)).one()
        assert (line.seats, line.timing) == (12, "renewal")


def test_the_checkout_of_what_waits_for_the_renewal_asks_evidence_only(rep: Actor) -> None:
    account, subscription = owned(rep)
    buttons(page(rep, account, subscription, seats=6))["take_renewal"].click().run()
    told = said(open_page(rep, "sales/checkout", account=account))
    assert "Today: nothing to pay; Remote Support changes at the renewal on 1 January 2027" in told
    assert "10 → 6 seats · At the renewal" in told and "Payment means" not in told


def test_a_discount_waits_for_its_reason(rep: Actor) -> None:
    account, subscription = owned(rep)
    screen = page(rep, account, subscription, percent="5")
    assert buttons(screen)["take_keep"].disabled and "discount or negotiated price needs one" in said(screen)
    assert not buttons(page(rep, account, subscription, percent="5", reason="Loyal"))["take_keep"].disabled


def test_a_discount_over_the_limit_is_asked_for(rep: Actor) -> None:
    account, subscription = owned(rep)
    screen = page(rep, account, subscription, percent="15", reason="Loyal")
    buttons(screen)["ask_discount"].click().run()
    assert not screen.error and "This discount is asked for." in said(screen)


def test_what_waits_is_replaced_only_with_a_tick_and_can_be_withdrawn(rep: Actor) -> None:
    account, subscription = owned(rep)
    change(rep, account, subscription, seats=6)
    screen = page(rep, account, subscription, seats=8)
    assert "Remote Support from the renewal on 1 Jan 2027: **6 seats**" in said(screen)
    assert "take_renewal" not in buttons(screen)
    screen.checkbox[0].check().run()
    assert "It takes the place of what waits for the renewal: 6 seats." in said(screen)
    assert "take_renewal" in buttons(screen)
    for path, ids in (("sales/account", {}), ("sales/subscription", {"subscription": subscription})):
        listed = open_page(rep, path, account=account, **ids)
        assert "**6 seats**" in said(listed), path
    listed.button(key=f"withdraw_{subscription}").click().run()
    assert not listed.exception
    with database.read_session() as session:
        assert session.scalars(select(ScheduledChange.status)).one() == "withdrawn"


def test_what_the_url_says_is_taken_only_where_it_can_be(rep: Actor) -> None:
    account, subscription = owned(rep)
    odd = {"seats": "9" * 18, "plan": "meetings-team", "interval": "week", "percent": "x", "price": "-1"}
    screen = page(rep, account, subscription, **odd)
    assert not screen.error and screen.number_input[0].value == 10
    few = said(page(rep, account, subscription, seats=-3))
    assert "Seats: -3 is below the plan's minimum. Enter at least 1." in few


def test_what_cannot_be_changed_says_why(rep: Actor) -> None:
    account, subscription = owned(rep)
    write(lambda session: session.execute(update(Subscription).values(status="pending_cancellation")))
    screen = page(rep, account, subscription, seats=15)
    assert "is cancelled and ends on" in screen.error[0].value


def test_a_scheduled_change_is_told_on_the_orders_pages(rep: Actor) -> None:
    account, subscription = owned(rep)
    placed = change(rep, account, subscription, date(2026, 4, 11), seats=6, plan="support-business")
    result = open_page(rep, "sales/placed", account=account, order=placed.order_id)
    assert "The change waits for the renewal" in result.success[0].value
    assert "Professional → Business" in said(result)
    shown = open_page(rep, "sales/order", account=account, order=placed.order_id)
    row = shown.dataframe[0].value.iloc[0]
    assert (row["product"], row["seats"]) == ("Remote Support – Professional → Business", "10 → 6")
    assert row["kind"] == "Change · At the renewal, 1 Jan 2027"
