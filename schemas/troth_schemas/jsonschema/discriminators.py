"""OpenAPI's discriminator: the schema that a value names itself, by a member that says which one it is."""

from dataclasses import dataclass
from typing import Final

from troth_schemas.documents import Location
from troth_schemas.errors import BrokenReference
from troth_schemas.json_body import Json
from troth_schemas.jsonschema.nodes import Node
from troth_schemas.problem import pointer

_MOST_STEPS: Final = 20


@dataclass(frozen=True, slots=True)
class Choice:
    """What an object says of itself. ``named`` is None where no schema has its name; ``closed`` says whether the
    description tells which names there are, by a mapping or by alternatives that are all named.
    """

    named: Node | None
    closed: bool = False


def chosen(node: Node, value: Json) -> Choice | None:
    """What an object says of itself to a schema, or to the one that it refers to; None where it need not."""
    for _ in range(_MOST_STEPS):
        if node.facts.target is None:
            break
        node = node.facts.target
    return own_choice(node, value)


def own_choice(node: Node, value: Json) -> Choice | None:
    """The schema that an object names to the discriminator of a schema: by the mapping, or as a neighbour of it.

    A name that leads nowhere determines no schema, "and validation SHOULD fail" (OpenAPI 3.0.3 and 3.1.0, Discriminator
    Object). What the property's own schema lists is told apart by that list, whatever the discriminator says.
    """
    member, mapping = discriminator_of(node)
    name = value.get(member) if isinstance(value, dict) and member is not None else None
    return _named(node, member, mapping, name) if member is not None and isinstance(name, str) else None


def choice_of(node: Node, name: str) -> Choice | None:
    """What an object with this name would say of itself to the discriminator of a schema."""
    member, mapping = discriminator_of(node)
    return None if member is None else _named(node, member, mapping, name)


def discriminator_of(node: Node) -> tuple[str | None, dict[str, Json]]:
    """The member that names the schema, and the mapping; in OpenAPI 2.0 there is only the member."""
    raw = node.raw
    if not isinstance(raw, dict) or not node.dialect.startswith("openapi"):
        return None, {}
    said = raw.get("discriminator")
    if node.dialect == "openapi-2.0":
        return (said if isinstance(said, str) else None), {}
    member, mapping = (said.get("propertyName"), said.get("mapping")) if isinstance(said, dict) else (None, None)
    return (member if isinstance(member, str) else None), (mapping if isinstance(mapping, dict) else {})


def _named(node: Node, member: str, mapping: dict[str, Json], name: str) -> Choice | None:
    mapped = mapping.get(name)
    if isinstance(mapped, str):
        return Choice(_follow(node, mapped) or _neighbour(node, mapped))
    found = _neighbour(node, name)
    if found is None and _lists(node, member, name):
        return None
    return Choice(found, closed=bool(mapping) or _are_named(node))


def _are_named(node: Node) -> bool:
    """Whether a schema has alternatives, and each of them is a schema with a name: those written inline have none."""
    alternatives = (*node.facts.any_of, *node.facts.one_of)
    return bool(alternatives) and all(one.facts.target is not None for one in alternatives)


def _lists(node: Node, member: str, name: str, left: int = 8) -> bool:
    """Whether a schema, or one that it is made of, lists a value of a member."""
    facts = node.facts
    own = facts.properties.get(member)
    if own is not None and _is_listed(own, name):
        return True
    made_of = (*((facts.target,) if facts.target is not None else ()), *facts.all_of, *facts.any_of, *facts.one_of)
    return left > 0 and any(_lists(one, member, name, left - 1) for one in made_of)


def _is_listed(node: Node, name: str, left: int = 8) -> bool:
    facts = node.facts
    if facts.enum is not None and name in facts.enum:
        return True
    made_of = (*((facts.target,) if facts.target is not None else ()), *facts.all_of)
    return left > 0 and any(_is_listed(one, name, left - 1) for one in made_of)


def _follow(node: Node, reference: str) -> Node | None:
    try:
        location = node.library.documents.resolve(node.location.document, reference)
    except BrokenReference:
        return None
    return node.library.at(location, node.dialect) if "#" in reference or "." in reference else None


def _neighbour(node: Node, name: str) -> Node | None:
    """The schema of this name among the components, or the definitions of OpenAPI 2.0."""
    holder = "/definitions" if node.dialect == "openapi-2.0" else "/components/schemas"
    at = Location(node.location.document, f"{holder}{pointer(name)}")
    try:
        return node.library.at(at, node.dialect)
    except LookupError:
        return None
