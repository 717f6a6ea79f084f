"""Whether two schemas of two documents say the very same thing, so that subtrees need no closer look.

Descriptions, examples and titles say nothing; a ``$ref`` is what it leads to. Circles are followed once: two schemas
are the same unless a difference can be reached from them, and every pair of ``$ref``s is looked at once.
"""

import json
from collections.abc import Hashable, Iterator
from marshal import dumps
from typing import Any, Final, TypeAlias

from troth_schemas.documents import Documents, Location
from troth_schemas.errors import BrokenReference
from troth_schemas.json_body import Json
from troth_schemas.openapi.reading import into

SAYS_NOTHING: Final = frozenset({"description", "summary", "title", "example", "examples", "externalDocs", "$comment"})
"""Members that people read and no program judges by."""
TELLING_EXTENSIONS: Final = frozenset({"x-extensible-enum", "x-sunset", "x-stability-level", "x-troth-required"})
"""Extensions that are judged by; all others say nothing."""
MAPS: Final = frozenset({
    "properties", "patternProperties", "$defs", "definitions", "dependentSchemas", "dependentRequired", "dependencies",
    "mapping",
})  # fmt: skip
"""Keywords whose members are names of the user's own."""
DATA: Final = frozenset({"enum", "const", "default", "x-extensible-enum"})
"""Keywords whose values are data, in which everything counts."""
SETS: Final = frozenset({"enum", "required", "type", "x-extensible-enum"})
"""Keywords whose arrays have no order."""

_PLAIN: Final = 2
"""The version of ``marshal`` in which equal bytes mean equal values: none is written as a reference to another."""
_Pair: TypeAlias = tuple[Location, Location]


class Sameness:
    """Compares places of two contracts' documents; remembers what it found."""

    def __init__(self, first: Documents, second: Documents) -> None:
        self._first = first
        self._second = second
        self._known: dict[_Pair, bool] = {}
        self.prepared: dict[Hashable, Any] = {}
        """What others made of the two contracts to answer faster; it lives as long as their comparison."""
        self._properties: dict[_Pair, tuple[list[str], list[str]]] = {}

    def properties(self, pair: _Pair) -> tuple[list[str], list[str]]:
        """The properties that both of two schemas have, and those of them that are not written alike."""
        found = self._properties.get(pair)
        if found is None:
            found = self._properties[pair] = _common(self._first.value(pair[0]), self._second.value(pair[1]))
        return found

    def same(self, first: Location, second: Location) -> bool:
        """Whether both places say the same."""
        start = (first, second)
        if start not in self._known:
            self._explore(start)
        return self._known[start]

    def _explore(self, start: _Pair) -> None:
        """Look at every pair that can be reached, then let differences go back to all that reach them."""
        reached_from: dict[_Pair, list[_Pair]] = {start: []}
        different: list[_Pair] = []
        left = [start]
        while left:
            pair = left.pop()
            try:
                inner = list(self._differences(pair))
            except (_Different, BrokenReference, LookupError):
                different.append(pair)
                continue
            for one in inner:
                if one not in reached_from and one not in self._known:
                    reached_from[one] = []
                    left.append(one)
                if one in reached_from:
                    reached_from[one].append(pair)
                elif not self._known[one]:
                    different.append(pair)
        self._known.update(dict.fromkeys(reached_from, True))
        while different:
            pair = different.pop()
            if self._known[pair]:
                self._known[pair] = False
                different.extend(reached_from[pair])

    def _differences(self, pair: _Pair) -> Iterator[_Pair]:
        """The pairs on which it depends whether this one is the same. Raises _Different where it is not in itself."""
        first, second = self._first.value(pair[0]), self._second.value(pair[1])
        yield from self._of_schema(first, second, *pair)

    def _of_schema(self, first: Json, second: Json, here: Location, there: Location) -> Iterator[_Pair]:
        if isinstance(first, dict) and isinstance(second, dict):
            mine, yours = telling(first), telling(second)
            if _is_reference(mine) or _is_reference(yours):
                yield self._target(mine, here, self._first), self._target(yours, there, self._second)
                return
            if mine.keys() != yours.keys():
                raise _Different
            for key, value in mine.items():
                if key == "$ref" or not alike(value, yours[key]):
                    yield from self._of_keyword(key, value, yours[key], into(here, key), into(there, key))
        elif isinstance(first, list) and isinstance(second, list) and len(first) == len(second):
            for index, (one, other) in enumerate(zip(first, second, strict=True)):
                yield from self._of_schema(one, other, into(here, index), into(there, index))
        elif not same_data(first, second):
            raise _Different

    def _of_keyword(self, key: str, first: Json, second: Json, here: Location, there: Location) -> Iterator[_Pair]:
        if key == "$ref":
            yield self._target({"$ref": first}, here, self._first), self._target({"$ref": second}, there, self._second)
        elif key in SETS and isinstance(first, list) and isinstance(second, list):
            if not same_set(first, second):
                raise _Different
        elif key in DATA:
            if not same_data(first, second):
                raise _Different
        elif key in MAPS and isinstance(first, dict) and isinstance(second, dict):
            if first.keys() != second.keys():
                raise _Different
            for name, value in first.items():
                if not alike(value, second[name]):
                    yield from self._of_schema(value, second[name], into(here, name), into(there, name))
        else:
            yield from self._of_schema(first, second, here, there)

    @staticmethod
    def _target(value: dict[str, Json], at: Location, documents: Documents) -> Location:
        reference = value.get("$ref")
        if isinstance(reference, str) and len(value) == 1:
            return documents.resolve(at.document, reference)
        return at


class _Different(Exception):
    """Two values that are not the same."""


def telling(value: dict[str, Json]) -> dict[str, Json]:
    """What of a schema is judged by."""
    return {
        key: one
        for key, one in value.items()
        if key not in SAYS_NOTHING and (not key.startswith("x-") or key in TELLING_EXTENSIONS)
    }


def _is_reference(value: dict[str, Json]) -> bool:
    return len(value) == 1 and isinstance(value.get("$ref"), str)


def _common(first: Json, second: Json) -> tuple[list[str], list[str]]:
    mine, yours = (one.get("properties") if isinstance(one, dict) else None for one in (first, second))
    if not isinstance(mine, dict) or not isinstance(yours, dict):
        return [], []
    common = [name for name in mine if name in yours]
    return common, [name for name in common if not alike(mine[name], yours[name])]


def alike(first: Json, second: Json) -> bool:
    """Whether two values are written alike and refer to nothing: told at once, and others may be the same still."""
    if first != second:
        return False
    written = dumps(first, _PLAIN)
    return b"$ref" not in written and written == dumps(second, _PLAIN)


def same_data(first: Json, second: Json) -> bool:
    """Whether two values are equal as JSON has it: true is not 1, and 1.0 is 1."""
    if isinstance(first, bool) or isinstance(second, bool):
        return first is second
    if isinstance(first, list) and isinstance(second, list):
        return len(first) == len(second) and all(map(same_data, first, second))
    if isinstance(first, dict) and isinstance(second, dict):
        return first.keys() == second.keys() and all(same_data(one, second[key]) for key, one in first.items())
    return first == second


def same_set(first: list[Json], second: list[Json]) -> bool:
    """Whether two arrays hold the same values, in whatever order."""
    if same_data(first, second):
        return True
    return {_key(one) for one in first} == {_key(one) for one in second}


def _key(value: Json) -> str:
    return json.dumps(int(value) if isinstance(value, float) and value.is_integer() else value, sort_keys=True)
