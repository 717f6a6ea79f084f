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

from troth_schemas.documents import Location
from troth_schemas.json_body import Json
from troth_schemas.jsonschema import Containment, Gap, SchemaAt, Unjudged, View, contain
from troth_schemas.openapi.composing import Composer
from troth_schemas.openapi.declared import property_at
from troth_schemas.openapi.sameness import Sameness
from troth_schemas.openapi.shells import back
from troth_schemas.openapi.splitting import Pair, Part, Step, splitting
from troth_schemas.options import Options


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
        self._splitting = splitting(reader, writer, options, sameness, swapped=swapped)
        self._composer = Composer(writer.documents, writer.dialect)

    def containment(self, reader: Location, writer: Location) -> Containment:
        """All gaps between two schemas, each with its place in the whole value and a witness for the whole."""
        found = self.told(reader, writer)
        return Containment(
            tuple(replace(one.gap, witness=one.witness) for one in found.gaps), found.unjudged, found.judged
        )

    def told(self, reader: Location, writer: Location) -> Told:
        """The same with witnesses that are made when somebody asks; kept for each two schemas."""
        start = self._splitting.pair(reader, writer)
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
                if part.kind == "one" and not self._splitting.same(part.pair) and not self._takes_no_more(part.pair):
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

    def judged(self, pair: Pair) -> Judged:
        """What one pair itself comes to."""
        found = self._known.get(pair)
        if found is None:
            found = self._known[pair] = Judged() if self._splitting.same(pair) else self._judge_anew(pair)
        return found

    def _judge_anew(self, pair: Pair) -> Judged:
        split = self._splitting.split(pair)
        if split is None:
            return self._whole(pair)
        parts = list(split.parts)
        if split.shells is None:
            return Judged(parts=parts)
        found = self._ask(*split.shells)
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


def _up(pair: Pair, met: dict[Pair, tuple[Pair, Part] | None]) -> Iterator[tuple[Location, Step, str]]:
    """From a pair up to the whole: the writer's schema that holds it, the step down to it, what kind of part it is."""
    above = met[pair]
    while above is not None:
        holder, part = above
        yield holder[1], part.step, part.kind
        above = met[holder]
