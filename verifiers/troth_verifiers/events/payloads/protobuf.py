"""Protobuf, by the descriptors of .proto files or of a descriptor set; perhaps behind Confluent's frame.

Fields are called as the .proto file calls them; those without presence are there with their defaults.
"""

import struct
from base64 import b64encode
from collections.abc import Sequence
from functools import lru_cache
from math import isfinite
from typing import Any, Final

from google.protobuf import json_format
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import DecodeError

from troth_schemas.errors import SchemasError
from troth_schemas.json_body import Json
from troth_schemas.protobuf.filling import require, sample
from troth_schemas.protobuf.imports import is_descriptor_set
from troth_schemas.protobuf.loading import load
from troth_schemas.protobuf.model import Schema
from troth_schemas.protobuf.unread import unread
from troth_schemas.sources import Sources
from troth_verifiers.events.errors import NotReplayable
from troth_verifiers.events.payloads.codec import FRAME, Schemas, Undecodable, framed

_FLOATS: Final = (FieldDescriptor.CPPTYPE_FLOAT, FieldDescriptor.CPPTYPE_DOUBLE)
_WORDS: Final = "google.protobuf."
_MORE: Final = 0x80


class Protobuf:
    """One message type. `schemaName` is ``orders.proto#shop.Order``, or the type's full name."""

    def __init__(self, schemas: Schemas, *, frame: bool = False) -> None:
        self._schemas = schemas
        self._frame = frame
        self._schema, self._type = _found(schemas)

    async def decode(self, contents: bytes, content_type: str = "") -> Json:
        """The message's fields."""
        _ = content_type
        if self._frame:
            contents = await self._unframed(contents)
        return message_tree(self._schema, self._type, contents)

    async def encode(self, tree: Json, channel: str, content_type: str = "") -> bytes:
        """The message's bytes."""
        _ = content_type
        if not isinstance(tree, dict):
            raise NotReplayable(f"The contents are no object, and a {self._type} is one.")
        message = self._schema.pool.new(self._type)
        try:
            json_format.ParseDict(tree, message, descriptor_pool=self._schema.pool.pool)
        except (json_format.ParseError, TypeError) as error:
            raise NotReplayable(f"The contents do not fit the message {self._type}: {error}.") from None
        data: bytes = message.SerializeToString()
        if not self._frame:
            return data
        identity = await self._schemas.asked().id_of(f"{channel}-value", "PROTOBUF", self._text())
        return FRAME.pack(0, identity) + _indexes(self._schema, self._type) + data

    def complaints(self, tree: Json) -> tuple[str, ...]:
        """Nothing: what can be decoded is valid."""
        _ = tree
        return ()

    def _text(self) -> str:
        """The schema as a registry knows it. Raises `NotReplayable`."""
        if self._schemas.text:
            return self._schemas.text
        root, content = self._schema.root, self._schemas.files[self._schema.root]
        if is_descriptor_set(root, content):
            text = "A registry is asked for the id of a schema by its text, and only descriptors are known"
            raise NotReplayable(f"{text} of {self._type}.")
        return content.decode("utf-8", "replace")

    async def _unframed(self, contents: bytes) -> bytes:
        identity, rest = framed(contents)
        schema = self._schema
        if self._schemas.registry is not None:
            registered = await self._schemas.registry.schema(identity)
            if registered.kind != "PROTOBUF":
                raise Undecodable(f"The schema with the id {identity} is {registered.kind}, not Protobuf.")
            schema = _registered(registered.sources.root, tuple(sorted(registered.sources.files.items())))
        indexes, rest = read_indexes(rest)
        found = _at(schema, indexes)
        if found != self._type:
            told = "none" if found is None else found
            raise Undecodable(f"The message is of the type number {indexes} of its file, {told}, not {self._type}.")
        return rest


def message_tree(schema: Schema, name: str, contents: bytes) -> Json:
    """The fields of a message of a type. Raises `Undecodable`."""
    message = schema.pool.new(name)
    try:
        message.ParseFromString(contents)
    except (DecodeError, RecursionError) as error:
        raise Undecodable(f"The message is no {name}: {error}.") from None
    for _, sentence in unread(message):
        raise Undecodable(sentence)
    return _tree(message, schema)


def made(schema: Schema, name: str) -> tuple[Json, ...]:
    """A message with a value in each plain field; none where the document does not say which type it is."""
    tops = schema.tops
    named = [one for one in tops if one.rpartition(".")[2].lower() == name.lower()]
    if not named and len(tops) != 1:
        return ()
    message = schema.pool.new((named or tops)[0])
    for field in message.DESCRIPTOR.fields:
        if field.message_type is None and not field.is_repeated and field.containing_oneof is None:
            setattr(message, field.name, sample(field))
    require(message)
    return (_tree(message, schema),)


def _tree(message: Any, schema: Schema) -> Json:
    descriptor = message.DESCRIPTOR
    if descriptor.full_name.startswith(_WORDS):
        try:
            found: Json = json_format.MessageToDict(message, descriptor_pool=schema.pool.pool)
        except (TypeError, ValueError) as error:
            raise Undecodable(f"A {descriptor.full_name} in the message cannot be shown: {error}.") from None
        return found
    tree: dict[str, Json] = {}
    for field in descriptor.fields:
        if field.message_type is not None and field.message_type.GetOptions().map_entry:
            inner = field.message_type.fields_by_name["value"]
            tree[field.name] = {str(key): _value(one, inner, schema) for key, one in _items(message, field)}
        elif field.is_repeated:
            tree[field.name] = [_value(one, field, schema) for one in getattr(message, field.name)]
        elif not field.has_presence or message.HasField(field.name):
            tree[field.name] = _value(getattr(message, field.name), field, schema)
    return tree


def _items(message: Any, field: Any) -> list[tuple[Any, Any]]:
    return [
        (str(key).lower() if isinstance(key, bool) else key, one) for key, one in getattr(message, field.name).items()
    ]


def _value(value: Any, field: Any, schema: Schema) -> Json:
    if field.message_type is not None:
        return _tree(value, schema)
    if field.enum_type is not None:
        known = field.enum_type.values_by_number.get(value)
        return value if known is None else str(known.name)
    if isinstance(value, bytes):
        return b64encode(value).decode()
    if field.cpp_type in _FLOATS:
        return _float(value, short=field.cpp_type == FieldDescriptor.CPPTYPE_FLOAT)
    found: Json = value
    return found


def _float(value: float, *, short: bool) -> Json:
    if not isfinite(value):
        return str(value)
    if short:  # the shortest text that is this 32-bit number
        exact = struct.pack("f", value)
        return next(
            (one for digits in range(6, 9) if struct.pack("f", one := float(f"{value:.{digits}g}")) == exact), value
        )
    return value


def _found(schemas: Schemas) -> tuple[Schema, str]:
    document, _, name = schemas.name.rpartition("#")
    candidates = (
        [document] if document else [one for one in sorted(schemas.files) if not one.endswith((".avsc", ".json"))]
    )
    for one in candidates:
        if one not in schemas.files:
            raise NotReplayable(f"The document {one!r} is not among those of the contract.")
        loaded = load(
            Sources(one, {key: text for key, text in schemas.files.items() if key == one or key.endswith(".proto")})
        )
        schema = loaded.document
        assert isinstance(schema, Schema)
        if schema.pool.knows(name):
            return schema, name
        if name == one:
            tops = schema.tops
            if len(tops) == 1:
                return schema, tops[0]
    raise NotReplayable(
        f"The Protobuf message {schemas.name!r} is not among the documents of the contract; write "
        "`schemaName: FILE.proto#package.Message` and list the file under `schema`."
    )


@lru_cache(maxsize=256)
def _registered(root: str, files: tuple[tuple[str, bytes], ...]) -> Schema:
    """The producer's schema, in whose file its messages are numbered. Raises `Undecodable`."""
    try:
        schema = load(Sources(root, dict(files))).document
    except SchemasError as problem:
        raise Undecodable(f"The schema that the registry has cannot be read: {problem}.") from None
    assert isinstance(schema, Schema)
    return schema


def _at(schema: Schema, indexes: Sequence[int]) -> str | None:
    """The full name of the message type at a number in its file, and at those of the ones within."""
    for file in schema.files.values():
        if schema.is_root(file):
            name, messages = file.proto.package, file.proto.message_type
            for index in indexes:
                if not 0 <= index < len(messages):
                    return None
                name, messages = f"{name}.{messages[index].name}", messages[index].nested_type
            return name.lstrip(".")
    return None


def _path(schema: Schema, name: str) -> list[int]:
    """The number of a message type in its file, and of those around it."""
    found: list[int] = []
    descriptor = schema.pool.new(name).DESCRIPTOR
    while descriptor.containing_type is not None:
        found.insert(0, list(descriptor.containing_type.nested_types).index(descriptor))
        descriptor = descriptor.containing_type
    found.insert(0, list(descriptor.file.message_types_by_name.values()).index(descriptor))
    return found


def _indexes(schema: Schema, name: str) -> bytes:
    path = _path(schema, name)
    if path == [0]:
        return b"\0"
    return b"".join(_zigzag(one) for one in (len(path), *path))


def read_indexes(data: bytes) -> tuple[list[int], bytes]:
    """The numbers behind Confluent's frame that say which message type it is. Raises `Undecodable`."""
    count, data = _varint(data)
    if count == 0:
        return [0], data
    found = []
    for _ in range(count):
        one, data = _varint(data)
        found.append(one)
    return found, data


def _varint(data: bytes) -> tuple[int, bytes]:
    value = 0
    for place, byte in enumerate(data[:10]):
        value |= (byte & ~_MORE) << (7 * place)
        if not byte & _MORE:
            return (value >> 1) ^ -(value & 1), data[place + 1 :]
    raise Undecodable("The message ends within the numbers of its type.")


def _zigzag(value: int) -> bytes:
    value <<= 1
    made = bytearray()
    while value >= _MORE:
        made.append(value & 0x7F | _MORE)
        value >>= 7
    return bytes([*made, value])
