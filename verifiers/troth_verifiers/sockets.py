"""A websocket on the side of the server, as an ASGI application sees it.

The frames are those of the library websockets, which does no I/O here.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Any, Final

import h11
from websockets.exceptions import ProtocolError
from websockets.frames import Frame, Opcode
from websockets.http11 import Request
from websockets.server import ServerProtocol

_PACE: Final = 65_536
_MOST: Final = 64 * 1024 * 1024
_GOING_AWAY: Final = 1001
_BROKE: Final = 1011
_NO_CODE: Final = 1005
_REFUSED: Final = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
_FAILED: Final = b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"

Run = Callable[[Mapping[str, Any], Callable[[], Awaitable[Any]], Callable[[Any], Awaitable[None]]], Awaitable[Any]]


async def serve(
    run: Run,
    scope: Mapping[str, Any],
    head: h11.Request,
    rest: bytes,
    streams: tuple[asyncio.StreamReader, asyncio.StreamWriter],
) -> None:
    """Hand one websocket to an application until either side ends it; `rest` is what came right after the request.

    What the application raises is raised here, once the other side was told.
    """
    talk = _Talk(head, *streams)
    talk.take(rest)
    reading = asyncio.ensure_future(talk.read())
    try:
        await run(_scope(scope, head), talk.receive, talk.send)
    except Exception:
        await talk.end(_BROKE)
        raise
    finally:
        reading.cancel()
        await talk.end(_GOING_AWAY)
        await asyncio.gather(reading, return_exceptions=True)


class _Talk:
    """One websocket: what the application receives of it, and what it sends."""

    def __init__(self, head: h11.Request, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self._protocol = ServerProtocol(max_size=_MOST)
        self._events: asyncio.Queue[Mapping[str, Any]] = asyncio.Queue()
        self._parts: list[bytes] = []
        self._is_text = False
        self._accepted = self._over = False
        lines = b"".join(b"%b: %b\r\n" % (bytes(name), bytes(value)) for name, value in head.headers)
        self._protocol.receive_data(b"GET %b HTTP/1.1\r\n%b\r\n" % (head.target, lines))
        (self._request,) = (one for one in self._protocol.events_received() if isinstance(one, Request))
        self._events.put_nowait({"type": "websocket.connect"})

    async def receive(self) -> Mapping[str, Any]:
        """The next event; after a disconnect there is none any more."""
        return await self._events.get()

    async def send(self, event: Mapping[str, Any]) -> None:
        """What the application says."""
        kind = event["type"]
        if self._over:
            raise OSError("the websocket is closed")
        if kind == "websocket.accept":
            self._accept(event)
        elif kind == "websocket.close" and not self._accepted:
            self._over = True
            self._writer.write(_REFUSED)
        elif kind == "websocket.close":
            self._over = True
            self._protocol.send_close(event.get("code") or 1000, event.get("reason") or "")
        elif kind == "websocket.send":
            if event.get("bytes") is not None:
                self._protocol.send_binary(event["bytes"])
            else:
                self._protocol.send_text(event["text"].encode())
        else:
            raise RuntimeError(f"{kind} is no event of a websocket")
        await self._flush()

    async def read(self) -> None:
        """Take what comes, until nothing more does."""
        with suppress(OSError):  # a connection that is reset is one that ends
            while data := await self._reader.read(_PACE):
                self.take(data)
                await self._flush()
        self._leave(1006)

    def take(self, data: bytes) -> None:
        """Bytes from the other side."""
        if not data:
            return
        self._protocol.receive_data(data)
        for frame in self._protocol.events_received():
            if isinstance(frame, Frame):
                self._frame(frame)
        if isinstance(self._protocol.parser_exc, ProtocolError):
            self._leave(1002)

    async def end(self, code: int) -> None:
        """Close it, if nobody has."""
        if self._over:
            return
        self._over = True
        if self._accepted:
            self._protocol.send_close(code)
        else:
            self._writer.write(_FAILED)
        with suppress(OSError):  # the other side has gone without a word
            await self._flush()

    def _accept(self, event: Mapping[str, Any]) -> None:
        response = self._protocol.accept(self._request)
        if response.status_code == 101:
            if event.get("subprotocol"):
                response.headers["Sec-WebSocket-Protocol"] = event["subprotocol"]
            for name, value in event.get("headers", ()):
                response.headers[bytes(name).decode("latin-1")] = bytes(value).decode("latin-1")
        self._protocol.send_response(response)
        self._accepted = True

    def _frame(self, frame: Frame) -> None:
        if frame.opcode is Opcode.CLOSE:
            self._leave(int.from_bytes(frame.data[:2]) or _NO_CODE)
        elif frame.opcode in (Opcode.TEXT, Opcode.BINARY, Opcode.CONT):
            if frame.opcode is not Opcode.CONT:
                self._is_text = frame.opcode is Opcode.TEXT
            self._parts.append(bytes(frame.data))
            if frame.fin:
                whole, self._parts = b"".join(self._parts), []
                inner = {"text": whole.decode("utf-8", "replace")} if self._is_text else {"bytes": whole}
                self._events.put_nowait({"type": "websocket.receive", **inner})

    def _leave(self, code: int) -> None:
        self._over = True
        self._events.put_nowait({"type": "websocket.disconnect", "code": code, "reason": ""})

    async def _flush(self) -> None:
        for data in self._protocol.data_to_send():
            if data:
                self._writer.write(data)
        await self._writer.drain()


def _scope(scope: Mapping[str, Any], head: h11.Request) -> Mapping[str, Any]:
    asked = [value.decode("latin-1") for name, value in head.headers if name == b"sec-websocket-protocol"]
    protocols = [one.strip() for value in asked for one in value.split(",") if one.strip()]
    kept = {name: value for name, value in scope.items() if name != "method"}
    return {**kept, "type": "websocket", "scheme": "ws", "subprotocols": protocols}
