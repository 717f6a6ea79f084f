"""A consumer of orders on a Redis stream, and what one may ask it: which total was billed for an order.

    python consumer.py --broker redis://127.0.0.1:6379/0 --channel orders.placed [--broken]

It prints its address when it listens. ``POST /`` is answered with ``{"billed": {"7": 9.5}}``; the broken one bills 0.
"""

import argparse
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from redis import Redis

BILLED: dict[str, float] = {}


def listen(broker: str, channel: str, broken: bool) -> None:
    """Bill each order that comes."""
    with Redis.from_url(broker) as client:
        last = "0-0"
        while True:
            answer: Any = client.xread({channel: last}, block=500)
            for _, entries in answer.items() if isinstance(answer, dict) else answer:
                for identity, fields in entries[0] if entries and isinstance(entries[0], list) else entries:
                    last = identity.decode()
                    order = json.loads(fields[b"payload"])
                    BILLED[str(order["id"])] = 0.0 if broken else order["total"]


class Asked(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("content-length") or 0))
        body = json.dumps({"billed": BILLED}).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--broker", required=True)
    parser.add_argument("--channel", default="orders.placed")
    parser.add_argument("--broken", action="store_true")
    given = parser.parse_args()
    threading.Thread(target=listen, args=(given.broker, given.channel, given.broken), daemon=True).start()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Asked)
    print(f"http://127.0.0.1:{server.server_address[1]}", flush=True)
    server.serve_forever()
