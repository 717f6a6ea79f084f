"""Connections that are used again: what our clients of httpx send their requests over.

A pool of httpx looks at every idle connection whenever a request begins or ends. Here each request has a transport of
its own, of one connection, and the one that was used last is taken from a stack: there are never more of them than
requests at once, and sixteen at once cost no more for each than one.
"""

import ssl
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from functools import cached_property
from http import HTTPStatus
from typing import Final

import httpx

ALONE: Final = httpx.Limits(max_connections=1, keepalive_expiry=5.0)
"""What one transport may have: many servers close a connection that was idle for longer."""

_NOBODY: Final = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Whom a connection believes that does without TLS; to say whom others believe takes a while."""


class Connections(httpx.AsyncBaseTransport):
    """A transport for one client; `trust` says whom to believe, when TLS is first spoken."""

    def __init__(self, trust: Callable[[], ssl.SSLContext]) -> None:
        self._trust = trust
        self._idle: defaultdict[tuple[str, str, int | None], list[httpx.AsyncHTTPTransport]] = defaultdict(list)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request over the connection to its server that was used last, or a new one."""
        url = request.url
        idle = self._idle[url.scheme, url.host, url.port]
        line = idle.pop() if idle else self._line(url)
        try:
            response = await line.handle_async_request(request)
        except BaseException:
            await line.aclose()
            raise
        response.stream = _Body(response, line, idle)
        return response

    async def aclose(self) -> None:
        """Close the connections that are idle."""
        for lines in self._idle.values():
            while lines:
                await lines.pop().aclose()

    def _line(self, url: httpx.URL) -> httpx.AsyncHTTPTransport:
        context = self._context if url.scheme == "https" else _NOBODY
        return httpx.AsyncHTTPTransport(context, trust_env=False, limits=ALONE)

    @cached_property
    def _context(self) -> ssl.SSLContext:
        return self._trust()


class _Body(httpx.AsyncByteStream):
    """The body of an answer; closed, it leaves the connection to the next request, or closes it too.

    A server whose application raised (a status from 500) may close without the ``Connection: close`` that RFC 9112
    (9.6) asks for. A request sent at that moment fails for no reason of its own, and nobody knows whether it came.
    """

    def __init__(
        self, response: httpx.Response, line: httpx.AsyncHTTPTransport, idle: list[httpx.AsyncHTTPTransport]
    ) -> None:
        assert isinstance(response.stream, httpx.AsyncByteStream)
        self._body = response.stream
        self._broke_down = response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR
        self._line: httpx.AsyncHTTPTransport | None = line
        self._idle = idle

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for piece in self._body:
            yield piece

    async def aclose(self) -> None:
        await self._body.aclose()
        line, self._line = self._line, None
        if line is None:
            return
        if self._broke_down:
            await line.aclose()
        else:
            self._idle.append(line)
