"""The cart of an account: each command works, refuses and is scoped."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from data import database
from data.models import AuditEntry, Cart, CartLine, OutboxMail, Product, Proposal
from data.money import Money
from data.period import Interval
from services.commands.carts import (
    add_to_cart,
    change_cart_line,
    remove_from_cart,
    repeat_order,
    save_checkout,
    save_note,
    send_proposal,
)
from services.commands.orders import place_order
from services.errors import (
    DiscountNeedsReason,
    DiscountOverLimit,
    EmptyCart,
    Invalid,
    NoPrice,
    NotAllowed,
    NotFound,
    NothingToRepeat,
    ProductWithdrawn,
    Refusal,
    SelfServiceAccount,
    StartsInPast,
    TooFewSeats,
    TooManySeats,
    TrialNotOffered,
)
from services.permissions import Actor
from services.queries.carts import cart_card
from services.queries.orders import preview_order
from services.rules.order_request import OrderRequest
from services.rules.ordering import ItemKind, OrderItem
from services.rules.pricing import Discount
from tests.builders import TODAY, make_account, write

PRO = OrderItem(ItemKind.PURCHASE, "support-pro", 10, Interval.YEAR)
TRIAL = OrderItem(ItemKind.TRIAL, "meetings-team", 5)
CARD = "paid with 4111 1111 1111 1111"


def request(account: int, *items: OrderItem) -> OrderRequest:
    """A request with its evidence."""
    return OrderRequest(account, "key", items, evidence="mail", evidence_reference="Mail of 11 April")


def rows() -> list[int]:
    """Rows of what the cart's commands write."""
    with database.read_session() as session:
        models = (CartLine, Cart, Proposal, OutboxMail, AuditEntry)
        return [session.scalar(select(func.count()).select_from(model)) or 0 for model in models]


def actions() -> list[str]:
    with database.read_session() as session:
        return list(session.scalars(select(AuditEntry.action).order_by(AuditEntry.at, AuditEntry.id)))


def withdraw(session: object) -> None:
    session.get_one(Product, "support").withdrawn_on = TODAY  # type: ignore[attr-defined]


def test_items_wait_in_the_cart_with_everything_that_was_chosen(db: object, rep: Actor) -> None:
    account = make_account(rep=rep)
    item = replace(
        PRO, starts_on=date(2026, 5, 1), discount=Discount(percent=Decimal("7.5")), discount_reason="Two-year partner"
    )
    line_id = add_to_cart(rep, account, item, today=TODAY)
    add_to_cart(rep, account, TRIAL, today=TODAY)
    bought, tried = cart_card(rep, account, today=TODAY).lines
    assert bought.item == replace(item, cart_line_id=line_id)
    assert (bought.added_by, tried.item.kind, tried.item.seats) == (rep.name, ItemKind.TRIAL, 5)
    assert actions() == ["add_to_cart", "add_to_cart"]


def test_a_product_waits_once_the_newest_choice_replaces_the_one_before(db: object, rep: Actor) -> None:
    account = make_account(rep=rep)
    add_to_cart(rep, account, PRO, today=TODAY)
    add_to_cart(rep, account, replace(PRO, plan="support-business"), today=TODAY)
    assert [line.item.plan for line in cart_card(rep, account, today=TODAY).lines] == ["support-business"]


@pytest.mark.parametrize(
    ("item", "refused"),
    [
        (replace(PRO, plan="no-such-plan"), NotFound),
        (replace(PRO, seats=0), TooFewSeats),
        (replace(PRO, seats=-3), TooFewSeats),
        (replace(PRO, seats=10**9), TooManySeats),
        (replace(PRO, plan="support-enterprise", seats=4), TooFewSeats),
        (replace(PRO, interval=Interval.QUARTER), NoPrice),
        (replace(PRO, starts_on=date(2026, 4, 10)), StartsInPast),
        (replace(PRO, discount=Discount(percent=Decimal(5))), DiscountNeedsReason),
        (replace(PRO, discount=Discount(percent=Decimal("10.01")), discount_reason="x"), DiscountOverLimit),
        (replace(PRO, discount=Discount(unit_amount=Decimal("129.59")), discount_reason="x"), DiscountOverLimit),
        (replace(PRO, discount=Discount(percent=Decimal(5)), discount_reason=CARD), Invalid),
        (replace(PRO, discount=Discount(percent=Decimal(5)), discount_reason="x" * 201), Invalid),
        (replace(TRIAL, seats=26), TooManySeats),
        (OrderItem(ItemKind.TRIAL, "backup-devices", 1), TrialNotOffered),
        (OrderItem(ItemKind.CHANGE, "support-pro", 11, subscription_id=1), NotFound),
    ],
)
def test_what_could_not_be_ordered_does_not_enter_the_cart(
    db: object, rep: Actor, item: OrderItem, refused: type[Refusal]
) -> None:
    account = make_account(rep=rep)
    before = rows()
    with pytest.raises(refused):
        add_to_cart(rep, account, item, today=TODAY)
    assert rows() == before


def test_a_discount_over_the_limit_names_who_may_give_it(db: object, rep: Actor, manager: Actor) -> None:
    account = make_account(rep=rep)
    item = replace(PRO, discount=Discount(percent=Decimal(25)), discount_reason="Framework contract")
    with pytest.raises(DiscountOverLimit) as refusal:
        add_to_cart(rep, account, item, today=TODAY)
    assert (refusal.value.field, refusal.value.values["limit"]) == ("discount", Decimal(10))
    assert [role.value for role in refusal.value.values["roles"]] == ["sales_manager", "admin"]
    assert add_to_cart(manager, account, item, today=TODAY)


def test_a_withdrawn_product_is_refused_and_marked_where_it_waits(db: object, rep: Actor) -> None:
    account = make_account(rep=rep)
    line_id = add_to_cart(rep, account, PRO, today=TODAY)
    write(withdraw)
    assert isinstance(cart_card(rep, account, today=TODAY).lines[0].refusal, ProductWithdrawn)
    with pytest.raises(ProductWithdrawn):
        change_cart_line(rep, account, line_id, replace(PRO, seats=11), today=TODAY)


def test_a_line_is_changed_in_place(db: object, rep: Actor) -> None:
    account = make_account(rep=rep)
    line_id = add_to_cart(rep, account, PRO, today=TODAY)
    change_cart_line(rep, account, line_id, replace(PRO, seats=12, interval=Interval.MONTH), today=TODAY)
    (line,) = cart_card(rep, account, today=TODAY).lines
    assert (line.line_id, line.item.seats, line.item.interval) == (line_id, 12, Interval.MONTH)
    before = rows()
    with pytest.raises(TooFewSeats):
        change_cart_line(rep, account, line_id, replace(PRO, seats=0), today=TODAY)
    with pytest.raises(NotFound):
        change_cart_line(rep, account, line_id + 1, PRO, today=TODAY)
    assert rows() == before


def test_a_line_is_taken_out_once(db: object, rep: Actor) -> None:
    account = make_account(rep=rep)
    line_id = add_to_cart(rep, account, PRO, today=TODAY)
    remove_from_cart(rep, account, line_id)
    assert cart_card(rep, account, today=TODAY).lines == ()
    with pytest.raises(NotFound):
        remove_from_cart(rep, account, line_id)


def test_a_note_stands_on_the_cart(db: object, rep: Actor) -> None:
    account = make_account(rep=rep)
    save_note(rep, account, "  Pilar decides on Monday ")
    card = cart_card(rep, account, today=TODAY)
    assert (card.note, card.updated_by) == ("Pilar decides on Monday", rep.name)
    for note in (CARD, "x" * 1001):
        with pytest.raises(Invalid):
            save_note(rep, account, note)
    assert cart_card(rep, account, today=TODAY).note == "Pilar decides on Monday"


def test_a_checkout_is_kept_as_far_as_it_is_filled_in(db: object, rep: Actor) -> None:
    account = make_account(rep=rep)
    fields = {"evidence": "call", "evidence_reference": "", "left_out": ["7"], "vat_number": None}
    save_checkout(rep, account, fields)
    assert cart_card(rep, account, today=TODAY).checkout == fields
    with pytest.raises(Invalid) as refusal:
        save_checkout(rep, account, {"evidence_reference": CARD})
    assert [problem.field for problem in refusal.value.problems] == ["evidence_reference"]
    assert cart_card(rep, account, today=TODAY).checkout == fields


def test_repeating_prepares_the_last_order_and_says_what_it_leaves_out(db: object, rep: Actor) -> None:
    account = make_account(rep=rep)
    with pytest.raises(NothingToRepeat):
        repeat_order(rep, account, today=TODAY)
    wanted = request(account, PRO, TRIAL)
    total = preview_order(rep, wanted, today=TODAY).total
    place_order(rep, wanted, agreed=total, today=TODAY)
    left_out = repeat_order(rep, account, today=TODAY)
    assert [refusal.code for refusal in left_out] == ["product_owned", "product_owned"]
    assert cart_card(rep, account, today=TODAY).lines == ()


def test_a_proposal_is_mailed_to_the_billing_contact_and_listed(db: object, rep: Actor) -> None:
    account = make_account(rep=rep)
    sent = send_proposal(rep, request(account, PRO), today=TODAY)
    assert (sent.recipient, sent.valid_until) == ("billing@acme.example", date(2026, 5, 11))
    (card,) = cart_card(rep, account, today=TODAY).proposals
    assert (card.proposal_id, card.total, card.sent_by) == (sent.proposal_id, Money.of("1742.40", "EUR"), rep.name)
    with database.read_session() as session:
        mail = session.scalars(select(OutboxMail)).one()
        assert (mail.kind, mail.recipients, mail.copies) == ("proposal", ["billing@acme.example"], [rep.email])
        assert mail.attachments[0]["id"] == str(sent.proposal_id)


def test_nothing_is_proposed_where_nothing_is_charged(db: object, rep: Actor) -> None:
    account = make_account(rep=rep)
    before = rows()
    with pytest.raises(EmptyCart):
        send_proposal(rep, request(account, TRIAL), today=TODAY)
    with pytest.raises(TooFewSeats):
        send_proposal(rep, request(account, replace(PRO, seats=0)), today=TODAY)
    with pytest.raises(Invalid):
        send_proposal(rep, request(account, replace(PRO, discount_reason="card 4111111111111111")), today=TODAY)
    assert rows() == before


COMMANDS: dict[str, Callable[[Actor, int, int], object]] = {
    "add_to_cart": lambda actor, account, line: add_to_cart(actor, account, TRIAL, today=TODAY),
    "change_cart_line": lambda actor, account, line: change_cart_line(actor, account, line, PRO, today=TODAY),
    "remove_from_cart": lambda actor, account, line: remove_from_cart(actor, account, line),
    "save_note": lambda actor, account, line: save_note(actor, account, "mine"),
    "save_checkout": lambda actor, account, line: save_checkout(actor, account, {"evidence": "call"}),
    "repeat_order": lambda actor, account, line: repeat_order(actor, account, today=TODAY),
    "send_proposal": lambda actor, account, line: send_proposal(actor, request(account, PRO), today=TODAY),
}


@pytest.mark.parametrize("name", COMMANDS)
def test_a_cart_is_its_own_reps(db: object, rep: Actor, other_rep: Actor, finance: Actor, name: str) -> None:
    account = make_account(rep=rep)
    line = add_to_cart(rep, account, PRO, today=TODAY)
    before = rows()
    with pytest.raises(NotFound):
        COMMANDS[name](other_rep, account, line)
    with pytest.raises(NotAllowed):
        COMMANDS[name](finance, account, line)
    assert rows() == before


@pytest.mark.parametrize("name", sorted(set(COMMANDS) - {"change_cart_line", "remove_from_cart"}))
def test_a_self_service_account_is_only_looked_at(db: object, rep: Actor, name: str) -> None:
    account = make_account(rep=rep, kind="self_service")
    before = rows()
    with pytest.raises(SelfServiceAccount):
        COMMANDS[name](rep, account, 0)
    assert rows() == before
