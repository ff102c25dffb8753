"""Orders placed at the same time: each thing once, numbers without a gap, nobody blocked for good."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest
from sqlalchemy import func, select

from data import database
from data.models import CartLine, Document, IssuedNumber, Order, Subscription
from data.period import Interval
from services.commands.carts import add_to_cart
from services.commands.credit_notes import CreditRequest, credit_invoice
from services.commands.orders import place_order
from services.errors import CartChanged, ProductOwned, Refusal
from services.permissions import Actor
from services.queries.credit_notes import preview_credit
from services.queries.orders import preview_order
from services.rules.order_request import OrderRequest
from services.rules.ordering import ItemKind, OrderItem
from tests.builders import TODAY, make_account, make_invoice
from tests.ordering import PRO, TRIAL, order, request

pytestmark = pytest.mark.postgresql


def at_once(*calls: Callable[[], object]) -> list[object]:
    """Each call in a thread of its own, begun together: what it returned, or why it was refused."""
    gate = Barrier(len(calls))

    def run(call: Callable[[], object]) -> object:
        gate.wait()
        try:
            return call()
        except Refusal as refusal:
            return refusal

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def placing(actor: Actor, *wanted: OrderRequest) -> Sequence[Callable[[], object]]:
    """Calls that place what was reviewed before any of them began."""
    totals = [preview_order(actor, one, today=TODAY).total for one in wanted]
    return [
        lambda one=one, total=total: place_order(actor, one, agreed=total, today=TODAY)  # type: ignore[misc]
        for one, total in zip(wanted, totals, strict=True)
    ]


def count(model: type) -> int:
    with database.read_session() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def test_two_clicks_are_one_order(db: object, rep: Actor) -> None:
    wanted = request(make_account(rep=rep), PRO, TRIAL)
    first, second = at_once(*placing(rep, wanted, wanted))
    assert first.order_id == second.order_id and {first.is_repeat, second.is_repeat} == {True, False}  # type: ignore[attr-defined]
    assert (count(Order), count(Document), count(Subscription)) == (1, 1, 2)


def test_a_line_of_the_cart_and_a_product_are_ordered_once(db: object, rep: Actor) -> None:
    account = make_account(rep=rep)
    line = add_to_cart(rep, account, PRO, today=TODAY)
    of_cart = replace(PRO, cart_line_id=line)
    done = at_once(*placing(rep, request(account, of_cart, key="one"), request(account, of_cart, key="two")))
    assert sum(isinstance(one, CartChanged) for one in done) == 1
    other = make_account("other", rep=rep)
    done = at_once(*placing(rep, request(other, PRO, key="one"), request(other, PRO, key="two")))
    assert sum(isinstance(one, ProductOwned) for one in done) == 1
    assert (count(Order), count(CartLine)) == (2, 0)


def test_a_trial_is_converted_once(db: object, rep: Actor) -> None:
    account = make_account(rep=rep)
    order(rep, OrderRequest(account, "trial", (TRIAL,)))
    paid = OrderItem(ItemKind.PURCHASE, "meetings-team", 5, Interval.YEAR)
    done = at_once(*placing(rep, request(account, paid, key="one"), request(account, paid, key="two")))
    assert sum(isinstance(one, ProductOwned) for one in done) == 1
    assert (count(Subscription), count(Document)) == (1, 1)


def test_many_race_for_the_first_numbers_of_the_year(db: object, rep: Actor) -> None:
    wanted = [request(make_account(f"account-{n}", rep=rep), PRO) for n in range(8)]
    done = at_once(*placing(rep, *wanted))
    assert not [one for one in done if isinstance(one, Refusal)]
    with database.read_session() as session:
        assert sorted(session.scalars(select(IssuedNumber.number))) == list(range(1, 9))
        rows = session.scalars(select(Document).order_by(Document.number)).all()
        assert [row.previous_hash for row in rows] == ["", *[row.hash for row in rows[:-1]]]


def test_orders_and_credit_notes_wait_for_each_other(db: object, admin: Actor) -> None:
    calls: list[Callable[[], object]] = []
    for n in range(4):
        account = make_account(f"account-{n}", rep=admin)
        invoice = make_invoice(admin, account)
        total = preview_credit(admin, account, invoice).total
        credit = CreditRequest(account, invoice, "Wrong", "credit")
        calls.append(lambda c=credit, t=total: credit_invoice(admin, c, agreed=t, today=TODAY))  # type: ignore[misc]
        with database.read_session() as session:
            owned = session.scalars(select(Subscription.id).where(Subscription.account_id == account)).one()
        more = replace(PRO, kind=ItemKind.CHANGE, seats=15, subscription_id=owned)
        calls += placing(admin, request(account, more, key="more", accepts_new_period=True))
    at_once(*calls)  # the slower of each pair is refused, as the total is another by then
    with database.read_session() as session:
        invoices = session.scalars(select(Document).where(Document.kind == "invoice")).all()
        credited = select(func.sum(Document.total_minor)).where(Document.kind == "credit_note")
        assert sum(row.total_minor - row.open_minor for row in invoices) == -(session.scalar(credited) or 0)
        assert all(row.open_minor >= 0 for row in invoices)
        notes = select(func.count()).select_from(Document).where(Document.kind == "credit_note")
        assert session.scalar(notes) == 4
