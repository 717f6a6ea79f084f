"""A message of a pact and the provider's Avro type that it should be a datum of: what a rule sees."""

import re
from base64 import b64decode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from troth_schemas.avro import Avro, read
from troth_schemas.avro.decoding import decoded
from troth_schemas.avro.model import Array, Enum, Fixed, Map, Node, Record, Union, unqualified
from troth_schemas.errors import ContractUnreadable
from troth_schemas.finding import Found, Witness
from troth_schemas.json_body import Document, Json
from troth_schemas.options import Options
from troth_schemas.pact import Pact
from troth_schemas.pact.interactions import plugins
from troth_schemas.pairs.avro_messages import against_avro
from troth_schemas.pairs.pact_bodies import FITS, Misfit, Verdict
from troth_schemas.pairs.pact_messages import Sending, value_of
from troth_schemas.pairs.pact_words import shown_path
from troth_schemas.sources import one as one_source

_RECORD: Final = re.compile(r"record=\"?([\w.]+)")


@dataclass(frozen=True)
class Meeting:
    """One message and the provider's schema. What several rules ask is worked out once."""

    pact: Pact
    avro: Avro
    sending: Sending
    options: Options

    @cached_property
    def wanted(self) -> str | None:
        """The record that the message says it is, by the plug-in's word or by its content type."""
        configured = self._plugin.get("record")
        if isinstance(configured, str):
            return configured
        found = _RECORD.search(stated_type(self.sending))
        return None if found is None else found[1]

    @cached_property
    def candidates(self) -> tuple[Node, ...]:
        """The provider's types that it may be: the one that it names, else the root, else any record of a protocol."""
        records = tuple(one for one in dict.fromkeys(self.avro.types.values()) if isinstance(one, Record))
        if self.wanted is not None:
            return tuple(one for one in records if self.wanted in (one.name, unqualified(one.name)))[:1]
        return records if self.avro.root is None else (self.avro.root,)

    @cached_property
    def consumers_schema(self) -> tuple[Avro, Node] | None:
        """The schema that the plug-in kept in the pact, which the consumer reads with, at the record that is meant."""
        key = self._plugin.get("schemaKey")
        for plugin in plugins(self.pact.value):
            configuration = plugin.configuration
            kept = configuration.get(key) if isinstance(configuration, dict) and isinstance(key, str) else None
            text = kept.get("avroSchema") if isinstance(kept, dict) else None
            if isinstance(text, str):
                return _schema(text, self.wanted)
        return None

    @cached_property
    def _plugin(self) -> Document:
        """What the Avro plug-in says of this part, or of the whole interaction."""
        for written in (self.sending.part.written, self.sending.element):
            configurations = written.get("pluginConfiguration")
            found = configurations.get("avro") if isinstance(configurations, dict) else None
            if isinstance(found, dict):
                return found
        return {}

    @cached_property
    def value(self) -> tuple[Json] | None:
        """The datum as JSON: as it stands in the pact, or decoded; None where there is none that can be read."""
        data = _bytes(self.sending)
        if data is None:
            return value_of(self.sending.part)
        if self.consumers_schema is not None:
            return decoded(*self.consumers_schema, data)
        found = (decoded(self.avro, one, data) for one in self.candidates)
        return next((one for one in found if one is not None), None)

    @property
    def empty(self) -> bool:
        """Whether the message says nothing of its contents."""
        return self.sending.part.contents.state == "missing"

    @cached_property
    def verdict(self) -> Verdict:
        """How the datum and the type fit best: of several types and spellings the one with the least wrong. Its places
        are those of the Avro schema."""
        if self.value is None:
            return FITS
        return against_avro(self.avro, self.candidates, self.value[0], self.sending, self.options)

    def found(self, misfit: Misfit, *, witness: bool = False) -> Found:
        """A finding about one place of the message."""
        proof = self.value if self.sending.by_consumer and misfit.witness is None else misfit.witness
        sides = (
            self.pact.place(f"{self.sending.part.body_place}{misfit.pointer}"),
            self.avro.place(misfit.schema),
        )
        return Found(
            f"{shown_path(misfit.path)} {misfit.sentence}.",
            (*self.sending.key, *misfit.path, misfit.sentence),
            sides[self.sending.by_consumer],
            sides[not self.sending.by_consumer],
            self.sending.title,
            next(iter(reversed(list(elements(self.avro, self.candidates, misfit.path)))), None),
            Witness("message", proof[0]) if witness and proof is not None else None,
        )

    def about_all(self, message: str, *key: str) -> Found:
        """A finding about the message as a whole."""
        at = self.avro.root.at if self.avro.root is not None else None
        return Found(
            message,
            (*self.sending.key, *key),
            self.pact.place(self.sending.part.body_place),
            self.avro.place(at) if at is not None else None,
            self.sending.title,
        )


def elements(avro: Avro, roots: tuple[Node, ...], path: tuple[str, ...]) -> Iterator[str]:
    """The provider's fields that a path in a message leads through."""
    for found, _ in _steps(avro, roots, path):
        yield from found


def types(avro: Avro, roots: tuple[Node, ...], path: tuple[str, ...]) -> Iterator[str]:
    """The provider's types with names that a path in a message leads to."""
    for _, nodes in ((), roots), *_steps(avro, roots, path):
        for one in _whole(avro, [*nodes]):
            if isinstance(one, Record | Enum | Fixed):
                yield one.name


def _steps(avro: Avro, roots: tuple[Node, ...], path: tuple[str, ...]) -> Iterator[tuple[list[str], Sequence[Node]]]:
    """The fields of each step, and what stands there."""
    nodes = list(roots)
    for step in path:
        inner: list[Node] = []
        fields: list[str] = []
        for node in _whole(avro, nodes):
            match node:
                case Record(name, members):
                    here = [field for field in members if field.name == step]
                    fields += [f"{name}.{field.name}" for field in here]
                    inner += [field.type for field in here]
                case Array(items):
                    inner.append(items)
                case Map(values):
                    inner.append(values)
        nodes = inner or nodes  # a step that the encoding of unions put there
        yield fields, nodes


def _whole(avro: Avro, nodes: list[Node]) -> Iterator[Node]:
    for node in nodes:
        whole = avro.whole(node)
        if isinstance(whole, Union):
            yield from (avro.whole(branch) for branch in whole.branches)
        else:
            yield whole


def stated_type(sending: Sending) -> str:
    """The content type of a message, with its parameters."""
    contents = sending.part.written.get("contents")
    stated = contents.get("contentType") if isinstance(contents, dict) else None
    return stated if isinstance(stated, str) else sending.part.content_type


def _bytes(sending: Sending) -> bytes | None:
    """The bytes of a message that is binary Avro."""
    contents = sending.part.written.get("contents")
    media = stated_type(sending).partition(";")[0]
    if not isinstance(contents, dict) or "avro" not in media or media.endswith("json"):
        return None
    content = contents.get("content")
    if not isinstance(content, str) or not contents.get("encoded"):
        return None
    try:
        return b64decode(content, validate=True)
    except ValueError:
        return b"\xff" * 11  # no datum begins so: what cannot be decoded is told as such


def _schema(text: str, record: str | None) -> tuple[Avro, Node] | None:
    try:
        avro, _ = read(one_source("the consumer's schema", text.encode()))
    except ContractUnreadable:
        return None
    named = (one for one in avro.types.values() if isinstance(one, Record))
    root = next((one for one in named if record in (one.name, unqualified(one.name))), avro.root)
    return None if root is None else (avro, root)
