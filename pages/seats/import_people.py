"""Import of an account's licensed users: people, where they work, their groups and seats."""

import streamlit as st

from dashboard import navigation, sign_in
from dashboard.components.import_columns import Upload, preview
from dashboard.components.import_frame import Checked, Importing, draw_import
from dashboard.components.people_verdicts import draw_counts, draw_plan, result_sentence
from dashboard.components.seat_pools import do_not_notify
from dashboard.day import today
from dashboard.words import _, words
from services.commands.people_imports import apply_people
from services.permissions import Actor
from services.queries.imports import ColumnMap, ImportKind
from services.queries.people_imports import PeoplePlan, plan_people
from services.queries.seats import SeatSheet, seat_sheet

NAME = "import_people"  # what the keys of the page's widgets begin with


def run() -> None:
    """Draw the step the reader is on."""
    sheet = seat_sheet(sign_in.actor(), navigation.asked_id("account"), today=today())
    name = f"{NAME}_{sheet.account_id}"

    def settle(actor: Actor, upload: Upload, columns: ColumnMap) -> Checked[PeoplePlan]:
        preview(upload, columns)
        notify = do_not_notify("silent_import")
        return Checked(
            columns,
            lambda: plan_people(actor, sheet.account_id, upload.table, columns, notify=notify, today=today()),
        )

    def draw_rows(plan: PeoplePlan) -> None:
        draw_counts(plan)
        draw_plan(plan, sheet.products, key=f"{name}:shown")

    def draw_result(result: PeoplePlan) -> None:
        st.success(result_sentence(result), icon=":material/task_alt:")
        draw_plan(result, sheet.products, key=f"{name}:became")

    draw_import(
        Importing(
            name=name,
            title=_("Import people"),
            purpose=_("{account}: licensed users, where they work, their groups and seats", account=sheet.account_name),
            hint=_(
                "Choose a file with a row for each person, or for each person and product: address, name, department, "
                "cost centre, manager, group, product."
            ),
            needed=_(
                "The address is needed (*). A product gives a seat of it; the access column may say assign, invite, "
                "accepted or release instead. Empty cells change nothing."
            ),
            nothing=_("There is nothing to import: no row is new or changed."),
            choose=lambda: ImportKind.PEOPLE,
            settle=settle,
            draw_plan=draw_rows,
            button=lambda count: words().tn("Import {n} row", "Import {n} rows", count),
            apply=apply_people,
            outcome=PeoplePlan.outcome,
            draw_result=draw_result,
            draw_links=lambda: _draw_links(sheet),
        )
    )


def _draw_links(sheet: SeatSheet) -> None:
    navigation.link(_("Licensed users"), "seats/licensed_users", icon=":material/badge:", account=sheet.account_id)


run()
