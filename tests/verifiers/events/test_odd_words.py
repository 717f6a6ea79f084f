"""What registries, consumers and producers say in odd ways, or one byte at a time: a verdict or a sentence each."""

import json
import socketserver
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from tests.verifiers.events.conftest import Place
from tests.verifiers.events.produced import CONFLUENT, FILES, OLD, framed, result, texts
from tests.verifiers.providing import Answer, Provider
from troth_verifiers import Contract, Message, Outcome, Result, Target, verify
from troth_verifiers.events.judging import named_alike, seen_as

DEEP = "[" * 100_000


@pytest.mark.parametrize(
    ("answer", "outcome", "said"),
    [
        ({"schema": '"int"', "references": ["x"]}, Outcome.FAILED, "the producer's int is not the consumer's record"),
        ({"schema": '"int"', "references": 5}, Outcome.FAILED, "the producer's int is not the consumer's record"),
        ({"schema": 5}, Outcome.FAILED, "The schema with the id 1 cannot be read"),
        ({"schema": '"int"', "schemaType": ["AVRO"]}, Outcome.FAILED, "is ['AVRO'], not Avro"),
        ([], Outcome.ERRORED, "answered 200, which is no JSON object, when asked for the schema id 1."),
        (None, Outcome.ERRORED, "answered 200, which is no JSON object, when asked for the schema id 1."),
    ],
)
def test_a_registry_that_answers_oddly_is_told(answer: Any, outcome: Outcome, said: str, provider: Provider) -> None:
    provider.answers["/schemas/ids/1"] = Answer(json=answer) if answer is not None else Answer(body=DEEP.encode())
    found = result(framed(1, OLD), others={"registry": provider.url}, **CONFLUENT)
    assert found.outcome is outcome
    assert said in texts(found)
    assert found.cause is None or found.cause.kind == "registry-unreachable"


class _Dripping(socketserver.BaseRequestHandler):
    ended: threading.Event

    def handle(self) -> None:
        self.request.recv(65_536)
        self.request.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\nContent-Type: application/json\r\n\r\n")
        try:
            while not self.ended.wait(0.1):
                self.request.sendall(b" ")
        except OSError:
            pass


@pytest.fixture
def dripping() -> Iterator[str]:
    """The address of a server whose answers never end."""
    ended = threading.Event()
    handler = type("Dripping", (_Dripping,), {"ended": ended})
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler) as server:
        serving = threading.Thread(target=server.serve_forever, args=(0.05,))
        serving.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        ended.set()
        server.shutdown()
        serving.join()


def replayed(others: dict[str, str], came: bytes = b"", **says: Any) -> Result:
    document = {"troth": 1, "protocol": "message", "consumer": "a", "provider": "b", "schema": sorted(FILES)}
    whole = json.dumps({**document, "interactions": [{"description": "x", **says}]}).encode()
    contract = Contract("a", "b", whole, "x.json", format="message", files=FILES)
    (found,) = verify(contract, Target(others=others, timeout=1), messages=lambda: Message(came)).results
    return found


def test_an_answer_that_comes_a_byte_at_a_time_is_not_waited_for_longer_than_any_other(
    dripping: str, on_redis: Place
) -> None:
    registry = replayed({"registry": dripping}, framed(1, OLD), **CONFLUENT)
    assert texts(registry) == f"The registry {dripping} could not be asked: it did not answer within 1 s."
    outcome = replayed(
        {"messages": on_redis.url, "outcomes": dripping}, channel=on_redis.channel, contents=1, outcome=1
    )
    assert texts(outcome) == f"The consumer's outcome could not be asked for at {dripping}: no answer within 1 s."
    message = replayed({"messages": dripping}, contents=1)
    assert texts(message) == f"The message endpoint {dripping} did not answer within 1 s."
    assert {one.outcome for one in (registry, outcome, message)} == {Outcome.ERRORED}


def test_an_outcome_that_nests_without_end_is_no_json(provider: Provider, on_redis: Place) -> None:
    provider.answers["/"] = Answer(body=DEEP.encode())
    found = replayed(
        {"messages": on_redis.url, "outcomes": provider.url}, channel=on_redis.channel, contents=1, outcome=1
    )
    assert found.outcome is Outcome.FAILED
    assert "The consumer's outcome is no JSON: [[[" in texts(found)


def test_a_header_that_nests_without_end_is_a_text() -> None:
    assert named_alike({"n": 5}, {"n": DEEP}) == {"n": DEEP}


@pytest.mark.parametrize("encoding", ["json", "text", "bytes", "avro"])
def test_what_is_empty_satisfies_null_in_every_encoding(encoding: str) -> None:
    says: dict[str, Any] = {"schemaName": "order.avsc"} if encoding == "avro" else {}
    assert result(b"", encoding=encoding, contents=None, **says).outcome is Outcome.PASSED
    assert result(b"x", encoding=encoding, contents=None, **says).outcome is Outcome.FAILED
    assert result(b"", encoding=encoding, contents="x", **says).outcome is Outcome.FAILED


def described(message: Any, came: Message) -> Result:
    document = {
        "asyncapi": "3.0.0",
        "info": {"title": "a", "version": "1"},
        "channels": {"c": {"address": "c", "messages": {"m": message}}},
        "operations": {"s": {"action": "send", "channel": {"$ref": "#/channels/c"}}},
    }
    contract = Contract("", "b", json.dumps(document).encode(), "asyncapi.json", format="asyncapi")
    (found,) = verify(contract, Target(), messages=lambda: came).results
    return found


@pytest.mark.parametrize(
    ("headers", "outcome"),
    [
        ({"version": "2", "count": "5"}, Outcome.PASSED),
        ({"version": "two", "count": "5"}, Outcome.PASSED),
        ({"version": "2", "count": "five"}, Outcome.FAILED),
        ({"version": "2"}, Outcome.FAILED),
        ({"version": "2", "count": "5", "code": "7"}, Outcome.PASSED),
        ({"version": "2", "count": "5", "code": "seven"}, Outcome.FAILED),
    ],
)
def test_headers_are_texts_or_numbers_each_as_its_schema_wants(headers: dict[str, str], outcome: Outcome) -> None:
    kinds = {"version": {"type": "string"}, "count": {"type": "integer"}, "code": {"type": "number"}}
    schema = {"type": "object", "required": ["version", "count"], "properties": kinds}
    found = described({"headers": schema, "payload": {"type": "object"}}, Message(b"{}", None, headers))
    assert found.outcome is outcome, texts(found)


@pytest.mark.parametrize(
    ("expected", "came", "same"),
    [
        ("application/json", "application/json; charset=utf-8", True),
        ("application/json", "Application/JSON;charset=UTF-8; version=2", True),
        ("application/json; version=2", "application/json; version=2; charset=utf-8", True),
        ("application/json; version=2", "application/json; version=3", False),
        ("application/json; version=2", "application/json", False),
        ("application/json", "application/json; charset=utf-16", False),
        ("application/json; charset=utf-16", "application/json", False),
        ("application/json", "application/json5", False),
        ("text/plain; charset=latin1", "text/plain; charset=latin1", True),
    ],
)
def test_a_content_type_may_say_more_than_is_expected(expected: str, came: str, same: bool) -> None:
    assert (seen_as(expected, came) == expected) is same
    written = '{"a": 1}'.encode("utf-16" if "utf-16" in came else "utf-8")
    found = described({"contentType": expected, "payload": {}}, Message(written, came))
    assert (found.outcome is Outcome.PASSED) is same, texts(found)
