"""The orders service: GET /orders/{number}. With --states it also takes POST /_pact/states, for verification only."""

import argparse
import json
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

ORDERS: dict[int, dict[str, Any]] = {}


def shown(order: dict[str, Any]) -> dict[str, Any]:
    """An order as the service answers it; the next version changes this."""
    return {"id": order["id"], "status": order["status"], "total": order["cents"] / 100}


def an_order_exists(number: int) -> None:
    """Provider state: there is one order, and it has this number."""
    ORDERS[number] = {"id": number, "status": "paid", "cents": 1990}


def there_are_no_orders() -> None:
    """Provider state: nobody has ordered anything."""
    ORDERS.clear()


STATES: dict[str, Callable[..., None]] = {
    "an order exists": an_order_exists,
    "there are no orders": there_are_no_orders,
}


class Orders(BaseHTTPRequestHandler):
    """The service's HTTP."""

    states = False
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Answer one order, or 404."""
        head, _, number = self.path.rpartition("/")
        order = ORDERS.get(int(number)) if head == "/orders" and number.isdigit() else None
        if order is None:
            self.answer(404, {"error": "no such order"})
        else:
            self.answer(200, shown(order))

    def do_POST(self) -> None:
        """Set up a provider state before an interaction is replayed."""
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        handler = STATES.get(asked["state"])
        if not self.states or self.path != "/_pact/states":
            self.answer(404, {"error": "no such path"})
        elif handler is None:
            self.answer(400, {"error": f"no handler for the state {asked['state']!r}"})
        else:
            handler(**asked.get("params", {}))
            self.answer(200, {})

    def answer(self, status: int, document: dict[str, Any]) -> None:
        """Send a JSON document."""
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - the library's signature
        """Keep quiet."""


def main() -> None:
    """Serve until interrupted."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--port", type=int, default=8080)
    options.add_argument("--states", action="store_true", help="take provider states")
    chosen = options.parse_args()
    Orders.states = chosen.states
    with ThreadingHTTPServer(("127.0.0.1", chosen.port), Orders) as server:
        print(f"orders listens on http://127.0.0.1:{server.server_port}", flush=True)
        server.serve_forever()


if __name__ == "__main__":
    main()
