"""Import of activity, step by step on one page: file, columns, verdicts, result."""

import streamlit as st

from dashboard import cache, errors, navigation, sign_in, state
from dashboard.components.cards import steps
from dashboard.components.empty import empty
from dashboard.components.headers import header
from dashboard.components.import_columns import Upload, edit_columns, preview
from dashboard.components.import_verdicts import first_page
from dashboard.components.usage_verdicts import KIND, draw_counts, draw_plan, result_sentence
from dashboard.day import today
from dashboard.words import _, words
from services.commands.imports import remember_map
from services.commands.usage import apply_usage
from services.permissions import Actor
from services.queries.imports import MAX_MEGABYTES, MAX_ROWS, ColumnMap, open_file, remembered_map, suggest
from services.queries.usage_imports import JudgedUse, UsagePlan, plan_usage

KEPT = "import_use:"  # what the page keeps between reruns begins so


def run() -> None:
    """Draw the step the reader is on."""
    actor = sign_in.actor()
    upload, plan = state.recall(f"{KEPT}upload"), state.recall(f"{KEPT}plan")
    result = state.recall(f"{KEPT}result")
    header(_("Import activity"), context=(_size(upload) if upload else _("Who used what, and when"),))
    steps((_("File"), _("Columns"), _("Verdicts"), _("Result")), 3 if result else 2 if plan else 1 if upload else 0)
    if result:
        _draw_result(result)
    elif plan:
        _draw_verdicts(actor, plan)
    elif upload:
        _draw_columns(actor, upload)
    else:
        _draw_file(actor)


def _size(upload: Upload) -> str:
    return words().tn("{file}: {n} row", "{file}: {n} rows", len(upload.table.rows), file=upload.name)


def _draw_file(actor: Actor) -> None:
    file = st.file_uploader(
        _("CSV or XLSX file"),
        type=["csv", "tsv", "txt", "xlsx"],
        max_upload_size=MAX_MEGABYTES,
        key="import_use_file",
        help=_("At most {rows} rows. Nothing is written before you have seen the verdict on every row.", rows=MAX_ROWS),
    )
    if file is None:
        empty(
            _("Choose a file with a row for each use: the moment, the product or subscription, and the user if known."),
            icon="upload_file",
        )
        return
    with st.spinner(_("Reading the file …"), show_time=False), errors.shown() as outcome:
        table = open_file(actor, file.getvalue(), kind=KIND)
        known = remembered_map(actor, table, KIND)
    if outcome.ok:
        state.keep(f"{KEPT}upload", Upload(file.name, table, known or suggest(table.header, KIND), known is not None))
        st.rerun()


def _draw_columns(actor: Actor, upload: Upload) -> None:
    if upload.is_remembered:
        st.info(_("The column map last used for such a file was taken. Check it and change what is different."))
    else:
        st.caption(
            _(
                "The moment is needed (*), and a product or a subscription. Without the user a row is evidence for the "
                "subscription only: no seat is called used or idle from it."
            )
        )
    columns = edit_columns(upload, key=f"{KEPT}columns")
    with errors.shown() as outcome:
        columns.fits(upload.table.header)
    if not outcome.ok:
        return
    preview(upload, columns)
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button(_("Check rows"), type="primary", key="import_use_check", icon=":material/fact_check:"):
            _check(actor, upload, columns)
        _draw_another()


def _check(actor: Actor, upload: Upload, columns: ColumnMap) -> None:
    told = words().tn("Checking {n} row …", "Checking {n} rows …", len(upload.table.rows))
    with st.spinner(told, show_time=False), errors.shown() as outcome:
        plan = plan_usage(actor, upload.table, columns, today=today())
        remember_map(actor, upload.table.shape, columns)
    if outcome.ok:
        state.keep(f"{KEPT}plan", plan)
        st.rerun()


def _draw_verdicts(actor: Actor, plan: UsagePlan) -> None:
    draw_counts(plan)
    to_write = len(plan.to_write)
    if not to_write:
        st.info(_("There is nothing to import: no row is new."), icon=":material/info:")
    draw_plan(plan, key=f"{KEPT}shown")
    with st.container(horizontal=True, vertical_alignment="center"):
        told = words().tn("Import {n} row", "Import {n} rows", to_write)
        if st.button(
            told, type="primary", key="import_use_apply", disabled=not to_write, icon=":material/upload_file:"
        ):
            _apply(actor, plan)
        if st.button(_("Back to columns"), key="import_use_back", icon=":material/arrow_back:"):
            state.drop(f"{KEPT}plan")
            first_page()
            st.rerun()
        _draw_another()


def _apply(actor: Actor, plan: UsagePlan) -> None:
    bar = st.progress(0.0, text=_("Writing activity …"))
    done: list[JudgedUse] = []
    with errors.shown() as outcome:
        for progress in apply_usage(actor, plan):
            done += progress.rows
            told = _("{done} of {total} rows written …", done=progress.done, total=progress.total)
            bar.progress(progress.done / max(progress.total, 1), text=told)
    cache.forget()
    if outcome.ok:
        state.keep(f"{KEPT}result", plan.outcome(done))
        first_page()
        st.rerun()


def _draw_result(result: UsagePlan) -> None:
    st.success(result_sentence(result), icon=":material/task_alt:")
    draw_plan(result, key=f"{KEPT}became")
    with st.container(horizontal=True, vertical_alignment="center"):
        navigation.link(_("Use of seats"), "seats/use", icon=":material/monitoring:")
        _draw_another()


def _draw_another() -> None:
    if st.button(_("Another file"), type="tertiary", key="import_use_again"):
        state.drop(KEPT)
        state.drop("import_use_")
        first_page()
        st.rerun()


run()
