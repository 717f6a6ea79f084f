"""Matching rules of pacts of the protobuf plug-in that name what is no field of their message's type."""

import pytest

from troth_schemas.json_body import Document
from troth_schemas.pact.rules import read_rules
from troth_schemas.pairs.pact_protobuf.examples import astray
from troth_schemas.protobuf.loading import load
from troth_schemas.protobuf.model import Schema
from troth_schemas.sources import one

PROTO = b"""syntax = "proto2";
package shop;
import "google/protobuf/any.proto";
import "google/protobuf/struct.proto";
import "google/protobuf/timestamp.proto";
message Order {
  optional int64 id = 1;
  optional string customer_name = 2;
  repeated Line lines = 3;
  map<string, Line> named = 4;
  optional google.protobuf.Struct free = 5;
  optional google.protobuf.Any held = 6;
  optional google.protobuf.Timestamp placed_at = 7;
  optional Open open = 8;
  repeated string tags = 9;
}
message Line { optional int32 count = 1; optional Line inner = 2; }
message Open { optional int32 a = 1; extensions 100 to 200; }
extend Open { optional Line more = 100; }
"""


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("$", None),
        ("$.id", None),
        ("$.customer_name", None),
        ("$.customerName", None),
        ("$.lines", None),
        ("$.lines[*].count", None),
        ("$.lines.*.inner.count", None),
        ("$.lines[0].inner", None),
        ("$.lines.count", None),
        ("$.named.any.thing", None),
        ("$.free.any.thing", None),
        ("$.held.any", None),
        ("$.placed_at.seconds", None),
        ("$.open.any", None),
        ("$.open['[shop.more]'].count", None),
        ("$.tags[*]", None),
        ("$.*", None),
        ("$.*.any", None),
        ("$.ids", "$.ids"),
        ("$.customer-name", "$.customer-name"),
        ("$.lines[*].counts", "$.lines[*].counts"),
        ("$.lines[0].inner.counts", "$.lines[*].inner.counts"),
        ("$.lines.counts", "$.lines.counts"),
    ],
)
def test_only_what_is_surely_no_field_is_told(path: str, told: str | None) -> None:
    known = load(one("orders.proto", PROTO)).document
    assert isinstance(known, Schema)
    rules = read_rules({"body": {path: {"matchers": [{"match": "type"}]}}})
    assert rules.unreadable == ()
    assert astray(known.pool.new("shop.Order").DESCRIPTOR, rules.body) == (() if told is None else (told,))


def test_only_what_is_no_path_is_unread() -> None:
    rule: Document = {"matchers": [{"match": "type"}]}
    rules = read_rules({"body": {"$.a b[": rule, "$.a": {"matchers": []}, "b[": rule}, "other": {"$": rule}})
    assert rules.unread == ("$.a b[",)
