"""A store of pacts and OpenAPI documents becomes one of contracts of every format, and nothing in it is lost."""

import contextlib
import hashlib
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, insert, select, text

from troth_broker.store import comparing
from troth_broker.store.engine import Store
from troth_broker.store.migrate import HEAD, alembic_config, migrate, revision
from troth_broker.store.pointers import differences
from troth_broker.store.tables import metadata, publication
from troth_schemas.contract import fingerprint_of
from troth_schemas.sources import one

OPENAPI = b'{"openapi": "3.1.0"}'
OPENAPI_IN_YAML = b"openapi: 3.1.0\n"
_TIMES = {"happened_at": 5, "recorded_at": 6}


def _rows(db: Connection, table: str, *rows: dict[str, Any]) -> None:
    for row in rows:
        names = ", ".join(row)
        marks = ", ".join(f":{name}" for name in row)
        db.execute(text(f"INSERT INTO {table} ({names}) VALUES ({marks})"), row)


def _body(key: int, exact: bytes) -> dict[str, Any]:
    return {"id": key, "sha256": hashlib.sha256(exact).digest(), "content": exact}


def _populate(db: Connection) -> None:
    """A consumer and a provider with one version each, a pact in two revisions, and what the provider says."""
    stamps = {"created_at": 1, "updated_at": 1}
    _rows(db, "application", {"id": 1, "name": "shop", **stamps}, {"id": 2, "name": "billing", **stamps})
    _rows(
        db,
        "version",
        *(
            {"id": key, "application_id": owner, "number": number, **stamps, "recorded_at": 1}
            for key, owner, number in ((1, 1, "1"), (2, 2, "a"), (3, 2, "b"))
        ),
    )
    pair = {"consumer_id": 1, "provider_id": 2}
    _rows(db, "integration", {**pair, "created_at": 1, "contract_data_updated_at": 1})
    documents = (b"one", b"two", OPENAPI, OPENAPI_IN_YAML, b"log")
    _rows(db, "body", *(_body(key, exact) for key, exact in enumerate(documents, 1)))
    counts = {"interactions": 1, "messages": 0, "created_at": 1}
    _rows(db, "content", *({"id": key, **pair, "sha": f"sha{key}", **counts} for key in (1, 2)))
    published = [
        {"consumer_version_id": 1, **pair, "revision": key, "content_id": key, "body_id": key} for key in (1, 2)
    ]
    for key, row in enumerate(published, 1):
        _rows(db, "publication", {"id": key, **row, **_TIMES})
    _rows(db, "current_publication", {**published[1], "publication_id": 2, "happened_at": 5})
    verification = {"id": 1, "content_id": 2, **pair, "provider_version_id": 2, "success": True}
    _rows(db, "verification", {**verification, "wip": False, **_TIMES})
    said = {"verification_id": 1, "content_id": 2, **pair, "provider_version_id": 2, "success": True, "happened_at": 5}
    _rows(db, "latest_verification", said)
    told = {"uuid": "u", "webhook_uuid": "w", "event_name": "e", "trigger_type": "t", "status": "success"}
    _rows(db, "triggered_webhook", {"id": 1, **told, "publication_id": 1, **pair, **_TIMES})
    json = {"provider_id": 2, "specification": "oas", "content_type": "application/json", "success": True}
    _rows(
        db,
        "provider_contract",
        {"id": 1, **json, "provider_version_id": 2, "revision": 1, "body_id": 4, "content_type": "application/yaml"}
        | _TIMES,
        {"id": 2, **json, "provider_version_id": 2, "revision": 2, "body_id": 3, "results_body_id": 5, **_TIMES},
        {"id": 3, **json, "provider_version_id": 3, "revision": 1, "body_id": 3, **_TIMES},
    )
    if db.dialect.name == "postgresql":
        for table in ("publication", "content", "provider_contract"):
            db.execute(text(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), 7)"))
    else:
        db.execute(
            text("UPDATE sqlite_sequence SET seq = 7 WHERE name IN ('publication', 'content', 'provider_contract')")
        )


@pytest.fixture
def populated(empty_database_url: str) -> str:
    """The address of a store as the release before this one left it."""
    with contextlib.closing(Store(empty_database_url)) as store:
        store.write(lambda db: command.upgrade(alembic_config(db), "0003"))
        store.write(_populate)
    return empty_database_url


def _all(store: Store, statement: str) -> list[tuple[Any, ...]]:
    return store.read(lambda db: [tuple(row) for row in db.execute(text(statement))])


def test_every_row_is_carried_over_and_pacts_are_called_pacts(populated: str) -> None:
    with contextlib.closing(Store(populated)) as store:
        assert migrate(store) == "0003"
        assert store.read(revision) == HEAD
        kinds = _all(store, "SELECT id, format, root FROM content ORDER BY id")
        assert kinds == [(1, "pact", None), (2, "pact", None)]
        assert _all(store, "SELECT id, revision, format, content_id FROM publication ORDER BY id") == [
            (1, 1, "pact", 1),
            (2, 2, "pact", 2),
        ]
        assert _all(store, "SELECT consumer_version_id, format, publication_id FROM current_publication") == [
            (1, "pact", 2)
        ]
        assert _all(store, "SELECT content_id FROM latest_verification") == [(2,)]
        assert _all(store, "SELECT publication_id FROM triggered_webhook") == [(1,)]


def test_what_providers_said_becomes_openapi_with_equal_documents_kept_once(populated: str) -> None:
    with contextlib.closing(Store(populated)) as store:
        migrate(store)
        rows = _all(
            store,
            "SELECT provider_contract.id, provider_contract.format, name, revision, sha, root, results_body_id"
            " FROM provider_contract JOIN provider_content ON provider_content.id = provider_content_id"
            " ORDER BY provider_contract.id",
        )
        yaml = fingerprint_of(one("openapi.yaml", OPENAPI_IN_YAML))
        json = fingerprint_of(one("openapi.json", OPENAPI))
        assert rows == [
            (1, "openapi", "", 1, yaml, "openapi.yaml", None),
            (2, "openapi", "", 2, json, "openapi.json", 5),
            (3, "openapi", "", 1, json, "openapi.json", None),
        ]
        (key,) = {row[0] for row in _all(store, "SELECT provider_content_id FROM provider_contract WHERE id > 1")}
        found = store.read(comparing.provider_sources, key)
        assert found is not None
        assert (found[0], found[1].text) == ("openapi", OPENAPI)


def test_every_pointer_of_a_migrated_store_is_what_the_facts_say(populated: str) -> None:
    with contextlib.closing(Store(populated)) as store:
        migrate(store)
        assert store.write(differences) == ()
        assert _all(store, "SELECT provider_version_id, provider_contract_id FROM current_provider_contract") == [
            (2, 2),
            (3, 3),
        ]


def test_a_migrated_store_has_the_tables_of_a_new_one(populated: str) -> None:
    with contextlib.closing(Store(populated)) as store:
        migrate(store)
        with store.engine.connect() as db:
            assert compare_metadata(MigrationContext.configure(db), metadata) == []


def test_ids_of_rebuilt_tables_go_on_where_they_were(populated: str) -> None:
    row = {"consumer_version_id": 1, "consumer_id": 1, "provider_id": 2, "revision": 3, "content_id": 1, "body_id": 1}
    with contextlib.closing(Store(populated)) as store:
        migrate(store)
        made = store.write(
            lambda db: db.execute(insert(publication).returning(publication.c.id), {**row, **_TIMES}).scalar()
        )
        assert made == 8
        assert (
            store.read(lambda db: db.execute(select(publication.c.format).where(publication.c.id == 8)).scalar())
            == "pact"
        )


def test_what_refers_to_a_row_of_a_rebuilt_table_still_goes_with_it(populated: str) -> None:
    with contextlib.closing(Store(populated)) as store:
        migrate(store)
        store.write(lambda db: db.execute(text("DELETE FROM content")) and None)
        for table in ("publication", "current_publication", "triggered_webhook", "latest_verification"):
            assert _all(store, f"SELECT * FROM {table}") == [], table
