"""The messages that an application is sent: its AsyncAPI document's examples, else messages made of the schemas."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from troth_schemas.asyncapi.loading import with_traits
from troth_schemas.asyncapi.model import Api, Message, Schema
from troth_schemas.asyncapi.nodes import Node, Tree
from troth_schemas.errors import SchemasError
from troth_schemas.json_body import Json
from troth_schemas.jsonschema import SchemaAt, sample
from troth_verifiers.events.errors import NotReplayable
from troth_verifiers.events.payloads import made_for


@dataclass(frozen=True, slots=True)
class Example:
    """An example as a document states it; `payload` is a tuple of one, or empty where nothing is said of it."""

    name: str = ""
    payload: tuple[Json, ...] = ()
    headers: Mapping[str, Json] = field(default_factory=dict)


MADE: Final = Example()
"""Stands for a message of which no example is stated."""


def examples_of(api: Api, message: Message) -> tuple[Example, ...]:
    """The examples of a message, or `MADE`."""
    version = 2 if api.version.startswith("2") else 3
    node = with_traits(Tree(api.documents).node(message.at), version)
    written = [one for one in node.elements("examples") if isinstance(one.value, dict)]
    return tuple(_example(one, place, len(written)) for place, one in enumerate(written, 1)) or (MADE,)


def _example(node: Node, place: int, number: int) -> Example:
    assert isinstance(node.value, dict)
    name = node.text("name") or (f"example {place}" if number > 1 else "")
    payload, headers = node.get("payload"), node.get("headers")
    said = headers.value if headers is not None and isinstance(headers.value, dict) else {}
    return Example(name, () if payload is None else (payload.value,), said)


def payload_of(api: Api, message: Message, example: Example) -> tuple[Any, ...]:
    """The payload to send: the example's, one that the schema states, or one that is made of the schema.

    Empty where the document says nothing of a payload. Raises `NotReplayable` where none could be made.
    """
    schema = message.payload
    if example.payload or schema is None:
        return example.payload
    if schema.json is not None:
        return _stated(api, schema.json) or _made_of(schema.json, f"payload of {message.name!r}")
    return (_foreign(schema, message),)


def headers_of(message: Message, example: Example) -> dict[str, Json]:
    """The headers to send: those that the schemas ask for, with the example's. Raises `NotReplayable`."""
    found: dict[str, Json] = {}
    for schema in message.headers:
        if schema.json is not None and not example.headers:
            (made,) = _made_of(schema.json, f"headers of {message.name!r}")
            found |= made if isinstance(made, dict) else {}
    return {**found, **example.headers}


def key_of(message: Message, at: SchemaAt | None) -> str | None:
    """A key that fits the schema of keys, where there is one. Raises `NotReplayable`."""
    if at is None:
        return None
    (made,) = _made_of(at, f"key of {message.name!r}")
    return made if isinstance(made, str) else str(made)


def made_of(at: SchemaAt) -> tuple[Json, ...]:
    """One instance of a schema; none where none was found."""
    try:
        return sample(at) or ()
    except (LookupError, SchemasError):
        return ()


def _made_of(at: SchemaAt, what: str) -> tuple[Json]:
    found = made_of(at)
    if not found:
        raise NotReplayable(f"No {what} could be made of its schema; state one under `examples` of the message.")
    return (found[0],)


def _stated(api: Api, at: SchemaAt) -> tuple[Json, ...]:
    """What the schema itself gives as an example."""
    value = api.documents.value(at.location)
    if not isinstance(value, dict):
        return ()
    examples = value.get("examples")
    if isinstance(examples, list) and examples:
        return (examples[0],)
    return (value["example"],) if "example" in value else ()


def _foreign(schema: Schema, message: Message) -> Any:
    """A tree for a schema in another language than JSON Schema."""
    made = made_for(schema.language, schema.loaded, message.name)
    if not made:
        raise NotReplayable(
            f"No payload of {message.name!r} could be made of its schema; state one under `examples` of the message."
        )
    return made[0]
