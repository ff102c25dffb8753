"""The cart as the checkout shows it, its request key, and the papers of an order before it is placed."""

from dataclasses import replace

import pytest

from data.money import Money
from data.period import Interval
from services.commands.carts import add_to_cart, send_proposal
from services.commands.orders import place_order
from services.errors import NotAllowed, NotFound
from services.permissions import Actor
from services.queries.carts import cart_card, order_with_key, request_key
from services.queries.order_papers import draft_pages, mail_drafts, mails_of_order, proposal_pages
from services.queries.orders import preview_order
from services.rules.order_request import OrderRequest
from services.rules.ordering import ItemKind, OrderItem
from tests.builders import TODAY, make_account

PRO = OrderItem(ItemKind.PURCHASE, "support-pro", 10, Interval.YEAR)
TRIAL = OrderItem(ItemKind.TRIAL, "meetings-team", 5)


def request(account: int, *items: OrderItem, key: str = "key") -> OrderRequest:
    return OrderRequest(account, key, items, evidence="mail", evidence_reference="Mail of 11 April")


def test_lines_carry_their_figures_and_who_put_them_in(db: object, rep: Actor, manager: Actor) -> None:
    account = make_account(rep=rep)
    first = add_to_cart(rep, account, PRO, today=TODAY)
    add_to_cart(manager, account, TRIAL, today=TODAY)
    bought, tried = cart_card(rep, account, today=TODAY).lines
    assert bought.quoted and bought.quoted.net == Money.of("1440.00", "EUR")
    assert (bought.line_id, bought.product_name, bought.plan_name) == (first, "Remote Support", "Professional")
    assert tried.quoted and not tried.quoted.net
    assert (bought.added_by, tried.added_by) == (rep.name, manager.name)


def test_an_unused_cart_is_empty(db: object, rep: Actor) -> None:
    card = cart_card(rep, make_account(rep=rep), today=TODAY)
    assert (card.lines, card.note, card.updated_by, card.zone) == ((), "", "", "Europe/Madrid")
    with pytest.raises(NotFound):
        card.line(1)


def test_the_same_lines_are_the_same_order_in_whatever_order(db: object, rep: Actor) -> None:
    assert request_key(7, [2, 1]) == request_key(7, [1, 2]) != request_key(7, [1])
    assert request_key(8, [1, 2]) != request_key(7, [1, 2])
    account = make_account(rep=rep)
    key = request_key(account, [add_to_cart(rep, account, PRO, today=TODAY)])
    assert order_with_key(rep, account, key) is None
    wanted = request(account, PRO, key=key)
    placed = place_order(rep, wanted, agreed=Money.of("1742.40", "EUR"), today=TODAY)
    assert order_with_key(rep, account, key) == placed.order_id


def test_the_mails_are_seen_before_and_are_those_that_are_queued(db: object, rep: Actor) -> None:
    account = make_account(rep=rep)
    wanted = request(account, PRO, TRIAL)
    drafts = mail_drafts(rep, wanted, today=TODAY)
    placed = place_order(rep, wanted, agreed=preview_order(rep, wanted, today=TODAY).total, today=TODAY)
    queued = mails_of_order(rep, account, placed.order_id)
    assert {(mail.kind, mail.recipients, mail.copies) for mail in drafts} == {
        (mail.kind, mail.recipients, mail.copies) for mail in queued
    }
    confirmation = next(mail for mail in drafts if mail.kind == "order_confirmation")
    assert "1,742.40" in confirmation.text and "Remote Support" in confirmation.html


def test_draft_and_proposal_are_pages_to_look_at(db: object, rep: Actor) -> None:
    account = make_account(rep=rep)
    assert all(page.startswith(b"\x89PNG") for page in draft_pages(rep, request(account, PRO), today=TODAY))
    assert draft_pages(rep, request(account, TRIAL), today=TODAY) == ()
    sent = send_proposal(rep, request(account, PRO), today=TODAY)
    assert len(proposal_pages(rep, account, sent.proposal_id)) == 1


def test_a_cart_and_its_papers_are_its_own_reps(db: object, rep: Actor, other_rep: Actor, finance: Actor) -> None:
    account = make_account(rep=rep)
    wanted = request(account, replace(PRO, cart_line_id=add_to_cart(rep, account, PRO, today=TODAY)))
    sent = send_proposal(rep, wanted, today=TODAY)
    placed = place_order(rep, wanted, agreed=Money.of("1742.40", "EUR"), today=TODAY)
    assert order_with_key(other_rep, account, "key") is None
    for foreign in (
        lambda: cart_card(other_rep, account, today=TODAY),
        lambda: draft_pages(other_rep, wanted, today=TODAY),
        lambda: mail_drafts(other_rep, wanted, today=TODAY),
        lambda: proposal_pages(other_rep, account, sent.proposal_id),
        lambda: mails_of_order(other_rep, account, placed.order_id),
    ):
        with pytest.raises(NotFound):
            foreign()
    with pytest.raises(NotAllowed):
        cart_card(finance, account, today=TODAY)
