"""Walking a value along a schema says what the engine says."""

from typing import Any

import jsonschema
import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.schemas.documents import values
from troth_schemas.documents import Documents, Location
from troth_schemas.json_body import Json
from troth_schemas.jsonschema import Dialect, SchemaAt, Validator, View, validator
from troth_schemas.jsonschema.checking import Checker, Unchecked
from troth_schemas.jsonschema.nodes import node_at

VIEWS = [View(), View(required=False, undeclared="refused", access="response"), View(access="request"),
         View(undeclared="refused")]  # fmt: skip
NAMES = st.sampled_from(["a", "b", "c"])
NUMBERS = st.integers(-2, 3) | st.sampled_from([0.5, 1.0, 2.5])
LEAVES: st.SearchStrategy[Json] = st.none() | st.booleans() | NUMBERS | st.sampled_from(["", "a", "ab", "abc", "B"])
VALUES: st.SearchStrategy[Json] = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3), max_leaves=6
)


def _objects(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    many = st.lists(inner, min_size=1, max_size=3)
    named = st.dictionaries(NAMES, inner, max_size=3)
    flags = {"readOnly": st.booleans(), "writeOnly": st.booleans()}
    limits = {name: st.integers(0, 2) for name in ("minItems", "maxItems", "minLength", "maxLength", "minProperties",
              "maxProperties", "minContains", "maxContains")}  # fmt: skip
    bounds = dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"), NUMBERS)
    types = st.sampled_from(["null", "boolean", "integer", "number", "string", "array", "object"])
    return st.fixed_dictionaries(
        {},
        optional={
            "type": types | st.lists(types, min_size=1, max_size=3, unique=True),
            "enum": st.lists(VALUES, min_size=1, max_size=3),
            "const": VALUES,
            "multipleOf": st.sampled_from([1, 2, 0.5]),
            "pattern": st.sampled_from(["^a", "b$", "[A-Z]"]),
            "uniqueItems": st.booleans(),
            "properties": named,
            "patternProperties": st.dictionaries(st.sampled_from(["^a", "b|c"]), inner, max_size=2),
            "additionalProperties": inner,
            "propertyNames": inner,
            "required": st.lists(NAMES, max_size=2, unique=True),
            "dependentRequired": st.dictionaries(NAMES, st.lists(NAMES, max_size=2, unique=True), max_size=2),
            "dependentSchemas": named,
            "items": inner,
            "prefixItems": many,
            "contains": inner,
            "allOf": many,
            "anyOf": many,
            "oneOf": many,
            "not": inner,
            "if": inner,
            "then": inner,
            "else": inner,
            "unevaluatedProperties": inner,
            "unevaluatedItems": inner,
            "$ref": st.just("#/$defs/x"),
            **flags,
            **limits,
            **bounds,
        },
    )


SCHEMAS: st.SearchStrategy[Any] = st.recursive(st.booleans() | st.just({}), _objects, max_leaves=5)


def engine(asked: Validator) -> jsonschema_rs.Validator:
    return asked._engine


@given(SCHEMAS, st.booleans() | st.just({"type": "string"}), VALUES, st.sampled_from(VIEWS))
def test_a_walk_and_the_engine_agree(schema: Json, defined: Json, value: Json, view: View) -> None:
    whole: Json = {**schema, "$defs": {"x": defined}} if isinstance(schema, dict) else schema
    at = SchemaAt(Documents.of("d", whole), Location("d"), "2020-12")
    try:
        walked = Checker(view).accepts(node_at(at), value)
    except Unchecked:
        return
    asked = engine(validator(at, view)).is_valid(value)
    if view.undeclared == "refused":  # what one schema does not declare, another one of the same value may
        assert walked or not asked
    else:
        assert walked == asked


LIBRARY: dict[Dialect, Any] = {
    "draft-07": jsonschema.Draft7Validator,
    "2019-09": jsonschema.Draft201909Validator,
    "2020-12": jsonschema.Draft202012Validator,
}


def _speaking(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    two = st.lists(inner, min_size=2, max_size=2)
    return st.one_of(
        two.map(lambda found: {"allOf": found}),
        two.map(lambda found: {"anyOf": found}),
        two.map(lambda found: {"if": {"required": ["a"]}, "then": found[0], "else": found[1]}),
        two.map(lambda found: {**found[0], **found[1]}),
        inner.map(lambda found: {"dependentSchemas": {"b": found}}),
    )


SPEAKING: st.SearchStrategy[Any] = st.recursive(
    st.sampled_from([{}, {"properties": {"a": {}}}, {"patternProperties": {"b|c": {}}}, {"required": ["a"]}]),
    _speaking,
    max_leaves=4,
)
CLOSED = SPEAKING.map(lambda found: {**found, "unevaluatedProperties": False})
"""Schemas that ask which members others speak of."""
OBJECTS = st.dictionaries(NAMES, st.integers(0, 1), min_size=1, max_size=3)


@given(
    st.tuples(SCHEMAS, VALUES) | st.tuples(CLOSED, OBJECTS),
    st.booleans() | st.just({"type": "string"}),
    st.sampled_from(sorted(LIBRARY)),
)
def test_a_walk_says_what_a_library_says_in_its_draft(asked: tuple[Json, Json], defined: Json, draft: Dialect) -> None:
    schema, value = asked
    whole: Json = {**schema, "$defs": {"x": defined}} if isinstance(schema, dict) else schema
    at = SchemaAt(Documents.of("d", whole), Location("d"), draft)
    assert validator(at).is_valid(value) == LIBRARY[draft](whole).is_valid(value)


def test_members_may_be_declared_by_several_schemas_of_one_value() -> None:
    def inner(name: str) -> Json:
        return {"type": "object", "properties": {"error": {"type": "object", "properties": {name: {}}}}}

    at = SchemaAt(Documents.of("d", {"allOf": [inner("code"), inner("details")]}), Location("d"), "2020-12")
    asked = validator(at, VIEWS[1])
    assert asked.is_valid({"error": {"code": 1, "details": 2}})
    assert not asked.is_valid({"error": {"other": 1}})
    listed = SchemaAt(
        Documents.of("d", {"items": inner("code"), "patternProperties": {"^x": {}}}), Location("d"), "2020-12"
    )
    assert validator(listed, VIEWS[1]).is_valid([{"error": {"code": 1}}])
    assert not validator(listed, VIEWS[1]).is_valid([{"error": {"x": 1}}])


@given(values)
def test_a_schema_in_a_circle_is_left_to_the_engine(value: Json) -> None:
    at = SchemaAt(Documents.of("d", {"$ref": "#"}), Location("d"), "2020-12")
    with pytest.raises(Unchecked):
        Checker(View()).accepts(node_at(at), value)


def test_long_arrays_are_left_to_the_engine_to_tell_whether_they_repeat() -> None:
    at = SchemaAt(Documents.of("d", {"uniqueItems": True}), Location("d"), "2020-12")
    assert validator(at).is_valid(list(range(500)))
    assert not validator(at).is_valid([*range(500), 0])


def test_a_schema_that_leads_to_all_others_is_asked_at_once() -> None:
    members: dict[str, Json] = {
        f"S{index}": {
            "type": "object",
            "properties": {"next": {"$ref": f"#/$defs/S{index + 1}"}, "id": {"type": "integer"}},
        }
        for index in range(3000)
    }
    members["S3000"] = {"type": "object"}
    at = SchemaAt(Documents.of("d", {"$defs": members}), Location("d", "/$defs/S0"), "2020-12")
    asked = validator(at)
    assert asked.is_valid({"id": 1, "next": {"id": 2}})
    assert not asked.is_valid({"id": 1, "next": {"id": "2"}})
    assert "_engine" not in vars(asked), "nothing was compiled to tell"
