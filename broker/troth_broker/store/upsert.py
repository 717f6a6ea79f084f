"""Inserts that meet an existing row: the one thing that SQLAlchemy words per database."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Connection, CursorResult, Executable, Table
from sqlalchemy.dialects import postgresql, sqlite

Insert = sqlite.Insert | postgresql.Insert


class PerDialect:
    """One statement in both databases' words, built once."""

    def __init__(self, make: Callable[[Callable[[Table], Any]], Executable]) -> None:
        self._statements = {"sqlite": make(sqlite.insert), "postgresql": make(postgresql.insert)}

    def run(self, db: Connection, values: Mapping[str, Any]) -> CursorResult[Any]:
        """Execute the statement in the words of the database at hand."""
        return db.execute(self._statements[db.dialect.name], values)


def insert_new(table: Table, *key: str) -> PerDialect:
    """Insert a row unless one with this key is there; returns the new row's id, or no row at all."""
    return PerDialect(
        lambda insert: insert(table).on_conflict_do_nothing(index_elements=key).returning(*table.primary_key.columns)
    )


def put(table: Table, *key: str) -> PerDialect:
    """Insert a row, or overwrite the one with this key."""

    def make(insert: Callable[[Table], Any]) -> Executable:
        statement = insert(table)
        changed = {c.name: statement.excluded[c.name] for c in table.columns if c.name not in key and c.name != "id"}
        made: Executable = statement.on_conflict_do_update(index_elements=key, set_=changed)
        return made

    return PerDialect(make)
