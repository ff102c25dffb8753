"""The house rules that a machine can hold: who may import whom, one door, one place for state, short files."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("data", "services", "dashboard", "pages")
OURS = (*ROOMS, "tests", "bench")
LONGEST = 300

VALUES = ("data.money", "data.period", "data.identity")

# Who may import what of ours, by the longest matching prefix of the importing module.
MAY_IMPORT: dict[str, tuple[str, ...]] = {
    "data": ("data",),
    "services": ("services", "data"),
    "services.rules": ("services.rules", "services.errors", "services.permissions", *VALUES),
    "services.words": ("services.words", "services.rules", "services.errors", "services.permissions", *VALUES),
    "dashboard": ("dashboard", "services", "data.money", "data.period"),
    "dashboard.serve": ("dashboard", "services", "data.database", "data.migrate"),
    "pages": (
        "dashboard",
        "services.commands",
        "services.queries",
        "services.permissions",
        "services.errors",
        "services.words",
        "data.money",
        "data.period",
    ),
}
# Rooms below services that may not look into each other.
FORBIDDEN = (
    ("services.commands", "services.commands"),  # commands never call commands
    ("services.queries", "services.commands"),
    ("services.deeds", "services.commands"),
    ("services.worksheets", "services.commands"),
    ("services.worksheets", "services.deeds"),
    ("services.rules", "sqlalchemy"),
    ("services.rules", "pandas"),
    ("services", "streamlit"),
    ("services", "plotly"),
    ("data", "streamlit"),
    ("data", "pandas"),
    ("pages", "sqlalchemy"),
)
# Bulk builders write through the engine, past the doors, and say so here.
BUILDERS = {"services/scale.py", "services/scale_copies.py", "services/bulk.py"}


@cache
def sources() -> tuple[Path, ...]:
    """Every Python file of ours."""
    return tuple(path for room in OURS for path in sorted((ROOT / room).rglob("*.py")))


def place(path: Path) -> str:
    """The file's path below the root."""
    return path.relative_to(ROOT).as_posix()


def module(path: Path) -> str:
    """The file's module name."""
    return place(path).removesuffix(".py").removesuffix("/__init__").replace("/", ".")


@cache
def tree(path: Path) -> ast.Module:
    """The parsed file."""
    return ast.parse(path.read_text(encoding="utf-8"))


def imports(path: Path) -> Iterator[str]:
    """What the file imports: `from a import b` counts as a.b."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def within(name: str, prefix: str) -> bool:
    """Whether the module is the prefix or stands below it."""
    return name == prefix or name.startswith(f"{prefix}.")


def calls(path: Path) -> Iterator[str]:
    """The dotted names of what the file calls."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func)


def names(path: Path) -> set[str]:
    """Every name and attribute the file mentions."""
    found = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Attribute):
            found.add(node.attr)
        elif isinstance(node, ast.Name):
            found.add(node.id)
    return found


def files(*rooms: str, but: tuple[str, ...] = ()) -> list[Path]:
    """The files below these rooms, except some."""
    return [p for p in sources() if any(within(module(p), room) for room in rooms) and place(p) not in but]


def test_imports_only_run_down() -> None:
    wrong = []
    for path in files(*ROOMS):
        rule = max((prefix for prefix in MAY_IMPORT if within(module(path), prefix)), key=len)
        for name in imports(path):
            if name.partition(".")[0] in OURS and not any(within(name, allowed) for allowed in MAY_IMPORT[rule]):
                wrong.append(f"{place(path)} imports {name}")
    assert not wrong


def test_rooms_that_may_not_look_into_each_other_do_not() -> None:
    wrong = [
        f"{place(path)} imports {name}"
        for path in files(*ROOMS)
        for room, banned in FORBIDDEN
        for name in imports(path)
        if within(module(path), room) and within(name, banned) and not within(name, module(path))
    ]
    assert not wrong


@pytest.mark.parametrize("room", OURS)
def test_files_are_short_and_say_what_they_hold(room: str) -> None:
    for path in files(room):
        text = path.read_text(encoding="utf-8")
        assert text.count("\n") <= LONGEST, f"{place(path)} is longer than {LONGEST} lines"
        nameplate = ast.get_docstring(tree(path)) or ""
        assert nameplate and text.lstrip().startswith(('"""', 'r"""')), f"{place(path)} has no nameplate"


def test_there_is_one_door_to_a_session() -> None:
    doors = ("services/access.py", "data/database.py", "data/migrate.py", *BUILDERS)
    for path in files("services", "dashboard", "pages", but=doors):
        found = {call.rpartition(".")[2] for call in calls(path)}
        made = found & {"Session", "sessionmaker", "begin", "commit", "write_session", "read_session"}
        assert not made, f"{place(path)} opens its own session: {sorted(made)}"


def test_statements_go_through_the_row_scope() -> None:
    for path in files("services.commands", "services.queries"):
        assert "__table__" not in names(path), f"{place(path)} uses a bare table, which no row scope limits"
    for path in files("services", "dashboard", "pages", but=tuple(BUILDERS)):
        raw = {"sqlalchemy.text", "sqlalchemy.sql.text", "sqlalchemy.sql.expression.text"} & set(imports(path))
        assert not raw, f"{place(path)} writes raw SQL"
        assert not {call for call in calls(path) if call.endswith(("read_sql", "read_sql_query", "exec_driver_sql"))}


def test_state_and_caches_have_one_place() -> None:
    for path in files("dashboard", "pages"):
        used = names(path)
        if place(path) != "dashboard/state.py":
            assert "session_state" not in used, f"{place(path)} uses session_state"
        if place(path) != "dashboard/cache.py":
            assert not used & {"cache_data", "cache_resource"}, f"{place(path)} caches by itself"


def test_nobody_below_the_dashboard_asks_the_calendar() -> None:
    for path in files("data", "services", "pages"):
        if '__name__ == "__main__"' in path.read_text(encoding="utf-8"):
            continue  # a command line: the edge, where the day is asked
        asked = {call for call in calls(path) if call.endswith(("date.today", "datetime.today", "datetime.utcnow"))}
        assert not asked, f"{place(path)} asks the calendar: {asked}"
        if place(path) != "services/access.py":
            assert "datetime.now" not in set(calls(path)), f"{place(path)} asks the clock: access.now() is the only one"


def test_pages_catch_nothing_and_write_no_html() -> None:
    for path in files("pages"):
        assert not any(isinstance(node, ast.Try) for node in ast.walk(tree(path))), f"{place(path)} has a try"
    for path in files("dashboard", "pages"):
        assert "unsafe_allow_html" not in path.read_text(encoding="utf-8"), place(path)


def test_the_front_door_is_short_and_no_page_stands_beside_it() -> None:
    front_door = (ROOT / "dashboard" / "streamlit_app.py").read_text(encoding="utf-8")
    assert front_door.count("\n") <= 40
    assert not (ROOT / "dashboard" / "pages").exists()
