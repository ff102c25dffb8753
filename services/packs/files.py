"""How the files of a pack are written: CSV, a plain-text ledger, and a ZIP whose bytes depend on its content alone."""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from hashlib import sha256
from typing import Any

from data.money import Money, exponent
from services.packs.journal import Entry
from services.rules.general_ledger import gl_code, ledger_name
from services.rules.text import harmless


def csv_bytes(rows: Iterable[tuple[Any, ...]]) -> bytes:
    """Rows as UTF-8 CSV; texts that a spreadsheet would take for a formula begin with an apostrophe."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    for row in rows:
        writer.writerow([_cell(value) for value in row])
    return out.getvalue().encode()


def _cell(value: Any) -> str:
    if isinstance(value, Decimal):
        return format(value, "f")
    return harmless(value.isoformat() if isinstance(value, date) else str(value))


def journal_rows(entries: Iterable[Entry], codes: Mapping[str, str]) -> Iterator[tuple[Any, ...]]:
    """The journal as rows, a side each; the sides of an `entry` add up to 0."""
    yield "entry", "day", "reference", "account", "gl_code", "ledger_account", "part", "currency", "debit", "credit"
    for number, entry in enumerate(entries, start=1):
        for place, minor in entry.sides:
            amount = Money(abs(minor), entry.currency).major
            debit, credit = (amount, "") if minor > 0 else ("", amount)
            yield (
                number, entry.day, entry.reference, entry.account, gl_code(place, codes), place.ledger_account,
                place.part, entry.currency, debit, credit,
            )  # fmt: skip


def ledger_text(entries: Iterable[Entry]) -> bytes:
    """The journal as a plain-text ledger that hledger reads: commodities and accounts declared, each entry balanced."""
    currencies: set[str] = set()
    names: set[str] = set()
    body = io.StringIO()
    for entry in entries:
        told = " | ".join(part for part in (entry.reference or "entry", entry.account) if part)
        body.write(f"\n{entry.day.isoformat()} {told}\n")
        currencies.add(entry.currency)
        for place, minor in entry.sides:
            name = ledger_name(place)
            names.add(name)
            body.write(f"    {name}  {Money(minor, entry.currency).major:f} {entry.currency}\n")
    head = io.StringIO()
    head.write("decimal-mark .\n")
    for currency in sorted(currencies):
        places = exponent(currency)
        head.write(f"commodity 1000.{'0' * places} {currency}\n")
    for name in sorted(names):
        head.write(f"account {name}\n")
    return (head.getvalue() + body.getvalue()).encode()


def zipped(files: Mapping[str, bytes], day: date) -> bytes:
    """The files with their hashes (SHA256SUMS) as a ZIP; stamped with the day, so that it is the same at any time."""
    sums = "".join(f"{sha256(content).hexdigest()}  {name}\n" for name, content in sorted(files.items()))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, content in sorted({**files, "SHA256SUMS": sums.encode()}.items()):
            info = zipfile.ZipInfo(name, (day.year, day.month, day.day, 0, 0, 0))
            info.compress_type, info.external_attr, info.create_system = zipfile.ZIP_DEFLATED, 0o644 << 16, 3
            archive.writestr(info, content)
    return out.getvalue()
