"""The verdicts on a book from elsewhere: their counts, the rows with what was done about each, and the result."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from dashboard.components.columns import Column, Kind
from dashboard.components.import_verdicts import PAGE, chosen_verdict, first_page, verdict_word
from dashboard.components.key_figures import Figure, key_figures
from dashboard.components.pagers import asked_slice, pager
from dashboard.components.tables import Whole, table
from dashboard.components.text import one_line, plain
from dashboard.words import _, words
from services.queries.book_imports import BookPlan, ImportKind, JudgedRow, Verdict
from services.rules.import_book import Taken
from services.words.book_texts import NOTE_KINDS, note_texts
from services.words.texts import sentence

COLUMNS = ("row", "verdict", "reference", "code", "amount_minor", "currency", "what")


def draw_counts(plan: BookPlan) -> None:
    """How many rows of each verdict."""
    definitions = {
        Verdict.NEW: _("Rows that are not here yet: they would be written."),
        Verdict.UNCHANGED: _("Rows that came in before: nothing would be written."),
        Verdict.REFUSED: _("Rows that cannot come in, each with its reason: nothing would be written."),
    }
    key_figures(
        [
            Figure(verdict_word(verdict), words().number(count), definitions[verdict])
            for verdict, count in plan.counts.items()
        ]
    )


def draw_plan(plan: BookPlan, *, key: str) -> None:
    """The rows, of one verdict or about which one thing was done; `key`: what the choices are kept under."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        verdict = chosen_verdict(plan.counts, key=f"{key}verdict")
        note = _draw_notes(plan, key=key)
    rows = [
        row
        for row in plan.rows
        if verdict in ("all", row.verdict) and (note is None or any(one.code == note for one in row.notes))
    ]
    _draw_rows(plan, rows)


def _draw_notes(plan: BookPlan, *, key: str) -> str | None:
    counts = plan.notes
    names = {None: _("Whatever was done")} | {
        code: f"{words().t(NOTE_KINDS[code])} ({words().number(count)})" for code, count in counts.items()
    }
    chosen: str | None = st.selectbox(
        _("What was done"),
        list(names),
        format_func=names.__getitem__,
        key=f"{key}note",
        on_change=first_page,
        width=340,
        label_visibility="collapsed",
    )
    return chosen


def _draw_rows(plan: BookPlan, rows: Sequence[JudgedRow]) -> None:
    asked = asked_slice(PAGE)
    shown = rows[asked.offset : asked.offset + asked.limit]
    amount = _("Open amount") if plan.kind is ImportKind.BALANCES else _("Amount a month")
    table(
        verdict_frame(shown),
        [
            Column("row", _("Row"), Kind.NUMBER, width=52, help=_("As your spreadsheet counts, the header included.")),
            Column("verdict", _("Verdict"), Kind.STATUS, width=95, names={v.value: verdict_word(v) for v in Verdict}),
            Column("reference", _("Reference"), width=90),
            Column("code", _("Account"), width=85),
            Column("amount_minor", amount, Kind.MONEY, width=130),
            Column("what", _("What was done, or why not"), width=900),
        ],
        key="book:verdicts",
        name=_("Verdicts"),
        empty=_("No row has this verdict. Choose another above."),
        download="book-verdicts",
        whole=Whole(lambda: [verdict_frame(rows)], len(rows), of=tuple(rows)),
        height=min(36 + 31 * len(shown), 388),
    )
    pager(len(rows), asked, PAGE)


def verdict_frame(rows: Sequence[JudgedRow]) -> pd.DataFrame:
    """Columns: row (int), verdict (code), reference, code, amount_minor (a month, or open), currency, what (a text)."""
    return pd.DataFrame([_row(row) for row in rows], columns=list(COLUMNS), dtype=object)


def _row(row: JudgedRow) -> tuple[object, ...]:
    amount = None
    if row.taken is not None:
        amount = row.taken.monthly if isinstance(row.taken, Taken) else row.taken.amount
    minor, currency = (amount.minor, amount.currency) if amount is not None else (None, None)
    said = (one_line(row.record.reference), one_line(row.record.code))
    return (row.record.row, row.verdict.value, *said, minor, currency, what_was_done(row))


def what_was_done(row: JudgedRow) -> str:
    """Why the row is refused, or what was done about it."""
    if row.problems:
        return " ".join(sentence(problem, words()) for problem in row.problems)
    return note_texts(row.notes, words())


def draw_result(plan: BookPlan) -> None:
    """What became of the rows in one sentence, and those that were refused."""
    counts = plan.counts
    new = counts[Verdict.NEW]
    if plan.kind is ImportKind.BALANCES:
        written = words().tn("{n} opening item was booked", "{n} opening items were booked", new)
    else:
        written = words().tn("{n} subscription was taken over", "{n} subscriptions were taken over", new)
    unchanged, refused = counts[Verdict.UNCHANGED], counts[Verdict.REFUSED]
    parts = [
        (new, written),
        (unchanged, words().tn("{n} was unchanged", "{n} were unchanged", unchanged)),
        (refused, words().tn("{n} row was refused", "{n} rows were refused", refused)),
    ]
    st.success(plain(f"{', '.join(part for count, part in parts if count)}."), icon=":material/task_alt:")
    if plan.refused:
        st.subheader(words().tn("{n} refused row", "{n} refused rows", refused), anchor=False)
        _draw_rows(plan, plan.refused)
