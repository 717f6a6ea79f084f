"""The orders service: all four kinds of calls, from descriptors, with no generated code.

`python -m examples.grpc_orders.service [port] [--broken]` serves it; with `--broken` it is its next version, which
breaks every promise to its consumer. It prints its port.
"""

import argparse
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import grpc
from google.protobuf import any_pb2
from google.rpc import error_details_pb2, status_pb2  # type: ignore[import-untyped]  # they ship no types
from grpc_reflection.v1alpha import reflection  # type: ignore[import-untyped]  # it ships no types
from grpc_status import rpc_status  # type: ignore[import-untyped]  # it ships no types

from troth_schemas.protobuf.loading import load
from troth_schemas.protobuf.model import Schema
from troth_schemas.sources import Sources

PROTO = Path(__file__).with_name("orders.proto")
SERVICE = "shop.Orders"
PRICES = {"cup": 4.5, "pot": 20.0}


class Orders:
    """The service's own work. `orders` are the orders by id; `broken` makes it its next version."""

    def __init__(self, schema: Schema, *, broken: bool = False) -> None:
        self._new = schema.pool.new
        self._broken = broken
        self.orders: dict[int, str] = {}

    def get_order(self, request: Any, context: Any) -> Any:
        """One order, or NOT_FOUND with the reason."""
        if request.id not in self.orders:
            reason = "GONE" if self._broken else "NO_SUCH_ORDER"
            raise _aborted(context, grpc.StatusCode.NOT_FOUND, f"there is no order {request.id}", reason)
        return self._order(request.id)

    def list_orders(self, request: Any, context: Any) -> Iterator[Any]:
        """The orders of a customer."""
        found = [number for number, customer in self.orders.items() if customer == request.customer]
        context.set_trailing_metadata((("order-count", "many" if self._broken else str(len(found))),))
        for number in found:
            yield self._order(number)

    def add_lines(self, requests: Iterator[Any], _context: Any) -> Any:
        """How many lines and articles came."""
        counts = [line.count for line in requests]
        return self._made("Summary", lines=len(counts), articles=0 if self._broken else sum(counts))

    def quote(self, requests: Iterator[Any], context: Any) -> Iterator[Any]:
        """A price for each line, in the currency that is asked for."""
        asked = dict(context.invocation_metadata())
        context.send_initial_metadata((("currency", asked.get("currency", "")),))
        for line in requests:
            yield self._made("Price", article=line.article, amount=PRICES.get(line.article, 1.0) * line.count)
            if self._broken:
                return

    def _order(self, number: int) -> Any:
        order = self._made("Order", id=number, customer_name=self.orders[number], state=1, total=19.5)
        order.lines.add(article="cup", count=2)
        order.placed_at.FromJsonString("2026-11-20T17:30:00Z")
        if self._broken:
            order.state = 2
            order.customer_name = order.customer_name.lower()
            del order.lines[:]
        return order

    def _made(self, kind: str, **members: Any) -> Any:
        message = self._new(f"shop.{kind}")
        for name, value in members.items():
            setattr(message, name, value)
        return message


def schema() -> Schema:
    """The service's descriptors."""
    made = load(Sources(PROTO.name, {PROTO.name: PROTO.read_bytes()})).document
    assert isinstance(made, Schema)
    return made


def serve(
    orders: Orders, known: Schema, *, port: int = 0, credentials: grpc.ServerCredentials | None = None
) -> tuple[grpc.Server, int]:
    """A server that runs, and its port."""
    server = grpc.server(ThreadPoolExecutor(8))
    methods = {
        "GetOrder": (grpc.unary_unary_rpc_method_handler, orders.get_order, "GetOrderRequest"),
        "ListOrders": (grpc.unary_stream_rpc_method_handler, orders.list_orders, "ListOrdersRequest"),
        "AddLines": (grpc.stream_unary_rpc_method_handler, orders.add_lines, "Line"),
        "Quote": (grpc.stream_stream_rpc_method_handler, orders.quote, "Line"),
    }
    handlers = {
        name: make(handle, type(known.pool.new(f"shop.{kind}")).FromString, _serialized)
        for name, (make, handle, kind) in methods.items()
    }
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(SERVICE, handlers),))
    reflection.enable_server_reflection((SERVICE, reflection.SERVICE_NAME), server, pool=known.pool.pool)
    address = f"127.0.0.1:{port}"
    bound = server.add_insecure_port(address) if credentials is None else server.add_secure_port(address, credentials)
    server.start()
    return server, bound


def _serialized(message: Any) -> bytes:
    content: bytes = message.SerializeToString()
    return content


def _aborted(context: Any, code: grpc.StatusCode, text: str, reason: str) -> BaseException:
    """End a call with a status and the reason in its details."""
    detail = any_pb2.Any()
    detail.Pack(error_details_pb2.ErrorInfo(reason=reason, domain="shop"))
    status = status_pb2.Status(code=code.value[0], message=text, details=[detail])
    abort: Callable[[Any], BaseException] = context.abort_with_status
    return abort(rpc_status.to_status(status))


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m examples.grpc_orders.service")
    parser.add_argument("port", type=int, nargs="?", default=0)
    parser.add_argument("--broken", action="store_true", help="its next version, which breaks its consumer")
    given = parser.parse_args()
    known = schema()
    orders = Orders(known, broken=given.broken)
    orders.orders[7] = "Ada"  # the state that its consumer asks for
    server, port = serve(orders, known, port=given.port)
    print(port, flush=True)
    try:
        threading.Event().wait()
    finally:
        server.stop(None)


if __name__ == "__main__":
    main()
