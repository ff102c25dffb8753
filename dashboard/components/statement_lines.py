"""Lines of a bank statement on a page: verdicts counted and listed before booking, and those that wait."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from dashboard.components.badges import badge_text
from dashboard.components.columns import Column, Kind
from dashboard.components.tables import table
from dashboard.components.text import plain
from dashboard.words import _, words
from services.queries.statements import LineVerdict, StatementPlan
from services.words import texts
from services.words.i18n import N_

VERDICTS = {
    LineVerdict.EXACT: N_("number and amount"),
    LineVerdict.DIFFERENT: N_("number, other amount"),
    LineVerdict.BY_AMOUNT: N_("amount and payer"),
    LineVerdict.SETTLED: N_("already paid"),
    LineVerdict.UNMATCHED: N_("not matched"),
    LineVerdict.KNOWN: N_("known"),
    LineVerdict.OUTGOING: N_("outgoing"),
    LineVerdict.REFUSED: N_("unreadable"),
}


def draw_counts(plan: StatementPlan) -> None:
    """How many lines of each verdict, in one row."""
    parts = [
        f"{badge_text(verdict.value, _(VERDICTS[verdict]))} **{plain(words().number(count))}**"
        for verdict, count in plan.counts.items()
    ]
    st.markdown("   ".join(parts))


def draw_plan(plan: StatementPlan) -> None:
    """Every line with its verdict and what it would pay."""
    table(
        _frame(plan),
        [
            Column("reference", _("Reference"), width=206),
            Column("verdict", _("Verdict"), Kind.STATUS, names=_names(), width=140),
            Column("payer", _("Payer"), width=116),
            Column("booked_on", _("Booked on"), Kind.DAY, width=98),
            Column("amount_minor", _("Amount"), Kind.MONEY, is_summed=True, width=100),
            Column("invoice", _("Pays"), width=132),
            Column("account", _("Account"), width=126),
            *([Column("why", _("Why not"), width=220)] if any(row.problem for row in plan.unread) else []),
        ],
        key="statement_lines",
        name=_("Lines of the statement"),
        empty=_("The file has no line."),
        height=420 if len(plan.lines) + len(plan.unread) > 10 else None,
    )


def waiting_columns() -> Sequence[Column]:
    """The columns of the lines that wait (see `services.queries.statements.open_lines`)."""
    return [
        Column("reference", _("Reference"), width=300),
        Column("payer", _("Payer"), width=190),
        Column("booked_on", _("Booked on"), Kind.DAY, width=100),
        Column("amount_minor", _("Amount"), Kind.MONEY, is_summed=True),
        Column("statement", _("Statement"), width=170),
    ]


def _names() -> dict[str, str]:
    return {verdict.value: _(word) for verdict, word in VERDICTS.items()}


def _frame(plan: StatementPlan) -> pd.DataFrame:
    rows: list[tuple[Any, ...]] = [
        (
            line.row.position,
            line.row.reference or "–",
            line.verdict.value,
            line.row.payer,
            line.row.booked_on,
            line.row.amount.minor,
            line.row.amount.currency,
            ", ".join(one.number for one in line.invoices),
            line.candidate.account if line.candidate else "",
            "",
        )
        for line in plan.lines
    ]
    rows += [
        (
            row.position,
            row.text or "–",
            row.verdict.value,
            "",
            None,
            None,
            None,
            "",
            "",
            texts.sentence(row.problem, words()) if row.problem else "",
        )
        for row in plan.unread
    ]
    columns = "position reference verdict payer booked_on amount_minor currency invoice account why".split()
    rows.sort(key=lambda row: int(row[0]))
    return pd.DataFrame(rows, columns=columns, dtype=object)
