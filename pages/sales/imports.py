"""Import of accounts, step by step on one page: file, columns, verdicts, result."""

import streamlit as st

from dashboard import cache, errors, sign_in, state
from dashboard.components.cards import steps
from dashboard.components.empty import empty
from dashboard.components.headers import header
from dashboard.components.import_columns import Upload, edit_columns, edit_translations, preview
from dashboard.components.import_verdicts import draw_counts, draw_result, draw_rows, verdict_word
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

ENCODINGS = {"": lambda: _("Found by itself (UTF-8)"), "cp1252": lambda: _("Windows (Western European)")}
KEPT = "import:"  # what the page keeps between reruns begins so


def run() -> None:
    """Draw the step the reader is on."""
    actor = sign_in.actor()
    upload, plan = state.recall(f"{KEPT}upload"), state.recall(f"{KEPT}plan")
    result = state.recall(f"{KEPT}result")
    context = (_size(upload),) if upload else (_("Customers from a CSV or XLSX file become accounts"),)
    if header(_("Import accounts"), context=context, button=_("Another file") if upload else None, key="import_again"):
        _begin_again()
    names = (_("File"), _("Columns"), _("Verdicts"), _("Result"))
    steps(names, 3 if result else 2 if plan else 1 if upload else 0)
    if result:
        draw_result(result)
    elif plan:
        _draw_verdicts(actor, upload, plan)
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
    encoding = st.selectbox(
        _("Encoding of a CSV file"),
        list(ENCODINGS),
        format_func=lambda code: ENCODINGS[code](),
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
    if st.button(_("Check rows"), type="primary", key="import_check", icon=":material/fact_check:"):
        _check(actor, upload, columns, rep_id)


def _draw_rep(actor: Actor) -> int | None:
    offered = {rep.user_id: f"{rep.name} ({rep.email})" for rep in reps(actor)}
    if not offered:
        st.caption(_("New accounts become yours."))
        return None
    chosen: int | None = st.selectbox(
        _("New accounts go to"),
        [None, *offered],
        format_func=lambda user: offered.get(user, _("nobody yet, or whom the file names")),
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


def _draw_verdicts(actor: Actor, upload: Upload, plan: ImportPlan) -> None:
    draw_counts(plan)
    to_write = len(plan.to_write)
    if not to_write:
        st.info(_("There is nothing to import: no row is new or changed."), icon=":material/info:")
    with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
        shown = st.segmented_control(
            _("Show"),
            [None, *(verdict for verdict, count in plan.counts.items() if count)],
            format_func=lambda verdict: verdict_word(verdict) if verdict else _("All rows"),
            key=f"{KEPT}shown",
            on_change=_first_page,
        )
        with st.container(horizontal=True, width="content"):
            if st.button(_("Back to columns"), key="import_back", icon=":material/arrow_back:"):
                state.drop(f"{KEPT}plan")
                _first_page()
                st.rerun()
            told = words().tn("Import {n} account", "Import {n} accounts", to_write)
            if st.button(told, type="primary", key="import_apply", disabled=not to_write):
                _apply(actor, plan)
    rows = [row for row in plan.rows if shown in (None, row.verdict)]
    draw_rows(rows, key=f"{KEPT}verdicts", download="import-verdicts")


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
        _first_page()
        st.rerun()


def _first_page() -> None:
    """Back to the first page of rows: others are shown now."""
    state.drop("import_page")
    st.query_params.pop("import_page", None)


def _begin_again() -> None:
    state.drop(KEPT)
    state.drop("import_")
    _first_page()
    st.rerun()


run()
