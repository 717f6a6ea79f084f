"""JSON that its readers do not read alike, by every way that messages and outcomes come."""

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest
from redis import Redis

from tests.verifiers.events.conftest import Place
from tests.verifiers.events.produced import framed, texts
from tests.verifiers.events.produced import result as of_payload
from tests.verifiers.events.test_asyncapi import result_of
from tests.verifiers.events.test_charsets import contract
from tests.verifiers.events.test_charsets import result as of_type
from tests.verifiers.events.test_consumers import contract as for_a_consumer
from tests.verifiers.events.test_consumers import handled
from tests.verifiers.events.test_pacts import v3
from tests.verifiers.pacts import contract as pact_contract
from tests.verifiers.providing import Answer, Provider
from troth_verifiers import Message, Outcome, Result, Target, verify

JSON = "application/json"
TWICE = b'{"id": 8, "i\\u0064": 7, "total": 9.5}'
SAID = "The name 'id' comes 2 times in one object"
ODD: dict[str, tuple[bytes, str]] = {
    "a name twice": (TWICE, SAID),
    "a name twice further in": (
        b'{"id": 7, "total": 9.5, "l": [{"a": 1, "a": 1}]}',
        "The name 'a' comes 2 times",
    ),
    "a mark before it": (b'\xef\xbb\xbf{"id": 7, "total": 9.5}', "byte order mark"),
    "an endless number": (b'{"id": 7, "total": 9.5, "x": 1e400}', "number"),
    "half a character": (b'{"id": 7, "total": 9.5, "x": "\\ud83d"}', "half of a surrogate pair"),
    "NaN": (b'{"id": 7, "total": 9.5, "x": NaN}', "number"),
}
odd = pytest.mark.parametrize(("came", "said"), ODD.values(), ids=ODD.keys())
ORDER: dict[str, Any] = {"id": 7, "total": 9.5}


def from_a_function(came: bytes, at: Place, provider: Provider) -> Result:
    _ = at, provider
    return of_type(came, JSON, contents=ORDER)


def from_a_url(came: bytes, at: Place, provider: Provider) -> Result:
    _ = at
    provider.answers["/m"] = Answer(200, came, {"Content-Type": JSON})
    target = Target(others={"messages": f"{provider.url}/m"})
    (found,) = verify(contract(contents=ORDER), target).results
    return found


def put(at: Place, came: bytes) -> None:
    with Redis.from_url(at.url) as client:
        client.xadd(at.channel, {"payload": came, "content-type": JSON})


def from_a_broker(came: bytes, at: Place, provider: Provider) -> Result:
    _ = provider
    says: dict[str, Any] = {"channel": at.channel, "contents": ORDER, "states": ["it"]}
    target = Target(others={"messages": at.url}, timeout=0.5)
    (found,) = verify(contract(**says), target, states={"it": lambda: put(at, came)}).results
    return found


def of_a_description(came: bytes, at: Place, provider: Provider) -> Result:
    _ = at, provider
    return result_of({"contentType": JSON, "payload": {"type": "object", "required": ["id"]}}, Message(came, JSON))


def of_a_pact(came: bytes, at: Place, provider: Provider) -> Result:
    _ = provider
    target = Target(others={"messages": at.url}, timeout=0.5)
    (found,) = verify(pact_contract(v3(at.channel)), target, states=lambda state: put(at, came)).results
    return found


@odd
@pytest.mark.parametrize("way", [from_a_function, from_a_url, from_a_broker, of_a_description, of_a_pact])
def test_a_message_in_json_that_readers_do_not_read_alike_fails(
    way: Callable[[bytes, Place, Provider], Result], came: bytes, said: str, on_redis: Place, provider: Provider
) -> None:
    found = way(came, on_redis, provider)
    assert found.outcome is Outcome.FAILED, found
    assert [one.kind for one in found.mismatches] == ["body"]
    assert said in texts(found)


def test_a_name_that_comes_again_is_told_in_any_charset_and_in_a_frame(provider: Provider) -> None:
    found = of_type(TWICE.decode().encode("utf-16"), f"{JSON}; charset=utf-16", contents=ORDER)
    assert SAID in texts(found)
    provider.answers["/schemas/ids/1"] = Answer(json={"schemaType": "JSON", "schema": "{}"})
    others = {"registry": provider.url}
    found = of_payload(framed(1, TWICE), others=others, encoding="json-confluent", contents=ORDER)
    assert found.outcome is Outcome.FAILED
    assert SAID in texts(found)


def test_what_a_pact_expects_of_other_contents_may_look_like_that(on_redis: Place) -> None:
    pact = v3(on_redis.channel)
    pact["messages"][0].update(
        contents=TWICE.decode(), matchingRules={}, metaData={"contentType": "text/plain", "topic": on_redis.channel}
    )

    def send() -> None:
        with Redis.from_url(on_redis.url) as client:
            client.xadd(on_redis.channel, {"payload": TWICE, "content-type": "text/plain"})

    target = Target(others={"messages": on_redis.url}, timeout=60)
    (found,) = verify(pact_contract(pact), target, states=lambda state: send()).results
    assert found.outcome is Outcome.PASSED, found


@pytest.mark.parametrize("text", ["NaN", "-Infinity", "1e400"])
def test_metadata_that_is_no_number_is_none(text: str) -> None:
    rules = {"metadata": {"count": {"match": "number"}}}

    def came(count: str) -> Result:
        given = contract(contents=ORDER, metadata={"count": 5}, rules=rules)
        message = Message(json.dumps(ORDER).encode(), JSON, {"count": count})
        (found,) = verify(given, Target(), messages=lambda: message).results
        return found

    assert came("7").outcome is Outcome.PASSED
    assert [(one.kind, one.place) for one in came(text).mismatches] == [("metadata", "count")]


def test_metadata_with_a_name_twice_fails(provider: Provider) -> None:
    encoded = base64.b64encode(b'{"type": "moved", "type": "placed"}').decode()
    provider.answers["/m"] = Answer(json=ORDER, headers={"Pact-Message-Metadata": encoded})
    target = Target(others={"messages": f"{provider.url}/m"})
    (found,) = verify(contract(contents=ORDER, metadata={"type": "placed"}), target).results
    assert [one.kind for one in found.mismatches] == ["message"]
    assert "The name 'type' comes 2 times" in texts(found)


BILLED = b'{"billed": {"7": 1}, "billed": {"7": 9.5}}'


def test_an_outcome_that_readers_do_not_read_alike_fails(on_redis: Place, provider: Provider) -> None:
    told = handled(on_redis, Message(BILLED, JSON))
    assert "The name 'billed' comes 2 times" in texts(told)
    endless = handled(on_redis, Message(b'{"billed": {"7": 9.5}, "x": 1e400}', JSON))
    assert endless.outcome is Outcome.FAILED
    target = Target(others={"messages": on_redis.url, "outcomes": f"{provider.url}/"}, timeout=0.5)
    for came, said in (
        (BILLED, "The name 'billed' comes 2 times"),
        (b'{"billed": {"7": 9.5}, "x": NaN}', "NaN is no number of JSON"),
    ):
        provider.answers["/"] = Answer(200, came, {"Content-Type": JSON})
        (asked,) = verify(for_a_consumer(on_redis.channel), target).results
        assert asked.outcome is Outcome.FAILED
        assert said in texts(asked)
