"""MQTT 5. A channel is a topic, which may hold ``+`` and ``#``; it is listened to with quality of service 1.

What the broker retained from before is not sent to us, so that no old message passes for a new one.
"""

import socket
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Final
from uuid import uuid4

from aiomqtt import Client, Message, MqttCodeError, MqttError, ProtocolVersion
from aiomqtt.exceptions import MqttConnectError
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.subscribeoptions import SubscribeOptions

from troth_verifiers.events.errors import BrokerRefused
from troth_verifiers.events.keeping import Lent
from troth_verifiers.transport import Broker, Event, said

_PORT: Final = 1883
_TLS_PORT: Final = 8883
_REFUSED: Final = 128
"""The first of the reason codes by which a broker says no."""


class Mqtt:
    """The plug-in. Each interaction has a connection to itself: over one, overlapping subscriptions are one."""

    wildcard = "+"

    def __init__(self) -> None:
        self._clients = Lent(_connected, _worn)
        self._ids: dict[str, bytes] = {}
        """Correlation ids that came and are no UTF-8, by how they are told: they are sent back as they came."""

    @asynccontextmanager
    async def listen(self, broker: Broker, channel: str) -> AsyncGenerator[AsyncIterator[Event]]:
        """What is published from now on."""
        async with self._clients.to(broker) as client:
            options = SubscribeOptions(qos=1, retainHandling=SubscribeOptions.RETAIN_DO_NOT_SEND)
            granted = await client.subscribe(channel, options=options)
            if any(_code(one) >= _REFUSED for one in granted):
                text = f"The broker at {broker.shown} does not let us listen to {channel!r}: {granted[0]}."
                raise BrokerRefused(broker.shown, text)
            yield (self._event(one) async for one in client.messages if one.topic.matches(channel))
            with suppress(MqttError):  # it has gone already
                await client.unsubscribe(channel)

    @asynccontextmanager
    async def replies(self, broker: Broker) -> AsyncGenerator[tuple[str, AsyncIterator[Event]]]:
        """A topic that nobody else knows."""
        topic = f"troth/replies/{uuid4().hex}"
        async with self.listen(broker, topic) as events:
            yield topic, events

    async def send(self, broker: Broker, event: Event) -> None:
        """Publish with quality of service 1."""
        properties = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]  # the library's has no types
        if event.content_type:
            properties.ContentType = event.content_type
        if event.correlation_id:
            properties.CorrelationData = self._ids.get(event.correlation_id) or event.correlation_id.encode()
        if event.reply_to:
            properties.ResponseTopic = event.reply_to
        more = [(name, value) for name, value in (("key", event.key), ("id", event.id)) if value]
        if event.headers or more:
            properties.UserProperty = [*event.headers, *more]
        async with self._clients.to(broker) as client:
            try:
                await client.publish(event.channel, event.contents, qos=1, properties=properties)
            except (MqttError, ValueError) as error:
                text = f"The broker at {broker.shown} did not take the message: {said(error)}."
                raise BrokerRefused(broker.shown, text) from None

    async def aclose(self) -> None:
        """Close the connections."""
        await self._clients.aclose()

    def _event(self, one: Message) -> Event:
        event, came = _event(one), getattr(one.properties, "CorrelationData", None)
        if event.correlation_id and isinstance(came, bytes) and came != event.correlation_id.encode():
            self._ids[event.correlation_id] = came
        return event


def _worn(client: Client) -> bool:
    """Whether a connection is lost, or still brings what another interaction subscribed to."""
    return _lost(client) or len(client.messages) > 0


def _lost(client: Client) -> bool:
    """Whether a connection is lost; why is looked at, as asyncio complains of what nobody looks at."""
    ended = client._disconnected  # noqa: SLF001 - the library tells it nowhere else
    if ended.done() and not ended.cancelled():
        ended.exception()
    return ended.done()


@asynccontextmanager
async def _connected(broker: Broker) -> AsyncGenerator[Client]:
    _ = broker.options
    context = broker.tls() if broker.parts.scheme == "mqtts" else None
    client = Client(
        broker.host,
        broker.port(_TLS_PORT if context else _PORT),
        username=broker.user,
        password=broker.password,
        protocol=ProtocolVersion.V5,
        timeout=broker.timeout,
        tls_context=context,
        socket_options=[(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)],
    )
    try:
        await client.__aenter__()
    except MqttConnectError as error:
        text = f"The MQTT broker at {broker.shown} does not let us in: {said(error)}."
        raise BrokerRefused(broker.shown, text) from None
    except MqttCodeError as error:
        raise BrokerRefused(broker.shown, f"The MQTT broker at {broker.shown} refuses: {said(error)}.") from None
    except MqttError as error:
        raise OSError(said(error)) from None
    try:
        yield client
    finally:
        with suppress(MqttError):  # it has gone already
            await client.__aexit__(None, None, None)
        _lost(client)


def _code(granted: object) -> int:
    code = getattr(granted, "value", granted)
    return code if isinstance(code, int) else 0


def _event(one: Message) -> Event:
    properties = one.properties
    headers = tuple((str(name), str(value)) for name, value in getattr(properties, "UserProperty", ()))
    known = {name.lower(): value for name, value in headers}
    correlation = getattr(properties, "CorrelationData", None)
    contents = one.payload if isinstance(one.payload, bytes | bytearray) else str(one.payload or "").encode()
    return Event(
        str(one.topic),
        bytes(contents),
        str(getattr(properties, "ContentType", "")),
        headers,
        known.get("key"),
        known.get("id") or known.get("message-id"),
        correlation.decode("utf-8", "backslashreplace")
        if isinstance(correlation, bytes)
        else known.get("correlation-id"),
        f"packet {one.mid}" if one.mid else "",
        getattr(properties, "ResponseTopic", None),
    )
