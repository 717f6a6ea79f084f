"""A copy of a SQLite store as it is at one moment, while others go on writing."""

import contextlib
import sqlite3
from pathlib import Path

from troth_broker.store.engine import Store
from troth_broker.store.errors import BadDatabaseUrl, StoreUnavailable
from troth_broker.store.snapshot.whole_file import whole

_PAGES_AT_ONCE = 4_000


def backup(store: Store, target: Path, *, force: bool = False) -> int:
    """Copy a SQLite store to a file, which is checked; says how many bytes it has. Raises StoreError."""
    if not store.is_sqlite:
        raise BadDatabaseUrl(
            f"{store.name} is not a SQLite file: back it up with `pg_dump --format=custom`, or write all that it "
            "holds, but for secrets, to a snapshot with `troth export`"
        )
    with whole(target, store, force=force) as part:
        try:
            _copy(Path(store.url.database or ""), part)
        except sqlite3.Error as problem:
            raise StoreUnavailable(f"{store.name} cannot be copied to {target}: {problem}") from problem
        return part.stat().st_size


def _copy(source: Path, target: Path) -> None:
    reading = sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None)
    with contextlib.closing(reading), contextlib.closing(sqlite3.connect(target, isolation_level=None)) as copy:
        # In one read transaction the copy is of one moment: writes meanwhile neither show nor make it begin again.
        reading.execute("BEGIN")
        reading.execute("SELECT count(*) FROM sqlite_master").fetchone()
        reading.backup(copy, pages=_PAGES_AT_ONCE)
        copy.execute("PRAGMA journal_mode=DELETE")
        (found,) = copy.execute("PRAGMA integrity_check").fetchone()
        if found != "ok":
            raise sqlite3.DatabaseError(f"the copy is damaged: {found}")
