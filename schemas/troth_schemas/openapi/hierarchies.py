"""Schemas that are reached by a discriminator alone: each is made of a base by ``allOf``, and a body that is described
by the base is as the schema that it names, though nothing refers to that.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from troth_schemas.documents import Documents, Location
from troth_schemas.errors import BrokenReference, ContractUnreadable
from troth_schemas.json_body import Json
from troth_schemas.jsonschema import SchemaAt
from troth_schemas.openapi.model import Api
from troth_schemas.openapi.pair import Direction
from troth_schemas.problem import pointer

_HOLDERS: Final = ("/components/schemas", "/definitions")


@dataclass(frozen=True, slots=True)
class Hierarchy:
    """A base and the schemas that bodies may name to it: by its mapping, or else by their own names."""

    base: SchemaAt
    mapped: dict[str, Location]
    named: dict[str, Location]

    @property
    def name(self) -> str:
        """What people call the base."""
        return self.base.location.pointer.rpartition("/")[2]

    def at(self, kind: str) -> SchemaAt | None:
        """The schema of a kind."""
        location = self.mapped.get(kind) or self.named.get(kind)
        return None if location is None else replace(self.base, location=location)


def hierarchies(api: Api, direction: Direction) -> dict[Location, Hierarchy]:
    """The hierarchies that bodies of a direction lead to, by their bases."""
    roots = list(_bodies(api, direction))
    if not roots or not any(_is_base(one) for _, one in _components(api.documents)):
        return {}
    children = _children(api.documents)
    found: dict[Location, Hierarchy] = {}
    met = dict.fromkeys(one.location for one in roots)
    left = list(met)
    for here in left:
        value = _value(api.documents, here)
        new = list(_targets(api.documents, here, value))
        if _is_base(value):
            one = found[here] = _hierarchy(replace(roots[0], location=here), value, children)
            new += [*one.mapped.values(), *one.named.values()]
        left += [one for one in dict.fromkeys(new) if one not in met]
        met.update(dict.fromkeys(new))
    return found


def _bodies(api: Api, direction: Direction) -> Iterator[SchemaAt]:
    for one in api.operations:
        sent = one.body.media if one.body is not None else ()
        media = sent if direction == "request" else [each for answer in one.responses for each in answer.media]
        yield from (each.schema for each in media if each.schema is not None)
    for one in api.webhooks if direction == "response" else ():
        yield from (each.schema for each in (one.body.media if one.body else ()) if each.schema is not None)


def _is_base(value: Json) -> bool:
    return isinstance(value, dict) and "discriminator" in value and not ("oneOf" in value or "anyOf" in value)


def _hierarchy(base: SchemaAt, value: Json, children: dict[Location, list[Location]]) -> Hierarchy:
    said = value.get("discriminator") if isinstance(value, dict) else None
    mapping = said.get("mapping") if isinstance(said, dict) else None
    mapped: dict[str, Location] = {}
    for kind, reference in mapping.items() if isinstance(mapping, dict) else ():
        written = reference if isinstance(reference, str) else ""
        full = written if "#" in written or "." in written else f"#{_HOLDERS[0]}{pointer(written)}"
        target = _resolved(base.documents, base.location, full)
        if target is not None:
            mapped[kind] = target
    known = {base.location, *mapped.values()}
    left = [base.location]
    below: list[Location] = []
    for here in left:
        new = [one for one in children.get(here, ()) if one not in left]
        left += new
        below += new
    named = {one.pointer.rpartition("/")[2]: one for one in below if one not in known}
    return Hierarchy(base, mapped, named)


def _children(documents: Documents) -> dict[Location, list[Location]]:
    """The components that are made of another one, by that."""
    found: dict[Location, list[Location]] = {}
    for here, one in _components(documents):
        parts = one.get("allOf") if isinstance(one, dict) else None
        for part in parts if isinstance(parts, list) else ():
            reference = part.get("$ref") if isinstance(part, dict) else None
            target = _resolved(documents, here, reference) if isinstance(reference, str) else None
            if target is not None:
                found.setdefault(target, []).append(here)
    return found


def _components(documents: Documents) -> Iterator[tuple[Location, Json]]:
    for name in documents.sources.files:
        for holder in _HOLDERS:
            held = _value(documents, Location(name, holder))
            for key, one in held.items() if isinstance(held, dict) else ():
                yield Location(name, holder + pointer(key)), one


def _targets(documents: Documents, here: Location, value: Json) -> Iterator[Location]:
    left = [value]
    while left:
        one = left.pop()
        if isinstance(one, list):
            left += one
        elif isinstance(one, dict):
            reference = one.get("$ref")
            target = _resolved(documents, here, reference) if isinstance(reference, str) else None
            if target is not None:
                yield target
            left += one.values()


def _resolved(documents: Documents, here: Location, reference: str) -> Location | None:
    try:
        return documents.resolve(here.document, reference)
    except (BrokenReference, ContractUnreadable, LookupError):
        return None


def _value(documents: Documents, here: Location) -> Json:
    try:
        return documents.value(here)
    except (ContractUnreadable, LookupError):
        return None


def both(mine: Iterable[Location], yours: Iterable[Location]) -> list[Location]:
    """The bases of both, in the order of their places."""
    return sorted(set(mine) & set(yours), key=lambda one: (one.document, one.pointer))
