"""What an example and its matching rules stand for: the set of values, as a JSON Schema (2020-12).

Where no rule speaks, the example is the whole set. A type matcher stands for all values of the type: an object has
exactly the example's members, for those are what the consumer relies on, and an array at least one element. A whole
number stands for whole numbers, since that is what the field is, though the matcher itself would let 1.5 pass. A rule
that is not understood leaves the mark ``x-pact-matcher`` behind (see ``unknown_matchers``).
"""

import json
import re
from collections.abc import Iterator
from typing import Final

from troth_schemas.json_body import Document, Json
from troth_schemas.pact import dates
from troth_schemas.pact.alternatives import alternatives
from troth_schemas.pact.expressions import whole
from troth_schemas.pact.matchers import Matcher, RuleList, Variant
from troth_schemas.pact.paths import steps
from troth_schemas.pact.rules import NO_RULES, Cursor, Rules

UNKNOWN: Final = "x-pact-matcher"
"""Marks a place whose matcher is not understood; its value is the matcher's name."""

_MOST_GROWN: Final = 1000
_PART: Final = r"[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*"
_NUMBER: Final = r"(0|[1-9][0-9]*)"
_SEMVER: Final = rf"^{_NUMBER}\.{_NUMBER}\.{_NUMBER}(-{_PART})?(\+{_PART})?$"
_NAMED_TYPES: Final = {
    "boolean": "boolean", "integer": "integer", "null": "null", "number": "number", "decimal": "number",
}  # fmt: skip
"""Matchers that name a type, whatever the example is."""


def shape(body: Json, rules: Rules = NO_RULES) -> Document:
    """The set of values that a body with its rules stands for."""
    return _shape(body, Cursor.at_root(rules))


def opened(schema: Json) -> Json:
    """The shape with other members let into every object: what the consumer reads, not what it relies on."""
    if isinstance(schema, list):
        return [opened(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    found: Document = {}
    for keyword, inner in schema.items():
        if keyword in ("const", "enum", "required"):
            found[keyword] = inner
        elif keyword == "properties" and isinstance(inner, dict):
            found[keyword] = {name: opened(one) for name, one in inner.items()}
        elif keyword != "additionalProperties" or inner is not False:
            found[keyword] = opened(inner)
    return found


def grown(schema: Json, value: Json) -> Json:
    """The example with as many elements in each of its arrays as its shape demands, the last one repeated."""
    if not isinstance(schema, dict):
        return value
    if isinstance(value, dict):
        members = schema.get("properties")
        inner = members if isinstance(members, dict) else {}
        return {name: grown(inner.get(name), one) for name, one in value.items()}
    if isinstance(value, list) and value:
        least = schema.get("minItems")
        lacking = least - len(value) if isinstance(least, int) else 0
        elements = [grown(schema.get("items"), one) for one in value]
        return elements + [elements[-1]] * max(0, min(lacking, _MOST_GROWN))
    return value


def unknown_matchers(schema: Json, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    """Where a shape has matchers that are not understood: the path in a value, and the matcher's name."""
    if isinstance(schema, dict):
        named = schema.get(UNKNOWN)
        if isinstance(named, str):
            yield path, named
        for keyword, inner in schema.items():
            yield from _unknown_within(keyword, inner, path)


def _unknown_within(keyword: str, inner: Json, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    if keyword == "properties" and isinstance(inner, dict):
        for name, one in inner.items():
            yield from unknown_matchers(one, (*path, name))
    elif keyword in ("items", "contains", "prefixItems", "additionalProperties", "propertyNames"):
        step = "{}" if keyword in ("additionalProperties", "propertyNames") else "*"
        for one in inner if isinstance(inner, list) else [inner]:
            yield from unknown_matchers(one, (*path, step))
    elif keyword in ("allOf", "anyOf") and isinstance(inner, list):
        for one in inner:
            yield from unknown_matchers(one, path)


def _shape(value: Json, at: Cursor) -> Document:
    rules = at.rules
    if rules is None:
        return _as_it_is(value, at)
    found = [_of_matcher(value, at, one, rules) for one in rules.matchers if _counts(one, rules)]
    return _united(found, "anyOf" if rules.any_of else "allOf")


def _counts(matcher: Matcher, rules: RuleList) -> bool:
    """Keys and values of one object are judged together, under the matcher of the values where there is one."""
    return matcher.name != "eachKey" or rules.first("eachValue") is None


def _as_it_is(value: Json, at: Cursor) -> Document:
    if isinstance(value, dict):
        return _object({name: _shape(one, at.step(name)) for name, one in value.items()})
    if isinstance(value, list):
        return _tuple([_shape(one, at.step(index)) for index, one in enumerate(value)])
    return {"const": value}


def _of_matcher(value: Json, at: Cursor, matcher: Matcher, rules: RuleList) -> Document:
    match matcher.name:
        case "equality":
            return _exactly(value)
        case "type" | "notEmpty":
            return _of_type(value, at, matcher)
        case "values":
            return _of_values(value, at)
        case "eachKey" | "eachValue":
            return _of_each(value, at, matcher, rules)
        case "arrayContains":
            return _containing(value, matcher)
        case "unknown" | "contentType" | "statusCode":
            return {UNKNOWN: matcher.stated or matcher.name}
        case _:
            return _of_scalar(value, matcher)


def _exactly(value: Json) -> Document:
    if isinstance(value, dict):
        return _object({name: _exactly(one) for name, one in value.items()})
    if isinstance(value, list):
        return _tuple([_exactly(one) for one in value])
    return {"const": value}


def _of_type(value: Json, at: Cursor, matcher: Matcher) -> Document:
    if isinstance(value, dict):
        return _object({name: _shape(one, at.step(name)) for name, one in value.items()})
    if isinstance(value, list):
        return _array([_shape(one, at.step(index)) for index, one in enumerate(value)], matcher)
    found: Document = {"type": _type_of(value)}
    if matcher.name == "notEmpty" and isinstance(value, str):
        found["minLength"] = 1
    return found


def _of_values(value: Json, at: Cursor) -> Document:
    """Any keys, and values like those of the example."""
    if isinstance(value, dict):
        return {
            "type": "object",
            "additionalProperties": _any([_shape(one, at.step(name)) for name, one in value.items()]),
        }
    if isinstance(value, list):
        return _array([_shape(one, at.step(index)) for index, one in enumerate(value)], Matcher("type"))
    return {"type": _type_of(value)}


def _of_each(value: Json, at: Cursor, matcher: Matcher, rules: RuleList) -> Document:
    """Any keys that match, with any values that match; the example stands for what no matcher speaks of."""
    if isinstance(value, list):
        return _array([_inner(one, at.step(index), matcher) for index, one in enumerate(value)], Matcher("type"))
    if not isinstance(value, dict):
        return {UNKNOWN: matcher.stated}
    keys = rules.first("eachKey")
    of_values = matcher if matcher.name == "eachValue" else None
    values = [_inner(one, at.step(name), of_values) for name, one in value.items()]
    found: Document = {"type": "object", "additionalProperties": _any(values)}
    if keys is not None:
        found["propertyNames"] = _any([_united([_of_key(name, one) for one in keys.matchers]) for name in value])
    if value:
        found["minProperties"] = 1
    return found


def _inner(value: Json, at: Cursor, each: Matcher | None) -> Document:
    """A value of an object or list whose every value has to match; a rule of its own comes first."""
    if each is None or not each.matchers or at.own:
        return _shape(value, at)
    return _united([_of_matcher(value, at, one, RuleList(each.matchers)) for one in each.matchers])


def _containing(value: Json, matcher: Matcher) -> Document:
    examples = value if isinstance(value, list) else []
    shapes = [_variant(examples[one.index], one) for one in matcher.variants if one.index < len(examples)]
    if not shapes:
        return {UNKNOWN: matcher.stated}
    found = _array(shapes, Matcher("type", least=len(shapes)))
    found["allOf"] = [{"contains": one} for one in shapes]
    return found


def _variant(example: Json, variant: Variant) -> Document:
    rules = Rules.of((place, found) for path, found in variant.rules if (place := steps(path)) is not None)
    return shape(example, rules)


def _of_scalar(value: Json, matcher: Matcher) -> Document:
    if matcher.name in _NAMED_TYPES:
        return {"type": _NAMED_TYPES[matcher.name]}
    if not isinstance(value, str):  # a number that must look like something: what it is, is what can be said of it
        return {"type": _type_of(value)}
    match matcher.name:
        case "regex":
            listed = alternatives(matcher.text)
            return {"type": "string", "pattern": whole(matcher.text)} if listed is None else {"enum": list(listed)}
        case "include":
            return {"type": "string", "pattern": _literal(matcher.text)}
        case "semver":
            return {"type": "string", "pattern": _SEMVER}
        case _:
            return _of_date(matcher)


def _of_key(name: str, matcher: Matcher) -> Document:
    """The set of keys that one matcher of an ``eachKey`` stands for."""
    match matcher.name:
        case "equality":
            return {"const": name}
        case "notEmpty":
            return {"type": "string", "minLength": 1}
        case "type" | "values":
            return {"type": "string"}
        case "regex" | "include" | "semver" | "date" | "time" | "datetime":
            return _of_scalar(name, matcher)
        case _:
            return {UNKNOWN: matcher.stated or matcher.name}


def _of_date(matcher: Matcher) -> Document:
    written = matcher.text or dates.USUAL[matcher.name]
    found: Document = {"type": "string"}
    format_, pattern = dates.json_format(written), dates.pattern(written)
    if format_ is not None:
        found["format"] = format_
    if pattern is not None:
        found["pattern"] = pattern
    return found


def _literal(text: str) -> str:
    """The regular expression for exactly this text, in the syntax that JSON Schema shares with all."""
    return re.sub(r"([\\^$.|?*+()\[\]{}/])", r"\\\1", text)


def _object(members: dict[str, Document]) -> Document:
    found: Document = {"type": "object", "properties": dict(members), "additionalProperties": False}
    if members:
        found["required"] = list(members)
    return found


def _tuple(elements: list[Document]) -> Document:
    count = len(elements)
    if not count:
        return {"type": "array", "maxItems": 0}
    return {"type": "array", "prefixItems": list(elements), "items": False, "minItems": count, "maxItems": count}


def _array(elements: list[Document], matcher: Matcher) -> Document:
    """An array of any length whose elements are like those of the example."""
    found: Document = {"type": "array"}
    if elements:
        found["items"] = _any(elements)
    least = matcher.least if matcher.least is not None else min(len(elements), 1)
    if least:
        found["minItems"] = least
    if matcher.most is not None:
        found["maxItems"] = matcher.most
    return found


def _any(shapes: list[Document]) -> Document:
    """One of these, each told once; anything at all where there is none."""
    distinct = list({json.dumps(one, sort_keys=True): one for one in shapes}.values()) if len(shapes) > 1 else shapes
    return _united(distinct, "anyOf")


def _united(shapes: list[Document], keyword: str = "allOf") -> Document:
    return shapes[0] if len(shapes) == 1 else {keyword: list(shapes)} if shapes else {}


def _type_of(value: Json) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int():
            return "integer"
        case float():
            return "number"
        case str():
            return "string"
        case list():
            return "array"
        case _:
            return "object"
