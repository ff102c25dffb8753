"""A small book in which every invariant has something to hold: changes, credits, payments, seats, trials."""

from dataclasses import replace
from datetime import timedelta

from data.money import Money
from data.period import Interval
from services.commands.credit_notes import CreditRequest, credit_invoice
from services.commands.payments import PaymentRequest, record_payment
from services.commands.seats import assign_seats
from services.permissions import Actor
from services.queries.credit_notes import preview_credit
from services.rules.changes import Timing
from services.rules.import_kinds import ImportKind
from services.rules.ordering import ItemKind, OrderItem
from tests.book_files import applied, planned
from tests.builders import TODAY, make_account
from tests.ordering import PRO, TRIAL, order, request


def build(admin: Actor) -> None:
    """Two accounts and what happened to them in three weeks."""
    madrid = make_account("madrid", rep=admin)
    berlin = make_account("berlin", rep=admin, country="DE", postal_code="10115", vat_number="", vat_state="unchecked")
    first = order(admin, request(madrid, PRO, TRIAL, key="first"))
    pro = first.subscription_ids[0]
    assign_seats(
        admin, madrid, pro, pasted="Ana <ana@madrid.example>\nIvo <ivo@madrid.example>", notify=True, today=TODAY
    )
    backup = OrderItem(ItemKind.PURCHASE, "backup-devices", 20, Interval.MONTH)
    second = order(admin, request(berlin, backup, key="second"), TODAY)
    more = replace(PRO, kind=ItemKind.CHANGE, subscription_id=pro)
    day = TODAY + timedelta(days=10)
    order(admin, request(madrid, replace(more, seats=15, timing=Timing.KEEP), key="kept"), day)
    day = TODAY + timedelta(days=20)
    reset = replace(more, seats=20, timing=Timing.RESET)
    order(admin, request(madrid, reset, key="reset", accepts_new_period=True), day)
    _pay(admin, berlin, "10000.00", "all of it and more")
    _pay(admin, madrid, "100.00", "a part")
    _pay(admin, madrid, "200.00", "another part")
    invoice = second.document_ids[-1]
    agreed = preview_credit(admin, berlin, invoice).total
    credit_invoice(admin, CreditRequest(berlin, invoice, "Wrong devices", "credit"), agreed=agreed, today=day)
    opening = planned(admin, "berlin,OLD-1,500.00", header="Account,Invoice,Amount\n", kind=ImportKind.BALANCES)
    assert len(applied(admin, opening)) == 1
    order(
        admin, request(madrid, OrderItem(ItemKind.PURCHASE, "signatures-standard", 5, Interval.YEAR), key="last"), day
    )


def _pay(admin: Actor, account: int, amount: str, key: str) -> None:
    day = TODAY + timedelta(days=20)
    money = Money.of(amount, "EUR")
    record_payment(admin, PaymentRequest(account, money, day, "bank_transfer", reference=key, request_key=key), day)
