"""Redis streams. A channel is a stream's key.

An entry is a map of fields. The first of ``payload``, ``data``, ``body``, ``message``, ``contents`` and ``value`` that
it has holds the contents, and the other fields are headers; an entry without any of them is itself the contents.
"""

import asyncio
import json
import ssl
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final
from uuid import uuid4

from redis.asyncio import Redis
from redis.asyncio.connection import SSLConnection
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import AuthenticationError, NoPermissionError, ResponseError
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError
from redis.maint_notifications import MaintNotificationsConfig

from troth_verifiers.errors import UsageError
from troth_verifiers.events.errors import BrokerRefused, ChannelMissing
from troth_verifiers.events.keeping import Shared
from troth_verifiers.transport import Broker, Event, said

_CONTENTS: Final = ("payload", "data", "body", "message", "contents", "value")
_MOMENT: Final = 50
"""Milliseconds for which one call waits on the server."""
_PLAIN: Final[Mapping[str, Any]] = {
    "retry": Retry(NoBackoff(), 0),  # what is added twice is a duplicate
    "maint_notifications_config": MaintNotificationsConfig(enabled=False),  # else lost connections are not looked for
}
_CLOSING: Final = 5.0
"""Seconds for the last of these calls."""


class _OverTls(SSLConnection):
    """A connection over TLS that trusts nobody but whom we trust."""

    def __init__(self, *, context: ssl.SSLContext, **options: Any) -> None:
        super().__init__(**options)
        self.ssl_context.context = context


class RedisStreams:
    """The plug-in."""

    wildcard = ""

    def __init__(self) -> None:
        self._clients = Shared(_connected, lambda _: False)  # each opens anew what it lost
        self._reads: set[asyncio.Task[Any]] = set()

    @asynccontextmanager
    async def listen(self, broker: Broker, channel: str) -> AsyncGenerator[AsyncIterator[Event]]:
        """The entries that are added from now on; a stream that is not there yet may come into being."""
        async with self._reached(broker) as client:
            yield self._added(client, channel, await _last(client, broker, channel))

    @asynccontextmanager
    async def replies(self, broker: Broker) -> AsyncGenerator[tuple[str, AsyncIterator[Event]]]:
        """A stream that nobody else knows, deleted afterwards."""
        channel = f"troth.replies.{uuid4().hex}"
        async with self._reached(broker) as client:
            try:
                yield channel, self._added(client, channel, "0-0")
            finally:
                await client.delete(channel)

    async def send(self, broker: Broker, event: Event) -> None:
        """Add an entry."""
        fields: dict[Any, Any] = {**dict(event.headers), "payload": event.contents}
        known = (
            ("content-type", event.content_type),
            ("key", event.key),
            ("id", event.id),
            ("correlation-id", event.correlation_id),
            ("reply-to", event.reply_to),
        )
        fields |= {name: value for name, value in known if value}
        async with self._reached(broker) as client:
            try:
                await client.xadd(event.channel, fields)
            except ResponseError as error:
                raise BrokerRefused(
                    broker.shown, f"Redis at {broker.shown} did not take the entry: {said(error)}."
                ) from None

    async def aclose(self) -> None:
        """Close the connections."""
        if self._reads:
            await asyncio.wait(self._reads, timeout=_CLOSING)
        await self._clients.aclose()

    @asynccontextmanager
    async def _reached(self, broker: Broker) -> AsyncGenerator["Redis"]:
        client = await self._clients.to(broker)
        try:
            yield client
        except (RedisConnectionError, RedisTimeoutError) as error:
            raise OSError(said(error)) from None

    async def _added(self, client: "Redis", channel: str, last: bytes | str) -> AsyncGenerator[Event]:
        while True:
            answer = await self._read(client, channel, last)
            for _, entries in answer.items() if isinstance(answer, dict) else answer or ():
                flat = entries[0] if entries and isinstance(entries[0], list) else entries
                for identity, fields in flat:
                    last = identity
                    yield _event(channel, identity.decode(), fields)

    async def _read(self, client: "Redis", channel: str, last: bytes | str) -> Any:
        """What was added after the last entry. Once begun it goes on to its end, so that its connection is kept."""
        reading = asyncio.create_task(_entries(client, channel, last))
        self._reads.add(reading)
        reading.add_done_callback(self._done)
        await asyncio.wait({reading})
        return reading.result()

    def _done(self, reading: "asyncio.Task[Any]") -> None:
        self._reads.discard(reading)
        if not reading.cancelled():
            reading.exception()  # told to who waits for it, if anybody still does


@asynccontextmanager
async def _connected(broker: Broker) -> AsyncGenerator["Redis"]:
    tls: dict[str, Any] = {}
    if broker.parts.scheme == "rediss":
        tls = {"connection_class": _OverTls, "context": broker.tls()}
    url = f"redis:{broker.plain.partition(':')[2]}"  # by the other scheme the library takes a class of its own
    client = Redis.from_url(url, socket_connect_timeout=broker.timeout, **_PLAIN, **tls)
    try:
        try:
            await client.ping()
        except (AuthenticationError, NoPermissionError, ResponseError) as error:
            raise BrokerRefused(broker.shown, f"Redis at {broker.shown} does not let us in: {said(error)}.") from None
        except (RedisConnectionError, RedisTimeoutError) as error:
            raise OSError(said(error)) from None
        except TypeError as error:
            raise UsageError(f"The address {broker.shown} has an option that is not known: {said(error)}.") from None
        yield client
    finally:
        await client.aclose()


async def _last(client: "Redis", broker: Broker, channel: str) -> bytes | str:
    """The id of the last entry so far."""
    kind: bytes = await client.type(channel)  # type: ignore[assignment] # nothing here decodes texts
    if kind == b"none":
        return "0-0"
    if kind != b"stream":
        text = f"{channel!r} at {broker.shown} is a {kind.decode()}, not a stream."
        raise ChannelMissing(broker.shown, text)
    found: Mapping[str, Any] = await client.xinfo_stream(channel)
    last: bytes | str = found["last-generated-id"]
    return last


async def _entries(client: "Redis", channel: str, last: bytes | str) -> Any:
    return await client.xread({channel: last}, block=_MOMENT)


def _event(channel: str, identity: str, fields: Mapping[bytes, bytes]) -> Event:
    texts = {name.decode("utf-8", "backslashreplace"): value for name, value in fields.items()}
    holder = next((name for name in _CONTENTS if name in texts), None)
    others = {name: value.decode("utf-8", "backslashreplace") for name, value in texts.items() if name != holder}
    known = {name.lower().replace("-", "").replace("_", ""): value for name, value in others.items()}
    if holder is None:
        whole = json.dumps(others).encode()
        return Event(channel, whole, "application/json", key=known.get("key"), id=known.get("id"), place=identity)
    return Event(
        channel,
        texts[holder],
        known.get("contenttype", ""),
        tuple(others.items()),
        known.get("key"),
        known.get("id") or known.get("messageid"),
        known.get("correlationid"),
        identity,
        known.get("replyto"),
    )
