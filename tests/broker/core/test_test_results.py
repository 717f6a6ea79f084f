"""A verifier's word about a test stands beside the interaction that it is about."""

from typing import Any

import pytest
from hypothesis import given

from tests.schemas.documents import pacts, values
from troth_broker.core.test_results import with_tests
from troth_schemas.json_body import Document
from troth_schemas.pact import with_ids

FIRST: Document = {"_id": "1", "description": "a", "providerState": "s"}
SECOND: Document = {"_id": "2", "description": "a"}
THIRD: Document = {"_id": "3", "description": "b", "providerStates": [{"name": "s"}, {"name": "t"}]}
PACT: Document = {"interactions": [FIRST, SECOND, "no object"], "messages": [THIRD]}


@pytest.mark.parametrize(
    ("test", "about"),
    [
        ({"interactionId": "1"}, "1"),
        ({"interactionId": "3", "interactionDescription": "a"}, "3"),
        ({"interactionId": "9"}, None),
        ({"interactionId": None, "interactionDescription": "a", "interactionProviderState": "s"}, "1"),
        ({"interactionDescription": "a", "interactionProviderState": None}, "2"),
        ({"interactionDescription": "a", "interactionProviderState": ""}, "2"),
        ({"interactionDescription": "b", "interactionProviderState": "s, t"}, "3"),
        ({"interactionDescription": "b", "interactionProviderState": "s and t"}, "3"),
        ({"interactionDescription": "b", "interactionProviderState": "t"}, None),
        ({"interactionDescription": "b", "interactionProviderState": 1}, None),
        ({"interactionDescription": "b"}, "3"),
        ({"interactionDescription": "a"}, None),
        ({"interactionDescription": 1}, None),
        ({}, None),
    ],
)
def test_a_result_is_about_what_it_names(test: dict[str, Any], about: str | None) -> None:
    for results in ([test], {"tests": [test], "summary": {}}):
        found: Any = with_tests(PACT, results)
        told = {one["_id"]: one["tests"] for one in (*found["interactions"][:2], *found["messages"])}
        assert told == {number: [test] if number == about else [] for number in "123"}
        assert found["interactions"][2] == "no object"


@pytest.mark.parametrize("results", [None, [], {}, "text", 1, {"tests": None}, [1, "x", None]])
def test_without_results_every_list_is_empty(results: Any) -> None:
    found: Any = with_tests(PACT, results)
    assert [one["tests"] for one in found["interactions"][:2]] == [[], []]


@given(pacts, values)
def test_nothing_else_of_a_pact_changes_whatever_the_results_are(document: Document, results: Any) -> None:
    found: Any = with_tests(document, results)
    for section in ("interactions", "messages"):
        for element in found[section] if isinstance(found.get(section), list) else ():
            if isinstance(element, dict):
                del element["tests"]
    assert found == with_ids(document)
