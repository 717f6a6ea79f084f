"""The stub itself: a small HTTP server in the running event loop, with its record and its settings."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import asdict
from types import TracebackType
from typing import Final, Protocol, TypeAlias

from troth_verifiers.errors import UsageError
from troth_verifiers.stub.asked import Asked, Known, Refused, Reply
from troth_verifiers.stub.faults import HEADER, NONE, Fault, settings_in
from troth_verifiers.stub.wire import talk

API: Final = "/_troth"
"""Where a stub is asked about itself: ``GET /_troth/requests``, ``GET|PUT|DELETE /_troth/faults``."""


Tell: TypeAlias = Callable[[Known | Refused], None]
"""Is told of every request as it is answered or refused."""


class Book(Protocol):
    """What a stub answers from: the interactions of pacts, the examples of an OpenAPI document."""

    def look_up(self, asked: Asked) -> Known | Refused:
        """The answer to a request, or why there is none."""
        ...


class Stub:
    """Answers what its book knows; refuses the rest with 501, and keeps both.

    ::

        async with Stub(PactBook([contract])) as stub:
            httpx.get(f"{stub.url}/orders/7")
            assert not stub.refused

    `tell` is told of every request as it is answered or refused.
    """

    def __init__(
        self, book: Book, *, host: str = "127.0.0.1", port: int = 0, fault: Fault = NONE, tell: Tell | None = None
    ) -> None:
        self._book = book
        self._host = host
        self._port = port
        self._first_fault = fault
        self._tell = tell
        self._server: asyncio.Server | None = None
        self._talks: set[asyncio.Task[None]] = set()
        self.fault = fault
        self.answered: list[Known] = []
        self.refused: list[Refused] = []

    @property
    def url(self) -> str:
        """Where it listens, without a slash at the end."""
        assert self._server is not None, "the stub is not started"
        host, port = self._server.sockets[0].getsockname()[:2]
        return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

    async def __aenter__(self) -> "Stub":
        self._server = await asyncio.start_server(self._take, self._host, self._port)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        self._server.close()
        for one in self._talks:
            one.cancel()
        await asyncio.gather(*self._talks, return_exceptions=True)

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._talks.add(task)
        try:
            await talk(reader, writer, self._answer)
        except (OSError, asyncio.CancelledError):
            pass  # the other side has gone, or the stub ends
        finally:
            self._talks.discard(task)
            writer.close()

    async def _answer(self, asked: Asked) -> tuple[Reply, Fault]:
        if asked.path == API or asked.path.startswith(f"{API}/"):
            return self._about_itself(asked), NONE
        try:
            fault = self.fault.with_(settings_in(asked.header(HEADER)))
        except UsageError as error:
            return _problem(400, error.text), NONE
        found = self._book.look_up(asked)
        if self._tell is not None:
            self._tell(found)
        if isinstance(found, Refused):
            self.refused.append(found)
            return _problem(501, found.text), fault
        self.answered.append(found)
        return (_problem(fault.status, "a fault that was asked for") if fault.status else found.reply), fault

    def _about_itself(self, asked: Asked) -> Reply:
        match asked.method, asked.path.removeprefix(API):
            case "GET", "/requests":
                answered = [{"interaction": one.interaction, **_told(one.asked)} for one in self.answered]
                refused = [{"why": one.text, **_told(one.asked)} for one in self.refused]
                return _json(200, {"answered": answered, "refused": refused})
            case "DELETE", "/requests":
                self.answered.clear()
                self.refused.clear()
                return Reply(204)
            case "GET", "/faults":
                return _json(200, self.fault.as_json())
            case "DELETE", "/faults":
                self.fault = self._first_fault
                return Reply(204)
            case "PUT", "/faults":
                return self._set_faults(asked)
        return _problem(404, f"A stub is asked at {API}/requests and {API}/faults.")

    def _set_faults(self, asked: Asked) -> Reply:
        try:
            settings = json.loads(asked.content)
        except ValueError as error:
            return _problem(400, f"The faults are no JSON: {error}.")
        if not isinstance(settings, dict):
            return _problem(400, 'Faults are an object, such as {"latency": 200}.')
        try:
            self.fault = NONE.with_(settings)
        except UsageError as error:
            return _problem(400, error.text)
        return _json(200, self.fault.as_json())


def _told(asked: Asked) -> dict[str, object]:
    told = asdict(asked)
    told["content"] = asked.content.decode("utf-8", "replace")
    return told


def _json(status: int, value: object) -> Reply:
    return Reply(status, (("content-type", "application/json"),), json.dumps(value).encode())


def _problem(status: int, text: str) -> Reply:
    return _json(status, {"error": text})
