"""Whether the data of an answer is what a schema promises for an operation: its fields, their types, their nulls."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from graphql import FieldNode, FragmentSpreadNode, InlineFragmentNode, SelectionNode, SelectionSetNode

from troth_schemas.graphql.answers import refusal, shown
from troth_schemas.graphql.model import Schema
from troth_schemas.graphql.operations import Operation, Unit
from troth_schemas.json_body import Json
from troth_schemas.matching import Difference
from troth_verifiers.graphql.selecting import Sets

_LATER: Final = ("skip", "include", "defer", "stream", "client")
"""Directives by which a field may be missing."""


def shape_differences(schema: Schema, operation: Operation, data: Json) -> Iterator[Difference]:
    """Where ``data`` is nothing that the schema may give out for the operation; null as a whole is left to the errors.

    Of an object whose type cannot be told only what holds for all its possible types is asked.
    """
    root = schema.roots.get(operation.node.operation.value)
    if root is not None and data is not None:
        yield from _Shape(schema, operation.unit).value(root, (operation.node.selection_set,), data, "$.data")


@dataclass(slots=True)
class _Field:
    """A selected field: its declared type, None where nothing is known of it, and what is selected below it."""

    type: str | None
    sets: Sets
    optional: bool


@dataclass(frozen=True, slots=True)
class _Shape:
    schema: Schema
    unit: Unit

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
        elif owner is not None and owner.kind in ("object", "interface", "union"):
            if isinstance(value, dict):
                yield from self._object(type_, sets, value, path)
            else:
                yield Difference(path, f"{shown(value)} stands where {type_} is an object.", type_, shown(value))
        elif (said := refusal(self.schema, type_, value)) is not None:
            yield Difference(path, f"{said[:1].upper()}{said[1:]}.", type_, shown(value))

    def _object(self, name: str, sets: Sets, value: dict[str, Json], path: str) -> Iterator[Difference]:
        possible = self.schema.possible(name)
        told = self._told(sets, value)
        if told is not None:
            if told not in possible:
                text = f"__typename is {shown(told)}, and {name} is never one."
                yield Difference(path, text, ", ".join(sorted(possible)), shown(told))
                return
            possible = frozenset({told})
        for key, field in self._fields(possible, name, sets).items():
            if key not in value:
                if not field.optional:
                    yield Difference(path, f"Missing: {key}, which the operation selects.", key)
            elif field.type is not None:
                yield from self.value(field.type, field.sets, value[key], f"{path}.{key}")

    def _told(self, sets: Sets, value: dict[str, Json]) -> str | None:
        """The type that an object says it has."""
        for part in sets:
            for node in part.selections:
                if isinstance(node, FieldNode) and node.name.value == "__typename":
                    told = value.get(node.alias.value if node.alias else "__typename")
                    return told if isinstance(told, str) else None
        told = value.get("__typename")
        return told if isinstance(told, str) else None

    def _fields(self, possible: frozenset[str], name: str, sets: Sets) -> dict[str, _Field]:
        found: dict[str, _Field] = {}
        for node, parent, optional in self._nodes(possible, name, sets):
            key = node.alias.value if node.alias else node.name.value
            inner = (node.selection_set,) if node.selection_set else ()
            known = found.get(key)
            if known is not None:
                known.sets = (*known.sets, *inner)
                known.optional = known.optional and optional
            else:
                found[key] = _Field(self._type(possible, parent, node.name.value), inner, optional)
        return found

    def _type(self, possible: frozenset[str], parent: str, field: str) -> str | None:
        if field == "__typename":
            return "String!"
        owner = next(iter(possible)) if len(possible) == 1 else parent
        declared = self.schema.types[owner].fields.get(field) if owner in self.schema.types else None
        return None if declared is None else declared.type

    def _nodes(self, possible: frozenset[str], name: str, sets: Sets) -> Iterator[tuple[FieldNode, str, bool]]:
        """The fields that are selected, the type that each is selected on, and whether it may be missing."""
        left: list[tuple[SelectionNode, str, bool]] = [
            (one, name, False) for part in reversed(sets) for one in reversed(part.selections)
        ]
        while left:
            node, parent, optional = left.pop()
            optional = optional or any(one.name.value in _LATER for one in node.directives or ())
            if isinstance(node, FieldNode):
                yield node, parent, optional
                continue
            condition, inner = self._fragment(node)
            applies = self.schema.possible(condition) if condition else possible
            if inner is not None and possible & applies:
                some = not possible <= applies
                left.extend((one, condition or parent, optional or some) for one in reversed(inner.selections))

    def _fragment(self, node: SelectionNode) -> tuple[str | None, SelectionSetNode | None]:
        if isinstance(node, InlineFragmentNode):
            return node.type_condition.name.value if node.type_condition else None, node.selection_set
        if isinstance(node, FragmentSpreadNode) and (found := self.unit.fragment(node.name.value)) is not None:
            return found[0].type_condition.name.value, found[0].selection_set
        return None, None
