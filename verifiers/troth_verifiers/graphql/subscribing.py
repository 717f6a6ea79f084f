"""Subscriptions over the protocol graphql-transport-ws: the events that come, in their order, within a bounded time."""

import asyncio
import json
import ssl
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Final
from urllib.parse import urlsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus, NegotiationError
from websockets.typing import Subprotocol

from troth_schemas.json_body import Document, Json
from troth_verifiers.api import Exchange, Interaction, Mismatch, Outgoing, Payload, Target
from troth_verifiers.errors import ProviderTimedOut, ProviderUnreachable
from troth_verifiers.filtering import filtered
from troth_verifiers.graphql.asked import Asked, Place
from troth_verifiers.graphql.judging import error_text
from troth_verifiers.graphql.sending import endpoint, payload
from troth_verifiers.json_bodies import read_alike
from troth_verifiers.pact.own.sending import shown
from troth_verifiers.preflight import check, trust

PROTOCOL: Final = "graphql-transport-ws"
_MOST: Final = 64 * 1024 * 1024
_ID: Final = "1"
_OF_ONE: Final = ("next", "error", "complete")
"""The messages that belong to a subscription, which they name."""
_UNSENT: Final = ("host", "content-length", "connection", "upgrade")


@dataclass(slots=True)
class Heard:
    """What came over one subscription: its events, and whether and how it ended before all of them had come.

    ``refusal`` is what makes it a failure of its own; ``silent`` that the time was over. What comes after all that
    were ``wanted`` is nobody's concern. ``failing`` are the events that are to have errors: where one of them is next,
    errors that end the subscription are it.
    """

    wanted: int
    failing: Collection[int] = ()
    events: list[Document] = field(default_factory=list)
    refusal: Mismatch | None = None
    silent: bool = False
    completed: bool = False
    began: float = field(default_factory=time.monotonic)
    timings: dict[str, float] = field(default_factory=dict)

    @property
    def enough(self) -> bool:
        """Whether all that were wanted have come."""
        return len(self.events) >= self.wanted

    @property
    def over(self) -> bool:
        """Whether nothing more is to be waited for."""
        return self.enough or self.completed or self.refusal is not None

    def exchange(self, asked: Asked, url: str, sent: Outgoing) -> Exchange:
        """What was sent and what came, as people are shown it."""
        text = json.dumps(payload(asked), ensure_ascii=False).encode()
        came = "\n".join(json.dumps(one, ensure_ascii=False) for one in self.events).encode()
        count = len(self.events)
        summary = f"{count} event{'' if count == 1 else 's'}{', then complete' if self.completed else ''}"
        received = Payload(summary, (), shown(came), len(came))
        return Exchange(
            "graphql", Payload(f"subscribe {url}", sent.headers, shown(text), len(text)), received, dict(self.timings)
        )


def address(target: Target, place: Place) -> str:
    """Where subscriptions are opened: an address of their own, else that of operations."""
    given = target.others.get("graphql-ws")
    if given:
        return _socket(given)
    if place.subscriptions and target.url and not target.others.get("graphql"):
        return _socket(f"{target.url.rstrip('/')}/{place.subscriptions.lstrip('/')}")
    return _socket(endpoint(target, place))


def _socket(url: str) -> str:
    scheme, _, rest = url.partition("://")
    return f"{scheme.lower().replace('http', 'ws', 1)}://{rest}"


async def listen(
    asked: Asked,
    expected: Sequence[Json],
    interaction: Interaction,
    target: Target,
    place: Place,
    trigger: Callable[[], Awaitable[None]],
) -> tuple[Heard, Exchange]:
    """Subscribe, let the trigger go, and wait for the events; raises a `ProviderUnreachable` where nobody is there.

    What the trigger raises is passed on.
    """
    url, heard = address(target, place), Heard(len(expected), _failing(expected))
    headers = tuple({name.lower(): (name, value) for name, value in (*asked.headers, *target.headers)}.values())
    request = await filtered(Outgoing("GET", url, headers), interaction, target)
    try:
        async with asyncio.timeout(target.timeout) as clock, _opened(request, target, heard) as socket:
            if socket is not None:
                await _heard(socket, asked, heard, trigger)
    except TimeoutError:
        if not clock.expired():
            raise
        if "open" not in heard.timings:
            raise ProviderTimedOut(url, f"The provider opened no websocket within {target.timeout:g} s.") from None
        heard.silent = True
    heard.timings["whole"] = time.monotonic() - heard.began
    return heard, heard.exchange(asked, url, request)


def _failing(expected: Sequence[Json]) -> set[int]:
    """The events that are to have errors."""
    return {index for index, one in enumerate(expected) if isinstance(one, dict) and one.get("errors")}


@asynccontextmanager
async def _opened(request: Outgoing, target: Target, heard: Heard) -> AsyncGenerator[ClientConnection | None]:
    """The websocket; None where the server refuses it, which is then told in `heard`."""
    url = request.url
    headers = [(name, value) for name, value in request.headers if name.lower() not in _UNSENT]
    context: ssl.SSLContext | None = trust(target) if urlsplit(url).scheme == "wss" else None
    try:
        socket = await connect(
            url,
            subprotocols=[Subprotocol(PROTOCOL)],
            additional_headers=headers,
            ssl=context,
            open_timeout=None,
            close_timeout=1,
            ping_interval=None,
            max_size=_MOST,
            proxy=None,
        )
    except InvalidStatus as refused:
        status = refused.response.status_code
        text = f"The provider refused the websocket with the status {status}."
        heard.refusal = Mismatch("status", "", text, "101", str(status))
    except NegotiationError as refused:
        heard.refusal = _other_protocol(str(refused))
    except (OSError, InvalidHandshake, ConnectionClosed, EOFError) as error:
        await check(replace(target, url=f"http{url.removeprefix('ws')}"))
        raise ProviderUnreachable(url, f"The provider broke off: {error or type(error).__name__}.") from None
    if heard.refusal is not None:
        yield None
        return
    try:
        if socket.subprotocol == PROTOCOL:
            yield socket
        else:
            heard.refusal = _other_protocol(f"it chose {socket.subprotocol or 'none'}")
            yield None
    finally:
        await socket.close()


def _other_protocol(why: str) -> Mismatch:
    text = f"The provider does not speak the subprotocol {PROTOCOL}: {why}."
    return Mismatch("subprotocol", "", text, PROTOCOL, why)


async def _heard(socket: ClientConnection, asked: Asked, heard: Heard, trigger: Callable[[], Awaitable[None]]) -> None:
    """Everything that comes until there are enough events, or the subscription ends."""
    heard.timings["open"] = time.monotonic() - heard.began
    try:
        opening: Document = {"payload": asked.connection} if asked.connection else {}
        await _say(socket, {"type": "connection_init", **opening})
        await _acknowledged(socket, heard)
        if heard.refusal is None:
            await _say(socket, {"id": _ID, "type": "subscribe", "payload": payload(asked)})
            await _say(socket, {"type": "ping"})  # its answer shows that the subscription was read, too
            await _until(socket, heard, "pong")
            await trigger()
        while not heard.over:
            _noted(heard, await _next(socket))
        if not heard.completed:
            await _say(socket, {"id": _ID, "type": "complete"})
    except ConnectionClosed as closed:
        if not heard.over:
            reason = closed.rcvd.reason if closed.rcvd else ""
            code = f" with {closed.rcvd.code}{f' ({reason})' if reason else ''}" if closed.rcvd else ""
            came = f"after {len(heard.events)} of {heard.wanted} events"
            text = f"The provider closed the websocket{code} {came}."
            heard.refusal = Mismatch("events", "$.events", text, str(heard.wanted), str(len(heard.events)))


async def _acknowledged(socket: ClientConnection, heard: Heard) -> None:
    """Wait until the other side takes the connection, before which it has nothing to say of a subscription."""
    kind: Json = "pong"
    while kind == "pong":
        message = await _next(socket)
        kind = message.get("type") if isinstance(message, dict) else None
    if kind != "connection_ack":
        heard.refusal = _no_message(message)


async def _until(socket: ClientConnection, heard: Heard, kind: str) -> None:
    while not heard.over:
        message = await _next(socket)
        if isinstance(message, dict) and message.get("type") == kind:
            return
        _noted(heard, message)


async def _next(socket: ClientConnection) -> Json:
    """The next message; pings are answered on the way."""
    while True:
        text = await socket.recv()
        try:
            message = read_alike(text)
        except (ValueError, RecursionError):
            return text if isinstance(text, str) else repr(text)
        if isinstance(message, dict) and message.get("type") == "ping":
            await _say(socket, {"type": "pong"})
            continue
        return message


def _noted(heard: Heard, message: Json) -> None:
    """Keep what a message says, until there is enough."""
    members = message if isinstance(message, dict) else {}
    kind, inner = members.get("type"), members.get("payload")
    if kind in _OF_ONE and members.get("id") != _ID:
        heard.refusal = _no_message(message)
    elif kind == "next" and isinstance(inner, dict):
        heard.timings.setdefault("answer", time.monotonic() - heard.began)
        heard.events.append(inner)
    elif kind == "error" and isinstance(inner, list) and len(heard.events) in heard.failing:
        heard.events.append({"errors": inner})
        heard.completed = True
    elif kind == "error":
        errors = inner if isinstance(inner, list) else [inner]
        text = "; ".join(error_text(one) for one in errors[:5])
        heard.refusal = Mismatch("errors", "$.errors", f"The provider refused the subscription: {text}", "", text)
    elif kind == "complete":
        heard.completed = True
    elif kind not in ("pong", "connection_ack"):
        heard.refusal = _no_message(message)


def _no_message(message: Json) -> Mismatch:
    text = json.dumps(message, ensure_ascii=False)[:300]
    return Mismatch("subprotocol", "", f"This is no message of {PROTOCOL} here: {text}", PROTOCOL, text)


async def _say(socket: ClientConnection, message: Document) -> None:
    await socket.send(json.dumps(message))
