"""One stub for contracts of every protocol: one record, one interface, one command."""

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import grpc
import httpx
import pytest

from tests.verifiers.grpc.serving import message
from tests.verifiers.pacts import contract, http, sync_message, v4
from tests.verifiers.pacts import message as one_way
from tests.verifiers.stub.serving import EXAMPLES, channel_to, serving
from troth_verifiers import Contract, ContractUnreadable, UsageError
from troth_verifiers.stub import opened
from troth_verifiers.stub.opening import kind_of

pytestmark = pytest.mark.anyio
PROTO = EXAMPLES / "grpc_orders" / "orders.proto"
OPENAPI = EXAMPLES / "conformance" / "openapi.yaml"
GRAPHQL = EXAMPLES / "catalogue" / "schema.graphql"
ORDER = http("an order", "/orders/7", body={"id": 7})


async def test_contracts_of_several_protocols_share_a_record_and_its_interface() -> None:
    async with serving(contract(v4(ORDER)), OPENAPI, GRAPHQL, PROTO) as (stub, client):
        assert (await client.get("/orders/7")).json() == {"id": 7}
        assert (await client.get("/items/1")).json()["id"] == 1
        assert (await client.post("/graphql", json={"query": "{ products { name } }"})).json()["data"]
        async with channel_to(stub) as channel:
            await channel.unary_unary("/shop.Orders/GetOrder")(message("GetOrderRequest", id=7))
        told = (await client.get("/_troth/requests")).json()
        assert [one["protocol"] for one in told["answered"]] == ["http", "http", "graphql", "grpc"]
        refused = await client.get("/orders/8")
        assert "No contract knows GET /orders/8.\n  an order:\n    path: " in refused.json()["error"]
        about = (await client.get("/_troth")).json()
        assert about["http"]["url"] == stub.url
        assert about["grpc"]["address"] == stub.grpc
        assert "an order" in about["http"]["interactions"]
        await client.put("/_troth/faults", json={"status": 503})
        with pytest.raises(grpc.aio.AioRpcError, match="UNAVAILABLE"):
            async with channel_to(stub) as channel:
                await channel.unary_unary("/shop.Orders/GetOrder")(b"")
        assert (await client.delete("/_troth")).status_code == 204
        assert (list(stub.answered), list(stub.refused), stub.fault.status) == ([], [], 0)


async def test_two_stubs_do_not_share_a_port_without_a_word() -> None:
    async with serving(PROTO) as (stub, _):
        port = int(stub.grpc.rpartition(":")[2])
        with pytest.raises(OSError, match=rf"127\.0\.0\.1:{port} cannot be listened at: its port is taken"):
            async with serving(PROTO, grpc_port=port):
                pass


async def test_the_better_refusal_of_several_contracts_comes_first() -> None:
    async with serving(contract(v4(ORDER)), OPENAPI, GRAPHQL) as (_, client):
        text = (await client.get("/items?limit=0")).json()["error"]
        assert text.startswith(f"GET /items?limit=0 is not as {OPENAPI} describes it.\n")
        answer = (await client.post("/graphql", json={"query": "{ nothing }"})).json()
        assert answer["errors"][0]["message"].startswith("The schema refuses POST /graphql (query).\n")


@pytest.mark.parametrize(
    ("contract_format", "name", "content", "kind"),
    [
        ("pact", "orders.proto", b'syntax = "proto3";', "protobuf"),
        ("graphql-operations", "schema.graphql", b"type Query { a: Int }", "graphql-schema"),
        ("graphql", "schema.json", b'{"__schema": {}}', "graphql-schema"),
        ("graphql-operations", "a.graphql", b"query A { a }", "graphql-operations"),
        ("pact", "pact.json", b'{"consumer": {}, "interactions": []}', "pact"),
        ("pact", "order.avsc", b'{"type": "record", "name": "A", "fields": []}', "avro"),
        ("pact", "broken.json", b"{", "pact"),
        ("openapi", "x.json", b"{", "openapi"),
    ],
)
def test_the_kind_of_a_contract_is_told_by_what_it_says(
    contract_format: str, name: str, content: bytes, kind: str
) -> None:
    assert kind_of(Contract("", "", content, name, format=contract_format)) == kind


async def test_protocols_may_be_left_out_and_what_nobody_answers_is_told() -> None:
    whole = contract(v4(ORDER, one_way("placed", {"id": 1}), sync_message("asked", 1, 2)))
    offers = await opened([whole, PROTO])
    assert (len(offers.books), len(offers.calls), len(offers.messages)) == (1, 4, 1)
    assert offers.left_out == ["asked is a synchronous message, which a stub does not answer."]
    offers = await opened([whole, PROTO], ["grpc"])
    assert (len(offers.books), len(offers.calls), len(offers.messages)) == (0, 4, 0)
    with pytest.raises(UsageError, match=r"nothing in these contracts that a stub could answer over graphql\."):
        await opened([whole], ["graphql"])
    with pytest.raises(UsageError, match="asked is a synchronous message"):
        await opened([contract(v4(sync_message("asked", 1, 2)))])


async def test_a_contract_that_cannot_be_read_is_named_with_what_is_wrong() -> None:
    for name, content, why in (
        (
            "order.avsc",
            b'{"type": "record", "name": "A", "fields": []}',
            "the format 'avro', which says nothing that a",
        ),
        ("orders.proto", b'syntax = "proto3"; message A { B b = 1; } service S { rpc A(A) returns (A); }', "B"),
        ("orders.proto", b'syntax = "proto3"; import "other.proto"; service S {}', "other.proto"),
    ):
        with pytest.raises(ContractUnreadable, match=why):
            await opened([Contract("", "", content, name)])


def command(*arguments: str | Path) -> list[str]:
    return [sys.executable, "-m", "troth_broker.cli", "stub", *map(str, arguments)]


def test_the_command_serves_every_protocol_at_once_and_ends_cleanly(tmp_path: Path) -> None:
    (tmp_path / "pact.json").write_text(json.dumps(v4(ORDER, one_way("placed", {"id": 1}))))
    given: list[Any] = [
        tmp_path / "pact.json",
        OPENAPI,
        GRAPHQL,
        PROTO,
        "--port",
        "0",
        "--grpc-port",
        "0",
        "--code",
        "aborted",
    ]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command(*given), stdout=subprocess.PIPE, text=True, env=environment) as running:
        assert running.stdout is not None
        url = running.stdout.readline().split()[2].rstrip(":")
        address = running.stdout.readline().split()[2].removeprefix("grpc://").rstrip(":")
        assert running.stdout.readline() == "1 message not sent: --messages URL says where to.\n"
        assert httpx.get(f"{url}/orders/7", trust_env=False).json() == {"id": 7}
        with grpc.insecure_channel(address) as channel:
            ask: Any = channel.unary_unary("/shop.Orders/GetOrder")
            with pytest.raises(grpc.RpcError, match="ABORTED"):
                ask(b"")
        running.send_signal(signal.SIGINT)
        said, _ = running.communicate(timeout=100)
    assert running.returncode == 0
    assert said.splitlines() == [
        "✓ GET /orders/7  an order",
        "✓ shop.Orders/GetOrder  shop.Orders/GetOrder, made up from orders.proto",
    ]


def ended(*arguments: str | Path) -> tuple[int, str]:
    done = subprocess.run(command(*arguments), capture_output=True, text=True, check=False, timeout=200)
    assert "Traceback" not in done.stderr
    return done.returncode, done.stderr


def test_a_port_that_is_taken_is_one_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        for given in ((GRAPHQL, "--port", str(port)), (PROTO, "--port", "0", "--grpc-port", str(port))):
            code, said = ended(*given)
            assert code == 2
            assert f"127.0.0.1:{port} cannot be listened at: its port is taken" in said
            assert said.count("\n") == 1


def test_what_is_wrong_with_what_is_asked_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "pact.json").write_text(json.dumps(v4(one_way("placed", {"id": 1}, metadata={"topic": "x"}))))
    for given, code, why in (
        ((tmp_path / "pact.json",), 2, "messages only: say which broker they are put on (--messages URL"),
        ((tmp_path / "pact.json", "--port", "0", "--messages", "redis://127.0.0.1:1"), 3, "cannot be reached"),
        ((EXAMPLES / "events" / "order.avsc",), 2, "cannot be served: it is of the format 'avro'"),
    ):
        found, said = ended(*given)
        assert found == code
        assert why in said


WITHOUT = """
import asyncio, sys
class Hide:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in HIDDEN:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
import importlib.util
real = importlib.util.find_spec
importlib.util.find_spec = lambda name, package=None: None if name.split(".")[0] in HIDDEN else real(name, package)
sys.meta_path.insert(0, Hide())
from troth_verifiers import VerifierError
from troth_verifiers.stub import opened
for file in sys.argv[1:]:
    try:
        asyncio.run(opened([file]))
    except VerifierError as error:
        print(error)
"""


def test_a_missing_extra_is_named_with_the_command_that_brings_it() -> None:
    program = WITHOUT.replace("HIDDEN", '("google", "grpc", "graphql", "openapi_core")')
    files: Any = [str(PROTO), str(GRAPHQL), str(OPENAPI)]
    done = subprocess.run(
        [sys.executable, "-c", program, *files], capture_output=True, text=True, check=False, timeout=200
    )
    assert done.stderr == ""
    assert done.stdout.splitlines() == [
        "gRPC needs the library google.protobuf: pip install 'troth[grpc]'.",
        "GraphQL needs the library graphql: pip install 'troth[graphql]'.",
        "OpenAPI needs the library openapi_core: pip install 'troth[openapi]'.",
    ]
