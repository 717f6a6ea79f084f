"""gRPC interactions of pacts, as the Pact protobuf plug-in writes them, replayed without that plug-in."""

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import grpc
import pytest

from tests.verifiers.grpc.serving import KNOWN, message, orders, told, wild
from troth_schemas.protobuf.loading import load
from troth_schemas.protobuf.model import Schema
from troth_schemas.sources import Sources
from troth_verifiers import Contract, Outcome, Result, Target, verify

KEY = "d58838959e37498cddf51805bedf4dca"
_TYPE = "application/protobuf;message=.shop."


def part(kind: str, content: bytes = b"", **members: Any) -> dict[str, Any]:
    encoded = base64.b64encode(content).decode()
    contents = {"content": encoded, "contentType": _TYPE + kind, "contentTypeHint": "BINARY", "encoded": "base64"}
    return {"contents": contents, "metadata": {"contentType": _TYPE + kind, **members.pop("metadata", {})}, **members}


def body(**rules: Any) -> dict[str, Any]:
    listed = {f"$.{path}": {"combine": "AND", "matchers": [rule]} for path, rule in rules.items()}
    return {"body": listed}


def call(content: bytes = b"\x08\x07", *responses: Any, service: str = ".shop.Orders/GetOrder", **more: Any) -> Any:
    return {
        "description": "an order",
        "key": "4d0f8e4b",
        "pending": False,
        "type": "Synchronous/Messages",
        "transport": "grpc",
        "pluginConfiguration": {"protobuf": {"descriptorKey": KEY, "service": service}},
        "request": {**part("GetOrderRequest", content), **more.pop("request", {})},
        "response": list(responses),
        **more,
    }


def pact(*interactions: Any, descriptors: bytes | None = None) -> Contract:
    given = KNOWN.descriptors.SerializeToString() if descriptors is None else descriptors
    stored = {"protoDescriptors": base64.b64encode(given).decode(), "protoFile": "…"}
    document = {
        "consumer": {"name": "web"},
        "provider": {"name": "orders"},
        "interactions": [{**one, "description": f"call {index}"} for index, one in enumerate(interactions)],
        "metadata": {
            "pactSpecification": {"version": "4.0"},
            "plugins": [{"name": "protobuf", "version": "0.5.4", "configuration": {KEY: stored}}],
        },
    }
    return Contract("web", "orders", json.dumps(document).encode(), "web-orders.json")


def replayed(given: Contract, address: str, **members: Any) -> list[Result]:
    engine = members.pop("engine", "")
    (report,) = verify(given, Target(others={"grpc": address}, engine=engine), **members).contracts
    assert report.problem is None
    return list(report.results)


@pytest.mark.parametrize("engine", ["", "troth"])
@pytest.mark.parametrize("service", ["Orders/GetOrder", "shop.Orders/GetOrder", ".shop.Orders/GetOrder"])
def test_a_call_is_made_and_compared(engine: str, service: str) -> None:
    fits = part("Order", message("Order", id=7, customer_name="Ada", state=1))
    other = part("Order", message("Order", id=8, customer_name="Bob"))
    rules = body(id={"match": "integer"}, customer_name={"match": "regex", "regex": "[A-Z][a-z]+"})
    given = pact(*(call(b"\x08\x07", one, service=service) for one in (fits, other, {**other, "matchingRules": rules})))
    with orders() as running:
        found = replayed(given, running.address, engine=engine)
    assert [result.outcome for result in found] == [Outcome.PASSED, Outcome.FAILED, Outcome.PASSED]
    assert [one.place for one in found[1].mismatches] == ["$.customer_name", "$.id"]
    assert (found[0].interaction.kind, found[0].interaction.path) == ("grpc", service.removeprefix("."))
    sent, received = found[1].exchanges[0].sent, found[1].exchanges[0].received
    assert sent is not None
    assert received is not None
    assert (sent.summary, sent.body) == ("shop.Orders/GetOrder", '{"id": 7}')
    assert '"customer_name": "Ada"' in received.body


def test_the_broken_version_of_the_example_is_found_out() -> None:
    fits = part("Order", message("Order", id=7, customer_name="Ada", state=1))
    with orders(broken=True) as running:
        (result,) = replayed(pact(call(b"\x08\x07", fits)), running.address)
    assert [one.place for one in result.mismatches] == ["$.customer_name", "$.state"]


def test_fields_that_only_a_rule_names_are_compared_and_others_are_not() -> None:
    named = {**part("Order", b""), "matchingRules": body(total={"match": "equality"})}
    with orders() as running:
        found = replayed(pact(call(b"\x08\x07", part("Order", b"")), call(b"\x08\x07", named)), running.address)
    assert [[one.place for one in result.mismatches] for result in found] == [[], ["$.total"]]


def test_each_line_of_a_list_is_compared_under_each_like() -> None:
    example = KNOWN.pool.new("shop.Order")
    example.lines.add(article="x", count=1)
    listed = {"$.lines": {"matchers": [{"match": "type", "min": 1}]},
              "$.lines[*].article": {"matchers": [{"match": "regex", "regex": "[a-c]+"}]},
              "$.lines[*].count": {"matchers": [{"match": "number"}]}}  # fmt: skip
    response = {**part("Order", example.SerializeToString()), "matchingRules": {"body": listed}}

    def lines(_requests: list[bytes], _context: Any) -> Iterator[bytes]:
        order = KNOWN.pool.new("shop.Order")
        for article in ("a", "b", "z"):
            order.lines.add(article=article)
        yield order.SerializeToString()

    with wild(GetOrder=lines) as (address, _):
        (result,) = replayed(pact(call(b"", response)), address)
    assert [one.place for one in result.mismatches] == ["$.lines[2].article"]


GROUPS = b"""
syntax = "proto2";
package shop;
message Order {
  repeated group Line = 1 { optional int32 count = 2; optional Line inner = 3; }
  optional group Total = 4 { optional int32 sum = 5; optional string text = 6; }
}
message GetOrderRequest {}
service Orders { rpc GetOrder(GetOrderRequest) returns (Order); }
"""


def test_what_is_inside_of_a_group_is_compared() -> None:
    known = load(Sources("groups.proto", {"groups.proto": GROUPS})).document
    assert isinstance(known, Schema)

    def order(count: int, total: int) -> bytes:
        made: Any = known.pool.new("shop.Order")
        made.line.add(count=1).inner.count = count
        made.total.sum = total
        content: bytes = made.SerializeToString()
        return content

    given = pact(
        *(call(b"", part("Order", one)) for one in (order(2, 3), order(2, 4), order(3, 3))),
        descriptors=known.descriptors.SerializeToString(),
    )
    with wild(GetOrder=lambda *_: iter([order(2, 3)])) as (address, _):
        found = replayed(given, address)
    assert [[one.place for one in result.mismatches] for result in found] == [
        [],
        ["$.total.sum"],
        ["$.line[0].inner.count"],
    ]


@pytest.mark.parametrize(
    ("metadata", "rules", "sentences"),
    [
        ({"grpc-status": "NOT_FOUND"}, {}, []),
        ({"grpc-status": "5", "grpc-message": "there is no order 9"}, {}, []),
        ({"grpc-status": "NOT_FOUND", "grpc-message": "gone"}, {},
         ['Expected it to be equal to "gone" (text), but it is "there is no order 9" (text).']),
        ({"grpc-status": "NOT_FOUND", "grpc-message": "gone"},
         {"metadata": {"grpc-message": {"matchers": [{"match": "type"}]}}}, []),
        ({"grpc-status": "ABORTED"}, {}, ["Expected the status ABORTED, but it is NOT_FOUND (there is no order 9)."]),
        ({}, {}, ["Expected the status OK, but it is NOT_FOUND (there is no order 9)."]),
        ({"grpc-status": "GONE"}, {}, ["The expected grpc-status 'GONE' is no status of gRPC."]),
    ],
)  # fmt: skip
def test_an_error_status_is_expected_by_metadata(metadata: Any, rules: Any, sentences: list[str]) -> None:
    response = {**part("Order", metadata=metadata), "matchingRules": rules}
    with orders() as running:
        (result,) = replayed(pact(call(b"\x08\x09", response)), running.address)
    assert told(result) == sentences


def test_metadata_is_sent_and_compared() -> None:
    def echo(_requests: list[bytes], context: Any) -> Iterator[bytes]:
        context.set_trailing_metadata((("tenant", dict(context.invocation_metadata())["tenant"]),))
        yield b""

    made = [
        call(b"", part("Order", metadata={"tenant": name}), request=part("GetOrderRequest", metadata={"tenant": "one"}))
        for name in ("one", "two")
    ]
    with wild(GetOrder=echo) as (address, asked):
        found = replayed(pact(*made), address)
    assert [told(result) for result in found] == [
        [], ['Expected it to be equal to "two" (text), but it is "one" (text).'],
    ]  # fmt: skip
    assert "contenttype" not in asked.metadata[0]


def test_a_stream_is_compared_response_by_response() -> None:
    def two(_requests: list[bytes], _context: Any) -> Iterator[bytes]:
        yield message("Order", id=1)
        yield message("Order", id=2)

    def expecting(*numbers: int) -> Any:
        responses = [part("Order", message("Order", id=number)) for number in numbers]
        made: Any = call(b"", *responses, service="Orders/ListOrders")
        return {**made, "request": part("ListOrdersRequest", message("ListOrdersRequest", customer="Ada"))}

    with wild(ListOrders=two) as (address, _):
        found = replayed(pact(expecting(1, 2), expecting(1, 3), expecting(1)), address)
    assert [[one.place for one in result.mismatches] for result in found] == [[], ["$[1].id"], ["$"]]
    assert found[2].mismatches[0].text == "Expected one response, but there are 2."


def test_values_of_the_provider_state_are_sent_and_expected() -> None:
    generator = {"body": {"$.id": {"type": "ProviderState", "expression": "${id}", "dataType": "INTEGER"}}}
    response = {**part("Order", message("Order", id=1)), "generators": generator}
    made = call(
        b"\x08\x01", response, providerStates=[{"name": "an order"}],
        request={**part("GetOrderRequest", b"\x08\x01"), "generators": generator},
    )  # fmt: skip
    with wild(GetOrder=lambda requests, _: iter(requests)) as (address, _):
        (result,) = replayed(pact(made), address, states={"an order": lambda: {"id": 12}})
    assert result.outcome is Outcome.PASSED, told(result)
    assert result.exchanges[0].received is not None
    assert result.exchanges[0].received.body == '{"id": 12}'


def test_what_cannot_be_read_is_told_and_the_rest_go_on() -> None:
    fits = part("Order", message("Order", id=7))
    garbled = part("Order", b"\xff\xff\xff\xff")
    broken = call(b"\x08\x07", fits)
    broken["pluginConfiguration"] = {"protobuf": {"descriptorKey": "other", "service": "Orders/GetOrder"}}
    given = pact(
        call(b"\x08\x07", garbled), broken, call(b"\x08\x07", fits, service="Orders/Gone"), call(b"\x08\x07", fits)
    )
    with orders() as running:
        found = replayed(given, running.address)
    assert [result.outcome for result in found] == [Outcome.ERRORED] * 3 + [Outcome.PASSED]
    assert {result.cause and result.cause.kind for result in found[:3]} == {"interaction-unreadable"}
    sentences = [told(result)[0] for result in found[:3]]
    assert "its contents are no shop.Order" in sentences[0]
    assert "no descriptors under the key 'other'" in sentences[1]
    assert "have no method Orders/Gone" in sentences[2]


def test_rules_about_no_field_of_the_message_are_told_and_those_that_the_example_lacks_are_not() -> None:
    astray = {"lines[*].articel": {"match": "type"}}, {"lines[*": {"match": "type"}}
    lacking = {"note": {"match": "type"}, "placed_at.seconds": {"match": "type"}}
    answer = {**part("Order", message("Order", id=7)), "matchingRules": body(**lacking)}
    asked = {"matchingRules": body(ids={"match": "type"})}
    wrong = [{**answer, "matchingRules": body(**rules)} for rules in astray]
    with orders() as running:
        found = replayed(
            pact(*(call(b"\x08\x07", one) for one in wrong), call(b"\x08\x07", answer, request=asked)), running.address
        )
    assert [told(result) for result in found[:2]] == [
        ["The matching rule $.lines[*].articel leads to no field of shop.Order."],
        ["The path of the matching rule $.lines[* cannot be read."],
    ]
    assert [told(result) for result in found[2:]] == [[]]
    assert [result.outcome for result in found] == [Outcome.ERRORED, Outcome.ERRORED, Outcome.PASSED]


def test_contents_that_are_said_to_be_another_message_than_the_methods_are_told() -> None:
    answer, asked = part("Order", message("Order", id=7)), part("Line")
    with orders() as running:
        found = replayed(
            pact(call(b"\x08\x07", part("Line")), call(b"\x08\x07", answer, request=asked)), running.address
        )
    assert [result.outcome for result in found] == [Outcome.ERRORED] * 2
    given, taken = (told(result)[0] for result in found)
    assert "its contents are said to be a shop.Line, where shop.Orders/GetOrder has a shop.Order" in given
    assert "its contents are said to be a shop.Line, where shop.Orders/GetOrder has a shop.GetOrderRequest" in taken


def test_a_server_without_the_method_fails() -> None:
    with wild() as (address, _):
        (result,) = replayed(pact(call(b"", part("Order", b""))), address)
    assert (result.outcome, result.mismatches[0].kind) == (Outcome.FAILED, "status")
    assert told(result)[0].startswith("The provider does not serve shop.Orders/GetOrder")


def test_asked_for_by_name_the_library_needs_its_plug_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PACT_PLUGIN_DIR", str(tmp_path))
    with orders() as running:
        (result,) = replayed(pact(call(b"\x08\x07", part("Order", b""))), running.address, engine="pact")
    assert result.cause is not None
    assert result.cause.kind == "plugin-missing"


def test_a_pact_may_hold_calls_beside_http(provider: Any) -> None:
    http: dict[str, Any] = {
        "type": "Synchronous/HTTP", "request": {"method": "GET", "path": "/"}, "response": {"status": 404},
    }  # fmt: skip
    with orders() as running:
        target = Target(provider.url, others={"grpc": running.address})
        (report,) = verify(pact(http, call(b"\x08\x07", part("Order", b"")), http), target).contracts
    assert [result.outcome for result in report.results] == [Outcome.PASSED] * 3


def test_a_status_that_comes_with_the_wrong_kind_of_end_is_no_pass() -> None:
    def aborted(_requests: list[bytes], context: Any) -> Iterator[bytes]:
        yield message("Order", id=7)
        context.abort(grpc.StatusCode.DATA_LOSS, "half")

    with wild(GetOrder=aborted) as (address, _):
        (result,) = replayed(pact(call(b"\x08\x07", part("Order", message("Order", id=7)))), address)
    assert result.outcome is Outcome.FAILED
