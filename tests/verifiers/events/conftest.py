"""Message brokers that run, a channel of the test's own on each, and the example's producer beside them."""

import asyncio
import contextlib
import gc
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import aio_pika
import pytest
from confluent_kafka import Producer
from redis import Redis

from tests.support.messaging import MQTT, NATS, RABBITMQ, REDIS
from tests.support.services import Missing, Service, skip_or_fail
from tests.verifiers.events.secure import Papers, papers_in

EXAMPLE = Path(__file__).parents[3] / "examples" / "events"
KINDS = ("amqp", "kafka", "mqtt", "nats", "redis")


@dataclass(frozen=True)
class Place:
    """A broker and a channel of the test's own on it."""

    kind: str
    url: str
    channel: str


def _running(service: Service) -> Iterator[str]:
    with ExitStack() as held:
        try:
            url = held.enter_context(service.running())
        except Missing as missing:
            skip_or_fail(missing)
        yield url


@pytest.fixture(scope="session")
def nats_url() -> Iterator[str]:
    yield from _running(NATS)


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    yield from _running(REDIS)


@pytest.fixture(scope="session")
def mqtt_url() -> Iterator[str]:
    yield from _running(MQTT)


@pytest.fixture(scope="session")
def amqp_url() -> Iterator[str]:
    yield from _running(RABBITMQ)


@pytest.fixture(scope="session")
def kafka_url() -> Iterator[str]:
    """A cluster of the client library's own, which lives as long as its producer."""
    producer = Producer({"test.mock.num.brokers": "1", "bootstrap.servers": "ignored:1", "log_level": 0})
    (broker,) = producer.list_topics(timeout=60).brokers.values()
    yield f"kafka://{broker.host}:{broker.port}"
    producer.flush(0)


@contextlib.contextmanager
def exchange(url: str, name: str) -> Iterator[None]:
    """A topic exchange of RabbitMQ for as long as the block lasts."""

    async def declare(*, gone: bool) -> None:
        connection = await aio_pika.connect(url)
        channel = await connection.channel()
        if gone:
            await channel.exchange_delete(name)
        else:
            await channel.declare_exchange(name, "topic", durable=False)
        await connection.close()

    asyncio.run(declare(gone=False))
    try:
        yield
    finally:
        asyncio.run(declare(gone=True))


@contextlib.contextmanager
def placed(kind: str, url: str) -> Iterator[Place]:
    """A channel on a broker, gone after the block."""
    name = f"troth.{uuid4().hex}"
    with ExitStack() as held:
        if kind == "amqp":
            held.enter_context(exchange(url, name))
        yield Place(kind, url, f"{name}/#" if kind == "amqp" else name)
        if kind == "redis":
            with Redis.from_url(url) as client:
                client.delete(name)


@pytest.fixture(params=KINDS)
def place(request: pytest.FixtureRequest) -> Iterator[Place]:
    """A channel on each kind of broker in turn."""
    with placed(request.param, request.getfixturevalue(f"{request.param}_url")) as found:
        yield found


@pytest.fixture
def on_redis(redis_url: str) -> Iterator[Place]:
    """A stream of the test's own."""
    with placed("redis", redis_url) as found:
        yield found


@contextlib.contextmanager
def running(program: str, *arguments: str) -> Iterator[str]:
    """A program of the example in a process of its own; gives the address that it prints."""
    command = [sys.executable, str(EXAMPLE / program), *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        try:
            yield child.stdout.readline().strip()
        finally:
            child.terminate()


@contextlib.contextmanager
def producing(at: Place, broken: str = "") -> Iterator[str]:
    """The example's producer; gives its address for provider states."""
    channel = at.channel.replace("/#", "/placed")
    with running("producer.py", "--broker", at.url, "--channel", channel, "--broken", broken) as url:
        yield url


@pytest.fixture
def collected() -> Iterator[None]:
    """What a library left of a handshake that failed is collected before the next test, which would be blamed."""
    yield
    gc.collect()


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Papers:
    """A private authority with a certificate for each side."""
    try:
        return papers_in(tmp_path_factory.mktemp("papers"))
    except Missing as missing:
        skip_or_fail(missing)
