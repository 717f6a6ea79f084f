"""Contracts of any size for the benchmarks: like real ones, and the same in every run."""

import json
from typing import Any

_KINDS = ("string", "integer", "number", "boolean")


def api(resources: int, fields: int) -> dict[str, Any]:
    """An OpenAPI description: for each resource a list, one, and a way to make one; components refer to each other."""
    schemas = {f"Thing{number}": _thing(number, resources, fields) for number in range(resources)}
    paths: dict[str, Any] = {}
    for number in range(resources):
        one = {"$ref": f"#/components/schemas/Thing{number}"}
        many = {"type": "array", "items": one}
        body = {"required": True, "content": {"application/json": {"schema": one}}}
        paths[f"/things{number}"] = {
            "get": {"responses": {"200": _answer(many)}, "parameters": [_parameter("query", "page", "integer")]},
            "post": {"requestBody": body, "responses": {"201": _answer(one)}},
        }
        paths[f"/things{number}/{{id}}"] = {
            "get": {"responses": {"200": _answer(one)}, "parameters": [_parameter("path", "id", "integer")]}
        }
    return {
        "openapi": "3.0.3",
        "info": {"title": "Things", "version": "1"},
        "paths": paths,
        "components": {"schemas": schemas},
    }


def _thing(number: int, resources: int, fields: int) -> dict[str, Any]:
    properties: dict[str, Any] = {
        f"field{at}": {"type": _KINDS[at % 4], "description": f"The field {at} of a thing, told in a sentence."}
        for at in range(fields)
    }
    following = number - number % 10 + (number + 1) % 10  # ten things are a family, and lead to each other
    properties["next"] = {"$ref": f"#/components/schemas/Thing{min(following, resources - 1)}"}
    return {"type": "object", "required": ["field0", "field1"], "properties": properties}


def _answer(schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": "What was asked for.", "content": {"application/json": {"schema": schema}}}


def _parameter(place: str, name: str, kind: str) -> dict[str, Any]:
    return {"in": place, "name": name, "required": place == "path", "schema": {"type": kind}}


def pact(interactions: int, resources: int, fields: int = 6) -> dict[str, Any]:
    """A pact that reads one thing after the other; every tenth interaction expects what is not there."""
    values = {"string": "a", "integer": 3, "number": 1.5, "boolean": True}
    found = []
    for number in range(interactions):
        body = {f"field{at}": values[_KINDS[at % 4]] for at in range(fields)}
        if number % 10 == 9:
            body["unheard"] = 1
        found.append(
            {
                "description": f"thing {number}",
                "request": {"method": "GET", "path": f"/things{number % resources}/{number}"},
                "response": {
                    "status": 200,
                    "headers": {"Content-Type": "application/json"},
                    "body": body,
                    "matchingRules": {"$.body": {"match": "type"}},
                },
            }
        )
    return {
        "consumer": {"name": "web"},
        "provider": {"name": "things"},
        "interactions": found,
        "metadata": {"pactSpecification": {"version": "2.0.0"}},
    }


def changed(document: dict[str, Any]) -> dict[str, Any]:
    """The description with a few changes that break, and many that do not."""
    made: dict[str, Any] = json.loads(json.dumps(document))
    for number, schema in enumerate(made["components"]["schemas"].values()):
        schema["properties"]["added"] = {"type": "string"}
        if number % 50 == 0:
            schema["properties"]["field2"]["type"] = "string"
    del made["paths"]["/things1/{id}"]
    return made


def proto(messages: int, fields: int = 12, *, later: bool = False) -> str:
    """A .proto file of messages that refer to each other; the later one lacks a field here and there."""
    kinds = ("string", "int32", "bool", "double")
    lines = ['syntax = "proto3";', "package bench;"]
    for number in range(messages):
        lines.append(f"message M{number} {{")
        for at in range(1, fields + 1):
            if later and number % 100 == 0 and at == 3:
                continue
            lines.append(f"  {kinds[at % 4]} field{at} = {at};")
        lines += [f"  M{(number + 1) % messages} next = {fields + 1};", "}"]
    return "\n".join(lines) + "\n"


def sdl(types: int, *, later: bool = False) -> str:
    """A GraphQL schema; the later one lacks a field here and there."""
    lines = ["type Query {", *(f"  t{number}(id: ID!): T{number}" for number in range(types)), "}"]
    for number in range(types):
        lines.append(
            f"type T{number} {{ id: ID! name(upper: Boolean): String! count: Int next: T{(number + 1) % types}"
        )
        if not (later and number % 100 == 0):
            lines.append("  old: String")
        lines.append("}")
    return "\n".join(lines) + "\n"


def operations(count: int, types: int) -> str:
    """GraphQL operations, of which every tenth asks for a field that is not there."""
    return "\n".join(
        f"query Q{number}($id: ID!) {{ t{number % types}(id: $id) {{ id name(upper: true) next {{ count "
        f"{'unheard' if number % 10 == 9 else 'name'} }} }} }}"
        for number in range(count)
    )


def record(fields: int, *, later: bool = False) -> dict[str, Any]:
    """An Avro record of records; the later one has a field more, with a default."""
    kinds = ("string", "long", "boolean", "double")
    listed: list[dict[str, Any]] = [
        {
            "name": f"field{at}",
            "type": {"type": "record", "name": f"R{at}", "fields": [{"name": "v", "type": kinds[at % 4]}]},
        }
        for at in range(fields)
    ]
    if later:
        listed.append({"name": "added", "type": "int", "default": 0})
    return {"type": "record", "name": "Big", "fields": listed}
