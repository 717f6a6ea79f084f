"""A gRPC client's own protos against its provider's: what it reaches counts, in the direction in which it is sent."""

import pytest

from troth_schemas import pairs
from troth_schemas.contract import Contract
from troth_schemas.options import Options
from troth_schemas.report import Report
from troth_schemas.sources import Sources, one

PROVIDER = """syntax = "proto3";
package shop;
message Get { string id = 1; Filter filter = 2; }
message Filter { string text = 1; Status status = 2; }
message Order { string id = 1; repeated Line lines = 2; Status status = 3; map<string, Money> prices = 4; }
message Line { string name = 1; int32 count = 2; }
message Money { int64 units = 1; string note = 2; }
message Unused { string id = 1; }
enum Status { NONE = 0; OPEN = 1; SHUT = 2; }
service Orders {
  rpc Find (Get) returns (Order);
  rpc List (Get) returns (stream Order);
  rpc Drop (Unused) returns (Unused);
}
"""


def contract(text: str, name: str = "orders.proto") -> Contract:
    return Contract("protobuf", one(name, text.encode()))


def judge(consumer: str, provider: str = PROVIDER, **options: str) -> Report:
    return pairs.judge(contract(consumer), contract(provider), Options(**options))  # type: ignore[arg-type]  # literals


def test_a_copy_is_served() -> None:
    report = judge(PROVIDER)
    assert report.compatible is True
    assert report.scope == ("shop.Orders/Find", "shop.Orders/List", "shop.Orders/Drop")
    assert report.judged == 3


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("message Unused { string id = 1; }", "message Unused { bytes id = 1; bool x = 2; }"),
        ("rpc Drop (Unused) returns (Unused);", ""),
        ("int32 count = 2;", "int32 count = 2; string unit = 3;"),
    ],
)
def test_what_the_consumer_does_not_reach_does_not_matter(old: str, new: str) -> None:
    consumer = PROVIDER.replace("  rpc Drop (Unused) returns (Unused);\n", "")
    assert judge(consumer, PROVIDER.replace(old, new)).compatible is True


def test_a_finding_lists_every_method_that_reaches_it() -> None:
    report = judge(PROVIDER, PROVIDER.replace("int32 count", "string count"))
    assert [(each.interaction, each.where, each.element) for each in report.breaking] == [
        ("shop.Orders/Find", ("shop.Orders/Find", "shop.Orders/List"), "shop.Line.count")
    ]


def test_a_type_is_judged_in_the_direction_in_which_it_is_sent() -> None:
    text_for_bytes = PROVIDER.replace("string text", "bytes text")
    assert judge(PROVIDER, text_for_bytes, category="WIRE").compatible is True, "a request's text is read as bytes"
    assert judge(text_for_bytes, PROVIDER, category="WIRE").compatible is False
    note_as_bytes = PROVIDER.replace("string note", "bytes note")
    report = judge(PROVIDER, note_as_bytes, category="WIRE")
    assert [each.element for each in report.breaking] == ["shop.Money.note"], "an answer's bytes are no text"
    assert judge(note_as_bytes, PROVIDER, category="WIRE").compatible is True


def test_values_inside_maps_are_reached() -> None:
    report = judge(PROVIDER, PROVIDER.replace("int64 units = 1;", ""))
    assert [each.message for each in report.breaking] == ["The provider has no field 1 (units) of shop.Money."]


def test_types_of_other_names_are_followed() -> None:
    renamed = PROVIDER.replace("Line", "Item").replace("Get", "Query")
    report = judge(PROVIDER, renamed)
    assert report.breaking == ()
    assert {each.rule for each in report.findings} >= {"protobuf/field-type-renamed", "protobuf/rpc-same-request-type"}
    report = judge(PROVIDER, renamed.replace("int32 count", "string count"))
    assert [each.rule for each in report.breaking] == ["protobuf/field-wire-json-compatible-type"]


def test_a_value_that_the_provider_has_besides_is_risky() -> None:
    report = judge(PROVIDER.replace(" SHUT = 2;", ""), PROVIDER)
    assert report.compatible is True
    assert [(each.severity, each.element) for each in report.findings] == [("risky", "shop.Status.SHUT")]
    report = judge(PROVIDER, PROVIDER.replace(" SHUT = 2;", ""))
    assert [(each.severity, each.element) for each in report.findings] == [("breaking", "shop.Status.SHUT")]


def test_another_package_is_not_covered_and_another_document_may_fill_the_gap() -> None:
    other = contract(PROVIDER.replace("package shop", "package pay"), "pay.proto")
    report = pairs.judge(contract(PROVIDER), other)
    assert report.compatible is None
    assert report.unjudged == ("shop.Orders/Find", "shop.Orders/List", "shop.Orders/Drop")
    both = pairs.judge_all(contract(PROVIDER), [other, contract(PROVIDER)])
    assert both.unjudged == ()
    assert both.compatible is True


def test_a_consumer_without_services_reads_messages() -> None:
    consumer = 'syntax = "proto3"; package shop; message Line { string name = 1; int32 count = 2; }'
    assert judge(consumer).compatible is True
    report = judge(consumer, PROVIDER.replace("int32 count = 2;", ""))
    assert [each.message for each in report.breaking] == ["The provider has no field 2 (count) of shop.Line."]
    assert judge(consumer.replace("Line", "Gone").replace("package shop", "package x")).compatible is None


def test_in_the_categories_of_code_a_lost_method_has_the_name_that_people_know() -> None:
    report = judge(PROVIDER, PROVIDER.replace("rpc Find", "rpc Seek"), category="FILE")
    assert ("RPC_NO_DELETE",) in [each.aliases for each in report.breaking]
    gone = judge(PROVIDER, PROVIDER[: PROVIDER.index("service")], category="PACKAGE")
    assert [each.message for each in gone.breaking] == ["The provider has no service shop.Orders."]


def test_uses_are_the_providers_elements_that_the_consumer_reaches() -> None:
    pair = pairs.find("protobuf", "protobuf")
    assert pair is not None
    assert pair.uses is not None
    consumer = """syntax = "proto3";
package shop;
message Get { string id = 1; }
message Order { string id = 1; repeated Line lines = 2; Status status = 3; int32 own = 99; }
message Line { string name = 1; }
enum Status { NONE = 0; OPEN = 1; }
service Orders { rpc Find (Get) returns (Order); }
"""
    assert pair.uses(contract(consumer).loaded.document, contract(PROVIDER).loaded.document) == {
        "shop.Orders", "shop.Orders/Find", "shop.Get", "shop.Get.id", "shop.Order", "shop.Order.id", "shop.Order.lines",
        "shop.Order.status", "shop.Line", "shop.Line.name", "shop.Status", "shop.Status.NONE", "shop.Status.OPEN",
    }  # fmt: skip


@pytest.mark.parametrize("missed", ["orders.proto", "filters.proto"])
def test_what_may_stand_in_a_file_that_could_not_be_compiled_is_not_called_unserved(missed: str) -> None:
    files = {
        "orders.proto": PROVIDER,
        "filters.proto": 'syntax = "proto3"; package shop; message Wish { string id = 1; }',
    }
    files[missed] += "message {"
    provider = Contract("protobuf", Sources("orders.proto", {name: text.encode() for name, text in files.items()}))
    consumer = PROVIDER + "service More { rpc Wish (Get) returns (Order); }"
    report = pairs.judge(contract(consumer), provider)
    assert report.compatible is None
    assert report.breaking == ()
    assert "shop.More/Wish" in report.unjudged
    told = " ".join(found.message for found in report.not_covered)
    assert f"say nothing of shop.More: {missed} could not be compiled" in told
