"""The verdicts on rows of activity: their counts, and each row with what is told of it."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from dashboard.components.columns import Column, Kind
from dashboard.components.import_verdicts import PAGE, chosen_verdict, verdict_word
from dashboard.components.key_figures import Figure, key_figures
from dashboard.components.pagers import asked_slice, pager
from dashboard.components.tables import Whole, table
from dashboard.components.text import plain
from dashboard.words import _, words
from services.queries.imports import Verdict
from services.queries.usage_imports import JudgedUse, UsagePlan
from services.rules.import_kinds import ImportKind
from services.words.texts import sentence

KIND = ImportKind.USAGE


def draw_counts(plan: UsagePlan) -> None:
    """How many rows of each verdict, and how many name a user."""
    number = words().number
    definitions = {
        Verdict.NEW: _("Activity that is not known yet: it would be written."),
        Verdict.UNCHANGED: _("Activity that is known already, or stands twice in the file: nothing would be written."),
        Verdict.REFUSED: _("Rows that cannot come in, each with its reason: nothing would be written."),
    }
    key_figures(
        [
            *(Figure(verdict_word(v), number(count), definitions[v]) for v, count in plan.counts.items()),
            Figure(_("With a user"), number(plan.with_users), _("Rows that are evidence for a seat.")),
            Figure(
                _("Without a user"),
                number(plan.without_users),
                _("Rows that are evidence for the subscription only: no seat is called used or idle from them."),
            ),
        ]
    )
    if plan.outside:
        told = words().tn(
            "{n} row tells of a day on which its subscription gave no access. It counts all the same.",
            "{n} rows tell of a day on which their subscription gave no access. They count all the same.",
            plan.outside,
        )
        st.caption(plain(told))


def draw_plan(plan: UsagePlan, *, key: str) -> None:
    """A page of the rows of one verdict, or of all; all of them can be downloaded."""
    chosen = chosen_verdict(plan.counts, key=key)
    rows = [row for row in plan.rows if chosen in ("all", row.verdict)]
    asked = asked_slice(PAGE)
    shown = rows[asked.offset : asked.offset + asked.limit]
    table(
        _frame(shown),
        [
            Column("row", _("Row"), Kind.NUMBER, width=60, help=_("As your spreadsheet counts, the header included.")),
            Column("verdict", _("Verdict"), Kind.STATUS, width=105, names={v.value: verdict_word(v) for v in Verdict}),
            Column("user", _("User"), width=210),
            Column("about", _("Product or subscription"), width=190),
            Column("at", _("Used at"), Kind.INSTANT, width=160),
            Column("why", _("Why not"), width=380),
        ],
        key="import_use:verdicts",
        name=_("Verdicts"),
        empty=_("No row has this verdict. Choose another above."),
        download="activity-verdicts",
        whole=Whole(lambda: [_frame(rows)], len(rows), of=tuple(rows)),
        height=min(36 + 31 * len(shown), 388),
    )
    pager(len(rows), asked, PAGE)


def result_sentence(result: UsagePlan) -> str:
    """What became of the rows."""
    counts = result.counts
    parts = [
        words().tn("{n} row was written", "{n} rows were written", counts[Verdict.NEW]),
        words().tn("{n} was known already", "{n} were known already", counts[Verdict.UNCHANGED]),
        words().tn("{n} row was refused", "{n} rows were refused", counts[Verdict.REFUSED]),
    ]
    return plain(f"{', '.join(parts)}.")


def _frame(rows: Sequence[JudgedUse]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            (
                row.row,
                row.verdict.value,
                row.said.get("user", ""),
                row.said.get("reference") or row.said.get("product", ""),
                row.activity.at if row.activity else None,
                " ".join(sentence(problem, words()) for problem in row.problems),
            )
            for row in rows
        ],
        columns=["row", "verdict", "user", "about", "at", "why"],
        dtype=object,
    )
