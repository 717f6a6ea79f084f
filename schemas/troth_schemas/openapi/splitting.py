"""Two schemas taken apart: the parts that are judged as pairs of their own, and the shells that are left of the two.

What becomes of two schemas is worked out once, whichever way values of them go; `aligned.py` judges what comes of it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from troth_schemas.documents import Location
from troth_schemas.json_body import Json
from troth_schemas.jsonschema import SchemaAt
from troth_schemas.openapi.alternatives import matched, tags_differ
from troth_schemas.openapi.declared import followed
from troth_schemas.openapi.reading import into
from troth_schemas.openapi.sameness import Sameness
from troth_schemas.openapi.shells import Object, Objects, Shells, empty, flags, refuse_nothing
from troth_schemas.options import Options

Pair: TypeAlias = tuple[Location, Location]
Step: TypeAlias = tuple[str, ...]
"""How a part's place in a value follows from the whole's: nothing for an alternative, a name, ``*`` or ``{}``."""

_NOT_IN_STEP: Final = frozenset(
    {"unevaluatedProperties", "unevaluatedItems", "$ref", "$dynamicRef", "$recursiveRef", "$id", "id", "$schema"}
)
_ALTERNATIVES: Final = ("allOf", "anyOf", "oneOf")


@dataclass(frozen=True, slots=True)
class Part:
    """A pair inside another."""

    pair: Pair
    step: Step
    kind: Literal["member", "all", "either", "one"]


_Apart: TypeAlias = tuple[tuple[Part, ...], Objects]


@dataclass(frozen=True, slots=True)
class Split:
    """The parts of a pair, and what is left of both; no ``shells`` where what is left refuses nothing."""

    parts: tuple[Part, ...]
    shells: tuple[SchemaAt, SchemaAt] | None


class Splitting:
    """Takes pairs of schemas of two contracts apart, each once."""

    def __init__(self, reader: SchemaAt, writer: SchemaAt, sameness: Sameness, *, swapped: bool, lenient: bool) -> None:
        self._reader = reader
        self._writer = writer
        self._sameness = sameness
        self._swapped = swapped
        self._lenient = lenient
        self._shells = Shells(reader), Shells(writer)
        self._known: dict[Pair, Split | None] = {}

    def pair(self, reader: Location, writer: Location) -> Pair:
        """Where two places lead, if they refer to others."""
        return followed(self._reader.documents, reader), followed(self._writer.documents, writer)

    def same(self, pair: Pair) -> bool:
        """Whether two schemas say the very same."""
        if self._reader.dialect != self._writer.dialect:
            return False
        return self._sameness.same(*((pair[1], pair[0]) if self._swapped else pair))

    def split(self, pair: Pair) -> Split | None:
        """A pair taken apart; None where it is to be judged as a whole."""
        if pair not in self._known:
            self._known[pair] = self._split_anew(pair)
        return self._known[pair]

    def _split_anew(self, pair: Pair) -> Split | None:
        reader, writer = self._reader.documents.value(pair[0]), self._writer.documents.value(pair[1])
        if not isinstance(reader, dict) or not isinstance(writer, dict) or _is_not_in_step(reader, writer):
            return None
        parts, shells = self._taken_apart(pair, reader, writer)
        if not parts and shells == (reader, writer):
            return None
        if self._reader.dialect == self._writer.dialect and refuse_nothing(shells, lenient=self._lenient):
            return Split(parts, None)
        return Split(parts, (self._shells[0].put(pair[0], shells[0]), self._shells[1].put(pair[1], shells[1])))

    def _taken_apart(self, pair: Pair, reader: Object, writer: Object) -> _Apart:
        """The parts and the shells: once for both directions, unless alternatives are matched, which depends on it."""
        if any(keyword in reader and keyword in writer for keyword in _ALTERNATIVES):
            return self._take_apart(pair, reader, writer)
        known: dict[Pair, _Apart] = self._sameness.prepared.setdefault("taken apart", {})
        key = (pair[1], pair[0]) if self._swapped else pair
        if key not in known:
            made = self._take_apart(pair, reader, writer)
            known[key] = _turned(made) if self._swapped else made
        return _turned(known[key]) if self._swapped else known[key]

    def _take_apart(self, pair: Pair, reader: Object, writer: Object) -> _Apart:
        shells = dict(reader), dict(writer)
        common, changed = self._sameness.properties((pair[1], pair[0]) if self._swapped else pair)
        parts = [Part(self.pair(*_property(pair, name)), (name,), "member") for name in changed]
        parts += self._inner(pair, reader, writer, shells)
        if common:
            empty(shells, common, changed, lambda side, name: self._flags(side, pair, name))
        return tuple(parts), shells

    def _flags(self, side: int, pair: Pair, name: str) -> Object:
        documents = (self._reader, self._writer)[side].documents
        return flags(documents, _property(pair, name)[side])

    def _inner(self, pair: Pair, reader: Object, writer: Object, shells: Objects) -> Iterator[Part]:
        """The elements, other members and alternatives; what they say is taken out of the shells."""
        for keyword, step in (("items", "*"), ("additionalProperties", "{}")):
            if self._is_in_step(keyword, reader, writer):
                yield Part(self.pair(into(pair[0], keyword), into(pair[1], keyword)), (step,), "member")
                for shell in shells:
                    shell[keyword] = {}
        for keyword in _ALTERNATIVES:
            yield from self._alternatives(keyword, pair, reader, writer, shells)

    def _is_in_step(self, keyword: str, reader: dict[str, Json], writer: dict[str, Json]) -> bool:
        if not isinstance(reader.get(keyword), dict) or not isinstance(writer.get(keyword), dict):
            return False
        if keyword == "items":
            return "prefixItems" not in reader and "prefixItems" not in writer
        names = [one.get("properties") or {} for one in (reader, writer)]
        patterns = [one.get("patternProperties") or {} for one in (reader, writer)]
        return _names(names[0]) == _names(names[1]) and _names(patterns[0]) == _names(patterns[1])

    def _alternatives(
        self,
        keyword: str,
        pair: Pair,
        reader: Object,
        writer: Object,
        shells: Objects,
    ) -> Iterator[Part]:
        mine, yours = reader.get(keyword), writer.get(keyword)
        if not isinstance(mine, list) or not isinstance(yours, list):
            return
        first = [self.pair(into(pair[0], keyword, index), pair[1])[0] for index in range(len(mine))]
        second = [self.pair(pair[0], into(pair[1], keyword, index))[1] for index in range(len(yours))]
        sides = self._reader.documents, self._writer.documents
        couples = matched(sides, first, second, lambda one, other: self.same((one, other)))
        if couples is None or (keyword == "allOf" and len(couples) != len(first)):
            return
        if keyword != "allOf" and len(couples) != len(second):
            return
        for shell in shells:
            del shell[keyword]
            shell.pop("discriminator", None)
        told_apart = keyword != "oneOf" or tags_differ(self._reader.documents, first)
        for couple in couples:
            yield Part(couple, (), "all" if keyword == "allOf" else "either" if told_apart else "one")


def splitting(reader: SchemaAt, writer: SchemaAt, options: Options, sameness: Sameness, *, swapped: bool) -> Splitting:
    """What takes schemas of two contracts apart: one for requests and responses alike."""
    lenient = options.open_models == "lenient"
    key = "splitting", reader.dialect, writer.dialect, swapped, lenient
    if key not in sameness.prepared:
        sameness.prepared[key] = Splitting(reader, writer, sameness, swapped=swapped, lenient=lenient)
    found: Splitting = sameness.prepared[key]
    return found


def _property(pair: Pair, name: str) -> Pair:
    return into(pair[0], "properties", name), into(pair[1], "properties", name)


def _turned(apart: _Apart) -> _Apart:
    """The same with the writer's side first."""
    parts, shells = apart
    return tuple(Part((one.pair[1], one.pair[0]), one.step, one.kind) for one in parts), (shells[1], shells[0])


def _is_not_in_step(reader: dict[str, Json], writer: dict[str, Json]) -> bool:
    return not (_NOT_IN_STEP.isdisjoint(reader) and _NOT_IN_STEP.isdisjoint(writer))


def _names(value: Json) -> set[str]:
    return set(value) if isinstance(value, dict) else set()
