"""A stub puts the messages of contracts onto real brokers: once, again and again, on demand, and with faults."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.verifiers.events.conftest import Place
from tests.verifiers.pacts import contract, message, v4
from tests.verifiers.stub.serving import EXAMPLES, serving
from troth_verifiers import Contract, UsageError, VerifierError
from troth_verifiers.events.opening import listening
from troth_verifiers.stub import Fault, Mailing
from troth_verifiers.transport import Broker, Event

pytestmark = pytest.mark.anyio
EXPECTATIONS = EXAMPLES / "events" / "orders.troth.yaml"
ASYNCAPI = EXAMPLES / "events" / "asyncapi.yaml"
PLACED = message("an order is placed", {"id": 7}, metadata={"topic": "orders.placed", "type": "placed", "key": "7"})


def mailing(at: Place, **more: Any) -> Mailing:
    return Mailing(Broker(at.url, timeout=60), at.channel.replace("/#", "/orders.placed"), **more)


async def heard(events: AsyncIterator[Event], number: int = 1) -> list[Event]:
    async with asyncio.timeout(120):
        return [await anext(events) for _ in range(number)]


async def test_the_messages_of_every_kind_of_contract_come_over_every_kind_of_broker(place: Place) -> None:
    async with (
        listening(Broker(place.url, timeout=60), place.channel) as events,
        serving(contract(v4(PLACED)), EXPECTATIONS, ASYNCAPI, mailing=mailing(place)) as (stub, _),
    ):
        came = await heard(events, 4)  # in any order: a topic of Kafka has several partitions
        avro = [one for one in came if one.contents.startswith(b"\xc3\x01")]
        texts = [json.loads(one.contents) for one in came if one not in avro]
        assert len(avro) == 1
        assert {"id": 7} in texts
        assert {"id": 7, "total": 9.5} in texts
        assert sum(one.keys() == {"id", "total"} for one in texts) == 2
        assert [one.message for one in stub.sent] == [
            "an order is placed",
            "an order is placed (given an order is placed)",
            "an order is placed, in Avro (given an order is placed in Avro)",
            "an order is placed sends orderPlaced",
        ]
        if place.kind != "mqtt":  # where messages have headers in every version of the protocol
            assert sorted(dict(one.headers).get("type", "") for one in came) == [
                "",
                "order.placed",
                "order.placed",
                "placed",
            ]
            assert all(one.content_type == "application/json" for one in came if one not in avro)


async def test_messages_are_sent_when_the_interface_asks_for_them(on_redis: Place) -> None:
    other = message("an order is paid", {"id": 8}, metadata={"topic": "orders.paid"})
    given = contract(v4(PLACED, other))
    async with (
        listening(Broker(on_redis.url), on_redis.channel) as events,
        serving(given, mailing=mailing(on_redis, on_demand=True)) as (stub, client),
    ):
        assert not stub.sent
        answer = await client.post("/_troth/messages", json={"message": "an order is paid"})
        assert answer.json()["sent"] == [
            {"message": "an order is paid", "channel": on_redis.channel, "contents": '{"id":8}', "fault": ""}
        ]
        assert [json.loads(one.contents) for one in await heard(events)] == [{"id": 8}]
        assert len((await client.post("/_troth/messages")).json()["sent"]) == 2
        await heard(events, 2)
        told = (await client.get("/_troth/messages")).json()
        assert [(one["message"], one["sent"]) for one in told["messages"]] == [
            ("an order is placed", 1),
            ("an order is paid", 2),
        ]
        assert len(told["sent"]) == 3
        answer = await client.post("/_troth/messages", json={"message": "an order is piad"})
        assert (answer.status_code, answer.json()["error"]) == (
            400,
            "No contract knows the message 'an order is piad'; there are: an order is paid, an order is placed.",
        )
        assert (await client.post("/_troth/messages", content=b"[]")).status_code == 400
        assert (await client.delete("/_troth")).status_code == 204
        assert not stub.sent


async def test_messages_are_sent_again_and_again(on_redis: Place) -> None:
    async with (
        listening(Broker(on_redis.url), on_redis.channel) as events,
        serving(contract(v4(PLACED)), mailing=mailing(on_redis, every=0.01)) as (stub, _),
    ):
        assert len(await heard(events, 3)) == 3
        assert stub.publisher.trouble is None


async def test_what_breaks_while_messages_are_sent_again_and_again_is_raised_at_the_end(on_redis: Place) -> None:
    def breaking(_told: object) -> None:
        raise RuntimeError("broken")

    async def until_it_breaks() -> None:
        given = contract(v4(PLACED))
        async with serving(given, mailing=mailing(on_redis, every=0.01), tell=breaking) as (stub, _):
            async with asyncio.timeout(120):
                await stub.publisher.failed.wait()

    with pytest.raises(RuntimeError, match="broken"):
        await until_it_breaks()


async def test_messages_come_twice_cut_or_not_at_all_as_asked(on_redis: Place) -> None:
    async with (
        listening(Broker(on_redis.url), on_redis.channel) as events,
        serving(contract(v4(PLACED)), mailing=mailing(on_redis, on_demand=True), fault=Fault(latency=1)) as (
            stub,
            client,
        ),
    ):
        await stub.send(duplicate=1, truncate=4)
        assert [one.contents for one in await heard(events, 2)] == [b'{"id', b'{"id']
        await client.post("/_troth/messages", headers={"X-Troth-Fault": "reset"})
        await client.post("/_troth/messages", json={"truncate": 1})
        assert [one.contents for one in await heard(events)] == [b"{"]
        assert [one.fault for one in stub.sent] == [
            "cut after 4 bytes, sent 2 times", "cut after 4 bytes, sent 2 times", "lost", "cut after 1 bytes",
        ]  # fmt: skip


async def test_generated_values_are_in_messages(on_redis: Place) -> None:
    one = message("an order", {"id": 1, "owner": 3}, metadata={"topic": "x"})
    one["generators"] = {"body": {"$.id": {"type": "RandomInt", "min": 50, "max": 60}}}
    one["generators"]["body"]["$.owner"] = {"type": "ProviderState", "expression": "owner"}
    async with serving(contract(v4(one)), mailing=mailing(on_redis)) as (stub, _):
        found = json.loads(stub.sent[0].contents)
        assert (50 <= found["id"] <= 60, found["owner"]) == (True, 3)


async def test_what_keeps_messages_from_being_sent_is_one_sentence(on_redis: Place, tmp_path: Path) -> None:
    nowhere = contract(v4(message("an order", {"id": 1})))
    with pytest.raises(UsageError, match="'an order' names no channel, topic or queue"):
        async with serving(nowhere, mailing=Mailing(Broker(on_redis.url))):
            pass
    with pytest.raises(UsageError, match="These contracts hold messages only: say which broker"):
        async with serving(nowhere):
            pass
    with pytest.raises(VerifierError, match=r"The message broker at redis://127\.0\.0\.1:1 cannot be reached"):
        async with serving(nowhere, mailing=Mailing(Broker("redis://127.0.0.1:1"), "x")):
            pass
    with pytest.raises(UsageError, match="No installed plug-in listens to message brokers at pigeon: addresses"):
        async with serving(nowhere, mailing=Mailing(Broker("pigeon://x"), "x")):
            pass
    document = {"troth": 1, "protocol": "message", "consumer": "a", "provider": "b"}
    bare = {**document, "interactions": [{"description": "an order", "schemaName": "order.avsc"}]}
    file = tmp_path / "x.troth.json"
    file.write_text(json.dumps(bare))
    lacking = Contract("a", "b", file.read_bytes(), "x.json", format="message")
    with pytest.raises(VerifierError, match="It has no `contents`, so there is nothing to send"):
        async with serving(lacking, mailing=mailing(on_redis)):
            pass
