"""A producer of events on any of five message brokers, and what triggers it: an HTTP endpoint for provider states.

    python producer.py --broker nats://127.0.0.1:4222 --channel orders.placed [--broken total|twice|silent|garbage]

It prints its address. A state is asked for by POST: ``{"state": "an order is placed", "params": {"id": 7}}``.
"""

import argparse
import asyncio
import io
import json
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import fastavro
from fastavro.schema import fingerprint, to_parsing_canonical_form

SCHEMA = json.loads(Path(__file__).with_name("order.avsc").read_text())


def to_nats(url: str, channel: str, key: str, headers: dict[str, str], contents: bytes) -> None:
    import nats

    async def publish() -> None:
        client = await nats.connect(url)
        await client.publish(channel, contents, headers={**headers, "key": key})
        await client.drain()

    asyncio.run(publish())


def to_amqp(url: str, channel: str, key: str, headers: dict[str, str], contents: bytes) -> None:
    import aio_pika

    async def publish() -> None:
        connection = await aio_pika.connect(url)
        exchange = await (await connection.channel()).get_exchange(channel)
        kind = headers["content-type"]
        message = aio_pika.Message(contents, headers={**headers, "key": key}, content_type=kind)
        await exchange.publish(message, "placed", mandatory=False)
        await connection.close()

    asyncio.run(publish())


def to_mqtt(url: str, channel: str, key: str, headers: dict[str, str], contents: bytes) -> None:
    import aiomqtt
    from paho.mqtt.packettypes import PacketTypes
    from paho.mqtt.properties import Properties

    async def publish() -> None:
        at = urlsplit(url)
        version = aiomqtt.ProtocolVersion.V5
        async with aiomqtt.Client(at.hostname or "127.0.0.1", at.port or 1883, protocol=version) as client:
            properties = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]
            properties.ContentType = headers["content-type"]
            properties.UserProperty = [("type", headers["type"]), ("key", key)]
            await client.publish(channel, contents, qos=1, properties=properties)

    asyncio.run(publish())


def to_redis(url: str, channel: str, key: str, headers: dict[str, str], contents: bytes) -> None:
    from redis import Redis

    with Redis.from_url(url) as client:
        client.xadd(channel, {**headers, "key": key, "payload": contents})


def to_kafka(url: str, channel: str, key: str, headers: dict[str, str], contents: bytes) -> None:
    from confluent_kafka import Producer

    producer = Producer({"bootstrap.servers": urlsplit(url).netloc})
    producer.produce(channel, contents, key=key, headers=headers)
    producer.flush(30)


Publish = Callable[[str, str, str, dict[str, str], bytes], None]
BROKERS: dict[str, Publish] = {
    "nats": to_nats,
    "amqp": to_amqp,
    "mqtt": to_mqtt,
    "redis": to_redis,
    "kafka": to_kafka,
}


def encoded(state: str, order: dict[str, object]) -> tuple[str, bytes]:
    """The content type and the contents of an order, in JSON or as a single Avro object."""
    if not state.endswith("in Avro"):
        return "application/json", json.dumps(order).encode()
    schema = fastavro.parse_schema(SCHEMA)
    target = io.BytesIO()
    fastavro.schemaless_writer(target, schema, order)
    mark = b"\xc3\x01" + bytes.fromhex(fingerprint(to_parsing_canonical_form(schema), "CRC-64-AVRO"))
    return "avro/binary", mark + target.getvalue()


def place(broker: str, channel: str, broken: str, state: str, params: dict[str, object]) -> None:
    """Publish that an order was placed, as far as nothing is broken."""
    order: dict[str, object] = {"id": params.get("id", 1), "total": params.get("total", 1.5), "currency": "EUR"}
    if broken == "total":
        order["total"] = "a lot" if not state.endswith("in Avro") else -1.0
    kind, contents = encoded(state, order)
    if broken == "garbage":
        contents = b"\xff\x00garbage"
    headers = {"content-type": kind, "type": "order.placed"}
    publish = BROKERS[urlsplit(broker).scheme]
    for number in range(40 if broken == "noisy" else 0):
        other = {"content-type": kind, "type": "stock.counted"}
        publish(broker, channel, str(number), other, json.dumps({"sku": number, "left": 3}).encode())
    if broken != "silent":
        for _ in range(2 if broken == "twice" else 1):
            publish(broker, channel, str(order["id"]), headers, contents)


def serve(broker: str, channel: str, broken: str) -> None:
    """Answer for provider states until the end."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
            if asked.get("action") != "teardown":
                place(broker, channel, broken, asked["state"], asked.get("params") or {})
            self.send_response(200)
            self.send_header("content-length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    print(f"http://127.0.0.1:{server.server_address[1]}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--broker", required=True)
    parser.add_argument("--channel", default="orders.placed")
    parser.add_argument("--broken", default="", choices=["", "total", "twice", "silent", "garbage", "noisy"])
    given = parser.parse_args()
    serve(given.broker, given.channel, given.broken)
