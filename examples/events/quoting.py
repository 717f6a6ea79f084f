"""An application that is asked for quotes over any of five message brokers, and replies.

    python quoting.py --broker nats://127.0.0.1:4222 --channel quotes.asked [--broken price|id|silent]

A request is ``{"sku": "A1", "quantity": 3}``. Its reply, ``{"sku": "A1", "price": 30}``, goes to the address in the
request's header ``replyTo``, or where the broker's own word for it says, with the request's header ``correlationId``.
It prints its address when it listens; ``POST /`` there is answered with 200 and what has been quoted.
"""

import argparse
import asyncio
import json
from typing import Any

from asked import answering  # type: ignore[import-not-found]  # a module beside this one
from brokers import linked  # type: ignore[import-not-found]  # a module beside this one

QUOTED: dict[str, int] = {}


def told(question: dict[str, Any]) -> object:
    """The price that was quoted for the article in question, or False."""
    return QUOTED.get(question.get("request", {}).get("contents", {}).get("sku"), False)


async def quote(broker: str, channel: str, broken: str) -> None:
    """Answer each request that comes."""
    address = answering(told)
    async with linked(broker) as link:
        async for contents, headers in link.messages(channel, lambda: print(address, flush=True)):
            asked = json.loads(contents)
            price = QUOTED[asked["sku"]] = 10 * asked["quantity"]
            where = headers.get("replyTo", "")
            if broken == "silent" or not where:
                continue
            identity = "another" if broken == "id" else headers.get("correlationId", "")
            reply = {"sku": asked["sku"], "price": str(price) if broken == "price" else price}
            await link.send(where, json.dumps(reply).encode(), {"correlationId": identity})


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--broker", required=True)
    parser.add_argument("--channel", default="quotes.asked")
    parser.add_argument("--broken", default="", choices=["", "price", "id", "silent"])
    given = parser.parse_args()
    asyncio.run(quote(given.broker, given.channel, given.broken))
