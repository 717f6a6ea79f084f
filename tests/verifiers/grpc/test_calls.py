"""Calls of all four kinds on real servers: what is sent, what is compared, what is shown."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.protobuf import any_pb2
from google.rpc import error_details_pb2, status_pb2  # type: ignore[import-untyped]  # they ship no types

from tests.verifiers.grpc.serving import ADD, GET, LIST, QUOTE, contract, message, one, orders, replayed, told, wild
from troth_verifiers import Interaction, Outcome, Target, verify
from troth_verifiers.api import Outgoing

EXAMPLE = Path(__file__).parents[3] / "examples" / "grpc_orders" / "web.troth.yaml"


def test_the_example_keeps_its_contract() -> None:
    with orders() as service:
        del service.orders[7]
        report = verify(
            EXAMPLE,
            Target(others={"grpc": service.address}),
            states=lambda state, params: service.orders.update({params["id"]: "Ada"}),
        )
    (checked,) = report.contracts
    assert checked.contract.format == "grpc"
    assert [result.outcome for result in checked.results] == [Outcome.PASSED] * 5
    assert all(result.exchanges[0].received for result in checked.results)


def test_its_broken_version_is_found_out_in_every_call() -> None:
    with orders(broken=True) as service:
        report = verify(EXAMPLE, Target(others={"grpc": service.address}), states=lambda state, params: None)
    (checked,) = report.contracts
    found = [{(one.kind, one.place) for one in result.mismatches} for result in checked.results]
    assert found == [
        {("body", "$.customer_name"), ("body", "$.lines"), ("body", "$.state")},
        {("status-details", "$[0].reason")},
        {("metadata", "order-count")},
        {("body", "$.articles")},
        {("body", "$")},
    ]


def test_what_was_sent_and_what_came_back_is_kept_as_json() -> None:
    with orders() as service:
        result = one({**GET, "request": {"id": "7"}, "response": {"total": 1}}, service.address)
    (exchange,) = result.exchanges
    assert result.outcome is Outcome.FAILED
    assert exchange.protocol == "grpc"
    assert exchange.sent is not None
    assert (exchange.sent.summary, exchange.sent.body, exchange.sent.size) == ("shop.Orders/GetOrder", '{"id": 7}', 2)
    assert exchange.received is not None
    assert exchange.received.summary == "OK"
    assert '"total": 19.5' in exchange.received.body
    assert set(exchange.timings) == {"answer", "whole"}


@pytest.mark.parametrize(
    ("expected", "rules", "place"),
    [
        ({"id": 7}, {}, None),
        ({"id": "7"}, {}, None),
        ({"id": 8}, {}, "$.id"),
        ({"id": 8}, {"$.id": {"match": "integer"}}, None),
        ({"customerName": "Bob"}, {"$.customerName": {"match": "type"}}, None),
        ({"customer_name": "Bob"}, {"$.customerName": {"match": "regex", "regex": "[a-z]+"}}, "$.customer_name"),
        ({"lines": [{"article": "x", "count": 9}]}, {"$.lines": {"match": "type", "min": 1}}, None),
        ({"lines": [{"article": "a"}]}, {"$.lines[*].article": {"match": "semver"}}, "$.lines[0].article"),
        ({"lines": []}, {}, "$.lines"),
        ({"total": 19.5}, {}, None),
        ({"total": 19}, {}, "$.total"),
        ({"note": None}, {}, None),
        ({"placedAt": None}, {}, "$.placed_at"),
        ({"note": ""}, {}, "$"),
        ({"state": "PAID"}, {}, None),
        ({"state": 1}, {}, None),
        ({"state": "NEW"}, {}, "$.state"),
        ({"placedAt": "2026-11-20T18:30:00+01:00"}, {}, None),
        ({}, {}, None),
    ],
)  # fmt: skip
def test_only_the_fields_that_are_written_are_compared(expected: Any, rules: Any, place: str | None) -> None:
    with orders() as service:
        result = one({**GET, "request": {"id": 7}, "response": expected, "rules": rules}, service.address)
    assert [found.place for found in result.mismatches] == ([] if place is None else [place]), told(result)


def test_a_zero_equals_nothing_in_a_field_without_presence() -> None:
    def empty(_requests: list[bytes], _context: Any) -> Iterator[bytes]:
        yield message("Order", note="")

    with wild(GetOrder=empty) as (address, _):
        expected = {"id": 0, "customerName": "", "state": "NEW", "total": 0, "lines": [], "note": ""}
        assert one({**GET, "request": {}, "response": expected}, address).outcome is Outcome.PASSED


def test_fields_that_the_contract_does_not_know_are_ignored_and_shown() -> None:
    def more(_requests: list[bytes], _context: Any) -> Iterator[bytes]:
        yield message("Order", id=7) + b"\x9a\x06\x03new"  # field 99

    with wild(GetOrder=more) as (address, _):
        result = one({**GET, "request": {"id": 7}, "response": {"id": 7}}, address)
    assert result.outcome is Outcome.PASSED
    assert result.exchanges[0].received is not None
    assert '"#99": "bmV3"' in result.exchanges[0].received.body


@pytest.mark.parametrize(
    ("status", "sentences"),
    [
        ("NOT_FOUND", []),
        (5, []),
        ({"code": "not_found", "message": "there is no order 9"}, []),
        ({"code": "NOT_FOUND", "message": "other"},
         ['Expected it to be equal to "other" (text), but it is "there is no order 9" (text).']),
        ("ABORTED", ["Expected the status ABORTED, but it is NOT_FOUND (there is no order 9)."]),
        ("OK", ["Expected the status OK, but it is NOT_FOUND (there is no order 9)."]),
        ({"code": 5, "details": [{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "domain": "shop"}]}, []),
        ({"code": 5, "details": [{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "domain": "web"}]},
         ['Expected it to be equal to "web" (text), but it is "shop" (text).']),
    ],
)  # fmt: skip
def test_a_status_with_its_message_and_details_is_compared(status: Any, sentences: list[str]) -> None:
    with orders() as service:
        assert told(one({**GET, "request": {"id": 9}, "status": status}, service.address)) == sentences


def _refusing(_requests: list[bytes], context: Any) -> Iterator[bytes]:
    detail = any_pb2.Any()
    detail.Pack(error_details_pb2.BadRequest(field_violations=[{"field": "id"}]))
    status = status_pb2.Status(code=3, message="no", details=[detail])
    context.set_trailing_metadata((("grpc-status-details-bin", status.SerializeToString()),))
    context.abort(grpc.StatusCode.INVALID_ARGUMENT, "no")
    yield b""


@pytest.mark.parametrize("name", ["fieldViolations", "field_violations"])
def test_fields_of_a_detail_are_written_in_either_way(name: str) -> None:
    kind = {"@type": "type.googleapis.com/google.rpc.BadRequest"}
    unknown = {"@type": "type.googleapis.com/shop.Nothing"}
    details: Any = [[{**kind, name: [{"field": field}]}] for field in ("id", "at")]
    calls = [{**GET, "request": {}, "status": {"code": 3, "details": each}} for each in (*details, [kind], [unknown])]
    with wild(GetOrder=_refusing) as (address, _):
        first, second, third, fourth = (told(one(call, address)) for call in calls)
    assert (first, third) == ([], [])
    assert second == ['Expected it to be equal to "at" (text), but it is "id" (text).']
    assert fourth[0].startswith('Expected it to be equal to "type.googleapis.com/shop.Nothing" (text), but it is')


def test_a_detail_that_does_not_fit_its_type_is_a_mistake_of_the_contract() -> None:
    wrong = {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reeson": "X"}
    with orders() as service:
        result = one({**GET, "request": {"id": 9}, "status": {"code": 5, "details": [wrong]}}, service.address)
    assert result.cause is not None
    assert result.cause.kind == "interaction-unreadable"
    assert 'status.details[0]: Message type "google.rpc.ErrorInfo" has no field named "reeson"' in result.cause.text


def test_a_rule_may_speak_of_the_statuss_message() -> None:
    rules = {"metadata": {"grpc-message": {"match": "regex", "regex": "there is no .*"}}}
    with orders() as service:
        call = {
            **GET,
            "request": {"id": 9},
            "status": {"code": "NOT_FOUND", "message": "there is no cup"},
            "rules": rules,
        }
        assert one(call, service.address).outcome is Outcome.PASSED


def test_metadata_goes_out_with_the_targets_headers_and_comes_back_compared() -> None:
    def echo(_requests: list[bytes], context: Any) -> Iterator[bytes]:
        context.send_initial_metadata((("region", "eu"), ("twice", "a"), ("twice", "b")))
        context.set_trailing_metadata((("cost", "12"), ("sum-bin", b"\x00\xff")))
        yield b""

    call = {
        **GET, "request": {}, "response": {},
        "metadata": {"Tenant": "one", "token": "the contract's", "key-bin": "AP8="},
        "headers": {"Region": "eu", "twice": ["a", "b"]},
        "trailers": {"cost": "7", "sum-bin": "AP8="},
        "rules": {"metadata": {"Cost": {"match": "regex", "regex": "[0-9]+"}}},
    }  # fmt: skip
    with wild(GetOrder=echo) as (address, asked):
        result = one(call, address, headers=(("Token", "the target's"),))
        assert result.outcome is Outcome.PASSED, told(result)
        missing = one({**call, "trailers": {"absent": "x"}, "rules": {}}, address)
    assert {name: asked.metadata[0][name] for name in ("tenant", "token", "key-bin")} == {
        "tenant": "one", "token": "the target's", "key-bin": b"\x00\xff",
    }  # fmt: skip
    assert told(missing) == ["The metadata 'absent' is missing."]


@pytest.mark.parametrize(
    ("headers", "trailers", "expected", "sentences"),
    [
        ([("cost", "1")], [], {"headers": {"cost": "1"}}, []),
        ([], [("cost", "1")], {"trailers": {"cost": "1"}}, []),
        ([("cost", "9")], [("cost", "1")], {"trailers": {"cost": "1"}}, []),
        ([("cost", "9")], [("cost", "1")], {"headers": {"cost": "1"}}, ['"1" (text), but it is "9"']),
        ([("cost", "1")], [], {"trailers": {"cost": "1"}}, ["The trailer 'cost' came as a header"]),
        ([], [("cost", "1")], {"headers": {"cost": "1"}}, ["The header 'cost' came as a trailer"]),
        ([], [], {"headers": {"cost": "1"}}, ["The metadata 'cost' is missing."]),
    ],
)
def test_headers_and_trailers_are_looked_for_where_they_are_due(
    headers: Any, trailers: Any, expected: Any, sentences: list[str]
) -> None:
    def answer(_requests: list[bytes], context: Any) -> Iterator[bytes]:
        context.send_initial_metadata(headers)
        context.set_trailing_metadata(trailers)
        yield b""

    with wild(GetOrder=answer) as (address, _):
        found = told(one({**GET, "request": {}, "response": {}, **expected}, address))
    assert len(found) == len(sentences)
    assert all(part in sentence for part, sentence in zip(sentences, found, strict=True)), found


def test_a_header_of_an_answer_that_has_only_trailers_is_looked_for_among_them() -> None:
    def refuse(_requests: list[bytes], context: Any) -> Iterator[bytes]:
        context.set_trailing_metadata([("cost", "1")])
        context.abort(grpc.StatusCode.NOT_FOUND, "gone")
        yield b""

    with wild(GetOrder=refuse) as (address, _):
        result = one({**GET, "request": {}, "status": "NOT_FOUND", "headers": {"cost": "1"}}, address)
    assert result.outcome is Outcome.PASSED, told(result)


def test_a_request_filter_changes_what_is_sent() -> None:
    def fresh(outgoing: Outgoing, interaction: Interaction) -> Outgoing:
        assert outgoing.url.endswith("/shop.Orders/GetOrder")
        return Outgoing("POST", outgoing.url, (*outgoing.headers, ("token", interaction.description)), outgoing.content)

    with wild(GetOrder=lambda requests, _: iter(requests)) as (address, asked):
        result = one({**GET, "request": {"id": 7}, "response": {"id": 7}}, address, request_filter=fresh)
    assert result.outcome is Outcome.PASSED
    assert asked.metadata[0]["token"] == "call 0"


def test_streams_are_compared_message_by_message() -> None:
    lines = [{"article": "cup", "count": count} for count in (1, 2, 3)]
    prices = [{"article": "cup", "amount": 4.5 * count} for count in (1, 2, 4)]
    with orders() as service:
        result = one({**QUOTE, "requests": lines, "responses": prices}, service.address)
        each = one(
            {**QUOTE, "requests": lines, "responses": [prices[0]], "rules": {"$": {"match": "type"}}}, service.address
        )
        none = one({**LIST, "request": {"customer": "nobody"}, "responses": []}, service.address)
        some = one({**LIST, "request": {"customer": "Ada"}, "responses": []}, service.address)
        added = one({**ADD, "requests": [], "response": {"lines": 0}}, service.address)
    assert [(found.place, found.expected, found.actual) for found in result.mismatches] == [
        ("$[2].amount", "18.0", "13.5")
    ]
    assert [ended.outcome for ended in (each, none, some, added)] == [
        Outcome.PASSED, Outcome.PASSED, Outcome.FAILED, Outcome.PASSED,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("$.customerName", None),
        ("$.customer_name", None),
        ("$.customer", "the path $[0].customer leads to no field of shop.Order"),
    ],
)
def test_rules_of_what_a_stream_must_contain_name_fields_in_either_way(path: str, sentence: str | None) -> None:
    def ordered(_requests: list[bytes], _context: Any) -> Iterator[bytes]:
        yield message("Order", id=1)
        yield message("Order", customer_name="Eve")

    variant = {"index": 0, "rules": {path: {"matchers": [{"match": "regex", "regex": "[A-Z][a-z]+"}]}}}
    rules = {"$": {"match": "arrayContains", "variants": [variant]}}
    with wild(ListOrders=ordered) as (address, _):
        result = one({**LIST, "request": {}, "responses": [{"customerName": "Ada"}], "rules": rules}, address)
    assert sentence in str(told(result)) if sentence else result.outcome is Outcome.PASSED, told(result)


def test_a_stream_that_ends_with_an_error_is_compared_with_both() -> None:
    def some(_requests: list[bytes], context: Any) -> Iterator[bytes]:
        yield message("Order", id=1)
        context.abort(grpc.StatusCode.ABORTED, "enough")

    with wild(ListOrders=some) as (address, _):
        call = {**LIST, "request": {}, "responses": [{"id": 1}], "status": {"code": "ABORTED", "message": "enough"}}
        assert one(call, address).outcome is Outcome.PASSED
        assert told(one({**call, "responses": [{"id": 2}]}, address)) == [
            "Expected it to be equal to 2 (integer), but it is 1 (integer)."
        ]
        assert told(one({**call, "status": "OK"}, address)) == ["Expected the status OK, but it is ABORTED (enough)."]


def test_a_stream_without_an_end_is_cancelled_where_the_contract_says_so() -> None:
    ended: list[bool] = []

    def ever(_requests: list[bytes], context: Any) -> Iterator[bytes]:
        context.add_callback(lambda: ended.append(True))
        while context.is_active():
            yield message("Order", id=7)

    with wild(ListOrders=ever) as (address, _):
        call = {**LIST, "request": {}, "responses": [{"id": 7}, {"id": 7}], "cancelAfter": 2}
        result = one(call, address)
    assert result.outcome is Outcome.PASSED, told(result)
    assert result.exchanges[0].received is not None
    assert result.exchanges[0].received.summary == "cancelled by the client"
    assert ended == [True]


def test_the_contracts_own_timeout_is_the_calls_deadline() -> None:
    remaining: list[float] = []

    def measured(_requests: list[bytes], context: Any) -> Iterator[bytes]:
        remaining.append(context.time_remaining())
        yield b""

    with wild(GetOrder=measured) as (address, _):
        replayed(
            contract({**GET, "request": {}, "response": {}, "timeout": 90}, {**GET, "request": {}, "response": {}}),
            address,
            timeout=40,
        )
    assert 60 < remaining[0] < 120
    assert remaining[1] < 60
