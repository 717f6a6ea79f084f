"""What an operation selects, as the names under which its answer has it (GraphQL, 6.3.2 CollectFields)."""

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple, TypeAlias

from graphql import FieldNode, FragmentSpreadNode, InlineFragmentNode, SelectionNode, SelectionSetNode

from troth_schemas.graphql.operations import Operation
from troth_schemas.json_body import Document, Json
from troth_verifiers.graphql.conditions import Conditions

Sets: TypeAlias = tuple[SelectionSetNode, ...]
"""The selections that are made on one object, from wherever they stand; () on a scalar."""


class Field(NamedTuple):
    """A selected field: its own name, which an alias may hide, and what is selected below it."""

    name: str
    sets: Sets


Fields: TypeAlias = Mapping[str, Field]


class Selection:
    """What an operation selects with its variables. What nothing decides is selected, and yet not demanded."""

    def __init__(self, operation: Operation, variables: Document) -> None:
        self.root: Sets = (operation.node.selection_set,)
        self._unit = operation.unit
        self._conditions = Conditions(operation, variables)
        self._known: dict[int, tuple[Sets, Fields]] = {}

    def fields(self, sets: Sets) -> Fields:
        """The names that an object of any type may have under these selections."""
        known = self._known.get(id(sets))
        if known is None:
            known = self._known[id(sets)] = (sets, self._collected(sets, None))
        return known[1]

    def of_type(self, sets: Sets, applies: Callable[[str], bool]) -> Fields:
        """The names that an object has to have; ``applies`` says of a fragment's type whether the object is of it."""
        same = all(isinstance(one, FieldNode) and not one.directives for part in sets for one in part.selections)
        return self.fields(sets) if same else self._collected(sets, applies)

    def _collected(self, sets: Sets, applies: Callable[[str], bool] | None) -> Fields:
        found: dict[str, Field] = {}
        visited: set[str] = set()
        left: list[SelectionNode] = [one for part in reversed(sets) for one in reversed(part.selections)]
        while left:
            node = left.pop()
            if node.directives:
                asks = self._conditions.asks(node)
                if asks is False or (asks is None and applies is not None):
                    continue
            if isinstance(node, FieldNode):
                key = node.alias.value if node.alias else node.name.value
                inner = (node.selection_set,) if node.selection_set else ()
                known = found.get(key)
                found[key] = Field(node.name.value, inner) if known is None else Field(known.name, known.sets + inner)
            else:
                left.extend(reversed(self._spread(node, visited, applies)))
        return found

    def _spread(
        self, node: SelectionNode, visited: set[str], applies: Callable[[str], bool] | None
    ) -> tuple[SelectionNode, ...]:
        """What a fragment adds, where its type is the object's; one that is named adds it once."""
        if isinstance(node, InlineFragmentNode):
            condition = node.type_condition.name.value if node.type_condition else None
            inner = node.selection_set
        else:
            assert isinstance(node, FragmentSpreadNode)
            fragment = None if node.name.value in visited else self._unit.fragment(node.name.value)
            if fragment is None:
                return ()
            visited.add(node.name.value)
            condition, inner = fragment[0].type_condition.name.value, fragment[0].selection_set
        return inner.selections if condition is None or applies is None or applies(condition) else ()


def selected(selection: Selection, sets: Sets, value: Json) -> Json:
    """A value without what was not selected."""
    if not sets:
        return value
    if isinstance(value, list):
        return [selected(selection, sets, one) for one in value]
    if not isinstance(value, dict):
        return value
    known = selection.fields(sets)
    return {key: selected(selection, known[key].sets, one) for key, one in value.items() if key in known}


def unselected(selection: Selection, sets: Sets, value: Json, path: str) -> Iterator[str]:
    """The paths of what a value has and was not selected."""
    if not sets:
        return
    if isinstance(value, list):
        for index, one in enumerate(value):
            yield from unselected(selection, sets, one, f"{path}[{index}]")
    elif isinstance(value, dict):
        known = selection.fields(sets)
        for key, one in value.items():
            if key in known:
                yield from unselected(selection, known[key].sets, one, f"{path}.{key}")
            else:
                yield f"{path}.{key}"
