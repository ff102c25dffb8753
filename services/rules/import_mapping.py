"""Column maps: where each of our fields gets its value from, suggested from a header, kept as plain data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.errors import ColumnsMissing, FieldsUnmapped, MapMalformed
from services.rules.import_fields import PLACE_HEADERS, PLACE_STEPS, normalised
from services.rules.import_kinds import FIELDS, Days, ImportKind
from services.rules.import_steps import Step, tidy, walk

_KEYS = {"column", "constant", "default", "steps", "translations"}


@dataclass(frozen=True, slots=True)
class Source:
    """Where a field's value comes from: a column's cell through `steps`, then `translations`, else `default`.

    Without a column the default is a constant. Translations match whatever the case: (("minnesota", "US"), …).
    """

    column: str = ""
    default: str = ""
    steps: tuple[Step, ...] = ()
    translations: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """Which field comes from which source, in the order of the kind's fields. Hashable.

    `days`: how the file writes days that are not written year first; empty while nobody has said.
    """

    sources: tuple[tuple[str, Source], ...]
    kind: ImportKind = ImportKind.ACCOUNTS
    days: Days | None = None

    def of(self, field: str) -> Source:
        """The field's source; an empty one where it has none."""
        return dict(self.sources).get(field, Source())

    def fits(self, header: Sequence[str]) -> None:
        """Raise `ColumnsMissing` for columns the header lacks, `FieldsUnmapped` for required fields without source."""
        missing = sorted({s.column for _, s in self.sources if s.column and _place(header, s.column) is None})
        if missing:
            raise ColumnsMissing(field="map", columns=missing)
        unmapped = [name for name, field in FIELDS[self.kind].items() if field.is_required and not self.of(name).column]
        if unmapped:
            raise FieldsUnmapped(field="map", missing=unmapped)


@dataclass(frozen=True, slots=True)
class Given:
    """What a row gives a field: the text that counts, and what the cell `said` (empty: the default counts)."""

    text: str
    said: str


@dataclass(frozen=True, slots=True)
class Reader:
    """A column map made ready for the rows of one header: `(field, place of its column or None, source, table)`."""

    parts: tuple[tuple[str, int | None, Source, Mapping[str, str]], ...]
    days: Days | None = None

    @classmethod
    def of(cls, columns: ColumnMap, header: Sequence[str]) -> Reader:
        """Raises what `ColumnMap.fits` raises."""
        columns.fits(header)
        return cls(
            tuple(
                (name, _place(header, s.column) if s.column else None, s, dict(s.translations))
                for name, s in columns.sources
            ),
            columns.days,
        )

    def read(self, cells: Sequence[str]) -> dict[str, Given]:
        """What each mapped field gets from a row; empty texts included."""
        found: dict[str, Given] = {}
        for name, place, source, table in self.parts:
            said = "" if place is None else walk(cells[place], source.steps)
            text = _translated(said, table)
            found[name] = Given(text, said) if text else Given(source.default, "")
        return found

    def texts(self, cells: Sequence[str]) -> dict[str, str]:
        """The text each mapped field gets from a row; empty texts included."""
        return {name: given.text for name, given in self.read(cells).items()}

    def uses(self, places: frozenset[int]) -> tuple[str, ...]:
        """The fields that come from one of these columns."""
        return tuple(name for name, place, _, _ in self.parts if place in places)


def make_map(
    sources: Mapping[str, Source], kind: ImportKind = ImportKind.ACCOUNTS, days: Days | None = None
) -> ColumnMap:
    """A map without empty sources, in the order of the fields."""
    filled = ((name, sources[name]) for name in FIELDS[kind] if name in sources and sources[name] != Source())
    return ColumnMap(tuple(filled), kind, days)


def suggest(header: Sequence[str], kind: ImportKind = ImportKind.ACCOUNTS) -> ColumnMap:
    """A map guessed from the names of the columns, in English or Spanish."""
    names = {normalised(name): name for name in reversed(header)}
    found: dict[str, Source] = {}
    taken: set[str] = set()
    for field in FIELDS[kind].values():
        known = next((names[h] for h in field.headers if h in names and names[h] not in taken), None)
        if known:
            found[field.name] = Source(column=known)
            taken.add(known)
    if kind is ImportKind.ACCOUNTS:
        place = next((names[h] for h in names if h in PLACE_HEADERS and names[h] not in taken), None)
        for name, steps in PLACE_STEPS.items() if place else ():
            found.setdefault(name, Source(column=str(place), steps=steps))
    return make_map(found, kind)


def from_plain(plain: Any, kind: ImportKind = ImportKind.ACCOUNTS) -> ColumnMap:
    """The map that `to_plain` wrote, or that a TOML file holds: {"fields": {"country": {"column": …, "steps": […]}}}.

    `translations` of a field is a table, or the name of one under "tables"; `days` at the top says how days are
    written. Raises `MapMalformed` with the place.
    """
    plain = plain if isinstance(plain, dict) else {}
    fields, tables = plain.get("fields"), plain.get("tables", {})
    if not isinstance(fields, dict) or not fields or not isinstance(tables, dict):
        raise MapMalformed(field="map", place="[fields]")
    for name in fields:
        if name not in FIELDS[kind]:
            raise MapMalformed(field="map", place=f"[fields.{name}]")
    days = plain.get("days")
    if days is not None and days not in list(Days):
        raise MapMalformed(field="map", place="days")
    sources = {name: _source(name, given, tables) for name, given in fields.items()}
    return make_map(sources, kind, Days(days) if days else None)


def to_plain(columns: ColumnMap) -> dict[str, Any]:
    """The map as data that JSON and TOML can hold."""
    fields: dict[str, dict[str, Any]] = {}
    for name, source in columns.sources:
        given: dict[str, Any] = {
            "column": source.column,
            "default": source.default,
            "steps": [step.value for step in source.steps],
        }
        given["translations"] = dict(source.translations)
        fields[name] = {key: value for key, value in given.items() if value}
    return {"fields": fields} | ({"days": columns.days.value} if columns.days else {})


def _source(name: str, given: Any, tables: Mapping[str, Any]) -> Source:
    place = f"[fields.{name}]"
    if not isinstance(given, dict) or not given.keys() <= _KEYS:
        raise MapMalformed(field="map", place=place)
    column, steps = given.get("column", ""), given.get("steps", [])
    default: Any = given.get("constant", given.get("default", ""))
    translations: Any = given.get("translations", {})
    if isinstance(translations, str):
        translations = tables.get(translations)
    if not isinstance(steps, list) or not isinstance(translations, dict) or ("constant" in given and column):
        raise MapMalformed(field="map", place=place)
    texts = (column, default, *translations, *translations.values())
    if not all(isinstance(text, str) for text in texts) or not all(step in list(Step) for step in steps):
        raise MapMalformed(field="map", place=place)
    pairs = tuple(sorted((tidy(key).casefold(), tidy(value)) for key, value in translations.items()))
    return Source(tidy(column), tidy(default), tuple(Step(step) for step in steps), pairs)


def _translated(text: str, table: Mapping[str, str]) -> str:
    return table.get(text.casefold(), text) if table else text


def _place(header: Sequence[str], column: str) -> int | None:
    wanted = column.casefold()
    return next((place for place, name in enumerate(header) if name.casefold() == wanted), None)
