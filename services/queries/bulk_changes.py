"""Many subscriptions changed alike: which there are to choose from, and what would become of each."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from data.models import Account, Order, OrderLine, OutboxMail, Plan, Product, Subscription
from data.money import Money
from services import facts
from services.access import keep_to, reading
from services.deeds.lifecycle_mails import renewal_key
from services.errors import Refusal, SelfServiceAccount
from services.permissions import Actor, Permission
from services.rules import pricing, recurring
from services.rules.bulk_changes import (
    LIMIT,
    BulkKind,
    BulkPlan,
    BulkRow,
    BulkWish,
    DoesNotRenew,
    NoBillingContact,
    renewal_of,
)
from services.rules.change_items import check_changeable
from services.rules.changes import NothingChanges, Running
from services.rules.lifecycle import Status
from services.rules.order_facts import OrderFacts, Owned
from services.rules.order_items import ItemKind, OrderItem, QuotedItem
from services.rules.order_request import OrderRequest
from services.rules.ordering import quote_item
from services.rules.scheduled import ScheduledFields
from services.worksheets.orders import work_out

MOST_COUNTED = 5_000
COLUMNS = "account_id subscription_id account product plan seats assigned interval renews_on reference"


@dataclass(frozen=True, slots=True)
class BulkFilter:
    """What the list is limited to; what is empty limits nothing. `month`: yyyymm of the renewal."""

    product: str = ""
    plan: str = ""
    month: int | None = None


@dataclass(frozen=True, slots=True)
class Candidates:
    """The subscriptions to choose from, at most 300, the next renewal first, and how many match (5,000 at most).

    Columns: account_id, subscription_id, seats, assigned (int), account, product, plan (names), interval (Interval),
    renews_on (date), reference.
    """

    frame: pd.DataFrame
    total: int


@dataclass(frozen=True, slots=True)
class ProductChoice:
    """A product of the catalog to filter by, with its plans as (code, name)."""

    code: str
    name: str
    plans: tuple[tuple[str, str], ...]


def bulk_choices(actor: Actor) -> tuple[ProductChoice, ...]:
    """What the list can be filtered by."""
    with reading(actor, Permission.CHANGE_SUBSCRIPTIONS) as session:
        plans: dict[str, list[tuple[str, str]]] = {}
        names: dict[str, str] = {}
        for product, plan in facts.catalog(session):
            names[product.code] = product.name
            plans.setdefault(product.code, []).append((plan.code, plan.name))
        return tuple(ProductChoice(code, name, tuple(plans[code])) for code, name in names.items())


def bulk_candidates(actor: Actor, limited: BulkFilter) -> Candidates:
    """The actor's running paid subscriptions of corporate accounts."""
    with reading(actor, Permission.CHANGE_SUBSCRIPTIONS) as session:
        matches = _matching(limited)
        counted = select(Subscription.id).join(Account, Account.id == Subscription.account_id).where(*matches)
        total = session.scalar(select(func.count()).select_from(counted.limit(MOST_COUNTED).subquery())) or 0
        rows = session.execute(
            select(Subscription, Account.legal_name, Product.name, Plan.name)
            .join(Account, Account.id == Subscription.account_id)
            .join(Product, Product.code == Subscription.product)
            .join(Plan, Plan.code == Subscription.plan)
            .where(*matches)
            .order_by(Subscription.period_end, Subscription.id)
            .limit(LIMIT)
        )
        frame = [
            (
                *(row.account_id, row.id, account, product, plan, row.seats, row.seats_assigned),
                *(row.interval, row.period_end, row.reference),
            )
            for row, account, product, plan in rows
        ]
    return Candidates(pd.DataFrame(frame, columns=COLUMNS.split()).astype(object), int(total))


def _matching(limited: BulkFilter) -> list[ColumnElement[bool]]:
    matches = [Subscription.status == Status.ACTIVE, Account.kind != "self_service"]
    if limited.product:
        matches.append(Subscription.product == limited.product)
    if limited.plan:
        matches.append(Subscription.plan == limited.plan)
    if limited.month:
        year, month = divmod(limited.month, 100)
        first, after = date(year, month, 1), date(year + month // 12, month % 12 + 1, 1)
        matches += [Subscription.period_end >= first, Subscription.period_end < after]
    return matches


def preview_bulk(actor: Actor, chosen: Sequence[tuple[int, int]], wish: BulkWish, *, today: date) -> BulkPlan:
    """What would become of each (account, subscription), by the rules that do it; without those of other reps."""
    with reading(actor, Permission.CHANGE_SUBSCRIPTIONS) as session:
        rows: list[BulkRow] = []
        orders: list[tuple[OrderRequest, Money]] = []
        accounts: dict[int, list[int]] = {}
        for account_id, subscription_id in chosen[:LIMIT]:
            accounts.setdefault(account_id, []).append(subscription_id)
        for account_id, subscription_ids in accounts.items():
            account = session.get(Account, account_id)
            if account is not None:
                keep_to(session, account)
                desk = _AccountDesk(session, actor, account, subscription_ids, wish, today)
                rows += desk.rows()
                orders += desk.orders
        return BulkPlan(wish, tuple(rows), tuple(orders))


class _AccountDesk:
    """One account of a bulk: its rows and, where seats change, its order."""

    def __init__(
        self, session: Session, actor: Actor, account: Account, ids: Sequence[int], wish: BulkWish, today: date
    ) -> None:
        self.session, self.actor, self.account, self.wish, self.today = session, actor, account, wish, today
        asked = [OrderItem(ItemKind.CHANGE, "", 1, subscription_id=one) for one in ids]
        self.found: OrderFacts = facts.order_facts(session, actor, account, asked)
        self.owned = [one for one in self.found.owned if one.subscription_id in set(ids) and one.running is not None]
        self.orders: list[tuple[OrderRequest, Money]] = []

    def rows(self) -> list[BulkRow]:
        """One a subscription, in the order of their ids."""
        if self.wish.kind is BulkKind.SEATS:
            return self._seats()
        judge = self._new_price if self.wish.kind is BulkKind.NEW_PRICE else self._notice
        return [self._judged(one, judge) for one in self.owned]

    def _judged(self, owned: Owned, judge: Any) -> BulkRow:
        row, now = self._row(owned), owned.running
        assert now is not None
        try:
            self._check(owned, now)
            done: BulkRow = judge(row, owned, now)
            return done
        except Refusal as refusal:
            return replace(row, refusal=refusal)

    def _check(self, owned: Owned, now: Running) -> None:
        if self.account.kind == "self_service":
            raise SelfServiceAccount
        product = self.found.plans[owned.plan].product_name
        check_changeable(
            product, owned.status, is_trial=owned.is_trial, starts_on=now.period.start, ends_on=now.period.end
        )
        if not owned.is_auto_renewed:
            raise DoesNotRenew(product=product, ends_on=now.period.end)

    def _new_price(self, row: BulkRow, owned: Owned, now: Running) -> BulkRow:
        if owned.scheduled is not None and owned.scheduled.takes_new_price:
            return replace(row, is_done=True)
        waiting = owned.scheduled or ScheduledFields()
        without = renewal_of(owned, self.found).terms
        terms = renewal_of(replace(owned, scheduled=replace(waiting, takes_new_price=True)), self.found).terms
        if terms == without:
            raise NothingChanges(field="price")
        before, after = (
            pricing.yearly_amount(one.price, seats=one.seats, discount=one.discount) for one in (without, terms)
        )
        return replace(row, mrr_change=recurring.monthly(after) - recurring.monthly(before))

    def _notice(self, row: BulkRow, owned: Owned, now: Running) -> BulkRow:
        if facts.billing_contact(self.session, self.account.id) is None:
            raise NoBillingContact
        renewal_of(owned, self.found)  # a renewal without a price has nothing to tell
        key = renewal_key(owned.subscription_id, now.period.end, self.today)
        sent = self.session.scalar(select(OutboxMail.id).where(OutboxMail.event_key == key))
        return replace(row, is_done=sent is not None)

    def _seats(self) -> list[BulkRow]:
        rows: dict[int, BulkRow] = {}
        quoted: dict[int, QuotedItem] = {}
        done = set(self._done())
        for owned in self.owned:
            row, one = self._row(owned), owned.subscription_id
            rows[one] = replace(row, is_done=one in done)
            if one in done:
                continue
            try:
                quoted[one] = quote_item(self._item(owned), self.found, today=self.today)
                rows[one] = self._quoted(row, quoted[one])
            except Refusal as refusal:
                rows[one] = replace(row, seats_after=self.wish.seats(row.seats_before), refusal=refusal)
        if quoted:
            self._order(rows, quoted)
        return list(rows.values())

    def _order(self, rows: dict[int, BulkRow], quoted: dict[int, QuotedItem]) -> None:
        """The account's order of what can be; what stands in the way of the order is each row's refusal."""
        request = OrderRequest(
            self.account.id,
            self.wish.request_key(self.today, list(quoted)),
            tuple(one.item for one in quoted.values()),
            evidence=self.wish.evidence,
            evidence_reference=self.wish.evidence_reference,
            accepts_new_period=self.wish.accepts_new_period,
        ).cleaned()
        sheet = work_out(self.session, self.actor, self.account, request, self.today)
        if sheet.refusals:
            for one in quoted:
                rows[one] = replace(rows[one], refusal=sheet.refusals[0])
        else:
            self.orders.append((request, sheet.total))

    def _item(self, owned: Owned) -> OrderItem:
        assert owned.running is not None
        now = owned.running
        return OrderItem(
            ItemKind.CHANGE,
            now.price.plan,
            self.wish.seats(now.seats),
            now.price.interval,
            subscription_id=owned.subscription_id,
            timing=self.wish.timing,
        )

    def _quoted(self, row: BulkRow, quoted: QuotedItem) -> BulkRow:
        before, after = recurring.monthly(quoted.yearly_before), recurring.monthly(quoted.yearly_after)
        return replace(
            row,
            seats_after=quoted.item.seats,
            due=quoted.net,
            mrr_change=after - before,
            timing=quoted.timing,
            opens_period=quoted.opens_period,
        )

    def _done(self) -> Iterator[int]:
        """Which subscriptions an order of the same wish has changed today."""
        return iter(
            self.session.scalars(
                select(OrderLine.subscription_id)
                .join(Order, (Order.account_id == OrderLine.account_id) & (Order.id == OrderLine.order_id))
                .where(
                    Order.account_id == self.account.id, Order.request_key.startswith(f"{self.wish.key(self.today)}:")
                )
            )
        )

    def _row(self, owned: Owned) -> BulkRow:
        assert owned.running is not None
        plan, now, zero = self.found.plans[owned.plan], owned.running, Money.zero(self.account.currency)
        return BulkRow(
            account_id=self.account.id,
            account=self.account.legal_name,
            subscription_id=owned.subscription_id,
            reference=owned.reference,
            product=plan.product_name,
            plan=plan.name,
            seats_before=now.seats,
            seats_after=now.seats,
            renews_on=now.period.end,
            due=zero,
            mrr_change=zero,
        )
