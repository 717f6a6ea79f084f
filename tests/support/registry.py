"""A client of the schema registry, and what its answers say."""

import json
from collections.abc import Mapping

import httpx

V1 = "application/vnd.schemaregistry.v1+json"
ORDER = {"type": "record", "name": "Order", "fields": [{"name": "id", "type": "int"}]}
WITH_NOTE = {
    "type": "record",
    "name": "Order",
    "fields": [{"name": "id", "type": "int"}, {"name": "note", "type": "string", "default": ""}],
}
WITHOUT_DEFAULT = {
    "type": "record",
    "name": "Order",
    "fields": [{"name": "id", "type": "int"}, {"name": "note", "type": "string"}],
}
PROTO = 'syntax = "proto3";\npackage shop;\nmessage Order { int32 id = 1; }\n'


def client_of(url: str) -> httpx.Client:
    """A client that takes what serializers take."""
    return httpx.Client(base_url=url, headers={"Accept": f"{V1}, */*;q=0.5"})


def register(
    registry: httpx.Client, subject: str, schema: object, query: str = "", told: Mapping[str, str] = {}, **more: object
) -> httpx.Response:
    """Register a schema, a text or a JSON value; `told` are more headers."""
    text = schema if isinstance(schema, str) else json.dumps(schema)
    headers = {"Content-Type": V1, **told}
    return registry.post(f"/subjects/{subject}/versions{query}", json={"schema": text, **more}, headers=headers)


def number(answer: httpx.Response) -> int:
    """The id that a registered schema was given."""
    assert answer.status_code == 200, answer.text
    document = answer.json()
    assert list(document) == ["id"]
    found: int = document["id"]
    return found


def refused(answer: httpx.Response) -> tuple[int, int, str]:
    """Status, code and sentence of a refusal."""
    document = answer.json()
    assert set(document) == {"error_code", "message"}
    return answer.status_code, document["error_code"], document["message"]
