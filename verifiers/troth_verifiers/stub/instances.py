"""Values that a JSON Schema allows, made up to be read: the same for the same schema, with all properties.

First what the schema says itself (example, default, constant, first of the enumerated), then something plain of its
type and format; what that gets wrong (patterns, odd bounds) is left to the solver of `troth_schemas.jsonschema`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

from troth_schemas.documents import Documents, Location
from troth_schemas.errors import SchemasError
from troth_schemas.json_body import Document, Json
from troth_schemas.jsonschema import Dialect, SchemaAt, View, sample, validator

Follow: TypeAlias = Callable[[Json], Document]
"""What a chain of references leads to, from a schema; nothing where it leads nowhere."""

_FORMATS: Final[Mapping[str, str]] = {
    "date-time": "2024-01-31T12:30:00Z", "date": "2024-01-31", "time": "12:30:00Z", "duration": "P1D",
    "uuid": "00000000-0000-4000-8000-000000000001", "email": "somebody@example.com",
    "idn-email": "somebody@example.com", "uri": "https://example.com/", "url": "https://example.com/",
    "uri-reference": "/", "iri": "https://example.com/", "hostname": "example.com", "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1", "byte": "dHJvdGg=", "binary": "troth", "password": "secret", "json-pointer": "/a",
}  # fmt: skip
_DEEPEST: Final = 12
_LARGEST: Final = 100_000
"""Characters of a text, elements of a list."""
_BOUNDS: Final = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "pattern", "not")


class NoInstance(Exception):
    """No value that the schema allows was found; the text is a sentence."""


@dataclass(frozen=True, slots=True)
class Instances:
    """Makes values for schemas of one document. `access` leaves out what does not come back in an answer."""

    document: Document
    follow: Follow
    dialect: Dialect
    access: bool = True

    def value(self, schema: Json, name: str = "value") -> Json:
        """A value that the schema allows; a text without more is called like `name`. Raises `NoInstance`."""
        plain = _Maker(self).value(schema, name, 0)
        at = self._at(schema)
        try:
            valid = validator(at, View(access="response" if self.access else None)).is_valid(plain)
            if valid:
                return plain
            found = sample(at)
        except (SchemasError, LookupError, ValueError, RecursionError) as error:
            raise NoInstance(f"No value could be made up: {error}") from None
        if found is None:
            raise NoInstance("No value could be made up that its schema allows.")
        return found[0]

    def fitting(self, schema: Document, plain: Json) -> Json:
        """The plain value if a part of a schema allows it, else one that the solver makes."""
        at = self._at(schema)
        try:
            found = (plain,) if validator(at).is_valid(plain) else sample(at)
        except (SchemasError, LookupError, ValueError, RecursionError):
            found = None
        return plain if found is None else found[0]

    def _at(self, schema: Json) -> SchemaAt:
        """The schema beside the document that its references lead into."""
        whole: Document = {**self.document, "x-troth-schema": schema}
        return SchemaAt(Documents.of("schema", whole), Location("schema", "/x-troth-schema"), self.dialect)


@dataclass(frozen=True, slots=True)
class _Maker:
    """Makes one value; `open_` are the references that are being followed, so that an endless schema ends."""

    instances: Instances
    open_: frozenset[str] = frozenset()

    def value(self, schema: Json, name: str, depth: int) -> Json:
        if not isinstance(schema, dict):
            return name
        reference = schema.get("$ref")
        if isinstance(reference, str):
            inner = replace(self, open_=self.open_ | {reference})
            return inner.value({**self.instances.follow(schema), **_siblings(schema)}, name, depth + 1)
        stated = _stated(schema)
        if stated is not None:
            return stated[0]
        for word in ("oneOf", "anyOf"):
            if isinstance(options := schema.get(word), list) and options:
                return self._joined(schema, [self._plainest(options)], word, name, depth)
        if isinstance(parts := schema.get("allOf"), list) and parts:
            return self._joined(schema, parts, "allOf", name, depth)
        return self._of_type(schema, name, depth)

    def _joined(self, schema: Document, parts: list[Json], word: str, name: str, depth: int) -> Json:
        """A value of a schema together with parts of it; of objects the members of all."""
        rest: Document = {key: one for key, one in schema.items() if key != word}
        values = [self.value(one, name, depth + 1) for one in parts]
        if not values or not all(isinstance(one, dict) for one in values):
            return values[0] if values else self._of_type(rest, name, depth)
        whole: Document = {}
        own = self.value(rest, name, depth + 1) if "properties" in rest else {}
        for one in (*values, own):
            whole |= one if isinstance(one, dict) else {}
        return whole

    def _plainest(self, options: list[Json]) -> Json:
        """The first alternative that is neither null nor endless."""
        for one in options:
            reference = one.get("$ref") if isinstance(one, dict) else None
            if reference not in self.open_ and self.instances.follow(one).get("type") != "null":
                return one
        return options[0]

    def _of_type(self, schema: Document, name: str, depth: int) -> Json:
        kind = _type(schema)
        match kind:
            case "object":
                return self._object(schema, depth)
            case "array":
                return self._array(schema, name, depth)
            case "null":
                return None
            case "boolean":
                return True
        plain: Json = {"integer": 1, "number": 1.5}.get(kind) or _text(schema, name)
        return (
            self.instances.fitting({**schema, "type": kind}, plain)
            if any(word in schema for word in _BOUNDS)
            else plain
        )

    def _object(self, schema: Document, depth: int) -> Json:
        properties, required = schema.get("properties"), schema.get("required")
        needed = required if isinstance(required, list) else []
        found: Document = {}
        for name, one in properties.items() if isinstance(properties, dict) else ():
            hidden = self.instances.access and self.instances.follow(one).get("writeOnly") is True
            if not hidden and (name in needed or not self._endless(one, depth)):
                found[name] = self.value(one, name, depth + 1)
        return found

    def _array(self, schema: Document, name: str, depth: int) -> Json:
        least = schema.get("minItems", 0)
        count = max(1, least) if isinstance(least, int) and not isinstance(least, bool) else 1
        if count > _LARGEST:
            raise NoInstance(f"No value is made up for a list of {count} elements; give an example.")
        items, first = schema.get("items", {}), schema.get("prefixItems")
        heads = [self.value(one, name, depth + 1) for one in first] if isinstance(first, list) else []
        if schema.get("maxItems") == 0 or items is False or self._endless(items, depth):
            return heads
        one = self.value(items, name, depth + 1)
        return [*heads, *[one] * max(0, count - len(heads))]

    def _endless(self, schema: Json, depth: int) -> bool:
        """Whether an optional part leads back into what is being made."""
        reference = schema.get("$ref") if isinstance(schema, dict) else None
        return depth > _DEEPEST or reference in self.open_


def _stated(schema: Document) -> tuple[Json] | None:
    for name in ("example", "default", "const"):
        if name in schema:
            return (schema[name],)
    for name in ("examples", "enum"):
        values = schema.get(name)
        if isinstance(values, list) and values:
            return (values[0],)
    return None


def _siblings(schema: Document) -> Document:
    """What stands beside a reference, and says something of the value."""
    return {name: schema[name] for name in ("example", "default") if name in schema}


def _type(schema: Document) -> str:
    kind = schema.get("type")
    if isinstance(kind, list):
        kind = next((one for one in kind if one != "null"), "null")
    if isinstance(kind, str):
        return kind
    if "properties" in schema or "additionalProperties" in schema or "required" in schema:
        return "object"
    return "array" if "items" in schema or "prefixItems" in schema else "string"


def _text(schema: Document, name: str) -> str:
    """A text of the format, else called like its property, as long as it has to be."""
    text = _FORMATS.get(str(schema.get("format")), name)
    least, most = schema.get("minLength"), schema.get("maxLength")
    if isinstance(least, int) and least > _LARGEST:
        raise NoInstance(f"No value is made up for a text of {least} characters; give an example.")
    if isinstance(least, int) and len(text) < least:
        text += "x" * (least - len(text))
    return text[:most] if isinstance(most, int) else text
