"""Pairs of schemas, and whether everything the writer may send is valid for the reader."""

from typing import Any

import pytest

from tests.schemas.jsonschema.asking import ask, at
from troth_schemas.jsonschema import View, sample, validator

RECORD: Any = {
    "type": "object",
    "properties": {"id": {"type": "integer"}, "name": {"type": "string"}},
    "required": ["id"],
}
TREE: Any = {
    "$defs": {"node": {"type": "object", "properties": {"next": {"$ref": "#/$defs/node"}, "v": {"type": "integer"}}}},
    "$ref": "#/$defs/node",
}
CHAIN: Any = {
    "properties": {"next": {"$ref": "#/$defs/link"}},
    "$defs": {
        "link": {
            "anyOf": [
                {"type": "null"},
                {"type": "object", "properties": {"next": {"$ref": "#/$defs/link"}}, "required": ["next"]},
            ]
        }
    },
}
BARRED: Any = {
    "anyOf": [
        {"type": "null"},
        {
            "type": "object",
            "properties": {"next": {"$ref": "#"}},
            "not": {"patternProperties": {"^next$": False}},
        },
    ]
}
LOOSER_TREE: Any = {
    "$defs": {"node": {"type": "object", "properties": {"next": {"$ref": "#/$defs/node"}, "v": {"type": "number"}}}},
    "$ref": "#/$defs/node",
}

CONTAINED: list[tuple[str, Any, Any]] = [
    ("integers are numbers", {"type": "number"}, {"type": "integer"}),
    ("a schema contains itself", RECORD, RECORD),
    ("a recursive schema contains itself", TREE, TREE),
    ("a recursive schema contains a narrower one", LOOSER_TREE, TREE),
    ("fewer values of an enum", {"enum": ["a", "b"]}, {"enum": ["b"]}),
    ("one type of two", {"type": ["string", "null"]}, {"type": "string"}),
    ("an alternative", {"anyOf": [{"type": "string"}, {"type": "null"}]}, {"type": "null"}),
    ("allOf is merged", {"type": "object", "required": ["id", "name"]}, {"allOf": [RECORD, {"required": ["name"]}]}),
    ("nothing is in everything", {"type": "string"}, False),
]

GAPS: list[tuple[str, Any, Any, str, str, tuple[str, ...], Any]] = [
    ("a link that has to lead on", {"properties": {"next": {"properties": {"next": {"type": "null"}}}}}, CHAIN,
     "type", "changed", ("next", "next"), {"next": {"next": {"next": None}}}),
    ("a link under a negation", {"properties": {"next": {"type": "null"}}}, BARRED,
     "type", "changed", ("next",), {"next": {"next": None}}),
    ("a number", {"type": "integer"}, {"type": "number"}, "type", "narrowed", (), 0.5),
    ("a shorter text", {"maxLength": 3, "type": "string"}, {"maxLength": 4, "type": "string"}, "max-length",
     "narrowed", (), "text"),
    ("another required member", RECORD, {"type": "object"}, "required", "added", (), {}),
    ("a recursive narrower one", TREE, LOOSER_TREE, "type", "narrowed", ("v",), {"v": 0.5}),
    ("null inside an array", {"items": {"type": "string"}},
     {"type": "array", "items": {"type": ["string", "null"]}}, "nullability", "removed", ("*",), [None]),
    ("a closed model", {"additionalProperties": False}, {"type": "object", "properties": {"a": {"const": 1}},
     "additionalProperties": False}, "property", "removed", ("a",), {"a": 1}),
]  # fmt: skip


@pytest.mark.parametrize(("reader", "writer"), [case[1:] for case in CONTAINED], ids=[case[0] for case in CONTAINED])
def test_contained(reader: Any, writer: Any) -> None:
    answer = ask(reader, writer)
    assert answer.contained is True, answer


@pytest.mark.parametrize("case", GAPS, ids=[case[0] for case in GAPS])
def test_a_gap_is_named_and_shown(case: Any) -> None:
    _, reader, writer, axis, change, path, witness = case
    answer = ask(reader, writer)
    assert answer.contained is False
    found = {(gap.axis, gap.change, gap.path): gap.witness for gap in answer.gaps}
    assert found[(axis, change, path)] == (witness,)


def test_a_view_of_a_response_needs_nothing_and_refuses_what_is_not_declared() -> None:
    view = View(required=False, undeclared="refused", access="response")
    assert ask(RECORD, {"const": {"name": "x"}}, view).contained is True
    answer = ask(RECORD, {"const": {"nickname": "x"}}, view)
    assert [(gap.axis, gap.path, gap.witness) for gap in answer.gaps] == [
        ("property", ("nickname",), ({"nickname": "x"},))
    ]


def test_an_example_of_a_schema_is_valid_for_it() -> None:
    found = sample(at(RECORD))
    assert found == ({"id": 0},)
    assert validator(at(RECORD)).is_valid(found[0])
    assert validator(at(RECORD)).errors({"id": "x"}) == ('/id: "x" is not of type "integer"',)
