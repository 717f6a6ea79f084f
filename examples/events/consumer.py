"""A consumer of orders on any of five message brokers, and what one may ask it: which total was billed for an order.

    python consumer.py --broker redis://127.0.0.1:6379/0 --channel orders.placed [--broken]

It prints its address when it listens. ``POST /`` is answered with ``{"billed": {"7": 9.5}}``; the broken one bills 0.
"""

import argparse
import asyncio
import json

from asked import answering  # type: ignore[import-not-found]  # a module beside this one
from brokers import linked  # type: ignore[import-not-found]  # a module beside this one

BILLED: dict[str, float] = {}


async def listen(broker: str, channel: str, *, broken: bool) -> None:
    """Bill each order that comes."""
    address = answering(lambda _: {"billed": BILLED})
    async with linked(broker) as link:
        async for contents, _ in link.messages(channel, lambda: print(address, flush=True)):
            order = json.loads(contents)
            BILLED[str(order["id"])] = 0.0 if broken else order["total"]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--broker", required=True)
    parser.add_argument("--channel", default="orders.placed")
    parser.add_argument("--broken", action="store_true")
    given = parser.parse_args()
    asyncio.run(listen(given.broker, given.channel, broken=given.broken))
