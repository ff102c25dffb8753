"""A book from elsewhere, step by step on one page: file, columns, verdicts, result."""

import streamlit as st

from dashboard import cache, errors, navigation, sign_in, state
from dashboard.components.book_verdicts import draw_counts, draw_plan, draw_result, first_page
from dashboard.components.cards import steps
from dashboard.components.empty import empty
from dashboard.components.headers import header
from dashboard.components.import_columns import Upload, edit_columns, edit_translations, preview
from dashboard.day import today
from dashboard.words import _, words
from services.commands.book_imports import apply_book
from services.commands.imports import remember_map
from services.permissions import Actor
from services.queries.book_imports import (
    BookPlan,
    Days,
    ImportKind,
    JudgedRow,
    days_asked,
    plan_book,
    plans_to_map,
    written_so,
)
from services.queries.imports import (
    MAX_MEGABYTES,
    MAX_ROWS,
    ColumnMap,
    open_file,
    remembered_map,
    suggest,
)
from services.words.texts import sentence

KEPT = "book:"  # what the page keeps between reruns begins so


def run() -> None:
    """Draw the step the reader is on."""
    actor = sign_in.actor()
    upload, plan = state.recall(f"{KEPT}upload"), state.recall(f"{KEPT}plan")
    result = state.recall(f"{KEPT}result")
    context = (_size(upload),) if upload else (_("Subscriptions and open balances of another system"),)
    header(_("Import a book"), context=context)
    steps((_("File"), _("Columns"), _("Verdicts"), _("Result")), 3 if result else 2 if plan else 1 if upload else 0)
    if result:
        draw_result(result)
        st.caption(_("The next night bills what is due since the cut-over day. The checks look at the whole book."))
        with st.container(horizontal=True, vertical_alignment="center"):
            navigation.link(_("Billing runs"), "billing/nights", icon=":material/nights_stay:")
            navigation.link(_("Checks"), "billing/checks", icon=":material/rule:")
            _draw_another()
    elif plan:
        _draw_verdicts(actor, plan)
    elif upload:
        _draw_columns(actor, upload)
    else:
        _draw_file(actor)


def _size(upload: Upload) -> str:
    return words().tn("{file}: {n} row", "{file}: {n} rows", len(upload.table.rows), file=upload.name)


def _draw_file(actor: Actor) -> None:
    kinds = {ImportKind.SUBSCRIPTIONS: _("Subscriptions"), ImportKind.BALANCES: _("Open balances")}
    kind = st.segmented_control(
        _("What the rows are"),
        list(kinds),
        default=ImportKind.SUBSCRIPTIONS,
        required=True,
        format_func=kinds.__getitem__,
        key="book_kind",
    )
    told = {
        ImportKind.SUBSCRIPTIONS: _("Trials and ended ones too: recurring revenue by month is made of their history."),
        ImportKind.BALANCES: _("One row an invoice that is left to pay; a negative amount is credit of the customer."),
    }
    st.caption(told[kind])
    file = st.file_uploader(
        _("CSV or XLSX file"),
        type=["csv", "tsv", "txt", "xlsx"],
        max_upload_size=MAX_MEGABYTES,
        key="book_file",
        help=_("At most {rows} rows. Nothing is written before you have seen the verdict on every row.", rows=MAX_ROWS),
    )
    encodings = {"": _("Found by itself (UTF-8)"), "cp1252": _("Windows (Western European)")}
    encoding = st.selectbox(
        _("Encoding of a CSV file"), list(encodings), format_func=encodings.__getitem__, key="book_encoding", width=320
    )
    if file is None:
        empty(_("Import the accounts first, then choose their file here. You map its columns in the next step."))
        return
    with st.spinner(_("Reading the file …"), show_time=False), errors.shown() as outcome:
        table = open_file(actor, file.getvalue(), encoding=encoding, kind=kind)
        known = remembered_map(actor, table, kind)
    if outcome.ok:
        state.keep(f"{KEPT}upload", Upload(file.name, table, known or suggest(table.header, kind), known is not None))
        st.rerun()


def _draw_columns(actor: Actor, upload: Upload) -> None:
    if upload.is_remembered:
        st.info(_("The column map last used for such a file was taken. Check it and change what is different."))
    else:
        st.caption(_("Fields recognised by the names of their columns are filled in. Those with * are needed."))
    columns = edit_columns(upload, key=f"{KEPT}columns")
    with errors.shown() as outcome:
        columns.fits(upload.table.header)
    if not outcome.ok:
        _draw_another()
        return
    columns = edit_translations(upload, columns, key=f"{KEPT}translations", plans=plans_to_map(actor))
    columns = _draw_days(upload, columns)
    preview(upload, columns)
    cut_over_on = st.date_input(
        _("Cut-over day"),
        value=today(),
        max_value=today(),
        format="DD/MM/YYYY",
        key=f"{KEPT}cut_over",
        width=220,
        help=_(
            "The last day that the other system billed. What runs on it was billed there until its period ends; "
            "from then on it is renewed here. Balances are what was open at its end."
        ),
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button(_("Check rows"), type="primary", key="book_check", icon=":material/fact_check:"):
            told = words().tn("Checking {n} row …", "Checking {n} rows …", len(upload.table.rows))
            with st.spinner(told, show_time=False), errors.shown() as checked:
                plan = plan_book(actor, upload.table, columns, cut_over_on=cut_over_on, today=today())
                remember_map(actor, upload.table.shape, columns)
            if checked.ok:
                state.keep(f"{KEPT}upload", Upload(upload.name, upload.table, columns, upload.is_remembered))
                state.keep(f"{KEPT}plan", plan)
                st.rerun()
        _draw_another()


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
        key=f"{KEPT}days",
    )
    return written_so(columns, days)


def _draw_verdicts(actor: Actor, plan: BookPlan) -> None:
    draw_counts(plan)
    to_write = len(plan.to_write)
    if not to_write:
        st.info(_("There is nothing to import: no row is new."), icon=":material/info:")
    draw_plan(plan, key=f"{KEPT}shown:")
    told = words().tn("Import {n} row", "Import {n} rows", to_write)
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button(told, type="primary", key="book_apply", disabled=not to_write, icon=":material/move_to_inbox:"):
            _apply(actor, plan)
        if st.button(_("Back to columns"), key="book_back", icon=":material/arrow_back:"):
            state.drop(f"{KEPT}plan")
            first_page()
            st.rerun()
        _draw_another()


def _apply(actor: Actor, plan: BookPlan) -> None:
    bar = st.progress(0.0, text=_("Writing …"))
    done: list[JudgedRow] = []
    with errors.shown() as outcome:
        for progress in apply_book(actor, plan):
            done += progress.rows
            told = _("{done} of {total} rows written …", done=progress.done, total=progress.total)
            bar.progress(progress.done / progress.total, text=told)
    cache.forget()
    if outcome.ok:
        state.keep(f"{KEPT}result", plan.outcome(done))
        first_page()
        st.rerun()


def _draw_another() -> None:
    if st.button(_("Another file"), type="tertiary", key="book_again"):
        state.drop(KEPT)
        state.drop("book_")
        first_page()
        st.rerun()


run()
