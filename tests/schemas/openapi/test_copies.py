"""A consumer's own copy of an API against the provider's."""

import json
from typing import Any

import pytest

from troth_schemas.contract import Contract
from troth_schemas.openapi.media_types import best, fits, matching
from troth_schemas.openapi.model import Media
from troth_schemas.pairs import find, judge
from troth_schemas.sources import Sources


def contract(document: Any) -> Contract:
    return Contract("openapi", Sources("a.json", {"a.json": json.dumps(document).encode()}))


def api(**operations: Any) -> Any:
    fine = {"200": {"description": "fine"}}
    paths = {f"/{name}": {"post": {"responses": fine, **one}} for name, one in operations.items()}
    return {"openapi": "3.1.0", "info": {"title": "x", "version": "1"}, "paths": paths}


def body(schema: Any, **more: Any) -> Any:
    return {"requestBody": {"content": {"application/json": {"schema": schema}}}, **more}


NODE = {
    "type": "object",
    "properties": {"id": {"type": "string"}, "lines": {"type": "array", "items": {"$ref": "#/x-line"}}},
}
LINE = {"properties": {"sku": {}, "more": {"$ref": "#/x-line"}, "tags": {"additionalProperties": {"anyOf": [NODE]}}}}


def test_only_what_the_copy_has_counts() -> None:
    copy = contract(api(orders=body({"type": "object"})))
    provider = contract(api(orders=body({"type": "object", "required": ["id"]}), customers={}))
    report = judge(copy, provider)
    assert [one.rule for one in report.findings] == ["openapi/new-required-request-property"]
    assert report.scope == ("POST /orders",)
    assert judge(copy, contract(api(customers={}))).compatible is False
    assert judge(copy, copy).compatible is True


def test_a_copy_tells_what_its_consumer_uses() -> None:
    parameters = [{"name": "Q", "in": "query", "schema": {}}, {"name": "X-Tenant", "in": "header", "schema": {}}]
    one = contract({**api(orders=body(NODE, parameters=parameters)), "x-line": LINE})
    pair = find("openapi", "openapi")
    assert pair is not None
    assert pair.uses is not None
    used = pair.uses(one.loaded.document, one.loaded.document)
    assert {
        "POST /orders",
        "POST /orders query Q",
        "POST /orders header x-tenant",
        "POST /orders request /id",
        "POST /orders request /lines/*/sku",
        "POST /orders request /lines/*/tags/{}/id",
        "POST /orders response 200",
    } <= used


@pytest.mark.parametrize(
    ("media_range", "name", "does"),
    [
        ("application/json", "application/json; charset=utf-8", True),
        ("application/json; version=1", "application/json", False),
        ("text/*", "text/plain", True),
        ("*/*", "image/png", True),
        ("text/*", "application/json", False),
    ],
)
def test_a_range_takes_types(media_range: str, name: str, does: bool) -> None:
    assert fits(media_range, name) is does


def test_the_closest_media_is_taken_and_a_range_that_went_is_told() -> None:
    known = api_media("*/*", "application/*", "application/json")
    assert best(known, "application/json") is known[2]
    assert best(known, "application/xml") is known[1]
    assert best(api_media("text/plain"), "application/xml") is None
    wide, narrow = api_media("application/*"), api_media("application/json")
    assert list(matching(narrow, wide, range_reads=True)) == [(narrow[0], wide[0]), (None, wide[0])]
    assert list(matching(narrow, wide, range_reads=False)) == [(narrow[0], wide[0])]


def api_media(*types: str) -> list[Media]:
    return [Media(one, None) for one in types]  # type: ignore[arg-type]  # where they stand does not count here
