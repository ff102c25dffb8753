"""Add new subscription in a browser: from the account page to the placed order, its papers and its seats."""

import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import func, select

from data import database
from data.identity import account_id
from data.models import Document, Order, OutboxMail, Subscription
from data.money import Money
from data.period import Interval
from services.commands.carts import add_to_cart
from services.permissions import Actor, Role
from services.rules.ordering import ItemKind, OrderItem
from services.words.i18n import Words
from tests import builders
from tests.browser.conftest import Portal, settled, sign_in

pytestmark = pytest.mark.browser
SAVED = Money.of("480.00", "EUR")  # ten seats: 16.00 × 12 × 10 − 1,440.00
PRO = OrderItem(ItemKind.PURCHASE, "support-pro", 10, Interval.YEAR)


@dataclass(slots=True)
class Hand:
    """What the rep does with the mouse, counted, in the rep's language."""

    page: Page
    language: str = "en"
    clicks: int = 0

    def say(self, text: str, **values: object) -> str:
        """A label in the language."""
        return Words(self.language).t(text, **values)

    def click(self, target: Locator) -> None:
        """One click, and wait for what it does."""
        target.click()
        self.clicks += 1
        settled(self.page)

    def press(self, label: str, **values: object) -> None:
        """Click the button of this label."""
        self.click(self.page.get_by_role("button", name=self.say(label, **values), exact=True).first)

    def press_in(self, key: str) -> None:
        """Click the button of this key."""
        self.click(self.page.locator(f".st-key-{key} button").first)

    def seats(self, number: int) -> None:
        """Type the number of seats and press Enter."""
        field = self.page.get_by_role("spinbutton").first
        field.fill(str(number))
        field.press("Enter")
        settled(self.page)

    def evidence(self, reference: str) -> None:
        """Say how one knows who ordered."""
        self.click(self.page.get_by_role("radio", name=self.say("Call"), exact=True))
        field = self.page.get_by_label(self.say("Reference"), exact=True)
        self.click(field)
        field.fill(reference)


def orders(account: int) -> list[str]:
    """The numbers of the account's orders."""
    with database.read_session() as session:
        return list(session.scalars(select(Order.number).where(Order.account_id == account)))


@pytest.fixture(scope="module")
def reps(portal: Portal) -> dict[str, Actor]:
    """A rep of each language."""
    return {
        language: builders.make_user(Role.SALES_REP, email=f"{language}@portal.example", language=language)
        for language in ("en", "es")
    }


def imported(hand: Hand, file: Path, code: str) -> int:
    """A customer that comes in from a file, complete but for what is its seller's; the account's id."""
    file.write_text(
        "Code,Name,Country,Currency,Language,Street,Postal code,City,VAT number,Billing contact,Email\n"
        f"{code},Whole S.A.,ES,EUR,{hand.language},Gran Vía 2,28013,Madrid,ESA58818501,Pilar,billing@{code}.example\n",
        encoding="utf-8",
    )
    hand.page.locator("input[type=file]").set_input_files(file)
    hand.press("Check rows")
    hand.click(
        hand.page.get_by_role("button", name=Words(hand.language).tn("Import {n} account", "Import {n} accounts", 1))
    )
    created = "1 cuenta creada" if hand.language == "es" else "1 account was created"
    expect(hand.page.get_by_text(created).first).to_be_visible()
    return account_id(code)


@pytest.mark.parametrize("language", ["es", "en"])
def test_from_the_import_of_a_customer_to_its_seats(
    portal: Portal, reps: dict[str, Actor], page: Page, language: str, tmp_path: Path
) -> None:
    rep = reps[language]
    builders.make_seller("ES")
    hand = Hand(page, language)
    sign_in(page, portal, rep, "/imports")
    account = imported(hand, tmp_path / "customers.csv", f"whole-{language}")
    page.goto(f"{portal.url}/account?account={account}")
    settled(page)
    hand.press("Add new subscription")
    expect(page.get_by_text(f"billing@whole-{language}.example").first).to_be_visible()
    hand.press_in("buy_support")
    hand.press("Choose {plan}", plan="Professional")
    hand.seats(10)
    expect(page.get_by_text(hand.say("saves {amount}", amount=SAVED)).first).to_be_visible()
    hand.press("Proceed to Checkout")
    hand.press("Add another product")
    hand.press_in("try_meetings")
    hand.press("Choose {plan}", plan="Team")
    expect(page.get_by_role("button", name=hand.say("Start Trial"), exact=True)).to_be_visible()
    page.get_by_role("spinbutton").first.fill("5")
    hand.press("Add to Cart")
    hand.press("Proceed to Checkout")
    hand.evidence("Pilar, 10:15")
    hand.press("Edit Order")
    hand.seats(12)
    hand.press("Proceed to Checkout")
    expect(page.get_by_label(hand.say("Reference"), exact=True)).to_have_value("Pilar, 10:15")
    # 12 × 144.00 = 1,728.00; 21 % of it = 362.88
    total = "2.090,88\N{NO-BREAK SPACE}€" if language == "es" else "€2,090.88"
    expect(page.get_by_text(total).first).to_be_visible()
    hand.press("Place Order")
    page.wait_for_url("**/placed?*")
    settled(page)
    expect(page.get_by_text(hand.say("Instant access: it can be used now.")).first).to_be_visible()
    expect(page.get_by_role("img", name=re.compile("INVES-2026-")).first).to_be_visible()
    with database.read_session() as session:
        rows = session.execute(
            select(Subscription.plan, Subscription.seats, Subscription.status).where(Subscription.account_id == account)
        ).all()
        assert sorted(tuple(row) for row in rows) == [
            ("meetings-team", 5, "trialing"),
            ("support-pro", 12, "active"),
        ]
        assert session.scalars(select(Document.total_minor).where(Document.account_id == account)).all() == [209088]
        kinds = session.scalars(select(OutboxMail.kind).where(OutboxMail.account_id == account)).all()
        assert sorted(kinds) == ["invoice", "order_confirmation", "trial_welcome"]
    placed = page.url
    page.get_by_test_id("stMain").get_by_role("link", name=hand.say("Read")).first.click()
    page.wait_for_url("**/outbox?mail=*")
    settled(page)
    expect(page.get_by_text(orders(account)[0]).first).to_be_visible()
    page.goto(placed)
    settled(page)
    hand.press("Assign seats")
    page.wait_for_url(re.compile(rf"/assign\?account={account}&subscription=\d+$"))
    settled(page)
    people = page.get_by_role("textbox", name=hand.say("People, one a line"))
    people.fill(f"Ana Prado <ana@whole-{language}.example>\nbo@whole-{language}.example")
    people.press("Control+Enter")
    settled(page)
    button = page.get_by_role("button", name=Words(language).tn("Assign {n} seat", "Assign {n} seats", 2))
    hand.click(button)
    expect(button).to_have_count(0)
    with database.read_session() as session:
        assigned = select(func.sum(Subscription.seats_assigned)).where(Subscription.account_id == account)
        assert session.scalar(assigned) == 2


def test_one_product_takes_at_most_nine_clicks(portal: Portal, reps: dict[str, Actor], page: Page) -> None:
    account = builders.make_account("nine", rep=reps["en"])
    sign_in(page, portal, reps["en"], f"/account?account={account}")
    hand = Hand(page)
    hand.press("Add new subscription")
    hand.press_in("buy_support")
    hand.press("Choose {plan}", plan="Professional")
    field = page.get_by_role("spinbutton").first
    hand.click(field)
    field.fill("10")
    hand.press("Next")
    hand.press("Proceed to Checkout")
    hand.evidence("Pilar, 10:15")
    hand.press("Place Order")
    page.wait_for_url("**/placed?*")
    assert hand.clicks <= 9
    assert len(orders(account)) == 1


def test_double_click_reload_and_a_second_tab_are_one_order(portal: Portal, reps: dict[str, Actor], page: Page) -> None:
    account = builders.make_account("once", rep=reps["en"])
    add_to_cart(reps["en"], account, PRO, today=builders.TODAY)
    sign_in(page, portal, reps["en"], f"/checkout?account={account}")
    page.wait_for_url("**/checkout?*key=*")
    address = page.url
    second = page.context.new_page()
    second.goto(address)
    for tab in (page, second):
        settled(tab)
        Hand(tab).evidence("Pilar, 10:15")
        settled(tab)
    page.get_by_role("button", name="Place Order", exact=True).dblclick()
    page.wait_for_url("**/placed?*")
    result = page.url
    second.get_by_role("button", name="Place Order", exact=True).click()
    second.wait_for_url(result)
    page.goto(address)  # reloaded, or opened again from the history
    page.wait_for_url(result)
    settled(page)
    assert len(orders(account)) == 1


def test_a_trial_starts_alone_at_once_and_only_once(portal: Portal, reps: dict[str, Actor], page: Page) -> None:
    account = builders.make_account("trial", rep=reps["en"])
    sign_in(page, portal, reps["en"], f"/subscribe?account={account}")
    hand = Hand(page)
    hand.press_in("try_signatures")
    page.wait_for_url("**/subscribe?*key=*")
    address = page.url
    page.get_by_role("button", name="Start Trial", exact=True).dblclick()
    page.wait_for_url("**/placed?*")
    settled(page)
    expect(page.get_by_text("Nothing is charged")).to_be_visible()
    page.goto(address)
    page.wait_for_url("**/placed?*")
    assert len(orders(account)) == 1
    with database.read_session() as session:
        assert session.scalars(select(OutboxMail.kind).where(OutboxMail.account_id == account)).all() == [
            "trial_welcome"
        ]
