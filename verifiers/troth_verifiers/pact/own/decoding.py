"""Contents in Avro and Protobuf, decoded with the schema that the consumer's Pact plug-in kept in the pact.

So they are compared field by field, under the pact's rules, without the plug-in: an example and what came in its place
both become JSON.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib import import_module
from typing import Any, Final, TypeAlias

from troth_schemas.json_body import Document, Json
from troth_schemas.matching import Body
from troth_schemas.pact.interactions import plugins
from troth_schemas.pact.rules import Rules
from troth_verifiers.errors import NotReplayable, UsageError
from troth_verifiers.pact.expected import filled

PLUGINS: Final[Mapping[str, tuple[str, str]]] = {
    "avro": ("avro", "avro"),
    "protobuf": ("protobuf", "grpc"),
    "grpc": ("protobuf", "grpc"),
}
"""The Pact plug-ins whose contents are decoded here: the format of their schemas, and the extra that reads it."""
_READERS: Final[Mapping[str, str]] = {
    "avro": "troth_verifiers.pact.own.avro_contents",
    "protobuf": "troth_verifiers.pact.own.protobuf_contents",
}

Decode: TypeAlias = Callable[[bytes, Rules | None], Json]
"""Makes a tree of an answer's bytes, or of an example's under rules; raises ValueError with a half-sentence."""


class Undecodable(ValueError):
    """What came is not in the encoding that its schema says; the text is a sentence."""


@dataclass(frozen=True)
class Decoding:
    """How the contents of one interaction become JSON; ``what`` people call their type.

    ``fill`` puts what the provider states supplied in the places of the example's values.
    """

    what: str
    decode: Decode
    fill: Callable[[Json], Json] | None = None

    def with_values(self, part: Document, values: Mapping[str, object]) -> "Decoding":
        """The same for a part of a pact whose example takes values of the provider states."""
        return replace(self, fill=lambda tree: filled(tree, part, values)) if values else self

    def example(self, body: Body, rules: Rules) -> Body:
        """The contract's example as JSON, with what its rules speak of; raises `NotReplayable` where it is none."""
        try:
            return self._json(body, rules, self.fill)
        except ValueError as problem:
            raise NotReplayable(f"The contract's own contents are no {self.what}: {problem}.") from None

    def answer(self, body: Body, rules: Rules | None = None) -> Body:
        """What came as JSON, read like an example where ``rules`` are given; raises `Undecodable`."""
        try:
            return self._json(body, rules, None)
        except ValueError as problem:
            raise Undecodable(f"Expected {self.what} as the contract's schema has it, but {problem}.") from None

    def _json(self, body: Body, rules: Rules | None, fill: Callable[[Json], Json] | None) -> Body:
        if body.content is None:
            return body
        tree = self.decode(body.content, rules)
        text = json.dumps(fill(tree) if fill is not None else tree, ensure_ascii=False)
        return replace(body, content=text.encode(), content_type="application/json")


def is_decodable(element: Document, head: Document) -> bool:
    """Whether an interaction's contents are of a plug-in that is done without, and it is no call of a service."""
    name, configured = _configured(element)
    return bool(name) and "service" not in configured and _kept(name, configured, head) is not None


def decoding_of(element: Document, head: Document, *, asked: bool = False) -> Decoding | None:
    """How the contents of what a provider gives back are decoded; None where they are none of a plug-in.

    ``asked`` is about what a provider is sent. Raises `NotReplayable` for a schema that cannot be read, `UsageError`
    where a library is missing.
    """
    if not is_decodable(element, head):
        return None
    name, configured = _configured(element)
    kept = _kept(name, configured, head)
    part = _part(element, asked=asked)
    stated = _configured(part)[1]
    content_type = _content_type(part)
    kind, extra = PLUGINS[name]
    key = json.dumps([kept, {**configured, **stated}, content_type], sort_keys=True)
    try:
        return _made(kind, key)
    except ModuleNotFoundError as error:
        text = f"Contents of the Pact plug-in {name} need the library {error.name}: pip install 'troth[{extra}]'"
        raise UsageError(text) from None
    except (ValueError, LookupError) as problem:
        why = str(problem.args[0]).rstrip(".") if problem.args else type(problem).__name__
        raise NotReplayable(f"The schema that the Pact plug-in {name} kept cannot be used: {why}.") from None


@lru_cache(maxsize=256)
def _made(kind: str, key: str) -> Decoding:
    kept, configured, content_type = json.loads(key)
    reader: Any = import_module(_READERS[kind])
    what, decode = reader.reader_of(kept, configured, content_type)
    return Decoding(what, decode)


def _configured(part: Document) -> tuple[str, Document]:
    written = part.get("pluginConfiguration")
    for name in PLUGINS:
        found = written.get(name) if isinstance(written, dict) else None
        if isinstance(found, dict):
            return name, found
    inner = part.get("response")
    for one in (*(inner if isinstance(inner, list) else (inner,)), part.get("request")):
        if isinstance(one, dict):
            name, found = _configured(one)
            if name:
                return name, found
    return "", {}


def _kept(name: str, configured: Document, head: Document) -> str | None:
    """The schema as the plug-in kept it in the pact: text of Avro, or descriptors in base64."""
    key = configured.get("schemaKey" if name == "avro" else "descriptorKey")
    member = "avroSchema" if name == "avro" else "protoDescriptors"
    for plugin in plugins(head):
        kept = plugin.configuration
        stored = kept.get(key) if isinstance(kept, dict) and isinstance(key, str) else None
        text = stored.get(member) if isinstance(stored, dict) else None
        if isinstance(text, str):
            return text
    return None


def _part(element: Document, *, asked: bool) -> Document:
    found = element.get("request" if asked else "response")
    if isinstance(found, list):
        found = found[0] if found else None
    return found if isinstance(found, dict) else element


def _content_type(part: Document) -> str:
    for name in ("contents", "body"):
        written = part.get(name)
        stated = written.get("contentType") if isinstance(written, dict) else None
        if isinstance(stated, str):
            return stated
    return ""
