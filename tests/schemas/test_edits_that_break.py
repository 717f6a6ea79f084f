"""Edits that certainly break somebody are always called breaking: a false yes is the worst mistake there is."""

from typing import Any

import pytest

from tests.schemas.edits import JSON, api, avro, edited, events, proto, query, record, reference, swagger, told

ORDER = record("id", id="integer", note="string")
LISTED, LONGER = {"type": "string", "enum": ["a", "b"]}, {"type": "string", "enum": ["a", "b", "c"]}
MANY = {"type": "array", "items": {"type": "string"}}
KEYED: Any = {
    "components": {"securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "X-Key"}}},
    "security": [{"key": []}],
}


def _two_kinds(*kinds: str) -> Any:
    schemas = {
        name: record("kind", "a", kind="string", a={"type": kind})
        for name, kind in (("Cat", "string"), ("Dog", "integer"))
    }
    return api(body={"oneOf": [reference(one) for one in kinds]}, schemas=schemas)


EDITS: dict[str, tuple[str, Any, Any]] = {
    # OpenAPI
    "a path": ("openapi", api(), api() | {"paths": {"/bills": api()["paths"]["/orders"]}}),
    "a method": ("openapi", api(), api() | {"paths": {"/orders": {"put": api()["paths"]["/orders"]["post"]}}}),
    "a required parameter more": ("openapi", api(), api(parameters=[query("q", LISTED, required=True)])),
    "a parameter that became required": (
        "openapi",
        api(parameters=[query("q", LISTED)]),
        api(parameters=[query("q", LISTED, required=True)]),
    ),
    "a value less of a parameter": (
        "openapi",
        api(parameters=[query("q", LONGER)]),
        api(parameters=[query("q", LISTED)]),
    ),
    "another type of a parameter": (
        "openapi",
        api(parameters=[query("q", {"type": "string"})]),
        api(parameters=[query("q", {"type": "integer"})]),
    ),
    "a text of a query as a boolean": (
        "openapi",
        api(parameters=[query("q", {"type": "string"})]),
        api(parameters=[query("q", {"type": "boolean"})]),
    ),
    "another text of a query than a boolean's": (
        "openapi",
        api(parameters=[query("q", {"type": "boolean"})]),
        api(parameters=[query("q", {"type": "string", "enum": ["yes", "no"]})]),
    ),
    "a number of a query that is not listed": (
        "openapi",
        api(parameters=[query("q", {"type": "integer", "enum": [1, 2]})]),
        api(parameters=[query("q", {"type": "string", "enum": ["1"]})]),
    ),
    "a list of a query written otherwise": (
        "openapi",
        api(parameters=[query("q", MANY)]),
        api(parameters=[query("q", MANY, style="pipeDelimited", explode=False)]),
    ),
    "a required body": (
        "openapi",
        api(operation={"requestBody": {"content": {JSON: {"schema": ORDER}}}}),
        api(body=ORDER),
    ),
    "a required property of a request": (
        "openapi",
        api(body=ORDER),
        api(body=record("id", "total", id="integer", note="string", total="number")),
    ),
    "a request's property that became required": (
        "openapi",
        api(body=ORDER),
        api(body=record("id", "note", id="integer", note="string")),
    ),
    "a value less of a request": ("openapi", api(body=LONGER), api(body=LISTED)),
    "a request's number that must be an integer": (
        "openapi",
        api(body={"type": "number"}),
        api(body={"type": "integer"}),
    ),
    "a request that may not be null any more": (
        "openapi",
        api(body=record(a={"type": "string", "nullable": True})),
        api(body=record(a="string")),
    ),
    "a longer minimum": ("openapi", api(body={"type": "string"}), api(body={"type": "string", "minLength": 1})),
    "a lower maximum": (
        "openapi",
        api(body={"type": "integer", "maximum": 9}),
        api(body={"type": "integer", "maximum": 8}),
    ),
    "a pattern": ("openapi", api(body={"type": "string"}), api(body={"type": "string", "pattern": "^a"})),
    "an object that is closed": ("openapi", api(body=ORDER), api(body={**ORDER, "additionalProperties": False})),
    "a part of an allOf more": ("openapi", api(body=ORDER), api(body={"allOf": [ORDER, {"required": ["note"]}]})),
    "an alternative less": ("openapi", _two_kinds("Cat", "Dog"), _two_kinds("Cat")),
    "fewer elements": ("openapi", api(body=MANY), api(body={**MANY, "maxItems": 2})),
    "another type of an element": ("openapi", api(MANY), api({"type": "array", "items": {"type": "integer"}})),
    "a required property of an answer less": ("openapi", api(ORDER), api(record(note="string"))),
    "an answer's property that may be absent now": ("openapi", api(ORDER), api(record(id="integer", note="string"))),
    "an answer that may be null": (
        "openapi",
        api(record("a", a="string")),
        api(record("a", a={"type": "string", "nullable": True})),
    ),
    "another type of an answer": ("openapi", api(ORDER), api(record("id", id="string", note="string"))),
    "an answer's integer that may be a number": ("openapi", api({"type": "integer"}), api({"type": "number"})),
    "a type behind a reference": (
        "openapi",
        api(reference("O"), schemas={"O": ORDER}),
        api(reference("O"), schemas={"O": record("id", id="string")}),
    ),
    "an element where one thing was": ("openapi", api(ORDER), api({"type": "array", "items": ORDER})),
    "an answer wrapped": ("openapi", api(ORDER), api(record("data", data=ORDER))),
    "a success without a body": ("openapi", api(ORDER), api()),
    "another media type": (
        "openapi",
        api(ORDER),
        api(answers={"200": {"description": "fine", "content": {"text/plain": {"schema": {"type": "string"}}}}}),
    ),
    "another success": ("openapi", api(ORDER), api(answers={"202": {"description": "later"}})),
    "a required header of an answer less": (
        "openapi",
        api(
            answers={
                "200": {"description": "fine", "headers": {"X-A": {"required": True, "schema": {"type": "string"}}}}
            }
        ),
        api(),
    ),
    "credentials": ("openapi", api(), api() | KEYED),
    "readOnly in a request": (
        "openapi",
        api(body=record("a", a="string")),
        api(body=record(a={"type": "string", "readOnly": True})),
    ),
    "a required property that was readOnly": (
        "openapi",
        api(body=record("a", a={"type": "string", "readOnly": True})),
        api(body=record("a", a="string")),
    ),
    "a parameter of Swagger that became required": (
        "openapi",
        swagger(parameters=[{"in": "query", "name": "q", "type": "string"}]),
        swagger(parameters=[{"in": "query", "name": "q", "type": "string", "required": True}]),
    ),
    "collectionFormat": (
        "openapi",
        swagger(
            parameters=[
                {"in": "query", "name": "q", "type": "array", "items": {"type": "string"}, "collectionFormat": "multi"}
            ]
        ),
        swagger(
            parameters=[
                {"in": "query", "name": "q", "type": "array", "items": {"type": "string"}, "collectionFormat": "pipes"}
            ]
        ),
    ),
    # JSON Schema
    "a required member": ("jsonschema", ORDER, {**ORDER, "required": ["id", "note"]}),
    "a narrower type": ("jsonschema", {"type": ["string", "null"]}, {"type": "string"}),
    "a const": ("jsonschema", LISTED, {"const": "a"}),
    "unique items": ("jsonschema", MANY, {**MANY, "uniqueItems": True}),
    "something that must be in it": ("jsonschema", MANY, {**MANY, "contains": {"const": "a"}}),
    "a condition": ("jsonschema", ORDER, {**ORDER, "if": {"required": ["note"]}, "then": {"required": ["total"]}}),
    "a oneOf that overlaps": (
        "jsonschema",
        {"anyOf": [{"type": "integer"}, {"minimum": 1}]},
        {"oneOf": [{"type": "integer"}, {"minimum": 1}]},
    ),
    "a oneOf of which both may fit": (
        "jsonschema",
        {"oneOf": [record(a="string"), record(b="string")]},
        {"oneOf": [record(a="array"), record(b="array")]},
    ),
    "names of members": ("jsonschema", {"type": "object"}, {"type": "object", "propertyNames": {"maxLength": 2}}),
    # GraphQL
    "a field": ("graphql", "type Query { a: Int b: Int }", "type Query { a: Int }"),
    "an output that may be null": ("graphql", "type Query { a: Int! }", "type Query { a: Int }"),
    "an argument that is needed": ("graphql", "type Query { a: Int }", "type Query { a(b: Int!): Int }"),
    "an argument that became needed": ("graphql", "type Query { a(b: Int): Int }", "type Query { a(b: Int!): Int }"),
    "a value of an enum": (
        "graphql",
        "enum E { A B } type Query { a(e: E): Int }",
        "enum E { A } type Query { a(e: E): Int }",
    ),
    "a member of a union": (
        "graphql",
        "type A { a: Int } type B { b: Int } union U = A | B type Query { u: U }",
        "type A { a: Int } type B { b: Int } union U = A type Query { u: U }",
    ),
    "an input field that is needed": (
        "graphql",
        "input I { a: Int } type Query { q(i: I): Int }",
        "input I { a: Int b: Int! } type Query { q(i: I): Int }",
    ),
    "a list of one": ("graphql", "type Query { a: Int }", "type Query { a: [Int] }"),
    # Avro
    "a field without a default": ("avro", avro(("a", "int")), avro(("a", "int"), ("b", "string"))),
    "a long read as an int": ("avro", avro(("a", "long")), avro(("a", "int"))),
    "a symbol less": (
        "avro",
        avro(("a", {"type": "enum", "name": "E", "symbols": ["A", "B"]})),
        avro(("a", {"type": "enum", "name": "E", "symbols": ["A"]})),
    ),
    "a branch less": ("avro", avro(("a", ["null", "int"])), avro(("a", "int"))),
    "another size": (
        "avro",
        avro(("a", {"type": "fixed", "name": "F", "size": 4})),
        avro(("a", {"type": "fixed", "name": "F", "size": 8})),
    ),
    "a renamed field": ("avro", avro(("a", "int")), avro(("b", "int"))),
    # Protobuf
    "another number": ("protobuf", proto("message A { int32 a = 1; }"), proto("message A { int32 a = 2; }")),
    "another kind of number": ("protobuf", proto("message A { int32 a = 1; }"), proto("message A { sint32 a = 1; }")),
    "a text as a number": ("protobuf", proto("message A { string a = 1; }"), proto("message A { int32 a = 1; }")),
    "a number used again": (
        "protobuf",
        proto("message A { int32 a = 1; string b = 2; }"),
        proto("message A { int32 a = 1; bytes c = 2; }"),
    ),
    "another name in JSON": (
        "protobuf",
        proto("message A { int32 a = 1; }"),
        proto('message A { int32 a = 1 [json_name = "b"]; }'),
    ),
    "a method of a service": (
        "protobuf",
        proto("message A {} service S { rpc One(A) returns (A); rpc Two(A) returns (A); }"),
        proto("message A {} service S { rpc One(A) returns (A); }"),
    ),
    "a stream": (
        "protobuf",
        proto("message A {} service S { rpc One(A) returns (A); }"),
        proto("message A {} service S { rpc One(A) returns (stream A); }"),
    ),
    "two fields into one oneof": (
        "protobuf",
        proto("message A { int32 a = 1; int32 b = 2; }"),
        proto("message A { oneof x { int32 a = 1; int32 b = 2; } }"),
    ),
    # AsyncAPI
    "an address": (
        "asyncapi",
        events(ORDER),
        events(ORDER) | {"channels": {"orders": {"address": "bills", "messages": {"placed": {"payload": ORDER}}}}},
    ),
    "an operation": ("asyncapi", events(ORDER), events(ORDER) | {"operations": {}}),
    "the direction": ("asyncapi", events(ORDER), events(ORDER, "receive")),
    "a member of a sent message less": ("asyncapi", events(ORDER), events(record(note="string"))),
    "a member of a received message more": (
        "asyncapi",
        events(ORDER, "receive"),
        events(record("id", "note", id="integer", note="string"), "receive"),
    ),
    "a value of a sent enum": ("asyncapi", events(LISTED), events(LONGER)),
    "another content type": (
        "asyncapi",
        events(ORDER, message={"contentType": JSON}),
        events(ORDER, message={"contentType": "application/xml"}),
    ),
    "another encoding": (
        "asyncapi",
        events(ORDER),
        events({"schemaFormat": "application/vnd.apache.avro;version=1.9.0", "schema": avro(("id", "int"))}),
    ),
}


@pytest.mark.parametrize("title", EDITS)
def test_it_breaks(title: str) -> None:
    format_name, old, new = EDITS[title]
    report = edited(format_name, old, new)
    assert [each for each in told(report) if each[0] == "breaking"] != [], told(report)
    assert report.compatible is False
