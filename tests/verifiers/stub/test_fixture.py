"""The fixture of pytest serves contracts of every protocol, and sends messages when the test says so."""

import json
from functools import partial
from typing import Any

import grpc
import httpx
import pytest
from redis import Redis

from tests.verifiers.events.conftest import Place
from tests.verifiers.grpc.serving import message
from tests.verifiers.pacts import contract, http, v4
from tests.verifiers.pacts import message as one_way
from tests.verifiers.stub.serving import EXAMPLES
from troth_verifiers import UsageError, VerifierError
from troth_verifiers.stub import Fault


def test_contracts_of_every_protocol_are_served_to_a_test(troth_stub: Any) -> None:
    stub = troth_stub(
        contract(v4(http("an order", "/orders/7", body={"id": 7}))),
        EXAMPLES / "grpc_orders" / "orders.proto",
        str(EXAMPLES / "catalogue" / "schema.graphql"),
    )
    assert httpx.get(f"{stub.url}/orders/7", trust_env=False).json() == {"id": 7}
    asked = {"query": "{ products { name } }"}
    assert httpx.post(f"{stub.url}/graphql", json=asked, trust_env=False).json()["data"] == {
        "products": [{"name": "name"}]
    }
    with grpc.insecure_channel(stub.grpc) as channel:
        ask: Any = channel.unary_unary("/shop.Orders/GetOrder")
        assert ask(message("GetOrderRequest", id=7))[:2] == b"\x08\x07"
        stub.fault = Fault(code="ABORTED")
        with pytest.raises(grpc.RpcError, match="ABORTED"):
            ask(b"")
        nothing: Any = channel.unary_unary("/shop.Orders/Nothing")
        with pytest.raises(grpc.RpcError, match=r"No contract knows the method shop\.Orders/Nothing"):
            nothing(b"")
    assert [one.asked.protocol for one in stub.answered] == ["http", "graphql", "grpc", "grpc"]
    stub.refused.clear()


def test_messages_are_sent_when_the_test_says_so(troth_stub: Any, on_redis: Place) -> None:
    pact = contract(v4(one_way("an order is placed", {"id": 7}, metadata={"topic": "orders"})))
    stub = troth_stub(pact, messages=on_redis.url, channel=on_redis.channel)
    assert not stub.sent
    assert [one.contents for one in stub.send("an order is placed", duplicate=1)] == [b'{"id":7}'] * 2
    with Redis.from_url(on_redis.url) as client:
        entries: Any = client.xrange(on_redis.channel)
    assert [json.loads(fields[b"payload"]) for _, fields in entries] == [{"id": 7}] * 2
    with pytest.raises(UsageError, match="No contract knows the message 'an order is lost'"):
        stub.send("an order is lost")
    with pytest.raises(UsageError, match=r"No contract of this stub speaks gRPC\."):
        _ = stub.grpc


def test_what_is_asked_wrongly_is_shown_in_the_test_alone(troth_stub: Any) -> None:
    stub = troth_stub(contract(v4(http("an order", "/orders/7"))))
    for ask in (partial(troth_stub, "nowhere.yaml"), partial(troth_stub, latency="late"), partial(stub.send, "lost")):
        with pytest.raises(VerifierError) as raised:
            ask()
        assert {str(entry.path) for entry in raised.traceback.filter(raised)} == {__file__}


@pytest.mark.anyio
async def test_a_test_that_runs_in_an_event_loop_is_served_too(troth_stub: Any) -> None:
    stub = troth_stub(contract(v4(http("an order", "/orders/7", body={"id": 7}))))
    async with httpx.AsyncClient(trust_env=False) as client:
        assert (await client.get(f"{stub.url}/orders/7")).json() == {"id": 7}
