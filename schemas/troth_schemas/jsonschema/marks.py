"""Members that travel in one direction only."""

from typing import Literal, TypeAlias

from troth_schemas.jsonschema.nodes import Node

Access: TypeAlias = Literal["request", "response"] | None


def stays(node: Node, access: Access, left: int = 8) -> bool:
    """Whether a member never comes this way: it, or a schema that it is made of, is ``readOnly`` in a request, or
    ``writeOnly`` in a response."""
    if access is None:
        return False
    facts = node.facts
    if facts.read_only if access == "request" else facts.write_only:
        return True
    below = (*((facts.target,) if facts.target is not None else ()), *facts.all_of)
    return left > 0 and any(stays(one, access, left - 1) for one in below)
