"""Many values as one parameter: a statement that stays the same however many it is asked about."""

from typing import Any

from sqlalchemy import JSON, Boolean, ColumnElement, bindparam
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.operators import OperatorType
from sqlalchemy.types import TypeDecorator, TypeEngine


class _Many(TypeDecorator[Any]):
    """A list of values: an array on PostgreSQL, JSON on SQLite."""

    impl = JSON
    cache_ok = True

    def __init__(self, item: TypeEngine[Any]) -> None:
        super().__init__()
        self.item = item

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        is_postgresql = dialect.name == "postgresql"
        return dialect.type_descriptor(postgresql.ARRAY(self.item) if is_postgresql else JSON())


class _Among(FunctionElement[bool]):
    type = Boolean()
    name = "among"
    inherit_cache = True

    def self_group(self, against: OperatorType | None = None) -> Any:
        """As it stands: it is a comparison already, and one that SQLite's indexes answer; `… = 1` is none."""
        return self


def among(column: InstrumentedAttribute[Any], name: str) -> ColumnElement[bool]:
    """Whether the column is one of the values given as the parameter of that name, a list.

    `in_` writes each value into the statement: a thousand ids are then put together, and read again by the driver and
    the database, each time anew.
    """
    return _Among(column, bindparam(name, type_=_Many(column.type)))


@compiles(_Among)
def _in_json(element: _Among, compiler: SQLCompiler, **how: Any) -> str:
    column, values = (compiler.process(each, **how) for each in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({values}))"


@compiles(_Among, "postgresql")
def _any_of_array(element: _Among, compiler: SQLCompiler, **how: Any) -> str:
    column, values = (compiler.process(each, **how) for each in element.clauses)
    return f"{column} = ANY ({values})"
