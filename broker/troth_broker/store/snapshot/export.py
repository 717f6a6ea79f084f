"""Writing a snapshot: the rows of one moment, whatever the database, into a SQLite file of the same tables."""

import contextlib
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table

from troth_broker.store.engine import Store
from troth_broker.store.migrate import migrate
from troth_broker.store.snapshot.contents import KEPT, READ
from troth_broker.store.snapshot.discretion import discreet
from troth_broker.store.snapshot.marks import date, mark
from troth_broker.store.snapshot.search import add_search
from troth_broker.store.snapshot.views import add_views
from troth_broker.store.snapshot.whole_file import whole
from troth_broker.store.tables import body, partial_replay, verification_detail

_AT_ONCE = 5_000
_LARGE = {body: 20, verification_detail: 200, partial_replay: 200}
"""Tables whose rows hold documents, and how many of those are in memory together."""


@dataclass(frozen=True, slots=True)
class Exported:
    """What a snapshot holds."""

    rows: dict[str, int]
    bytes: int


def export(store: Store, target: Path, *, force: bool = False) -> Exported:
    """Write a snapshot of a store as it is at this moment, while others go on writing. Raises StoreError."""
    with whole(target, store, force=force) as part:
        with contextlib.closing(Store(f"sqlite:///{part}", 1)) as fresh:
            migrate(fresh)
        with contextlib.closing(sqlite3.connect(part, isolation_level=None)) as snapshot:
            snapshot.execute("PRAGMA journal_mode=DELETE")
            snapshot.execute("PRAGMA synchronous=OFF")  # the file is made durable as a whole, at the end
            snapshot.execute("PRAGMA cache_size=-65536")
            date(snapshot)
            rows = store.read(_copy, snapshot)
            add_views(snapshot)
            add_search(snapshot)
            snapshot.execute("ANALYZE")
            mark(snapshot)
        size = part.stat().st_size
    return Exported(rows, size)


def _copy(db: Connection, snapshot: sqlite3.Connection) -> dict[str, int]:
    with _at_once(snapshot):
        return {table.name: _copy_table(db, table, snapshot) for table in KEPT}


def _copy_table(db: Connection, table: Table, snapshot: sqlite3.Connection) -> int:
    columns = ", ".join(f'"{column.name}"' for column in table.columns)
    marks = ", ".join("?" for _ in table.columns)
    statement = f'INSERT INTO "{table.name}" ({columns}) VALUES ({marks})'  # noqa: S608 - names of our own tables
    copied = 0
    for rows in batches(db, table):
        snapshot.executemany(statement, rows)
        copied += len(rows)
    return copied


def batches(db: Connection, table: Table) -> Iterator[Sequence[Any]]:
    """The rows of a table in batches, in the order of their keys, without what nobody else should read."""
    found = db.execute(READ[table], execution_options={"yield_per": _LARGE.get(table, _AT_ONCE)})
    for rows in found.partitions():
        yield discreet(table, rows)


@contextlib.contextmanager
def _at_once(snapshot: sqlite3.Connection) -> Iterator[None]:
    snapshot.execute("BEGIN")
    try:
        yield
    except BaseException:
        snapshot.execute("ROLLBACK")
        raise
    snapshot.execute("COMMIT")
