"""Copies of a store that is in use, which take its place."""

import contextlib
import sqlite3
import subprocess
import sys
from pathlib import Path

from tests.support.brokers import Broker
from tests.support.cli import troth
from tests.support.pointers import pointer_differences
from tests.support.snapshots import everything
from troth_broker.store.snapshot.marks import is_snapshot

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
