"""A client's own copy of a service against its provider's: what flows which way, as far as the client's methods reach.

Requests flow from client to provider, answers back, so each message type that is reached is judged in the direction in
which it is sent. What the provider has besides does not matter.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from troth_schemas.finding import Finding
from troth_schemas.options import Category
from troth_schemas.protobuf.compare import findings_of, rules_of
from troth_schemas.protobuf.elements import Field, Method
from troth_schemas.protobuf.model import Schema
from troth_schemas.protobuf.pair import EnumPair, FieldPair, MessagePair, MethodPair, Sides, message_pairs
from troth_schemas.protobuf.structure import Both, inner_types


@dataclass(frozen=True, slots=True)
class Flow:
    """Message types that are sent one way: by whom (the writer of ``sides``), in which interaction."""

    sides: Sides
    both: Both
    interaction: str


def requests(consumer: Schema, provider: Schema, category: Category) -> Sides:
    """The provider reads what the consumer writes, and the consumer relies on its being read."""
    return Sides(provider, consumer, category, "writer", one_way=True)


def answers(consumer: Schema, provider: Schema, category: Category) -> Sides:
    """The consumer reads what the provider writes, and relies on finding what it reads."""
    return Sides(consumer, provider, category, "reader", one_way=True)


def flows_of(theirs: Method, mine: Method, there: Sides, back: Sides, interaction: str) -> Iterator[Flow]:
    """What is sent in a call of the consumer's method ``mine`` that the provider answers by ``theirs``."""
    yield Flow(there, (theirs.request, mine.request), interaction)
    yield Flow(back, (mine.response, theirs.response), interaction)


def method_findings(mine: Method, theirs: Method, sides: Sides) -> Iterator[Finding]:
    """The findings about a method itself: streaming, and types of other names."""
    pair = MethodPair(theirs, mine, sides)
    for found in findings_of(pair, rules_of(sides.category)):
        yield replace(found, interaction=mine.full_name)


class Reached:
    """Pairs of types that flows reach, each judged once, with the interactions that reach it."""

    def __init__(self, flows: Iterable[Flow]) -> None:
        self._flows = tuple(flows)
        self._inner: dict[tuple[int, Both], tuple[Both, ...]] = {}

    def findings(self, more: Callable[[FieldPair], Iterable[Finding]] = lambda _: ()) -> Iterator[Finding]:
        """The findings about every pair that is reached."""
        for sides, both in self._distinct():
            reader, writer = sides.reader.message(both[0]), sides.writer.message(both[1])
            if reader is None or writer is None:
                continue
            found = list(_of_pair(MessagePair(reader, writer, sides), more))
            if found:
                names = self._interactions(sides, both)
                for one in found:
                    yield replace(one, interaction=names[0], where=names if len(names) > 1 else ())

    def types(self) -> Iterator[tuple[Sides, Both]]:
        """Every pair of message types that is reached, with its direction."""
        return self._distinct()

    def _distinct(self) -> Iterator[tuple[Sides, Both]]:
        seen: set[tuple[int, Both]] = set()
        left = [(one.sides, one.both) for one in self._flows]
        for sides, both in left:
            if (id(sides), both) not in seen:
                seen.add((id(sides), both))
                yield sides, both
                left += [(sides, inner) for inner in self._inner_of(sides, both)]

    def _inner_of(self, sides: Sides, both: Both) -> tuple[Both, ...]:
        key = (id(sides), both)
        if key not in self._inner:
            self._inner[key] = tuple(dict.fromkeys(inner_types(sides, *both)))
        return self._inner[key]

    def _interactions(self, sides: Sides, both: Both) -> tuple[str, ...]:
        """The interactions whose messages hold this pair, in their order."""
        starts: dict[Both, list[str]] = {}
        for one in self._flows:
            if one.sides is sides:
                starts.setdefault(one.both, []).append(one.interaction)
        found = [name for start, names in starts.items() if self._holds(sides, start, both) for name in names]
        return tuple(dict.fromkeys(found))

    def _holds(self, sides: Sides, start: Both, wanted: Both) -> bool:
        seen, left = {start}, [start]
        for one in left:
            if one == wanted:
                return True
            for inner in self._inner_of(sides, one):
                if inner not in seen:
                    seen.add(inner)
                    left.append(inner)
        return False


def _of_pair(pair: MessagePair, more: Callable[[FieldPair], Iterable[Finding]]) -> Iterator[Finding]:
    rules = rules_of(pair.sides.category)
    for one in message_pairs(pair):
        yield from findings_of(one, rules)
        if isinstance(one, FieldPair):
            enums = enum_pair(one)
            if enums is not None:
                yield from findings_of(enums, rules)
            yield from more(one)


def enum_pair(pair: FieldPair) -> EnumPair | None:
    """The enums that a field holds on both sides, also as the values of a map."""
    reader, writer = _innermost(pair.reader), _innermost(pair.writer)
    theirs, mine = pair.sides.reader.enums.get(reader.type_name), pair.sides.writer.enums.get(writer.type_name)
    if theirs is None or mine is None:
        return None
    return EnumPair(theirs, mine, pair.sides)


def _innermost(field: Field) -> Field:
    entry = field.entry
    return field if entry is None else entry.fields()[2]


def used(sides: Sides, both: Both) -> Iterator[str]:
    """The provider's elements that a pair of message types relies on: itself, its fields, oneofs and enum values."""
    reader, writer = sides.reader.message(both[0]), sides.writer.message(both[1])
    if reader is None or writer is None:
        return
    provider = reader if sides.relied == "writer" else writer
    yield provider.full_name
    yield from (f"{provider.full_name}.{name}" for name in provider.oneofs())
    for pair in message_pairs(MessagePair(reader, writer, sides)):
        if isinstance(pair, FieldPair):
            yield pair.new.full_name
            enums = enum_pair(pair)
            if enums is not None:
                yield enums.new.full_name
                known = enums.old.values()
                yield from (f"{enums.new.full_name}.{one.name}" for one in enums.new.proto.value if one.number in known)
