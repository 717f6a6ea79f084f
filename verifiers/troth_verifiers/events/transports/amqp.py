"""RabbitMQ, AMQP 0.9.1. A channel is ``EXCHANGE/BINDING.KEY``, or the name of an exchange, or of a queue.

An exchange is listened to through a queue of our own, which is gone afterwards. What is in a queue is only looked at:
nothing is acknowledged, so that all of it is there again when we go; what was in it before does not count.
"""

import json
import logging
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any, Final

import aio_pika
from aio_pika.abc import AbstractChannel, AbstractConnection, AbstractExchange, AbstractIncomingMessage, AbstractQueue
from aio_pika.exceptions import (
    AMQPConnectionError,
    AMQPError,
    AuthenticationError,
    ChannelClosed,
    ChannelNotFoundEntity,
    DeliveryError,
    ProbableAuthenticationError,
)
from aiormq.exceptions import ChannelAccessRefused

from troth_verifiers.events.errors import BrokerRefused, ChannelMissing
from troth_verifiers.events.keeping import Shared
from troth_verifiers.transport import Broker, Event, said

for _name in ("aio_pika", "aiormq"):  # else they write tracebacks to who logs nothing
    logging.getLogger(_name).addHandler(logging.NullHandler())

_LONG: Final = 24 * 3600.0
"""Seconds; how long to wait is for those who listen to say."""


class Amqp:
    """The plug-in. Each interaction has a channel (of AMQP) of its own, over one connection."""

    wildcard = "*"

    def __init__(self) -> None:
        self._connections = Shared(_connected, _lost)

    @asynccontextmanager
    async def listen(self, broker: Broker, channel: str) -> AsyncGenerator[AsyncIterator[Event]]:
        """What comes from now on."""
        connection = await self._connections.to(broker)
        async with _talking(connection) as talk:
            queue, old = await _queue(connection, talk, broker, channel)
            async with queue.iterator(no_ack=False, timeout=_LONG) as messages:
                yield _events(messages, old)

    @asynccontextmanager
    async def replies(self, broker: Broker) -> AsyncGenerator[tuple[str, AsyncIterator[Event]]]:
        """A queue of our own, named by the broker."""
        async with _talking(await self._connections.to(broker)) as talk:
            queue = await talk.declare_queue(exclusive=True, auto_delete=True)
            async with queue.iterator(no_ack=True, timeout=_LONG) as messages:
                yield queue.name, _events(messages, 0)

    async def send(self, broker: Broker, event: Event) -> None:
        """Publish, and wait for the broker's confirmation."""
        headers: dict[str, Any] = dict(event.headers)
        if event.key and "/" not in event.channel:
            headers["key"] = event.key
        message = aio_pika.Message(
            event.contents,
            headers=headers,
            content_type=event.content_type or None,
            correlation_id=event.correlation_id,
            message_id=event.id,
            reply_to=event.reply_to,
        )
        connection = await self._connections.to(broker)
        name, slash, key = event.channel.partition("/")
        exchange = await _exchange(connection, name)
        async with _talking(connection, confirmed=True) as talk:
            if exchange is None and slash:
                raise ChannelMissing(broker.shown, f"RabbitMQ at {broker.shown} has no exchange {name!r}.")
            try:
                if exchange is None:
                    await talk.declare_queue(event.channel, passive=True)
                    await talk.default_exchange.publish(message, event.channel)
                else:
                    at = await talk.get_exchange(name)
                    await at.publish(message, key or event.key or "", mandatory=False)
            except ChannelNotFoundEntity:
                raise _missing(broker, event.channel) from None
            except (ChannelClosed, DeliveryError) as error:
                text = f"RabbitMQ at {broker.shown} did not take the message: {said(error)}."
                raise BrokerRefused(broker.shown, text) from None

    async def aclose(self) -> None:
        """Close the connections."""
        await self._connections.aclose()


def _lost(connection: AbstractConnection) -> bool:
    """Whether a connection is closed, which the library says itself only of one that we closed."""
    transport = connection.transport
    return connection.is_closed or transport is None or transport.connection.is_closed


@asynccontextmanager
async def _talking(connection: AbstractConnection, *, confirmed: bool = False) -> AsyncGenerator[AbstractChannel]:
    """A channel of AMQP for as long as the block lasts."""
    talk = await connection.channel(publisher_confirms=confirmed)
    try:
        yield talk
    finally:
        if not talk.is_closed:
            with suppress(AMQPError, ConnectionError):  # the connection has gone already
                await talk.close()


@asynccontextmanager
async def _connected(broker: Broker) -> AsyncGenerator[AbstractConnection]:
    context = broker.tls() if broker.parts.scheme == "amqps" else None
    try:
        connection = await aio_pika.connect(broker.plain, timeout=broker.timeout, ssl_context=context)
    except (AuthenticationError, ProbableAuthenticationError) as error:
        text = f"RabbitMQ at {broker.shown} does not let us in: {said(error)}."
        raise BrokerRefused(broker.shown, text) from None
    except AMQPConnectionError as error:
        raise OSError(said(error)) from None
    try:
        yield connection
    finally:
        await connection.close()


async def _queue(
    connection: AbstractConnection, talk: AbstractChannel, broker: Broker, channel: str
) -> tuple[AbstractQueue, int]:
    """The queue to listen to, and how many messages in it are from before."""
    name, _, key = channel.partition("/")
    try:
        if await _exchange(connection, name) is not None:
            queue = await talk.declare_queue(exclusive=True, auto_delete=True)
            await queue.bind(name, key or "#")
            return queue, 0
        queue = await talk.declare_queue(channel, passive=True)
    except ChannelNotFoundEntity:
        raise _missing(broker, channel) from None
    except ChannelAccessRefused as error:
        text = f"RabbitMQ at {broker.shown} does not let us listen to {channel!r}: {said(error)}."
        raise BrokerRefused(broker.shown, text) from None
    return queue, queue.declaration_result.message_count or 0


async def _exchange(connection: AbstractConnection, name: str) -> AbstractExchange | None:
    """An exchange by its name; asked in a channel of its own, which a refusal closes."""
    async with _talking(connection) as talk:
        try:
            return await talk.get_exchange(name, ensure=True)
        except ChannelNotFoundEntity:
            return None


async def _events(messages: Any, old: int) -> AsyncGenerator[Event]:
    async for one in messages:
        if old:
            old -= 1
            continue
        yield _event(one)
    raise ConnectionResetError("the connection was closed, or the queue deleted")


def _event(one: AbstractIncomingMessage) -> Event:
    headers = tuple((name, _text(value)) for name, value in (one.headers or {}).items())
    known = {name.lower(): value for name, value in headers}
    return Event(
        f"{one.exchange}/{one.routing_key}" if one.exchange else one.routing_key or "",
        one.body,
        one.content_type or "",
        headers,
        known.get("key") or one.routing_key,
        one.message_id or None,
        None if one.correlation_id is None else str(one.correlation_id),
        f"delivery {one.delivery_tag}",
        one.reply_to,
    )


def _text(value: object) -> str:
    """A header's value as a text: truth values, nothing, tables and lists as JSON writes them."""
    if isinstance(value, bytes | bytearray):
        return value.decode("utf-8", "backslashreplace")
    plain = value is None or isinstance(value, bool | dict | list)
    return json.dumps(value, ensure_ascii=False, default=_text) if plain else str(value)


def _missing(broker: Broker, channel: str) -> ChannelMissing:
    text = f"RabbitMQ at {broker.shown} has neither an exchange nor a queue for {channel!r}."
    return ChannelMissing(broker.shown, text)
