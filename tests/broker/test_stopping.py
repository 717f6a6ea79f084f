"""A broker that is told to stop: readiness says no, requests in flight finish, and a second signal ends it at once."""

import contextlib
import signal
import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import psycopg

from tests.support.databases import PostgresDatabases
from tests.support.pacts import pact
from tests.support.servers import Process, running
from tests.support.waiting import until

HAL = {"Accept": "application/hal+json"}


def _get(server: Process, path: str) -> httpx.Response:
    return httpx.get(server.url + path, headers=HAL, trust_env=False, timeout=100)


def test_it_is_ready_while_its_store_answers(tmp_path: Path, postgres_databases: PostgresDatabases) -> None:
    with postgres_databases.migrated() as url, running("serve", "-d", url, "--port", "0", folder=tmp_path) as server:
        assert _get(server, "/ready").json() == {"ready": True}
        with contextlib.closing(psycopg.connect(postgres_databases.server, autocommit=True)) as admin:
            admin.execute(f'DROP DATABASE "{urlsplit(url).path[1:]}" WITH (FORCE)'.encode())
        answer = _get(server, "/ready")
        assert (answer.status_code, answer.json()["ready"]) == (503, False)
        assert _get(server, "/diagnostic/status/heartbeat").status_code == 200


def test_with_a_delay_it_serves_on_while_readiness_says_no(tmp_path: Path) -> None:
    with running("serve", "--port", "0", folder=tmp_path, environment={"TROTH_SHUTDOWN_DELAY": "60"}) as server:
        assert _get(server, "/ready").status_code == 200
        server.child.send_signal(signal.SIGTERM)
        until(lambda: _get(server, "/ready").status_code == 503, what="readiness saying no")
        draining = _get(server, "/ready")
        assert draining.json() == {"ready": False, "reason": "This process is about to end"}
        assert draining.headers["connection"] == "close"
        assert _get(server, "/").status_code == 200
        assert server.stop() == -signal.SIGTERM  # the second signal ends it at once


@contextlib.contextmanager
def _publishing(server: Process) -> Iterator[tuple[socket.socket, bytes]]:
    """A publication in flight: its head has come, and its body is still to be sent."""
    place = urlsplit(server.url)
    body = str(pact("shop", "billing")).replace("'", '"').encode()
    with socket.create_connection((place.hostname or "", place.port or 0)) as connection:
        head = (
            b"PUT /pacts/provider/billing/consumer/shop/version/1 HTTP/1.1",
            b"Host: x\r\nAccept: application/hal+json\r\nContent-Type: application/json",
            b"Expect: 100-continue\r\nContent-Length: %d" % len(body),
        )
        connection.sendall(b"\r\n".join((*head, b"", b"")))
        assert connection.recv(100).startswith(b"HTTP/1.1 100 ")  # the broker reads the body now
        yield connection, body


def test_a_request_in_flight_is_finished(tmp_path: Path) -> None:
    with running("serve", "--port", "0", folder=tmp_path) as server:
        url = server.url
        with _publishing(server) as (connection, body):
            server.child.send_signal(signal.SIGTERM)
            until(lambda: not _accepts(url), what="the end of accepting")
            connection.sendall(body)
            answer = connection.recv(65536)
        assert answer.startswith(b"HTTP/1.1 201 ")
        assert b"connection: close" in answer.lower()
        assert server.child.wait(30) == 0
        assert "no request is in flight any more" in until(lambda: server.said, what="its last words")
    with running("serve", "--port", "0", folder=tmp_path) as server:
        assert _get(server, "/pacts/provider/billing/consumer/shop/version/1").status_code == 200


def test_a_request_that_never_ends_is_waited_for_in_bounds(tmp_path: Path) -> None:
    environment = {"TROTH_SHUTDOWN_TIMEOUT": "1"}
    with (
        running("serve", "--port", "0", folder=tmp_path, environment=environment) as server,
        _publishing(server) as (connection, _),
    ):
        assert server.stop() == 0
        assert b"201" not in connection.recv(65536)
    with running("serve", "--port", "0", folder=tmp_path) as server:
        assert _get(server, "/pacts/provider/billing/consumer/shop/version/1").status_code == 404


def test_a_statement_that_never_ends_does_not_keep_the_process(
    tmp_path: Path, postgres_databases: PostgresDatabases
) -> None:
    environment = {"TROTH_SHUTDOWN_TIMEOUT": "0"}
    with (
        postgres_databases.migrated() as url,
        contextlib.closing(psycopg.connect(url)) as other,
        running("serve", "-d", url, "--port", "0", folder=tmp_path, environment=environment) as server,
    ):
        other.execute("LOCK TABLE application IN ACCESS EXCLUSIVE MODE")
        place = urlsplit(server.url)
        with socket.create_connection((place.hostname or "", place.port or 0)) as connection:
            connection.sendall(b"GET /pacticipants HTTP/1.1\r\nHost: x\r\n\r\n")
            until(lambda: _waits(postgres_databases.server, url), what="the statement waiting for the lock")
            assert server.stop() == 1


def _accepts(url: str) -> bool:
    place = urlsplit(url)
    try:
        socket.create_connection((place.hostname or "", place.port or 0), timeout=5).close()
    except OSError:
        return False
    return True


def _waits(server: str, url: str) -> bool:
    asked = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND wait_event_type = 'Lock'"
    with contextlib.closing(psycopg.connect(server)) as admin:
        row = admin.execute(asked, [urlsplit(url).path[1:]]).fetchone()
    return row is not None and row[0] > 0
