"""Files, messages, fields, enums, services and methods as frozen views over descriptors.

A view is made when it is asked for. What Protobuf keeps apart (fields of maps, groups, syntax against editions) is
brought together here, so that rules compare facts and not spellings.
"""

from dataclasses import dataclass, field
from typing import Final

from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    EnumDescriptorProto,
    EnumValueDescriptorProto,
    FieldDescriptorProto,
    FileDescriptorProto,
    MethodDescriptorProto,
    ServiceDescriptorProto,
)

from troth_schemas.finding import Place
from troth_schemas.protobuf.features import Features, inherited
from troth_schemas.protobuf.places import Lines

_REPEATED: Final = FieldDescriptorProto.LABEL_REPEATED
_REQUIRED: Final = FieldDescriptorProto.LABEL_REQUIRED
_MESSAGE: Final = FieldDescriptorProto.TYPE_MESSAGE
_GROUP: Final = FieldDescriptorProto.TYPE_GROUP
_NAMES: Final = {number: name.removeprefix("TYPE_").lower() for name, number in FieldDescriptorProto.Type.items()}


@dataclass(frozen=True, slots=True)
class File:
    """One .proto file. ``document`` is the name under which it was handed in."""

    proto: FileDescriptorProto
    document: str
    lines: Lines
    features: Features

    @property
    def name(self) -> str:
        """The name by which others import it."""
        return self.proto.name

    def place(self, path: tuple[int, ...], pointer: str) -> Place:
        """An element of it as findings show it. ``path`` is that of ``SourceCodeInfo``."""
        return Place(pointer, self.lines.line(path), self.document)


@dataclass(frozen=True, slots=True)
class Named:
    """What messages, enums, services and extensions have in common: where they stand, and what they inherit."""

    full_name: str
    file: File
    path: tuple[int, ...]

    @property
    def place(self) -> Place:
        """Where it stands."""
        return self.file.place(self.path, f"/{self.full_name}")

    @property
    def package(self) -> str:
        """The package that it belongs to."""
        return self.file.proto.package

    @property
    def local_name(self) -> str:
        """Its name within the package."""
        return self.full_name.removeprefix(f"{self.package}.") if self.package else self.full_name


@dataclass(frozen=True, slots=True)
class Message(Named):
    """A message type."""

    proto: DescriptorProto
    features: Features

    def fields(self) -> "dict[int, Field]":
        """Its fields by their numbers."""
        return {one.number: Field(one, self, index) for index, one in enumerate(self.proto.field)}

    def entry_of(self, one: FieldDescriptorProto) -> "Message | None":
        """The message that a map field's entries are, None for any other field."""
        if one.type != _MESSAGE or one.label != _REPEATED:
            return None
        for index, nested in enumerate(self.proto.nested_type):
            if nested.options.map_entry and one.type_name == f".{self.full_name}.{nested.name}":
                path = (*self.path, 3, index)
                return Message(f"{self.full_name}.{nested.name}", self.file, path, nested, self.features)
        return None

    def oneof(self, index: int) -> str:
        """The name of a oneof."""
        return self.proto.oneof_decl[index].name

    def oneofs(self) -> tuple[str, ...]:
        """The names of its oneofs, without those that proto3's ``optional`` makes."""
        made = {one.oneof_index for one in self.proto.field if one.proto3_optional}
        return tuple(one.name for index, one in enumerate(self.proto.oneof_decl) if index not in made)


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a message, or an extension of one."""

    proto: FieldDescriptorProto
    message: Message
    index: int
    extension: "Extension | None" = None

    @property
    def name(self) -> str:
        """Its name in the .proto file; a group's is that of its type."""
        return self.proto.name

    @property
    def number(self) -> int:
        """Its number on the wire."""
        return self.proto.number

    @property
    def full_name(self) -> str:
        """``package.Message.field``, or the extension's own full name."""
        return self.extension.full_name if self.extension else f"{self.message.full_name}.{self.proto.name}"

    @property
    def place(self) -> Place:
        """Where it stands."""
        if self.extension is not None:
            return self.extension.place
        path = (*self.message.path, 2, self.index)
        return self.message.file.place(path, f"/{self.message.full_name}/fields/{self.name}")

    @property
    def features(self) -> Features:
        """Its features, with those of its oneof, message and file inherited."""
        if self.extension is not None:
            return inherited(self.extension.features, self.proto)
        outer = self.message.features
        if self.proto.HasField("oneof_index"):
            outer = inherited(outer, self.message.proto.oneof_decl[self.proto.oneof_index])
        return inherited(outer, self.proto)

    @property
    def oneof(self) -> str | None:
        """The oneof that it is a member of."""
        if not self.proto.HasField("oneof_index") or self.proto.proto3_optional:
            return None
        return self.message.oneof(self.proto.oneof_index)

    @property
    def entry(self) -> Message | None:
        """The entries of a map field."""
        if self.extension is not None:
            return None
        return self.message.entry_of(self.proto)

    @property
    def is_message(self) -> bool:
        """Whether its values are messages (groups and delimited ones included)."""
        return self.proto.type in (_MESSAGE, _GROUP)

    @property
    def kind(self) -> str:
        """The type's name: ``int32``, ``message``, ``group`` (anything delimited by tags), ``enum`` …"""
        in_map = self.entry is not None or self.message.proto.options.map_entry
        if self.proto.type == _MESSAGE and self.features.delimited and not in_map:
            return "group"
        return _NAMES[self.proto.type]

    @property
    def type_name(self) -> str:
        """The full name of its message or enum type, "" for a scalar."""
        return self.proto.type_name.removeprefix(".")

    @property
    def type(self) -> str:
        """The type as people write it."""
        entry = self.entry
        if entry is not None:
            key, value = sorted(entry.fields().values(), key=lambda one: one.number)
            return f"map<{key.type}, {value.type}>"
        return self.type_name or self.kind

    @property
    def required(self) -> bool:
        """Whether a message without it is refused."""
        return self.proto.label == _REQUIRED or (
            self.features.presence == "LEGACY_REQUIRED" and self.proto.label != _REPEATED
        )

    @property
    def cardinality(self) -> str:
        """How many values it has, and whether none can be told from a zero."""
        if self.proto.label == _REPEATED:
            return "map" if self.entry is not None else "repeated"
        if self.required:
            return "required"
        explicit = (
            self.is_message
            or self.extension is not None
            or self.proto.HasField("oneof_index")
            or self.features.presence == "EXPLICIT"
        )
        return "optional with explicit presence" if explicit else "optional with implicit presence"

    @property
    def json_name(self) -> str:
        """Its name in JSON; an extension's is its full name in brackets."""
        if self.extension is not None:
            return f"[{self.full_name}]"
        return self.proto.json_name or camel(self.proto.name)


@dataclass(frozen=True, slots=True)
class Extension(Named):
    """An extension field, by the message that it extends and the scope that it is declared in."""

    proto: FieldDescriptorProto
    features: Features

    @property
    def extendee(self) -> str:
        """The full name of the message that it extends."""
        return self.proto.extendee.removeprefix(".")


@dataclass(frozen=True, slots=True)
class Enum(Named):
    """An enum type."""

    proto: EnumDescriptorProto
    features: Features
    read: list[tuple[dict[int, list[EnumValueDescriptorProto]], dict[int, int]]] = field(
        default_factory=list, compare=False, repr=False
    )
    """Its values by their numbers, and where the first of each number stands, once somebody has asked."""

    @property
    def closed(self) -> bool:
        """Whether a number without a name is no value of it."""
        return self.features.enum_type == "CLOSED"

    def values(self) -> dict[int, list[EnumValueDescriptorProto]]:
        """Its values by their numbers, made once; several names of one number are aliases."""
        if not self.read:
            by_number: dict[int, list[EnumValueDescriptorProto]] = {}
            first: dict[int, int] = {}
            for index, one in enumerate(self.proto.value):
                by_number.setdefault(one.number, []).append(one)
                first.setdefault(one.number, index)
            self.read.append((by_number, first))
        return self.read[0][0]

    def value_place(self, number: int) -> Place:
        """Where the first value of a number stands."""
        values = self.values().get(number)
        if not values:
            return self.place
        index = self.read[0][1][number]
        return self.file.place((*self.path, 2, index), f"/{self.full_name}/values/{values[0].name}")


@dataclass(frozen=True, slots=True)
class Service(Named):
    """A service."""

    proto: ServiceDescriptorProto

    def methods(self) -> "dict[str, Method]":
        """Its methods by their names."""
        return {one.name: Method(one, self, index) for index, one in enumerate(self.proto.method)}


@dataclass(frozen=True, slots=True)
class Method:
    """An RPC of a service."""

    proto: MethodDescriptorProto
    service: Service
    index: int

    @property
    def full_name(self) -> str:
        """``package.Service/Method``, as it goes over the wire."""
        return f"{self.service.full_name}/{self.proto.name}"

    @property
    def place(self) -> Place:
        """Where it stands."""
        path = (*self.service.path, 2, self.index)
        return self.service.file.place(path, f"/{self.service.full_name}/methods/{self.proto.name}")

    @property
    def request(self) -> str:
        """The full name of what is sent."""
        return self.proto.input_type.removeprefix(".")

    @property
    def response(self) -> str:
        """The full name of what is answered."""
        return self.proto.output_type.removeprefix(".")


def camel(name: str) -> str:
    """The JSON name that a field has unless it says otherwise: ``unit_price`` becomes ``unitPrice``."""
    first, *others = name.split("_")
    return first + "".join(word[:1].upper() + word[1:] for word in others)
