"""Import of activity: who used what, and when."""

import streamlit as st

from dashboard import navigation
from dashboard.components.import_columns import Upload, preview
from dashboard.components.import_frame import Checked, Importing, draw_import
from dashboard.components.usage_verdicts import KIND, draw_counts, draw_plan, result_sentence
from dashboard.day import today
from dashboard.words import _, words
from services.commands.usage import apply_usage
from services.permissions import Actor
from services.queries.imports import ColumnMap
from services.queries.usage_imports import UsagePlan, plan_usage

NAME = "import_use"  # what the keys of the page's widgets begin with


def run() -> None:
    """Draw the step the reader is on."""
    draw_import(
        Importing(
            name=NAME,
            title=_("Import activity"),
            purpose=_("Who used what, and when"),
            hint=_(
                "Choose a file with a row for each use: the moment, the product or subscription, and the user if known."
            ),
            needed=_(
                "The moment is needed (*), and a product or a subscription. Without the user a row is evidence for the "
                "subscription only: no seat is called used or idle from it."
            ),
            nothing=_("There is nothing to import: no row is new."),
            choose=lambda: KIND,
            settle=_settle,
            draw_plan=_draw_plan,
            button=lambda count: words().tn("Import {n} row", "Import {n} rows", count),
            apply=apply_usage,
            outcome=UsagePlan.outcome,
            draw_result=_draw_result,
            draw_links=lambda: navigation.link(_("Use of seats"), "seats/use", icon=":material/monitoring:"),
        )
    )


def _settle(actor: Actor, upload: Upload, columns: ColumnMap) -> Checked[UsagePlan]:
    preview(upload, columns)
    return Checked(columns, lambda: plan_usage(actor, upload.table, columns, today=today()))


def _draw_plan(plan: UsagePlan) -> None:
    draw_counts(plan)
    draw_plan(plan, key=f"{NAME}:shown")


def _draw_result(result: UsagePlan) -> None:
    st.success(result_sentence(result), icon=":material/task_alt:")
    draw_plan(result, key=f"{NAME}:became")


run()
