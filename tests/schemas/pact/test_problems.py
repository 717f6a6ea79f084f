"""Every problem of a pact is told with its place, and a sound pact has none."""

import pytest
from hypothesis import given

from tests.schemas.documents import V4, http, pact, pacts, values
from troth_schemas.json_body import Document, Json
from troth_schemas.pact import interactions, problems
from troth_schemas.problem import Problem, pointer

MESSAGE: Json = {"description": "placed", "contents": {"id": 1}}
SYNC: Json = {
    "type": "Synchronous/Messages",
    "description": "call",
    "request": {},
    "response": [{"contents": {"content": 1}}],
}

SOUND = {
    "V1": pact(http(provider_state="x"), metadata={}),
    "V2": pact(http(providerState="x", request={"method": "GET", "path": "/", "query": "a=1", "headers": {}})),
    "V3": pact(http(providerStates=[{"name": "x", "params": {}}, "y"]), http("b")),
    "V3 messages": {"consumer": {"name": "A"}, "provider": {"name": "B"}, "messages": [MESSAGE]},
    "V4": pact(
        http(type="Synchronous/HTTP", pending=False, key="k", comments={}, pluginConfiguration={"csv": {}}),
        {"type": "Asynchronous/Messages", "description": "placed", "contents": {"content": 1}},
        SYNC,
        metadata={**V4, "plugins": [{"name": "csv", "version": "1"}]},
    ),
    "a response without status": pact(http(response={})),
}


@pytest.mark.parametrize("document", SOUND.values(), ids=SOUND.keys())
def test_a_sound_pact_has_no_problems(document: Json) -> None:
    assert problems(document) == ()


PARTS: Document = {"consumer": {"name": "A"}, "provider": {"name": "B"}}
WRONG: dict[str, tuple[Json, list[str]]] = {
    "no object": ([1], ["/: A pact is a JSON object with `interactions` or `messages`."]),
    "no names": ({"consumer": {"name": " "}, "interactions": [http()]}, ["/consumer/name", "/provider/name"]),
    "nothing to verify": ({**PARTS}, ["/: There is neither"]),
    "an empty array": (pact(), ["/interactions: There are no interactions"]),
    "no array": ({**PARTS, "interactions": {}, "messages": "x"}, ["/interactions: `inter", "/messages: `mess"]),
    "an element that is no object": (pact(1, http()), ["/interactions/0: An interaction must be an object"]),
    "no description": (pact({"request": {"method": "GET", "path": "/"}, "response": {}}), ["/interactions/0/desc"]),
    "a blank description": (pact(http(" ")), ["/interactions/0/description: The description is blank"]),
    "wrong members": (
        pact(http(pending="yes", comments=[], key=3)),
        ["/interactions/0/pending", "/interactions/0/comments", "/interactions/0/key"],
    ),
    "wrong states": (
        pact(http(providerStates=[{"params": {}}, 3, {"name": "x", "params": []}])),
        ["/interactions/0/providerStates/0", "/interactions/0/providerStates/1", "/interactions/0/providerStates/2/p"],
    ),
    "states that are no array": (pact(http(providerStates={})), ["/interactions/0/providerStates"]),
    "a state that is no text": (
        pact(http(providerState=["x"], provider_state={})),
        ["/interactions/0/providerState:", "/interactions/0/provider_state:"],
    ),
    "an unknown type": (pact(http(type="Carrier/Pigeon")), ["/interactions/0/type: This type"]),
    "a V4 interaction without type": (pact(http(), metadata=V4), ["/interactions/0: A V4 interaction needs a `type`"]),
    "no request, no response": (pact({"description": "x"}), ["/interactions/0/request", "/interactions/0/response"]),
    "a wrong request": (
        pact(http(request={"method": "", "path": 3, "query": [], "headers": []})),
        [f"/interactions/0/request/{member}" for member in ("method", "path", "query", "headers")],
    ),
    "a path without slash": (
        pact(http(request={"method": "GET", "path": "orders"})),
        ["/interactions/0/request/path: The path does not begin"],
    ),
    "a wrong response": (
        pact(http(response={"status": "200", "headers": 1})),
        ["/interactions/0/response/status", "/interactions/0/response/headers"],
    ),
    "a status out of range": (pact(http(response={"status": 20})), ["/interactions/0/response/status"]),
    "a status that is true": (pact(http(response={"status": True})), ["/interactions/0/response/status"]),
    "a message without contents": ({**PARTS, "messages": [{"description": "x"}]}, ["/messages/0/contents"]),
    "a synchronous message without parts": (
        pact({"type": "Synchronous/Messages", "description": "x"}, metadata=V4),
        ["/interactions/0/request", "/interactions/0/response"],
    ),
    "a synchronous message with empty answers": (
        pact(
            {"type": "Synchronous/Messages", "description": "x", "request": {}, "response": [{}, 3]},
            metadata=V4,
        ),
        ["/interactions/0/response/0", "/interactions/0/response/1"],
    ),
    "a plug-in that nobody declared": (
        pact(http(pluginConfiguration={"a/b": {}})),
        ["/interactions/0/pluginConfiguration/a~1b: The plug-in 'a/b'"],
    ),
    "two of the same": (
        pact(http(), http("b"), http()),
        ["/interactions/2: Description and provider states are those"],
    ),
}


@pytest.mark.parametrize(("document", "expected"), WRONG.values(), ids=WRONG.keys())
def test_each_problem_is_told_with_its_place(document: Json, expected: list[str]) -> None:
    found = [str(problem) for problem in problems(document)]
    assert len(found) == len(expected), found
    for sentence, start in zip(found, expected, strict=True):
        assert sentence.startswith(start)


def test_every_problem_is_told_and_not_the_first_alone() -> None:
    document = pact(1, http(request=None), {"description": "x"}, provider=None)
    assert len(problems(document)) == 5


def test_a_pointer_escapes_what_it_must() -> None:
    assert pointer("a/b", 0, "m~n") == "/a~1b/0/m~0n"
    assert str(Problem("", "Something.")) == "/: Something."


@given(pacts | values)
def test_looking_for_problems_never_fails_and_misses_no_element_that_cannot_be_listed(document: Json) -> None:
    found = problems(document)
    listed = interactions(document)
    if not found:
        assert listed
        assert all(one.description and one.kind != "unknown" for one in listed)
