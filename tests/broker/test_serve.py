"""`troth serve` as a process: it starts, says where, keeps what it was given, and leaves nothing half-done."""

import contextlib
import re
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

TROTH = str(Path(sys.executable).with_name("troth"))


def test_what_one_process_stored_the_next_one_serves(database_url: str, serve: StartBroker) -> None:
    path = put(serve(database_url), pact("shop", "billing"), "1.0", branch="main")
    assert serve(database_url).read(path)["consumer"] == {"name": "shop"}


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_told_to_stop_it_closes_its_store_and_ends_with_success(tmp_path: Path, how: signal.Signals) -> None:
    with _serving(tmp_path, "--port", "0") as (child, url):
        assert httpx.get(url, headers={"Accept": "application/hal+json"}, trust_env=False).is_success
        child.send_signal(how)
        assert child.wait(30) == 0
    assert [path.name for path in tmp_path.iterdir()] == ["troth.db"]  # no write-ahead log is left
    with contextlib.closing(sqlite3.connect(tmp_path / "troth.db")) as store:
        assert store.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_port_that_is_taken_is_said_in_one_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = subprocess.run(
            [TROTH, "serve", "--port", port], cwd=tmp_path, capture_output=True, text=True, timeout=60
        )
    assert done.returncode == 2
    assert done.stderr == f"troth: cannot listen on 127.0.0.1:{port}: Address already in use\n"
    assert not (tmp_path / "troth.db").exists()


def test_it_listens_on_an_address_of_version_6(tmp_path: Path) -> None:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        pytest.skip("this machine has no IPv6")
    with _serving(tmp_path, "--host", "::1", "--port", "0") as (_, url):
        assert url.startswith("http://[::1]:")
        assert httpx.get(url, headers={"Accept": "application/hal+json"}, trust_env=False).is_success


class _serving:  # noqa: N801 - reads as a verb
    """A server started in a folder, and the address that it says it serves."""

    def __init__(self, folder: Path, *flags: str) -> None:
        self._child = subprocess.Popen(
            [TROTH, "serve", *flags], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )

    def __enter__(self) -> "tuple[subprocess.Popen[str], str]":
        assert self._child.stdout is not None
        for line in self._child.stdout:
            if found := re.search(r"url=(\S+)", re.sub(r"\x1b\[[0-9;]*m", "", line)):
                return self._child, found[1]
        raise AssertionError("troth serve ended before it served")

    def __exit__(self, *_: object) -> None:
        self._child.terminate()
        self._child.communicate()
