"""Where the benchmark's stores live: files in a temporary folder, databases of a private (or given) PostgreSQL."""

import contextlib
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
from psycopg import sql

from tests.support import postgres
from tests.support.databases import with_database
from tests.support.services import Missing

KINDS = ("sqlite", "postgresql")
NewStore = Callable[[str], str]
"""Gives the address of a new, empty store, by its name."""

_DURABLE = {
    **postgres.SETTINGS,
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    "shared_buffers": "1GB",
}


@contextlib.contextmanager
def stores(kind: str) -> Iterator[NewStore]:
    """Makes stores of one kind for as long as the block lasts. Raises Missing where there is no PostgreSQL."""
    with (_files if kind == "sqlite" else _databases)() as new:
        yield new


@contextlib.contextmanager
def _files() -> Iterator[NewStore]:
    with tempfile.TemporaryDirectory(prefix="troth-benchmarks-") as folder:
        yield lambda name: f"sqlite:///{Path(folder) / name}.db"


@contextlib.contextmanager
def _databases() -> Iterator[NewStore]:
    given = os.environ.get(postgres.POSTGRES.variable)
    program = postgres.find()
    with contextlib.ExitStack() as running:
        if given is not None:
            server = given
        elif program is not None:
            server = running.enter_context(postgres.start(program, _DURABLE))
        else:
            raise Missing(f"no postgres: {postgres.POSTGRES.advice}, or set {postgres.POSTGRES.variable}")
        with contextlib.closing(psycopg.connect(server, autocommit=True)) as connection:
            made: list[sql.Identifier] = []

            def new(name: str) -> str:
                database = f"troth_benchmark_{os.getpid()}_{name}"
                made.append(sql.Identifier(database))
                connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(made[-1]))
                return with_database(server, database)

            try:
                yield new
            finally:
                for database in made:
                    connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(database))
