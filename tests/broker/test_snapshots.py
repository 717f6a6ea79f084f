"""Snapshots: all of a store in one file that answers as the store did, opens in any tool and goes into other stores."""

import base64
import contextlib
import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography.fernet import Fernet
from sqlalchemy import func, select

from tests.conftest import StartBroker
from tests.support import writing
from tests.support.brokers import Broker, in_thread
from tests.support.cli import troth
from tests.support.databases import PostgresDatabases, SqliteDatabases
from tests.support.lives import NAMES, Life
from tests.support.pacts import interaction, pact, put
from tests.support.pointers import pointer_differences
from troth_broker.services.snapshots import Imported, export, load
from troth_broker.store import tables
from troth_broker.store.engine import Store
from troth_broker.store.errors import BadFile, StoreReadOnly
from troth_broker.store.migrate import alembic_config, migrate
from troth_broker.store.snapshot.contents import KEPT, LEFT_OUT, READ
from troth_broker.store.snapshot.identities import DERIVED, IDENTITIES, OWN
from troth_broker.store.snapshot.marks import is_snapshot, made_at, mark

Databases = SqliteDatabases | PostgresDatabases
UNLIKE = {tables.webhook.name: ("enabled",), tables.triggered_webhook.name: ("status",)}
"""What changes on the way in: nothing is sent twice, and nothing before somebody says so."""


@pytest.fixture(params=[1, 2])
def lived(request: pytest.FixtureRequest, broker: Broker) -> Broker:
    """A broker with a past."""
    life = Life(broker, request.param)
    for _ in range(80):
        life.step()
    return broker


@pytest.fixture
def other_url(databases: Databases) -> Iterator[str]:
    """A second store of the same kind, without a table."""
    with databases.empty() as url:
        yield url


def exported(database_url: str, file: Path) -> Path:
    with contextlib.closing(Store(database_url)) as store:
        export(store, file)
    return file


def imported(database_url: str, file: Path, *, only_try: bool = False) -> Imported:
    with contextlib.closing(Store(database_url)) as store:
        migrate(store)
        return load(store, file, only_try=only_try)


def everything(database_url: str) -> dict[str, list[tuple[Any, ...]]]:
    with contextlib.closing(Store(database_url)) as store:
        return {table.name: _rows(store, table.name) for table in KEPT}


def _rows(store: Store, name: str) -> list[tuple[Any, ...]]:
    table = tables.metadata.tables[name]
    shown = [column for column in table.columns if column.name not in UNLIKE.get(name, ())]
    return [tuple(row) for row in store.read(lambda db: db.execute(select(*shown).order_by(*table.primary_key)).all())]


def questions() -> Iterator[str]:
    for name in NAMES:
        for number in range(6):
            yield f"/can-i-deploy?pacticipant={name}&version={number}&environment=test"
            yield f"/can-i-deploy?pacticipant={name}&version={number}&to=uat"
        yield f"/pacticipants/{name}"
        yield f"/pacts/provider/{name}/for-verification"
        for other in NAMES:
            yield f"/matrix?q[][pacticipant]={name}&q[][pacticipant]={other}&latestby=cvpv"
    yield from ("/integrations", "/environments", "/pacticipants", "/dashboard", "/webhooks")


def answers(client: httpx.Client) -> dict[str, tuple[int, str]]:
    base = str(client.base_url).rstrip("/")
    found = {}
    for path in questions():
        answer = client.get(path)
        found[path] = answer.status_code, answer.text.replace(base, "")
    return found


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


def test_an_empty_store_takes_a_snapshot_row_by_row(lived: Broker, other_url: str, tmp_path: Path) -> None:
    file = exported(lived.database_url, tmp_path / "snapshot.db")
    done = imported(other_url, file)
    assert done.added
    assert (done.known, done.older, done.conflicts) == ({}, {}, ())
    assert everything(other_url) == everything(lived.database_url)
    assert pointer_differences(other_url) == ()
    with in_thread(other_url) as restored:
        assert writing.publish(restored.client, "new", "1", "billing", "x", "main", []).status_code == 200


def test_the_same_snapshot_again_adds_nothing(lived: Broker, other_url: str, tmp_path: Path) -> None:
    file = exported(lived.database_url, tmp_path / "snapshot.db")
    imported(other_url, file)
    before = everything(other_url)
    again = imported(other_url, file)
    assert (again.added, again.older, again.conflicts) == ({}, {}, ())
    assert everything(other_url) == before


def test_a_store_and_its_own_snapshot_have_nothing_to_tell_each_other(lived: Broker, tmp_path: Path) -> None:
    file = exported(lived.database_url, tmp_path / "snapshot.db")
    before = everything(lived.database_url)
    assert imported(lived.database_url, file).added == {}
    assert everything(lived.database_url) == before


def test_two_brokers_become_one(lived: Broker, other_url: str, start_broker: StartBroker, tmp_path: Path) -> None:
    other = start_broker(other_url)
    put(other, pact("web", "billing"), "1", branch="main")
    made = other.client.post("/environments", json={"name": "abroad", "production": True}).json()
    other.client.post(f"/pacticipants/web/versions/1/deployed-versions/environment/{made['uuid']}", json={})
    found = other.read("/pacts/provider/billing/consumer/web/latest")["_links"]["pb:publish-verification-results"]
    writing.verify(other.client, found["href"], "b-7", success=True)
    highest = _highest_result(lived.database_url)
    before = lived.read("/pacticipants")["_embedded"]["pacticipants"]

    done = imported(lived.database_url, exported(other_url, tmp_path / "snapshot.db"))

    assert done.added["publication"] == done.added["verification"] == done.added["deployment"] == 1
    assert not done.conflicts
    assert pointer_differences(lived.database_url) == ()
    assert _highest_result(lived.database_url) > highest  # numbers of results that were deleted are not given again
    names = {one["name"] for one in lived.read("/pacticipants")["_embedded"]["pacticipants"]}
    assert names == {one["name"] for one in before} | {"web", "billing"}
    gate = lived.read("/can-i-deploy?pacticipant=billing&version=b-7&environment=abroad")
    assert [row["consumer"]["name"] for row in gate["matrix"] if row["verificationResult"]] == ["web"]


def _highest_result(database_url: str) -> int:
    with contextlib.closing(Store(database_url)) as store:
        newest = select(func.coalesce(func.max(tables.verification.c.id), 0))
        return int(store.read(lambda db: db.execute(newest).scalar_one()))


def test_what_two_brokers_say_differently_is_told_and_stays_as_it_is_here(
    broker: Broker, other_url: str, start_broker: StartBroker, tmp_path: Path
) -> None:
    other = start_broker(other_url)
    for one, words in ((broker, "here"), (other, "there")):
        put(one, pact("shop", "billing", interaction(words)), "1")
        one.client.post("/environments", json={"name": "test", "production": False})
    mine = broker.read("/environments")["_embedded"]["environments"][0]["uuid"]

    done = imported(broker.database_url, exported(other_url, tmp_path / "snapshot.db"))

    told = {(conflict.what, conflict.name, conflict.outcome) for conflict in done.conflicts}
    assert told == {
        ("contract", "shop 1 billing", "differs here, and stays so"),
        ("environment", "test", "has another identifier here, and keeps it"),
    }
    kept = broker.read("/pacts/provider/billing/consumer/shop/version/1")["interactions"]
    assert [one["description"] for one in kept] == ["here"]
    assert [one["uuid"] for one in broker.read("/environments")["_embedded"]["environments"]] == [mine]
    assert pointer_differences(broker.database_url) == ()


def test_the_newer_of_two_facts_about_one_thing_counts(broker: Broker, other_url: str, tmp_path: Path) -> None:
    put(broker, pact("shop", "billing"), "1", branch="main")
    uuid = broker.client.post("/environments", json={"name": "test", "production": False}).json()["uuid"]
    results = broker.read("/pacts/provider/billing/consumer/shop/latest")["_links"]["pb:publish-verification-results"]
    at = "/pacticipants/shop/versions/{}/deployed-versions/environment/" + uuid

    def state(number: str, *, success: bool) -> None:
        writing.verify(broker.client, results["href"], "b", success=success)
        broker.client.put(f"/pacticipants/shop/branches/main/versions/{number}", json={}).raise_for_status()
        broker.client.post(at.format(number), json={}).raise_for_status()

    state("1", success=False)
    early = exported(broker.database_url, tmp_path / "early.db")
    state("2", success=True)
    late = exported(broker.database_url, tmp_path / "late.db")

    def now(url: str) -> tuple[Any, ...]:
        with in_thread(url) as one:
            gate = one.read("/can-i-deploy?pacticipant=billing&version=b&environment=test")
            running = one.read(f"/environments/{uuid}/deployed-versions/currently-deployed")["_embedded"]
            head = one.read("/pacticipants/shop/branches/main/latest-version")["number"]
            result = one.read("/pacts/provider/billing/consumer/shop/version/1/verification-results/latest")
            versions = [found["_embedded"]["version"]["number"] for found in running["deployedVersions"]]
            return gate["summary"]["deployable"], versions, head, result["success"]

    expected = now(broker.database_url)
    imported(other_url, early)
    done = imported(other_url, late)
    assert (done.added["verification"], done.added["deployment"], done.added["undeployment"]) == (1, 1, 1)
    assert now(other_url) == expected == (True, ["2"], "2", True)
    backwards = imported(broker.database_url, early)
    assert backwards.added == {}
    assert now(broker.database_url) == expected
    assert pointer_differences(other_url) == ()


def test_an_older_past_does_not_overtake_what_a_store_knows(
    broker: Broker, other_url: str, start_broker: StartBroker, tmp_path: Path
) -> None:
    other = start_broker(other_url)
    for one, success in ((other, False), (broker, True)):
        put(one, pact("shop", "billing"), "1", branch="main")
        results = one.read("/pacts/provider/billing/consumer/shop/latest")["_links"]["pb:publish-verification-results"]
        writing.verify(one.client, results["href"], "b", success=success)
    done = imported(broker.database_url, exported(other_url, tmp_path / "snapshot.db"))
    assert done.older["verification"] == 1
    latest = broker.read("/pacts/provider/billing/consumer/shop/version/1/verification-results/latest")
    assert latest["success"] is True
    assert pointer_differences(broker.database_url) == ()


def test_a_trial_says_the_same_and_changes_nothing(lived: Broker, other_url: str, tmp_path: Path) -> None:
    file = exported(lived.database_url, tmp_path / "snapshot.db")
    tried = imported(other_url, file, only_try=True)
    assert all(not rows for rows in everything(other_url).values())
    assert tried == imported(other_url, file)


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


@pytest.mark.parametrize("content", [None, b"", b"SQLite format 3\0" + bytes(100), b"not a database at all"])
def test_only_a_snapshot_is_imported(content: bytes | None, sqlite_url: str, tmp_path: Path) -> None:
    file = tmp_path / "some.db"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(BadFile, match="is no snapshot" if content is not None else "does not exist"):
        imported(sqlite_url, file)


WRITER = """
import sys, httpx, base64, json
from tests.support.pacts import interaction, pact
from tests.support import writing
from tests.support.brokers import in_thread
with in_thread(sys.argv[1]) as broker:
    print("ready", flush=True)
    for number in range(10_000):
        writing.publish(broker.client, "app" + sys.argv[2], str(number), "billing", f"content {number}", "main", [])
"""


def test_a_backup_is_of_one_moment_while_others_write(sqlite_url: str, tmp_path: Path) -> None:
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, sqlite_url, str(number)], stdout=subprocess.PIPE)
        for number in range(2)
    ]
    try:
        for writer in writers:
            assert writer.stdout is not None
            assert writer.stdout.readline() == b"ready\n"
        for attempt in range(3):
            copy = tmp_path / f"copy{attempt}.db"
            done = troth("backup", str(copy), "--database", sqlite_url)
            assert done.code == 0, done.said
            assert pointer_differences(f"sqlite:///{copy}") == ()
            with contextlib.closing(sqlite3.connect(copy)) as found:
                versions = found.execute("SELECT number FROM version ORDER BY id").fetchall()
                contracts = found.execute("SELECT count(*) FROM publication").fetchone()
                assert (len(versions),) == contracts
    finally:
        for writer in writers:
            writer.kill()
            writer.communicate()


def test_a_backup_takes_the_place_of_its_store(lived: Broker, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    done = troth("backup", str(copy), "--database", lived.database_url)
    if lived.database_url.startswith("postgresql"):
        assert done.code == 2
        assert "pg_dump" in done.said
        return
    assert done.code == 0
    assert everything(f"sqlite:///{copy}") == everything(lived.database_url)
    assert not is_snapshot(copy)


def test_the_commands_say_what_they_did_and_what_they_could_not_do(sqlite_broker: Broker, tmp_path: Path) -> None:
    put(sqlite_broker, pact("shop", "billing"), "1")
    store, snapshot, new = sqlite_broker.database_url, str(tmp_path / "s.db"), str(tmp_path / "new.db")
    done = troth("export", snapshot, "--database", store)
    assert "2 applications, 1 versions, 1 contracts" in done.said
    assert (again := troth("export", snapshot, "--database", store)).code == 2
    assert "overwrite it with --force" in again.said
    tried = troth("import", snapshot, "--database", new, "--dry-run")
    assert tried.out.startswith("Would add 2 applications")
    assert troth("import", __file__, "--database", new).code == 2
    assert not Path(new).exists()
    assert troth("import", snapshot, "--database", new).out.startswith("Added 2 applications")
    assert f"Added nothing to sqlite:///{new};" in troth("import", snapshot, "--database", new).out
    asked = troth("can-i-deploy", "--broker", snapshot, "-a", "shop", "-e", "1")
    assert asked.code == 1
    assert f"{snapshot} is a snapshot of {made_at(Path(snapshot)):%Y-%m-%d %H:%M} UTC" in asked.err
    assert made_at(Path(new)) is None
    assert made_at(tmp_path / "nowhere.db") is None
    refused = troth("environment", "create", "--name", "x", "--broker", snapshot)
    assert refused.code == 2
    assert "is a snapshot, which is only read" in refused.said
    assert troth("export", snapshot, "--database", "https://broker.example.org").code == 2
    missing = troth("export", snapshot, "--database", str(tmp_path / "none.db"))
    assert (missing.code, Path(tmp_path / "none.db").exists()) == (3, False)


def test_the_import_command_lists_what_differs(sqlite_broker: Broker, tmp_path: Path) -> None:
    snapshot = str(tmp_path / "s.db")
    with in_thread(f"sqlite:///{tmp_path}/other.db") as other:
        put(other, pact("shop", "billing", interaction("there")), "1", branch="main")
        results = other.read("/pacts/provider/billing/consumer/shop/latest")["_links"]
        writing.verify(other.client, results["pb:publish-verification-results"]["href"], "b", success=True)
    troth("export", snapshot, "--database", f"{tmp_path}/other.db")
    put(sqlite_broker, pact("shop", "billing", interaction("here")), "1", branch="main")
    done = troth("import", snapshot, "--database", sqlite_broker.database_url)
    assert "contract | shop 1 billing | differs here, and stays so" in done.said
    assert "Left out as older" in done.said


def test_versions_that_come_in_after_younger_ones_are_listed(
    broker: Broker, other_url: str, start_broker: StartBroker, tmp_path: Path
) -> None:
    put(start_broker(other_url), pact("shop", "billing"), "1")
    put(broker, pact("shop", "billing"), "2")
    done = imported(broker.database_url, exported(other_url, tmp_path / "snapshot.db"))
    assert [(one.what, one.name, one.outcome) for one in done.conflicts] == [
        ("application", "shop", "1 of its versions that came in are older, and count as later")
    ]
    assert imported(broker.database_url, tmp_path / "snapshot.db").conflicts == ()
