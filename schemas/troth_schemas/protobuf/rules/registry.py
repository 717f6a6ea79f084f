"""What schema registries (Confluent's) hold for incompatible: less than the categories do, and by other lights."""

from collections.abc import Iterator

from troth_schemas.finding import Found, Witness
from troth_schemas.protobuf import witness
from troth_schemas.protobuf.elements import Field, Message
from troth_schemas.protobuf.model import Schema
from troth_schemas.protobuf.pair import FieldPair, FilePair, MessagePair, WholePair
from troth_schemas.protobuf.rules.grading import ONE_FOR_BOTH, Graded
from troth_schemas.rule import Rule, rule

_KINDS = (
    ("int32", "int64", "uint32", "uint64", "bool", "enum"), ("sint32", "sint64"), ("string", "bytes"),
    ("fixed32", "sfixed32"), ("fixed64", "sfixed64"),
)  # fmt: skip


def _graded(made: Rule, pair: type) -> Graded:
    return Graded(made, pair, ())


@rule("protobuf/registry-package-changed", severity="breaking", aliases=("PACKAGE_CHANGED",), mirror=ONE_FOR_BOTH)
def package_changed(pair: FilePair) -> Iterator[Found]:
    """The package is another, as schema registries see it.

    Why it breaks: every message has another full name, under which nobody knows it.
    Instead: register it under another subject.
    """
    old, new = pair.old.proto.package, pair.new.proto.package
    if old != new:
        proof = None
        if pair.sides.prove:
            mine = (one.full_name for one in pair.sides.old.messages.values() if one.file is pair.old)
            name = next(mine, "")
            proof = witness.unknown_type(pair.sides.old, pair.sides.new, name) if name else None
        message = f"The package is {new or 'none'} for the {pair.sides.other}, not {old or 'none'}."
        places = pair.old.place((2,), f"/{old}"), pair.new.place((2,), f"/{new}")
        yield pair.found(message, (old,), *places, element=old, witness=proof)


@rule("protobuf/registry-message-removed", severity="breaking", aliases=("MESSAGE_REMOVED",), mirror=ONE_FOR_BOTH)
def message_removed(pair: WholePair) -> Iterator[Found]:
    """A message is gone from the schema, as schema registries see it.

    Why it breaks: records of it, which name it by its place in the schema, cannot be read.
    Instead: keep it.
    """
    kept = {one.local_name for one in pair.new.messages.values()}
    for name, one in pair.old.messages.items():
        if pair.old.own(one) and pair.old.is_root(one.file) and one.local_name not in kept:
            proof = witness.unknown_type(pair.old, pair.new, name) if pair.sides.prove else None
            message = f"The {pair.sides.other} has no message {name}."
            yield pair.found(message, (name,), one.place, None, element=name, witness=proof)


def _required_alone(pair: MessagePair, one: Message, other: Message, what: str) -> Iterator[Found]:
    theirs = other.fields()
    for number, field in one.fields().items():
        if field.required and number not in theirs:
            sides = pair.sides
            proof = None
            if sides.prove and one is pair.reader:
                names = (pair.writer.full_name, pair.reader.full_name)
                proof = witness.refused_without(sides.writer, sides.reader, names, "the reader")
            elif sides.prove:
                names = (pair.reader.full_name, pair.writer.full_name)
                proof = witness.refused_without(sides.reader, sides.writer, names, "who has the writer's contract")
            message = f"The required field {number} ({field.name}) of {pair.old.full_name} was {what}."
            yield pair.found(message, (pair.old.full_name, str(number)), *_places(pair, number),
                             element=f"{pair.old.full_name}.{field.name}", interaction=pair.old.full_name,
                             witness=proof)  # fmt: skip


def _places(pair: MessagePair, number: int):  # type: ignore[no-untyped-def]  # the two places of `found`
    return tuple(
        fields[number].place if number in (fields := message.fields()) else message.place
        for message in (pair.old, pair.new)
    )


@rule("protobuf/registry-required-field-added", severity="breaking", aliases=("REQUIRED_FIELD_ADDED",),
      mirror="protobuf/registry-required-field-removed")  # fmt: skip
def required_field_added(pair: MessagePair) -> Iterator[Found]:
    """A required field was added.

    Why it breaks: the reader refuses records without it.
    Instead: add it as optional.
    """
    return _required_alone(pair, pair.reader, pair.writer, "added")


@rule("protobuf/registry-required-field-removed", severity="breaking", aliases=("REQUIRED_FIELD_REMOVED",),
      mirror="protobuf/registry-required-field-added")  # fmt: skip
def required_field_removed(pair: MessagePair) -> Iterator[Found]:
    """A required field was removed.

    Why it breaks: older readers refuse records without it.
    Instead: keep it.
    """
    return _required_alone(pair, pair.writer, pair.reader, "removed")


def _kind(field: Field) -> str:
    if field.cardinality == "map":
        return "map"
    return "message" if field.is_message else "scalar"


def _inner(field: Field) -> tuple[Field, ...]:
    """The types that are compared: a map's key and value, else the field itself."""
    entry = field.entry
    return (field,) if entry is None else tuple(entry.fields()[number] for number in (1, 2))


def _found(pair: FieldPair, message: str) -> Iterator[Found]:
    old, new, sides = pair.old, pair.new, pair.sides
    proof: Witness | None = None
    if sides.prove:
        names = (pair.writer.message.full_name, pair.reader.message.full_name)
        proof = witness.of_field(sides.writer, sides.reader, names, pair.writer, as_json=True)
    title = f"The {sides.other}'s field {old.number} ({old.name}) of {old.message.full_name}"
    yield pair.found(f"{title} {message}", (old.message.full_name, str(old.number)), old.place, new.place,
                     element=old.full_name, interaction=old.message.full_name, witness=proof)  # fmt: skip


@rule("protobuf/registry-field-kind-changed", severity="breaking", aliases=("FIELD_KIND_CHANGED",), mirror=ONE_FOR_BOTH)
def field_kind_changed(pair: FieldPair) -> Iterator[Found]:
    """A field is a scalar, a message or a map, and was another of the three.

    Why it breaks: the bytes are others.
    Instead: add a new field.
    """
    for new, old in zip(_inner(pair.new), _inner(pair.old), strict=False):
        if _kind(pair.new) != _kind(pair.old) or _kind(new) != _kind(old):
            yield from _found(pair, f"is {pair.new.type}, not {pair.old.type}.")
            return


@rule("protobuf/registry-field-scalar-kind-changed", severity="breaking", aliases=("FIELD_SCALAR_KIND_CHANGED",),
      mirror=ONE_FOR_BOTH)  # fmt: skip
def field_scalar_kind_changed(pair: FieldPair) -> Iterator[Found]:
    """A scalar field has a type of another group.

    Why it breaks: the bytes are read differently.
    Instead: add a new field.
    Note: registries hold strings and bytes for interchangeable in both directions, though a reader of strings refuses
    bytes that are no UTF-8.
    """
    if _kind(pair.new) != _kind(pair.old):
        return
    for new, old in zip(_inner(pair.new), _inner(pair.old), strict=True):
        if _kind(new) == _kind(old) == "scalar" and not _one_group(new.kind, old.kind):
            yield from _found(pair, f"is {pair.new.type}, not {pair.old.type}.")
            return


def _one_group(one: str, other: str) -> bool:
    return one == other or any(one in group and other in group for group in _KINDS)


@rule("protobuf/registry-field-named-type-changed", severity="breaking", aliases=("FIELD_NAMED_TYPE_CHANGED",),
      mirror=ONE_FOR_BOTH)  # fmt: skip
def field_named_type_changed(pair: FieldPair) -> Iterator[Found]:
    """A field has a message type of another name.

    Why it breaks: registries do not look whether the structures are the same.
    Instead: keep the type's name.
    """
    if _kind(pair.new) != _kind(pair.old):
        return
    for new, old in zip(_inner(pair.new), _inner(pair.old), strict=True):
        if _kind(new) == _kind(old) == "message" and _local_type(new, pair.sides.new) != _local_type(
            old, pair.sides.old
        ):
            yield from _found(pair, f"is {pair.new.type}, not {pair.old.type}.")
            return


def _local_type(field: Field, schema: Schema) -> str:
    message = schema.message(field.type_name)
    return field.type_name if message is None else message.local_name


@rule("protobuf/registry-field-numeric-label-changed", severity="breaking", aliases=("FIELD_NUMERIC_LABEL_CHANGED",),
      mirror=ONE_FOR_BOTH)  # fmt: skip
def field_numeric_label_changed(pair: FieldPair) -> Iterator[Found]:
    """A field of numbers is repeated and was not, or the other way round.

    Why it breaks: repeated numbers are packed into one value, which a reader of one number cannot read.
    Instead: add a new field.
    """
    labels = [one.cardinality == "repeated" for one in (pair.new, pair.old)]
    numeric = all(_kind(one) == "scalar" and one.kind not in ("string", "bytes") for one in (pair.new, pair.old))
    if labels[0] != labels[1] and numeric:
        yield from _found(pair, f"is {pair.new.cardinality}, not {pair.old.cardinality}.")


def _oneof_found(pair: MessagePair, oneof: str, message: str, proof: Witness | None = None) -> Found:
    return pair.found(message, (pair.old.full_name, oneof), pair.old.place, pair.new.place,
                      element=f"{pair.old.full_name}.{oneof}", interaction=pair.old.full_name,
                      witness=proof)  # fmt: skip


@rule("protobuf/registry-oneof-field-removed", severity="breaking", aliases=("ONEOF_FIELD_REMOVED",),
      mirror=ONE_FOR_BOTH)  # fmt: skip
def oneof_field_removed(pair: MessagePair) -> Iterator[Found]:
    """A field is gone from a oneof that is still there.

    Why it breaks: a reader finds nothing set where the writer chose that field.
    Instead: keep it.
    """
    kept = {number: field.oneof for number, field in pair.new.fields().items()}
    oneofs = frozenset(pair.new.oneofs())
    for number, field in pair.old.fields().items():
        if field.oneof in oneofs and kept.get(number) != field.oneof:
            sides = pair.sides
            names = (pair.writer.full_name, pair.reader.full_name)
            proof = witness.of_field(sides.writer, sides.reader, names, field, as_json=True) if sides.prove else None
            message = f"The {sides.other}'s oneof {field.oneof} of {pair.old.full_name} lacks {number} ({field.name})."
            yield pair.found(message, (pair.old.full_name, str(number)), field.place, pair.new.place,
                             element=field.full_name, interaction=pair.old.full_name, witness=proof)  # fmt: skip


def _moved(pair: MessagePair, oneof: str) -> tuple[list[int], int]:
    """The fields that moved into a oneof from outside of any, and how many came from a oneof."""
    old = pair.old.fields()
    members = [number for number, field in pair.new.fields().items() if field.oneof == oneof and number in old]
    moved = [number for number in members if old[number].oneof is None]
    return moved, len(members) - len(moved)


@rule("protobuf/registry-multiple-fields-moved-to-oneof", severity="breaking",
      aliases=("MULTIPLE_FIELDS_MOVED_TO_ONEOF",), mirror=ONE_FOR_BOTH)  # fmt: skip
def multiple_fields_moved_to_oneof(pair: MessagePair) -> Iterator[Found]:
    """Several fields moved into one oneof.

    Why it breaks: of two that were set together the reader keeps one.
    Instead: move one alone.
    """
    for oneof in pair.new.oneofs():
        moved, _ = _moved(pair, oneof)
        if len(moved) > 1:
            shown = ", ".join(map(str, moved))
            message = f"The fields {shown} of {pair.old.full_name} moved into the oneof {oneof}."
            yield _oneof_found(pair, oneof, message, _both(pair, moved[0], moved[1]))


@rule("protobuf/registry-field-moved-to-existing-oneof", severity="breaking",
      aliases=("FIELD_MOVED_TO_EXISTING_ONEOF",), mirror=ONE_FOR_BOTH)  # fmt: skip
def field_moved_to_existing_oneof(pair: MessagePair) -> Iterator[Found]:
    """A field moved into a oneof that was there already.

    Why it breaks: of two that were set together the reader keeps one.
    Instead: leave it outside.
    """
    old = pair.old.fields()
    for oneof in pair.new.oneofs():
        moved, existing = _moved(pair, oneof)
        if len(moved) == 1 and existing:
            other = next(n for n, f in pair.new.fields().items() if f.oneof == oneof and n in old and n != moved[0])
            message = f"Field {moved[0]} of {pair.old.full_name} moved into the oneof {oneof}, which was there."
            yield _oneof_found(pair, oneof, message, _both(pair, moved[0], other))


def _both(pair: MessagePair, one: int, other: int) -> Witness | None:
    if not pair.sides.prove or pair.sides.relied != "writer":
        return None
    fields = pair.writer.fields()
    names = (pair.writer.full_name, pair.reader.full_name)
    return witness.together(pair.sides.writer, pair.sides.reader, names, (fields[one], fields[other]))


RULES = (
    _graded(package_changed, FilePair),
    _graded(message_removed, WholePair),
    _graded(required_field_added, MessagePair),
    _graded(required_field_removed, MessagePair),
    _graded(oneof_field_removed, MessagePair),
    _graded(multiple_fields_moved_to_oneof, MessagePair),
    _graded(field_moved_to_existing_oneof, MessagePair),
    _graded(field_kind_changed, FieldPair),
    _graded(field_scalar_kind_changed, FieldPair),
    _graded(field_named_type_changed, FieldPair),
    _graded(field_numeric_label_changed, FieldPair),
)
