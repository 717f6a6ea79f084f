"""What of a request stands for a set of requests: expressions of parameters, credentials, a query as one value."""

import pytest

from tests.schemas.documents import http
from tests.schemas.pairs.pact_openapi import api, getting, judged, read_api, rules
from troth_schemas.json_body import Document, Json


def test_a_rule_about_a_path_that_is_not_regular_is_not_covered() -> None:
    request: Document = {"method": "GET", "path": "/orders/7"}
    request["matchingRules"] = {"path": {"matchers": [{"match": "regex", "regex": "^/orders/(?=7).+$"}]}}
    described = api(
        getting(
            None, {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}, path="/orders/{id}"
        )
    )
    assert rules(judged(described, http(request=request))) == ["request-parameter-not-covered"]


def asking(expression: str, text: str, where: str = "query") -> Document:
    rule: Json = {"p": {"matchers": [{"match": "regex", "regex": expression}]}}
    sent: Document = {"query": {"p": [text]}} if where == "query" else {"headers": {"P": text}}
    return http(request={"method": "GET", "path": "/orders", **sent, "matchingRules": {where: rule}})


@pytest.mark.parametrize(
    ("schema", "expression", "text", "wide"),
    [
        ({"type": "integer"}, r"\d+", "1", False),
        ({"type": "integer"}, "[a-f0-9]+", "1", True),
        ({"type": "number"}, r"\d+\.\d{2}", "1.50", False),
        ({"type": "boolean"}, "true|false", "true", False),
        ({"type": "boolean"}, "^[a-z]+$", "true", True),
        ({"type": "string", "enum": ["NEW", "PAID"]}, "^[A-Z]+$", "NEW", True),
        ({"type": "string", "enum": ["NEW", "PAID"]}, "NEW|PAID", "NEW", False),
        ({"type": "string", "pattern": "^[a-c]+$"}, "^[a-z]+$", "a", True),
        ({"type": "string", "maxLength": 3}, ".+", "a", False),
        ({"type": "array", "items": {"type": "integer"}}, "[a-z0-9]+", "1", False),
        ({}, ".*", "a", False),
    ],
)
@pytest.mark.parametrize("where", ["query", "header"])
def test_an_expression_may_claim_too_much(schema: Json, expression: str, text: str, wide: bool, where: str) -> None:
    described = api(getting(None, {"name": "p", "in": where, "schema": schema}))
    expected = ["request-parameter-rule-too-wide"] if wide else []
    assert rules(judged(described, asking(expression, text, where))) == expected


def test_only_one_expression_alone_claims_anything() -> None:
    two: Json = {"matchers": [{"match": "regex", "regex": "x"}, {"match": "type"}]}
    request: Document = {"method": "GET", "path": "/orders/7", "matchingRules": {"path": two}}
    described = api(getting(None, {"name": "id", "in": "path", "schema": {"type": "integer"}}, path="/orders/{id}"))
    assert rules(judged(described, http(request=request))) == []


@pytest.mark.parametrize(
    ("scheme", "request_", "missing"),
    [
        ({"type": "apiKey", "in": "query", "name": "key"}, {"query": {"key": ["x"]}}, False),
        ({"type": "apiKey", "in": "query", "name": "key"}, {}, True),
        ({"type": "apiKey", "in": "cookie", "name": "key"}, {"headers": {"Cookie": "key=x"}}, False),
        ({"type": "apiKey", "in": "cookie", "name": "key"}, {}, True),
        ({"type": "http", "scheme": "basic"}, {"headers": {"Authorization": "Basic eDp5"}}, False),
        ({"type": "http", "scheme": "hoba"}, {"headers": {"Authorization": "HOBA x"}}, False),
        ({"type": "openIdConnect", "openIdConnectUrl": "x"}, {"headers": {"Authorization": "Bearer x"}}, False),
        ({"type": "mutualTLS"}, {}, False),
    ],
)
def test_credentials_are_told_by_presence(scheme: Json, request_: Document, missing: bool) -> None:
    described = api(getting(security=[{"s": []}]), components={"securitySchemes": {"s": scheme}})
    found = rules(judged(described, http(request={"method": "GET", "path": "/orders", **request_})))
    assert ("request-authorization-missing" in found) is missing
    assert "request-query-unknown" not in found


def test_a_query_as_one_value_is_not_covered() -> None:
    described = read_api({"openapi": "3.2.0", "info": {"title": "x", "version": "1"}, "paths": getting(
        None, {"name": "q", "in": "querystring", "content": {"application/json": {"schema": {}}}})})  # fmt: skip
    found = rules(judged(described, http(request={"method": "GET", "path": "/orders", "query": {"a": ["1"]}})))
    assert found == ["request-parameter-not-covered"]
