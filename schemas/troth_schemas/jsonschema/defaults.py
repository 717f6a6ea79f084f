"""Defaults that differ between two schemas, property by property."""

import json
from collections.abc import Iterator

from troth_schemas.jsonschema.facts import equal
from troth_schemas.jsonschema.nodes import Node

Difference = tuple[tuple[str, ...], Node, Node, str]


def changed_defaults(reader: Node, writer: Node) -> Iterator[Difference]:
    """Where the reader's default is another one than the writer's: the path, both schemas, a sentence."""
    seen: set[tuple[Node, Node]] = set()
    left: list[tuple[tuple[str, ...], Node, Node]] = [((), reader, writer)]
    while left:
        path, ours, theirs = left.pop()
        ours, theirs = _followed(ours), _followed(theirs)
        if ours is theirs or (ours, theirs) in seen:
            continue
        seen.add((ours, theirs))
        difference = _difference(ours, theirs)
        if difference:
            yield path, ours, theirs, difference
        left.extend(_below(path, ours, theirs))


def _followed(node: Node) -> Node:
    for _ in range(30):
        if node.facts.target is None or (isinstance(node.raw, dict) and "default" in node.raw):
            return node
        node = node.facts.target
    return node


def _difference(ours: Node, theirs: Node) -> str:
    if not isinstance(ours.raw, dict) or not isinstance(theirs.raw, dict):
        return ""
    if "default" not in theirs.raw:
        return ""
    was = json.dumps(theirs.raw["default"], ensure_ascii=False)
    if "default" not in ours.raw:
        return f"has no default any more; it was {was}"
    if equal(ours.raw["default"], theirs.raw["default"]):
        return ""
    return f"has the default {json.dumps(ours.raw['default'], ensure_ascii=False)}; it was {was}"


def _below(path: tuple[str, ...], ours: Node, theirs: Node) -> Iterator[tuple[tuple[str, ...], Node, Node]]:
    mine, other = ours.facts, theirs.facts
    for name, node in mine.properties.items():
        if name in other.properties:
            yield (*path, name), node, other.properties[name]
    if mine.rest is not None and other.rest is not None:
        yield (*path, "*"), mine.rest, other.rest
    if mine.additional is not None and other.additional is not None:
        yield (*path, "{}"), mine.additional, other.additional
    for one, another in zip(mine.all_of, other.all_of, strict=False):
        yield path, one, another
