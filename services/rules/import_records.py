"""Rows of a file as values of our fields, with what was made of their texts, and the question how days are written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from data.identity import account_id
from services.errors import ImportRefused, Problem
from services.rules.import_fields import Kind
from services.rules.import_kinds import ANY_FIELD
from services.rules.import_mapping import Given, Reader
from services.rules.import_values import convert, is_year_first, was_read_as
from services.rules.tables import Row, Table


class DaysAsked(ImportRefused):
    """A day that can be read in more than one way, `value` in `row`, and the map does not say how days are written."""


@dataclass(frozen=True, slots=True)
class Note:
    """What was done about a row that somebody should know: a code of `services.words`, and the values it names."""

    code: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Record:
    """A row as values of our fields; only those it gives, an empty cell gives none. `row` as a spreadsheet counts."""

    row: int
    values: Mapping[str, Any]
    problems: tuple[Problem, ...] = ()
    notes: tuple[Note, ...] = ()

    @property
    def code(self) -> str:
        """The account's code, empty where the row has none."""
        return str(self.values.get("code", ""))

    @property
    def reference(self) -> str:
        """What the other system calls the row, empty where it says nothing."""
        return str(self.values.get("reference", ""))

    @property
    def account_id(self) -> int:
        """The id the code leads to."""
        return account_id(self.code)


def records(table: Table, reader: Reader, key: tuple[str, ...] = ("code",)) -> Iterator[Record]:
    """The table's rows as values. `key`: the fields that tell rows apart; the same again is refused the second time."""
    first: dict[tuple[str, ...], int] = {}
    width = len(table.header)
    for row in table.rows:
        if any(cell.strip() for cell in row.cells[width:]) or (table.delimiter and len(row.cells) < width):
            counts = {"cells": len(row.cells), "columns": width}
            yield Record(row.number, {}, (Problem("row", "cell_count", counts),))
            continue
        record = _record(row.number, reader.read(_cells(row, width)), reader)
        formulas = reader.uses(row.formulas) if row.formulas else ()
        problems = record.problems + tuple(Problem(name, "formula_cell") for name in formulas)
        named = tuple(str(record.values.get(name, "")) for name in key)
        earlier = first.setdefault(named, row.number) if named[-1] else row.number
        if earlier != row.number:
            problems += (Problem(key[-1], "row_twice", {"value": named[-1], "row": earlier}),)
        yield replace(record, problems=problems)


def ask_about_days(table: Table, reader: Reader) -> None:
    """Raise `DaysAsked` where a day is not written year first and the map does not say how it is: never guessed."""
    if reader.days is not None:
        return
    width = len(table.header)
    dated = [part for part in reader.parts if ANY_FIELD[part[0]].kind is Kind.DATE]
    asking = Reader(tuple(dated))
    for row in table.rows if dated else ():
        for name, given in asking.read(_cells(row, width)).items():
            if given.text and not is_year_first(given.text) and any(letter.isdigit() for letter in given.text):
                raise DaysAsked(field=name, row=row.number, value=given.text[:30])


def _cells(row: Row, width: int) -> Sequence[str]:
    return row.cells + ("",) * (width - len(row.cells))


def _record(number: int, given: Mapping[str, Given], reader: Reader) -> Record:
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    notes: list[Note] = []
    for name, one in given.items():
        if not one.text:
            continue
        value, problem = convert(name, one.text, reader.days)
        if problem:
            problems.append(problem)
            continue
        values[name] = value
        if not one.said:
            notes.append(Note("from_map", {"field": name, "value": value}))
        elif one.text != one.said or was_read_as(name, one.text):
            notes.append(Note("read_as", {"field": name, "text": one.said[:60], "value": value}))
    return Record(number, values, tuple(problems), tuple(notes))
