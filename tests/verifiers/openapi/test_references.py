"""What stands beside a ``$ref`` of a schema: nothing before OpenAPI 3.1, since then as much as anywhere."""

import json
from typing import Any

import pytest

from tests.verifiers.openapi.describing import answers, api, contract
from troth_verifiers.api import Outgoing
from troth_verifiers.openapi.checking import Checker
from troth_verifiers.openapi.described import described

SIZES = {
    "Size": {"type": "integer", "minimum": 1},
    "Large": {"$ref": "#/components/schemas/Size", "minimum": 10},
    "Alias": {"$ref": "#/components/schemas/Large"},
}


@pytest.mark.parametrize(("version", "bounded"), [("3.0.3", False), ("3.1.0", True)])
@pytest.mark.parametrize(
    "schema",
    [
        {"$ref": "#/components/schemas/Size", "minimum": 10},
        {"$ref": "#/components/schemas/Alias"},
    ],
)
def test_what_stands_beside_a_reference_holds_since_3_1(schema: Any, version: str, bounded: bool) -> None:
    text = {"name": "n", "in": "query", "schema": schema}
    answer = answers(schema)
    answer["200"]["headers"] = {"X-Size": {"schema": schema}}
    asked = {"parameters": [text], "responses": answer}
    document = api({"/a": {"get": asked}}, version=version, components={"schemas": SIZES})
    whole = described(contract(document))
    (operation,) = whole.api.operations

    def told(value: str) -> set[str]:
        lines = (("Content-Type", "application/json"), ("X-Size", value))
        found = Checker(whole).response(operation, 200, lines, value.encode())
        sent = Outgoing("GET", f"http://127.0.0.1/a?n={value}")
        return {one.place for one in (*found, *Checker(whole).request(operation, {}, sent))}

    everywhere = {"response body $", "response header X-Size", "request query n"}
    assert told("0") == everywhere
    assert told("5") == (everywhere if bounded else set())
    assert told("12") == set()


@pytest.mark.parametrize(("version", "bounded"), [("2.0", False), ("3.0.3", False), ("3.1.0", True)])
def test_what_stands_beside_a_reference_further_in_holds_since_3_1(version: str, bounded: bool) -> None:
    holder = "definitions" if version == "2.0" else "components/schemas"
    size = {"$ref": f"#/{holder}/Size"}
    beside = {
        "a": {**size, "minimum": 10},
        "b": {"type": "array", "items": {**size, "enum": [10, 11]}},
        "c": {"allOf": [{**size, "not": {"type": "integer"}}]},
        "d": {"type": "object", "additionalProperties": {"$ref": f"#/{holder}/Large"}},
    }
    schema = {"type": "object", "properties": beside}
    schemas = {"Size": {"type": "integer", "minimum": 1}, "Large": {**size, "minimum": 10}}
    if version == "2.0":
        document = {"swagger": "2.0", "info": {"title": "t", "version": "1"}, "definitions": schemas}
        document["paths"] = {"/a": {"get": {"responses": {"200": {"description": "", "schema": schema}}}}}
    else:
        document = api(
            {"/a": {"get": {"responses": answers(schema)}}}, version=version, components={"schemas": schemas}
        )
    whole = described(contract(document))
    (operation,) = whole.api.operations

    def told(value: int) -> list[str]:
        body = json.dumps({"a": value, "b": [value], "c": value, "d": {"x": value}}).encode()
        found = Checker(whole).response(operation, 200, (("Content-Type", "application/json"),), body)
        return sorted({one.place.removeprefix("response body ") for one in found})

    everywhere = ["$.a", "$.b[0]", "$.c", "$.d.x"]
    assert told(0) == everywhere
    assert told(5) == (everywhere if bounded else [])
