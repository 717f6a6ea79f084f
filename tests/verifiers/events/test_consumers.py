"""Consumers replayed: a message put on a real broker, and what the consumer then did."""

import contextlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import yaml
from redis import Redis

from tests.verifiers.events.conftest import EXAMPLE, Place, running
from tests.verifiers.providing import Answer, Provider
from troth_verifiers import Contract, Outcome, Result, Target, verify


def contract(channel: str, files: Mapping[str, bytes] | None = None, **says: Any) -> Contract:
    interaction = {
        "description": "an order is billed",
        "channel": channel,
        "contents": {"id": 7, "total": 9.5},
        "outcome": {"billed": {"7": 9.5}},
        **says,
    }
    document = {"troth": 1, "protocol": "message", "consumer": "billing", "provider": "orders"}
    content = yaml.safe_dump({**document, "interactions": [interaction]}).encode()
    return Contract("billing", "orders", content, "x.yaml", format="message", files=files or {})


@contextlib.contextmanager
def consuming(at: Place, *more: str) -> Iterator[str]:
    """The example's consumer in a process of its own; gives its address."""
    with running("consumer.py", "--broker", at.url, "--channel", at.channel, *more) as url:
        yield url


def test_a_sound_consumer_passes_and_is_given_the_time_it_takes(on_redis: Place) -> None:
    with consuming(on_redis) as url:
        target = Target(others={"messages": on_redis.url, "outcomes": url}, timeout=60)
        (result,) = verify(contract(on_redis.channel), target).results
    assert result.outcome is Outcome.PASSED, result
    (exchange,) = result.exchanges
    assert exchange.sent is not None
    assert exchange.sent.body == '{"id": 7, "total": 9.5}'
    assert exchange.received is not None
    assert exchange.received.body == '{"billed": {"7": 9.5}}'


def test_a_broken_consumer_fails(on_redis: Place) -> None:
    with consuming(on_redis, "--broken") as url:
        target = Target(others={"messages": on_redis.url, "outcomes": url}, timeout=3)
        (result,) = verify(contract(on_redis.channel), target).results
    assert result.outcome is Outcome.FAILED
    assert [(one.kind, one.place) for one in result.mismatches] == [("outcome", "$.billed['7']")]


def handled(
    at: Place,
    tells: object,
    files: Mapping[str, bytes] | None = None,
    others: Mapping[str, str] | None = None,
    **says: Any,
) -> Result:
    """What is said of an outcome that a function tells, once it has seen the message."""

    def told() -> object:
        return tells() if callable(tells) else tells

    target = Target(others={"messages": at.url, "outcomes": "handlers", **(others or {})}, timeout=1)
    (result,) = verify(contract(at.channel, files, **says), target, messages=told, states=lambda: None).results
    return result


def test_a_function_tells_the_outcome(on_redis: Place) -> None:
    def seen() -> object:
        with Redis.from_url(on_redis.url) as client:
            entries: Any = client.xrange(on_redis.channel)
        ((_, fields), *_) = entries
        assert fields[b"key"] == b"7"
        assert fields[b"type"] == b"order.placed"
        assert fields[b"correlation-id"] == b"c1"
        assert fields[b"content-type"] == b"application/json"
        order = json.loads(fields[b"payload"])
        return {"billed": {str(order["id"]): order["total"]}}

    says: dict[str, Any] = {
        "key": "7",
        "contentType": "application/json",
        "metadata": {"type": "order.placed", "correlationId": "c1"},
    }
    assert handled(on_redis, seen, **says).outcome is Outcome.PASSED


def test_rules_speak_of_the_outcome(on_redis: Place) -> None:
    says: dict[str, Any] = {"outcomeRules": {"$.billed.7": {"match": "decimal"}}}
    assert handled(on_redis, {"billed": {"7": 1.25}}, **says).outcome is Outcome.PASSED
    assert handled(on_redis, {"billed": {"7": "x"}}, **says).outcome is Outcome.FAILED


def test_the_message_is_encoded_as_the_contract_says(on_redis: Place) -> None:
    files = {"order.avsc": (EXAMPLE / "order.avsc").read_bytes()}

    def seen() -> object:
        with Redis.from_url(on_redis.url) as client:
            entries: Any = client.xrange(on_redis.channel)
        return {"begins": entries[-1][1][b"payload"][:2].hex()}

    says: dict[str, Any] = {"schemaName": "order.avsc", "encoding": "avro-single-object", "outcome": {"begins": "c301"}}
    assert handled(on_redis, seen, files, **says).outcome is Outcome.PASSED
    misfit = handled(on_redis, seen, files, **{**says, "contents": {"id": "seven"}})
    assert misfit.outcome is Outcome.ERRORED
    assert misfit.cause is not None
    assert misfit.cause.text.startswith("The contents do not fit their Avro schema")


def test_a_consumer_is_not_sent_what_the_contract_does_not_say(on_redis: Place) -> None:
    whole = contract(on_redis.channel, {"s.json": b"{}"}, schemaName="s.json")
    document = yaml.safe_load(whole.content)
    del document["interactions"][0]["contents"]
    bare = replace(whole, content=yaml.safe_dump({**document, "schema": ["s.json"]}).encode())
    target = Target(others={"messages": on_redis.url, "outcomes": "handlers"}, timeout=1)
    (result,) = verify(bare, target, messages=lambda: {"billed": {"7": 9.5}}).results
    assert result.cause is not None
    assert result.cause.text == "The interaction has no `contents`, so there is nothing to send to the consumer."


def test_what_a_consumer_cannot_be_asked_is_told(on_redis: Place, provider: Provider) -> None:
    others = {"messages": on_redis.url, "outcomes": "http://me:s3cret@127.0.0.1:1/"}
    (result,) = verify(contract(on_redis.channel), Target(others=others)).results
    assert result.cause is not None
    assert "could not be asked for at http://127.0.0.1:1/: " in result.cause.text
    provider.answers["/"] = Answer(500, b"oh")
    others["outcomes"] = f"{provider.url}/"
    (result,) = verify(contract(on_redis.channel), Target(others=others, timeout=2)).results
    assert result.outcome is Outcome.FAILED
    assert "the answer was 500 oh" in result.mismatches[0].text
    assert len(provider.asked) > 1
    (result,) = verify(contract(on_redis.channel), Target(others={"outcomes": provider.url})).results
    assert result.cause is not None
    assert "give the target the address of a message broker" in result.cause.text
