"""Parts of an invoice taken back: chosen lines, agreed amounts; tax to the cent; what later changes credit."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from data import database
from data.models import Document, DocumentLine, LineCorrection, Recognition, Subscription
from data.money import Money
from data.period import Interval
from services import integrity
from services.commands.credit_notes import CreditedInvoice, CreditRequest, credit_invoice
from services.errors import Invalid, InvoiceNotCreditable, RequestKeyReused
from services.facts.papers import sheet_text
from services.permissions import Actor
from services.queries.credit_notes import preview_credit
from services.rules.changes import Timing
from services.rules.credits import CreditExceedsLines, CreditScope
from services.rules.ordering import ItemKind, OrderItem
from tests.builders import TODAY, make_account, make_invoice
from tests.services.books import check_money

PRO = OrderItem(ItemKind.PURCHASE, "support-pro", 10, Interval.YEAR)  # 1,440.00 net
MEETINGS = OrderItem(ItemKind.PURCHASE, "meetings-team", 3, Interval.MONTH)
LATER = TODAY + timedelta(days=20)


def euro(text: str) -> Money:
    return Money.of(text, "EUR")


def credit(actor: Actor, account: int, invoice: int, scope: CreditScope, key: str = "c-1") -> CreditedInvoice:
    """Credit what the preview of the scope shows."""
    agreed = preview_credit(actor, account, invoice, scope).total
    request = CreditRequest(account, invoice, "Goodwill", key, scope)
    done = credit_invoice(actor, request, agreed=agreed, today=LATER)
    check_money()
    return done


def line_ids(account: int, document: int) -> list[int]:
    """The lines of a document, in order."""
    with database.read_session() as session:
        rows = select(DocumentLine.id).where(DocumentLine.account_id == account, DocumentLine.document_id == document)
        return list(session.scalars(rows.order_by(DocumentLine.position)))


def test_an_agreed_amount_is_credited_with_the_tax_of_the_line(rep: Actor, finance: Actor) -> None:
    account = make_account(rep=rep)
    invoice = make_invoice(rep, account, PRO)
    done = credit(finance, account, invoice, CreditScope(net=euro("50.00")))
    assert (done.total, done.set_off) == (euro("-60.50"), euro("60.50"))
    with database.read_session() as session:
        note = session.get_one(Document, (account, done.credit_note_id))
        line = session.scalars(select(DocumentLine).where(DocumentLine.document_id == note.id)).one()
        assert (note.subtotal_minor, note.tax_minor, line.seats) == (-5000, -1050, 0)
        # it reverses over the days that are left of the line (billing rules §10)
        assert (line.starts_on, line.ends_on) == (LATER, TODAY.replace(year=TODAY.year + 1))
        sheet = sheet_text(session, note)
        assert "Partial credit" in sheet and "Agreed part of the line = 50.00 credit" in sheet
        assert session.get_one(Document, (account, invoice)).open_minor == 174240 - 6050


def test_parts_add_up_to_the_line_and_its_tax(rep: Actor, finance: Actor) -> None:
    account = make_account(rep=rep)
    invoice = make_invoice(rep, account, PRO, MEETINGS)
    for number in range(7):
        credit(finance, account, invoice, CreditScope(net=euro("33.33")), f"c-{number}")
    credit(finance, account, invoice, CreditScope(), "rest")
    with database.read_session() as session:
        back = select(LineCorrection.line_id, LineCorrection.amount_minor, LineCorrection.tax_minor)
        sums: dict[int, list[int]] = {}
        for line_id, net, tax in session.execute(back):
            one = sums.setdefault(line_id, [0, 0])
            one[0], one[1] = one[0] + net, one[1] + tax
        for line_id in line_ids(account, invoice):
            line = session.get_one(DocumentLine, (account, line_id))
            assert sums[line_id] == [-line.net_minor, -line.tax_minor]
    with pytest.raises(InvoiceNotCreditable):
        preview_credit(finance, account, invoice)


def test_chosen_lines_are_credited_whole(rep: Actor, finance: Actor) -> None:
    account = make_account(rep=rep)
    invoice = make_invoice(rep, account, PRO, MEETINGS)
    pro, meetings = line_ids(account, invoice)
    done = credit(finance, account, invoice, CreditScope((meetings,)))
    with database.read_session() as session:
        assert (
            -done.total.minor == (line := session.get_one(DocumentLine, (account, meetings))).net_minor + line.tax_minor
        )
    preview = preview_credit(finance, account, invoice)
    assert [(one.line_id, one.left, one.credited) for one in preview.lines] == [(pro, euro("1440.00"), euro("1440.00"))]
    with pytest.raises(InvoiceNotCreditable):
        preview_credit(finance, account, invoice, CreditScope((meetings,)))


def test_no_more_than_is_left_and_nothing_that_is_none(rep: Actor, finance: Actor) -> None:
    account = make_account(rep=rep)
    invoice = make_invoice(rep, account, PRO)
    credit(finance, account, invoice, CreditScope(net=euro("1400.00")))
    for scope, refusal in (
        (CreditScope(net=euro("40.01")), CreditExceedsLines),
        (CreditScope(net=euro("0.00")), Invalid),
        (CreditScope(net=euro("-1.00")), Invalid),
        (CreditScope(net=Money(1, "USD")), Invalid),
    ):
        with pytest.raises(refusal):
            preview_credit(finance, account, invoice, scope)


def test_a_key_with_another_amount_is_refused(rep: Actor, finance: Actor) -> None:
    account = make_account(rep=rep)
    invoice = make_invoice(rep, account, PRO)
    first = credit(finance, account, invoice, CreditScope(net=euro("50.00")))
    again = credit_invoice(
        finance,
        CreditRequest(account, invoice, "Goodwill", "c-1", CreditScope(net=euro("50.00"))),
        agreed=first.total,
        today=LATER + timedelta(days=1),
    )
    assert again.is_repeat and again.number == first.number
    with pytest.raises(RequestKeyReused):
        credit(finance, account, invoice, CreditScope(net=euro("51.00")))


def test_a_later_change_credits_the_line_less_the_part(rep: Actor, finance: Actor) -> None:
    """(1,440.00 − 50.00) × 345 unused of 365 days = 1,313.84, not 1,361.10 (billing rules §5)."""
    account = make_account(rep=rep)
    invoice = make_invoice(rep, account, PRO)
    credit(finance, account, invoice, CreditScope(net=euro("50.00")))
    with database.read_session() as session:
        subscription = session.scalars(select(Subscription.id)).one()
    more = OrderItem(
        ItemKind.CHANGE, "support-pro", 15, Interval.YEAR, subscription_id=subscription, timing=Timing.RESET
    )
    make_invoice(rep, account, more, key="more", today=LATER, accepts_new_period=True)
    check_money()
    with database.read_session() as session:
        notes = session.scalars(
            select(Document.subtotal_minor).where(Document.kind == "credit_note").order_by(Document.number)
        ).all()
    assert notes == [-5000, -131384]


def test_a_part_of_a_line_that_is_over_is_earned_back_at_once(rep: Actor, finance: Actor) -> None:
    account = make_account(rep=rep)
    invoice = make_invoice(rep, account, MEETINGS)
    late = TODAY + timedelta(days=70)  # the month is long over
    scope = CreditScope(net=euro("5.00"))
    agreed = preview_credit(finance, account, invoice, scope).total
    done = credit_invoice(finance, CreditRequest(account, invoice, "Late", "c-1", scope), agreed=agreed, today=late)
    check_money()
    with database.read_session() as session:
        line = session.scalars(select(DocumentLine).where(DocumentLine.document_id == done.credit_note_id)).one()
        months = session.execute(
            select(Recognition.month, Recognition.amount_minor).where(Recognition.line_id == line.id)
        )
        assert [tuple(row) for row in months] == [(late.year * 100 + late.month, -500)]
        assert [
            found for check in integrity.CHECKS if check.group != "events" for found in check.offenders(session)
        ] == []


def test_the_books_hold_with_parts_credited(rep: Actor, finance: Actor) -> None:
    account = make_account(rep=rep)
    invoice = make_invoice(rep, account, PRO)
    credit(finance, account, invoice, CreditScope(net=euro("50.00")))
    with database.read_session() as session:
        assert list(integrity.violations(session)) == []
