"""Servers that do what gRPC or Protobuf forbids, and types that are seldom seen: each is told for what it is."""

from collections.abc import Iterator
from typing import Any

import grpc
import pytest

from examples.grpc_orders.service import Orders, serve
from tests.verifiers.grpc.serving import GET, KNOWN, message, one, told, wild
from tests.verifiers.providing import TLS
from troth_verifiers import Outcome

CALL = {**GET, "request": {}, "response": {}}
OLD = b"""
syntax = "proto2";
package shop;
message Old {
  required int32 id = 1;
  optional string name = 2 [default = "nobody"];
  repeated group Item = 3 { optional string sku = 1; }
  extensions 100 to 199;
}
extend Old { optional string nick = 100; }
service Orders { rpc GetOrder(Old) returns (Old); }
"""
NEW = b"""
edition = "2023";
package shop;
import "google/protobuf/struct.proto";
import "google/protobuf/field_mask.proto";
message class {
  string from = 1;
  int64 import = 2 [features.field_presence = IMPLICIT];
  class lambda = 3 [features.message_encoding = DELIMITED];
  map<bool, google.protobuf.Value> free = 4;
  google.protobuf.FieldMask mask = 5;
  oneof None { string self = 6; int32 cls = 7; }
}
service Orders { rpc GetOrder(class) returns (class); }
"""


def _echo(requests: list[bytes], _: Any) -> Iterator[bytes]:
    yield from requests


def test_a_call_that_ends_with_ok_and_without_its_response_fails() -> None:
    with wild(GetOrder=lambda *_: iter([])) as (address, _):
        result = one(CALL, address)
    assert result.outcome is Outcome.FAILED
    assert told(result) == ["The provider ended the call with OK and without the one message that is due."]


def test_a_second_response_where_one_is_due_is_suspected() -> None:
    def twice(_requests: list[bytes], context: Any) -> Iterator[bytes]:
        context.send_initial_metadata((("region", "eu"),))
        yield from (message("Order", id=1), message("Order", id=2))

    with wild(GetOrder=twice) as (address, _):
        result = one(CALL, address, timeout=3.0)
    assert result.cause is not None
    assert result.cause.kind == "provider-timed-out"
    assert result.cause.text.endswith("though its headers came; does it send more than the one response that is due?")


def test_fields_that_a_type_requires_are_asked_of_both_sides() -> None:
    files = {"old.proto": OLD}
    whole = {**GET, "request": {"id": 1}, "response": {"id": 1}}
    lacking = {**GET, "request": {"name": "x"}, "response": {}}
    with wild(GetOrder=_echo) as (address, _):
        assert one(whole, address, files=files).outcome is Outcome.PASSED
        unsent = one(lacking, address, files=files)
    with wild(GetOrder=lambda *_: iter([b""])) as (address, _):
        unanswered = one(whole, address, files=files)
    assert unsent.cause is not None
    assert "request: shop.Old requires fields that are not set: id." in unsent.cause.text
    assert unanswered.outcome is Outcome.FAILED
    assert "The message is not whole: shop.Old requires fields that are not set: id." in told(unanswered)


@pytest.mark.parametrize(
    ("proto", "written"),
    [
        (OLD, {"id": 0, "name": None, "item": [{"sku": "a"}, {}], "[shop.nick]": "n"}),
        (
            NEW,
            {"from": "", "import": "9007199254740993", "lambda": {"lambda": {"from": "x"}}, "self": "s", "cls": None},
        ),
        (NEW, {"free": {"true": {"a": [1, None]}, "false": None}, "mask": "from,lambda.import"}),
    ],
)
def test_old_and_new_syntax_reserved_words_groups_and_extensions_are_echoed(proto: bytes, written: Any) -> None:
    with wild(GetOrder=_echo) as (address, _):
        result = one({**GET, "request": written, "response": written}, address, files={"x.proto": proto})
    assert result.outcome is Outcome.PASSED, told(result)


def test_the_targets_headers_are_metadata_as_the_contracts_is() -> None:
    with wild(GetOrder=_echo) as (address, asked):
        assert one(CALL, address, headers=(("Key-Bin", "AP8="),)).outcome is Outcome.PASSED
        found = [one(CALL, address, headers=(header,)) for header in (("key-bin", "?"), ("token", "Zoë"))]
    assert asked.metadata[0]["key-bin"] == b"\x00\xff"
    assert {result.cause.kind for result in found if result.cause} == {"target-incomplete"}
    assert [result.cause.text.removeprefix("Of the headers of the target, ") for result in found if result.cause] == [
        "key-bin ends in -bin, so its value is base64.",
        "token cannot be sent: 'Zoë' is no printable ASCII, as names outside -bin need it.",
    ]


def test_a_server_that_wants_a_certificate_of_its_clients_is_told() -> None:
    pair = ((TLS / "key.pem").read_bytes(), (TLS / "certificate.pem").read_bytes())
    authority = (TLS / "authority.pem").read_bytes()
    wanting = grpc.ssl_server_credentials([pair], root_certificates=authority, require_client_auth=True)
    server, port = serve(Orders(KNOWN), KNOWN, credentials=wanting)
    try:
        result = one(CALL, f"grpcs://127.0.0.1:{port}", ca_file=str(TLS / "authority.pem"))
    finally:
        server.stop(None).wait()
    assert result.cause is not None
    assert result.cause.kind == "provider-tls-failed"
    assert "does it want a certificate of its clients?" in result.cause.text


@pytest.mark.parametrize(
    ("came", "places"),
    [
        ("0807 f80101", []),
        ("0807 1005", ["$.customer_name"]),
        ("0807 1005 1a0139", ["$.customer_name", "$.state"]),
        ("0807 2a020805", ["$.lines[0].article"]),
    ],
)
def test_a_field_that_is_sent_as_another_type_is_not_the_default_that_readers_see(came: str, places: list[str]) -> None:
    call = {**CALL, "response": {"id": 7, "customerName": "", "state": "NEW"}, "rules": {"$": {"match": "type"}}}
    with wild(GetOrder=lambda *_: iter([bytes.fromhex(came)])) as (address, _):
        result = one(call, address)
    assert [found.place for found in result.mismatches] == places
    assert result.outcome is (Outcome.FAILED if places else Outcome.PASSED)
