"""The fixtures keep what they promise: own databases, the address that is given, one line for what is missing."""

from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from tests.support.databases import PostgresDatabases, SqliteDatabases
from tests.support.services import Missing, Service, skip_or_fail
from troth_broker.store.engine import Store
from troth_broker.store.migrate import HEAD, revision


def _make_a_mark(db: Connection) -> None:
    db.execute(text("CREATE TABLE mark (x integer)"))


def test_two_databases_of_one_test_do_not_meet(databases: SqliteDatabases | PostgresDatabases) -> None:
    with databases.migrated() as first, databases.migrated() as second:
        for url in (first, second):
            store = Store(url)
            assert store.read(revision) == HEAD
            store.write(_make_a_mark)  # would fail the second time in the same database
            store.close()


def test_an_empty_database_has_no_tables(empty_database_url: str) -> None:
    store = Store(empty_database_url)
    assert store.read(revision) is None
    store.close()


def test_a_given_address_wins_over_the_program_on_the_machine() -> None:
    service = Service("broker", lambda: Path("/bin/false"), _never, "unused")
    with service.running({"TROTH_TEST_BROKER_URL": "http://elsewhere"}) as url:
        assert url == "http://elsewhere"


def test_a_missing_part_says_how_to_get_it() -> None:
    service = Service("postgres", lambda: None, _never, "apt-get install postgresql")
    with (
        pytest.raises(Missing, match=r"no postgres: apt-get install postgresql, or set TROTH_TEST_POSTGRES_URL"),
        service.running({}),
    ):
        pass


@pytest.mark.parametrize(
    ("environment", "ends_as"),
    [({}, pytest.skip.Exception), ({"TROTH_REQUIRE_SERVICES": "1"}, pytest.fail.Exception)],
)
def test_a_missing_part_is_a_skip_or_where_all_are_required_a_failure(
    environment: dict[str, str], ends_as: type[BaseException]
) -> None:
    with pytest.raises(ends_as, match="no postgres"):
        skip_or_fail(Missing("no postgres"), environment)


def _never(program: Path) -> AbstractContextManager[str]:
    raise AssertionError("must not be started")
