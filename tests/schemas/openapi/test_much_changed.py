"""Two descriptions in which much changed: what is told once for all, and what is not looked at closely."""

import json
from typing import Any

import pytest

from troth_schemas.contract import Contract, compare
from troth_schemas.documents import Documents, Location
from troth_schemas.jsonschema import SchemaAt, validator
from troth_schemas.report import Report
from troth_schemas.sources import Sources


def contract(schemas: dict[str, Any], *used: str) -> Contract:
    paths = {
        f"/{name}": {"post": {"requestBody": _body(name), "responses": {"200": {"description": "fine"}}}}
        for name in used
    }
    document = {
        "openapi": "3.0.3",
        "info": {"title": "x", "version": "1"},
        "paths": paths,
        "components": {"schemas": schemas},
    }
    return Contract("openapi", Sources("a.json", {"a.json": json.dumps(document).encode()}))


def _body(name: str) -> Any:
    return {"content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}}}


def changed(old: dict[str, Any], new: dict[str, Any], *used: str) -> Report:
    return compare(contract(new, *used), contract(old, *used))


def test_a_reference_with_words_beside_it_leads_to_what_changed() -> None:
    holder = {"properties": {"a": {"allOf": [{"$ref": "#/components/schemas/B", "readOnly": False}]}}}
    old: dict[str, Any] = {"A": holder, "B": {"type": "object", "properties": {"b": {"type": "string"}}}}
    new = {"A": holder, "B": {**old["B"], "required": ["b"]}}
    assert [one.rule for one in changed(old, new, "A").findings] == ["openapi/request-property-became-required"]


def test_what_is_required_is_sent_though_nobody_declares_it() -> None:
    old: dict[str, Any] = {"A": {"type": "object", "required": ["a"], "properties": {"b": {}}}}
    new = {"A": {**old["A"], "properties": {"b": {}, "a": {"type": "string"}}}}
    rules = {one.rule for one in changed(old, new, "A").breaking}
    assert rules == {"openapi/request-property-type-narrowed"}


@pytest.mark.parametrize(
    ("more", "breaks"),
    [({}, False), ({"additionalProperties": False}, True), ({"additionalProperties": True}, False)],
)
def test_a_property_that_goes_is_refused_where_nothing_else_may_come(more: Any, breaks: bool) -> None:
    kept = {"type": "object", "properties": {"a": {"type": "string"}}, **more}
    old = {"A": {**kept, "properties": {"a": {"type": "string"}, "b": {"type": "string"}}}}
    assert bool(changed(old, {"A": kept}, "A").breaking) is breaks
    assert not changed({"A": kept}, old, "A").breaking


def test_a_property_that_both_require_counts_among_the_members() -> None:
    kept = {"type": "object", "required": ["a"], "properties": {"a": {}, "b": {}}}
    assert not changed({"A": kept}, {"A": {**kept, "minProperties": 1}}, "A").breaking
    assert changed({"A": kept}, {"A": {**kept, "minProperties": 2}}, "A").breaking


def test_a_parameter_that_is_written_alike_may_mean_something_else_in_another_version() -> None:
    schema = {"type": "integer", "minimum": 0, "exclusiveMinimum": True}
    path = {"get": {"parameters": [{"name": "a", "in": "query", "schema": schema}], "responses": {"200": {}}}}
    earlier, later = (
        Contract(
            "openapi",
            Sources("a.json", {"a.json": json.dumps({"openapi": version, "paths": {"/a": path}}).encode()}),
        )
        for version in ("3.0.3", "3.1.0")
    )
    assert compare(earlier, later).not_covered
    assert not compare(earlier, earlier).findings


def test_true_is_not_one() -> None:
    old, new = ({"A": {"properties": {"a": {"enum": [one]}}}} for one in (1, True))
    assert changed(old, new, "A").breaking


def test_a_cause_that_operations_share_is_one_finding_that_lists_them() -> None:
    inner = {"$ref": "#/components/schemas/C"}
    old: dict[str, Any] = {
        "A": {"properties": {"c": inner}},
        "B": {"properties": {"d": inner}},
        "C": {"properties": {}},
    }
    new = {**old, "C": {"properties": {"new": {"type": "string", "deprecated": True}}}}
    report = changed(old, new, "A", "B", "C")
    (found,) = report.findings
    assert found.rule == "openapi/new-optional-request-property"
    assert (found.interaction, found.where) == ("POST /A", ("POST /A", "POST /B", "POST /C"))
    assert found.element is None
    assert changed(old, new, "C").findings[0].where == ()


@pytest.mark.parametrize(
    "value", [{"a": 1, "x": 2}, {"a": {"b": {"c": "deep"}}}, {"z": 1}, {"a": {"b": {"c": 1}}}, [], {"a": [{"b": 1}]}]
)
def test_what_is_wrong_is_told_by_what_a_value_has(value: Any) -> None:
    schema: Any = {
        "type": "object",
        "properties": {"a": {"$ref": "#"}, "b": {"$ref": "#"}, "c": {"type": "integer"}, "d": {"$ref": "#"}},
        "additionalProperties": {"type": "string"},
    }
    engine = validator(SchemaAt(Documents.of("a.json", schema), Location("a.json"), "2020-12"))
    assert engine.complaint(value) == next(iter(engine.errors(value)), None)
