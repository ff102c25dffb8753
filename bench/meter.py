"""What a server's database work adds up to, read from outside its process: statements and the time they took."""

import mmap
import struct
import time
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

_FIGURES = struct.Struct("qq")  # statements, nanoseconds


class Meter:
    """Two figures in a file: the server adds to them, the benchmark reads them."""

    def __init__(self, path: Path) -> None:
        if not path.exists():
            path.write_bytes(bytes(_FIGURES.size))
        with path.open("r+b") as file:
            self._memory = mmap.mmap(file.fileno(), _FIGURES.size)

    def read(self) -> tuple[int, float]:
        """Statements so far, and the milliseconds they took."""
        statements, nanoseconds = _FIGURES.unpack(self._memory[:])
        return statements, nanoseconds / 1e6

    def watch(self) -> None:
        """Add up every statement of this process's engines.

        SQLite finds rows while they are fetched: what a statement that is neither sorted nor counted takes after its
        first row is not in the figure.
        """

        @event.listens_for(Engine, "before_cursor_execute")
        def _began(_connection: Any, _cursor: Any, _statement: str, _values: Any, context: Any, _many: bool) -> None:
            context.bench_began = time.perf_counter_ns()

        @event.listens_for(Engine, "after_cursor_execute")
        def _ended(_connection: Any, _cursor: Any, _statement: str, _values: Any, context: Any, _many: bool) -> None:
            if context is None:
                return
            statements, nanoseconds = _FIGURES.unpack(self._memory[:])
            took = time.perf_counter_ns() - context.bench_began
            self._memory[:] = _FIGURES.pack(statements + 1, nanoseconds + took)
