"""What refuses a book, and its rows: each with a sentence that says the way out."""

from datetime import date, timedelta

import pytest

from services.errors import ColumnsMissing, FieldsUnmapped
from services.permissions import Actor
from services.queries.book_imports import plan_book
from services.queries.imports import open_file
from services.rules.import_book import CutOverAhead
from services.rules.import_kinds import Days, ImportKind
from services.rules.import_mapping import Source, make_map, suggest
from services.rules.import_records import DaysAsked
from services.words.i18n import Words
from services.words.texts import sentence
from tests.book_files import HEADER, applied, planned
from tests.builders import TODAY, make_account

GOOD = "S-1,acme,support-pro,10,monthly,2026-01-20,,no,yes,160.00"
SAID = {
    "S-1,nobody,support-pro,10,monthly,2026-01-20,,no,yes,160": "no account has the code nobody. Import the accounts",
    "S-1,blank,support-pro,10,monthly,2026-01-20,,no,yes,160": "the account blank has no currency yet",
    "S-1,site,support-pro,10,monthly,2026-01-20,,no,yes,160": "this is a self-service account",
    ",acme,support-pro,10,monthly,2026-01-20,,no,yes,160": "Reference: enter a value",
    "S-1,acme,Platinum,10,monthly,2026-01-20,,no,yes,160": "Plan: Platinum is not known. Translate it",
    "S-1,acme,support-pro,0,monthly,2026-01-20,,no,yes,160": "Seats: at least 1",
    "S-1,acme,support-pro,ten,monthly,2026-01-20,,no,yes,160": "Seats: enter a number",
    "S-1,acme,support-pro,10,,2026-01-20,,no,yes,160": "Billing plan: enter a value",
    "S-1,acme,support-pro,10,weekly,2026-01-20,,no,yes,160": "Billing plan: weekly is not known",
    "S-1,acme,support-pro,10,quarterly,2026-01-20,,no,yes,160": "support-pro has no price in EUR",
    "S-1,acme,support-pro,10,monthly,,,no,yes,160": "Start: enter a value",
    "S-1,acme,support-pro,10,monthly,soon,,no,yes,160": "Start: soon is not a day as this file writes them",
    "S-1,acme,support-pro,10,monthly,1999-12-31,,no,yes,160": "only days from 2000",
    "S-1,acme,support-pro,10,monthly,2026-01-20,2026-01-19,no,yes,160": "it lies before the start on 20 Jan 2026",
    "S-1,acme,support-pro,10,monthly,2026-01-20,2026-06-30,no,yes,160": "it ends on 30 Jun 2026, after its period ends",
    "S-1,acme,support-pro,10,monthly,2026-05-01,2026-05-20,no,yes,160": "Leave the end empty, and cancel",
    "S-1,acme,support-pro,10,,2026-05-01,,yes,yes,0": "a trial from 1 May 2026 on is still to come",
    "S-1,acme,support-pro,10,monthly,2026-01-20,,perhaps,yes,160": "Trial: perhaps is neither yes nor no",
    "S-1,acme,support-pro,10,monthly,2026-01-20,,no,yes,many": "many is not an amount of this currency",
    f"{'S' * 41},acme,support-pro,10,monthly,2026-01-20,,no,yes,160": "Reference: at most 40 characters",
    "S-1,acme,support-pro,10,monthly,2026-01-20,,no,yes": "it has 9 cells, and the header has 10",
}


@pytest.mark.parametrize("row", SAID)
def test_each_row_says_what_is_wrong_with_it(finance: Actor, row: str) -> None:
    make_account("acme")
    make_account("blank", currency="")
    make_account("site", kind="self_service")
    plan = planned(finance, row, "S-9,acme,support-pro,1,monthly,2026-01-20,,no,yes,16")
    said = "\n".join(sentence(problem, Words("en")) for problem in plan.rows[0].problems)
    assert SAID[row] in said
    assert len(applied(finance, plan)) == 1  # the other row comes in


def test_a_reference_that_stands_twice_is_refused_the_second_time(finance: Actor) -> None:
    make_account("acme")
    plan = planned(finance, GOOD, GOOD)
    assert [len(row.problems) for row in plan.rows] == [0, 1]
    assert (
        sentence(plan.rows[1].problems[0], Words("en"))
        == "Reference: S-1 stands in row 2 already. Keep one of the two."
    )


def test_another_currency_than_the_accounts_is_refused(finance: Actor) -> None:
    make_account("acme")
    plan = planned(finance, f"{GOOD},USD", header=HEADER.strip() + ",Currency\n")
    assert [problem.code for problem in plan.rows[0].problems] == ["another_currency"]


@pytest.mark.parametrize(
    ("start", "days"), [("20/01/2026", Days.DAY_FIRST), ("01/20/2026", Days.MONTH_FIRST), ("46042", Days.EXCEL)]
)
def test_days_that_are_not_written_year_first_are_asked_about(finance: Actor, start: str, days: Days) -> None:
    make_account("acme")
    row = f"S-1,acme,support-pro,10,monthly,{start},,no,yes,160.00"
    with pytest.raises(DaysAsked) as asked:
        planned(finance, row)
    assert f"Start: “{start}” in row 2 can be read in more than one way." in sentence(asked.value, Words("en"))
    assert f"Inicio: «{start}» en la fila 2" in sentence(asked.value, Words("es"))
    plan = planned(finance, row, days=days)
    assert plan.rows[0].taken is not None
    assert plan.rows[0].taken.starts_on == date(2026, 1, 20)
    assert [note.code for note in plan.rows[0].notes] == ["renews", "read_as"]


def test_a_cut_over_day_to_come_is_refused(finance: Actor) -> None:
    make_account("acme")
    with pytest.raises(CutOverAhead):
        planned(finance, GOOD, cut_over=TODAY + timedelta(days=1))


def test_a_map_that_does_not_fit_is_refused(finance: Actor) -> None:
    table = open_file(finance, b"Subscription,Account\nS-1,acme\n", kind=ImportKind.SUBSCRIPTIONS)
    columns = suggest(table.header, ImportKind.SUBSCRIPTIONS)
    with pytest.raises(FieldsUnmapped) as missing:
        plan_book(finance, table, columns, cut_over_on=TODAY, today=TODAY)
    assert missing.value.values["missing"] == ["plan", "seats", "starts_on"]
    columns = make_map({"code": Source("Customer")}, ImportKind.SUBSCRIPTIONS)
    with pytest.raises(ColumnsMissing):
        plan_book(finance, table, columns, cut_over_on=TODAY, today=TODAY)
