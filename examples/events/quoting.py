"""An application that is asked for quotes over any of five message brokers, and replies.

    python quoting.py --broker nats://127.0.0.1:4222 --channel quotes.asked [--broken price|id|silent]

A request is ``{"sku": "A1", "quantity": 3}``. Its reply, ``{"sku": "A1", "price": 30}``, goes to the address in the
request's header ``replyTo``, or where the broker's own word for it says, with the request's header ``correlationId``.
It prints its address when it listens; ``POST /`` there is answered with 200 and what has been quoted.
"""

import argparse
import asyncio
import json
import threading
from collections.abc import Awaitable, Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

QUOTED: dict[str, int] = {}
Tell = Callable[[str, bytes, str], Awaitable[None]]
Answer = Callable[[bytes, dict[str, str], Tell], Awaitable[None]]


async def on_nats(url: str, channel: str, answer: Answer, ready: Callable[[], None]) -> None:
    import nats

    client = await nats.connect(url)

    async def tell(where: str, contents: bytes, identity: str) -> None:
        await client.publish(where, contents, headers={"correlationId": identity})

    subscription = await client.subscribe(channel)
    await client.flush()
    ready()
    async for message in subscription.messages:
        headers = dict(message.headers or {})
        await answer(message.data, {"replyTo": message.reply, **headers}, tell)


async def on_amqp(url: str, channel: str, answer: Answer, ready: Callable[[], None]) -> None:
    import aio_pika

    talk = await (await aio_pika.connect(url)).channel()

    async def tell(where: str, contents: bytes, identity: str) -> None:
        message = aio_pika.Message(contents, correlation_id=identity, headers={"correlationId": identity})
        await talk.default_exchange.publish(message, where, mandatory=False)

    queue = await talk.declare_queue(channel, auto_delete=True)
    ready()
    async with queue.iterator(no_ack=True) as messages:
        async for message in messages:
            headers = {name: str(value) for name, value in message.headers.items()}
            await answer(message.body, {"replyTo": message.reply_to or "", **headers}, tell)


async def on_mqtt(url: str, channel: str, answer: Answer, ready: Callable[[], None]) -> None:
    import aiomqtt
    from paho.mqtt.packettypes import PacketTypes
    from paho.mqtt.properties import Properties

    at = urlsplit(url)
    version = aiomqtt.ProtocolVersion.V5
    async with aiomqtt.Client(at.hostname or "127.0.0.1", at.port or 1883, protocol=version) as client:

        async def tell(where: str, contents: bytes, identity: str) -> None:
            properties = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]
            properties.UserProperty = [("correlationId", identity)]
            await client.publish(where, contents, qos=1, properties=properties)

        await client.subscribe(channel, qos=1)
        ready()
        async for message in client.messages:
            headers = dict(getattr(message.properties, "UserProperty", ()))
            contents = message.payload if isinstance(message.payload, bytes) else b""
            await answer(contents, headers, tell)


async def on_redis(url: str, channel: str, answer: Answer, ready: Callable[[], None]) -> None:
    from redis.asyncio import Redis

    client = Redis.from_url(url)

    async def tell(where: str, contents: bytes, identity: str) -> None:
        await client.xadd(where, {"payload": contents, "correlationId": identity})

    last: Any = b"0-0"
    ready()
    while True:
        answered: Any = await client.xread({channel: last}, block=500)
        for _, entries in answered.items() if isinstance(answered, dict) else answered:
            for identity, fields in entries[0] if entries and isinstance(entries[0], list) else entries:
                last = identity
                texts = {name.decode(): value.decode() for name, value in fields.items() if name != b"payload"}
                await answer(fields[b"payload"], texts, tell)


async def on_kafka(url: str, channel: str, answer: Answer, ready: Callable[[], None]) -> None:
    from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

    at = urlsplit(url).netloc
    async with (
        AIOKafkaConsumer(channel, bootstrap_servers=at) as consumer,
        AIOKafkaProducer(bootstrap_servers=at) as producer,
    ):

        async def tell(where: str, contents: bytes, identity: str) -> None:
            await producer.send_and_wait(where, contents, headers=[("correlationId", identity.encode())])

        for partition, end in (await consumer.end_offsets(list(consumer.assignment()))).items():
            consumer.seek(partition, end)
        ready()
        async for record in consumer:
            await answer(record.value or b"", {name: value.decode() for name, value in record.headers}, tell)


BROKERS = {"nats": on_nats, "amqp": on_amqp, "mqtt": on_mqtt, "redis": on_redis, "kafka": on_kafka}


def answering(broken: str) -> Answer:
    """What to do with one request."""

    async def answer(contents: bytes, headers: dict[str, str], tell: Tell) -> None:
        asked = json.loads(contents)
        price = 10 * asked["quantity"]
        QUOTED[asked["sku"]] = price
        where = headers.get("replyTo", "")
        if broken == "silent" or not where:
            return
        identity = "another" if broken == "id" else headers.get("correlationId", "")
        reply = {"sku": asked["sku"], "price": str(price) if broken == "price" else price}
        await tell(where, json.dumps(reply).encode(), identity)

    return answer


class Asked(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers.get("content-length") or 0)) or b"{}")
        sku = asked.get("request", {}).get("contents", {}).get("sku")
        body = json.dumps(QUOTED.get(sku, False)).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--broker", required=True)
    parser.add_argument("--channel", default="quotes.asked")
    parser.add_argument("--broken", default="", choices=["", "price", "id", "silent"])
    given = parser.parse_args()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Asked)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    listen = BROKERS[urlsplit(given.broker).scheme]
    say = lambda: print(f"http://127.0.0.1:{server.server_address[1]}", flush=True)  # noqa: E731
    asyncio.run(listen(given.broker, given.channel, answering(given.broken), say))
