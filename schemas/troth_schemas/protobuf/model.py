"""A contract's descriptors by full names: its files, messages, enums, extensions and services."""

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any, Final

from google.protobuf.descriptor_pb2 import DescriptorProto, FileDescriptorProto, FileDescriptorSet

from troth_schemas.protobuf.elements import Enum, Extension, Field, File, Message, Named, Service
from troth_schemas.protobuf.features import Features, inherited, of_file
from troth_schemas.protobuf.places import Lines
from troth_schemas.protobuf.pool import Pool

_MESSAGES: Final = 4
_ENUMS: Final = 5
_SERVICES: Final = 6
_EXTENSIONS: Final = 7
_ENOUGH: Final = 8
"""Fields of one enum that are kept to prove something with."""


class Schema:
    """A contract: its descriptors, and which of its files are its own. Safe to read from many threads.

    ``refused`` names the documents that could not be compiled, which no comparison can say anything of.
    """

    def __init__(
        self,
        descriptors: FileDescriptorSet,
        *,
        root: str = "",
        own: Callable[[str], bool] = lambda name: not name.startswith("google/protobuf/"),
        document: Callable[[str], str] = lambda name: name,
        refused: tuple[str, ...] = (),
    ) -> None:
        self.root = root
        self.refused = refused
        self.descriptors = descriptors
        self.all_files = tuple(_file(one, document(one.name)) for one in descriptors.file)
        self.files: Mapping[str, File] = {one.name: one for one in self.all_files if own(one.name)}
        self.messages: dict[str, Message] = {}
        self._entries: dict[str, Message] = {}
        self.enums: dict[str, Enum] = {}
        self.extensions: dict[str, Extension] = {}
        self.services: dict[str, Service] = {}
        for file in self.all_files:
            self._index(file)

    def message(self, name: str) -> Message | None:
        """A message type by its full name, also the entries of a map field."""
        return self.messages.get(name) or self._entries.get(name)

    def own(self, named: Named) -> bool:
        """Whether something stands in one of the contract's own files, not in one that comes with Protobuf."""
        return named.file.name in self.files

    def is_root(self, file: File) -> bool:
        """Whether a file is the root document: the one that a schema registry calls the schema."""
        return file.document == self.root or len(self.files) == 1

    @property
    def tops(self) -> tuple[str, ...]:
        """The message types that stand at the top of the root document, by their full names."""
        roots = (file.proto for file in self.files.values() if self.is_root(file))
        return tuple(f"{one.package}.{top.name}".lstrip(".") for one in roots for top in one.message_type)

    @property
    def partial(self) -> bool:
        """Whether what could not be compiled is missing here; a descriptor set has it all the same."""
        return any(name not in self.files for name in self.refused)

    def silence(self, package: str) -> str:
        """Why something of a package that is not here may be there all the same; "" if it is not."""
        if self.partial:
            return f"{', '.join(self.refused)} could not be compiled"
        return "" if package in self.packages else f"not even of the package {package or '(none)'}"

    @cached_property
    def pool(self) -> Pool:
        """Its message classes."""
        return Pool(self.descriptors)

    @cached_property
    def packages(self) -> Mapping[str, File]:
        """The packages of the contract's own files, each with the first file of it."""
        found: dict[str, File] = {}
        for file in self.files.values():
            found.setdefault(file.proto.package, file)
        return found

    @cached_property
    def standing(self) -> Mapping[tuple[str, str], Mapping[str, Named]]:
        """What stands in each file, by the kind ("message", "enum" …) and the file's name, under local names."""
        found: dict[tuple[str, str], dict[str, Named]] = {}
        for kind, listed in self.kinds().items():
            for one in listed.values():
                found.setdefault((kind, one.file.name), {})[one.local_name] = one
        return found

    def kinds(self) -> Mapping[str, Mapping[str, Named]]:
        """Everything that has a name of its own, by its kind."""
        return {
            "message": self.messages,
            "enum": self.enums,
            "service": self.services,
            "extension": self.extensions,
        }

    @cached_property
    def fields_of_enums(self) -> Mapping[str, tuple[Field, ...]]:
        """Some of the fields that hold each enum, by its full name; also the maps of its values."""
        found: dict[str, list[Field]] = {}
        for message in self.messages.values():
            for field in message.fields().values():
                entry = field.entry
                held = field if entry is None else entry.fields()[2]
                if held.type_name in self.enums and len(found.setdefault(held.type_name, [])) < _ENOUGH:
                    found[held.type_name].append(field)
        return {name: tuple(fields) for name, fields in found.items()}

    def _index(self, file: File) -> None:
        proto = file.proto
        prefix = f"{proto.package}." if proto.package else ""
        self._index_enums(proto.enum_type, prefix, file, (_ENUMS,), file.features)
        self._index_extensions(proto.extension, prefix, file, (_EXTENSIONS,), file.features)
        for index, service in enumerate(proto.service):
            name = prefix + service.name
            self.services[name] = Service(name, file, (_SERVICES, index), service)
        left: list[tuple[DescriptorProto, str, tuple[int, ...], Features]] = [
            (one, prefix + one.name, (_MESSAGES, index), file.features) for index, one in enumerate(proto.message_type)
        ]
        for one, name, path, outer in left:
            features = inherited(outer, one)
            if one.HasField("options") and one.options.map_entry:
                self._entries[name] = Message(name, file, path, one, features)
                continue
            self.messages[name] = Message(name, file, path, one, features)
            left += [(n, f"{name}.{n.name}", (*path, 3, at), features) for at, n in enumerate(one.nested_type)]
            self._index_enums(one.enum_type, f"{name}.", file, (*path, 4), features)
            self._index_extensions(one.extension, f"{name}.", file, (*path, 6), features)

    def _index_enums(self, protos: Any, prefix: str, file: File, path: tuple[int, ...], outer: Features) -> None:
        for index, one in enumerate(protos):
            name = prefix + one.name
            self.enums[name] = Enum(name, file, (*path, index), one, inherited(outer, one))

    def _index_extensions(self, protos: Any, prefix: str, file: File, path: tuple[int, ...], outer: Features) -> None:
        for index, one in enumerate(protos):
            name = prefix + one.name
            self.extensions[name] = Extension(name, file, (*path, index), one, outer)


def extension_field(schema: Schema, extension: Extension) -> Field:
    """An extension as a field of the message that it extends, which may not be among the contract's files."""
    message = schema.messages.get(extension.extendee)
    if message is None:
        empty = DescriptorProto(name=extension.extendee.rpartition(".")[2])
        message = Message(extension.extendee, extension.file, (), empty, extension.features)
    return Field(extension.proto, message, -1, extension)


def _file(proto: FileDescriptorProto, document: str) -> File:
    lines = Lines(proto.source_code_info.SerializeToString()) if proto.HasField("source_code_info") else Lines(b"")
    proto.ClearField("source_code_info")
    return File(proto, document, lines, of_file(proto))
