"""The import page: from the file to the result, as reps and managers see it in both languages."""

import io

import pytest
import xlsxwriter
from sqlalchemy import func, select
from streamlit.testing.v1 import AppTest

from data import database
from data.identity import account_id
from data.models import Account
from services.permissions import Actor
from tests.builders import make_account
from tests.import_files import NO_REAL_LIST, REAL_LIST
from tests.screens import open_page, texts

FILE = b"Code,Name,Country,Currency\nA1,Acme,Spain,EUR\nB2,Beta,Atlantis,EUR\nC3,Gamma,DE,EUR\n"


def upload(actor: Actor, content: bytes, name: str = "customers.csv", language: str = "en") -> AppTest:
    """The page after a file was chosen."""
    screen = open_page(actor, "sales/imports", language=language)
    screen.get("file_uploader")[0].upload(name, content, "text/csv")
    return screen.run()


def check(actor: Actor, content: bytes, language: str = "en") -> AppTest:
    """The page after the rows were checked."""
    return upload(actor, content, language=language).button(key="import_check").click().run()


def accounts() -> int:
    with database.read_session() as session:
        return session.scalar(select(func.count()).select_from(Account)) or 0


def errors(screen: AppTest) -> list[str]:
    return [element.value.replace("\\", "") for element in screen.error]


def figures(screen: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in screen.metric}


def test_a_rep_imports_a_file_and_sees_what_is_missing(rep: Actor) -> None:
    screen = check(rep, FILE)
    assert figures(screen) == {"New": "2", "Changed": "0", "Unchanged": "0", "Refused": "1", "Incomplete": "2"}
    verdicts = screen.dataframe[0].value
    assert verdicts["row"].tolist() == [2, 3, 4]
    assert verdicts["what"].tolist() == [
        "Spain, EUR",
        "Country: Atlantis is not known. Translate it to one of ours, or correct the file.",
        "Germany, EUR",
    ]
    assert accounts() == 0
    apply = screen.button(key="import_apply")
    assert apply.label == "Import 2 accounts"
    screen = apply.click().run()
    assert not screen.error
    assert "2 accounts were created, 1 row was refused" in texts(screen)
    assert "2 accounts cannot order yet" in texts(screen)
    assert accounts() == 2
    lacking = next(frame.value for frame in screen.dataframe if "missing" in frame.value and len(frame.value) == 2)
    assert lacking["code"].tolist() == ["A1", "C3"]
    assert "Billing contact" in lacking["missing"][0]


def test_the_same_file_again_has_nothing_to_import_and_its_map_is_remembered(rep: Actor) -> None:
    check(rep, FILE).button(key="import_apply").click().run()
    screen = upload(rep, FILE)
    assert "The column map last used for such a file was taken" in texts(screen)
    screen = screen.button(key="import_check").click().run()
    assert figures(screen)["Unchanged"] == "2"
    assert screen.button(key="import_apply").disabled
    assert "There is nothing to import" in texts(screen)


def test_it_speaks_spanish(rep: Actor) -> None:
    content = "Código;Razón social;País;Moneda\nA1;Ibérica;España;EUR\nB2;Otra;Ruritania;EUR\n".encode()
    screen = check(rep, content, language="es")
    assert figures(screen) == {
        "Nueva": "1",
        "Modificada": "0",
        "Sin cambios": "0",
        "Rechazada": "1",
        "Incompletas": "1",
    }
    assert screen.dataframe[0].value["what"][1].startswith("País: Ruritania no se conoce.")
    screen = screen.button(key="import_apply").click().run()
    assert "1 cuenta creada, 1 fila rechazada" in texts(screen)


def test_rows_are_filtered_by_verdict_and_by_what_is_missing(rep: Actor) -> None:
    screen = check(rep, FILE)
    screen = screen.button_group(key="import:shown").set_value("refused").run()
    assert screen.dataframe[0].value["code"].tolist() == ["B2"]
    screen = screen.button_group(key="import:shown").set_value("incomplete").run()
    assert screen.dataframe[0].value["code"].tolist() == ["A1", "C3"]
    assert screen.dataframe[0].value["missing"][0].startswith("Street")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("Código;Razón social\nA1;Ibérica\n".encode("cp1252"), "line 1 holds characters that are not utf-8"),
        (b'Code,Name\nA1,"Acme\nA2,Beta\n', "a quotation mark opens on line 2 and is never closed"),
        (b"Code,Name\n" + b"A,B\n" * 60_000, "more than 50,000 rows"),
        (b"", "there is no row below the header"),
        (b"PK\x03\x04 broken", "this workbook is damaged, protected or too large"),
        (b"\xd0\xcf\x11\xe0 old", "neither CSV nor XLSX"),
    ],
)
def test_a_malformed_file_is_refused_in_words(rep: Actor, content: bytes, said: str) -> None:
    screen = upload(rep, content)
    assert len(errors(screen)) == 1
    assert said in errors(screen)[0]
    assert not any(button.key == "import_check" for button in screen.button)


def test_another_encoding_can_be_declared(rep: Actor) -> None:
    screen = upload(rep, "Code;Name\nA1;Ibérica\n".encode("cp1252"))
    assert errors(screen)
    screen = screen.selectbox(key="import_encoding").set_value("cp1252").run()
    assert not errors(screen)
    check = screen.button(key="import_check").click().run()
    assert check.dataframe[0].value["name"].tolist() == ["Ibérica"]


def test_a_file_without_a_code_asks_for_its_column(rep: Actor) -> None:
    screen = upload(rep, b"Colour,Name\nred,Acme\n")
    assert errors(screen) == ["Column map: choose a column for Code. Without it no row can be read."]
    assert not any(button.key == "import_check" for button in screen.button)


def test_a_workbook_with_one_cell_at_its_far_end_is_refused(rep: Actor) -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Code", "Name"])
        sheet.write_row(1, 0, ["A1", "Acme"])
        sheet.write("XFD1048576", "x")
    screen = upload(rep, out.getvalue(), "far.xlsx")
    assert "something stands in cell XFD1048576" in errors(screen)[0]


def test_a_workbook_with_formulas_refuses_those_rows(rep: Actor) -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Code", "Name"])
        sheet.write_row(1, 0, ["A1", "=1+1"])
        sheet.write_row(2, 0, ["A2", "Beta"])
    screen = upload(rep, out.getvalue(), "formulas.xlsx").button(key="import_check").click().run()
    assert screen.dataframe[0].value["what"].tolist() == [
        "Legal name: the cell holds a formula or an error. Paste its value instead.",
        "",
    ]


def test_a_manager_chooses_who_gets_new_accounts(manager: Actor, rep: Actor) -> None:
    screen = upload(manager, FILE)
    screen.selectbox(key="import:rep").set_value(rep.user_id)
    screen = screen.run().button(key="import_check").click().run()
    screen.button(key="import_apply").click().run()
    with database.read_session() as session:
        assert set(session.scalars(select(Account.rep_id))) == {rep.user_id}


def test_what_changed_since_the_look_is_told_and_not_overwritten(rep: Actor) -> None:
    make_account("A1", rep=rep, legal_name="Acme before")
    screen = check(rep, FILE)
    assert figures(screen)["Changed"] == "1"
    with database.write_session() as session:
        session.get_one(Account, account_id("A1")).legal_name = "Acme meanwhile"
    screen = screen.button(key="import_apply").click().run()
    assert "1 account was created, 2 rows were refused" in texts(screen)
    refused = screen.dataframe[0].value
    assert refused["what"][0] == "Code: the account changed since you looked. Look at the verdicts again."


def test_accounts_of_another_rep_are_refused_without_a_word_about_them(rep: Actor, other_rep: Actor) -> None:
    make_account("A1", rep=other_rep, legal_name="Secret Holding")
    screen = check(rep, FILE)
    assert "belongs to somebody else" in screen.dataframe[0].value["what"][0]
    assert "Secret" not in texts(screen) + screen.dataframe[0].value.to_csv()


def test_evil_names_are_shown_as_texts(rep: Actor) -> None:
    content = b'Code,Name\nA1,"![x](https://evil.example/i.png)"\nA2,=cmd()\n'
    screen = upload(rep, content, "![f](https://evil.example).csv")
    screen = screen.button(key="import_check").click().run()
    assert screen.dataframe[0].value["name"].tolist() == ["![x](https://evil.example/i.png)", "=cmd()"]
    assert "![" not in texts(screen)
    screen = screen.button(key="import_apply").click().run()
    assert "![" not in texts(screen)
    assert accounts() == 2


def test_back_to_the_columns_keeps_them_and_another_file_begins_anew(rep: Actor) -> None:
    screen = check(rep, FILE)
    screen = screen.button(key="import_back").click().run()
    assert screen.button(key="import_check")
    screen = screen.button(key="import_again").click().run()
    assert len(screen.get("file_uploader")) == 1
    assert accounts() == 0


def test_who_may_not_import_is_told_so(finance: Actor) -> None:
    screen = open_page(finance, "sales/imports")
    assert "Your role may not do this" in errors(screen)[0]
    assert not screen.get("file_uploader")


@pytest.mark.skipif(not REAL_LIST.exists(), reason=NO_REAL_LIST)
def test_the_real_list_comes_in_whole_with_suggested_columns(rep: Actor) -> None:
    screen = check(rep, REAL_LIST.read_bytes())
    assert figures(screen)["New"] == "503"
    screen = screen.button(key="import_apply").click().run()
    assert "503 accounts were created" in texts(screen)
    assert accounts() == 503
