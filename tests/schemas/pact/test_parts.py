"""A pact that was read: its interactions in parts, and the lines of its places."""

import json

from hypothesis import given

from tests.schemas.documents import V4, http, pact, pacts
from troth_schemas.json_body import Document
from troth_schemas.pact import pact_of, read_pact


def test_an_http_interaction_has_a_request_and_a_response() -> None:
    request: Document = {"method": "POST", "path": "/orders", "query": "a=1", "headers": {"Content-Type": "text/plain"}}
    request["body"] = "hi"
    found = pact_of(pact(http(request=request))).exchanges[0]
    assert found.request is not None
    assert (found.request.contents.value, found.request.contents.kind) == ("hi", "text")
    assert found.request.query == {"a": ("1",)}
    assert found.request.body_place == "/interactions/0/request/body"
    assert (found.status, found.response.contents.state, found.response.content_type) == (200, "missing", "")
    assert found.response.shape == {"const": None}


def test_a_message_is_what_the_provider_sends_and_a_synchronous_one_may_have_several_answers() -> None:
    message: Document = {"description": "a", "contents": {"id": 1}, "metaData": {"contentType": "application/json"}}
    both = pact_of(pact(messages=[message])).exchanges
    assert [(one.request, one.response.contents.value, one.response.content_type) for one in both] == [
        (None, {"id": 1}, "application/json")
    ]
    sync: Document = {
        "description": "b",
        "type": "Synchronous/Messages",
        "request": {"contents": {"content": 1, "contentType": "application/json"}},
        "response": [{"contents": {"content": 2}}, {"contents": {"content": 3}, "metadata": {"k": "v"}}],
    }
    found = pact_of(pact(sync, metadata=V4)).exchanges[0]
    assert found.request is not None
    assert found.request.body_place == "/interactions/0/request/contents/content"
    assert [one.contents.value for one in found.responses] == [2, 3]
    assert found.responses[1].pointer == "/interactions/0/response/1"
    assert found.responses[1].headers == {"k": ("v",)}


def test_a_status_that_is_no_number_is_none() -> None:
    statuses = [
        pact_of(pact(http(response={"status": one}))).exchanges[0].status for one in (404, "200", True, "ok", None)
    ]
    assert statuses == [404, 200, None, None, None]


def test_a_pact_knows_its_lines() -> None:
    found = read_pact("shop.json", json.dumps(pact(http()), indent=1).encode())
    assert str(found.place("/interactions/0/request/path")) == "shop.json:13 /interactions/0/request/path"
    assert str(pact_of(pact()).place("/interactions")) == "pact.json /interactions"


@given(pacts)
def test_any_pact_can_be_taken_apart(document: Document) -> None:
    for one in pact_of(document).exchanges:
        for part in ((one.request,) if one.request else ()) + one.responses:
            assert part.shape is part.shape
            assert part.contents.pointer.startswith("/")
            assert part.query is not None
