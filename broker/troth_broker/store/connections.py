"""Connections that stay open and keep what they have learnt, so that a transaction begins at once."""

import contextlib
import threading
from collections.abc import Iterator

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from troth_broker.store.quick import Key, Plan, QuickConnection

_WAIT_SECONDS = 30


class Connections:
    """At most so many open connections of one engine; those that nobody uses wait here, newest first.

    A connection begins its transactions in one way only (to read or to write), which its engine's options say.
    """

    def __init__(self, engine: Engine, most: int) -> None:
        self._engine = engine
        self._most = most
        self._free = threading.BoundedSemaphore(most)
        self._lock = threading.Lock()
        self._open = 0
        self._idle: dict[Engine, list[QuickConnection]] = {}
        self._plans: dict[Key, Plan | None] = {}

    @contextlib.contextmanager
    def taken(self, engine: Engine) -> Iterator[QuickConnection]:
        """A connection for one transaction. Raises PoolTimeout when none becomes free."""
        if not self._free.acquire(timeout=_WAIT_SECONDS):
            raise PoolTimeout(f"all {self._most} connections were in use for {_WAIT_SECONDS} s")
        try:
            connection = self._take(engine)
            try:
                yield connection
            except DBAPIError as problem:
                self._end(connection)
                if problem.connection_invalidated:
                    self.close()  # the others have lost their server, too
                raise
            except BaseException:
                self._give_back(engine, connection)
                raise
            self._give_back(engine, connection)
        finally:
            self._free.release()

    def _take(self, engine: Engine) -> QuickConnection:
        with self._lock:
            if idle := self._idle.get(engine):
                return idle.pop()
            superfluous = next((idle.pop() for idle in self._idle.values() if idle and self._open >= self._most), None)
            self._open += 1
        try:
            if superfluous is not None:
                self._end(superfluous)
            return QuickConnection(engine, self._plans)
        except BaseException:
            with self._lock:
                self._open -= 1
            raise

    def _give_back(self, engine: Engine, connection: QuickConnection) -> None:
        with self._lock:
            self._idle.setdefault(engine, []).append(connection)

    def _end(self, connection: QuickConnection) -> None:
        with self._lock:
            self._open -= 1
        connection.close()

    def close(self) -> None:
        """Close those that nobody uses."""
        with self._lock:
            idle = [connection for waiting in self._idle.values() for connection in waiting]
            self._idle.clear()
        for connection in idle:
            self._end(connection)
