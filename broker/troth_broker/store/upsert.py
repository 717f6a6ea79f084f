"""Inserts that meet an existing row: the one thing that SQLAlchemy words per database."""

import importlib
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Connection, CursorResult, Executable, Table, func, select

_WORDS = {"sqlite": "sqlalchemy.dialects.sqlite", "postgresql": "sqlalchemy.dialects.postgresql"}
"""Loaded when it is spoken: each costs a command that asks a file some 20 ms."""


class PerDialect:
    """One statement in the words of the database at hand, built when it is first executed there."""

    def __init__(self, make: Callable[[Callable[[Table], Any]], Executable]) -> None:
        self._make = make
        self._statements: dict[str, Executable] = {}

    def run(self, db: Connection, values: Mapping[str, Any]) -> CursorResult[Any]:
        """Execute the statement."""
        name = db.dialect.name
        statement = self._statements.get(name)
        if statement is None:
            made = self._make(importlib.import_module(_WORDS[name]).insert)
            statement = self._statements.setdefault(name, made)  # one statement, even if two threads come first
        return db.execute(statement, values)


def insert_new(table: Table, *key: str) -> PerDialect:
    """Insert a row unless one with this key is there; returns the new row's id, or no row at all."""
    return PerDialect(
        lambda insert: insert(table).on_conflict_do_nothing(index_elements=key).returning(*table.primary_key.columns)
    )


def count_beyond(db: Connection, table: Table, given: int) -> None:
    """Let a table count on from an id that was given; SQLite does so by itself."""
    if db.dialect.name == "postgresql":
        name = func.pg_get_serial_sequence(table.name, "id")
        db.execute(select(func.setval(name, func.greatest(given, func.nextval(name)))))


def put(table: Table, *key: str) -> PerDialect:
    """Insert a row, or overwrite the one with this key."""

    def make(insert: Callable[[Table], Any]) -> Executable:
        statement = insert(table)
        changed = {c.name: statement.excluded[c.name] for c in table.columns if c.name not in key and c.name != "id"}
        made: Executable = statement.on_conflict_do_update(index_elements=key, set_=changed)
        return made

    return PerDialect(make)
