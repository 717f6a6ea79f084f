"""Each transport by itself: what is sent comes, from now on only, and every way to fail has its own error."""

import asyncio
import subprocess
import sys
from collections.abc import Callable, Coroutine
from contextlib import aclosing
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import aio_pika
import aiomqtt
import nats
import pytest
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from redis import Redis

from tests.support.messaging import MQTT_KIND, NATS_KIND, RABBITMQ_KIND, REDIS_KIND
from tests.verifiers.events.conftest import Place, placed
from troth_verifiers import Contract, Outcome, Result, Target, verify
from troth_verifiers.events.errors import BrokerError
from troth_verifiers.events.opening import Brokers, listening, send
from troth_verifiers.transport import Broker, Event

SECONDS = 60.0


def came(at: Place, *events: Event, before: tuple[Event, ...] = (), number: int | None = None) -> list[Event]:
    """What comes when some messages are sent, and others were before."""

    async def work() -> list[Event]:
        broker = Broker(at.url, timeout=SECONDS)
        for one in before:
            await send(broker, one)
        async with listening(broker, at.channel) as found, asyncio.timeout(SECONDS):
            for one in events:
                await send(broker, one)
            return [await anext(found) for _ in range(number or len(events))]

    return asyncio.run(work())


def sendable(at: Place) -> str:
    return at.channel.replace("/#", "/a.b")


def test_what_goes_with_a_message_comes_with_it(place: Place) -> None:
    channel = sendable(place)
    old = Event(channel, b"old")
    sent = Event(channel, b'{"a": 1}', "application/json", (("x", "y"),), "k1", "id1", "c1")
    (event,) = came(place, sent, before=(old,))
    assert event.contents == b'{"a": 1}'
    assert event.content_type == "application/json"
    assert ("x", "y") in event.headers
    assert event.key == ("a.b" if place.kind == "amqp" else "k1")
    assert event.id == "id1"
    assert event.correlation_id == "c1"
    assert event.place or place.kind == "nats"


def test_a_correlation_id_of_mqtt_that_is_no_text_is_sent_back_as_it_came(mqtt_url: str) -> None:
    async def work() -> tuple[str | None, bytes]:
        topic = f"troth.{uuid4().hex}"
        properties = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]  # the library's has no types
        properties.CorrelationData = b"\xff\x00a"
        at = urlsplit(mqtt_url)
        client = aiomqtt.Client(at.hostname or "", at.port or 1883, protocol=aiomqtt.ProtocolVersion.V5)
        async with asyncio.timeout(SECONDS), client, aclosing(Brokers()) as brokers:
            broker = Broker(mqtt_url, timeout=SECONDS)
            async with brokers.listening(broker, topic) as found:
                await client.publish(topic, b"asked", properties=properties)
                asked = await anext(found)
            await client.subscribe(topic)
            await brokers.send(broker, Event(topic, b"told", correlation_id=asked.correlation_id))
            told = await anext(client.messages)
            return asked.correlation_id, getattr(told.properties, "CorrelationData", b"")

    assert asyncio.run(work()) == ("\\xff\0a", b"\xff\0a")


def test_messages_of_one_key_come_in_the_order_they_were_sent(place: Place) -> None:
    sent = [Event(sendable(place), str(number).encode(), key="k") for number in range(5)]
    assert [one.contents for one in came(place, *sent)] == [b"0", b"1", b"2", b"3", b"4"]


def on_loop(url: str, work: Callable[[Any], Coroutine[Any, Any, None]]) -> None:
    async def run() -> None:
        client = await nats.connect(url)
        try:
            await work(client.jetstream())
        finally:
            await client.close()

    asyncio.run(run())


def test_a_stream_of_nats_is_listened_to_where_one_keeps_the_subject(nats_url: str) -> None:
    name = uuid4().hex
    at = Place("nats", nats_url, f"js.{name}")
    on_loop(nats_url, lambda streams: streams.add_stream(name=name, subjects=[at.channel]))
    try:
        twice = Event(at.channel, b"1", id="one")
        found = came(at, twice, twice, Event(at.channel, b"2", id="two"), before=(Event(at.channel, b"0"),), number=2)
    finally:
        on_loop(nats_url, lambda streams: streams.delete_stream(name))
    assert [(one.contents, one.place) for one in found] == [(b"1", "sequence 2"), (b"2", "sequence 3")]


def test_listening_to_a_queue_takes_nothing_out_of_it(amqp_url: str) -> None:
    name = f"troth.{uuid4().hex}"

    async def declared() -> None:
        connection = await aio_pika.connect(amqp_url)
        await (await connection.channel()).declare_queue(name)
        await connection.close()

    async def left() -> list[bytes]:
        connection = await aio_pika.connect(amqp_url)
        queue = await (await connection.channel()).get_queue(name)
        found = []
        while (message := await queue.get(fail=False)) is not None:
            await message.ack()
            found.append(message.body)
        await queue.delete()
        await connection.close()
        return found

    asyncio.run(declared())
    at = Place("amqp", amqp_url, name)
    (event,) = came(at, Event(name, b"new"), before=(Event(name, b"old"),))
    assert event.contents == b"new"
    assert asyncio.run(left()) == [b"old", b"new"]


def test_an_entry_of_redis_without_a_payload_is_the_message_itself(on_redis: Place) -> None:
    async def work() -> Event:
        async with listening(Broker(on_redis.url, timeout=SECONDS), on_redis.channel) as found:
            with Redis.from_url(on_redis.url) as client:
                client.xadd(on_redis.channel, {"id": "7", "total": "9.5"})
            return await anext(found)

    event = asyncio.run(work())
    assert event.contents == b'{"id": "7", "total": "9.5"}'


def refused(url: str, channel: str = "nowhere") -> BrokerError:
    async def work() -> None:
        async with listening(Broker(url, timeout=2), channel):
            pass

    with pytest.raises(BrokerError) as caught:
        asyncio.run(work())
    assert "secret" not in caught.value.text
    return caught.value


@pytest.mark.parametrize("scheme", ["amqp", "kafka", "mqtt", "nats", "redis"])
def test_a_broker_that_is_down_cannot_be_reached(scheme: str) -> None:
    error = refused(f"{scheme}://user:secret@127.0.0.1:1")
    assert error.kind == "broker-unreachable"
    assert error.text == (
        f"The message broker at {scheme}://127.0.0.1:1 cannot be reached: nothing listens there, the connection was "
        "refused (does it run, and is this its address?)."
    )


@pytest.mark.parametrize("scheme", ["amqps", "kafkas", "mqtts", "rediss", "tls"])
def test_a_broker_with_tls_or_two_addresses_that_is_down_cannot_be_reached(scheme: str) -> None:
    for host in ("127.0.0.1", "localhost"):
        assert "nothing listens there, the connection was refused" in refused(f"{scheme}://{host}:1").text


@pytest.mark.parametrize("kind", ["amqp", "redis"])
def test_wrong_credentials_are_refused(kind: str, request: pytest.FixtureRequest) -> None:
    url: str = request.getfixturevalue(f"{kind}_url")
    address = url.rpartition("@")[2].removeprefix(f"{kind}://")
    assert refused(f"{kind}://stranger:secret@{address}").kind == "broker-refused"


def test_wrong_credentials_are_refused_by_nats() -> None:
    program = NATS_KIND.needed("started with a password")
    with NATS_KIND.private(program, "--user", "user", "--pass", "right") as port:
        assert refused(f"nats://user:secret@127.0.0.1:{port}").kind == "broker-refused"


def test_wrong_credentials_are_refused_by_mqtt() -> None:
    program = MQTT_KIND.needed("started without anonymous users")
    closed = type(MQTT_KIND)("mosquitto", 0, "", lambda where, port, folder: _closed(where, port, folder))
    with closed.private(program) as port:
        assert refused(f"mqtt://user:secret@127.0.0.1:{port}").kind == "broker-refused"


def _closed(program: Any, port: int, folder: Any) -> list[str]:
    settings = folder / "mosquitto.conf"
    settings.write_text(f"listener {port} 127.0.0.1\nallow_anonymous false\n")
    return [str(program), "-c", str(settings)]


def test_a_channel_that_is_not_there_is_missing(amqp_url: str, redis_url: str) -> None:
    assert refused(amqp_url, f"none-{uuid4().hex}").kind == "channel-missing"
    name = f"troth.{uuid4().hex}"
    with Redis.from_url(redis_url) as client:
        client.set(name, "text", ex=60)
    assert refused(redis_url, name).kind == "channel-missing"


def results(
    url: str, *channels: str, contents: bytes = b"{a: 1}", timeout: float = 60.0, **options: Any
) -> list[Result]:
    each = "".join(
        f"\n- {{description: {one}, channel: {one}, states: [{one}], contents: {contents.decode()}}}"
        for one in channels
    )
    text = f"troth: 1\nprotocol: message\nconsumer: a\nprovider: b\ninteractions:{each}"
    contract = Contract("a", "b", text.encode(), "x.yaml", format="message")
    return list(verify(contract, Target(others={"messages": url}, timeout=timeout), **options).results)


def test_a_missing_queue_errors_its_interaction_and_the_others_go_on(amqp_url: str) -> None:
    with placed("amqp", amqp_url) as at:
        sent = Event(sendable(at), b'{"a": 1}')

        def states(state: object) -> None:
            asyncio.run(send(Broker(amqp_url), sent))

        missing, there = results(amqp_url, f"none-{uuid4().hex}", at.channel, states=states)
    assert missing.cause is not None
    assert missing.cause.kind == "channel-missing"
    assert there.outcome is Outcome.PASSED, there


@pytest.mark.parametrize("kind", ["amqp", "redis"])
def test_a_message_of_fifty_megabytes_has_a_clear_result(kind: str, request: pytest.FixtureRequest) -> None:
    with placed(kind, request.getfixturevalue(f"{kind}_url")) as at:
        sent = Event(sendable(at), b'{"a": 1, "rest": "' + b"x" * 50_000_000 + b'"}', "application/json")

        def states(state: object) -> None:
            asyncio.run(send(Broker(at.url, timeout=SECONDS), sent))

        (result,) = results(at.url, at.channel, states=states, handler_timeout=SECONDS)
    assert result.outcome is Outcome.PASSED, result
    (exchange,) = result.exchanges
    assert exchange.received is not None
    assert exchange.received.size > 50_000_000
    assert len(exchange.received.body) < 5000


def test_a_broker_that_goes_away_while_we_listen_is_told() -> None:
    program = REDIS_KIND.needed("stopped")
    with REDIS_KIND.private(program) as port:
        url = REDIS_KIND.url.format(port=port)

        def gone() -> None:
            with Redis.from_url(url) as client:
                client.shutdown(nosave=True)

        (result,) = results(url, "there", states={"there": gone})
    assert result.outcome is Outcome.ERRORED
    assert result.cause is not None
    assert result.cause.kind == "broker-unreachable"
    assert "broke off while we listened" in result.cause.text


@pytest.mark.parametrize("kind", ["amqp", "mqtt", "nats"])
def test_each_broker_that_is_killed_while_we_listen_is_told(kind: str) -> None:
    broker = {"amqp": RABBITMQ_KIND, "mqtt": MQTT_KIND, "nats": NATS_KIND}[kind]
    program = broker.needed("killed")
    with broker.killable(program) as (port, kill):
        (result,) = results(broker.url.format(port=port), "amq.topic", states={"amq.topic": kill}, timeout=20)
    assert result.cause is not None
    assert result.cause.kind == "broker-unreachable"
    assert "broke off while we listened" in result.cause.text


def test_a_cluster_of_kafka_that_goes_away_while_we_listen_is_told() -> None:
    command = [sys.executable, "-m", "tests.support.kafka"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as cluster:
        assert cluster.stdout is not None
        (result,) = results(cluster.stdout.readline().strip(), "gone", states={"gone": cluster.kill}, timeout=30)
    assert result.cause is not None
    assert result.cause.kind == "broker-unreachable"
    assert "broke off while we listened" in result.cause.text


def test_too_large_a_message_for_nats_is_refused(nats_url: str) -> None:
    sent = Event(f"troth.{uuid4().hex}", b"x" * 50_000_000)
    with pytest.raises(BrokerError) as caught:
        asyncio.run(send(Broker(nats_url, timeout=SECONDS), sent))
    assert caught.value.kind == "broker-refused"


def test_a_state_that_nobody_handles_is_the_cause(redis_url: str) -> None:
    (result,) = results(redis_url, f"troth.{uuid4().hex}")
    assert result.cause is not None
    assert result.cause.kind == "state-handler-missing"


def test_headers_of_rabbitmq_that_are_no_texts_are_written_as_json(amqp_url: str) -> None:
    async def work(at: Place) -> tuple[tuple[str, str], ...]:
        async with (
            listening(Broker(at.url, timeout=SECONDS), at.channel) as found,
            await aio_pika.connect(at.url) as to,
        ):
            exchange = await (await to.channel()).get_exchange(at.channel.partition("/")[0])
            headers: Any = {
                "yes": True,
                "none": None,
                "n": 5,
                "list": [1, {"a": "b"}],
                "text": "True",
                "bytes": bytearray(b"b"),
            }
            await exchange.publish(aio_pika.Message(b"1", headers=headers), "k")
            return (await anext(found)).headers

    with placed("amqp", amqp_url) as at:
        headers = dict(asyncio.run(work(at)))
    assert headers == {
        "yes": "true", "none": "null", "n": "5", "list": '[1, {"a": "b"}]', "text": "True", "bytes": "b"
    }  # fmt: skip


@pytest.mark.parametrize("address", ["me:secret@127.0.0.1:4222", "nats:/127.0.0.1", "redis"])
def test_what_is_no_address_is_told_and_is_not_taken_for_none(address: str) -> None:
    (result,) = results(address, "c", states=lambda state: None, messages=lambda: {"a": 1})
    assert result.outcome is Outcome.ERRORED
    assert result.cause is not None
    assert "What is given as `messages` is no address" in result.cause.text
    assert "secret" not in result.cause.text


def test_an_address_that_no_transport_understands_is_told(redis_url: str) -> None:
    _ = redis_url
    (result,) = results("pigeon://127.0.0.1", "c", states=lambda state: None)
    assert result.cause is not None
    assert "No installed plug-in listens to message brokers at pigeon: addresses" in result.cause.text
