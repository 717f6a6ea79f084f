"""A condition that a column's value is among the rows of a query, in words that let both databases seek by them.

PostgreSQL rather reads a whole table once than seek by rows whose number it only guesses; by an array it seeks.
"""

from typing import Any

from sqlalchemy import ColumnElement, Select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction


class _Within(GenericFunction[Any]):
    """Whether the first argument is one of the rows of the second, a query of one column."""

    name = "troth_within"
    inherit_cache = True


@compiles(_Within, "sqlite")
def _on_sqlite(element: _Within, compiler: SQLCompiler, **options: Any) -> str:
    column, rows = (compiler.process(clause, **options) for clause in element.clauses)
    return f"{column} IN {rows}"


@compiles(_Within, "postgresql")
def _on_postgresql(element: _Within, compiler: SQLCompiler, **options: Any) -> str:
    column, rows = (compiler.process(clause, **options) for clause in element.clauses)
    return f"{column} = ANY(ARRAY{rows})"


def within(column: ColumnElement[int], rows: Select[Any]) -> ColumnElement[Any]:
    """The condition that the column is one of the rows."""
    return _Within(column, rows.scalar_subquery())
