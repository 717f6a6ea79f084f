"""What an operation selects, as the names under which its answer has it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

from graphql import FieldNode, FragmentSpreadNode, InlineFragmentNode, SelectionNode, SelectionSetNode

from troth_schemas.graphql.operations import Unit
from troth_schemas.json_body import Json

Sets: TypeAlias = tuple[SelectionSetNode, ...]
"""The selections that are made on one object, from wherever they stand; () on a scalar."""


def fields(unit: Unit, sets: Sets) -> Mapping[str, Sets]:
    """The names that an object may have under these selections, each with what is selected below it."""
    found: dict[str, Sets] = {}
    for node in _fields(unit, sets):
        key = node.alias.value if node.alias else node.name.value
        found[key] = (*found.get(key, ()), *((node.selection_set,) if node.selection_set else ()))
    return found


def selected(unit: Unit, sets: Sets, value: Json) -> Json:
    """A value without what was not selected."""
    if not sets:
        return value
    if isinstance(value, list):
        return [selected(unit, sets, one) for one in value]
    if not isinstance(value, dict):
        return value
    known = fields(unit, sets)
    return {key: selected(unit, known[key], one) for key, one in value.items() if key in known}


def unselected(unit: Unit, sets: Sets, value: Json, path: str) -> Iterator[str]:
    """The paths of what a value has and was not selected."""
    if not sets:
        return
    if isinstance(value, list):
        for index, one in enumerate(value):
            yield from unselected(unit, sets, one, f"{path}[{index}]")
    elif isinstance(value, dict):
        known = fields(unit, sets)
        for key, one in value.items():
            if key in known:
                yield from unselected(unit, known[key], one, f"{path}.{key}")
            else:
                yield f"{path}.{key}"


def _fields(unit: Unit, sets: Sequence[SelectionSetNode]) -> Iterator[FieldNode]:
    seen: set[str] = set()
    left: list[SelectionNode] = [one for part in reversed(sets) for one in reversed(part.selections)]
    while left:
        node = left.pop()
        inner: SelectionSetNode | None = None
        if isinstance(node, FieldNode):
            yield node
        elif isinstance(node, InlineFragmentNode):
            inner = node.selection_set
        elif isinstance(node, FragmentSpreadNode) and node.name.value not in seen:
            seen.add(node.name.value)
            fragment = unit.fragment(node.name.value)
            inner = fragment[0].selection_set if fragment else None
        if inner is not None:
            left.extend(reversed(inner.selections))
