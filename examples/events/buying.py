"""An application that asks for quotes over any of five message brokers, and buys at the price that it is told.

    python buying.py --broker nats://127.0.0.1:4222 --channel quotes.asked [--broken request|deaf]

It prints its address. The state ``ask for a quote`` is asked for by POST, and lets it ask. Any other POST is a question
about a reply that it was sent: the answer is what it bought then, or false. It listens for replies on a channel beside
its own, and knows the request that one belongs to by the header ``correlationId``.
"""

import argparse
import asyncio
import json
from typing import Any
from uuid import uuid4

from asked import answering  # type: ignore[import-not-found]  # a module beside this one
from brokers import Link, linked  # type: ignore[import-not-found]  # a module beside this one

ASKED: dict[str, str] = {}
BOUGHT: dict[str, object] = {}


def replies_to(channel: str) -> str:
    """Where replies are listened for."""
    return f"{channel.replace('/', '.')}.replies"


async def ask(link: Link, channel: str, broken: str) -> None:
    """Ask for the price of three of an article."""
    identity = str(uuid4())
    ASKED[identity] = "A1"
    request = {"sku": "A1", "quantity": "three" if broken == "request" else 3}
    headers = {"correlationId": identity, "replyTo": replies_to(channel), "content-type": "application/json"}
    await link.send(channel, json.dumps(request).encode(), headers)


async def buy(broker: str, channel: str, broken: str) -> None:
    """Listen for replies, and ask when that is wanted."""
    loop = asyncio.get_running_loop()

    def answer(question: dict[str, Any]) -> object:
        if "state" in question:
            if question.get("action") != "teardown":
                asyncio.run_coroutine_threadsafe(ask(link, channel, broken), loop).result()
            return {}
        return BOUGHT.get(question.get("request", {}).get("correlationId", ""), False)

    address = answering(answer)
    async with linked(broker) as link, linked(broker) as other:
        async for contents, headers in other.messages(replies_to(channel), lambda: print(address, flush=True)):
            identity = headers.get("correlationId", "")
            if broken != "deaf" and identity in ASKED:
                BOUGHT[identity] = {"sku": ASKED[identity], "price": json.loads(contents)["price"]}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--broker", required=True)
    parser.add_argument("--channel", default="quotes.asked")
    parser.add_argument("--broken", default="", choices=["", "request", "deaf"])
    given = parser.parse_args()
    asyncio.run(buy(given.broker, given.channel, given.broken))
