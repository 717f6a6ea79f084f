"""Whether binary data keeps within bounds, found without making anything of it.

fastavro reads in C. Data that nests thousands of levels deep takes it beyond its stack, which ends the whole process,
and an array of what takes no bytes may claim 2^62 items. Only a type that holds itself, or such an array, allows
either: the data of every other schema is as deep as the schema and as long as its bytes. Source: Avro 1.12, "Binary
Encoding".
"""

from collections.abc import Iterator
from typing import Any, Final

DEEPEST: Final = 100
"""Levels of records, arrays and maps, one inside the other."""
_MOST_EMPTY: Final = 100_000
"""Items of an array that take no bytes."""
_FIXED: Final = {"null": 0, "boolean": 1, "float": 4, "double": 8}


class OutOfBounds(ValueError):
    """What data cannot be read, as a sentence without its subject."""


def check(schema: Any, data: bytes, *, times: int = 1) -> None:
    """Raise `OutOfBounds` for data that fastavro must not be given.

    `schema` is the writer's, as fastavro has parsed it. The data are `times` values, one after the other.
    """
    types: dict[str, Any] = {}
    if any(list(_unbounded(schema, types, ()))):
        walk, at = _Walk(types, data), 0
        for _ in range(times):
            at = walk.end(schema, at, DEEPEST)


def _unbounded(schema: Any, types: dict[str, Any], around: tuple[str, ...]) -> Iterator[bool]:
    """Of each part of a schema whether it lets data be without bounds; puts the named types that it meets in `types`.

    `around` are the types that the schema is a part of.
    """
    if isinstance(schema, str):
        yield schema in around
    elif isinstance(schema, list):
        for one in schema:
            yield from _unbounded(one, types, around)
    elif isinstance(schema["type"], dict | list):
        yield from _unbounded(schema["type"], types, around)
    else:
        if "name" in schema:
            types[schema["name"]] = schema
        for one in schema.get("fields", ()):
            yield from _unbounded(one["type"], types, (*around, schema["name"]))
        for held in ("items", "values"):
            if held in schema:
                yield from _unbounded(schema[held], types, around)
        yield schema["type"] == "array" and _may_be_empty(schema["items"], types)


def _may_be_empty(schema: Any, types: dict[str, Any], left: int = DEEPEST) -> bool:
    """Whether a value may take no bytes; what leads back to itself without any counts as such."""
    schema = types.get(schema, schema) if isinstance(schema, str) else schema
    kind = schema["type"] if isinstance(schema, dict) else schema
    if isinstance(kind, dict):
        return _may_be_empty(kind, types, left)
    if kind in ("record", "error"):
        return not left or all(_may_be_empty(one["type"], types, left - 1) for one in schema["fields"])
    return bool(kind == "null" or (kind == "fixed" and schema["size"] == 0))


class _Walk:
    """Goes through data; raises `OutOfBounds` where it is too deep, claims too much, or is no data of its schema."""

    def __init__(self, types: dict[str, Any], data: bytes) -> None:
        self._types = types
        self._data = data

    def end(self, schema: Any, at: int, left: int) -> int:
        """Where a value that begins at `at` ends; it may be `left` levels deep."""
        if isinstance(schema, list):
            branch, at = self._number(at)
            if not 0 <= branch < len(schema):
                raise OutOfBounds(f"names the branch {branch} of a union of {len(schema)}")
            return self.end(schema[branch], at, left)
        schema = self._types.get(schema, schema) if isinstance(schema, str) else schema
        kind = schema["type"] if isinstance(schema, dict) else schema
        if isinstance(kind, dict | list):
            return self.end(kind, at, left)
        if kind in ("record", "error", "array", "map"):
            if not left:
                raise OutOfBounds(f"nests more than {DEEPEST} levels deep")
            if kind in ("array", "map"):
                return self._blocks(schema, at, left - 1)
            for one in schema["fields"]:
                at = self.end(one["type"], at, left - 1)
            return at
        return self._scalar(kind, schema, at)

    def _scalar(self, kind: str, schema: Any, at: int) -> int:
        if kind in ("bytes", "string"):
            return self._text(at)
        if kind in ("int", "long", "enum"):
            return self._number(at)[1]
        return self._within(at + (schema["size"] if kind == "fixed" else _FIXED[kind]))

    def _blocks(self, schema: Any, at: int, left: int) -> int:
        empty = 0
        while True:
            count, at = self._number(at)
            if count == 0:
                return at
            if count < 0:
                count, (_, at) = -count, self._number(at)
            for _ in range(count):
                began = at
                if schema["type"] == "map":
                    at = self.end(schema["values"], self._text(at), left)
                else:
                    at = self.end(schema["items"], at, left)
                empty += at == began
                if empty > _MOST_EMPTY:
                    raise OutOfBounds(f"claims more than {_MOST_EMPTY} items that take no bytes")

    def _text(self, at: int) -> int:
        length, at = self._number(at)
        if length < 0:
            raise OutOfBounds(f"has a text of {length} bytes")
        return self._within(at + length)

    def _number(self, at: int) -> tuple[int, int]:
        """A number, zigzag and seven bits a byte, and where it ends."""
        found = shift = 0
        while True:
            self._within(at + 1)
            byte = self._data[at]
            at += 1
            found |= (byte & 0x7F) << shift
            if byte < 0x80:
                return (found >> 1) ^ -(found & 1), at
            shift += 7
            if shift > 63:
                raise OutOfBounds("has a number of more than 64 bits")

    def _within(self, at: int) -> int:
        if at > len(self._data):
            raise OutOfBounds("ends too early")
        return at
