"""Import of accounts, step by step on one page: file, columns, verdicts, result."""

import streamlit as st

from dashboard import cache, errors, sign_in, state
from dashboard.components.cards import steps
from dashboard.components.empty import empty
from dashboard.components.headers import header
from dashboard.components.import_columns import Upload, edit_columns, edit_translations, preview
from dashboard.components.import_verdicts import draw_counts, draw_plan, draw_result, first_page
from dashboard.day import today
from dashboard.words import _, words
from services.commands.imports import apply_import, remember_map
from services.permissions import Actor
from services.queries.imports import (
    MAX_MEGABYTES,
    MAX_ROWS,
    ColumnMap,
    ImportPlan,
    ImportResult,
    Judged,
    open_file,
    plan_import,
    remembered_map,
    reps,
    suggest,
)

KEPT = "import:"  # what the page keeps between reruns begins so


def run() -> None:
    """Draw the step the reader is on."""
    actor = sign_in.actor()
    upload, plan = state.recall(f"{KEPT}upload"), state.recall(f"{KEPT}plan")
    result = state.recall(f"{KEPT}result")
    context = (_size(upload),) if upload else (_("Customers from a CSV or XLSX file become accounts"),)
    header(_("Import accounts"), context=context)
    steps((_("File"), _("Columns"), _("Verdicts"), _("Result")), 3 if result else 2 if plan else 1 if upload else 0)
    if result:
        draw_result(result)
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
    file = st.file_uploader(
        _("CSV or XLSX file"),
        type=["csv", "tsv", "txt", "xlsx"],
        max_upload_size=MAX_MEGABYTES,
        key="import_file",
        help=_("At most {rows} rows. Nothing is written before you have seen the verdict on every row.", rows=MAX_ROWS),
    )
    encodings = {"": _("Found by itself (UTF-8)"), "cp1252": _("Windows (Western European)")}
    encoding = st.selectbox(
        _("Encoding of a CSV file"),
        list(encodings),
        format_func=encodings.__getitem__,
        key="import_encoding",
        width=320,
    )
    if file is None:
        empty(_("Choose a file whose first row names its columns. You map them in the next step."), icon="upload_file")
        return
    with st.spinner(_("Reading the file …"), show_time=False), errors.shown() as outcome:
        table = open_file(actor, file.getvalue(), encoding=encoding)
        known = remembered_map(actor, table)
    if outcome.ok:
        state.keep(f"{KEPT}upload", Upload(file.name, table, known or suggest(table.header), known is not None))
        st.rerun()


def _draw_columns(actor: Actor, upload: Upload) -> None:
    if upload.is_remembered:
        st.info(_("The column map last used for such a file was taken. Check it and change what is different."))
    else:
        st.caption(
            _("Fields recognised by the names of their columns are filled in. Code and legal name are needed (*).")
        )
    columns = edit_columns(upload, key=f"{KEPT}columns")
    with errors.shown() as outcome:
        columns.fits(upload.table.header)
    if not outcome.ok:
        return
    columns = edit_translations(upload, columns, key=f"{KEPT}translations")
    preview(upload, columns)
    rep_id = _draw_rep(actor)
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button(_("Check rows"), type="primary", key="import_check", icon=":material/fact_check:"):
            _check(actor, upload, columns, rep_id)
        _draw_another()


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
        key=f"{KEPT}rep",
        width=420,
    )
    return chosen


def _check(actor: Actor, upload: Upload, columns: ColumnMap, rep_id: int | None) -> None:
    count = len(upload.table.rows)
    told = words().tn("Checking {n} row …", "Checking {n} rows …", count)
    with st.spinner(told, show_time=False), errors.shown() as outcome:
        plan = plan_import(actor, upload.table, columns, rep_id=rep_id, today=today())
        remember_map(actor, upload.table.shape, columns)
    if outcome.ok:
        state.keep(f"{KEPT}upload", Upload(upload.name, upload.table, columns, upload.is_remembered))
        state.keep(f"{KEPT}plan", plan)
        st.rerun()


def _draw_verdicts(actor: Actor, plan: ImportPlan) -> None:
    draw_counts(plan)
    to_write = len(plan.to_write)
    if not to_write:
        st.info(_("There is nothing to import: no row is new or changed."), icon=":material/info:")
    draw_plan(plan, key=f"{KEPT}shown")
    with st.container(horizontal=True, vertical_alignment="center"):
        told = words().tn("Import {n} account", "Import {n} accounts", to_write)
        if st.button(told, type="primary", key="import_apply", disabled=not to_write, icon=":material/upload_file:"):
            _apply(actor, plan)
        if st.button(_("Back to columns"), key="import_back", icon=":material/arrow_back:"):
            state.drop(f"{KEPT}plan")
            first_page()
            st.rerun()
        _draw_another()


def _apply(actor: Actor, plan: ImportPlan) -> None:
    bar = st.progress(0.0, text=_("Writing accounts …"))
    done: list[Judged] = []
    with errors.shown() as outcome:
        for progress in apply_import(actor, plan):
            done += progress.rows
            told = _("{done} of {total} rows written …", done=progress.done, total=progress.total)
            bar.progress(progress.done / progress.total, text=told)
    cache.forget()
    if outcome.ok:
        state.keep(f"{KEPT}result", ImportResult.of(plan, done))
        first_page()
        st.rerun()


def _draw_another() -> None:
    if st.button(_("Another file"), type="tertiary", key="import_again"):
        state.drop(KEPT)
        state.drop("import_")
        first_page()
        st.rerun()


run()
