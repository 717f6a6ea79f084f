"""What a schema says of the shape of its values, for bodies whose own form does not tell a number from a text."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from troth_schemas.json_body import Document, Json
from troth_verifiers.openapi.bundling import followed

_INTEGER: Final = re.compile(r"[+-]?[0-9]{1,4000}")
_NUMBER: Final = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?")
_BOOLEANS: Final = {"true": True, "false": False, "1": True, "0": False}
_COMBINED: Final = ("allOf", "oneOf", "anyOf")


@dataclass(frozen=True, slots=True)
class Hints:
    """A schema with those that it refers to or is combined of: what is the same in any of them, as far as it goes.

    `kinds` are the types that a value may have, none where nothing says so.
    """

    document: Document
    kinds: frozenset[str] = frozenset()
    properties: Document = field(default_factory=dict)
    items: Json = None
    xml: Document = field(default_factory=dict)
    is_binary: bool = False
    known: dict[int, "Hints"] = field(default_factory=dict, repr=False, compare=False)
    """What was worked out before, by the schema: a long list asks for the same again and again."""

    @property
    def is_object(self) -> bool:
        """Whether its values have members."""
        return "object" in self.kinds or bool(self.properties)

    @property
    def is_array(self) -> bool:
        """Whether its values are lists."""
        return "array" in self.kinds or self.items is not None

    def of(self, schema: Json) -> "Hints":
        """The hints of a schema of the same document."""
        if not isinstance(schema, dict):
            return Hints(self.document, known=self.known)
        if id(schema) not in self.known:
            self.known[id(schema)] = replace(hints_of(self.document, schema), known=self.known)
        return self.known[id(schema)]

    def scalar(self, text: str) -> Json:
        """A text as the value that it stands for; one that stands for none of the types stays a text."""
        bare = text.strip()
        if "integer" in self.kinds and _INTEGER.fullmatch(bare):
            return int(bare)
        if "number" in self.kinds and _NUMBER.fullmatch(bare):
            return int(bare) if _INTEGER.fullmatch(bare) else float(bare)
        if "boolean" in self.kinds and bare in _BOOLEANS:
            return _BOOLEANS[bare]
        if "null" in self.kinds and "string" not in self.kinds and not bare:
            return None
        return text if not self.kinds or "string" in self.kinds else bare


def hints_of(document: Document, schema: Json) -> Hints:
    """What a schema says; nothing for what is none."""
    parts = list(_parts(document, schema, {}))
    properties: Document = {}
    xml: Document = {}
    for one in parts:
        own = one.get("properties")
        properties = {**(own if isinstance(own, dict) else {}), **properties}
        stated = one.get("xml")
        xml = {**(stated if isinstance(stated, dict) else {}), **xml}
    return Hints(
        document,
        frozenset(kind for one in parts for kind in _kinds(one)),
        properties,
        next((one["items"] for one in parts if "items" in one), None),
        xml,
        any(one.get("format") in ("binary", "byte") or "contentMediaType" in one for one in parts),
    )


def _parts(document: Document, schema: Json, met: dict[int, Document]) -> Iterator[Document]:
    """A schema and what it is made of, each once: what leads back to itself says nothing new, and would never end."""
    if not isinstance(schema, dict) or id(schema) in met:
        return
    met[id(schema)] = schema
    beside = {name: value for name, value in schema.items() if name != "$ref"}  # as 3.1 has them
    if beside:
        yield beside
    if "$ref" in schema:
        yield from _parts(document, followed(document, schema), met)
        return
    for name in _COMBINED:
        branches = schema.get(name)
        for one in branches if isinstance(branches, list) else ():
            yield from _parts(document, one, met)


def _kinds(schema: Document) -> Iterator[str]:
    stated = schema.get("type")
    named = [one for one in (stated if isinstance(stated, list) else [stated]) if isinstance(one, str)]
    yield from named
    if schema.get("nullable") is True:
        yield "null"
    if not named:
        listed = schema.get("enum")
        values = [*(listed if isinstance(listed, list) else ()), *([schema["const"]] if "const" in schema else ())]
        yield from (_kind(value) for value in values)


def _kind(value: Json) -> str:
    if isinstance(value, bool):
        return "boolean"
    if value is None:
        return "null"
    return {str: "string", int: "integer", float: "number", dict: "object", list: "array"}.get(type(value), "string")


def text_of(value: Json) -> str:
    """A value without members as a text."""
    if isinstance(value, str):
        return value
    return "" if value is None else json.dumps(value, ensure_ascii=False)
