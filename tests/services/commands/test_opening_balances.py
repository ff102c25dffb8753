"""Opening balances: what was owed and what was left there, booked once, so that ledger, aging and balance tie out."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from data import database
from data.identity import account_id
from data.models import Account, AccountCredit, AuditEntry, Document, OutboxMail, Payment, Posting
from data.money import Money
from services.commands.payments import PaymentRequest, record_payment, reverse_payment
from services.errors import NotAllowed, NotFound
from services.integrity import violations
from services.permissions import Actor
from services.queries.account_money import account_money
from services.queries.book_imports import BookPlan
from services.queries.invoice_card import invoice_card, paper, paper_pages
from services.queries.tie_out import tie_out
from services.rollups import fold
from services.rules.import_kinds import ImportKind
from services.rules.import_verdicts import Verdict
from services.words.i18n import Words
from services.words.texts import sentence
from tests.book_files import applied, faults, planned, take_over, told
from tests.builders import TODAY, make_account
from tests.services.night.book import night

HEADER = "Account,Invoice,Open amount,Invoice date,Due date\n"
OWED = "acme,OLD-117,1210.00,2026-02-15,2026-03-17"
LATER = "acme,OLD-130,605.00,2026-04-01,2026-05-01"
CREDIT = "acme,OLD-CN-9,-100.00,2026-03-01,"


def plan(actor: Actor, *rows: str, cut_over: date = TODAY) -> BookPlan:
    return planned(actor, *rows, header=HEADER, kind=ImportKind.BALANCES, cut_over=cut_over)


def opened(actor: Actor, *rows: str) -> None:
    assert all(row.verdict is Verdict.NEW for row in applied(actor, plan(actor, *rows)))


def euros(amount: str) -> Money:
    return Money.of(amount, "EUR")


def ledger() -> dict[str, int]:
    with database.read_session() as session:
        rows = session.execute(
            select(Posting.ledger_account, func.sum(Posting.amount_minor)).group_by(Posting.ledger_account)
        )
        return {account: int(minor) for account, minor in rows if minor}


def sound(actor: Actor) -> None:
    """Every invariant holds, and so does every tie-out."""
    fold()
    with database.read_session() as session:
        assert list(violations(session)) == []
    assert [one.code for one in tie_out(actor, TODAY + timedelta(days=60)) if not one.holds] == []


def test_what_is_owed_is_an_invoice_under_its_own_number_due_as_it_was(finance: Actor, rep: Actor) -> None:
    acme = make_account("acme", rep=rep)
    found = plan(finance, OWED, LATER, CREDIT)
    assert told(found) == [["debt_opened"], ["debt_opened"], ["credit_opened"]]
    opened(finance, OWED, LATER, CREDIT)
    money = account_money(finance, acme, today=TODAY)
    assert [(one.number, one.due_on, one.open) for one in money.invoices] == [
        ("OLD-117", date(2026, 3, 17), euros("1210.00")),
        ("OLD-130", date(2026, 5, 1), euros("605.00")),
    ]
    assert (money.open, money.overdue, money.balance) == (euros("1815.00"), euros("1210.00"), euros("100.00"))
    assert ledger() == {"receivables": 1815_00, "customer_credit": -100_00, "opening_balances": -1715_00}
    with database.read_session() as session:
        issued = session.execute(select(Document.kind, Document.issued_on, Document.tax_minor)).all()
        assert set(map(tuple, issued)) == {("invoice", TODAY, 0)}
        assert session.scalars(select(Posting.posted_on).distinct()).all() == [TODAY]
        assert session.scalars(select(AuditEntry.action)).all() == ["open_balances"]
        assert session.scalars(select(OutboxMail.kind)).all() == []  # nobody is sent an invoice again
    sound(finance)


def test_the_same_file_again_changes_nothing(finance: Actor) -> None:
    make_account("acme")
    opened(finance, OWED, CREDIT)
    before = ledger()
    again = plan(finance, OWED, CREDIT, cut_over=TODAY - timedelta(days=3))
    assert [row.verdict for row in again.rows] == [Verdict.UNCHANGED] * 2
    assert applied(finance, again) == []
    assert ledger() == before
    assert faults(plan(finance, OWED.replace("1210", "1000"))) == [(2, "reference", "opened_otherwise")]


def test_a_payment_settles_the_oldest_item_first_and_can_fail(finance: Actor) -> None:
    acme = make_account("acme")
    opened(finance, OWED, LATER)
    paid = record_payment(finance, PaymentRequest(acme, euros("1500.00"), TODAY, "bank_transfer", "", "p-1"), TODAY)
    assert [one.open for one in account_money(finance, acme, today=TODAY).invoices] == [euros("315.00")]
    assert ledger() == {"receivables": 315_00, "cash": 1500_00, "opening_balances": -1815_00}
    sound(finance)
    reverse_payment(finance, acme, paid.payment_id, reason="Returned by the bank", today=TODAY)
    assert account_money(finance, acme, today=TODAY).open == euros("1815.00")
    sound(finance)


def test_credit_pays_the_next_invoice_of_the_night(finance: Actor, rep: Actor) -> None:
    acme = make_account("acme", rep=rep)
    take_over(finance, "S-1,acme,support-pro,10,monthly,2026-01-20,,no,yes,160.00")
    opened(finance, CREDIT)
    night(date(2026, 4, 20))
    with database.read_session() as session:
        invoice = session.execute(select(Document.total_minor, Document.open_minor)).one()
        left = session.scalars(select(AccountCredit.left_minor)).one()
    # 160.00 and 21 % of tax, less the credit of 100.00
    assert (invoice.total_minor, invoice.open_minor, left) == (193_60, 93_60, 0)
    assert account_money(finance, acme, today=TODAY).balance == euros("0")
    sound(finance)


def test_a_reminder_goes_out_for_what_was_taken_over(finance: Actor) -> None:
    make_account("acme")
    opened(finance, "acme,OLD-1,50.00,2026-03-20,2026-04-11")
    night(date(2026, 4, 12))
    with database.read_session() as session:
        assert session.scalars(select(OutboxMail.kind)).all() == ["payment_reminder"]
    sound(finance)


def test_credit_taken_over_by_mistake_can_be_taken_back(finance: Actor) -> None:
    acme = make_account("acme")
    opened(finance, CREDIT)
    with database.read_session() as session:
        payment = session.scalars(select(Payment.id)).one()
    reverse_payment(finance, acme, payment, reason="It was another customer's", today=TODAY)
    assert ledger() == {}
    sound(finance)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("nobody,OLD-1,5,,", "no account has the code nobody"),
        ("unsold,OLD-1,5,,", "the account unsold has no selling entity yet"),
        ("acme,,5,,", "Reference: enter a value"),
        ("acme,OLD-1,,,", "Amount: enter a value"),
        ("acme,OLD-1,0.00,,", "Amount: it is 0.00, so nothing is open"),
        ("acme,OLD-1,five,,", "Amount: five is not an amount of this currency"),
        ("acme,OLD-1,5,2026-05-02,", "it lies after the cut-over day, 11 Apr 2026"),
        ("acme,OLD-1,5,1998-01-01,", "only days from 2000"),
        (f"acme,{'9' * 31},5,,", "Reference: at most 30 characters"),
    ],
)
def test_each_row_says_what_is_wrong_with_it(finance: Actor, row: str, said: str) -> None:
    make_account("acme")
    make_account("unsold")
    with database.write_session() as session:
        session.get_one(Account, account_id("unsold")).seller = None
    found = plan(finance, row)
    assert said in "\n".join(sentence(problem, Words("en")) for problem in found.rows[0].problems)


def test_only_finance_and_administrators_open_balances(finance: Actor, rep: Actor, manager: Actor) -> None:
    make_account("acme", rep=rep)
    found = plan(finance, OWED)
    for actor in (rep, manager):
        with pytest.raises(NotAllowed):
            plan(actor, OWED)
        with pytest.raises(NotAllowed):
            applied(actor, found)
    assert ledger() == {}


def test_its_card_shows_what_is_open_and_its_paper_is_elsewhere(finance: Actor) -> None:
    acme = make_account("acme")
    opened(finance, OWED)
    (invoice,) = account_money(finance, acme, today=TODAY).invoices
    card = invoice_card(finance, acme, invoice.invoice_id, today=TODAY)
    assert (card.number, card.status, card.open, card.taken_over_on) == (
        "OLD-117", "overdue", euros("1210.00"), TODAY,
    )  # fmt: skip
    assert not card.is_creditable
    for wanted in (paper, paper_pages):
        with pytest.raises(NotFound):
            wanted(finance, acme, invoice.invoice_id)
