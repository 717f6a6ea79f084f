"""Schemas that are reached by a discriminator alone: made of a base by ``allOf``, and named by what a body says."""

import json
from typing import Any

import pytest

from tests.schemas.openapi.test_laws import compare

BASE: dict[str, Any] = {"type": "object", "required": ["kind"], "properties": {"kind": {"type": "string"}}}
PREFIX = {"2.0": "#/definitions", "3.0.3": "#/components/schemas", "3.1.0": "#/components/schemas"}


def described(
    version: str, schemas: dict[str, Any], *, mapping: dict[str, str] | None = None, sent: bool = False
) -> Any:
    """A description in which a pet is sent or answered; the schemas are those that are made of it."""
    told: Any = "kind" if version == "2.0" else {"propertyName": "kind", **({"mapping": mapping} if mapping else {})}
    whole = {"Pet": {**BASE, "discriminator": told}, **schemas}
    there: dict[str, Any] = {"$ref": "#/S/Pet"}
    content = {"application/json": {"schema": there}}
    empty: dict[str, Any] = {"200": {"description": ""}}
    if version == "2.0":
        answer = {"parameters": [{"in": "body", "name": "b", "schema": there}], "responses": empty}
        operation = answer if sent else {"responses": {"200": {"description": "", "schema": there}}}
        made: Any = {"swagger": "2.0", "definitions": whole}
    else:
        asking = {"requestBody": {"content": content}, "responses": empty}
        operation = asking if sent else {"responses": {"200": {"description": "", "content": content}}}
        made = {"openapi": version, "components": {"schemas": whole}}
    made |= {"info": {"title": "x", "version": "1"}, "paths": {"/pets": {"post": operation}}}
    return json.loads(json.dumps(made).replace("#/S", PREFIX[version]))


def made_of(base: str = "Pet", **members: Any) -> dict[str, Any]:
    return {"allOf": [{"$ref": f"#/S/{base}"}, {"type": "object", "properties": members}]}


DOG = {"Dog": made_of(name={"type": "string"})}
PUPPY = {**DOG, "Puppy": made_of("Dog", age={"type": "integer"})}


def told(version: str, new: dict[str, Any], old: dict[str, Any], *, sent: bool = False) -> list[str]:
    report = compare(described(version, new, sent=sent), described(version, old, sent=sent))
    assert report.not_covered == ()
    return [one.message for one in report.breaking]


@pytest.mark.parametrize("version", PREFIX)
def test_a_change_of_a_schema_that_only_a_discriminator_names_is_judged(version: str) -> None:
    number = {"Dog": made_of(name={"type": "integer"})}
    assert told(version, number, DOG) == ["The property 'name' in the response may be integer, it was string"]
    assert told(version, number, DOG, sent=True) == [
        "The property 'name' in the request no longer takes string, only integer"
    ]
    further = {**DOG, "Puppy": made_of("Dog", age={"type": "string"})}
    assert told(version, further, PUPPY) == ["The property 'age' in the response may be string, it was integer"]


@pytest.mark.parametrize("version", PREFIX)
def test_a_kind_that_comes_breaks_answers_and_one_that_goes_requests(version: str) -> None:
    assert told(version, PUPPY, DOG) == ["The schema 'Pet' in the response may be of another kind: 'Puppy'"]
    assert told(version, DOG, PUPPY) == []
    assert told(version, DOG, PUPPY, sent=True) == [
        "The schema 'Pet' in the request can no longer be of a kind: 'Puppy'"
    ]
    assert told(version, PUPPY, DOG, sent=True) == []


@pytest.mark.parametrize("version", PREFIX)
def test_what_says_the_same_or_is_used_by_nobody_is_silent(version: str) -> None:
    assert told(version, {"Dog": {**DOG["Dog"], "description": "barks"}}, DOG) == []
    assert told(version, {**DOG, "Stone": {"type": "integer"}}, {**DOG, "Stone": {"type": "string"}}) == []


@pytest.mark.parametrize("reference", ["#/S/Dog", "Dog"])
def test_a_kind_that_a_mapping_names_is_judged_by_that_name(reference: str) -> None:
    there = {"dog": reference}
    number = {"Dog": made_of(name={"type": "integer"})}
    new, old = (described("3.0.3", one, mapping=there) for one in (number, DOG))
    assert [one.message for one in compare(new, old).breaking] == [
        "The property 'name' in the response may be integer, it was string"
    ]
    renamed = compare(described("3.0.3", DOG, mapping=there), described("3.0.3", DOG))
    assert [one.message for one in renamed.breaking] == ["The body of the response 200 may be of another kind: 'dog'"]
