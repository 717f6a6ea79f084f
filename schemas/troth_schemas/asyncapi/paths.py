"""The members that a JSON Schema describes, as paths: which of a message's members somebody has in mind."""

from typing import Final

from troth_schemas.documents import Location
from troth_schemas.errors import BrokenReference
from troth_schemas.jsonschema import SchemaAt
from troth_schemas.problem import pointer

_DEEPEST: Final = 12
_MOST: Final = 5000


def paths(schema: SchemaAt) -> set[str]:
    """Paths such as ``/items/*/price``, as far as they are told apart before a schema repeats itself."""
    found: set[str] = set()
    left: list[tuple[Location, tuple[str, ...]]] = [(schema.location, ())]
    seen: set[tuple[Location, tuple[str, ...]]] = set()
    while left and len(seen) < _MOST:
        at, path = left.pop()
        if (at, path) in seen or len(path) > _DEEPEST:
            continue
        seen.add((at, path))
        if path:
            found.add("/" + "/".join(path))
        left += _inside(schema, at, path)
    return found


def _inside(schema: SchemaAt, at: Location, path: tuple[str, ...]) -> list[tuple[Location, tuple[str, ...]]]:
    value = schema.documents.value(at)
    found: list[tuple[Location, tuple[str, ...]]] = []
    if not isinstance(value, dict):
        return found

    def below(*steps: str | int) -> Location:
        return Location(at.document, at.pointer + pointer(*steps))

    reference, members, items = value.get("$ref"), value.get("properties"), value.get("items")
    if isinstance(reference, str):
        try:
            found.append((schema.documents.resolve(at.document, reference), path))
        except BrokenReference:
            return found
    found += [(below("properties", name), (*path, name)) for name in (members if isinstance(members, dict) else ())]
    if isinstance(items, dict):
        found.append((below("items"), (*path, "*")))
    if isinstance(value.get("additionalProperties"), dict):
        found.append((below("additionalProperties"), (*path, "{}")))
    patterns = value.get("patternProperties")
    found += [
        (below("patternProperties", one), (*path, "{}")) for one in (patterns if isinstance(patterns, dict) else ())
    ]
    for keyword in ("allOf", "anyOf", "oneOf"):
        branches = value.get(keyword)
        found += [(below(keyword, index), path) for index in range(len(branches) if isinstance(branches, list) else 0)]
    return found
