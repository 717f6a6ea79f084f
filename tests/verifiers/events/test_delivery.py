"""How messages are delivered: how many, in which order, when; and messages that a URL is asked for."""

from collections.abc import Callable, Mapping
from typing import Any

import yaml
from redis import Redis

from tests.verifiers.events.conftest import Place
from tests.verifiers.providing import Answer, Provider
from troth_verifiers import Contract, Outcome, Result, Target, verify


def contract(channel: str, **says: Any) -> Contract:
    interaction = {
        "description": "a count",
        "states": ["counted"],
        "channel": channel,
        "contents": {"number": 1},
        "rules": {"$.number": {"match": "integer"}},
        **says,
    }
    document = {"troth": 1, "protocol": "message", "consumer": "a", "provider": "b", "interactions": [interaction]}
    return Contract("a", "b", yaml.safe_dump(document).encode(), "x.yaml", format="message")


def counted(
    at: Place,
    *numbers: object,
    timeout: float = 60.0,
    key: str = "k",
    says: Mapping[str, Any] | None = None,
    **delivery: Any,
) -> Result:
    """What is said when these numbers are sent, in this order."""

    def send() -> None:
        with Redis.from_url(at.url) as client:
            for number in numbers:
                client.xadd(at.channel, {"payload": f'{{"number": {number}}}', **({"key": key} if key else {})})

    (result,) = verify(
        contract(at.channel, delivery=delivery, **(says or {})),
        Target(others={"messages": at.url}, timeout=timeout),
        states={"counted": send},
    ).results
    return result


def said(result: Result) -> list[tuple[str, str]]:
    return [(one.kind, one.place) for one in result.mismatches]


def test_as_many_different_messages_are_waited_for_as_the_contract_counts(on_redis: Place) -> None:
    assert counted(on_redis, 1, 2, 3, count=3).outcome is Outcome.PASSED
    few = counted(on_redis, 1, 1, 2, count=3, timeout=3)
    assert said(few) == [("delivery", "count")]
    assert "3 messages are expected" in few.mismatches[0].text
    assert "and 2 came" in few.mismatches[0].text


def test_what_goes_back_is_out_of_order(on_redis: Place) -> None:
    assert counted(on_redis, 1, 2, 10, count=3, ordered="$.number").outcome is Outcome.PASSED
    back = counted(on_redis, 1, 10, 2, count=3, ordered="$.number")
    assert said(back) == [("delivery", "$.number")]
    assert "out of order: $.number is 2 at" in back.mismatches[0].text
    assert counted(on_redis, 1, 10, 2, count=3).outcome is Outcome.PASSED


def test_an_order_that_cannot_be_told_is_none(on_redis: Place) -> None:
    gone = counted(on_redis, 1, 2, count=2, ordered="$.gone")
    assert said(gone) == [("delivery", "$.gone"), ("delivery", "$.gone")]
    assert "cannot be told: $.gone is no number and no text at" in gone.mismatches[0].text
    mixed: dict[str, Any] = {"contents": {"number": "1"}, "rules": {"$.number": {"match": "notEmpty"}}}
    assert said(counted(on_redis, 1, '"2"', says=mixed, count=2, ordered="$.number")) == [("delivery", "$.number")]


def test_an_order_may_stand_deep_within_a_message(on_redis: Place) -> None:
    says: dict[str, Any] = {"contents": {"number": [{"at it": 1}]}, "rules": {"$.number": {"match": "type"}}}
    deep = "$.number[0]['at it']"
    up, down = [f'[{{"at it": {one}}}]' for one in (1, 2)], [f'[{{"at it": {one}}}]' for one in (2, 1)]
    assert counted(on_redis, *up, says=says, count=2, ordered=deep).outcome is Outcome.PASSED
    assert said(counted(on_redis, *down, says=says, count=2, ordered=deep)) == [("delivery", deep)]
    wild = counted(on_redis, says=says, ordered="$.number[*].a")
    assert wild.cause is not None
    assert "is the path of what must not go back" in wild.cause.text


def test_a_key_that_is_missing_fails_and_another_one_is_named(on_redis: Place) -> None:
    missing = counted(on_redis, 1, key="", says={"key": "7"}, timeout=2)
    assert [(one.kind, one.text) for one in missing.mismatches] == [("key", "The message has no key.")]
    other = counted(on_redis, 1, key="8", says={"key": "7"}, timeout=2)
    assert other.cause is not None
    assert other.cause.kind == "message-never-came"
    assert "with the key '8': {\"number\": 1}" in other.cause.text


def test_a_duplicate_is_noted_where_nothing_is_said_of_it(on_redis: Place) -> None:
    result = counted(on_redis, 1, 1, within=0.5)
    assert result.outcome is Outcome.PASSED
    notes = [one.received.summary for one in result.exchanges if one.received is not None]
    assert len(notes) == 2
    assert "(a duplicate of " in notes[1]
    assert said(counted(on_redis, 1, 1, exactly="once")) == [("delivery", "exactly")]
    assert counted(on_redis, 1, 2, exactly="once").outcome is Outcome.PASSED


def test_an_interaction_may_have_a_wait_of_its_own(on_redis: Place) -> None:
    (result,) = verify(
        contract(on_redis.channel, timeout=0.2),
        Target(others={"messages": on_redis.url}, timeout=600),
        states={"counted": lambda: None},
    ).results
    assert result.cause is not None
    assert "did not come" in result.cause.text
    assert "within 0.2 s" in result.cause.text


def asked(provider: Provider, answer: Answer | Callable[..., Answer]) -> Result:
    provider.answers["/messages"] = answer
    target = Target(others={"messages": f"{provider.url}/messages"})
    (result,) = verify(contract("c"), target, states={"counted": lambda: None}).results
    return result


def test_a_url_is_asked_for_messages(provider: Provider) -> None:
    assert asked(provider, Answer(json={"number": 5})).outcome is Outcome.PASSED
    assert said(asked(provider, Answer(json={"number": "five"}))) == [("body", "$.number")]
    refused = asked(provider, Answer(500, b"oh"))
    assert refused.outcome is Outcome.FAILED
    assert "The message endpoint answered 500 oh" in refused.mismatches[0].text
    assert provider.asked[0].json["providerStates"] == [{"name": "counted", "params": {}}]


def test_a_url_that_nobody_answers_is_an_error() -> None:
    for others in ({"messages": "http://me:s3cret@127.0.0.1:1/"}, {"messages": "http://me:s3cret@[::1]:1/"}):
        (result,) = verify(contract("c"), Target(others=others), states={"counted": lambda: None}).results
        assert result.outcome is Outcome.ERRORED
        assert result.cause is not None
        assert result.cause.kind == "message"
        assert "s3cret" not in result.cause.text
