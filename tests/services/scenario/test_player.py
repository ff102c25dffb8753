"""The scenario player: what it prints, what is refused, and the command line."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import inspect

from data import database, migrate, schema
from services.scenario.__main__ import main
from tests import databases
from tests.databases import TestDatabase
from tests.stories import Story, charges, codes, event, order, plan, plans, play, price, story, subscription

ROOT = Path(__file__).resolve().parents[3]
TRIAL = {"days": 14, "seats": 10, "end": "expire"}


def written(path: Path, told: Story) -> Path:
    """The story as a file."""
    file = path / "story.json"
    file.write_text(json.dumps(told), encoding="utf-8")
    return file


def test_the_output_has_the_shape_agreed() -> None:
    found = play(
        story(
            order("2026-01-31", interval="year"),
            event("2026-04-11", "change", "s", seats=15, timing="reset"),
            until="2026-04-11",
            accounts=[{"discounts": [{"plan": "pro", "percent": "10"}]}],
        )
    )
    parts = "invoices credit_notes balances subscriptions mrr revenue aging mails refusals checks"
    assert list(found) == parts.split()
    assert found["invoices"][0] == {
        "number": "INV-2026-000001",
        "account": "a",
        "issued_on": "2026-01-31",
        "due_on": "2026-03-02",
        "currency": "USD",
        "lines": [
            {
                "kind": "charge",
                "subscription": "s",
                "period": ["2026-01-31", "2027-01-31"],
                "seats": 10,
                "amount": "1296.00",
                "tax": {"treatment": "out_of_scope", "rate": "0"},
                "explanation": "10 seats × 144.00 less 10% = 1,296.00",
            }
        ],
        "subtotal": "1296.00",
        "tax": "0.00",
        "total": "1296.00",
        "open": "248.55",
    }
    assert found["credit_notes"][0]["lines"][0]["kind"] == "credit"
    assert [found["credit_notes"][0][key] for key in ("number", "invoices", "total")] == [
        "CN-2026-000001", ["INV-2026-000001"], "-1047.45",
    ]  # fmt: skip
    assert found["subscriptions"] == [
        {
            "ref": "s",
            "status": "active",
            "plan": "pro",
            "seats": 15,
            "assigned": 0,
            "interval": "year",
            "period": ["2026-04-11", "2027-04-11"],
            "anchor_day": 11,
            "trial_ends_on": None,
        }
    ]
    assert found["mrr"][0] == {
        "month": "2026-01", "account": "a", "currency": "USD", "opening": "0.00", "new": "108.00", "expansion": "0.00",
        "contraction": "0.00", "churn": "0.00", "reactivation": "0.00", "closing": "108.00",
    }  # fmt: skip
    assert found["revenue"][0] == {
        "month": "2026-01", "currency": "USD", "invoiced": "1296.00", "recognised": "3.55", "deferred": "1292.45",
    }  # fmt: skip
    assert list(found["aging"][0]) == [
        "account", "currency", "not_due", "1-30", "31-60", "61-90", "91-120", "over_120",
    ]  # fmt: skip
    assert {"on": "2026-01-31", "account": "a", "kind": "order_confirmation"} in found["mails"]


def test_months_without_a_movement_open_and_close_the_same() -> None:
    found = play(story(order("2026-01-15"), event("2026-03-20", "cancel", "s"), until="2026-05-31"))
    assert [(row["month"], row["opening"], row["churn"], row["closing"]) for row in found["mrr"]] == [
        ("2026-01", "0.00", "0.00", "160.00"),
        ("2026-02", "160.00", "0.00", "160.00"),
        ("2026-03", "160.00", "0.00", "160.00"),
        ("2026-04", "160.00", "-160.00", "0.00"),
        ("2026-05", "0.00", "0.00", "0.00"),
    ]


def test_what_is_refused_leaves_nothing_and_stops_nothing() -> None:
    refused = [
        event("2026-01-05", "change", "s", seats=20, plan="basic", timing="co_term"),
        event("2026-01-05", "extend_trial", "s", days=3, reason="late"),
        event("2026-01-05", "reactivate", "s"),
        event("2026-01-05", "assign_seats", "s", users=[f"user{n}@a.example" for n in range(11)]),
        event("2026-01-05", "release_seats", "s", users=["nobody@a.example"]),
        event("2026-01-05", "credit_note", invoice_of="s", amount="160.01", reason="too much"),
        order("2026-01-05", "v", interval="quarter", po="PO-NEVER"),
        event("2026-01-05", "cancel", "v"),
    ]
    with_them = play(story(order("2026-01-01"), *refused, until="2026-02-01"))
    without = play(story(order("2026-01-01"), until="2026-02-01"))
    assert codes(with_them["refusals"]) == [
        "common_date_missing", "not_a_trial", "not_cancelled", "seats_exhausted", "not_found", "credit_exceeds_lines",
        "no_price", "not_found",
    ]  # fmt: skip
    assert with_them["refusals"][3]["detail"] == {"product": "p", "free": 10, "asked": 11}
    assert with_them["refusals"][5]["detail"]["left"] == {"amount": "160.00", "currency": "USD"}
    assert with_them | {"refusals": []} == without


def test_a_credit_goes_to_the_invoice_and_is_split_over_its_lines() -> None:
    items = [
        {"ref": ref, "plan": code, "seats": 10, "interval": "month"} for ref, code in (("s", "pro"), ("t", "basic"))
    ]
    both = {"on": "2026-01-01", "do": "order", "account": "a", "items": items}
    credit = event("2026-01-02", "credit_note", invoice_of="s", amount="130.01", reason="Outage")
    found = play(story(both, credit, until="2026-01-02"))["credit_notes"][0]
    # over 160.00 and 100.00 by largest remainder
    assert [(line["subscription"], line["amount"]) for line in found["lines"]] == [("s", "-80.01"), ("t", "-50.00")]


def test_a_seller_whose_currency_has_no_reference_rate() -> None:
    found = play(
        story(
            order("2026-01-01"),
            until="2026-01-01",
            seller="ES",
            accounts=[{"currency": "KWD"}],
            catalog=[plan("pro", 1, price("month", "1.5", "KWD"))],
        )
    )
    assert found["invoices"][0]["total"] == "15.000"


def test_a_held_document_is_released_at_once_and_told() -> None:
    found = play(
        story(
            order("2026-01-31", plan="basic"),
            event("2026-02-01", "change", "s", plan="top", timing="renewal"),
            until="2026-02-28",
        )
    )
    assert [(one["do"], one["code"], one["detail"]) for one in found["refusals"]] == [
        ("night", "held", {"account": "a", "guard": "steep_rise"})
    ]
    assert charges(found)[-1] == ("2026-02-28", "2026-03-31", "300.00")


def test_who_cannot_be_billed_is_set_aside_and_told_once() -> None:
    """The free plan that the trial ends in has no price in dollars; the other account is billed all the same."""
    found = play(
        story(
            order("2026-02-15", trial=True, seats=3, account="a"),
            order("2026-01-31", "t", account="b"),
            until="2026-03-05",
            accounts=[{}, {}],
            catalog=[plan("free", 1, price("month", "0.00", "EUR")), *plans()],
            trial=TRIAL | {"end": "downgrade_to_free", "to": "free"},
        )
    )
    assert [(one["on"], one["do"], one["code"]) for one in found["refusals"]] == [("2026-03-01", "night", "no_price")]
    assert len(charges(found, "t")) == 2


def test_skipped_nights_are_dropped_and_caught_up() -> None:
    found = play(story(order("2026-01-31"), event("2026-02-27", "skip_nights", nights=3), until="2026-03-10"))
    assert [paper["issued_on"] for paper in found["invoices"]] == ["2026-01-31", "2026-03-03"]
    nothing = play(story(order("2026-01-31"), event("2026-02-27", "skip_nights", nights=30), until="2026-03-10"))
    assert len(nothing["invoices"]) == 1


def test_one_order_of_several_subscriptions_of_a_product() -> None:
    """Bought and tried at once; the trial is converted by itself, and the other goes its own way."""
    items = [
        {"ref": "s", "plan": "pro", "seats": 10, "interval": "year"},
        {"ref": "t", "plan": "basic", "seats": 5, "trial": True},
    ]
    both = {"on": "2026-01-31", "do": "order", "account": "a", "items": items}
    found = play(
        story(
            both,
            event("2026-02-03", "extend_trial", "t", days=10, reason="slow onboarding"),
            event("2026-02-05", "convert_trial", "t", interval="month", seats=4),
            order("2026-02-06", "u", plan="top", seats=1),
            until="2026-02-06",
            trial=TRIAL,
        )
    )
    assert [(one["ref"], one["plan"], one["seats"]) for one in found["subscriptions"]] == [
        ("s", "pro", 10), ("t", "basic", 4), ("u", "top", 1),
    ]  # fmt: skip
    assert found["mrr"][1]["expansion"] == "70.00"


@pytest.mark.parametrize(("end", "to"), [("convert", None), ("downgrade_to_free", "free"), ("expire", None)])
def test_a_trial_ends_as_the_product_says(end: str, to: str | None) -> None:
    catalog = [plan("free", 1, price("month", "0.00")), *plans()]
    trial = {"days": 14, "seats": 10, "end": end} | ({"to": to} if to else {})
    found = subscription(
        play(story(order("2026-03-01", trial=True, seats=3), until="2026-03-20", catalog=catalog, trial=trial))
    )
    assert found["trial_ends_on"] == "2026-03-15"
    assert (found["status"], found["plan"]) == {
        "convert": ("active", "pro"),
        "downgrade_to_free": ("active", "free"),
        "expire": ("expired", "pro"),
    }[end]


def test_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = written(tmp_path, story(order("2026-01-31"), until="2026-01-31"))
    assert main([str(file)]) == 0
    assert json.loads(capsys.readouterr().out)["invoices"][0]["total"] == "160.00"
    wrong = story(order("2026-01-31"), event("2026-01-31", "change", "s", timing="sometime"), until="2026-01-31")
    assert main([str(written(tmp_path, wrong))]) == 2
    said = capsys.readouterr()
    assert (said.out, said.err) == ("", "events[1].timing: one of reset, keep, renewal, co_term is expected\n")
    assert main([str(tmp_path / "missing.json")]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_as_a_program_it_starts_without_screens_tables_or_papers(tmp_path: Path) -> None:
    file = written(tmp_path, story(order("2026-01-31"), until="2026-02-28"))
    code = (
        "import sys, runpy; sys.argv = ['scenario', sys.argv[1]]\n"
        "try: runpy.run_module('services.scenario', run_name='__main__')\n"
        "finally: print(sorted({'streamlit', 'pandas', 'typst', 'openpyxl', 'currency_converter', 'plotly', 'alembic'}"
        " & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(file)], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stderr == "[]\n"
    assert len(json.loads(done.stdout)["invoices"]) == 2


@pytest.mark.postgresql
def test_a_database_that_is_not_empty_is_refused(
    db: TestDatabase, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = written(tmp_path, story(order("2026-01-31"), until="2026-01-31"))
    assert main([str(file), "--database", db.url]) == 2
    assert capsys.readouterr().err == "database: there are tables in it already; it must be empty\n"
    assert main([str(file), "--database", "postgresql://nobody@127.0.0.1:1/none"]) == 2
    assert capsys.readouterr().err.startswith("database: ")
    database.use(db.url)


@pytest.mark.parametrize("name", ["sqlite", "postgresql"])
def test_the_schema_of_the_models_is_that_of_the_revisions(name: str) -> None:
    empty = databases.empty_sqlite if name == "sqlite" else databases.empty_postgresql
    database.use(empty())
    migrate.upgrade()
    migrated = shape()
    database.use(empty())
    schema.build(database.engine())
    built = shape()
    database.close()
    assert built == {table: found for table, found in migrated.items() if table != "alembic_version"}


def shape() -> dict[str, Any]:
    """Columns, keys, indexes and checks of every table, as the database has them.

    Not their defaults: the revisions need some for rows that were there before; the models always give a value.
    """
    found = inspect(database.engine())
    return {
        table: {
            "columns": {c["name"]: (str(c["type"]), c["nullable"]) for c in found.get_columns(table)},
            "key": found.get_pk_constraint(table)["constrained_columns"],
            "foreign": sorted(
                (key["constrained_columns"], key["referred_table"], key["referred_columns"])
                for key in found.get_foreign_keys(table)
            ),
            "unique": sorted(one["column_names"] for one in found.get_unique_constraints(table)),
            "indexes": sorted(
                (one["name"], one["column_names"], one["unique"], sorted(map(str, one["dialect_options"].values())))
                for one in found.get_indexes(table)
            ),
            "checks": sorted((str(one["name"]), one["sqltext"]) for one in found.get_check_constraints(table)),
        }
        for table in found.get_table_names()
    }
