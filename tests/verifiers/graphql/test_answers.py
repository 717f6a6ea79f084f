"""Answers compared as GraphQL: by data and errors, never by the status or the order of fields."""

from typing import Any

import pytest

from tests.verifiers.graphql.making import SDL, answering, cause, expectations, replayed, told
from tests.verifiers.providing import Answer, Provider
from troth_verifiers import Outcome

ORDER: dict[str, Any] = {"operation": '{ order(id: "7") { id total } }', "data": {"order": {"id": "7", "total": 9.5}}}
FAILING: dict[str, Any] = {
    "operation": "{ orders { id total } }",
    "data": {"orders": [{"id": "7", "total": None}]},
    "errors": [{"message": "no price", "path": ["orders", 0, "total"], "extensions": {"code": "PRICE"}}],
}


@pytest.mark.parametrize(
    "answer",
    [
        {"data": {"order": {"id": "7", "total": 9.5}}},
        {"data": {"order": {"total": 9.5, "id": "7"}}},
        {"data": {"order": {"id": "7", "total": 9.5, "unasked": 1}, "unasked": {}}, "extensions": {"cost": 3}},
        {"data": {"order": {"id": "7", "total": 9.5}}, "errors": None},
        {"data": {"order": {"id": "7", "total": 9.5}}, "errors": []},
    ],
    ids=["as written", "in another order", "with more than was selected", "errors are null", "no errors"],
)
def test_what_says_the_same_passes(provider: Provider, answer: Any) -> None:
    answering(provider, answer)
    (result,) = replayed(expectations(ORDER), provider.url)
    assert result.outcome is Outcome.PASSED, result.mismatches


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ({"data": {"order": {"id": "7", "total": 9}}}, {("data", "$.data.order.total")}),
        ({"data": {"order": None}}, {("data", "$.data.order")}),
        (
            {"data": {"order": {"id": "7", "total": 9.5}}, "errors": [{"message": "slow"}]},
            {("errors", "$.errors[0]")},
        ),
        ({"data": None, "errors": [{"message": "no"}]}, {("errors", "$.errors[0]")}),
        ({"errors": [{"message": "no"}]}, {("errors", "$.errors[0]")}),
    ],
    ids=["another value", "null", "data and an error", "no data and an error", "only an error"],
)
def test_what_says_something_else_fails(provider: Provider, answer: Any, expected: set[tuple[str, str]]) -> None:
    answering(provider, answer)
    (result,) = replayed(expectations(ORDER), provider.url)
    assert told(result) == expected


def test_rules_hold_for_what_comes_and_not_for_what_was_not_selected(provider: Provider) -> None:
    answering(provider, {"data": {"order": {"id": "8", "total": 1.5, "unasked": "text"}}})
    strict = {**ORDER, "rules": {"$.data.order": {"matchers": [{"match": "values"}]}}}
    rules = {"$.data.order.id": {"match": "regex", "regex": r"\d"}, "$.data.order.total": {"match": "decimal"}}
    lenient = {**ORDER, "rules": rules}
    results = replayed(expectations(strict, lenient), provider.url)
    assert "unasked" not in str(results[0].mismatches)
    assert results[1].outcome is Outcome.PASSED, results[1].mismatches


def test_partial_data_with_its_errors_passes_whatever_their_order(provider: Provider) -> None:
    wanted = {
        **FAILING,
        "errors": [*FAILING["errors"], {"path": ["orders", 1], "message": "gone"}],
        "data": {"orders": [{"id": "7", "total": None}, None]},
    }
    errors = [{"message": "gone", "path": ["orders", 1]}, {**FAILING["errors"][0], "locations": []}]
    answering(provider, {"data": {"orders": [{"id": "7", "total": None}, None]}, "errors": errors})
    (result,) = replayed(expectations(wanted), provider.url)
    assert result.outcome is Outcome.PASSED, result.mismatches


@pytest.mark.parametrize(
    ("errors", "places"),
    [
        ([{"message": "no price", "path": ["orders", 0, "total"]}], {"$.errors[0]"}),
        (
            [{"message": "none", "path": ["orders", 0, "total"], "extensions": {"code": "PRICE"}}],
            {"$.errors[0].message"},
        ),
        (
            [{"message": "no price", "path": ["orders", 1, "total"], "extensions": {"code": "PRICE"}}],
            {"$.errors[0].path[1]"},
        ),
        ([], {"$.errors"}),
    ],
    ids=["no code", "another message", "another path", "no error"],
)
def test_errors_are_compared_by_path_message_and_code(provider: Provider, errors: Any, places: set[str]) -> None:
    answering(provider, {"data": {"orders": [{"id": "7", "total": None}]}, "errors": errors})
    (result,) = replayed(expectations(FAILING), provider.url)
    assert {place for _, place in told(result)} == places


def test_an_error_more_than_expected_fails(provider: Provider) -> None:
    errors = [{"message": "second", "path": ["x"]}, *FAILING["errors"]]
    answering(provider, {"data": FAILING["data"], "errors": errors})
    (result,) = replayed(expectations(FAILING), provider.url)
    assert told(result) == {("errors", "$.errors")}


@pytest.mark.parametrize(
    ("errors", "said"),
    [
        ([{"message": "not known"}], "Missing: path, extensions. What came: not known"),
        (
            [*FAILING["errors"], {"message": "late", "path": ["orders"]}],
            "Expected one element, but there are 2. What came: no price (at orders.0.total) [PRICE]; late (at orders)",
        ),
    ],
)
def test_the_errors_that_came_are_told_in_words(provider: Provider, errors: Any, said: str) -> None:
    answering(provider, {"data": FAILING["data"], "errors": errors})
    (result,) = replayed(expectations(FAILING), provider.url)
    assert said in [one.text for one in result.mismatches]


@pytest.mark.parametrize("status", [200, 400, 500])
@pytest.mark.parametrize("media", ["application/json", "application/graphql-response+json; charset=utf-8"])
def test_an_answer_with_errors_is_judged_by_them_whatever_its_status(
    provider: Provider, status: int, media: str
) -> None:
    body = b'{"data": {"orders": [{"id": "7", "total": null}]}, "errors": [{"message": "no price",\
        "path": ["orders", 0, "total"], "extensions": {"code": "PRICE"}}]}'
    answering(provider, Answer(status, body, {"Content-Type": media}))
    (result,) = replayed(expectations(FAILING), provider.url)
    assert result.outcome is Outcome.PASSED, result.mismatches


def test_data_without_errors_under_an_error_status_is_told(provider: Provider) -> None:
    answering(provider, Answer(500, json={"data": {"order": {"id": "7", "total": 9.5}}}))
    (result,) = replayed(expectations(ORDER), provider.url)
    assert told(result) == {("status", "")}


def test_with_nothing_expected_the_answer_is_held_against_the_schema(provider: Provider) -> None:
    answering(provider, {"data": {"order": {"id": "7", "total": "9.50"}}})
    files = {"schema.graphql": SDL.encode()}
    first, _ = replayed(expectations({"operation": "{ order { id total } }"}, files=files), provider.url)
    assert told(first) == {("data", "$.data.order.total")}


@pytest.mark.parametrize(
    ("answer", "kind", "place", "said"),
    [
        ({"data": None}, "data", "$.data", "no error says why"),
        ({"data": None, "errors": []}, "data", "$.data", "no error says why"),
        ({"data": ORDER["data"], "errors": "slow"}, "errors", "$.errors", "The errors are no list: 'slow'."),
        ({"data": ORDER["data"], "errors": {"message": "slow"}}, "errors", "$.errors", "The errors are no list"),
        ({"data": ORDER["data"], "hasNext": True}, "body", "$", "The answer comes in parts"),
    ],
)
def test_what_no_answer_of_graphql_may_be_fails_whatever_is_expected(
    provider: Provider, answer: Any, kind: str, place: str, said: str
) -> None:
    answering(provider, answer)
    files = {"schema.graphql": SDL.encode()}
    first, _ = replayed(expectations({"operation": ORDER["operation"]}, files=files), provider.url)
    assert told(first) == {(kind, place)}
    assert said in first.mismatches[0].text


def test_no_data_may_be_expected_without_an_error(provider: Provider) -> None:
    answering(provider, {"data": None})
    (result,) = replayed(expectations({**ORDER, "data": None}), provider.url)
    assert result.outcome is Outcome.PASSED, result.mismatches


@pytest.mark.parametrize("errors", [None, []])
def test_a_status_of_an_error_without_any_is_told(provider: Provider, errors: Any) -> None:
    answering(provider, Answer(500, json={"data": {"order": {"id": "7", "total": 9.5}}, "errors": errors}))
    (result,) = replayed(expectations(ORDER), provider.url)
    assert told(result) == {("status", "")}


def test_what_is_asked_of_introspection_is_missed_too(provider: Provider) -> None:
    answering(provider, {"data": {"__type": {"name": "Order", "fields": [{"name": "id"}, {}]}}})
    files = {"schema.graphql": SDL.encode()}
    operation = '{ __type(name: "Order") { name kind fields { name } } }'
    first, _ = replayed(expectations({"operation": operation}, files=files), provider.url)
    assert told(first) == {("data", "$.data.__type"), ("data", "$.data.__type.fields[1]")}


def test_the_time_of_an_interaction_is_its_own(provider: Provider) -> None:
    provider.answers["/graphql"] = "hang"
    (result,) = replayed(expectations({**ORDER, "timeout": 0.2}), provider.url)
    kind, text = cause(result)
    assert kind == "provider-timed-out"
    assert "0.2 s" in text
