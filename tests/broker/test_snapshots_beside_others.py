"""Snapshots of stores that live: beside writers, of large documents, and never over the store itself."""

import contextlib
import hashlib
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert, select

from tests.support.brokers import Broker
from tests.support.pacts import pact, put
from tests.support.pointers import pointer_differences
from tests.support.waiting import until
from troth_broker.services.snapshots import export, load
from troth_broker.store import tables, versions
from troth_broker.store.engine import Store
from troth_broker.store.errors import BadFile
from troth_broker.store.snapshot.backup import backup
from troth_broker.store.snapshot.marks import is_snapshot

DOCUMENTS, SIZE = 600, 500_000


def test_a_publication_that_is_under_way_keeps_its_branch_head_through_an_import(
    broker: Broker, tmp_path: Path
) -> None:
    put(broker, pact("shop", "billing"), "1", branch="main")
    url, file = broker.database_url, tmp_path / "snapshot.db"
    with contextlib.closing(Store(url)) as store:
        export(store, file)
    written, done = threading.Event(), threading.Event()

    def publish(db: Connection) -> None:
        shop = db.execute(select(tables.application.c.id).where(tables.application.c.name == "shop")).scalar_one()
        now = time.time_ns() // 1000
        versions.join_branch(db, shop, versions.ensure(db, shop, "2", now)[0].id, "main", now)
        written.set()
        until(lambda: _waits(url, importing) or done.is_set(), what="the import's wait for the publication")

    def take_in(store: Store) -> None:
        load(store, file)
        done.set()

    with contextlib.closing(Store(url)) as one, contextlib.closing(Store(url)) as two:
        publishing = threading.Thread(target=one.write, args=(publish,))
        importing = threading.Thread(target=take_in, args=(two,))
        publishing.start()
        written.wait(30)
        importing.start()
        publishing.join(60)
        importing.join(60)
    assert done.is_set()
    assert broker.read("/pacticipants/shop/branches/main/latest-version")["number"] == "2"
    assert pointer_differences(url) == ()


def _waits(url: str, importing: threading.Thread) -> bool:
    """Whether the import stands before the publication's lock; SQLite shows nobody, and has one writer anyway."""
    if url.startswith("sqlite"):
        return importing.is_alive()
    psycopg = pytest.importorskip("psycopg")
    with psycopg.connect(url, autocommit=True) as looking:
        asked = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        return bool(looking.execute(asked).fetchone()[0])


@pytest.mark.parametrize("write", [export, backup])
def test_a_store_is_never_overwritten_by_its_own_copy(write: type, sqlite_broker: Broker, tmp_path: Path) -> None:
    file = Path(sqlite_broker.database_url.removeprefix("sqlite:///"))
    other_name = tmp_path / "link.db"
    other_name.symlink_to(file)
    with contextlib.closing(Store(sqlite_broker.database_url)) as store:
        for name in (file, other_name):
            with pytest.raises(BadFile, match="the store itself"):
                write(store, name, force=True)
    assert not is_snapshot(file)


@pytest.mark.parametrize("write", [export, backup])
def test_a_file_is_not_written_beside_the_journal_of_another_one(
    write: type, sqlite_broker: Broker, tmp_path: Path
) -> None:
    used = tmp_path / "used.db"
    with contextlib.closing(sqlite3.connect(used, isolation_level=None)) as other:
        other.execute("PRAGMA journal_mode=WAL")
        other.execute("CREATE TABLE note (text)")
        with contextlib.closing(Store(sqlite_broker.database_url)) as store:
            with pytest.raises(BadFile, match=r"used\.db-wal has changes"):
                write(store, used, force=True)
            (tmp_path / "left.db-wal").write_bytes(b"of a killed process")
            with pytest.raises(BadFile, match=r"left\.db-wal has changes"):
                write(store, tmp_path / "left.db")
        assert other.execute("SELECT count(*) FROM note").fetchone() == (0,)


EXPORT = """
import contextlib, pathlib, sys
from troth_broker.services.snapshots import export
from troth_broker.store.engine import Store
with contextlib.closing(Store(sys.argv[1])) as store:
    export(store, pathlib.Path(sys.argv[2]))
# Not getrusage: what a process had in memory before it became this program counts there.
print(int(pathlib.Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0]) * 1024)
"""


def test_memory_does_not_grow_with_the_documents(database_url: str, tmp_path: Path) -> None:
    with contextlib.closing(Store(database_url)) as store:
        for start in range(0, DOCUMENTS, 20):
            store.write(_documents, start)
    done = subprocess.run(
        [sys.executable, "-c", EXPORT, database_url, str(tmp_path / "snapshot.db")],
        capture_output=True,
        text=True,
        check=True,
    )
    assert (tmp_path / "snapshot.db").stat().st_size > DOCUMENTS * SIZE
    assert int(done.stdout) < DOCUMENTS * SIZE


def _documents(db: Connection, start: int) -> None:
    rows = [
        (hashlib.sha256(b"%d" % number).digest(), b"%d" % number * (SIZE // 3))
        for number in range(start + 100, start + 120)
    ]
    db.execute(insert(tables.body), [{"sha256": sha256, "content": content} for sha256, content in rows])
