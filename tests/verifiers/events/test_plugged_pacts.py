"""Pacts with contents in Avro and Protobuf, with values of the provider's states in them, on a message broker."""

from collections.abc import Callable
from typing import Any

import pytest
from redis import Redis

from tests.verifiers.events.conftest import Place
from tests.verifiers.test_plugged_contents import AVRO, PROTOBUF, one_way, pact
from troth_verifiers import Outcome, Result, Target, verify

NUMBER = {"body": {"$.id": {"type": "ProviderState", "expression": "${id}", "dataType": "INTEGER"}}}
NAME = {"body": {"$.customer_name": {"type": "ProviderState", "expression": "${who}"}}}


def heard(
    at: Place, kind: tuple[str, str, Callable[..., bytes]], came: bytes, values: dict[str, Any], **says: Any
) -> Result:
    """What is said of a message on a stream, where the provider's state supplies these values."""
    plugin, content_type, made = kind

    def state() -> dict[str, Any]:
        with Redis.from_url(at.url) as client:
            client.xadd(at.channel, {"payload": came, "content-type": content_type})
        return values

    message = one_way(made(id=1, customer_name="Ada"), content_type, providerStates=[{"name": "an order"}], **says)
    message["metadata"]["topic"] = at.channel
    target = Target(others={"messages": at.url}, timeout=2)
    (result,) = verify(pact(plugin, message), target, states={"an order": state}).results
    return result


@pytest.mark.parametrize("kind", [AVRO, PROTOBUF], ids=["avro", "protobuf"])
def test_a_value_of_a_state_stands_in_the_place_of_the_example(
    kind: tuple[str, str, Callable[..., bytes]], on_redis: Place
) -> None:
    _, _, made = kind
    both = {"generators": {"body": {**NUMBER["body"], **NAME["body"]}}}
    values = {"id": 7, "who": "Bob"}
    right = heard(on_redis, kind, made(id=7, customer_name="Bob"), values, **both)
    assert right.outcome is Outcome.PASSED, right
    wrong = heard(on_redis, kind, made(id=1, customer_name="Ada"), values, **both)
    assert wrong.outcome is Outcome.FAILED
    assert [(one.place, one.expected) for one in wrong.mismatches] == [("$.customer_name", '"Bob"'), ("$.id", "7")]
    without = heard(on_redis, kind, made(id=1, customer_name="Ada"), {}, generators=NUMBER)
    assert without.outcome is Outcome.ERRORED, without
    assert without.cause is not None
    assert without.cause.kind == "state-value-missing"


@pytest.mark.parametrize("kind", [AVRO, PROTOBUF], ids=["avro", "protobuf"])
def test_bytes_that_break_off_and_a_rule_beside_a_value_are_judged(
    kind: tuple[str, str, Callable[..., bytes]], on_redis: Place
) -> None:
    _, _, made = kind
    rules = {"body": {"$.id": {"matchers": [{"match": "integer"}]}}}
    other = heard(on_redis, kind, made(id=9, customer_name="Ada"), {"id": 7}, generators=NUMBER, matchingRules=rules)
    assert other.outcome is Outcome.PASSED, other
    short = heard(on_redis, kind, made(id=7, customer_name="Ada")[:-3], {"id": 7}, generators=NUMBER)
    assert short.outcome is Outcome.FAILED
    assert "cannot be read as such" in short.mismatches[0].text
