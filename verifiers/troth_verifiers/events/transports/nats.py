"""NATS. A channel is a subject, which may hold ``*`` and ``>``.

Where a JetStream keeps the subject, its copy is listened to, which has passed the stream's own removal of duplicates;
otherwise what is published to core NATS.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any, Final

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription
from nats.errors import AuthorizationError, Error, MaxPayloadError, NoRespondersError
from nats.errors import TimeoutError as NatsTimeout
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy
from nats.js.errors import APIError, NotFoundError, ServiceUnavailableError

from troth_verifiers.events.errors import BrokerRefused
from troth_verifiers.events.reaching import hung_up
from troth_verifiers.transport import Broker, Event, said

_PORT: Final = 4222
_ASKING: Final = 3.0
"""Seconds for an answer about streams; where we may not ask, none comes."""
_CLOSING: Final = 2.0
"""Seconds for saying goodbye."""


class _Client(Client):
    """A client that keeps what the server forbade, which it says only afterwards."""

    def __init__(self) -> None:
        super().__init__()
        self.forbidden: list[str] = []

    async def settled(self, broker: Broker) -> None:
        """Wait until the server has dealt with all that was asked. Raises `BrokerRefused`."""
        await self.flush()
        if self.forbidden:
            text = f"NATS at {broker.shown} does not let us do that: {self.forbidden[0]}."
            raise BrokerRefused(broker.shown, text)


class Nats:
    """The plug-in."""

    wildcard = "*"

    @asynccontextmanager
    async def listen(self, broker: Broker, channel: str) -> AsyncGenerator[AsyncIterator[Event]]:
        """What is published from now on."""
        async with _connected(broker) as client:
            subscription = await _subscribed(client, channel, await _stream(client, channel))
            await client.settled(broker)
            yield (_event(one) async for one in subscription.messages)

    @asynccontextmanager
    async def replies(self, broker: Broker) -> AsyncGenerator[tuple[str, AsyncIterator[Event]]]:
        """An inbox."""
        async with _connected(broker) as client:
            inbox = client.new_inbox()
            subscription = await client.subscribe(inbox)
            await client.settled(broker)
            yield inbox, (_event(one) async for one in subscription.messages)

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
        async with _connected(broker) as client:
            try:
                if await _stream(client, event.channel) is None:
                    await client.publish(event.channel, event.contents, event.reply_to or "", headers=headers or None)
                    await client.settled(broker)
                else:
                    await client.jetstream().publish(event.channel, event.contents, headers=headers or None)
            except (MaxPayloadError, APIError) as error:
                raise BrokerRefused(
                    broker.shown, f"NATS at {broker.shown} did not take the message: {said(error)}."
                ) from None


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
        if not client.forbidden:
            raise
        client.forbidden.clear()  # to ask for streams is a right of its own
        return None


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
