"""Snapshots: all of a store in one file that answers as the store did and opens in any tool."""

import base64
import contextlib
import json
import sqlite3
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from tests.conftest import StartBroker
from tests.support import writing
from tests.support.brokers import Broker, in_thread
from tests.support.pacts import interaction, pact, put
from tests.support.snapshots import answers, exported, imported
from troth_broker.services.snapshots import export
from troth_broker.store import tables
from troth_broker.store.engine import Store
from troth_broker.store.errors import BadFile, StoreReadOnly
from troth_broker.store.migrate import alembic_config
from troth_broker.store.snapshot.contents import KEPT, LEFT_OUT, READ
from troth_broker.store.snapshot.identities import DERIVED, IDENTITIES, OWN
from troth_broker.store.snapshot.marks import is_snapshot, mark


def test_every_table_goes_into_a_snapshot_or_is_left_out_for_a_reason() -> None:
    assert {*KEPT, *LEFT_OUT} == set(tables.metadata.tables.values())
    assert set(READ) == set(KEPT)
    assert all(LEFT_OUT.values())
    assert {*IDENTITIES, *DERIVED, *OWN} == set(KEPT)


def test_a_snapshot_answers_as_its_broker_did(lived: Broker, tmp_path: Path) -> None:
    file = exported(lived.database_url, tmp_path / "snapshot.db")
    before = file.read_bytes()
    with in_thread(f"sqlite:///{file}") as offline:
        assert answers(offline.client) == answers(lived.client)
    assert file.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["snapshot.db"]


def test_nothing_is_written_to_a_snapshot(sqlite_broker: Broker, tmp_path: Path) -> None:
    put(sqlite_broker, pact("shop", "billing"), "1")
    file = exported(sqlite_broker.database_url, tmp_path / "snapshot.db")
    with in_thread(f"sqlite:///{file}") as offline:
        refused = offline.client.put("/pacticipants/shop/versions/2", json={})
    assert refused.status_code == 409
    assert "is a snapshot" in refused.json()["error"]
    with contextlib.closing(Store(f"sqlite:///{file}")) as store, pytest.raises(StoreReadOnly, match="troth import"):
        store.write(lambda _: None)


def test_an_older_snapshot_is_read_in_a_copy_at_todays_tables(tmp_path: Path) -> None:
    from alembic import command

    file = tmp_path / "older.db"
    with contextlib.closing(Store(f"sqlite:///{file}")) as store:
        store.write(lambda db: command.upgrade(alembic_config(db), "0001"))
    with contextlib.closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")
        connection.execute("INSERT INTO application VALUES (1, 'shop', NULL, NULL, NULL, NULL, NULL, 1, 1)")
        connection.execute("CREATE VIEW matrix AS SELECT 1")
        mark(connection)
    before = file.read_bytes()
    with in_thread(f"sqlite:///{file}") as offline:
        assert offline.read("/pacticipants/shop")["name"] == "shop"
        assert offline.client.get("/webhooks").is_success
        copy = Path(offline.database_url)
    assert file.read_bytes() == before
    assert copy.parent != tmp_path or [path.name for path in tmp_path.iterdir()] == ["older.db"]
    assert imported(f"sqlite:///{tmp_path}/new.db", file).added == {"application": 1}


def test_any_tool_finds_who_works_with_whom_what_runs_where_and_every_interaction(
    broker: Broker, tmp_path: Path
) -> None:
    put(broker, pact("shop", "billing", interaction("a request for an invoice")), "1", branch="main")
    put(broker, pact("shop", "stock", interaction("a question about the shelf")), "1")
    uuid = broker.client.post("/environments", json={"name": "test", "production": False}).json()["uuid"]
    for kind in ("deployed", "released"):
        broker.client.post(f"/pacticipants/shop/versions/1/{kind}-versions/environment/{uuid}", json={})
    results = broker.read("/pacts/provider/billing/consumer/shop/latest")["_links"]["pb:publish-verification-results"]
    writing.verify(broker.client, results["href"], "b-7", success=False)

    file = exported(broker.database_url, tmp_path / "snapshot.db")

    assert is_snapshot(file)
    with contextlib.closing(sqlite3.connect(file)) as tool:
        rows = tool.execute("SELECT consumer, consumer_version, provider, provider_version, success FROM matrix")
        assert sorted(rows, key=str) == [("shop", "1", "billing", "b-7", 0), ("shop", "1", "stock", None, None)]
        there = tool.execute("SELECT environment, application, version, how FROM deployed ORDER BY how").fetchall()
        assert there == [("test", "shop", "1", "deployed"), ("test", "shop", "1", "released")]
        assert tool.execute("SELECT application, version, main FROM branch_heads").fetchall() == [("shop", "1", 1)]
        ((document,),) = tool.execute("SELECT document FROM contract WHERE provider = 'stock'")
        assert json.loads(document)["provider"] == {"name": "stock"}
        found = tool.execute(
            "SELECT description, asks FROM interaction WHERE id IN "
            "(SELECT rowid FROM interaction_fts WHERE interaction_fts MATCH 'invoice')"
        )
        assert found.fetchall() == [("a request for an invoice", "GET /")]
        assert tool.execute("PRAGMA foreign_key_check").fetchall() == []
        assert tool.execute("PRAGMA journal_mode").fetchone() == ("delete",)


def test_no_secret_leaves_with_a_snapshot(
    database_url: str, start_broker: StartBroker, other_url: str, tmp_path: Path
) -> None:
    broker = start_broker(database_url, secret_key=(Fernet.generate_key().decode(),))
    broker.client.post("/secrets", json={"name": "ci", "value": "s3cr3t-value"}).raise_for_status()
    request = {
        "method": "POST",
        "url": "https://ci.example.org/${secret.ci}",
        "username": "robot",
        "password": "pa55word!",
        "headers": {"Authorization": "Bearer t0ken-0f-ours", "X-Api-Key": "${secret.ci}", "X-Build": "yes"},
    }
    body = {"events": [{"name": "contract_published"}], "request": request}
    made = broker.client.post("/webhooks", json=body)
    made.raise_for_status()
    put(broker, pact("shop", "billing"), "1")

    file = exported(database_url, tmp_path / "snapshot.db")
    for secret in ("s3cr3t-value", "pa55word!", "t0ken-0f-ours"):
        assert secret.encode() not in file.read_bytes()
        assert base64.b64encode(secret.encode()) not in file.read_bytes()

    imported(other_url, file)
    with in_thread(other_url) as other:
        found = other.read(f"/webhooks/{made.json()['uuid']}")
        assert found["enabled"] is False
        assert found["request"]["headers"]["X-Build"] == "yes"
        triggered = other.read("/pacts/provider/billing/consumer/shop/version/1/triggered-webhooks")["_embedded"]
        assert [one["status"] for one in triggered["triggeredWebhooks"]] == ["failure"]


def test_a_snapshot_that_cannot_be_written_leaves_nothing_behind(sqlite_broker: Broker, tmp_path: Path) -> None:
    (tmp_path / "there.db").write_text("mine")
    with contextlib.closing(Store(sqlite_broker.database_url)) as store:
        for name, sentence in (("there.db", "--force"), ("no/where.db", "does not exist"), (".", "is a folder")):
            with pytest.raises(BadFile, match=sentence):
                export(store, tmp_path / name)
        with pytest.raises(BadFile, match="cannot be written"):
            export(store, tmp_path / ("x" * 250))
        assert [path.name for path in tmp_path.iterdir()] == ["there.db"]
        export(store, tmp_path / "there.db", force=True)
    assert is_snapshot(tmp_path / "there.db")
