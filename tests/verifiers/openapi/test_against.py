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


DEEP = {"name": "deep", "in": "query", "style": "deepObject", "schema": {"type": "object"}}
SPREAD = {"name": "spread", "in": "query", "schema": {"type": "object", "properties": {"x": {"type": "string"}}}}
LISTED = {"name": "list", "in": "query", "explode": False, "schema": {"type": "object"}}


@pytest.mark.parametrize(
    ("parameters", "names", "found"),
    [
        ([DEEP], ["deep[x]", "other", "deeper[x]"], ["request query other", "request query deeper[x]"]),
        ([SPREAD], ["x", "other"], []),
        ([LISTED], ["list", "other"], ["request query other"]),
        ([DEEP, SPREAD], ["other"], []),
    ],
)
def test_what_an_object_in_the_query_is_written_as_is_known(
    provider: Provider, parameters: list[Any], names: list[str], found: list[str]
) -> None:
    provider.answers["/items"] = GOOD
    document = api({"/items": {"get": {"parameters": parameters, "responses": answers(ITEM)}}})
    request = {"method": "GET", "path": "/items", "query": {name: ["x,1"] for name in names}}
    pact = v4(http("something", request=request, response={"status": 200}))
    report = verify(_contract(pact), Target(provider.url, engine="troth", checks=(against(contract(document)),)))
    assert [place for _, place in told(report)] == found


def test_a_key_in_the_query_is_known_by_its_scheme(provider: Provider) -> None:
    provider.answers["/items"] = GOOD
    key = {"type": "apiKey", "in": "query", "name": "key"}
    operation = {"security": [{"key": []}, {}], "responses": answers(ITEM)}
    document = api({"/items": {"get": operation}}, components={"securitySchemes": {"key": key}})
    request = {"method": "GET", "path": "/items", "query": {"key": ["1"], "token": ["1"]}}
    pact = v4(http("something", request=request, response={"status": 200}))
    report = verify(_contract(pact), Target(provider.url, engine="troth", checks=(against(contract(document)),)))
    assert [place for _, place in told(report)] == ["request query token"]


def test_a_body_that_the_description_does_not_know_is_a_finding(provider: Provider) -> None:
    provider.answers["/items"] = GOOD
    document = api({"/items": {"post": {"responses": answers(ITEM)}}})

    def asked(body: Any) -> list[str]:
        request = {"method": "POST", "path": "/items", **({"body": {"content": body}} if body else {})}
        pact = v4(http("something", request=request, response={"status": 200}))
        report = verify(_contract(pact), Target(provider.url, engine="troth", checks=(against(contract(document)),)))
        return [place for _, place in told(report)]

    assert asked({"a": 1}) == ["request body"]
    assert asked(None) == []


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


@pytest.mark.parametrize(("status", "outcome"), [(200, Outcome.ERRORED), (201, Outcome.FAILED)])
def test_an_answer_that_is_still_encoded_is_no_pass_and_hides_no_failure(
    provider: Provider, status: int, outcome: Outcome
) -> None:
    headers = {"Content-Type": "application/json", "Content-Encoding": "x-own"}
    provider.answers["/items"] = Answer(body=b"\x0b\x03\x80", headers=headers)
    (result,) = replayed(provider, "/items", status=status).results
    assert result.outcome is outcome
    if result.cause is not None:
        assert "is in the content encoding x-own, which was not asked for" in result.cause.text
    assert [one.kind for one in result.mismatches] == ([] if status == 200 else ["status"])


@pytest.mark.parametrize(
    "answer",
    [
        Answer(body=b"\x0b\x03\x80", headers={"Content-Type": "application/json", "Content-Encoding": "x-own"}),
        Answer(body=b"[" + b"1," * 6_000_000 + b"1]", headers={"Content-Type": "application/json"}),
    ],
    ids=["still encoded", "too long"],
)
def test_what_cannot_be_checked_only_warns_where_findings_do_and_hides_none(provider: Provider, answer: Answer) -> None:
    provider.answers["/items"] = answer
    request = {"method": "GET", "path": "/items", "query": {"page": ["2"]}}
    pact = v4(http("something", request=request, response={"status": 200}))

    def outcome(*, warn: bool) -> tuple[Outcome, list[str], list[str]]:
        check = against(contract(DESCRIPTION), warn=warn)
        (result,) = verify(_contract(pact), Target(provider.url, engine="troth", checks=(check,))).results
        return result.outcome, [one.place for one in result.mismatches], [one.place for _, one in check.findings]

    both = ["request query page", "unchecked"]
    assert outcome(warn=True) == (Outcome.PASSED, [], both)
    assert outcome(warn=False) == (Outcome.FAILED, both, [])
