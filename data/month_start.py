"""The first day of a day's month, worked out in the database."""

from typing import Any

from sqlalchemy import Date
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class month_start(FunctionElement[Any]):
    """The first day of the month of a column."""

    type = Date()
    name = "month_start"
    inherit_cache = True


@compiles(month_start)
def _of_sqlite(element: month_start, compiler: SQLCompiler, **how: Any) -> str:
    return f"date({compiler.process(element.clauses, **how)}, 'start of month')"


@compiles(month_start, "postgresql")
def _of_postgresql(element: month_start, compiler: SQLCompiler, **how: Any) -> str:
    return f"CAST(date_trunc('month', {compiler.process(element.clauses, **how)}) AS DATE)"
