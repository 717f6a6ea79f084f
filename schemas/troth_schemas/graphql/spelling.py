"""Operations in one spelling: definitions, selections and arguments sorted, comments and formatting gone."""

import hashlib
from collections.abc import Iterable

from graphql import (
    ArgumentNode,
    DirectiveNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    ListValueNode,
    Node,
    ObjectValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    StringValueNode,
    print_ast,
)

from troth_schemas.graphql.literals import quoted
from troth_schemas.graphql.operations import Operations


def canonical_operations(operations: Operations) -> bytes:
    """Equal bytes for operations that ask the same."""
    texts = {_definition(one.node) for one in operations.operations}
    texts |= {_definition(node) for unit in operations.units for node in unit.fragments.values()}
    return "\n".join(sorted(texts)).encode("utf-8", "surrogatepass")


def digest_operations(operations: Operations) -> str:
    """The SHA-256 of the canonical form, in hexadecimal digits."""
    return hashlib.sha256(canonical_operations(operations)).hexdigest()


def _definition(node: OperationDefinitionNode | FragmentDefinitionNode) -> str:
    if isinstance(node, FragmentDefinitionNode):
        head = f"fragment {node.name.value} on {node.type_condition.name.value}"
    else:
        head = f"{node.operation.value} {node.name.value if node.name else ''}"
    variables = sorted(
        f"${one.variable.name.value}: {print_ast(one.type)}"
        + (f" = {_value(one.default_value)}" if one.default_value else "")
        + _directives(one.directives)
        for one in node.variable_definitions or ()
    )
    return f"{head}({', '.join(variables)}){_directives(node.directives)}{_selections(node.selection_set)}"


def _selections(node: SelectionSetNode | None) -> str:
    return "" if node is None else f" {{ {' '.join(sorted({_selection(one) for one in node.selections}))} }}"


def _selection(node: Node) -> str:
    match node:
        case FieldNode():
            alias = f"{node.alias.value}: " if node.alias else ""
            inner = _selections(node.selection_set)
            return f"{alias}{node.name.value}{_arguments(node.arguments)}{_directives(node.directives)}{inner}"
        case FragmentSpreadNode():
            return f"...{node.name.value}{_directives(node.directives)}"
        case _:
            assert isinstance(node, InlineFragmentNode), "there are three kinds of selections"
            on = f" on {node.type_condition.name.value}" if node.type_condition else ""
            return f"...{on}{_directives(node.directives)}{_selections(node.selection_set)}"


def _directives(nodes: Iterable[DirectiveNode] | None) -> str:
    return "".join(f" @{one.name.value}{_arguments(one.arguments)}" for one in nodes or ())


def _arguments(nodes: Iterable[ArgumentNode] | None) -> str:
    given = sorted(f"{one.name.value}: {_value(one.value)}" for one in nodes or ())
    return f"({', '.join(given)})" if given else ""


def _value(node: Node) -> str:
    match node:
        case StringValueNode():
            return quoted(node.value)
        case ListValueNode():
            return f"[{', '.join(_value(one) for one in node.values)}]"
        case ObjectValueNode():
            return "{" + ", ".join(sorted(f"{one.name.value}: {_value(one.value)}" for one in node.fields)) + "}"
        case _:
            return print_ast(node)
