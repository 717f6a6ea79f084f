"""Subscriptions over websockets: events in their order, and everything that may happen instead."""

import contextlib
import json
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.server import ServerConnection, serve
from websockets.typing import Subprotocol

from tests.support.services import free_port
from tests.verifiers.graphql.conftest import CATALOGUE
from tests.verifiers.graphql.making import answering, cause, document, expectations, replayed, told
from tests.verifiers.providing import Answer, Provider
from troth_verifiers import Outcome
from troth_verifiers.api import Result

PAID: dict[str, Any] = {"operation": "subscription { paid { id } }", "events": [{"data": {"paid": {"id": "1"}}}]}
TWO = {**PAID, "events": [{"data": {"paid": {"id": "1"}}}, {"data": {"paid": {"id": "2"}}}]}

Part = Callable[[ServerConnection], None]


@contextlib.contextmanager
def socket(part: Part, protocol: str | None = "graphql-transport-ws") -> Iterator[str]:
    """A websocket that plays a part after the handshake; gives its address."""
    protocols: Sequence[Subprotocol] | None = [Subprotocol(protocol)] if protocol else None

    def choose(_: ServerConnection, offered: Sequence[Subprotocol]) -> Subprotocol | None:
        return Subprotocol(protocol) if protocol and protocol in offered else None

    with serve(part, "127.0.0.1", 0, subprotocols=protocols, select_subprotocol=choose) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"ws://127.0.0.1:{server.socket.getsockname()[1]}/graphql"
        finally:
            server.shutdown()
            thread.join()


def playing(*messages: Any, then: str = "wait") -> Part:
    """Acknowledge, read the subscription and the ping, and say these; then wait, close or break off."""

    def part(connection: ServerConnection) -> None:
        assert json.loads(connection.recv())["type"] == "connection_init"
        connection.send('{"type": "connection_ack"}')
        assert json.loads(connection.recv())["type"] == "subscribe"
        assert json.loads(connection.recv())["type"] == "ping"
        connection.send('{"type": "pong"}')
        for message in messages:
            connection.send(message if isinstance(message, str) else json.dumps(message))
        if then == "wait":
            with contextlib.suppress(Exception):
                while True:
                    connection.recv()
        if then == "break":
            connection.socket.close()
        if then == "close":
            connection.close(4500, "out of order")

    return part


def paid(number: str, **more: Any) -> dict[str, Any]:
    """An event."""
    return {"id": "1", "type": "next", "payload": {"data": {"paid": {"id": number}}, **more}}


def subscribed(part: Part, interaction: Any = PAID, *, protocol: str | None = "graphql-transport-ws") -> Result:
    """The result of a subscription to a websocket that plays a part."""
    with socket(part, protocol) as url:
        (result,) = replayed(expectations({"timeout": 20, **interaction}), "", others={"graphql-ws": url})
    return result


def test_events_in_their_order_pass_and_pings_are_answered() -> None:
    result = subscribed(playing({"type": "ping"}, paid("1"), paid("2"), paid("3")), TWO)
    assert result.outcome is Outcome.PASSED, result.mismatches
    received = result.exchanges[0].received
    assert received is not None
    assert received.summary == "2 events"
    assert received.body.splitlines()[1] == '{"data": {"paid": {"id": "2"}}}'
    assert result.exchanges[0].timings.keys() == {"open", "answer", "whole"}


@pytest.mark.parametrize(
    ("part", "expected", "said"),
    [
        (playing(paid("2"), paid("1")), {f"$.events[{n}].data.paid.id" for n in (0, 1)}, "equal"),
        (playing(paid("1"), paid("2", errors=[{"message": "late"}])), {"$.events[1].errors[0]"}, "late"),
        (playing(paid("1"), {"id": "1", "type": "complete"}), {"$.events"}, "ended after 1 of 2"),
        (
            playing({"id": "1", "type": "error", "payload": [{"message": "Cannot query field"}]}),
            {"$.errors"},
            "Cannot query field",
        ),
        (playing(paid("1"), then="close"), {"$.events"}, "with 4500 (out of order) after 1 of 2 events"),
        (playing(paid("1"), then="break"), {"$.events"}, "closed the websocket after 1 of 2 events"),
        (playing({"id": "1", "type": "data"}), {""}, "no message of graphql-transport-ws"),
        (playing("garbage"), {""}, "no message of graphql-transport-ws"),
        (playing({"id": "1", "type": "next", "payload": 1}), {""}, "no message of graphql-transport-ws"),
        (playing({**paid("1"), "id": "2"}, paid("1")), {""}, "no message of graphql-transport-ws"),
        (playing({"type": "complete"}), {""}, "no message of graphql-transport-ws"),
        (playing({"id": "1", "type": "next", "payload": {}}, paid("2")), {"$.events[0].data"}, "it is null"),
    ],
    ids=[
        "other order",
        "an error",
        "ends early",
        "refused",
        "closed",
        "broken off",
        "other type",
        "garbage",
        "no event",
        "of another subscription",
        "the end of none",
        "an event of nothing",
    ],
)
def test_what_comes_instead_fails_and_says_what_came(part: Part, expected: set[str], said: str) -> None:
    result = subscribed(part, TWO)
    assert {place for _, place in told(result)} == expected
    assert said in result.mismatches[0].text


def test_events_that_never_come_error_within_the_time_and_say_what_was_seen() -> None:
    result = subscribed(playing(paid("1")), {**TWO, "timeout": 0.5})
    assert cause(result) == ("events-missing", "Expected 2 events within 0.5 s, but there came 1 event.")
    assert result.exchanges[0].received is not None
    assert '"1"' in result.exchanges[0].received.body


REFUSAL = {"id": "1", "type": "error", "payload": [{"message": "no", "extensions": {"code": "FORBIDDEN"}}]}


@pytest.mark.parametrize(
    ("events", "places"),
    [
        ([{"errors": [{"extensions": {"code": "FORBIDDEN"}}]}], set()),
        ([{"errors": [{"extensions": {"code": "GONE"}}]}], {"$.events[0].errors[0].extensions.code"}),
        ([{"data": None, "errors": [{"message": "no"}]}], set()),
        ([{"errors": [{"message": "no"}]}, {}], {"$.events"}),
        ([{}, {"errors": [{"message": "no"}]}], {"$.errors"}),
        ([{"errors": []}], {"$.errors"}),
    ],
)
def test_a_refusal_may_be_what_is_expected(events: Any, places: set[str]) -> None:
    result = subscribed(playing(REFUSAL), {**PAID, "events": events})
    assert {one.place for one in result.mismatches} == places, result.mismatches
    assert (result.outcome is Outcome.PASSED) is (not places)


def test_nothing_more_comes_from_a_server_before_its_ping_is_answered() -> None:
    def part(connection: ServerConnection) -> None:
        connection.recv()
        for message in ({"type": "connection_ack"}, {"type": "ping"}):
            connection.send(json.dumps(message))
        heard = [json.loads(connection.recv())["type"] for _ in range(3)]
        assert heard == ["subscribe", "ping", "pong"]
        for message in ({"type": "pong"}, paid("1")):
            connection.send(json.dumps(message))
        connection.recv()

    assert subscribed(part).outcome is Outcome.PASSED


@pytest.mark.parametrize(
    "last",
    [{"id": "1", "type": "complete"}, {"id": "1", "type": "error", "payload": [{"message": "broke"}]}, paid("3")],
)
def test_what_comes_after_all_that_was_wanted_does_not_matter(last: Any) -> None:
    def part(connection: ServerConnection) -> None:
        connection.recv()
        connection.send('{"type": "connection_ack"}')
        connection.recv()
        for message in (paid("1"), paid("2"), last, {"type": "pong"}):
            connection.send(json.dumps(message))
        with contextlib.suppress(ConnectionClosed):
            while True:
                connection.recv()

    assert subscribed(part).outcome is Outcome.PASSED


@pytest.mark.parametrize("first", [paid("1"), {"id": "1", "type": "complete"}, {"type": "connection_error"}])
def test_nothing_may_come_before_the_connection_is_taken(first: Any) -> None:
    def part(connection: ServerConnection) -> None:
        connection.recv()
        connection.send('{"type": "pong"}')
        connection.send(json.dumps(first))
        with contextlib.suppress(ConnectionClosed):
            connection.recv()

    assert told(subscribed(part)) == {("subprotocol", "")}


def test_the_connection_is_opened_with_what_the_contract_says() -> None:
    opened: list[Any] = []

    def part(connection: ServerConnection) -> None:
        opened.append(json.loads(connection.recv()))
        connection.close(4403, "Forbidden")

    result = subscribed(part, {**PAID, "connection": {"token": "example"}})
    assert opened == [{"type": "connection_init", "payload": {"token": "example"}}]
    assert told(result) == {("events", "$.events")}
    assert "4403 (Forbidden)" in result.mismatches[0].text


def test_an_event_that_is_wrong_fails_though_another_never_comes() -> None:
    result = subscribed(playing(paid("7")), {**TWO, "timeout": 0.5})
    assert {place for _, place in told(result)} == {"$.events[0].data.paid.id"}


@pytest.mark.parametrize("protocol", ["graphql-ws", None])
def test_a_server_of_another_subprotocol_is_told(protocol: str | None) -> None:
    result = subscribed(lambda connection: None, protocol=protocol)
    assert told(result) == {("subprotocol", "")}
    assert "graphql-transport-ws" in result.mismatches[0].text


def test_a_server_that_refuses_the_websocket_is_told(provider: Provider) -> None:
    answering(provider, Answer(403, b"no"))
    (result,) = replayed(expectations(PAID), provider.url)
    assert told(result) == {("status", "")}
    assert "403" in result.mismatches[0].text


def test_a_server_that_is_not_there_or_says_nothing_is_told(provider: Provider) -> None:
    (down,) = replayed(expectations(PAID), f"http://127.0.0.1:{free_port()}")
    assert cause(down)[0] == "provider-refused"
    provider.answers["/graphql"] = "hang"
    (silent,) = replayed(expectations({**PAID, "timeout": 0.3}), provider.url)
    assert cause(silent)[0] == "provider-timed-out"


def test_a_trigger_that_fails_is_told_as_such(catalogue: str) -> None:
    failing = {
        "operation": 'subscription { priceChanged(id: "1") { price } }',
        "trigger": 'mutation { setPrice(id: "404", price: 1) { id } }',
        "events": [{}],
    }
    (result,) = replayed(expectations(failing), catalogue)
    assert told(result) == {("trigger", "")}
    assert "There is no such product" in result.mismatches[0].text


def test_a_trigger_that_gives_nothing_is_told_as_such(provider: Provider) -> None:
    answering(provider, {"data": None})
    with socket(playing()) as url:
        one = {**PAID, "trigger": "mutation { pay { id } }"}
        (result,) = replayed(expectations(one), provider.url, others={"graphql-ws": url})
    assert told(result) == {("trigger", "")}
    assert "It gave no data, and no error says why." in result.mismatches[0].text


def test_a_subscription_that_the_server_refuses_says_why(catalogue: str) -> None:
    (result,) = replayed(expectations({"operation": "subscription { nothing }", "events": [{}]}), catalogue)
    assert told(result) == {("errors", "$.errors")}
    assert "nothing" in result.mismatches[0].text


def test_a_plain_subscription_does_not_pass_without_an_event(catalogue: str) -> None:
    sdl = (CATALOGUE / "schema.graphql").read_text()
    text = 'subscription A { priceChanged(id: "1") { price } }'
    first, _ = replayed(document(text, schema__graphql=sdl), catalogue, timeout=1)
    assert cause(first)[0] == "events-missing"
