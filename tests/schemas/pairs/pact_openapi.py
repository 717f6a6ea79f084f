"""Descriptions and pacts for tests of the pair, and what was found between them."""

import json

from tests.schemas.documents import http, pact
from troth_schemas.json_body import Document, Json
from troth_schemas.openapi import Api, load
from troth_schemas.options import DEFAULT
from troth_schemas.pact import pact_of
from troth_schemas.pairs.pact_openapi import PAIR
from troth_schemas.report import Report
from troth_schemas.sources import Sources

ORDER: Document = {
    "type": "object",
    "required": ["id"],
    "properties": {"id": {"type": "integer"}, "total": {"type": "number"}, "status": {"enum": ["NEW", "PAID"]}},
}


def api(paths: Json, **more: Json) -> Api:
    return read_api({"openapi": "3.0.3", "info": {"title": "Orders", "version": "1"}, "paths": paths, **more})


def read_api(document: Json, **files: str) -> Api:
    sources = {"api.json": json.dumps(document).encode(), **{name: text.encode() for name, text in files.items()}}
    found = load(Sources("api.json", sources)).document
    assert isinstance(found, Api)
    return found


def getting(schema: Json = None, *parameters: Json, path: str = "/orders", **operation: Json) -> Document:
    answer: Document = (
        {"description": "x", "content": {"application/json": {"schema": schema}}} if schema else {"description": "x"}
    )
    return {path: {"get": {"parameters": list(parameters), "responses": {"200": answer}, **operation}}}


def judged(described: Api, *interactions: Json, **members: Json) -> Report:
    return PAIR.judge(pact_of(pact(*interactions, **members)), described, DEFAULT)


def rules(report: Report) -> list[str]:
    return [found.rule.partition("/")[2] for found in (*report.findings, *report.not_covered)]


def answering(body: Json, **response: Json) -> Document:
    return http(response={"status": 200, "headers": {"Content-Type": "application/json"}, "body": body, **response})
