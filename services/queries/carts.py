"""The cart of an account as its checkout shows it: lines with figures, who put them in, note, proposals sent."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.models import Account, Cart, CartLine, Order, Plan, Product, Proposal, Seller, User
from data.money import Money
from data.period import Interval
from services import facts
from services.access import reading
from services.errors import NotFound, Refusal
from services.permissions import Actor, Permission
from services.queries.offers import quoted_or_refused
from services.rules.changes import Timing
from services.rules.ordering import ItemKind, OrderItem, QuotedItem


@dataclass(frozen=True, slots=True)
class CartLineCard:
    """A line: the item it would order, worked out at today's prices, or why it cannot be ordered."""

    line_id: int
    item: OrderItem
    product: str
    product_name: str
    plan_name: str
    quoted: QuotedItem | None
    refusal: Refusal | None
    added_by: str
    added_at: datetime


@dataclass(frozen=True, slots=True)
class ProposalCard:
    """A proposal that was mailed for review."""

    proposal_id: int
    sent_at: datetime
    sent_by: str
    valid_until: date
    total: Money


@dataclass(frozen=True, slots=True)
class CartCard:
    """The cart, oldest line first. `checkout`: the fields as left by *Save and continue later*.

    `updated_by` is empty for a cart that nobody has used yet; `zone`: the time zone that instants are shown in.
    """

    account_id: int
    lines: tuple[CartLineCard, ...]
    note: str
    checkout: Mapping[str, Any]
    updated_by: str
    updated_at: datetime | None
    proposals: tuple[ProposalCard, ...]
    zone: str

    def line(self, line_id: int) -> CartLineCard:
        """One line. Raises `NotFound`: it was ordered or taken out."""
        for line in self.lines:
            if line.line_id == line_id:
                return line
        raise NotFound(kind="cart_line")


def cart_card(actor: Actor, account_id: int, *, today: date) -> CartCard:
    """The account's cart, in a fixed number of statements. Raises `NotFound`."""
    with reading(actor, Permission.USE_CART, of=account_id) as session:
        account = session.scalar(select(Account).where(Account.id == account_id))
        if account is None:
            raise NotFound(kind="account")
        cart = session.scalar(select(Cart).where(Cart.account_id == account_id))
        by = session.get(User, cart.updated_by) if cart else None
        seller = session.get(Seller, account.seller) if account.seller else None
        return CartCard(
            account_id=account_id,
            lines=_lines(session, actor, account, today),
            note=cart.note if cart else "",
            checkout=cart.checkout if cart else {},
            updated_by=by.name if by else "",
            updated_at=cart.updated_at if cart else None,
            proposals=_proposals(session, account_id),
            zone=seller.time_zone if seller else "UTC",
        )


def request_key(account_id: int, line_ids: Iterable[int]) -> str:
    """The key of an order of these lines: the same from every tab, click and reload, for ever."""
    lines = ",".join(str(line_id) for line_id in sorted(line_ids))
    return hashlib.sha256(f"{account_id}:{lines}".encode()).hexdigest()[:40]


def order_with_key(actor: Actor, account_id: int, key: str) -> int | None:
    """The order that was placed under a request key, if it was."""
    with reading(actor, Permission.SEE_SUBSCRIPTIONS) as session:
        return session.scalar(select(Order.id).where(Order.account_id == account_id, Order.request_key == key[:64]))


def _lines(session: Session, actor: Actor, account: Account, today: date) -> tuple[CartLineCard, ...]:
    rows = session.execute(
        select(CartLine, Product.code, Product.name, Plan.name, User.name)
        .join(Plan, Plan.code == CartLine.plan)
        .join(Product, Product.code == Plan.product)
        .join(User, User.id == CartLine.added_by)
        .where(CartLine.account_id == account.id)
        .order_by(CartLine.added_at, CartLine.id)
    ).all()
    items = [_item(row) for row, *_ in rows]
    found = facts.order_facts(session, actor, account, items) if items else None
    cards = []
    for (row, product, product_name, plan_name, added_by), item in zip(rows, items, strict=True):
        assert found is not None
        done = quoted_or_refused(item, found, today)
        cards.append(
            CartLineCard(
                line_id=row.id,
                item=item,
                product=product,
                product_name=product_name,
                plan_name=plan_name,
                quoted=done if isinstance(done, QuotedItem) else None,
                refusal=done if isinstance(done, Refusal) else None,
                added_by=added_by,
                added_at=row.added_at,
            )
        )
    return tuple(cards)


def _item(row: CartLine) -> OrderItem:
    return OrderItem(
        kind=ItemKind(row.kind),
        plan=row.plan,
        seats=row.seats,
        interval=Interval(row.interval),
        starts_on=row.starts_on,
        discount=facts.discount_of(row.discount_percent, row.negotiated_amount),
        discount_reason=row.discount_reason,
        subscription_id=row.subscription_id,
        timing=Timing(row.timing) if row.timing else None,
        replaces_scheduled=row.replaces_scheduled,
        cart_line_id=row.id,
    )


def _proposals(session: Session, account_id: int) -> tuple[ProposalCard, ...]:
    rows = session.execute(
        select(Proposal, User.name)
        .join(User, User.id == Proposal.sent_by)
        .where(Proposal.account_id == account_id)
        .order_by(Proposal.sent_at.desc())
        .limit(5)
    )
    return tuple(
        ProposalCard(row.id, row.sent_at, name, row.valid_until, Money(row.total_minor, row.currency))
        for row, name in rows
    )
