"""Statements taken in: each line booked once, the others wait; nothing twice, whatever file brings it again."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from data import database
from data.models import Document, Payment, Statement, StatementLine
from data.money import Money
from services.commands.payments import PaymentRequest, record_payment
from services.commands.statements import StatementToTake, assign_line, ignore_line, take_in_statement
from services.errors import NotAllowed, NotFound
from services.permissions import Actor
from services.queries.statements import (
    StatementPlan,
    judge_statement,
    open_line,
    open_lines,
    open_statement,
    statements,
)
from services.rules.ordering import ItemKind, OrderItem
from services.rules.payments import LineIsClosed
from tests.builders import TODAY, make_account, make_invoice
from tests.services.books import check_money

PLANS = ("backup-devices", "signatures-standard")
HEAD = "Booking date;Amount;Payer;Reference\n"


def read(actor: Actor, *rows: str) -> tuple[StatementPlan, StatementToTake]:
    """A file of these rows, judged."""
    content = (HEAD + "\n".join(rows)).encode()
    file = open_statement(actor, "april.csv", content)
    plan = judge_statement(actor, file.table, file.columns)
    return plan, StatementToTake(file.name, file.file_hash, plan.lines)


def take(actor: Actor, shown: StatementToTake) -> int:
    """Take it in to the end; how many were booked."""
    *_, last = take_in_statement(actor, shown, today=TODAY)
    check_money()
    return last.booked


def left_open(account: int, invoice: int) -> int:
    with database.read_session() as session:
        return session.get_one(Document, (account, invoice)).open_minor


def payments() -> int:
    with database.read_session() as session:
        return session.scalar(select(func.count()).select_from(Payment)) or 0


def test_each_line_is_what_it_was_shown_to_be(rep: Actor, finance: Actor) -> None:
    acme, beta = make_account("acme", rep=rep), make_account("beta", rep=rep, legal_name="Beta Trading, S.A.")
    first = make_invoice(rep, acme, key="a")
    other = make_invoice(rep, beta, key="c")
    plan, shown = read(
        finance,
        "2026-04-10;1.000,00;ACME;INVES-2026-000001 part",
        "2026-04-10;742,40;ACME;inves2026000001 rest",
        "2026-04-10;5,00;ACME;INVES-2026-000001 once more",
        "2026-04-11;1742.40;BETA TRADING;no number",
        "2026-04-11;99,99;Nobody;no idea",
        "2026-04-11;-3,00;Bank;fee",
    )
    assert [line.verdict.value for line in plan.lines] == ["different", "exact", "settled", "by_amount", "unmatched"]
    assert payments() == 0
    assert take(finance, shown) == 3
    assert (left_open(acme, first), left_open(beta, other)) == (0, 0)
    waiting = open_lines(finance)
    assert waiting["reference"].tolist() == ["INVES-2026-000001 once more", "no idea"]
    listed = statements(finance).iloc[0]
    assert (listed["lines"], listed["booked"], listed["waiting"]) == (5, 3, 2)


def test_the_same_file_twice_books_nothing(rep: Actor, finance: Actor) -> None:
    account = make_account(rep=rep)
    make_invoice(rep, account)
    rows = ("2026-04-10;100;ACME;INVES-2026-000001", "2026-04-10;100;ACME;INVES-2026-000001")
    _, shown = read(finance, *rows)
    assert take(finance, shown) == 2  # two equal lines are two payments
    assert take(finance, shown) == 0  # a second click on what was shown
    again, shown = read(finance, *rows)
    assert {line.verdict.value for line in again.lines} == {"known"} and not again.is_new
    longer, shown = read(finance, *rows, "2026-04-11;7;ACME;INVES-2026-000001")
    assert [line.verdict.value for line in longer.lines] == ["known", "known", "different"]
    assert take(finance, shown) == 1
    assert payments() == 3
    with database.read_session() as session:
        assert session.scalar(select(func.count()).select_from(Statement)) == 2


def test_what_changed_meanwhile_waits(rep: Actor, finance: Actor) -> None:
    account = make_account(rep=rep)
    make_invoice(rep, account)
    _, shown = read(finance, "2026-04-10;1742.40;ACME;INVES-2026-000001")
    wanted = PaymentRequest(account, Money(100, "EUR"), TODAY, "check", "By hand", "p-1")
    record_payment(finance, wanted, TODAY)
    assert take(finance, shown) == 0
    assert len(open_lines(finance)) == 1


def test_an_interrupted_one_goes_on(rep: Actor, finance: Actor) -> None:
    account = make_account(rep=rep)
    make_invoice(rep, account)
    rows = ("2026-04-10;100;ACME;INVES-2026-000001", "2026-04-10;200;ACME;INVES-2026-000001")
    _, shown = read(finance, *rows)
    steps = take_in_statement(finance, shown, today=TODAY)
    next(steps), next(steps)  # the first line is booked, then the tab is closed
    steps.close()
    plan, shown = read(finance, *rows)
    assert [line.verdict.value for line in plan.lines] == ["known", "different"]
    assert take(finance, shown) == 1


def test_a_day_to_come_is_not_booked(rep: Actor, finance: Actor) -> None:
    account = make_account(rep=rep)
    make_invoice(rep, account)
    day = (TODAY + timedelta(days=1)).isoformat()
    _, shown = read(finance, f"{day};1742.40;ACME;INVES-2026-000001")
    assert take(finance, shown) == 0


def test_a_line_is_assigned_or_set_aside_once(rep: Actor, finance: Actor) -> None:
    account = make_account(rep=rep)
    invoice = make_invoice(rep, account)
    _, shown = read(finance, "2026-04-10;100;Somebody;thanks", "2026-04-10;5;Tax office;refund")
    take(finance, shown)
    with database.read_session() as session:
        keys = session.execute(select(StatementLine.statement_id, StatementLine.position)).all()
    (statement, first), (_, second) = sorted(map(tuple, keys))
    assert open_line(finance, statement, first).payer == "Somebody"
    assign_line(finance, statement, first, account_id=account, invoice_id=invoice, today=TODAY)
    check_money()
    ignore_line(finance, statement, second)
    assert left_open(account, invoice) == 174240 - 10000
    for position in (first, second):
        with pytest.raises(LineIsClosed):
            assign_line(finance, statement, position, account_id=account, today=TODAY)
        with pytest.raises(NotFound):
            open_line(finance, statement, position)
    with pytest.raises(NotFound):
        ignore_line(finance, statement, 99)


def test_only_finance_takes_statements_in(rep: Actor, manager: Actor, finance: Actor) -> None:
    _, shown = read(finance, "2026-04-10;100;Somebody;thanks")
    for actor in (rep, manager):
        with pytest.raises(NotAllowed):
            list(take_in_statement(actor, shown, today=TODAY))
        with pytest.raises(NotAllowed):
            read(actor, "2026-04-10;100;Somebody;thanks")


def test_a_line_pays_all_the_invoices_it_names(rep: Actor, finance: Actor) -> None:
    account = make_account(rep=rep)
    oldest = make_invoice(rep, account, key="a")
    named = [make_invoice(rep, account, OrderItem(ItemKind.PURCHASE, plan, 10), key=plan) for plan in PLANS]
    due = sum(left_open(account, one) for one in named)
    plan, shown = read(
        finance,
        f"2026-04-10;{due / 100:.2f};ACME;INVES-2026-000002 and INVES-2026-000003",
        "2026-04-10;1;ACME;INVES-2026-000003",
    )
    assert [line.verdict.value for line in plan.lines] == ["exact", "settled"]
    assert take(finance, shown) == 1
    assert [left_open(account, one) for one in (oldest, *named)] == [174240, 0, 0]
