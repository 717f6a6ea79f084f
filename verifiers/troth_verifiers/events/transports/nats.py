"""NATS. A channel is a subject, which may hold ``*`` and ``>``.

Where a JetStream keeps the subject, its copy is listened to, which has passed the stream's own removal of duplicates;
otherwise what is published to core NATS.
"""

import asyncio
import ssl
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any, Final
from urllib.parse import ParseResult

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription
from nats.aio.transport import TcpTransport
from nats.errors import (
    AuthorizationError,
    ConnectionClosedError,
    Error,
    MaxPayloadError,
    NoRespondersError,
    StaleConnectionError,
    UnexpectedEOF,
)
from nats.errors import TimeoutError as NatsTimeout
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy
from nats.js.errors import APIError, NotFoundError, ServiceUnavailableError

from troth_verifiers.events.errors import BrokerRefused
from troth_verifiers.events.keeping import Shared
from troth_verifiers.events.reaching import hung_up
from troth_verifiers.transport import Broker, Event, said

_PORT: Final = 4222
_ASKING: Final = 3.0
"""Seconds for an answer about streams; where we may not ask, none comes."""
_NOBODY: Final = "503"
"""The status by which the server itself answers a request that nobody listens to."""
_CLOSING: Final = 2.0
"""Seconds for saying goodbye."""


class _Tcp(TcpTransport):
    """TLS over the stream that there is.

    The library makes another stream, which nobody tells that it is TLS's, so that asyncio complains of its end.
    """

    def __bool__(self) -> bool:
        return True  # else the library makes one of its own

    async def connect_tls(
        self, uri: str | ParseResult, ssl_context: ssl.SSLContext, buffer_size: int, connect_timeout: int
    ) -> None:
        """Shake hands."""
        _ = buffer_size
        assert self._io_writer is not None, "the library connects first"
        name = uri if isinstance(uri, str) else uri.hostname
        async with asyncio.timeout(connect_timeout):
            await self._io_writer.start_tls(ssl_context, server_hostname=name)


class _Client(Client):
    """A client that keeps what the server forbade, which it says only afterwards."""

    def __init__(self) -> None:
        super().__init__()
        self._transport = _Tcp()  # type: ignore[no-untyped-call]  # the library's has no types
        self.forbidden: list[str] = []

    async def settled(self, broker: Broker, subject: str) -> None:
        """Wait until the server has dealt with all that was asked of a subject. Raises `BrokerRefused`."""
        for _ in range(2):  # the library may let its first question overtake what waits to be written
            await self.flush()
        forbidden = self.forbade(subject)
        if forbidden:
            raise BrokerRefused(broker.shown, f"NATS at {broker.shown} does not let us do that: {forbidden}.")

    def forbade(self, subject: str) -> str:
        """What the server forbade of a subject, if anything, each time once."""
        found = next((one for one in self.forbidden if f'"{subject.lower()}"' in one.lower()), "")
        if found:
            self.forbidden.remove(found)
        return found


class Nats:
    """The plug-in."""

    wildcard = "*"

    def __init__(self) -> None:
        self._clients = Shared(_connected, lambda client: not client.is_connected)

    @asynccontextmanager
    async def listen(self, broker: Broker, channel: str) -> AsyncGenerator[AsyncIterator[Event]]:
        """What is published from now on."""
        async with self._reached(broker) as client:
            subscription = await _subscribed(client, channel, await _stream(client, channel))
            async with _ending(subscription) as events:
                await client.settled(broker, channel)
                yield events

    @asynccontextmanager
    async def replies(self, broker: Broker) -> AsyncGenerator[tuple[str, AsyncIterator[Event]]]:
        """An inbox."""
        async with self._reached(broker) as client:
            inbox = client.new_inbox()
            async with _ending(await client.subscribe(inbox)) as events:
                await client.settled(broker, inbox)
                yield inbox, events

    async def send(self, broker: Broker, event: Event) -> None:
        """Publish, and wait for the stream's word where one keeps the subject."""
        headers = dict(event.headers)
        known = (
            ("Content-Type", event.content_type),
            ("Nats-Msg-Id", event.id),
            ("key", event.key),
            ("correlation-id", event.correlation_id),
        )
        headers |= {name: value for name, value in known if value}
        async with self._reached(broker) as client:
            try:
                if await _stream(client, event.channel) is None:
                    await client.publish(event.channel, event.contents, event.reply_to or "", headers=headers or None)
                    await client.settled(broker, event.channel)
                else:
                    await client.jetstream().publish(event.channel, event.contents, headers=headers or None)
            except (MaxPayloadError, APIError) as error:
                raise BrokerRefused(
                    broker.shown, f"NATS at {broker.shown} did not take the message: {said(error)}."
                ) from None

    async def aclose(self) -> None:
        """Close the connections."""
        await self._clients.aclose()

    @asynccontextmanager
    async def _reached(self, broker: Broker) -> AsyncGenerator[_Client]:
        client = await self._clients.to(broker)
        try:
            yield client
        except (ConnectionClosedError, StaleConnectionError, UnexpectedEOF) as error:
            raise OSError(said(error)) from None


@asynccontextmanager
async def _ending(subscription: Subscription) -> AsyncGenerator[AsyncIterator[Event]]:
    """What a subscription brings, for as long as the block lasts."""
    try:
        yield _events(subscription)
    finally:
        with suppress(Error, OSError):  # the connection has gone already
            await subscription.unsubscribe()


async def _events(subscription: Subscription) -> AsyncGenerator[Event]:
    async for one in subscription.messages:
        if one.data or (one.headers or {}).get("Status") != _NOBODY:
            yield _event(one)
    raise ConnectionResetError("the connection was closed")


@asynccontextmanager
async def _connected(broker: Broker) -> AsyncGenerator[_Client]:
    more: dict[str, Any] = {}
    if broker.parts.scheme == "tls":
        more["tls"] = broker.tls()
        await _tls_is_there(broker)
    connecting = True

    client = _Client()

    async def told(error: Exception) -> None:
        if connecting:
            raise error  # else the library tries again, for minutes
        if "permissions violation" in str(error).lower():
            client.forbidden.append(said(error))

    try:
        try:
            await client.connect(
                broker.plain,
                allow_reconnect=False,
                connect_timeout=max(1, round(broker.timeout)),
                error_cb=told,
                **more,
            )
            connecting = False
        except AuthorizationError as error:
            raise BrokerRefused(broker.shown, f"NATS at {broker.shown} does not let us in: {said(error)}.") from None
        except Error as error:
            if "authorization" in str(error).lower():
                raise BrokerRefused(
                    broker.shown, f"NATS at {broker.shown} does not let us in: {said(error)}."
                ) from None
            raise OSError(said(error)) from None
        yield client
    finally:
        connecting = False
        with suppress(TimeoutError):  # a connection that never came to be is never closed either
            async with asyncio.timeout(_CLOSING):
                await client.close()


async def _tls_is_there(broker: Broker) -> None:
    """Raise where the server, which speaks first, offers no TLS: the library would go on without, password and all."""
    async with asyncio.timeout(broker.timeout):
        reader, writer = await asyncio.open_connection(broker.host, broker.port(_PORT))
        try:
            said_first = await reader.readline()
        finally:
            await hung_up(writer)
    if b'"tls_required":true' not in said_first.replace(b" ", b""):
        raise ConnectionRefusedError("it speaks no TLS: write nats://")


async def _subscribed(client: Client, subject: str, stream: str | None) -> Subscription:
    if stream is not None:
        wanted = ConsumerConfig(ack_policy=AckPolicy.NONE, deliver_policy=DeliverPolicy.NEW)
        try:
            return await client.jetstream().subscribe(subject, stream=stream, config=wanted)
        except APIError:
            pass  # a work queue has one consumer, which we are not; what is published can be listened to all the same
    return await client.subscribe(subject)


async def _stream(client: _Client, subject: str) -> str | None:
    """The stream that keeps a subject, if there is one and we may ask for it."""
    try:
        return await client.jetstream(timeout=_ASKING).find_stream_name_by_subject(subject)
    except (NotFoundError, NoRespondersError, ServiceUnavailableError):
        return None
    except NatsTimeout:
        if not client.forbade("$JS.API.STREAM.NAMES"):
            raise
        return None  # to ask for streams is a right of its own


def _event(one: Msg) -> Event:
    headers = dict(one.headers or {})
    known = {name.lower(): value for name, value in headers.items()}
    place = f"sequence {one.metadata.sequence.stream}" if one.reply.startswith("$JS.ACK") else ""
    return Event(
        one.subject,
        one.data,
        known.get("content-type", ""),
        tuple(headers.items()),
        known.get("key"),
        known.get("nats-msg-id") or known.get("id"),
        known.get("correlation-id"),
        place,
        None if place else one.reply or None,
    )
