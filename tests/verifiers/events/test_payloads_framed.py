"""Payloads in Confluent's frame: the schema that each names by an id is asked of a registry."""

from typing import Any

from tests.support.brokers import Broker
from tests.verifiers.events.produced import AS_TREE, CONFLUENT, JSON_SCHEMA, OLD, ORDER, WRITER, framed, result, texts
from tests.verifiers.providing import Answer, Provider
from troth_verifiers import Outcome


def test_confluents_ids_are_resolved_by_a_registry(provider: Provider) -> None:
    provider.answers["/schemas/ids/41"] = Answer(json={"schema": WRITER.decode()})
    others = {"registry": provider.url}
    assert result(framed(41, OLD), others=others, **CONFLUENT).outcome is Outcome.PASSED
    unknown = result(framed(42, OLD), others=others, **CONFLUENT)
    assert unknown.outcome is Outcome.FAILED
    assert [one.kind for one in unknown.mismatches] == ["schema"]
    assert f"The registry {provider.url} knows nothing of the schema id 42." in texts(unknown)
    assert "is not in Confluent's wire format" in texts(result(OLD, others=others, **CONFLUENT))


def test_troths_own_broker_is_such_a_registry(sqlite_broker: Broker) -> None:
    registered = sqlite_broker.client.post(
        "/subjects/orders-value/versions",
        json={"schema": WRITER.decode()},
        headers={"Accept": "application/vnd.schemaregistry.v1+json"},
    )
    identity = registered.json()["id"]
    found = result(framed(identity, OLD), others={"registry": sqlite_broker.url}, **CONFLUENT)
    assert found.outcome is Outcome.PASSED, found
    unknown = result(framed(identity + 1, OLD), others={"registry": sqlite_broker.url}, **CONFLUENT)
    assert [one.kind for one in unknown.mismatches] == ["schema"]


def test_a_registry_that_cannot_be_asked_is_an_error() -> None:
    found = result(framed(1, OLD), others={"registry": "http://127.0.0.1:1"}, **CONFLUENT)
    assert found.outcome is Outcome.ERRORED
    assert found.cause is not None
    assert found.cause.kind == "registry-unreachable"
    assert "no registry is known" in texts(result(framed(1, OLD), **CONFLUENT))


def test_a_schema_of_the_registry_may_refer_to_others(provider: Provider) -> None:
    outer = '{"type": "record", "name": "shop.Order", "fields": [{"name": "id", "type": "shop.Id"}]}'
    inner = '{"type": "enum", "name": "shop.Id", "symbols": ["A", "B"]}'
    references = [{"name": "shop.Id", "subject": "ids", "version": 3}]
    provider.answers["/schemas/ids/5"] = Answer(json={"schema": outer, "references": references})
    provider.answers["/subjects/ids/versions/3"] = Answer(json={"schema": inner})
    files = {"order.avsc": outer.replace('"shop.Id"', inner).encode()}
    found = result(
        framed(5, b"\x02"),
        files,
        {"registry": provider.url},
        schemaName="order.avsc",
        encoding="avro-confluent",
        contents={"id": "B"},
    )
    assert found.outcome is Outcome.PASSED, found


def test_protobuf_behind_confluents_frame_names_its_type_by_numbers() -> None:
    says: dict[str, Any] = {
        "schemaName": "order.proto#shop.Order",
        "encoding": "protobuf-confluent",
        "contents": AS_TREE,
    }
    assert result(framed(3, b"\x02\x02" + ORDER), **says).outcome is Outcome.PASSED
    assert "is of the type number [0]" in texts(result(framed(3, b"\x00" + ORDER), **says))
    assert "ends within the numbers of its type" in texts(result(framed(3, b""), **says))


def test_the_numbers_are_those_of_the_producers_own_file(provider: Provider) -> None:
    producers = 'syntax = "proto3"; package shop; message Order { message Part {} int64 id = 1; } message Line {}'
    provider.answers["/schemas/ids/7"] = Answer(json={"schema": producers, "schemaType": "PROTOBUF"})
    says: dict[str, Any] = {
        "schemaName": "order.proto#shop.Order",
        "encoding": "protobuf-confluent",
        "contents": {"id": 7},
    }
    others = {"registry": provider.url}
    assert result(framed(7, b"\x00\x08\x07"), others=others, **says).outcome is Outcome.PASSED
    wrong = texts(result(framed(7, b"\x02\x02\x08\x07"), others=others, **says))
    assert "is of the type number [1] of its file, shop.Line, not shop.Order" in wrong
    assert "[0, 0] of its file, shop.Order.Part" in texts(result(framed(7, b"\x04\x00\x00"), others=others, **says))
    assert "[5] of its file, none" in texts(result(framed(7, b"\x02\x0a"), others=others, **says))


def test_json_behind_confluents_frame_is_checked_by_the_schema_that_it_names(provider: Provider) -> None:
    provider.answers["/schemas/ids/1"] = Answer(json={"schemaType": "JSON", "schema": JSON_SCHEMA.decode()})
    provider.answers["/schemas/ids/2"] = Answer(json={"schema": WRITER.decode()})
    provider.answers["/schemas/ids/3"] = Answer(json={"schemaType": "JSON", "schema": "{"})
    others = {"registry": provider.url}
    says: dict[str, Any] = {
        "encoding": "json-confluent",
        "contents": {"id": 7},
        "rules": {"$.id": {"match": "integer"}},
    }
    assert result(framed(1, b'{"id": 8}'), others=others, **says).outcome is Outcome.PASSED
    wrong = result(framed(1, b'{"id": 12}'), others=others, **says)
    assert wrong.outcome is Outcome.FAILED
    assert "breaks the schema with the id 1 that it names: /id: 12 is greater than" in texts(wrong)
    assert "The schema with the id 2 is AVRO, not JSON." in texts(
        result(framed(2, b'{"id": 8}'), others=others, **says)
    )
    assert "The schema with the id 3 cannot be used: " in texts(result(framed(3, b'{"id": 8}'), others=others, **says))
    assert "knows nothing of the schema id 4" in texts(result(framed(4, b'{"id": 8}'), others=others, **says))
    assert "is no JSON" in texts(result(framed(1, b"{"), others=others, **says))
