"""A gRPC server object as the application under test: a plain one, and one that a function makes in its event loop."""

from pathlib import Path

import pytest

from tests.verifiers.pytest_plugin.projects import Project

EXAMPLE = Path(__file__).parents[3] / "examples" / "grpc_orders"
CONTRACT = """
troth: 1
protocol: grpc
consumer: web
provider: orders
schema: [orders.proto]
interactions:
  - description: an order is told
    states: [{name: an order exists, params: {id: 7}}]
    service: shop.Orders
    method: GetOrder
    request: {id: 7}
    response: {id: 7, customerName: Ada}
  - description: an order that there is not
    service: shop.Orders
    method: GetOrder
    request: {id: 404}
    status: {code: NOT_FOUND}
"""
CONFTEST = """
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import grpc
import pytest
from troth_schemas.protobuf.loading import load
from troth_schemas.sources import Sources
from troth_verifiers.pytest_plugin import provider_state

NEW = load(Sources("orders.proto", {"orders.proto": Path("pacts/orders.proto").read_bytes()})).document.pool.new
ORDERS = {}


def handlers(get):
    read, write = type(NEW("shop.GetOrderRequest")).FromString, lambda message: message.SerializeToString()
    methods = {"GetOrder": grpc.unary_unary_rpc_method_handler(get, read, write)}
    return (grpc.method_handlers_generic_handler("shop.Orders", methods),)


def order(number):
    made = NEW("shop.Order")
    made.id, made.customer_name = number, ORDERS[number]
    return made


@provider_state("an order exists")
def order_exists(id):
    ORDERS[id] = "NAME"
    yield
    del ORDERS[id]

"""
PLAIN = """
def get_order(request, context):
    if request.id not in ORDERS:
        context.abort(grpc.StatusCode.NOT_FOUND, "no such order")
    return order(request.id)


@pytest.fixture(scope="session")
def troth_app():
    server = grpc.server(ThreadPoolExecutor(2))
    server.add_generic_rpc_handlers(handlers(get_order))
    return server
"""
IN_A_LOOP = """
async def get_order(request, context):
    if request.id not in ORDERS:
        await context.abort(grpc.StatusCode.NOT_FOUND, "no such order")
    return order(request.id)


async def make():
    server = grpc.aio.server()
    server.add_generic_rpc_handlers(handlers(get_order))
    return server


@pytest.fixture(scope="session")
def troth_app():
    return {"grpc": make}
"""


@pytest.mark.parametrize("server", [PLAIN, IN_A_LOOP], ids=["plain", "in a loop"])
def test_a_grpc_server_object(shop: Project, server: str) -> None:
    (shop.folder / "pacts" / "web-orders.json").unlink()
    shop.write("pacts/web.troth.yaml", CONTRACT)
    shop.write("pacts/orders.proto", (EXAMPLE / "orders.proto").read_text())
    shop.write("tests/conftest.py", CONFTEST.replace("NAME", "Ada") + server)
    ran = shop.run("--troth", "pacts/web.troth.yaml", "-m", "troth_protocol(name='grpc')")
    assert ran.counts == "2 passed, 1 deselected", ran.text
    shop.write("tests/conftest.py", CONFTEST.replace("NAME", "Eve") + server)
    ran = shop.run("--troth", "pacts/web.troth.yaml")
    assert ran.told("FAILED") == ["troth::web → orders::an order is told (given an order exists)"]
    assert ran.counts == "1 failed, 2 passed"


STARTED = PLAIN.replace("    return server\n", "    server.start()\n    return server\n")
ELSEWHERE = """
import asyncio


async def make():
    return grpc.aio.server()


@pytest.fixture(scope="session")
def troth_app():
    with asyncio.Runner() as runner:
        yield runner.run(make())
"""


@pytest.mark.parametrize(
    ("server", "why"),
    [
        (STARTED, "it raised ValueError: Cannot start already-started server"),
        (ELSEWHERE, "it was made in another event loop"),
    ],
    ids=["started", "of another loop"],
)
def test_a_grpc_server_that_cannot_be_started_here(shop: Project, server: str, why: str) -> None:
    (shop.folder / "pacts" / "web-orders.json").unlink()
    shop.write("pacts/web.troth.yaml", CONTRACT)
    shop.write("pacts/orders.proto", (EXAMPLE / "orders.proto").read_text())
    shop.write("tests/conftest.py", CONFTEST + server)
    ran = shop.run("--troth", "pacts/web.troth.yaml", "-m", "troth")
    assert "1 deselected, 2 errors in " in ran.text  # what gRPC says of its own server comes after it
    assert f"The gRPC server that troth_app gave cannot be started: {why}. Give one that was not started," in ran.text
