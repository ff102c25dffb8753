"""The schema built directly from the models: for databases that are thrown away, without the revisions' history."""

from sqlalchemy import Engine, inspect

from data.models import Base


class NotEmpty(Exception):
    """There are tables already: a throw-away database must be empty."""


def build(engine: Engine) -> None:
    """Create every table in an empty database. Raises NotEmpty."""
    if inspect(engine).get_table_names():
        raise NotEmpty
    with engine.execution_options(writes=True).begin() as connection:
        Base.metadata.create_all(connection, checkfirst=False)
