"""Every keyword, in tables: a reader, a writer, and what is expected of them."""

from typing import Any

import pytest

from tests.schemas.jsonschema.asking import ask
from troth_schemas.jsonschema import AS_WRITTEN, Dialect, View
from troth_schemas.options import Options

STRICT = Options(open_models="strict")
FORMATS = Options(format_assertion=True)
REQUEST = View(access="request")
RESPONSE = View(required=False, undeclared="refused", access="response")


def record(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


def tagged(tag: str, **properties: Any) -> dict[str, Any]:
    return {**record(kind={"const": tag}, **properties), "required": ["kind"]}


S: Any = {"type": "string"}
I: Any = {"type": "integer"}  # noqa: E741  # it stands beside S
CLOSED: Any = {"additionalProperties": False}

CONTAINED: dict[str, tuple[Any, Any]] = {
    "two bounds, one excluded": ({"minimum": 1}, {"type": "integer", "exclusiveMinimum": 0}),
    "a range in two alternatives": ({"anyOf": [{"minimum": 5}, {"maximum": 5}]}, {"type": "number"}),
    "integers in two alternatives": ({"anyOf": [{"minimum": 5}, {"maximum": 4}]}, I),
    "even numbers and odd ones": ({"anyOf": [{"multipleOf": 2}, {"not": {"multipleOf": 2}}]}, I),
    "steps that divide": ({"multipleOf": 0.1}, {"type": "number", "multipleOf": 0.5}),
    "lengths of listed texts": ({"minLength": 1, "maxLength": 2}, {"enum": ["a", "bb"]}),
    "a pattern that is wider": ({"pattern": "^[a-z]"}, {**S, "pattern": "^[abc]+$"}),
    "a pattern of listed texts": ({"pattern": "^(?=a)"}, {"enum": ["ab", "ac"]}),
    "texts by length": ({"anyOf": [{"maxLength": 3}, {"minLength": 4}]}, S),
    "both booleans": ({"enum": [True, False]}, {"type": "boolean"}),
    "an object by value": ({"enum": [{"a": [1]}, 2]}, {"const": {"a": [1.0]}}),
    "a member of a listed object": (record(a=I), {"enum": [{"a": 1}, {"a": 2}]}),
    "an element of a listed array": ({"items": I}, {"enum": [[1], [2, 3]]}),
    "a tuple": ({"prefixItems": [S, I]}, {"type": "array", "prefixItems": [{"const": "x"}, I], "items": False}),
    "a tuple with a rest": ({"prefixItems": [S], "items": I}, {"type": "array", "prefixItems": [S], "items": I}),
    "no element after the last": ({"maxItems": 1}, {"type": "array", "prefixItems": [S], "items": False}),
    "elements that cannot be": ({"maxItems": 0}, {"type": "array", "items": False}),
    "unique because there is one": ({"uniqueItems": True}, {"type": "array", "maxItems": 1}),
    "contains what is first": ({"contains": {"const": 1}}, {"type": "array", "prefixItems": [{"const": 1}],
        "minItems": 1}),
    "contains none of those": ({"contains": {"const": 1}, "minContains": 0, "maxContains": 1},
                               {"type": "array", "items": S}),
    "at most as many": ({"contains": I, "minContains": 0, "maxContains": 2}, {"type": "array", "maxItems": 2}),
    "a fewer count of the same": ({"contains": {"minimum": 1}, "minContains": 0, "maxContains": 3},
                                  {"type": "array", "contains": {"minimum": 1}, "maxContains": 2}),
    "names that fit a pattern": ({"patternProperties": {"^x-": S}}, {**record(**{"x-a": S, "b": I}), **CLOSED}),
    "the same pattern": ({"patternProperties": {"^x-": {}}, **CLOSED}, {"type": "object",
        "patternProperties": {"^x-": S}, **CLOSED}),
    "a narrower pattern": ({"patternProperties": {"^x": {}}, **CLOSED}, {"type": "object",
        "patternProperties": {"^x-": S}, **CLOSED}),
    "further members": ({"additionalProperties": {"type": ["string", "null"]}}, {"type": "object",
        "additionalProperties": S}),
    "as few members as there are": ({"maxProperties": 1}, {**record(a=S), **CLOSED}),
    "as many members as are required": ({"minProperties": 1}, {**record(a=S), "required": ["a"]}),
    "names of members": ({"propertyNames": {"maxLength": 1}}, {**record(a=S), **CLOSED}),
    "names by what the writer says": ({"propertyNames": {"maxLength": 3}}, {"type": "object",
        "propertyNames": {"maxLength": 2}}),
    "a need that is met": ({"dependentRequired": {"a": ["b"]}}, {**record(a=S, b=S), "required": ["b"]}),
    "a need that is stated": ({"dependentRequired": {"a": ["b"]}}, {**record(a=S, b=S),
        "dependentRequired": {"a": ["b"]}}),
    "a need of a member that never comes": ({"dependentRequired": {"a": ["b"]}}, {**record(c=S), **CLOSED}),
    "a dependent schema": ({"dependentSchemas": {"a": {"required": ["b"]}}}, {"type": "object",
        "dependentSchemas": {"a": {"required": ["b"]}}}),
    "alternatives of two": (
        {"allOf": [{"anyOf": [S, I]}, {"not": {"const": 0}}]}, {"anyOf": [{"type": "integer", "minimum": 1}, S]}
    ),
    "tagged alternatives": ({"oneOf": [tagged("a"), tagged("b"), tagged("c")]}, {"oneOf": [tagged("b"), tagged("a")]}),
    "a tag with two values": ({"oneOf": [tagged("a"), tagged("b")]}, {**record(kind={"enum": ["a", "b"]}),
        "required": ["kind"]}),
    "not of another type": ({"not": S}, I),
    "not of other values": ({"not": {"enum": ["x", 1]}}, {"enum": ["y", 2, None]}),
    "not what is excluded": ({"not": {"required": ["a"]}}, {"type": "object", "not": {"required": ["a"]}}),
    "not without a member": ({"not": {"required": ["a"]}}, {**record(b=S), **CLOSED}),
    "a condition that holds": ({"if": tagged("a"), "then": {"required": ["x"]}}, {**tagged("a"),
        "required": ["kind", "x"]}),
    "a condition that fails": ({"if": tagged("a"), "then": {"required": ["x"]}}, tagged("b")),
    "a condition of the writer": (
        {"anyOf": [{"required": ["x"]}, record(kind={"const": "b"})]},
        {**record(kind={"enum": ["a", "b"]}), "if": {"properties": {"kind": {"const": "a"}}},
        "then": {"required": ["x"]}},
    ),
    "otherwise": ({"if": S, "then": {"minLength": 1}, "else": I}, {"anyOf": [I, {**S, "minLength": 2}]}),
    "what is evaluated": (
        {"allOf": [record(a=S)], "properties": {"b": I}, "unevaluatedProperties": False}, {**record(a=S, b=I), **CLOSED}
    ),
    "evaluated by an alternative": (
        {"anyOf": [record(a=S), record(b=I)], "unevaluatedProperties": False}, {**record(a=S), **CLOSED}
    ),
    "evaluated in both": (
        {"allOf": [record(a=S)], "unevaluatedProperties": False},
        {"type": "object", "allOf": [record(a={"const": "x"})], "unevaluatedProperties": False},
    ),
    "unevaluated of a schema": (
        {"type": "object", "properties": {"a": S}, "unevaluatedProperties": I}, {**record(a=S, b=I), **CLOSED}
    ),
    "elements that are evaluated": (
        {"allOf": [{"prefixItems": [S]}], "unevaluatedItems": False},
        {"type": "array", "allOf": [{"prefixItems": [S]}], "unevaluatedItems": False},
    ),
    "a writer that closes over its alternatives": (
        {**record(a={}, b={}), **CLOSED},
        {"type": "object", "anyOf": [record(a=S), record(b=S)], "unevaluatedProperties": False},
    ),
    "a writer that closes over one of its alternatives": (
        {**record(a=S, b=S), **CLOSED},
        {"type": "object", "oneOf": [record(a=S), record(b=S)], "unevaluatedProperties": False},
    ),
    "a writer that leaves the rest to a schema": (
        {"additionalProperties": S}, {**record(a=S), "unevaluatedProperties": S},
    ),
    "a writer whose further elements are texts": (
        {"items": S}, {"type": "array", "prefixItems": [S], "unevaluatedItems": S},
    ),
    "a writer without the numbers that are excluded": (
        {"maximum": 4}, {"type": "integer", "not": {"minimum": 5}},
    ),
    "a writer without the texts that are excluded": (
        {"maxLength": 4}, {"type": "string", "not": {"minLength": 5}},
    ),
    "a writer without the arrays that are excluded": (
        {"maxItems": 4}, {"type": "array", "not": {"minItems": 5}},
    ),
    "a writer without fewer elements": (
        {"minItems": 3}, {"type": "array", "not": {"maxItems": 2}},
    ),
    "a writer without integers": ({"not": I}, {"type": "number", "not": I}),
    "a writer without one of two": ({"enum": [1]}, {"enum": [1, 2, 2.5], "not": {"enum": [2, 2.5]}}),
    "a writer without null and true": ({"const": False}, {"type": ["boolean", "null"], "not": {"enum": [None, True]}}),
    "a writer without either": ({"type": "boolean"}, {"type": ["boolean", "integer"], "not": {"anyOf": [I, S]}}),
    "a writer without what is not a text": (S, {"not": {"not": S}}),
    "listed numbers without large ones": ({"maximum": 2}, {"enum": [1, 2, 3], "not": {"minimum": 3}}),
    "listed texts without long ones": ({"maxLength": 2}, {"enum": ["a", "abc"], "not": {"minLength": 3}}),
    "listed numbers without broken ones": (I, {"enum": [1, 1.5], "not": {"not": I}}),
    "a recursion that needs itself forever": (
        S, {"type": "object", "properties": {"a": {"$ref": "#"}}, "required": ["a"]},
    ),
    "a required member that cannot be": (S, {"type": "object", "properties": {"a": False}, "required": ["a"]}),
    "bounds that leave nothing": (S, {"type": "integer", "minimum": 2, "maximum": 1}),
    "steps that leave nothing": (S, {"type": "integer", "exclusiveMinimum": 1, "exclusiveMaximum": 2}),
    "patterns that leave nothing": (I, {"type": "string", "allOf": [{"pattern": "^a$"}, {"pattern": "^b$"}]}),
    "an enum that leaves nothing": (I, {"enum": ["a"], "const": "b"}),
    "an array that must contain what it cannot": (S, {"type": "array", "items": I, "contains": S}),
}  # fmt: skip

GAPS: dict[str, tuple[Any, Any, str, tuple[str, ...]]] = {
    "a bound that became excluded": ({"exclusiveMinimum": 1}, {"type": "integer", "minimum": 1}, "minimum", ()),
    "a maximum": ({"maximum": 1}, {"type": "number"}, "maximum", ()),
    "a step": ({"multipleOf": 3}, {"type": "integer", "multipleOf": 2}, "multiple-of", ()),
    "a value of an enum that is no integer": (I, {"enum": [1, 1.5]}, "type", ()),
    "one listed text of two": ({"minLength": 2}, {"enum": ["a", "bb"]}, "min-length", ()),
    "a listed number": ({"maximum": 1}, {"enum": [1, 2]}, "maximum", ()),
    "a pattern of other texts": ({"pattern": "^[ab]+$"}, {**S, "pattern": "^[abc]+$"}, "pattern", ()),
    "a listed text and a pattern": ({"pattern": "^a"}, {"enum": ["a", "b"]}, "pattern", ()),
    "a tuple's second element": ({"prefixItems": [S, S]}, {"type": "array", "prefixItems": [S, I]}, "type", ("*",)),
    "an element after the tuple": ({"prefixItems": [S], "items": False}, {"type": "array"}, "items", ()),
    "two equal elements": ({"uniqueItems": True}, {"type": "array", "items": I}, "unique-items", ()),
    "too many of a kind": ({"contains": I, "maxContains": 1, "minContains": 0}, {"type": "array", "items": I},
        "contains", ()),
    "a member by its pattern": ({"patternProperties": {"^x-": S}}, {**record(**{"x-a": I}), **CLOSED}, "type",
        ("x-a",)),
    "members by a pattern": (
        {"patternProperties": {"^x-": S}}, {"type": "object", "patternProperties": {"^x-": I}, **CLOSED},
        "type", ("{}",)
    ),
    "further members of another type": (
        {"additionalProperties": S}, {"type": "object", "additionalProperties": I}, "type", ("{}",)
    ),
    "a pattern's members, further ones here": (
        {"additionalProperties": S}, {"type": "object", "patternProperties": {"^x-": I}, **CLOSED}, "type", ("{}",)
    ),
    "members, counted": ({"maxProperties": 1}, record(a=S, b=S), "max-properties", ()),
    "too few members": ({"minProperties": 1}, record(a=S), "min-properties", ()),
    "names by a pattern": (
        {"propertyNames": {"maxLength": 2}}, {"type": "object", "patternProperties": {"^x": S}, **CLOSED},
        "property-names", ("{}",)
    ),
    "a need": ({"dependentRequired": {"a": ["b"]}}, record(a=S, b=S), "dependent", ()),
    "a schema that depends": ({"dependentSchemas": {"a": {"required": ["b"]}}}, record(a=S, b=S), "required", ()),
    "closed over alternatives, wider than the reader": (
        {**record(a=S), **CLOSED},
        {"type": "object", "anyOf": [record(a=S), record(b=S)], "unevaluatedProperties": False}, "property", ("b",)
    ),
    "further elements of another type": (
        {"items": S}, {"type": "array", "prefixItems": [S], "unevaluatedItems": I}, "type", ("*",)
    ),
    "two alternatives at once": ({"oneOf": [{"minimum": 1}, {"maximum": 5}]}, I, "one-of", ()),
    "a tag that is gone": ({"oneOf": [tagged("a"), tagged("b")]}, {"oneOf": [tagged("a"), tagged("c")]}, "one-of", ()),
    "inside one alternative": (
        {"anyOf": [{"type": "null"}, record(a=S)]}, {"anyOf": [record(a=I), {"type": "null"}]}, "type", ("a",)
    ),
    "excluded": ({"not": {"minimum": 5}}, I, "not", ()),
    "an excluded member": ({"not": {"required": ["a"]}}, record(a=S), "not", ()),
    "then": ({"if": tagged("a"), "then": {"required": ["x"]}}, tagged("a"), "required", ()),
    "else": ({"if": S, "else": {"minimum": 1}}, {"type": ["string", "integer"]}, "minimum", ()),
    "not evaluated": (
        {"allOf": [record(a=S)], "unevaluatedProperties": False}, {**record(a=S, b=I), **CLOSED},
        "unevaluated-properties", ("b",)
    ),
    "unevaluated of another schema": (
        {"type": "object", "properties": {"a": S}, "unevaluatedProperties": I}, {**record(a=S, b=S), **CLOSED},
        "type", ("b",)
    ),
    "unevaluated by a pattern": (
        {"type": "object", "properties": {"a": S}, "unevaluatedProperties": False},
        {"type": "object", "patternProperties": {"^x": S}, **CLOSED}, "unevaluated-properties", ("{}",)
    ),
    "an unevaluated element": (
        {"prefixItems": [S], "unevaluatedItems": False}, {"type": "array", "prefixItems": [S]}, "unevaluated-items", ()
    ),
    "an object where one value is listed": ({"const": {"a": 1}}, record(a=I), "const", ()),
    "an array where one value is listed": ({"enum": [[1]]}, {"type": "array", "items": I}, "enum", ()),
    "a boolean of two": ({"const": True}, {"type": "boolean"}, "const", ()),
}  # fmt: skip


@pytest.mark.parametrize("name", CONTAINED)
def test_contained(name: str) -> None:
    reader, writer = CONTAINED[name]
    answer = ask(reader, writer, options=STRICT)
    assert answer.contained is True, answer


@pytest.mark.parametrize("name", GAPS)
def test_a_gap_has_its_axis_its_path_and_a_witness(name: str) -> None:
    reader, writer, axis, path = GAPS[name]
    answer = ask(reader, writer)
    found = {(gap.axis, gap.path): gap.witness for gap in answer.gaps}
    assert (axis, path) in found, answer
    assert found[axis, path] is not None


DIALECTS: list[tuple[Dialect, Any, Any, bool]] = [
    ("draft-04", {"minimum": 1, "exclusiveMinimum": True}, {"type": "integer", "minimum": 2}, True),
    ("draft-04", {"minimum": 1, "exclusiveMinimum": True}, {"type": "integer", "minimum": 1}, False),
    ("draft-04", {"maximum": 1, "exclusiveMaximum": True}, {"type": "integer", "maximum": 1}, False),
    ("draft-04", {"const": 1}, {"type": "string"}, True),
    ("draft-06", {"const": 1}, {"type": "integer"}, False),
    ("draft-06", {"if": True, "then": False}, {"type": "integer"}, True),
    ("draft-07", {"if": True, "then": False}, {"type": "integer"}, False),
    ("draft-07", {"items": [S], "additionalItems": False}, {"type": "array", "items": [S, S]}, False),
    ("draft-07", {"items": [S], "additionalItems": False}, {"type": "array", "items": S, "maxItems": 1}, True),
    ("draft-07", {"dependencies": {"a": ["b"], "c": {"required": ["d"]}}}, record(a=S, b=S), False),
    ("draft-07", {"dependencies": {"a": ["b"]}}, {**record(a=S, b=S), "dependentRequired": {"a": ["b"]}}, False),
    ("draft-07", {"dependentRequired": {"a": ["b"]}}, record(a=S), True),
    ("draft-07", {"dependencies": {"a": ["b"]}},
        {**record(a=S, b=S), "dependentSchemas": {"a": {"required": ["b"]}}}, False),
    ("2019-09", {"dependentRequired": {"a": ["b"]}}, record(a=S), False),
    ("draft-07", {"$ref": "#/definitions/x", "maxLength": 1, "definitions": {"x": S}}, S, True),
    ("2019-09", {"$ref": "#/$defs/x", "maxLength": 1, "$defs": {"x": S}}, S, False),
    ("2019-09", {"items": [S], "unevaluatedItems": False}, {"type": "array", "items": [S]}, False),
    ("2020-12", {"prefixItems": [S], "items": False}, {"type": "array", "items": S, "maxItems": 1}, True),
    ("openapi-3.0", {"type": "string", "nullable": True}, {"type": "string"}, True),
    ("openapi-3.0", {"type": "string"}, {"type": "string", "nullable": True}, False),
    ("openapi-3.0", {"minimum": 1, "exclusiveMinimum": True}, {"type": "number", "minimum": 1}, False),
    ("openapi-2.0", {"type": "string"}, {"type": "string", "x-nullable": True}, False),
    ("openapi-3.1", {"type": ["string", "null"]}, {"type": "null"}, True),
]  # fmt: skip


@pytest.mark.parametrize(("dialect", "reader", "writer", "contained"), DIALECTS, ids=str)
def test_a_dialect_reads_keywords_its_own_way(dialect: Dialect, reader: Any, writer: Any, contained: bool) -> None:
    assert ask(reader, writer, dialect=dialect).contained is contained


VIEWS: list[tuple[str, Any, Any, View, tuple[tuple[str, tuple[str, ...]], ...]]] = [
    ("a read-only member is not required of a request",
     {**record(id={**I, "readOnly": True}), "required": ["id"]}, record(), REQUEST, ()),
    ("a read-only member must not be sent", record(id={**I, "readOnly": True}), record(id=I),
        REQUEST, (("read-only", ("id",)),)),
    ("a read-only member that neither sends", record(id={**I, "readOnly": True}), record(id={**S,
        "readOnly": True}), REQUEST, ()),
    ("a write-only member never comes back", record(pin={**S, "writeOnly": True}), record(pin=S),
        RESPONSE, (("write-only", ("pin",)),)),
    ("what is required may be left out", {**record(a=S, b=S), "required": ["a", "b"]}, {**record(a=S),
        **CLOSED}, RESPONSE, ()),
    ("what is not declared is refused", record(a=S), {**record(b=S), **CLOSED}, RESPONSE, (("property", ("b",)),)),
    ("an open schema is open on purpose", {**record(a=S), "additionalProperties": S}, {**record(b=S), **CLOSED},
        RESPONSE, ()),
    ("a schema that names nothing is free", {"type": "object"}, {**record(b=S), **CLOSED}, RESPONSE, ()),
    ("what one part declares is declared", {"allOf": [record(a=S), record(b=S)]}, {**record(a=S, b=S),
        **CLOSED}, RESPONSE, ()),
    ("an alternative declares what it holds", {"oneOf": [record(a=S), record(b=S)]}, {**record(b=S),
        **CLOSED, "required": ["b"]},
     RESPONSE, ()),
    ("part of a value may fit several alternatives", {"oneOf": [record(a=S, b=I), record(a=S, c=I)]},
     {**record(a=S), **CLOSED}, RESPONSE, ()),
    ("deeper", record(a={"type": "array", "items": record(b=S)}),
     {**record(a={"type": "array", "items": {**record(c=S), **CLOSED}}), **CLOSED}, RESPONSE, (("property",
        ("a", "*", "c")),)),
]  # fmt: skip


@pytest.mark.parametrize("case", VIEWS, ids=[case[0] for case in VIEWS])
def test_a_view_of_the_reader(case: Any) -> None:
    _, reader, writer, view, expected = case
    answer = ask(reader, writer, view, dialect="openapi-3.1")
    assert tuple((gap.axis, gap.path) for gap in answer.gaps) == expected, answer
    assert not answer.unjudged
    assert all(gap.witness is not None for gap in answer.gaps)


def test_formats_refuse_only_where_they_are_asserted() -> None:
    reader: Any = {"type": "string", "format": "date"}
    writer: Any = {"type": "string"}
    assert ask(reader, writer).contained is True
    assert ask(reader, writer, options=FORMATS).contained is False
    assert ask({"format": "int32"}, {"type": "integer", "minimum": 0, "maximum": 9}, options=FORMATS).contained is True
    assert ask({"format": "double"}, {"type": "number"}, options=FORMATS).contained is True
    assert ask({"format": "date"}, {"type": "string", "format": "date"}, options=FORMATS).contained is True


def test_an_open_model_is_judged_strictly_or_leniently() -> None:
    reader, writer = record(a=S, b=I), record(a=S)
    assert ask(reader, writer).contained is True
    answer = ask(reader, writer, options=STRICT)
    assert [(gap.axis, gap.change, gap.path) for gap in answer.gaps] == [("property", "added", ("b",))]


def test_a_required_property_with_a_default_is_optional_to_a_registry() -> None:
    reader = {**record(a={**S, "default": "x"}), "required": ["a"]}
    assert ask(reader, record()).contained is False
    assert ask(reader, record(), options=Options(registry=True)).contained is True


UNJUDGED: list[tuple[str, Any, Any, str]] = [
    ("a look-ahead that nobody can take apart", {"pattern": "^(?!.*zzzz).*$"}, {**S,
        "pattern": "^(?!.*zzz).*$"}, "pattern"),
    ("a keyword that makes no sense", {"minLength": "long"}, S, "minLength"),
    ("a reference that leads nowhere", {"$ref": "#/$defs/gone"}, S, "$ref"),
    ("a type that there is not", {"type": "float"}, I, "type"),
    ("a negative length", {"maxLength": -1}, S, "maxLength"),
]  # fmt: skip


@pytest.mark.parametrize(("why", "reader", "writer", "keyword"), UNJUDGED, ids=[case[0] for case in UNJUDGED])
def test_what_cannot_be_decided_is_said_with_its_keyword(why: str, reader: Any, writer: Any, keyword: str) -> None:
    answer = ask(reader, writer, AS_WRITTEN)
    assert answer.contained is None, answer
    assert [one.keyword for one in answer.unjudged] == [keyword]
    assert answer.unjudged[0].sentence
