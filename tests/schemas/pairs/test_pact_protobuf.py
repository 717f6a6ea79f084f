"""gRPC and Protobuf messages of pacts, as the protobuf plug-in writes them, against the provider's .proto files."""

import base64
import json
from typing import Any

import pytest
from google.protobuf.json_format import ParseDict

from troth_schemas import pairs
from troth_schemas.contract import Contract
from troth_schemas.options import Options
from troth_schemas.protobuf.loading import load
from troth_schemas.protobuf.model import Schema
from troth_schemas.report import Report
from troth_schemas.sources import one

PROTO = """syntax = "proto3";
package shop;
import "google/protobuf/wrappers.proto";
message Get { string id = 1; Status wanted = 2; repeated int32 pages = 3; }
message Order {
  string id = 1;
  int64 total = 2;
  repeated Line lines = 3;
  map<string, Line> named = 4;
  oneof payment { string card = 5; Cash cash = 6; }
  repeated Status history = 7;
  google.protobuf.StringValue note = 8;
}
message Line { string name = 1; int32 count = 2; }
message Cash { bool exact = 1; }
enum Status { NONE = 0; OPEN = 1; SHUT = 2; LOST = -1; }
service Orders {
  rpc Find (Get) returns (Order);
  rpc List (Get) returns (stream Order);
}
"""
_PROTOBUF = "application/protobuf;message="


def schema(text: str = PROTO) -> Schema:
    loaded = load(one("orders.proto", text.encode()))
    assert loaded.usable, loaded.problems
    assert isinstance(loaded.document, Schema)
    return loaded.document


def encoded(kind: str, value: Any, text: str = PROTO) -> str:
    found = schema(text)
    message = ParseDict(value, found.pool.new(f"shop.{kind}"), descriptor_pool=found.pool.pool)
    return base64.b64encode(message.SerializePartialToString()).decode()


def part(kind: str, value: Any, text: str = PROTO, rules: dict[str, str] | None = None) -> dict[str, Any]:
    content = {"content": encoded(kind, value, text), "contentType": _PROTOBUF + kind, "encoded": "base64"}
    made: dict[str, Any] = {"contents": content, "metadata": {"contentType": _PROTOBUF + kind}}
    if rules:
        made["matchingRules"] = {"body": {path: {"matchers": [{"match": name}]} for path, name in rules.items()}}
    return made


def call(
    request: Any = None, *responses: Any, method: str = "Orders/Find", text: str = PROTO, **members: Any
) -> dict[str, Any]:
    answers = [part("Order", each, text, members.get("rules")) for each in responses or ({"id": "1"},)]
    return {
        "description": "an order is asked for",
        "type": "Synchronous/Messages",
        "transport": "grpc",
        "pluginConfiguration": {"protobuf": {"descriptorKey": "k", "service": method}},
        "request": part("Get", request or {"id": "1"}, text),
        "response": members.get("response", answers),
    }


def pact(*interactions: Any, text: str = PROTO) -> Contract:
    descriptors = base64.b64encode(schema(text).descriptors.SerializeToString()).decode()
    plugin = {"name": "protobuf", "version": "0.6.0", "configuration": {"k": {"protoDescriptors": descriptors}}}
    document = {
        "consumer": {"name": "Shop"},
        "provider": {"name": "Orders"},
        "interactions": list(interactions),
        "metadata": {"pactSpecification": {"version": "4.0"}, "plugins": [plugin]},
    }
    return Contract("pact", one("shop.json", json.dumps(document).encode()))


def provider(text: str = PROTO) -> Contract:
    return Contract("protobuf", one("orders.proto", text.encode()))


def judge(*interactions: Any, against: str = PROTO, text: str = PROTO, **options: Any) -> Report:
    return pairs.judge(pact(*interactions, text=text), provider(against), Options(**options))


def rules(report: Report) -> list[str]:
    return [each.rule for each in report.breaking]


WHOLE = {
    "id": "1", "total": "5", "lines": [{"name": "a"}], "named": {"x": {"count": 2}}, "cash": {"exact": True},
    "history": ["OPEN", "LOST"], "note": "hello",
}  # fmt: skip


def test_a_call_that_the_provider_answers_fits() -> None:
    report = judge(call({"id": "1", "wanted": "OPEN", "pages": [1, 2]}, WHOLE))
    assert report.findings == report.not_covered == ()
    assert report.compatible is True
    assert report.scope == ("an order is asked for",)


@pytest.mark.parametrize("method", ["Orders/Find", "shop.Orders/Find", ".shop.Orders/Find"])
def test_a_service_is_named_with_or_without_its_package(method: str) -> None:
    assert judge(call(method=method)).compatible is True


@pytest.mark.parametrize(
    ("old", "new", "element"),
    [
        ("string id = 1;\n", "", "shop.Order.id"),
        ("Line { string name = 1;", "Line {", "shop.Line.name"),
        ("int32 count = 2;", "", "shop.Line.count"),
        ("Cash { bool exact = 1; }", "Cash { }", "shop.Cash.exact"),
    ],
)
def test_every_field_that_is_relied_on_must_be_there(old: str, new: str, element: str) -> None:
    report = judge(call(None, WHOLE), against=PROTO.replace(old, new))
    assert [(each.rule, each.element) for each in report.breaking] == [
        ("pact-protobuf/response-field-unknown", element)
    ]


def test_what_the_pact_does_not_touch_may_change() -> None:
    other = PROTO.replace("int64 total = 2;", "bytes total = 2;").replace("Status wanted = 2; ", "")
    assert judge(call(), against=other).compatible is True


def test_a_zero_that_was_written_counts_and_so_does_what_a_rule_names() -> None:
    without = PROTO.replace("int64 total = 2;", "").replace("int32 count = 2;", "")
    zero = call()
    zero["response"][0]["contents"]["content"] = base64.b64encode(b"\x10\x00").decode()
    assert rules(judge(zero, against=without)) == ["pact-protobuf/response-field-unknown"]
    ruled = call(rules={"$.total": "number", "$.lines[*].count": "number", "$.named.x.count": "number"})
    report = judge(ruled, against=without)
    assert {each.element for each in report.breaking} == {"shop.Order.total", "shop.Line.count"}


def test_types_and_names_are_told_by_protobufs_own_rules_once_for_all_interactions() -> None:
    report = judge(call(None, WHOLE), {**call(None, WHOLE), "description": "again"},
                   against=PROTO.replace("int32 count", "string count"))  # fmt: skip
    assert [(each.rule, each.where) for each in report.breaking] == [
        ("protobuf/field-wire-json-compatible-type", ("an order is asked for", "again"))
    ]
    found = report.breaking[0]
    assert found.reader is not None
    assert found.writer is not None
    assert (found.reader.pointer, found.writer.pointer) == ("/metadata/plugins", "/shop.Line/fields/count")


def test_requests_and_answers_are_judged_in_their_direction() -> None:
    narrower = PROTO.replace("string id = 1; Status", "bytes id = 1; Status")
    assert judge(call(), against=narrower, category="WIRE").compatible is True, "the provider reads a text as bytes"
    wider = PROTO.replace("  string id = 1;\n", "  bytes id = 1;\n")
    assert rules(judge(call(), against=wider, category="WIRE")) == ["protobuf/field-wire-compatible-type"]


def test_values_of_enums_must_be_known_packed_negative_or_not() -> None:
    fewer = PROTO.replace("SHUT = 2; LOST = -1;", "")
    assert rules(judge(call({"wanted": "SHUT"}), against=fewer)) == ["pact-protobuf/request-value-unknown"]
    report = judge(call(None, {"history": ["OPEN", "LOST", "SHUT"]}), against=fewer)
    assert [each.element for each in report.breaking] == ["shop.Status.LOST", "shop.Status.SHUT"]
    assert judge(call({"wanted": "OPEN"}, {"history": ["OPEN"]}), against=fewer).compatible is True


def test_streaming_must_agree() -> None:
    report = judge(call(None, {"id": "1"}, {"id": "2"}, method="Orders/List"), against=PROTO.replace("stream ", ""))
    assert set(rules(report)) == {"protobuf/rpc-same-server-streaming", "pact-protobuf/responses-too-many"}
    assert judge(call(None, {"id": "1"}, {"id": "2"}, method="Orders/List")).compatible is True


def test_an_expected_error_says_nothing_of_the_answers_contents() -> None:
    error = {"metadata": {"grpc-status": "NOT_FOUND", "grpc-message": "no such order"},
             "contents": {"content": "////", "contentType": _PROTOBUF + "Order", "encoded": "base64"}}  # fmt: skip
    assert judge(call(response=[error])).compatible is True
    odd = {"metadata": {"grpc-status": "17"}}
    assert rules(judge(call(response=[odd]))) == ["pact-protobuf/status-unknown"]


def test_messages_with_protobuf_contents_are_judged_as_what_the_consumer_reads() -> None:
    message = {
        "description": "an order was placed",
        "type": "Asynchronous/Messages",
        "pluginConfiguration": {"protobuf": {"descriptorKey": "k", "message": ".shop.Order"}},
        **part("Order", WHOLE),
    }
    assert judge(message).compatible is True
    assert rules(judge(message, against=PROTO.replace("int64 total = 2;", ""))) == [
        "pact-protobuf/response-field-unknown"
    ]
    renamed = PROTO.replace("message Order ", "message Purchase ").replace("(Order)", "(Purchase)")
    assert rules(judge(message, against=renamed.replace("stream Order", "stream Purchase"))) == [
        "pact-protobuf/message-unknown"
    ]


def test_synchronous_messages_without_a_service_are_two_messages() -> None:
    message = {**call(), "transport": None}
    message["pluginConfiguration"] = {"protobuf": {"descriptorKey": "k"}}
    assert judge(message).compatible is True
    report = judge(message, against=PROTO.replace("message Get { string id = 1;", "message Get {"))
    assert rules(report) == ["pact-protobuf/request-field-unknown"]


def test_a_message_without_contents_or_of_an_unknown_type_is_not_covered() -> None:
    empty = {"description": "x", "type": "Asynchronous/Messages", "pluginConfiguration": {"protobuf": {
        "descriptorKey": "k", "message": "Order"}}}  # fmt: skip
    assert judge(empty).compatible is None
    unknown = {**empty, **part("Order", {}), "contents": {"content": "", "contentType": _PROTOBUF + "Gone",
                                                          "encoded": "base64"}}  # fmt: skip
    report = judge(unknown)
    assert report.compatible is None
    assert "no message Gone" in report.not_covered[0].message


@pytest.mark.parametrize("members", [
    {"contents": {"content": {"id": "1"}, "contentType": "application/json;message=shop.Order"}},
    {"contents": {"content": {"id": "1"}, "contentType": "application/json"}, "metadata": {"messageType": "Order"}},
])  # fmt: skip
def test_json_that_names_its_type_is_judged_by_the_json_mapping(members: dict[str, Any]) -> None:
    message = {"description": "in JSON", "type": "Asynchronous/Messages", **members}
    assert judge(message).compatible is True
    assert rules(judge(message, against=PROTO.replace("  string id = 1;\n", ""))) == ["pact-protobuf/json-unreadable"]


def test_json_in_another_spelling_is_risky() -> None:
    content = {"total": 5, "lines": [{"name": "a", "count": 0}], "note": "x", "cash": {"exact": True}}
    message = {"description": "in JSON", "type": "Asynchronous/Messages",
               "contents": {"content": content, "contentType": "application/json;message=Order"}}  # fmt: skip
    report = judge(message)
    assert [(each.severity, each.rule) for each in report.findings] == [
        ("risky", "pact-protobuf/json-written-otherwise")
    ]


def test_what_is_no_affair_of_protobufs_is_left_to_other_documents() -> None:
    http = {"description": "x", "type": "Synchronous/HTTP", "request": {"method": "GET", "path": "/"}, "response": {}}
    report = judge(call(), http)
    assert report.scope == ("an order is asked for",)
    assert report.unjudged == ("x (GET /)",)
    assert report.compatible is None
    assert report.allowing_not_covered() is True


def test_an_any_is_not_covered() -> None:
    text = PROTO.replace("wrappers", "any").replace("google.protobuf.StringValue note", "google.protobuf.Any note")
    value = {"note": {"@type": "type.googleapis.com/shop.Line", "name": "a"}}
    report = judge(call(None, value, text=text), against=text, text=text)
    assert [each.message for each in report.not_covered] == ["What shop.Order.note (an Any) holds was not compared."]


GROUPED = """syntax = "proto2";
package shop;
message Get { optional string id = 1; }
message Order {
  optional group Line = 1 { optional string name = 1; optional Size size = 2; }
  extensions 100 to 199;
}
enum Size { SMALL = 0; LARGE = 1; }
extend Order { optional string note = 100; }
service Orders { rpc Find (Get) returns (Order); }
"""


def test_what_is_inside_a_group_is_judged_too() -> None:
    answer = {"line": {"name": "a", "size": "LARGE"}}
    assert judge(call(None, answer, text=GROUPED), text=GROUPED, against=GROUPED).compatible is True
    less = GROUPED.replace("optional string name = 1; ", "").replace(" LARGE = 1;", "")
    report = judge(call(None, answer, text=GROUPED), text=GROUPED, against=less)
    assert [(each.rule, each.element) for each in report.breaking] == [
        ("pact-protobuf/response-field-unknown", "shop.Order.Line.name"),
        ("pact-protobuf/response-value-unknown", "shop.Size.LARGE"),
    ]


def test_an_extension_is_not_covered() -> None:
    report = judge(call(None, {"[shop.note]": "new"}, text=GROUPED), text=GROUPED, against=GROUPED)
    assert report.compatible is None
    [only] = report.not_covered
    assert only.message == "The extension shop.note of shop.Order was not compared."


def test_a_provider_that_cannot_be_compiled_is_not_covered() -> None:
    report = judge(call(), against=PROTO.replace("string id", "strin id"))
    assert report.compatible is None


def test_uses_are_what_the_pact_touches() -> None:
    pair = pairs.find("pact", "protobuf")
    assert pair is not None
    assert pair.uses is not None
    found = pair.uses(pact(call({"wanted": "OPEN"}, {"lines": [{"count": 1}]})).loaded.document, schema())
    assert found == {
        "shop.Orders", "shop.Orders/Find", "shop.Get", "shop.Get.wanted", "shop.Status", "shop.Status.OPEN",
        "shop.Order",
        "shop.Order.lines", "shop.Line", "shop.Line.count",
    }  # fmt: skip
