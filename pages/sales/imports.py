"""Import of accounts: whom new ones go to, and what they still lack."""

from collections.abc import Sequence

import streamlit as st

from dashboard.components.import_columns import Upload, edit_translations, preview
from dashboard.components.import_frame import Checked, Importing, draw_import
from dashboard.components.import_verdicts import draw_counts, draw_plan, draw_result
from dashboard.day import today
from dashboard.words import _, words
from services.commands.imports import apply_import
from services.permissions import Actor
from services.queries.imports import ColumnMap, ImportKind, ImportPlan, ImportResult, Judged, plan_import, reps

NAME = "import"  # what the keys of the page's widgets begin with


def run() -> None:
    """Draw the step the reader is on."""
    draw_import(
        Importing(
            name=NAME,
            title=_("Import accounts"),
            purpose=_("Customers from a CSV or XLSX file become accounts"),
            hint=_("Choose a file whose first row names its columns. You map them in the next step."),
            needed=_(
                "Fields recognised by the names of their columns are filled in. Code and legal name are needed (*)."
            ),
            nothing=_("There is nothing to import: no row is new or changed."),
            choose=lambda: ImportKind.ACCOUNTS,
            settle=_settle,
            draw_plan=_draw_plan,
            button=lambda count: words().tn("Import {n} account", "Import {n} accounts", count),
            apply=apply_import,
            outcome=_outcome,
            draw_result=draw_result,
        )
    )


def _settle(actor: Actor, upload: Upload, columns: ColumnMap) -> Checked[ImportPlan]:
    translated = edit_translations(upload, columns, key=f"{NAME}:translations")
    preview(upload, translated)
    rep_id = _draw_rep(actor)
    return Checked(translated, lambda: plan_import(actor, upload.table, translated, rep_id=rep_id, today=today()))


def _draw_rep(actor: Actor) -> int | None:
    offered = {rep.user_id: f"{rep.name} ({rep.email})" for rep in reps(actor)}
    if not offered:
        st.caption(_("New accounts become yours."))
        return None
    names = {None: _("nobody yet, or whom the file names")} | offered
    chosen: int | None = st.selectbox(
        _("New accounts go to"),
        list(names),
        format_func=names.__getitem__,
        key=f"{NAME}:rep",
        width=420,
    )
    return chosen


def _draw_plan(plan: ImportPlan) -> None:
    draw_counts(plan)
    draw_plan(plan, key=f"{NAME}:shown")


def _outcome(plan: ImportPlan, written: Sequence[Judged]) -> ImportResult:
    return ImportResult.of(plan, written)


run()
