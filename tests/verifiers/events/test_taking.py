"""What an application receives, replayed: the document's message goes to a real broker, and its reply is judged."""

import contextlib
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from tests.verifiers.events.conftest import EXAMPLE, Place, running
from tests.verifiers.providing import Answer, providing
from troth_verifiers import Contract, Outcome, Report, Result, Target, verify
from troth_verifiers.files import contract_in


@contextlib.contextmanager
def quoting(at: Place, channel: str, broken: str = "") -> Iterator[str]:
    """The example's application in a process of its own; gives its address."""
    with running("quoting.py", "--broker", at.url, "--channel", channel, "--broken", broken) as url:
        yield url


def quotes(at: Place, channel: str, *, shared: bool = False) -> Contract:
    """The example's document with channels of the test's own; `shared`: that of the replies has a fixed address."""
    contract = contract_in(EXAMPLE / "quotes.asyncapi.yaml")
    content = contract.content.replace(b"quotes.asked", channel.encode())
    if shared or at.kind == "kafka":  # which makes no channel for one reply
        content = content.replace(b"address: null", f"address: {channel}-told".encode())
    return replace(contract, content=content)


def quoted(at: Place, broken: str = "", *, shared: bool = False, timeout: float = 60.0) -> Report:
    channel = f"troth.{uuid4().hex}"
    with quoting(at, channel, broken):
        return verify(quotes(at, channel, shared=shared), Target(others={"messages": at.url}, timeout=timeout))


def test_an_application_that_replies_soundly_passes_on_every_broker(place: Place) -> None:
    report = quoted(place)
    assert report.ok, report.to_text()
    first, second = report.results
    assert first.interaction.description == "quote receives quoteAsked: three of them"
    request, reply, *_ = first.exchanges  # on a shared channel the other reply came, too
    assert request.sent is not None
    assert json.loads(request.sent.body) == {"sku": "A1", "quantity": 3}
    assert reply.received is not None
    assert json.loads(reply.received.body) == {"sku": "A1", "price": 30}
    assert second.interaction.description.endswith(": one of them")


def test_a_reply_that_breaks_its_schema_fails(on_redis: Place) -> None:
    for result in quoted(on_redis, "price", timeout=2).results:
        assert result.outcome is Outcome.FAILED
        (mismatch,) = result.mismatches
        assert mismatch.text.startswith("The payload breaks its schema: /price: ")


def test_a_reply_to_something_else_fails_where_nobody_else_knows_the_channel(on_redis: Place) -> None:
    for result in quoted(on_redis, "id", timeout=2).results:
        assert result.outcome is Outcome.FAILED
        assert [one.place for one in result.mismatches] == ["correlationId"]


def test_replies_to_others_on_a_shared_channel_are_not_the_one(on_redis: Place) -> None:
    report = quoted(on_redis, shared=True)
    assert report.ok, report.to_text()
    for result in quoted(on_redis, "id", shared=True, timeout=2).results:
        assert result.outcome is Outcome.ERRORED
        assert result.cause is not None
        assert result.cause.kind == "message-never-came"
        assert re.search(r"\d other messages? came: ", result.cause.text)  # the other interaction's reply may come, too


def test_a_reply_that_never_comes_is_an_error(on_redis: Place) -> None:
    for result in quoted(on_redis, "silent", timeout=2).results:
        assert result.cause is not None
        assert result.cause.kind == "message-never-came"
        assert "nothing came at all" in result.cause.text


def test_a_server_that_says_that_nobody_listens_is_no_application_that_replies(nats_url: str) -> None:
    at = Place("nats", nats_url, f"troth.{uuid4().hex}")
    for result in verify(quotes(at, at.channel), Target(others={"messages": at.url}, timeout=0.5)).results:
        assert result.cause is not None
        assert result.cause.kind == "message-never-came"
        assert "nothing came at all" in result.cause.text


def publishes(channel: str, **message: Any) -> Contract:
    """A document of version 2 whose application receives one message."""
    operation = {"operationId": "quote", "message": {"name": "asked", **message}}
    document = {
        "asyncapi": "2.6.0",
        "info": {"title": "t", "version": "1"},
        "channels": {channel: {"publish": operation}},
    }
    return Contract("", "quotes", json.dumps(document).encode(), "asyncapi", format="asyncapi")


ASKED: dict[str, Any] = {
    "type": "object",
    "required": ["sku", "quantity"],
    "properties": {"sku": {"type": "string", "minLength": 2}, "quantity": {"type": "integer", "minimum": 1}},
}


def test_without_a_reply_the_application_is_asked_what_it_did(on_redis: Place) -> None:
    channel = f"troth.{uuid4().hex}"
    contract = publishes(channel, payload=ASKED)
    with quoting(on_redis, channel) as url:
        target = Target(others={"messages": on_redis.url, "outcomes": url}, timeout=60)
        (result,) = verify(contract, target).results
        assert result.outcome is Outcome.PASSED, result
        others = {"messages": on_redis.url, "outcomes": url}
        elsewhere = publishes(
            f"{channel}.elsewhere", payload=ASKED, examples=[{"payload": {"sku": "Z9", "quantity": 1}}]
        )
        (missed,) = verify(elsewhere, Target(others=others, timeout=2)).results
    assert missed.outcome is Outcome.FAILED
    assert "did not deal with the message within 2 s" in missed.mismatches[0].text


def test_a_function_that_raises_is_asked_again_until_the_wait_is_over(on_redis: Place) -> None:
    def told() -> str:
        asked.append(1)
        if len(asked) <= fails:
            raise LookupError("not yet")
        return "taken"

    contract = publishes(on_redis.channel, payload=ASKED)
    others = {"messages": on_redis.url, "outcomes": "handlers"}
    asked: list[int] = []
    fails: float = 2
    (late,) = verify(contract, Target(others=others, timeout=60), messages=told).results
    assert late.outcome is Outcome.PASSED, late
    fails = float("inf")
    (never,) = verify(contract, Target(others=others, timeout=2), messages=told).results
    assert never.outcome is Outcome.FAILED
    assert "not yet" in never.mismatches[0].text


def test_what_nobody_could_tell_of_is_skipped_and_says_so(on_redis: Place) -> None:
    target = Target(others={"messages": on_redis.url})
    (result,) = verify(publishes(on_redis.channel, payload=ASKED), target).results
    assert result.outcome is Outcome.SKIPPED
    assert result.cause is not None
    assert result.cause.kind == "nothing-to-replay"
    assert "give the target the address `outcomes`" in result.cause.text


def handed(contract: Contract, handler: Any) -> Result:
    """What is said where a function stands for the application."""
    (result,) = verify(contract, messages=handler).results
    return result


def taking(seen: list[Any]) -> Callable[[Any], str]:
    """A function that keeps what it is handed."""

    def take(request: Any) -> str:
        seen.append(request)
        return "taken"

    return take


def test_without_a_broker_functions_are_handed_the_message() -> None:
    seen: list[Any] = []

    def quote(request: Any) -> dict[str, Any]:
        seen.append(request)
        return {"sku": request["contents"]["sku"], "price": 5}

    assert handed(publishes("c", payload=ASKED), quote).outcome is Outcome.PASSED
    assert seen[0]["contents"]["quantity"] >= 1
    contract = contract_in(EXAMPLE / "quotes.asyncapi.yaml")
    results = verify(contract, messages=lambda request: {"sku": request["contents"]["sku"], "price": "dear"}).results
    assert [one.outcome for one in results] == [Outcome.FAILED, Outcome.FAILED]


def test_a_url_that_stands_for_the_application_and_takes_nothing_fails() -> None:
    with providing() as provider:
        provider.otherwise = Answer(500, b"out of stock")
        (result,) = verify(publishes("c", payload=ASKED), Target(others={"messages": provider.url})).results
    assert result.outcome is Outcome.FAILED, result.cause
    assert [one.text for one in result.mismatches] == ["The message endpoint answered 500 out of stock"]


AVRO = {
    "schemaFormat": "application/vnd.apache.avro;version=1.9.0",
    "payload": {"type": "record", "name": "R", "fields": [{"name": "id", "type": "int"}]},
}
PROTOBUF = {
    "schemaFormat": "application/vnd.google.protobuf;version=3",
    "payload": 'syntax = "proto3"; message Asked { int32 id = 1; string sku = 2; }',
}


@pytest.mark.parametrize(
    ("message", "contents"),
    [
        (AVRO, {"id": 0}),
        (PROTOBUF, {"id": 2, "sku": "a"}),
        ({**AVRO, "examples": [{"payload": {"id": 7}}]}, {"id": 7}),
        ({"payload": {"type": "integer", "examples": [41]}}, 41),
        ({"payload": {"type": "integer", "minimum": 3}}, 3),
    ],
)
def test_examples_come_first_and_else_messages_are_made_of_the_schemas(message: dict[str, Any], contents: Any) -> None:
    seen: list[Any] = []
    assert handed(publishes("c", **message), taking(seen)).outcome is Outcome.PASSED
    assert seen[0]["contents"] == contents


def test_an_example_that_breaks_its_own_schema_is_not_sent() -> None:
    result = handed(
        publishes("c", payload=ASKED, examples=[{"name": "none", "payload": {"sku": "A1"}}]), lambda: "taken"
    )
    assert result.outcome is Outcome.ERRORED
    assert result.cause is not None
    assert "The example 'none' of 'asked' is not what the document describes" in result.cause.text


def test_headers_and_ids_are_made_as_the_document_asks() -> None:
    seen: list[Any] = []
    headers = {"type": "object", "required": ["type"], "properties": {"type": {"const": "asked"}}}
    correlation = {"location": "$message.payload#/trace/id"}
    contract = publishes("c", payload=ASKED, headers=headers, correlationId=correlation)
    assert handed(contract, taking(seen)).outcome is Outcome.PASSED
    assert seen[0]["metadata"]["type"] == "asked"
    assert seen[0]["contents"]["trace"]["id"] == seen[0]["correlationId"]


def test_a_consumer_s_document_is_replayed_from_the_provider_s_side() -> None:
    contract = replace(publishes("c", payload=ASKED), consumer="billing")
    (result,) = verify(contract, messages=lambda: {"sku": "A1", "quantity": 2}).results
    assert result.outcome is Outcome.PASSED, result
    assert result.interaction.states[0].name == "quote"
    (broken,) = verify(contract, messages=lambda: {"sku": "A1"}).results
    assert broken.outcome is Outcome.FAILED


def test_a_parameter_without_a_value_cannot_be_sent_to(on_redis: Place) -> None:
    document = json.loads(publishes("to.{who}", payload=ASKED).content)
    target = Target(others={"messages": on_redis.url, "outcomes": "handlers"})

    def said(parameters: object) -> Result:
        document["channels"]["to.{who}"]["parameters"] = {"who": parameters}
        contract = Contract("", "quotes", json.dumps(document).encode(), "asyncapi", format="asyncapi")
        (result,) = verify(contract, target, messages=lambda: "taken").results
        return result

    assert said({"schema": {"type": "string", "enum": ["me"]}}).outcome is Outcome.PASSED
    unknown = said({})
    assert unknown.cause is not None
    assert "Which value of the parameter 'who'" in unknown.cause.text
