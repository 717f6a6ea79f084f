"""The address on 127.0.0.1 under which a run answers for provider states and messages.

Verifying libraries ask for both over HTTP. A state that cannot be had is answered with 409 and a reason: some of them
ask again and again, for minutes, when they are given a 5xx, 408 or 429. The path begins with a secret, so that nobody
else on the machine can set up states.
"""

import asyncio
import base64
import json
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

import h11

_MOST = 64 * 1024 * 1024
_PACE = 65_536
_SILENCE = 30.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What is sent back."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


Desk: TypeAlias = Callable[[bytes], Awaitable[Answer]]


def json_answer(value: object, status: int = 200) -> Answer:
    """A value as an answer in JSON; what JSON does not know (a date, a UUID) becomes a text."""
    return Answer(status, json.dumps(value, default=str).encode(), {"content-type": "application/json"})


def metadata_header(metadata: Mapping[str, object]) -> dict[str, str]:
    """The header in which a message's metadata travels."""
    return {"pact-message-metadata": base64.b64encode(json.dumps(dict(metadata)).encode()).decode()}


class Endpoint:
    """A small HTTP server inside the run's event loop; each path is answered by a desk."""

    def __init__(self) -> None:
        self._secret = secrets.token_urlsafe(16)
        self._desks: dict[str, Desk] = {}
        self._openers: dict[str, Callable[[str], None]] = {}
        self._server: asyncio.Server | None = None
        self._talks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> "Endpoint":
        self._server = await asyncio.start_server(self._take, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        for talk in self._talks:
            talk.cancel()
        await asyncio.gather(*self._talks, return_exceptions=True)

    @property
    def url(self) -> str:
        """The address with its secret, without a slash at the end."""
        assert self._server is not None
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/{self._secret}"

    def open(self, path: str, desk: Desk) -> None:
        """Answer a path, such as ``/0/7/state``, at this desk."""
        self._desks[f"/{self._secret}{path}"] = desk

    def shut(self, path: str) -> None:
        """Answer a path no longer."""
        self._desks.pop(f"/{self._secret}{path}", None)

    def open_when_asked(self, path: str, opener: Callable[[str], None]) -> None:
        """Call something with the ``7`` of ``/0/7/state`` when that is first asked for, so that it opens a desk there.

        `path` is ``/0``. With thousands of interactions, of which most ask for nothing, desks for all of them cost.
        """
        self._openers[f"/{self._secret}{path}"] = opener

    def shut_all(self, path: str) -> None:
        """Call it no longer."""
        self._openers.pop(f"/{self._secret}{path}", None)

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talk = asyncio.current_task()
        assert talk is not None
        self._talks.add(talk)
        try:
            async with asyncio.timeout(_SILENCE) as clock:
                received = await _receive(reader)
                clock.reschedule(None)  # how long the handlers may take is their business
                writer.write(_rendered(await self._answer(*received) if received else Answer(400, b"not HTTP")))
                await writer.drain()
        except (OSError, asyncio.CancelledError):
            pass  # the other side has gone, or the run is over
        finally:
            self._talks.discard(talk)
            writer.close()

    async def _answer(self, method: str, path: str, body: bytes) -> Answer:
        if path not in self._desks:
            part, _, name = path.rpartition("/")[0].rpartition("/")
            self._openers.get(part, _nobody)(name)
        desk = self._desks.get(path)
        if desk is None:
            return json_answer({"error": "nothing is asked for here"}, 404)
        if method != "POST":
            return json_answer({"error": "only POST is answered here"}, 405)
        return await desk(body)


def _nobody(_name: str) -> None:
    """Nothing is opened."""


async def _receive(reader: asyncio.StreamReader) -> tuple[str, str, bytes] | None:
    """Method, path and body of one request, or None if it is none."""
    talk, head, body = h11.Connection(h11.SERVER), None, bytearray()
    try:
        while True:
            event = talk.next_event()
            if event is h11.NEED_DATA:
                talk.receive_data(await reader.read(_PACE))
            elif isinstance(event, h11.Request):
                head = event
            elif isinstance(event, h11.Data):
                body += event.data
                if len(body) > _MOST:
                    return None
            elif isinstance(event, h11.EndOfMessage) and head is not None:
                return head.method.decode(), head.target.decode(), bytes(body)
            else:
                return None
    except h11.RemoteProtocolError:
        return None


def _rendered(answer: Answer) -> bytes:
    talk = h11.Connection(h11.SERVER)
    headers = {**answer.headers, "content-length": str(len(answer.body)), "connection": "close"}
    response = h11.Response(status_code=answer.status, headers=list(headers.items()), reason=b"OK")
    head = talk.send(response)
    return (head or b"") + answer.body
