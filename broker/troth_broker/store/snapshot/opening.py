"""Opening a snapshot: as it is, or, where an older Troth wrote it, a copy of it at this version's tables."""

import contextlib
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path

from troth_broker.store.engine import Store
from troth_broker.store.errors import BadFile
from troth_broker.store.migrate import HEAD, migrate, revision
from troth_broker.store.snapshot.marks import is_snapshot, mark
from troth_broker.store.snapshot.search import TABLE
from troth_broker.store.snapshot.views import VIEWS


def opened(address: str, connections: int = 8) -> Store:
    """A store, whatever it is; a snapshot of an older Troth as a migrated copy, which goes away when it is closed."""
    store = Store(address, connections)
    if not store.is_snapshot or store.read(revision) == HEAD:
        return store
    with contextlib.ExitStack() as copies, contextlib.closing(store):
        folder = Path(copies.enter_context(tempfile.TemporaryDirectory(prefix="troth-snapshot-")))
        copy = folder / "snapshot.db"
        shutil.copyfile(store.url.database or "", copy)
        _bring_up_to_date(copy)
        current = Store(f"sqlite:///{copy}", connections)
        current.leftovers = copies.pop_all()
    return current


def require_snapshot(file: Path) -> None:
    """Raise BadFile for any other file."""
    if file.is_file() and not os.access(file, os.R_OK):
        raise BadFile(f"{file} cannot be read: may this user read it?")
    if not is_snapshot(file):
        there = "is no snapshot of Troth's: `troth export` writes them" if file.exists() else "does not exist"
        raise BadFile(f"{file} {there}")


@contextlib.contextmanager
def opened_snapshot(file: Path) -> Iterator[Store]:
    """A snapshot to read from. Raises BadFile for any other file."""
    require_snapshot(file)
    with contextlib.closing(opened(f"sqlite:///{file}", 2)) as store:
        yield store


def _bring_up_to_date(copy: Path) -> None:
    _unmark(copy)
    with contextlib.closing(Store(f"sqlite:///{copy}", 1)) as older:
        migrate(older)
    with contextlib.closing(sqlite3.connect(copy, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")
        mark(connection)


def _unmark(file: Path) -> None:
    """Make a copy an ordinary store, without what stands in the way of a migration."""
    with contextlib.closing(sqlite3.connect(file, isolation_level=None)) as connection:
        for name in VIEWS:
            connection.execute(f"DROP VIEW IF EXISTS {name}")
        for name in (f"{TABLE}_fts", TABLE):
            connection.execute(f"DROP TABLE IF EXISTS {name}")
        mark(connection, 0)
