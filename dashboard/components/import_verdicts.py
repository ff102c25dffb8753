"""The verdicts on imported rows: their counts, the rows with what would happen, and what accounts still lack."""

from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum

import pandas as pd
import streamlit as st

from dashboard import navigation, state
from dashboard.components.columns import Column, Kind
from dashboard.components.key_figures import Figure, key_figures
from dashboard.components.pagers import asked_slice, pager
from dashboard.components.tables import Detail, Whole, table
from dashboard.components.text import plain
from dashboard.words import _, words
from services.queries.imports import ImportPlan, ImportResult, Judged, Verdict
from services.rules.import_verdicts import Change
from services.rules.payment_means import PaymentMeans
from services.words.book_texts import note_text
from services.words.import_texts import VERDICTS
from services.words.labels import field_name, label
from services.words.texts import sentence

PAGE = "import_page"  # the key of the pager of rows
_MISSING = "missing"


def verdict_word(verdict: Verdict) -> str:
    """New, changed, unchanged, refused."""
    return words().t(VERDICTS[verdict])


def draw_counts(plan: ImportPlan) -> None:
    """How many rows of each verdict, and how many accounts could not order yet."""
    definitions = {
        Verdict.NEW: _("Rows whose account does not exist yet: it would be created."),
        Verdict.CHANGED: _("Rows whose account differs from the file: the fields named would be written."),
        Verdict.UNCHANGED: _("Rows whose account says the same already: nothing would be written."),
        Verdict.REFUSED: _("Rows that cannot come in, each with its reason: nothing would be written."),
    }
    figures = [
        Figure(verdict_word(verdict), words().number(count), definitions[verdict])
        for verdict, count in plan.counts.items()
    ]
    incomplete = _("Accounts of the rows that come in or are there already, and lack something an order needs.")
    key_figures([*figures, Figure(_("Incomplete"), words().number(len(plan.incomplete)), incomplete)])


def draw_plan(plan: ImportPlan, *, key: str) -> None:
    """The rows of one verdict or all of them, or the accounts that would be incomplete; `key` of the choice."""
    more = {"incomplete": _("Incomplete")} if plan.incomplete else {}
    chosen = chosen_verdict(plan.counts, key=key, more=more)
    if chosen == "incomplete":
        draw_rows(plan.incomplete, key="import:lacking", download="import-incomplete", last=_MISSING)
    else:
        rows = [row for row in plan.rows if chosen in ("all", row.verdict)]
        draw_rows(rows, key="import:verdicts", download="import-verdicts")


def chosen_verdict(counts: Mapping[Verdict, int], *, key: str, more: Mapping[str, str] | None = None) -> str:
    """Which rows to show: "all", or the value of a verdict that some have; `more`: further choices with their words."""
    choices = {"all": _("All rows")} | {v.value: verdict_word(v) for v, count in counts.items() if count}
    choices |= more or {}
    chosen: str = st.segmented_control(
        _("Show"),
        list(choices),
        default="all",
        required=True,
        format_func=choices.__getitem__,
        key=key,
        on_change=first_page,
        label_visibility="collapsed",
    )
    return chosen


def first_page() -> None:
    """Back to the first page of rows: others are shown now."""
    state.drop(PAGE)
    st.query_params.pop(PAGE, None)


def draw_rows(rows: Sequence[Judged], *, key: str, download: str, page: str = PAGE, last: str = "what") -> None:
    """A page of the rows, each with its verdict; all of them can be downloaded.

    `page`: the key of their pager. `last`: the last column, `what` happens or what is `missing` to order.
    """
    asked = asked_slice(page)
    shown = rows[asked.offset : asked.offset + asked.limit]
    headings = {"what": _("What happens, or why not"), _MISSING: _("Missing to order")}
    table(
        verdict_frame(shown),
        [
            Column("row", _("Row"), Kind.NUMBER, width=60, help=_("As your spreadsheet counts, the header included.")),
            Column("verdict", _("Verdict"), Kind.STATUS, width=105, names={v.value: verdict_word(v) for v in Verdict}),
            Column("code", _("Code"), width=90),
            Column("name", _("Legal name"), width=210),
            Column(last, headings[last], width=560),
        ],
        key=key,
        name=_("Verdicts"),
        empty=_("No row has this verdict. Choose another above."),
        download=download,
        whole=Whole(lambda: [verdict_frame(rows)], len(rows), of=tuple(rows)),
        height=_height(shown),
    )
    pager(len(rows), asked, page)


def draw_result(result: ImportResult) -> None:
    """What became of the rows in one sentence, those that were refused, and what accounts still lack."""
    counts = result.counts
    parts = [
        (counts[Verdict.NEW], words().tn("{n} account was created", "{n} accounts were created", counts[Verdict.NEW])),
        (counts[Verdict.CHANGED], words().tn("{n} was changed", "{n} were changed", counts[Verdict.CHANGED])),
        (counts[Verdict.UNCHANGED], words().tn("{n} was unchanged", "{n} were unchanged", counts[Verdict.UNCHANGED])),
        (counts[Verdict.REFUSED], words().tn("{n} row was refused", "{n} rows were refused", counts[Verdict.REFUSED])),
    ]
    told = ", ".join(part for count, part in parts if count)
    st.success(plain(f"{told}."), icon=":material/task_alt:")
    if result.refused:
        with st.expander(words().tn("{n} refused row", "{n} refused rows", len(result.refused))):
            draw_rows(result.refused, key="import:refused", download="import-refused", page="import_refused_page")
    if not result.incomplete:
        st.caption(_("Every account that is in is ready to order."))
        return
    count = len(result.incomplete)
    st.subheader(words().tn("{n} account cannot order yet", "{n} accounts cannot order yet", count), anchor=False)
    st.caption(_("Select an account to enter what is missing; the order asks for it as well."))
    _draw_incomplete(result.incomplete)
    navigation.link(_("All incomplete accounts"), "sales/accounts", icon=":material/domain:", state="incomplete")


def _draw_incomplete(rows: Sequence[Judged]) -> None:
    asked = asked_slice(PAGE)
    shown = rows[asked.offset : asked.offset + asked.limit]
    table(
        _incomplete_frame(shown),
        [
            Column("code", _("Code"), width=120),
            Column("name", _("Legal name"), width=320),
            Column("missing", _("Missing to order"), width=640),
        ],
        key="import:incomplete",
        name=_("Incomplete accounts"),
        empty=_("Every account that is in is ready to order."),
        detail=Detail("sales/account_edit", {"account": "account_id"}),
        download="incomplete-accounts",
        whole=Whole(lambda: [_incomplete_frame(rows)], len(rows), of=tuple(rows)),
        height=_height(shown),
    )
    pager(len(rows), asked, PAGE)


def _height(rows: Sequence[Judged]) -> int:
    """Pixels: the next step stays in sight below the rows."""
    return min(36 + 31 * len(rows), 388)


def verdict_frame(rows: Sequence[Judged]) -> pd.DataFrame:
    """Columns: row (int), verdict (code), code, name, what, missing (texts in the session's language)."""
    return pd.DataFrame(
        [
            (
                row.record.row,
                row.verdict.value,
                row.record.code,
                row.form.legal_name,
                what_happens(row),
                _missing(row),
            )
            for row in rows
        ],
        columns=["row", "verdict", "code", "name", "what", "missing"],
    )


def what_happens(row: Judged) -> str:
    """Why the row is refused; where a new account is; the fields that change (old → new); what was done about it."""
    if row.problems:
        return " ".join(sentence(problem, words()) for problem in row.problems)
    if row.verdict is Verdict.NEW:
        country = words().country(row.form.country) if row.form.country else ""
        told = [", ".join(part for part in (row.form.city, country, row.form.currency) if part)]
    else:
        told = [
            f"{field_name(change.field, words())}: {_shown(change, change.old)} → {_shown(change, change.new)}"
            for change in row.changes
        ]
    return " · ".join([*told, *(note_text(note, words()) for note in row.notes)])


def _incomplete_frame(rows: Sequence[Judged]) -> pd.DataFrame:
    return pd.DataFrame(
        [(row.record.account_id, row.record.code, row.form.legal_name, _missing(row)) for row in rows],
        columns=["account_id", "code", "name", "missing"],
    )


def _missing(row: Judged) -> str:
    return ", ".join(field_name(code, words()) for code in row.missing)


def _shown(change: Change, value: object) -> str:
    """A field's value as a reader knows it: a country by its name, yes and no, a day."""
    if value in (None, "", ()):
        return "–"
    if change.field == "country":
        return words().country(str(value))
    if change.field == "payment_means":
        means = next((means for means in PaymentMeans if means == value), None)
        return label(means, words()) if isinstance(means, StrEnum) else str(value)
    return words().value(value) if isinstance(value, bool | int | date | tuple) else str(value)
