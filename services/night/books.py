"""The accounts of a chunk as the night finds them, read in a handful of statements."""

from collections import defaultdict, namedtuple
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from data.many import among
from data.models import (
    Account,
    AccountCredit,
    AccountOwned,
    Contact,
    Dispute,
    Document,
    ParkedAccount,
    PurchaseOrder,
    ScheduledChange,
    StandingDiscount,
    Subscription,
    User,
)
from data.period import Period
from services import facts
from services.night import due
from services.night.due import Span
from services.night.shelf import Shelf
from services.rules.lifecycle import Status
from services.rules.nights import Standing
from services.rules.pricing import Discount
from services.rules.scheduled import ScheduledFields

T = TypeVar("T", bound=AccountOwned)
# Plain columns: thousands of rows are read, and none of them is changed as an object.
_ACCOUNT = Account.__table__.c
_SUBSCRIPTION = Subscription.__table__.c
_CONTACT = Contact.__table__.c
_OF_ACCOUNTS = (
    "id", "code", "legal_name", "seller", "rep_id", "segment", "country", "currency", "language", "street",
    "postal_code", "city", "region", "is_business", "vat_number", "vat_state", "exemption_article", "exempt_from",
    "exempt_until", "net_days", "end_of_month", "fixed_days", "supplier_number", "cost_centre", "leitweg_id",
    "dir3_office", "dir3_body", "dir3_unit", "siret", "payment_means", "iban", "mandate_reference",
    "paid_invoices", "late_days",
)  # fmt: skip
_OF_SUBSCRIPTIONS = (
    "account_id", "id", "reference", "product", "plan", "price_id", "status", "is_trial", "seats", "seats_assigned",
    "interval", "anchor_on", "period_start", "period_end", "sequence", "discount_percent", "negotiated_amount", "po_id",
    "order_id", "is_auto_renewed", "notice_days",
)  # fmt: skip
_OF_OVERDUE = (
    "account_id", "id", "number", "due_on", "total_minor", "open_minor", "currency", "issued_on",
)  # fmt: skip
_OF_CONTACTS = ("account_id", "name", "email", "is_billing_contact", "is_invoice_recipient")


def _read_as(name: str, columns: tuple[str, ...]) -> Callable[[Iterable[Any]], Any]:
    """Makes named tuples of rows: the night asks a hundred attributes an invoice, and SQLAlchemy's rows look each one
    up ten times slower.
    """
    named: Any = namedtuple
    make: Callable[[Iterable[Any]], Any] = named(name, columns)._make
    return make


_account, _subscription = _read_as("AccountRow", _OF_ACCOUNTS), _read_as("SubscriptionRow", _OF_SUBSCRIPTIONS)
_contact, _overdue = _read_as("ContactRow", _OF_CONTACTS), _read_as("OverdueRow", _OF_OVERDUE)


class Rep(NamedTuple):
    """The account's representative, for copies and signatures."""

    name: str
    email: str
    is_active: bool

    @property
    def mailbox(self) -> str:
        """Where the rep reads mails; empty of one who left, or where there is none."""
        return self.email if self.is_active else ""


NOBODY = Rep("", "", False)


@dataclass(slots=True)
class Book:
    """One account: its columns, and the rows that the night looks at (columns of the models, read-only).

    `standing`: the account's discounts by plan, read only where a plan may change. `noticed`: trials and annual terms
    to announce; `overdue`: invoices to remind of that are not disputed; `credits`: its balance, oldest first.
    """

    account: Account
    rep: Rep = NOBODY
    due: list[tuple[Subscription, Standing]] = field(default_factory=list)
    standing: dict[str, Discount] = field(default_factory=dict)
    noticed: list[tuple[Subscription, Standing]] = field(default_factory=list)
    overdue: list[Document] = field(default_factory=list)
    billing_contact: Contact | None = None
    recipients: tuple[str, ...] = ()
    purchase_orders: dict[int, PurchaseOrder] = field(default_factory=dict)
    po_used: dict[int, int] = field(default_factory=dict)
    credits: list[AccountCredit] = field(default_factory=list)
    is_parked: bool = False


def lock(session: Session, ids: Sequence[int], *, skips_locked: bool) -> list[int]:
    """Lock accounts in order; those that somebody else holds are left out where they may be skipped."""
    return list(session.connection().scalars(_asked_to_lock(skips_locked), {"ids": list(ids)}).all())


@cache
def _asked_to_lock(skips_locked: bool) -> Select[Any]:
    mine = among(Account.id, "ids")
    wanted = select(Account.id).where(mine, Account.kind != "self_service").order_by(Account.id)
    return wanted.with_for_update(skip_locked=skips_locked)


def open_books(session: Session, shelf: Shelf, ids: Sequence[int], span: Span) -> list[Book]:
    """The books of these accounts, in order of their ids; the balance only where something is at a boundary.

    Columns are read past the session: nothing of them is pending there, and its bookkeeping costs more than they do.
    """
    rows = session.connection().execute(_asked_for_accounts(), {"ids": ids}).all()
    books: dict[int, Book] = {}
    for *columns, rep_name, rep_email, rep_is_active, is_parked in rows:
        account, rep = _account(columns), Rep(rep_name, rep_email, rep_is_active) if rep_name is not None else NOBODY
        books[account.id] = Book(account, rep, is_parked=is_parked)
    _read_subscriptions(session, shelf, books, span)
    _read_overdue(session, books, span)
    _read_contacts(session, books)
    _read_purchase_orders_of_due(session, books)
    if any(book.due for book in books.values()):
        read_balances(session, books)
    return list(books.values())


def read_balances(session: Session, books: dict[int, Book]) -> None:
    """What is left of each account's balance, oldest first."""
    balance = select(AccountCredit).where(_of(AccountCredit), AccountCredit.left_minor > 0)
    ordered = balance.order_by(AccountCredit.since_on, AccountCredit.id)
    for credit in session.scalars(ordered, {"ids": list(books)}):
        books[credit.account_id].credits.append(credit)


def _of(model: type[T]) -> ColumnElement[bool]:
    return among(model.account_id, "ids")


@cache
def _asked_for_accounts() -> Select[Any]:
    parked = select(ParkedAccount.id).where(ParkedAccount.account_id == Account.id, ParkedAccount.resolved_on.is_(None))
    columns = [*(_ACCOUNT[name] for name in _OF_ACCOUNTS), User.name, User.email, User.is_active, parked.exists()]
    asked = select(*columns).outerjoin_from(Account, User, User.id == Account.rep_id)
    return asked.where(among(Account.id, "ids")).order_by(Account.id)


@cache
def _asked_for_subscriptions() -> Select[Any]:
    wanted = or_(due.at_boundary(), due.trials_to_announce(), due.renewals_to_announce())
    asked = select(*(_SUBSCRIPTION[name] for name in _OF_SUBSCRIPTIONS)).where(_of(Subscription), wanted)
    return asked.order_by(Subscription.account_id, Subscription.starts_on, Subscription.id)


def _read_subscriptions(session: Session, shelf: Shelf, books: dict[int, Book], span: Span) -> None:
    """Subscriptions at a boundary, in the order of their lines, by start, then id; and those to announce."""
    listing = session.connection().execute(_asked_for_subscriptions(), {"ids": list(books)} | span.days).all()
    rows: list[Subscription] = [_subscription(row) for row in listing]
    scheduled = _scheduled(session, books) if rows else {}  # a notice names the price that the renewal will take
    fresh = set()
    for row in rows:
        waiting = scheduled.get(row.id) if row.status == Status.ACTIVE else None
        book, is_due = books[row.account_id], due.is_at_boundary(row.status, row.period_start, row.period_end, span.day)
        listed = book.due if is_due else book.noticed
        listed.append((row, standing_of(row, shelf, waiting)))
        if row.is_trial or waiting is not None:
            fresh.add(row.account_id)
    discounts = select(StandingDiscount).where(StandingDiscount.account_id.in_(fresh))
    for discount in session.scalars(discounts) if fresh else ():
        found = facts.discount_of(discount.percent, discount.unit_amount)
        if found is not None:
            books[discount.account_id].standing[discount.plan] = found


def _scheduled(session: Session, books: dict[int, Book]) -> dict[int, ScheduledFields]:
    """The changes that wait for a renewal, by subscription."""
    asked = select(ScheduledChange).where(_of(ScheduledChange), ScheduledChange.status == "scheduled")
    rows = session.scalars(asked, {"ids": list(books)})
    return {row.subscription_id: facts.fields_of(row) for row in rows}


def standing_of(row: Subscription, shelf: Shelf, scheduled: ScheduledFields | None = None) -> Standing:
    """A subscription's columns as the value that the rules take."""
    policy = shelf.trials.get(row.product) if row.is_trial else None
    return Standing(
        subscription_id=row.id,
        status=Status(row.status),
        is_trial=row.is_trial,
        price=shelf.prices[row.price_id],
        seats=row.seats,
        seats_assigned=row.seats_assigned,
        discount=facts.discount_of(row.discount_percent, row.negotiated_amount),
        anchor_on=row.anchor_on,
        period=Period(row.period_start, row.period_end),
        sequence=row.sequence,
        is_auto_renewed=row.is_auto_renewed,
        scheduled=scheduled,
        trial=policy,
    )


@cache
def _asked_for_overdue() -> Select[Any]:
    disputed = select(Dispute.document_id).where(
        Dispute.account_id == Document.account_id, Dispute.document_id == Document.id, Dispute.closed_on.is_(None)
    )
    columns = Document.__table__.c
    asked = select(*(columns[name] for name in _OF_OVERDUE)).where(
        _of(Document), due.invoices_to_remind_of(), ~disputed.exists()
    )
    return asked.order_by(Document.due_on, Document.number)


def _read_overdue(session: Session, books: dict[int, Book], span: Span) -> None:
    for row in map(_overdue, session.connection().execute(_asked_for_overdue(), {"ids": list(books)} | span.days)):
        books[row.account_id].overdue.append(row)


@cache
def _asked_for_contacts() -> Select[Any]:
    wanted = Contact.is_billing_contact | Contact.is_invoice_recipient
    asked = select(*(_CONTACT[name] for name in _OF_CONTACTS)).where(_of(Contact), Contact.is_active, wanted)
    return asked.order_by(Contact.account_id, Contact.email)


def _read_contacts(session: Session, books: dict[int, Book]) -> None:
    """Billing contact and invoice recipients; where there are none, the billing contact gets the invoices."""
    rows = session.connection().execute(_asked_for_contacts(), {"ids": list(books)}).all()
    recipients: dict[int, list[str]] = defaultdict(list)
    for row in map(_contact, rows):
        if row.is_billing_contact:
            books[row.account_id].billing_contact = row
        if row.is_invoice_recipient:
            recipients[row.account_id].append(row.email)
    for key, book in books.items():
        contact = book.billing_contact
        book.recipients = tuple(recipients[key]) or ((contact.email,) if contact else ())


def _read_purchase_orders_of_due(session: Session, books: dict[int, Book]) -> None:
    wanted = {(key, row.po_id) for key, book in books.items() for row, _ in book.due if row.po_id}
    if wanted:
        read_purchase_orders(session, books, wanted)


def read_purchase_orders(session: Session, books: dict[int, Book], wanted: set[tuple[int, int]]) -> None:
    """Put purchase orders (account, id) into the books, with what documents of the capped ones come to."""
    accounts, ids = {key for key, _ in wanted}, {po for _, po in wanted}
    mine = (PurchaseOrder.account_id.in_(accounts), PurchaseOrder.id.in_(ids))
    capped = set()
    for po in session.scalars(select(PurchaseOrder).where(*mine)):
        books[po.account_id].purchase_orders[po.id] = po
        if po.cap_minor is not None:
            capped.add(po.account_id)
    if not capped:
        return
    used = (
        select(Document.account_id, Document.po_id, func.sum(Document.total_minor))
        .where(Document.account_id.in_(capped), Document.po_id.in_(ids))
        .group_by(Document.account_id, Document.po_id)
    )
    for account_id, po_id, minor in session.execute(used):
        books[account_id].po_used[po_id or 0] = int(minor)
