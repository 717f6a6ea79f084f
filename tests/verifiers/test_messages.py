"""Messages: one way and with an answer, from Python functions and from a URL, in every version that knows them."""

import asyncio
import base64
import json
import threading
from typing import Any

import pytest

from tests.verifiers.pacts import contract, given, http, message, sync_message, v4
from tests.verifiers.providing import Answer, Asked, Provider
from troth_verifiers import Cause, Message, Outcome, Result, State, Target, verify

CREATED = v4(message("an order was created", {"id": 1}))


def only_result(source: Any, messages: Any, **options: Any) -> Result:
    (result,) = verify(contract(source), messages=messages, **options).results
    return result


@pytest.mark.parametrize(
    "handler",
    [
        {"id": 1},
        b'{"id": 1}',
        lambda: {"id": 1},
        lambda: Message(b'{"id": 1}', "application/json"),
        lambda: {"contents": b'{"id": 1}', "content_type": "application/json"},
        lambda: {"contents": b'{"id": 1}', "metadata": {"x": 1}},
    ],
)
def test_a_message_is_had_from_many_kinds_of_handler(handler: object) -> None:
    result = only_result(CREATED, {"an order was created": handler})
    assert result.outcome is Outcome.PASSED, result
    assert result.interaction.kind == "message"


def test_an_async_function_produces_a_message() -> None:
    async def created() -> dict[str, int]:
        await asyncio.sleep(0)
        return {"id": 1}

    assert only_result(CREATED, {"an order was created": created}).outcome is Outcome.PASSED


def test_a_text_is_a_message() -> None:
    pact = v4({**message("a line", None), "contents": {"content": "hello", "contentType": "text/plain",
                                                        "encoded": False}})  # fmt: skip
    assert only_result(pact, {"a line": "hello"}).outcome is Outcome.PASSED
    assert only_result(pact, {"a line": b"hello"}).outcome is Outcome.PASSED
    assert only_result(pact, {"a line": "bye"}).outcome is Outcome.FAILED
    assert only_result(pact, {"a line": b"\xff\x00\x80"}).outcome is Outcome.FAILED


@pytest.mark.parametrize("engine", ["troth", "pact"])
@pytest.mark.parametrize(("came", "outcome"), [(b'{"id": 2, "id": 1}', "passed"), (b'{"id": 1, "id": 2}', "failed")])
def test_of_a_name_that_comes_twice_the_last_counts_as_in_the_official_library(
    engine: str, came: bytes, outcome: str
) -> None:
    result = only_result(CREATED, {"an order was created": came}, target=Target(engine=engine))
    assert result.outcome is Outcome(outcome)


def test_a_wrong_message_fails_with_its_mismatches() -> None:
    result = only_result(CREATED, {"an order was created": {"id": "one"}})
    assert result.outcome is Outcome.FAILED
    assert [(mismatch.kind, mismatch.place) for mismatch in result.mismatches] == [("body", "$.id")]


def test_metadata_is_compared() -> None:
    pact = v4(message("an order was created", {"id": 1}, metadata={"topic": "orders"}))
    right = Message(b'{"id": 1}', "application/json", {"topic": "orders"})
    wrong = Message(b'{"id": 1}', "application/json", {"topic": "invoices"})
    assert only_result(pact, {"an order was created": right}).outcome is Outcome.PASSED
    result = only_result(pact, {"an order was created": wrong})
    assert [(mismatch.kind, mismatch.place) for mismatch in result.mismatches] == [("metadata", "topic")]


def test_a_v3_message_pact_is_verified() -> None:
    pact = {
        "consumer": {"name": "web"},
        "provider": {"name": "orders"},
        "messages": [
            {
                "description": "an order was created",
                "providerStates": given("an order", id=1),
                "contents": {"id": 7},
                "matchingRules": {"body": {"$.id": {"matchers": [{"match": "type"}]}}},
                "metaData": {"contentType": "application/json"},
            }
        ],
        "metadata": {"pactSpecification": {"version": "3.0.0"}},
    }
    seen: list[object] = []

    def created(description: str, states: list[State], params: dict[str, object], values: object) -> dict[str, object]:
        seen.append((description, states, params, values))
        return params

    result = only_result(pact, created, states={"an order": lambda: {"number": 5}})
    assert result.outcome is Outcome.PASSED, result
    assert seen == [
        ("an order was created", [State("an order", {"id": 1})], {"id": 1}, {"id": 1, "number": 5}),
    ]


def test_a_synchronous_message_is_answered_by_a_function_of_its_request() -> None:
    seen: list[Any] = []

    def double(request: Any) -> dict[str, int]:
        seen.append(request)
        return {"result": 4}

    result = only_result(v4(sync_message("double", {"n": 2}, {"result": 4})), {"double": double})
    assert result.outcome is Outcome.PASSED, result
    assert result.interaction.kind == "sync-message"
    assert seen[0]["contents"]["content"] == {"n": 2}


def test_a_synchronous_message_with_several_responses_errors_with_a_reason() -> None:
    result = only_result(v4(sync_message("count", {"to": 2}, {"n": 1}, {"n": 2})), {"count": {"n": 1}})
    assert result.outcome is Outcome.ERRORED
    assert result.cause is not None
    assert result.cause.kind == "not-replayable"
    assert result.cause.text.startswith("The consumer expects 2 responses to one message")


@pytest.mark.parametrize(
    "nothing", [{}, {"contents": None}, {"contents": {"content": None}}, {"contents": {"content": ""}}]
)
def test_a_message_without_contents_is_refused_because_anything_would_pass(nothing: dict[str, Any]) -> None:
    bare = {"type": "Asynchronous/Messages", "description": "nothing", **nothing}
    result = only_result(v4(bare), {"nothing": {"any": "thing"}})
    assert result.outcome is Outcome.ERRORED
    result = only_result(v4({**sync_message("s", {"n": 1}), "response": [nothing]}), {"s": {"any": "thing"}})
    assert result.outcome is Outcome.ERRORED


def test_a_message_function_that_raises_fails_and_says_why() -> None:
    calls: list[int] = []

    def broken() -> None:
        calls.append(1)
        raise LookupError("no such topic")

    result = only_result(CREATED, {"an order was created": broken})
    assert result.outcome is Outcome.FAILED
    (mismatch,) = result.mismatches
    assert mismatch.kind == "message"
    assert mismatch.text == "The function for this message gave none: it raised LookupError: no such topic."
    assert calls == [1]


def test_a_message_function_that_returns_nothing_fails() -> None:
    result = only_result(CREATED, {"an order was created": lambda: None})
    assert result.outcome is Outcome.FAILED
    assert "it returned nothing, not a message" in result.mismatches[0].text


def test_a_message_function_that_hangs_fails() -> None:
    released = threading.Event()
    result = only_result(CREATED, {"an order was created": released.wait}, handler_timeout=0.1)
    released.set()
    assert result.outcome is Outcome.FAILED
    assert "it did not end within 0.1 s" in result.mismatches[0].text


def test_a_message_that_nobody_produces_is_an_error() -> None:
    result = only_result(CREATED, None)
    assert result.outcome is Outcome.ERRORED
    assert result.cause == Cause(
        "message-handler-missing",
        "The contract asks for the message 'an order was created', and no message handlers were given.",
    )
    assert result.mismatches == ()
    result = only_result(CREATED, {"another": b""})
    assert result.cause is not None
    assert result.cause.text.endswith("there are: 'another'.")


def test_a_state_of_a_message_is_set_up_first() -> None:
    orders: list[int] = []
    pact = v4(message("an order was created", {"id": 1}, providerStates=given("an order")))
    states = {"an order": lambda: orders.append(1)}
    result = only_result(pact, {"an order was created": lambda: {"id": orders[0]}}, states=states)
    assert result.outcome is Outcome.PASSED


def test_a_url_produces_messages_with_their_metadata(provider: Provider) -> None:
    def answer(asked: Asked) -> Answer:
        metadata = base64.b64encode(json.dumps({"topic": "orders"}).encode()).decode()
        return Answer(json={"id": asked.json["providerStates"][0]["params"]["id"]},
                      headers={"Pact-Message-Metadata": metadata})  # fmt: skip

    provider.answers["/messages"] = answer
    pact = v4(message("created", {"id": 1}, metadata={"topic": "orders"}, providerStates=given("s", id=1)))
    result = only_result(pact, f"{provider.url}/messages", states={"s": lambda: None})
    assert result.outcome is Outcome.PASSED, result
    (asked,) = provider.asked
    assert asked.json == {"description": "created", "providerStates": [{"name": "s", "params": {"id": 1}}]}


def test_a_url_is_given_the_request_of_a_synchronous_message(provider: Provider) -> None:
    provider.answers["/messages"] = Answer(json={"result": 4})
    pact = v4(sync_message("double", {"n": 2}, {"result": 4}))
    assert only_result(pact, f"{provider.url}/messages").outcome is Outcome.PASSED
    assert provider.asked[0].json["request"]["contents"]["content"] == {"n": 2}


@pytest.mark.parametrize("status", [201, 404, 500])
def test_a_url_that_does_not_answer_200_fails_even_with_the_right_body(status: int, provider: Provider) -> None:
    provider.answers["/messages"] = Answer(status, json={"id": 1})
    result = only_result(CREATED, f"{provider.url}/messages")
    assert result.outcome is Outcome.FAILED
    assert result.mismatches[0].text == f'The message endpoint answered {status} {{"id": 1}}'
    assert len(provider.asked) == 1


@pytest.mark.parametrize("header", ["!!!", base64.b64encode(b"[1]").decode()])
def test_metadata_that_cannot_be_read_fails(header: str, provider: Provider) -> None:
    provider.answers["/messages"] = Answer(json={"id": 1}, headers={"Pact-Message-Metadata": header})
    result = only_result(CREATED, f"{provider.url}/messages")
    assert result.outcome is Outcome.FAILED
    assert "is not base64 of a JSON object" in result.mismatches[0].text


def test_a_url_that_nobody_listens_at_is_an_error() -> None:
    result = only_result(CREATED, "http://127.0.0.1:1/messages")
    assert result.outcome is Outcome.ERRORED
    assert result.cause is not None
    assert result.cause.text.startswith("The message endpoint http://127.0.0.1:1/messages could not be asked")


def test_messages_and_http_stand_side_by_side_in_one_pact(provider: Provider) -> None:
    provider.answers["/"] = Answer()
    pact = v4(http("one"), message("two", {"id": 1}), http("three"), sync_message("four", {"n": 1}, {"n": 2}))
    report = verify(contract(pact), provider.url, messages={"two": {"id": 1}, "four": {"n": 2}})
    assert report.ok, report.to_text()
    assert [result.interaction.kind for result in report.results] == ["http", "message", "http", "sync-message"]
