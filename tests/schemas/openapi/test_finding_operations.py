"""Which operation a request is for."""

import json
from typing import Any

import pytest

from troth_schemas.openapi import Match, Missed, load
from troth_schemas.sources import Sources

PATHS = [
    "/orders",
    "/orders/mine",
    "/orders/{id}",
    "/orders/{id}/lines/{line}",
    "/files/{name}.json",
    "/files/{name}",
    "/a%20b",
]


def api(*paths: str, servers: Any = None) -> Any:
    items = {
        path: {
            "get": {
                "parameters": [
                    {"name": name, "in": "path", "required": True, "schema": {}}
                    for name in ("id", "line", "name")
                    if f"{{{name}}}" in path
                ],
                "responses": {"200": {"description": "fine"}},
            }
        }
        for path in paths
    }
    document = {"openapi": "3.1.0", "info": {"title": "x", "version": "1"}, "paths": items}
    if servers is not None:
        document["servers"] = servers
    return load(Sources("a.json", {"a.json": json.dumps(document).encode()})).document


@pytest.mark.parametrize(
    ("path", "template", "values"),
    [
        ("/orders", "/orders", {}),
        ("/orders/mine", "/orders/mine", {}),
        ("/orders/7", "/orders/{id}", {"id": "7"}),
        ("/orders/a%2Fb", "/orders/{id}", {"id": "a/b"}),
        ("/orders/7/lines/2", "/orders/{id}/lines/{line}", {"id": "7", "line": "2"}),
        ("/files/x.json", "/files/{name}.json", {"name": "x"}),
        ("/files/x.yaml", "/files/{name}", {"name": "x.yaml"}),
        ("/a%20b", "/a%20b", {}),
    ],
)
def test_the_most_literal_path_is_found(path: str, template: str, values: dict[str, str]) -> None:
    found = api(*PATHS).find("GET", path)
    assert isinstance(found, Match)
    assert found.operation.path == template
    assert dict(found.parameters) == values


def test_an_unknown_method_is_told_from_an_unknown_path_and_from_a_slash_too_many() -> None:
    one = api(*PATHS)
    assert one.find("POST", "/orders") == Missed("method", ("get",))
    assert one.find("GET", "/customers") == Missed("path")
    assert one.find("GET", "/orders/") == Missed("path", ("/orders",))
    assert one.find("GET", "/orders//lines/2") == Missed("path")


def test_base_paths_come_from_servers_and_their_variables() -> None:
    variables = {"version": {"default": "v1", "enum": ["v1", "v2"]}}
    one = api("/orders", servers=[{"url": "https://x.example/{version}", "variables": variables}])
    assert one.find("GET", "/v2/orders").base == "/v2"
    assert one.find("GET", "/orders").base is None
    assert one.find("GET", "/v3/orders") == Missed("path")


def test_a_segment_of_many_templates_is_no_slow_one() -> None:
    path = "/" + "".join(f"{{x{index}}}a" for index in range(30))
    assert api(path).find("GET", "/" + "a" * 5000 + "b") == Missed("path")
