"""Proofs: a message written with one contract's descriptors and really read with the other's, by Protobuf's library."""

import json
from collections.abc import Callable
from typing import Any, Final

from google.protobuf.any_pb2 import Any as Any_
from google.protobuf.json_format import Error, MessageToDict, ParseDict
from google.protobuf.message import DecodeError

from troth_schemas.finding import Witness
from troth_schemas.json_body import Json
from troth_schemas.protobuf.elements import Enum, Field
from troth_schemas.protobuf.filling import assign, require, sample, values
from troth_schemas.protobuf.model import Schema
from troth_schemas.protobuf.sameness import same

_FAILURES: Final = (DecodeError, Error, KeyError, TypeError, ValueError, RecursionError)


def of_field(writer: Schema, reader: Schema, names: tuple[str, str], field: Field, *, as_json: bool) -> Witness | None:
    """A message with a value in the writer's ``field`` that the reader takes for something else; None if none is."""
    for fill in values(field):
        found = misread(writer, reader, names, fill, as_json=as_json)
        if found is not None:
            return found
    return None


def of_value(
    writer: Schema, reader: Schema, names: tuple[str, str], field: Field, number: int, *, as_json: bool
) -> Witness | None:
    """A message that holds one value of an enum."""

    def fill(message: Any) -> None:
        if field.cardinality == "repeated":
            getattr(message, field.name).append(number)
        elif field.cardinality == "map":
            entry = message.DESCRIPTOR.fields_by_name[field.name].message_type
            getattr(message, field.name)[sample(entry.fields_by_name["key"])] = number
        else:
            setattr(message, field.name, number)

    return misread(writer, reader, names, fill, as_json=as_json)


def of_enum(reader: Schema, enum: Enum, number: int, *, as_json: bool) -> Witness | None:
    """A value of an enum that the reader has no name for, or (``as_json``) no such name."""
    name = enum.full_name
    try:
        theirs = reader.pool.enum(name)
    except KeyError:
        return None
    for value in enum.values().get(number, ()):
        if number not in theirs.values_by_number or (as_json and value.name not in theirs.values_by_name):
            shown: dict[str, Json] = {"enum": name, "value": value.name, "number": number}
            return Witness("data", shown, f"the reader does not know what {value.name} ({number}) stands for")
    return None


def of_types(writer: Schema, reader: Schema, names: tuple[str, str], *, as_json: bool) -> Witness | None:
    """A message of one type that a reader of another takes for something else, by any of its fields."""
    message = writer.messages.get(names[0])
    for field in message.fields().values() if message is not None else ():
        found = of_field(writer, reader, names, field, as_json=as_json)
        if found is not None:
            return found
    return None


def streamed(method: str, who: str, written: str, expected: str) -> Witness:
    """A call whose messages are counted differently."""
    value: dict[str, Json] = {"method": method, who: written}
    return Witness("call", value, f"the other side expects {expected}")


def together(writer: Schema, reader: Schema, names: tuple[str, str], fields: tuple[Field, Field]) -> Witness | None:
    """A message with values in two fields, of which the reader keeps one."""

    def fill(message: Any) -> None:
        for one in fields:
            assign(message, one.name, 0 if one.kind == "enum" else sample(message.DESCRIPTOR.fields_by_name[one.name]))

    return misread(writer, reader, names, fill, as_json=False)


def refused_without(writer: Schema, reader: Schema, names: tuple[str, str], who: str) -> Witness | None:
    """The least message of the writer, which lacks what the reader requires."""
    try:
        written, read = writer.pool.new(names[0]), reader.pool.new(names[1])
        require(written)
        content = written.SerializePartialToString()
        read.MergeFromString(content)
    except _FAILURES:
        return None
    if not written.IsInitialized() or read.IsInitialized():
        return None
    shown: dict[str, Json] = {"message": names[0], "written": _as_json(written), "bytes": content.hex()}
    return Witness("data", shown, f"{who} refuses it without {', '.join(read.FindInitializationErrors())}")


def misread(
    writer: Schema, reader: Schema, names: tuple[str, str], fill: Callable[[Any], None], *, as_json: bool
) -> Witness | None:
    """What the writer's ``names[0]``, filled, says to a reader of ``names[1]`` that is not what was written.

    ``as_json``: JSON counts besides bytes.
    """
    try:
        written, read = writer.pool.new(names[0]), reader.pool.new(names[1])
        fill(written)
        content = written.SerializePartialToString()
        shown: dict[str, Json] = {"message": names[0], "written": _as_json(written), "bytes": content.hex()}
    except _FAILURES:
        return None
    try:
        read.MergeFromString(content)
    except DecodeError as problem:
        return Witness("data", shown, f"the reader refuses the bytes: {problem}")
    if written.IsInitialized() and not read.IsInitialized():
        missing = ", ".join(read.FindInitializationErrors())
        return Witness("data", shown, f"the reader refuses it without {missing}")
    if not same(written, read):
        return Witness("data", shown | {"read": _as_json(read)}, "the reader takes it for something else")
    return _misread_json(written, read, shown, reader, names[1]) if as_json else None


def unknown_type(writer: Schema, reader: Schema, name: str) -> Witness | None:
    """An ``Any`` that holds a message of a type which the reader does not know."""
    if not writer.pool.knows(name) or reader.pool.knows(name):
        return None
    address = f"type.googleapis.com/{name}"
    packed = Any_(type_url=address, value=writer.pool.new(name).SerializePartialToString())
    shown: dict[str, Json] = {"message": "google.protobuf.Any", "written": {"@type": address}}
    shown["bytes"] = packed.SerializeToString().hex()
    return Witness("data", shown, f"the reader knows no message {name}")


def never_there(writer: Schema, reader: Schema, names: tuple[str, str], field: Field) -> Witness | None:
    """A message with a value in all that the writer has, in which the reader looks for ``field`` in vain."""
    try:
        written, read = writer.pool.new(names[0]), reader.pool.new(names[1])
        for one in written.DESCRIPTOR.fields:
            assign(written, one.name, 0 if one.enum_type is not None else sample(one))
        content = written.SerializePartialToString()
        read.MergeFromString(content)
    except _FAILURES:
        return None
    if any(one.number == field.number for one, _ in read.ListFields()):
        return None
    shown: dict[str, Json] = {"message": names[0], "written": _as_json(written), "bytes": content.hex()}
    return Witness("data", shown | {"read": _as_json(read)}, f"the reader looks for {field.name} in vain")


def default_differs(writer: Schema, reader: Schema, field: Field, other: Field) -> Witness | None:
    """An empty message whose field means one value to the writer and another to the reader."""
    try:
        meant = getattr(writer.pool.new(field.message.full_name), field.name)
        taken = getattr(reader.pool.new(other.message.full_name), other.name)
    except (*_FAILURES, AttributeError):
        return None
    if meant == taken:
        return None
    shown: dict[str, Json] = {"message": field.message.full_name, "written": {}, "bytes": ""}
    return Witness("data", shown, f"the writer means {meant!r} by it, the reader takes {taken!r}")


def refused(name: str, written: Any, content: bytes, why: str) -> Witness:
    """A message that was seen to be refused."""
    return Witness("data", {"message": name, "written": _as_json(written), "bytes": content.hex()}, why)


def refused_bytes(writer: Schema, reader: Schema, names: tuple[str, str], content: bytes) -> Witness | None:
    """Bytes that the writer's type may be and that the reader refuses; no JSON says what they are."""
    try:
        writer.pool.new(names[0]).MergeFromString(content)
    except _FAILURES:
        return None
    try:
        reader.pool.new(names[1]).MergeFromString(content)
    except DecodeError as problem:
        shown: dict[str, Json] = {"message": names[0], "written": {"@bytes": content.hex()}, "bytes": content.hex()}
        return Witness("data", shown, f"the reader refuses the bytes: {problem}")
    except _FAILURES:
        return None
    return None


def status(stated: str, known: tuple[str, ...]) -> Witness | None:
    """A status that is none of those that there are."""
    return None if stated in known else Witness("call", {"status": stated, "known": list(known)}, "no such status")


def call(service: str, method: str) -> Witness:
    """A call that nobody answers."""
    value: dict[str, Json] = {"method": f"{service}/{method}", "request": {}}
    return Witness("call", value, "UNIMPLEMENTED: nobody answers the method")


def _misread_json(written: Any, read: Any, shown: dict[str, Json], reader: Schema, name: str) -> Witness | None:
    """The same message as JSON: refused by the reader, or another JSON when the reader writes it again."""
    text = _as_json(written)
    try:
        ParseDict(text, reader.pool.new(name), descriptor_pool=reader.pool.pool)
    except _FAILURES as problem:
        return Witness("data", shown, f"the reader refuses the JSON: {problem}")
    again = _as_json(read)
    if json.dumps(again, sort_keys=True) != json.dumps(text, sort_keys=True):
        return Witness("data", shown | {"read": again}, "as JSON it is another value to the reader")
    return None


def _as_json(message: Any) -> dict[str, Json]:
    """A message as JSON; what JSON cannot say (an Any of an unknown type, bad text) by its bytes."""
    try:
        value: dict[str, Json] = MessageToDict(message, descriptor_pool=message.DESCRIPTOR.file.pool)
    except _FAILURES:
        return {"@bytes": message.SerializePartialToString().hex()}
    return value
