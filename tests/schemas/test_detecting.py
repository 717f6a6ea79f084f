"""Which format a document is shows in what it says."""

import pytest

from troth_schemas.detecting import detect
from troth_schemas.errors import ContractUnreadable, FormatUndetected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"openapi": "3.1.0"}', "openapi"),
        ("swagger: '2.0'\n", "openapi"),
        ("# ours\n---\nopenapi: 3.0.3\ninfo:\n  description: |\n    type of orders\n    message {\n", "openapi"),
        ("asyncapi: 3.0.0", "asyncapi"),
        ('{"consumer": {"name": "a"}, "interactions": []}', "pact"),
        ('{"provider": {"name": "a"}, "messages": []}', "pact"),
        ('syntax = "proto3";\nmessage A {}', "protobuf"),
        ("// ours\nedition = '2023';", "protobuf"),
        ("package shop;\n", "protobuf"),
        ("message A { int32 a = 1; }", "protobuf"),
        ("enum A { B = 0; }", "protobuf"),
        ("enum Status { OPEN PAID }", "graphql"),
        ("type Query { a: Int }", "graphql"),
        ("type Query { order: Order }\ntype Order { a: Status }\nenum Status { OPEN }", "graphql"),
        ('"""Orders: all of them."""\ntype Query { a: Int }', "graphql"),
        ("extend schema @link(url: \"https://specs.apollo.dev/federation/v2.3\")", "graphql"),
        ("scalar Money", "graphql"),
        ('{"data": {"__schema": {}}}', "graphql"),
        ('{"__schema": {}}', "graphql"),
        ("troth: 1\nprotocol: grpc\nconsumer: web\nprovider: orders\ninteractions: []", "grpc-expectations"),
        ('{"troth": 1, "consumer": "web", "interactions": []}', "expectations"),
        ("query A { a }", "graphql-operations"),
        ("{ a { b } }", "graphql-operations"),
        ("# ours\nfragment F on A { b }\n", "graphql-operations"),
        ('{"format": "apollo-persisted-query-manifest", "operations": []}', "graphql-operations"),
        ('{"abc": "query A { a }"}', "graphql-operations"),
        ('{"type": "record", "name": "A", "fields": []}', "avro"),
        ('"string"', "avro"),
        ('["null", "int"]', "avro"),
        ('{"type": "array", "items": "int"}', "avro"),
        ('{"type": "map", "values": "int"}', "avro"),
        ('{"type": "int", "logicalType": "date"}', "avro"),
        ('{"protocol": "P", "types": []}', "avro"),
        ('{"type": "object", "properties": {}}', "jsonschema"),
        ('{"type": "array", "items": {"type": "object"}}', "jsonschema"),
        ("$schema: https://json-schema.org/draft/2020-12/schema\n", "jsonschema"),
        ("type: object\nproperties: {}\n", "jsonschema"),
        ("true", "jsonschema"),
    ],
)  # fmt: skip
def test_the_content_tells_the_format(text: str, expected: str) -> None:
    assert detect("contract", text.encode()) == expected


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("a.proto", b"// nothing yet", "protobuf"),
        ("a.graphql", b"# nothing yet", "graphql"),
        ("a.binpb", b"\x0a\x01", "protobuf"),
        ("set", b"\x0a\x20\x0a\x0ashop.proto\x12\x04shop", "protobuf"),
    ],
)
def test_the_name_helps_where_the_content_leaves_it_open(name: str, content: bytes, expected: str) -> None:
    assert detect(name, content) == expected


@pytest.mark.parametrize("content", [b"", b"  \n", b"{}", b'{"a": 1}', b"[1]", b"3", b"a: b", b"null", b"some text"])
def test_what_shows_nothing_is_asked_for(content: bytes) -> None:
    with pytest.raises(FormatUndetected, match=r"^What contract is cannot be told: .* Name its format"):
        detect("contract", content)


@pytest.mark.parametrize("content", [b'{"openapi": ', b"openapi: [", b"{ a { b }"])
def test_what_is_broken_is_told_as_such(content: bytes) -> None:
    name = "contract.json" if content.startswith(b"{") else "contract.yaml"
    with pytest.raises(ContractUnreadable):
        detect(name, content)
