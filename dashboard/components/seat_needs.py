"""Lists for managers to say which seats are needed: as files, and the verdicts on what comes back."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import partial

import pandas as pd
import streamlit as st

from dashboard.components.columns import Column, Kind
from dashboard.components.downloads import XLSX
from dashboard.components.exports import csv_file, xlsx_file
from dashboard.components.import_verdicts import PAGE as ROWS
from dashboard.components.import_verdicts import chosen_verdict, verdict_word
from dashboard.components.key_figures import Figure, key_figures
from dashboard.components.pagers import asked_slice, pager
from dashboard.components.tables import Whole, table
from dashboard.components.text import plain
from dashboard.components.use_tables import use_names, why
from dashboard.day import today
from dashboard.words import _, language, spoken, words
from services.permissions import Actor
from services.queries.imports import Verdict
from services.queries.seat_needs import PAGE, JudgedNeed, ManagerSeats, NeedsPlan, need_seats
from services.rules.seat_needs import Answer
from services.words.labels import enum_words
from services.words.texts import sentence

_STAMP = (1980, 1, 1, 0, 0, 0)  # the earliest a ZIP can say: the same lists are the same bytes


def file_columns() -> list[Column]:
    """The columns of a manager's file, in the reader's language; the last is for the manager to fill in."""
    answers = enum_words("Answer", words())
    return [
        Column("seat", _("Seat")),
        Column("manager", _("Manager")),
        Column("cost_centre", _("Cost centre")),
        Column("person", _("Person")),
        Column("email", _("Email")),
        Column("product", _("Product")),
        Column("reference", _("Subscription")),
        Column("held_since", _("Seat since"), Kind.DAY),
        Column("last_seen_on", _("Last seen"), Kind.DAY),
        Column("use", _("Use"), Kind.STATUS, names=use_names()),
        Column("why", _("Evidence or rule")),
        Column("month_minor", _("A month"), Kind.MONEY),
        Column("answer", _("Needed / not needed"), choices=tuple(answers.values())),
    ]


def draw_managers(actor: Actor, account_id: int, code: str, managers: Sequence[ManagerSeats]) -> None:
    """A file for each manager, and all of them in one."""
    day, reader = today(), language()
    st.download_button(
        words().tn("The list of {n} manager (ZIP)", "The lists of {n} managers (ZIP)", len(managers)),
        data=lambda: _zip(actor, account_id, code, managers, day, reader),
        file_name=f"seats-needed-{code}-{day}.zip",
        mime="application/zip",
        key="needs_zip",
        type="primary",
        icon=":material/folder_zip:",
        on_click="ignore",
    )
    for number, one in enumerate(managers[:50]):
        with st.container(border=True, horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            told = words().tn("{n} seat", "{n} seats", one.seats)
            said = _("{needed} said to be needed, {not_needed} not", needed=one.needed, not_needed=one.not_needed)
            st.markdown(f"**{plain(_named(one))}**  \n:gray[{plain(told)} · {plain(said)}]", width="content")
            with st.container(horizontal=True, width="content"):
                for ending, mime in (("csv", "text/csv"), ("xlsx", XLSX)):
                    st.download_button(
                        ending.upper(),
                        data=partial(_file, actor, account_id, one, day, reader, ending),
                        file_name=_file_name(code, one, number, day, ending),
                        mime=mime,
                        key=f"needs_{number}_{ending}",
                        type="tertiary",
                        icon=":material/download:",
                        on_click="ignore",
                    )
    if len(managers) > 50:
        st.caption(_("{n} more are in the ZIP.", n=len(managers) - 50))


def draw_verdicts(plan: NeedsPlan, *, key: str) -> None:
    """How many rows of each verdict, and the rows of one of them."""
    number = words().number
    definitions = {
        Verdict.NEW: _("Seats that nobody answered for yet: the answer would be recorded."),
        Verdict.CHANGED: _("Seats with another answer until now: the new one would be recorded."),
        Verdict.UNCHANGED: _("Rows without an answer, or with the one that is recorded: nothing would be written."),
        Verdict.REFUSED: _("Rows that cannot come in, each with its reason: nothing would be written."),
    }
    proposed = _("Answers that say so: their seats are then proposed to be released. Nothing is released by the file.")
    key_figures(
        [
            *(Figure(verdict_word(v), number(count), definitions[v]) for v, count in plan.counts.items()),
            Figure(_("Not needed"), number(plan.answers(Answer.NOT_NEEDED)), proposed),
        ]
    )
    chosen = chosen_verdict(plan.counts, key=key)
    rows = [row for row in plan.rows if chosen in ("all", row.verdict)]
    asked = asked_slice(ROWS)
    shown = rows[asked.offset : asked.offset + asked.limit]
    table(
        _frame(shown),
        [
            Column("row", _("Row"), Kind.NUMBER, width=60, help=_("As your spreadsheet counts, the header included.")),
            Column("verdict", _("Verdict"), Kind.STATUS, width=115, names={v.value: verdict_word(v) for v in Verdict}),
            Column("email", _("Email"), width=200),
            Column("answer", _("Needed / not needed"), width=155),
            Column("why", _("Why not"), width=330),
            Column("before", _("Until now"), width=110),
            Column("by", _("Said by"), width=130),
            Column("seat", _("Seat"), width=140),
        ],
        key="needs:verdicts",
        name=_("Verdicts"),
        empty=_("No row has this verdict. Choose another above."),
        download="seats-needed-verdicts",
        whole=Whole(lambda: [_frame(rows)], len(rows), of=tuple(rows)),
        height=min(36 + 31 * len(shown), 388),
    )
    pager(len(rows), asked, ROWS)


def result_sentence(result: NeedsPlan) -> str:
    """What became of the rows."""
    counts = result.counts
    parts = [
        words().tn("{n} answer recorded", "{n} answers recorded", counts[Verdict.NEW] + counts[Verdict.CHANGED]),
        words().tn("{n} row unchanged", "{n} rows unchanged", counts[Verdict.UNCHANGED]),
        words().tn("{n} row refused", "{n} rows refused", counts[Verdict.REFUSED]),
    ]
    return plain(f"{', '.join(parts)}.")


def _frame(rows: Sequence[JudgedNeed]) -> pd.DataFrame:
    answers = enum_words("Answer", words())
    return pd.DataFrame(
        [
            (
                row.row,
                row.verdict.value,
                row.said.get("seat", ""),
                row.said.get("email", ""),
                answers[row.before.value] if row.before else "",
                answers[row.answer.value] if row.answer else row.said.get("answer", ""),
                row.said.get("manager", ""),  # of the file: the user's own may be hidden
                " ".join(sentence(problem, words()) for problem in row.problems),
            )
            for row in rows
        ],
        columns=["row", "verdict", "seat", "email", "before", "answer", "by", "why"],
        dtype=object,
    )


def _named(one: ManagerSeats) -> str:
    return one.manager or _("Without a manager")


def _file_name(code: str, one: ManagerSeats, number: int, day: date, ending: str) -> str:
    """Safe on every disk, and never the same for two managers."""
    bare = "".join(letter if letter.isalnum() else "-" for letter in one.manager.casefold())[:40].strip("-")
    return f"seats-needed-{code}-{day}-{number + 1:03}{'-' if bare else ''}{bare}.{ending}"


def _seats(actor: Actor, account_id: int, one: ManagerSeats, day: date) -> Iterator[pd.DataFrame]:
    offset = 0
    while True:
        listed = need_seats(actor, account_id, today=day, manager=one.manager, limit=PAGE, offset=offset)
        frame = listed.frame
        yield frame.assign(why=[why(row) for _n, row in frame.iterrows()])
        offset += PAGE
        if offset >= listed.total:
            return


def _file(actor: Actor, account_id: int, one: ManagerSeats, day: date, reader: str, ending: str) -> bytes:
    with spoken(reader):  # the link is followed outside of the session
        return _bytes(_seats(actor, account_id, one, day), ending)


def _bytes(pieces: Iterable[pd.DataFrame], ending: str) -> bytes:
    frame = pd.concat(list(pieces), ignore_index=True)
    write = csv_file if ending == "csv" else xlsx_file
    return write(frame, file_columns())


def _zip(actor: Actor, account_id: int, code: str, managers: Sequence[ManagerSeats], day: date, reader: str) -> bytes:
    out = io.BytesIO()
    with spoken(reader), zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as whole:
        for number, one in enumerate(managers):
            name = zipfile.ZipInfo(_file_name(code, one, number, day, "xlsx"), _STAMP)
            whole.writestr(name, _bytes(_seats(actor, account_id, one, day), "xlsx"))
    return out.getvalue()
