"""Which alternative of one schema is which of another: the very same, of the same name, or with the same tag."""

from collections.abc import Callable
from typing import TypeAlias

from troth_schemas.documents import Documents, Location
from troth_schemas.json_body import Json
from troth_schemas.openapi.declared import followed, schema_at
from troth_schemas.openapi.labels import text_of
from troth_schemas.openapi.reading import into

Couple: TypeAlias = tuple[Location, Location]


def matched(
    sides: tuple[Documents, Documents],
    first: list[Location],
    second: list[Location],
    same: Callable[[Location, Location], bool],
) -> list[Couple] | None:
    """Couples of alternatives, as many as there are; None where it is open which belongs to which.

    What nothing tells apart goes by its order.
    """
    couples: list[Couple] = []
    mine, yours = list(first), list(second)
    for one in first:
        other = next((each for each in yours if each.pointer == one.pointer and same(one, each)), None)
        other = other or next((each for each in yours if same(one, each)), None)
        if other is not None:
            couples.append((one, other))
            mine.remove(one)
            yours.remove(other)
    for how in (_name, _tag_text, _kind):
        ours, theirs = _by(how, sides[0], mine), _by(how, sides[1], yours)
        for key, one in ours.items():
            other = theirs.get(key)
            if other is not None:
                couples.append((one, other))
                mine.remove(one)
                yours.remove(other)
    if len(mine) == len(yours):
        couples.extend(zip(mine, yours, strict=True))
        return couples
    return couples if not mine or not yours else None


def _by(
    how: Callable[[Documents, Location], str], documents: Documents, alternatives: list[Location]
) -> dict[str, Location]:
    """The alternatives by what tells them apart; those that it does not tell apart are left out."""
    keys = [how(documents, one) for one in alternatives]
    return {key: one for key, one in zip(keys, alternatives, strict=True) if key and keys.count(key) == 1}


def tags_differ(documents: Documents, alternatives: list[Location]) -> bool:
    """Whether no value can be of two alternatives.

    Of each two, one is of another type, has other values for a property, or has a property that the other refuses.
    """
    known = [_Told(documents, one) for one in alternatives]
    return all(one.is_apart(other) for index, one in enumerate(known) for other in known[:index])


class _Told:
    """What tells an alternative from others."""

    def __init__(self, documents: Documents, location: Location) -> None:
        schema = schema_at(documents, followed(documents, location))
        self.kind = _kind(documents, location)
        self.tags = tags(documents, location)
        values = _known_values(documents, location)
        if values is not None:
            self.tags[""] = values
        self.required = {name for _, value in schema.parts for name in _list(value.get("required"))}
        closed = any(value.get("additionalProperties") is False for _, value in schema.parts)
        self.only = set(schema.named("properties")) if closed else None

    def is_apart(self, other: "_Told") -> bool:
        """Whether no value can be of both."""
        if self.kind and other.kind and self.kind != other.kind and {self.kind, other.kind} != {"integer", "number"}:
            return True
        if any(values.isdisjoint(other.tags[name]) for name, values in self.tags.items() if name in other.tags):
            return True
        return self.refuses(other) or other.refuses(self)

    def refuses(self, other: "_Told") -> bool:
        """Whether it refuses a property that the other must have."""
        return self.only is not None and not other.required <= self.only


def tags(documents: Documents, location: Location, left: int = 4) -> dict[str, frozenset[str]]:
    """The properties that are always there and have known values, with those; ``left`` alternatives inside others."""
    schema = schema_at(documents, followed(documents, location))
    inner = [tags(documents, one, left - 1) for word in ("oneOf", "anyOf") for one in schema.many(word)] if left else []
    found: dict[str, frozenset[str]] = {}
    for name in set.intersection(*map(set, inner)) if inner else ():
        found[name] = frozenset().union(*(one[name] for one in inner))
    required = {name for _, value in schema.parts for name in _list(value.get("required")) if isinstance(name, str)}
    for place, part in schema.parts:
        properties = part.get("properties")
        for name in properties if isinstance(properties, dict) else ():
            known = _known_values(documents, into(place, "properties", name)) if name in required else None
            if known is not None:
                found[name] = known
    return found


def _known_values(documents: Documents, location: Location) -> frozenset[str] | None:
    value = documents.value(followed(documents, location))
    if isinstance(value, dict) and "const" in value:
        return frozenset({text_of(value["const"])})
    if isinstance(value, dict) and isinstance(value.get("enum"), list):
        return frozenset(map(text_of, _list(value["enum"])))
    return None


def _list(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []


def _name(_documents: Documents, location: Location) -> str:
    """The name of a component; nothing where a schema is written in place."""
    holder, _, name = location.pointer.rpartition("/")
    return name if holder in ("/components/schemas", "/definitions", "/$defs") else ""


def _tag_text(documents: Documents, location: Location) -> str:
    return text_of({name: [*sorted(values)] for name, values in tags(documents, location).items()}).removeprefix("{}")


def _kind(documents: Documents, location: Location) -> str:
    value = documents.value(followed(documents, location))
    kind = value.get("type") if isinstance(value, dict) else None
    return kind if isinstance(kind, str) else ""
