"""Message pacts replayed by listening to a message broker."""

import base64
import json
from typing import Any

import pytest
from redis import Redis

from tests.verifiers.events.conftest import Place, producing
from tests.verifiers.pacts import contract, given, message, v4
from tests.verifiers.providing import Answer, Provider
from troth_verifiers import Outcome, Report, Target, verify


def v3(channel: str) -> dict[str, Any]:
    return {
        "consumer": {"name": "billing"},
        "provider": {"name": "orders"},
        "messages": [
            {
                "description": "an order is placed",
                "providerStates": given("an order is placed", id=7, total=9.5),
                "contents": {"id": 7, "total": 1.0},
                "matchingRules": {"body": {"$.total": {"matchers": [{"match": "decimal"}]}}},
                "metaData": {"contentType": "application/json", "topic": channel},
            }
        ],
        "metadata": {"pactSpecification": {"version": "3.0.0"}},
    }


def in_v4(channel: str) -> dict[str, Any]:
    rules = {"body": {"$.total": {"matchers": [{"match": "decimal"}]}}}
    metadata = {"topic": channel, "type": "order.placed"}
    states = given("an order is placed", id=7, total=9.5)
    return v4(message("placed", {"id": 7, "total": 1.5}, metadata=metadata, matchingRules=rules, providerStates=states))


def replayed(at: Place, pact: dict[str, Any], broken: str = "", timeout: float = 60.0) -> Report:
    with producing(at, broken) as states:
        return verify(contract(pact), Target(others={"messages": at.url}, timeout=timeout), states=states)


@pytest.mark.parametrize("pact", [v3, in_v4])
def test_a_message_pact_is_replayed_by_listening(pact: Any, on_redis: Place) -> None:
    report = replayed(on_redis, pact(on_redis.channel))
    assert report.ok, report.to_text()
    (exchange,) = report.results[0].exchanges
    assert exchange.received is not None
    assert exchange.received.summary.startswith(on_redis.channel)


@pytest.mark.parametrize("pact", [v3, in_v4])
def test_a_broken_producer_fails_a_message_pact(pact: Any, on_redis: Place) -> None:
    (result,) = replayed(on_redis, pact(on_redis.channel), "total", 2).results
    assert result.outcome is Outcome.FAILED
    assert [(one.kind, one.place) for one in result.mismatches] == [("body", "$.total")]


@pytest.mark.parametrize("pact", [v3, in_v4])
def test_a_url_is_asked_for_the_messages_of_pacts_too(pact: Any, provider: Provider) -> None:
    metadata = base64.b64encode(json.dumps({"topic": "c", "type": "order.placed"}).encode()).decode()
    provider.answers["/m"] = Answer(json={"id": 7, "total": 2.5}, headers={"Pact-Message-Metadata": metadata})
    target = Target(others={"messages": f"{provider.url}/m"})
    (result,) = verify(contract(pact("c")), target, states=lambda state: None).results
    assert result.outcome is Outcome.PASSED, result
    provider.answers["/m"] = Answer(json={"id": 7}, headers={"Pact-Message-Metadata": metadata})
    (broken,) = verify(contract(pact("c")), target, states=lambda state: None).results
    assert broken.outcome is Outcome.FAILED


def test_a_pact_without_a_channel_in_its_metadata_is_an_error_that_says_so(redis_url: str) -> None:
    pact = v4(message("placed", {"id": 7}))
    (result,) = verify(contract(pact), Target(others={"messages": redis_url})).results
    assert result.outcome is Outcome.ERRORED
    assert result.cause is not None
    assert result.cause.kind == "not-replayable"
    assert "names no channel" in result.cause.text


def test_a_message_that_never_comes_is_an_error_of_a_pact_too(on_redis: Place) -> None:
    (result,) = replayed(on_redis, in_v4(on_redis.channel), "silent", 0.3).results
    assert result.outcome is Outcome.ERRORED
    assert result.cause is not None
    assert result.cause.kind == "message-never-came"


@pytest.mark.parametrize(
    ("stated", "outcome"),
    [
        ("", Outcome.PASSED),
        ("application/json; charset=utf-8", Outcome.PASSED),
        ("text/plain", Outcome.FAILED),
    ],
)
def test_a_type_that_nobody_states_or_that_says_more_is_no_difference(
    stated: str, outcome: Outcome, on_redis: Place
) -> None:
    def send() -> None:
        with Redis.from_url(on_redis.url) as client:
            headers = {"content-type": stated} if stated else {}
            client.xadd(on_redis.channel, {"payload": '{"id": 7, "total": 2.5}', **headers})

    target = Target(others={"messages": on_redis.url}, timeout=0.5 if outcome is Outcome.FAILED else 60)
    (result,) = verify(contract(v3(on_redis.channel)), target, states=lambda state: send()).results
    assert result.outcome is outcome, result


def test_a_type_that_a_rule_speaks_of_has_to_be_stated(on_redis: Place) -> None:
    pact = v3(on_redis.channel)
    rule = {"matchers": [{"match": "regex", "regex": "application/json"}]}
    pact["messages"][0]["matchingRules"]["metadata"] = {"contentType": rule}

    def send() -> None:
        with Redis.from_url(on_redis.url) as client:
            client.xadd(on_redis.channel, {"payload": '{"id": 7, "total": 2.5}'})

    target = Target(others={"messages": on_redis.url}, timeout=0.5)
    (result,) = verify(contract(pact), target, states=lambda state: send()).results
    assert [(one.kind, one.place) for one in result.mismatches] == [("metadata", "contentType")]
