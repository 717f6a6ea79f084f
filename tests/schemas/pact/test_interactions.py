"""Every interaction of every version of the specification is listed as what it is."""

import pickle

import pytest
from hypothesis import given

from tests.schemas.documents import V4, http, pact, pacts, values
from troth_schemas.json_body import Document, Json
from troth_schemas.pact import Plugin, ProviderState, counts, interaction_id, interactions, names, plugins


def test_an_http_interaction_is_listed_with_its_request_line() -> None:
    element = http("list orders", request={"method": "get", "path": "/orders"}, providerState="there are orders")
    (found,) = interactions(pact(element))
    assert (found.kind, found.section, found.index, found.pointer) == ("http", "interactions", 0, "/interactions/0")
    assert (found.method, found.path, found.id) == ("GET", "/orders", interaction_id(element))
    assert (found.key, found.transport, found.pending, found.comments, found.plugins) == (None, None, False, {}, ())
    assert found.title == "list orders given there are orders (GET /orders)"


def test_a_request_without_method_or_path_is_what_the_pact_library_makes_of_it() -> None:
    (found,) = interactions(pact(http(request={})))
    assert (found.method, found.path) == ("GET", "/")


def test_messages_are_listed_after_the_interactions() -> None:
    found = interactions(pact(http(), messages=[{"description": "order placed", "contents": {}}]))
    assert [(one.kind, one.pointer, one.method) for one in found] == [
        ("http", "/interactions/0", "GET"),
        ("message", "/messages/0", None),
    ]
    assert found[1].title == "order placed"


def test_a_v4_pact_tells_its_kinds_apart_and_keeps_all_that_v4_adds() -> None:
    document = pact(
        http(type="Synchronous/HTTP", key="k1", pending=True, comments={"text": ["why"]}, transport="https"),
        {"type": "Asynchronous/Messages", "description": "event"},
        {"type": "Synchronous/Messages", "description": "call", "pluginConfiguration": {"protobuf": {}}},
        {"type": "Carrier/Pigeon", "description": "coo"},
        {"type": 7, "description": "seven"},
        {"description": "untyped"},
        metadata={**V4, "plugins": [{"name": "protobuf", "version": "0.3.15", "configuration": {"a": 1}}, 3, {}]},
    )
    found = interactions(document)
    assert [one.kind for one in found] == ["http", "message", "sync-message", "unknown", "unknown", "unknown"]
    assert (found[0].key, found[0].pending, found[0].comments) == ("k1", True, {"text": ["why"]})
    assert found[0].transport == "https"
    assert found[2].plugins == ("protobuf",)
    assert plugins(document) == (Plugin("protobuf", "0.3.15", {"a": 1}),)


@pytest.mark.parametrize(
    ("members", "states"),
    [
        ({}, ()),
        ({"provider_state": "one"}, (ProviderState("one", {}),)),
        ({"providerState": "one"}, (ProviderState("one", {}),)),
        ({"providerState": "", "provider_state": "two"}, (ProviderState("two", {}),)),
        ({"providerState": None}, ()),
        ({"providerStates": [], "providerState": "one"}, ()),
        (
            {"providerStates": [{"name": "one", "params": {"id": 1}}, {"name": "two", "params": 3}, "three"]},
            (ProviderState("one", {"id": 1}), ProviderState("two", {}), ProviderState("three", {})),
        ),
        ({"providerStates": [{"params": {}}, {"name": 3}, 3, ""]}, ()),
    ],
)
def test_provider_states_are_read_in_every_spelling(members: Document, states: tuple[ProviderState, ...]) -> None:
    (found,) = interactions(pact(http(**members)))
    assert found.states == states


def test_only_true_is_pending() -> None:
    assert [one.pending for one in interactions(pact(http(pending="true"), http(pending=1)))] == [False, False]


def test_malformed_elements_are_left_out_and_the_others_keep_their_place() -> None:
    (found,) = interactions(pact(3, http("sound"), None))
    assert (found.index, found.description) == (1, "sound")


def test_an_interaction_without_description_still_has_a_title() -> None:
    (found,) = interactions({"messages": [{}]})
    assert (found.description, found.title) == ("", "without a description")


def test_a_title_is_one_line_and_commands_no_terminal() -> None:
    (found,) = interactions(pact(http("two\nlines\x1b[31m\u2028é", providerState="\x9b")))
    assert found.title == "two lines\ufffd[31m é given \ufffd (GET /orders)"


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (pact(http(), http("b")), (2, 0)),
        ({"messages": [{}]}, (0, 1)),
        ({"interactions": [1], "messages": [1, 2]}, (1, 2)),
        ({"interactions": {}, "messages": None}, (0, 0)),
        ([1], (0, 0)),
    ],
)
def test_elements_are_counted_where_they_stand(document: Json, expected: tuple[int, int]) -> None:
    assert counts(document) == expected


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (pact(), ("Shop", "Orders")),
        ({"consumer": {"name": 3}, "provider": "Orders"}, (None, None)),
        ({}, (None, None)),
        ("text", (None, None)),
    ],
)
def test_names_are_texts_or_none(document: Json, expected: tuple[str | None, str | None]) -> None:
    assert names(document) == expected


@given(pacts | values)
def test_reading_never_fails_and_its_values_reach_another_process(document: Json) -> None:
    found = interactions(document)
    assert pickle.loads(pickle.dumps(found)) == found
    assert len(found) <= sum(counts(document))
    assert isinstance(plugins(document), tuple)
    assert len(names(document)) == 2
