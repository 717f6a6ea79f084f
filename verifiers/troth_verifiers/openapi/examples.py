"""The examples of a description as requests: what it says itself about how it is used.

The examples of one name belong together: those of the parameters, of the body and of an answer. Where a part has no
example of that name it takes its only or first one, then what its schema says (example, default, constant, first of
the enumerated). A request that lacks a required part is none.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from troth_schemas.json_body import Document, Json
from troth_schemas.openapi import Operation
from troth_verifiers.openapi.bundling import followed
from troth_verifiers.openapi.described import Described
from troth_verifiers.openapi.writing import Written, body_as

_UNNAMED: Final = ""
_DEEPEST: Final = 30


@dataclass(frozen=True, slots=True)
class Example:
    """A request as the description shows it.

    `target` is the path with its values and the query. `status` is that of the answer shown beside it, if one is.
    """

    name: str
    target: str
    headers: tuple[tuple[str, str], ...] = ()
    content: bytes = b""
    status: int | None = None


def examples_of(described: Described, operation: Operation) -> tuple[Example, ...]:
    """The requests that an operation's examples make, in the order in which they are written, each once.

    An operation that needs nothing to be asked has a request even where it has no example.
    """
    found: dict[tuple[object, ...], Example] = {}
    parts = _Parts(described, operation)
    for name in parts.names():
        for example in parts.request(name):
            key = (example.target, example.headers, example.content, example.status)
            found.setdefault(key, example)
    return tuple(found.values())


def shown_beside(document: Document, holder: Document) -> dict[str, Json]:
    """The examples beside a schema of a document, by name; one that has none has the name ""."""
    named = holder.get("examples")
    if isinstance(named, dict) and named:
        found = {name: followed(document, one) for name, one in named.items()}
        return {name: one["value"] for name, one in found.items() if "value" in one}
    return {_UNNAMED: holder["example"]} if "example" in holder else {}


class _Parts:
    """The parts of an operation's request, and which values their examples have."""

    def __init__(self, described: Described, operation: Operation) -> None:
        self._whole = described.document
        self._operation = operation
        self._parameters = [(one, shown_beside(self._whole, _holder(one))) for one in described.parameters(operation)]
        body = described.body(operation)
        content = body.get("content")
        self._required = body.get("required") is True
        self._media = [
            (kind, media, shown_beside(self._whole, media))
            for kind, media in (content.items() if isinstance(content, dict) else ())
            if isinstance(media, dict)
        ]
        self._answers = {
            name: int(status)
            for status, response in described.responses(operation).items()
            if status.isdigit()
            for name in self._names_in(response)
        }

    def names(self) -> list[str]:
        """The names of the examples; one without a name stands for all that have none."""
        shown = [one for _, one in self._parameters] + [one for _, _, one in self._media]
        names = [name for one in shown for name in one if name != _UNNAMED]
        return list(dict.fromkeys(names)) or [_UNNAMED]

    def request(self, name: str) -> Iterator[Example]:
        """The requests of one name: one for each media type in which the body can be written."""
        written = Written()
        for parameter, shown in self._parameters:
            schema = _holder(parameter).get("schema")
            value = self._value(shown, name, schema)
            if value is not None:
                written.add(parameter, value.value)
            elif parameter.get("required") is True or parameter.get("in") == "path":
                return
        target, lines = written.target(self._operation.path), written.lines()
        status = self._answers.get(name) if name != _UNNAMED else None
        bodies = list(self._bodies(name))
        for kind, content in bodies:
            yield Example(name, target, (*lines, ("Content-Type", kind)), content, status)
        if not bodies and not self._required:
            yield Example(name, target, lines, b"", status)

    def _bodies(self, name: str) -> Iterator[tuple[str, bytes]]:
        for kind, media, shown in self._media:
            value = self._value(shown, name, media.get("schema"))
            if value is not None and (made := body_as(kind, value.value, media, self._whole)) is not None:
                yield made

    def _value(self, shown: Mapping[str, Json], name: str, schema: Json) -> "_Value | None":
        if name in shown:
            return _Value(shown[name])
        if shown:
            return _Value(next(iter(shown.values())))
        return self._of_schema(schema, 0)

    def _names_in(self, response: Document) -> Iterator[str]:
        content = response.get("content")
        for media in content.values() if isinstance(content, dict) else ():
            named = media.get("examples") if isinstance(media, dict) else None
            yield from named if isinstance(named, dict) else ()

    def _of_schema(self, schema: Json, depth: int) -> "_Value | None":
        """What a schema says itself about its values; None where it does not."""
        one = followed(self._whole, schema)
        if depth > _DEEPEST:
            return None
        several = one.get("examples")
        for name in ("example", "default", "const"):
            if name in one:
                return _Value(one[name])
        for values in (several, one.get("enum")):
            if isinstance(values, list) and values:
                return _Value(values[0])
        if isinstance(one.get("properties"), dict):
            return self._of_object(one, depth)
        if one.get("type") == "array" and (item := self._of_schema(one.get("items"), depth + 1)) is not None:
            return _Value([item.value])
        if isinstance(parts := one.get("allOf"), list) and parts:
            return self._of_all(parts, depth)
        return None

    def _of_object(self, schema: Document, depth: int) -> "_Value | None":
        properties, required = schema["properties"], schema.get("required")
        assert isinstance(properties, dict)
        found = {name: self._of_schema(one, depth + 1) for name, one in properties.items()}
        told = {name: one.value for name, one in found.items() if one is not None}
        if any(name not in told for name in (required if isinstance(required, list) else ())):
            return None
        return _Value(told) if told else None

    def _of_all(self, parts: list[Json], depth: int) -> "_Value | None":
        values = [self._of_schema(one, depth + 1) for one in parts]
        whole: Document = {}
        for value in values:
            if value is None or not isinstance(value.value, dict):
                return None
            whole |= value.value
        return _Value(whole)


@dataclass(frozen=True, slots=True)
class _Value:
    """A value that is there, null among them."""

    value: Json


def _holder(parameter: Document) -> Document:
    """Where a parameter's schema and examples stand: in itself, or in its one media type."""
    content = parameter.get("content")
    if isinstance(content, dict):
        return next((media for media in content.values() if isinstance(media, dict)), {})
    return parameter
