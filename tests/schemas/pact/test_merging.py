"""Builds that each write a part of a pact publish the whole, and nothing is lost on the way."""

import json

import pytest
from hypothesis import given

from tests.schemas.documents import V4, http, pact, pacts
from troth_schemas.json_body import Document, Json
from troth_schemas.pact import Conflicts, Merged, content_sha, counts, merge


def merged(original: Document, added: Document) -> Document:
    result = merge(original, added)
    assert isinstance(result, Merged)
    return result.document


def test_new_interactions_are_appended_and_the_same_ones_replaced() -> None:
    original = pact(http("a"), http("b"), consumer={"name": "Shop", "x": 1})
    added = pact(http("c"), http("a", response={"status": 404}), metadata={"other": True}, extra=1)
    result = merge(original, added)
    assert result == Merged(
        {**original, "interactions": [http("a", response={"status": 404}), http("b"), http("c")]}, 1, 1
    )


def test_neither_document_is_changed() -> None:
    original, added = pact(http("a")), pact(http("a", response={"status": 404}), http("b"))
    before = json.dumps([original, added])
    merged(original, added)
    assert json.dumps([original, added]) == before


SAME: dict[str, tuple[Document, Document]] = {
    "the state under its two older names": ({"provider_state": "x"}, {"providerState": "x"}),
    "the state as a text and as a list": ({"providerState": "x"}, {"providerStates": [{"name": "x"}]}),
    "no state and an empty one": ({}, {"providerStates": []}),
    "parameters in another order": (
        {"providerStates": [{"name": "x", "params": {"a": 1, "b": 2}}]},
        {"providerStates": [{"params": {"b": 2, "a": 1}, "name": "x"}]},
    ),
    "an untyped interaction and an HTTP one": ({}, {"type": "Synchronous/HTTP"}),
    "another key, another id, other comments": ({}, {"key": "k", "_id": "i", "comments": {"text": []}}),
}


@pytest.mark.parametrize(("old", "new"), SAME.values(), ids=SAME.keys())
def test_the_same_interaction_is_recognised(old: Document, new: Document) -> None:
    assert merged(pact(http(**old)), pact(http(**new)))["interactions"] == [http(**new)]


OTHER: dict[str, tuple[Document, Document]] = {
    "another state": ({"providerState": "x"}, {"providerState": "y"}),
    "other parameters": (
        {"providerStates": [{"name": "x", "params": {"a": 1}}]},
        {"providerStates": [{"name": "x", "params": {"a": True}}]},
    ),
    "states in another order": ({"providerStates": ["x", "y"]}, {"providerStates": ["y", "x"]}),
    "another kind": ({"type": "Synchronous/HTTP"}, {"type": "Asynchronous/Messages"}),
}


@pytest.mark.parametrize(("old", "new"), OTHER.values(), ids=OTHER.keys())
def test_another_interaction_is_not_mistaken_for_it(old: Document, new: Document) -> None:
    assert merged(pact(http(**old)), pact(http(**new)))["interactions"] == [http(**old), http(**new)]


def test_messages_merge_like_interactions() -> None:
    first: Json = {"description": "placed", "contents": 1}
    again: Json = {"description": "placed", "contents": 2}
    other: Json = {"description": "paid", "contents": 3}
    assert merged({"messages": [first]}, {"messages": [other, again]}) == {"messages": [again, other]}


def test_v4_interactions_of_every_kind_merge() -> None:
    call: Json = {"type": "Synchronous/Messages", "description": "x"}
    event: Json = {"type": "Asynchronous/Messages", "description": "x"}
    assert merged(pact(call, metadata=V4), pact(event, call, metadata=V4)) == pact(call, event, metadata=V4)


def test_a_message_pact_gains_interactions_and_an_absent_array_takes_nothing_away() -> None:
    document: Document = {"messages": [{"description": "x"}]}
    assert merged(document, pact(http())) == {**document, "interactions": [http()]}
    assert merged(pact(http()), {"messages": None}) == pact(http())
    assert merged({"interactions": "broken"}, pact(http())) == {"interactions": [http()]}


def test_twins_are_matched_one_by_one_so_that_none_is_lost() -> None:
    old = [http(response={"status": status}) for status in (200, 201)]
    new = [http(response={"status": status}) for status in (300, 301, 302)]
    assert merged(pact(*old), pact(*new))["interactions"] == new
    assert merged(pact(*new), pact(*old))["interactions"] == [*old, new[2]]


def test_a_patch_that_changes_a_request_is_a_conflict_that_says_where() -> None:
    old = http("a", request={"method": "GET", "path": "/a", "query": "x=1"}, providerState="s")
    new = http("a", request={"method": "POST", "path": "/a", "headers": {"X": "1"}, "body": 0}, providerState="s")
    result = merge(pact(http("b"), old), pact(new, http("b")), refuse_changed_requests=True)
    assert isinstance(result, Conflicts)
    (conflict,) = result.conflicts
    assert conflict.members == ("request method", "request query", "request headers", "request body")
    assert (conflict.original.pointer, conflict.added.pointer) == ("/interactions/1", "/interactions/0")
    assert str(conflict) == "a given s (GET /a): request method, request query, request headers, request body differ"


def test_every_conflict_is_reported() -> None:
    old, new = pact(http("a"), http("b")), pact(http("a", request={"path": "/"}), http("b", request=None))
    result = merge(old, new, refuse_changed_requests=True)
    assert isinstance(result, Conflicts)
    assert [conflict.original.description for conflict in result.conflicts] == ["a", "b"]


def test_a_synchronous_message_that_sends_something_else_is_a_conflict() -> None:
    call: Document = {"type": "Synchronous/Messages", "description": "x", "request": {"contents": {"content": 1}}}
    result = merge(pact(call), pact({**call, "request": {"contents": {"content": True}}}), refuse_changed_requests=True)
    assert isinstance(result, Conflicts)
    assert result.conflicts[0].members == ("request contents",)


def test_a_patch_may_change_responses_and_add_interactions() -> None:
    old, new = pact(http("a")), pact(http("b"), http("a", response={"status": 500}))
    assert merge(old, new, refuse_changed_requests=True) == merge(old, new)


def test_matching_rules_and_absent_members_of_a_request_are_no_conflict() -> None:
    old = http(request={"method": "GET", "path": "/", "query": None})
    new = http(request={"path": "/", "method": "GET", "matchingRules": {}})
    assert isinstance(merge(pact(old), pact(new), refuse_changed_requests=True), Merged)


@given(pacts, pacts)
def test_merging_again_changes_nothing_more(original: Document, added: Document) -> None:
    once = merged(original, added)
    assert json.dumps(merged(once, added)) == json.dumps(once)


@given(pacts, pacts)
def test_nothing_that_was_added_is_lost_and_nothing_shrinks(original: Document, added: Document) -> None:
    result = merge(original, added)
    assert isinstance(result, Merged)
    assert result.replaced + result.added == sum(counts(added))
    assert sum(counts(result.document)) == sum(counts(original)) + result.added
    for section in ("interactions", "messages"):
        extra, whole = added.get(section), result.document.get(section)
        if isinstance(extra, list):
            assert isinstance(whole, list)
            assert {json.dumps(element) for element in extra} <= {json.dumps(element) for element in whole}


@given(pacts)
def test_a_pact_merged_with_itself_is_itself_and_never_a_conflict(document: Document) -> None:
    result = merge(document, document, refuse_changed_requests=True)
    assert isinstance(result, Merged)
    assert content_sha(result.document) == content_sha(document)


@given(pacts, pacts)
def test_a_patch_without_conflict_is_a_plain_merge(original: Document, added: Document) -> None:
    result = merge(original, added, refuse_changed_requests=True)
    if isinstance(result, Merged):
        assert json.dumps(result.document) == json.dumps(merged(original, added))
    else:
        assert result.conflicts
        assert all(conflict.members for conflict in result.conflicts)
