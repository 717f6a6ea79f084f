"""Whether binary data keeps within bounds, found without making anything of it.

fastavro reads in C. Data that nests thousands of levels deep takes it beyond its stack, which ends the whole process,
and an array of what takes no bytes may claim 2^62 items. Only a type that holds itself, or such an array, allows
either: the data of every other schema is as deep as the schema and has no more values than the schema for each of its
bytes. What could be too many are counted: a value of one byte takes up to 200 of memory. Source: Avro 1.12, "Binary
Encoding".
"""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from troth_schemas.json_body import MAX_VALUES

DEEPEST: Final = 100
"""Levels of records, arrays and maps, one inside the other."""
_MOST_EMPTY: Final = 100_000
"""Items of an array that take no bytes."""
_HELD: Final = ("items", "values")
_FIXED: Final = {"null": 0, "boolean": 1, "float": 4, "double": 8}


class OutOfBounds(ValueError):
    """What data cannot be read, as a sentence without its subject."""


def check(schema: Any, data: bytes) -> None:
    """Raise `OutOfBounds` for a value that fastavro must not be given; `schema` is the writer's, as it parsed it."""
    check_all(schema, [(data, 1)])


def check_all(schema: Any, blocks: Sequence[tuple[bytes, int]]) -> None:
    """The same for blocks of data, each with the number of values that stand in it one after the other."""
    types: dict[str, Any] = {}
    unbounded = any(list(_unbounded(schema, types, ())))
    claimed = sum(len(data) + max(times, 0) for data, times in blocks)
    if unbounded or claimed * _width(schema, types, {}) > MAX_VALUES:
        left = MAX_VALUES
        for data, times in blocks:
            walk, at = _Walk(types, data, left), 0
            for _ in range(times):
                at = walk.end(schema, at, DEEPEST)
            left = walk.left


def _width(schema: Any, types: dict[str, Any], known: dict[str, int]) -> int:
    """How many values the schema itself makes of one; what leads back to itself counts as one there."""
    if isinstance(schema, list):
        return 1 + max((_width(one, types, known) for one in schema), default=0)
    if isinstance(schema, str):
        if schema in types and schema not in known:
            known[schema] = 1
            known[schema] = _width(types[schema], types, known)
        return known.get(schema, 1)
    if isinstance(schema["type"], dict | list):
        return _width(schema["type"], types, known)
    inner = [one["type"] for one in schema.get("fields", ())] + [schema[one] for one in _HELD if one in schema]
    width = 1 + sum(_width(one, types, known) for one in inner)
    if "name" in schema:
        known[schema["name"]] = width
    return width


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
        for held in _HELD:
            if held in schema:
                yield from _unbounded(schema[held], types, around)
        yield schema["type"] == "array" and _may_be_empty(schema["items"], types, {})


def _may_be_empty(schema: Any, types: dict[str, Any], known: dict[str, bool]) -> bool:
    """Whether a value may take no bytes; what leads back to itself without any counts as such."""
    if isinstance(schema, str) and schema in types:
        if schema not in known:
            known[schema] = True
            known[schema] = _may_be_empty(types[schema], types, known)
        return known[schema]
    kind = schema["type"] if isinstance(schema, dict) else schema
    if isinstance(kind, dict):
        return _may_be_empty(kind, types, known)
    if kind in ("record", "error"):
        return all(_may_be_empty(one["type"], types, known) for one in schema["fields"])
    return bool(kind == "null" or (kind == "fixed" and schema["size"] == 0))


class _Walk:
    """Goes through data; raises `OutOfBounds` where it is too deep, claims too much, or is no data of its schema."""

    def __init__(self, types: dict[str, Any], data: bytes, left: int) -> None:
        self._types = types
        self._data = data
        self.left = left

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
        self.left -= 1
        if self.left < 0:
            raise OutOfBounds(f"holds more than {MAX_VALUES:,} values")
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
