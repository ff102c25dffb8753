"""Reading of an upload, whatever it claims to be: its first bytes say whether it is a workbook or text."""

from services.errors import FileTooLarge, FileTypeUnknown
from services.rules.tables import MAX_BYTES, Table
from services.uploads.csv_files import read_csv
from services.uploads.workbooks import read_workbook

_ZIP = b"PK\x03\x04"
_OLD_OR_LOCKED_OFFICE = b"\xd0\xcf\x11\xe0"


def read_table(content: bytes, *, encoding: str = "") -> Table:
    """The table of a CSV or XLSX file; `encoding` ('utf-8' or 'cp1252') only for a CSV that is not UTF-8.

    Raises a kind of `ImportRefused` that says what to do about the file.
    """
    if len(content) > MAX_BYTES:
        raise FileTooLarge(field="file", limit=MAX_BYTES // (1024 * 1024))
    if content.startswith(_ZIP):
        return read_workbook(content)
    if content.startswith((_OLD_OR_LOCKED_OFFICE, b"%PDF", b"\x1f\x8b")):
        raise FileTypeUnknown(field="file")
    return read_csv(content, encoding=encoding)
