"""A list given to a statement as one parameter, so that a prebuilt statement serves lists of any length.

The parameter is the list's JSON text: SQLite reads it with `json_each`, PostgreSQL with `json_array_elements_text`, and
both give rows with the column `value`.
"""

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, TableValuedAlias, Text, bindparam, cast
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction


class _ItemsOf(GenericFunction[Any]):
    """The rows of a JSON array."""

    name = "troth_items_of"
    inherit_cache = True


@compiles(_ItemsOf, "sqlite")
def _on_sqlite(element: _ItemsOf, compiler: SQLCompiler, **options: Any) -> str:
    return f"json_each({compiler.process(element.clauses, **options)})"


@compiles(_ItemsOf, "postgresql")
def _on_postgresql(element: _ItemsOf, compiler: SQLCompiler, **options: Any) -> str:
    return f"json_array_elements_text(CAST({compiler.process(element.clauses, **options)} AS JSON))"


def items_of(parameter: str) -> TableValuedAlias:
    """The items of the list parameter of that name, as the rows of a table with the column `value`."""
    return _ItemsOf(bindparam(parameter, type_=Text)).table_valued("value", name=parameter)


def as_id(items: TableValuedAlias) -> ColumnElement[int]:
    """The items of a list of ids."""
    return cast(items.c.value, BigInteger)


def as_text(items: TableValuedAlias) -> ColumnElement[str]:
    """The items of a list of names."""
    return cast(items.c.value, Text)


def listed(items: Iterable[int | str]) -> str:
    """A list as the parameter of a statement."""
    return json.dumps(list(items))
