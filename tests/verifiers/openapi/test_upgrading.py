"""Swagger 2.0 in the words of OpenAPI 3.0."""

from typing import Any

import pytest

from troth_verifiers.openapi.upgrading import upgraded


def operation(parameters: list[Any], document: dict[str, Any] | None = None, **more: Any) -> Any:
    whole: dict[str, Any] = {
        "swagger": "2.0",
        "info": {},
        "paths": {"/a": {"post": {"parameters": parameters, **more}}},
    }
    made: Any = upgraded({**whole, **(document or {})})
    return made["paths"]["/a"]["post"]


@pytest.mark.parametrize(
    ("written", "style", "explode"),
    [
        ("csv", "form", False),
        ("multi", "form", True),
        ("pipes", "pipeDelimited", False),
        ("ssv", "spaceDelimited", False),
    ],
)
def test_collections_have_styles(written: str, style: str, explode: bool) -> None:
    one = {"name": "q", "in": "query", "type": "array", "items": {"type": "string"}, "collectionFormat": written}
    (made,) = operation([one])["parameters"]
    assert made == {
        "name": "q",
        "in": "query",
        "schema": {"type": "array", "items": {"type": "string"}},
        "style": style,
        "explode": explode,
    }


def test_a_body_stands_under_what_the_operation_consumes() -> None:
    body = {"in": "body", "name": "b", "schema": {"$ref": "#/definitions/B"}}
    made = operation([{"$ref": "#/parameters/b"}], {"parameters": {"b": body}, "consumes": ["text/json"]})
    assert made["requestBody"] == {
        "required": False,
        "content": {"text/json": {"schema": {"$ref": "#/components/schemas/B"}}},
    }


def test_form_fields_become_one_body() -> None:
    fields = [
        {"name": "file", "in": "formData", "type": "file", "required": True},
        {"name": "size", "in": "formData", "type": "integer"},
    ]
    made = operation(fields)["requestBody"]
    properties = {"file": {"type": "string", "format": "binary"}, "size": {"type": "integer"}}
    schema = {"type": "object", "properties": properties, "required": ["file"]}
    assert made == {"required": True, "content": {"multipart/form-data": {"schema": schema}}}
    plain = operation(fields[1:])["requestBody"]
    assert list(plain["content"]) == ["application/x-www-form-urlencoded"]


def test_answers_stand_under_what_the_operation_produces() -> None:
    response = {
        "description": "d",
        "schema": {"type": "object", "x-nullable": True},
        "headers": {"X-N": {"type": "integer"}},
        "examples": {"application/json": {"a": 1}},
    }
    made = operation([], produces=["application/json"], responses={"200": response, "x-own": {}})["responses"]
    assert made == {
        "200": {
            "description": "d",
            "headers": {"X-N": {"schema": {"type": "integer"}}},
            "content": {"application/json": {"schema": {"type": "object", "nullable": True}, "example": {"a": 1}}},
        }
    }


def test_definitions_are_schemas_of_3_and_their_data_stays() -> None:
    definitions: Any = {"A": {"discriminator": "kind", "example": {"discriminator": "kind", "x-nullable": True}}}
    made: Any = upgraded({"swagger": "2.0", "info": {}, "paths": {}, "definitions": definitions})
    assert made["components"]["schemas"] == {
        "A": {"discriminator": {"propertyName": "kind"}, "example": {"discriminator": "kind", "x-nullable": True}}
    }


@pytest.mark.parametrize("name", ["example", "default", "enum", "discriminator", "x-nullable", "other"])
def test_members_and_definitions_may_have_the_names_of_keywords(name: str) -> None:
    whole: Any = upgraded({"definitions": {name: {"properties": {name: {"$ref": f"#/definitions/{name}"}}}}})
    assert whole["components"]["schemas"] == {name: {"properties": {name: {"$ref": f"#/components/schemas/{name}"}}}}
