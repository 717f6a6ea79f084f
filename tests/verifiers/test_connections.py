"""HTTP connections are used again while they are good, by one request at a time, and closed in the end."""

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
import uvloop

from tests.verifiers.pacts import http, v4
from tests.verifiers.providing import TLS, providing
from troth_verifiers import Outcome, Target, connections, verify_async
from troth_verifiers.clients import Clients
from troth_verifiers.connections import Connections

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """However slow the machine is, no connection is idle for too long."""
    monkeypatch.setattr(connections, "ALONE", httpx.Limits(max_connections=1, keepalive_expiry=3600.0))


class Line:
    """One connection as the server sees it: how many requests it heard, and whether it is over."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer
        self.asked = 0
        self.ended = asyncio.Event()

    async def request(self) -> bytes:
        """The head of the next request; nothing where there is none."""
        try:
            head = await self.reader.readuntil(b"\r\n\r\n")
        except (asyncio.IncompleteReadError, ConnectionError):
            return b""
        self.asked += 1
        return head

    def answer(self, data: bytes) -> None:
        self.writer.write(data)


Talk = Callable[[Line], Awaitable[None]]


@asynccontextmanager
async def serving(talk: Talk, context: ssl.SSLContext | None = None) -> AsyncIterator[tuple[str, list[Line]]]:
    """A server that treats each connection in this way and then closes it; its address, and the connections."""
    lines: list[Line] = []

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line = Line(reader, writer)
        lines.append(line)
        try:
            await talk(line)
        finally:
            line.ended.set()
            writer.close()

    server = await asyncio.start_server(take, "127.0.0.1", 0, ssl=context)
    scheme = "https" if context else "http"
    try:
        yield f"{scheme}://localhost:{server.sockets[0].getsockname()[1]}", lines
    finally:
        server.close()
        for line in lines:
            await line.ended.wait()


async def keeping(line: Line) -> None:
    """Answer whatever is asked, in the next moment, and keep the connection."""
    while await line.request():
        await asyncio.sleep(0)
        line.answer(OK)


def told(answers: list[httpx.Response]) -> list[tuple[int, str]]:
    return [(one.status_code, one.text) for one in answers]


def client() -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=Connections(ssl.create_default_context), trust_env=False, timeout=None)


def server_context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(TLS / "certificate.pem", TLS / "key.pem")
    return context


async def two_over(talk: Talk) -> tuple[list[tuple[int, str]], int]:
    """Two requests, one after the other: what was answered, and over how many connections."""
    async with serving(talk) as (url, lines), client() as asking:
        found = told([await asking.get(url), await asking.get(url)])
        return found, len(lines)


@pytest.mark.parametrize("loop", [asyncio.new_event_loop, uvloop.new_event_loop])
def test_a_connection_is_used_again(loop: Callable[[], asyncio.AbstractEventLoop]) -> None:
    with asyncio.Runner(loop_factory=loop) as runner:
        assert runner.run(two_over(keeping)) == ([(200, "ok")] * 2, 1)


@pytest.mark.parametrize("concurrency", [1, 3, 16])
@pytest.mark.parametrize("secure", [False, True], ids=["plain", "tls"])
def test_a_pact_is_replayed_over_no_more_connections_than_interactions_at_once(
    tmp_path: Path, concurrency: int, secure: bool
) -> None:
    pact = tmp_path / "web-orders.json"
    pact.write_text(json.dumps(v4(*(http(f"{n}", f"/{n}") for n in range(60)))))

    async def replayed() -> list[Line]:
        async with serving(keeping, server_context() if secure else None) as (url, lines):
            target = Target(url, concurrency=concurrency, ca_file=str(TLS / "authority.pem"))
            report = await verify_async(str(pact), target)
            assert report.totals[Outcome.PASSED] == 60, report.to_text()
        return lines  # each is closed when the run is over

    used = sorted(line.asked for line in asyncio.run(replayed()))[::-1]
    assert sum(used[:concurrency]) >= 60
    assert sum(used) <= 62  # the rest are connections that look whether the provider is there


async def once(line: Line) -> None:
    """Answer once and close without a word."""
    await line.request()
    line.answer(OK)


async def old(line: Line) -> None:
    """Answer as HTTP/1.0 does: the body ends with the connection."""
    await line.request()
    line.answer(b"HTTP/1.0 200 OK\r\n\r\nok")


async def parting(line: Line) -> None:
    """Say that the connection ends, and leave it open."""
    while await line.request():
        line.answer(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok")


@pytest.mark.parametrize("talk", [once, old, parting])
def test_a_connection_that_is_no_longer_good_is_not_used_again(talk: Talk) -> None:
    assert asyncio.run(two_over(talk)) == ([(200, "ok")] * 2, 2)


def test_a_body_that_was_not_read_is_not_taken_for_the_next_answer() -> None:
    async def asked() -> tuple[str, int]:
        async with serving(keeping) as (url, lines), client() as asking:
            async with asking.stream("GET", url):
                pass
            return (await asking.get(url)).text, len(lines)

    assert asyncio.run(asked()) == ("ok", 2)


async def asked_for(url: str) -> None:
    async with client() as asking:
        await asking.get(url)


def test_a_connection_that_failed_is_closed_and_not_used_again() -> None:
    async def speechless(line: Line) -> None:
        await line.request()

    with pytest.raises(httpx.RemoteProtocolError):
        asyncio.run(two_over(speechless))
    with pytest.raises(httpx.ConnectError):
        asyncio.run(asked_for("http://127.0.0.1:1/"))


def test_who_is_asked_over_tls_is_not_believed_unseen_because_another_was_asked_without() -> None:
    async def asked(plain: str, secure: str) -> None:
        clients = Clients()
        await clients.to(Target(plain)).get(plain)
        with pytest.raises(httpx.ConnectError, match="certificate verify failed"):
            await clients.to(Target(secure)).get(secure)
        await clients.aclose()

    with providing() as plain, providing(tls=True) as secure:
        asyncio.run(asked(plain.url, secure.url))
