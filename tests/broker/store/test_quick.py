"""Prebuilt statements run quickly, and mean exactly what they mean to SQLAlchemy."""

import contextlib
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import Connection, bindparam, delete, event, func, insert, literal, select, text, union_all, update
from sqlalchemy.exc import IntegrityError, StatementError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from troth_broker.store import connections
from troth_broker.store.connections import Connections
from troth_broker.store.engine import Store
from troth_broker.store.errors import StoreUnavailable
from troth_broker.store.tables import application, body, environment
from troth_broker.store.upsert import insert_new

NEW = insert(environment).returning(environment.c.id, environment.c.production)
BY_NAME = select(environment).where(environment.c.name == bindparam("name"))
FIRST = select(environment.c.name, literal(7).label("seven")).where(environment.c.production.is_(True)).limit(1)
AMONG = select(environment.c.name).where(environment.c.name.in_(bindparam("names", expanding=True)))
BOTH = union_all(select(environment.c.name), select(environment.c.uuid))
RENAME = update(environment).where(environment.c.name == bindparam("old")).values(name=bindparam("new"))
GONE = delete(environment).where(environment.c.name == bindparam("name"))
NEW_BODY = insert_new(body, "sha256")
A_BODY = select(body.c.content).where(body.c.sha256 == bindparam("sha256"))


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    with contextlib.closing(Store(database_url)) as opened:
        yield opened


def row(name: str, *, production: bool = False) -> dict[str, Any]:
    return {"uuid": f"u-{name}", "name": name, "production": production, "created_at": 1, "updated_at": 2}


def add(db: Connection, name: str) -> None:
    db.execute(NEW, row(name))


def test_a_statement_gives_the_same_rows_quickly_as_the_usual_way(store: Store) -> None:
    def everything(db: Connection) -> list[Any]:
        asked: list[Any] = [
            db.execute(BY_NAME, {"name": "prod"}).mappings().all(),
            db.execute(FIRST).all(),
            db.execute(AMONG, {"names": ["prod", "test"]}).scalars().all(),
            db.execute(BOTH).all(),
            db.execute(BY_NAME, {"name": "none"}).first(),
            db.execute(text("SELECT count(*) FROM environment")).scalar(),
        ]
        return [[dict(found) for found in asked[0]], *asked[1:]]

    store.write(lambda db: db.execute(NEW, row("prod", production=True)).one())
    quickly = [store.read(everything) for _ in range(2)]
    event.listen(store.engine, "before_cursor_execute", lambda *_: None)  # while someone listens: the usual way
    assert quickly == [store.read(everything)] * 2
    assert quickly[0][0][0]["production"] is True


def test_a_row_is_read_by_the_names_of_its_columns(store: Store) -> None:
    made = store.write(lambda db: db.execute(NEW, row("prod", production=True)).one())
    assert (made.id, made.production) == (1, True)


def test_what_a_statement_changed_is_counted(store: Store) -> None:
    def change(db: Connection) -> list[int]:
        db.execute(NEW, row("a"))
        renamed = db.execute(RENAME, {"old": "a", "new": "b"}).rowcount
        return [renamed, db.execute(GONE, {"name": "a"}).rowcount, db.execute(GONE, {"name": "b"}).rowcount]

    assert store.write(change) == [1, 0, 1]


def test_bytes_come_back_as_they_were(store: Store) -> None:
    exact = bytes(range(256))
    made = [store.write(lambda db: NEW_BODY.run(db, {"sha256": b"1", "content": exact}).scalar()) for _ in range(2)]
    assert made == [1, None]
    assert store.read(lambda db: db.execute(A_BODY, {"sha256": b"1"}).scalar_one()) == exact


def test_the_columns_that_a_row_is_inserted_with_may_differ_from_time_to_time(store: Store) -> None:
    store.write(lambda db: db.execute(NEW, {**row("a"), "display_name": "A"}))
    store.write(lambda db: db.execute(NEW, row("b")))
    names = select(environment.c.display_name).order_by(environment.c.name)
    assert store.read(lambda db: db.execute(names).scalars().all()) == ["A", None]


def test_many_rows_at_once_and_a_missing_parameter_go_the_usual_way(store: Store) -> None:
    store.write(lambda db: db.execute(insert(environment), [row("a"), row("b")]))
    assert store.read(lambda db: db.execute(select(func.count()).select_from(environment)).scalar()) == 2
    with pytest.raises(StatementError, match="name"):
        store.read(lambda db: db.execute(BY_NAME))


def test_a_refused_row_is_refused_in_sqlalchemys_words_and_the_store_goes_on(store: Store) -> None:
    store.write(lambda db: db.execute(NEW, row("a")))
    with pytest.raises(IntegrityError) as refused:
        store.write(lambda db: db.execute(NEW, row("a")))
    assert "SQL parameters hidden" in str(refused.value)
    assert store.read(lambda db: db.execute(BY_NAME, {"name": "a"}).first()) is not None


def test_statements_made_on_the_spot_do_not_pile_up(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("troth_broker.store.quick._MOST_PLANS", 3)
    statements = [select(literal(number)) for number in range(9)]
    values = [store.read(lambda db: db.execute(statements.pop()).scalar()) for _ in range(9)]
    assert values == [8, 7, 6, 5, 4, 3, 2, 1, 0]


def test_more_threads_than_connections_take_turns_at_reading_and_writing(database_url: str) -> None:
    with contextlib.closing(Store(database_url, connections=2)) as store, ThreadPoolExecutor(12) as pool:
        names = [f"n{number}" for number in range(60)]
        written = [pool.submit(store.write, add, name) for name in names]
        read = [pool.submit(store.read, lambda db: db.execute(BOTH).all()) for _ in range(60)]
        for done in (*written, *read):
            done.result(30)
        assert store.read(lambda db: len(db.execute(BOTH).all())) == 120


def test_a_connection_that_never_becomes_free_is_not_waited_for_for_ever(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "_WAIT_SECONDS", 0.01)
    few = Connections(store.engine, 1)
    with contextlib.closing(few), few.taken(store.engine), pytest.raises(PoolTimeout, match="all 1 connections"):
        few.taken(store.engine).__enter__()


def test_a_server_that_came_back_is_used_again_after_one_failure(postgres_databases: Any) -> None:
    ends_all_others = text(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    names = select(application.c.name)
    with postgres_databases.migrated() as url, contextlib.closing(Store(url)) as store:
        met = threading.Barrier(3)

        def read(db: Connection) -> list[str]:
            met.wait(10)
            return list(db.execute(names).scalars())

        with ThreadPoolExecutor(3) as pool:
            for done in [pool.submit(store.read, read) for _ in range(3)]:
                assert done.result(30) == []
        with contextlib.closing(Store(url)) as other:
            other.write(lambda db: db.execute(ends_all_others).all())
        failed = 0
        for _ in range(4):
            try:
                store.read(lambda db: list(db.execute(names).scalars()))
            except StoreUnavailable:
                failed += 1
        assert failed == 1
