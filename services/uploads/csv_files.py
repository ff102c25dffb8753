"""CSV files: their encoding, their delimiter, and rows that are taken as they are or not at all."""

import codecs
import csv
import io
from collections.abc import Iterator

from services.errors import EmptyFile, EncodingWrong, FileTypeUnknown, LineMalformed, QuoteNotClosed
from services.rules.tables import MAX_COLUMNS, Row, Table, make_table

_DELIMITERS = (",", ";", "\t", "|")
_SAMPLE_ROWS = 20
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def read_csv(content: bytes, *, encoding: str = "") -> Table:
    """The table of a CSV file in UTF-8 (or UTF-16 with its mark), or in the encoding declared.

    The delimiter is found: comma, semicolon, tab or bar. Raises `EncodingWrong` (with the line), `QuoteNotClosed` (with
    the line it opens on), `LineMalformed`, `FileTypeUnknown`, and what `make_table` raises.
    """
    text, used = _decoded(content, encoding)
    if "\0" in text:
        raise FileTypeUnknown(field="file")
    if not text.strip():
        raise EmptyFile(field="file")
    delimiter = _delimiter(text)
    return make_table(_rows(text, delimiter), encoding=used, delimiter=delimiter)


def _decoded(content: bytes, declared: str) -> tuple[str, str]:
    encoding = next((name for mark, name in _MARKS if content.startswith(mark)), declared or "utf-8")
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as fault:
        line = content.count(b"\n", 0, fault.start) + 1
        raise EncodingWrong(field="file", encoding=encoding, line=line) from fault
    if encoding == "cp1252" and not text.isascii() and _is_utf8(content):
        # Read as cp1252 it would come in as "EstÃ©e": every such file is really UTF-8.
        return content.decode(), "utf-8"
    return text, encoding


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True


def _delimiter(text: str) -> str:
    """The one that cuts the first rows into the same number of cells, and into the most."""
    best, best_score = ",", (0.0, 0)
    for delimiter in _DELIMITERS:
        widths: list[int] = []
        try:
            for cells in csv.reader(io.StringIO(text[:100_000]), delimiter=delimiter):
                if cells:
                    widths.append(len(cells))
                if len(widths) == _SAMPLE_ROWS:
                    break
        except csv.Error:
            continue
        if not widths or widths[0] < 2:
            continue
        score = (widths.count(widths[0]) / len(widths), widths[0])
        if score > best_score:
            best, best_score = delimiter, score
    return best


def _rows(text: str, delimiter: str) -> Iterator[Row]:
    # strict: a quote in the wrong place is refused instead of being read in some way nobody meant.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 0
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as fault:
            kind = QuoteNotClosed if reader.line_num > line or "end of data" in str(fault) else LineMalformed
            raise kind(field="file", line=line) from fault
        number += 1
        while len(cells) > MAX_COLUMNS and not cells[-1].strip():
            cells.pop()
        yield Row(number, tuple(cells))
