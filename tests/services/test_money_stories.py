"""Money in random stories: whatever is paid, moved, taken back or credited, the books agree after every step."""

import random
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import select

from data import database
from data.models import Document, Payment
from data.money import Money
from data.period import Interval
from services.commands.credit_notes import CreditRequest, credit_invoice
from services.commands.payments import PaymentRequest, reallocate, record_payment, reverse_payment, spend_balance
from services.errors import Refusal
from services.permissions import Actor
from services.queries.credit_notes import preview_credit
from services.rules.ordering import ItemKind, OrderItem
from tests.builders import TODAY, make_account, make_invoice
from tests.services.books import check_money

PLANS = ("support-pro", "meetings-company", "backup-devices")
STEPS = 40


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_money_agrees_after_every_step_of_a_random_story(db: object, admin: Actor, seed: int) -> None:
    chance = random.Random(seed)
    account = make_account("madrid", rep=admin)
    day, done = TODAY, Counter[str]()
    for step in range(STEPS):
        day += timedelta(days=chance.choice((0, 1, 9)))
        what = chance.choice(("order", "pay", "pay", "reverse", "reallocate", "spend", "credit"))
        with database.read_session() as session:
            invoices = list(session.scalars(select(Document.id).where(Document.kind == "invoice")))
            payments = list(session.scalars(select(Payment.id).where(Payment.reversed_on.is_(None))))
        amount = Money(chance.choice((1, 999, 50000, 174240, 300000)), "EUR")
        try:
            if what == "order":
                item = OrderItem(ItemKind.PURCHASE, chance.choice(PLANS), chance.choice((10, 60)), Interval.MONTH)
                make_invoice(admin, account, item, key=f"o-{step}", today=day)
            elif what == "pay":
                chosen = chance.choice([None, *invoices])
                wanted = PaymentRequest(account, amount, day, "check", "T", f"p-{step}", chosen)
                record_payment(admin, wanted, day)
            elif what == "reverse" and payments:
                reverse_payment(admin, account, chance.choice(payments), reason="Returned", today=day)
            elif what == "reallocate" and payments:
                parts = dict.fromkeys(chance.sample(invoices, min(len(invoices), 2)), amount)
                reallocate(admin, account, chance.choice(payments), parts, today=day)
            elif what == "spend" and invoices:
                spend_balance(admin, account, chance.choice(invoices), today=day)
            elif what == "credit" and invoices:
                invoice = chance.choice(invoices)
                total = preview_credit(admin, account, invoice).total
                credit_invoice(admin, CreditRequest(account, invoice, "Wrong", f"c-{step}"), agreed=total, today=day)
            else:
                continue
        except Refusal as refusal:
            done[f"{what} refused: {refusal.code}"] += 1
        else:
            done[what] += 1
        check_money()
    assert done["pay"] >= 3 and done["reverse"] >= 1, done
