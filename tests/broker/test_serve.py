"""`troth serve` as a process: it starts, says where, keeps what it was given, and leaves nothing half-done."""

import contextlib
import signal
import socket
import sqlite3
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.conftest import StartBroker
from tests.support.pacts import pact, put
from tests.support.servers import running

TROTH = str(Path(sys.executable).with_name("troth"))


def test_what_one_process_stored_the_next_one_serves(database_url: str, serve: StartBroker) -> None:
    path = put(serve(database_url), pact("shop", "billing"), "1.0", branch="main")
    assert serve(database_url).read(path)["consumer"] == {"name": "shop"}


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_told_to_stop_it_closes_its_store_and_ends_with_success(tmp_path: Path, how: signal.Signals) -> None:
    with running("serve", "--port", "0", folder=tmp_path) as server:
        assert httpx.get(server.url, headers={"Accept": "application/hal+json"}, trust_env=False).is_success
        assert server.stop(how) == 0
    assert [path.name for path in tmp_path.iterdir()] == ["troth.db"]  # no write-ahead log is left
    with contextlib.closing(sqlite3.connect(tmp_path / "troth.db")) as store:
        assert store.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_port_that_is_taken_is_said_in_one_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = subprocess.run(
            [TROTH, "serve", "--port", port], cwd=tmp_path, capture_output=True, text=True, timeout=100
        )
    assert done.returncode == 2
    assert done.stderr == f"troth: cannot listen on 127.0.0.1:{port}: Address already in use\n"
    assert not (tmp_path / "troth.db").exists()


def test_it_listens_on_an_address_of_version_6(tmp_path: Path) -> None:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        pytest.skip("this machine has no IPv6")
    with running("serve", "--host", "::1", "--port", "0", folder=tmp_path) as server:
        assert server.url.startswith("http://[::1]:")
        assert httpx.get(server.url, headers={"Accept": "application/hal+json"}, trust_env=False).is_success
