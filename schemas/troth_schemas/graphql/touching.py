"""What operations touch of a schema: fields, arguments, types and values, as findings name them."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

from graphql import (
    ArgumentNode,
    DirectiveNode,
    EnumValueNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    ListValueNode,
    Node,
    ObjectValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    TypeNode,
    print_ast,
)

from troth_schemas.graphql.lifecycle import reason
from troth_schemas.graphql.model import BUILT_IN, Input, Schema, Type, Usage, named, usage

Mark: TypeAlias = Literal["deprecated-field", "deprecated-argument", "deprecated-input-field", "deprecated-value",
                          "inaccessible", "undefined"]  # fmt: skip
_INTROSPECTION: Final = ("__typename", "__schema", "__type")


@dataclass(frozen=True, slots=True)
class Touched:
    """Something remarkable that a definition touches: what it is, which element, why, and where it does."""

    mark: Mark
    element: str
    why: str
    node: Node


@dataclass(slots=True)
class Facts:
    """What one definition touches by itself; its fragments have facts of their own.

    ``given`` are the types of its variables, which may hold anything of them.
    """

    uses: set[str] = field(default_factory=set)
    given: set[str] = field(default_factory=set)
    touched: list[Touched] = field(default_factory=list)


class Walker:
    """Looks at definitions against one schema. What the schema does not know is passed by: validation tells it."""

    def __init__(self, schema: Schema, type_of_fragment: Callable[[str], str | None]) -> None:
        self._schema = schema
        self._type_of_fragment = type_of_fragment

    def facts(self, node: OperationDefinitionNode | FragmentDefinitionNode) -> Facts:
        """What a definition touches."""
        made = Facts()
        if isinstance(node, FragmentDefinitionNode):
            name: str | None = node.type_condition.name.value
            made.uses.add(name or "")
        else:
            name = self._schema.roots.get(node.operation.value)
            for variable in node.variable_definitions or ():
                made.given.add(named(print_ast(variable.type)))
                if variable.default_value is not None:
                    self._literal(made, _plain(variable.type), variable.default_value)
                self._directives(made, variable.directives)
        self._directives(made, node.directives)
        if name is not None:
            self._selections(made, name, node.selection_set)
        return made

    def _selections(self, made: Facts, name: str, node: SelectionSetNode) -> None:
        left = [(self._schema.types.get(name), name, node)]
        while left:
            owner, name, selections = left.pop()
            for one in selections.selections:
                self._directives(made, one.directives)
                if isinstance(one, FieldNode):
                    following = self._field(made, owner, one)
                    if following is not None and one.selection_set is not None:
                        left.append((self._schema.types.get(following), following, one.selection_set))
                elif isinstance(one, InlineFragmentNode):
                    condition = one.type_condition.name.value if one.type_condition else name
                    self._narrowed(made, name, condition)
                    left.append((self._schema.types.get(condition), condition, one.selection_set))
                elif isinstance(one, FragmentSpreadNode):
                    self._narrowed(made, name, self._type_of_fragment(one.name.value))

    def _field(self, made: Facts, owner: Type | None, node: FieldNode) -> str | None:
        """What a field is of, if its owner has it."""
        name = node.name.value
        found = None if owner is None else owner.fields.get(name)
        if owner is None or found is None or name in _INTROSPECTION:
            return None
        element = f"{owner.name}.{name}"
        made.uses.update((owner.name, element, named(found.type)))
        self._marks(made, found.usages, element, node, "deprecated-field")
        below = self._known(made, found.type, element, node)
        for argument in node.arguments or ():
            given = found.arguments.get(argument.name.value)
            if given is not None:
                called = f"{element}({given.name})"
                made.uses.add(called)
                self._marks(made, given.usages, called, argument, "deprecated-argument")
                self._known(made, given.type, called, argument)
                self._literal(made, given.type, argument.value)
        return below

    def _known(self, made: Facts, type_: str, element: str, node: Node) -> str:
        name = named(type_)
        owner = self._schema.types.get(name)
        if owner is None:
            if name not in BUILT_IN:
                made.touched.append(Touched("undefined", element, name, node))
        elif usage(owner.usages, "inaccessible") is not None:
            made.touched.append(Touched("inaccessible", name, "", node))
        return name

    def _narrowed(self, made: Facts, parent: str, condition: str | None) -> None:
        """A fragment within a type relies on the condition being possible there: on each object that may be both."""
        if condition is not None and condition != parent:
            made.uses.update((condition, f"{parent}.{condition}", f"{condition}.{parent}"))
            if self._is_abstract(parent) and self._is_abstract(condition):
                both = self._schema.possible(parent) & self._schema.possible(condition)
                made.uses.update(f"{one}.{each}" for one in (parent, condition) for each in both)

    def _is_abstract(self, name: str) -> bool:
        known = self._schema.types.get(name)
        return known is not None and known.kind in ("interface", "union")

    def _literal(self, made: Facts, type_: str, node: Node) -> None:
        left = [(named(type_), node)]
        while left:
            name, value = left.pop()
            owner = self._schema.types.get(name)
            if isinstance(value, ListValueNode):
                left.extend((name, one) for one in value.values)
            elif isinstance(value, EnumValueNode) and owner is not None and value.value in owner.values:
                element = f"{name}.{value.value}"
                made.uses.update((name, element))
                self._marks(made, owner.values[value.value].usages, element, value, "deprecated-value")
            elif isinstance(value, ObjectValueNode) and owner is not None:
                made.uses.add(name)
                for one in value.fields:
                    member = owner.inputs.get(one.name.value)
                    if member is not None:
                        element = f"{name}.{member.name}"
                        made.uses.add(element)
                        self._marks(made, member.usages, element, one, "deprecated-input-field")
                        left.append((named(member.type), one.value))

    def _directives(self, made: Facts, nodes: Iterable[DirectiveNode] | None) -> None:
        for one in nodes or ():
            made.uses.add(f"@{one.name.value}")
            defined = self._schema.directives.get(one.name.value)
            for argument, given in _given_arguments(one.arguments, defined.arguments if defined else {}):
                made.uses.add(f"@{one.name.value}({given.name})")
                self._literal(made, given.type, argument.value)

    def _marks(self, made: Facts, usages: tuple[Usage, ...], element: str, node: Node, mark: Mark) -> None:
        if usages:
            why = reason(usages)
            if why is not None:
                made.touched.append(Touched(mark, element, why, node))
            if usage(usages, "inaccessible") is not None:
                made.touched.append(Touched("inaccessible", element, "", node))


def _given_arguments(
    nodes: Iterable[ArgumentNode] | None, inputs: Mapping[str, Input]
) -> Iterator[tuple[ArgumentNode, Input]]:
    for one in nodes or ():
        given = inputs.get(one.name.value)
        if given is not None:
            yield one, given


def _plain(node: TypeNode) -> str:
    return print_ast(node)


def of_inputs(schema: Schema, names: Iterable[str]) -> set[str]:
    """Everything that values of some input types may hold: the types, their fields and values, and those below."""
    uses: set[str] = set()
    left = list(names)
    while left:
        name = left.pop()
        if name in uses:
            continue
        uses.add(name)
        owner = schema.types.get(name)
        if owner is not None:
            uses.update(f"{name}.{value}" for value in owner.values)
            uses.update(f"{name}.{member}" for member in owner.inputs)
            left.extend(named(member.type) for member in owner.inputs.values())
    return uses
