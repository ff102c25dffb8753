"""Two who credit the same invoice at the same moment: one credit note, whoever comes first."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import func, select

from data import database
from data.models import Document, IssuedNumber
from services.commands.credit_notes import CreditedInvoice, CreditRequest, credit_invoice
from services.errors import InvoiceNotCreditable, Refusal
from services.permissions import Actor
from services.queries.credit_notes import preview_credit
from tests.builders import TODAY, make_account, make_invoice

pytestmark = pytest.mark.postgresql


def race(actor: Actor, *requests: CreditRequest) -> list[CreditedInvoice | Refusal]:
    """What became of requests sent at the same moment."""
    agreed = preview_credit(actor, requests[0].account_id, requests[0].invoice_id).total
    start = Barrier(len(requests))

    def send(request: CreditRequest) -> CreditedInvoice | Refusal:
        start.wait()
        try:
            return credit_invoice(actor, request, agreed=agreed, today=TODAY)
        except Refusal as refusal:
            return refusal

    with ThreadPoolExecutor(len(requests)) as pool:
        return list(pool.map(send, requests))


def credit_notes() -> tuple[int, int]:
    """Credit notes, and numbers given in their series."""
    with database.read_session() as session:
        notes = session.scalar(select(func.count()).where(Document.kind == "credit_note")) or 0
        return notes, session.scalar(select(func.count()).where(IssuedNumber.series == "CNES")) or 0


def test_two_keys_credit_once(rep: Actor, finance: Actor) -> None:
    account = make_account(rep=rep)
    invoice = make_invoice(rep, account)
    answers = race(finance, *(CreditRequest(account, invoice, "Wrong", key) for key in ("a", "b", "c")))
    assert sum(isinstance(answer, CreditedInvoice) for answer in answers) == 1
    assert sum(isinstance(answer, InvoiceNotCreditable) for answer in answers) == 2
    assert credit_notes() == (1, 1)


def test_a_double_click_gives_one_credit_note_twice(rep: Actor, finance: Actor) -> None:
    account = make_account(rep=rep)
    invoice = make_invoice(rep, account)
    answers = race(finance, *[CreditRequest(account, invoice, "Wrong", "same")] * 3)
    numbers = {answer.number for answer in answers if isinstance(answer, CreditedInvoice)}
    assert numbers == {"CNES-2026-000001"} and len(answers) == 3
    assert credit_notes() == (1, 1)
