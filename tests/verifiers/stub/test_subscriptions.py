"""A stub of GraphQL over websockets: the events of expectations, and events made up from a schema."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from tests.verifiers.stub.serving import EXAMPLES, serving
from troth_verifiers.stub import Station

pytestmark = pytest.mark.anyio
EXPECTATIONS = EXAMPLES / "catalogue" / "web-catalogue.troth.yaml"
SCHEMA = EXAMPLES / "catalogue" / "schema.graphql"
PRICE = 'subscription { priceChanged(id: "2") { id price step } }'


@asynccontextmanager
async def talking(stub: Station, path: str = "/graphql", **options: Any) -> AsyncIterator[ClientConnection]:
    """A websocket that is acknowledged."""
    url = f"{stub.url.replace('http', 'ws', 1)}{path}"
    options = {"subprotocols": ["graphql-transport-ws"], "proxy": None, "open_timeout": 120} | options
    async with connect(url, **options) as socket:
        await say(socket, type="connection_init", payload={"token": "t"})
        assert await heard(socket) == {"type": "connection_ack"}
        yield socket


async def say(socket: ClientConnection, **message: object) -> None:
    await socket.send(json.dumps(message))


async def heard(socket: ClientConnection) -> Any:
    return json.loads(await socket.recv())


async def subscribed(socket: ClientConnection, query: str, name: str = "a", **more: object) -> list[Any]:
    """What comes until the end of an operation."""
    await say(socket, id=name, type="subscribe", payload={"query": query, **more})
    found = [await heard(socket)]
    while found[-1]["type"] == "next":
        found.append(await heard(socket))
    return found


async def test_events_that_are_expected_come_in_their_order_and_then_the_end() -> None:
    async with serving(EXPECTATIONS) as (stub, client), talking(stub) as socket:
        first, second, last = await subscribed(socket, PRICE)
        assert first == {
            "id": "a",
            "type": "next",
            "payload": {"data": {"priceChanged": {"id": "2", "price": 5.0, "step": 1}}},
        }
        assert second["payload"]["data"]["priceChanged"]["step"] == 2
        assert last == {"id": "a", "type": "complete"}
        (refused,) = await subscribed(socket, PRICE.replace('"2"', '"3"'), "b")
        assert (refused["type"], refused["id"]) == ("error", "b")
        assert "No contract knows SUBSCRIBE /graphql (subscription)." in refused["payload"][0]["message"]
        asked = (await client.get("/_troth/requests")).json()
        assert [one["method"] for one in asked["answered"]] == ["SUBSCRIBE"]
        assert [one["protocol"] for one in asked["refused"]] == ["graphql"]
        stub.refused.clear()


async def test_events_are_made_up_from_a_schema_as_many_as_are_asked_for() -> None:
    async with serving(SCHEMA) as (stub, _):
        async with talking(stub) as socket:
            event, _ = await subscribed(socket, PRICE)
            assert event["payload"] == {"data": {"priceChanged": {"id": "2", "price": 1.5, "step": 1}}}
            query, _ = await subscribed(socket, "{ products { name } }", "b")
            assert query["payload"] == {"data": {"products": [{"name": "name"}]}}
        async with talking(stub, additional_headers={"X-Troth-Events": "3"}) as socket:
            found = await subscribed(
                socket, "subscription S($id: ID!) { priceChanged(id: $id) { id } }", variables={"id": "9"}
            )
            assert [one.get("payload") for one in found] == [{"data": {"priceChanged": {"id": "9"}}}] * 3 + [None]
        async with talking(stub, additional_headers={"X-Troth-Events": "many"}) as socket:
            (refused,) = await subscribed(socket, PRICE)
            assert refused["payload"] == [{"message": "x-troth-events is a number from 1 to 1000, not 'many'."}]
        async with talking(stub, "/elsewhere") as socket:
            (refused,) = await subscribed(socket, PRICE)
            assert "GraphQL is asked at /graphql." in refused["payload"][0]["message"]


async def test_faults_are_those_of_the_stub_and_of_the_handshake() -> None:
    async with serving(EXPECTATIONS) as (stub, client):
        async with talking(stub, additional_headers={"X-Troth-Fault": "status=503"}) as socket:
            (refused,) = await subscribed(socket, PRICE)
            assert refused["payload"] == [{"message": "a fault that was asked for"}]
        async with talking(stub, additional_headers={"X-Troth-Fault": "latenesss=1"}) as socket:
            (refused,) = await subscribed(socket, PRICE)
            assert "'latenesss' is no fault" in refused["payload"][0]["message"]
        await client.put("/_troth/faults", json={"truncate": 1, "latency": 5})
        async with talking(stub) as socket:
            with pytest.raises(ConnectionClosed):
                await subscribed(socket, PRICE)
        await client.put("/_troth/faults", json={"truncate": -1, "reset": True})
        async with talking(stub) as socket:
            with pytest.raises(ConnectionClosed):
                await subscribed(socket, PRICE)


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ({"type": "connection_init"}, 4429),
        ({"type": "subscribe", "id": "a"}, 4400),
        ({"type": "unknown"}, 4400),
        ([1], 4400),
    ],
)
async def test_who_breaks_the_protocol_is_told_how(message: object, code: int) -> None:
    async with serving(SCHEMA) as (stub, _), talking(stub) as socket:
        await say(socket, type="ping")
        assert await heard(socket) == {"type": "pong"}
        await socket.send(json.dumps(message))
        with pytest.raises(ConnectionClosed) as closed:
            await socket.recv()
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == code


async def test_an_id_is_used_once_at_a_time_and_may_be_ended() -> None:
    headers = {"X-Troth-Fault": "latency=600000"}
    async with serving(SCHEMA) as (stub, _), talking(stub, additional_headers=headers) as socket:
        payload = {"query": PRICE}
        await say(socket, id="a", type="subscribe", payload=payload)
        await say(socket, id="a", type="complete")
        await say(socket, id="a", type="subscribe", payload=payload)
        await say(socket, id="a", type="subscribe", payload=payload)
        with pytest.raises(ConnectionClosed) as closed:
            await socket.recv()
        assert closed.value.rcvd is not None
        assert (closed.value.rcvd.code, closed.value.rcvd.reason) == (4409, "Subscriber for a already exists")


async def test_nothing_is_answered_before_the_connection_is_begun_or_by_another_protocol() -> None:
    async with serving(SCHEMA) as (stub, _):
        url = f"{stub.url.replace('http', 'ws', 1)}/graphql"
        for protocols, code in ((["graphql-transport-ws"], 4401), (None, 4406)):
            async with connect(url, subprotocols=protocols, proxy=None, open_timeout=120) as socket:  # type: ignore[arg-type]
                with suppress(ConnectionClosed):
                    await say(socket, id="a", type="subscribe", payload={"query": PRICE})
                await socket.wait_closed()
                assert socket.close_code == code
