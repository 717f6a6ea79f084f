"""One interaction as two pacts have it, and what of it differs."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from troth_schemas.finding import Found, Place, Witness
from troth_schemas.json_body import Document, Json
from troth_schemas.jsonschema import Containment
from troth_schemas.pact.document import Pact
from troth_schemas.pact.evolution_sets import (
    comparable,
    contained,
    headers_of,
    holds,
    is_unchanged,
    made,
    opened_shape,
    status_shape,
    text_shape,
    texts_of,
)
from troth_schemas.pact.interactions import Interaction, is_v4
from troth_schemas.pact.pairing import Pair, Placed
from troth_schemas.pact.parts import Exchange, Part, exchange
from troth_schemas.pact.ruby_json import sorted_text
from troth_schemas.pact.shape import unknown_matchers
from troth_schemas.pact.words import sentence, shown_path


@dataclass(frozen=True, slots=True)
class Told:
    """Something that differs: what, as half a sentence, and where below the reader's interaction."""

    name: str
    sentence: str
    pointer: str
    witness: Json = None


@dataclass(frozen=True)
class Step:
    """One interaction as the writer had it and as the reader has it. Either may lack it."""

    reader: Pact
    writer: Pact
    pair: Pair

    @property
    def is_added(self) -> bool:
        """Whether only the reader has it."""
        return self.pair.old is None

    @property
    def is_removed(self) -> bool:
        """Whether only the writer has it."""
        return self.pair.new is None

    @property
    def is_kept(self) -> bool:
        """Whether both have it."""
        return not (self.is_added or self.is_removed)

    @cached_property
    def is_same(self) -> bool:
        """Whether both say the very same."""
        old, new = self.pair.old, self.pair.new
        return old is not None and new is not None and sorted_text(old.element) == sorted_text(new.element)

    @property
    def _shown(self) -> Interaction:
        found = self.pair.new or self.pair.old
        assert found is not None, "a pair has at least one side"
        return found.interaction

    @property
    def title(self) -> str:
        """What people call the interaction, by the reader's words where it has it."""
        return self._shown.title

    @property
    def old_title(self) -> str:
        """What the writer called it."""
        return self.pair.old.interaction.title if self.pair.old is not None else ""

    @property
    def is_renamed(self) -> bool:
        """Whether it has another description."""
        old, new = self.pair.old, self.pair.new
        return old is not None and new is not None and old.interaction.description != new.interaction.description

    @property
    def same_states(self) -> bool:
        """Whether it starts from the same states."""
        old, new = self.pair.old, self.pair.new
        return old is not None and new is not None and _states(old) == _states(new)

    @property
    def states(self) -> str:
        """The reader's states, in words."""
        named = [one.name + (f" {sorted_text(dict(one.params))}" if one.params else "") for one in self._shown.states]
        return f"the provider state {' and '.join(named)}" if named else "no provider state"

    # What is asked

    @cached_property
    def _parts(self) -> tuple[Exchange, Exchange] | None:
        old, new = self.pair.old, self.pair.new
        if old is None or new is None or not isinstance(old.element, dict) or not isinstance(new.element, dict):
            return None  # one is missing, or both are the same and no object: the kind is a part of the identity
        return (
            exchange(new.interaction, new.element, v4=is_v4(self.reader.value)),
            exchange(old.interaction, old.element, v4=is_v4(self.writer.value)),
        )

    @property
    def asked_otherwise(self) -> Iterator[Told]:
        """Methods, paths, queries and headers that the writer did not ask with."""
        if self._parts is None:
            return
        new, old = self._parts
        if new.request is None or old.request is None:
            return
        if new.interaction.method != old.interaction.method:
            yield Told("method", f"asks with {new.interaction.method}, not {old.interaction.method}", "/request/method")
        if new.interaction.path is not None and old.interaction.path is not None:
            reader = text_shape(old.interaction.path, old.request.rules.path)
            writer = text_shape(new.interaction.path, new.request.rules.path)
            if not holds(reader, writer):
                other = new.interaction.path != old.interaction.path
                said = (
                    f"asks for {new.interaction.path}, not {old.interaction.path}" if other else "asks for other paths"
                )
                yield Told("path", said, "/request/path")
        query = (
            texts_of(new.request.query, new.request.rules.query),
            texts_of(old.request.query, old.request.rules.query),
        )
        yield from _named("query parameter", "/request/query", *query)
        yield from _named("header", "/request/headers", *headers_of(new.request, old.request))

    @property
    def sent_otherwise(self) -> Iterator[Told]:
        """Bodies that the writer would not have sent."""
        if self._parts is None:
            return
        new, old = self._parts
        if new.request is None or old.request is None:
            return
        if old.request.contents.state == "missing" and new.request.contents.state == "missing":
            return
        if old.request.contents.present != new.request.contents.present:
            said = "sends a body, which it did not" if new.request.contents.present else "no longer sends a body"
            yield Told("body", said, _below(new, new.request.body_place))
        elif comparable(new.request, old.request):
            found = contained(old.request.shape, new.request.shape)
            yield from self._gaps(found, new.request, "may send what it did not before: {path} {why}", "request")

    # What is expected

    @property
    def status_otherwise(self) -> Iterator[Told]:
        """The status, where the provider's old one would not do."""
        if self._parts is None or self._shown.kind != "http":
            return
        new, old = self._parts
        reader = status_shape(new)
        if not holds(reader, status_shape(old)):
            said = f", not {old.status}" if new.status != old.status else " and no longer others"
            yield Told("status", f"expects the status {new.status}{said}", "/response/status")

    @property
    def headers_otherwise(self) -> Iterator[Told]:
        """Headers that are expected beyond what was."""
        for new, old in self._answers():
            reads, had = headers_of(new, old)
            place = f"{new.pointer.removeprefix(self._shown.pointer)}/{'headers' if self._shown.method else 'metadata'}"
            for name, wanted in reads.items():
                if name not in had:
                    yield Told(name, f"expects the header {name!r}, which it did not", place)
                elif not holds(wanted, had[name]):
                    yield Told(name, f"expects other values of the header {name!r}", place)

    @property
    def expected_more(self) -> Iterator[Told]:
        """What is expected of bodies beyond what was."""
        for new, old in self._answers():
            if not new.contents.present:
                if new.contents.state in ("null", "empty") and old.contents.state != new.contents.state:
                    yield Told("body", "expects no body, which it did not", self._place_of(new))
            elif not old.contents.present:
                yield Told("body", "expects a body, which it did not", self._place_of(new))
            elif comparable(new, old):
                found = contained(opened_shape(new), opened_shape(old))
                yield from self._gaps(
                    found, old, "no longer takes an answer in which {path} {why}", "response", place=new
                )

    @property
    def expected_less(self) -> Iterator[Told]:
        """Bodies of which less is expected, and nothing more."""
        if any(True for _ in self.expected_more):
            return
        for new, old in self._answers():
            if new.contents.state == "missing" and old.contents.present:
                yield Told("body", "no longer expects a body", self._place_of(new))
            elif comparable(new, old) and not contained(opened_shape(old), opened_shape(new)).contained:
                yield Told("body", "expects less of the body", self._place_of(new))

    @property
    def not_understood(self) -> Iterator[Told]:
        """Contents that have changed and cannot be compared."""
        for new, old in self._both():
            if is_unchanged(new, old):
                continue
            place = self._place_of(new)
            if new.contents.present and old.contents.present and not comparable(new, old):
                yield Told("body", f"carries {_kind(new)}, which was {_kind(old)} and is not compared", place)
                continue
            marks = [name for part in (new, old) for _, name in unknown_matchers(part.shape)]
            marks += [path for part in (new, old) for path in part.rules.unreadable]
            if marks:
                yield Told("rules", f"has the matching rule {marks[0]!r}, which is not understood", place)
            elif comparable(new, old):
                if self._shown.kind != "http" or new.pointer.endswith("/response"):
                    found = contained(opened_shape(new), opened_shape(old))
                else:
                    found = contained(old.shape, new.shape)
                for one in found.unjudged if not found.gaps else ():
                    yield Told(one.keyword, f"has {shown_path(one.path)}, of which {one.sentence}", place)

    def _answers(self) -> Iterator[tuple[Part, Part]]:
        """What comes back, or is sent by the provider: the reader's and the writer's."""
        if self._parts is not None:
            new, old = self._parts
            yield from zip(new.responses, old.responses, strict=False)

    def _both(self) -> Iterator[tuple[Part, Part]]:
        yield from self._answers()
        if self._parts is not None and self._parts[0].request is not None and self._parts[1].request is not None:
            yield self._parts[0].request, self._parts[1].request

    def _place_of(self, part: Part) -> str:
        return part.body_place.removeprefix(self._shown.pointer)

    def _gaps(self, found: Containment, part: Part, words: str, kind: str, place: Part | None = None) -> Iterator[Told]:
        for gap in found.gaps:
            why = "is new" if gap.axis == "property" else sentence(gap, made(part.shape))
            said = words.format(path=shown_path(gap.path), why=why)
            witness = None if gap.witness is None else {"body": gap.witness[0]}
            yield Told(f"{kind} {shown_path(gap.path)} {gap.axis}", said, self._place_of(place or part), witness)

    def found(self, message: str, *key: str, at: str = "", witness: Json = None) -> Found:
        """What a rule has found about it."""
        old, new = self.pair.old, self.pair.new
        request = new.element.get("request") if new is not None and isinstance(new.element, dict) else None
        proof = Witness("response", witness) if witness is not None else None
        if proof is None and request is not None:
            proof = Witness("request", request)
        return Found(
            message=message,
            key=(self.title, *key),
            reader=_place(self.reader, new, at),
            writer=_place(self.writer, old, ""),
            interaction=self.title,
            witness=proof,
        )


def _place(pact: Pact, placed: Placed | None, at: str) -> Place:
    return pact.place("" if placed is None else f"{placed.interaction.pointer}{at}")


def _states(placed: Placed) -> list[tuple[str, Mapping[str, Json]]]:
    return [(one.name, one.params) for one in placed.interaction.states]


def _below(of: Exchange, place: str) -> str:
    return place.removeprefix(of.interaction.pointer)


def _kind(part: Part) -> str:
    return part.contents.media_type or part.contents.kind


def _named(what: str, place: str, sends: dict[str, Document], had: dict[str, Document]) -> Iterator[Told]:
    """Names whose values the old set does not hold, that are new, or that are missing."""
    for name, values in sends.items():
        if name not in had:
            yield Told(f"{what} {name}", f"sends the {what} {name!r}, which it did not", place)
        elif not holds(had[name], values):
            yield Told(f"{what} {name}", f"sends other values of the {what} {name!r}", place)
    for name in had:
        if name not in sends:
            yield Told(f"{what} {name}", f"no longer sends the {what} {name!r}", place)
