"""Operations of GraphQL over a websocket, by the protocol graphql-transport-ws: each gets its events, then the end.

The protocol and its codes are those of https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any, Final, TypeAlias

from troth_schemas.json_body import Document, Json
from troth_verifiers import sockets
from troth_verifiers.errors import UsageError
from troth_verifiers.stub.asked import SUBSCRIBE, Asked, Known, Refused
from troth_verifiers.stub.faults import ON_PURPOSE, Fault
from troth_verifiers.stub.memory import Memory, pause
from troth_verifiers.stub.wire import Streams, reset

PROTOCOL: Final = "graphql-transport-ws"
_NOT_ACCEPTABLE: Final = 4406

LookUp: TypeAlias = Callable[[Asked], Awaitable[Known | Refused]]
Send: TypeAlias = Callable[[Mapping[str, Any]], Awaitable[None]]


class Subscriptions:
    """What a stub does with websockets: it looks operations up as those that come by HTTP, and keeps what it was asked.

    An operation's faults are those of the stub, or of the header of the handshake: each event is late, the connection
    is cut after so many of them, or the operation ends with an error.
    """

    def __init__(self, look_up: LookUp, memory: Memory) -> None:
        self._look_up = look_up
        self._memory = memory

    async def serve(self, asked: Asked, streams: Streams) -> None:
        """Talk until either side has enough."""

        async def run(scope: Mapping[str, Any], receive: Callable[[], Awaitable[Any]], send: Send) -> None:
            talk = _Talk(self, asked, send, streams.writer)
            await talk.run(PROTOCOL in scope["subprotocols"], receive)

        await sockets.serve(run, {}, streams.head, streams.rest, (streams.reader, streams.writer))

    async def known(self, asked: Asked) -> tuple[Known | Refused, Fault]:
        """What becomes of an operation, which is kept, and its faults. Raises `UsageError`."""
        fault = self._memory.fault_of(asked)
        found = await self._look_up(asked)
        self._memory.keep(found)
        return found, fault


class _Closed(Exception):
    """The other side does not keep to the protocol; `code` says how."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code


class _Talk:
    """One websocket."""

    def __init__(self, whole: Subscriptions, asked: Asked, send: Send, writer: asyncio.StreamWriter) -> None:
        self._whole = whole
        self._asked = asked
        self._send = send
        self._writer = writer
        self._begun = False
        self._running: dict[str, asyncio.Task[None]] = {}

    async def run(self, offered: bool, receive: Callable[[], Awaitable[Any]]) -> None:
        """Answer until the other side goes, or breaks the protocol."""
        await receive()
        await self._send({"type": "websocket.accept", "subprotocol": PROTOCOL if offered else None})
        if not offered:
            await self._close(_NOT_ACCEPTABLE, f"Subprotocol not acceptable: offer {PROTOCOL}")
            return
        try:
            while (event := await receive())["type"] == "websocket.receive":
                await self._take(_read(event))
        except _Closed as closed:
            await self._close(closed.code, str(closed))
        finally:
            for task in self._running.values():
                task.cancel()
            await asyncio.gather(*self._running.values(), return_exceptions=True)

    async def _take(self, message: Document) -> None:
        match message.get("type"):
            case "connection_init" if self._begun:
                raise _Closed(4429, "Too many initialisation requests")
            case "connection_init":
                self._begun = True
                await self._say({"type": "connection_ack"})
            case "ping":
                await self._say({"type": "pong"})
            case "pong":
                pass
            case "subscribe":
                self._subscribe(message)
            case "complete":
                if (task := self._running.pop(str(message.get("id")), None)) is not None:
                    task.cancel()
            case _:
                raise _Closed(4400, f"Invalid message: the type {str(message.get('type'))[:50]!r} is not known")

    def _subscribe(self, message: Document) -> None:
        name, payload = message.get("id"), message.get("payload")
        if not self._begun:
            raise _Closed(4401, "Unauthorized: connection_init comes first")
        if not isinstance(name, str) or not name or not isinstance(payload, dict):
            raise _Closed(4400, "Invalid message: subscribe has an `id` and a `payload`")
        if name in self._running:
            raise _Closed(4409, f"Subscriber for {name[:50]} already exists")
        asked = replace(self._asked, method=SUBSCRIBE, content=json.dumps(payload).encode(), protocol="graphql")
        self._running[name] = asyncio.ensure_future(self._answer(name, asked))

    async def _answer(self, name: str, asked: Asked) -> None:
        try:
            found, fault = await self._whole.known(asked)
        except UsageError as error:
            await self._end(name, error.text)
            return
        if isinstance(found, Refused) or fault.status:
            await asyncio.sleep(pause(fault))
            await self._end(name, found.text if isinstance(found, Refused) else ON_PURPOSE)
            return
        if fault.reset:
            await asyncio.sleep(pause(fault))
            reset(self._writer)
            return
        for number, event in enumerate(json.loads(found.reply.content)):
            if 0 <= fault.truncate <= number:
                self._writer.transport.abort()
                return
            size = len(json.dumps(event))
            await asyncio.sleep(pause(fault) + (size / fault.drip if fault.drip else 0))
            await self._say({"id": name, "type": "next", "payload": event})
        self._running.pop(name, None)
        await self._say({"id": name, "type": "complete"})

    async def _end(self, name: str, text: str) -> None:
        self._running.pop(name, None)
        await self._say({"id": name, "type": "error", "payload": [{"message": text}]})

    async def _close(self, code: int, reason: str) -> None:
        await self._send({"type": "websocket.close", "code": code, "reason": reason})

    async def _say(self, message: Document) -> None:
        await self._send({"type": "websocket.send", "text": json.dumps(message, ensure_ascii=False)})


def _read(event: Mapping[str, Any]) -> Document:
    try:
        message: Json = json.loads(event.get("text") or "")
    except (ValueError, RecursionError):
        message = None
    if not isinstance(message, dict):
        raise _Closed(4400, "Invalid message: it is no object in JSON")
    return message
