"""What holds for every schema: itself in itself, and no difference by order, by reference or by remarks."""

import json
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.schemas.jsonschema.strategies import schemas
from troth_schemas.formats import Loaded
from troth_schemas.jsonschema.compare import JsonSchema, compare
from troth_schemas.jsonschema.format import canonical, digest, load
from troth_schemas.options import Options
from troth_schemas.sources import one

unhurried = settings(deadline=None, max_examples=60)


def read(schema: Any) -> JsonSchema:
    loaded: Loaded = load(one("schema.json", json.dumps(schema).encode()))
    assert isinstance(loaded.document, JsonSchema)
    return loaded.document


def reordered(schema: Any) -> Any:
    if isinstance(schema, list):
        return [reordered(each) for each in schema]
    if isinstance(schema, dict):
        return {name: reordered(schema[name]) for name in reversed(list(schema))}
    return schema


def referred_to(schema: Any) -> Any:
    """The same with every property's schema written elsewhere."""
    found: dict[str, Any] = {}

    def moved(value: Any) -> Any:
        if isinstance(value, list):
            return [moved(each) for each in value]
        if not isinstance(value, dict):
            return value
        below = {name: each if name in ("enum", "const") else moved(each) for name, each in value.items()}
        if isinstance(below.get("properties"), dict):
            for name, each in below["properties"].items():
                place = str(len(found))
                found[place] = each
                below["properties"] = {**below["properties"], name: {"$ref": f"#/$defs/{place}"}}
        return below

    whole = moved(schema)
    return {**whole, "$defs": found} if isinstance(whole, dict) else whole


def remarked(schema: Any) -> Any:
    if isinstance(schema, list):
        return [remarked(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    below = {name: each if name in ("enum", "const", "required") else remarked(each) for name, each in schema.items()}
    if "properties" in below or "type" in below:
        return {**below, "title": "a title", "description": "what it is", "$comment": "why", "examples": [1]}
    return below


@unhurried
@given(schemas, st.sampled_from(["strict", "lenient"]))
def test_a_schema_compared_with_itself_has_no_finding(schema: Any, models: Any) -> None:
    document = read(schema)
    report = compare(document, document, Options(open_models=models))
    assert report.compatible is True, report


@unhurried
@given(schemas)
def test_nor_with_its_copy_in_another_order_with_references_and_remarks(schema: Any) -> None:
    document = read(schema)
    for other in (reordered(schema), remarked(schema), referred_to(schema)):
        report = compare(document, read(other), Options())
        assert not report.breaking, (other, report.breaking)


@unhurried
@given(schemas)
def test_what_a_schema_says_does_not_depend_on_order_or_remarks_or_where_its_parts_stand(schema: Any) -> None:
    document = read(schema)
    for other in (reordered(schema), remarked(schema), referred_to(schema)):
        assert canonical(read(other)) == canonical(document), other
        assert digest(read(other)) == digest(document)


@unhurried
@given(schemas, schemas)
@example(
    {"type": "object", "allOf": [{"type": "object"}], "unevaluatedProperties": {"anyOf": [{"type": "integer"}]}},
    {"not": {"type": "object", "properties": {"name": {"$ref": "#"}, "id": {"type": "integer"}}}},
)
@example(
    {"not": {"not": {"type": "object", "patternProperties": {"e$": {"type": "integer"}}}}},
    {"not": {"type": "object", "properties": {"name": {"$ref": "#"}, "id": {"not": {"type": "object"}}}}},
)
def test_findings_do_not_depend_on_the_order_of_members(reader: Any, writer: Any) -> None:
    def found(one_side: Any, other: Any) -> set[tuple[str, str]]:
        report = compare(read(one_side), read(other), Options())
        return {(each.rule, each.fingerprint) for each in report.findings}

    assert found(reader, writer) == found(reordered(reader), reordered(writer))


def test_different_schemas_have_different_digests() -> None:
    different: list[Any] = [
        True, False, {"type": "string"}, {"type": "integer"}, {"type": "number"}, {"enum": [1]}, {"enum": [1, 2]},
        {"maxLength": 0}, {"maxLength": 1}, {"minLength": 1}, {"required": ["a"]}, {"properties": {"a": {}}},
        {"properties": {"a": {"type": "string"}}}, {"additionalProperties": False}, {"items": {"type": "string"}},
        {"prefixItems": [{"type": "string"}]}, {"contains": {}}, {"contains": {}, "minContains": 2}, {"not": {}},
        {"properties": {"a": {"$ref": "#"}}}, {"properties": {"a": {"properties": {"a": {}}}}}, {"default": 1},
        {"format": "date"}, {"pattern": "a"}, {"oneOf": [{}, {}]}, {"oneOf": [{}]}, {"uniqueItems": True},
        {"dependentRequired": {"a": ["b"]}}, {"minimum": 1}, {"exclusiveMinimum": 1}, {"readOnly": True},
        {"$ref": "#/$defs/gone"}, {"if": {"type": "string"}, "then": False},
    ]  # fmt: skip
    assert len({digest(read(schema)) for schema in different}) == len(different)


def test_equal_schemas_have_one_digest_however_they_are_written() -> None:
    same: list[list[Any]] = [
        [{"enum": [1, 2]}, {"enum": [2.0, 1]}],
        [{"type": ["string", "null"]}, {"type": ["null", "string"]}],
        [{"type": ["number"]}, {"type": ["integer", "number"]}, {"type": "number"}],
        [{"required": ["a", "b"]}, {"required": ["b", "a"]}],
        [{"anyOf": [{"type": "string"}, {"minimum": 1}]}, {"anyOf": [{"minimum": 1}, {"type": "string"}]}],
        [{}, True, {"title": "x"}, {"minLength": 0}],
        [
            {"properties": {"next": {"$ref": "#"}}},
            {"properties": {"next": {"properties": {"next": {"$ref": "#"}}}}},
            {"$ref": "#/$defs/node", "$defs": {"node": {"properties": {"next": {"$ref": "#/$defs/node"}}}}},
        ],
    ]
    for several in same:
        assert len({digest(read(schema)) for schema in several}) == 1, several
