"""The frame of an import, step by step on one page: file, columns, verdicts, result."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

import streamlit as st

from dashboard import cache, errors, sign_in, state
from dashboard.components.cards import steps
from dashboard.components.empty import empty
from dashboard.components.headers import header
from dashboard.components.import_columns import Upload, edit_columns
from dashboard.components.import_verdicts import first_page
from dashboard.words import _, words
from services.commands.imports import remember_map
from services.permissions import Actor
from services.queries.imports import MAX_MEGABYTES, MAX_ROWS, ColumnMap, open_file, remembered_map, suggest
from services.rules.import_kinds import ImportKind


class Planned(Protocol):
    """The verdict on every row of a file."""

    @property
    def to_write(self) -> Sequence[Any]:
        """The rows that applying would write."""


class Step(Protocol):
    """How far the writing is, in rows."""

    @property
    def done(self) -> int:
        """Rows that have had their turn."""

    @property
    def total(self) -> int:
        """Rows to write."""

    @property
    def rows(self) -> Sequence[Any]:
        """What became of those just done."""


P = TypeVar("P", bound=Planned)
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Checked(Generic[P]):
    """Columns as the reader left them, and how the rows are judged by them."""

    columns: ColumnMap
    plan: Callable[[], P]


@dataclass(frozen=True, slots=True)
class Importing(Generic[P, R]):
    """What one kind of import brings to the frame. Texts are in the session's language.

    `name`: what its widgets' keys begin with. `purpose`: the line below the title before a file is chosen. `hint`:
    which file. `needed`: which fields, where no map is remembered. `choose`: draws what is asked before the file and
    gives the kind. `settle`: draws what is asked beside the columns. `button`: the primary button's text for a count of
    rows. `draw_links`: what leads on from the result.
    """

    name: str
    title: str
    purpose: str
    hint: str
    needed: str
    nothing: str
    choose: Callable[[], ImportKind]
    settle: Callable[[Actor, Upload, ColumnMap], Checked[P]]
    draw_plan: Callable[[P], None]
    button: Callable[[int], str]
    apply: Callable[[Actor, P], Iterable[Step]]
    outcome: Callable[[P, Sequence[Any]], R]
    draw_result: Callable[[R], None]
    draw_links: Callable[[], None] = lambda: None

    def kept(self, name: str) -> str:
        """Where the page keeps something between reruns."""
        return f"{self.name}:{name}"


def draw_import(page: Importing[P, R]) -> None:
    """Draw the step the reader is on."""
    actor = sign_in.actor()
    upload: Upload | None = state.recall(page.kept("upload"))
    plan: P | None = state.recall(page.kept("plan"))
    result: R | None = state.recall(page.kept("result"))
    header(page.title, context=(_size(upload) if upload else page.purpose,))
    steps((_("File"), _("Columns"), _("Verdicts"), _("Result")), 3 if result else 2 if plan else 1 if upload else 0)
    if result:
        page.draw_result(result)
        with st.container(horizontal=True, vertical_alignment="center"):
            page.draw_links()
            _draw_another(page)
    elif plan:
        _draw_verdicts(actor, page, plan)
    elif upload:
        _draw_columns(actor, page, upload)
    else:
        _draw_file(actor, page)


def _size(upload: Upload) -> str:
    return words().tn("{file}: {n} row", "{file}: {n} rows", len(upload.table.rows), file=upload.name)


def _draw_file(actor: Actor, page: Importing[P, R]) -> None:
    kind = page.choose()
    file = st.file_uploader(
        _("CSV or XLSX file"),
        type=["csv", "tsv", "txt", "xlsx"],
        max_upload_size=MAX_MEGABYTES,
        key=f"{page.name}_file",
        help=_("At most {rows} rows. Nothing is written before you have seen the verdict on every row.", rows=MAX_ROWS),
    )
    encodings = {"": _("Found by itself (UTF-8)"), "cp1252": _("Windows (Western European)")}
    encoding = st.selectbox(
        _("Encoding of a CSV file"),
        list(encodings),
        format_func=encodings.__getitem__,
        key=f"{page.name}_encoding",
        width=320,
    )
    if file is None:
        empty(page.hint, icon="upload_file")
        return
    with st.spinner(_("Reading the file …"), show_time=False), errors.shown() as outcome:
        table = open_file(actor, file.getvalue(), encoding=encoding, kind=kind)
        known = remembered_map(actor, table, kind)
    if outcome.ok:
        columns = known or suggest(table.header, kind)
        state.keep(page.kept("upload"), Upload(file.name, table, columns, known is not None))
        st.rerun()


def _draw_columns(actor: Actor, page: Importing[P, R], upload: Upload) -> None:
    if upload.is_remembered:
        st.info(_("The column map last used for such a file was taken. Check it and change what is different."))
    else:
        st.caption(page.needed)
    columns = edit_columns(upload, key=page.kept("columns"))
    with errors.shown() as outcome:
        columns.fits(upload.table.header)
    if not outcome.ok:
        _draw_another(page)
        return
    checked = page.settle(actor, upload, columns)
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button(_("Check rows"), type="primary", key=f"{page.name}_check", icon=":material/fact_check:"):
            _check(actor, page, upload, checked)
        _draw_another(page)


def _check(actor: Actor, page: Importing[P, R], upload: Upload, checked: Checked[P]) -> None:
    told = words().tn("Checking {n} row …", "Checking {n} rows …", len(upload.table.rows))
    with st.spinner(told, show_time=False), errors.shown() as outcome:
        plan = checked.plan()
        remember_map(actor, upload.table.shape, checked.columns)
    if outcome.ok:
        state.keep(page.kept("upload"), Upload(upload.name, upload.table, checked.columns, upload.is_remembered))
        state.keep(page.kept("plan"), plan)
        st.rerun()


def _draw_verdicts(actor: Actor, page: Importing[P, R], plan: P) -> None:
    to_write = len(plan.to_write)
    if not to_write:
        st.info(page.nothing, icon=":material/info:")
    page.draw_plan(plan)
    with st.container(horizontal=True, vertical_alignment="center"):
        told = page.button(to_write)
        key = f"{page.name}_apply"
        if st.button(told, type="primary", key=key, disabled=not to_write, icon=":material/move_to_inbox:"):
            _apply(actor, page, plan)
        if st.button(_("Back to columns"), key=f"{page.name}_back", icon=":material/arrow_back:"):
            state.drop(page.kept("plan"))
            first_page()
            st.rerun()
        _draw_another(page)


def _apply(actor: Actor, page: Importing[P, R], plan: P) -> None:
    bar = st.progress(0.0, text=_("Writing …"))
    done: list[Any] = []
    with errors.shown() as outcome:
        for progress in page.apply(actor, plan):
            done += progress.rows
            told = _("{done} of {total} rows written …", done=progress.done, total=progress.total)
            bar.progress(progress.done / max(progress.total, 1), text=told)
    cache.forget()
    if outcome.ok:
        state.keep(page.kept("result"), page.outcome(plan, done))
        first_page()
        st.rerun()


def _draw_another(page: Importing[P, R]) -> None:
    if st.button(_("Another file"), type="tertiary", key=f"{page.name}_again"):
        state.drop(page.kept(""))
        state.drop(f"{page.name}_")
        first_page()
        st.rerun()
