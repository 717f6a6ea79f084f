"""The door to the database: read in one snapshot, write in one transaction, on SQLite and on PostgreSQL.

SQLite: WAL, synchronous=FULL (an acknowledged write survives power loss), foreign keys, a busy timeout. Writers take
the write lock at the start (`BEGIN IMMEDIATE`), because a read that turns into a write half-way loses acknowledged
writes. PostgreSQL: READ COMMITTED to write, REPEATABLE READ READ ONLY to read.
"""

import contextlib
import sqlite3
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, DBAPIError, NoResultFound, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import QueuePool

from troth_broker.store.connections import Connections
from troth_broker.store.errors import BadDatabaseUrl, StoreFull, StoreReadOnly, StoreUnavailable
from troth_broker.store.snapshot.marks import is_snapshot

P = ParamSpec("P")
T = TypeVar("T")

_BUSY_MILLISECONDS = 30_000
_ATTEMPTS = 8
_RETRIED = {"40001", "40P01", "23503", "23505"}
"""PostgreSQL's codes for what another transaction can do to one: a serialization failure and a deadlock (it had the
right of way), a missing and a duplicate key (it deleted what was found, or made what was missed). The next try sees it.
"""
_DISK_FULL = "53100"
_PATIENCE = {"connect_timeout": 10, "keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3}
"""Seconds after which a PostgreSQL that does not answer, or whose machine is gone, counts as away."""
_STORE_AT_FAULT = {DatabaseError, OperationalError, PoolTimeout}


def _parse(address: str) -> URL:
    if "://" not in address:
        address = f"sqlite:///{address}"
    try:
        url = make_url(address)
    except ArgumentError:
        raise BadDatabaseUrl(f"{address!r} is not a database address; use sqlite:///FILE or postgresql://…") from None
    if url.drivername in {"postgresql", "postgres", "postgresql+psycopg"}:
        return url.set(drivername="postgresql+psycopg")
    if url.drivername == "sqlite" and url.database and url.database != ":memory:":
        return url
    raise BadDatabaseUrl(
        f"no store can be kept at {url.render_as_string()!r}; use sqlite:///FILE or postgresql://USER@HOST/DATABASE"
    )


def _snapshot_engine(url: URL, connections: int) -> Engine:
    """An engine that reads a file which nobody changes: no lock is taken, and nothing is written beside it."""
    file = Path(url.database or "").absolute()
    return create_engine(
        "sqlite://",
        creator=lambda: sqlite3.connect(
            f"{file.as_uri()}?mode=ro&immutable=1", uri=True, isolation_level=None, check_same_thread=False
        ),
        poolclass=QueuePool,
        pool_size=connections,
        max_overflow=0,
        hide_parameters=True,
    )


def _sqlite_engine(url: URL, connections: int) -> Engine:
    engine = create_engine(
        url,
        poolclass=QueuePool,
        pool_size=connections,
        max_overflow=0,
        hide_parameters=True,
        connect_args={"check_same_thread": False, "timeout": _BUSY_MILLISECONDS / 1000},
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves
        for pragma in (
            f"busy_timeout={_BUSY_MILLISECONDS}",
            "synchronous=FULL",
            "foreign_keys=ON",
            "temp_store=MEMORY",
            "cache_size=-16384",
        ):
            connection.execute(f"PRAGMA {pragma}").close()
        _write_ahead(connection)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        write = connection.get_execution_options().get("troth_write", False)
        driver: Any = connection.connection.dbapi_connection
        driver.execute("BEGIN IMMEDIATE" if write else "BEGIN").close()

    return engine


def _write_ahead(connection: Any) -> None:
    """Switch a file to WAL. The switch of a new file does not wait for others that are at it, so it is tried again."""
    give_up = time.monotonic() + _BUSY_MILLISECONDS / 1000
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL").close()
        except sqlite3.OperationalError as problem:
            if "locked" not in str(problem) or time.monotonic() > give_up:
                raise
            time.sleep(0.01)  # SQLite tells nobody when a lock is free, and its busy handler is not asked here
        else:
            return


def _postgres_engine(url: URL, connections: int) -> Engine:
    patience = {name: seconds for name, seconds in _PATIENCE.items() if name not in url.query}
    return create_engine(url, pool_size=connections, max_overflow=0, hide_parameters=True, connect_args=patience)


def _file_hint(file: Path, cause: str) -> str:
    """What SQLite does not say about a file that it cannot open or write."""
    if not any(words in cause for words in ("unable to open", "readonly")):
        return ""
    if file.is_dir():
        return " (it is a folder)"
    if not file.parent.is_dir():
        return f" (the folder {file.parent} does not exist)"
    return f" (may this user write to it, and to the folder {file.parent}, where SQLite keeps files beside it?)"


def _is_full(problem: Exception, cause: str) -> bool:
    """Whether the disk under the database is full, as either of them says it."""
    return getattr(getattr(problem, "orig", None), "sqlstate", None) == _DISK_FULL or "disk is full" in cause


class Store:
    """One database. `read` and `write` run a function in one transaction; nothing else touches it."""

    def __init__(self, address: str, connections: int = 8) -> None:
        self.url = _parse(address)
        self.is_sqlite = self.url.drivername == "sqlite"
        self.is_snapshot = self.is_sqlite and is_snapshot(Path(self.url.database or ""))
        self.engine = self._engine(connections)
        self._reader: Engine = self.engine
        self._writer: Engine = self.engine
        if self.is_sqlite:
            self._writer = self.engine.execution_options(troth_write=True)
        else:
            self._reader = self.engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        self._connections = Connections(self.engine, connections)
        # One queue per process instead of SQLite's polling: writers take turns fairly.
        self._turn = threading.Lock()
        self.leftovers = contextlib.ExitStack()
        """What goes away with the store: the files of a temporary copy."""

    def _engine(self, connections: int) -> Engine:
        if self.is_snapshot:
            return _snapshot_engine(self.url, connections)
        return (_sqlite_engine if self.is_sqlite else _postgres_engine)(self.url, connections)

    @property
    def name(self) -> str:
        """The address as people may see it: without the password."""
        return self.url.set(drivername=self.url.get_backend_name()).render_as_string(hide_password=True)

    def read(self, ask: Callable[Concatenate[Connection, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `ask(db, …)` on one snapshot of the store."""
        try:
            with self._connections.taken(self._reader) as db, db.begin():
                return ask(db, *args, **kwargs)
        except (DatabaseError, PoolTimeout) as problem:
            raise self._unavailable(problem) or problem from problem

    def write(self, act: Callable[Concatenate[Connection, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `act(db, …)` in one write transaction: all of it is kept, or nothing.

        On PostgreSQL it runs again when the database gave another transaction the right of way, so `act` must do
        nothing but write to `db`. Raises StoreReadOnly for a snapshot.
        """
        if self.is_snapshot:
            raise StoreReadOnly(
                f"{self.url.database} is a snapshot, which is only read: `troth import` loads it into a store"
            )
        if self.is_sqlite:
            with self._turn:
                return self._write_once(act, *args, **kwargs)
        for _ in range(_ATTEMPTS - 1):
            try:
                return self._write_once(act, *args, **kwargs)
            except NoResultFound:
                continue  # a row that was in the way a moment ago has been deleted since
            except DBAPIError as problem:
                if getattr(problem.orig, "sqlstate", None) not in _RETRIED:
                    raise
        return self._write_once(act, *args, **kwargs)

    def reshape(self, act: Callable[[Connection], None]) -> None:
        """Run `act(db)` in one write transaction in which tables may be made anew.

        SQLite deletes the rows that refer to a table which is dropped, and heeds the order not to only between
        transactions. What refers to what is checked before all of it is kept.
        """
        if not self.is_sqlite:
            self.write(act)
            return
        try:
            with self._turn, self._connections.taken(self._writer) as db:
                driver: Any = db.connection.dbapi_connection
                driver.execute("PRAGMA foreign_keys=OFF").close()
                try:
                    with db.begin():
                        act(db)
                        broken = db.exec_driver_sql("PRAGMA foreign_key_check").first()
                        assert broken is None, f"a row of {broken[0]} refers to a row of {broken[2]} that is not there"
                finally:
                    driver.execute("PRAGMA foreign_keys=ON").close()
        except (DatabaseError, PoolTimeout) as problem:
            raise self._unavailable(problem) or problem from problem

    def _write_once(self, act: Callable[Concatenate[Connection, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        try:
            with self._connections.taken(self._writer) as db, db.begin():
                return act(db, *args, **kwargs)
        except (DatabaseError, PoolTimeout) as problem:
            raise self._unavailable(problem) or problem from problem

    def _unavailable(self, problem: Exception) -> StoreUnavailable | None:
        """The same problem in our words, if it is the store that is at fault and not what it was asked."""
        if (
            type(problem) not in _STORE_AT_FAULT
            or getattr(getattr(problem, "orig", None), "sqlstate", None) in _RETRIED
        ):
            return None
        cause = str(getattr(problem, "orig", None) or problem).strip().splitlines()[0]
        hint = _file_hint(Path(self.url.database or "").absolute(), cause) if self.is_sqlite else ""
        kind = StoreFull if _is_full(problem, cause) else StoreUnavailable
        return kind(f"the store {self.name} cannot be used: {cause}{hint}")

    def close(self) -> None:
        """Close every connection."""
        self._connections.close()
        self.engine.dispose()
        self.leftovers.close()
