"""Bank statements read and matched: what banks write, and what it means."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.money import Money
from services.errors import ColumnsMissing, FieldsUnmapped
from services.rules.statements import (
    Candidate,
    LineVerdict,
    StatementColumns,
    StatementRow,
    guess,
    match,
    numbers_in,
    read_rows,
    same_name,
)
from services.rules.tables import Row, Table

SERIES = (("INV", 2026), ("DE-INV", 2026), ("INV", 2025))
ENGLISH = ("Booking date", "Amount", "Payer", "Reference", "Currency")


def table(*rows: tuple[str, ...], header: tuple[str, ...] = ENGLISH) -> Table:
    return Table(header, tuple(Row(number, row) for number, row in enumerate(rows, start=2)))


def euro(text: str) -> Money:
    return Money.of(text, "EUR")


def row(amount: str, payer: str = "ACME SL", reference: str = "") -> StatementRow:
    return StatementRow(2, "k", date(2026, 4, 1), euro(amount), payer, reference)


def invoice(number: int, open_amount: str, account: int = 1, name: str = "Acme, S.L.") -> Candidate:
    return Candidate(account, name, number, f"INV-2026-{number:06d}", euro(open_amount))


@pytest.mark.parametrize(
    "found",
    [
        ("Fecha operación", "Importe", "Ordenante", "Concepto"),
        ("Buchungstag", "Betrag", "Auftraggeber", "Verwendungszweck"),
        ("Date", "Amount", "", "Description"),
    ],
)
def test_the_usual_headers_are_known(found: tuple[str, ...]) -> None:
    columns = guess([name for name in reversed(found) if name])
    assert (columns.day, columns.amount, columns.payer, columns.reference) == found


def test_rows_become_money_received() -> None:
    rows, unread = read_rows(
        table(
            ("11/04/2026", "1.742,40", "Acme\u202e SL", "Invoice  INV-2026-000001", "EUR"),
            ("2026-04-11", "-12.00", "Fees", "Account fee", ""),
            ("soon", "1.00", "", "x", ""),
            ("2026-04-11", "abc", "", "x", ""),
            ("2026-04-11", "1", "", "x", "XXX"),
            ("11.04.26", "5", "", "4111 1111 1111 1111", "USD"),
        ),
        guess(ENGLISH),
    )
    assert [(one.booked_on, one.amount, one.payer, one.reference) for one in rows] == [
        (date(2026, 4, 11), euro("1742.40"), "Acme SL", "Invoice INV-2026-000001"),
        (date(2026, 4, 11), Money(500, "USD"), "", "••••"),  # card numbers never enter the portal
    ]
    assert [(one.position, one.verdict.value, one.problem.code if one.problem else "") for one in unread] == [
        (3, "outgoing", ""),
        (4, "refused", "not_a_day"),
        (5, "refused", "not_a_number"),
        (6, "refused", "unknown_currency"),
    ]


def test_equal_lines_are_two_payments_and_the_same_in_the_next_file() -> None:
    line = ("2026-04-11", "10", "Acme", "Thanks", "EUR")
    first, _ = read_rows(table(line, line), guess(ENGLISH))
    again, _ = read_rows(table(("2026-04-12", "1", "B", "b", "EUR"), line, line), guess(ENGLISH))
    assert len({one.line_key for one in first}) == 2
    assert [one.line_key for one in again[1:]] == [one.line_key for one in first]


def test_what_is_needed_must_have_a_column() -> None:
    with pytest.raises(FieldsUnmapped):
        read_rows(table(), replace(guess(ENGLISH), amount=""))
    with pytest.raises(ColumnsMissing):
        read_rows(table(), StatementColumns("Day", "Amount", "", "Reference"))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Payment INV-2026-000012 thanks", ("INV-2026-000012",)),
        ("inv 2026 000012, INV2025000001", ("INV-2026-000012", "INV-2025-000001")),
        ("DE-INV-2026-000012", ("DE-INV-2026-000012",)),  # not also number 12 of the other series
        ("INV-2026-0000123", ()),
        ("INV-2024-000012", ()),
        ("12", ()),
    ],
)
def test_numbers_are_found_however_the_bank_writes_them(text: str, found: tuple[str, ...]) -> None:
    assert numbers_in(text, SERIES) == found


@given(st.text(max_size=80))
def test_any_text_is_searched_without_a_fault(text: str) -> None:
    assert all(number.startswith(("INV-", "DE-INV-")) for number in numbers_in(text, SERIES))


@pytest.mark.parametrize(
    ("amount", "named", "verdict"),
    [
        ("100", [invoice(1, "100")], LineVerdict.EXACT),
        ("60", [invoice(1, "100"), invoice(2, "60")], LineVerdict.EXACT),  # of those it names, the one of the amount
        ("50", [invoice(1, "100")], LineVerdict.DIFFERENT),
        ("150", [invoice(1, "100")], LineVerdict.DIFFERENT),
        ("150", [invoice(1, "100"), invoice(2, "60")], LineVerdict.DIFFERENT),
        ("160", [invoice(1, "100"), invoice(2, "60")], LineVerdict.EXACT),  # all it names together
        ("150", [invoice(1, "100"), invoice(2, "60", account=2)], LineVerdict.UNMATCHED),
        ("100", [invoice(1, "0")], LineVerdict.SETTLED),
        ("100", [], LineVerdict.UNMATCHED),
    ],
)
def test_a_named_invoice_decides(amount: str, named: list[Candidate], verdict: LineVerdict) -> None:
    assert match(row(amount), named, []).verdict is verdict


def test_without_a_number_amount_and_name_must_fit_one_invoice() -> None:
    assert match(row("100"), [], [invoice(1, "100")]).candidate == invoice(1, "100")
    assert match(row("100"), [], [invoice(1, "100"), invoice(2, "100")]).verdict is LineVerdict.UNMATCHED
    assert match(row("100"), [], [invoice(1, "100", name="Other, S.A.")]).verdict is LineVerdict.UNMATCHED
    both = [invoice(1, "100"), invoice(2, "100", account=2, name="Other, S.A.")]
    assert match(row("100"), [], both).verdict is LineVerdict.BY_AMOUNT
    assert match(row("100", payer=""), [], [invoice(1, "100")]).verdict is LineVerdict.UNMATCHED


def test_another_currency_is_no_match() -> None:
    dollars = replace(invoice(1, "100"), open=Money(10000, "USD"))
    assert match(row("100"), [dollars], []).verdict is LineVerdict.UNMATCHED


@pytest.mark.parametrize(
    ("payer", "name", "is_same"),
    [
        ("ACME SL", "Acme, S.L.", True),
        ("Grünmark Energie", "Grünmark Energie SE", True),
        ("MUELLER", "Müller GmbH", False),
        ("SL", "Acme, S.L.", False),
        ("Acme Holding", "Acme, S.L.", True),
        ("Acme Holding", "Acme Trading GmbH", False),
    ],
)
def test_names_are_compared_by_their_words(payer: str, name: str, is_same: bool) -> None:
    assert same_name(payer, name) is is_same
