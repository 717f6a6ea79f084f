"""A descriptor as the text of a .proto file, for who can read texts only.

Types are written with their full names. What cannot be written (options that are extensions) is left out: compile the
text and compare, where it must be the same.
"""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    Edition,
    EnumDescriptorProto,
    FieldDescriptorProto,
    FileDescriptorProto,
    MethodDescriptorProto,
)
from google.protobuf.message import Message

from troth_schemas.protobuf.elements import camel

_LABELS: Final = {
    FieldDescriptorProto.LABEL_REPEATED: "repeated ",
    FieldDescriptorProto.LABEL_REQUIRED: "required ",
}
_TYPES: Final = {value: name.removeprefix("TYPE_").lower() for name, value in FieldDescriptorProto.Type.items()}
_ESCAPES: Final = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_END: Final = 2**29
_LAST_OF_ENUM: Final = 2**31 - 1


def printed(file: FileDescriptorProto) -> str:
    """The text of a file."""
    return "\n".join(_file(file)) + "\n"


def plain(file: FileDescriptorProto) -> FileDescriptorProto:
    """A copy of what a file says, apart from where it stands: no name, no lines, JSON names only where they are set."""
    copy = FileDescriptorProto()
    copy.CopyFrom(file)
    for member in ("name", "source_code_info"):
        copy.ClearField(member)
    if copy.syntax == "proto2":
        copy.ClearField("syntax")
    for field in copy.extension:
        _without_json_name(field)
    for message in copy.message_type:
        _plain(message)
    return copy


def _plain(message: DescriptorProto) -> None:
    for field in (*message.field, *message.extension):
        _without_json_name(field)
    for nested in message.nested_type:
        _plain(nested)
    message.nested_type.sort(key=lambda one: one.name)


def _without_json_name(field: FieldDescriptorProto) -> None:
    if field.json_name == camel(field.name):
        field.ClearField("json_name")


def _file(file: FileDescriptorProto) -> Iterator[str]:
    if file.syntax == "editions":
        yield f'edition = "{Edition.Name(file.edition).removeprefix("EDITION_")}";'
    else:
        yield f'syntax = "{file.syntax or "proto2"}";'
    if file.package:
        yield f"package {file.package};"
    for index, name in enumerate(file.dependency):
        how = "public " if index in file.public_dependency else "weak " if index in file.weak_dependency else ""
        yield f"import {how}{_quoted(name)};"
    yield from (f"option {one};" for one in _options(file.options))
    optional = file.syntax not in ("proto3", "editions")
    yield from _extensions(file.extension, optional=optional)
    for enum in file.enum_type:
        yield from _enum(enum)
    for message in file.message_type:
        yield from _message(message, optional=optional)
    for service in file.service:
        yield f"service {service.name} {{"
        yield from (f"  option {one};" for one in _options(service.options))
        for method in service.method:
            yield from _indented(_method(method))
        yield "}"


def _message(message: DescriptorProto, *, optional: bool) -> Iterator[str]:
    entries = {one.name: one for one in message.nested_type if one.options.map_entry}
    yield f"message {message.name} {{"
    yield from (f"  option {one};" for one in _options(message.options))
    yield from _indented(_fields(message, entries, optional=optional))
    yield from _indented(_extensions(message.extension, optional=optional))
    for nested in message.nested_type:
        if nested.name not in entries:
            yield from _indented(_message(nested, optional=optional))
    for enum in message.enum_type:
        yield from _indented(_enum(enum))
    for extensible in message.extension_range:
        yield f"  extensions {_range(extensible.start, extensible.end - 1, _END - 1)}{_listed(extensible.options)};"
    yield from _reserved(((one.start, one.end - 1) for one in message.reserved_range), message.reserved_name, _END - 1)
    yield "}"


def _fields(message: DescriptorProto, entries: dict[str, DescriptorProto], *, optional: bool) -> Iterator[str]:
    begun: set[int] = set()
    for field in message.field:
        if not field.HasField("oneof_index") or field.proto3_optional:
            yield _field(field, entries, optional=optional)
        elif field.oneof_index not in begun:
            begun.add(field.oneof_index)
            oneof = message.oneof_decl[field.oneof_index]
            yield f"oneof {oneof.name} {{"
            yield from (f"  option {one};" for one in _options(oneof.options))
            for one in message.field:
                if one.HasField("oneof_index") and one.oneof_index == field.oneof_index:
                    yield f"  {_field(one, entries, optional=False)}"
            yield "}"


def _field(field: FieldDescriptorProto, entries: dict[str, DescriptorProto], *, optional: bool) -> str:
    entry = entries.get(field.type_name.rpartition(".")[2]) if field.label == field.LABEL_REPEATED else None
    if entry is not None:
        kind = f"map<{_type(entry.field[0])}, {_type(entry.field[1])}>"
    else:
        unsaid = "optional " if optional or field.proto3_optional else ""
        kind = _LABELS.get(field.label, unsaid) + _type(field)
    return f"{kind} {field.name} = {field.number}{_listed(field.options, _of_field(field))};"


def _of_field(field: FieldDescriptorProto) -> Iterator[str]:
    if field.HasField("default_value"):
        texts = {field.TYPE_STRING: _quoted, field.TYPE_BYTES: '"{}"'.format}
        yield f"default = {texts.get(field.type, str)(field.default_value)}"
    if field.json_name and field.json_name != camel(field.name):
        yield f"json_name = {_quoted(field.json_name)}"


def _type(field: FieldDescriptorProto) -> str:
    return field.type_name or _TYPES[field.type]


def _extensions(fields: Iterable[FieldDescriptorProto], *, optional: bool) -> Iterator[str]:
    for field in fields:
        yield f"extend {field.extendee} {{"
        yield f"  {_field(field, {}, optional=optional)}"
        yield "}"


def _enum(enum: EnumDescriptorProto) -> Iterator[str]:
    yield f"enum {enum.name} {{"
    yield from (f"  option {one};" for one in _options(enum.options))
    yield from (f"  {one.name} = {one.number}{_listed(one.options)};" for one in enum.value)
    yield from _reserved(((one.start, one.end) for one in enum.reserved_range), enum.reserved_name, _LAST_OF_ENUM)
    yield "}"


def _method(method: MethodDescriptorProto) -> Iterator[str]:
    asks = f"{'stream ' * method.client_streaming}{method.input_type}"
    answers = f"{'stream ' * method.server_streaming}{method.output_type}"
    options = [f"  option {one};" for one in _options(method.options)]
    yield f"rpc {method.name} ({asks}) returns ({answers}){' {' if options else ';'}"
    yield from (*options, "}") if options else ()


def _reserved(ranges: Iterable[tuple[int, int]], names: Iterable[str], last: int) -> Iterator[str]:
    yield from (f"  reserved {_range(start, end, last)};" for start, end in ranges)
    yield from (f"  reserved {_quoted(name)};" for name in names)


def _range(start: int, end: int, last: int) -> str:
    return str(start) if start == end else f"{start} to {'max' if end == last else end}"


def _listed(options: Message, first: Iterable[str] = ()) -> str:
    found = [*first, *_options(options)]
    return f" [{', '.join(found)}]" if found else ""


def _options(options: Message, inside: str = "") -> Iterator[str]:
    for field, value in options.ListFields():
        if field.is_extension or field.name == "map_entry":
            continue
        name = f"{inside}{field.name}"
        if isinstance(value, Message):
            yield from _options(value, f"{name}.")
        else:
            many: Iterable[Any] = value if field.is_repeated else (value,)
            yield from (f"{name} = {_value(field, one)}" for one in many if not isinstance(one, Message))


def _value(field: Any, value: Any) -> str:
    if field.enum_type is not None:
        return str(field.enum_type.values_by_number[value].name)
    if isinstance(value, bool):
        return str(value).lower()
    return _quoted(value) if isinstance(value, str) else str(value)


def _quoted(text: str) -> str:
    return f'"{"".join(_ESCAPES.get(char, char) for char in text)}"'


def _indented(lines: Iterable[str]) -> Iterator[str]:
    return (f"  {line}" for line in lines)
