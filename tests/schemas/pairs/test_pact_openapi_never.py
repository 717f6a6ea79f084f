"""Answers that can never come: what the schema needs besides the consumer's members is impossible."""

from typing import Any

import pytest

from tests.schemas.pairs.pact_openapi import answering, api, getting, judged, rules
from troth_schemas.json_body import Document, Json

TEXT: Document = {"type": "string"}
NUMBER: Document = {"type": "integer"}
BY_TYPE: Document = {"body": {"$": {"matchers": [{"match": "type"}]}}}
COMPONENTS: Document = {
    "schemas": {
        "Loop": {"type": "object", "required": ["next"], "properties": {"next": {"$ref": "#/components/schemas/Loop"}}},
        "List": {"type": "array", "items": {"$ref": "#/components/schemas/List"}},
        "Cat": {"type": "object", "required": ["kind"], "properties": {"kind": TEXT, "n": NUMBER}},
        "Dog": {"type": "object", "required": ["kind"], "properties": {"kind": TEXT, "n": {"type": "number"}}},
    }
}
PET: Document = {
    "oneOf": [{"$ref": "#/components/schemas/Cat"}, {"$ref": "#/components/schemas/Dog"}],
    "discriminator": {"propertyName": "kind"},
}


def needing(member: Json, **more: Json) -> Document:
    return {"type": "object", "required": ["b"], "properties": {"a": NUMBER, "b": member}, **more}


IMPOSSIBLE: dict[str, Document] = {
    "nothing": needing({"not": {}}),
    "an empty list of values": needing({"enum": []}),
    "a listed value of another type": needing({"type": "integer", "enum": ["a"]}),
    "a listed value out of bounds": needing({"type": "integer", "enum": [1], "minimum": 2}),
    "bounds of numbers": needing({"type": "integer", "minimum": 5, "maximum": 1}),
    "bounds that exclude": needing({"type": "number", "minimum": 1, "maximum": 1, "exclusiveMaximum": True}),
    "no whole number between": needing({"type": "integer", "minimum": 0.1, "maximum": 0.9}),
    "no multiple between": needing({"type": "integer", "minimum": 1, "maximum": 2, "multipleOf": 5}),
    "lengths": needing({"type": "string", "minLength": 5, "maxLength": 1}),
    "expressions": needing({"allOf": [{"type": "string", "pattern": "^a+$"}, {"type": "string", "pattern": "^b+$"}]}),
    "types of allOf": needing({"allOf": [TEXT, NUMBER]}),
    "elements": needing({"type": "array", "minItems": 1, "items": {"not": {}}}),
    "counts of elements": needing({"type": "array", "minItems": 2, "maxItems": 1}),
    "further inside": needing({"type": "object", "required": ["c"], "properties": {"c": {"enum": []}}}),
    "itself for ever": needing({"$ref": "#/components/schemas/Loop"}),
    "what allOf says of it elsewhere": {"allOf": [needing(TEXT), {"type": "object", "properties": {"b": NUMBER}}]},
    "no alternative": needing({"anyOf": [{"enum": []}, {"allOf": [TEXT, NUMBER]}]}),
    "what others must be": needing({}, additionalProperties={"not": {}}) | {"required": ["c"]},
    "too many members": needing(TEXT, maxProperties=1),
}


@pytest.mark.parametrize("named", IMPOSSIBLE)
@pytest.mark.parametrize("more", [{}, {"matchingRules": BY_TYPE}], ids=["by value", "by type"])
def test_what_needs_the_impossible_never_comes(named: str, more: dict[str, Any]) -> None:
    described = api(getting(IMPOSSIBLE[named]), components=COMPONENTS)
    assert rules(judged(described, answering({"a": 1}, **more))) == ["response-body-incompatible"]


POSSIBLE: dict[str, Document] = {
    "an optional member that is nothing": {"type": "object", "properties": {"a": NUMBER, "b": {"enum": []}}},
    "a reference": needing({"$ref": "#/components/schemas/List"}),
    "bounds": needing({"type": "integer", "minimum": 1, "maximum": 1}),
    "a text of a length": needing({"type": "string", "minLength": 3, "maxLength": 3, "pattern": "^[a-z]+$"}),
    "types of allOf": needing({"allOf": [{"type": "number"}, NUMBER]}),
    "one alternative": needing({"anyOf": [{"enum": []}, NUMBER]}),
    "a member that never travels": needing({"type": "string", "enum": [], "writeOnly": True}),
    "one that does not count": needing({"type": "string", "writeOnly": True}, maxProperties=1),
    "alternatives that a discriminator tells apart": needing(PET),
    "an element of such": needing({"type": "array", "minItems": 1, "items": PET}),
    "what may be nothing at all": needing({"type": "string", "enum": ["x", None], "nullable": True}),
}


@pytest.mark.parametrize("named", POSSIBLE)
@pytest.mark.parametrize("more", [{}, {"matchingRules": BY_TYPE}], ids=["by value", "by type"])
def test_what_needs_more_that_can_be_is_compatible(named: str, more: dict[str, Any]) -> None:
    described = api(getting(POSSIBLE[named]), components=COMPONENTS)
    assert rules(judged(described, answering({"a": 1}, **more))) == []


def test_what_is_needed_is_told() -> None:
    report = judged(api(getting(IMPOSSIBLE["types of allOf"])), answering({"a": 1}))
    (found,) = report.findings
    assert "cannot come: the schema needs 'b' with it, and nothing is valid for all of that" in found.message


def test_what_may_be_impossible_for_a_named_schema_is_not_called_compatible() -> None:
    named: list[Json] = [{"$ref": f"#/components/schemas/{one}"} for one in ("Cat", "Dog", "Bird")]
    pets: Document = {**PET, "oneOf": named}
    bird: Document = {
        "type": "object",
        "required": ["kind", "b"],
        "properties": {"kind": TEXT, "b": {"allOf": [TEXT, NUMBER]}},
    }
    schemas = COMPONENTS["schemas"]
    assert isinstance(schemas, dict)
    described = api(getting(pets), components={"schemas": {**schemas, "Bird": bird}})
    assert rules(judged(described, answering({"kind": "Bird"}))) == ["response-body-unvalidatable"]


def test_a_member_that_travels_the_other_way_is_neither_counted_nor_missed() -> None:
    inner: Document = {
        "type": "object",
        "required": ["id", "kind"],
        "properties": {"id": {"type": "string", "writeOnly": True}},
        "maxProperties": 1,
    }
    assert rules(judged(api(getting({"not": {"not": inner}})), answering({}))) == []
    never: Document = {"type": "object", "properties": {"id": {"writeOnly": True}}, "required": ["id"]}
    described = api(getting({"type": "object", "required": ["id"], "not": never}))
    assert rules(judged(described, answering({}))) == []
