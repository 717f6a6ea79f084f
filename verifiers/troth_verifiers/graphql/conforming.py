"""Whether the data of an answer is what a schema promises for an operation: its fields, their types, their nulls."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from troth_schemas.graphql.answers import refusal, shown
from troth_schemas.graphql.model import OperationKind, Schema
from troth_schemas.json_body import Json
from troth_schemas.matching import Difference
from troth_verifiers.graphql.selecting import Fields, Selection, Sets

_OBJECTS: Final = ("object", "interface", "union")
_UNKNOWN: Final[Mapping[str, str]] = {}


def shape_differences(
    schema: Schema, kind: OperationKind, selection: Selection, data: Json, types: Mapping[str, str] = _UNKNOWN
) -> Iterator[Difference]:
    """Where ``data`` is nothing that the schema may give out for an operation of this kind; null is left to the errors.

    An object that does not tell its type has to be what one of its possible types may be. ``types`` are those of
    objects of which more is known than the schema says, by their paths.
    """
    root = schema.roots.get(kind)
    if root is not None and data is not None:
        yield from _Shape(schema, selection, types).value(root, selection.root, data, "$.data")


@dataclass(frozen=True, slots=True)
class _Way:
    """What an object has to have if it is of a type: one type for all those that ask the same of it."""

    type: str
    fields: Fields
    types: tuple[str | None, ...]
    """The declared type of each field; None where nothing is known of it."""


_Ways: TypeAlias = tuple[_Way, ...]


@dataclass(frozen=True, slots=True)
class _Shape:
    schema: Schema
    selection: Selection
    types: Mapping[str, str]
    ways: dict[tuple[int, str], tuple[Sets, _Ways]] = field(default_factory=dict)
    judged: dict[tuple[int, str, str], tuple[Difference, ...]] = field(default_factory=dict)
    """What was found of an object that does not tell its type, by its selections, its type and its path."""

    def value(self, type_: str, sets: Sets, value: Json, path: str) -> Iterator[Difference]:
        if type_.endswith("!"):
            if value is None:
                yield Difference(path, f"null stands where {type_} never is null.", type_, "null")
                return
            type_ = type_[:-1]
        if value is None:
            return
        owner = self.schema.types.get(type_)
        if type_.startswith("["):
            if not isinstance(value, list):
                yield Difference(path, f"{shown(value)} stands where {type_} is a list.", type_, shown(value))
                return
            for index, one in enumerate(value):
                yield from self.value(type_[1:-1], sets, one, f"{path}[{index}]")
        elif owner is not None and owner.kind in _OBJECTS:
            if isinstance(value, dict):
                yield from self._object(type_, sets, value, path)
            else:
                yield Difference(path, f"{shown(value)} stands where {type_} is an object.", type_, shown(value))
        elif (said := refusal(self.schema, type_, value)) is not None:
            yield Difference(path, f"{said[:1].upper()}{said[1:]}.", type_, shown(value))

    def _object(self, name: str, sets: Sets, value: dict[str, Json], path: str) -> Iterator[Difference]:
        known = self.types.get(path, name)
        name = known if known in self.schema.types else name
        possible = self.schema.possible(name) or frozenset({name})
        told = self._told(sets, value)
        if told is not None and told not in possible:
            text = f"__typename is {shown(told)}, and {name} is never one."
            yield Difference(path, text, ", ".join(sorted(possible)), shown(told))
            return
        ways = self._ways(told or name, sets, frozenset({told}) if told else possible)
        if len(ways) == 1:
            yield from self._missing(ways[0], value, path)
            yield from self._below(ways[0], value, path)
            return
        key = (id(sets), name, path)
        if key not in self.judged:
            self.judged[key] = self._nearest(ways, value, path)
        yield from self.judged[key]

    def _nearest(self, ways: _Ways, value: dict[str, Json], path: str) -> tuple[Difference, ...]:
        """Nothing where an object may be of one of the types; else what keeps it from being of the nearest one."""
        missing = [(way, tuple(self._missing(way, value, path, f" on {way.type}"))) for way in ways]
        least = min(len(found) for _, found in missing)
        near = [(way, found) for way, found in missing if len(found) == least]
        exact = [] if least else [(way, found) for way, found in near if value.keys() <= way.fields.keys()]
        every = [(*found, *self._below(way, value, path)) for way, found in exact or near]
        return min(every, key=len)

    def _missing(self, way: _Way, value: dict[str, Json], path: str, where: str = "") -> Iterator[Difference]:
        for key in way.fields:
            if key not in value:
                yield Difference(path, f"Missing: {key}, which the operation selects{where}.", key)

    def _below(self, way: _Way, value: dict[str, Json], path: str) -> Iterator[Difference]:
        for (key, one), type_ in zip(way.fields.items(), way.types, strict=True):
            if key not in value:
                continue
            if one.name == "__typename" and isinstance(value[key], str) and value[key] != way.type and way.type:
                text = f"{key} is {shown(value[key])}, and the object is of {way.type}."
                yield Difference(f"{path}.{key}", text, way.type, shown(value[key]))
            elif type_ is not None:
                yield from self.value(type_, one.sets, value[key], f"{path}.{key}")
            elif one.sets:
                yield from self._untyped(one.sets, value[key], f"{path}.{key}")

    def _untyped(self, sets: Sets, value: Json, path: str) -> Iterator[Difference]:
        """A value of a type that the schema lacks, such as those of introspection: only its fields are known."""
        if isinstance(value, list):
            for index, one in enumerate(value):
                yield from self._untyped(sets, one, f"{path}[{index}]")
        elif isinstance(value, dict):
            way = self._ways("", sets, frozenset({""}))[0]
            yield from self._missing(way, value, path)
            yield from self._below(way, value, path)
        elif value is not None:
            yield Difference(path, f"{shown(value)} stands where an object is.", "an object", shown(value))

    def _told(self, sets: Sets, value: dict[str, Json]) -> str | None:
        """The type that an object says it has."""
        for key, one in self.selection.fields(sets).items():
            if one.name == "__typename" and isinstance(told := value.get(key), str):
                return told
        return None

    def _ways(self, name: str, sets: Sets, possible: frozenset[str]) -> _Ways:
        key = (id(sets), name)
        if key not in self.ways:
            found: dict[object, _Way] = {}
            for type_ in sorted(possible) if len(possible) > 1 else ():
                way = self._way(type_, sets)
                same = (tuple((each, *map(id, one.sets)) for each, one in way.fields.items()), way.types)
                found.setdefault(same, way)
            self.ways[key] = (sets, tuple(found.values()) or (self._way(next(iter(possible)), sets),))
        return self.ways[key][1]

    def _way(self, type_: str, sets: Sets) -> _Way:
        fields = self.selection.of_type(sets, lambda condition: self._applies(condition, type_))
        return _Way(type_, fields, tuple(self._type(type_, one.name) for one in fields.values()))

    def _applies(self, condition: str, type_: str) -> bool:
        return type_ == condition or condition in self.schema.holders.get(type_, ())

    def _type(self, owner: str, name: str) -> str | None:
        if name == "__typename":
            return "String!"
        declared = self.schema.types[owner].fields.get(name) if owner in self.schema.types else None
        return None if declared is None else declared.type
