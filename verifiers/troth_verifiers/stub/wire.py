"""HTTP/1.1 over one connection of a stub: requests in, answers out, with the faults that are asked for."""

import asyncio
import socket
import struct
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final, TypeAlias

import h11

from troth_verifiers.stub.asked import Asked, Reply
from troth_verifiers.stub.faults import NONE, Fault
from troth_verifiers.stub.memory import pause
from troth_verifiers.stub.replies import problem

_PACE: Final = 65_536
_MOST: Final = 64 * 1024 * 1024
_TICK: Final = 0.05
"""Seconds between two drops of a body that is sent slowly."""

Answer: TypeAlias = Callable[[Asked], Awaitable[tuple[Reply, Fault]]]


@dataclass(frozen=True, slots=True)
class Streams:
    """A connection over which a websocket was asked for: by which request, and what came right after it."""

    head: h11.Request
    rest: bytes
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter


Socket: TypeAlias = Callable[[Asked, Streams], Awaitable[None]]


async def talk(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, answer: Answer, sockets: Socket | None = None
) -> None:
    """Answer requests until the other side has enough, or a fault ends it. A websocket is handed to `sockets`."""
    connection = h11.Connection(h11.SERVER)
    while True:
        try:
            received = await _receive(reader, writer, connection)
        except _Untaken as untaken:
            await _send(writer, connection, Asked("", "/"), untaken.reply, NONE)
            return
        if received is None:
            return
        head, asked = received
        if sockets is not None and asked.header("upgrade").lower() == "websocket":
            await sockets(asked, Streams(head, connection.trailing_data[0], reader, writer))
            return
        reply, fault = await answer(asked)
        if not await _send(writer, connection, asked, reply, fault):
            return
        if connection.our_state is not h11.DONE or connection.their_state is not h11.DONE:
            return
        connection.start_next_cycle()


class _Untaken(Exception):
    """A request that is not taken; `reply` says why."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.reply = problem(status, text)


async def _receive(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, connection: h11.Connection
) -> tuple[h11.Request, Asked] | None:
    """The next request; None where the other side has enough. Raises `_Untaken`."""
    body = bytearray()
    try:
        head = await _event(reader, writer, connection)
        if not isinstance(head, h11.Request):
            return None
        size = next((int(value) for name, value in head.headers if name == b"content-length"), 0)
        while size <= _MOST and isinstance(event := await _event(reader, writer, connection), h11.Data):
            body += event.data
            size = len(body)
    except h11.RemoteProtocolError as error:
        if connection.our_state not in (h11.IDLE, h11.SEND_RESPONSE):
            return None
        raise _Untaken(error.error_status_hint, f"What came is no request of HTTP/1.1: {error}.") from None
    if size > _MOST:
        raise _Untaken(413, f"A body is taken up to {_MOST // 1024 // 1024} MB.")
    headers = tuple((name.decode("latin-1"), _text(value)) for name, value in head.headers)
    secure = writer.get_extra_info("ssl_object") is not None
    return head, Asked(head.method.decode(), head.target.decode("latin-1"), headers, bytes(body), secure=secure)


async def _event(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, connection: h11.Connection) -> object:
    """What comes next; who waits for leave to send a body gets it."""
    while (event := connection.next_event()) is h11.NEED_DATA:
        if connection.they_are_waiting_for_100_continue:
            writer.write(connection.send(h11.InformationalResponse(status_code=100, headers=[])) or b"")
        connection.receive_data(await reader.read(_PACE))
    return event


async def _send(
    writer: asyncio.StreamWriter, connection: h11.Connection, asked: Asked, reply: Reply, fault: Fault
) -> bool:
    """Send an answer; whether the connection may go on."""
    if fault.latency or fault.jitter:
        await asyncio.sleep(pause(fault))
    if fault.reset:
        reset(writer)
        return False
    content = b"" if asked.method == "HEAD" or reply.status in _BODILESS else reply.content
    writer.write(connection.send(_head(reply)) or b"")
    cut = fault.truncate if 0 <= fault.truncate < len(content) else len(content)
    await _pour(writer, connection, content[:cut], fault.drip)
    if cut < len(content):
        await writer.drain()
        writer.transport.abort()
        return False
    writer.write(connection.send(h11.EndOfMessage()) or b"")
    await writer.drain()
    return True


def reset(writer: asyncio.StreamWriter) -> None:
    """Cut a connection as TCP does when something breaks (RST), so that the other side reads an error and no end."""
    with suppress(OSError):
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


_OURS: Final = ("content-length", "transfer-encoding", "connection")
_BODILESS: Final = (204, 304)
_REASONS: Final = {one.value: one.phrase.encode() for one in HTTPStatus}


def unsendable(reply: Reply) -> str | None:
    """Why HTTP cannot carry an answer, without a full stop; None where it can."""
    try:
        _head(reply)
    except h11.LocalProtocolError as error:
        return str(error).rstrip(".")
    return None


def _head(reply: Reply) -> h11.Response:
    """What goes before the body. Raises `h11.LocalProtocolError`."""
    headers = [(_bytes(name), _bytes(value)) for name, value in reply.headers if name.lower() not in _OURS]
    if reply.status not in _BODILESS:
        headers.append((b"content-length", b"%d" % len(reply.content)))
    return h11.Response(status_code=reply.status, headers=headers, reason=_REASONS.get(reply.status, b""))


def _text(value: bytes) -> str:
    """A header's value: clients write UTF-8 or Latin-1, and what is of the first is hardly ever meant as the second."""
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")


def _bytes(text: str) -> bytes:
    """A header's text: in Latin-1, as HTTP once had it and clients still read it, else in UTF-8."""
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace")


async def _pour(writer: asyncio.StreamWriter, connection: h11.Connection, content: bytes, drip: int) -> None:
    drop = max(1, int(drip * _TICK)) if drip else len(content)
    for start in range(0, len(content), drop or 1):
        writer.write(connection.send(h11.Data(data=content[start : start + drop])) or b"")
        if drip:
            await writer.drain()
            await asyncio.sleep(_TICK)
