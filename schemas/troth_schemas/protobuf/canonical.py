"""What a contract says and nothing else: descriptors without lines, comments, order and spelled-out defaults."""

import hashlib
from operator import attrgetter
from typing import Any, Final

from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    EnumDescriptorProto,
    FieldDescriptorProto,
    FileDescriptorProto,
    FileDescriptorSet,
)

from troth_schemas.protobuf.elements import camel
from troth_schemas.protobuf.model import Schema

_BY_NAME: Final = attrgetter("name")
_VARINT, _I64, _LEN, _I32 = 0, 1, 2, 5


def canonical(schema: Schema) -> bytes:
    """Bytes that are equal for contracts that say the same.

    The name of a file counts only beside others: a contract in one file may be handed in under any name.
    """
    files = [_file(file.proto, named=len(schema.files) > 1) for file in schema.files.values()]
    made = FileDescriptorSet(file=sorted(files, key=lambda one: (one.name, one.package)))
    return made.SerializeToString(deterministic=True) + "\0".join(sorted(schema.refused)).encode()


def digest(schema: Schema) -> str:
    """The SHA-256 of the canonical form, in hexadecimal digits."""
    return hashlib.sha256(canonical(schema)).hexdigest()


def _file(file: FileDescriptorProto, *, named: bool) -> FileDescriptorProto:
    made = FileDescriptorProto()
    made.CopyFrom(file)
    for field in ("dependency", "public_dependency", "weak_dependency", "option_dependency", "source_code_info"):
        made.ClearField(field)
    if not named:
        made.ClearField("name")
    made.syntax = file.syntax or "proto2"
    _ordered(made, "message_type", _BY_NAME)
    _ordered(made, "enum_type", _BY_NAME)
    _ordered(made, "service", _BY_NAME)
    _ordered(made, "extension", _BY_NAME)
    _options(made)
    _fields(made.extension)
    for service in made.service:
        _options(service)
        _ordered(service, "method", _BY_NAME)
        for method in service.method:
            _options(method)
    _enums(made.enum_type)
    left = list(made.message_type)
    for message in left:
        _message(message)
        left.extend(message.nested_type)
    return made


def _message(message: DescriptorProto) -> None:
    _options(message)
    names = [one.name for one in message.oneof_decl]
    for field in message.field:
        if field.HasField("oneof_index"):
            field.oneof_index = sorted(names).index(names[field.oneof_index])
    _ordered(message, "oneof_decl", _BY_NAME)
    _ordered(message, "field", attrgetter("number"))
    _ordered(message, "nested_type", _BY_NAME)
    _ordered(message, "enum_type", _BY_NAME)
    _ordered(message, "extension", _BY_NAME)
    _united(message.reserved_range, 0)
    _ordered(message, "extension_range", attrgetter("start", "end"))
    message.reserved_name.sort()
    _fields(message.field)
    _fields(message.extension)
    _enums(message.enum_type)


def _fields(fields: Any) -> None:
    field: FieldDescriptorProto
    for field in fields:
        _options(field)
        if field.json_name == camel(field.name):
            field.ClearField("json_name")


def _enums(enums: Any) -> None:
    """The first value stays first: it is the default of fields of this type."""
    enum: EnumDescriptorProto
    for enum in enums:
        _options(enum)
        for value in enum.value:
            _options(value)
        first = enum.value[0].number if enum.value else 0
        _ordered(enum, "value", lambda one, first=first: (one.number != first, one.number, one.name))
        _united(enum.reserved_range, 1)
        enum.reserved_name.sort()


def _united(ranges: Any, last: int) -> None:
    """Ranges in order, adjacent ones as one. ``last`` is 1 where the end is included, as in enums."""
    ranges.sort(key=attrgetter("start", "end"))
    spans: list[list[int]] = []
    for one in ranges:
        if spans and one.start <= spans[-1][1] + last:
            spans[-1][1] = max(spans[-1][1], one.end)
        else:
            spans.append([one.start, one.end])
    del ranges[:]
    for start, end in spans:
        ranges.add(start=start, end=end)


def _ordered(element: Any, name: str, key: Any) -> None:
    getattr(element, name).sort(key=key)


def _options(element: Any) -> None:
    """Options that this library does not know stand in the order in which they were written: sort them too."""
    if not element.HasField("options"):
        return
    known = element.options.SerializeToString(deterministic=True)
    ordered = b"".join(text for _, text in sorted(_wire_fields(known), key=lambda one: one[0]))
    if not known:
        element.ClearField("options")
    elif ordered != known:
        element.options.ParseFromString(ordered)


def _wire_fields(content: bytes) -> list[tuple[int, bytes]]:
    """The fields of a serialised message, each with its number."""
    found: list[tuple[int, bytes]] = []
    at = 0
    while at < len(content):
        begins = at
        tag, at = _varint(content, at)
        kind = tag & 7
        if kind == _VARINT:
            _, at = _varint(content, at)
        elif kind == _LEN:
            size, at = _varint(content, at)
            at += size
        elif kind in (_I64, _I32):
            at += 8 if kind == _I64 else 4
        else:
            return [(0, content)]
        found.append((tag >> 3, content[begins:at]))
    return found


def _varint(content: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while content[at] & 0x80:
        value |= (content[at] & 0x7F) << shift
        shift += 7
        at += 1
    return value | content[at] << shift, at + 1
