"""A connection as bytes: what came is kept until somebody reads it, also when the other side has closed since."""

import asyncio
import select
from collections import deque
from typing import Final, cast

_MOST: Final = 1024 * 1024
"""Bytes that may wait to be read before the other side has to wait."""


class Wire(asyncio.Protocol):
    """One connection, as `create_connection` makes it; read and written by one task at a time."""

    def __init__(self) -> None:
        self._came: deque[bytes] = deque()
        self._size = 0
        self._over = self._lost = False
        self._full = False
        self._error: OSError | None = None
        self._waiting: asyncio.Future[None] | None = None

    @property
    def is_quiet(self) -> bool:
        """Whether the other side neither closed the connection nor sent anything that was not read."""
        return not self._over and not self._came and not self._transport.is_closing() and not self._is_readable()

    def write(self, data: bytes) -> bool:
        """Send, in any case; False where `written` is to be waited for before there is more."""
        if not self._over and not self._transport.is_closing():
            self._transport.write(data)
        return not self._full

    async def written(self) -> None:
        """Wait until the other side has taken nearly all, or will take nothing any more."""
        while self._full and not self._over:
            await self._something()

    async def read(self) -> bytes:
        """What came, at least a byte of it; nothing at the end. Raises OSError where the connection broke."""
        while not self._came:
            if self._error is not None:
                raise self._error
            if self._over:
                return b""
            await self._something()
        data = self._came.popleft()
        if self._size > _MOST >= self._size - len(data) and not self._over:
            self._transport.resume_reading()
        self._size -= len(data)
        return data

    def abort(self) -> None:
        """Close at once."""
        self._transport.abort()

    async def closed(self) -> None:
        """Wait until it is closed."""
        while not self._lost:
            await self._something()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The connection stands."""
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Something came."""
        self._came.append(data)
        if self._size <= _MOST < self._size + len(data):
            self._transport.pause_reading()
        self._size += len(data)
        self._wake()

    def eof_received(self) -> None:
        """The other side sends no more."""
        self._over = True
        self._wake()

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is gone."""
        self._over = self._lost = True
        if isinstance(exc, OSError):
            self._error = exc
        self._wake()

    def pause_writing(self) -> None:
        """The other side does not take so much."""
        self._full = True

    def resume_writing(self) -> None:
        """It does again."""
        self._full = False
        self._wake()

    async def _something(self) -> None:
        self._waiting = asyncio.get_running_loop().create_future()
        try:
            await self._waiting
        finally:
            self._waiting = None

    def _wake(self) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)

    def _is_readable(self) -> bool:
        """Whether something came that the event loop has not yet told of, such as the end."""
        socket = self._transport.get_extra_info("socket")
        if socket is None or socket.fileno() < 0:
            return True
        if not hasattr(select, "poll"):
            return bool(select.select([socket], [], [], 0)[0])
        asked = select.poll()
        asked.register(socket.fileno(), select.POLLIN)
        return bool(asked.poll(0))
