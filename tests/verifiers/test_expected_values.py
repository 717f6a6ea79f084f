"""Values of a provider state in what is expected of the provider, which the pact library leaves at the example."""

import datetime
import json
from typing import Any

import pytest

from tests.verifiers.pacts import contents, contract, given, http, message, sync_message, v4
from tests.verifiers.providing import Answer, Provider
from troth_verifiers import Outcome, Result, verify
from troth_verifiers.pact.expected import with_values
from troth_verifiers.pact.pieces import injected_names


def from_state(expression: str, kind: str | None = None) -> dict[str, str]:
    generator = {"type": "ProviderState", "expression": expression}
    return {**generator, "dataType": kind} if kind else generator


def verified(interaction: Any, provider: Provider, values: Any, **options: Any) -> Result:
    interaction["providerStates"] = given("s")
    (result,) = verify(contract(v4(interaction)), provider.url, states={"s": lambda: values}, **options).results
    return result


def test_a_value_of_the_state_is_expected_in_the_body_and_a_header(provider: Provider) -> None:
    order = http("an order", body={"id": 1, "lines": [{"sku": "example"}], "note": "n"})
    order["response"]["headers"] = {"X-Order": ["1"]}
    order["response"]["generators"] = {
        "body": {"$.id": from_state("${id}", "INTEGER"), "$.lines[0]['sku']": from_state("sku")},
        "header": {"X-Order": from_state("order ${id}")},
    }
    body = {"id": 42, "lines": [{"sku": "A-7"}], "note": "n"}
    provider.answers["/"] = Answer(json=body, headers={"X-Order": "order 42"})
    values = {"id": "42", "sku": "A-7"}
    assert verified(order, provider, values).outcome is Outcome.PASSED

    provider.answers["/"] = Answer(json={**body, "id": 1}, headers={"X-Order": "order 1"})
    result = verified(order, provider, values)
    assert [(mismatch.place, mismatch.expected) for mismatch in result.mismatches] == [
        ("$.id", "42"),
        ("X-Order", "order 42"),
    ]


def test_what_the_state_does_not_supply_errs_where_the_answer_would_be_held_against_the_example(
    provider: Provider,
) -> None:
    """And changes nothing where a rule covers it, as in what the JVM's `valueFromProviderState` writes."""
    order = http("an order", body={"id": 1})
    order["response"]["generators"] = {"body": {"$.id": from_state("${id}")}}
    provider.answers["/"] = Answer(json={"id": 1})
    result = verified(order, provider, {"other": 2})
    assert (result.outcome, result.cause and result.cause.kind) == (Outcome.ERRORED, "state-value-missing")
    order["response"]["matchingRules"] = {"body": {"$.id": {"matchers": [{"match": "type"}]}}}
    provider.answers["/"] = Answer(json={"id": 5})
    assert verified(order, provider, {"other": 2}).outcome is Outcome.PASSED
    provider.answers["/"] = Answer(json={"id": "5"})
    assert verified(order, provider, {"other": 2}).outcome is Outcome.FAILED


PLACES: list[tuple[str, Any, Any, bool]] = [
    ("body", {"$.id": from_state("x")}, {}, True),
    ("body", {"$.id": from_state("x")}, {"body": {"$.id": {"matchers": [{"match": "equality"}]}}}, True),
    ("body", {"$.id": from_state("x")}, {"body": {"$.other": {"matchers": [{"match": "type"}]}}}, True),
    ("body", {"$.id": from_state("x")}, {"body": {"$.*": {"matchers": [{"match": "regex", "regex": "x"}]}}}, False),
    ("body", {"$.id": from_state("x")}, {"body": {"$": {"matchers": [{"match": "type"}]}}}, False),
    ("body", {"$..id": from_state("x")}, {}, False),
    ("header", {"X-Id": from_state("x")}, {}, True),
    (
        "header",
        {"X-Id": from_state("x")},
        {"header": {"x-id": {"matchers": [{"match": "regex", "regex": "x"}]}}},
        False,
    ),
    ("metadata", {"id": from_state("x")}, {}, True),
    ("metadata", {"id": from_state("x")}, {"metadata": {"id": {"matchers": [{"match": "type"}]}}}, False),
    ("status", from_state("x"), {}, True),
    ("status", from_state("x"), {"status": {"matchers": [{"match": "statusCode", "status": "success"}]}}, False),
]


@pytest.mark.parametrize(("section", "generators", "rules", "needed"), PLACES)
def test_a_value_is_needed_where_no_rule_covers_its_place(
    section: str, generators: Any, rules: Any, needed: bool
) -> None:
    part: Any = {"contents": {"id": 1}, "generators": {section: generators}, "matchingRules": rules}
    elements: list[Any] = [part, {"response": part}, {"request": {}, "response": [part]}]
    for element in elements:
        assert injected_names(element) == (("x",) if needed else ())


@pytest.mark.parametrize("kind", ["message", "sync-message"])
def test_a_message_is_not_held_against_the_example_in_the_place_of_a_value(kind: str, provider: Provider) -> None:
    expected: Any = message("m", {"id": 1}) if kind == "message" else sync_message("m", {"n": 1}, {"id": 1})
    part = expected if kind == "message" else expected["response"][0]
    part["generators"] = {"body": {"$.id": from_state("id", "INTEGER")}}
    result = verified(expected, provider, {}, messages={"m": {"id": 1}})
    assert (result.outcome, result.cause and result.cause.kind) == (Outcome.ERRORED, "state-value-missing")


def test_messages_of_both_kinds_are_compared_with_values_of_the_state(provider: Provider) -> None:
    created = message("created", {"id": 1}, generators={"body": {"$.id": from_state("id", "INTEGER")}})
    assert verified(created, provider, {"id": 42}, messages={"created": {"id": 42}}).outcome is Outcome.PASSED
    assert verified(created, provider, {"id": 42}, messages={"created": {"id": 1}}).outcome is Outcome.FAILED
    price = sync_message("price", {"n": 1}, {"id": 1})
    price["response"][0]["generators"] = {"body": {"$.id": from_state("id", "INTEGER")}}
    assert verified(price, provider, {"id": 42}, messages={"price": {"id": 42}}).outcome is Outcome.PASSED


def test_a_message_function_sees_the_values_of_the_state_in_the_request(provider: Provider) -> None:
    seen: list[Any] = []

    def price(request: Any) -> dict[str, int]:
        seen.append(request["contents"]["content"])
        return {"price": 5}

    asked = sync_message("price", {"id": 1}, {"price": 5})
    asked["request"]["generators"] = {"body": {"$.id": from_state("${id}", "INTEGER")}}
    assert verified(asked, provider, {"id": 42}, messages={"price": price}).outcome is Outcome.PASSED
    assert seen == [{"id": 42}]
    result = verified(asked, provider, {}, messages={"price": price})
    assert result.cause is not None
    assert result.cause.kind == "state-value-missing"


def test_values_that_json_does_not_know_become_texts(provider: Provider) -> None:
    order = http("an order", "/orders/example", body={"day": "1999-01-01"})
    order["request"]["generators"] = {"path": from_state("/orders/${day}")}
    order["response"]["generators"] = {"body": {"$.day": from_state("day")}}
    provider.answers["/orders/2026-11-21"] = Answer(json={"day": "2026-11-21"})
    assert verified(order, provider, {"day": datetime.date(2026, 11, 21)}).outcome is Outcome.PASSED


CASES: list[tuple[str, dict[str, str], object]] = [
    ("$.a", from_state("x"), 7),
    ("$.a", from_state("x", "RAW"), 7),
    ("$.a", from_state("x", "STRING"), "7"),
    ("$.a", from_state("x", "DECIMAL"), 7.0),
    ("$.a", from_state("yes", "BOOLEAN"), True),
    ("$.a", from_state("word", "INTEGER"), "word"),
    ("$.a", from_state("${x}-${word}"), "7-word"),
    ("$.a", from_state("${x}${x}", "INTEGER"), 77),
    ("$.a", from_state("${gone}"), "example"),
    ("$.a", {"type": "Uuid"}, "example"),
    ("$.b", from_state("x"), "example"),
    ("$..a", from_state("x"), "example"),
    ("$[0]", from_state("x"), "example"),
    ("$.a[0].b", from_state("x"), "example"),
]


@pytest.mark.parametrize(("path", "generator", "expected"), CASES)
def test_a_value_takes_the_examples_place_where_the_path_leads_to_one(
    path: str, generator: dict[str, str], expected: object
) -> None:
    element: Any = {"response": {"status": 200, "body": {"a": "example"}, "generators": {"body": {path: generator}}}}
    before = json.dumps(element)
    changed: Any = with_values(element, {"x": 7, "yes": "True", "word": "word"})
    assert changed["response"]["body"] == {"a": expected}
    assert json.dumps(element) == before


def test_lists_status_and_metadata_are_reached() -> None:
    answer: Any = {
        "body": [1, 2],
        "status": 200,
        "metadata": {"key": "example"},
        "generators": {
            "body": {"$[1]": from_state("x"), "$[7]": from_state("x")},
            "status": from_state("status", "INTEGER"),
            "metadata": {"key": from_state("x")},
            "header": {"absent": from_state("x")},
        },
    }
    changed: Any = with_values({"response": answer}, {"x": 7, "status": "201"})
    assert changed["response"]["body"] == [1, 7]
    assert changed["response"]["status"] == 201
    assert changed["response"]["metadata"] == {"key": 7}


def test_what_has_no_values_or_generators_is_left_alone() -> None:
    plain: Any = {"response": {"body": {"a": 1}}, "contents": contents({})}
    assert with_values(plain, {"a": 1}) is plain
    assert with_values({"response": {"generators": {}}}, {}) == {"response": {"generators": {}}}
    assert with_values({"request": {}}, {"a": 1}) == {"request": {}}
    assert with_values({"response": {"generators": [1]}}, {"a": 1}) == {"response": {"generators": [1]}}
