"""A pact that is replayed against a description too: what keeps the one and breaks the other."""

import json
from typing import Any

import pytest

from tests.verifiers.openapi.describing import ITEM, answers, api, contract
from tests.verifiers.pacts import http, v4
from tests.verifiers.providing import Answer, Provider
from troth_verifiers import Contract, Outcome, Report, Target, verify
from troth_verifiers.openapi import against

NUMBER = {"name": "number", "in": "path", "required": True, "schema": {"type": "string", "pattern": "^[a-z/ ]+$"}}
LIMIT = {"name": "limit", "in": "query", "schema": {"type": "integer", "maximum": 10}}
DESCRIPTION = api(
    {
        "/items": {"get": {"parameters": [LIMIT], "responses": answers(ITEM) | answers({"type": "object"}, "4XX")}},
        "/items/{number}": {"parameters": [NUMBER], "get": {"responses": answers(ITEM)}},
    },
    servers=[{"url": "https://api.example.com/v1"}],
)
GOOD = Answer(json={"id": 1, "price": 2})


def replayed(provider: Provider, path: str, *, status: int = 200, url: str = "") -> Report:
    route, _, query = path.partition("?")
    request: dict[str, Any] = {"method": "GET", "path": route}
    if query:
        name, _, value = query.partition("=")
        request["query"] = {name: [value]}
    pact = v4(http("something", request=request, response={"status": status}))
    check = against(contract(DESCRIPTION), url=provider.url + url)
    return verify(_contract(pact), Target(provider.url + url, engine="troth", checks=(check,)))


def _contract(pact: Any) -> Contract:
    return Contract("web", "stock", json.dumps(pact).encode(), "web-stock.json")


def told(report: Report) -> list[tuple[str, str]]:
    return [(one.kind, one.place) for result in report.results for one in result.mismatches]


def test_what_keeps_both_passes(provider: Provider) -> None:
    provider.answers["/v1/items"] = provider.answers["/items"] = GOOD
    assert told(replayed(provider, "/v1/items?limit=5")) == []
    assert told(replayed(provider, "/items")) == []
    assert told(replayed(provider, "/items", url="/v1")) == []


def test_an_answer_that_keeps_the_pact_and_breaks_the_description_fails(provider: Provider) -> None:
    provider.answers["/items"] = Answer(json={"id": 1, "price": "2 EUR"})
    report = replayed(provider, "/items")
    assert told(report) == [("openapi", "response body $.price")]
    assert report.exit_code == 1


def test_a_finding_stands_beside_the_mismatches_of_the_pact(provider: Provider) -> None:
    provider.answers["/items"] = Answer(418, json={"id": 1})
    provider.answers["/items/a"] = Answer(418, json={"id": 1})
    assert told(replayed(provider, "/items")) == [("status", "")]
    assert told(replayed(provider, "/items/a")) == [("status", ""), ("openapi", "response status")]


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("/items?limit=11", "request query limit"),
        ("/items?page=2", "request query page"),
        ("/items/7", "request path number"),
        ("/nothing", "request path"),
    ],
)
def test_a_request_that_breaks_the_description_is_a_finding(provider: Provider, path: str, place: str) -> None:
    provider.answers[path.partition("?")[0]] = GOOD
    assert ("openapi", place) in told(replayed(provider, path))


def test_a_request_that_is_refused_may_break_the_description(provider: Provider) -> None:
    provider.answers["/items"] = Answer(422, json={})
    assert told(replayed(provider, "/items?limit=11", status=422)) == []


def test_a_value_in_a_path_is_decoded_before_it_is_judged(provider: Provider) -> None:
    provider.answers["/items/a%20b"] = GOOD
    assert told(replayed(provider, "/items/a b")) == []


def test_findings_that_only_warn_fail_nothing_and_are_kept(provider: Provider) -> None:
    provider.answers["/items"] = Answer(json={"id": "1", "price": 2})
    pact = v4(http("something", request={"method": "GET", "path": "/items"}, response={"status": 200}))
    check = against(contract(DESCRIPTION), warn=True)
    report = verify(_contract(pact), Target(provider.url, engine="troth", checks=(check,)))
    assert report.ok
    assert [(title, one.place) for title, one in check.findings] == [("something", "response body $.id")]


def test_an_answer_too_long_to_be_checked_is_no_pass(provider: Provider) -> None:
    provider.answers["/items"] = Answer(
        body=b"[" + b"1," * 6_000_000 + b"1]", headers={"Content-Type": "application/json"}
    )
    report = replayed(provider, "/items")
    assert [result.outcome for result in report.results] == [Outcome.ERRORED]
