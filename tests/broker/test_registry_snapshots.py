"""Schemas of the registry in snapshots: messages carry their ids, so an import keeps them wherever it can."""

import contextlib
from pathlib import Path

from tests.conftest import StartBroker
from tests.support.brokers import Broker
from tests.support.databases import PostgresDatabases, SqliteDatabases
from tests.support.registry import ORDER, WITH_NOTE, client_of, number, register
from troth_broker.services.snapshots import export, load
from troth_broker.store.engine import Store


def test_an_import_keeps_ids_that_are_free_and_tells_of_the_others(
    broker: Broker, databases: SqliteDatabases | PostgresDatabases, start_broker: StartBroker, tmp_path: Path
) -> None:
    with client_of(broker.url) as client:
        first, second, third = (
            number(register(client, subject, schema))
            for subject, schema in (("orders", ORDER), ("orders", WITH_NOTE), ("names", '"string"'))
        )
    with contextlib.closing(Store(broker.database_url)) as store:
        export(store, tmp_path / "snapshot.db")
    with databases.migrated() as url:
        other = start_broker(url)
        with client_of(other.url) as client:
            assert number(register(client, "orders", '"bytes"')) == first
            assert number(register(client, "names", ORDER)) == second
            with contextlib.closing(Store(url)) as store:
                told = load(store, tmp_path / "snapshot.db").conflicts
                assert load(store, tmp_path / "snapshot.db").added == {}
            moved = client.get("/subjects/orders/versions/2").json()["id"]
            assert moved > third
            assert {(one.what, one.name, one.outcome) for one in told} == {
                ("registry schema", f"id {first}", _misread(first, second)),
                ("registry schema", f"id {second}", _misread(second, moved)),
                ("registry version", "names version 1", "has another schema here, and keeps it"),
                ("registry version", "orders version 1", "has another schema here, and keeps it"),
            }
            assert client.get(f"/schemas/ids/{third}").json() == {"schema": '"string"'}
            assert number(register(client, "later", '"long"')) > moved


def _misread(before: int, here: int) -> str:
    return f"has the id {here} here: messages that were written with {before} are misread"
