"""Walks what a pact really sends or expects, field by field on the wire, with the provider's message beside it.

The bytes are walked and not decoded messages, because only they tell a zero that was written from none. Fields that the
matching rules name count as well.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

from google.protobuf.empty_pb2 import Empty
from google.protobuf.unknown_fields import UnknownFieldSet

from troth_schemas.finding import Finding, Place, Witness
from troth_schemas.pact.rules import Rules
from troth_schemas.pairs.pact_protobuf import rules
from troth_schemas.pairs.pact_protobuf.rules import Spot
from troth_schemas.protobuf import witness
from troth_schemas.protobuf.calls import enum_pair
from troth_schemas.protobuf.compare import findings_of, rules_of
from troth_schemas.protobuf.elements import Field, Message
from troth_schemas.protobuf.filling import assign, sample
from troth_schemas.protobuf.pair import FieldPair, Sides
from troth_schemas.rule import Rule

_VARINT: Final = 0
_LENGTH: Final = 2
_GROUP: Final = 3
_ANY: Final = "google.protobuf.Any"


@dataclass(frozen=True, slots=True)
class Way:
    """One message on its way: which interaction, in which direction, and where it stands in the pact."""

    sides: Sides
    title: str
    by_consumer: bool
    content: bytes
    pact: Place
    descriptors: Place


@dataclass(frozen=True, slots=True)
class Met:
    """What the walk meets: a finding, or an element of the provider's that the pact relies on."""

    element: str = ""
    finding: Finding | None = None


def walk(way: Way, mine: Message, theirs: Message, content: bytes, ruled: Rules) -> Iterator[Met]:
    """Everything in a message of the consumer's type ``mine`` that the provider has as ``theirs``."""
    seen: set[tuple[str, int]] = set()
    yield Met(theirs.full_name)
    yield from _written(way, mine, theirs, _fields(content), seen)
    yield from _rules(way, mine, theirs, ruled, seen)


def _fields(content: bytes) -> Iterable[Any]:
    """The fields as they stand in the bytes."""
    return UnknownFieldSet(Empty.FromString(content))  # type: ignore[return-value]  # the stubs forget that it is a sequence


def _written(
    way: Way, mine: Message, theirs: Message, written: Iterable[Any], seen: set[tuple[str, int]]
) -> Iterator[Met]:
    fields, others = mine.fields(), theirs.fields()
    for one in written:
        field = fields.get(one.field_number)
        if field is None:
            yield from _extension(way, mine, theirs, one.field_number)
            continue
        yield from _field(way, field, theirs, others.get(field.number), seen)
        other = others.get(field.number)
        if other is None:
            continue
        yield from _values(way, field, other, one)
        inner = _inner(way, field, other)
        if inner is not None and one.wire_type in (_LENGTH, _GROUP):
            yield Met(inner[1].full_name)
            yield from _written(way, *inner, _fields(one.data) if one.wire_type == _LENGTH else one.data, seen)


def _extension(way: Way, mine: Message, theirs: Message, number: int) -> Iterator[Met]:
    """An extension is not compared; what the consumer's own descriptors do not know says nothing."""
    for extension in way.sides.old.extensions.values():
        if (extension.extendee, extension.proto.number) == (mine.full_name, number):
            message = f"The extension {extension.full_name} of {mine.full_name} was not compared."
            thing = (mine.full_name, str(number), "extension")
            spot = Spot(way.title, thing, message, way.pact, theirs.place, by_consumer=way.by_consumer)
            yield Met(finding=_spot(rules.interaction_not_covered, spot))


def _rules(way: Way, mine: Message, theirs: Message, ruled: Rules, seen: set[tuple[str, int]]) -> Iterator[Met]:
    named = {name: one for one in mine.fields().values() for name in (one.name, one.json_name)}
    others = theirs.fields()
    for step, node in ruled.inner.items():
        field = named.get(step) if isinstance(step, str) else None
        if field is None:
            yield from _rules(way, mine, theirs, node, seen)
            continue
        other = others.get(field.number)
        yield from _field(way, field, theirs, other, seen)
        inner = None if other is None else _inner(way, field, other)
        if inner is not None:
            yield Met(inner[1].full_name)
            yield from _rules(way, *inner, node, seen)


def _inner(way: Way, field: Field, other: Field) -> tuple[Message, Message] | None:
    """The message types of a field on both sides: the consumer's, the provider's."""
    if field.entry is not None and other.entry is not None:
        return field.entry, other.entry
    mine, theirs = way.sides.old.message(field.type_name), way.sides.new.message(other.type_name)
    return None if mine is None or theirs is None else (mine, theirs)


def _field(way: Way, field: Field, theirs: Message, other: Field | None, seen: set[tuple[str, int]]) -> Iterator[Met]:
    key = (field.message.full_name, field.number)
    if key in seen:
        return
    seen.add(key)
    if other is None:
        yield Met(finding=_unknown(way, field, theirs))
        return
    yield Met(other.full_name)
    pair = FieldPair(*((other, field) if way.by_consumer else (field, other)), way.sides)
    for found in findings_of(pair, rules_of(way.sides.category)):
        named = replace(found, interaction=way.title)
        placed = replace(named, writer=way.descriptors) if way.by_consumer else replace(named, reader=way.descriptors)
        yield Met(finding=placed)
    if field.type_name == _ANY:
        yield Met(finding=_spot(rules.interaction_not_covered, Spot(
            way.title, (field.full_name, "any"), f"What {field.full_name} (an Any) holds was not compared.", way.pact,
            other.place)))  # fmt: skip


def _unknown(way: Way, field: Field, theirs: Message) -> Finding:
    sides, names = way.sides, (field.message.full_name, theirs.full_name)
    if way.by_consumer:
        proof = witness.misread(sides.writer, sides.reader, names, _filled(field), as_json=False)
        rule, verb = rules.request_field_unknown, "sends"
    else:
        proof = witness.never_there(sides.writer, sides.reader, (names[1], names[0]), field)
        rule, verb = rules.response_field_unknown, "relies on"
    message = f"{way.title!r} {verb} field {field.number} ({field.name}) of {theirs.full_name}, "
    message += "which the provider does not have."
    thing = (theirs.full_name, str(field.number))
    element = f"{theirs.full_name}.{field.name}"
    return _spot(rule, Spot(way.title, thing, message, way.pact, theirs.place, element, proof, way.by_consumer))


def _filled(field: Field) -> Any:
    """Fills the message that the pact has, or one of an inner type with the field alone."""

    def fill(message: Any) -> None:
        if message.DESCRIPTOR.fields_by_name[field.name].enum_type is not None:
            assign(message, field.name, 0)
        else:
            assign(message, field.name, sample(message.DESCRIPTOR.fields_by_name[field.name]))

    return fill


def _values(way: Way, field: Field, other: Field, written: Any) -> Iterator[Met]:
    """The values of an enum that a field holds, each looked up on the provider's side."""
    pair = enum_pair(FieldPair(*((other, field) if way.by_consumer else (field, other)), way.sides))
    if pair is None or field.entry is not None or other.kind != "enum":
        return
    mine, theirs = pair.old.values(), pair.new.values()
    yield Met(pair.new.full_name)
    for number in dict.fromkeys(_numbers(written)):
        if number in theirs:
            yield Met(f"{pair.new.full_name}.{theirs[number][0].name}")
            continue
        name = mine[number][0].name if number in mine else str(number)
        message = f"{way.title!r} {'sends' if way.by_consumer else 'relies on'} {name} ({number}) of "
        message += f"{pair.new.full_name}, which the provider does not have."
        rule = rules.request_value_unknown if way.by_consumer else rules.response_value_unknown
        known = [one.name for one in pair.new.proto.value]
        proof = Witness("data", {"field": field.full_name, "value": name, "provider": list(known)},
                        f"the provider's {pair.new.full_name} has no value {number}")  # fmt: skip
        element = f"{pair.new.full_name}.{name}"
        thing = (pair.new.full_name, str(number))
        yield Met(finding=_spot(rule, Spot(way.title, thing, message, way.pact, pair.new.place, element, proof,
                                                way.by_consumer)))  # fmt: skip


def _numbers(written: Any) -> Iterator[int]:
    if written.wire_type == _VARINT:
        yield _signed(written.data)
    elif written.wire_type == _LENGTH:
        value = shift = 0
        for byte in written.data:
            value |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80:
                yield _signed(value)
                value = shift = 0


def _signed(value: int) -> int:
    value &= 0xFFFFFFFF
    return value - 2**32 if value >= 2**31 else value


def _spot(rule: Rule, spot: Spot) -> Finding:
    return next(iter(rule(spot)))
