"""All schemas inside a schema, in the order in which they stand, references not followed."""

from collections.abc import Iterator
from typing import Final

from troth_schemas.json_body import Json
from troth_schemas.jsonschema.nodes import Node

BY_NAME: Final = ("properties", "patternProperties", "$defs", "definitions", "dependentSchemas", "dependencies")
LISTS: Final = ("allOf", "anyOf", "oneOf", "prefixItems", "items")
SINGLE: Final = (
    "items", "additionalItems", "additionalProperties", "propertyNames", "contains", "unevaluatedProperties",
    "unevaluatedItems", "not", "if", "then", "else", "contentSchema",
)  # fmt: skip


def nodes_within(root: Node) -> Iterator[Node]:
    """The schema itself and every one below it."""
    left = [root]
    while left:
        node = left.pop()
        yield node
        left.extend(reversed(list(_below(node))))


def _below(node: Node) -> Iterator[Node]:
    raw = node.raw
    if not isinstance(raw, dict):
        return
    for keyword, value in raw.items():
        if keyword in BY_NAME and isinstance(value, dict):
            yield from (node.child(keyword, name) for name, one in value.items() if _is_schema(one))
        elif keyword in LISTS and isinstance(value, list):
            yield from (node.child(keyword, index) for index, one in enumerate(value) if _is_schema(one))
        elif keyword in SINGLE and _is_schema(value):
            yield node.child(keyword)


def _is_schema(value: Json) -> bool:
    return isinstance(value, dict | bool)
