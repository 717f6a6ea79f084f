"""All seven modes over one past for Protobuf, GraphQL and Avro: what comes, what goes, and older pasts."""

from dataclasses import replace

import pytest

from tests.schemas.golden_cases import contract
from troth_schemas.contract import compare
from troth_schemas.evolution import evolve
from troth_schemas.options import DEFAULT, MODES, Options
from troth_schemas.report import Report

FIRST = {
    "protobuf": 'syntax = "proto3"; message Order { string id = 1; int64 price = 2; }',
    "graphql": "type Query { id: ID price: Int }",
    "avro": '{"type": "record", "name": "Order", "fields": [{"name": "id", "type": "string"},'
    ' {"name": "price", "type": "long"}]}',
}
WIDER = {
    "protobuf": 'syntax = "proto3"; message Order { string id = 1; int64 price = 2; string note = 3; }',
    "graphql": "type Query { id: ID price: Int note: String }",
    "avro": FIRST["avro"].replace("}]}", '}, {"name": "note", "type": "string", "default": ""}]}'),
}
WITHOUT_DEFAULT = {"avro": WIDER["avro"].replace(', "default": ""', "")}
OTHER = {
    "protobuf": 'syntax = "proto3"; message Order { string id = 1; bytes price = 2; string note = 3; }',
    "graphql": "type Query { id: ID price: Boolean note: String }",
    "avro": WIDER["avro"].replace("long", "boolean"),
}
NEVER_FORWARD = {"NONE": None, "BACKWARD": True, "FORWARD": False, "FULL": False}
BOTH_WAYS = {"NONE": None, "BACKWARD": True, "FORWARD": True, "FULL": True}


def transitive(verdicts: dict[str, bool | None]) -> dict[str, bool | None]:
    return {mode: verdicts[mode.removesuffix("_TRANSITIVE")] for mode in MODES}


def evolved(name: str, new: str, past: list[str], mode: str, options: Options = DEFAULT) -> Report:
    return evolve(
        contract(name, new),
        [contract(name, one) for one in past],
        mode,  # type: ignore[arg-type]  # one of MODES
        lambda reader, writer: compare(reader, writer, options),
        lambda reader, writer: compare(reader, writer, replace(options, older="reader")),
    )


def verdicts(name: str, new: str, past: list[str], options: Options = DEFAULT) -> dict[str, bool | None]:
    return {mode: evolved(name, new, past, mode, options).compatible for mode in MODES}


@pytest.mark.parametrize(
    ("name", "expected"),
    [("protobuf", BOTH_WAYS), ("graphql", NEVER_FORWARD), ("avro", BOTH_WAYS)],
)
def test_a_field_is_added(name: str, expected: dict[str, bool | None]) -> None:
    assert verdicts(name, WIDER[name], [FIRST[name]]) == transitive(expected)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("protobuf", {"NONE": None, "BACKWARD": False, "FORWARD": False, "FULL": False}),
        ("graphql", {"NONE": None, "BACKWARD": False, "FORWARD": True, "FULL": False}),
        ("avro", BOTH_WAYS),
    ],
)
def test_a_field_is_gone(name: str, expected: dict[str, bool | None]) -> None:
    assert verdicts(name, FIRST[name], [WIDER[name]]) == transitive(expected)


def test_avro_without_a_default_may_be_added_forward_and_go_backward() -> None:
    there = verdicts("avro", WITHOUT_DEFAULT["avro"], [FIRST["avro"]])
    back = verdicts("avro", FIRST["avro"], [WITHOUT_DEFAULT["avro"]])
    assert there == transitive({"NONE": None, "BACKWARD": False, "FORWARD": True, "FULL": False})
    assert back == transitive({"NONE": None, "BACKWARD": True, "FORWARD": False, "FULL": False})


@pytest.mark.parametrize("name", ["protobuf", "graphql", "avro"])
def test_only_the_transitive_modes_look_beyond_the_last_version(name: str) -> None:
    past = [OTHER[name], WIDER[name]]
    found = verdicts(name, WIDER[name], past)
    assert found == {mode: not mode.endswith("_TRANSITIVE") for mode in MODES} | {"NONE": None}


@pytest.mark.parametrize("category", ["FILE", "PACKAGE", "WIRE_JSON", "WIRE"])
def test_an_older_reader_of_protobuf_skips_what_is_new(category: str) -> None:
    report = evolved("protobuf", WIDER["protobuf"], [FIRST["protobuf"]], "FORWARD", Options(category=category))  # type: ignore[arg-type]  # one of CATEGORIES
    assert [one.rule for one in report.findings] == (["protobuf/field-unknown-in-json"] if category != "WIRE" else [])


def test_schema_registries_hold_a_new_message_for_no_forward_change() -> None:
    wider = f"{FIRST['protobuf']} message Line {{}}"
    found = verdicts("protobuf", wider, [FIRST["protobuf"]], Options(registry=True))
    assert found == transitive({"NONE": None, "BACKWARD": True, "FORWARD": False, "FULL": False})
