"""One account as its page shows it: form, people, purchase orders, key figures, what is missing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from data.models import (
    Account,
    CartLine,
    Contact,
    Document,
    Movement,
    Order,
    PurchaseOrder,
    Seller,
    Subscription,
    Team,
    User,
)
from data.money import Money
from services.access import reading
from services.errors import NotFound, Problem
from services.facts.accounts import form_of, is_fixed
from services.facts.readiness import missing_of
from services.permissions import OWNING_ROLES, Actor, Permission, Role
from services.rules.account_form import AccountForm
from services.rules.account_warnings import warnings
from services.rules.contact_form import ContactForm
from services.rules.lifecycle import Status
from services.rules.purchase_order_form import PurchaseOrderForm
from services.rules.tax import VatState

RUNNING = (Status.TRIALING, Status.ACTIVE, Status.PENDING_CANCELLATION)


@dataclass(frozen=True, slots=True)
class ContactCard:
    """A contact; `version` goes back with its form."""

    contact_id: int
    form: ContactForm
    version: int


@dataclass(frozen=True, slots=True)
class PurchaseOrderCard:
    """A purchase order. `used`: what its documents come to; `left`: of its cap, None without one."""

    po_id: int
    form: PurchaseOrderForm
    used: Money | None
    left: Money | None
    is_closed: bool
    version: int

    def is_over(self, today: date) -> bool:
        """Whether its last day is over."""
        return bool(self.form.expires_on and self.form.expires_on < today)


@dataclass(frozen=True, slots=True)
class AccountFigures:
    """The key figures on a day; money in the account's currency, None while it has none or without the right to see it.

    `mrr`: monthly recurring revenue by its movements; `open` and `overdue`: left to pay on invoices, of it past the due
    day; `seats`, `assigned`: of running subscriptions and trials; `renews_on`: the next day a paid subscription renews.
    """

    mrr: Money | None
    open: Money | None
    overdue: Money | None
    overdue_invoices: int
    seats: int
    assigned: int
    subscriptions: int
    trials: int
    renews_on: date | None


@dataclass(frozen=True, slots=True)
class AccountCard:
    """All the page of an account shows above its tabs. `missing`: codes of `readiness.FIELD_OF`, empty when ready.

    `is_fixed`: country and currency cannot change any more; `cart_lines`: items that wait in the cart; `has_orders`:
    there is one to repeat.
    """

    account_id: int
    version: int
    kind: str
    form: AccountForm
    seller_name: str
    rep_id: int | None
    rep_name: str
    team_id: int | None
    team_name: str
    vat_state: VatState
    vat_checked_on: date | None
    vat_consultation: str
    contacts: tuple[ContactCard, ...]
    purchase_orders: tuple[PurchaseOrderCard, ...]
    figures: AccountFigures
    missing: tuple[str, ...]
    warnings: tuple[Problem, ...]
    is_fixed: bool
    cart_lines: int
    has_orders: bool

    @property
    def is_self_service(self) -> bool:
        """Whether it is read-only here."""
        return self.kind == "self_service"

    @property
    def billing_contact(self) -> ContactCard | None:
        """The one who is billed and acted for."""
        return next((contact for contact in self.contacts if contact.form.is_billing_contact), None)

    @property
    def recipients(self) -> tuple[ContactCard, ...]:
        """Who gets the invoices: the recipients, else the billing contact."""
        chosen = tuple(contact for contact in self.contacts if contact.form.is_invoice_recipient)
        return chosen or ((self.billing_contact,) if self.billing_contact else ())


def account_card(actor: Actor, account_id: int, today: date) -> AccountCard:
    """The card of an account; raises `NotFound` for one that is unknown or another rep's."""
    with reading(actor, Permission.SEE_ACCOUNTS, of=account_id) as session:
        account = session.scalar(select(Account).where(Account.id == account_id))
        if account is None:
            raise NotFound(kind="account")
        form = form_of(account)
        seller = session.get(Seller, account.seller) if account.seller else None
        rep = session.get(User, account.rep_id) if account.rep_id else None
        team = session.get(Team, account.team_id) if account.team_id else None
        return AccountCard(
            account_id=account.id,
            version=account.version,
            kind=account.kind,
            form=form,
            seller_name=seller.legal_name if seller else "",
            rep_id=account.rep_id,
            rep_name=rep.name if rep else "",
            team_id=account.team_id,
            team_name=team.name if team else "",
            vat_state=VatState(account.vat_state),
            vat_checked_on=account.vat_checked_on,
            vat_consultation=account.vat_consultation,
            contacts=tuple(_contacts(session, account_id)),
            purchase_orders=tuple(_purchase_orders(session, account)),
            figures=_figures(session, account, today, may_bill=actor.may(Permission.SEE_INVOICES)),
            missing=missing_of(session, account),
            warnings=tuple(warnings(form)),
            is_fixed=is_fixed(session, account_id),
            cart_lines=session.scalar(
                select(func.count()).select_from(CartLine).where(CartLine.account_id == account_id)
            )
            or 0,
            has_orders=bool(session.scalar(select(exists().where(Order.account_id == account_id)))),
        )


@dataclass(frozen=True, slots=True)
class Choices:
    """What the form of an account offers: active selling entities (code, name, country, currency), reps and teams."""

    sellers: tuple[tuple[str, str, str, str], ...]
    reps: tuple[tuple[int, str], ...]
    teams: tuple[tuple[int, str], ...]


def account_choices(actor: Actor) -> Choices:
    """What can be chosen on the form of an account, by name."""
    with reading(actor, Permission.SEE_ACCOUNTS) as session:
        sellers = session.execute(
            select(Seller.code, Seller.legal_name, Seller.country, Seller.currency)
            .where(Seller.is_active)
            .order_by(Seller.legal_name)
        )
        roles = [*OWNING_ROLES, Role.SALES_MANAGER]
        reps = session.execute(
            select(User.id, User.name).where(User.is_active, User.role.in_(roles)).order_by(User.name)
        )
        teams = session.execute(select(Team.id, Team.name).order_by(Team.name))
        return Choices(
            sellers=tuple((code, name, country, currency) for code, name, country, currency in sellers),
            reps=tuple((user_id, name) for user_id, name in reps),
            teams=tuple((team_id, name) for team_id, name in teams),
        )


def _contacts(session: Session, account_id: int) -> Iterable[ContactCard]:
    rows = session.scalars(
        select(Contact)
        .where(Contact.account_id == account_id, Contact.is_active)
        .order_by(Contact.is_billing_contact.desc(), Contact.name, Contact.id)
    )
    for row in rows:
        form = ContactForm(row.name, row.email, row.phone, row.is_billing_contact, row.is_invoice_recipient)
        yield ContactCard(row.id, form, row.version)


def _purchase_orders(session: Session, account: Account) -> Iterable[PurchaseOrderCard]:
    rows = session.scalars(
        select(PurchaseOrder)
        .where(PurchaseOrder.account_id == account.id)
        .order_by(PurchaseOrder.is_closed, PurchaseOrder.number)
    ).all()
    sums = session.execute(
        select(Document.po_id, func.sum(Document.total_minor))
        .where(Document.account_id == account.id, Document.po_id.is_not(None))
        .group_by(Document.po_id)
    )
    used = {po_id: int(total) for po_id, total in sums}
    for row in rows:
        cap = _money(row.cap_minor, account.currency)
        spent = _money(used.get(row.id, 0), account.currency)
        left = cap - spent if cap is not None and spent is not None else None
        yield PurchaseOrderCard(
            row.id, PurchaseOrderForm(row.number, row.expires_on, cap), spent, left, row.is_closed, row.version
        )


def _figures(session: Session, account: Account, today: date, *, may_bill: bool) -> AccountFigures:
    mrr = session.scalar(
        select(func.sum(Movement.amount_minor)).where(Movement.account_id == account.id, Movement.moved_on <= today)
    )
    is_owed = (Document.account_id == account.id) & (Document.open_minor > 0)
    left = session.scalar(select(func.sum(Document.open_minor)).where(is_owed))
    late, late_count = session.execute(
        select(func.sum(Document.open_minor), func.count()).where(is_owed, Document.due_on < today)
    ).one()
    running = session.execute(
        select(
            Subscription.status,
            Subscription.is_trial,
            Subscription.seats,
            Subscription.seats_assigned,
            Subscription.period_end,
            Subscription.is_auto_renewed,
        ).where(Subscription.account_id == account.id, Subscription.status.in_(RUNNING))
    ).all()
    renewals = [
        row.period_end
        for row in running
        if row.status == Status.ACTIVE and not row.is_trial and row.is_auto_renewed and row.period_end > today
    ]
    return AccountFigures(
        mrr=_money(mrr or 0, account.currency),
        open=_money(left or 0, account.currency) if may_bill else None,
        overdue=_money(late or 0, account.currency) if may_bill else None,
        overdue_invoices=late_count if may_bill else 0,
        seats=sum(row.seats for row in running),
        assigned=sum(row.seats_assigned for row in running),
        subscriptions=sum(row.status != Status.TRIALING for row in running),
        trials=sum(row.status == Status.TRIALING for row in running),
        renews_on=min(renewals, default=None),
    )


def _money(minor: int | None, currency: str) -> Money | None:
    return Money(int(minor), currency) if minor is not None and currency else None
