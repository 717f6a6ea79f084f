"""Writing rows in bulk, past the broker: `executemany` on SQLite, `COPY` on PostgreSQL; then the pointers."""

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import psycopg
from psycopg import sql

from benchmarks.fleet import Row
from troth_broker.store.engine import Store
from troth_broker.store.migrate import migrate

COLUMNS = {
    "application": "id name main_branch created_at updated_at",
    "environment": "id uuid name display_name production created_at updated_at",
    "main_branch_set": "id application_id branch happened_at recorded_at",
    "version": "id application_id number build_url created_at updated_at recorded_at",
    "branch": "id application_id name created_at updated_at head_version_id",
    "branch_version": "id branch_id version_id auto_created happened_at recorded_at",
    "branch_head_set": "id branch_id version_id happened_at recorded_at",
    "tag": "id application_id version_id name happened_at recorded_at",
    "integration": "id consumer_id provider_id created_at contract_data_updated_at",
    "body": "id sha256 content",
    "content": "id consumer_id provider_id sha interactions messages created_at",
    "publication": "id consumer_version_id consumer_id provider_id revision content_id body_id happened_at recorded_at",
    "verification": "id content_id consumer_id provider_id provider_version_id success wip pending build_url "
    "happened_at recorded_at",
    "verification_detail": "verification_id test_results verified_by consumer_versions provider_tags",
    "deployment": "id uuid application_id version_id environment_id instance auto_created happened_at recorded_at",
    "undeployment": "id deployment_id replaced happened_at recorded_at",
    "release": "id uuid application_id version_id environment_id happened_at recorded_at",
    "release_event": "id release_id supported happened_at recorded_at",
}


class Loader(Protocol):
    """Takes rows of a table, in the order of COLUMNS."""

    def write(self, table: str, rows: list[Row]) -> None: ...


class _Sqlite:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._statements = {
            table: f"INSERT INTO {table} ({', '.join(names.split())}) VALUES ({', '.join('?' for _ in names.split())})"
            for table, names in COLUMNS.items()
        }

    def write(self, table: str, rows: list[Row]) -> None:
        self._connection.executemany(self._statements[table], rows)


class _Postgres:
    def __init__(self, connection: psycopg.Connection) -> None:
        self._connection = connection

    def write(self, table: str, rows: list[Row]) -> None:
        columns = sql.SQL(", ").join(map(sql.Identifier, COLUMNS[table].split()))
        statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), columns)
        with self._connection.cursor() as cursor, cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)


@contextlib.contextmanager
def loading(store: Store) -> Iterator[Loader]:
    """Migrate an empty store, give a loader for it, and leave it as the broker itself would have: pointers and all."""
    migrate(store)
    with (_into_sqlite if store.is_sqlite else _into_postgres)(store) as loader:
        yield loader


@contextlib.contextmanager
def _into_sqlite(store: Store) -> Iterator[Loader]:
    assert store.url.database is not None
    with contextlib.closing(sqlite3.connect(Path(store.url.database), isolation_level=None)) as connection:
        for pragma in ("synchronous=OFF", "foreign_keys=OFF", "cache_size=-400000", "temp_store=MEMORY"):
            connection.execute(f"PRAGMA {pragma}")
        _refuse_unless_empty(connection.execute("SELECT count(*) FROM application").fetchone()[0], store)
        connection.execute("BEGIN")
        yield _Sqlite(connection)
        for statement in POINTERS:
            connection.execute(statement)
        connection.execute("COMMIT")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


@contextlib.contextmanager
def _into_postgres(store: Store) -> Iterator[Loader]:
    address = store.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with contextlib.closing(psycopg.connect(address)) as connection:
        # Facts come before what they point to; the pointers are checked by the benchmark's own tests.
        connection.execute("SET session_replication_role = replica")
        connection.execute("SET work_mem = '256MB'")
        _refuse_unless_empty(len(connection.execute("SELECT 1 FROM application LIMIT 1").fetchall()), store)
        yield _Postgres(connection)
        for statement in POINTERS:
            connection.execute(sql.SQL(statement))
        for table, names in COLUMNS.items():
            if names.startswith("id "):
                connection.execute(
                    sql.SQL("SELECT setval(pg_get_serial_sequence({}, 'id'), (SELECT max(id) FROM {}))").format(
                        sql.Literal(table), sql.Identifier(table)
                    )
                )
        connection.commit()
        connection.autocommit = True
        connection.execute("VACUUM ANALYZE")


def _refuse_unless_empty(applications: int, store: Store) -> None:
    if applications:
        raise SystemExit(f"{store.name} is not empty; a fleet is seeded into a store of its own")


POINTERS = (
    """
    INSERT INTO current_publication
      (consumer_version_id, provider_id, consumer_id, publication_id, revision, content_id, body_id, happened_at)
    SELECT consumer_version_id, provider_id, consumer_id, id, revision, content_id, body_id, happened_at
    FROM publication p WHERE NOT EXISTS (SELECT 1 FROM publication later WHERE
      later.consumer_version_id = p.consumer_version_id AND later.provider_id = p.provider_id
      AND later.revision > p.revision)
    ORDER BY consumer_version_id, provider_id
    """,
    """
    INSERT INTO latest_verification
      (content_id, provider_version_id, verification_id, consumer_id, provider_id, success, happened_at)
    SELECT content_id, provider_version_id, id, consumer_id, provider_id, success, happened_at
    FROM verification WHERE id IN (SELECT max(id) FROM verification GROUP BY content_id, provider_version_id)
    ORDER BY content_id, provider_version_id
    """,
    """
    INSERT INTO proof (content_id, kind, name, first_success_at, first_plain_at, last_plain_at)
    SELECT v.content_id, 'branch', b.name, min(v.happened_at), min(CASE WHEN NOT v.wip THEN v.happened_at END),
      max(CASE WHEN NOT v.wip THEN v.happened_at END)
    FROM verification v JOIN branch_version bv ON bv.version_id = v.provider_version_id
      JOIN branch b ON b.id = bv.branch_id
    WHERE v.success GROUP BY v.content_id, b.name
    """,
    """
    INSERT INTO proof (content_id, kind, name, first_success_at, first_plain_at, last_plain_at)
    SELECT v.content_id, 'tag', t.name, min(v.happened_at), min(CASE WHEN NOT v.wip THEN v.happened_at END),
      max(CASE WHEN NOT v.wip THEN v.happened_at END)
    FROM verification v JOIN tag t ON t.version_id = v.provider_version_id
    WHERE v.success GROUP BY v.content_id, t.name
    """,
    """
    INSERT INTO current_deployment (application_id, environment_id, slot, deployment_id, version_id)
    SELECT application_id, environment_id, coalesce(instance, ''), id, version_id
    FROM deployment d WHERE NOT EXISTS (SELECT 1 FROM undeployment u WHERE u.deployment_id = d.id)
    """,
    """
    INSERT INTO supported_release (release_id, application_id, environment_id, version_id)
    SELECT id, application_id, environment_id, version_id FROM release r WHERE
      (SELECT supported FROM release_event e WHERE e.release_id = r.id ORDER BY e.id DESC LIMIT 1)
    """,
)
