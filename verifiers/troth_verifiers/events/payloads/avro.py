"""Avro in each of its frames: the writer's data as the consumer's reader schema sees it.

Values are as people write them: bytes as texts of their code points, logical types as what they stand upon.
"""

import json
import re
from io import BytesIO
from math import isfinite
from typing import Any, Final

import fastavro
from fastavro.schema import SchemaParseException, fingerprint, to_parsing_canonical_form

from troth_schemas.avro.bounds import check, check_all
from troth_schemas.avro.data import Data
from troth_schemas.avro.model import Avro
from troth_schemas.avro.plain import TooDeep, Unsound, plain
from troth_schemas.avro.reading import read
from troth_schemas.errors import ContractUnreadable
from troth_schemas.json_body import Json
from troth_schemas.sources import Sources
from troth_verifiers.errors import VerifierError
from troth_verifiers.events.errors import NotReplayable
from troth_verifiers.events.payloads.codec import FRAME, Schemas, Undecodable, framed
from troth_verifiers.events.payloads.unpacking import check_unpacked
from troth_verifiers.events.registry import SchemaUnknown

_MARK: Final = b"\xc3\x01"
_FINGERPRINT: Final = 8
_CUT_OFF: Final = "cannot read "
_MISMATCH: Final = re.compile(r"Schema mismatch: (.+) is not (.+)", re.DOTALL)
_TYPE: Final = re.compile(r"'type': '(\w+)'")
_NAME: Final = re.compile(r"'name': '([^']+)'")
_ITEMS: Final = re.compile(r"'(?:items|values)': '(\w+)'")
_UNREADABLE: Final = (
    ValueError, LookupError, TypeError, AttributeError, EOFError, OverflowError, MemoryError, RecursionError,
    fastavro.read.SchemaResolutionError, SchemaParseException, OSError,
)  # fmt: skip


class Binary:
    """Bare data, whose writer's schema is stated or else the reader's."""

    def __init__(self, schemas: Schemas) -> None:
        self.schemas = schemas
        self.reader = _named(schemas.files, schemas.name)
        self.writer = _named(schemas.files, schemas.writer) if schemas.writer else self.reader

    async def decode(self, contents: bytes, content_type: str = "") -> Json:
        """The datum."""
        _ = content_type
        return datum(contents, self._known(self.writer), self.reader)

    async def encode(self, tree: Json, channel: str, content_type: str = "") -> bytes:
        """The datum's bytes, by the writer's schema."""
        _ = channel, content_type
        return written(tree, self._known(self.writer))

    def complaints(self, tree: Json) -> tuple[str, ...]:
        """Nothing: what can be decoded is valid."""
        _ = tree
        return ()

    def _known(self, schema: Any) -> Any:
        if schema is None:
            raise NotReplayable("Avro needs a schema: name it by `schemaName`, and list its document under `schema`.")
        return schema


class SingleObject(Binary):
    """A mark, the fingerprint of the writer's schema, which is one of the contract's documents, and the datum."""

    async def decode(self, contents: bytes, content_type: str = "") -> Json:
        """The datum."""
        _ = content_type
        if not contents.startswith(_MARK) or len(contents) < len(_MARK) + _FINGERPRINT:
            start = contents[:2].hex(" ") or "nothing"
            raise Undecodable(f"The message is no single Avro object, which begins with c3 01: it begins with {start}.")
        print_ = contents[len(_MARK) : len(_MARK) + _FINGERPRINT]
        return datum(contents[len(_MARK) + _FINGERPRINT :], self._writer(print_), self.reader)

    async def encode(self, tree: Json, channel: str, content_type: str = "") -> bytes:
        """A frame with the datum."""
        _ = channel, content_type
        writer = self._known(self.writer)
        return _MARK + _fingerprint(writer) + written(tree, writer)

    def _writer(self, wanted: bytes) -> Any:
        candidates = [
            self.writer,
            *(_named(self.schemas.files, name) for name in sorted(self.schemas.files) if _is_avro(name)),
        ]
        for one in candidates:
            if one is not None and _fingerprint(one) == wanted:
                return one
        text = f"No document of the contract is the schema with the fingerprint {wanted[::-1].hex()}."
        raise SchemaUnknown(text)


class Container(Binary):
    """An object container file, which brings the writer's schema; one datum by itself, several as an array."""

    async def decode(self, contents: bytes, content_type: str = "") -> Json:
        """The datum or the data."""
        _ = content_type
        try:
            check_unpacked(contents)
            blocks: Any = fastavro.block_reader(BytesIO(contents))
            held = [(one.bytes_.getvalue(), one.num_records) for one in blocks]
            check_all(blocks.writer_schema, held)
            found = [_json(one) for one in fastavro.reader(BytesIO(contents))]  # as in `datum`
            if self.reader is not None:
                found = [_json(one) for one in fastavro.reader(BytesIO(contents), self.reader)]
        except VerifierError:
            raise
        except Exception as error:  # noqa: BLE001 - the libraries that unpack have errors of their own
            raise Undecodable(f"The message is no Avro container that the consumer can read: {_why(error)}.") from None
        return found[0] if len(found) == 1 else found

    async def encode(self, tree: Json, channel: str, content_type: str = "") -> bytes:
        """A container with one datum."""
        _ = channel, content_type
        target = BytesIO()
        try:
            fastavro.writer(target, self._known(self.writer), [tree])
        except _UNREADABLE as error:
            raise NotReplayable(f"The contents do not fit their Avro schema: {_why(error)}.") from None
        return target.getvalue()


class Confluent(Binary):
    """A zero, the id of the writer's schema in a registry, and the datum."""

    async def decode(self, contents: bytes, content_type: str = "") -> Json:
        """The datum."""
        _ = content_type
        identity, rest = framed(contents)
        registered = await self.schemas.asked().schema(identity)
        if registered.kind != "AVRO":
            raise Undecodable(f"The schema with the id {identity} is {registered.kind}, not Avro.")
        try:
            writer = _parsed(read(registered.sources)[0])
        except (ContractUnreadable, *_UNREADABLE) as error:
            raise Undecodable(f"The schema with the id {identity} cannot be read: {_why(error)}.") from None
        return datum(rest, writer, self.reader)

    async def encode(self, tree: Json, channel: str, content_type: str = "") -> bytes:
        """A frame with the datum."""
        _ = content_type
        writer = self._known(self.writer)
        name = (self.schemas.writer or self.schemas.name).partition("#")[0]
        text = self.schemas.files[name].decode() if name in self.schemas.files else json.dumps(writer)
        identity = await self.schemas.asked().id_of(f"{channel}-value", "AVRO", text)
        return FRAME.pack(0, identity) + written(tree, writer)


def datum(contents: bytes, writer: Any, reader: Any) -> Json:
    """The one datum that takes all of the bytes. Raises `Undecodable`."""
    source = BytesIO(contents)
    try:
        check(writer, contents)
        value = fastavro.schemaless_reader(source, writer, None)  # what a reader skips may break off unseen
        if reader is not None and reader is not writer:
            value = fastavro.schemaless_reader(BytesIO(contents), writer, reader)
    except _UNREADABLE as error:
        raise Undecodable(f"The message is not what its Avro schema says: {_why(error)}.") from None
    rest = len(contents) - source.tell()
    if rest:
        raise Undecodable(f"The message goes on for {rest} bytes after its Avro datum.")
    return _json(value)


def written(tree: Json, writer: Any) -> bytes:
    """A datum's bytes. Raises `NotReplayable` where the tree does not fit."""
    target = BytesIO()
    try:
        fastavro.schemaless_writer(target, writer, tree)
    except _UNREADABLE as error:
        raise NotReplayable(f"The contents do not fit their Avro schema: {_why(error)}.") from None
    return target.getvalue()


def made(avro: Avro, name: str) -> tuple[Any, ...]:
    """The smallest datum of a schema, as fastavro takes it; none where there is none."""
    _ = name
    found = None if avro.root is None else Data(avro).smallest(avro.root)
    return () if found is None else (found.value,)


def parsed(avro: Avro) -> Any:
    """A document of Troth's as fastavro takes it. Raises `NotReplayable`."""
    try:
        return _parsed(avro)
    except _UNREADABLE as error:
        raise NotReplayable(f"The Avro schema cannot be read: {_why(error)}.") from None


def _parsed(avro: Avro) -> Any:
    if avro.root is None:
        raise ValueError("it is a protocol, not a schema")
    try:
        whole: Any = plain(avro, avro.root)
    except TooDeep:
        raise ValueError("it is too deep") from None
    except Unsound:
        raise ValueError("a part of it cannot be read") from None
    return fastavro.parse_schema(whole)


def _named(files: Any, name: str) -> Any:
    """The schema in a document, or the type of that name in any; None where no name is given."""
    if not name:
        return None
    document, _, inside = name.partition("#")
    given = {one: content for one, content in files.items() if _is_avro(one)}
    if document in given:
        others = Sources(document, given)
        avro, _ = read(others)
        return parsed(avro) if not inside else _typed(avro, inside)
    for one in sorted(given):
        avro, _ = read(Sources(one, given))
        if document in avro.types:
            return _typed(avro, document)
    raise NotReplayable(f"The Avro schema {name!r} is not among the documents of the contract.")


def _typed(avro: Avro, name: str) -> Any:
    if name not in avro.types:
        raise NotReplayable(f"The Avro type {name!r} is not among the documents of the contract.")
    try:
        whole: Any = plain(avro, avro.types[name])
        return fastavro.parse_schema(whole)
    except (TooDeep, Unsound, *_UNREADABLE) as error:
        raise NotReplayable(f"The Avro type {name!r} cannot be read: {_why(error)}.") from None


def _is_avro(name: str) -> bool:
    return name.endswith((".avsc", ".avpr"))


def _fingerprint(schema: Any) -> bytes:
    return bytes.fromhex(fingerprint(to_parsing_canonical_form(schema), "CRC-64-AVRO"))


def _json(value: Any) -> Json:
    if isinstance(value, bytes):
        return value.decode("latin-1")
    if isinstance(value, dict):
        return {str(name): _json(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_json(one) for one in value]
    if isinstance(value, float) and not isfinite(value):
        return str(value)
    found: Json = value
    return found


def _why(error: BaseException) -> str:
    """The library's reason, where it names Python's own things in ours."""
    text = str(error).rstrip(". ")
    if isinstance(error, EOFError) or text.startswith(_CUT_OFF):
        return "it ends too early"
    if isinstance(error, IndexError):
        return "a length or a number in it goes beyond what there is"
    if mismatch := _MISMATCH.fullmatch(text):
        return f"the producer's {_called(mismatch[1])} is not the consumer's {_called(mismatch[2])}"
    return text or type(error).__name__


def _called(schema: str) -> str:
    """A schema, as the library writes it, in a word or two."""
    if schema.startswith("["):
        return "union"
    kind = _TYPE.search(schema) if schema.startswith("{") else None
    if kind is None:
        return schema
    if kind[1] in ("array", "map"):
        inner = _ITEMS.search(schema)
        return kind[1] if inner is None else f"{kind[1]} of {inner[1]}"
    name = _NAME.search(schema)
    return kind[1] if name is None else f"{kind[1]} {name[1]}"
