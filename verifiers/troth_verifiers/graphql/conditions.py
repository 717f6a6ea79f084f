"""Whether a selection is asked for: ``@skip`` and ``@include``, as the variables decide (GraphQL, 3.13 and 6.3.2)."""

from collections.abc import Iterable, Iterator

from graphql import (
    BooleanValueNode,
    DirectiveNode,
    Node,
    SelectionNode,
    SelectionSetNode,
    VariableDefinitionNode,
    VariableNode,
    print_ast,
)

from troth_schemas.graphql.answers import shown
from troth_schemas.graphql.operations import Operation
from troth_schemas.json_body import Document, Json


class Conditions:
    """The conditions of one operation, with the values of its variables and their defaults."""

    def __init__(self, operation: Operation, variables: Document) -> None:
        self._operation = operation
        self._given = variables

    def asks(self, node: SelectionNode) -> bool | None:
        """Whether a selection is asked for by itself; None where nothing decides it.

        What ``@client`` marks was not sent.
        """
        decided: bool | None = True
        for one in node.directives or ():
            kind = one.name.value
            if kind == "client":
                return False
            if kind in ("skip", "include"):
                value = self.value(one)
                if value is None:
                    decided = None
                elif value is (kind == "skip"):
                    return False
        return decided

    def value(self, condition: DirectiveNode) -> bool | None:
        """What ``if`` is; None where it is neither true nor false, which no server may take."""
        given = _if(condition)
        if isinstance(given, BooleanValueNode):
            return given.value
        value = self.given(given.name.value) if isinstance(given, VariableNode) else None
        return value if isinstance(value, bool) else None

    def given(self, name: str) -> Json:
        """The value of a variable: what is given, even null, before its default; None where there is neither."""
        declared = self.declared(name)
        if declared is None:
            return None
        if name in self._given:
            return self._given[name]
        return declared.default_value.value if isinstance(declared.default_value, BooleanValueNode) else None

    def declared(self, name: str) -> VariableDefinitionNode | None:
        """The definition of a variable, where the operation has it."""
        defined = self._operation.node.variable_definitions or ()
        return next((one for one in defined if one.variable.name.value == name), None)


def conditions_of(operation: Operation) -> tuple[DirectiveNode, ...]:
    """Every ``@skip`` and ``@include`` of an operation and of the fragments that it reaches."""
    parts = (operation.node, *(node for node, _ in operation.unit.reached(operation.node).values()))
    found = (
        one
        for part in parts
        for node in _selections(part.selection_set)
        for one in node.directives or ()
        if one.name.value in ("skip", "include")
    )
    return tuple(found)


def undecided(conditions: Iterable[DirectiveNode], of: Conditions) -> Iterator[str]:
    """A sentence for each condition that is neither true nor false."""
    for one in conditions:
        if of.value(one) is None:
            yield f"Nothing decides {print_ast(one)}: {_why(variable_of(one), of)}only true or false does."


def _why(name: str | None, of: Conditions) -> str:
    if name is None:
        return ""
    if of.declared(name) is None:
        return f"the operation does not declare ${name}, and "
    return f"${name} is {shown(of.given(name))}, and "


def variable_of(condition: DirectiveNode) -> str | None:
    """The variable that decides a condition, where one does."""
    given = _if(condition)
    return given.name.value if isinstance(given, VariableNode) else None


def _if(condition: DirectiveNode) -> Node | None:
    return next((one.value for one in condition.arguments or () if one.name.value == "if"), None)


def _selections(top: SelectionSetNode) -> Iterator[SelectionNode]:
    left = [top]
    while left:
        for node in left.pop().selections:
            yield node
            inner: SelectionSetNode | None = getattr(node, "selection_set", None)
            if inner is not None:
                left.append(inner)
