"""An ASGI application on a port of its own: HTTP/1.1, websockets and the lifespan; as much as a replay needs."""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from importlib import import_module
from typing import Any, Final, TypeAlias
from urllib.parse import unquote

import h11

from troth_verifiers.calling import what_it_raised
from troth_verifiers.errors import TargetIncomplete

_PACE: Final = 65_536
STARTS: Final = 120.0
"""Seconds that an application may take to start."""
STOPS: Final = 30.0
"""Seconds that it may take to shut down."""
_SETTLES: Final = 1.0
"""Seconds that it is given to raise what it may after it has answered."""
Event: TypeAlias = MutableMapping[str, Any]
Application: TypeAlias = Callable[[Event, Callable[[], Awaitable[Event]], Callable[[Event], Awaitable[None]]], Any]


class AsgiServer:
    """Serves an application in the running event loop; `raised` is what it raised while answering."""

    def __init__(self, app: Application) -> None:
        self._app = app
        self._lifespan = _Lifespan(app)
        self._server: asyncio.Server | None = None
        self._talks: set[asyncio.Task[None]] = set()
        self._answering: set[asyncio.Future[None]] = set()
        self.raised: list[BaseException] = []

    async def start(self) -> str:
        """Start the application and listen; gives the URL."""
        await self._lifespan.start()
        self._server = await asyncio.start_server(self._take, "127.0.0.1", 0)
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def settle(self) -> None:
        """Wait, not for long, until it is done with every request: what it raises may come after its answer."""
        if self._answering:
            await asyncio.wait(self._answering, timeout=_SETTLES)

    async def stop(self) -> None:
        """Listen no longer, and let the application shut down."""
        if self._server is not None:
            self._server.close()
        for talk in self._talks:
            talk.cancel()
        if self._talks:
            await asyncio.wait(self._talks, timeout=STOPS)
        await self._lifespan.stop()

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talk = asyncio.current_task()
        assert talk is not None
        self._talks.add(talk)
        try:
            await self._talk(reader, writer)
        except (OSError, asyncio.CancelledError, h11.ProtocolError):
            pass  # the other side has gone or speaks no HTTP, or the server ends
        finally:
            self._talks.discard(talk)
            writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = h11.Connection(h11.SERVER)
        while (asked := await _receive(reader, writer, connection)) is not None:
            head, body = asked
            if _wants_socket(head):
                await self._socket(head, connection, reader, writer)
                return
            answer = _Answer(connection, writer, head.method == b"HEAD")
            done = asyncio.get_running_loop().create_future()
            self._answering.add(done)
            try:
                await self._app(self._scope(head, writer), _Asking(body).receive, answer.send)
            except Exception as error:  # noqa: BLE001 - an application may raise anything; the report shows it
                self.raised.append(error)
            else:
                if not answer.ended:
                    self.raised.append(RuntimeError("the application returned without a whole answer"))
            finally:
                self._answering.discard(done)
                done.set_result(None)
            if not answer.ended:
                if answer.started:
                    return
                await answer.apologise()
            await writer.drain()
            if connection.our_state is not h11.DONE or connection.their_state is not h11.DONE:
                return
            connection.start_next_cycle()

    async def _socket(
        self,
        head: h11.Request,
        connection: h11.Connection,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        """Hand a websocket to the application; the library that knows its frames comes with an extra."""
        try:
            sockets = import_module("troth_verifiers.sockets")
        except ImportError:
            writer.write(b"HTTP/1.1 501 Not Implemented\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            self.raised.append(TargetIncomplete("Websockets need the library websockets: pip install 'troth[graphql]'"))
            return
        rest, _ = connection.trailing_data
        try:
            await sockets.serve(self._app, self._scope(head, writer), head, rest, (reader, writer))
        except Exception as error:  # noqa: BLE001 - an application may raise anything; the report shows it
            self.raised.append(error)

    def _scope(self, head: h11.Request, writer: asyncio.StreamWriter) -> Event:
        return _scope(head, writer, dict(self._lifespan.state))


class _Lifespan:
    """The application's start and end, where it wants to know of them."""

    def __init__(self, app: Application) -> None:
        self._app = app
        self.state: dict[str, Any] = {}
        """What the application keeps for its requests; each gets a copy."""
        self._asked: asyncio.Queue[Event] = asyncio.Queue()
        self._told: asyncio.Queue[Event] = asyncio.Queue()
        self._task: asyncio.Task[Any] | None = None

    async def start(self) -> None:
        """Raises `TargetIncomplete` if the application says that it cannot start, or does not say that it has."""
        scope: Event = {"type": "lifespan", "asgi": {"version": "3.0", "spec_version": "2.0"}, "state": self.state}
        self._task = asyncio.ensure_future(self._app(scope, self._asked.get, self._told.put))
        try:
            told = await self._tell("lifespan.startup", STARTS)
        except TimeoutError:
            self._task.cancel()
            text = f"The application did not start within {STARTS:g} s: what its lifespan does first does not end."
            raise TargetIncomplete(text) from None
        if told.get("type") == "lifespan.startup.failed":
            raised = await self._raised()
            why = what_it_raised(raised) if raised else _last_line(told.get("message")) or "it gave no reason"
            raise TargetIncomplete(f"The application did not start: {why}") from raised

    async def _raised(self) -> BaseException | None:
        """What the application raised after it had said that it cannot start, as frameworks do."""
        assert self._task is not None
        await asyncio.wait({self._task}, timeout=_SETTLES)
        return self._task.exception() if self._task.done() and not self._task.cancelled() else None

    async def stop(self) -> None:
        if self._task is not None:
            with suppress(TimeoutError):
                await self._tell("lifespan.shutdown", STOPS)
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _tell(self, what: str, seconds: float) -> Event:
        """The application's answer; nothing if it does not speak of its lifespan. Raises `TimeoutError`."""
        assert self._task is not None
        self._asked.put_nowait({"type": what})
        answer = asyncio.ensure_future(self._told.get())
        await asyncio.wait({self._task, answer}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        if answer.done():
            return answer.result()
        answer.cancel()
        if not self._task.done():
            raise TimeoutError
        return {}


class _Asking:
    """A request's body, once; after that the other side stays until it has its answer."""

    def __init__(self, body: bytes) -> None:
        self._events: list[Event] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive(self) -> Event:
        if self._events:
            return self._events.pop()
        return await asyncio.get_running_loop().create_future()  # type: ignore[no-any-return]


class _Answer:
    """What the application sends, as HTTP."""

    def __init__(self, connection: h11.Connection, writer: asyncio.StreamWriter, without_body: bool) -> None:
        self._connection = connection
        self._writer = writer
        self._without_body = without_body
        self.ended = False
        self.started = False

    async def send(self, event: Event) -> None:
        if event["type"] == "http.response.start":
            headers = [(bytes(name), bytes(value)) for name, value in event.get("headers", ())]
            self._write(h11.Response(status_code=event["status"], headers=headers, reason=b""))
            self.started = True
        elif event["type"] == "http.response.body":
            if event.get("body") and not self._without_body:
                self._write(h11.Data(data=bytes(event["body"])))
            if not event.get("more_body"):
                self.ended = True
                self._write(h11.EndOfMessage())
            await self._writer.drain()

    async def apologise(self) -> None:
        """Answer for an application that raised."""
        headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", b"21")]
        await self.send({"type": "http.response.start", "status": 500, "headers": headers})
        await self.send({"type": "http.response.body", "body": b"Internal Server Error"})

    def _write(self, event: h11.Event) -> None:
        self._writer.write(self._connection.send(event) or b"")


async def _receive(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, connection: h11.Connection
) -> tuple[h11.Request, bytes] | None:
    head: h11.Request | None = None
    body = bytearray()
    while True:
        event = connection.next_event()
        if event is h11.NEED_DATA:
            if connection.they_are_waiting_for_100_continue:
                writer.write(connection.send(h11.InformationalResponse(status_code=100, headers=[])) or b"")
            connection.receive_data(await reader.read(_PACE))
        elif isinstance(event, h11.Request):
            head = event
        elif isinstance(event, h11.Data):
            body += event.data
        elif isinstance(event, h11.EndOfMessage) and head is not None:
            return head, bytes(body)
        else:
            return None


def _last_line(text: object) -> str:
    """Where an application tells a whole traceback, its last line says what happened."""
    return str(text or "").rstrip().rpartition("\n")[2]


def _wants_socket(head: h11.Request) -> bool:
    return any(name == b"upgrade" and value.lower() == b"websocket" for name, value in head.headers)


def _scope(head: h11.Request, writer: asyncio.StreamWriter, state: dict[str, Any]) -> Event:
    path, _, query = head.target.partition(b"?")
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": head.http_version.decode(),
        "method": head.method.decode(),
        "scheme": "http",
        "path": unquote(path.decode("latin-1")),
        "raw_path": path,
        "query_string": query,
        "root_path": "",
        "headers": [(bytes(name), bytes(value)) for name, value in head.headers],
        "client": writer.get_extra_info("peername")[:2],
        "server": writer.get_extra_info("sockname")[:2],
        "state": state,
    }


def why_not_started(error: BaseException) -> TargetIncomplete:
    """What is said where an application could not be served at all."""
    return TargetIncomplete(f"The application could not be started: {what_it_raised(error)}.")
