"""Requests that come slowly, for ever, or in sizes and shapes that nobody needs: a 4xx, in bounded time and memory."""

import asyncio
import json
import resource
import socket
from collections.abc import Callable, Iterator, MutableMapping
from contextlib import closing
from typing import Any

import pytest

from tests.support.brokers import Broker, serving
from troth_broker.app import build
from troth_broker.app.connections import BoundedProtocol
from troth_broker.settings import Settings
from troth_broker.web.bodies import Gone, TooLarge, TooSlow, read_body

PUBLISH = "/contracts/publish"
JSON = {"Content-Type": "application/json"}
MIB = 1024 * 1024


class Impatient(BoundedProtocol):
    """The server's protocol with bounds that a test can wait for."""

    head_seconds = 0.3
    rest_seconds = 0.3


@pytest.fixture
def impatient(sqlite_url: str) -> Iterator[tuple[str, int]]:
    """The address of a broker that waits for a head no longer than a moment."""
    with (
        closing(build(Settings(database_url=sqlite_url))) as api,
        closing(api.world.store),
        serving(api, Impatient) as url,
    ):
        host, port = url.removeprefix("http://").split(":")
        yield host, int(port)


def _said(connection: socket.socket) -> bytes:
    """All that the broker says until it ends the connection."""
    connection.settimeout(30)
    found = b""
    while part := connection.recv(65536):
        found += part
    return found


def test_a_connection_that_says_nothing_is_ended(impatient: tuple[str, int]) -> None:
    with socket.create_connection(impatient) as silent:
        assert _said(silent) == b""


def test_a_head_that_never_ends_is_refused(impatient: tuple[str, int]) -> None:
    with socket.create_connection(impatient) as slow:
        slow.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ")
        assert _said(slow).startswith(b"HTTP/1.1 408 ")


def test_the_second_head_of_a_connection_is_waited_for_no_longer_than_the_first(impatient: tuple[str, int]) -> None:
    with socket.create_connection(impatient) as slow:
        slow.sendall(b"GET /diagnostic/status/heartbeat HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\n")
        said = _said(slow)
    assert said.startswith(b"HTTP/1.1 200 ")
    assert b"HTTP/1.1 408 " in said


def test_a_head_that_is_too_long_is_refused(impatient: tuple[str, int]) -> None:
    with socket.create_connection(impatient) as endless:
        endless.sendall(
            b"GET / HTTP/1.1\r\nHost: x\r\n" + b"".join(b"X-%d: %s\r\n" % (n, b"y" * 1000) for n in range(80))
        )
        assert _said(endless).startswith(b"HTTP/1.1 431 ")


def test_what_is_left_of_a_request_that_was_answered_is_not_waited_for(impatient: tuple[str, int]) -> None:
    with socket.create_connection(impatient) as slow:
        slow.sendall(b"POST /nothing HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nand then")
        assert _said(slow).startswith(b"HTTP/1.1 404 ")


Message = MutableMapping[str, Any]


def _read(messages: list[Message], limit: int = 100, **more: Any) -> bytes:
    async def receive() -> Message:
        if not messages:
            await asyncio.Event().wait()
        return messages.pop(0)

    return asyncio.run(read_body(receive, more.pop("headers", {}), limit, **more))


def _part(body: bytes, *, more: bool = True) -> Message:
    return {"type": "http.request", "body": body, "more_body": more}


def test_a_body_in_parts_is_put_together() -> None:
    assert _read([_part(b"a"), _part(b"b"), _part(b"c", more=False)]) == b"abc"


def test_a_body_that_does_not_come_in_time_is_given_up() -> None:
    with pytest.raises(TooSlow):
        _read([_part(b"a")], patience=0.05)


def test_a_body_that_comes_too_slowly_is_given_up_although_it_comes() -> None:
    parts = iter(range(10_000))

    async def drip() -> Message:
        await asyncio.sleep(0.001)
        next(parts)
        return _part(b"a")

    with pytest.raises(TooSlow):
        asyncio.run(read_body(drip, {}, 10**6, patience=0.05, slowest=10**6))


def test_half_a_body_is_never_taken_for_a_whole_one() -> None:
    with pytest.raises(Gone):
        _read([_part(b'{"a": 1}'), {"type": "http.disconnect"}])


def test_a_body_over_the_limit_is_heard_out_within_bounds_and_forgotten() -> None:
    with pytest.raises(TooLarge):
        _read([_part(b"a" * 90), _part(b"a" * 90), _part(b"a", more=False)])
    left = [_part(b"a" * 90) for _ in range(10)]
    with pytest.raises(TooLarge):
        _read(left)
    assert len(left) == 5


def test_a_sender_that_asks_first_is_told_before_it_sends() -> None:
    with pytest.raises(TooLarge):
        _read([], headers={"content-length": "101", "expect": "100-continue"})


def _peak() -> int:
    """The most memory that this process ever had, in bytes; its broker runs in a thread."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def test_a_hundred_megabytes_are_refused_without_being_kept(sqlite_broker: Broker) -> None:
    def parts() -> Iterator[bytes]:
        yield from (b" " * MIB for _ in range(100))

    before = _peak()
    answer = sqlite_broker.client.post(PUBLISH, content=parts(), headers=JSON)
    assert answer.status_code == 413
    assert "max_body_bytes" in answer.json()["error"]
    assert _peak() - before < 80 * MIB  # what is allowed, and a little


NASTY: dict[str, Callable[[], bytes]] = {
    "arrays without end": lambda: b"[" * MIB,
    "arrays in arrays": lambda: b"[" * 200_000 + b"]" * 200_000,
    "objects in objects": lambda: b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "a number of a million digits": lambda: b'{"a": ' + b"9" * MIB + b"}",
    "a number out of range": lambda: b'{"a": 1e999999999}',
    "not a number": lambda: b'{"a": NaN}',
    "bad UTF-8": lambda: b'{"a": "' + b"\xff\xfe" * 100_000 + b'"}',
    "UTF-8 cut off": lambda: '{"a": "ü'.encode()[:-1],
    "half a pair": lambda: b'{"a": "\\ud800"}',
    "another encoding": lambda: '{"a": 1}'.encode("utf-16"),
    "a string without end": lambda: b'{"a": "' + b"x" * MIB,
    "backslashes": lambda: b'{"a": "' + b"\\" * (MIB + 1) + b'"}',
    "a text, not an object": lambda: json.dumps("x" * MIB).encode(),
    "many members": lambda: json.dumps({str(n): n for n in range(100_000)}).encode(),
    "millions of empty arrays": lambda: b"[" + b"[]," * 3_000_000 + b"[]]",
    "millions of members": lambda: b'{"a":0' + b',"b":0' * 2_100_000 + b"}",
    "nothing": lambda: b"",
    "zeros": lambda: bytes(MIB),
}


@pytest.mark.parametrize("kind", NASTY)
def test_nasty_bodies_are_refused(sqlite_broker: Broker, kind: str) -> None:
    for method, path in (
        ("POST", PUBLISH),
        ("PUT", "/pacts/provider/a/consumer/b/version/1"),
        ("POST", "/environments"),
    ):
        answer = sqlite_broker.client.request(method, path, content=NASTY[kind](), headers=JSON)
        allowed = {201} if kind == "many members" and method == "PUT" else {400, 415}
        assert answer.status_code in allowed, (kind, path, answer.status_code, answer.text[:300])
