"""Containment of schemas that are alike: walked in step, part by part, so that a component is judged once for all that
use it, however large the whole is.

Where both sides have the same property, the same kind of elements or alternatives of the same name, these are judged as
pairs of their own, and what is left of the two schemas (the *shell*) is put before ``contain``. That is sound: a value
that is valid for the writer is valid for its shell, so for the reader's shell, and its parts are valid too. For
``oneOf`` it is so only where no value can be of two alternatives, or where no alternative of the reader's takes more
than its fellow of the writer's; anything else is not judged.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final, Literal, TypeAlias

from troth_schemas.documents import Location
from troth_schemas.json_body import Json
from troth_schemas.jsonschema import Containment, Gap, SchemaAt, Unjudged, View, contain
from troth_schemas.openapi.alternatives import matched, tags_differ
from troth_schemas.openapi.composing import Composer
from troth_schemas.openapi.declared import followed, property_at
from troth_schemas.openapi.reading import into
from troth_schemas.openapi.sameness import Sameness
from troth_schemas.openapi.shells import Object, Objects, Shells, back, empty, flags, refuse_nothing
from troth_schemas.options import Options

Pair: TypeAlias = tuple[Location, Location]
Step: TypeAlias = tuple[str, ...]
"""How a part's place in a value follows from the whole's: nothing for an alternative, a name, ``*`` or ``{}``."""

_NOT_IN_STEP: Final = (
    "unevaluatedProperties",
    "unevaluatedItems",
    "$dynamicRef",
    "$recursiveRef",
    "$id",
    "id",
    "$schema",
)
_ALTERNATIVES: Final = ("allOf", "anyOf", "oneOf")


@dataclass(frozen=True, slots=True)
class Part:
    """A pair inside another."""

    pair: Pair
    step: Step
    kind: Literal["member", "all", "either", "one"]


@dataclass(slots=True)
class Judged:
    """What was found of one pair itself, and the pairs inside it."""

    gaps: tuple[Gap, ...] = ()
    unjudged: tuple[Unjudged, ...] = ()
    parts: list[Part] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class GapOfWhole:
    """A gap with its place in the whole value. ``part`` is the same in the pair where it was found, far inside."""

    gap: Gap
    part: Gap
    writer: Location
    up: tuple[tuple[Location, Step, str], ...]
    composer: Composer

    @property
    def witness(self) -> tuple[Json] | None:
        """A value of the whole, made anew each time; it is to be checked again."""
        return self.composer.whole(self.part, self.writer, self.up)


@dataclass(frozen=True, slots=True)
class Told:
    """What is to be told of two whole schemas."""

    gaps: tuple[GapOfWhole, ...] = ()
    unjudged: tuple[Unjudged, ...] = ()
    judged: int = 0


class Aligned:
    """Judges pairs of schemas of two contracts; ``reader`` and ``writer`` as ``contain`` has them."""

    def __init__(
        self, reader: SchemaAt, writer: SchemaAt, view: View, options: Options, sameness: Sameness, *, swapped: bool
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._view = view
        self._options = options
        self._sameness = sameness
        self._swapped = swapped
        self._known: dict[Pair, Judged] = {}
        self._holders: dict[Pair, set[Pair]] = {}
        self._telling: set[Pair] = set()
        self._told: dict[Pair, Told] = {}
        self._reverse: Aligned | None = None
        self._shells = Shells(reader), Shells(writer)
        self._composer = Composer(writer.documents, writer.dialect)

    def containment(self, reader: Location, writer: Location) -> Containment:
        """All gaps between two schemas, each with its place in the whole value and a witness for the whole."""
        found = self.told(reader, writer)
        return Containment(
            tuple(replace(one.gap, witness=one.witness) for one in found.gaps), found.unjudged, found.judged
        )

    def told(self, reader: Location, writer: Location) -> Told:
        """The same with witnesses that are made when somebody asks; kept for each two schemas."""
        start = self._pair(reader, writer)
        if start not in self._told:
            self._told[start] = self._tell(start)
        return self._told[start]

    def _tell(self, start: Pair) -> Told:
        """Only what leads to a gap is walked."""
        compared = self._explore(start)
        if start not in self._telling:
            return Told((), (), compared)
        gaps: list[GapOfWhole] = []
        unjudged: list[Unjudged] = []
        met: dict[Pair, tuple[Pair, Part] | None] = {start: None}
        hosts: dict[Pair, Pair] = {start: start}
        paths: dict[Pair, Step] = {start: ()}
        left = [start]
        for pair in left:
            judged = self._known[pair]
            for gap in judged.gaps:
                told = replace(self._declared(gap, hosts[pair]), path=(*paths[pair], *gap.path))
                gaps.append(GapOfWhole(told, gap, pair[1], tuple(_up(pair, met)), self._composer))
            unjudged += [replace(one, path=(*paths[pair], *one.path)) for one in judged.unjudged]
            for part in judged.parts:
                if part.kind == "one" and not self._same(part.pair) and not self._takes_no_more(part.pair):
                    sentence = "whether a value can be of two alternatives was not decided"
                    unjudged.append(Unjudged("oneOf", paths[pair], *pair, sentence))
                if part.pair not in met and part.pair in self._telling:
                    met[part.pair] = (pair, part)
                    hosts[part.pair] = hosts[pair] if part.kind == "all" else part.pair
                    paths[part.pair] = (*paths[pair], *part.step)
                    left.append(part.pair)
        return Told(tuple(gaps), tuple(unjudged), compared)

    def _explore(self, start: Pair) -> int:
        """Judge everything inside a pair, and learn which pairs lead to something that is to be told.

        Gives how many pairs are new; at least one, as the pair itself was asked for.
        """
        new = [start] if start not in self._holders else []
        for pair in new:
            self._holders.setdefault(pair, set())
            for part in self.judged(pair).parts:
                if part.pair not in self._holders:
                    self._holders[part.pair] = set()
                    new.append(part.pair)
                self._holders[part.pair].add(pair)
        left = [pair for pair in new if pair not in self._telling and self._tells(pair)]
        self._telling.update(left)
        for pair in left:
            fresh = self._holders[pair] - self._telling
            self._telling |= fresh
            left.extend(fresh)
        return max(1, len(new))

    def _tells(self, pair: Pair) -> bool:
        judged = self._known[pair]
        return bool(judged.gaps or judged.unjudged) or any(
            part.kind == "one" or part.pair in self._telling for part in judged.parts
        )

    def _takes_no_more(self, pair: Pair) -> bool:
        """Whether the reader's alternative takes no more than the writer's, as far as their parts say."""
        if self._reverse is None:
            self._reverse = Aligned(
                self._writer, self._reader, self._view, self._options, self._sameness, swapped=not self._swapped
            )
        left = [(pair[1], pair[0])]
        met = set(left)
        for one in left:
            judged = self._reverse.judged(one)
            if judged.gaps or judged.unjudged:
                return False
            new = {part.pair for part in judged.parts} - met
            met |= new
            left.extend(new)
        return True

    def _declared(self, gap: Gap, host: Pair) -> Gap:
        """A property that another part of the same ``allOf`` declares is no new one."""
        if gap.axis == "required" and gap.change == "added":
            known = property_at(self._writer.documents, host[1], gap.detail)
            return gap if known is None else replace(gap, change="narrowed")
        return gap

    def _pair(self, reader: Location, writer: Location) -> Pair:
        return followed(self._reader.documents, reader), followed(self._writer.documents, writer)

    def _same(self, pair: Pair) -> bool:
        if self._reader.dialect != self._writer.dialect:
            return False
        return self._sameness.same(*((pair[1], pair[0]) if self._swapped else pair))

    def judged(self, pair: Pair) -> Judged:
        """What one pair itself comes to."""
        found = self._known.get(pair)
        if found is None:
            found = self._known[pair] = Judged() if self._same(pair) else self._judge_anew(pair)
        return found

    def _judge_anew(self, pair: Pair) -> Judged:
        reader, writer = self._reader.documents.value(pair[0]), self._writer.documents.value(pair[1])
        if not isinstance(reader, dict) or not isinstance(writer, dict) or _is_not_in_step(reader, writer):
            return self._whole(pair)
        shells = dict(reader), dict(writer)
        common, changed = self._sameness.properties((pair[1], pair[0]) if self._swapped else pair)
        parts = [Part(self._pair(*_property(pair, name)), (name,), "member") for name in changed]
        parts += self._inner(pair, reader, writer, shells)
        if common:
            empty(shells, common, changed, lambda side, name: self._flags(side, pair, name))
        if not parts and shells == (reader, writer):
            return self._whole(pair)
        lenient = self._options.open_models == "lenient"
        if self._reader.dialect == self._writer.dialect and refuse_nothing(shells, lenient=lenient):
            return Judged(parts=parts)
        found = self._ask(self._shells[0].put(pair[0], shells[0]), self._shells[1].put(pair[1], shells[1]))
        gaps = (replace(gap, reader=back(gap.reader, pair[0]), writer=back(gap.writer, pair[1])) for gap in found.gaps)
        unjudged = (
            replace(one, reader=back(one.reader, pair[0]), writer=back(one.writer, pair[1])) for one in found.unjudged
        )
        return Judged(tuple(gaps), tuple(unjudged), parts)

    def _whole(self, pair: Pair) -> Judged:
        reader, writer = self._reader, self._writer
        found = self._ask(replace(reader, location=pair[0]), replace(writer, location=pair[1]))
        return Judged(found.gaps, found.unjudged)

    def _ask(self, reader: SchemaAt, writer: SchemaAt) -> Containment:
        return contain(reader, writer, self._view, self._options)

    def _flags(self, side: int, pair: Pair, name: str) -> Object:
        documents = (self._reader, self._writer)[side].documents
        return flags(documents, _property(pair, name)[side])

    def _inner(self, pair: Pair, reader: Object, writer: Object, shells: Objects) -> Iterator[Part]:
        """The elements, other members and alternatives; what they say is taken out of the shells."""
        for keyword, step in (("items", "*"), ("additionalProperties", "{}")):
            if self._is_in_step(keyword, reader, writer):
                yield Part(self._pair(into(pair[0], keyword), into(pair[1], keyword)), (step,), "member")
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
        first = [self._pair(into(pair[0], keyword, index), pair[1])[0] for index in range(len(mine))]
        second = [self._pair(pair[0], into(pair[1], keyword, index))[1] for index in range(len(yours))]
        sides = self._reader.documents, self._writer.documents
        couples = matched(sides, first, second, lambda one, other: self._same((one, other)))
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


def _property(pair: Pair, name: str) -> Pair:
    return into(pair[0], "properties", name), into(pair[1], "properties", name)


def _up(pair: Pair, met: dict[Pair, tuple[Pair, Part] | None]) -> Iterator[tuple[Location, Step, str]]:
    """From a pair up to the whole: the writer's schema that holds it, the step down to it, what kind of part it is."""
    above = met[pair]
    while above is not None:
        holder, part = above
        yield holder[1], part.step, part.kind
        above = met[holder]


def _is_not_in_step(reader: dict[str, Json], writer: dict[str, Json]) -> bool:
    return any(key in reader or key in writer for key in _NOT_IN_STEP) or "$ref" in reader or "$ref" in writer


def _names(value: Json) -> set[str]:
    return set(value) if isinstance(value, dict) else set()
