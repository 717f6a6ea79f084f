"""A connection over which a server broke down is not used again: many close it then, and say so to nobody."""

from collections.abc import AsyncIterator
from http import HTTPStatus

import httpx


class _Parting(httpx.AsyncByteStream):
    """A body after which the connection is closed before anyone else can take it."""

    def __init__(self, body: httpx.AsyncByteStream, response: httpx.Response) -> None:
        self._body = body
        self._response = response

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for piece in self._body:
            yield piece

    async def aclose(self) -> None:
        if connection := self._response.extensions.get("network_stream"):
            await connection.aclose()
        await self._body.aclose()


async def part_after_breakdown(response: httpx.Response) -> None:
    """The hook for answers of an `httpx.AsyncClient`: one with a status from 500 ends its connection.

    A server whose application raised may answer and then close without the ``Connection: close`` that RFC 9112 (9.6)
    asks for. A request sent at that moment fails for no reason of its own, and nobody knows whether it was received.
    """
    if response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR and isinstance(response.stream, httpx.AsyncByteStream):
        response.stream = _Parting(response.stream, response)


PARTING = {"response": [part_after_breakdown]}
"""What a client is given as `event_hooks`."""
