"""Contents that a message function produces in each encoding, and what is said of them."""

import io
import struct
from collections.abc import Mapping
from typing import Any

import fastavro
import yaml

from troth_verifiers import Contract, Message, Result, Target, verify

READER = (
    b'{"type": "record", "name": "shop.Order", "fields": [{"name": "id", "type": "long"},'
    b' {"name": "note", "type": "string", "default": "none"}]}'
)
WRITER = (
    b'{"type": "record", "name": "shop.Order", "fields": [{"name": "id", "type": "int"},'
    b' {"name": "extra", "type": "double"}]}'
)
PROTO = b"""syntax = "proto3"; package shop; import "google/protobuf/timestamp.proto";
enum Kind { PLAIN = 0; RUSH = 1; }
message Line { string sku = 1; }
message Order { int64 id = 1; float total = 2; Kind kind = 3; repeated Line lines = 4; map<string, int32> counts = 5;
  google.protobuf.Timestamp at = 6; bytes raw = 7; }
"""
JSON_SCHEMA = b'{"type": "object", "required": ["id"], "properties": {"id": {"type": "integer", "maximum": 9}}}'
CHAIN = b'{"type": "record", "name": "N", "fields": [{"name": "next", "type": ["null", "N"]}]}'
FILES = {
    "chain.avsc": CHAIN,
    "order.avsc": READER,
    "old.avsc": WRITER,
    "order.proto": PROTO,
    "order.schema.json": JSON_SCHEMA,
}


def datum(schema: bytes, value: Any) -> bytes:
    target = io.BytesIO()
    fastavro.schemaless_writer(target, fastavro.parse_schema(yaml.safe_load(schema)), value)
    return target.getvalue()


def result(
    came: bytes, files: Mapping[str, bytes] = FILES, others: Mapping[str, str] | None = None, **says: Any
) -> Result:
    """What is said of contents that a function produces, where an interaction says so and so."""
    document = {
        "troth": 1,
        "protocol": "message",
        "consumer": "billing",
        "provider": "orders",
        "schema": sorted(files),
        "interactions": [{"description": "an order", **says}],
    }
    contract = Contract("billing", "orders", yaml.safe_dump(document).encode(), "x.yaml", format="message", files=files)
    (found,) = verify(contract, Target(others=others or {}), messages=lambda: Message(came)).results
    return found


def texts(found: Result) -> str:
    return " ".join(one.text for one in found.mismatches) + (found.cause.text if found.cause else "")


AS_READ = {"id": 7, "note": "none"}
OLD = datum(WRITER, {"id": 7, "extra": 1.5})


def framed(identity: int, contents: bytes) -> bytes:
    return struct.pack(">bI", 0, identity) + contents


CONFLUENT: dict[str, Any] = {"schemaName": "order.avsc", "encoding": "avro-confluent", "contents": AS_READ}
ORDER = bytes.fromhex("0807 150000c03f 1801 2203 0a0161 2a05 0a0178 1002 3204 08c8d003 3a01ff".replace(" ", ""))
AS_TREE = {
    "id": 7,
    "total": 1.5,
    "kind": "RUSH",
    "lines": [{"sku": "a"}],
    "counts": {"x": 2},
    "at": "1970-01-01T16:31:04Z",
    "raw": "/w==",
}
