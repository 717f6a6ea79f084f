"""Credentials that a description asks for: who brings none, or wrong ones, has to be turned away."""

import asyncio
from typing import Any

import pytest

from tests.verifiers.openapi.describing import EXAMPLES, ITEM, answers, api, contract, tried
from tests.verifiers.providing import Answer, Asked, Provider
from troth_verifiers import Outcome, Report, Target
from troth_verifiers.api import Outgoing
from troth_verifiers.openapi import OpenapiVerifier, Plan
from troth_verifiers.openapi.described import described
from troth_verifiers.openapi.securing import Lock, Place, unmet, with_wrong, without

SCHEMES = {
    "token": {"type": "http", "scheme": "bearer"},
    "login": {"type": "http", "scheme": "basic"},
    "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
    "mark": {"type": "apiKey", "in": "query", "name": "key"},
    "crumb": {"type": "apiKey", "in": "cookie", "name": "session"},
    "web": {"type": "oauth2", "flows": {}},
    "certificate": {"type": "mutualTLS"},
}
GET = {"responses": answers(ITEM)}
GOOD = Answer(json={"id": 1, "price": 2})


def secured(security: Any, operation: dict[str, Any] = GET, **more: Any) -> dict[str, Any]:
    asked = {"get": {**operation, "security": security}}
    return api({"/items": asked}, components={"securitySchemes": SCHEMES}, **more)


def conform(provider: Provider, document: dict[str, Any], *headers: tuple[str, str], plan: Plan = EXAMPLES) -> Report:
    target = Target(provider.url, concurrency=1, headers=headers)
    return asyncio.run(tried(contract(document), OpenapiVerifier(plan), target))


def told(report: Report) -> list[tuple[str, str]]:
    return [(one.interaction.description, one.outcome.value) for one in report.results]


def knows(name: str, value: str, refusal: int = 401) -> Any:
    return lambda asked: GOOD if asked.headers.get(name) == value else Answer(refusal)


TOKEN = ("Authorization", "Bearer real")


def test_a_provider_that_turns_strangers_away_passes(provider: Provider) -> None:
    provider.answers["/items"] = knows("authorization", "Bearer real")
    assert told(conform(provider, secured([{"token": []}]), TOKEN)) == [
        ("GET /items: the plain request", "passed"),
        ("GET /items: without credentials", "passed"),
        ("GET /items: with wrong credentials", "passed"),
    ]
    assert [one.headers.get("authorization") for one in provider.asked] == [
        "Bearer real", None, "Bearer troth-no-such-credential",
    ]  # fmt: skip


def test_a_provider_that_lets_strangers_in_fails_with_the_command_that_shows_it(provider: Provider) -> None:
    provider.answers["/items"] = GOOD
    report = conform(provider, secured([{"token": []}]), TOKEN)
    assert [one for _, one in told(report)] == ["passed", "failed", "failed"]
    _, none, wrong = report.results
    assert none.mismatches[0].text == (
        "The description asks for token, and a request without credentials was answered with 200."
    )
    assert none.mismatches[0].command == f"curl -i -X GET {provider.url}/items"
    assert "Bearer troth-no-such-credential" in wrong.mismatches[0].command
    assert "real" not in none.mismatches[0].command + wrong.mismatches[0].command


def test_a_stranger_does_not_come_with_the_cookie_that_another_request_was_given(provider: Provider) -> None:
    provider.answers["/login"] = Answer(json=1, headers={"Set-Cookie": "session=real"})
    provider.answers["/items"] = knows("cookie", "session=real")
    document = secured([{"crumb": []}])
    document["paths"] = {"/login": {"get": {"responses": answers({"type": "integer"})}}, **document["paths"]}
    assert told(conform(provider, document, ("Cookie", "session=real"))) == [
        ("GET /login: the plain request", "passed"),
        ("GET /items: the plain request", "passed"),
        ("GET /items: without credentials", "passed"),
        ("GET /items: with wrong credentials", "passed"),
    ]


def test_one_who_looks_only_whether_there_are_credentials_is_found(provider: Provider) -> None:
    provider.answers["/items"] = lambda asked: GOOD if "x-key" in asked.headers else Answer(403)
    report = conform(provider, secured([{"key": []}]), ("X-Key", "real"))
    assert [one for _, one in told(report)] == ["passed", "passed", "failed"]


def test_a_failing_or_hiding_provider_is_told_apart_from_one_that_refuses_for_another_reason(
    provider: Provider,
) -> None:
    provider.answers["/items"] = knows("authorization", "Bearer real", 404)
    (_, hidden, _) = conform(provider, secured([{"token": []}]), TOKEN).results
    assert "was answered with 404, and with credentials with 200" in hidden.mismatches[0].text
    provider.answers["/items"] = Answer(404)
    (_, unclear, _) = conform(provider, secured([{"token": []}]), TOKEN).results
    assert (unclear.outcome, unclear.cause and unclear.cause.kind) == (Outcome.ERRORED, "not-exercised")
    provider.answers["/items"] = knows("authorization", "Bearer real", 500)
    (_, broken, _) = conform(provider, secured([{"token": []}]), TOKEN).results
    assert "was answered with 500" in broken.mismatches[0].text


def test_a_refusal_that_is_described_has_to_be_as_it_says(provider: Provider) -> None:
    provider.answers["/items"] = knows("authorization", "Bearer real")
    described_so = {"responses": GET["responses"] | answers({"type": "object"}, "401")}
    report = conform(provider, secured([{"token": []}], described_so), TOKEN)
    assert [one for _, one in told(report)] == ["passed", "failed", "failed"]
    assert report.results[1].mismatches[0].place == "response body"


@pytest.mark.parametrize(
    ("security", "asks"),
    [
        ([{"token": []}], True),
        ([{"token": []}, {"key": []}], True),
        ([{"key": [], "crumb": []}], True),
        ([{"token": []}, {}], False),
        ([], False),
        ([{"certificate": []}], False),
        ([{"token": []}, {"certificate": []}], False),
        ([{"no such scheme": []}], False),
    ],
)
def test_it_is_asked_only_where_every_way_in_needs_a_credential_that_stands_in_the_request(
    security: Any, asks: bool
) -> None:
    whole = described(contract(secured(security)))
    assert (whole.lock(whole.api.operations[0]) is not None) == asks


def test_the_documents_own_security_holds_where_an_operation_states_none(provider: Provider) -> None:
    provider.answers |= {"/items": GOOD, "/open": GOOD}
    paths = {"/items": {"get": GET}, "/open": {"get": {**GET, "security": []}}}
    document = api(paths, components={"securitySchemes": SCHEMES}, security=[{"web": []}])
    titles = [title for title, outcome in told(conform(provider, document)) if outcome == "failed"]
    assert titles == ["GET /items: without credentials", "GET /items: with wrong credentials"]


def test_swagger_2_asks_in_its_own_words(provider: Provider) -> None:
    provider.answers["/items"] = GOOD
    document = {
        "swagger": "2.0",
        "info": {"title": "stock", "version": "1"},
        "securityDefinitions": {"login": {"type": "basic"}, "key": {"type": "apiKey", "in": "query", "name": "key"}},
        "security": [{"login": []}],
        "paths": {"/items": {"get": {"produces": ["application/json"], "responses": {"200": {"description": ""}}}}},
    }
    report = conform(provider, document, ("Authorization", "Basic cmVhbA=="))
    assert [one for _, one in told(report)] == ["passed", "failed", "failed"]
    assert "Authorization: Basic " in report.results[2].mismatches[0].command


def test_without_an_example_the_plainest_request_is_made_up_the_same_each_time(provider: Provider) -> None:
    price = {"type": "integer", "minimum": 3}
    schema = {"type": "object", "required": ["price"], "properties": {"price": price}}
    body = {"required": True, "content": {"application/json": {"schema": schema}}}
    post = {"post": {"requestBody": body, "responses": answers(ITEM), "security": [{"key": []}]}}
    document = api({"/items": post}, components={"securitySchemes": SCHEMES})
    provider.answers["/items"] = lambda asked: GOOD if "x-key" in asked.headers else Answer(401)
    plan = Plan(budget=1)
    sent: list[list[bytes]] = []
    for _ in range(2):
        provider.asked.clear()
        report = conform(provider, document, ("X-Key", "real"), plan=plan)
        assert [one for _, one in told(report)] == ["passed", "passed", "failed"]
        sent.append([one.body for one in provider.asked])
    assert sent[0] == sent[1]
    assert sent[0][1] == b'{"price": 3}'
    assert told(conform(provider, document, plan=Plan(budget=1, anybody=True)))[1:] == []


def test_every_place_of_a_credential_is_emptied_and_filled_with_a_wrong_one() -> None:
    lock = Lock(
        "all",
        (
            (Place("header", "X-Key"), Place("query", "key")),
            (Place("cookie", "session"),),
            (Place("header", "Authorization", "basic"),),
        ),
    )
    headers = (("x-key", "real"), ("authorization", "Basic real"), ("Cookie", "a=1; session=real"), ("Accept", "*/*"))
    request = Outgoing("GET", "http://a.test/b?key=real&c=", headers)
    bare = without(request, lock)
    assert (bare.url, bare.headers) == ("http://a.test/b?c=", (("Cookie", "a=1"), ("Accept", "*/*")))
    wrong = with_wrong(request, lock)
    assert wrong.url == "http://a.test/b?c=&key=troth-no-such-credential"
    assert ("Authorization", "Basic dHJvdGg6dHJvdGgtbm8tc3VjaC1jcmVkZW50aWFs") in wrong.headers
    assert ("Cookie", "session=troth-no-such-credential") in wrong.headers
    assert "real" not in str(wrong)
    assert unmet(lock, wrong) is None
    assert unmet(lock, bare) == (
        "It brings no credentials of all: header X-Key and query key or cookie session or header Authorization (basic)."
    )
    half = Outgoing("GET", "http://a.test/b", (("X-Key", "k"), ("Authorization", "Bearer b"), ("Cookie", "session=")))
    assert unmet(lock, half) is not None, "each of the ways in takes all of its places, in its form"


def test_the_request_filter_which_may_sign_is_not_asked_for_strangers(provider: Provider) -> None:
    def seen(asked: Asked) -> Answer:
        return GOOD if asked.headers.get("x-key") == "signed" else Answer(401)

    def sign(request: Outgoing, _: object) -> Outgoing:
        return Outgoing(request.method, request.url, (*request.headers, ("X-Key", "signed")), request.content)

    provider.answers["/items"] = seen
    target = Target(provider.url, concurrency=1, request_filter=sign)
    report = asyncio.run(tried(contract(secured([{"key": []}])), OpenapiVerifier(EXAMPLES), target))
    assert [one for _, one in told(report)] == ["passed", "passed", "passed"]
