"""AsyncAPI documents replayed: what an application really sends, on a broker and from a function."""

import json
from typing import Any
from uuid import uuid4

import pytest

from tests.verifiers.events.conftest import EXAMPLE, Place, placed, producing
from troth_verifiers import Contract, Message, Outcome, Report, Result, Target, verify
from troth_verifiers.events.opening import send
from troth_verifiers.transport import Broker, Event

DOCUMENT = (EXAMPLE / "asyncapi.yaml").read_text()


def contract(text: str) -> Contract:
    return Contract("", "orders", text.encode(), "asyncapi", format="asyncapi")


def replayed(at: Place, text: str = DOCUMENT, broken: str = "", timeout: float = 60.0) -> Report:
    document = text.replace("orders.placed", at.channel)
    with producing(at, broken) as states:
        return verify(contract(document), Target(others={"messages": at.url}, timeout=timeout), states=states)


def test_what_a_sound_application_sends_passes_on_every_broker(place: Place) -> None:
    report = replayed(place)
    assert report.ok, report.to_text()
    (result,) = report.results
    assert result.interaction.description == "an order is placed sends orderPlaced"


def test_a_payload_that_breaks_its_schema_fails(on_redis: Place) -> None:
    (result,) = replayed(on_redis, broken="total", timeout=3).results
    assert result.outcome is Outcome.FAILED
    (mismatch,) = result.mismatches
    assert mismatch.kind == "schema"
    assert mismatch.text.startswith("The payload breaks its schema: /total: ")


def test_headers_that_break_their_schema_fail(on_redis: Place) -> None:
    (result,) = replayed(on_redis, DOCUMENT.replace("const: order.placed", "const: order.moved"), timeout=3).results
    assert result.outcome is Outcome.FAILED
    assert [one.kind for one in result.mismatches] == ["header"]


def test_messages_of_other_kinds_on_the_channel_are_not_the_one(on_redis: Place) -> None:
    other = """
      stockCounted:
        headers: {type: object, properties: {type: {const: stock.counted}}}
        payload: {type: object, required: [sku]}"""
    text = DOCUMENT.replace("    messages:", f"    messages:{other}", 1).replace(
        "    channel: {$ref: '#/channels/placed'}",
        "    channel: {$ref: '#/channels/placed'}\n    messages: [{$ref: '#/channels/placed/messages/orderPlaced'}]",
    )
    (result,) = replayed(on_redis, text, "noisy").results
    assert result.outcome is Outcome.PASSED, result


VERSION_2 = {
    "asyncapi": "2.6.0",
    "info": {"title": "orders", "version": "1"},
    "channels": {
        "orders.placed": {
            "subscribe": {
                "operationId": "an order is placed",
                "message": {"name": "orderPlaced", "payload": {"type": "object", "required": ["id"]}},
            },
            "publish": {"operationId": "take an order", "message": {"payload": {"type": "object"}}},
        }
    },
}


def test_version_2_is_replayed_from_the_application_s_side(on_redis: Place) -> None:
    taken, sent = replayed(on_redis, json.dumps(VERSION_2)).results
    assert sent.outcome is Outcome.PASSED, sent
    assert sent.interaction.description == "an order is placed sends orderPlaced"
    assert taken.interaction.description == "take an order receives message"


def result_of(message: dict[str, Any], produced: Message) -> Result:
    """What is said of a message that a function produces."""
    channel = {"subscribe": {"operationId": "tell", "message": {"name": "told", **message}}}
    document = {"asyncapi": "2.6.0", "info": {"title": "t", "version": "1"}, "channels": {"c": channel}}
    (result,) = verify(contract(json.dumps(document)), messages=lambda: produced).results
    return result


AVRO = {
    "schemaFormat": "application/vnd.apache.avro;version=1.9.0",
    "payload": {"type": "record", "name": "R", "fields": [{"name": "id", "type": "int"}]},
}
PROTOBUF = {
    "schemaFormat": "application/vnd.google.protobuf;version=3",
    "payload": 'syntax = "proto3"; message Told { int32 id = 1; }',
}


@pytest.mark.parametrize(
    ("message", "good", "bad"),
    [
        (AVRO, b"\x0e", b"\x0e\x00"),
        (PROTOBUF, b"\x08\x07", b"\x08"),
        ({"payload": {"type": "integer"}}, b"7", b'"7"'),
    ],
)
def test_payloads_of_each_schema_language(message: dict[str, Any], good: bytes, bad: bytes) -> None:
    assert result_of(message, Message(good)).outcome is Outcome.PASSED, result_of(message, Message(good))
    assert result_of(message, Message(bad)).outcome is Outcome.FAILED


def test_the_key_the_type_and_the_correlation_id_are_looked_at() -> None:
    message = {
        "payload": {},
        "contentType": "application/json",
        "bindings": {"kafka": {"key": {"type": "string", "minLength": 3}}},
        "correlationId": {"location": "$message.header#/trace"},
    }
    good = Message(b"1", "application/json", {"key": "abc", "trace": "t1"})
    assert result_of(message, good).outcome is Outcome.PASSED, result_of(message, good)
    bad = result_of(message, Message(b"1", "application/xml", {"key": "a"}))
    assert [one.kind for one in bad.mismatches] == ["header", "key", "metadata"]


def test_a_document_that_neither_sends_nor_receives_leaves_nothing_to_verify() -> None:
    document: dict[str, Any] = {"asyncapi": "2.6.0", "info": {"title": "t", "version": "1"}, "channels": {}}
    (judged,) = verify(contract(json.dumps(document))).contracts
    assert judged.problem is not None
    assert "describes no message that its application sends or receives" in judged.problem.text


def test_a_key_of_kafka_matters_on_kafka_alone(place: Place) -> None:
    key = "bindings: {kafka: {key: {type: string, const: none has this}}}"
    text = DOCUMENT.replace(
        "        contentType: application/json", f"        contentType: application/json\n        {key}"
    )
    (result,) = replayed(place, text, timeout=3 if place.kind == "kafka" else 60).results
    if place.kind == "kafka":
        assert [one.kind for one in result.mismatches] == ["key"]
    else:
        assert result.outcome is Outcome.PASSED, result


def test_a_text_of_another_format_fails() -> None:
    message = {"payload": {"type": "string", "format": "date-time"}}
    assert result_of(message, Message(b'"2026-11-22T06:00:00Z"')).outcome is Outcome.PASSED
    bad = result_of(message, Message(b'"yesterday"'))
    assert [one.text for one in bad.mismatches] == [
        'The payload breaks its schema: "yesterday" is not a "date-time"',
    ]


@pytest.mark.parametrize("kind", ["amqp", "mqtt", "nats"])
@pytest.mark.parametrize(
    ("version", "parameter", "good", "bad", "said"),
    [
        ("3.0.0", {"enum": ["de", "en"]}, "en", "fr", "is 'fr', and not one of de, en."),
        ("2.6.0", {"schema": {"enum": ["de", "en"]}}, "de", "fr", "is 'fr', and not one of de, en."),
        (
            "2.6.0",
            {"schema": {"type": "integer"}},
            "7",
            "seven",
            'breaks its schema: "seven" is not of type "integer".',
        ),
    ],
)
def test_a_channel_with_another_parameter_is_not_what_the_document_describes(
    kind: str, version: str, parameter: Any, good: str, bad: str, said: str, request: pytest.FixtureRequest
) -> None:
    with placed(kind, request.getfixturevalue(f"{kind}_url")) as at:
        level = "/" if kind == "mqtt" else "."
        base = at.channel.replace("/#", f"/{uuid4().hex}")
        exchange, _, key = base.partition("/")
        address = f"{key or exchange}{level}{{which}}"
        message = {"payload": {"type": "object"}}
        channel: dict[str, Any] = {"parameters": {"which": parameter}}
        if kind == "amqp":
            channel["bindings"] = {"amqp": {"is": "routingKey", "exchange": {"name": exchange}}}
        document: dict[str, Any] = {"asyncapi": version, "info": {"title": "t", "version": "1"}}
        if version.startswith("2"):
            document["channels"] = {address: {**channel, "subscribe": {"operationId": "told", "message": message}}}
        else:
            document["channels"] = {"c": {**channel, "address": address, "messages": {"told": message}}}
            document["operations"] = {"told": {"action": "send", "channel": {"$ref": "#/channels/c"}}}

        def result(which: str) -> Result:
            broker = Broker(at.url, timeout=60)

            async def told() -> None:
                await send(broker, Event(f"{base}{level}{which}", b"{}"))

            target = Target(others={"messages": at.url}, timeout=60 if which == good else 0.5)
            (found,) = verify(contract(json.dumps(document)), target, states={"told": told}).results
            return found

        assert result(good).outcome is Outcome.PASSED, result(good)
        (mismatch,) = result(bad).mismatches
        assert mismatch.text.startswith("The parameter 'which' of the channel '")
        assert mismatch.text.endswith(said)
