"""What the command line says of an import: counts of verdicts, refused rows, what was done about rows."""

from __future__ import annotations

import csv
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from services.errors import FileMissing, Problem
from services.rules.import_records import Note, Record
from services.rules.import_verdicts import Verdict
from services.rules.text import harmless
from services.words.book_texts import NOTE_KINDS, note_texts
from services.words.i18n import Words
from services.words.import_texts import VERDICTS
from services.words.texts import sentence

_SHOWN = 20


class Row(Protocol):
    """A judged row of any kind."""

    @property
    def record(self) -> Record: ...
    @property
    def verdict(self) -> Verdict: ...
    @property
    def problems(self) -> tuple[Problem, ...]: ...
    @property
    def notes(self) -> tuple[Note, ...]: ...


def say_counts(file: Path, rows: int, counts: Mapping[Verdict, int], words: Words) -> None:
    """How many rows there are of each verdict."""
    print(words.tn("{file}: {n} row", "{file}: {n} rows", rows, file=file.name))
    for verdict, count in counts.items():
        print(f"  {words.t(VERDICTS[verdict]):<12} {words.number(count):>8}")


def say_notes(notes: Mapping[str, int], words: Words) -> None:
    """What was done about rows, and about how many."""
    if notes:
        print(words.t("What was done about rows, and about how many:"))
    width = max((len(words.t(NOTE_KINDS[code])) for code in notes), default=0)
    for code, count in sorted(notes.items(), key=lambda note: -note[1]):
        print(f"  {words.t(NOTE_KINDS[code]):<{width}} {words.number(count):>8}")


def say_refused(rows: Sequence[Row], words: Words) -> None:
    """The first refused rows with their reasons, on the error output."""
    for row in rows[:_SHOWN]:
        for problem in row.problems:
            print(words.t("Row {row}: {why}", row=str(row.record.row), why=sentence(problem, words)), file=sys.stderr)
    if len(rows) > _SHOWN:
        rest = len(rows) - _SHOWN
        print(words.tn("… and {n} more refused row.", "… and {n} more refused rows.", rest), file=sys.stderr)


def what_was_done(row: Row, words: Words) -> str:
    """Why the row is refused, or what was done about it."""
    if row.problems:
        return " ".join(sentence(problem, words) for problem in row.problems)
    return note_texts(row.notes, words)


def write_verdicts(file: Path, rows: Sequence[Row], words: Words) -> None:
    """The verdict on every row as a CSV file. Raises `FileMissing` where it cannot be written."""
    try:
        with file.open("w", encoding="utf-8", newline="") as out:
            to = csv.writer(out)
            to.writerow([words.t("Row"), words.t("Verdict"), words.t("Reference"), words.t("What was done")])
            for row in rows:
                verdict = words.t(VERDICTS[row.verdict])
                to.writerow(
                    [row.record.row, verdict, harmless(row.record.reference), harmless(what_was_done(row, words))]
                )
    except OSError as fault:
        raise FileMissing(field="file", name=str(file)) from fault
