"""CSV files: read as they are, or refused with the line and the way out."""

import pytest

from services.errors import (
    ColumnTwice,
    EmptyFile,
    EncodingWrong,
    FileTooLarge,
    FileTypeUnknown,
    ImportRefused,
    LineMalformed,
    QuoteNotClosed,
    TooManyColumns,
    TooManyRows,
)
from services.rules.tables import MAX_BYTES, MAX_ROWS
from services.uploads.reading import read_table
from services.words.i18n import Words
from services.words.texts import sentence


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(delimiter: str) -> None:
    text = delimiter.join(("Code", "Name")) + "\n" + delimiter.join(("A1", '"Acme, Inc; Ltd"')) + "\n"
    table = read_table(text.encode())
    assert table.delimiter == delimiter
    assert table.header == ("Code", "Name")
    assert [row.cells for row in table.rows] == [("A1", "Acme, Inc; Ltd")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_utf8_and_marked_files_need_no_encoding(encoding: str) -> None:
    table = read_table("Code,Name\nE1,Estée 😀\n".encode(encoding))
    assert table.header == ("Code", "Name")
    assert table.rows[0].cells == ("E1", "Estée 😀")


def test_a_wrong_encoding_names_its_line_and_cp1252_is_read_when_declared() -> None:
    content = "Código;Razón social\nE1;Ibérica\n".encode("cp1252")
    with pytest.raises(EncodingWrong) as refusal:
        read_table(b"Code;Name\nA1;Acme\n" + content)
    assert refusal.value.values["line"] == 3
    assert read_table(content, encoding="cp1252").rows[0].cells == ("E1", "Ibérica")


def test_utf8_declared_as_cp1252_does_not_come_in_garbled() -> None:
    table = read_table("Code,Name\nE1,Estée\n".encode(), encoding="cp1252")
    assert (table.encoding, table.rows[0].cells[1]) == ("utf-8", "Estée")


def test_a_quote_never_closed_names_the_line_it_opens_on() -> None:
    rows = "".join(f"A{n},Acme {n}\n" for n in range(5000))
    with pytest.raises(QuoteNotClosed) as refusal:
        read_table(f'Code,Name\nA1,Acme\nA2,"Beta\n{rows}'.encode())
    assert refusal.value.values["line"] == 3


def test_a_quote_that_swallows_the_next_rows_is_refused_where_it_opens() -> None:
    with pytest.raises(QuoteNotClosed) as refusal:
        read_table(b'Code,Name\nA1,"Acme\nA2,"Beta"\nA3,Gamma\n')
    assert refusal.value.values["line"] == 2


def test_a_quote_in_the_wrong_place_is_refused() -> None:
    with pytest.raises(LineMalformed) as refusal:
        read_table(b'Code,Name\nA1,"Acme" Inc\n')
    assert refusal.value.values["line"] == 2


def test_row_numbers_are_the_spreadsheets() -> None:
    table = read_table(b'Code,Name\n\nA1,"two\nlines"\n,\nA2,Beta\n')
    assert [(row.number, row.cells[0]) for row in table.rows] == [(3, "A1"), (5, "A2")]


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"", EmptyFile),
        (b"Code,Name\n", EmptyFile),
        (b"Code,Name,code\nA,B,C\n", ColumnTwice),
        (b"Code,Name\nA\0,B\n", FileTypeUnknown),
        (b"\xd0\xcf\x11\xe0 an old workbook", FileTypeUnknown),
        (b"%PDF-1.7", FileTypeUnknown),
        (b"a" * (MAX_BYTES + 1), FileTooLarge),
        (b"Code,Name\nA," + b"x," * 300 + b"x\n", TooManyColumns),
        (b"Code,Name\n" + b"A,B\n" * (MAX_ROWS + 1), TooManyRows),
    ],
)
def test_what_is_no_table_is_refused(content: bytes, refusal: type[ImportRefused]) -> None:
    with pytest.raises(refusal) as refused:
        read_table(content)
    for language in ("en", "es"):
        said = sentence(refused.value, Words(language))
        assert said
        assert "–" not in said
        assert "{" not in said


def test_60000_rows_are_refused_with_the_limit_said() -> None:
    with pytest.raises(TooManyRows) as refusal:
        read_table(b"Code,Name\n" + b"".join(b"A%d,Acme\n" % n for n in range(60_000)))
    assert "50,000" in sentence(refusal.value, Words("en"))
    assert "50.000" in sentence(refusal.value, Words("es"))


def test_columns_without_a_name_are_called_by_their_letter() -> None:
    assert read_table(b"Code,,Name,\nA,x,Acme,\n").header == ("Code", "Column B", "Name")


def test_the_shape_is_the_header_whatever_its_order_and_case() -> None:
    one = read_table(b"Code,Legal  name\nA,Acme\n")
    assert one.shape == read_table(b"legal name;CODE\nAcme;A\n").shape
    assert one.shape != read_table(b"Code,Name\nA,Acme\n").shape
