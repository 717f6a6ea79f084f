"""Corners of the comparison that no golden case is about."""

import pytest

from tests.schemas.protobuf.test_loading import schema
from troth_schemas.options import Category, Options
from troth_schemas.protobuf.compare import compare
from troth_schemas.report import Report

PROTO2 = 'syntax = "proto2"; package shop; message Order { optional string id = 1; extensions 100 to max; }\n'
LINES = 'syntax = "proto3"; package shop; message Line { int32 count = 1; } message Item { int32 count = 1; }\n'


def report(new: str, old: str, category: Category = "WIRE", *, registry: bool = False) -> Report:
    return compare(schema(new), schema(old), Options(category=category, registry=registry))


def found(new: str, old: str, category: Category = "WIRE") -> list[tuple[str, str]]:
    return [(each.rule.removeprefix("protobuf/"), each.severity) for each in report(new, old, category).findings]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("optional int32 x = 100;", "optional string x = 100;"),
        ("repeated int32 x = 100;", "optional int32 x = 100;"),
        ("repeated Inner x = 100;", "repeated int32 x = 100;"),
        ("optional Inner x = 100;", "optional int32 x = 100;"),
    ],
)
def test_extensions_are_fields_too(old: str, new: str) -> None:
    inner = "message Inner { optional int32 a = 1; }"
    made = report(PROTO2 + inner + f"extend Order {{ {new} }}", PROTO2 + inner + f"extend Order {{ {old} }}")
    assert made.compatible is False
    assert {each.element for each in made.breaking} == {"shop.x"}
    assert all(each.witness is not None for each in made.breaking)
    place = made.breaking[0].writer
    assert place is not None
    assert place.pointer == "/shop.x"


def test_an_extension_of_a_message_elsewhere_is_compared() -> None:
    text = 'syntax = "proto2"; package shop; import "google/protobuf/descriptor.proto";\n'
    old = text + "extend google.protobuf.FieldOptions { optional int32 limit = 50001; }"
    assert found(old.replace("int32", "string"), old) == [("field-wire-compatible-type", "breaking")]


def test_an_extension_without_its_message_in_the_set_is_compared() -> None:
    whole = schema(PROTO2 + "extend Order { optional int32 x = 100; }")
    turned = schema(PROTO2 + "extend Order { optional string x = 100; }")
    for one in (whole, turned):
        del one.messages["shop.Order"]
    assert compare(turned, whole, Options()).compatible is False


@pytest.mark.parametrize(
    ("old", "new", "severity"),
    [
        ("map<string, Line> x = 1;", "map<string, Item> x = 1;", "risky"),
        ("map<string, int32> x = 1;", "map<int32, int32> x = 1;", "breaking"),
        ("map<string, int64> x = 1;", "map<string, int32> x = 1;", "risky"),
        ("Line x = 1;", "map<string, int32> x = 1;", "breaking"),
    ],
)
def test_maps_are_compared_by_key_and_value(old: str, new: str, severity: str) -> None:
    made = [f"{LINES} message Order {{ {text} }}" for text in (new, old)]
    assert report(made[0], made[1]).findings[0].severity == severity


ENUMS = "enum A { A_NONE = 0; A_ONE = 1; } enum B { B_NONE = 0; B_ONE = 1; B_TWO = 2; } enum C { C_NONE = 0; }\n"


@pytest.mark.parametrize(
    ("syntax", "old", "new", "category", "expected"),
    [
        ("proto3", "A", "B", "WIRE", []),
        ("proto3", "A", "B", "WIRE_JSON", [("field-wire-json-compatible-type", "breaking")]),
        ("proto3", "B", "C", "WIRE", [("field-value-narrowed", "risky")]),
        ("proto2", "A", "C", "WIRE", [("field-wire-compatible-type", "breaking")]),
        ("proto2", "A", "B", "WIRE", []),
        ("proto3", "int32", "A", "WIRE", []),
        ("proto3", "int64", "A", "WIRE", [("field-value-narrowed", "risky")]),
        ("proto2", "bool", "A", "WIRE", []),
        ("proto2", "int32", "A", "WIRE", [("field-value-narrowed", "risky")]),
        ("proto2", "A", "bool", "WIRE", []),
        ("proto2", "B", "bool", "WIRE", [("field-value-narrowed", "risky")]),
    ],
)
def test_an_enum_for_another_or_for_a_number(
    syntax: str, old: str, new: str, category: Category, expected: list[tuple[str, str]]
) -> None:
    label = "optional" if syntax == "proto2" else ""
    made = [f'syntax = "{syntax}"; {ENUMS} message Order {{ {label} {kind} x = 1; }}' for kind in (new, old)]
    assert found(made[0], made[1], category) == expected


def test_a_list_of_entries_is_a_map_on_the_wire() -> None:
    entry = "message Entry { string key = 1; int32 value = 2; }"
    old = f'syntax = "proto3"; {entry} message Order {{ repeated Entry x = 1; }}'
    new = f'syntax = "proto3"; {entry} message Order {{ map<string, int32> x = 1; }}'
    assert found(new, old) == [("field-type-renamed", "risky")]
    assert report(new.replace("int32> x", "string> x"), old).compatible is False


def test_an_open_enum_in_the_place_of_a_closed_one() -> None:
    enums = "enum A { option features.enum_type = CLOSED; A0 = 0; A1 = 1; } enum B { B0 = 0; B1 = 1; }"
    made = [f'edition = "2023"; {enums} message Order {{ {kind} x = 1; }}' for kind in ("A", "B")]
    assert found(made[0], made[1]) == [("field-value-narrowed", "risky")]
    assert found(made[1], made[0]) == []


def test_defaults_of_enums_and_floats_are_compared_as_values() -> None:
    enum = 'syntax = "proto2"; enum E { A = 1; B = 2; } message M { optional E e = 1 DEFAULT; }'
    assert found(enum.replace("DEFAULT", "[default = A]"), enum.replace(" DEFAULT", "")) == []
    assert found(enum.replace("DEFAULT", "[default = B]"), enum.replace(" DEFAULT", "")) == [
        ("field-same-default", "breaking")
    ]


def test_a_required_message_is_filled_to_prove_the_other_field_missing() -> None:
    inner = "message Inner { required string a = 1; }"
    old = f'syntax = "proto2"; {inner} message M {{ required Inner i = 1; optional int32 x = 2; }}'
    made = report(old.replace("optional int32", "required int32"), old)
    assert made.breaking[0].witness is not None
    assert made.breaking[0].witness.value == {
        "message": "M", "written": {"i": {"a": "a"}}, "bytes": "0a030a0161",
    }  # fmt: skip
    assert made.breaking[0].witness.note == "the reader refuses it without x"


def test_a_method_whose_answer_lost_a_field_proves_it_with_an_answer() -> None:
    old = LINES + "message Reply { string a = 1; } message Other { int32 b = 1; }"
    service = "service S { rpc Get (Line) returns (Reply); }"
    made = report(old + service.replace("Reply", "Other"), old + service)
    assert made.breaking[0].witness is not None
    assert made.breaking[0].witness.value == {"message": "shop.Other", "written": {"b": 1}, "bytes": "0801", "read": {}}


def test_registries_compare_types_by_their_names_within_the_package_and_the_root_alone_loses_messages() -> None:
    old = schema(a='syntax = "proto3"; package p; import "b.proto"; message A { q.B b = 1; }',
                 b='syntax = "proto3"; package q; message B { int32 x = 1; } message Gone {}')  # fmt: skip
    new = schema(a='syntax = "proto3"; package p; import "b.proto"; message A { r.B b = 1; }',
                 b='syntax = "proto3"; package r; message B { int32 x = 1; }')  # fmt: skip
    assert [each.aliases for each in compare(new, old, Options(registry=True)).breaking] == [("PACKAGE_CHANGED",)]


def test_services_in_several_files_and_packages_are_found() -> None:
    old = schema(a='syntax = "proto3"; package p; message A {} service S { rpc X (A) returns (A); }',
                 b='syntax = "proto3"; package q; message B {} service T { rpc Y (B) returns (B); }')  # fmt: skip
    new = schema(a='syntax = "proto3"; package p; message A {}', b='syntax = "proto3"; package q; message B {}')
    assert [each.message for each in compare(new, old, Options()).breaking] == [
        "The reader has no service p.S.",
        "The reader has no service q.T.",
    ]
