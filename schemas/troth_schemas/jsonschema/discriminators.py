"""OpenAPI's discriminator: the schema that a value names itself, by a member that says which one it is."""

from typing import Final

from troth_schemas.documents import Location
from troth_schemas.errors import BrokenReference
from troth_schemas.json_body import Json
from troth_schemas.jsonschema.nodes import Node
from troth_schemas.problem import pointer

_MOST_STEPS: Final = 20


def named_by_discriminator(node: Node, value: Json) -> Node | None:
    """The schema that an object names: by the mapping, or as a neighbour of the schema; None where it names none.

    A name that leads nowhere names nothing: descriptions often leave the mapping out and mean something else.
    """
    if not isinstance(value, dict) or not node.dialect.startswith("openapi-3"):
        return None
    for _ in range(_MOST_STEPS):
        if node.facts.target is None:
            break
        node = node.facts.target
    said = node.raw.get("discriminator") if isinstance(node.raw, dict) else None
    member = said.get("propertyName") if isinstance(said, dict) else None
    name = value.get(member) if isinstance(member, str) else None
    if not isinstance(said, dict) or not isinstance(name, str):
        return None
    mapping = said.get("mapping")
    mapped = mapping.get(name) if isinstance(mapping, dict) else None
    found = _follow(node, mapped) if isinstance(mapped, str) else None
    return found or _neighbour(node, mapped if isinstance(mapped, str) else name)


def _follow(node: Node, reference: str) -> Node | None:
    try:
        location = node.library.documents.resolve(node.location.document, reference)
    except BrokenReference:
        return None
    return node.library.at(location, node.dialect) if "#" in reference or "." in reference else None


def _neighbour(node: Node, name: str) -> Node | None:
    """The schema of this name among the components."""
    at = Location(node.location.document, f"/components/schemas{pointer(name)}")
    try:
        return node.library.at(at, node.dialect)
    except LookupError:
        return None
