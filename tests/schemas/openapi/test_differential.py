"""Descriptions against their own past, and by libraries that validate: in every dialect each *yes* and each proof is
borne out.

A *yes* to a new description means that it takes every request that the old one allowed, and that every answer that it
allows is one that the old one allowed. A proof of a *no* is a message that one side allows and the other does not.
"""

import copy
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openapi_schema_validator import OAS30ReadValidator, OAS30WriteValidator, OAS31Validator

from tests.schemas.jsonschema.strategies import NAMES, NUMBERS, OPENAPI, instances, listed, pairs, realistic, schemas
from tests.schemas.openapi import real
from troth_schemas.openapi.format import FORMAT
from troth_schemas.options import Options
from troth_schemas.report import Report

STRICT = Options(open_models="strict")
"""A member that nobody declares may come: the libraries know nothing else."""
unhurried = settings(
    deadline=None,
    max_examples=15,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)
OF_EACH = 4
"""Values that are tried of each schema."""
LIBRARIES: dict[str, tuple[Any, Any]] = {
    "2.0": (jsonschema.Draft4Validator, jsonschema.Draft4Validator),
    "3.0.3": (OAS30WriteValidator, OAS30ReadValidator),
    "3.1.0": (OAS31Validator, OAS31Validator),
}
"""What validates the bodies of requests, and those of answers."""
WHERE = {"2.0": "definitions"}
"""Where components stand; elsewhere they stand among others."""

IsValid: TypeAlias = Callable[[Any], bool]


@dataclass(frozen=True)
class Side:
    """A schema with the components that it refers to, and what its bodies must be besides, as no library knows it."""

    schema: Any
    components: dict[str, Any]
    holds: IsValid = lambda _: True

    def described(self, version: str) -> Any:
        """A description in which this is what is sent and what is answered."""
        info = {"title": "x", "version": "1"}
        if version == "2.0":
            sent = {"in": "body", "name": "body", "required": True, "schema": self.schema}
            operation = {"parameters": [sent], "responses": {"200": {"description": "fine", "schema": self.schema}}}
            kinds = {"consumes": ["application/json"], "produces": ["application/json"]}
            paths = {"/a": {"post": operation}}
            return {"swagger": version, "info": info, **kinds, "paths": paths, "definitions": self.components}
        content = {"application/json": {"schema": self.schema}}
        answered = {"200": {"description": "fine", "content": content}}
        paths = {"/a": {"post": {"requestBody": {"required": True, "content": content}, "responses": answered}}}
        return {"openapi": version, "info": info, "paths": paths, "components": {"schemas": self.components}}

    def judge(self, version: str, way: int) -> IsValid:
        """What a library says of bodies that go one way."""
        whole = self.described(version)
        places = {"definitions": whole["definitions"]} if version == "2.0" else {"components": whole["components"]}
        asked = LIBRARIES[version][way](_without_discriminators({"allOf": [self.schema], **places}))
        return lambda value: asked.is_valid(value) and self.holds(value)


def _without_discriminators(value: Any) -> Any:
    """Libraries that know the keyword take it for the alternatives' own judgement."""
    if isinstance(value, list):
        return [_without_discriminators(one) for one in value]
    if not isinstance(value, dict):
        return value
    return {name: _without_discriminators(one) for name, one in value.items() if name != "discriminator"}


def check(version: str, new: Side, old: Side, sent: list[Any], answered: list[Any]) -> Report:
    """Hold a comparison against the libraries: its proofs, and for some values what its silence says of them."""
    report = FORMAT.compare(real.of(new.described(version)), real.of(old.described(version)), STRICT)
    asked = ("request", old.judge(version, 0), new.judge(version, 0), sent)
    answers = ("response", new.judge(version, 1), old.judge(version, 1), answered)
    for about, writes, reads, values in (asked, answers):
        told = (*report.findings, *report.not_covered)
        found = [one for one in told if about in one.message and one.severity != "safe"]
        texts = [(one.severity, one.message) for one in told]
        why = f"{about}\nnew {new}\nold {old}\n{texts}"
        shown: list[Any] = [one.witness.value for one in found if one.witness and one.witness.kind == about]
        for body in (value["body"] for value in shown):
            assert writes(body), f"{body!r} {why}"
            assert not reads(body), f"{body!r} {why}"
        for value in values if not found else ():
            assert reads(value) or not writes(value), f"{value!r} {why}"
    return report


@st.composite
def sides(draw: st.DrawFn, of: st.SearchStrategy[Any], version: str) -> tuple[Side, Side, list[Any], list[Any]]:
    """A new and an old description, with values near what may be sent to the old one and answered by the new one."""
    new, old = draw(pairs(of).filter(lambda both: version >= "3.1" or all(map(_is_old, both))))
    sent, answered = (draw(st.lists(instances(one), min_size=OF_EACH, max_size=OF_EACH)) for one in (old, new))
    return _shared(draw, new, version), _shared(draw, old, version), sent, answered


def _is_old(schema: Any) -> bool:
    """Whether a schema is written as before OpenAPI 3.1, in which bounds are excluded by a truth."""
    if isinstance(schema, list):
        return all(map(_is_old, schema))
    if not isinstance(schema, dict):
        return schema is not True
    excluded = [schema[name] for name in ("exclusiveMinimum", "exclusiveMaximum") if name in schema]
    if isinstance(schema.get("type"), list) or "const" in schema or not all(isinstance(one, bool) for one in excluded):
        return False
    inner = ("properties", "items", "additionalProperties", "not", "allOf", "anyOf", "oneOf")
    return all(
        _is_old(one if name != "properties" else list(one.values())) for name, one in schema.items() if name in inner
    )


def _shared(draw: st.DrawFn, schema: Any, version: str) -> Side:
    """A schema some of whose members are components."""
    prefix = "#/definitions" if version == "2.0" else "#/components/schemas"
    made, components = copy.deepcopy(schema), {}
    members = made.get("properties", {}) if isinstance(made, dict) else {}
    for name in members:
        if draw(st.booleans()):
            components[f"Its{name}"] = members[name]
            members[name] = {"$ref": f"{prefix}/Its{name}"}
    return Side(made, components)


def _bounded(found: dict[str, Any], least: bool, most: bool) -> dict[str, Any]:
    excluded = {"exclusiveMinimum": least and "minimum" in found, "exclusiveMaximum": most and "maximum" in found}
    return {**found, **{name: True for name, one in excluded.items() if one}}


_OLD_NUMBERS = st.builds(
    _bounded,
    st.fixed_dictionaries(
        {"type": st.sampled_from(["integer", "number"])},
        optional={
            "minimum": st.sampled_from(NUMBERS),
            "maximum": st.sampled_from(NUMBERS),
            "multipleOf": st.sampled_from([1, 2, 0.5]),
        },
    ),
    st.booleans(),
    st.booleans(),
)
_LENGTHS = {"minLength": st.integers(0, 3), "maxLength": st.integers(0, 3)}
_OLD_TEXTS = st.fixed_dictionaries({"type": st.just("string")}, optional=_LENGTHS)


def _old_fashioned(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    objects = st.fixed_dictionaries(
        {"type": st.just("object"), "properties": st.dictionaries(st.sampled_from(NAMES), inner, min_size=1)},
        optional={
            "required": st.lists(st.sampled_from(NAMES), min_size=1, max_size=2, unique=True),
            "additionalProperties": st.just(False) | inner,
            "maxProperties": st.integers(1, 3),
        },
    )
    arrays = st.fixed_dictionaries({"type": st.just("array"), "items": inner}, optional={"minItems": st.integers(0, 2)})
    return objects | objects | arrays | st.lists(inner, min_size=1, max_size=2).map(lambda found: {"allOf": found})


OLD_FASHIONED = st.recursive(
    _OLD_NUMBERS | _OLD_TEXTS | listed | st.sampled_from([{"type": "boolean"}, {}]), _old_fashioned, max_leaves=6
)
"""Schemas of Swagger 2.0: without alternatives, and with truths that exclude bounds."""
MODERN = (schemas | realistic).filter(lambda one: "$ref" not in json.dumps(one))
"""Schemas of OpenAPI 3.1: all of JSON Schema."""


@unhurried
@given(sides(OLD_FASHIONED, "2.0"))
def test_what_is_said_of_swagger_2_is_borne_out(made: tuple[Side, Side, list[Any], list[Any]]) -> None:
    check("2.0", *made)


@unhurried
@given(sides(OPENAPI, "3.0.3"))
def test_what_is_said_of_openapi_3_0_is_borne_out(made: tuple[Side, Side, list[Any], list[Any]]) -> None:
    check("3.0.3", *made)


@unhurried
@given(sides(MODERN, "3.1.0"))
def test_what_is_said_of_openapi_3_1_is_borne_out(made: tuple[Side, Side, list[Any], list[Any]]) -> None:
    check("3.1.0", *made)


# Discriminators

_TEXT = {"type": "string"}
KINDS = ("Cat", "Dog", "Bird")
MAPPED = {"cat": "Cat", "dog": "Dog", "Bird": "Bird"}


@st.composite
def tagged(draw: st.DrawFn, version: str) -> Side:
    """A pet that is one of several, told by its kind; before OpenAPI 3 a base that each of them is made of."""
    prefix = "#/definitions" if version == "2.0" else "#/components/schemas"
    mapping = MAPPED if version != "2.0" and draw(st.booleans()) else {}
    names = {kind: name for name, kind in mapping.items()}
    described = MODERN if version == "3.1.0" else OLD_FASHIONED
    members = st.dictionaries(st.sampled_from(("id", "name")), described, max_size=2)
    alternatives: dict[str, Any] = {}
    for kind in draw(st.lists(st.sampled_from(KINDS), min_size=1, unique=True)):
        one: dict[str, Any] = {"type": "object", "required": ["kind"], "properties": draw(members)}
        one["required"] += draw(st.lists(st.sampled_from(("id", "name")), max_size=1))
        if version != "2.0":
            one["properties"] = {**one["properties"], "kind": {"enum": [names.get(kind, kind)]}}
        alternatives[kind] = one
    if version == "2.0":
        base = {
            "type": "object",
            "discriminator": "kind",
            "required": ["kind"],
            "properties": {"kind": {"type": "string"}},
        }
        made = {kind: {"allOf": [{"$ref": f"{prefix}/Pet"}, one]} for kind, one in alternatives.items()}
        components: dict[str, Any] = {"Pet": base, **made}
    else:
        told: dict[str, Any] = {"propertyName": "kind"}
        if mapping:
            told["mapping"] = {name: f"{prefix}/{kind}" for name, kind in mapping.items() if kind in alternatives}
        union = draw(st.sampled_from(("oneOf", "anyOf")))
        pet = {union: [{"$ref": f"{prefix}/{kind}"} for kind in alternatives], "discriminator": told}
        components = {"Pet": pet, **alternatives}

    def holds(value: Any) -> bool:
        kind = value.get("kind") if isinstance(value, dict) else None
        named = mapping.get(kind, kind) if isinstance(kind, str) else None
        if named not in alternatives:
            return version != "2.0"  # told by the alternatives themselves
        return bool(LIBRARIES[version][1](alternatives[named]).is_valid(value))

    return Side({"$ref": f"{prefix}/Pet"}, components, holds)


@st.composite
def pets(draw: st.DrawFn, side: Side) -> Any:
    """A value near one of the alternatives."""
    kind = draw(st.sampled_from([one for one in side.components if one != "Pet"]))
    written = side.components[kind]
    written = written["allOf"][1] if "allOf" in written else written
    value = draw(instances(written))
    return {"kind": kind, **value} if isinstance(value, dict) and draw(st.integers(0, 9)) else value


@st.composite
def tagged_sides(draw: st.DrawFn, version: str) -> tuple[Side, Side, list[Any], list[Any]]:
    """A new and an old description of pets, mostly alike."""
    old = draw(tagged(version))
    new = draw(tagged(version))
    sent, answered = (draw(st.lists(pets(one), min_size=OF_EACH, max_size=OF_EACH)) for one in (old, new))
    return new, old, sent, answered


@pytest.mark.parametrize("version", LIBRARIES)
@unhurried
@given(st.data())
def test_what_is_said_of_discriminators_is_borne_out(version: str, data: st.DataObject) -> None:
    check(version, *data.draw(tagged_sides(version)))
