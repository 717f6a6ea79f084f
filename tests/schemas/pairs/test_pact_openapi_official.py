"""Pacts judged against OpenAPI, and by openapi-core: what it rejects, we tell; where we tell nothing, it accepts."""

import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.schemas.documents import pact
from tests.schemas.pairs.official import HOST, accepts_request, accepts_response
from troth_schemas.json_body import Document, Json
from troth_schemas.openapi import load
from troth_schemas.options import DEFAULT
from troth_schemas.pact import pact_of
from troth_schemas.pairs.pact_openapi import PAIR
from troth_schemas.report import Report
from troth_schemas.sources import one

NAMES = st.sampled_from(["id", "name", "tags", "inner"])
LEAVES: st.SearchStrategy[Any] = st.one_of(
    st.builds(lambda least: {"type": "integer", "minimum": least}, st.integers(0, 2)),
    st.builds(lambda most: {"type": "string", "maxLength": most}, st.integers(1, 3)),
    st.sampled_from(
        [{"type": "string", "enum": ["NEW", "PAID"]}, {"type": "boolean"}, {"type": "number"},
         {"type": "string", "pattern": "^[a-z]+$"}, {"type": "string", "nullable": True}, {"type": "integer"}]
    ),
)  # fmt: skip


def _deeper(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    objects = st.builds(
        lambda properties, needed, closed: {
            "type": "object",
            "properties": properties,
            **({"required": sorted(properties)} if needed and properties else {}),
            **({"additionalProperties": False} if closed else {}),
        },
        st.dictionaries(NAMES, inner, min_size=1, max_size=3),
        st.booleans(),
        st.booleans(),
    )
    arrays = st.builds(lambda items: {"type": "array", "items": items, "minItems": 1}, inner)
    return objects | arrays | st.builds(lambda one: {"allOf": [one]}, objects) | st.builds(
        lambda first, second: {"anyOf": [first, second]}, inner, objects
    )  # fmt: skip


SCHEMAS = st.recursive(LEAVES, _deeper, max_leaves=5)
ATOMS: st.SearchStrategy[Any] = st.one_of(
    st.none(), st.booleans(), st.integers(-1, 3), st.sampled_from(["NEW", "abc", "ABCD", ""]), st.just(0.5)
)  # fmt: skip
VALUES = st.recursive(
    ATOMS, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(NAMES, inner, max_size=3), max_leaves=5
)
RULES = st.sampled_from([{}, {"body": {"$": {"matchers": [{"match": "type"}]}}}])
PATIENT = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def api(schema: Json, *parameters: Json) -> Document:
    content: Json = {"application/json": {"schema": schema}}
    operation: Document = {
        "parameters": list(parameters),
        "requestBody": {"content": content},
        "responses": {"200": {"description": "an answer", "content": content}},
    }
    paths: Document = {"/orders": {"post": operation}, "/orders/{id}": {"get": {**operation, "requestBody": {}}}}
    return {"openapi": "3.0.3", "info": {"title": "Orders", "version": "1"}, "servers": [{"url": HOST}], "paths": paths}


def judged(described: Document, request: Json, response: Json) -> Report:
    contract = pact(
        {"description": "an order", "request": request, "response": response},
        metadata={"pactSpecification": {"version": "3.0.0"}},
    )
    return PAIR.judge(pact_of(contract), load(one("api.json", json.dumps(described).encode())).document, DEFAULT)


def told(report: Report, about: str) -> bool:
    return any(about in one.rule for one in (*report.findings, *report.not_covered))


@PATIENT
@given(SCHEMAS, VALUES, RULES)
def test_a_body_that_is_sent_is_judged_as_openapi_core_does(schema: Any, body: Any, rules: Any) -> None:
    described = api(schema)
    request = {"method": "POST", "path": "/orders", "headers": {"Content-Type": "application/json"}, "body": body}
    report = judged(described, {**request, "matchingRules": rules}, {"status": 200})
    if body in (None, ""):  # by which a pact says that nothing is sent
        return
    assert accepts_request(described, request) == (not told(report, "request-body-incompatible")) or bool(rules)
    if not accepts_request(described, request):
        assert told(report, "request-body-incompatible")


def _complete(schema: Any) -> Any:
    """The schema as a consumer that uses a part of it sees it: nothing is required, nothing unknown allowed."""
    if isinstance(schema, list):
        return [_complete(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    found = {name: _complete(one) for name, one in schema.items() if name != "required" or not isinstance(one, list)}
    if isinstance(found.get("properties"), dict) and found.get("type") == "object":
        found["additionalProperties"] = False
    return found


@PATIENT
@given(st.recursive(LEAVES, lambda inner: _deeper(inner).filter(lambda one: "Of" not in json.dumps(one)), max_leaves=5),
       VALUES, RULES)  # fmt: skip
def test_a_body_that_is_expected_is_judged_as_openapi_core_does(schema: Any, body: Any, rules: Any) -> None:
    if body in (None, ""):
        return
    described = api(schema)
    response = {"status": 200, "headers": {"Content-Type": "application/json"}, "body": body}
    request: dict[str, Any] = {"method": "POST", "path": "/orders"}
    report = judged(described, request, {**response, "matchingRules": rules})
    accepted = accepts_response(api(_complete(schema)), request, response)
    assert accepted == (not told(report, "response-body"))


PARAMETERS: st.SearchStrategy[Any] = st.builds(
    lambda schema, required, shape: {"name": "q", "in": "query", "required": required, "schema": schema, **shape},
    LEAVES | st.builds(lambda items: {"type": "array", "items": items, "minItems": 1}, LEAVES),
    st.booleans(),
    st.sampled_from([{}, {"explode": False}, {"style": "pipeDelimited", "explode": False}]),
)
# No "1": openapi-core takes it for true, which JSON Schema and most frameworks do not.
TEXTS = st.lists(st.sampled_from(["2", "-1", "abc", "NEW", "true", "2.5", "1,2", "NEW|PAID"]), max_size=2)


@PATIENT
@given(PARAMETERS, TEXTS)
def test_a_query_that_openapi_core_rejects_is_told(parameter: Any, texts: Any) -> None:
    is_array = parameter["schema"].get("type") == "array"
    if (len(texts) > 1 and (not is_array or "explode" in parameter)) or ("style" in parameter and not is_array):
        return  # several texts for one value, or separators for a single one: undefined
    described = api({}, parameter)
    request: Document = {"method": "POST", "path": "/orders", "query": {"q": texts} if texts else {}}
    report = judged(described, request, {"status": 200})
    if not accepts_request(described, request):
        assert told(report, "request-query-incompatible")
    elif "nullable" not in json.dumps(parameter):
        assert not told(report, "request-query-incompatible")


@PATIENT
@given(LEAVES, st.sampled_from(["2", "-1", "abc", "NEW", "true", "2.5"]))
def test_a_path_that_openapi_core_rejects_is_told(schema: Any, text: str) -> None:
    described = api({}, {"name": "id", "in": "path", "required": True, "schema": schema})
    request: Document = {"method": "GET", "path": f"/orders/{text}"}
    report = judged(described, request, {"status": 200})
    assert accepts_request(described, request) == (not told(report, "request-path-incompatible"))
