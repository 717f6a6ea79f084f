"""A message as an AsyncAPI document describes it, and whether one that came is such a message."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from troth_schemas.asyncapi.model import Message, Parameter, Schema
from troth_schemas.documents import Documents, Location
from troth_schemas.errors import SchemasError
from troth_schemas.json_body import Json
from troth_schemas.jsonschema import SchemaAt, Validator, validator
from troth_schemas.matching import match_metadata
from troth_verifiers.api import Mismatch
from troth_verifiers.events.errors import NotReplayable
from troth_verifiers.events.judging import hexadecimal, mismatches, seen_as, shown
from troth_verifiers.events.payloads import Codec, Schemas, Undecodable, codec_for, media_encoding
from troth_verifiers.events.pointing import read_at
from troth_verifiers.events.registry import Registry, SchemaUnknown
from troth_verifiers.events.watching import Judged
from troth_verifiers.transport import Event

_FRAMED: Final = b"\0"
_KEYED: Final = ("kafka", "kafkas")


@dataclass(frozen=True, slots=True)
class Described:
    """A message with what decodes its payload and what judges its parts."""

    message: Message
    codecs: Mapping[bytes, Codec]
    payload: Validator | None
    headers: tuple[Validator, ...]
    key: Validator | None


def described(message: Message, registry: Registry | None, scheme: str = "kafka") -> Described:
    """A message, ready to be judged as it comes over addresses of a scheme: Kafka's key matters on Kafka alone.

    Raises `NotReplayable` where a schema of it cannot be read.
    """
    payload = message.payload
    if payload is not None and payload.why:
        raise NotReplayable(f"The payload's schema of {message.name!r} cannot be read: {payload.why}.")
    return Described(
        message,
        _codecs(message, payload, registry),
        _validator(payload, "payload"),
        tuple(one for one in (_validator(each, "headers") for each in message.headers) if one is not None),
        _key(message) if scheme in _KEYED else None,
    )


async def judged_as(expected: Described, event: Event) -> Judged:
    """What is wrong with a message, sorted; every message is `about` the one that is described."""
    message = expected.message
    found = [*_headers(expected, event), *_key_troubles(expected, event)]
    if message.content_type and event.content_type:
        came = seen_as(message.content_type, event.content_type)
        differences = match_metadata({"contentType": message.content_type}, {"contentType": came}, {})
        found += mismatches("metadata", differences)
    try:
        tree = None if _nothing(message, event) else await _decoded(expected, event)
    except (Undecodable, SchemaUnknown) as error:
        kind = "schema" if isinstance(error, SchemaUnknown) else "body"
        text = hexadecimal(event.contents)
        return Judged(
            tuple(sorted([*found, Mismatch(kind, "$", str(error), "", text)])), about=True, shown=text, decoded=False
        )
    if expected.payload is not None:
        found += [
            Mismatch("schema", "$", f"The payload breaks its schema: {one}") for one in expected.payload.errors(tree)
        ]
    found += _correlation(message, event, tree)
    return Judged(tuple(sorted(found)), about=True, shown=shown(tree), tree=tree)


def _codecs(message: Message, payload: Schema | None, registry: Registry | None) -> Mapping[bytes, Codec]:
    """What decodes payloads, by what they begin with."""
    if payload is not None and payload.language == "avro":
        schemas = Schemas({"payload.avsc": _avro_text(payload)}, "payload.avsc", registry=registry)
        found = {
            b"\xc3\x01": codec_for("avro-single-object", schemas),
            b"Obj\x01": codec_for("avro-container", schemas),
        }
        framed = {_FRAMED: codec_for("avro-confluent", schemas)} if registry is not None else {}
        return {**found, **framed, b"": codec_for("avro", schemas)}
    if payload is not None and payload.language == "protobuf":
        schemas = _protobuf(message, payload, registry)
        framed = {_FRAMED: codec_for("protobuf-confluent", schemas)} if registry is not None else {}
        return {**framed, b"": codec_for("protobuf", schemas)}
    encoding = media_encoding(message.content_type) or "json"
    if payload is not None and payload.json is not None and encoding not in ("json", "text"):
        encoding = "json"
    bare = codec_for(encoding, Schemas())
    if encoding != "json" or registry is None:
        return {b"": bare}
    return {_FRAMED: codec_for("json-confluent", Schemas(registry=registry)), b"": bare}


async def _decoded(expected: Described, event: Event) -> Json:
    codec = next(codec for mark, codec in expected.codecs.items() if event.contents.startswith(mark))
    return await codec.decode(event.contents, event.content_type or expected.message.content_type)


def codec_of(expected: Described) -> Codec:
    """What encodes payloads that are sent: in a registry's frame where one is known, and JSON as it is."""
    payload = expected.message.payload
    framed = payload is not None and payload.json is None
    return expected.codecs.get(_FRAMED if framed else b"") or expected.codecs[b""]


def _nothing(message: Message, event: Event) -> bool:
    """Whether an empty message is all that is described."""
    return message.payload is None and not event.contents


def _avro_text(payload: Schema) -> bytes:
    avro = payload.loaded
    try:
        return json.dumps(avro.documents.root.value).encode()
    except SchemasError as error:
        raise NotReplayable(f"The payload's Avro schema cannot be read: {error}") from None


def _protobuf(message: Message, payload: Schema, registry: Registry | None) -> Schemas:
    schema = payload.loaded
    tops = schema.tops
    named = [name for name in tops if name.rpartition(".")[2].lower() == message.name.lower()]
    if not named and len(tops) != 1:
        raise NotReplayable(
            f"Which of the Protobuf messages {', '.join(tops)} {message.name!r} is, the document does not say."
        )
    text = schema.descriptors.SerializeToString()
    name = f"payload.binpb#{(named or tops)[0]}"
    return Schemas({"payload.binpb": text}, name, registry=registry, text=payload.written)


def _validator(schema: Schema | None, what: str) -> Validator | None:
    if schema is None or schema.json is None:
        return None
    return _made(schema.json, what)


def _made(at: SchemaAt, what: str) -> Validator:
    made = validator(at, format_assertion=True)
    try:
        made.is_valid(None)
    except (SchemasError, LookupError, ValueError) as error:
        raise NotReplayable(f"The schema of the {what} cannot be read: {error}") from None
    return made


def key_schema(message: Message) -> SchemaAt | None:
    """The schema of the key that the Kafka binding gives."""
    binding = (message.bindings or {}).get("kafka")
    schema = binding.get("key") if isinstance(binding, dict) else None
    if not isinstance(schema, dict) or "$ref" in schema:
        return None
    return SchemaAt(Documents.of("key.json", schema), Location("key.json"), "draft-07")


def parameter_troubles(one: Parameter, text: str) -> tuple[str, ...]:
    """What is wrong with a text that stands for a channel's parameter; nothing where its schema cannot be read."""
    if one.values is not None and text not in one.values:
        return (f"is {text!r}, and not one of {', '.join(one.values)}",)
    if one.schema is None:
        return ()
    try:
        found = _complaints(_made(one.schema, f"parameter {one.name!r}"), text)
    except NotReplayable:
        return ()
    return tuple(f"breaks its schema: {each}" for each in found)


def _key(message: Message) -> Validator | None:
    schema = key_schema(message)
    return None if schema is None else _made(schema, "key")


def _key_troubles(expected: Described, event: Event) -> Iterator[Mismatch]:
    if expected.key is not None:
        if event.key is None:
            yield Mismatch("key", "", "The message has no key, and its Kafka binding describes one.")
            return
        for one in _complaints(expected.key, event.key):
            yield Mismatch("key", "", f"The key {event.key!r} breaks its schema: {one}")


def _headers(expected: Described, event: Event) -> Iterator[Mismatch]:
    texts: dict[str, Json] = dict(event.headers)
    if event.correlation_id:
        texts.setdefault("correlationId", event.correlation_id)
    for one in expected.headers:
        for text in _least(one, texts):
            yield Mismatch("header", "", f"The headers break their schema: {text}")


def _least(one: Validator, texts: dict[str, Json]) -> tuple[str, ...]:
    """What is wrong with headers, which are texts on the wire: each as a number where that is better for the schema."""
    errors = () if one.is_valid(texts) else one.errors(texts)
    for name, value in texts.items():
        if errors and (number := _number(value)) != value:
            tried = {**texts, name: number}
            found = one.errors(tried)
            if len(found) < len(errors):
                texts, errors = tried, found
    return errors


def _complaints(one: Validator, text: str) -> tuple[str, ...]:
    return min(one.errors(text), one.errors(_number(text)), key=len)


def _number(text: Json) -> Json:
    if not isinstance(text, str):
        return text
    try:
        value: Json = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return value if isinstance(value, int | float) or value is None else text


def _correlation(message: Message, event: Event, tree: Json) -> Iterator[Mismatch]:
    if message.correlation is None:
        return
    where = message.correlation.partition("#")[0]
    if not where.endswith("payload") and event.correlation_id:
        return
    if read_at(message.correlation, tree, dict(event.headers)) is None:
        text = f"The message has no correlation id at {message.correlation}."
        yield Mismatch("header" if where.endswith("header") else "body", message.correlation, text)
