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
from tests.verifiers.providing import TLS
from troth_verifiers import Outcome, Target, connections, verify_async
from troth_verifiers.connections import Connections

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
LARGE = 20_000_000


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """However slow the machine is, no connection is idle for too long."""
    monkeypatch.setattr(connections, "IDLE", 3600.0)


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


def client(verify: ssl.SSLContext | bool = False, timeout: float | None = None) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=Connections(verify), trust_env=False, timeout=timeout)


def server_context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(TLS / "certificate.pem", TLS / "key.pem")
    return context


async def two_over(talk: Talk, first: str = "/first", second: str = "/second") -> tuple[list[tuple[int, str]], int]:
    """Two requests, one after the other: what was answered, and over how many connections."""
    async with serving(talk) as (url, lines), client() as asking:
        found = told([await asking.get(f"{url}{first}"), await asking.get(f"{url}{second}")])
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


def test_a_connection_that_was_idle_for_long_is_not_used_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "IDLE", 0.0)
    assert asyncio.run(two_over(keeping)) == ([(200, "ok")] * 2, 2)


async def once(line: Line) -> None:
    """Answer once and close without a word."""
    await line.request()
    line.answer(OK)


async def chatty(line: Line) -> None:
    """Send more than was asked for."""
    while await line.request():
        line.answer(OK + b"HTTP/1.1 500 Nobody asked\r\nContent-Length: 0\r\n\r\n")


async def old(line: Line) -> None:
    """Answer as HTTP/1.0 does: the body ends with the connection."""
    await line.request()
    line.answer(b"HTTP/1.0 200 OK\r\n\r\nok")


async def parting(line: Line) -> None:
    """Say that the connection ends, and leave it open."""
    while await line.request():
        line.answer(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok")


@pytest.mark.parametrize("talk", [once, chatty, old, parting])
def test_a_connection_that_is_no_longer_good_is_not_used_again(talk: Talk) -> None:
    assert asyncio.run(two_over(talk)) == ([(200, "ok")] * 2, 2)


def test_a_body_that_was_not_read_is_not_taken_for_the_next_answer() -> None:
    async def asked() -> tuple[str, int]:
        async with serving(keeping) as (url, lines), client() as asking:
            async with asking.stream("GET", url):
                pass
            return (await asking.get(url)).text, len(lines)

    assert asyncio.run(asked()) == ("ok", 2)


def test_an_answer_that_comes_before_all_was_sent_counts_even_if_the_connection_breaks() -> None:
    async def hasty(line: Line) -> None:
        await line.request()
        line.answer(b"HTTP/1.1 413 Too Much\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno")

    async def asked() -> tuple[int, str]:
        async with serving(hasty) as (url, _), client() as asking:
            answer = await asking.post(url, content=b"x" * LARGE)
            return answer.status_code, answer.text

    assert asyncio.run(asked()) == (413, "no")


def test_large_bodies_are_sent_and_read_at_the_pace_of_the_other_side() -> None:
    async def echo(line: Line) -> None:
        await line.request()
        body = await line.reader.readexactly(LARGE)
        line.answer(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % LARGE + body[::-1])
        await line.writer.drain()

    async def asked() -> bytes:
        async with serving(echo) as (url, _), client() as asking:
            return (await asking.post(url, content=b"a" + b"x" * (LARGE - 2) + b"z")).content

    assert asyncio.run(asked()) == b"z" + b"x" * (LARGE - 2) + b"a"


def test_what_nobody_reads_for_a_while_waits_at_the_server() -> None:
    stalled = asyncio.Event()

    async def flooding(line: Line) -> None:
        await line.request()
        line.answer(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % LARGE)
        for _ in range(LARGE // 100_000):
            line.answer(b"x" * 100_000)
            try:
                await asyncio.wait_for(line.writer.drain(), 0.2)
            except TimeoutError:
                stalled.set()

    async def asked() -> bytes:
        async with serving(flooding) as (url, _), client() as asking, asking.stream("GET", url) as answer:
            await stalled.wait()
            return await answer.aread()

    assert asyncio.run(asked()) == b"x" * LARGE


def test_a_body_over_tls_that_ends_with_the_connection_is_whole() -> None:
    async def asked() -> tuple[int, str]:
        async def cut(line: Line) -> None:
            await old(line)
            await line.writer.drain()
            line.writer.get_extra_info("socket").shutdown(2)  # and no word of TLS about it

        trusting = ssl.create_default_context(cafile=TLS / "authority.pem")
        async with serving(cut, server_context()) as (url, _), client(trusting) as asking:
            answer = await asking.get(url)
            return answer.status_code, answer.text

    assert asyncio.run(asked()) == (200, "ok")


def test_what_informs_is_passed_over_and_a_change_of_protocols_is_an_answer() -> None:
    async def informing(line: Line) -> None:
        head = await line.request()
        line.answer(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n")
        line.answer(b"HTTP/1.1 101 Switching\r\nUpgrade: other\r\n\r\n" if b"/first" in head else OK)

    async def asked() -> list[tuple[int, str]]:
        async with serving(informing) as (url, _), client() as asking:
            upgrade = {"Connection": "upgrade", "Upgrade": "other"}
            return told([await asking.get(f"{url}/first", headers=upgrade), await asking.get(f"{url}/second")])

    assert asyncio.run(asked()) == [(101, ""), (200, "ok")]


async def silent(line: Line) -> None:
    """Read nothing, say nothing, until the other side has gone."""
    line.writer.transport.pause_reading()  # type: ignore[attr-defined]
    await asyncio.Event().wait()


@pytest.mark.parametrize(
    ("limits", "size", "raised"),
    [
        (httpx.Timeout(None, read=0.01), 0, httpx.ReadTimeout),
        (httpx.Timeout(None, write=0.01), LARGE, httpx.WriteTimeout),
    ],
)
def test_the_limits_of_a_client_hold(limits: httpx.Timeout, size: int, raised: type[Exception]) -> None:
    async def asked() -> None:
        async def quiet(line: Line) -> None:
            held = asyncio.ensure_future(silent(line))
            await done.wait()
            held.cancel()

        done = asyncio.Event()
        async with serving(quiet) as (url, _), client() as asking:
            try:
                await asking.post(url, content=b"x" * size, timeout=limits)
            finally:
                done.set()

    with pytest.raises(raised):
        asyncio.run(asked())


async def asked_for(url: str, limits: httpx.Timeout | None = None) -> None:
    async with client() as asking:
        await asking.get(url, timeout=limits)


def test_what_cannot_be_connected_to_is_told_as_httpx_does() -> None:
    with pytest.raises(httpx.ConnectError, match="All connection attempts failed"):
        asyncio.run(asked_for("http://127.0.0.1:1/"))
    with pytest.raises(httpx.ConnectError, match=r"not known|resolution"):
        asyncio.run(asked_for("http://nowhere.invalid/"))
    with pytest.raises(httpx.UnsupportedProtocol, match="'ftp://'"):
        asyncio.run(asked_for("ftp://127.0.0.1/"))
    with pytest.raises(httpx.ConnectTimeout):
        asyncio.run(asked_for("http://127.0.0.1:1/", httpx.Timeout(None, connect=0.0)))
    with pytest.raises(httpx.LocalProtocolError):
        asyncio.run(asked_with("Illegal", "a\nb"))


async def asked_with(name: str, value: str) -> None:
    async with serving(keeping) as (url, _), client() as asking:
        await asking.get(url, headers={name: value})


@pytest.mark.parametrize("data", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nok", b"220 smtp\r\n\r\n"])
def test_an_answer_that_is_cut_off_or_none_is_told_as_such(data: bytes) -> None:
    async def broken(line: Line) -> None:
        await line.request()
        line.answer(data)

    with pytest.raises(httpx.RemoteProtocolError):
        asyncio.run(two_over(broken))


def test_a_connection_that_is_reset_is_told_as_such() -> None:
    async def resetting(line: Line) -> None:
        await line.request()
        line.writer.transport.abort()

    async def asked() -> None:
        async with serving(resetting) as (url, _), client() as asking:
            await asking.post(url, content=b"x" * LARGE)

    with pytest.raises(httpx.ReadError, match="reset"):
        asyncio.run(asked())
