"""A condition that a column's value is in a list of ids, given as one parameter, in words that let both databases seek.

As a join with the list's rows, SQLite seeks by one list and then compares with the other; as `IN` it seeks by both.
"""

from typing import Any

from sqlalchemy import ColumnElement, Text, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction


class _Among(GenericFunction[Any]):
    """Whether the first argument is one of the ids in the second, a JSON array."""

    name = "troth_among"
    inherit_cache = True


@compiles(_Among, "sqlite")
def _on_sqlite(element: _Among, compiler: SQLCompiler, **options: Any) -> str:
    column, items = (compiler.process(clause, **options) for clause in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({items}))"  # noqa: S608 - both parts are compiled SQL


@compiles(_Among, "postgresql")
def _on_postgresql(element: _Among, compiler: SQLCompiler, **options: Any) -> str:
    column, items = (compiler.process(clause, **options) for clause in element.clauses)
    ids = f"SELECT CAST(value AS BIGINT) FROM json_array_elements_text(CAST({items} AS JSON))"  # noqa: S608 - as above
    return f"{column} = ANY(ARRAY({ids}))"


def among(column: ColumnElement[int], parameter: str) -> ColumnElement[Any]:
    """The condition that the column is in the list parameter of that name (see `store.lists.listed`)."""
    return _Among(column, bindparam(parameter, type_=Text))
