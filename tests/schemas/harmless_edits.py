"""Edits of every format but OpenAPI that certainly break nobody: an old version and a new one each."""

from typing import Any

from tests.schemas.edits import JSON, avro, events, proto, record

ORDER = record("id", id="integer", note="string")
LISTED = {"type": "string", "enum": ["a", "b"]}

ELSEWHERE: dict[str, tuple[str, Any, Any]] = {
    # JSON Schema
    "an annotation": ("jsonschema", ORDER, {**ORDER, "$comment": "of the shop", "title": "Order", "default": {}}),
    "definitions as $defs": (
        "jsonschema",
        {"definitions": {"a": LISTED}, "$ref": "#/definitions/a"},
        {"$defs": {"a": LISTED}, "$ref": "#/$defs/a"},
    ),
    "a type in a list": ("jsonschema", {"type": "string"}, {"type": ["string"]}),
    "a wider pattern": ("jsonschema", {"type": "string", "pattern": "^a+$"}, {"type": "string", "pattern": "^a*$"}),
    "const as an enum": ("jsonschema", {"const": 1}, {"enum": [1, 2]}),
    "1.0 as 1": ("jsonschema", {"enum": [1.0, 2]}, {"enum": [1, 2.0]}),
    "a bound that is looser": (
        "jsonschema",
        {"type": "integer", "minimum": 1},
        {"type": "integer", "exclusiveMinimum": 0},
    ),
    "not not": ("jsonschema", {"type": "string"}, {"not": {"not": {"type": "string"}}}),
    "if without then": ("jsonschema", ORDER, {**ORDER, "if": {"required": ["note"]}}),
    "alternatives in another order": (
        "jsonschema",
        {"anyOf": [{"type": "string"}, LISTED]},
        {"anyOf": [LISTED, {"type": "string"}]},
    ),
    "types as alternatives": (
        "jsonschema",
        {"type": ["string", "integer"]},
        {"oneOf": [{"type": "integer"}, {"type": "string"}]},
    ),
    # GraphQL
    "descriptions": ("graphql", "type Query { a: Int }", '"all" type Query { "a number" a: Int }'),
    "fields in another order": ("graphql", "type Query { a: Int b: Int }", "type Query { b: Int a: Int }"),
    "a field more": ("graphql", "type Query { a: Int }", "type Query { a: Int b: String }"),
    "an output that is never null now": ("graphql", "type Query { a: Int }", "type Query { a: Int! }"),
    "an argument that may be left out now": (
        "graphql",
        "type Query { a(b: Int!): Int }",
        "type Query { a(b: Int): Int }",
    ),
    "a required argument with a default": ("graphql", "type Query { a: Int }", "type Query { a(b: Int! = 1): Int }"),
    "a type in an extension": (
        "graphql",
        "type Query { a: Int b: Int }",
        "type Query { a: Int } extend type Query { b: Int }",
    ),
    "the schema named": ("graphql", "type Query { a: Int }", "schema { query: Query } type Query { a: Int }"),
    "an input in an extension": (
        "graphql",
        "input I { a: Int b: Int } type Query { a(i: I): Int }",
        "input I { a: Int } extend input I { b: Int } type Query { a(i: I): Int }",
    ),
    # Avro
    "doc and order": (
        "avro",
        avro(("a", "int")),
        avro({"name": "a", "type": "int", "doc": "a", "order": "ignore"}, doc="all"),
    ),
    "a field with a default": (
        "avro",
        avro(("a", "int")),
        avro(("a", "int"), {"name": "b", "type": "string", "default": ""}),
    ),
    "a field less": ("avro", avro(("a", "int"), ("b", "int")), avro(("a", "int"))),
    "an int read as a long": ("avro", avro(("a", "int")), avro(("a", "long"))),
    "a field that may be null": ("avro", avro(("a", "string")), avro(("a", ["null", "string"]))),
    "branches in another order": ("avro", avro(("a", ["null", "int"])), avro(("a", ["int", "null"]))),
    "an alias": ("avro", avro(("a", "int")), avro({"name": "b", "type": "int", "aliases": ["a"]})),
    "a namespace in the name": (
        "avro",
        avro(("a", "int"), namespace="shop"),
        avro(("a", "int")) | {"name": "shop.Order"},
    ),
    "a primitive as an object": (
        "avro",
        avro(("a", "string")),
        avro(("a", {"type": "string", "avro.java.string": "String"})),
    ),
    # Protobuf
    "comments and order": (
        "protobuf",
        proto("message A { int32 a = 1; string b = 2; }"),
        proto("// all\nmessage A { string b = 2; int32 a = 1; }"),
    ),
    "a new number": (
        "protobuf",
        proto("message A { int32 a = 1; }"),
        proto("message A { int32 a = 1; string b = 2; }"),
    ),
    "a reserved field less": (
        "protobuf",
        proto("message A { int32 a = 1; int32 b = 2; }"),
        proto('message A { int32 a = 1; reserved 2; reserved "b"; }'),
    ),
    "a json name as by default": (
        "protobuf",
        proto("message A { int32 a_b = 1; }"),
        proto('message A { int32 a_b = 1 [json_name = "aB"]; }'),
    ),
    "packed as by default": (
        "protobuf",
        proto("message A { repeated int32 a = 1; }"),
        proto("message A { repeated int32 a = 1 [packed = true]; }"),
    ),
    "a message in a file of its own": (
        "protobuf",
        proto("message A { B b = 1; } message B { int32 c = 1; }"),
        {
            "contract.proto": proto("message A { B b = 1; }", 'import "b.proto";'),
            "b.proto": proto("message B { int32 c = 1; }"),
        },
    ),
    "a method more": (
        "protobuf",
        proto("message A {} service S { rpc One(A) returns (A); }"),
        proto("message A {} service S { rpc Two(A) returns (A); rpc One(A) returns (A); }"),
    ),
    # AsyncAPI
    "an optional member of a sent message": (
        "asyncapi",
        events(ORDER),
        events(record("id", id="integer", note="string", total="number")),
    ),
    "a message among the components": (
        "asyncapi",
        events(ORDER),
        events(None, components={"messages": {"placed": {"payload": ORDER}}})
        | {
            "channels": {
                "orders": {"address": "orders", "messages": {"placed": {"$ref": "#/components/messages/placed"}}}
            }
        },
    ),
    "a payload that names its format": (
        "asyncapi",
        events(ORDER),
        events({"schemaFormat": "application/vnd.aai.asyncapi;version=3.0.0", "schema": ORDER}),
    ),
    "the content type that was the default": (
        "asyncapi",
        events(ORDER, defaultContentType=JSON),
        events(ORDER, message={"contentType": JSON}),
    ),
    "a parameter of an address renamed": (
        "asyncapi",
        events(ORDER)
        | {
            "channels": {
                "orders": {"address": "a/{b}", "parameters": {"b": {}}, "messages": {"placed": {"payload": ORDER}}}
            }
        },
        events(ORDER)
        | {
            "channels": {
                "orders": {"address": "a/{c}", "parameters": {"c": {}}, "messages": {"placed": {"payload": ORDER}}}
            }
        },
    ),
    "a value of a received enum": (
        "asyncapi",
        events(LISTED, "receive"),
        events({"type": "string", "enum": ["a", "b", "c"]}, "receive"),
    ),
    "version 2 as version 3": (
        "asyncapi",
        {
            "asyncapi": "2.6.0",
            "info": {"title": "Shop", "version": "1"},
            "channels": {
                "orders": {"subscribe": {"operationId": "told", "message": {"messageId": "placed", "payload": ORDER}}}
            },
        },
        events(ORDER),
    ),
}
