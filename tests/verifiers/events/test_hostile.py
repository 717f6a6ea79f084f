"""What comes that nobody asked for: empty and garbled messages, rights that are missing, a library that hangs on."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from confluent_kafka import Producer
from redis import Redis

from tests.support.messaging import NATS_KIND, REDIS_KIND
from tests.verifiers.events.test_transports import results
from troth_verifiers import Outcome, Result
from troth_verifiers.errors import VerifierError
from troth_verifiers.events.opening import listening, send
from troth_verifiers.events.watching import Delivery, Judged, watched
from troth_verifiers.transport import Broker, Event

Sending = Callable[[Producer, str], None]


def on_kafka(url: str, sending: Sending, contents: bytes, timeout: float = 60.0) -> Result:
    """What is said of a topic to which this is sent."""
    topic = f"troth.{uuid4().hex}"
    producer = Producer({"bootstrap.servers": urlsplit(url).netloc})

    def send_all() -> None:
        sending(producer, topic)
        producer.flush(30)

    (result,) = results(url, topic, contents=contents, timeout=timeout, states={topic: send_all}, handler_timeout=60)
    return result


def test_a_tombstone_is_what_a_contract_without_contents_expects(kafka_url: str) -> None:
    def delete(producer: Producer, topic: str) -> None:
        producer.produce(topic, None, key=b"7")

    assert on_kafka(kafka_url, delete, b"null").outcome is Outcome.PASSED
    wrong = on_kafka(kafka_url, delete, b"{a: 1}", timeout=2)
    assert wrong.outcome is Outcome.FAILED
    assert wrong.mismatches[0].text == "The message is empty (on Kafka, that marks its key as deleted)."


def test_poison_and_bytes_in_keys_and_headers_do_not_stand_in_the_way(kafka_url: str) -> None:
    def poison(producer: Producer, topic: str) -> None:
        producer.produce(topic, b"\xff\xfe", key=b"k", headers=[("none", None)])
        producer.produce(topic, b'{"a": 1}', key=b"k\xff\x00", headers=[("bytes", b"\xff\x00")])

    result = on_kafka(kafka_url, poison, b"{a: 1}")
    assert result.outcome is Outcome.PASSED, result
    (received, *_) = [one.received for one in result.exchanges if one.received is not None]
    assert ("key", "k\\xff\x00") in received.headers
    assert ("bytes", "\\xff\x00") in received.headers


def test_keys_that_are_no_texts_stay_apart(kafka_url: str) -> None:
    def two(producer: Producer, topic: str) -> None:
        for key in (b"\xfe", b"\xff"):
            producer.produce(topic, b'{"a": 1}', key=key)

    result = on_kafka(kafka_url, two, b"{a: 1}, delivery: {exactly: once, count: 2}", timeout=10)
    assert result.outcome is Outcome.PASSED, result


def refused(url: str, channel: str) -> list[str]:
    """What is said to who listens, and to who sends."""
    said = []

    async def listen() -> None:
        async with listening(Broker(url), channel):
            pass

    for work in (listen, lambda: send(Broker(url), Event(channel, b"1"))):
        with pytest.raises(VerifierError) as caught:
            asyncio.run(work())
        assert caught.value.kind == "broker-refused"
        said.append(caught.value.text)
    return said


def test_a_stream_of_redis_that_a_user_has_no_right_to_is_told() -> None:
    program = REDIS_KIND.needed("started with a user")
    with REDIS_KIND.private(program) as port:
        with Redis(port=port) as client:
            client.execute_command("ACL", "SETUSER", "me", "on", ">word", "~mine*", "+@all")
        assert all("no permissions to access" in one for one in refused(f"redis://me:word@127.0.0.1:{port}/0", "other"))


def test_a_subject_of_nats_that_a_user_has_no_right_to_is_told() -> None:
    program = NATS_KIND.needed("started with a user")
    rights = "permissions: {publish: {allow: [a]}, subscribe: {allow: [a, '_INBOX.>']}}"

    def command(where: Path, port: int, folder: Path) -> list[str]:
        settings = folder / "nats.conf"
        settings.write_text(f"authorization {{users: [{{user: me, password: word, {rights}}}]}}\n")
        return [str(where), "-a", "127.0.0.1", "-p", str(port), "-c", str(settings)]

    with replace(NATS_KIND, command=command).private(program) as port:
        heard, sent = refused(f"nats://me:word@127.0.0.1:{port}", "b")
    assert 'permissions violation for subscription to "b"' in heard
    assert 'permissions violation for publish to "b"' in sent


def test_the_wait_ends_though_a_library_goes_on_when_it_is_cancelled() -> None:
    async def deaf() -> AsyncIterator[Event]:
        for _ in range(2):
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                continue
        yield Event("never", b"")

    async def judge(event: Event) -> Judged:
        raise AssertionError(event)

    async def work() -> int:
        async with asyncio.timeout(60):
            return (await watched(deaf(), judge, Delivery(), 0.01)).number

    assert asyncio.run(work()) == 0
