"""What comes after the first order, in a browser: a change, a trial, a night, money; in one language each."""

import re
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from data import database
from data.models import Document, HeldDocument, Order, OutboxMail, Payment, Subscription
from data.money import Money
from data.period import Interval
from services.commands.payments import PaymentRequest, record_payment
from services.permissions import Actor, Role
from services.rules.order_request import OrderRequest
from services.words.i18n import Words
from tests import builders
from tests.browser.conftest import Portal, settled, sign_in
from tests.browser.test_flow import Hand
from tests.builders import TODAY
from tests.ordering import PRO, TRIAL, order, request
from tests.services.commands.billing_calls import hold_and_park

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def people(portal: Portal) -> dict[str, Actor]:
    """A rep, and two of finance, in Spanish and in English."""
    builders.make_seller("ES")
    return {
        name: builders.make_user(role, email=f"{name}@portal.example", language=language)
        for name, role, language in (
            ("rep", Role.SALES_REP, "es"),
            ("seller", Role.SALES_REP, "en"),
            ("finance", Role.FINANCE, "es"),
            ("auditor", Role.FINANCE, "en"),
        )
    }


@dataclass(frozen=True, slots=True)
class Book:
    """What was ordered in March: two subscriptions, an invoice that is open, one whose next invoice will be held."""

    two: tuple[int, tuple[int, ...]]
    owing: tuple[int, int]
    held: int


@pytest.fixture(scope="module")
def book(people: dict[str, Actor]) -> Book:
    """Orders in the order of their days, as numbers are given."""
    codes = ("two", "owing", "monthly", "held")
    two, owing, monthly, held = (builders.make_account(code, rep=people["rep"]) for code in codes)
    items = (PRO, replace(PRO, plan="backup-devices"))
    ordered = order(people["rep"], request(two, *items), date(2026, 3, 1)).subscription_ids
    invoice = builders.make_invoice(people["rep"], owing, today=date(2026, 3, 10))
    order(people["rep"], request(monthly, replace(PRO, interval=Interval.MONTH)), date(2026, 3, 11))
    order(people["rep"], request(held, PRO), date(2026, 3, 11))
    return Book((two, ordered), (owing, invoice), held)


def test_two_changes_stand_in_one_cart_and_are_one_order(
    portal: Portal, people: dict[str, Actor], book: Book, page: Page
) -> None:
    rep, (account, subscriptions) = people["rep"], book.two
    sign_in(page, portal, rep, f"/change?account={account}&subscription={subscriptions[0]}")
    hand = Hand(page, "es")
    hand.seats(15)
    for timing in ("reset", "keep", "renewal", "co_term"):
        expect(page.locator(f".st-key-option_{timing}")).to_be_visible()
    hand.press_in("take_keep")
    page.wait_for_url("**/checkout?*")
    page.goto(f"{portal.url}/change?account={account}&subscription={subscriptions[1]}&seats=20")
    settled(page)
    hand.press_in("take_keep")
    page.wait_for_url("**/account?*")
    page.goto(f"{portal.url}/checkout?account={account}")
    settled(page)
    hand.evidence("Pilar, 10:15")
    hand.press("Place Order")
    page.wait_for_url("**/placed?*")
    with database.read_session() as session:
        seats = session.scalars(select(Subscription.seats).where(Subscription.account_id == account)).all()
        placed = session.scalars(select(Order.id).where(Order.account_id == account)).all()
        issued = session.scalars(select(Document.kind).where(Document.account_id == account)).all()
        # the first order's invoice; then one for both changes, and what it takes back of the first
        assert (sorted(seats), len(placed), sorted(issued)) == ([15, 20], 2, ["credit_note", "invoice", "invoice"])


def test_a_trial_is_extended_and_converted(portal: Portal, people: dict[str, Actor], book: Book, page: Page) -> None:
    rep = people["seller"]
    account = builders.make_account("trial-life", rep=rep)
    trial = order(rep, OrderRequest(account, "trial", (TRIAL,))).subscription_ids[0]
    sign_in(page, portal, rep, f"/subscription?account={account}&subscription={trial}")
    hand = Hand(page)
    hand.press("Extend")
    page.get_by_label("Reason", exact=True).first.fill("Board meets next week")
    hand.press("Extend trial")
    expect(page.get_by_text("The trial runs until").first).to_be_visible()
    hand.press("Convert now")
    page.wait_for_url("**/subscribe?*")
    settled(page)
    hand.press("Proceed to Checkout")
    hand.evidence("Pilar, 10:15")
    hand.press("Place Order")
    page.wait_for_url("**/placed?*")
    with database.read_session() as session:
        row = session.get_one(Subscription, (account, trial))
        assert (row.status, row.is_trial, row.trial_extension_days) == ("active", False, 7)


def test_a_night_is_previewed_and_run_and_a_held_document_released(
    portal: Portal, people: dict[str, Actor], book: Book, page: Page
) -> None:
    sign_in(page, portal, people["finance"], "/nights")
    hand = Hand(page, "es")
    hand.press("Preview")
    expect(page.get_by_text(hand.say("The night of {day} would do this", day=TODAY))).to_be_visible()
    hand.press("Run the night")
    expect(
        page.get_by_text(re.compile(Words("es").t("Night of {day}: {done}.", day=TODAY, done="")[:-1])).first
    ).to_be_visible()
    hold_and_park(book.held)
    page.reload()
    settled(page)
    hand.click(page.get_by_role("tab", name=hand.say("Held documents")))
    hand.press("Release and issue")
    expect(page.get_by_text("INVES-2026-").first).to_be_visible()
    with database.read_session() as session:
        assert session.scalars(select(HeldDocument.status).where(HeldDocument.account_id == book.held)).all() == [
            "released"
        ]


def test_a_statement_is_matched_and_a_refund_paid_once_a_second_person_agrees(
    portal: Portal, people: dict[str, Actor], book: Book, page: Page, tmp_path: Path
) -> None:
    account, invoice = book.owing
    with database.read_session() as session:
        number = session.get_one(Document, (account, invoice)).number
    file = tmp_path / "april.csv"
    file.write_text(f"Date,Amount,Payer,Reference\n2026-04-10,1742.40,Money SL,Invoice {number}\n", encoding="utf-8")
    sign_in(page, portal, people["auditor"], "/statements")
    hand = Hand(page)
    page.locator("input[type=file]").set_input_files(file)
    hand.press("Take in and book 1 line")
    expect(page.get_by_text("1 line was booked.").first).to_be_visible()
    more = PaymentRequest(account, Money.of("100.00", "EUR"), TODAY, "bank_transfer", "Twice", "twice")
    record_payment(people["finance"], more, TODAY)
    page.goto(f"{portal.url}/account?account={account}&tab=payments")
    settled(page)
    hand.press("Refund balance")
    page.get_by_label("Reason", exact=True).first.fill("Paid twice")
    hand.press("Ask for refund")
    expect(page.get_by_text("The refund was asked for.").first).to_be_visible()  # it is written before one leaves
    page.context.clear_cookies()
    sign_in(page, portal, people["finance"], "/approvals")
    Hand(page, "es").press("Approve")
    expect(page.get_by_text(Words("es").t("Approved, and done.")).first).to_be_visible()
    with database.read_session() as session:
        assert session.get_one(Document, (account, invoice)).open_minor == 0
        refunds = select(Payment.amount_minor).where(Payment.account_id == account, Payment.kind == "refund")
        assert session.scalars(refunds).all() == [100_00]
        told = select(OutboxMail.recipients).where(OutboxMail.kind == "approval_decided")
        assert session.scalars(told).all() == [["auditor@portal.example"]]
