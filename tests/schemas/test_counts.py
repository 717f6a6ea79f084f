"""How much there is in a contract: its operations, methods or messages; a schema counts as one."""

import json
from typing import Any

import pytest

from troth_schemas import formats
from troth_schemas.contract import Contract
from troth_schemas.sources import one

GET = {"get": {"responses": {"200": {"description": "fine"}}}}
OPENAPI = {"openapi": "3.1.0", "info": {"title": "a", "version": "1"}}
ASYNCAPI = {"asyncapi": "3.0.0", "info": {"title": "a", "version": "1"}, "channels": {"a": {"address": "a"}}}
SEND = {"action": "send", "channel": {"$ref": "#/channels/a"}}
MESSAGES = 'syntax = "proto3"; package a; message A { message B {} } message C {}'


@pytest.mark.parametrize(
    ("name", "said", "count"),
    [
        ("openapi", {**OPENAPI, "paths": {"/a": GET, "/b": GET}, "webhooks": {"c": GET}}, 3),
        ("openapi", {**OPENAPI, "paths": {}}, 0),
        ("asyncapi", {**ASYNCAPI, "operations": {"one": SEND, "two": SEND}}, 2),
        ("graphql-operations", "query A { a } mutation B { b }", 2),
        ("graphql", "type Query { a: Int }", 1),
        ("jsonschema", {"type": "object"}, 1),
        ("avro", "string", 1),
        ("avro", {"protocol": "P", "messages": {"m": {"request": [], "response": "null"}}}, 1),
        ("expectations", {"troth": 1, "protocol": "grpc", "interactions": [{"description": "a"}, {}]}, 2),
        ("protobuf", MESSAGES + " service S { rpc A(C) returns (C); rpc B(C) returns (C); }", 2),
        ("protobuf", MESSAGES, 3),
    ],
)
def test_a_contract_tells_how_much_there_is_in_it(name: str, said: Any, count: int) -> None:
    text = said if isinstance(said, str) and name != "avro" else json.dumps(said)
    document = Contract(name, one("document", text.encode())).loaded.document
    assert formats.find(name).count(document) == count
