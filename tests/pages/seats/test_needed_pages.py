"""Needed or not on its pages: a file for each manager, all in one, and what comes back, in both languages."""

import io
import zipfile
from datetime import date

import pytest
from openpyxl import load_workbook

from dashboard.components import seat_needs
from services.permissions import Actor
from services.queries.seat_needs import need_managers
from services.rules.seat_needs import seat_code
from tests.builders import TODAY, make_account, make_grant, make_licensed_user, make_seat, make_subscription
from tests.screens import open_page, texts


@pytest.fixture
def ids(rep: Actor, licence_manager: Actor) -> dict[str, int]:
    """Two managers with a seat each."""
    account = make_account("acme", rep=rep)
    make_grant(licence_manager, account)
    bought = make_subscription(account, seats=10)
    found = {"account": account}
    for name, manager in (("quill", "=Mara/Sol"), ("feather", "Ñandú Ibáñez")):
        user = make_licensed_user(account, f"{name}@acme.example", manager=manager)
        found[name] = make_seat(account, bought, user, assigned_on=date(2025, 6, 1))
    return found


@pytest.mark.parametrize("language", ["en", "es"])
def test_each_manager_has_a_file(ids: dict[str, int], licence_manager: Actor, language: str) -> None:
    screen = open_page(licence_manager, "seats/needed", language=language, account=ids["account"])
    assert not screen.error and "Ñandú" in texts(screen)
    assert len(screen.get("download_button")) == 5  # the ZIP, and CSV and XLSX of both


@pytest.mark.parametrize(("language", "offered"), [("en", '"needed,not needed"'), ("es", '"necesaria,no necesaria"')])
def test_the_zip_has_a_list_to_choose_from_in_each_file(
    ids: dict[str, int], licence_manager: Actor, language: str, offered: str
) -> None:
    managers = need_managers(licence_manager, ids["account"], today=TODAY)
    made = [seat_needs._zip(licence_manager, ids["account"], "acme", managers, TODAY, language) for _ in range(2)]
    with zipfile.ZipFile(io.BytesIO(made[0])) as whole:
        names = whole.namelist()
        assert names == [
            f"seats-needed-acme-{TODAY}-001-mara-sol.xlsx",
            f"seats-needed-acme-{TODAY}-002-ñandú-ibáñez.xlsx",
        ]
        sheet = load_workbook(io.BytesIO(whole.read(names[0]))).active
        assert sheet is not None
        rows = list(sheet.iter_rows(values_only=True))
        assert rows[1][0] == seat_code(ids["quill"]) and rows[1][1] == "=Mara/Sol" and rows[1][-1] is None
        (rule,) = sheet.data_validations.dataValidation
        assert rule.formula1 == offered and str(rule.sqref).startswith("N2:")


def test_the_import_shows_verdicts_before_it_records(ids: dict[str, int], licence_manager: Actor) -> None:
    screen = open_page(licence_manager, "seats/import_needed", account=ids["account"])
    assert not screen.error
    content = f"Seat;Needed\n{seat_code(ids['quill'])};no\nS-Q;yes\n".encode()
    name = f"import_needed_{ids['account']}"
    screen.file_uploader(key=f"{name}_file").set_value(("answers.csv", content, "text/csv")).run()
    screen.button(key=f"import_needed_{ids['account']}_check").click().run()
    assert not screen.error and [metric.value for metric in screen.metric] == ["1", "0", "0", "1", "1"]
    screen.button(key=f"import_needed_{ids['account']}_apply").click().run()
    assert not screen.error and "1 answer recorded" in texts(screen)
    act = open_page(licence_manager, "seats/act", account=ids["account"], seats_of="unneeded")
    assert act.dataframe[0].value["email"].tolist() == ["quill@acme.example"]
    assert "=Mara/Sol" in act.dataframe[0].value["said"].iloc[0]
