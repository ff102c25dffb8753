"""A world in which each command works: a rep's account with one of everything."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select, update

from data import database
from data.identity import derive_id
from data.models import Account, LicensedUser, OutboxMail, Seat, Subscription, User
from data.money import Money
from services.commands.approvals import ask_approval
from services.commands.carts import add_to_cart
from services.commands.deputies import name_deputy
from services.commands.disputes import open_dispute
from services.commands.money_requests import WriteOffRequest, ask_write_off
from services.commands.payments import PaymentRequest, reallocate, record_payment
from services.commands.user_groups import create_group
from services.deeds.approvals.discount import discount
from services.permissions import Actor, Role
from services.queries.accounts import account_card
from services.queries.book_imports import BookPlan
from services.queries.credit_notes import preview_credit
from services.queries.imports import ImportPlan
from services.queries.usage_imports import UsagePlan
from services.rules.account_form import AccountForm
from services.rules.approvals import Asked
from services.rules.contact_form import ContactForm
from services.rules.order_request import OrderRequest
from services.rules.pricing import Discount
from tests.book_files import planned
from tests.builders import (
    TODAY,
    add,
    make_account,
    make_contact,
    make_grant,
    make_invoice,
    make_licensed_user,
    make_purchase_order,
    make_seat,
    make_subscription,
    make_team,
    make_user,
)
from tests.import_files import plan
from tests.ordering import PRO, TRIAL, order
from tests.services.commands import act_calls, billing_calls, closing_calls, money_calls

ADA = ContactForm("Ada Vidal", "ada@acme.example")
NEW = AccountForm(legal_name="Nova, S.L.", country="ES", currency="EUR")
MEETINGS = replace(PRO, plan="meetings-team")
THREE = replace(TRIAL, seats=3)
WATCHING = replace(TRIAL, plan="monitoring-plus", seats=4)
LATER = TODAY + timedelta(days=30)


@dataclass(frozen=True, slots=True)
class World:
    """A rep's account with one of everything, by id; who else is there; what the rep was shown before."""

    account: int
    billing: int
    contact: int
    po: int
    user: int
    subscription: int
    second: int
    group: int
    invited: tuple[int, int]
    trial: int
    invoice: int
    line: int
    mail: int
    team: int
    deputy: int
    actors: dict[Role, Actor]
    other_rep: Actor
    plan: ImportPlan
    usage: UsagePlan
    book: BookPlan
    credit: Money
    owed: int
    disputed: int
    asked: tuple[int, int, int]
    payment: int
    statement: int
    write_off: int
    leaver: int
    switched_off: int
    debits: money_calls.Debits

    @property
    def form(self) -> AccountForm:
        """The account's form, with another city."""
        return replace(account_card(self.actors[Role.ADMIN], self.account, TODAY).form, city="Toledo")

    @property
    def version(self) -> int:
        """The account's version now."""
        return version(Account, self.account)

    @property
    def user_version(self) -> int:
        """The licensed user's version now."""
        return version(LicensedUser, (self.account, self.user))


def latest_release() -> int:
    """The last release of seats."""
    with database.read_session() as session:
        latest = select(Seat.release_id).where(Seat.release_id.is_not(None)).order_by(Seat.released_at.desc()).limit(1)
        return session.scalar(latest) or 0


def half_off(key: str) -> Asked:
    """A request for a discount."""
    return discount(PRO.plan, Discount(percent=Decimal(50)), "Big deal", request_key=key)


def version(model: Any, key: Any) -> int:
    """The version of a row now."""
    with database.read_session() as session:
        return int(session.get_one(model, key).version)


def build_world(rep: Actor, other_rep: Actor, admin: Actor) -> World:
    """One of everything, for a rep."""
    actors = {Role.SALES_REP: rep, Role.ADMIN: admin}
    actors |= {role: make_user(role) for role in Role if role not in actors}
    team = make_team("Corporate Account Services")
    account = make_account("acme", rep=rep, team_id=team)
    make_account("second", rep=rep)
    make_grant(actors[Role.LICENCE_MANAGER], account)
    invoice = make_invoice(rep, account)
    owed = make_invoice(rep, account, replace(PRO, plan="backup-devices"), key="owed")
    disputed = make_invoice(rep, account, replace(PRO, plan="signatures-standard"), key="disputed")
    open_dispute(rep, account, disputed, reason="Wrong price", today=TODAY)
    received = PaymentRequest(account, Money(500, "EUR"), TODAY, "bank_transfer", "T-0", "p-0")
    deputy = name_deputy(rep, other_rep.user_id, starts_on=TODAY + timedelta(days=1), ends_on=LATER, today=TODAY)
    with database.write_session() as session:
        session.execute(update(OutboxMail).values(status="failed"))
        mail = session.scalars(select(OutboxMail.id)).first()
        subscription = session.scalars(select(Subscription.id).where(Subscription.plan == PRO.plan)).one()
    trial = order(rep, OrderRequest(account, "trial", (WATCHING,))).subscription_ids[0]
    billing_calls.hold_and_park(account)
    closing_calls.prepare_months(admin)
    payment = record_payment(admin, received, TODAY).payment_id
    reallocate(admin, account, payment, {}, today=TODAY)
    given_up = WriteOffRequest(account, owed, Money(100, "EUR"), "Insolvent", "w-0")
    second = make_subscription(account, "support-business", seats=5, starts_on=LATER)
    act_calls.await_fewer_seats(account, second)
    mine, sales = (ask_approval(rep, account, half_off(key), TODAY) for key in ("d-2", "d-3"))
    asked = (mine, sales, ask_write_off(rep, given_up, today=TODAY))
    billing = account_card(rep, account, TODAY).billing_contact
    assert billing and mail
    return World(
        account=account,
        billing=billing.contact_id,
        contact=make_contact(account, email="bea@acme.example"),
        po=make_purchase_order(account),
        user=make_licensed_user(account),
        subscription=subscription,
        second=second,
        group=create_group(rep, account, "First", today=TODAY),
        invited=(_invited(account, second, "eva"), _invited(account, second, "fay")),
        trial=trial,
        invoice=invoice,
        line=add_to_cart(rep, account, replace(TRIAL, seats=2), today=TODAY),
        mail=mail,
        team=team,
        deputy=deputy,
        actors=actors,
        other_rep=other_rep,
        usage=UsagePlan((), {}, TODAY),
        plan=plan(rep, "N1,Norte SA,Spain,EUR,Madrid,,,"),
        book=planned(admin, "S-1,second,support-pro,1,monthly,2026-01-20,,no,yes,16"),
        credit=preview_credit(admin, account, invoice).total,
        owed=owed,
        disputed=disputed,
        asked=asked,
        payment=payment,
        write_off=money_calls.give_up(rep, admin, account, disputed),
        leaver=make_licensed_user(account, "leaver@acme.example"),
        switched_off=_switched_off(),
        statement=money_calls.take_in(admin),
        debits=money_calls.collect(rep, admin),
    )


def _invited(account: int, subscription: int, name: str) -> int:
    """The seat of an invitation that nobody has accepted."""
    user = make_licensed_user(account, f"{name}@acme.example")
    return make_seat(account, subscription, user, assigned_on=TODAY, is_pending=True, origin="invited")


def _switched_off() -> int:
    """A user who may not sign in any more."""
    user = derive_id(TODAY, "user", "former@portal.example")
    add(User(id=user, email="former@portal.example", name="Former", role=Role.FINANCE, is_active=False))
    return user
