"""Operations as clients send them: without the fields and directives that clients keep to themselves."""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from typing import TypeVar

from graphql import (
    DefinitionNode,
    DirectiveNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    Node,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    VariableNode,
)

D = TypeVar("D", OperationDefinitionNode, FragmentDefinitionNode)


def as_sent(document: DocumentNode, directives: Collection[str]) -> DocumentNode:
    """The document without the given directives, and without the fields that ``@client`` keeps from the server.

    Variables that only those fields used go too. A document that has none of them is the same document.
    """
    if not _named_in_text(document, directives):
        return document
    sent: list[DefinitionNode] = []
    empty = _left_empty(document, directives)
    for node in document.definitions:
        if isinstance(node, OperationDefinitionNode):
            kept = _definition(node, directives, empty)
            if kept is not None:
                sent.append(_without_unused_variables(kept, node, document))
        elif isinstance(node, FragmentDefinitionNode):
            kept_fragment = _definition(node, directives, empty)
            if kept_fragment is not None:
                sent.append(kept_fragment)
    return DocumentNode(definitions=tuple(sent))


def _left_empty(document: DocumentNode, directives: Collection[str]) -> set[str]:
    """The fragments of which nothing is sent, perhaps because they hold only each other: they are not spread either."""
    fragments = [one for one in document.definitions if isinstance(one, FragmentDefinitionNode)]
    empty: set[str] = set()
    while more := {
        one.name.value
        for one in fragments
        if one.name.value not in empty and _kept(one.selection_set, directives, empty) is None
    }:
        empty |= more
    return empty


def _definition(node: D, directives: Collection[str], empty: Collection[str]) -> D | None:
    selections = _kept(node.selection_set, directives, empty)
    if selections is None:
        return None
    return replace(node, selection_set=selections, directives=_others(node.directives, directives))


def _kept(node: SelectionSetNode, directives: Collection[str], empty: Collection[str]) -> SelectionSetNode | None:
    selections = tuple(kept for one in node.selections if (kept := _selection(one, directives, empty)) is not None)
    return replace(node, selections=selections) if selections else None


def _selection(node: SelectionNode, directives: Collection[str], empty: Collection[str]) -> SelectionNode | None:
    if isinstance(node, FragmentSpreadNode) and node.name.value in empty:
        return None
    if "client" in directives and any(one.name.value == "client" for one in node.directives or ()):
        return None
    others = _others(node.directives, directives)
    if isinstance(node, FieldNode | InlineFragmentNode) and node.selection_set is not None:
        inner = _kept(node.selection_set, directives, empty)
        return None if inner is None else replace(node, selection_set=inner, directives=others)
    return replace(node, directives=others)


def _others(nodes: Iterable[DirectiveNode] | None, directives: Collection[str]) -> tuple[DirectiveNode, ...]:
    return tuple(one for one in nodes or () if one.name.value not in directives)


def _named_in_text(document: DocumentNode, directives: Collection[str]) -> bool:
    """Whether any of the texts that the definitions come from has one of the directives, perhaps in a comment."""
    if not directives:
        return False
    wanted = re.compile(rf"@\s*(?:{'|'.join(re.escape(one) for one in directives)})\b")
    texts = {node.loc.source.body for node in document.definitions if node.loc is not None}
    return any(wanted.search(text) for text in texts)


def _without_unused_variables(
    sent: OperationDefinitionNode, node: OperationDefinitionNode, document: DocumentNode
) -> OperationDefinitionNode:
    """The operation without the variables that it used before and that nothing which is sent uses."""
    fragments = [one for one in document.definitions if isinstance(one, FragmentDefinitionNode)]
    still = _variables(sent) | {name for one in fragments for name in _variables(one)}
    gone = _variables(node) - still
    variables = tuple(one for one in sent.variable_definitions or () if one.variable.name.value not in gone)
    return replace(sent, variable_definitions=variables)


def _variables(node: OperationDefinitionNode | FragmentDefinitionNode) -> set[str]:
    return {
        one.name.value
        for part in (node.selection_set, *(node.directives or ()))
        for one in _inside(part)
        if isinstance(one, VariableNode)
    }


def _inside(node: Node) -> Iterator[Node]:
    """A node and all below it, but for its tokens."""
    left = [node]
    while left:
        one = left.pop()
        yield one
        for key, value in vars(one).items():
            if key in ("loc", "alias"):
                continue
            if isinstance(value, tuple):
                left.extend(each for each in value if isinstance(each, Node))
            elif isinstance(value, Node):
                left.append(value)
