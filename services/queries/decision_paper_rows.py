"""Decisions about papers: what renews without them, and what the night then bills, parks or taxes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.models import Account, CartLine, Plan, Product, Proposal, PurchaseOrder, Seller, Subscription
from data.models import Price as PriceRow
from data.models.subscriptions import IS_RENEWING
from data.money import Money
from data.period import Interval
from services import facts
from services.errors import NoPrice
from services.night.shelf import Shelf
from services.queries.decision_rows import accounts_of, charged_on, turns_of
from services.rules import pricing, tax
from services.rules.bills import charge_bill
from services.rules.cycles import Cycle
from services.rules.debits import CURRENCY
from services.rules.decisions import Decision, Key, Kind
from services.rules.new_lines import renewal_line
from services.rules.proration import DueLine

_FAR = 800  # days: a boundary after the day always lies nearer


def of_papers(session: Session, keys: Sequence[Key], today: date) -> Iterator[Decision]:
    """The decisions of these keys, which are all about papers."""
    by_kind: dict[Kind, list[Key]] = defaultdict(list)
    for key in keys:
        by_kind[key.kind].append(key)
    if not keys:
        return
    owners = accounts_of(session, [key.account_id for key in keys])
    of_renewals = [key for key in keys if key.kind in (Kind.PURCHASE_ORDER, Kind.MANDATE, Kind.EXEMPTION)]
    renewing = _renewing(session, {key.account_id for key in of_renewals})
    yield from _purchase_orders(session, by_kind[Kind.PURCHASE_ORDER], owners, renewing, today)
    yield from _mandates(session, by_kind[Kind.MANDATE], owners, renewing, today)
    yield from _exemptions(session, by_kind[Kind.EXEMPTION], owners, renewing)
    yield from _proposals(session, by_kind[Kind.PROPOSAL], owners)
    yield from _carts(session, by_kind[Kind.CART], owners)


Owners = Mapping[int, tuple[Account, str]]
Renewing = Mapping[int, Sequence[Subscription]]


def _renewing(session: Session, account_ids: set[int]) -> Renewing:
    found: dict[int, list[Subscription]] = defaultdict(list)
    if account_ids:
        asked = select(Subscription).where(Subscription.account_id.in_(account_ids), IS_RENEWING)
        for row in session.scalars(asked.order_by(Subscription.starts_on, Subscription.id)):
            found[row.account_id].append(row)
    return found


def boundary_from(row: Subscription, day: date) -> date:
    """Its first renewal on the day or later."""
    cycle = Cycle(row.period_end, Interval(row.interval), row.currency, 0, 1, row.anchor_on.day)
    days = cycle.days(max(day, row.period_end) + timedelta(days=_FAR))
    return next(found for found in days if found >= day)


def _billed(session: Session, rows: Iterable[Subscription], since: date, today: date) -> list[tuple[date, Money]]:
    """When each renews first from the day on, and what the night bills for it then."""
    days = {row.id: (row, boundary_from(row, since)) for row in rows}
    if not days:
        return []
    keys = [(row.account_id, row.id) for row, _ in days.values()]
    turns = turns_of(session, keys, today, max(day for _, day in days.values()))
    found = []
    for row, day in days.values():
        plain = Money(row.period_minor or 0, row.currency)
        turn = turns.get(row.id)
        if turn is not None:  # another interval has other boundaries
            amount = next(((at, Money(minor, row.currency)) for at, minor in turn.charges() if at >= since), None)
            found.append(amount or (day, charged_on(turn, day) or plain))
        else:
            found.append((day, plain))
    return found


def _purchase_orders(
    session: Session, keys: Sequence[Key], owners: Owners, renewing: Renewing, today: date
) -> Iterator[Decision]:
    ids = [key.subject_id for key in keys]
    accounts = [key.account_id for key in keys]
    asked = select(PurchaseOrder).where(PurchaseOrder.account_id.in_(accounts), PurchaseOrder.id.in_(ids))
    rows = {row.id: row for row in session.scalars(asked)} if keys else {}
    for key in keys:
        if key.subject_id not in rows or key.account_id not in owners:
            continue
        after = key.last_on + timedelta(days=1)
        on_it = [row for row in renewing.get(key.account_id, ()) if row.po_id == key.subject_id]
        billed = _billed(session, on_it, after, today)
        if billed:
            yield _lost(key, owners, rows[key.subject_id].number, billed)


def _lost(key: Key, owners: Owners, subject: str, billed: Sequence[tuple[date, Money]]) -> Decision:
    """What is not billed or collected from its first day on."""
    account, owner = owners[key.account_id]
    currency = billed[0][1].currency
    stake = -Money.total((amount for _, amount in billed), currency)
    day = min(day for day, _ in billed)
    return Decision(key, day, account.legal_name, owner, subject, currency=currency, stake=stake, seats=len(billed))


def _mandates(
    session: Session, keys: Sequence[Key], owners: Owners, renewing: Renewing, today: date
) -> Iterator[Decision]:
    for key in keys:
        in_euros = [row for row in renewing.get(key.account_id, ()) if row.currency == CURRENCY]
        billed = _billed(session, in_euros, key.last_on + timedelta(days=1), today)
        if billed and key.account_id in owners:
            yield _lost(key, owners, owners[key.account_id][0].mandate_reference, billed)


def _exemptions(session: Session, keys: Sequence[Key], owners: Owners, renewing: Renewing) -> Iterator[Decision]:
    """The tax on the first renewal of each subscription that is not exempt any more."""
    shelf = Shelf(session)
    countries = dict(session.execute(select(Seller.code, Seller.country)).all()) if keys else {}
    for key in keys:
        if key.account_id not in owners:
            continue
        account, owner = owners[key.account_id]
        since = key.last_on + timedelta(days=1)
        lines = [
            _line(row, shelf, since) for row in renewing.get(key.account_id, ()) if row.currency == account.currency
        ]
        country = countries.get(account.seller or "")
        if not lines or country is None:
            continue
        bill = charge_bill(list(enumerate(lines)), _taxed(account, country, shelf.rates), account.currency)
        day = min(line.period.start for line in lines)
        yield Decision(
            key, day, account.legal_name, owner, account.exemption_article, currency=account.currency, stake=bill.tax
        )


def _taxed(account: Account, country: str, rates: tax.RateTable) -> Callable[[date], tax.TaxDecision]:
    return lambda on: tax.decide(facts.tax_facts(account, country, on), rates)


def _line(row: Subscription, shelf: Shelf, since: date) -> DueLine:
    return renewal_line(
        shelf.prices[row.price_id],
        seats=row.seats,
        anchor_on=row.anchor_on,
        ended_on=boundary_from(row, since),
        discount=facts.discount_of(row.discount_percent, row.negotiated_amount),
    )


def _proposals(session: Session, keys: Sequence[Key], owners: Owners) -> Iterator[Decision]:
    accounts, ids = [key.account_id for key in keys], [key.subject_id for key in keys]
    asked = select(Proposal).where(Proposal.account_id.in_(accounts), Proposal.id.in_(ids))
    rows = {row.id: row for row in session.scalars(asked)} if keys else {}
    for key in keys:
        row = rows.get(key.subject_id)
        if row is not None and key.account_id in owners:
            account, owner = owners[key.account_id]
            stake = -Money(row.total_minor, row.currency)
            day = key.last_on + timedelta(days=1)
            yield Decision(key, day, account.legal_name, owner, currency=row.currency, stake=stake)


def _carts(session: Session, keys: Sequence[Key], owners: Owners) -> Iterator[Decision]:
    """What an order from the day on comes to more, or less, than one before."""
    accounts, ids = [key.account_id for key in keys], [key.subject_id for key in keys]
    asked = (
        select(CartLine, Product.name, Plan.name)
        .join(Plan, Plan.code == CartLine.plan)
        .join(Product, Product.code == Plan.product)
        .where(CartLine.account_id.in_(accounts), CartLine.id.in_(ids))
    )
    rows = {row.id: (row, product, plan) for row, product, plan in session.execute(asked)} if keys else {}
    plans = {row.plan for row, *_ in rows.values()}
    prices = [
        facts.price_of(row) for row in session.scalars(select(PriceRow).where(PriceRow.plan.in_(plans)))
    ] if plans else []  # fmt: skip
    for key in keys:
        if key.subject_id not in rows or key.account_id not in owners:
            continue
        line, product, plan = rows[key.subject_id]
        account, owner = owners[key.account_id]
        discount = facts.discount_of(line.discount_percent, line.negotiated_amount)
        if discount is None:
            discount = facts.standing_discounts(session, key.account_id).get(line.plan)
        day = key.last_on + timedelta(days=1)
        try:
            before, after = (
                pricing.amount(
                    pricing.price_on(
                        prices, plan=line.plan, currency=account.currency, interval=Interval(line.interval), day=on
                    ),
                    seats=line.seats,
                    discount=discount,
                )
                for on in (key.last_on, day)
            )
        except NoPrice:
            continue
        yield Decision(
            key, day, account.legal_name, owner, f"{product} · {plan}", seats=line.seats, currency=account.currency,
            stake=after - before, other=before,
        )  # fmt: skip
