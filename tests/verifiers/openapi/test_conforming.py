"""A running provider against its own description: what is found, what is told, and what is never called passed."""

import asyncio
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from tests.verifiers.openapi.describing import EXAMPLES, ITEM, answers, api, contract, tried
from tests.verifiers.providing import Answer, Asked, Provider
from troth_verifiers import ContractUnreadable, Interaction, Outcome, Outgoing, Report, Target, UsageError, verify
from troth_verifiers.openapi import OpenapiVerifier, Plan

SMALL = Plan(budget=30)
NEW = {"type": "object", "required": ["price"], "properties": {"price": {"type": "integer", "minimum": 0}}}
POST = {
    "post": {
        "requestBody": {"required": True, "content": {"application/json": {"schema": NEW}}},
        "responses": answers(ITEM, "201") | answers({"type": "object"}, "422"),
    }
}


def conform(provider: Provider, document: dict[str, Any], plan: Plan = SMALL, **files: Any) -> Report:
    return verified(provider, document, OpenapiVerifier(plan), **files)


def verified(
    provider: Provider, document: dict[str, Any], verifier: OpenapiVerifier, timeout: float = 5.0, **files: Any
) -> Report:
    target = Target(provider.url, concurrency=1, timeout=timeout)
    return asyncio.run(tried(contract(document, **files), verifier, target))


def get(schema: Any = ITEM, **more: Any) -> dict[str, Any]:
    return {"get": {"responses": answers(schema, **more)}}


def texts(report: Report) -> list[str]:
    return [f"{one.place}: {one.text}" for result in report.results for one in result.mismatches]


def adding(asked: Asked, *, price: Any = None) -> Answer:
    """A provider that takes what the description allows, and refuses the rest."""
    try:
        new = asked.json
    except ValueError:
        return Answer(422, json={})
    sent: Any = new.get("price") if isinstance(new, dict) else None
    kind = asked.headers.get("content-type", "")
    whole = isinstance(sent, int) or (isinstance(sent, float) and sent.is_integer())
    if not kind.startswith("application/json") or not whole or isinstance(sent, bool) or sent < 0:
        return Answer(422, json={})
    return Answer(201, json={"id": 1, "price": sent if price is None else price})


def test_a_provider_that_does_what_it_says_passes(provider: Provider) -> None:
    provider.answers["/items"] = adding
    report = conform(provider, api({"/items": POST}))
    assert texts(report) == []
    assert [result.outcome for result in report.results] == [Outcome.PASSED]
    statuses = {adding(asked).status for asked in provider.asked}
    assert statuses == {201, 422}, "valid requests and invalid ones were sent"


def test_the_smallest_request_that_fails_is_told_with_its_command(provider: Provider) -> None:
    def failing(asked: Asked) -> Answer:
        found = adding(asked)
        return Answer(500) if found.status == 201 and asked.json["price"] > 99 else found

    provider.answers["/items"] = failing
    (result,) = conform(provider, api({"/items": POST}), Plan(budget=100)).results
    (fault,) = result.mismatches
    assert fault.text == "The provider answered a valid request with 500."
    assert fault.command == (
        "curl -i -X POST -H 'Content-Type: application/json' "
        f"""--data-raw '{{"price": 100}}' {provider.url}/items"""
    )
    assert result.exchanges[0].received is not None


def test_an_invalid_request_that_is_taken_is_a_finding(provider: Provider) -> None:
    provider.answers["/items"] = Answer(201, json={"id": 1, "price": 1})
    report = conform(provider, api({"/items": POST}))
    assert any("An invalid request was taken, and answered with 201." in text for text in texts(report))
    assert texts(conform(provider, api({"/items": POST}), Plan(budget=20, positive_only=True))) == []


def test_an_invalid_request_that_fails_the_provider_is_a_finding(provider: Provider) -> None:
    provider.answers["/items"] = lambda asked: Answer(500) if adding(asked).status == 422 else adding(asked)
    report = conform(provider, api({"/items": POST}))
    assert set(texts(report)) == {"response status: The provider answered an invalid request with 500."}


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (Answer(json={"id": "1", "price": 1}), "response body $.id: '1' is not of type 'integer'."),
        (Answer(json={"id": 1}), "response body $: 'price' is a required property."),
        (Answer(418), "response status: The description does not say that GET /items answers 418"),
        (Answer(body=b"{", headers={"Content-Type": "application/json"}), "response body: The body cannot be read"),
        (Answer(body=b"\xff\xfe", headers={"Content-Type": "application/json"}), "response body: The body cannot"),
        (Answer(body=b"hello", headers={"Content-Type": "text/plain"}), "response content type: The content type is"),
        (Answer(body=b"hello"), "response content type: The content type is none"),
        (Answer(500), "response status: The provider answered an example with 500."),
    ],
)
def test_an_answer_that_is_not_described_fails(provider: Provider, answer: Answer, told: str) -> None:
    provider.answers["/items"] = answer
    found = texts(conform(provider, api({"/items": get()}), EXAMPLES))
    assert len(found) == 1
    assert found[0].startswith(told)


def test_a_required_header_of_an_answer_must_be_there(provider: Provider) -> None:
    document = api({"/items": get()})
    document["paths"]["/items"]["get"]["responses"]["200"]["headers"] = {
        "X-Total": {"required": True, "schema": {"type": "integer"}}
    }
    provider.answers["/items"] = Answer(json={"id": 1, "price": 1})
    assert texts(conform(provider, document, EXAMPLES)) == [
        "response header X-Total: Missing required header: X-Total."
    ]
    provider.answers["/items"] = Answer(json={"id": 1, "price": 1}, headers={"X-Total": "7"})
    assert texts(conform(provider, document, EXAMPLES)) == []


def test_an_example_that_breaks_its_own_schema_is_a_finding(provider: Provider) -> None:
    provider.answers["/items"] = Answer(json={"id": 1, "price": 1})
    parameter = {"name": "limit", "in": "query", "schema": {"type": "integer"}, "example": "many"}
    document = api({"/items": {"get": {"parameters": [parameter], "responses": answers(ITEM)}}})
    (found,) = texts(conform(provider, document, EXAMPLES))
    assert found.startswith("request query limit: The example is not as the description says")


def test_an_example_whose_answer_is_shown_must_be_answered_so(provider: Provider) -> None:
    shown: dict[str, Any] = {"examples": {"gone": {"value": {}}}}
    parameter = {"name": "q", "in": "query", "schema": {"type": "string"}, "examples": {"gone": {"value": "x"}}}
    operation = {"parameters": [parameter], "responses": answers(ITEM) | answers({}, "404", **shown)}
    provider.answers["/items"] = Answer(404, json={})
    assert texts(conform(provider, api({"/items": {"get": operation}}), EXAMPLES)) == []
    provider.answers["/items"] = Answer(json={"id": 1, "price": 1})
    assert texts(conform(provider, api({"/items": {"get": operation}}), EXAMPLES)) == [
        "response status: The description shows the answer 404 to this example, and it was 200."
    ]


def test_an_example_that_is_refused_is_a_finding(provider: Provider) -> None:
    provider.answers["/items"] = Answer(400, json={})
    document = api({"/items": {"get": {"responses": answers(ITEM) | answers({}, "400")}}})
    assert texts(conform(provider, document, EXAMPLES)) == [
        "response status: The provider refused what the description shows as an example: 400."
    ]


@pytest.mark.parametrize(("status", "why"), [(401, "turned away"), (429, "turned away"), (404, "does not hold")])
def test_what_was_not_exercised_never_passes(provider: Provider, status: int, why: str) -> None:
    provider.answers["/items"] = Answer(status, json={})
    document = api({"/items": {"get": {"responses": answers({}) | answers({}, str(status))}}})
    verifier = OpenapiVerifier(EXAMPLES)
    report = verified(provider, document, verifier)
    (result,) = report.results
    assert result.cause is not None
    assert (result.outcome, result.cause.kind) == (Outcome.ERRORED, "not-exercised")
    assert why in result.cause.text
    assert report.exit_code == 3
    assert verifier.not_exercised == (() if status == 404 else ("GET /items",))
    assert verifier.only_refused == (("GET /items",) if status == 404 else ())


def test_made_up_requests_that_are_all_turned_away_exercise_nothing(provider: Provider) -> None:
    provider.answers["/items"] = Answer(401, json={})
    (result,) = conform(provider, api({"/items": POST})).results
    assert result.cause is not None
    assert result.cause.kind == "not-exercised"


def test_operations_beyond_the_budget_are_named(provider: Provider) -> None:
    provider.answers["/a"] = provider.answers["/b"] = Answer(json={"id": 1, "price": 1})
    verifier = OpenapiVerifier(Plan(budget=1))
    report = verified(provider, api({"/a": POST, "/b": POST}), verifier)
    assert verifier.not_exercised == ("POST /b",)
    assert [result.cause.text for result in report.results if result.cause] == [
        "This was not exercised: the budget of 1 requests is less than one for each operation."
    ]


def test_operations_whose_time_does_not_come_are_named(provider: Provider) -> None:
    provider.answers["/a"] = adding
    verifier = OpenapiVerifier(Plan(seconds=1e-9))
    verified(provider, api({"/a": POST}), verifier)
    assert verifier.not_exercised == ("POST /a",)
    assert provider.paths() == []


def test_operations_without_examples_are_named(provider: Provider) -> None:
    provider.answers["/b"] = Answer(json={"id": 1, "price": 1})
    verifier = OpenapiVerifier(EXAMPLES)
    report = verified(provider, api({"/a": POST, "/b": get()}), verifier)
    assert report.ok
    assert verifier.not_exercised == ("POST /a",)


def test_only_the_wanted_operations_are_asked_and_the_others_named(provider: Provider) -> None:
    provider.answers["/b"] = Answer(json={"id": 1, "price": 1})
    verifier = OpenapiVerifier(Plan(operations=("get /B",)))
    verified(provider, api({"/b": get(), "/a": POST}), verifier)
    assert set(provider.paths()) == {"/b"}
    assert verifier.not_exercised == ("POST /a",)
    with pytest.raises(UsageError, match="no operation 'GET /c'; it has GET /b, POST /a"):
        OpenapiVerifier(Plan(operations=("GET /c",))).interactions(contract(api({"/b": get(), "/a": POST})))


def test_the_same_seed_makes_the_same_requests(provider: Provider) -> None:
    def sent(seed: int) -> list[tuple[str, bytes]]:
        provider.asked.clear()
        provider.answers["/items"] = adding
        conform(provider, api({"/items": POST}), Plan(budget=20, seed=seed))
        return [(asked.method, asked.body) for asked in provider.asked]

    assert sent(7) == sent(7)
    assert sent(7) != sent(8)


@pytest.mark.parametrize("version", ["3.0.0", "3.1.0"])
def test_references_into_other_documents_are_followed(provider: Provider, version: str) -> None:
    provider.answers["/items"] = Answer(json={"id": 1, "price": "x"})
    document = api({"/items": get({"$ref": "parts.json#/Item"})}, version=version)
    report = conform(provider, document, parts={"Item": {"allOf": [{"$ref": "#/Whole"}]}, "Whole": ITEM})
    assert set(texts(report)) == {"response body $.price: 'x' is not of type 'number'."}


def test_swagger_2_is_understood(provider: Provider) -> None:
    document = {
        "swagger": "2.0",
        "info": {"title": "stock", "version": "1"},
        "basePath": "/v1",
        "consumes": ["application/json"],
        "produces": ["application/json"],
        "definitions": {"New": NEW, "Item": ITEM},
        "paths": {
            "/items": {
                "post": {
                    "parameters": [
                        {"in": "body", "name": "new", "required": True, "schema": {"$ref": "#/definitions/New"}}
                    ],
                    "responses": {
                        "201": {"description": "", "schema": {"$ref": "#/definitions/Item"}},
                        "422": {"description": ""},
                    },
                }
            }
        },
    }
    provider.answers["/v1/items"] = adding
    assert texts(conform(provider, document)) == []
    provider.answers["/v1/items"] = lambda asked: adding(asked, price="free")
    assert texts(conform(provider, document)) == ["response body $.price: 'free' is not of type 'number'."]


@pytest.mark.parametrize(
    ("url", "usual"), [("https://api.example.com/{v}", "v2"), ("{v}/v2", "https://api.example.com"), ("{v}", "/v2/")]
)
def test_the_path_of_the_first_server_is_added_unless_the_address_has_one(
    provider: Provider, url: str, usual: str
) -> None:
    document = api({"/items": get()}, servers=[{"url": url, "variables": {"v": {"default": usual}}}])
    provider.answers["/v2/items"] = Answer(json={"id": 1, "price": 1})
    assert texts(conform(provider, document, EXAMPLES)) == []
    report = asyncio.run(tried(contract(document), OpenapiVerifier(EXAMPLES), Target(f"{provider.url}/other")))
    assert provider.paths()[-1] == "/other/items"
    assert not report.ok


def test_headers_and_the_request_filter_reach_every_request(provider: Provider) -> None:
    provider.answers["/items"] = adding

    def with_number(request: Any, _interaction: Any) -> Any:
        return type(request)(request.method, request.url, (*request.headers, ("X-Number", "1")), request.content)

    target = Target(provider.url, headers=(("Authorization", "me"),), request_filter=with_number)
    asyncio.run(tried(contract(api({"/items": POST})), OpenapiVerifier(Plan(budget=6)), target))
    assert provider.asked
    assert {(one.headers["authorization"], one.headers["x-number"]) for one in provider.asked} == {("me", "1")}


def test_credentials_of_the_run_stay_out_of_commands_and_pages(provider: Provider) -> None:
    provider.answers["/items"] = Answer(500)

    def signed(request: Outgoing, _: Interaction) -> Outgoing:
        return replace(request, headers=(*request.headers, ("X-Signature", "s3cret-proof")))

    headers = (("Authorization", "Bearer s3cret"), ("X-Tenant", "s3cret-tenant"))
    target = Target(provider.url, headers=headers, request_filter=signed, concurrency=1)
    report = asyncio.run(tried(contract(api({"/items": get()})), OpenapiVerifier(EXAMPLES), target))
    assert provider.asked[0].headers["authorization"] == "Bearer s3cret"
    (fault,) = report.results[0].mismatches
    assert '-H "Authorization: $AUTHORIZATION" -H "X-Tenant: $X_TENANT" -H "X-Signature: $X_SIGNATURE"' in fault.command
    assert "s3cret" not in report.to_text()
    assert "Bearer s3cret" not in report.to_html()


def test_a_provider_that_hangs_up_or_is_silent_errs_by_itself_and_the_others_go_on(provider: Provider) -> None:
    provider.answers |= {"/a": "drop", "/b": "hang", "/c": Answer(json={"id": 1, "price": 1})}
    document = api({path: get() for path in ("/a", "/b", "/c")})
    report = verified(provider, document, OpenapiVerifier(Plan(budget=3)), timeout=2)
    found = [(result.interaction.path, result.outcome, result.cause and result.cause.kind) for result in report.results]
    assert found == 2 * [
        ("/a", Outcome.ERRORED, "provider-dropped"),
        ("/b", Outcome.ERRORED, "provider-timed-out"),
        ("/c", Outcome.PASSED, None),
    ]


def counting(wrong: Answer | str) -> Callable[[Asked], Answer | str]:
    """A provider that does something else once a number is above 99, and refuses what is no number."""

    def answer(asked: Asked) -> Answer | str:
        number = re.search(r"[?&]n=(-?[0-9]+)(?:&|$)", asked.path)
        if number is None:
            return Answer(400)
        return wrong if int(number[1]) > 99 else Answer()

    return answer


NUMBERED = {
    "parameters": [{"name": "n", "in": "query", "required": True, "schema": {"type": "integer"}}],
    "responses": {"200": {"description": ""}, "400": {"description": ""}},
}


def test_a_request_that_brings_the_provider_down_is_told_with_its_command(provider: Provider) -> None:
    provider.answers["/items"] = counting("drop")
    verifier = OpenapiVerifier(Plan(budget=100))
    (result,) = verified(provider, api({"/items": {"get": NUMBERED}}), verifier).results
    (fault,) = result.mismatches
    assert fault.text.startswith("The provider gave a valid request no answer. GET /items: the provider closed the")
    assert fault.command == f"curl -i -X GET '{provider.url}/items?n=100'"
    assert set(verifier.tallies["GET /items"].statuses) == {200, 400}


def test_a_request_that_a_provider_is_silent_on_is_told_with_its_command(provider: Provider) -> None:
    provider.answers["/items"] = counting("hang")
    verifier = OpenapiVerifier(Plan(budget=100, positive_only=True))
    (result,) = verified(provider, api({"/items": {"get": NUMBERED}}), verifier, timeout=2).results
    assert result.cause is not None
    assert f"Again: curl -i -X GET '{provider.url}/items?n=" in result.cause.text


def test_one_way_of_going_wrong_is_told_once(provider: Provider) -> None:
    provider.answers["/items"] = counting(Answer(500))
    (result,) = conform(provider, api({"/items": {"get": NUMBERED}}), Plan(budget=100)).results
    assert [one.command for one in result.mismatches] == [f"curl -i -X GET '{provider.url}/items?n=100'"]


@pytest.mark.parametrize(
    ("shown", "told"),
    [
        ({"example": {"id": "x"}}, "the example"),
        ({"examples": {"one": {"value": {"id": "x"}}}}, "example 'one'"),
    ],
)
@pytest.mark.parametrize("status", ["200", "2XX", "default"])
def test_an_example_of_an_answer_that_breaks_its_own_schema_is_a_finding(
    provider: Provider, shown: dict[str, Any], told: str, status: str
) -> None:
    provider.answers["/items"] = Answer(json={"id": 1, "price": 1})
    responses = answers(ITEM, status, **shown)
    report = conform(provider, api({"/items": {"get": {"responses": responses}}}), EXAMPLES)
    assert [one.interaction.description for one in report.results if one.mismatches] == [
        f"GET /items: {told} of the answer {status}"
    ]
    assert sorted(texts(report)) == [
        "response body $.id: The example is not as the description says: 'x' is not of type 'integer'.",
        "response body $: The example is not as the description says: 'price' is a required property.",
    ]


def test_an_answer_of_50_mb_is_an_error_and_not_a_pass(provider: Provider) -> None:
    provider.answers["/items"] = Answer(
        body=b'"' + b"x" * 50_000_000 + b'"', headers={"Content-Type": "application/json"}
    )
    (result,) = conform(provider, api({"/items": get({"type": "string"})}), EXAMPLES).results
    assert result.cause is not None
    assert result.cause.text == "The response has 50 MB; bodies of more than 10 MB are not checked."


def test_a_long_list_of_wrong_things_is_told_by_its_first(provider: Provider) -> None:
    provider.answers["/items"] = Answer(json=list(range(100_000)))
    schema = {"type": "array", "items": {"type": "string"}}
    assert len(texts(conform(provider, api({"/items": get(schema)}), EXAMPLES))) == 20


def test_a_description_of_5000_paths_is_no_slower_for_one_of_them(provider: Provider) -> None:
    document = api({f"/a{number}": get() for number in range(5000)})
    provider.answers["/a4999"] = Answer(json={"id": 1, "price": 1})
    assert conform(provider, document, Plan(operations=("/a4999",), budget=10)).ok


def test_what_cannot_be_read_of_an_operation_keeps_it_from_passing(provider: Provider) -> None:
    provider.answers["/a"] = Answer(json={"id": 1, "price": 1})
    document = api({"/a": get({"$ref": "#/components/schemas/Missing"})})
    (result,) = conform(provider, document, EXAMPLES).results
    assert result.outcome is Outcome.ERRORED


def test_a_document_that_is_no_description_is_unreadable() -> None:
    with pytest.raises(ContractUnreadable, match="which version of OpenAPI"):
        OpenapiVerifier().interactions(contract({"info": {}}))


def test_it_is_found_as_the_verifier_of_its_format(provider: Provider) -> None:
    provider.answers["/items"] = Answer(json={"id": 1, "price": "x"})
    report = verify(contract(api({"/items": get()})), provider.url)
    assert [result.interaction.description for result in report.results] == [
        "GET /items: the plain request",
        "GET /items: requests made up",
    ]
    assert report.contracts[0].title == "stock and its own description"
    assert f"        again: curl -i -X GET {provider.url}/items" in report.to_text().splitlines()
