"""Home: what needs a decision today, by role."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from data.models import Account, CartLine, Document, OutboxMail, Product, Seller, Subscription, User
from data.models.documents import IS_OWED
from data.money import Money
from data.period import Interval
from services.access import keeping_order, reading
from services.facts import setting
from services.facts.readiness import is_incomplete
from services.permissions import Actor, Permission, Role
from services.queries.waiting import SHOWN, Decision, Waiting, approvals, cancellations, subscriptions, waiting_of
from services.rules.lifecycle import Status
from services.rules.tax import VatState
from services.rules.territories import EU_STATES

NEW_DAYS = 30


@dataclass(frozen=True, slots=True)
class Home:
    """What a role sees first. `owed` and `overdue`: one amount a currency, for the roles that look after payments.

    `look_ahead`: days ahead in which trials and renewals are shown, by kind.
    """

    accounts: int
    waiting: tuple[Waiting, ...]
    owed: tuple[Money, ...]
    overdue: tuple[Money, ...]
    look_ahead: dict[str, int]

    def of(self, kind: str) -> Waiting:
        """The decisions of a kind; none where the role does not see it."""
        return next((waiting for waiting in self.waiting if waiting.kind == kind), Waiting(kind, (), 0))


# What each role decides, in the order of its page.
KINDS: dict[Role, tuple[str, ...]] = {
    Role.SALES_REP: ("trials", "carts", "renewals", "mails", "incomplete", "cancellations"),
    Role.SALES_MANAGER: ("approvals", "trials", "carts", "renewals", "mails", "incomplete", "cancellations"),
    Role.FINANCE: ("overdue", "approvals", "vat_numbers", "mails", "incomplete"),
    Role.LICENCE_MANAGER: ("new_seats", "trials"),
    Role.ADMIN: ("approvals", "mails", "incomplete", "overdue", "trials", "carts", "renewals", "cancellations"),
}


def home(actor: Actor, today: date) -> Home:
    """The actor's home on a day; a rep's is about the own accounts."""
    with reading(actor, Permission.SEE_ACCOUNTS) as session:
        ahead = {kind: int(setting(session, f"{kind}_look_ahead_days")) for kind in ("trial", "renewal")}
        work = {
            "trials": lambda: _trials(session, today, ahead["trial"]),
            "carts": lambda: _carts(session, today, int(setting(session, "cart_open_days"))),
            "renewals": lambda: _renewals(session, today, ahead["renewal"]),
            "cancellations": lambda: cancellations(session),
            "approvals": lambda: approvals(session, actor),
            "mails": lambda: _mails(session),
            "incomplete": lambda: _incomplete(session),
            "overdue": lambda: _overdue(session, today),
            "vat_numbers": lambda: _vat_numbers(session),
            "new_seats": lambda: _new_seats(session, today),
        }
        owed, overdue = _sums(session, today) if "overdue" in KINDS[actor.role] else ((), ())
        return Home(
            accounts=int(session.scalar(select(func.count()).select_from(Account)) or 0),
            waiting=tuple(work[kind]() for kind in KINDS[actor.role]),
            owed=owed,
            overdue=overdue,
            look_ahead=ahead,
        )


def _trials(session: Session, today: date, days: int) -> Waiting:
    end = today + timedelta(days=days)
    with keeping_order(session):  # few of all subscriptions are trials, and they are found by their end
        return subscriptions(session, "trials", Subscription.status == Status.TRIALING, Subscription.period_end <= end)


def _carts(session: Session, today: date, days: int) -> Waiting:
    before = datetime.combine(today - timedelta(days=days - 1), time(), UTC)
    statement = (
        select(CartLine.account_id, func.count(), func.max(CartLine.added_at), func.max(User.name))
        .join(User, User.id == CartLine.added_by)
        .group_by(CartLine.account_id)
        .having(func.max(CartLine.added_at) < before)
        .order_by(func.max(CartLine.added_at), CartLine.account_id)
    )
    with keeping_order(session):  # few accounts have a cart
        found = session.execute(statement.limit(SHOWN)).all()
        named = select(Account.id, Account.legal_name).where(Account.id.in_([row[0] for row in found]))
        names = dict(session.execute(named).all())
        rows = (
            Decision(account, names[account], user, _day(left_at), count=count)
            for account, count, left_at, user in found
        )
        return waiting_of(session, "carts", statement, rows)


def _renewals(session: Session, today: date, days: int) -> Waiting:
    """Renewals of quarters and years; those of months come too often to be a decision."""
    return subscriptions(
        session,
        "renewals",
        Subscription.status == Status.ACTIVE,
        Subscription.interval != Interval.MONTH,
        Subscription.is_auto_renewed.is_(True),  # the others end, as somebody decided
        Subscription.period_end > today,
        Subscription.period_end <= today + timedelta(days=days),
    )


def _mails(session: Session) -> Waiting:
    statement = (
        select(Account.id, Account.legal_name, OutboxMail.kind, OutboxMail.created_at, OutboxMail.tries, OutboxMail.id)
        .join(Account, Account.id == OutboxMail.account_id)
        .where(OutboxMail.status == "failed")
        .order_by(OutboxMail.created_at.desc())
    )
    rows = (
        Decision(account, name, kind, _day(created_at), count=tries, ids={"mail": mail})
        for account, name, kind, created_at, tries, mail in session.execute(statement.limit(SHOWN))
    )
    return waiting_of(session, "mails", statement, rows)


def _incomplete(session: Session) -> Waiting:
    statement = (
        select(Account.id, Account.legal_name, Account.code)
        .where(Account.kind != "self_service", is_incomplete(session))
        .order_by(Account.search_text, Account.id)
    )
    rows = (Decision(account, name, code) for account, name, code in session.execute(statement.limit(SHOWN)))
    return waiting_of(session, "incomplete", statement, rows)


def _overdue(session: Session, today: date) -> Waiting:
    statement = (
        select(
            Account.id,
            Account.legal_name,
            Document.number,
            Document.due_on,
            Document.open_minor,
            Document.currency,
            Document.id,
        )
        .join(Account, Account.id == Document.account_id)
        .where(IS_OWED, Document.due_on < today)
        .order_by(Document.due_on, Document.number)
    )
    rows = (
        Decision(account, name, number, due_on, amount=Money(left, currency), ids={"document": document})
        for account, name, number, due_on, left, currency, document in session.execute(statement.limit(SHOWN))
    )
    return waiting_of(session, "overdue", statement, rows)


def _vat_numbers(session: Session) -> Waiting:
    """Numbers that carry a reverse charge on their form alone, or were refused (billing rules §9)."""
    statement = (
        select(Account.id, Account.legal_name, Account.vat_number, Account.vat_checked_on)
        .join(Seller, Seller.code == Account.seller)
        .where(
            Account.vat_state.in_([VatState.FORM_ONLY, VatState.REFUSED]),
            Account.is_business,
            Account.country.in_(sorted(EU_STATES)),
            Account.country != Seller.country,
        )
        .order_by(Account.search_text, Account.id)
    )
    rows = (
        Decision(account, name, number, checked_on)
        for account, name, number, checked_on in session.execute(statement.limit(SHOWN))
    )
    return waiting_of(session, "vat_numbers", statement, rows)


def _new_seats(session: Session, today: date) -> Waiting:
    statement = (
        select(
            Account.id,
            Account.legal_name,
            Product.name,
            Subscription.starts_on,
            Subscription.seats - Subscription.seats_assigned,
            Subscription.id,
        )
        .join(Account, Account.id == Subscription.account_id)
        .join(Product, Product.code == Subscription.product)
        .where(
            Subscription.starts_on > today - timedelta(days=NEW_DAYS),
            Subscription.status.in_([Status.ACTIVE, Status.TRIALING]),
            Subscription.seats_assigned < Subscription.seats,
        )
        .order_by(Subscription.starts_on.desc(), Account.search_text)
    )
    rows = (
        Decision(account, name, product, starts_on, count=free, ids={"subscription": subscription})
        for account, name, product, starts_on, free, subscription in session.execute(statement.limit(SHOWN))
    )
    return waiting_of(session, "new_seats", statement, rows)


def _sums(session: Session, today: date) -> tuple[tuple[Money, ...], tuple[Money, ...]]:
    """What is owed and what of it is overdue, one amount a currency."""
    late = func.coalesce(func.sum(case((Document.due_on < today, Document.open_minor))), 0)
    rows = session.execute(
        select(Document.currency, func.sum(Document.open_minor), late)
        .where(IS_OWED)
        .group_by(Document.currency)
        .order_by(Document.currency)
    ).all()
    owed = tuple(Money(int(minor), currency) for currency, minor, _ in rows)
    return owed, tuple(Money(int(minor), currency) for currency, _, minor in rows if minor)


def _day(instant: datetime | str) -> date:
    """The day of an instant; SQLite gives the maximum of instants as text."""
    return datetime.fromisoformat(instant).date() if isinstance(instant, str) else instant.date()
