"""Binary data of an Avro schema as the JSON that people would write for it."""

from io import BytesIO
from math import isfinite
from typing import Any, Final

from fastavro import parse_schema, schemaless_reader
from fastavro.schema import SchemaParseException, UnknownType

from troth_schemas.avro.bounds import check
from troth_schemas.avro.model import Avro, Node
from troth_schemas.avro.plain import TooDeep, Unsound, plain
from troth_schemas.json_body import Json

_UNREADABLE: Final = (
    ValueError, LookupError, TypeError, AttributeError, EOFError, OverflowError, MemoryError, RecursionError,
    TooDeep, Unsound, SchemaParseException, UnknownType,
)  # fmt: skip
_LARGEST: Final = 1.7976931348623157e308
_FRAMES: Final = ((b"", 0), (b"\0", 5), (b"\xc3\x01", 10))
"""Bare data, Confluent's frame (a zero and four bytes of a schema's id), a single object (a mark and a fingerprint)."""


def decoded(avro: Avro, root: Node, data: bytes) -> tuple[Json] | None:
    """The datum in the data, framed or not; None if there is none that takes all of the bytes."""
    try:
        schema: Any = plain(avro, root)
        parsed = parse_schema(schema)
    except _UNREADABLE:
        return None
    for mark, length in _FRAMES:
        if data.startswith(mark) and len(data) >= length:
            found = _read(parsed, data[length:])
            if found is not None:
                return found
    return None


def _read(schema: Any, data: bytes) -> tuple[Json] | None:
    source = BytesIO(data)
    try:
        check(schema, data)
        value = schemaless_reader(source, schema, None)
    except _UNREADABLE:
        return None
    return (_json(value),) if source.tell() == len(data) else None


def _json(value: Any) -> Json:
    if isinstance(value, bytes):
        return value.decode("latin-1")
    if isinstance(value, dict):
        return {str(name): _json(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_json(one) for one in value]
    if isinstance(value, float) and not isfinite(value):
        return _LARGEST  # JSON has no infinity; what counts here is that it is a number
    found: Json = value
    return found
