"""Schemas of a registry, as AsyncAPI documents and consumers' messages need them: known, unknown, and it is down."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from redis import Redis

from tests.support.brokers import Broker
from tests.verifiers.events.conftest import Place
from tests.verifiers.events.test_consumers import handled
from tests.verifiers.events.test_taking import PROTOBUF, taking
from tests.verifiers.providing import Answer, Asked, Provider
from troth_verifiers import Contract, Message, Outcome, Result, Target, verify

ORDER = 'syntax = "proto3"; package shop; message Line { string sku = 1; } message Order { int64 id = 1; Line of = 2; }'
AVRO: dict[str, Any] = {
    "schemaFormat": "application/vnd.apache.avro;version=1.9.0",
    "payload": {"type": "record", "name": "Order", "fields": [{"name": "id", "type": "long"}]},
}
ACCEPT = {"Accept": "application/vnd.schemaregistry.v1+json"}
IN_PROTOBUF: dict[str, Any] = {**PROTOBUF, "payload": ORDER}
IN_JSON: dict[str, Any] = {"contentType": "application/json", "payload": {"type": "object", "required": ["id"]}}


def document(channel: str, action: str, message: dict[str, Any]) -> Contract:
    """A document of version 2 whose application receives (`publish`) or sends (`subscribe`) one message."""
    operation = {"operationId": "order", "message": {"name": "Order", **message}}
    found = {"asyncapi": "2.6.0", "info": {"title": "t", "version": "1"}, "channels": {channel: {action: operation}}}
    return Contract("", "orders", json.dumps(found).encode(), "asyncapi", format="asyncapi")


def registered(provider: Provider, channel: str, kind: str, text: str) -> None:
    """Let the registry know a schema by the id 7, under the channel's subject, and no other text."""

    def found(asked: Asked) -> Answer:
        same = asked.json["schema"] == text and asked.json["schemaType"] == kind
        return Answer(json={"id": 7, "subject": f"{channel}-value", "version": 1}) if same else Answer(404)

    provider.answers[f"/subjects/{channel}-value"] = found
    provider.answers["/schemas/ids/7"] = Answer(json={"schema": text, "schemaType": kind})


def taken(at: Place, message: dict[str, Any], registry: str | None, told: Callable[[Any], Any]) -> Result:
    """What is said where the application takes a message, and `told` says what it did with it."""
    others = {"messages": at.url, "outcomes": "handlers", **({"registry": registry} if registry else {})}
    target = Target(others=others, timeout=5)
    (result,) = verify(document(at.channel, "publish", message), target, messages=told).results
    return result


def put_there(at: Place) -> bytes:
    """What was put on the stream first."""
    with Redis.from_url(at.url) as client:
        entries: Any = client.xrange(at.channel)
    found: bytes = entries[0][1][b"payload"]
    return found


@pytest.mark.parametrize(
    ("message", "kind", "text", "contents"),
    [
        (IN_PROTOBUF, "PROTOBUF", ORDER, b"\0\0\0\0\7\2\2"),
        (AVRO, "AVRO", json.dumps(AVRO["payload"]), b"\0\0\0\0\7"),
    ],
)
def test_what_an_application_receives_names_its_schema_where_a_registry_is_known(
    on_redis: Place, provider: Provider, message: dict[str, Any], kind: str, text: str, contents: bytes
) -> None:
    registered(provider, on_redis.channel, kind, text)
    seen: list[Any] = []
    result = taken(on_redis, message, provider.url, taking(seen))
    assert result.outcome is Outcome.PASSED, result
    assert isinstance(seen[0]["contents"]["id"], int)
    assert put_there(on_redis).startswith(contents)


def test_troths_own_broker_knows_such_schemas(on_redis: Place, sqlite_broker: Broker) -> None:
    path = f"/subjects/{on_redis.channel}-value/versions"
    answer = sqlite_broker.client.post(path, json={"schema": ORDER, "schemaType": "PROTOBUF"}, headers=ACCEPT)
    identity = answer.json()["id"].to_bytes(4)
    assert taken(on_redis, IN_PROTOBUF, sqlite_broker.url, taking([])).outcome is Outcome.PASSED
    put = put_there(on_redis)
    assert put.startswith(b"\0" + identity + b"\2\2")
    assert sent(IN_PROTOBUF, put, sqlite_broker.url).outcome is Outcome.PASSED


@pytest.mark.parametrize(("message", "bare"), [(IN_PROTOBUF, b"\x08\x02"), (AVRO, b"\0"), (IN_JSON, b"{")])
def test_without_a_registry_and_in_json_messages_are_sent_as_they_are(
    on_redis: Place, provider: Provider, message: dict[str, Any], bare: bytes
) -> None:
    registry = provider.url if message is IN_JSON else None
    assert taken(on_redis, message, registry, lambda request: "taken").outcome is Outcome.PASSED
    assert put_there(on_redis).startswith(bare)
    assert provider.asked == []


@pytest.mark.parametrize("message", [IN_PROTOBUF, AVRO])
def test_an_application_is_sent_nothing_whose_schema_a_registry_does_not_know(
    on_redis: Place, provider: Provider, message: dict[str, Any]
) -> None:
    def cause(registry: str) -> tuple[str, str]:
        result = taken(on_redis, message, registry, lambda request: "taken")
        assert result.outcome is Outcome.ERRORED
        assert result.cause is not None
        return result.cause.kind, result.cause.text

    kind, text = cause(provider.url)
    assert kind == "not-replayable"
    assert text.endswith(f"this schema under the subject '{on_redis.channel}-value'; register it there first.")
    provider.answers[f"/subjects/{on_redis.channel}-value"] = Answer(500, b"oh")
    assert cause(provider.url)[0] == "registry-unreachable"
    assert "answered 500 when asked for this schema" in cause(provider.url)[1]
    assert cause("http://127.0.0.1:1")[0] == "registry-unreachable"
    with Redis.from_url(on_redis.url) as client:
        assert client.xlen(on_redis.channel) == 0


def test_the_message_of_a_consumer_s_contract_is_not_sent_either(on_redis: Place, provider: Provider) -> None:
    files = {"order.avsc": json.dumps(AVRO["payload"]).encode()}
    says: dict[str, Any] = {"schemaName": "order.avsc", "encoding": "avro-confluent", "contents": {"id": 7}}
    result = handled(on_redis, {}, files, others={"registry": provider.url}, **says)
    assert result.cause is not None
    assert result.cause.kind == "not-replayable"
    assert "register it there first" in result.cause.text


def sent(message: dict[str, Any], came: bytes, registry: str) -> Result:
    """What is said of a message that the application sends."""
    target = Target(others={"registry": registry})
    (result,) = verify(document("c", "subscribe", message), target, messages=lambda: Message(came)).results
    return result


def test_credentials_of_a_registry_stay_out_of_what_is_said(provider: Provider) -> None:
    down = sent(IN_PROTOBUF, b"\0\0\0\0\7", "http://me:s3cret@127.0.0.1:1")
    assert down.cause is not None
    assert "s3cret" not in down.cause.text
    unknown = sent(IN_PROTOBUF, b"\0\0\0\0\7", provider.url.replace("//", "//me:s3cret@"))
    assert "knows nothing of the schema id 7" in unknown.mismatches[0].text
    assert "s3cret" not in unknown.mismatches[0].text
    assert provider.asked[0].headers["authorization"].startswith("Basic ")


@pytest.mark.parametrize("settings", [5, {"registry": 5}, {"registri": "http://127.0.0.1:1"}, []])
def test_settings_that_are_none_are_told(settings: object) -> None:
    interaction = {"description": "an order", "contents": 1}
    said: dict[str, Any] = {"troth": 1, "protocol": "message", "consumer": "a", "provider": "b", "settings": settings}
    content = json.dumps({**said, "interactions": [interaction]}).encode()
    report = verify(Contract("a", "b", content, "x.json", format="message"), messages=lambda: 1)
    assert report.exit_code == 2
    assert "an object with the URL of a `registry`" in report.to_text()


FRAMES: list[tuple[dict[str, Any], str, str, bytes, bytes]] = [
    (IN_PROTOBUF, "PROTOBUF", ORDER, b"\2\2\x08\7", b"\2\2\x08"),
    (AVRO, "AVRO", json.dumps(AVRO["payload"]), b"\x0e", b""),
    (IN_JSON, "JSON", json.dumps(IN_JSON["payload"]), b'{"id": 7}', b"{}"),
]


@pytest.mark.parametrize(("message", "kind", "text", "right", "wrong"), FRAMES)
def test_what_an_application_sends_names_its_schema(
    provider: Provider, message: dict[str, Any], kind: str, text: str, right: bytes, wrong: bytes
) -> None:
    registered(provider, "c", kind, text)
    passed = sent(message, b"\0\0\0\0\7" + right, provider.url)
    assert passed.outcome is Outcome.PASSED, passed
    assert sent(message, b"\0\0\0\0\7" + wrong, provider.url).outcome is Outcome.FAILED
    unknown = sent(message, b"\0\0\0\0\x09" + right, provider.url)
    assert [one.kind for one in unknown.mismatches] == ["schema"]
    assert "knows nothing of the schema id 9." in unknown.mismatches[0].text
    down = sent(message, b"\0\0\0\0\7" + right, "http://127.0.0.1:1")
    assert down.outcome is Outcome.ERRORED
    assert down.cause is not None
    assert down.cause.kind == "registry-unreachable"


def test_an_example_of_a_protobuf_message_is_sent_if_it_is_one(on_redis: Place) -> None:
    seen: list[Any] = []
    example = {**IN_PROTOBUF, "examples": [{"payload": {"id": 9, "of": {"sku": "A1"}}}]}
    assert taken(on_redis, example, None, taking(seen)).outcome is Outcome.PASSED
    assert seen[0]["contents"] == {"id": 9, "of": {"sku": "A1"}}
    assert put_there(on_redis) == b"\x08\x09\x12\x04\x0a\x02A1"
    wrong = taken(on_redis, {**example, "examples": [{"payload": {"number": 9}}]}, None, lambda request: "taken")
    assert wrong.cause is not None
    assert wrong.cause.kind == "not-replayable"
    assert "do not fit the message shop.Order" in wrong.cause.text
