"""A value that several alternatives of a ``oneOf`` take is refused by it; of an object more may come that tells."""

from typing import Any

import pytest

from tests.schemas.documents import http
from tests.schemas.pairs.pact_openapi import answering, api, getting, judged, rules
from troth_schemas.json_body import Document, Json

INTEGER: Document = {"type": "integer"}
NUMBER: Document = {"type": "number"}
STRING: Document = {"type": "string"}


def members(*required: str, **properties: Json) -> Document:
    return {"type": "object", "properties": properties, **({"required": list(required)} if required else {})}


def one_of(*schemas: Json, **more: Json) -> Document:
    return {"oneOf": list(schemas), **more}


def answered(schema: Json, value: Json, **rule: Json) -> list[str]:
    more: dict[str, Any] = {"matchingRules": {"$.body.x": rule}} if rule else {}
    return rules(judged(api(getting(members(x=schema))), answering({"x": value}, **more)))


BROKEN = ["response-body-incompatible"]
UNDECIDED = ["response-body-unvalidatable"]
DOUBTFUL = ["response-body-example-impossible"]


@pytest.mark.parametrize(
    ("schema", "value", "found"),
    [
        (one_of(INTEGER, NUMBER), 5, BROKEN),
        (one_of(INTEGER, NUMBER), 5.5, []),
        (one_of(STRING, {**STRING, "format": "date-time"}), "2024-01-01T00:00:00Z", BROKEN),
        (one_of({"enum": ["a", "b"]}, {"enum": ["b", "c"]}), "b", BROKEN),
        (one_of({"enum": ["a", "b"]}, {"enum": ["b", "c"]}), "c", []),
        (one_of({**STRING, "nullable": True}, {**INTEGER, "nullable": True}), None, BROKEN),
        (one_of({**STRING, "nullable": True}, INTEGER), None, []),
        ({"allOf": [one_of(one_of(INTEGER, STRING), NUMBER)]}, 1, BROKEN),
        ({"type": "array", "items": one_of(INTEGER, NUMBER)}, [1.5, 2], BROKEN),
        (one_of({"type": "array", "items": INTEGER}, {"type": "array", "items": NUMBER}), [1, 2], BROKEN),
        (one_of({"type": "array", "items": INTEGER}, {"type": "array", "items": NUMBER}), [1, 2.5], []),
    ],
)
def test_what_is_wholly_seen_is_for_one_alternative_alone(schema: Json, value: Json, found: list[str]) -> None:
    assert answered(schema, value) == found


@pytest.mark.parametrize(
    ("schema", "found"),
    [
        (one_of(members(n=INTEGER), members(n=NUMBER)), BROKEN),
        (one_of(members(n=INTEGER, a=STRING), members(n=NUMBER, b=STRING)), []),
        (one_of(members("a", n=INTEGER, a=STRING), members("b", n=NUMBER, b=STRING)), []),
        (one_of(members("n", n=INTEGER), members("n", n=INTEGER)), BROKEN),
        (one_of({**members(n=INTEGER), "additionalProperties": False}, members("n", n=INTEGER)), []),
        ({"not": members(n={"enum": [5]})}, BROKEN),
        ({"not": members(n={"enum": [5]}, m={"enum": [1]})}, []),
        ({"allOf": [{"enum": [{"n": 5, "m": 1}]}, members(n=NUMBER)]}, []),
        ({"allOf": [{"enum": [{"n": 6, "m": 1}]}, members(n=NUMBER)]}, BROKEN),
        ({**members("m", "l", n=NUMBER, m=NUMBER, l=NUMBER), "maxProperties": 2}, BROKEN),
    ],
)
def test_of_an_object_what_may_come_besides_is_thought_of(schema: Json, found: list[str]) -> None:
    assert answered(schema, {"n": 5}) == found
    assert answered({"type": "array", "items": schema}, [{"n": 5}]) == found


def test_objects_in_a_set_may_differ_in_what_is_not_seen() -> None:
    numbers = members(n=NUMBER, m=NUMBER)
    assert answered({"type": "array", "uniqueItems": True, "items": numbers}, [{"n": 5}, {"n": 5}]) == []
    closed = {**members(n=NUMBER), "additionalProperties": False}
    assert answered({"type": "array", "uniqueItems": True, "items": closed}, [{"n": 5}, {"n": 5}]) == UNDECIDED


@pytest.mark.parametrize(
    ("rule", "found"),
    [
        ({"match": "type"}, BROKEN),
        ({"match": "integer"}, BROKEN),
        ({"match": "decimal"}, DOUBTFUL),
        ({"match": "number"}, DOUBTFUL),
    ],
)
def test_a_rule_that_takes_what_one_alternative_alone_takes_leaves_only_the_example_in_doubt(
    rule: dict[str, Json], found: list[str]
) -> None:
    assert answered(one_of(INTEGER, NUMBER), 5, **rule) == found


def test_a_list_of_texts_is_possible_if_one_of_them_is() -> None:
    schema = one_of({"enum": ["a", "b"]}, {"enum": ["b", "c"]})
    assert answered(schema, "b", match="regex", regex="b|c") == DOUBTFUL
    assert answered(schema, "b", match="regex", regex="b") == BROKEN


def test_a_rule_for_a_whole_object_leaves_the_example_in_doubt() -> None:
    alternatives = one_of(members(n={**INTEGER, "maximum": 9}), members(n=NUMBER))
    broken = judged(
        api(getting(members(x=alternatives))),
        answering({"x": {"n": 5}}, matchingRules={"$.body": {"match": "type"}}),
    )
    assert rules(broken) == DOUBTFUL


def test_a_discriminator_tells_alternatives_apart() -> None:
    pets = one_of(
        {"$ref": "#/components/schemas/Cat"},
        {"$ref": "#/components/schemas/Dog"},
        discriminator={"propertyName": "kind"},
    )
    schemas: Document = {"Cat": members("kind", kind=STRING, n=INTEGER), "Dog": members("kind", kind=STRING, n=NUMBER)}
    described = api(getting(members(x=pets)), components={"schemas": schemas})
    assert rules(judged(described, answering({"x": {"n": 5}}))) == []
    assert rules(judged(described, answering({"x": {"n": 5.5, "kind": "Cat"}}))) == BROKEN


def test_an_alternative_that_declares_a_member_is_the_one_that_has_to_come() -> None:
    schema = one_of(members("a", n=INTEGER, a=STRING), members("b", n=INTEGER, b=STRING))
    assert answered(schema, {"n": 5, "a": "x"}) == []
    assert answered(schema, {"n": 5, "a": "x", "b": "y"}) == BROKEN
    assert answered(schema, {"n": 5, "c": "x"}) == BROKEN


@pytest.mark.parametrize("where", ["query", "header", "path"])
def test_a_parameter_is_for_one_alternative_alone(where: str) -> None:
    parameter: Document = {"name": "n", "in": where, "required": True, "schema": one_of(INTEGER, NUMBER)}
    path = "/orders/{n}" if where == "path" else "/orders"
    described = api(getting(None, parameter, path=path))

    def found(text: str) -> list[str]:
        given: dict[str, Document] = {"query": {"query": f"n={text}"}, "header": {"headers": {"n": text}}}
        address = f"/orders/{text}" if where == "path" else "/orders"
        asked: Document = {"method": "GET", "path": address, **given.get(where, {})}
        return rules(judged(described, http(request=asked, response={"status": 200})))

    assert found("5.5") == []
    assert len(found("5")) == 1


def test_a_field_of_a_form_is_for_one_alternative_alone() -> None:
    schema = members(n=one_of(INTEGER, NUMBER))
    media: Document = {"application/x-www-form-urlencoded": {"schema": schema}}
    described = api(
        {"/orders": {"post": {"requestBody": {"content": media}, "responses": {"200": {"description": "x"}}}}}
    )

    def found(text: str) -> list[str]:
        headers: Document = {"Content-Type": "application/x-www-form-urlencoded"}
        asked: Document = {"method": "POST", "path": "/orders", "headers": headers, "body": f"n={text}"}
        return rules(judged(described, http(request=asked, response={"status": 200})))

    assert found("5.5") == []
    assert found("5") == ["request-body-incompatible"]


def test_a_header_of_an_answer_is_for_one_alternative_alone() -> None:
    answer: Document = {"description": "x", "headers": {"n": {"schema": one_of(INTEGER, NUMBER)}}}
    described = api({"/orders": {"get": {"responses": {"200": answer}}}})

    def found(text: str) -> list[str]:
        return rules(judged(described, http(response={"status": 200, "headers": {"n": text}})))

    assert found("5.5") == []
    assert found("5") == ["response-header-incompatible"]
