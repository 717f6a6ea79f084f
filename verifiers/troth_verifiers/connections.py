"""HTTP/1.1 connections that are used again: what our clients of httpx send their requests over.

The pool that httpx brings looks at every idle connection whenever a request begins or ends, and hands each piece
through a dozen layers: half of what a small request costs. Here the connection that was used last is taken from a
stack, so that there are never more of them than requests at once. One is not used again

- after it was idle for `IDLE` seconds, as many servers close it then;
- when the server closed it or sent something that nobody asked for;
- after an answer with a status from 500: a server whose application raised may close without the ``Connection: close``
  that RFC 9112 (9.6) asks for, and a request sent at that moment fails for no reason of its own.
"""

import asyncio
import socket
import ssl
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping
from functools import partial
from http import HTTPStatus
from typing import Final, TypeAlias

import h11
import httpx

from troth_verifiers.wires import Wire

IDLE: Final = 5.0
"""Seconds."""
_PACE: Final = 65_536
"""Bytes that are gathered before they are sent."""
_LONGEST_HEAD: Final = 102_400
_HEAD_START: Final = 0.25
"""Seconds that one address of a host has before the next is tried as well (RFC 8305)."""

_Origin: TypeAlias = tuple[str, str, int]
_Limits: TypeAlias = Mapping[str, float | None]


class Connections(httpx.AsyncBaseTransport):
    """A transport for one client; `verify` is whom to believe over TLS, False for anyone.

    Raises what httpx's own does.
    """

    def __init__(self, verify: ssl.SSLContext | bool) -> None:
        self._verify = verify
        self._context: ssl.SSLContext | None = None
        self._idle: defaultdict[_Origin, list[_Connection]] = defaultdict(list)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request and read the head of its answer."""
        limits: _Limits = request.extensions.get("timeout", {})
        origin = _origin(request.url)
        connection = self._kept(origin) or _Connection(await self._opened(origin, limits.get("connect")))
        try:
            await connection.send(request, limits)
            head = await connection.head(limits)
        except BaseException:
            connection.wire.abort()
            raise
        return httpx.Response(
            head.status_code,
            headers=head.headers.raw_items(),
            stream=_Body(connection, limits, self._idle[origin], may_stay=head.status_code < _BROKEN_DOWN),
            extensions={"http_version": b"HTTP/" + head.http_version, "reason_phrase": head.reason},
        )

    async def aclose(self) -> None:
        """Close the connections that are idle."""
        for stack in self._idle.values():
            while stack:
                wire = stack.pop().wire
                wire.abort()
                await wire.closed()

    def _kept(self, origin: _Origin) -> "_Connection | None":
        """The connection that was used last, if it is still good."""
        stack = self._idle[origin]
        while stack:
            last = stack.pop()
            if last.is_good:
                return last
            last.wire.abort()
        return None

    async def _opened(self, origin: _Origin, limit: float | None) -> Wire:
        scheme, host, port = origin
        loop = asyncio.get_running_loop()
        connect = loop.create_connection
        if isinstance(loop, asyncio.BaseEventLoop):  # others do not know how to hasten
            connect = partial(connect, happy_eyeballs_delay=_HEAD_START)
        tls = self._tls() if scheme == "https" else None
        try:
            async with asyncio.timeout(limit):
                _, wire = await connect(Wire, host, port, ssl=tls, server_hostname=host if tls else None)
        except TimeoutError as error:
            raise httpx.ConnectTimeout(str(error)) from error
        except (ssl.SSLError, socket.gaierror, UnicodeError) as error:
            raise httpx.ConnectError(str(error)) from error
        except OSError as error:
            raise httpx.ConnectError("All connection attempts failed") from error
        return wire

    def _tls(self) -> ssl.SSLContext:
        if self._context is None:
            self._context = httpx.create_ssl_context(self._verify, trust_env=False)
            self._context.set_alpn_protocols(["http/1.1"])
        return self._context


_BROKEN_DOWN: Final = HTTPStatus.INTERNAL_SERVER_ERROR


def _origin(url: httpx.URL) -> _Origin:
    if url.scheme not in ("http", "https"):
        raise httpx.UnsupportedProtocol(f"Request URL has an unsupported protocol '{url.scheme}://'.")
    return url.scheme, url.raw_host.decode("ascii"), url.port or (443 if url.scheme == "https" else 80)


class _Connection:
    """HTTP/1.1 over one wire, one request after the other."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self._talk = h11.Connection(h11.CLIENT, max_incomplete_event_size=_LONGEST_HEAD)
        self._idle_since = 0.0

    @property
    def is_good(self) -> bool:
        """Whether it can be used again now."""
        return time.monotonic() - self._idle_since < IDLE and self.wire.is_quiet

    async def send(self, request: httpx.Request, limits: _Limits) -> None:
        """Send all of a request, as far as the server takes it: it may answer before, and that is what counts."""
        talk = self._talk
        assert isinstance(request.stream, httpx.AsyncByteStream)
        try:
            gathered = talk.send(
                h11.Request(method=request.method, target=request.url.raw_path, headers=request.headers.raw)
            )
            async for piece in request.stream:
                gathered = (gathered or b"") + (talk.send(h11.Data(data=piece)) or b"")
                if len(gathered) > _PACE:
                    await self._write(gathered, limits)
                    gathered = b""
            await self._write((gathered or b"") + (talk.send(h11.EndOfMessage()) or b""), limits)
        except h11.LocalProtocolError as error:
            raise httpx.LocalProtocolError(str(error)) from error

    async def head(self, limits: _Limits) -> h11.Response | h11.InformationalResponse:
        """The head of the answer; that of a change of protocols counts as one."""
        while True:
            event = await self.event(limits)
            if isinstance(event, h11.Response) or (
                isinstance(event, h11.InformationalResponse) and event.status_code == HTTPStatus.SWITCHING_PROTOCOLS
            ):
                return event

    async def event(self, limits: _Limits) -> object:
        """What comes next."""
        talk = self._talk
        try:
            while (event := talk.next_event()) is h11.NEED_DATA:
                data = await self._read(limits)
                if not data and talk.their_state is h11.SEND_RESPONSE:
                    raise httpx.RemoteProtocolError("Server disconnected without sending a response.")
                talk.receive_data(data)
        except h11.RemoteProtocolError as error:
            raise httpx.RemoteProtocolError(str(error)) from error
        return event

    def over(self) -> bool:
        """End an exchange; tells whether the connection can be used for another."""
        talk = self._talk
        if talk.our_state is not h11.DONE or talk.their_state is not h11.DONE or talk.trailing_data[0]:
            return False
        talk.start_next_cycle()
        self._idle_since = time.monotonic()
        return True

    async def _write(self, data: bytes, limits: _Limits) -> None:
        if self.wire.write(data):
            return
        try:
            async with asyncio.timeout(limits.get("write")):
                await self.wire.written()
        except TimeoutError as error:
            raise httpx.WriteTimeout(str(error)) from error

    async def _read(self, limits: _Limits) -> bytes:
        try:
            async with asyncio.timeout(limits.get("read")):
                return await self.wire.read()
        except TimeoutError as error:
            raise httpx.ReadTimeout(str(error)) from error
        except OSError as error:
            raise httpx.ReadError(str(error)) from error


class _Body(httpx.AsyncByteStream):
    """The body of an answer; closed, it leaves the connection to the next request, or closes it too."""

    def __init__(self, connection: _Connection, limits: _Limits, idle: list[_Connection], *, may_stay: bool) -> None:
        self._connection: _Connection | None = connection
        self._limits = limits
        self._idle = idle
        self._may_stay = may_stay

    async def __aiter__(self) -> AsyncIterator[bytes]:
        assert self._connection is not None
        while isinstance(event := await self._connection.event(self._limits), h11.Data):
            yield bytes(event.data)

    async def aclose(self) -> None:
        connection, self._connection = self._connection, None
        if connection is None:
            return
        if connection.over() and self._may_stay:
            self._idle.append(connection)
        else:
            connection.wire.abort()
