"""Fixtures for every test: a cache, databases of their own on SQLite and PostgreSQL, and brokers that really run."""

import contextlib
import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.support.brokers import Broker, in_process, in_thread
from tests.support.databases import PostgresDatabases, SqliteDatabases
from tests.support.examples import settle
from tests.support.postgres import POSTGRES
from tests.support.services import Missing, skip_or_fail
from troth_broker.store.engine import Store
from troth_broker.store.migrate import migrate

settle()

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # as a shell makes it for what runs in the background
    signal.signal(signal.SIGINT, signal.default_int_handler)  # else no child of ours could be interrupted either

DATABASES = ("sqlite", "postgresql")
StartBroker = Callable[..., Broker]


@pytest.fixture(scope="session", autouse=True)
def private_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Where commands that tests run keep what they remember, in the place of the user's own cache."""
    folder = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(folder))
        yield folder


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL server; each worker of a parallel run has its own."""
    with ExitStack() as running:
        try:
            url = running.enter_context(POSTGRES.running())
        except Missing as missing:
            skip_or_fail(missing)
        yield url


@pytest.fixture(scope="session")
def sqlite_databases(tmp_path_factory: pytest.TempPathFactory) -> SqliteDatabases:
    """Makes SQLite stores."""
    return SqliteDatabases(tmp_path_factory.mktemp("sqlite"), _migrate)


@pytest.fixture(scope="session")
def postgres_databases(postgres: str) -> Iterator[PostgresDatabases]:
    """Makes PostgreSQL stores."""
    with contextlib.closing(PostgresDatabases(postgres, _migrate)) as databases:
        yield databases


@pytest.fixture(params=DATABASES)
def databases(request: pytest.FixtureRequest) -> SqliteDatabases | PostgresDatabases:
    """Makes stores of one kind; a test that asks for it runs once on each kind."""
    found: SqliteDatabases | PostgresDatabases = request.getfixturevalue(
        "sqlite_databases" if request.param == "sqlite" else "postgres_databases"
    )
    return found


@pytest.fixture
def database_url(databases: SqliteDatabases | PostgresDatabases) -> Iterator[str]:
    """A migrated, empty store of the test's own, on SQLite and then on PostgreSQL."""
    with databases.migrated() as url:
        yield url


@pytest.fixture
def empty_database_url(databases: SqliteDatabases | PostgresDatabases) -> Iterator[str]:
    """A database of the test's own without a single table, on SQLite and then on PostgreSQL."""
    with databases.empty() as url:
        yield url


@pytest.fixture
def sqlite_url(sqlite_databases: SqliteDatabases) -> Iterator[str]:
    """A migrated, empty SQLite store, for tests in which the kind of database cannot matter."""
    with sqlite_databases.migrated() as url:
        yield url


@pytest.fixture
def start_broker() -> Iterator[StartBroker]:
    """Start a broker in a thread: `start_broker(database_url, **settings)`; stopped after the test."""
    with ExitStack() as running:
        yield lambda database_url, **settings: running.enter_context(in_thread(database_url, **settings))


@pytest.fixture
def broker(database_url: str, start_broker: StartBroker) -> Broker:
    """A running broker on an empty store, on SQLite and then on PostgreSQL."""
    return start_broker(database_url)


@pytest.fixture
def sqlite_broker(sqlite_url: str, start_broker: StartBroker) -> Broker:
    """A running broker on an empty SQLite store."""
    return start_broker(sqlite_url)


@pytest.fixture
def serve() -> Iterator[StartBroker]:
    """Start `troth serve` as a process: `serve(database_url, *flags, environment={})`; stopped after the test."""
    with ExitStack() as running:
        yield lambda database_url, *flags, **more: running.enter_context(in_process(database_url, *flags, **more))


def _migrate(url: str) -> None:
    with contextlib.closing(Store(url)) as store:
        migrate(store)
