"""The consumer test: what the shop's client asks, what it needs as an answer. Running it writes the pact.

It runs with `python -m unittest` as well as with pytest.
"""

import os
import unittest
from pathlib import Path

from order_client import Order, fetch_order  # type: ignore[import-not-found]  # a module beside this one
from pact import Pact, match

PACTS = Path(os.environ.get("PACT_OUTPUT_DIR", "pacts"))


class OrderClientTest(unittest.TestCase):
    """The shop's client against a stand-in of the orders service."""

    def setUp(self) -> None:
        self.pact = Pact("web", "orders")

    def tearDown(self) -> None:
        self.pact.write_file(PACTS)

    def test_an_order_is_shown(self) -> None:
        (
            self.pact.upon_receiving("a request for an order")
            .given("an order exists", number=42)
            .with_request("GET", "/orders/42")
            .will_respond_with(200)
            .with_body({"id": 42, "status": match.regex("paid", regex="open|paid|sent"), "total": match.number(12.5)})
        )
        with self.pact.serve() as orders:
            assert fetch_order(str(orders.url), 42) == Order(42, "paid", 12.5)

    def test_a_missing_order_is_none(self) -> None:
        (
            self.pact.upon_receiving("a request for an order that does not exist")
            .given("there are no orders")
            .with_request("GET", "/orders/43")
            .will_respond_with(404)
        )
        with self.pact.serve() as orders:
            assert fetch_order(str(orders.url), 43) is None


if __name__ == "__main__":
    unittest.main()
