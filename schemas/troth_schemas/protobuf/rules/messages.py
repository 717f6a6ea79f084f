"""Messages: fields that are gone, what is required, what excludes each other, and what is reserved."""

from collections.abc import Iterator
from typing import Any

from troth_schemas.finding import Found, Severity, Witness
from troth_schemas.protobuf import witness
from troth_schemas.protobuf.elements import Field, Message
from troth_schemas.protobuf.pair import MessagePair, Side
from troth_schemas.protobuf.ranges import Reserved, Span, missing, shown
from troth_schemas.protobuf.rules.grading import ALL, CODE, JSON_UP, WIRES, graded


def _gone(pair: MessagePair) -> Iterator[Field]:
    """The fields that are relied on and that the other side does not have."""
    kept = {one.number for one in pair.new.proto.field}
    return (field for number, field in pair.old.fields().items() if number not in kept)


def _found(pair: MessagePair, field: Field, message: str) -> Found:
    return pair.found(
        message,
        (pair.old.full_name, str(field.number)),
        field.place,
        pair.new.place,
        element=field.full_name,
        interaction=pair.old.full_name,
        witness=_missed(pair, field) if pair.sides.prove else None,
    )


def _missed(pair: MessagePair, field: Field) -> Witness | None:
    sides, names = pair.sides, (pair.writer.full_name, pair.reader.full_name)
    if sides.relied == "reader":
        return witness.never_there(sides.writer, sides.reader, names, field)
    return witness.of_field(sides.writer, sides.reader, names, field, as_json=sides.json)


def _title(pair: MessagePair, field: Field) -> str:
    return f"The {pair.sides.other} has no field {field.number} ({field.name}) of {pair.old.full_name}"


@graded("field-no-delete", MessagePair, CODE)
def field_no_delete(pair: MessagePair) -> Iterator[Found]:
    """A field is gone.

    Why it breaks: code that uses it no longer compiles, and what is sent in it is lost.
    Instead: keep it, marked deprecated.
    """
    for field in _gone(pair):
        yield _found(pair, field, f"{_title(pair, field)}.")


@graded("field-no-delete-unless-number-reserved", MessagePair, WIRES)
def field_no_delete_unless_number_reserved(pair: MessagePair) -> Iterator[Found]:
    """A field is gone and its number is not reserved.

    Why it breaks: what is sent in it is lost, and another field may take the number and read old data as its own.
    Instead: reserve the number when nobody relies on the field any more.
    Note: between a consumer and a provider the consumer still relies on it, reserved or not.
    """
    reserved = _reserved(pair.new)
    for field in _gone(pair):
        if pair.sides.one_way:
            yield _found(pair, field, f"{_title(pair, field)}.")
        elif not reserved.number(field.number):
            yield _found(pair, field, f"{_title(pair, field)} and does not reserve the number.")


@graded("field-no-delete-unless-name-reserved", MessagePair, ("WIRE_JSON",))
def field_no_delete_unless_name_reserved(pair: MessagePair) -> Iterator[Found]:
    """A field is gone and its name is not reserved.

    Why it breaks: JSON carries names: another field may take the name and read old JSON as its own.
    Instead: reserve the name when nobody relies on the field any more.
    """
    reserved = _reserved(pair.new)
    for field in _gone(pair):
        if not pair.sides.one_way and field.name not in reserved.names:
            yield _found(pair, field, f"{_title(pair, field)} and does not reserve the name.")


@graded("field-unknown-in-json", MessagePair, JSON_UP, severity="risky", alias=False)
def field_unknown_in_json(pair: MessagePair) -> Iterator[Found]:
    """A field may be written that the reader does not have.

    Why it breaks: readers of bytes keep or skip what they do not know, but JSON parsers refuse it unless they are told
    to pass it over.
    Instead: let readers have the field before anybody writes it, or let them ignore unknown fields.
    Note: risky and not breaking, because bytes are read and most readers of JSON can be told. In FORWARD this is a
    field that is new, else one that is gone and reserved. Of calls nothing is found, which are bytes.
    """
    sides = pair.sides
    if sides.one_way or not (sides.forward or sides.wire_only):
        return
    known, reserved = pair.reader.fields(), _reserved(pair.reader)
    for number, field in pair.writer.fields().items():
        if number not in known and (sides.forward or (reserved.number(number) and field.name in reserved.names)):
            names = (pair.writer.full_name, pair.reader.full_name)
            proof = witness.of_field(sides.writer, sides.reader, names, field, as_json=True) if sides.prove else None
            title = f"The {sides.reads} has no field {number} ({field.name}) of {pair.old.full_name}"
            message = f"{title}: it skips it in bytes and refuses it in JSON, unless told otherwise."
            yield pair.unread(message, (pair.old.full_name, str(number)), field.place, pair.reader.place,
                              element=field.full_name, interaction=pair.old.full_name, witness=proof)  # fmt: skip


def _reserved(message: Message) -> Reserved:
    return Reserved.of(_spans(message), message.proto.reserved_name)


@graded("message-same-required-fields", MessagePair, ALL)
def message_same_required_fields(pair: MessagePair) -> Iterator[Found]:
    """A field is required on one side and not on the other.

    Why it breaks: who requires it refuses every message without it: new readers refuse old data, old readers new data.
    Instead: never add or take away required; check in code what must be there.
    """
    old, new = _required(pair.old), _required(pair.new)
    for number in sorted(old.keys() ^ new.keys()):
        field = old.get(number) or new[number]
        side: Side = "reader" if number in _required(pair.reader) else "writer"
        if pair.sides.one_way and side == "writer":
            continue
        message = (
            f"Field {number} ({field.name}) of {pair.old.full_name} is required by the {pair.sides.word(side)} only."
        )
        yield pair.found(
            message,
            (pair.old.full_name, str(number), side),
            _place(pair.old, number),
            _place(pair.new, number),
            element=f"{pair.old.full_name}.{field.name}" if number in pair.old.fields() else pair.old.full_name,
            interaction=pair.old.full_name,
            witness=_refused(pair, side) if pair.sides.prove else None,
        )


def _required(message: Message) -> dict[int, Field]:
    return {number: field for number, field in message.fields().items() if field.required}


def _place(message: Message, number: int) -> Any:
    field = message.fields().get(number)
    return message.place if field is None else field.place


def _refused(pair: MessagePair, side: Side) -> Witness | None:
    """The least message that the side without the requirement writes."""
    sides, reader, writer = pair.sides, pair.reader.full_name, pair.writer.full_name
    if side == "reader":
        return witness.refused_without(sides.writer, sides.reader, (writer, reader), "the reader")
    return witness.refused_without(sides.reader, sides.writer, (reader, writer), "who has the writer's contract")


@graded("field-same-oneof", MessagePair, ALL)
def field_same_oneof(pair: MessagePair) -> Iterator[Found]:
    """A field has moved into a oneof, out of one, or into another.

    Why it breaks: of two fields that could be set together and now exclude each other, the first is lost; generated
    code changes in any case.
    Instead: move one field alone into a new oneof, or add a new field.
    Note: in WIRE_JSON and WIRE one field alone in a new oneof is no finding, nor is another name of the oneof; what
    left a oneof is risky, because an older reader drops one of two.
    """
    readers, writers = pair.reader.fields(), pair.writer.fields()
    old, new = (writers, readers) if pair.sides.relied == "writer" else (readers, writers)
    for number, field in old.items():
        other = new.get(number)
        if other is None or field.oneof == other.oneof:
            continue
        severity: Severity | None = None
        rival = _rival(readers, writers, number)
        if pair.sides.wire_only and rival is None:
            if pair.sides.one_way or _rival(writers, readers, number) is None:
                continue
            severity = "risky"
        where = [f"in the oneof {one}" if one else "in no oneof" for one in (other.oneof, field.oneof)]
        title = f"field {number} ({field.name}) of {pair.old.full_name}"
        proof = _both(pair, number, rival) if rival is not None and pair.sides.prove else None
        yield pair.found(
            f"The {pair.sides.other}'s {title} is {where[0]}, not {where[1]}.",
            (pair.old.full_name, str(number), other.oneof or "", field.oneof or ""),
            field.place,
            other.place,
            element=field.full_name,
            interaction=pair.old.full_name,
            witness=proof,
            severity=severity,
        )


def _rival(readers: dict[int, Field], writers: dict[int, Field], number: int) -> int | None:
    """A field that the writer may set beside this one, and that excludes it for the reader."""
    mine, theirs = readers[number].oneof, writers[number].oneof
    if mine is None:
        return None
    for other, field in readers.items():
        if (
            other != number
            and field.oneof == mine
            and other in writers
            and (theirs is None or writers[other].oneof != theirs)
        ):
            return other
    return None


def _both(pair: MessagePair, number: int, rival: int) -> Witness | None:
    fields = pair.writer.fields()
    names = (pair.writer.full_name, pair.reader.full_name)
    return witness.together(pair.sides.writer, pair.sides.reader, names, (fields[number], fields[rival]))


@graded("oneof-no-delete", MessagePair, CODE)
def oneof_no_delete(pair: MessagePair) -> Iterator[Found]:
    """A oneof is gone.

    Why it breaks: code that asks which of its fields is set no longer compiles.
    Instead: keep it, even with one field.
    """
    for name in pair.old.oneofs():
        if name not in pair.new.oneofs():
            message = f"The {pair.sides.other}'s {pair.old.full_name} has no oneof {name}."
            yield pair.found(message, (pair.old.full_name, name), pair.old.place, pair.new.place,
                             element=f"{pair.old.full_name}.{name}", interaction=pair.old.full_name)  # fmt: skip


@graded("message-no-remove-standard-descriptor-accessor", MessagePair, CODE)
def message_no_remove_standard_descriptor_accessor(pair: MessagePair) -> Iterator[Found]:
    """A message's option no_standard_descriptor_accessor was turned on.

    Why it breaks: generated code loses the accessor descriptor().
    Instead: leave the option off.
    """
    if pair.new.proto.options.no_standard_descriptor_accessor > pair.old.proto.options.no_standard_descriptor_accessor:
        message = f"The {pair.sides.other}'s {pair.old.full_name} has no_standard_descriptor_accessor."
        yield pair.found(message, (pair.old.full_name,), pair.old.place, pair.new.place, element=pair.old.full_name)


@graded("message-same-json-format", MessagePair, JSON_UP, severity="risky")
def message_same_json_format(pair: MessagePair) -> Iterator[Found]:
    """A message no longer promises to be JSON (the feature json_format).

    Why it breaks: names that clash in JSON are allowed from now on, and JSON may lose a field.
    Instead: keep json_format ALLOW.
    Note: risky and not breaking, because JSON stays the same as long as no names clash.
    """
    if pair.old.features.json_format == "ALLOW" != pair.new.features.json_format:
        message = f"The {pair.sides.other}'s {pair.old.full_name} supports JSON on a best-effort basis only."
        yield pair.found(message, (pair.old.full_name,), pair.old.place, pair.new.place, element=pair.old.full_name)


@graded("reserved-message-no-delete", MessagePair, ALL, severity="risky")
def reserved_message_no_delete(pair: MessagePair) -> Iterator[Found]:
    """A message no longer reserves a number or a name.

    Why it breaks: another field may take it, and then reads what was once written under it as its own.
    Instead: keep what is reserved for ever.
    Note: risky and not breaking, because nothing is misread until somebody takes it.
    """
    if pair.sides.one_way:
        return
    for span in missing(_spans(pair.old), _spans(pair.new)):
        message = f"The {pair.sides.other}'s {pair.old.full_name} no longer reserves {shown(span)}."
        yield pair.found(message, (pair.old.full_name, shown(span)), pair.old.place, pair.new.place,
                         element=pair.old.full_name)  # fmt: skip
    for name in sorted(set(pair.old.proto.reserved_name) - set(pair.new.proto.reserved_name)):
        message = f"The {pair.sides.other}'s {pair.old.full_name} no longer reserves the name {name}."
        yield pair.found(message, (pair.old.full_name, name), pair.old.place, pair.new.place,
                         element=pair.old.full_name)  # fmt: skip


def _spans(message: Message) -> list[Span]:
    return [(one.start, one.end - 1) for one in message.proto.reserved_range]


RULES = (
    field_no_delete,
    field_no_delete_unless_number_reserved,
    field_no_delete_unless_name_reserved,
    field_unknown_in_json,
    message_same_required_fields,
    field_same_oneof,
    oneof_no_delete,
    message_no_remove_standard_descriptor_accessor,
    message_same_json_format,
    reserved_message_no_delete,
)
