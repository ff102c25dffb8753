"""Direct debits: a file the bank takes, each invoice in one batch, collections booked once, returns reopening."""

import xml.etree.ElementTree as ET
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import func, select, update

from data import database
from data.models import Debit, Document, Payment, SellerBank
from data.money import Money
from services.commands.debits import DebitBatchRequest, book_batch, cancel_batch, make_batch, return_debit
from services.commands.disputes import open_dispute
from services.commands.payments import PaymentRequest, record_payment
from services.errors import Invalid, NotAllowed, NotFound
from services.permissions import Actor
from services.queries.debits import batch_card, batch_file, batches, creditors, to_collect
from services.rules.debits import (
    BatchIsClosed,
    DebitChanged,
    DebitIsClosed,
    NoCreditor,
    NotCollectedYet,
    NothingToCollect,
    ReturnReason,
)
from services.rules.ordering import ItemKind, OrderItem
from tests.builders import TODAY, make_account, make_invoice
from tests.services.books import check_money, ledger

DUE = TODAY + timedelta(days=30)  # Monday, 11 May 2026
NEXT = date(2026, 5, 12)
SEPA = {
    "payment_means": "sepa_debit",
    "iban": "ES9121000418450200051332",
    "bic": "CAIXESBBXXX",
    "mandate_reference": "M-1",
    "mandate_signed_on": date(2026, 1, 1),
}
BACKUP = OrderItem(ItemKind.PURCHASE, "backup-devices", 10)


def debtor(rep: Actor, code: str = "acme", **columns: Any) -> int:
    return make_account(code, rep=rep, **(SEPA | columns))


def make(actor: Actor, *, on: date = NEXT, today: date = DUE, key: str = "b-1") -> int:
    """Collect everything there is."""
    found = to_collect(actor, "es", on)
    request = DebitBatchRequest("es", on, tuple((one.account_id, one.invoice_id) for one in found), key)
    return make_batch(actor, request, agreed=Money.total((one.open for one in found), "EUR"), today=today)


def book(actor: Actor, batch: int, today: date = NEXT) -> int:
    done = len(list(book_batch(actor, batch, today=today)))
    check_money()
    return done


def left_open(account: int) -> int:
    with database.read_session() as session:
        return session.scalar(select(func.sum(Document.open_minor)).where(Document.account_id == account)) or 0


def texts(xml: bytes, tag: str) -> list[str | None]:
    return [node.text for node in ET.fromstring(xml).iter() if node.tag.endswith("}" + tag)]


def test_a_file_is_made_that_the_bank_takes(rep: Actor, finance: Actor) -> None:
    account = debtor(rep, legal_name="Núñez & Söhne, S.A.")
    make_invoice(rep, account)
    make_invoice(rep, account, BACKUP, key="second")
    batch = make(finance)
    file = batch_file(finance, batch)
    assert file.name == "debits-es-2026-05-12.xml" and b"pain.008.001.08" in file.content
    assert texts(file.content, "ReqdColltnDt") == ["2026-05-12"] * 2
    assert sorted(texts(file.content, "SeqTp")) == ["FRST", "RCUR"]
    assert texts(file.content, "MndtId") == ["M-1", "M-1"]
    assert texts(file.content, "NbOfTxs")[0] == "2"
    card = batch_card(finance, batch)
    assert texts(file.content, "CtrlSum")[0] == str(card.total.major)
    assert {line.status for line in card.lines} == {"open"} and card.can_be_cancelled
    assert "Invoice INVES-2026-000001" in file.content.decode() or "Factura INVES-2026-000001" in file.content.decode()
    assert b"Nunez" in file.content  # the bank's character set


def test_an_invoice_is_in_one_open_batch(rep: Actor, finance: Actor) -> None:
    account = debtor(rep)
    invoice = make_invoice(rep, account)
    batch = make(finance)
    assert make(finance) == batch  # the same key, although nothing is left to collect
    assert to_collect(finance, "es", NEXT) == ()
    request = DebitBatchRequest("es", NEXT, ((account, invoice),), "other")
    with pytest.raises(DebitChanged):
        make_batch(finance, request, agreed=Money(174240, "EUR"), today=DUE)
    cancel_batch(finance, batch, today=DUE)
    assert len(to_collect(finance, "es", NEXT)) == 1
    again = make(finance, key="b-2")
    assert batch_card(finance, again).lines[0].sequence == "FRST"  # what was cancelled never used the mandate


def test_what_cannot_be_collected_is_left_out(rep: Actor, finance: Actor) -> None:
    for code, columns in {
        "transfer": {"payment_means": "bank_transfer"},
        "unsigned": {"mandate_signed_on": None},
        "signedlater": {"mandate_signed_on": NEXT + timedelta(days=1)},
        "noiban": {"iban": ""},
    }.items():
        make_invoice(rep, debtor(rep, code), key=code, payment_means="bank_transfer")
        with database.write_session() as session:
            from data.identity import account_id
            from data.models import Account

            session.execute(update(Account).where(Account.id == account_id(code)).values(**(SEPA | columns)))
    assert to_collect(finance, "es", NEXT) == ()
    account = debtor(rep)
    invoice = make_invoice(rep, account)
    assert to_collect(finance, "es", DUE - timedelta(days=1)) == ()  # not due
    assert len(to_collect(finance, "es", DUE)) == 1
    open_dispute(rep, account, invoice, reason="Wrong", today=TODAY)
    assert to_collect(finance, "es", NEXT) == ()


def test_a_collection_is_booked_once(rep: Actor, finance: Actor) -> None:
    account, other = debtor(rep), debtor(rep, "other", mandate_reference="M-2")
    make_invoice(rep, account)
    make_invoice(rep, other, key="other")
    batch = make(finance)
    with pytest.raises(NotCollectedYet):
        book(finance, batch, DUE)
    assert book(finance, batch) == 2
    assert (left_open(account), left_open(other)) == (0, 0)
    assert ledger()["cash"] == 2 * 174240
    for again in (lambda: book(finance, batch), lambda: cancel_batch(finance, batch, today=NEXT)):
        with pytest.raises(BatchIsClosed):
            again()
    frame, total, _sums = batches(finance)
    assert (total, frame.iloc[0]["status"], frame.iloc[0]["count"]) == (1, "booked", 2)


def test_an_interrupted_booking_goes_on(rep: Actor, finance: Actor) -> None:
    for code in ("one", "two", "three"):
        make_invoice(rep, debtor(rep, code), key=code)
    batch = make(finance)
    steps = book_batch(finance, batch, today=NEXT)
    next(steps)
    steps.close()
    assert batch_card(finance, batch).status == "open"
    assert book(finance, batch) == 2
    with database.read_session() as session:
        assert session.scalar(select(func.count()).select_from(Payment)) == 3


def test_a_return_opens_the_invoice_again(rep: Actor, finance: Actor) -> None:
    account = debtor(rep)
    make_invoice(rep, account)
    batch = make(finance)
    book(finance, batch)
    (line,) = batch_card(finance, batch).lines
    return_debit(finance, account, line.debit_id, ReturnReason.NO_FUNDS, today=NEXT + timedelta(days=3))
    check_money()
    assert left_open(account) == 174240 and "cash" not in ledger()
    card = batch_card(finance, batch)
    assert (card.lines[0].status, card.lines[0].return_reason, card.returned) == ("returned", "AM04", card.total)
    with pytest.raises(DebitIsClosed):
        return_debit(finance, account, line.debit_id, ReturnReason.NO_FUNDS, today=NEXT)
    later = NEXT + timedelta(days=7)
    again = make(finance, on=later, today=NEXT + timedelta(days=3), key="b-2")
    assert batch_card(finance, again).lines[0].sequence == "RCUR"


def test_what_returns_before_it_was_booked_is_no_payment(rep: Actor, finance: Actor) -> None:
    account = debtor(rep)
    make_invoice(rep, account)
    batch = make(finance)
    (line,) = batch_card(finance, batch).lines
    return_debit(finance, account, line.debit_id, ReturnReason.ACCOUNT_CLOSED, today=DUE)
    assert book(finance, batch) == 0 and left_open(account) == 174240


def test_what_was_paid_meanwhile_becomes_balance(rep: Actor, finance: Actor) -> None:
    account = debtor(rep)
    make_invoice(rep, account)
    batch = make(finance)
    wanted = PaymentRequest(account, Money(174240, "EUR"), DUE, "bank_transfer", "T", "p-1")
    record_payment(finance, wanted, DUE)
    book(finance, batch)
    assert ledger()["customer_credit"] == -174240


def test_what_is_wrong_is_said(rep: Actor, finance: Actor, manager: Actor) -> None:
    account = debtor(rep)
    invoice = make_invoice(rep, account)
    keys = ((account, invoice),)
    total = Money(174240, "EUR")
    for day in (DUE, date(2026, 5, 16), DUE + timedelta(days=90)):  # today, a Saturday, too far
        with pytest.raises(Invalid):
            make_batch(finance, DebitBatchRequest("es", day, keys, "k"), agreed=total, today=DUE)
    with pytest.raises(NothingToCollect):
        make_batch(finance, DebitBatchRequest("es", NEXT, (), "k"), agreed=total, today=DUE)
    with pytest.raises(DebitChanged):
        make_batch(finance, DebitBatchRequest("es", NEXT, keys, "k"), agreed=Money(1, "EUR"), today=DUE)
    with pytest.raises(NotFound):
        make_batch(finance, DebitBatchRequest("xx", NEXT, keys, "k"), agreed=total, today=DUE)
    for actor in (rep, manager):
        with pytest.raises(NotAllowed):
            make_batch(actor, DebitBatchRequest("es", NEXT, keys, "k"), agreed=total, today=DUE)
    assert [one.code for one in creditors(finance)] == ["es"]
    with database.write_session() as session:
        session.execute(update(SellerBank).where(SellerBank.currency == "EUR").values(iban=""))
    assert creditors(finance) == ()
    with pytest.raises(NoCreditor):
        make_batch(finance, DebitBatchRequest("es", NEXT, keys, "k"), agreed=total, today=DUE)


@pytest.mark.postgresql
def test_two_batches_at_once_take_an_invoice_once(rep: Actor, finance: Actor) -> None:
    account = debtor(rep)
    invoice = make_invoice(rep, account)
    start = Barrier(2)

    def send(key: str) -> Any:
        start.wait()
        request = DebitBatchRequest("es", NEXT, ((account, invoice),), key)
        try:
            return make_batch(finance, request, agreed=Money(174240, "EUR"), today=DUE)
        except DebitChanged as refusal:
            return refusal

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(send, ("a", "b")))
    assert sum(isinstance(answer, int) for answer in answers) == 1
    with database.read_session() as session:
        assert session.scalar(select(func.count()).select_from(Debit)) == 1
