"""A producer of events on any of five message brokers, and what triggers it: an HTTP endpoint for provider states.

    python producer.py --broker nats://127.0.0.1:4222 --channel orders.placed [--broken total|twice|silent|garbage]

On RabbitMQ the channel is ``EXCHANGE/KEY``. It prints its address.
A state is asked for by POST: ``{"state": "an order is placed", "params": {"id": 7}}``.
"""

import argparse
import asyncio
import io
import json
import threading
from pathlib import Path
from typing import Any

import fastavro
from asked import answering  # type: ignore[import-not-found]  # a module beside this one
from brokers import linked  # type: ignore[import-not-found]  # a module beside this one
from fastavro.schema import fingerprint, to_parsing_canonical_form

SCHEMA = json.loads(Path(__file__).with_name("order.avsc").read_text())


def encoded(state: str, order: dict[str, object]) -> tuple[str, bytes]:
    """The content type and the contents of an order, in JSON or as a single Avro object."""
    if not state.endswith("in Avro"):
        return "application/json", json.dumps(order).encode()
    schema = fastavro.parse_schema(SCHEMA)
    target = io.BytesIO()
    fastavro.schemaless_writer(target, schema, order)
    mark = b"\xc3\x01" + bytes.fromhex(fingerprint(to_parsing_canonical_form(schema), "CRC-64-AVRO"))
    return "avro/binary", mark + target.getvalue()


async def place(broker: str, channel: str, broken: str, state: str, params: dict[str, object]) -> None:
    """Publish that an order was placed, as far as nothing is broken."""
    order: dict[str, object] = {"id": params.get("id", 1), "total": params.get("total", 1.5), "currency": "EUR"}
    if broken == "total":
        order["total"] = "a lot" if not state.endswith("in Avro") else -1.0
    kind, contents = encoded(state, order)
    if broken == "garbage":
        contents = b"\xff\x00garbage"
    async with linked(broker) as link:
        for number in range(40 if broken == "noisy" else 0):
            headers = {"content-type": kind, "type": "stock.counted", "key": str(number)}
            await link.send(channel, json.dumps({"sku": number, "left": 3}).encode(), headers)
        headers = {"content-type": kind, "type": "order.placed", "key": str(order["id"])}
        for _ in range({"silent": 0, "twice": 2}.get(broken, 1)):
            await link.send(channel, contents, headers)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--broker", required=True)
    parser.add_argument("--channel", default="orders.placed")
    parser.add_argument("--broken", default="", choices=["", "total", "twice", "silent", "garbage", "noisy"])
    given = parser.parse_args()

    def state(asked: dict[str, Any]) -> object:
        """Bring about a provider state."""
        if asked.get("action") != "teardown":
            work = place(given.broker, given.channel, given.broken, asked["state"], asked.get("params") or {})
            asyncio.run(work)
        return {}

    print(answering(state), flush=True)
    threading.Event().wait()
