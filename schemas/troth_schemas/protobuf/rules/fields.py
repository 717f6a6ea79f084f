"""Fields that are on both sides under one number: names, cardinality, types, defaults, and what generators see."""

from collections.abc import Iterator

from google.protobuf.descriptor_pb2 import FieldOptions

from troth_schemas.finding import Found, Severity, Witness
from troth_schemas.protobuf import witness
from troth_schemas.protobuf.pair import FieldPair
from troth_schemas.protobuf.rules.grading import ALL, CODE, JSON_UP, WIRES, graded
from troth_schemas.protobuf.types import judge

_LABELS = {"optional with implicit presence": 1, "optional with explicit presence": 1, "required": 1}


def found(
    pair: FieldPair, message: str, *key: str, severity: Severity | None = None, proof: Witness | None = None
) -> Found:
    """A finding about a pair of fields."""
    old, new = pair.old, pair.new
    return pair.found(
        message,
        (old.message.full_name, str(old.number), *key),
        old.place,
        new.place,
        element=old.full_name,
        interaction=old.message.full_name,
        witness=proof,
        severity=severity,
    )


def title(pair: FieldPair) -> str:
    """What a sentence calls the field that is relied on."""
    return f"field {pair.old.number} ({pair.old.name}) of {pair.old.message.full_name}"


def _proof(pair: FieldPair, *, as_json: bool | None = None) -> Witness | None:
    sides = pair.sides
    if not sides.prove:
        return None
    json = sides.json if as_json is None else as_json
    names = (pair.writer.message.full_name, pair.reader.message.full_name)
    return witness.of_field(sides.writer, sides.reader, names, pair.writer, as_json=json)


@graded("field-same-name", FieldPair, JSON_UP)
def field_same_name(pair: FieldPair) -> Iterator[Found]:
    """A field's name is another.

    Why it breaks: JSON carries names, not numbers, and code is generated from them.
    Instead: keep the name; or add a new field and reserve the old one.
    Note: with json_name kept as it was, JSON stays the same and the finding is risky in WIRE_JSON: field masks and text
    still use the name.
    """
    if pair.reader.name == pair.writer.name:
        return
    risky = pair.sides.category == "WIRE_JSON" and pair.reader.json_name == pair.writer.json_name
    message = f"The {pair.sides.other} calls {title(pair)} {pair.new.name}."
    yield found(pair, message, severity="risky" if risky else None, proof=_proof(pair))


@graded("field-same-json-name", FieldPair, JSON_UP)
def field_same_json_name(pair: FieldPair) -> Iterator[Found]:
    """A field's name in JSON is another.

    Why it breaks: JSON written under the old name is refused, or the value is passed over.
    Instead: keep it with [json_name = "…"].
    """
    if pair.reader.json_name != pair.writer.json_name:
        message = f"The JSON name of {title(pair)} is {pair.new.json_name} for the {pair.sides.other}, "
        yield found(pair, f"{message}not {pair.old.json_name}.", proof=_proof(pair))


def _cardinality(pair: FieldPair, *, severity: Severity | None = None) -> Found:
    message = f"The {pair.sides.other}'s {title(pair)} is {pair.new.cardinality}, not {pair.old.cardinality}."
    return found(pair, message, pair.old.cardinality, pair.new.cardinality, severity=severity, proof=_proof(pair))


@graded("field-same-cardinality", FieldPair, CODE)
def field_same_cardinality(pair: FieldPair) -> Iterator[Found]:
    """A field is optional, required, repeated or a map, and was something else.

    Why it breaks: generated code has other accessors, and most such changes are other bytes too.
    Instead: add a new field.
    """
    if pair.reader.cardinality != pair.writer.cardinality:
        yield _cardinality(pair)


@graded("field-wire-json-compatible-cardinality", FieldPair, ("WIRE_JSON",))
def field_wire_json_compatible_cardinality(pair: FieldPair) -> Iterator[Found]:
    """A field is one value, several or a map, and was another of the three.

    Why it breaks: one value, a list and a map are three different things in JSON.
    Instead: add a new field.
    Note: whether an absent value can be told from a zero changes neither bytes nor JSON that are read.
    """
    one, other = (_LABELS.get(each.cardinality, each.cardinality) for each in (pair.reader, pair.writer))
    if one != other:
        yield _cardinality(pair)


@graded("field-wire-compatible-cardinality", FieldPair, ("WIRE",))
def field_wire_compatible_cardinality(pair: FieldPair) -> Iterator[Found]:
    """A field has one value and had several, or the other way round.

    Why it breaks: who reads one value of several keeps the last and loses the others.
    Instead: add a new field.
    Note: a reader of several takes one value without loss, so that direction alone is risky: answers, and older
    readers, go the other way. Maps are repeated messages on the wire.
    """
    one, other = (_LABELS.get(each.cardinality, "repeated") for each in (pair.reader, pair.writer))
    if one == other:
        return
    takes_all = one == "repeated" and _packs_alike(pair)
    if not (takes_all and pair.sides.one_way):
        yield _cardinality(pair, severity="risky" if takes_all else None)


def _packs_alike(pair: FieldPair) -> bool:
    return judge(pair.reader, pair.writer, pair.sides, as_json=False).fit in ("same", "fits", "renamed")


@graded("field-same-type", FieldPair, CODE)
def field_same_type(pair: FieldPair) -> Iterator[Found]:
    """A field's type is another.

    Why it breaks: generated code has another type there, and often the bytes are others too.
    Instead: add a new field of the new type and reserve the old one.
    """
    if pair.reader.type != pair.writer.type or pair.reader.kind != pair.writer.kind:
        yield found(pair, _other_type(pair), pair.old.type, pair.new.type, proof=_proof(pair))


def _other_type(pair: FieldPair, why: str = "") -> str:
    words = [one.type if one.kind != "group" else f"group {one.type}" for one in (pair.new, pair.old)]
    return f"The {pair.sides.other}'s {title(pair)} is {words[0]}, not {words[1]}{': ' if why else ''}{why}."


def _incompatible(pair: FieldPair, *, as_json: bool) -> Iterator[Found]:
    verdict = judge(pair.reader, pair.writer, pair.sides, as_json=as_json)
    if verdict.fit == "clashes":
        message = _other_type(pair, verdict.why)
        yield found(pair, message, pair.old.type, pair.new.type, proof=_proof(pair))


@graded("field-wire-json-compatible-type", FieldPair, ("WIRE_JSON",))
def field_wire_json_compatible_type(pair: FieldPair) -> Iterator[Found]:
    """A field's type is one that reads the bytes or the JSON of the other differently.

    Why it breaks: values come out wrong, or the message is refused.
    Instead: add a new field of the new type and reserve the old one.
    Note: interchangeable in both forms are int32 with uint32, int64 with uint64, fixed32 with sfixed32 and fixed64
    with sfixed64. A message type of another name but the same structure is told by field-type-renamed.
    """
    return _incompatible(pair, as_json=True)


@graded("field-wire-compatible-type", FieldPair, ("WIRE",))
def field_wire_compatible_type(pair: FieldPair) -> Iterator[Found]:
    """A field's type is one that reads the bytes of the other differently.

    Why it breaks: values come out wrong, or the message is refused.
    Instead: add a new field of the new type and reserve the old one.
    Note: interchangeable are int32, uint32, int64, uint64, bool and enums; sint32 and sint64; fixed32 and sfixed32;
    fixed64 and sfixed64; bytes read strings and messages. Other checkers refuse enums and messages there.
    """
    return _incompatible(pair, as_json=False)


@graded("field-value-narrowed", FieldPair, WIRES, severity="risky", alias=False)
def field_value_narrowed(pair: FieldPair) -> Iterator[Found]:
    """A field's type holds fewer values than what is written into it.

    Why it breaks: a value that does not fit is cut off, or dropped, without a word.
    Instead: widen types, or make sure that only values are written which both hold.
    """
    verdict = judge(pair.reader, pair.writer, pair.sides, as_json=pair.sides.json)
    if verdict.fit == "narrows":
        proof = _proof(pair)
        reader, writer = pair.sides.word("reader"), pair.sides.word("writer")
        message = f"The {reader}'s {title(pair)} is {pair.reader.type}, the {writer}'s {pair.writer.type}: "
        yield found(pair, f"{message}{verdict.why}.", pair.old.type, pair.new.type, proof=proof)


@graded("field-type-renamed", FieldPair, WIRES, severity="risky", alias=False)
def field_type_renamed(pair: FieldPair) -> Iterator[Found]:
    """A field's message type has another name and the same structure.

    Why it breaks: bytes and JSON stay the same, but generated code does not, nor do types inside an Any.
    Instead: keep the name.
    Note: where the structures differ, field-wire-compatible-type or field-wire-json-compatible-type tells of it.
    """
    if judge(pair.reader, pair.writer, pair.sides, as_json=pair.sides.json).fit == "renamed":
        yield found(pair, _other_type(pair, "of the same structure"), pair.old.type, pair.new.type)


@graded("field-same-default", FieldPair, ALL)
def field_same_default(pair: FieldPair) -> Iterator[Found]:
    """A field's default value is another.

    Why it breaks: a value that was left out means one thing to who wrote it and another to who reads it.
    Instead: keep the default; let new code write the new value.
    """
    values = [one.proto.default_value if one.proto.HasField("default_value") else None for one in (pair.old, pair.new)]
    types = pair.reader.type == pair.writer.type
    if values[0] == values[1] or (None in values and _is_zero(pair, values[0] or values[1] or "")) or not types:
        return
    proof = None
    if pair.sides.prove and pair.old.extension is None:
        proof = witness.default_differs(pair.sides.writer, pair.sides.reader, pair.writer, pair.reader)
    shown = ["no default" if value is None else f"the default {value}" for value in values]
    message = f"The {pair.sides.other}'s {title(pair)} has {shown[1]}, not {shown[0]}."
    yield found(pair, message, proof=proof)


def _is_zero(pair: FieldPair, value: str) -> bool:
    """Whether a default says what holds without one."""
    enum = pair.sides.old.enums.get(pair.old.type_name)
    if enum is not None:
        return bool(enum.proto.value) and value == enum.proto.value[0].name
    return value in ("", "0", "false", "0.0")


@graded("field-same-jstype", FieldPair, CODE)
def field_same_jstype(pair: FieldPair) -> Iterator[Found]:
    """A field's option jstype is another.

    Why it breaks: in JavaScript an integer of 64 bits becomes a string, or a number that loses digits.
    Instead: keep the option.
    """
    old, new = (FieldOptions.JSType.Name(one.proto.options.jstype) for one in (pair.old, pair.new))
    if old != new and pair.reader.type == pair.writer.type:
        yield found(pair, f"The {pair.sides.other}'s {title(pair)} has jstype {new}, not {old}.")


@graded("field-same-cpp-string-type", FieldPair, CODE)
def field_same_cpp_string_type(pair: FieldPair) -> Iterator[Found]:
    """A string or bytes field has another type in C++ (ctype, or the feature string_type).

    Why it breaks: C++ code that takes the value no longer compiles.
    Instead: keep the option.
    """
    old, new = _cpp_strings(pair)
    if old != new:
        yield found(pair, f"The {pair.sides.other}'s {title(pair)} is a {new} in C++, not a {old}.")


def _cpp_strings(pair: FieldPair) -> tuple[str, str]:
    found = []
    for one in (pair.old, pair.new):
        stated = one.proto.options.HasField("ctype")
        shown = FieldOptions.CType.Name(one.proto.options.ctype) if stated else one.features.cpp_string
        found.append({"STRING_PIECE": "VIEW"}.get(shown, shown) if one.kind in ("string", "bytes") else "")
    return (found[0], found[1]) if all(found) else ("", "")


RULES = (
    field_same_name,
    field_same_json_name,
    field_same_cardinality,
    field_wire_json_compatible_cardinality,
    field_wire_compatible_cardinality,
    field_same_type,
    field_wire_json_compatible_type,
    field_wire_compatible_type,
    field_value_narrowed,
    field_type_renamed,
    field_same_default,
    field_same_jstype,
    field_same_cpp_string_type,
)
