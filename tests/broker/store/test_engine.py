"""The door to the database: transactions, addresses, and many writers at once."""

import contextlib
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import Connection, func, insert, select, update

from tests.support.databases import PostgresDatabases
from troth_broker.store.engine import Store
from troth_broker.store.errors import BadDatabaseUrl, NotAStore, StoreTooNew, StoreUnavailable
from troth_broker.store.migrate import HEAD, migrate, revision
from troth_broker.store.tables import application, audit, config


def add(db: Connection, subject: str) -> None:
    db.execute(insert(audit), {"subject": subject, "action": "x", "recorded_at": 0})


def count(db: Connection) -> int:
    return db.execute(select(func.count()).select_from(audit)).scalar_one()


@pytest.fixture
def store(database_url: str):  # type: ignore[no-untyped-def] # a generator fixture
    with contextlib.closing(Store(database_url)) as opened:
        yield opened


def test_a_write_is_kept_whole_or_not_at_all(store: Store) -> None:
    def half(db: Connection) -> None:
        add(db, "lost")
        raise KeyError("on purpose")

    with pytest.raises(KeyError):
        store.write(half)
    store.write(add, "kept")
    assert store.read(count) == 1


def test_a_read_sees_one_snapshot(store: Store) -> None:
    def twice(db: Connection) -> tuple[int, int]:
        before = count(db)
        writer = threading.Thread(target=store.write, args=(add, "meanwhile"))
        writer.start()
        writer.join()
        return before, count(db)

    assert store.read(twice) == (0, 0)
    assert store.read(count) == 1


def test_many_read_modify_write_transactions_lose_nothing(store: Store) -> None:
    store.write(lambda db: db.execute(insert(config), {"name": "n", "value": "0"}))

    def bump(db: Connection) -> None:
        value = db.execute(select(config.c.value).where(config.c.name == "n").with_for_update()).scalar_one()
        db.execute(update(config).where(config.c.name == "n").values(value=str(int(value) + 1)))

    with ThreadPoolExecutor(20) as pool:
        for done in [pool.submit(store.write, bump) for _ in range(200)]:
            done.result()
    assert store.read(lambda db: db.execute(select(config.c.value)).scalar_one()) == "200"


def test_a_deadlock_is_tried_again(store: Store) -> None:
    def name(key: str) -> None:
        row = {"name": key, "created_at": 0, "updated_at": 0}
        store.write(lambda db: db.execute(insert(application), row))

    name("a")
    name("b")
    met = threading.Barrier(2)
    first = {"a": True, "b": True}

    def touch(db: Connection, own: str, other: str) -> None:
        db.execute(update(application).where(application.c.name == own).values(updated_at=1))
        if first.pop(own, False) and not store.is_sqlite:
            met.wait(10)
        db.execute(update(application).where(application.c.name == other).values(updated_at=1))

    with ThreadPoolExecutor(2) as pool:
        both = [pool.submit(store.write, touch, "a", "b"), pool.submit(store.write, touch, "b", "a")]
        for done in both:
            done.result(30)
    times = store.read(lambda db: db.execute(select(application.c.updated_at)).scalars().all())
    assert list(times) == [1, 1]


@pytest.mark.parametrize("address", ["mysql://x/y", "sqlite://", "sqlite:///:memory:", "nonsense://", "://"])
def test_an_address_that_names_no_store_is_refused_with_the_forms_that_do(address: str) -> None:
    with pytest.raises(BadDatabaseUrl, match=r"sqlite:///FILE"):
        Store(address)


def test_a_bare_file_name_is_a_sqlite_store(tmp_path: Path) -> None:
    assert Store(str(tmp_path / "t.db")).name == f"sqlite:///{tmp_path}/t.db"


def test_a_folder_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match=f"the folder {tmp_path}/none does not exist"):
        Store(f"sqlite:///{tmp_path}/none/t.db").read(count)


def test_a_folder_in_the_place_of_a_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match="it is a folder"):
        Store(f"sqlite:///{tmp_path}").read(count)


def test_a_store_that_may_not_be_written_says_where(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "t.db"
    with contextlib.closing(Store(str(file))) as made:
        migrate(made)
    with (
        contextlib.closing(Store("sqlite:///file:t.db?mode=ro&uri=true")) as store,
        pytest.raises(StoreUnavailable, match="may this user write to it, and to the folder"),
    ):
        store.write(add, "x")


def test_a_file_that_is_no_store_is_said_to_be_unusable(tmp_path: Path) -> None:
    (tmp_path / "t.db").write_bytes(b"not a database, but long enough to be looked at" * 50)
    with pytest.raises(StoreUnavailable, match="not a database"):
        Store(f"sqlite:///{tmp_path}/t.db").read(count)


def test_a_server_that_is_not_there_is_named_without_the_password() -> None:
    with pytest.raises(StoreUnavailable, match=r"127\.0\.0\.1:1") as caught:
        Store("postgresql://me:secret@127.0.0.1:1/none").read(count)
    assert "secret" not in str(caught.value)


def test_an_empty_database_is_brought_up_to_date_once(empty_database_url: str) -> None:
    with contextlib.closing(Store(empty_database_url)) as store:
        assert migrate(store) is None
        assert migrate(store) == HEAD
        assert store.read(revision) == HEAD


def test_many_processes_may_migrate_at_once(empty_database_url: str) -> None:
    with contextlib.ExitStack() as open_stores, ThreadPoolExecutor(6) as pool:
        stores = [open_stores.enter_context(contextlib.closing(Store(empty_database_url))) for _ in range(6)]
        assert {done.result() for done in [pool.submit(migrate, store) for store in stores]} <= {None, HEAD}
        assert stores[0].read(revision) == HEAD


def test_a_store_of_a_newer_troth_is_refused(store: Store) -> None:
    store.write(lambda db: db.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreTooNew, match="revision 9999, which a newer Troth made"):
        migrate(store)


@pytest.mark.parametrize("statement", ["CREATE TABLE orders (id)", "CREATE TABLE alembic_version (version_num)"])
def test_the_database_of_another_program_is_refused_and_left_alone(tmp_path: Path, statement: str) -> None:
    file = tmp_path / "shop.db"
    with contextlib.closing(sqlite3.connect(file)) as other, other:
        other.execute(statement)
        if "alembic" in statement:
            other.execute("INSERT INTO alembic_version VALUES ('5f1b')")
    table = statement.split()[2]
    with (
        contextlib.closing(Store(f"sqlite:///{file}")) as store,
        pytest.raises(NotAStore, match=f"another program .*'{table}'"),
    ):
        migrate(store)
    with contextlib.closing(sqlite3.connect(file)) as other:
        assert other.execute("SELECT name FROM sqlite_master").fetchall() == [(table,)]


def test_the_tables_are_what_the_migrations_make(store: Store) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    from troth_broker.store.tables import metadata

    def differences(db: Connection) -> list[object]:
        return list(compare_metadata(MigrationContext.configure(db), metadata))

    assert store.read(differences) == []


def test_the_known_head_is_the_newest_migration(store: Store) -> None:
    from alembic.script import ScriptDirectory

    from troth_broker.store.migrate import alembic_config

    assert store.read(lambda db: ScriptDirectory.from_config(alembic_config(db)).get_current_head()) == HEAD


def test_a_row_that_was_deleted_under_a_transaction_is_looked_for_again(postgres_databases: PostgresDatabases) -> None:
    with postgres_databases.migrated() as url, contextlib.closing(Store(url)) as store:
        tries: list[str] = []

        def act(db: Connection) -> str:
            add(db, "once")
            tries.append("once")
            if len(tries) == 1:
                db.execute(select(config.c.value).where(config.c.name == "gone")).scalar_one()
            return "done"

        assert store.write(act) == "done"
        assert store.read(count) == 1
