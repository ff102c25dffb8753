"""503 real companies: the S&P 500 list comes in whole, and the second time it changes nothing."""

import pytest
from sqlalchemy import func, select

from data import database
from data.models import Account
from services.imports import WELL, main
from services.permissions import Actor
from tests.import_files import NO_REAL_LIST, REAL_LIST, REAL_MAP

pytestmark = pytest.mark.skipif(not REAL_LIST.exists(), reason=NO_REAL_LIST)


def imported(rep: Actor, *more: str) -> list[str]:
    return ["accounts", str(REAL_LIST), "--map", str(REAL_MAP), "--as", rep.email, *more]


def test_the_list_of_companies_comes_in_whole(rep: Actor, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(imported(rep, "--dry-run")) == WELL
    assert capsys.readouterr().out.splitlines()[1].split() == ["New", "503"]
    assert main(imported(rep)) == WELL
    capsys.readouterr()
    with database.read_session() as session:
        rows = session.execute(select(Account.country, func.count()).group_by(Account.country))
        countries = dict(list(rows))
        by_code = {account.code: account for account in session.scalars(select(Account))}
        session.expunge_all()
    assert sum(countries.values()) == 503
    assert countries == {"US": 478, "IE": 11, "GB": 5, "CH": 3, "BM": 2, "NL": 2, "CA": 1, "": 1}
    places = {
        code: (by_code[code].country, by_code[code].region, by_code[code].city)
        for code in ("MMM", "NOC", "NCLH", "HBAN", "AMCR", "XYZ", "BRK.B")
    }
    assert places == {
        "MMM": ("US", "MN", "Saint Paul"),
        "NOC": ("US", "VA", "West Falls Church"),  # the footnote mark is cut
        "NCLH": ("US", "FL", "Miami-Dade County"),
        "HBAN": ("US", "OH", "Columbus"),  # the first of two headquarters
        "AMCR": ("GB", "", "Warmley, Bristol"),
        "XYZ": ("", "", ""),  # "none"
        "BRK.B": ("US", "NE", "Omaha"),
    }
    # Three CIKs stand twice: the classes of shares are accounts of their own.
    assert {by_code[code].legal_name for code in ("GOOG", "GOOGL")} == {
        "Alphabet Inc. (Class A)",
        "Alphabet Inc. (Class C)",
    }
    assert {account.rep_id for account in by_code.values()} == {rep.user_id}


def test_the_second_time_it_changes_nothing(rep: Actor, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(imported(rep)) == WELL
    capsys.readouterr()
    assert main(imported(rep)) == WELL
    assert [line.split()[1] for line in capsys.readouterr().out.splitlines()[1:5]] == ["0", "0", "503", "0"]
