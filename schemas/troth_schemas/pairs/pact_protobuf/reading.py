"""What a pact says in Protobuf: gRPC calls, messages with the consumer's own descriptors, JSON that names a type.

The protobuf plug-in keeps the consumer's descriptors in the pact's metadata, under a key that each interaction names
beside its ``service`` (``Orders/Get``) or ``message``; contents are bytes in base64.
"""

from base64 import b64decode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from google.protobuf.message import DecodeError

from troth_schemas.errors import ContractUnreadable
from troth_schemas.json_body import Document, Json
from troth_schemas.pact.document import Pact
from troth_schemas.pact.interactions import plugins
from troth_schemas.pact.parts import Exchange, Part
from troth_schemas.protobuf.elements import Method
from troth_schemas.protobuf.loading import schema_of_set
from troth_schemas.protobuf.model import Schema

_PLUGINS: Final = ("protobuf", "grpc")
_MEDIA: Final = ("application/protobuf", "application/x-protobuf", "application/vnd.google.protobuf",
                 "application/grpc", "application/grpc+proto")  # fmt: skip
_JSON_TYPE: Final = ("messagetype", "message-type", "message")
_OK: Final = ("", "0", "OK")


@dataclass(frozen=True, slots=True)
class Binary:
    """A message in bytes: its type's full name in the consumer's descriptors, and the message itself."""

    part: Part
    type: str
    data: Any
    content: bytes


@dataclass(frozen=True, slots=True)
class Call:
    """A gRPC interaction: the consumer's method, what is sent, and what is answered where no error is expected."""

    exchange: Exchange
    schema: Schema
    method: Method
    request: Binary | None
    responses: tuple[Binary, ...]


@dataclass(frozen=True, slots=True)
class Messages:
    """Messages with Protobuf contents: what the consumer sends, if anything, and what it reads."""

    exchange: Exchange
    schema: Schema
    requests: tuple[Binary, ...]
    responses: tuple[Binary, ...]


@dataclass(frozen=True, slots=True)
class Named:
    """A message in JSON that names its Protobuf type."""

    exchange: Exchange
    part: Part
    type: str
    value: Json


@dataclass(frozen=True, slots=True)
class Unclear:
    """An interaction that this comparison can say nothing of, and why. ``foreign``: it is no affair of Protobuf's."""

    exchange: Exchange
    why: str
    foreign: bool = False


def read(pact: Pact) -> Iterator[Call | Messages | Named | Unclear]:
    """Every interaction of a pact, as Protobuf sees it."""
    raw = {id(one.interaction): one.element for one in pact.interactions}
    configurations = {name: value for one in plugins(pact.value) if one.name in _PLUGINS
                      for name, value in _members(one.configuration).items()}  # fmt: skip
    for exchange in pact.exchanges:
        element = _members(raw.get(id(exchange.interaction)))
        yield _read(exchange, element, configurations)


def _read(
    exchange: Exchange, element: Document, configurations: Mapping[str, Json]
) -> Call | Messages | Named | Unclear:
    own = _members(element.get("pluginConfiguration"))
    configured = next((_members(own[name]) for name in _PLUGINS if name in own), None)
    if configured is not None:
        try:
            return _with_descriptors(exchange, configured, configurations)
        except (ValueError, LookupError) as problem:
            return Unclear(exchange, str(problem.args[0]) if problem.args else str(problem))
    named = _named_json(exchange)
    if named is not None:
        return named
    if exchange.interaction.transport == "grpc" or any(_type_of(part) is not None for part in _parts(exchange)):
        return Unclear(exchange, "it carries no descriptors of the protobuf plug-in, so its contents cannot be read")
    return Unclear(exchange, "it is neither gRPC nor a message of Protobuf", foreign=True)


def _parts(exchange: Exchange) -> tuple[Part, ...]:
    return exchange.responses if exchange.request is None else (exchange.request, *exchange.responses)


def _with_descriptors(exchange: Exchange, configured: Document, configurations: Mapping[str, Json]) -> Call | Messages:
    """Raises LookupError, ValueError and ContractUnreadable with what is missing or wrong."""
    key = configured.get("descriptorKey")
    stored = _members(configurations.get(key)) if isinstance(key, str) else {}
    encoded = stored.get("protoDescriptors")
    if not isinstance(encoded, str):
        raise LookupError(f"the pact's metadata holds no descriptors under the key {key!r}")  # noqa: TRY004 - the entry is missing
    schema = descriptors(encoded)
    service = configured.get("service")
    if isinstance(service, str):
        method = _method(schema, service)
        request = None if exchange.request is None else _of_method(exchange.request, schema, method, method.request)
        answers = [one for one in exchange.responses if grpc_status(one) in _OK]
        responses = (_of_method(one, schema, method, method.response) for one in answers)
        return Call(exchange, schema, method, request, tuple(one for one in responses if one is not None))
    stated = configured.get("message")
    name = stated if isinstance(stated, str) else ""
    request_part = () if exchange.request is None else (exchange.request,)
    return Messages(
        exchange,
        schema,
        tuple(_binaries(request_part, schema, name)),
        tuple(_binaries(exchange.responses, schema, name)),
    )


def _of_method(part: Part, schema: Schema, method: Method, name: str) -> Binary | None:
    """The message that a method takes or gives back. Raises ValueError where the part says that it is another."""
    found, stated = _binary(part, schema, name), (_type_of(part) or "").removeprefix(".")
    if found is not None and stated and name != stated and not name.endswith(f".{stated}"):
        raise ValueError(f"its contents are said to be a {stated}, where {method.full_name} has a {name}")
    return found


def _binaries(parts: tuple[Part, ...], schema: Schema, stated: str) -> Iterator[Binary]:
    for part in parts:
        found = _binary(part, schema, _message_name(schema, _type_of(part) or stated))
        if found is not None:
            yield found


@lru_cache(maxsize=16)
def descriptors(encoded: str) -> Schema:
    """The schema of descriptors in base64. Raises ValueError with what is wrong with them."""
    try:
        schema, problems = schema_of_set("the pact's descriptors", b64decode(encoded, validate=True))
    except (ContractUnreadable, ValueError) as problem:
        raise ValueError(f"the pact's descriptors cannot be read: {problem}") from None
    if problems:
        raise ValueError(f"the pact's descriptors cannot be read: {problems[0].sentence}")
    return schema


def _method(schema: Schema, stated: str) -> Method:
    """The method that ``Service/method`` names, with or without its package."""
    service, _, name = stated.removeprefix(".").rpartition("/")
    found = [one for full, one in schema.services.items() if full == service or full.endswith(f".{service}")]
    exact = [one for one in found if one.full_name == service] or found
    for one in exact:
        if name in one.methods():
            return one.methods()[name]
    raise LookupError(f"the pact's own descriptors have no method {stated}")


def _message_name(schema: Schema, stated: str) -> str:
    stated = stated.removeprefix(".")
    if stated in schema.messages:
        return stated
    found = [name for name in schema.messages if name.endswith(f".{stated}")]
    if len(found) != 1:
        raise LookupError(f"the pact's own descriptors have {'several messages' if found else 'no message'} {stated}")
    return found[0]


def message_type(schema: Schema, content_type: str, stated: str) -> str:
    """The full name of the message that a content type names, else of the ``stated`` one. Raises LookupError."""
    return _message_name(schema, _media(content_type)[1].get("message") or stated)


def _binary(part: Part, schema: Schema, name: str) -> Binary | None:
    """The message that a part carries, decoded. None where it carries nothing. Raises ValueError."""
    content = _bytes(part)
    if content is None:
        return None
    data = schema.pool.new(name)
    try:
        data.MergeFromString(content)
    except DecodeError as problem:
        raise ValueError(f"its contents are no {name}: {problem}") from None
    return Binary(part, name, data, content)


def _bytes(part: Part) -> bytes | None:
    written = part.written.get("contents")
    content = _members(written).get("content")
    if not isinstance(content, str):
        return None
    if str(_members(written).get("encoded", "")).lower() not in ("base64", "true"):
        raise ValueError("its contents are not in base64")
    return b64decode(content, validate=True)


def _type_of(part: Part) -> str | None:
    """The message type that a part's content type names; "" for Protobuf without one, None for anything else."""
    stated = _members(part.written.get("contents")).get("contentType")
    content_type = stated if isinstance(stated, str) else part.content_type
    media, parameters = _media(content_type)
    return parameters.get("message", "") if media in _MEDIA else None


def _media(content_type: str) -> tuple[str, dict[str, str]]:
    media, *rest = (one.strip() for one in content_type.split(";"))
    pairs = (one.partition("=") for one in rest)
    return media.lower(), {name.strip().lower(): value.strip().strip('"') for name, _, value in pairs}


def _named_json(exchange: Exchange) -> Named | None:
    """A message in JSON whose metadata or content type names a Protobuf type."""
    if exchange.interaction.kind != "message":
        return None
    part = exchange.response
    contents = part.contents
    stated = _members(part.written.get("contents")).get("contentType")
    _, parameters = _media(stated if isinstance(stated, str) else part.content_type)
    names = (parameters.get("message"), parameters.get("messagetype"),
             *(part.headers[name][0] for name in _JSON_TYPE if part.headers.get(name)))  # fmt: skip
    found = next((one for one in names if one), None)
    if found is None or not contents.present or contents.kind != "json" or contents.unreadable:
        return None
    return Named(exchange, part, found.removeprefix("."), contents.value)


def grpc_status(part: Part) -> str:
    """The status that is expected, by its name or number as it is written; "" where nothing is said."""
    stated = part.headers.get("grpc-status")
    return stated[0].upper() if stated else ""


def _members(value: Json) -> Document:
    return value if isinstance(value, dict) else {}
