"""A whole invoice taken back: lines, tax, set-off, balance, postings and mail; once, and only by finance."""

import json
from collections import defaultdict
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from data import database
from data.models import (
    AuditEntry,
    Correction,
    Document,
    DocumentLine,
    IssuedNumber,
    LineCorrection,
    OutboxMail,
    Posting,
    Seller,
    Subscription,
)
from data.money import Money
from data.period import Interval
from services.commands.credit_notes import CreditedInvoice, CreditRequest, credit_invoice
from services.errors import (
    CreditChanged,
    Invalid,
    InvoiceNotCreditable,
    NotAllowed,
    NotFound,
    RequestKeyReused,
    SellerIncomplete,
)
from services.facts.papers import sheet_text
from services.permissions import Actor
from services.queries.credit_notes import preview_credit
from services.queries.invoice_card import invoice_card, paper
from services.rules.changes import Timing
from services.rules.ordering import ItemKind, OrderItem
from tests.builders import TODAY, make_account, make_contact, make_invoice, make_user

PRO = OrderItem(ItemKind.PURCHASE, "support-pro", 10, Interval.YEAR)
MEETINGS = OrderItem(ItemKind.PURCHASE, "meetings-team", 3, Interval.MONTH)
LATER = TODAY + timedelta(days=20)
REASON = "Wrong company invoiced"


def credit(actor: Actor, account: int, invoice: int, *, key: str = "c-1", today: date = LATER) -> CreditedInvoice:
    """Credit what the preview shows."""
    agreed = preview_credit(actor, account, invoice).total
    return credit_invoice(actor, CreditRequest(account, invoice, REASON, key), agreed=agreed, today=today)


def counts() -> list[int]:
    """Rows in all tables that a credit note writes."""
    with database.read_session() as session:
        models = (Document, DocumentLine, LineCorrection, Correction, Posting, OutboxMail, IssuedNumber, AuditEntry)
        return [session.scalar(select(func.count()).select_from(model)) or 0 for model in models]


def balances() -> dict[str, int]:
    """Ledger account → sum; every entry adds up to 0."""
    sums: dict[str, int] = defaultdict(int)
    entries: dict[int, int] = defaultdict(int)
    with database.read_session() as session:
        for posting in session.scalars(select(Posting)):
            sums[posting.ledger_account] += posting.amount_minor
            entries[posting.entry_id] += posting.amount_minor
    assert set(entries.values()) <= {0}
    return {name: amount for name, amount in sums.items() if amount}


def test_an_open_invoice_is_settled_whole(rep: Actor, finance: Actor) -> None:
    account = make_account(rep=rep)
    invoice = make_invoice(rep, account, PRO, MEETINGS)
    done = credit(finance, account, invoice)
    with database.read_session() as session:
        original, note = (session.get_one(Document, (account, key)) for key in (invoice, done.credit_note_id))
        assert (note.kind, note.number, note.issued_on, note.open_minor) == (
            "credit_note", "CNES-2026-000001", LATER, 0,
        )  # fmt: skip
        assert (note.subtotal_minor, note.tax_minor, note.total_minor) == (
            -original.subtotal_minor, -original.tax_minor, -original.total_minor,
        )  # fmt: skip
        assert (note.order_id, note.po_id, note.reason) == (original.order_id, original.po_id, REASON)
        assert original.open_minor == 0
        lines = {row.id: row for row in session.scalars(select(DocumentLine))}
        for correction in session.scalars(select(LineCorrection)):
            charge, back = lines[correction.line_id], lines[correction.credit_line_id]
            assert (back.net_minor, back.tax_minor) == (-charge.net_minor, -charge.tax_minor)
            assert (back.tax_rate, back.tax_treatment) == (charge.tax_rate, charge.tax_treatment)
        assert len(lines) == 4
        assert (done.total, done.set_off, done.balance) == (
            Money(note.total_minor, "EUR"), Money(original.total_minor, "EUR"), Money.zero("EUR"),
        )  # fmt: skip
    assert balances() == {}


def test_what_was_paid_becomes_the_accounts_balance(rep: Actor, finance: Actor) -> None:
    account = make_account(rep=rep)
    invoice = make_invoice(rep, account)  # 10 × 144.00 + 21 % = 1,742.40
    with database.write_session() as session:
        session.get_one(Document, (account, invoice)).open_minor = 42_40  # as if 1,700.00 had been paid
    done = credit(finance, account, invoice)
    assert (done.set_off, done.balance) == (Money.of("42.40", "EUR"), Money.of("1700.00", "EUR"))
    assert balances()["customer_credit"] == -1700_00


def test_only_what_earlier_credits_left_is_credited(rep: Actor, finance: Actor) -> None:
    account = make_account(rep=rep)
    invoice = make_invoice(rep, account)
    with database.read_session() as session:
        subscription = session.scalars(select(Subscription.id)).one()
    more = OrderItem(
        ItemKind.CHANGE, "support-pro", 15, Interval.YEAR, subscription_id=subscription, timing=Timing.RESET
    )
    make_invoice(rep, account, more, key="more", today=LATER, accepts_new_period=True)
    preview = preview_credit(finance, account, invoice)
    # 345 of 365 unused days of 1,440.00 = 1,361.10 were credited; 78.90 is left, 16.57 of 302.40 tax
    assert (preview.total, preview.tax, preview.is_partial) == (
        Money.of("-95.47", "EUR"), Money.of("-16.57", "EUR"), True,
    )  # fmt: skip
    credit(finance, account, invoice)
    card = invoice_card(finance, account, invoice, today=LATER)
    assert (card.credited, card.status, card.is_creditable) == (card.total, "credited", False)
    with pytest.raises(InvoiceNotCreditable):
        preview_credit(finance, account, invoice)


def test_nothing_left_is_refused_and_writes_nothing(rep: Actor, finance: Actor) -> None:
    account = make_account(rep=rep)
    invoice = make_invoice(rep, account)
    done = credit(finance, account, invoice)
    before = counts()
    with pytest.raises(InvoiceNotCreditable):
        credit_invoice(finance, CreditRequest(account, invoice, REASON, "c-2"), agreed=done.total, today=LATER)
    assert counts() == before


def test_the_same_key_is_the_same_credit_note_for_ever(rep: Actor, finance: Actor) -> None:
    account = make_account(rep=rep)
    invoice = make_invoice(rep, account)
    done = credit(finance, account, invoice)
    before = counts()
    request = CreditRequest(account, invoice, f"  {REASON} ", "c-1")
    for day in (LATER, LATER + timedelta(days=40)):  # also when it is sent again on another day
        again = credit_invoice(finance, request, agreed=done.total, today=day)
        assert again == replace(done, is_repeat=True)
    assert counts() == before
    with pytest.raises(RequestKeyReused):
        credit_invoice(finance, replace(request, reason="Another"), agreed=done.total, today=LATER)


def test_a_total_that_is_not_the_one_shown_is_refused(rep: Actor, finance: Actor) -> None:
    account = make_account(rep=rep)
    invoice = make_invoice(rep, account)
    before = counts()
    with pytest.raises(CreditChanged) as refused:
        credit_invoice(
            finance, CreditRequest(account, invoice, REASON, "c-1"), agreed=Money.of("-1", "EUR"), today=LATER
        )
    assert refused.value.values == {"agreed": Money.of("1", "EUR"), "now": Money.of("1742.40", "EUR")}
    assert counts() == before


@pytest.mark.parametrize(
    ("reason", "code"),
    [("", "required"), (" \n ", "required"), ("x" * 501, "too_long"), ("Card 4111 1111 1111 1111", "card_number")],
)
def test_a_reason_is_required_and_fair(rep: Actor, finance: Actor, reason: str, code: str) -> None:
    account = make_account(rep=rep)
    invoice = make_invoice(rep, account)
    total = preview_credit(finance, account, invoice).total
    with pytest.raises(Invalid) as refused:
        credit_invoice(finance, CreditRequest(account, invoice, reason, "c-1"), agreed=total, today=LATER)
    assert [(problem.field, problem.code) for problem in refused.value.problems] == [("reason", code)]


def test_a_credit_note_and_an_unknown_document_cannot_be_credited(rep: Actor, finance: Actor) -> None:
    account, other = make_account(rep=rep), make_account("other", rep=rep)
    invoice = make_invoice(rep, account)
    done = credit(finance, account, invoice)
    for account_id, document_id in ((account, done.credit_note_id), (account, 5), (other, invoice), (5, invoice)):
        with pytest.raises(NotFound):
            request = CreditRequest(account_id, document_id, REASON, "c-9")
            credit_invoice(finance, request, agreed=done.total, today=LATER)


def test_an_incomplete_seller_issues_no_credit_note(rep: Actor, finance: Actor) -> None:
    account = make_account(rep=rep)
    invoice = make_invoice(rep, account)
    with database.write_session() as session:
        session.get_one(Seller, "es").register_line = ""
    with pytest.raises(SellerIncomplete) as refused:
        credit(finance, account, invoice)
    assert refused.value.values["missing"] == ("register_line",)


def test_the_mail_goes_to_the_invoice_recipients_with_the_pdf(rep: Actor, finance: Actor) -> None:
    account = make_account(rep=rep)
    make_contact(account, email="ap@acme.example", is_invoice_recipient=True)
    invoice = make_invoice(rep, account)
    done = credit(finance, account, invoice)
    with database.read_session() as session:
        mail = session.scalars(select(OutboxMail).where(OutboxMail.kind == "credit_note")).one()
        assert mail.recipients == ["ap@acme.example"]
        assert mail.attachments == [
            {"kind": "credit_note", "id": str(done.credit_note_id), "name": "CNES-2026-000001.pdf"}
        ]
        assert (mail.facts["reason"], mail.facts["rep"]) == (REASON, rep.name)
    card = invoice_card(finance, account, done.credit_note_id, today=LATER)
    assert [mail.recipients for mail in card.mails] == [("ap@acme.example",)]


def test_both_sides_name_each_other(rep: Actor, finance: Actor) -> None:
    account = make_account(rep=rep)
    invoice = make_invoice(rep, account)
    done = credit(finance, account, invoice)
    charged = invoice_card(finance, account, invoice, today=LATER)
    note = invoice_card(finance, account, done.credit_note_id, today=LATER)
    assert [(other.number, other.reason) for other in charged.related] == [(note.number, REASON)]
    assert [(other.number, other.set_off) for other in note.related] == [(charged.number, charged.total)]
    with database.read_session() as session:
        sheet = json.loads(sheet_text(session, session.get_one(Document, (account, done.credit_note_id))))
    printed = json.dumps(sheet, ensure_ascii=False)
    assert charged.number in printed and REASON in printed
    assert paper(finance, account, done.credit_note_id).content.startswith(b"%PDF")


def test_the_subscription_goes_on(rep: Actor, finance: Actor) -> None:
    account = make_account(rep=rep)
    credit(finance, account, make_invoice(rep, account))
    with database.read_session() as session:
        assert session.scalars(select(Subscription.status)).one() == "active"


def test_it_is_audited(rep: Actor, finance: Actor) -> None:
    account = make_account(rep=rep)
    credit(finance, account, make_invoice(rep, account))
    with database.read_session() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "credit_invoice")).one()
        assert (entry.actor_id, entry.account_id, entry.before) == (
            finance.user_id, account, {"invoice": "INVES-2026-000001"},
        )  # fmt: skip


def test_only_finance_credits(rep: Actor, manager: Actor, licence_manager: Actor, admin: Actor) -> None:
    account = make_account(rep=rep)
    invoice = make_invoice(rep, account)
    for actor in (rep, manager, licence_manager, make_user(email="x@portal.example")):
        with pytest.raises(NotAllowed):
            credit_invoice(
                actor, CreditRequest(account, invoice, REASON, "c-1"), agreed=Money.of("-1742.40", "EUR"), today=LATER
            )
        with pytest.raises(NotAllowed):
            preview_credit(actor, account, invoice)
    credit(admin, account, invoice)
