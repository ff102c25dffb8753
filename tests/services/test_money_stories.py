"""Money in random stories: paid, moved, taken back, credited, refunded, written off, collected; the books agree."""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from data import database
from data.models import Approval, Debit, DebitBatch, Document, DocumentLine, Payment
from data.money import Money
from data.period import Interval
from services import integrity
from services.commands.approvals import decide_money
from services.commands.credit_notes import CreditRequest, credit_invoice
from services.commands.debits import DebitBatchRequest, ReturnReason, book_batch, make_batch, return_debit
from services.commands.disputes import close_dispute, open_dispute
from services.commands.money_requests import RefundRequest, WriteOffRequest, ask_refund, ask_write_off
from services.commands.payments import PaymentRequest, reallocate, record_payment, reverse_payment, spend_balance
from services.errors import Refusal
from services.permissions import Actor
from services.queries.credit_notes import preview_credit
from services.queries.debits import to_collect
from services.rules.banking_days import banking_day_after
from services.rules.credits import CreditScope
from services.rules.ordering import ItemKind, OrderItem
from tests.builders import TODAY, make_account, make_invoice
from tests.services.books import check_money

PLANS = ("support-pro", "meetings-company", "backup-devices", "signatures-standard", "monitoring-plus")
AMOUNTS = (1, 999, 50000, 174240, 300000)
STEPS = 90


@dataclass
class Story:
    """An account whose money moves at random, by whoever may."""

    chance: random.Random
    admin: Actor
    finance: Actor
    account: int
    day: date = TODAY
    step: int = 0
    done: Counter[str] = field(default_factory=Counter)

    @property
    def key(self) -> str:
        return f"k-{self.step}"

    def amount(self) -> Money:
        return Money(self.chance.choice(AMOUNTS), "EUR")

    def any_of(self, *columns: object, where: object = True) -> object | None:
        """A row at random; None where there is none."""
        with database.read_session() as session:
            rows = session.execute(select(*columns).where(where)).all()  # type: ignore[call-overload]
        return self.chance.choice(rows) if rows else None

    def invoice(self) -> int:
        row = self.any_of(Document.id, where=Document.kind == "invoice")
        return row[0] if row else 0  # type: ignore[index]

    def payment(self) -> int:
        row = self.any_of(Payment.id, where=Payment.reversed_on.is_(None))
        return row[0] if row else 0  # type: ignore[index]

    def order(self) -> None:
        item = OrderItem(ItemKind.PURCHASE, self.chance.choice(PLANS), self.chance.choice((10, 60)), Interval.MONTH)
        make_invoice(self.admin, self.account, item, key=self.key, today=self.day)

    def pay(self) -> None:
        chosen = self.chance.choice((None, self.invoice() or None))
        wanted = PaymentRequest(self.account, self.amount(), self.day, "check", "T", self.key, chosen)
        record_payment(self.finance, wanted, self.day)

    def reverse(self) -> None:
        reverse_payment(self.finance, self.account, self.payment(), reason="Returned", today=self.day)

    def move(self) -> None:
        parts = dict.fromkeys({self.invoice(), self.invoice()}, self.amount())
        reallocate(self.finance, self.account, self.payment(), parts, today=self.day)

    def spend(self) -> None:
        spend_balance(self.finance, self.account, self.invoice(), today=self.day)

    def credit(self) -> None:
        invoice, net = self.invoice(), self.chance.choice((None, self.amount()))
        lines = self.any_of(DocumentLine.id, where=DocumentLine.document_id == invoice)
        scope = CreditScope((lines[0],) if lines and self.chance.random() < 0.5 else (), net)  # type: ignore[index]
        total = preview_credit(self.finance, self.account, invoice, scope).total
        request = CreditRequest(self.account, invoice, "Wrong", self.key, scope)
        credit_invoice(self.finance, request, agreed=total, today=self.day)

    def refund(self) -> None:
        request = RefundRequest(self.account, self.amount(), "bank_transfer", "R", self.key)
        self.decide(ask_refund(self.admin, request, today=self.day))

    def write_off(self) -> None:
        request = WriteOffRequest(self.account, self.invoice(), self.amount(), "W", self.key)
        self.decide(ask_write_off(self.admin, request, today=self.day))

    def decide(self, approval: int) -> None:
        with database.read_session() as session:
            assert session.get_one(Approval, (self.account, approval)).status == "pending"
        decide_money(self.finance, self.account, approval, is_approved=True, reason="", today=self.day)

    def dispute(self) -> None:
        open_dispute(self.finance, self.account, self.invoice(), reason="Wrong", today=self.day)

    def settle(self) -> None:
        close_dispute(self.finance, self.account, self.invoice(), outcome="Agreed", today=self.day)

    def collect(self) -> None:
        on = banking_day_after(self.day)
        found = to_collect(self.finance, "es", on)[:2]
        keys = tuple((one.account_id, one.invoice_id) for one in found)
        agreed = Money.total((one.open for one in found), "EUR")
        make_batch(self.finance, DebitBatchRequest("es", on, keys, self.key), agreed=agreed, today=self.day)

    def book(self) -> None:
        row = self.any_of(DebitBatch.id, where=DebitBatch.status == "open")
        list(book_batch(self.finance, row[0] if row else 0, today=self.day))  # type: ignore[index]

    def bounce(self) -> None:
        row = self.any_of(Debit.id, where=Debit.status.in_(("open", "collected")))
        debit = row[0] if row else 0  # type: ignore[index]
        return_debit(self.finance, self.account, debit, ReturnReason.NO_FUNDS, today=self.day)

    @property
    def acts(self) -> tuple[Callable[[], None], ...]:
        often = (self.order, self.pay, self.pay, self.pay, self.reverse, self.move, self.spend, self.credit)
        return (
            *often,
            self.refund,
            self.write_off,
            self.dispute,
            self.settle,
            *[self.collect, self.book] * 2,
            self.bounce,
        )


@pytest.mark.parametrize("seed", range(1, 5))
def test_the_money_agrees_after_every_step_of_a_random_story(
    db: object, admin: Actor, finance: Actor, seed: int
) -> None:
    mandate = {"iban": "ES9121000418450200051332", "mandate_reference": "M", "mandate_signed_on": date(2026, 1, 1)}
    account = make_account("madrid", rep=admin, payment_means="sepa_debit", net_days=0, **mandate)
    story = Story(random.Random(seed), admin, finance, account)
    for step in range(STEPS):
        story.step, story.day = step, story.day + timedelta(days=story.chance.choice((0, 1, 4)))
        act = story.chance.choice(story.acts)
        try:
            act()
        except Refusal as refusal:
            story.done[f"{act.__name__} refused: {refusal.code}"] += 1
        else:
            story.done[act.__name__] += 1
        check_money()
    with database.read_session() as session:
        money = [check for check in integrity.CHECKS if check.group in ("money", "documents")]
        assert [found for check in money for found in check.offenders(session)] == []
    assert story.done["pay"] >= 5 and sum(story.done[name] for name in ("reverse", "move", "credit")) >= 3, story.done
