"""Schema resolution: a reader's and a writer's schema walked in step, as the specification says.

What meets is given out as pairs, for the rules to judge. Each two types meet once, so recursion ends, and what goes on
inside them is told once, wherever else they meet.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Final, TypeAlias

from troth_schemas.avro.model import (
    Array,
    Avro,
    Broken,
    Definition,
    Enum,
    Field,
    Fixed,
    Map,
    Node,
    Primitive,
    Record,
    Union,
    Whole,
    title,
    unqualified,
)
from troth_schemas.avro.proving import Proofs
from troth_schemas.avro.route import ITEM, VALUE, Route, Step, on
from troth_schemas.avro.unions import Unions

PROMOTIONS: Final = {
    "int": ("long", "float", "double"),
    "long": ("float", "double"),
    "float": ("double",),
    "string": ("bytes",),
    "bytes": ("string",),
}
"""What a reader may take a writer's primitive type for."""


@dataclass(frozen=True, slots=True, eq=False)
class Sides:
    """The two contracts that are compared, what people call the whole of it, and who proves what is found."""

    reader: Avro
    writer: Avro
    name: str
    prover: Proofs


@dataclass(frozen=True, slots=True, eq=False)
class Spot:
    """Where two schemas meet: in which named types (``scope``), which field of theirs, and how far inside it."""

    sides: Sides
    scope: str = ""
    field: str = ""
    inside: str = ""
    route: Route | None = None

    @property
    def key(self) -> tuple[str, ...]:
        """What names the spot, whatever leads to it."""
        return (self.scope, self.field, self.inside)

    @property
    def element(self) -> str:
        """The writer's field, or its type where there is none."""
        scope = self.scope.partition(" ")[0]
        return f"{scope}.{self.field}" if self.field else scope or self.sides.name

    @property
    def before(self) -> str:
        """What a sentence about the spot begins with; nothing at the very top."""
        return f"{self.element}{self.inside}: " if self.scope or self.inside else ""

    def step(self, step: Step, shown: str = "") -> "Spot":
        """One step on inside the same field."""
        return Spot(self.sides, self.scope, self.field, self.inside + shown, on(self.route, step))

    def enter(self, reader: Record, writer: Record) -> "Spot":
        """At the top of two records."""
        return Spot(self.sides, _both(reader, writer), "", "", self.route)

    def at_field(self, reader: str, writer: str | None = None) -> "Spot":
        """In a field of the two records; ``writer`` is the name that it was written under."""
        route = self.route if writer is None else on(self.route, writer)
        return Spot(self.sides, self.scope, reader, "", route)


@dataclass(frozen=True, slots=True, eq=False)
class Types:
    """Two types that meet, neither of them a union."""

    spot: Spot
    reader: Whole
    writer: Whole
    matching: bool

    @property
    def settled(self) -> bool:
        """Whether no rule has anything to say: one primitive type, or records of one name, whose fields meet next."""
        match self.reader, self.writer:
            case Primitive() as r, Primitive() as w:
                return (r.kind, r.logical) == (w.kind, w.logical)
            case Record() as r, Record() as w:
                return same_name(r, w)
        return False

    @property
    def named(self) -> bool:
        """Whether both are types with names: these meet once only, whichever fields lead to them."""
        return isinstance(self.reader, Record | Enum | Fixed) and isinstance(self.writer, Record | Enum | Fixed)

    @property
    def key(self) -> tuple[str, ...]:
        """What names the meeting."""
        return (_both(self.reader, self.writer),) if self.named else self.spot.key

    @property
    def element(self) -> str:
        """The writer's type where both have names, else the field."""
        return title(self.writer) if self.named else self.spot.element


@dataclass(frozen=True, slots=True, eq=False)
class Branch:
    """A writer's type for which the reader's union has no branch. ``broken`` is one of them that could not be read."""

    spot: Spot
    reader: Union
    writer: Whole
    broken: Broken | None


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """Several branches of the reader's union have the name of a writer's type: the one that is chosen, by its full
    name, is not the ``first`` of them, which some libraries choose."""

    spot: Spot
    reader: Union
    writer: Definition
    chosen: Whole
    first: Whole


@dataclass(frozen=True, slots=True, eq=False)
class Fields:
    """A field of either record, or of both. ``rival`` is another of the writer's that the reader takes for the same."""

    spot: Spot
    reader: Field | None
    writer: Field | None
    reader_record: Record
    writer_record: Record
    rival: Field | None = None

    @property
    def settled(self) -> bool:
        """Whether no rule has anything to say: both records have the field, without a default."""
        r, w = self.reader, self.writer
        return r is not None and w is not None and r.default is None and w.default is None and self.rival is None


Pair: TypeAlias = Types | Branch | Choice | Fields


def _both(reader: Whole, writer: Whole) -> str:
    same = title(reader) == title(writer)
    return title(writer) if same else f"{title(writer)} as {title(reader)}"


def meetings(spot: Spot, reader: Node, writer: Node) -> Iterator[Pair]:
    """All that meets when data of the writer's schema is read with the reader's."""
    left: list[tuple[Spot, Node, Node]] = [(spot, reader, writer)]
    seen: set[tuple[int, int]] = set()
    unions = Unions(spot.sides.reader, partial(matches, spot.sides))
    while left:
        spot, reader, writer = left.pop()
        r, w = spot.sides.reader.whole(reader), spot.sides.writer.whole(writer)
        if (id(r), id(w)) in seen:
            continue
        seen.add((id(r), id(w)))
        inner: list[tuple[Spot, Node, Node]] = []
        if isinstance(w, Union):
            for index, branch in enumerate(w.branches):
                inner.append((spot.step(index, f"<{title(branch)}>"), r, branch))
        elif isinstance(r, Union):
            chosen = unions.branch(r, w)
            yield from _chosen(spot, unions, r, w, chosen)
            if chosen is not None:
                inner.append((spot, chosen, w))
        else:
            yield Types(spot, r, w, matches(spot.sides, r, w))
            for pair, further in _inside(spot, r, w):
                if pair is not None:
                    yield pair
                if further is not None:
                    inner.append(further)
        left.extend(reversed(inner))


def _chosen(spot: Spot, unions: Unions, r: Union, w: Whole, chosen: Node | None) -> Iterator[Branch | Choice]:
    """What is to be said of the branch that was chosen, or that there is none."""
    if chosen is None:
        yield Branch(spot, r, w, unions.broken(r))
        return
    first = unions.first(r, w)
    if first is not None and isinstance(w, Definition) and first is not chosen:
        yield Choice(spot, r, w, spot.sides.reader.whole(chosen), spot.sides.reader.whole(first))


def _inside(spot: Spot, r: Whole, w: Whole) -> Iterator[tuple[Fields | None, tuple[Spot, Node, Node] | None]]:
    match r, w:
        case Array(), Array():
            yield None, (spot.step(ITEM, ITEM), r.items, w.items)
        case Map(), Map():
            yield None, (spot.step(VALUE, VALUE), r.values, w.values)
        case Record(), Record() if same_name(r, w):
            yield from _fields(spot.enter(r, w), r, w)


def _fields(
    spot: Spot, reader: Record, writer: Record
) -> Iterator[tuple[Fields | None, tuple[Spot, Node, Node] | None]]:
    owners = {alias: field for field in reader.fields for alias in field.aliases}
    owners |= {field.name: field for field in reader.fields}
    found: dict[str, list[Field]] = {}
    for field in writer.fields:
        if field.name in owners:
            found.setdefault(owners[field.name].name, []).append(field)
    for field in reader.fields:
        if field.name not in found:
            yield Fields(spot.at_field(field.name), field, None, reader, writer), None
            continue
        written, *rivals = found[field.name]
        inside = spot.at_field(field.name, written.name)
        rival = rivals[0] if rivals else None
        yield Fields(inside, field, written, reader, writer, rival), (inside, field.type, written.type)
    for field in writer.fields:
        if field.name not in owners:
            yield Fields(spot.at_field(field.name, field.name), None, field, reader, writer), None


def matches(sides: Sides, reader: Node, writer: Node) -> bool:
    """Whether two schemas match, as far as that is told without looking into records."""
    r, w = sides.reader.whole(reader), sides.writer.whole(writer)
    match r, w:
        case (Union(), _) | (_, Union()):
            return True
        case Primitive(), Primitive():
            return r.kind == w.kind or r.kind in PROMOTIONS.get(w.kind, ())
        case Array(), Array():
            return matches(sides, r.items, w.items)
        case Map(), Map():
            return matches(sides, r.values, w.values)
        case Fixed(), Fixed():
            return same_name(r, w) and r.size == w.size
        case Record(), Record():
            return same_name(r, w)
        case Enum(), Enum():
            return same_name(r, w)
    return False


def same_name(reader: Record | Enum | Fixed, writer: Record | Enum | Fixed) -> bool:
    """Whether a reader takes a writer's named type for its own: by the unqualified name, or by an alias."""
    return unqualified(reader.name) == unqualified(writer.name) or writer.name in reader.aliases
