"""What an object says of itself, in what is sent and in what is expected: it must name a schema, and be so."""

from typing import Any

import pytest

from tests.schemas.documents import http
from tests.schemas.pairs.pact_openapi import answering, api, getting, judged, read_api, rules
from troth_schemas.json_body import Document, Json
from troth_schemas.openapi import Api

STRING: Document = {"type": "string"}
NUMBER: Document = {"type": "number"}
PET: Document = {
    "type": "object",
    "required": ["kind"],
    "properties": {"kind": STRING},
    "discriminator": {"propertyName": "kind"},
}


def child(name: str, schema: Json, more: Json = None) -> Document:
    own: Document = {"type": "object", "required": [name], "properties": {name: schema}}
    return {"allOf": [{"$ref": "#/components/schemas/Pet"}, own, *([more] if more else [])]}


def pets(**mapping: Json) -> Document:
    said: Document = {"propertyName": "kind", **({"mapping": mapping} if mapping else {})}
    return {"Pet": {**PET, "discriminator": said}, "Cat": child("lives", NUMBER), "Dog": child("bark", STRING)}


def sending(schemas: Document, body: Json, **matching: Json) -> list[str]:
    content: Document = {"application/json": {"schema": {"$ref": "#/components/schemas/Pet"}}}
    answers: Document = {"200": {"description": "x"}}
    described = api(
        {"/pets": {"post": {"requestBody": {"content": content}, "responses": answers}}},
        components={"schemas": schemas},
    )
    headers: Document = {"Content-Type": "application/json"}
    ruled: dict[str, Any] = {"matchingRules": {f"$.body.{name}": rule for name, rule in matching.items()}}
    asked: Document = {"method": "POST", "path": "/pets", "headers": headers, "body": body, **ruled}
    return rules(judged(described, http(request=asked, response={"status": 200})))


TYPE: Document = {"match": "type"}
TOO_WIDE = ["request-body-rule-too-wide"]
BROKEN = ["request-body-incompatible"]


@pytest.mark.parametrize(
    ("body", "matching", "found"),
    [
        ({"kind": "Cat", "lives": 9}, {"lives": TYPE}, []),
        ({"kind": "Cat", "lives": 9}, {"lives": {"match": "regex", "regex": "a|b"}}, []),
        ({"kind": "Cat", "lives": "9"}, {}, BROKEN),
        ({"kind": "Cat", "lives": 9}, {"kind": {"match": "regex", "regex": "Cat|Dog"}}, TOO_WIDE),
        ({"kind": "Cat", "lives": 9}, {"kind": TYPE}, TOO_WIDE),
        ({"kind": "Cat", "bark": "x", "lives": 1}, {"kind": {"match": "regex", "regex": "Cat|Dog"}}, []),
    ],
)
def test_all_that_may_be_sent_is_what_it_says_of_itself(body: Json, matching: Document, found: list[str]) -> None:
    assert sending(pets(), body, **matching) == found


def test_a_list_of_names_with_one_that_no_schema_has_is_a_promise_to_send_what_is_refused() -> None:
    mapped = pets(cat="Cat", dog="Dog")
    body: Json = {"kind": "cat", "bark": "x", "lives": 9}
    assert sending(mapped, body, kind={"match": "regex", "regex": "cat|dog"}) == []
    assert sending(mapped, body, kind={"match": "regex", "regex": "cat|cow"}) == BROKEN


def test_values_of_a_member_are_held_against_the_schema_that_the_object_names() -> None:
    assert sending(pets(), {"kind": "Dog", "bark": "x"}, bark=TYPE) == []
    limited = {**pets(), "Dog": child("bark", {**STRING, "maxLength": 3})}
    assert sending(limited, {"kind": "Dog", "bark": "x"}, bark={"match": "regex", "regex": "x{1,4}"}) == TOO_WIDE


def test_a_name_counts_beside_keywords_for_what_is_left_alone() -> None:
    closed: Document = {
        "Pet": {**PET, "unevaluatedProperties": {}},
        "Cat": child("lives", NUMBER),
    }
    document: Document = {
        "openapi": "3.1.0",
        "info": {"title": "x", "version": "1"},
        "paths": getting({"$ref": "#/components/schemas/Pet"}),
        "components": {"schemas": closed},
    }
    described = read_api(document)
    assert rules(judged(described, answering({"kind": "Cat", "lives": 9}))) == []
    assert rules(judged(described, answering({"kind": "Cat", "lives": "nine"}))) == ["response-body-incompatible"]


def test_a_name_counts_where_another_schema_refers_to_it() -> None:
    either: Document = {"anyOf": [{"$ref": "#/components/schemas/Pet"}, {"type": "array"}]}
    described = api(getting(either), components={"schemas": pets()})
    assert rules(judged(described, answering({"kind": "Cat", "lives": 9}))) == []
    assert rules(judged(described, answering({"kind": "Cat", "lives": "nine"}))) == ["response-body-incompatible"]


def swagger() -> Api:
    def derived(name: str, schema: Json) -> Document:
        return {"allOf": [{"$ref": "#/definitions/Pet"}, {"type": "object", "properties": {name: schema}}]}

    schemas: Document = {
        "Pet": {"type": "object", "discriminator": "kind", "required": ["kind"], "properties": {"kind": STRING}},
        "Cat": derived("lives", NUMBER),
        "Dog": derived("bark", STRING),
    }
    schema: Document = {"$ref": "#/definitions/Pet"}
    answer: Document = {"description": "x", "schema": schema}
    body: Document = {"name": "pet", "in": "body", "schema": schema}
    return read_api(
        {
            "swagger": "2.0",
            "info": {"title": "x", "version": "1"},
            "consumes": ["application/json"],
            "produces": ["application/json"],
            "paths": {
                "/orders": {
                    "get": {"responses": {"200": answer}},
                    "post": {"parameters": [body], "responses": {"200": {"description": "x"}}},
                }
            },
            "definitions": schemas,
        }
    )


def test_swagger_names_schemas_by_its_definitions() -> None:
    described = swagger()
    assert rules(judged(described, answering({"kind": "Cat", "lives": 9}))) == []
    assert rules(judged(described, answering({"kind": "Cat", "lives": "nine"}))) == ["response-body-incompatible"]
    assert rules(judged(described, answering({"kind": "Cow"}))) == ["response-body-unvalidatable"]


@pytest.mark.parametrize(("lives", "found"), [(9, []), ("nine", BROKEN)])
def test_swagger_reads_what_is_sent_by_what_it_says_of_itself(lives: Json, found: list[str]) -> None:
    headers: Document = {"Content-Type": "application/json"}
    asked: Document = {"method": "POST", "path": "/orders", "headers": headers, "body": {"kind": "Cat", "lives": lives}}
    assert rules(judged(swagger(), http(request=asked, response={"status": 200}))) == found
