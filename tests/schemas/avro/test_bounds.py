"""Data that would take the reader beyond its stack, or keep it for ever, is refused before it is read."""

from typing import Any

import pytest
from fastavro import parse_schema

from troth_schemas.avro.bounds import DEEPEST, OutOfBounds, check, check_all

CHAIN = {"type": "record", "name": "N", "fields": [{"name": "next", "type": ["null", "N"]}]}
ITSELF = {"type": "record", "name": "N", "fields": [{"name": "next", "type": "N"}]}
TREE = {"type": "record", "name": "N", "fields": [{"name": "below", "type": {"type": "array", "items": "N"}}]}
BY_NAME = {"type": "record", "name": "N", "fields": [{"name": "below", "type": {"type": "map", "values": "N"}}]}
ROUND = {
    "type": "record",
    "name": "A",
    "fields": [
        {"name": "b", "type": ["null", {"type": "record", "name": "B", "fields": [{"name": "a", "type": "A"}]}]}
    ],
}
NOTHING = {"type": "array", "items": {"type": "record", "name": "E", "fields": [{"name": "n", "type": "null"}]}}
MIXED = {
    "type": "record",
    "name": "N",
    "fields": [
        {"name": "flag", "type": "boolean"},
        {"name": "ratio", "type": "float"},
        {"name": "total", "type": "double"},
        {"name": "count", "type": {"type": "long", "logicalType": "timestamp-millis"}},
        {"name": "kind", "type": {"type": "enum", "name": "K", "symbols": ["A", "B"]}},
        {"name": "hash", "type": {"type": "fixed", "name": "H", "size": 2}},
        {"name": "text", "type": "string"},
        {"name": "next", "type": ["null", "N"]},
    ],
}
MIXED_DATA = b"\x01" + b"\0" * 4 + b"\0" * 8 + b"\x80\x01" + b"\x02" + b"hh" + b"\x04ab"


@pytest.mark.parametrize(
    ("schema", "data", "said"),
    [
        (CHAIN, b"\x02" * 100_000 + b"\0", "nests more than"),
        (ITSELF, b"", "nests more than"),
        (TREE, b"\x02" * 100_000 + b"\0" * 100_001, "nests more than"),
        (BY_NAME, b"\x02\x02a" * 100_000, "nests more than"),
        (ROUND, b"\x02" * 100_000, "nests more than"),
        (NOTHING, b"\xfe\xff\xff\xff\xff\xff\xff\xff\x7f\0", "claims more than"),
        (NOTHING, b"\x80" * 11, "more than 64 bits"),
        (CHAIN, b"\x04", "names the branch 2 of a union of 2"),
        (CHAIN, b"\x02", "ends too early"),
        (MIXED, MIXED_DATA[:-1], "ends too early"),
        (MIXED, MIXED_DATA[:-3] + b"\x01", "a text of -1 bytes"),
    ],
)
def test_data_without_bounds_is_refused(schema: Any, data: bytes, said: str) -> None:
    with pytest.raises(OutOfBounds, match=said):
        check(parse_schema(schema), data)


@pytest.mark.parametrize(
    ("schema", "data"),
    [
        (CHAIN, b"\x02" * (DEEPEST - 1) + b"\0"),
        (TREE, b"\x04\0\0\0"),
        (TREE, b"\x03\x04\0\0\0"),
        (BY_NAME, b"\x02\x02a\0\0"),
        (ROUND, b"\x02\0"),
        (NOTHING, b"\x20\0"),
        (MIXED, MIXED_DATA + b"\x02" + MIXED_DATA + b"\0"),
    ],
)
def test_other_data_is_read_to_its_end(schema: Any, data: bytes) -> None:
    check(parse_schema(schema), data)
    with pytest.raises(OutOfBounds, match="ends too early"):
        check(parse_schema(schema), data[:-1])


@pytest.mark.parametrize("schema", [{"type": "array", "items": "int"}, {"type": "map", "values": "null"}, "string"])
def test_data_that_its_schema_bounds_is_not_looked_at(schema: Any) -> None:
    check(parse_schema(schema), b"no matter what")


def test_several_values_stand_one_after_the_other() -> None:
    check_all(parse_schema(CHAIN), [(b"\0\x02\0\0", 3), (b"\0", 1)])
    with pytest.raises(OutOfBounds, match="ends too early"):
        check_all(parse_schema(CHAIN), [(b"\0", 1), (b"\0\x02\0\0", 4)])


FLAG = {"type": "record", "name": "F", "fields": [{"name": "flag", "type": "boolean"}]}
EMPTY = {"type": "record", "name": "E", "fields": []}
DOUBLED: Any = {
    "type": "record",
    "name": "Top",
    "fields": [
        {"name": "below", "type": {"type": "record", "name": "L0", "fields": []}},
        *(
            {
                "name": f"f{level}",
                "type": {
                    "type": "record",
                    "name": f"L{level}",
                    "fields": [{"name": "a", "type": f"L{level - 1}"}, {"name": "b", "type": f"L{level - 1}"}],
                },
            }
            for level in range(1, 60)
        ),
    ],
}


@pytest.mark.parametrize(
    ("schema", "blocks"),
    [
        ({"type": "array", "items": "boolean"}, [(b"\xfe\xff\xff\x01" + bytes(3_000_000), 1)]),
        ({"type": "array", "items": ["null", "boolean"]}, [(b"\xfe\xff\xff\x01" + bytes(3_000_000), 1)]),
        (FLAG, [(bytes(3_000_000), 3_000_000)]),
        (FLAG, [(bytes(600_000), 600_000)] * 2),
        (EMPTY, [(b"", 1 << 60)]),
        (EMPTY, [(b"", 300_000)] * 10),
        ("null", [(b"", -(1 << 60)), (b"", 1 << 40)]),
        (DOUBLED, [(b"", 1)]),
    ],
)
def test_more_values_than_memory_has_room_for_are_refused(schema: Any, blocks: list[tuple[bytes, int]]) -> None:
    with pytest.raises(OutOfBounds, match="holds more than 2,000,000 values"):
        check_all(parse_schema(schema), blocks)


@pytest.mark.parametrize(
    ("schema", "blocks"),
    [
        (FLAG, [(bytes(900_000), 900_000)]),
        ("string", [(b"\x80\xb4\xc4\x04" + bytes(5_000_000), 1)]),
        (MIXED, [((MIXED_DATA + b"\0") * 100_000, 100_000)]),
        ({"type": "array", "items": DOUBLED}, [(b"\0", 1)]),
    ],
)
def test_as_many_values_as_there_is_room_for_are_read(schema: Any, blocks: list[tuple[bytes, int]]) -> None:
    check_all(parse_schema(schema), blocks)
