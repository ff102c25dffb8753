"""`python -m services.imports`: what it prints, and the code it ends with."""

from pathlib import Path

import pytest
from sqlalchemy import func, select

from data import database
from data.models import Account
from services.imports import REFUSED, ROWS_REFUSED, WELL, main
from services.permissions import Actor

MAP = """
[fields.code]
column = "Id"
[fields.legal_name]
column = "Firm"
[fields.country]
column = "Land"
translations = { Albion = "GB" }
[fields.currency]
constant = "EUR"
"""


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str]:
    """A file of three rows and its column map."""
    file, columns = tmp_path / "customers.csv", tmp_path / "map.toml"
    file.write_text("Id;Firm;Land\nA1;Acme;Albion\nB2;Beta;Spain\nC3;Gamma;Atlantis\n", encoding="utf-8")
    columns.write_text(MAP, encoding="utf-8")
    return str(file), str(columns)


def accounts() -> int:
    with database.read_session() as session:
        return session.scalar(select(func.count()).select_from(Account)) or 0


def test_a_dry_run_prints_the_count_of_each_verdict_and_writes_nothing(
    rep: Actor, files: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    file, columns = files
    code = main(["accounts", file, "--map", columns, "--dry-run", "--as", rep.email])
    said = capsys.readouterr()
    assert code == ROWS_REFUSED
    assert [line.split() for line in said.out.splitlines()[1:5]] == [
        ["New", "2"], ["Changed", "0"], ["Unchanged", "0"], ["Refused", "1"],
    ]  # fmt: skip
    assert "Dry run: nothing was written." in said.out
    assert "Row 4: Country: Atlantis is not known." in said.err
    assert accounts() == 0


def test_an_import_writes_and_the_second_run_changes_nothing(
    rep: Actor, files: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    file, columns = files
    Path(file).write_text("Id;Firm;Land\nA1;Acme;Albion\nB2;Beta;Spain\n", encoding="utf-8")
    arguments = ["accounts", file, "--map", columns, "--as", rep.email]
    assert main(arguments) == WELL
    assert "2 accounts were written." in capsys.readouterr().out
    assert main([*arguments, "--language", "es"]) == WELL
    assert "Sin cambios" in capsys.readouterr().out
    assert accounts() == 2


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("no file", "cannot be read"),
        ("no map", "cannot be read"),
        ("broken map", "Correct "),
        ("missing column", "Firm"),
        ("stranger", "user"),
        ("stranger as rep", "user"),
    ],
)
def test_what_cannot_be_done_is_said_and_nothing_is_written(
    admin: Actor, files: tuple[str, str], capsys: pytest.CaptureFixture[str], change: str, said: str
) -> None:
    file, columns = files
    arguments = ["accounts", file, "--map", columns]
    match change:
        case "no file":
            Path(file).unlink()
        case "no map":
            Path(columns).unlink()
        case "broken map":
            Path(columns).write_text("[fields", encoding="utf-8")
        case "missing column":
            Path(file).write_text("Id;Land\nA1;Spain\n", encoding="utf-8")
        case "stranger":
            arguments += ["--as", "nobody@portal.example"]
        case "stranger as rep":
            arguments += ["--rep", "nobody@portal.example"]
    assert main(arguments) == REFUSED
    assert said in capsys.readouterr().err
    assert accounts() == 0


def test_activity_is_not_taken_for_a_book(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["usage", "activity.csv", "--dry-run"])
    assert "invalid choice" in capsys.readouterr().err
