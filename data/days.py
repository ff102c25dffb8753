"""Days worked out by the database: so many days before one, so many months after one."""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Date, literal
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class _Shifted(FunctionElement[date]):
    type = Date()
    inherit_cache = True


class _DaysBefore(_Shifted):
    name = "days_before"
    inherit_cache = True


class _MonthsAfter(_Shifted):
    name = "months_after"
    inherit_cache = True


def days_before(day: Any, count: Any) -> ColumnElement[date]:
    """The day so many days earlier; `count` is a number or a column."""
    return _DaysBefore(day, literal(count) if isinstance(count, int) else count)


def months_after(day: Any, count: int) -> ColumnElement[date]:
    """The same day so many months later, clamped to the month's end, as `data.period.months_after` has it."""
    return _MonthsAfter(day, literal(count))


@compiles(_DaysBefore)
def _before_in_text(element: _DaysBefore, compiler: SQLCompiler, **how: Any) -> str:
    day, count = (compiler.process(each, **how) for each in element.clauses)
    return f"date({day}, (-{count}) || ' days')"


@compiles(_DaysBefore, "postgresql")
def _before(element: _DaysBefore, compiler: SQLCompiler, **how: Any) -> str:
    day, count = (compiler.process(each, **how) for each in element.clauses)
    return f"({day} - CAST({count} AS INTEGER))"


@compiles(_MonthsAfter)
def _after_in_text(element: _MonthsAfter, compiler: SQLCompiler, **how: Any) -> str:
    # Its own arithmetic makes 1 March of 29 February: the last day of the month is never passed.
    day, count = (compiler.process(each, **how) for each in element.clauses)
    plain = f"date({day}, {count} || ' months')"
    return f"min({plain}, date({day}, 'start of month', ({count} + 1) || ' months', '-1 day'))"


@compiles(_MonthsAfter, "postgresql")
def _after(element: _MonthsAfter, compiler: SQLCompiler, **how: Any) -> str:
    day, count = (compiler.process(each, **how) for each in element.clauses)
    return f"CAST({day} + make_interval(months => CAST({count} AS INTEGER)) AS DATE)"
