"""`troth migrate`, servers that may not migrate, and many that want to at once."""

import contextlib
from pathlib import Path

from alembic import command
from sqlalchemy import inspect

from tests.support.cli import troth
from tests.support.servers import running
from troth_broker.store.engine import Store
from troth_broker.store.migrate import HEAD, alembic_config, revision

MANY = 3


def _make_older(url: str) -> None:
    """Make the store as the first release left it."""
    with contextlib.closing(Store(url)) as store:
        store.write(lambda db: command.upgrade(alembic_config(db), "0001"))


def _revision(url: str) -> str | None:
    with contextlib.closing(Store(url)) as store:
        return store.read(revision)


def test_a_new_store_gets_its_tables_and_a_current_one_stays_as_it_is(empty_database_url: str, tmp_path: Path) -> None:
    first = troth("migrate", "-d", empty_database_url, folder=tmp_path, code=0)
    assert f"is new, and now at revision {HEAD}." in first.out
    assert _revision(empty_database_url) == HEAD
    again = troth("migrate", folder=tmp_path, environment={"PACT_BROKER_DATABASE_URL": empty_database_url}, code=0)
    assert f"is up to date, at revision {HEAD}." in again.out


def test_an_older_store_is_brought_up_to_date(empty_database_url: str, tmp_path: Path) -> None:
    _make_older(empty_database_url)
    run = troth("migrate", "-d", empty_database_url, folder=tmp_path, code=0)
    assert f"was at revision 0001, and is now at {HEAD}." in run.out
    assert _revision(empty_database_url) == HEAD


def test_a_server_that_may_not_migrate_says_what_to_do_first(empty_database_url: str, tmp_path: Path) -> None:
    environment = {"PACT_BROKER_AUTO_MIGRATE_DB": "false"}
    serve = ("serve", "-d", empty_database_url, "--port", "0")
    run = troth(*serve, folder=tmp_path, environment=environment, code=3)
    assert "has no tables yet" in run.err
    assert "run `troth migrate` first" in run.err
    with contextlib.closing(Store(empty_database_url)) as store:
        assert store.read(lambda db: inspect(db).get_table_names()) == []
    troth("migrate", "-d", empty_database_url, folder=tmp_path, code=0)
    with running(*serve, folder=tmp_path, environment=environment) as server:
        assert server.url


def test_servers_and_migrations_that_start_at_once_over_a_new_database_all_succeed(
    empty_database_url: str, tmp_path: Path
) -> None:
    with contextlib.ExitStack() as stack:
        servers = [
            stack.enter_context(running("serve", "-d", empty_database_url, "--port", "0", folder=tmp_path))
            for _ in range(MANY)
        ]
        migrations = [
            stack.enter_context(running("migrate", "-d", empty_database_url, folder=tmp_path)) for _ in range(2)
        ]
        assert [migration.child.wait(60) for migration in migrations] == [0, 0]
        assert len({server.url for server in servers}) == MANY
    assert _revision(empty_database_url) == HEAD


def test_servers_that_start_at_once_over_an_older_store_all_succeed(empty_database_url: str, tmp_path: Path) -> None:
    _make_older(empty_database_url)
    with contextlib.ExitStack() as stack:
        servers = [
            stack.enter_context(running("serve", "-d", empty_database_url, "--port", "0", folder=tmp_path))
            for _ in range(MANY)
        ]
        assert len({server.url for server in servers}) == MANY
    assert _revision(empty_database_url) == HEAD
