"""Import of managers' answers about seats: file, columns, verdicts, result."""

import streamlit as st

from dashboard import navigation, sign_in
from dashboard.components.import_columns import Upload, preview
from dashboard.components.import_frame import Checked, Importing, draw_import
from dashboard.components.seat_needs import draw_verdicts, result_sentence
from dashboard.day import today
from dashboard.words import _, words
from services.commands.seat_needs import apply_needs
from services.permissions import Actor
from services.queries.imports import ColumnMap, ImportKind
from services.queries.seat_needs import NeedsPlan, plan_needs
from services.queries.seats import seat_sheet

NAME = "import_needed"  # what the keys of the page's widgets begin with


def run() -> None:
    """Draw the step the reader is on."""
    sheet = seat_sheet(sign_in.actor(), navigation.asked_id("account"), today=today())
    name = f"{NAME}_{sheet.account_id}"

    def settle(actor: Actor, upload: Upload, columns: ColumnMap) -> Checked[NeedsPlan]:
        preview(upload, columns)
        return Checked(columns, lambda: plan_needs(actor, sheet.account_id, upload.table, columns, today=today()))

    def draw_result(result: NeedsPlan) -> None:
        st.success(result_sentence(result), icon=":material/task_alt:")
        draw_verdicts(result, key=f"{name}:became")

    draw_import(
        Importing(
            name=name,
            title=_("Import answers"),
            purpose=_("{account}: seats needed and not needed", account=sheet.account_name),
            hint=_("Choose a list that a manager filled in and sent back."),
            needed=_("The seat's number and the answer are needed (*). Empty answers change nothing."),
            nothing=_("There is nothing to record: no row has a new answer."),
            choose=lambda: ImportKind.NEEDS,
            settle=settle,
            draw_plan=lambda plan: draw_verdicts(plan, key=f"{name}:shown"),
            button=lambda count: words().tn("Record {n} answer", "Record {n} answers", count),
            apply=apply_needs,
            outcome=NeedsPlan.outcome,
            draw_result=draw_result,
            draw_links=lambda: navigation.link(
                _("Decide about seats"),
                "seats/act",
                icon=":material/gavel:",
                account=sheet.account_id,
                seats_of="unneeded",
            ),
        )
    )


run()
