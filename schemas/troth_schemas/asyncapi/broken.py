"""What references that lead nowhere keep from being read: what they would have said must not be taken as absent."""

from collections.abc import Iterator
from typing import Final

from troth_schemas.asyncapi.model import Message, Unread, UnreadKind
from troth_schemas.asyncapi.nodes import Node

_SHARED: Final = ("bindings", "traits")


def reason(node: Node, *names: str) -> str:
    """Why the node, a trait of it, its bindings or one of these members cannot be read; "" where all can."""
    return next(_reasons(node, (*_SHARED, *names)), "")


def _reasons(node: Node, names: tuple[str, ...]) -> Iterator[str]:
    for one in (node, *node.more):
        if one.broken:
            yield one.broken
    for name in names:
        for member in node.all(name):
            if member.broken:
                yield member.broken
            if isinstance(member.value, dict) and name == "bindings":
                yield from (inner.broken for _, inner in member.members() if inner.broken)
            elif isinstance(member.value, list):
                yield from (one.broken for one in _elements(member) if one.broken)


def _elements(node: Node) -> Iterator[Node]:
    for index in range(len(node.value) if isinstance(node.value, list) else 0):
        yield node.tree.node(node.below(index))


def lost(name: str, node: Node) -> Message:
    """A message that is there, though nobody can read what it is."""
    return Message(name, node.at, broken=node.broken, lost=True)


def lost_sections(root: Node, version: str) -> Iterator[Unread]:
    """The servers, channels or operations of the document where they cannot be read at all."""
    hidden: dict[str, tuple[UnreadKind, ...]] = {"servers": ("server",), "channels": ("channel", "operation")}
    if version.startswith("3"):
        hidden["operations"] = ("operation",)
    for name, kinds in hidden.items():
        node = root.get(name)
        if node is not None and node.broken:
            yield from (Unread(kind, name, node.at, node.broken, hides=True) for kind in kinds)
