"""Messages and bodies in Avro and Protobuf, decoded with the schema that a Pact plug-in kept, without that plug-in."""

import base64
import json
from collections.abc import Callable
from io import BytesIO
from typing import Any

import fastavro
import pytest

from tests.verifiers.grpc.serving import KNOWN, message
from tests.verifiers.pacts import contract
from tests.verifiers.providing import Answer, Provider
from troth_verifiers import Message, Outcome, Result, Target, verify

KEY = "4be8dcb9"
SCHEMA = {
    "type": "record",
    "name": "Order",
    "namespace": "shop",
    "fields": [
        {"name": "id", "type": "long"},
        {"name": "customer_name", "type": "string"},
        {"name": "note", "type": ["null", "string"], "default": None},
    ],
}


def avro(**fields: Any) -> bytes:
    out = BytesIO()
    fastavro.schemaless_writer(out, fastavro.parse_schema(SCHEMA), {"note": None, **fields})
    return out.getvalue()


def protobuf(**fields: Any) -> bytes:
    return message("Order", **fields)


AVRO: tuple[str, str, Callable[..., bytes]] = ("avro", "avro/binary;record=Order", avro)
OTHER_AVRO: tuple[str, str, Callable[..., bytes]] = ("avro", "application/vnd.apache.avro", avro)
PROTOBUF: tuple[str, str, Callable[..., bytes]] = ("protobuf", "application/protobuf;message=.shop.Order", protobuf)
RULES = {
    "body": {
        "$.id": {"matchers": [{"match": "integer"}]},
        "$.customer_name": {"matchers": [{"match": "regex", "regex": "[A-Z][a-z]+"}]},
    }
}


def encoded(content: bytes, kind: str) -> dict[str, Any]:
    text = base64.b64encode(content).decode()
    return {"content": text, "contentType": kind, "contentTypeHint": "BINARY", "encoded": "base64"}


def configured(plugin: str) -> dict[str, Any]:
    if plugin == "avro":
        return {"avro": {"record": "Order", "schemaKey": KEY}}
    return {"protobuf": {"message": "Order", "descriptorKey": KEY}}


def pact(plugin: str, *interactions: Any, kept: Any = None) -> Any:
    descriptors = base64.b64encode(KNOWN.descriptors.SerializeToString()).decode()
    stored = {"avroSchema": json.dumps(SCHEMA)} if plugin == "avro" else {"protoDescriptors": descriptors}
    configuration = {KEY: stored if kept is None else kept}
    return contract(
        {
            "consumer": {"name": "web"},
            "provider": {"name": "orders"},
            "interactions": [
                {"description": str(place), "pluginConfiguration": configured(plugin), **one}
                for place, one in enumerate(interactions)
            ],
            "metadata": {
                "pactSpecification": {"version": "4.0"},
                "plugins": [{"name": plugin, "version": "0.0.5", "configuration": configuration}],
            },
        }
    )


def one_way(content: bytes, kind: str, **more: Any) -> dict[str, Any]:
    return {
        "type": "Asynchronous/Messages",
        "contents": encoded(content, kind),
        "metadata": {"contentType": kind},
        **more,
    }


def replayed(given: Any, came: bytes | Message, **target: Any) -> list[Result]:
    return list(verify(given, Target(**target), messages=lambda: came).results)


@pytest.mark.parametrize(("plugin", "kind", "made"), [AVRO, OTHER_AVRO, PROTOBUF])
def test_a_message_is_compared_field_by_field(plugin: str, kind: str, made: Callable[..., bytes]) -> None:
    example = made(id=1, customer_name="Ada")
    given = pact(plugin, one_way(example, kind), one_way(example, kind, matchingRules=RULES))
    same = replayed(given, Message(example, kind))
    other = replayed(given, Message(made(id=2, customer_name="Bob"), kind))
    wrong = replayed(given, Message(made(id=2, customer_name="bob"), kind))
    assert [one.outcome for one in same] == [Outcome.PASSED, Outcome.PASSED]
    assert [one.outcome for one in other] == [Outcome.FAILED, Outcome.PASSED]
    assert [one.place for one in other[0].mismatches] == ["$.customer_name", "$.id"]
    assert [(one.kind, one.place, one.actual) for one in wrong[1].mismatches] == [("body", "$.customer_name", '"bob"')]
    received = wrong[1].exchanges[0].received
    assert received is not None
    assert json.loads(received.body)["customer_name"] == "bob"


@pytest.mark.parametrize(("plugin", "kind", "made"), [AVRO, PROTOBUF])
def test_bytes_that_are_no_such_message_fail(plugin: str, kind: str, made: Callable[..., bytes]) -> None:
    (result,) = replayed(pact(plugin, one_way(made(id=1, customer_name="Ada"), kind)), Message(b"\xff\xff\x01", kind))
    (mismatch,) = result.mismatches
    assert result.outcome is Outcome.FAILED
    assert (mismatch.kind, mismatch.place) == ("body", "$")
    assert "3 bytes cannot be read as such" in mismatch.text
    assert json.loads(mismatch.expected)["customer_name"] == "Ada"


@pytest.mark.parametrize(("plugin", "kind", "made"), [AVRO, PROTOBUF])
def test_the_response_to_a_message_and_to_a_request_is_decoded(
    plugin: str, kind: str, made: Callable[..., bytes], provider: Provider
) -> None:
    example = made(id=1, customer_name="Ada")
    synchronous = {
        "type": "Synchronous/Messages",
        "request": {"contents": {"content": {}, "contentType": "application/json", "encoded": False}},
        "response": [{"contents": encoded(example, kind), "metadata": {"contentType": kind}}],
    }
    over_http = {
        "type": "Synchronous/HTTP",
        "request": {"method": "GET", "path": "/order"},
        "response": {"status": 200, "headers": {"Content-Type": [kind]}, "body": encoded(example, kind)},
    }
    provider.answers["/order"] = Answer(200, made(id=3, customer_name="Ada"), {"Content-Type": kind})
    came = Message(made(id=2, customer_name="Ada"), kind)
    found = replayed(pact(plugin, synchronous, over_http), came, url=provider.url)
    assert [[(one.place, one.actual) for one in result.mismatches] for result in found] == [
        [("$.id", "2")],
        [("$.id", "3")],
    ]


def test_a_field_that_is_zero_and_has_a_rule_is_compared_though_protobuf_leaves_it_out() -> None:
    kind = PROTOBUF[1]
    rules = {"body": {"$.id": {"matchers": [{"match": "regex", "regex": "[1-9]"}]}}}
    given = pact("protobuf", one_way(protobuf(customer_name="Ada"), kind, matchingRules=rules))
    (result,) = replayed(given, Message(protobuf(customer_name="Ada"), kind))
    assert [one.place for one in result.mismatches] == ["$.id"]


def test_a_rule_about_no_field_of_the_message_is_an_error() -> None:
    rules = {"body": {"$.ids": {"matchers": [{"match": "type"}]}}}
    given = pact("protobuf", one_way(protobuf(customer_name="Ada"), PROTOBUF[1], matchingRules=rules))
    (result,) = replayed(given, Message(protobuf(customer_name="Ada"), PROTOBUF[1]))
    assert result.cause is not None
    assert result.cause.text == "The matching rule $.ids leads to no field of shop.Order."


@pytest.mark.parametrize(
    ("plugin", "kind", "kept", "reason"),
    [
        ("avro", "avro/binary", {"avroSchema": "{"}, "kept cannot be used"),
        ("protobuf", PROTOBUF[1], {"protoDescriptors": "####"}, "kept cannot be used: the pact's descriptors cannot"),
        ("protobuf", "application/protobuf;message=Nope", None, "have no message Nope"),
        ("protobuf", PROTOBUF[1], {"protoDescriptors": ""}, "it names no files"),
    ],
)
def test_a_schema_that_cannot_be_used_is_an_error_of_its_interaction(
    plugin: str, kind: str, kept: Any, reason: str
) -> None:
    (result,) = replayed(pact(plugin, one_way(b"\x02\x06Ada\x00", kind), kept=kept), b"")
    assert result.outcome is Outcome.ERRORED
    assert result.cause is not None
    assert result.cause.kind == "not-replayable"
    assert reason in result.cause.text


def test_an_example_that_is_not_of_its_own_schema_is_an_error() -> None:
    (result,) = replayed(pact("avro", one_way(b"\xff", "avro/binary")), avro(id=1, customer_name="Ada"))
    assert result.outcome is Outcome.ERRORED
    assert result.cause is not None
    assert "The contract's own contents are no Avro" in result.cause.text


def test_the_official_library_is_asked_where_it_is_named_and_needs_the_plug_in() -> None:
    example = avro(id=1, customer_name="Ada")
    (result,) = replayed(pact("avro", one_way(example, "avro/binary")), example, engine="pact")
    assert result.cause is not None
    assert result.cause.kind == "plugin-missing"


@pytest.mark.parametrize(("plugin", "kind", "made"), [AVRO, PROTOBUF])
def test_a_value_of_the_provider_state_stands_in_the_place_of_the_example(
    plugin: str, kind: str, made: Callable[..., bytes], provider: Provider
) -> None:
    generators = {"body": {"$.id": {"type": "ProviderState", "expression": "${id}", "dataType": "INTEGER"}}}
    example = made(id=1, customer_name="Ada")
    states = [{"name": "an order"}]
    message = one_way(example, kind, generators=generators, providerStates=states)
    response = {"status": 200, "body": encoded(example, kind), "generators": generators}
    http = {
        "type": "Synchronous/HTTP",
        "request": {"method": "GET", "path": "/7"},
        "response": response,
        "providerStates": states,
    }

    def said(came: bytes) -> list[list[str]]:
        provider.answers["/7"] = Answer(200, came, {"Content-Type": kind})
        results = verify(
            pact(plugin, message, http),
            provider.url,
            states={"an order": lambda: {"id": 7}},
            messages=lambda: Message(came, kind),
        ).results
        assert not [one.cause for one in results if one.cause]
        return [[f"{each.place} {each.expected}" for each in one.mismatches] for one in results]

    assert said(made(id=7, customer_name="Ada")) == [[], []]
    assert said(example) == [["$.id 7"], ["$.id 7"]]


@pytest.mark.parametrize(("plugin", "kind", "made"), [AVRO, PROTOBUF])
def test_a_request_that_takes_values_of_the_provider_state_is_not_sent(
    plugin: str, kind: str, made: Callable[..., bytes], provider: Provider
) -> None:
    generators = {"body": {"$.id": {"type": "ProviderState", "expression": "${id}", "dataType": "INTEGER"}}}
    body = encoded(made(id=1, customer_name="Ada"), kind)
    http = {
        "type": "Synchronous/HTTP",
        "request": {"method": "POST", "path": "/7", "body": body, "generators": generators},
        "response": {"status": 200},
        "providerStates": [{"name": "an order"}],
    }
    (result,) = verify(pact(plugin, http), provider.url, states={"an order": lambda: {"id": 7}}).results
    assert result.outcome is Outcome.ERRORED
    assert result.cause is not None
    assert (result.cause.kind, result.cause.text) == (
        "not-replayable",
        "The request cannot be made. Nothing can be generated at $.id within a body of the kind binary.",
    )
    assert not provider.asked
