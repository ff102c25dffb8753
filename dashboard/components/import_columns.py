"""The columns of an uploaded table, mapped to our fields: one line a field, translations, and what comes of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

import pandas as pd
import streamlit as st

from dashboard.components.text import one_line, plain
from dashboard.words import _, words
from services.queries.imports import ColumnMap, Source, Table, Unknown, unknown_values
from services.rules.import_kinds import FIELDS, ImportKind
from services.rules.import_mapping import Reader, make_map
from services.rules.import_steps import Step
from services.rules.import_values import convert
from services.words.import_texts import STEPS
from services.words.labels import field_name

_PREVIEWED = 5


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it was read, with the map its columns begin with; `is_remembered`: from a file of this shape."""

    name: str
    table: Table
    columns: ColumnMap
    is_remembered: bool


def edit_columns(upload: Upload, *, key: str) -> ColumnMap:
    """The map as it stands on the screen, translations of the beginning included."""
    kind = upload.columns.kind
    fields = list(FIELDS[kind])
    begun = {name: upload.columns.of(name) for name in fields}
    frame = pd.DataFrame(
        {
            "field": [_label(name, kind) for name in fields],
            "column": [begun[name].column or None for name in fields],
            "steps": [[step.value for step in begun[name].steps] for name in fields],
            "default": [begun[name].default for name in fields],
        }
    )
    edited = st.data_editor(
        frame,
        key=key,
        hide_index=True,
        disabled=["field"],
        height=min(388, 38 + 31 * len(fields)),
        placeholder="",
        column_order=["field", "column", "default", "steps"],
        alt=_("Column map"),
        column_config={
            "field": st.column_config.TextColumn(_("Our field"), width=200),
            "column": st.column_config.SelectboxColumn(
                _("Column of the file"), options=list(upload.table.header), width=190
            ),
            "default": st.column_config.TextColumn(
                _("Where empty"),
                width=120,
                help=_("The value for rows whose cell is empty; without a column, for all rows. A country may be ES."),
            ),
            "steps": st.column_config.MultiselectColumn(
                _("Taken from the cell"),
                options=[step.value for step in Step],
                format_func=_step,
                width=340,
                help=_("Steps that a cell goes through, in this order. Without steps it is taken as it is."),
            ),
        },
    )
    sources = {name: _source(begun[name], row) for name, row in zip(fields, _rows(edited), strict=True)}
    return make_map(sources, kind, upload.columns.days)


def edit_translations(
    upload: Upload, columns: ColumnMap, *, key: str, plans: Mapping[str, str] | None = None
) -> ColumnMap:
    """The map with what the reader made of texts that a field cannot take; nothing is drawn where there are none.

    `plans`: code → name of the plans that a file's can be translated to.
    """
    bare = make_map({name: replace(source, translations=()) for name, source in columns.sources}, columns.kind)
    unknown = unknown_values(upload.table, bare, plans or {})
    if not unknown:
        return columns
    st.markdown(f"**{plain(_('Values to translate'))}**")
    st.caption(_("These stand in the file and are none of ours. Enter ours, such as US; what stays empty is refused."))
    if any(value.field == "plan" for value in unknown):
        st.caption(plain(_("Our plans: {plans}", plans=[f"{code} ({name})" for code, name in (plans or {}).items()])))
    known = {name: dict(source.translations) for name, source in columns.sources}
    frame = pd.DataFrame(
        {
            "field": [_label(value.field, columns.kind) for value in unknown],
            "text": [one_line(value.text) for value in unknown],
            "rows": [value.rows for value in unknown],
            "ours": [known[value.field].get(value.text.casefold(), "") for value in unknown],
        }
    )
    edited = st.data_editor(
        frame,
        key=key,
        hide_index=True,
        disabled=["field", "text", "rows"],
        alt=_("Values to translate"),
        column_config={
            "field": st.column_config.TextColumn(_("Our field")),
            "text": st.column_config.TextColumn(_("In the file")),
            "rows": st.column_config.NumberColumn(_("Rows")),
            "ours": st.column_config.TextColumn(_("Ours")),
        },
    )
    return _with_translations(columns, unknown, [str(text or "").strip() for text in edited["ours"].tolist()])


def preview(upload: Upload, columns: ColumnMap) -> None:
    """What the first rows come in as, as far as they can."""
    table = upload.table
    width = len(table.header)
    reader = Reader.of(columns, table.header)
    rows = [reader.texts(row.cells + ("",) * (width - len(row.cells))) for row in table.rows[:_PREVIEWED]]
    frame = pd.DataFrame(
        [{field_name(name, words()): _coming(name, text, columns) for name, text in row.items()} for row in rows]
    )
    st.markdown(f"**{plain(_('How the first rows come in'))}**")
    st.dataframe(frame, hide_index=True, height="content", alt=_("How the first rows come in"))


def _with_translations(columns: ColumnMap, unknown: Sequence[Unknown], ours: Sequence[str]) -> ColumnMap:
    found: dict[str, dict[str, str]] = {name: dict(source.translations) for name, source in columns.sources}
    for value, text in zip(unknown, ours, strict=True):
        found[value.field].pop(value.text.casefold(), None)
        if text:
            found[value.field][value.text.casefold()] = text
    sources = {
        name: replace(source, translations=tuple(sorted(found[name].items()))) for name, source in columns.sources
    }
    return make_map(sources, columns.kind, columns.days)


def _source(begun: Source, row: Mapping[str, object]) -> Source:
    column, default, steps = row["column"], row["default"], row["steps"]
    return Source(
        column=column if isinstance(column, str) else "",
        default=" ".join(default.split()) if isinstance(default, str) else "",
        steps=tuple(Step(str(step)) for step in steps) if isinstance(steps, list | tuple) else (),
        translations=begun.translations,
    )


def _rows(frame: pd.DataFrame) -> list[Mapping[str, object]]:
    columns = {str(name): frame[name].tolist() for name in frame.columns}
    return [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]


def _coming(name: str, text: str, columns: ColumnMap) -> str:
    """The value as it comes in; a text that the field cannot take as it stands."""
    value = convert(name, text, columns.days)[0] if text else ""
    if isinstance(value, date) and not isinstance(value, datetime):
        return words().day(value)
    return one_line(value if isinstance(value, str) else text)


def _label(name: str, kind: ImportKind) -> str:
    label = field_name(name, words())
    return f"{label} *" if FIELDS[kind][name].is_required else label


def _step(code: str) -> str:
    return words().t(STEPS[code])
