"""Enums: values that are gone, names in JSON, and what happens to numbers without a name."""

from collections.abc import Iterator
from dataclasses import replace
from typing import TypeAlias

from google.protobuf.descriptor_pb2 import EnumValueDescriptorProto

from troth_schemas.finding import Found, Severity, Witness
from troth_schemas.protobuf import witness
from troth_schemas.protobuf.elements import Enum, Field
from troth_schemas.protobuf.pair import EnumPair, Sides
from troth_schemas.protobuf.ranges import Reserved, Span, missing, shown
from troth_schemas.protobuf.rules.grading import ALL, CODE, JSON_UP, WIRES, graded


def _found(
    pair: EnumPair, message: str, *key: str, number: int | None = None, severity: Severity | None = None
) -> Found:
    old, new = pair.old, pair.new
    values = [] if number is None else pair.writer.values().get(number, [])
    return pair.found(
        message,
        (old.full_name, *key),
        old.place if number is None else old.value_place(number),
        new.place if number is None else new.value_place(number),
        element=f"{old.full_name}.{values[0].name}" if values else old.full_name,
        interaction=old.full_name,
        witness=_proof(pair.sides, pair.writer, number) if number is not None and pair.sides.prove else None,
        severity=severity,
    )


def _proof(sides: Sides, enum: Enum, number: int) -> Witness | None:
    """A message that holds the value, in the first field of the enum's type that there is; else the value alone."""
    for field in sides.writer.fields_of_enums.get(enum.full_name, ()):
        name = field.message.full_name
        other = sides.reader.messages.get(name)
        if other is not None and field.number in other.fields():
            found = witness.of_value(sides.writer, sides.reader, (name, name), field, number, as_json=sides.json)
            if found is not None:
                return found
    return witness.of_enum(sides.reader, enum, number, as_json=sides.json)


_Values: TypeAlias = Iterator[tuple[int, list[EnumValueDescriptorProto]]]


def _gone(pair: EnumPair) -> _Values:
    """The values that are relied on and that the other side does not have."""
    kept = pair.new.values()
    return ((number, values) for number, values in pair.old.values().items() if number not in kept)


def _unread(pair: EnumPair) -> _Values:
    """The values that are written and that the reader has no name for."""
    kept = pair.reader.values()
    return ((number, values) for number, values in pair.writer.values().items() if number not in kept)


def _who(pair: EnumPair) -> str:
    return f"The {pair.sides.word('reader')}"


def _title(pair: EnumPair, who: str, number: int, values: list[EnumValueDescriptorProto]) -> str:
    names = ", ".join(one.name for one in values)
    return f"The {who} has no value {number} ({names}) of {pair.old.full_name}"


@graded("enum-same-type", EnumPair, CODE)
def enum_same_type(pair: EnumPair) -> Iterator[Found]:
    """An enum is open and was closed, or the other way round.

    Why it breaks: generated code treats numbers without a name otherwise.
    Instead: keep the feature enum_type as it was.
    """
    if pair.old.closed != pair.new.closed:
        words = ["closed" if one.closed else "open" for one in (pair.new, pair.old)]
        yield _found(pair, f"The {pair.sides.other}'s enum {pair.old.full_name} is {words[0]}, not {words[1]}.")


@graded("enum-became-closed", EnumPair, WIRES, severity="risky", alias=False)
def enum_became_closed(pair: EnumPair) -> Iterator[Found]:
    """An enum is closed for the reader and open for the writer.

    Why it breaks: the writer may hold a number without a name, which the reader drops.
    Instead: keep the enum open (features.enum_type = OPEN).
    """
    if pair.reader.closed and not pair.writer.closed:
        yield _found(pair, f"{_who(pair)}'s enum {pair.old.full_name} is closed: it drops numbers without a name.")


@graded("enum-value-no-delete", EnumPair, CODE)
def enum_value_no_delete(pair: EnumPair) -> Iterator[Found]:
    """A value of an enum is gone.

    Why it breaks: code that names it no longer compiles, and readers do not know what it means.
    Instead: keep it, marked deprecated.
    """
    for number, values in _gone(pair):
        if not pair.sides.one_way or pair.sides.relied == "writer":
            yield _found(pair, f"{_title(pair, pair.sides.other, number, values)}.", str(number), number=number)


@graded("enum-value-no-delete-unless-number-reserved", EnumPair, WIRES)
def enum_value_no_delete_unless_number_reserved(pair: EnumPair) -> Iterator[Found]:
    """A value of an enum is gone and its number is not reserved.

    Why it breaks: what is sent is a number without a name, or dropped; and another value may take the number.
    Instead: reserve the number when nobody sends it any more.
    Note: what only the side has that is not relied on is told by enum-value-unknown.
    """
    if pair.sides.relied == "reader":
        return
    reserved = _reserved(pair.reader)
    for number, values in _gone(pair):
        title = _title(pair, pair.sides.reads, number, values)
        if pair.sides.one_way:
            yield _found(pair, f"{title}.", str(number), number=number)
        elif not reserved.number(number):
            yield _found(pair, f"{title} and does not reserve the number.", str(number), number=number)


@graded("enum-value-no-delete-unless-name-reserved", EnumPair, ("WIRE_JSON",))
def enum_value_no_delete_unless_name_reserved(pair: EnumPair) -> Iterator[Found]:
    """A value of an enum is gone and its name is not reserved.

    Why it breaks: JSON carries the name: a reader refuses it, and another value may take it.
    Instead: reserve the name when nobody sends it any more.
    """
    if pair.sides.one_way or pair.sides.relied == "reader":
        return
    reserved = _reserved(pair.reader)
    for number, values in _gone(pair):
        if not _has_names(reserved, values):
            message = f"{_title(pair, pair.sides.reads, number, values)} and does not reserve the name."
            yield _found(pair, message, str(number), number=number)


@graded("enum-value-unknown", EnumPair, ALL, severity="risky", alias=False)
def enum_value_unknown(pair: EnumPair) -> Iterator[Found]:
    """A value of an enum may be written that the reader has no name for.

    Why it breaks: JSON with the name is refused; as a number it has no name, and of a closed enum it is dropped.
    Instead: let readers have the value before anybody writes it.
    Note: risky and not breaking, because nothing says that it is written. In FORWARD this is a value that is new,
    between a consumer and a provider one that only the provider has, and else one that is gone and reserved.
    """
    reserved = _reserved(pair.reader)
    for number, values in _unread(pair):
        if pair.sides.relied == "reader" or _retired(pair, reserved, number, values):
            yield _found(pair, f"{_title(pair, pair.sides.reads, number, values)}.", str(number), number=number)


def _retired(pair: EnumPair, reserved: Reserved, number: int, values: list[EnumValueDescriptorProto]) -> bool:
    """Whether a value that is gone is reserved as the category wants it, so that no other rule tells of it."""
    if pair.sides.one_way or not pair.sides.wire_only:
        return False
    return reserved.number(number) and (not pair.sides.json or _has_names(reserved, values))


def _reserved(enum: Enum) -> Reserved:
    return Reserved.of(_spans(enum), enum.proto.reserved_name)


def _has_names(reserved: Reserved, values: list[EnumValueDescriptorProto]) -> bool:
    return {one.name for one in values} <= reserved.names


@graded("enum-first-value-changed", EnumPair, ALL, alias=False)
def enum_first_value_changed(pair: EnumPair) -> Iterator[Found]:
    """The first value of an enum is another number, and a field means it where it was left out.

    Why it breaks: a value that was left out means one thing to who wrote it and another to who reads it.
    Instead: add values below the first, or give the fields a default.
    Note: of closed enums only; the first value of an open one is 0.
    """
    firsts = [each.proto.value[0] for each in (pair.new, pair.old) if each.proto.value]
    if len({one.number for one in firsts}) == 2:
        both = _implied(pair)
        if both is not None:
            sides = pair.sides
            proof = witness.default_differs(sides.writer, sides.reader, *both) if sides.prove else None
            message = f"The {sides.other}'s {pair.old.full_name} begins with {firsts[0].name}, not {firsts[1].name}: "
            message += f"{both[0].full_name} means it where it was left out."
            found = _found(pair, message)
            yield replace(found, witness=proof)


def _implied(pair: EnumPair) -> tuple[Field, Field] | None:
    """A field of the enum on both sides that has no default of its own; the writer's and the reader's."""
    for name, message in pair.sides.writer.messages.items():
        other = pair.sides.reader.messages.get(name)
        for number, field in message.fields().items() if other is not None else ():
            if field.type_name == pair.writer.full_name and other is not None and number in other.fields():
                both = field, other.fields()[number]
                if all(one.cardinality.startswith("optional") and not one.proto.default_value for one in both):
                    return both
    return None


@graded("enum-value-same-name", EnumPair, JSON_UP)
def enum_value_same_name(pair: EnumPair) -> Iterator[Found]:
    """A value of an enum has another name.

    Why it breaks: JSON carries names, and code is generated from them.
    Instead: keep the old name beside the new one, with allow_alias.
    """
    readers = pair.reader.values()
    for number, values in pair.writer.values().items():
        names = {one.name for one in readers.get(number, ())}
        for value in values:
            if names and value.name not in names:
                message = (
                    f"{_who(pair)} calls {number} of {pair.old.full_name} {', '.join(sorted(names))}, not {value.name}."
                )
                yield _found(pair, message, str(number), value.name, number=number)


@graded("enum-same-json-format", EnumPair, JSON_UP, severity="risky")
def enum_same_json_format(pair: EnumPair) -> Iterator[Found]:
    """An enum no longer promises to be JSON (the feature json_format).

    Why it breaks: names that clash in JSON are allowed from now on.
    Instead: keep json_format ALLOW.
    Note: risky and not breaking, because JSON stays the same as long as no names clash.
    """
    if pair.old.features.json_format == "ALLOW" != pair.new.features.json_format:
        yield _found(pair, f"The {pair.sides.other}'s {pair.old.full_name} supports JSON on a best-effort basis only.")


@graded("reserved-enum-no-delete", EnumPair, ALL, severity="risky")
def reserved_enum_no_delete(pair: EnumPair) -> Iterator[Found]:
    """An enum no longer reserves a number or a name.

    Why it breaks: another value may take it, and then means something else in what was once written.
    Instead: keep what is reserved for ever.
    Note: risky and not breaking, because nothing is misread until somebody takes it.
    """
    if pair.sides.one_way:
        return
    for span in missing(_spans(pair.old), _spans(pair.new)):
        message = f"The {pair.sides.other}'s {pair.old.full_name} no longer reserves {shown(span)}."
        yield _found(pair, message, shown(span))
    for name in sorted(set(pair.old.proto.reserved_name) - set(pair.new.proto.reserved_name)):
        yield _found(pair, f"The {pair.sides.other}'s {pair.old.full_name} no longer reserves the name {name}.", name)


def _spans(enum: Enum) -> list[Span]:
    return [(one.start, one.end) for one in enum.proto.reserved_range]


RULES = (
    enum_same_type,
    enum_became_closed,
    enum_value_no_delete,
    enum_value_no_delete_unless_number_reserved,
    enum_value_no_delete_unless_name_reserved,
    enum_value_unknown,
    enum_first_value_changed,
    enum_value_same_name,
    enum_same_json_format,
    reserved_enum_no_delete,
)
