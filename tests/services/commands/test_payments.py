"""Money received: what it pays, what is left as balance, what is taken back; once, in a ledger that agrees."""

import json
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from data import database
from data.models import AccountCredit, Allocation, Document, Payment, Posting, Subscription
from data.money import Money
from data.period import Interval
from services.commands.credit_notes import CreditRequest, credit_invoice
from services.commands.orders import place_order
from services.commands.payments import PaymentRequest, reallocate, record_payment, reverse_payment, spend_balance
from services.errors import Conflict, Invalid, NotAllowed, NotFound, RequestKeyReused
from services.facts.papers import sheet_text
from services.journal import payments as journal
from services.permissions import Actor
from services.queries.credit_notes import preview_credit
from services.queries.orders import preview_order
from services.rules.allocation import BalanceUse
from services.rules.changes import Timing
from services.rules.ordering import ItemKind, OrderItem
from services.rules.payments import BalanceTooSmall, MoreThanOpen, MoreThanPaid, NothingOpen, PaymentIsReversed
from tests.builders import TODAY, make_account, make_invoice
from tests.ordering import request
from tests.services.books import check_money, ledger

LATER = TODAY + timedelta(days=10)
PRO = OrderItem(ItemKind.PURCHASE, "support-pro", 10, Interval.YEAR)  # 1,440.00 + 21 % = 1,742.40
MEETINGS = OrderItem(ItemKind.PURCHASE, "meetings-team", 3, Interval.MONTH)


def euro(text: str) -> Money:
    return Money.of(text, "EUR")


def pay(
    actor: Actor, account: int, amount: str, *, key: str = "p-1", invoice: int | None = None, today: date = LATER
) -> int:
    """Record a transfer; its id."""
    wanted = PaymentRequest(account, euro(amount), today, "bank_transfer", "Transfer 4711", key, invoice)
    done = record_payment(actor, wanted, today)
    check_money()
    return done.payment_id


def left_open(account: int) -> list[int]:
    """Open minor units of the invoices, oldest first."""
    with database.read_session() as session:
        rows = select(Document.open_minor).where(Document.account_id == account, Document.kind == "invoice")
        return list(session.scalars(rows.order_by(Document.due_on, Document.number)))


def balance(account: int) -> int:
    """What is left of the balance, in minor units."""
    with database.read_session() as session:
        rows = select(func.sum(AccountCredit.left_minor)).where(AccountCredit.account_id == account)
        return int(session.scalar(rows) or 0)


def two_invoices(rep: Actor) -> tuple[int, int, int]:
    """An account with an older invoice of 1,742.40 and a newer one."""
    account = make_account(rep=rep)
    older = make_invoice(rep, account, PRO, key="older")
    newer = make_invoice(rep, account, MEETINGS, key="newer", today=TODAY + timedelta(days=3))
    return account, older, newer


def test_the_oldest_is_paid_first_and_a_part_is_a_part(rep: Actor, finance: Actor) -> None:
    account, older, newer = two_invoices(rep)
    total = left_open(account)
    payment = pay(finance, account, "1750.00")
    assert left_open(account) == [0, total[1] - (175000 - total[0])]
    with database.read_session() as session:
        rows = session.scalars(select(Allocation).order_by(Allocation.amount_minor.desc())).all()
        assert [(row.invoice_id, row.source, row.source_id, row.allocated_on) for row in rows] == [
            (older, "payment", payment, LATER),
            (newer, "payment", payment, LATER),
        ]
        posted = session.scalars(select(Posting).where(Posting.posted_on == LATER).order_by(Posting.position)).all()
        assert [(row.ledger_account, row.amount_minor, row.document_id) for row in posted] == [
            ("cash", total[0], older),
            ("receivables", -total[0], older),
            ("cash", 175000 - total[0], newer),
            ("receivables", total[0] - 175000, newer),
        ]
    assert balance(account) == 0


def test_a_chosen_invoice_comes_first_and_the_rest_is_balance(rep: Actor, finance: Actor) -> None:
    account, _older, newer = two_invoices(rep)
    total = left_open(account)
    pay(finance, account, "10.00", invoice=newer)
    assert left_open(account) == [total[0], total[1] - 1000]
    pay(finance, account, "5000.00", key="p-2", invoice=newer)
    assert left_open(account) == [0, 0]
    assert balance(account) == 501000 - sum(total) == -ledger()["customer_credit"]


def test_the_same_key_is_the_same_payment_and_another_content_is_refused(rep: Actor, finance: Actor) -> None:
    account, _, _ = two_invoices(rep)
    first = pay(finance, account, "100.00")
    assert pay(finance, account, "100.00") == first
    with pytest.raises(RequestKeyReused):
        pay(finance, account, "100.01")
    with database.read_session() as session:
        assert session.scalar(select(func.count()).select_from(Payment)) == 1
    assert ledger()["cash"] == 10000


def test_what_is_wrong_is_said_by_field(rep: Actor, finance: Actor) -> None:
    account, older, _ = two_invoices(rep)
    tomorrow = LATER + timedelta(days=1)
    wrong = PaymentRequest(account, Money(0, "EUR"), tomorrow, "cash", "4111 1111 1111 1111", "k")
    with pytest.raises(Invalid) as refused:
        record_payment(finance, wrong, LATER)
    assert [(problem.field, problem.code) for problem in refused.value.problems] == [
        ("amount", "not_positive"),
        ("received_on", "day_ahead"),
        ("payment_means", "not_a_choice"),
        ("reference", "card_number"),
    ]
    with pytest.raises(Invalid) as refused:
        record_payment(finance, PaymentRequest(account, Money(1, "USD"), LATER, "check", "", "k"), LATER)
    assert refused.value.problems[0].code == "other_currency"
    pay(finance, account, "1742.40", invoice=older)
    with pytest.raises(NothingOpen):
        pay(finance, account, "1.00", key="p-2", invoice=older)
    with pytest.raises(NotFound):
        pay(finance, account, "1.00", key="p-2", invoice=1)


def test_a_rep_sees_payments_and_does_not_record_them(rep: Actor, manager: Actor) -> None:
    account, _, _ = two_invoices(rep)
    for actor in (rep, manager):
        with pytest.raises(NotAllowed):
            pay(actor, account, "1.00")


def test_a_returned_payment_opens_its_invoices_again(rep: Actor, finance: Actor) -> None:
    account, _, _ = two_invoices(rep)
    total = left_open(account)
    payment = pay(finance, account, "9000.00")
    reverse_payment(finance, account, payment, reason="AC04: account closed", today=LATER + timedelta(days=2))
    check_money()
    assert (left_open(account), balance(account)) == (total, 0)
    assert "cash" not in ledger()
    with database.read_session() as session:
        amounts = list(session.scalars(select(Allocation.amount_minor)))
        assert sum(amounts) == 0 and len(amounts) == 4  # nothing is deleted
    with pytest.raises(PaymentIsReversed):
        reverse_payment(finance, account, payment, reason="again", today=LATER)
    with pytest.raises(Invalid):
        reverse_payment(finance, account, payment, reason="  ", today=LATER)


def test_what_a_returned_payment_had_paid_as_balance_is_open_again_too(rep: Actor, finance: Actor) -> None:
    account = make_account(rep=rep)
    payment = pay(finance, account, "2000.00")
    make_invoice(rep, account, PRO, today=LATER)
    assert (left_open(account), balance(account)) == ([0], 200000 - 174240)
    reverse_payment(finance, account, payment, reason="returned", today=LATER)
    check_money()
    assert (left_open(account), balance(account)) == ([174240], 0)


def test_the_balance_pays_the_next_invoice_oldest_first_and_the_invoice_says_so(rep: Actor, finance: Actor) -> None:
    account = make_account(rep=rep)
    first = pay(finance, account, "1000.00")
    second = pay(finance, account, "1000.00", key="p-2", today=LATER + timedelta(days=1))
    invoice = make_invoice(rep, account, PRO, today=LATER + timedelta(days=2))
    check_money()
    with database.read_session() as session:
        row = session.get_one(Document, (account, invoice))
        assert (row.total_minor, row.open_minor) == (174240, 0)
        left = {one.id: one.left_minor for one in session.scalars(select(AccountCredit))}
        sources = session.execute(select(Allocation.source_id, Allocation.amount_minor).order_by(Allocation.id)).all()
        sheet = sheet_text(session, row)
        assert "1,742.40" in sheet and "balance" in sheet.casefold()
    assert left == {first: 0, second: 200000 - 174240}
    assert sorted(map(tuple, sources)) == sorted([(first, 100000), (second, 74240)])
    assert "receivables" not in ledger()


def test_the_review_of_an_order_says_what_the_balance_pays(rep: Actor, finance: Actor) -> None:
    account = make_account(rep=rep)
    pay(finance, account, "1000.00")
    wanted = request(account, PRO)
    preview = preview_order(rep, wanted, today=LATER)
    assert (preview.total, preview.from_balance, preview.to_pay) == (euro("1742.40"), euro("1000.00"), euro("742.40"))
    assert "1,000.00" in json.dumps(preview.draft_sheet)
    place_order(rep, wanted, agreed=preview.total, today=LATER)
    assert left_open(account) == [preview.to_pay.minor]
    with database.read_session() as session:
        subscription = session.scalars(select(Subscription.id)).one()
    pay(finance, account, "5000.00", key="p-2")
    more = OrderItem(
        ItemKind.CHANGE, "support-pro", 15, Interval.YEAR, subscription_id=subscription, timing=Timing.RESET
    )
    wanted = request(account, more, key="more", accepts_new_period=True)
    later = LATER + timedelta(days=30)
    before, preview = balance(account), preview_order(rep, wanted, today=later)
    place_order(rep, wanted, agreed=preview.total, today=later)
    check_money()
    assert balance(account) == before - preview.from_balance.minor  # the credit note of the order itself comes first
    assert left_open(account)[-1] == 0 and preview.from_balance == preview.total


def test_what_a_credit_note_leaves_is_balance_and_is_used(rep: Actor, finance: Actor) -> None:
    account = make_account(rep=rep)
    invoice = make_invoice(rep, account, PRO)
    pay(finance, account, "1742.40")
    total = preview_credit(finance, account, invoice).total
    credit_invoice(finance, CreditRequest(account, invoice, "Wrong company", "c-1"), agreed=total, today=LATER)
    check_money()
    assert balance(account) == 174240
    make_invoice(rep, account, MEETINGS, key="next", today=LATER)
    check_money()
    with database.read_session() as session:
        assert session.scalars(select(Allocation.source)).all().count("credit_note") == 1
    assert left_open(account)[-1] == 0 and balance(account) < 174240


def test_a_payment_moves_to_other_invoices(rep: Actor, finance: Actor) -> None:
    account, older, newer = two_invoices(rep)
    total = left_open(account)
    payment = pay(finance, account, "500.00")
    done = reallocate(finance, account, payment, {newer: euro("20.00")}, today=LATER)
    check_money()
    assert left_open(account) == [total[0], total[1] - 2000]
    assert done.balance == euro("480.00") and balance(account) == 48000
    reallocate(finance, account, payment, {older: euro("500.00")}, today=LATER)
    check_money()
    assert (left_open(account), balance(account)) == ([total[0] - 50000, total[1]], 0)
    with pytest.raises(MoreThanPaid):
        reallocate(finance, account, payment, {older: euro("500.01")}, today=LATER)
    with pytest.raises(MoreThanOpen):
        reallocate(finance, account, payment, {newer: euro("499.00")}, today=LATER)
    with pytest.raises(Invalid):
        reallocate(finance, account, payment, {newer: euro("-1.00")}, today=LATER)


def test_the_balance_pays_an_open_invoice_when_finance_says_so(rep: Actor, finance: Actor) -> None:
    account, older, newer = two_invoices(rep)
    total = left_open(account)
    payment = pay(finance, account, "500.00")
    reallocate(finance, account, payment, {}, today=LATER)
    assert spend_balance(finance, account, newer, today=LATER) == Money(total[1], "EUR")
    check_money()
    assert spend_balance(finance, account, older, today=LATER) == Money(50000 - total[1], "EUR")
    check_money()
    with pytest.raises(BalanceTooSmall):
        spend_balance(finance, account, older, today=LATER)
    with pytest.raises(NothingOpen):
        spend_balance(finance, account, newer, today=LATER)


def test_the_journal_itself_refuses_more_than_there_is(rep: Actor, finance: Actor) -> None:
    """Whatever a command overlooked: open amounts and balances are guarded where they are written."""
    account = make_account(rep=rep)
    invoice = make_invoice(rep, account, PRO)
    payment = pay(finance, account, "1800.00")
    for minor in (1, -174241):  # nothing is open any more, and no more than the total can be
        with pytest.raises(Conflict), database.write_session() as session:
            journal.allocate(session, account, "payment", payment, {invoice: minor}, LATER)
    use = BalanceUse("payment", payment, euro("57.61"))  # 57.60 is left
    with pytest.raises(Conflict), database.write_session() as session:
        journal.book_balance(session, account, invoice, [use], LATER)
    check_money()
