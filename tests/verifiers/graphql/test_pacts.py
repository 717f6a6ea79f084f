"""Pacts over HTTP whose bodies are GraphQL, replayed by Troth's own engine."""

import json
from typing import Any

import pytest

from tests.verifiers.graphql.making import answering
from tests.verifiers.pacts import contract, http, v4
from tests.verifiers.providing import Provider
from troth_verifiers import Outcome, Target, verify
from troth_verifiers.api import Outgoing, Result
from troth_verifiers.pact.own.graphql import is_operation

DATA = {"data": {"order": {"id": "7", "total": 9.5}}}
FAILED = {"data": {"order": {"id": "7", "total": 9.5}}, "errors": [{"message": "slow warehouse", "path": ["order"]}]}
QUERY = "query Order($id: ID!) { order(id: $id) { id total } }"


def posted(content: Any, kind: str = "application/json") -> dict[str, Any]:
    """A request with a body."""
    body = {"content": content, "contentType": kind, "encoded": False}
    headers = {"Content-Type": [kind]}
    return {"method": "POST", "path": "/graphql", "headers": headers, "body": body}


def replayed(provider: Provider, request: dict[str, Any], answer: Any, expected: Any = DATA) -> Result:
    """The result of one interaction of a pact."""
    answering(provider, answer)
    provider.answers.setdefault("/", provider.answers["/graphql"])
    pact = contract(v4(http("an order", body=expected, request=request)))
    report = verify(pact, Target(provider.url, engine="troth"))
    (result,) = report.contracts[0].results
    return result


@pytest.mark.parametrize(
    "request_",
    [
        posted({"query": QUERY, "variables": {"id": "7"}}),
        posted(QUERY, "application/graphql"),
        {"method": "GET", "path": "/graphql", "query": {"query": ["{ order { id total } }"]}},
        posted({"operationName": "Order", "extensions": {"persistedQuery": {"version": 1, "sha256Hash": "00"}}}),
        {"method": "GET", "path": "/graphql", "query": {"extensions": ['{"persistedQuery": {"sha256Hash": "00"}}']}},
    ],
    ids=["JSON", "application/graphql", "GET", "a hash", "a hash by GET"],
)
def test_errors_beside_the_data_fail_and_the_order_of_fields_does_not(
    provider: Provider, request_: dict[str, Any]
) -> None:
    failed = replayed(provider, request_, FAILED)
    assert failed.outcome is Outcome.FAILED
    assert [(one.kind, one.place) for one in failed.mismatches] == [("body", "$.errors[0]")]
    assert "slow warehouse" in failed.mismatches[0].text
    kept = replayed(provider, request_, {"data": {"order": {"total": 9.5, "more": 1, "id": "7"}}, "extensions": {}})
    assert kept.outcome is Outcome.PASSED, kept.mismatches


def test_each_answer_to_a_batch_is_held_against_its_own(provider: Provider) -> None:
    asked = posted([{"query": QUERY, "variables": {"id": "7"}}] * 2)
    assert replayed(provider, asked, [DATA, DATA], [DATA, DATA]).outcome is Outcome.PASSED
    assert replayed(provider, asked, [DATA, FAILED], [DATA, FAILED]).outcome is Outcome.PASSED
    failed = replayed(provider, asked, [DATA, FAILED], [DATA, DATA])
    assert [(one.kind, one.place) for one in failed.mismatches] == [("body", "$[1].errors[0]")]
    assert replayed(provider, posted([{"query": "hammers"}]), [FAILED], [DATA]).outcome is Outcome.PASSED


def test_errors_that_the_pact_expects_are_compared_as_it_says(provider: Provider) -> None:
    assert replayed(provider, posted({"query": QUERY}), FAILED, FAILED).outcome is Outcome.PASSED
    other = {**FAILED, "errors": [{"message": "down", "path": ["order"]}]}
    assert replayed(provider, posted({"query": QUERY}), other, FAILED).outcome is Outcome.FAILED


def test_a_search_that_is_no_operation_may_have_what_is_called_errors(provider: Provider) -> None:
    assert replayed(provider, posted({"query": "hammers"}), FAILED).outcome is Outcome.PASSED


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{ a }", True),
        ("# all\n query A { a }", True),
        ("mutation ($a: I!) {b}", True),
        ("subscription { a }", True),
        ("\ufeff# all\r, query A { a }", True),
        ('"""What "it" does""" query A { a }', True),
        ('"What it does"\nquery { a }', True),
        ('"query { a }"', False),
        ("queryA { a }", False),
        ("query hammers", False),
        ("", False),
    ],
)
def test_an_operation_is_known_by_its_text(text: str, expected: bool) -> None:
    content = json.dumps({"query": text}).encode()
    assert is_operation(Outgoing("POST", "/", (("content-type", "application/json"),), content)) is expected
