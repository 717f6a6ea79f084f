"""Reads the keywords of one schema into facts: what each says in each draft and dialect."""

from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final, TypeVar

from troth_schemas.json_body import Json
from troth_schemas.jsonschema.facts import (
    ANYTHING,
    NOTHING,
    TYPES,
    Bound,
    Contains,
    Facts,
    equal,
    exact,
    key_of,
    tighter,
)
from troth_schemas.jsonschema.patterns import is_pattern
from troth_schemas.jsonschema.question import Dialect

if TYPE_CHECKING:
    from troth_schemas.jsonschema.nodes import Node

_OLD: Final = ("draft-04", "draft-06", "draft-07", "openapi-2.0", "openapi-3.0", "asyncapi")
"""The dialects in which everything beside ``$ref`` is ignored."""
_BOOLEAN_EXCLUSIVE: Final = ("draft-04", "openapi-2.0", "openapi-3.0")
_OPENAPI_OLD: Final = ("openapi-2.0", "openapi-3.0")
_BEFORE_2020: Final = (*_OLD, "2019-09")

T = TypeVar("T")


def read(node: "Node") -> Facts:
    """The facts of a node."""
    raw = node.raw
    if isinstance(raw, bool):
        return ANYTHING if raw else NOTHING
    if not isinstance(raw, dict):
        return Facts(odd=("schema",))
    return _Reader(node, raw).facts()


class _Reader:
    """Reads the keywords of one schema object and remembers the odd ones."""

    def __init__(self, node: "Node", raw: dict[str, Json]) -> None:
        self.node = node
        self.raw = raw
        self.dialect: Dialect = node.dialect
        self.odd: list[str] = []

    def facts(self) -> Facts:
        said: dict[str, Any] = {}
        if "$ref" in self.raw:
            said["target"] = self.reference("$ref")
            if self.dialect in _OLD:
                return Facts(**said, odd=tuple(self.odd))
        for keyword in sorted(self.raw):  # what is found, and how far it is looked for, is not to depend on order
            read_one = _KEYWORDS.get(keyword)
            if read_one is not None:
                read_one(self, said)
        said["odd"] = tuple(self.odd)
        return Facts(**said)

    def reference(self, keyword: str) -> "Node | None":
        found = self.node.follow(keyword)
        if found is None:
            self.odd.append(keyword)
        return found

    # What follows reads one keyword each; what makes no sense is left out and remembered.

    def get(self, keyword: str, wanted: type[T] | tuple[type, ...]) -> Any:
        value = self.raw[keyword]
        if isinstance(value, wanted) and (not isinstance(value, bool) or wanted is bool):
            return value
        self.odd.append(keyword)
        return None

    def schema(self, *steps: str | int) -> "Node | None":
        found = self.node.child(*steps)
        if isinstance(found.raw, dict | bool):
            return found
        self.odd.append(str(steps[0]))
        return None

    def schemas(self, keyword: str) -> "tuple[Node, ...]":
        value = self.get(keyword, list)
        found = (self.schema(keyword, index) for index in range(len(value or ())))
        return tuple(one for one in found if one is not None)

    def named(self, keyword: str) -> "dict[str, Node]":
        value = self.get(keyword, dict) or {}
        found = ((name, self.schema(keyword, name)) for name in sorted(value))
        return {name: one for name, one in found if one is not None}

    def count(self, keyword: str) -> int | None:
        value = self.get(keyword, (int, float))
        if value is None:
            return None
        if value != int(value) or value < 0:
            self.odd.append(keyword)
            return None
        return int(value)

    def number(self, keyword: str) -> Fraction | None:
        value = self.get(keyword, (int, float))
        return None if value is None else exact(value)


def _type(reader: _Reader, said: dict[str, Any]) -> None:
    value = reader.raw["type"]
    names = [value] if isinstance(value, str) else value
    if reader.dialect in _OPENAPI_OLD and value == "file":
        return
    if not isinstance(names, list) or not all(isinstance(one, str) and one in TYPES for one in names):
        reader.odd.append("type")
        return
    found = {str(one) for one in names}
    if reader.dialect in _OPENAPI_OLD and "type" in reader.raw and _is_nullable(reader):
        found.add("null")
        said["nullable"] = True
    said["types"] = frozenset(found)


def _is_nullable(reader: _Reader) -> bool:
    word = "nullable" if reader.dialect == "openapi-3.0" else "x-nullable"
    return reader.raw.get(word) is True


def _enum(reader: _Reader, said: dict[str, Any]) -> None:
    value = reader.get("enum", list)
    if value is None:
        return
    if "const" not in reader.raw or reader.dialect in ("draft-04", *_OPENAPI_OLD):
        said["enum"] = tuple(value)
        said["listed"] = frozenset(map(key_of, value))


def _const(reader: _Reader, said: dict[str, Any]) -> None:
    if reader.dialect in ("draft-04", *_OPENAPI_OLD):
        return
    value = reader.raw["const"]
    among = reader.raw.get("enum")
    if isinstance(among, list) and not any(equal(value, one) for one in among):
        said["always"] = False
    said["enum"] = (value,)
    said["listed"] = frozenset((key_of(value),))
    said["enum_keyword"] = "const"


def _minimum(reader: _Reader, said: dict[str, Any]) -> None:
    value = reader.number("minimum")
    if value is not None:
        open_ = reader.dialect in _BOOLEAN_EXCLUSIVE and reader.raw.get("exclusiveMinimum") is True
        _tighten(said, "minimum", (value, open_))


def _maximum(reader: _Reader, said: dict[str, Any]) -> None:
    value = reader.number("maximum")
    if value is not None:
        open_ = reader.dialect in _BOOLEAN_EXCLUSIVE and reader.raw.get("exclusiveMaximum") is True
        _tighten(said, "maximum", (value, open_))


def _exclusive_minimum(reader: _Reader, said: dict[str, Any]) -> None:
    if reader.dialect not in _BOOLEAN_EXCLUSIVE:
        value = reader.number("exclusiveMinimum")
        if value is not None:
            _tighten(said, "minimum", (value, True))


def _exclusive_maximum(reader: _Reader, said: dict[str, Any]) -> None:
    if reader.dialect not in _BOOLEAN_EXCLUSIVE:
        value = reader.number("exclusiveMaximum")
        if value is not None:
            _tighten(said, "maximum", (value, True))


def _tighten(said: dict[str, Any], side: str, bound: Bound) -> None:
    said[side] = tighter(said.get(side), bound, least=side == "minimum")


def _multiple(reader: _Reader, said: dict[str, Any]) -> None:
    value = reader.number("multipleOf")
    if value is not None and value > 0:
        said["step"] = value
    elif value is not None:
        reader.odd.append("multipleOf")


def _counted(keyword: str, name: str) -> Callable[[_Reader, dict[str, Any]], None]:
    def read_it(reader: _Reader, said: dict[str, Any]) -> None:
        value = reader.count(keyword)
        if value is not None:
            said[name] = value

    return read_it


def _text(keyword: str, name: str) -> Callable[[_Reader, dict[str, Any]], None]:
    def read_it(reader: _Reader, said: dict[str, Any]) -> None:
        value = reader.get(keyword, str)
        if value is not None:
            said[name] = value

    return read_it


def _sub(keyword: str, name: str, without: tuple[str, ...] = ()) -> Callable[[_Reader, dict[str, Any]], None]:
    def read_it(reader: _Reader, said: dict[str, Any]) -> None:
        if reader.dialect not in without:
            found = reader.schema(keyword)
            if found is not None:
                said[name] = found

    return read_it


def _subs(keyword: str, name: str, without: tuple[str, ...] = ()) -> Callable[[_Reader, dict[str, Any]], None]:
    def read_it(reader: _Reader, said: dict[str, Any]) -> None:
        if reader.dialect not in without:
            said[name] = (*said.get(name, ()), *reader.schemas(keyword))

    return read_it


def _named(keyword: str, name: str, without: tuple[str, ...] = ()) -> Callable[[_Reader, dict[str, Any]], None]:
    def read_it(reader: _Reader, said: dict[str, Any]) -> None:
        if reader.dialect not in without:
            said[name] = reader.named(keyword)

    return read_it


def _pattern(reader: _Reader, said: dict[str, Any]) -> None:
    value = reader.get("pattern", str)
    if value is not None and is_pattern(value):
        said["pattern"] = value
    elif value is not None:
        reader.odd.append("pattern")


def _patterns(reader: _Reader, said: dict[str, Any]) -> None:
    if reader.dialect not in _OPENAPI_OLD:
        found = reader.named("patternProperties")
        said["patterns"] = {pattern: node for pattern, node in found.items() if is_pattern(pattern)}
        if len(said["patterns"]) < len(found):
            reader.odd.append("patternProperties")


def _flag(keyword: str, name: str) -> Callable[[_Reader, dict[str, Any]], None]:
    def read_it(reader: _Reader, said: dict[str, Any]) -> None:
        said[name] = reader.raw[keyword] is True

    return read_it


def _required(reader: _Reader, said: dict[str, Any]) -> None:
    value = reader.raw["required"]
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        said["required"] = frozenset(str(one) for one in value)
    elif not isinstance(value, bool):  # draft 3 had a boolean in the property itself, and many documents still do
        reader.odd.append("required")


def _items(reader: _Reader, said: dict[str, Any]) -> None:
    if not isinstance(reader.raw["items"], list):
        found = reader.schema("items")
        if found is not None:
            said["rest"] = found
    elif reader.dialect in _BEFORE_2020 and reader.dialect not in _OPENAPI_OLD:
        said["head"] = reader.schemas("items")
        if "additionalItems" in reader.raw:
            found = reader.schema("additionalItems")
            if found is not None:
                said["rest"] = found
    else:
        reader.odd.append("items")


def _prefix(reader: _Reader, said: dict[str, Any]) -> None:
    if reader.dialect in ("2020-12", "openapi-3.1"):
        said["head"] = reader.schemas("prefixItems")


def _contains(reader: _Reader, said: dict[str, Any]) -> None:
    if reader.dialect in ("draft-04", *_OPENAPI_OLD):
        return
    found = reader.schema("contains")
    if found is None:
        return
    least, most = 1, None
    if reader.dialect in ("2019-09", "2020-12", "openapi-3.1"):
        if "minContains" in reader.raw:
            stated = reader.count("minContains")
            least = 1 if stated is None else stated
        if "maxContains" in reader.raw:
            most = reader.count("maxContains")
    said["contains"] = Contains(found, least, most)


def _discriminator(reader: _Reader, _said: dict[str, Any]) -> None:
    if reader.dialect == "asyncapi":  # OpenAPI's are no part of what a schema says of itself
        reader.odd.append("discriminator")


def _dependencies(reader: _Reader, said: dict[str, Any]) -> None:
    value = reader.get("dependencies", dict) or {}
    needed, schemas = {}, {}
    for name, one in sorted(value.items()):
        if isinstance(one, list):
            needed[name] = frozenset(str(text) for text in one)
        else:
            found = reader.schema("dependencies", name)
            if found is not None:
                schemas[name] = found
    said["dependent_required"] = {**needed, **said.get("dependent_required", {})}
    said["dependent_schemas"] = {**schemas, **said.get("dependent_schemas", {})}


def _dependent_required(reader: _Reader, said: dict[str, Any]) -> None:
    if reader.dialect in _OLD:
        return
    value = reader.get("dependentRequired", dict) or {}
    needed = {name: frozenset(map(str, one)) for name, one in sorted(value.items()) if isinstance(one, list)}
    said["dependent_required"] = {**said.get("dependent_required", {}), **needed}


def _dependent_schemas(reader: _Reader, said: dict[str, Any]) -> None:
    if reader.dialect not in _OLD:
        said["dependent_schemas"] = {**said.get("dependent_schemas", {}), **reader.named("dependentSchemas")}


def _dynamic(keyword: str) -> Callable[[_Reader, dict[str, Any]], None]:
    def read_it(reader: _Reader, said: dict[str, Any]) -> None:
        found = reader.reference(keyword)
        if found is not None:
            said["all_of"] = (*said.get("all_of", ()), found)

    return read_it


_NO_CONDITIONS: Final = ("draft-04", "draft-06", *_OPENAPI_OLD)


_NO_UNEVALUATED: Final = _OLD


_KEYWORDS: Final[dict[str, Callable[[_Reader, dict[str, Any]], None]]] = {
    "type": _type,
    "enum": _enum,
    "const": _const,
    "minimum": _minimum,
    "maximum": _maximum,
    "exclusiveMinimum": _exclusive_minimum,
    "exclusiveMaximum": _exclusive_maximum,
    "multipleOf": _multiple,
    "minLength": _counted("minLength", "min_length"),
    "maxLength": _counted("maxLength", "max_length"),
    "pattern": _pattern,
    "format": _text("format", "format"),
    "contentEncoding": _text("contentEncoding", "content_encoding"),
    "contentMediaType": _text("contentMediaType", "content_media_type"),
    "items": _items,
    "prefixItems": _prefix,
    "minItems": _counted("minItems", "min_items"),
    "maxItems": _counted("maxItems", "max_items"),
    "uniqueItems": _flag("uniqueItems", "unique"),
    "contains": _contains,
    "properties": _named("properties", "properties"),
    "patternProperties": _patterns,
    "additionalProperties": _sub("additionalProperties", "additional"),
    "propertyNames": _sub("propertyNames", "names", ("draft-04", *_OPENAPI_OLD)),
    "required": _required,
    "minProperties": _counted("minProperties", "min_properties"),
    "maxProperties": _counted("maxProperties", "max_properties"),
    "dependencies": _dependencies,
    "dependentRequired": _dependent_required,
    "dependentSchemas": _dependent_schemas,
    "unevaluatedProperties": _sub("unevaluatedProperties", "unevaluated_properties", _NO_UNEVALUATED),
    "unevaluatedItems": _sub("unevaluatedItems", "unevaluated_items", _NO_UNEVALUATED),
    "allOf": _subs("allOf", "all_of"),
    "anyOf": _subs("anyOf", "any_of"),
    "oneOf": _subs("oneOf", "one_of"),
    "not": _sub("not", "negated"),
    "if": _sub("if", "condition", _NO_CONDITIONS),
    "then": _sub("then", "then", _NO_CONDITIONS),
    "else": _sub("else", "otherwise", _NO_CONDITIONS),
    "discriminator": _discriminator,
    "$dynamicRef": _dynamic("$dynamicRef"),
    "$recursiveRef": _dynamic("$recursiveRef"),
    "readOnly": _flag("readOnly", "read_only"),
    "writeOnly": _flag("writeOnly", "write_only"),
}
