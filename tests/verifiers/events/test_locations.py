"""Parameters in a channel's address whose value stands in the message, too, as AsyncAPI's `location` says."""

import json
from typing import Any

import pytest

from tests.verifiers.events.conftest import Place, placed
from tests.verifiers.events.produced import texts
from tests.verifiers.events.test_asyncapi import contract
from troth_verifiers import Message, Outcome, Result, Target, verify
from troth_verifiers.events.opening import send
from troth_verifiers.transport import Broker, Event

JSON = "application/json"


def document(version: str, address: str, location: str) -> dict[str, Any]:
    made: dict[str, Any] = {"asyncapi": version, "info": {"title": "t", "version": "1"}}
    channel: dict[str, Any] = {"parameters": {"which": {"location": location}}}
    message = {"contentType": JSON, "payload": {"type": "object"}}
    if version.startswith("2"):
        made["channels"] = {address: {**channel, "subscribe": {"operationId": "told", "message": message}}}
    else:
        made["channels"] = {"c": {**channel, "address": address, "messages": {"told": message}}}
        made["operations"] = {"told": {"action": "send", "channel": {"$ref": "#/channels/c"}}}
    return made


def result(location: str, payload: object, version: str = "3.0.0", which: str = "7", **headers: str) -> Result:
    """What is said of a message that a function tells to have come by an address."""
    said = Message(json.dumps(payload).encode(), JSON, {"channel": f"orders.{which}", **headers})
    given = contract(json.dumps(document(version, "orders.{which}", location)))
    (found,) = verify(given, messages=lambda: said).results
    return found


@pytest.mark.parametrize("version", ["2.6.0", "3.0.0"])
@pytest.mark.parametrize(
    ("location", "payload", "which"),
    [
        ("$message.payload#/id", {"id": "7"}, "7"),
        ("$message.payload#/id", {"id": 7}, "7"),
        ("$message.payload#/id", {"id": 7.0}, "7"),
        ("$message.payload#/id", {"id": True}, "true"),
        ("$message.payload#/lines/1/a~1b", {"lines": [0, {"a/b": "x"}]}, "x"),
        ("$message.header#/id", {}, "h"),
        ("$message.header#/correlationId", {}, "c"),
    ],
)
def test_an_address_with_the_value_that_stands_in_the_message_passes(
    version: str, location: str, payload: object, which: str
) -> None:
    found = result(location, payload, version, which, id="h", correlationId="c")
    assert found.outcome is Outcome.PASSED, texts(found)


@pytest.mark.parametrize("version", ["2.6.0", "3.0.0"])
@pytest.mark.parametrize(
    ("location", "payload", "said"),
    [
        ("$message.payload#/id", {"id": 8}, "is '7', and the message has '8' at $message.payload#/id."),
        ("$message.payload#/id", {"id": "07"}, "is '7', and the message has '07' at"),
        ("$message.payload#/id", {"id": True}, "is '7', and the message has 'true' at"),
        ("$message.payload#/id", {}, "is '7', and the message has nothing at $message.payload#/id."),
        ("$message.payload#/id", {"id": None}, "is '7', and the message has nothing at"),
        ("$message.payload#/lines/2", {"lines": [7]}, "is '7', and the message has nothing at"),
        ("$message.header#/id", {"id": 7}, "is '7', and the message has 'h' at $message.header#/id."),
    ],
)
def test_an_address_with_another_value_than_the_message_fails(
    version: str, location: str, payload: object, said: str
) -> None:
    found = result(location, payload, version, id="h")
    assert [(one.kind, one.place) for one in found.mismatches] == [("channel", "which")]
    assert f"The parameter 'which' of the channel 'orders.7' {said}" in texts(found)


def test_what_cannot_be_read_is_told_once() -> None:
    said = Message(b"{", JSON, {"channel": "orders.7"})
    given = contract(json.dumps(document("3.0.0", "orders.{which}", "$message.payload#/id")))
    (found,) = verify(given, messages=lambda: said).results
    assert [one.kind for one in found.mismatches] == ["body"]


@pytest.fixture
def on_mqtt(request: pytest.FixtureRequest) -> Any:
    with placed("mqtt", request.getfixturevalue("mqtt_url")) as at:
        yield at


@pytest.mark.parametrize("which", ["7", "8"])
def test_the_value_is_looked_for_where_a_message_came_over_a_broker(which: str, on_mqtt: Place) -> None:
    async def told() -> None:
        await send(Broker(on_mqtt.url, timeout=60), Event(f"{on_mqtt.channel}/{which}", b'{"id": 7}', JSON))

    target = Target(others={"messages": on_mqtt.url}, timeout=60 if which == "7" else 0.5)
    given = contract(json.dumps(document("3.0.0", f"{on_mqtt.channel}/{{which}}", "$message.payload#/id")))
    (found,) = verify(given, target, states={"told": told}).results
    assert found.outcome is (Outcome.PASSED if which == "7" else Outcome.FAILED), texts(found)
