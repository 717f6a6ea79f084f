"""Whether what is selected comes in an answer: what @skip, @include, @defer and @stream say of it."""

from collections.abc import Mapping

from graphql import BooleanValueNode, DirectiveNode, SelectionNode, VariableNode

from troth_schemas.json_body import Json


def comes(node: SelectionNode, given: Mapping[str, Json]) -> bool | None:
    """Whether a selection comes, by the variables that are known; None where that depends, or it comes later."""
    said = [
        _comes(one, given) for one in node.directives or () if one.name.value in ("skip", "include", "defer", "stream")
    ]
    return False if False in said else None if None in said else True


def _comes(node: DirectiveNode, given: Mapping[str, Json]) -> bool | None:
    value = node.arguments[0].value if node.arguments and node.name.value in ("skip", "include") else None
    known: Json = None
    if isinstance(value, BooleanValueNode):
        known = value.value
    elif isinstance(value, VariableNode):
        known = given.get(value.name.value)
    return known == (node.name.value == "include") if isinstance(known, bool) else None
