"""What two schemas declare differently without one being wider: properties that come or go, defaults, formats,
deprecations, extensible enums. Containment says nothing of these, and people want to know.

Schemas that say the very same are not entered; every other pair is looked at once, wherever it is used.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final, Literal, NamedTuple, TypeAlias

from troth_schemas.documents import Documents, Location
from troth_schemas.errors import BrokenReference
from troth_schemas.json_body import Json
from troth_schemas.openapi.discriminated import named
from troth_schemas.openapi.reading import into
from troth_schemas.openapi.sameness import Sameness, alike, same_data, telling

Kind: TypeAlias = Literal[
    "added", "removed", "default", "format", "content-encoding", "content-media-type", "discriminator",
    "discriminated-added", "discriminated-removed", "discriminated-changed",
    "deprecated", "reactivated", "extensible-added", "extensible-removed",
]  # fmt: skip

_ANNOTATIONS: Final[dict[str, Kind]] = {
    "default": "default",
    "format": "format",
    "contentEncoding": "content-encoding",
    "contentMediaType": "content-media-type",
}
_MOST_STEPS: Final = 100
_DEEPEST: Final = 60
"""Properties inside properties that are looked at; further ones are containment's affair alone."""


class Declared(NamedTuple):
    """One thing declared differently: where in a value, what, and where in both documents."""

    kind: Kind
    path: tuple[str, ...]
    detail: str
    reader: Location
    writer: Location


@dataclass(frozen=True, slots=True)
class SchemaParts:
    """A schema with what its ``allOf`` adds: properties by name, and the places that make it up."""

    location: Location
    parts: tuple[tuple[Location, dict[str, Json]], ...]

    def named(self, keyword: str) -> dict[str, Location]:
        """The schemas under a map, by name."""
        return {name: into(holder, keyword, name) for name, (holder, _) in self.written(keyword).items()}

    def written(self, keyword: str) -> "_Written":
        """The schemas under a map as they are written, each with the place of the part that holds the map."""
        found: _Written = {}
        for location, value in self.parts:
            inner = value.get(keyword)
            if isinstance(inner, dict):
                found |= {name: (location, one) for name, one in inner.items() if name not in found}
        return found

    def one(self, keyword: str) -> Location | None:
        """The schema under a keyword."""
        for location, value in self.parts:
            if isinstance(value.get(keyword), dict):
                return into(location, keyword)
        return None

    def many(self, keyword: str) -> list[Location]:
        """The schemas in the array under a keyword."""
        for location, value in self.parts:
            inner = value.get(keyword)
            if isinstance(inner, list):
                return [into(location, keyword, index) for index in range(len(inner))]
        return []

    def says(self, keyword: str) -> Json:
        """What stands under a keyword, None for nothing."""
        return next((value[keyword] for _, value in self.parts if keyword in value), None)


_Pair: TypeAlias = tuple[Location, Location]
_Written: TypeAlias = dict[str, tuple[Location, Json]]


@dataclass(slots=True)
class _Own:
    """What one pair of schemas declares differently itself, and the pairs inside it with the steps to them."""

    told: list[Declared] = field(default_factory=list)
    inner: list[tuple[_Pair, tuple[str, ...]]] = field(default_factory=list)


class Declarations:
    """Compares what the schemas of two contracts declare; remembers what it found for each pair."""

    def __init__(self, reader: Documents, writer: Documents, sameness: Sameness) -> None:
        self._reader = reader
        self._writer = writer
        self._sameness = sameness
        self._known: dict[_Pair, tuple[Declared, ...]] = {}
        self._own: dict[_Pair, _Own] = {}

    def between(self, reader: Location, writer: Location) -> tuple[Declared, ...]:
        """Everything that two schemas declare differently."""
        key = (followed(self._reader, reader), followed(self._writer, writer))
        if key not in self._known:
            self._known[key] = () if self._sameness.same(*key) else tuple(self._walk(key))
        return self._known[key]

    def _walk(self, start: _Pair) -> Iterator[Declared]:
        entered: set[_Pair] = set()
        left: list[tuple[_Pair, tuple[str, ...]]] = [(start, ())]
        while left:
            pair, path = left.pop()
            if pair in entered or len(path) > _DEEPEST:
                continue
            entered.add(pair)
            own = self._own.get(pair)
            if own is None:
                own = self._own[pair] = self._looked_at(pair)
            for one in own.told:
                yield Declared(one.kind, (*path, *one.path), one.detail, one.reader, one.writer) if path else one
            for inner, step in reversed(own.inner):
                if inner not in entered:
                    left.append((inner, (*path, *step)))

    def _looked_at(self, pair: _Pair) -> _Own:
        mine, yours = schema_at(self._reader, pair[0]), schema_at(self._writer, pair[1])
        own = _Own([*_of_one(mine, yours), *self._discriminated(mine, yours)])
        self._properties(mine, yours, own)
        for keyword, step in (("items", "*"), ("additionalProperties", "{}")):
            first, second = mine.one(keyword), yours.one(keyword)
            if first is not None and second is not None:
                self._enter(own, first, second, (step,))
        for keyword in ("anyOf", "oneOf", "prefixItems"):
            firsts, seconds = mine.many(keyword), yours.many(keyword)
            if len(firsts) == len(seconds):
                for one, other in zip(firsts, seconds, strict=True):
                    self._enter(own, one, other, ("*",) if keyword == "prefixItems" else ())
        return own

    def _discriminated(self, mine: SchemaParts, yours: SchemaParts) -> Iterator[Declared]:
        """Values that name a schema on one side only, or another one that is no mere new name of the same."""
        said, before = mine.says("discriminator"), yours.says("discriminator")
        if not isinstance(said, dict) or not isinstance(before, dict) or _property_of(said) != _property_of(before):
            return
        new, old = _named(self._reader, mine, said), _named(self._writer, yours, before)

        def told(kind: Kind, value: str) -> Declared:
            return Declared(kind, (), repr(value), mine.location, yours.location)

        kept = {one.pointer for one in new.values()}
        for value, target in old.items():
            now = new.get(value)
            if now is None:
                yield told("discriminated-removed", value)
            elif now.pointer != target.pointer and target.pointer in kept and not self._sameness.same(now, target):
                yield told("discriminated-changed", value)
        for value in new:
            if value not in old:
                yield told("discriminated-added", value)

    def _properties(self, mine: SchemaParts, yours: SchemaParts, own: _Own) -> None:
        new, old = mine.written("properties"), yours.written("properties")
        for name, (holder, _) in new.items():
            if name not in old:
                own.told.append(Declared("added", (name,), "", into(holder, "properties", name), yours.location))
        for name in self._changed(mine, yours, new, old):
            first, second = into(new[name][0], "properties", name), into(old[name][0], "properties", name)
            self._enter(own, first, second, (name,))
        for name, (holder, _) in old.items():
            if name not in new:
                own.told.append(Declared("removed", (name,), "", mine.location, into(holder, "properties", name)))

    def _changed(self, mine: SchemaParts, yours: SchemaParts, new: _Written, old: _Written) -> Iterable[str]:
        """The properties of both that are not written alike."""
        if len(mine.parts) == len(yours.parts) == 1:
            return self._sameness.properties((mine.parts[0][0], yours.parts[0][0]))[1]
        return [name for name, (_, value) in new.items() if name in old and not alike(value, old[name][1])]

    def _enter(self, own: _Own, reader: Location, writer: Location, step: tuple[str, ...]) -> None:
        pair = followed(self._reader, reader), followed(self._writer, writer)
        if not self._sameness.same(*pair):
            own.inner.append((pair, step))


def _of_one(mine: SchemaParts, yours: SchemaParts) -> Iterator[Declared]:
    def told(kind: Kind, detail: str = "") -> Declared:
        return Declared(kind, (), detail, mine.location, yours.location)

    for keyword, kind in _ANNOTATIONS.items():
        new, old = mine.says(keyword), yours.says(keyword)
        if not same_data(new, old):
            yield told(kind, f"{_shown(old)} → {_shown(new)}")
    new, old = _property_of(mine.says("discriminator")), _property_of(yours.says("discriminator"))
    if new != old:
        yield told("discriminator", f"{_shown(old)} → {_shown(new)}")
    if (mine.says("deprecated") is True) != (yours.says("deprecated") is True):
        yield told("deprecated" if mine.says("deprecated") is True else "reactivated")
    yield from _of_extensible_enums(mine, yours, told)


def _of_extensible_enums(
    mine: SchemaParts, yours: SchemaParts, told: Callable[[Kind, str], Declared]
) -> Iterator[Declared]:
    first, second = mine.says("x-extensible-enum"), yours.says("x-extensible-enum")
    if isinstance(first, list) and isinstance(second, list):
        for value in second:
            if not any(same_data(value, one) for one in first):
                yield told("extensible-removed", _shown(value))
        for value in first:
            if not any(same_data(value, one) for one in second):
                yield told("extensible-added", _shown(value))


def _named(documents: Documents, schema: SchemaParts, said: Json) -> dict[str, Location]:
    def listed(target: Location, member: str) -> bool:
        found = property_at(documents, target, member)
        return isinstance(found, dict) and ("enum" in found or "const" in found)

    return named(documents, said, schema.location, [*schema.many("oneOf"), *schema.many("anyOf")], listed)


def _property_of(discriminator: Json) -> Json:
    """The property by which kinds are told apart; 2.0 names it alone."""
    return discriminator.get("propertyName") if isinstance(discriminator, dict) else discriminator


def _shown(value: Json) -> str:
    return "none" if value is None else repr(value) if isinstance(value, str) else str(value)


def is_wider(wide: Json, narrow: Json) -> bool:
    """Whether a format of numbers, or none at all, is a range that has all of another's."""
    order: tuple[Json, ...] = ("int32", "int64", None)
    if narrow in ("float", "double"):
        order = ("float", "double", None)
    return narrow in order[:-1] and wide in order and order.index(narrow) <= order.index(wide)


def followed(documents: Documents, location: Location) -> Location:
    """Where a chain of ``$ref``s that say nothing else ends; before 3.1 what stands beside them says nothing."""
    known: dict[Location, Location] = documents.prepared.setdefault("openapi: where references lead", {})
    found = known.get(location)
    if found is None:
        found = known[location] = _end_of(documents, location)
    return found


def _end_of(documents: Documents, location: Location) -> Location:
    for _ in range(_MOST_STEPS):
        try:
            value = documents.value(location)
            if not isinstance(value, dict) or "$ref" not in value:
                return location
            reference = value["$ref"]
            if not isinstance(reference, str) or _says_more(documents, value):
                return location
            location = documents.resolve(location.document, reference)
        except (BrokenReference, LookupError):
            return location
    return location


def _says_more(documents: Documents, value: dict[str, Json]) -> bool:
    """Whether anything beside a ``$ref`` counts."""
    if len(value) == 1 or not telling(value).keys() - {"$ref"}:
        return False
    root = documents.root.value
    said = root.get("openapi") if isinstance(root, dict) else None
    return isinstance(said, str) and said.startswith("3.") and not said.startswith("3.0")


def schema_at(documents: Documents, location: Location) -> SchemaParts:
    """A schema with all that its ``allOf`` adds, the only choice of an ``anyOf`` or ``oneOf`` (but for null), and its
    ``$ref`` where more stands beside that. Kept with its documents. Raises LookupError."""
    known: dict[Location, SchemaParts] = documents.prepared.setdefault("openapi: schemas with all that they add", {})
    if location not in known:
        known[location] = SchemaParts(location, tuple(_parts(documents, location)))
    return known[location]


def _parts(documents: Documents, location: Location) -> Iterator[tuple[Location, dict[str, Json]]]:
    seen: set[Location] = set()
    left = [location]
    while left:
        here = followed(documents, left.pop(0))
        if here in seen:
            continue
        seen.add(here)
        value = documents.value(here)
        if isinstance(value, dict):
            yield here, value
            left.extend(_beside(documents, here, value))
            every = value.get("allOf")
            left.extend(into(here, "allOf", index) for index in range(len(every) if isinstance(every, list) else 0))
            left.extend(_only_choice(here, value))


def _only_choice(here: Location, value: dict[str, Json]) -> Iterator[Location]:
    for keyword in ("anyOf", "oneOf"):
        choices = value.get(keyword)
        if isinstance(choices, list):
            left = [index for index, one in enumerate(choices) if one != {"type": "null"}]
            if len(left) == 1:
                yield into(here, keyword, left[0])


def _beside(documents: Documents, here: Location, value: dict[str, Json]) -> Iterator[Location]:
    reference = value.get("$ref")
    if isinstance(reference, str) and _says_more(documents, value):
        with suppress(BrokenReference):
            yield documents.resolve(here.document, reference)


def property_at(documents: Documents, location: Location, name: str) -> Json:
    """What a schema says of a property, its own or by ``allOf``; None where it does not know it."""
    try:
        found = schema_at(documents, followed(documents, location)).named("properties").get(name)
        return None if found is None else documents.value(followed(documents, found))
    except LookupError:
        return None


def says(documents: Documents, location: Location, keyword: str) -> Json:
    """What a schema says under a keyword, by itself or by ``allOf``."""
    try:
        return schema_at(documents, followed(documents, location)).says(keyword)
    except LookupError:
        return None
