"""Five message brokers behind one pair of words: `send` a message somewhere, and hear `messages` from somewhere.

A channel is a NATS subject, an MQTT topic, a Redis stream, a Kafka topic, or on RabbitMQ a queue or `EXCHANGE/KEY`.
Headers are texts; ``content-type`` and ``key`` go where the broker keeps such things, and ``replyTo`` is read from
there as well.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, Protocol
from urllib.parse import urlsplit

Heard = tuple[bytes, dict[str, str]]
Ready = Callable[[], None]


class Link(Protocol):
    """A connection to a broker."""

    async def send(self, where: str, contents: bytes, headers: Mapping[str, str]) -> None:
        """Send a message and wait until the broker has it."""

    def messages(self, where: str, ready: Ready) -> AsyncIterator[Heard]:
        """Contents and headers of what comes, after `ready` was called."""


class _Nats:
    def __init__(self, client: Any) -> None:
        self._client = client

    async def send(self, where: str, contents: bytes, headers: Mapping[str, str]) -> None:
        await self._client.publish(where, contents, headers.get("replyTo", ""), headers=dict(headers))
        await self._client.flush()

    async def messages(self, where: str, ready: Ready) -> AsyncGenerator[Heard]:
        subscription = await self._client.subscribe(where)
        await self._client.flush()
        ready()
        async for one in subscription.messages:
            yield one.data, {"replyTo": one.reply, **(one.headers or {})}


@asynccontextmanager
async def on_nats(url: str) -> AsyncGenerator[Link]:
    import nats

    client = await nats.connect(url)
    try:
        yield _Nats(client)
    finally:
        await client.close()


class _Amqp:
    def __init__(self, talk: Any) -> None:
        self._talk = talk

    async def send(self, where: str, contents: bytes, headers: Mapping[str, str]) -> None:
        import aio_pika

        message = aio_pika.Message(
            contents,
            headers=dict(headers),
            content_type=headers.get("content-type"),
            correlation_id=headers.get("correlationId"),
            reply_to=headers.get("replyTo"),
        )
        name, slash, key = where.partition("/")
        exchange = await self._talk.get_exchange(name) if slash else self._talk.default_exchange
        await exchange.publish(message, key or name, mandatory=False)

    async def messages(self, where: str, ready: Ready) -> AsyncGenerator[Heard]:
        queue = await self._talk.declare_queue(where, auto_delete=True)
        async with queue.iterator(no_ack=True) as found:
            ready()
            async for one in found:
                headers = {name: str(value) for name, value in one.headers.items()}
                yield one.body, {"replyTo": one.reply_to or "", "correlationId": one.correlation_id or "", **headers}


@asynccontextmanager
async def on_amqp(url: str) -> AsyncGenerator[Link]:
    import aio_pika

    async with await aio_pika.connect(url) as connection:
        yield _Amqp(await connection.channel())


class _Mqtt:
    def __init__(self, client: Any) -> None:
        self._client = client

    async def send(self, where: str, contents: bytes, headers: Mapping[str, str]) -> None:
        from paho.mqtt.packettypes import PacketTypes
        from paho.mqtt.properties import Properties

        properties = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]  # paho ships no types for it
        if "content-type" in headers:
            properties.ContentType = headers["content-type"]
        properties.UserProperty = list(headers.items())
        await self._client.publish(where, contents, qos=1, properties=properties)

    async def messages(self, where: str, ready: Ready) -> AsyncGenerator[Heard]:
        await self._client.subscribe(where, qos=1)
        ready()
        async for one in self._client.messages:
            answered = getattr(one.properties, "ResponseTopic", "")
            yield bytes(one.payload), {"replyTo": answered, **dict(getattr(one.properties, "UserProperty", ()))}


@asynccontextmanager
async def on_mqtt(url: str) -> AsyncGenerator[Link]:
    import aiomqtt

    at = urlsplit(url)
    version = aiomqtt.ProtocolVersion.V5
    async with aiomqtt.Client(at.hostname or "127.0.0.1", at.port or 1883, protocol=version) as client:
        yield _Mqtt(client)


class _Redis:
    def __init__(self, client: Any) -> None:
        self._client = client

    async def send(self, where: str, contents: bytes, headers: Mapping[str, str]) -> None:
        await self._client.xadd(where, {**headers, "payload": contents})

    async def messages(self, where: str, ready: Ready) -> AsyncGenerator[Heard]:
        last: Any = b"0-0"
        ready()
        while True:
            answer: Any = await self._client.xread({where: last}, block=500)
            for _, entries in answer.items() if isinstance(answer, dict) else answer:
                for identity, fields in entries[0] if entries and isinstance(entries[0], list) else entries:
                    last = identity
                    texts = {name.decode(): value.decode() for name, value in fields.items() if name != b"payload"}
                    yield fields[b"payload"], texts


@asynccontextmanager
async def on_redis(url: str) -> AsyncGenerator[Link]:
    from redis.asyncio import Redis

    async with Redis.from_url(url) as client:
        yield _Redis(client)


class _Kafka:
    def __init__(self, at: str, producer: Any) -> None:
        self._at, self._producer = at, producer

    async def send(self, where: str, contents: bytes, headers: Mapping[str, str]) -> None:
        key = headers["key"].encode() if "key" in headers else None
        pairs = [(name, value.encode()) for name, value in headers.items()]
        await self._producer.send_and_wait(where, contents, key=key, headers=pairs)

    async def messages(self, where: str, ready: Ready) -> AsyncGenerator[Heard]:
        from aiokafka import AIOKafkaConsumer

        async with AIOKafkaConsumer(where, bootstrap_servers=self._at) as consumer:
            for partition, end in (await consumer.end_offsets(list(consumer.assignment()))).items():
                consumer.seek(partition, end)
            ready()
            async for one in consumer:
                yield one.value or b"", {name: value.decode() for name, value in one.headers}


@asynccontextmanager
async def on_kafka(url: str) -> AsyncGenerator[Link]:
    from aiokafka import AIOKafkaProducer

    at = urlsplit(url).netloc
    async with AIOKafkaProducer(bootstrap_servers=at) as producer:
        yield _Kafka(at, producer)


BROKERS: dict[str, Callable[[str], AbstractAsyncContextManager[Link]]] = {
    "nats": on_nats,
    "amqp": on_amqp,
    "mqtt": on_mqtt,
    "redis": on_redis,
    "kafka": on_kafka,
}


def linked(url: str) -> AbstractAsyncContextManager[Link]:
    """A connection to the broker at an address."""
    return BROKERS[urlsplit(url).scheme](url)
