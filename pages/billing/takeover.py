"""A book from elsewhere: what its rows are, how it writes days, and the day billing moves here."""

import streamlit as st

from dashboard import navigation
from dashboard.components.book_verdicts import draw_counts, draw_plan, draw_result
from dashboard.components.import_columns import Upload, edit_translations, preview
from dashboard.components.import_frame import Checked, Importing, draw_import
from dashboard.components.text import plain
from dashboard.day import today
from dashboard.words import _, words
from services.commands.book_imports import apply_book
from services.permissions import Actor
from services.queries.book_imports import (
    BookPlan,
    Days,
    ImportKind,
    days_asked,
    plan_book,
    plans_to_map,
    written_so,
)
from services.queries.imports import ColumnMap
from services.words.texts import sentence

NAME = "book"  # what the keys of the page's widgets begin with


def run() -> None:
    """Draw the step the reader is on."""
    draw_import(
        Importing(
            name=NAME,
            title=_("Import a book"),
            purpose=_("Subscriptions and open balances of another system"),
            hint=_("Import the accounts first, then choose their file here. You map its columns in the next step."),
            needed=_("Fields recognised by the names of their columns are filled in. Those with * are needed."),
            nothing=_("There is nothing to import: no row is new."),
            choose=_choose,
            settle=_settle,
            draw_plan=_draw_plan,
            button=lambda count: words().tn("Import {n} row", "Import {n} rows", count),
            apply=apply_book,
            outcome=BookPlan.outcome,
            draw_result=_draw_result,
            draw_links=_draw_links,
        )
    )


def _choose() -> ImportKind:
    kinds = {ImportKind.SUBSCRIPTIONS: _("Subscriptions"), ImportKind.BALANCES: _("Open balances")}
    kind = st.segmented_control(
        _("What the rows are"),
        list(kinds),
        default=ImportKind.SUBSCRIPTIONS,
        required=True,
        format_func=kinds.__getitem__,
        key=f"{NAME}_kind",
    )
    told = {
        ImportKind.SUBSCRIPTIONS: _("Trials and ended ones too: recurring revenue by month is made of their history."),
        ImportKind.BALANCES: _("One row an invoice that is left to pay; a negative amount is credit of the customer."),
    }
    st.caption(told[kind])
    return kind


def _settle(actor: Actor, upload: Upload, columns: ColumnMap) -> Checked[BookPlan]:
    translated = edit_translations(upload, columns, key=f"{NAME}:translations", plans=plans_to_map(actor))
    answered = _draw_days(upload, translated)
    preview(upload, answered)
    cut_over_on = st.date_input(
        _("Cut-over day"),
        value=today(),
        max_value=today(),
        format="DD/MM/YYYY",
        key=f"{NAME}:cut_over",
        width=220,
        help=_(
            "The last day that the other system billed. What runs on it was billed there until its period ends; "
            "from then on it is renewed here. Balances are what was open at its end."
        ),
    )
    return Checked(answered, lambda: plan_book(actor, upload.table, answered, cut_over_on=cut_over_on, today=today()))


def _draw_days(upload: Upload, columns: ColumnMap) -> ColumnMap:
    """The question how the file writes days, where they can be read in more than one way."""
    question = days_asked(upload.table, columns)
    if question is None:
        return written_so(columns, None)
    answers = {
        Days.DAY_FIRST: _("Day first (31/12/2026)"),
        Days.MONTH_FIRST: _("Month first (12/31/2026)"),
        Days.EXCEL: _("Excel's numbers (46387)"),
    }
    st.warning(sentence(question, words()), icon=":material/event:")
    days: Days | None = st.segmented_control(
        _("How the file writes days"),
        list(answers),
        default=columns.days,
        format_func=answers.__getitem__,
        key=f"{NAME}:days",
    )
    return written_so(columns, days)


def _draw_plan(plan: BookPlan) -> None:
    draw_counts(plan)
    if plan.before_closing:
        told = words().tn(
            "{n} row tells of months that are closed. Their packs stay as they are; MRR on screen will tell this, too.",
            "{n} rows tell of months that are closed. Their packs stay as they are; MRR on screen will tell this, too.",
            plan.before_closing,
        )
        st.warning(plain(told), icon=":material/lock:")
    draw_plan(plan, key=f"{NAME}:shown:")


def _draw_result(plan: BookPlan) -> None:
    draw_result(plan)
    st.caption(_("The next night bills what is due since the cut-over day. The checks look at the whole book."))


def _draw_links() -> None:
    navigation.link(_("Billing runs"), "billing/nights", icon=":material/nights_stay:")
    navigation.link(_("Checks"), "billing/checks", icon=":material/rule:")


run()
