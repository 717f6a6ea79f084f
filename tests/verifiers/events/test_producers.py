"""The example's producer, sound and broken, on each kind of message broker."""

from dataclasses import replace

from tests.verifiers.events.conftest import EXAMPLE, Place, producing
from troth_verifiers import Contract, Outcome, Report, Target, verify
from troth_verifiers.files import contract_in


def orders(at: Place) -> Contract:
    """The consumer's contract of the example, on a channel of the test's own."""
    contract = contract_in(EXAMPLE / "orders.troth.yaml")
    return replace(contract, content=contract.content.replace(b"orders.placed", at.channel.encode()))


def replayed(at: Place, broken: str = "", *, timeout: float = 60.0) -> Report:
    with producing(at, broken) as states:
        target = Target(others={"messages": at.url}, timeout=timeout)
        return verify(orders(at), target, states=states, handler_timeout=60)


def test_a_sound_producer_passes_on_every_broker(place: Place) -> None:
    report = replayed(place)
    assert report.ok, report.to_text()
    in_json, in_avro = report.results
    (exchange, *_) = in_json.exchanges
    assert exchange.protocol == "message"
    assert exchange.received is not None
    assert '"total": 9.5' in exchange.received.body
    assert ("key", "7") in exchange.received.headers
    assert exchange.timings["whole"] >= 0
    assert in_avro.exchanges[0].received is not None
    assert '"currency": "EUR"' in in_avro.exchanges[0].received.body


def test_a_broken_producer_fails_with_its_mismatches_on_every_broker(place: Place) -> None:
    in_json, in_avro = replayed(place, "total", timeout=4).results
    assert in_json.outcome is Outcome.FAILED
    assert [(one.kind, one.place) for one in in_json.mismatches] == [("body", "$.total")]
    assert in_avro.outcome is Outcome.FAILED
    assert [(one.kind, one.place) for one in in_avro.mismatches] == [("body", "$.total")]


def test_a_message_sent_twice_is_a_finding_where_the_contract_says_once(place: Place) -> None:
    in_json, in_avro = replayed(place, "twice").results
    assert in_json.outcome is Outcome.FAILED
    (mismatch,) = in_json.mismatches
    assert mismatch.kind == "delivery"
    assert "came 2 times, and the contract says once" in mismatch.text
    assert in_avro.outcome is Outcome.PASSED


def test_a_message_that_never_comes_is_an_error_that_says_that_nothing_came(on_redis: Place) -> None:
    for result in replayed(on_redis, "silent", timeout=0.3).results:
        assert result.outcome is Outcome.ERRORED
        assert result.cause is not None
        assert result.cause.kind == "message-never-came"
        assert f"did not come on {on_redis.channel} within 0.3 s; nothing came at all" in result.cause.text


def test_garbage_fails_and_is_shown(on_redis: Place) -> None:
    in_json, in_avro = replayed(on_redis, "garbage", timeout=4).results
    assert in_json.outcome is Outcome.FAILED
    assert [one.kind for one in in_json.mismatches] == ["body"]
    assert in_json.mismatches[0].text.startswith("The message is no JSON")
    assert in_avro.outcome is Outcome.FAILED
    assert "is no single Avro object" in in_avro.mismatches[0].text


def test_many_other_messages_on_the_channel_do_not_matter(on_redis: Place) -> None:
    (in_json, _) = replayed(on_redis, "noisy").results
    assert in_json.outcome is Outcome.PASSED, in_json
    others = [one.received.summary for one in in_json.exchanges[1:] if one.received is not None]
    assert len(others) == 20
    assert all("another message" in one for one in others)


def test_what_came_instead_of_the_message_is_told(on_redis: Place) -> None:
    contract = orders(on_redis)
    written = b"contents: {id: 7, total: 9.5}\n    rules: {$.total: {match: decimal}}"
    other = replace(contract, content=contract.content.replace(written, b"contents: {sku: 1}"))
    with producing(on_redis) as states:
        target = Target(others={"messages": on_redis.url}, timeout=3)
        result, _ = verify(other, target, states=states).results
    assert result.outcome is Outcome.ERRORED
    assert result.cause is not None
    assert f"1 other message came: {on_redis.channel}, " in result.cause.text
    assert '{"id": 7, "total": 9.5, "currency": "EUR"}' in result.cause.text
