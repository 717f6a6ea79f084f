"""HTTP/1.1 over one connection of a stub: requests in, answers out, with the faults that are asked for."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final, TypeAlias

import h11

from troth_verifiers.stub.asked import Asked, Reply
from troth_verifiers.stub.faults import Fault
from troth_verifiers.stub.memory import pause

_PACE: Final = 65_536
_MOST: Final = 64 * 1024 * 1024
_TICK: Final = 0.05
"""Seconds between two drops of a body that is sent slowly."""

Answer: TypeAlias = Callable[[Asked], Awaitable[tuple[Reply, Fault]]]


async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, answer: Answer) -> None:
    """Answer requests until the other side has enough, or a fault ends it."""
    connection = h11.Connection(h11.SERVER)
    while True:
        asked = await _receive(reader, connection)
        if asked is None:
            return
        reply, fault = await answer(asked)
        if not await _send(writer, connection, asked, reply, fault):
            return
        if connection.our_state is not h11.DONE or connection.their_state is not h11.DONE:
            return
        connection.start_next_cycle()


async def _receive(reader: asyncio.StreamReader, connection: h11.Connection) -> Asked | None:
    head: h11.Request | None = None
    body = bytearray()
    try:
        while True:
            event = connection.next_event()
            if event is h11.NEED_DATA:
                data = await reader.read(_PACE)
                connection.receive_data(data)
                if not data and head is None:
                    return None
            elif isinstance(event, h11.Request):
                head = event
            elif isinstance(event, h11.Data):
                body += event.data
                if len(body) > _MOST:
                    return None
            elif isinstance(event, h11.EndOfMessage) and head is not None:
                headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in head.headers)
                return Asked(head.method.decode(), head.target.decode("latin-1"), headers, bytes(body))
            else:
                return None
    except h11.RemoteProtocolError:
        return None


async def _send(
    writer: asyncio.StreamWriter, connection: h11.Connection, asked: Asked, reply: Reply, fault: Fault
) -> bool:
    """Send an answer; whether the connection may go on."""
    if fault.latency or fault.jitter:
        await asyncio.sleep(pause(fault))
    if fault.reset:
        writer.transport.abort()
        return False
    content = b"" if asked.method == "HEAD" else reply.content
    headers = [(name, value) for name, value in reply.headers if name.lower() not in _OURS]
    if reply.status != 204 and reply.status != 304:
        headers.append(("content-length", str(len(reply.content))))
    writer.write(connection.send(h11.Response(status_code=reply.status, headers=headers, reason=b"")) or b"")
    cut = fault.truncate if 0 <= fault.truncate < len(content) else len(content)
    await _pour(writer, connection, content[:cut], fault.drip)
    if cut < len(content):
        await writer.drain()
        writer.transport.abort()
        return False
    writer.write(connection.send(h11.EndOfMessage()) or b"")
    await writer.drain()
    return True


_OURS: Final = ("content-length", "transfer-encoding", "connection")


async def _pour(writer: asyncio.StreamWriter, connection: h11.Connection, content: bytes, drip: int) -> None:
    drop = max(1, int(drip * _TICK)) if drip else len(content)
    for start in range(0, len(content), drop or 1):
        writer.write(connection.send(h11.Data(data=content[start : start + drop])) or b"")
        if drip:
            await writer.drain()
            await asyncio.sleep(_TICK)
