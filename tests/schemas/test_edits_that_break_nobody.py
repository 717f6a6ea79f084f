"""Edits that certainly break nobody are never called breaking."""

from typing import Any

import pytest

from tests.schemas.edits import JSON, api, edited, query, record, reference, swagger, told
from tests.schemas.harmless_edits import ELSEWHERE

ORDER = record("id", id="integer", note="string")
ORDER_DESCRIBED = record("id", id={"type": "integer", "description": "its number", "example": 7}, note="string")
NULLABLE, NULLED = {"type": "string", "nullable": True}, {"type": ["string", "null"]}
LISTED = {"type": "string", "enum": ["a", "b"]}
TREE = record(name="string", inner={"type": "array", "items": reference("Tree")})

EDITS: dict[str, tuple[str, Any, Any]] = {
    "a description and an example": ("openapi", api(ORDER), api(ORDER_DESCRIBED)),
    "a reference written out": ("openapi", api(reference("Order"), schemas={"Order": ORDER}), api(ORDER)),
    "a schema moved to the components": (
        "openapi",
        api(body=ORDER),
        api(body=reference("Order"), schemas={"Order": ORDER}),
    ),
    "a component renamed": (
        "openapi",
        api(reference("Order"), schemas={"Order": ORDER}),
        api(reference("O"), schemas={"O": ORDER}),
    ),
    "properties in another order": (
        "openapi",
        api(record(a="string", b="integer")),
        api(record(b="integer", a="string")),
    ),
    "required in another order": (
        "openapi",
        api(body=record("a", "b", a="string", b="string")),
        api(body=record("b", "a", a="string", b="string")),
    ),
    "an enum in another order": ("openapi", api(body={"enum": ["a", "b"]}), api(body={"enum": ["b", "a"]})),
    "a oneOf of one": ("openapi", api(ORDER), api({"oneOf": [ORDER]})),
    "an anyOf of one taken away": ("openapi", api(body={"anyOf": [ORDER]}), api(body=ORDER)),
    "an allOf around a reference": (
        "openapi",
        api(record(a=reference("O")), schemas={"O": ORDER}),
        api(record(a={"allOf": [reference("O")], "description": "it"}), schemas={"O": ORDER}),
    ),
    "an object split into an allOf": (
        "openapi",
        api(body=record("a", a="string", b="string")),
        api(body={"allOf": [record("a", a="string"), record(b="string")]}),
    ),
    "an allOf merged": (
        "openapi",
        api({"allOf": [record("a", a="string"), record(b="string")]}),
        api(record("a", a="string", b="string")),
    ),
    "nullable as a type of 3.1, in an answer": (
        "openapi",
        api(record(a=NULLABLE)),
        api(record(a=NULLED), version="3.1.0"),
    ),
    "nullable as a type of 3.1, in a request": (
        "openapi",
        api(body=record(a=NULLABLE)),
        api(body=record(a=NULLED), version="3.1.0"),
    ),
    "a reference that may be null, in a request": (
        "openapi",
        api(body=record(a={"allOf": [reference("O")], "nullable": True}), schemas={"O": ORDER}),
        api(body=record(a={"anyOf": [reference("O"), {"type": "null"}]}), schemas={"O": ORDER}, version="3.1.0"),
    ),
    "exclusiveMinimum as a number": (
        "openapi",
        api(body={"type": "integer", "minimum": 0, "exclusiveMinimum": True}),
        api(body={"type": "integer", "exclusiveMinimum": 0}, version="3.1.0"),
    ),
    "example as examples": (
        "openapi",
        api({"type": "string", "example": "a"}),
        api({"type": "string", "examples": ["a"]}, version="3.1.0"),
    ),
    "an enum of one as a const": ("openapi", api({"enum": ["a"]}), api({"const": "a"}, version="3.1.0")),
    "an optional property of an answer": (
        "openapi",
        api(ORDER),
        api(record("id", id="integer", note="string", total="number")),
    ),
    "a required property of an answer": (
        "openapi",
        api(ORDER),
        api(record("id", "total", id="integer", note="string", total="number")),
    ),
    "an answer's property that is always there now": (
        "openapi",
        api(ORDER),
        api(record("id", "note", id="integer", note="string")),
    ),
    "an optional property of a request": (
        "openapi",
        api(body=ORDER),
        api(body=record("id", id="integer", note="string", total="number")),
    ),
    "a request's property that may be left out now": (
        "openapi",
        api(body=ORDER),
        api(body=record(id="integer", note="string")),
    ),
    "a value of a request's enum": ("openapi", api(body=LISTED), api(body={"type": "string", "enum": ["a", "b", "c"]})),
    "a value less of an answer's enum": ("openapi", api(LISTED), api({"type": "string", "enum": ["a"]})),
    "a request's integer that may be a number": (
        "openapi",
        api(body={"type": "integer"}),
        api(body={"type": "number"}),
    ),
    "an answer's number that is an integer": ("openapi", api({"type": "number"}), api({"type": "integer"})),
    "a request's int32 that may be an int64": (
        "openapi",
        api(body={"type": "integer", "format": "int32"}),
        api(body={"type": "integer", "format": "int64"}),
    ),
    "a request's int32 that may be any integer": (
        "openapi",
        api(body={"type": "integer", "format": "int32"}),
        api(body={"type": "integer"}),
    ),
    "an answer's int64 that is an int32": (
        "openapi",
        api({"type": "integer", "format": "int64"}),
        api({"type": "integer", "format": "int32"}),
    ),
    "additionalProperties as by default": (
        "openapi",
        api(body=ORDER),
        api(body={**ORDER, "additionalProperties": True}),
    ),
    "additionalProperties as an empty schema": ("openapi", api({**ORDER, "additionalProperties": {}}), api(ORDER)),
    "minItems as by default": (
        "openapi",
        api({"type": "array", "items": LISTED}),
        api({"type": "array", "items": LISTED, "minItems": 0}),
    ),
    "uniqueItems as by default": (
        "openapi",
        api(body={"type": "array", "items": LISTED}),
        api(body={"type": "array", "items": LISTED, "uniqueItems": False}),
    ),
    "required: false as by default": (
        "openapi",
        api(parameters=[query("q", LISTED)]),
        api(parameters=[query("q", LISTED, required=False)]),
    ),
    "style and explode as by default": (
        "openapi",
        api(parameters=[query("q", {"type": "array", "items": LISTED})]),
        api(parameters=[query("q", {"type": "array", "items": LISTED}, style="form", explode=True)]),
    ),
    "an optional parameter": ("openapi", api(), api(parameters=[query("q", LISTED)])),
    "a parameter that may be left out now": (
        "openapi",
        api(parameters=[query("q", LISTED, required=True)]),
        api(parameters=[query("q", LISTED)]),
    ),
    "a parameter of the path item": (
        "openapi",
        api(parameters=[query("q", LISTED)]),
        api() | {"paths": {"/orders": {**api()["paths"]["/orders"], "parameters": [query("q", LISTED)]}}},
    ),
    "a boolean of a query as an enum": (
        "openapi",
        api(parameters=[query("q", {"type": "boolean"})]),
        api(parameters=[query("q", {"enum": [True, False]})]),
    ),
    "a boolean of a query as texts": (
        "openapi",
        api(parameters=[query("q", {"type": "boolean"})]),
        api(parameters=[query("q", {"type": "string", "enum": ["true", "false"]})]),
    ),
    "texts of a query as a boolean": (
        "openapi",
        api(parameters=[query("q", {"type": "string", "enum": ["true", "false"]})]),
        api(parameters=[query("q", {"type": "boolean"})]),
    ),
    "an integer of a query as a text": (
        "openapi",
        api(parameters=[query("q", {"type": "integer"})]),
        api(parameters=[query("q", {"type": "string"})]),
    ),
    "numbers of a query as texts": (
        "openapi",
        api(parameters=[query("q", {"type": "integer", "enum": [1, 2]})]),
        api(parameters=[query("q", {"type": "string", "enum": ["1", "2", "3"]})]),
    ),
    "a boolean of a body as an enum": (
        "openapi",
        api(body=record(a="boolean")),
        api(body=record(a={"enum": [False, True]})),
    ),
    "an enum of booleans as a boolean": (
        "openapi",
        api(record(a={"type": "boolean", "enum": [False, True]})),
        api(record(a="boolean")),
    ),
    "no longer readOnly": (
        "openapi",
        api(body=record(a={"type": "string", "readOnly": True})),
        api(body=record(a="string")),
    ),
    "a readOnly property less of a request": (
        "openapi",
        api(body=record(a={"type": "string", "readOnly": True}, b="string")),
        api(body=record(b="string")),
    ),
    "a writeOnly property less of an answer": (
        "openapi",
        api(record(a={"type": "string", "writeOnly": True}, b="string")),
        api(record(b="string")),
    ),
    "no longer writeOnly": ("openapi", api(record(a={"type": "string", "writeOnly": True})), api(record(a="string"))),
    "an answer's property that became readOnly": (
        "openapi",
        api(ORDER),
        api(record("id", id={"type": "integer", "readOnly": True}, note="string")),
    ),
    "a recursive schema under another name": (
        "openapi",
        api(reference("Tree"), schemas={"Tree": TREE}),
        api(
            reference("Node"),
            schemas={"Node": record(name="string", inner={"type": "array", "items": reference("Node")})},
        ),
    ),
    "a title, a summary and a tag's description": (
        "openapi",
        api(ORDER),
        api({**ORDER, "title": "Order"}, operation={"summary": "orders", "description": "more"}),
    ),
    "a media type with its charset": (
        "openapi",
        api(answers={"200": {"description": "fine", "content": {JSON: {"schema": ORDER}}}}),
        api(answers={"200": {"description": "fine", "content": {f"{JSON}; charset=utf-8": {"schema": ORDER}}}}),
    ),
    "another answer of a failure": (
        "openapi",
        api(ORDER),
        api(ORDER, answers={"200": {"description": "fine"}, "409": {"description": "no"}}),
    ),
    "a status under its range": (
        "openapi",
        api(answers={"2XX": {"description": "fine", "content": {JSON: {"schema": ORDER}}}}),
        api(ORDER),
    ),
    "Swagger 2.0 as OpenAPI 3.0": ("openapi", swagger(ORDER, body=ORDER), api(ORDER, body=ORDER)),
    "consumes of the operation": (
        "openapi",
        swagger(ORDER),
        swagger(ORDER)
        | {
            "paths": {
                "/orders": {
                    "post": {**swagger(ORDER)["paths"]["/orders"]["post"], "produces": [JSON], "consumes": [JSON]}
                }
            }
        },
    ),
    "a parameter of Swagger with its schema": (
        "openapi",
        swagger(
            parameters=[
                {"in": "query", "name": "q", "type": "array", "items": {"type": "string"}, "collectionFormat": "multi"}
            ]
        ),
        api(parameters=[query("q", {"type": "array", "items": {"type": "string"}})]),
    ),
}
EVERY = {**EDITS, **ELSEWHERE}

WORTH_A_LOOK = {
    "no longer writeOnly": "openapi/response-property-became-not-write-only",
    "a required argument with a default": "graphql/optional-argument-added",
    "a reserved field less": "protobuf/field-unknown-in-json",
}
"""What breaks nobody who keeps to the rules, though somebody may want to know; everything else is not even risky."""


@pytest.mark.parametrize("title", EVERY)
def test_it_breaks_nobody(title: str) -> None:
    format_name, old, new = EVERY[title]
    report = edited(format_name, old, new)
    assert [each for each in told(report) if each[0] in ("breaking", "not-covered")] == []
    assert report.compatible is True
    risky = {rule for severity, rule, _ in told(report) if severity == "risky"}
    assert risky == ({WORTH_A_LOOK[title]} if title in WORTH_A_LOOK else set())
