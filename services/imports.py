"""Imports from the command line: `python -m services.imports accounts FILE --map MAP.toml [--dry-run] [--as EMAIL]`.

`subscriptions FILE --cut-over DAY` takes over what another system billed until that day.
"""

from __future__ import annotations

import argparse
import sys
import tomllib
from collections import Counter
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from services import access
from services.commands.book_imports import apply_book
from services.commands.imports import apply_import
from services.errors import FileMissing, MapMalformed, NotFound, Refusal
from services.import_reports import say_counts, say_notes, say_refused, write_verdicts
from services.permissions import Actor
from services.queries.book_imports import JudgedRow, plan_book
from services.queries.imports import ImportPlan, open_file, plan_import, reps
from services.queries.sign_in import choices
from services.rules.import_kinds import ImportKind
from services.rules.import_mapping import ColumnMap, from_plain, suggest
from services.rules.import_verdicts import Judged, Verdict
from services.rules.tables import Table
from services.words.i18n import LANGUAGES, Words
from services.words.labels import field_name
from services.words.texts import sentence

WELL, ROWS_REFUSED, REFUSED = 0, 1, 2
_KINDS = [ImportKind.ACCOUNTS, ImportKind.SUBSCRIPTIONS, ImportKind.BALANCES]  # the others come in on their pages


def main(arguments: Sequence[str] | None = None) -> int:
    """Import a file; the exit code says how it went.

    0: every row is in (or would be) · 1: some rows were refused, the others are in · 2: nothing was done, and why.
    """
    given = _parser().parse_args(arguments)
    words = Words(given.language)
    try:
        return _import(given, words)
    except Refusal as refusal:
        print(sentence(refusal, words), file=sys.stderr)
        return REFUSED


def _import(given: argparse.Namespace, words: Words) -> int:
    actor, kind = _actor(given.actor, given.today), ImportKind(given.kind)
    table = open_file(actor, _content(given.file), encoding=given.encoding, kind=kind)
    columns = _column_map(given.map, kind) if given.map else suggest(table.header, kind)
    if kind is not ImportKind.ACCOUNTS:
        return _import_book(actor, table, columns, given, words)
    plan = plan_import(actor, table, columns, rep_id=_rep_id(actor, given.rep), today=given.today)
    refused = [row for row in plan.rows if row.verdict is Verdict.REFUSED]
    say_counts(given.file, len(plan.rows), plan.counts, words)
    say_notes(plan.notes, words)
    if given.verdicts:
        write_verdicts(given.verdicts, plan.rows, words)
    if given.dry_run:
        print(words.t("Dry run: nothing was written."))
    else:
        refused += _apply(actor, plan, words)
    say_refused(refused, words)
    _say_incomplete(plan, words)
    return ROWS_REFUSED if refused else WELL


def _import_book(actor: Actor, table: Table, columns: ColumnMap, given: argparse.Namespace, words: Words) -> int:
    cut_over_on = given.cut_over or given.today
    plan = plan_book(actor, table, columns, cut_over_on=cut_over_on, today=given.today)
    say_counts(given.file, len(plan.rows), plan.counts, words)
    say_notes(plan.notes, words)
    if given.dry_run:
        print(words.t("Dry run: nothing was written."))
    else:
        planned, done = len(plan.to_write), list[JudgedRow]()
        for progress in apply_book(actor, plan):
            done += progress.rows
            told = words.t("{done} of {total} rows written …", done=progress.done, total=progress.total)
            print(told, file=sys.stderr)
        plan = plan.outcome(done)
        written = planned - sum(row.verdict is Verdict.REFUSED for row in done)
        if columns.kind is ImportKind.BALANCES:
            print(words.tn("{n} opening item was written.", "{n} opening items were written.", written))
        else:
            print(words.tn("{n} subscription was written.", "{n} subscriptions were written.", written))
    if given.verdicts:
        write_verdicts(given.verdicts, plan.rows, words)
    say_refused(plan.refused, words)
    return ROWS_REFUSED if plan.refused else WELL


def _apply(actor: Actor, plan: ImportPlan, words: Words) -> list[Judged]:
    """Write the plan, telling how far it is; the rows that were refused on the way."""
    refused: list[Judged] = []
    for progress in apply_import(actor, plan):
        refused += [row for row in progress.rows if row.verdict is Verdict.REFUSED]
        print(words.t("{done} of {total} rows written …", done=progress.done, total=progress.total), file=sys.stderr)
    written = len(plan.to_write) - len(refused)
    print(words.tn("{n} account was written.", "{n} accounts were written.", written))
    return refused


def _say_incomplete(plan: ImportPlan, words: Words) -> None:
    if not plan.incomplete:
        return
    said = words.tn(
        "{n} account cannot order yet. What is missing, in how many accounts:",
        "{n} accounts cannot order yet. What is missing, in how many accounts:",
        len(plan.incomplete),
    )
    print(said)
    for field, count in Counter(code for row in plan.incomplete for code in row.missing).most_common():
        print(f"  {field_name(field, words):<24} {words.number(count):>8}")


def _actor(email: str, today: date) -> Actor:
    """The user with this mail address, or else the first administrator. Raises `NotFound`."""
    users = choices()
    wanted = email.casefold()
    found = [user for user in users if (user.email.casefold() == wanted if wanted else user.role == "admin")]
    if not found:
        raise NotFound(kind="user")
    return access.identify(found[0].user_id, today)


def _rep_id(actor: Actor, email: str) -> int | None:
    found = [rep.user_id for rep in reps(actor) if rep.email.casefold() == email.casefold()]
    if email and not found:
        raise NotFound(kind="user")
    return found[0] if email else None


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as fault:
        raise FileMissing(field="file", name=str(file)) from fault


def _column_map(file: Path, kind: ImportKind) -> ColumnMap:
    try:
        return from_plain(tomllib.loads(_content(file).decode()), kind)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise MapMalformed(field="map", place=str(fault)) from fault


def _today() -> date:
    return date.today()  # noqa: DTZ011 - the command line is where the day comes from


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m services.imports",
        description="Import accounts, or another system's subscriptions and open balances, from a CSV or XLSX file. "
        "The same file twice changes nothing.",
        epilog="exit codes: 0 all rows are in; 1 some rows were refused; 2 nothing was done",
    )
    parser.add_argument("kind", choices=_KINDS, help="what the rows are")
    parser.add_argument("file", type=Path, metavar="FILE", help="CSV (UTF-8, or see --encoding) or XLSX")
    parser.add_argument("--map", type=Path, metavar="MAP.toml", help="which column fills which field (else guessed)")
    parser.add_argument(
        "--cut-over",
        type=date.fromisoformat,
        metavar="DAY",
        help="of a book: the day up to which another system billed and booked (else today)",
    )
    parser.add_argument("--verdicts", type=Path, metavar="OUT.csv", help="write the verdict on every row there")
    parser.add_argument("--dry-run", action="store_true", help="say the verdicts and write nothing")
    parser.add_argument("--as", dest="actor", default="", metavar="EMAIL", help="who imports (else an administrator)")
    parser.add_argument("--rep", default="", metavar="EMAIL", help="who new accounts go to, if a manager imports")
    parser.add_argument("--encoding", default="", choices=["", "utf-8", "cp1252"], help="of a CSV that is not UTF-8")
    parser.add_argument("--language", default="en", choices=LANGUAGES, help="of what is said")
    parser.add_argument("--today", type=date.fromisoformat, default=_today(), metavar="DAY", help="the business day")
    return parser


if __name__ == "__main__":
    sys.exit(main())
