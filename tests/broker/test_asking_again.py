"""A verification that was asked for and never came is asked for again, and the gate tells whether waiting helps."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.conftest import StartBroker
from tests.support.brokers import Broker
from tests.support.calls import INSIDE, Calls, calling, publish, triggered, webhook
from tests.support.pacts import deployed, environment, verified
from tests.support.statements import caught, scans
from tests.support.targets import Target, says, target
from tests.support.waiting import until
from troth_broker.services import asking_again, deliveries
from troth_broker.services.world import system_clock

RULES: dict[str, Any] = {"ask_again_after_minutes": 30, "ask_again_times": 2, "webhook_retry_schedule": (1,)}
MINUTE = 60
REQUIRING = {"events": [{"name": "contract_requiring_verification_published"}]}


@pytest.fixture
def inside(database_url: str, start_broker: StartBroker) -> Broker:
    """A broker in whose environment live orders 5 runs, which was verified with an earlier contract."""
    running = start_broker(database_url, **RULES, **INSIDE)
    environment(running, "live")
    verified(running, publish(running, "0", path="/old"), "5")
    deployed(running, "orders", "5", "live")
    return running


@pytest.fixture
def calls(inside: Broker) -> Iterator[Calls]:
    """A worker's part of that broker, step by step."""
    with calling(inside.database_url, **RULES) as made:
        yield made


@pytest.fixture
def listening() -> Iterator[Target]:
    """A target that says 200."""
    with target(says()) as running:
        yield running


def gate(broker: Broker) -> dict[str, Any]:
    """What the gate says about web 1 in live, besides the reference's fields."""
    answer = broker.read("/can-i-deploy?pacticipant=web&version=1&environment=live")
    assert answer["summary"]["deployable"] is None
    found: dict[str, Any] = answer["summary"]["troth"]
    row = answer["matrix"][0]["troth"]
    assert (row["class"], row["waiting_helps"]) == (found["class"], found["waiting_helps"])
    return found


def test_where_nobody_was_asked_waiting_is_in_vain_and_a_webhook_is_suggested(inside: Broker) -> None:
    publish(inside, "1")
    found = gate(inside)
    assert (found["class"], found["waiting_helps"]) == ("nobody-asked", False)
    assert found["hints"] == [
        "Nobody is asked to verify orders; a webhook for contract_requiring_verification_published would do it."
    ]
    assert [action["kind"] for action in found["actions"]] == ["verify"]


def test_a_build_that_never_answers_is_asked_again_and_at_last_given_up(
    inside: Broker, calls: Calls, listening: Target
) -> None:
    webhook(inside, listening, **REQUIRING, request={"url": listening.url("/${pactbroker.providerVersionNumber}")})
    path = publish(inside, "1")
    found = gate(inside)
    assert (found["class"], found["waiting_helps"]) == ("awaiting-verification", True)
    assert found["reasons"][0]["asked"]["times"] == 1
    assert "hints" not in found
    assert [action["kind"] for action in found["actions"]] == ["await-verification"]
    assert found["actions"][0]["text"] == "wait until orders 5 is verified against the contract of web 1"

    calls.time.now = system_clock()
    assert calls.all() == ["success"]
    assert asking_again.ask_again(calls.world) is None
    for times, minutes in ((2, 30), (3, 60)):  # each time twice as late
        calls.time.pass_(minutes * MINUTE - 60)
        assert asking_again.ask_again(calls.world) is None
        calls.time.pass_(60)
        asked = asking_again.ask_again(calls.world)
        assert asked is not None
        assert asked.calls == 1
        assert calls.all() == ["success"]
        again = gate(inside)
        assert (again["class"], again["waiting_helps"]) == ("awaiting-verification", True)
        assert again["reasons"][0]["asked"]["times"] == times
        assert again["reasons"][0]["text"].startswith(f"asked {times} times, first at ")
    assert [one["triggerType"] for one in triggered(inside, path)] == ["resource_creation", "repeat", "repeat"]
    assert [request.line for request in listening.received] == ["POST /5 HTTP/1.1"] * 3
    assert len({request.headers["troth-delivery"] for request in listening.received}) == 3

    calls.time.pass_(120 * MINUTE)
    given_up = asking_again.ask_again(calls.world)
    assert given_up is not None
    assert given_up.calls == 0
    assert asking_again.ask_again(calls.world) is None
    last = gate(inside)
    assert (last["class"], last["waiting_helps"]) == ("nobody-asked", False)
    assert last["reasons"][0]["text"].endswith("nobody answered, and nobody is asked again")
    assert len(last["hints"]) == 1


def test_an_answer_ends_the_asking(inside: Broker, calls: Calls, listening: Target) -> None:
    webhook(inside, listening, **REQUIRING)
    verified(inside, publish(inside, "1"), "5")
    answer = inside.read("/can-i-deploy?pacticipant=web&version=1&environment=live")
    assert answer["summary"]["deployable"] is True
    calls.time.now = system_clock()
    calls.time.pass_(1_000_000)
    assert asking_again.ask_again(calls.world) is None


def test_a_call_that_reached_nobody_is_no_reason_to_wait(inside: Broker, calls: Calls, listening: Target) -> None:
    listening.behaviour = says("500 Oh no")
    webhook(inside, listening, **REQUIRING)
    publish(inside, "1")
    calls.time.now = system_clock()
    assert calls.all() == ["retrying"]
    assert gate(inside)["class"] == "awaiting-verification"  # the call itself is tried again
    calls.time.pass_(1)
    assert calls.all() == ["failure"]
    found = gate(inside)
    assert (found["class"], found["waiting_helps"]) == ("nobody-asked", False)
    assert "no call reached anybody" in found["reasons"][0]["text"]
    listening.behaviour = says()
    calls.time.pass_(30 * MINUTE)
    assert asking_again.ask_again(calls.world) is not None
    assert gate(inside)["class"] == "awaiting-verification"
    assert calls.all() == ["success"]
    assert gate(inside)["class"] == "awaiting-verification"


def test_every_webhook_that_asked_asks_again_once(inside: Broker, calls: Calls, listening: Target) -> None:
    for path in ("/a", "/b"):
        webhook(inside, listening, **REQUIRING, request={"url": listening.url(path)})
    changed = {"events": [{"name": "contract_content_changed"}]}  # asks for whichever version is built next
    webhook(inside, listening, **changed, request={"url": listening.url("/any")})
    publish(inside, "1")
    calls.time.now = system_clock()
    assert calls.all() == ["success"] * 3
    calls.time.pass_(30 * MINUTE)
    asked = [one.calls for _ in range(2) if (one := asking_again.ask_again(calls.world)) is not None]
    assert sorted(asked) == [1, 2]
    assert calls.all() == ["success"] * 3
    again = sorted(request.line for request in listening.received[3:])
    assert again == ["POST /a HTTP/1.1", "POST /any HTTP/1.1", "POST /b HTTP/1.1"]
    assert gate(inside)["reasons"][0]["asked"]["times"] == 2


@pytest.mark.parametrize("change", ["delete", "disable"])
def test_nobody_is_asked_again_by_a_webhook_that_is_no_more(
    inside: Broker, calls: Calls, listening: Target, change: str
) -> None:
    url = webhook(inside, listening, **REQUIRING)
    publish(inside, "1")
    calls.time.now = system_clock()
    calls.all()
    if change == "delete":
        inside.client.delete(url).raise_for_status()
    else:
        body = inside.read(url)
        inside.client.put(url, json={"events": body["events"], "request": body["request"], "enabled": False})
    calls.time.pass_(30 * MINUTE)
    asking_again.ask_again(calls.world)
    assert asking_again.ask_again(calls.world) is None
    assert gate(inside)["class"] == "nobody-asked"
    assert deliveries.waiting(calls.world) == 0


def test_workers_ask_again_by_themselves(inside: Broker, calls: Calls, listening: Target) -> None:
    webhook(inside, listening, **REQUIRING)
    publish(inside, "1")
    calls.time.now = system_clock()
    calls.time.pass_(31 * MINUTE)
    workers = calls.workers(2)
    workers.start()
    try:
        # The clock stands still, and both the first call and the one that repeats it are due.
        until(lambda: len(listening.received) == 2, what="the call and its repetition")
    finally:
        workers.stop(10)
    assert len({request.headers["troth-delivery"] for request in listening.received}) == 2


def test_no_step_of_a_worker_and_no_answer_about_what_was_asked_reads_a_whole_table(
    inside: Broker, calls: Calls, listening: Target
) -> None:
    listening.behaviour = says("500 Oh no")
    webhook(inside, listening, **REQUIRING)
    publish(inside, "1")
    calls.time.now = system_clock()
    with caught() as statements:
        gate(inside)
        deliveries.next_due(calls.world)
        assert calls.all() == ["retrying"]
        calls.time.pass_(1)
        assert calls.all() == ["failure"]
        calls.time.pass_(30 * MINUTE)
        assert asking_again.ask_again(calls.world) is not None
        calls.time.pass_(60 * MINUTE)
        assert asking_again.ask_again(calls.world) is not None
        calls.time.pass_(120 * MINUTE)
        assert asking_again.ask_again(calls.world) is not None
        taken = deliveries.take(calls.world)
        assert taken is not None
        deliveries.hand_back(calls.world, taken)
    assert len(statements) > 30
    if calls.world.store.is_sqlite:  # which tells how it would go about a statement, however little there is to read
        assert scans(calls.world.store.engine, statements) == []
