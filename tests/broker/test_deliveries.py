"""Calls that are due: made at least once under one name, tried again at longer intervals, lost by no worker's end."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from tests.conftest import StartBroker
from tests.support.brokers import Broker
from tests.support.calls import INSIDE, Calls, calling, logs, publish, triggered, webhook
from tests.support.targets import Target, hangs, says, target
from tests.support.waiting import until
from troth_broker.core.calls import OutgoingCall, Sent
from troth_broker.jobs.bell import WorkBell
from troth_broker.jobs.workers import Workers
from troth_broker.services import deliveries
from troth_broker.services.ports import Sender
from troth_broker.store.tables import triggered_webhook

SCHEDULE = (10, 60, 120)


@pytest.fixture
def inside(database_url: str, start_broker: StartBroker) -> Broker:
    """A broker whose webhooks may call this machine, without workers."""
    return start_broker(database_url, webhook_retry_schedule=SCHEDULE, **INSIDE)


@pytest.fixture
def calls(inside: Broker) -> Iterator[Calls]:
    """A worker's part of that broker, step by step."""
    with calling(inside.database_url, webhook_retry_schedule=SCHEDULE) as made:
        yield made


@pytest.fixture
def listening() -> Iterator[Target]:
    """A target that says 200."""
    with target(says(body=b"ok")) as running:
        yield running


def test_a_call_is_made_once_and_its_log_is_kept(inside: Broker, calls: Calls, listening: Target) -> None:
    webhook(inside, listening)
    path = publish(inside, "1")
    (before,) = triggered(inside, path)
    assert (before["status"], before["attemptsMade"], before["attemptsRemaining"]) == ("not_run", 0, 4)
    assert calls.all() == ["success"]
    calls.time.pass_(1_000_000)
    assert calls.all() == []
    (after,) = triggered(inside, path)
    assert (after["status"], after["attemptsMade"], after["attemptsRemaining"]) == ("success", 1, 0)
    (request,) = listening.received
    assert request.line == "POST /hook/1 HTTP/1.1"
    assert request.headers["troth-delivery"] == after["uuid"]
    assert "The call succeeded" in logs(inside, after)


def test_a_call_that_fails_is_tried_again_by_the_schedule_under_the_same_name(
    inside: Broker, calls: Calls, listening: Target
) -> None:
    listening.behaviour = says("500 Oh no")
    webhook(inside, listening)
    path = publish(inside, "1")
    assert calls.all() == ["retrying"]
    for made, seconds in enumerate(SCHEDULE, 1):
        (now,) = triggered(inside, path)
        assert (now["status"], now["attemptsMade"], now["attemptsRemaining"]) == ("retrying", made, 4 - made)
        calls.time.pass_(seconds - 1)
        assert calls.all() == []
        calls.time.pass_(1)
        assert calls.all() == ["failure" if seconds == SCHEDULE[-1] else "retrying"]
    (last,) = triggered(inside, path)
    assert (last["status"], last["attemptsMade"], last["attemptsRemaining"]) == ("failure", 4, 0)
    assert {request.headers["troth-delivery"] for request in listening.received} == {last["uuid"]}
    assert [request.headers["troth-attempt"] for request in listening.received] == ["1", "2", "3", "4"]
    calls.time.pass_(1_000_000)
    assert calls.all() == []


def test_a_call_that_failed_may_succeed_later(inside: Broker, calls: Calls, listening: Target) -> None:
    listening.behaviour = says("503 Busy")
    webhook(inside, listening)
    path = publish(inside, "1")
    calls.all()
    listening.behaviour = says()
    calls.time.pass_(10)
    assert calls.all() == ["success"]
    assert [one["status"] for one in triggered(inside, path)] == ["success"]


def test_calls_that_failed_together_are_not_repeated_together(inside: Broker, calls: Calls, listening: Target) -> None:
    listening.behaviour = says("503 Busy")
    webhook(inside, listening)
    publish(inside, "1")
    taken = deliveries.take(calls.world)
    assert taken is not None
    assert calls.world.sender is not None
    made = deliveries.make(calls.world, calls.world.sender, taken)
    assert deliveries.finish(calls.world, taken, made, 1.0) == "retrying"
    calls.time.pass_(11.9)  # ten seconds, and a fifth of that at most
    assert deliveries.take(calls.world) is None
    calls.time.pass_(0.1)
    assert deliveries.take(calls.world) is not None


def test_a_worker_that_vanishes_leaves_its_call_to_another_one_after_a_while(
    inside: Broker, calls: Calls, listening: Target
) -> None:
    webhook(inside, listening)
    path = publish(inside, "1")
    lost = deliveries.take(calls.world)
    assert lost is not None
    assert calls.all() == []
    calls.time.pass_(calls.world.settings.webhook_lease - 1)
    assert calls.all() == []
    calls.time.pass_(1)
    again = deliveries.take(calls.world)
    assert again is not None
    assert (again.delivery, again.attempt) == (lost.delivery, 2)
    # The one that was thought to be lost comes back: its outcome counts no more, the call is the other's.
    assert calls.finish(lost) is None
    assert [one["status"] for one in triggered(inside, path)] == ["not_run"]
    assert calls.finish(again) == "success"
    assert calls.finish(again) is None
    (now,) = triggered(inside, path)
    assert (now["status"], now["attemptsMade"]) == ("success", 2)
    assert "Attempt 1 was begun and never ended" in logs(inside, now)
    assert logs(inside, now).count("The call succeeded") == 1


def test_a_call_that_ends_every_worker_is_given_up(inside: Broker, calls: Calls, listening: Target) -> None:
    webhook(inside, listening)
    path = publish(inside, "1")
    for attempt in range(1, 5):
        taken = deliveries.take(calls.world)
        assert taken is not None
        assert taken.attempt == attempt
        calls.time.pass_(calls.world.settings.webhook_lease)
    assert deliveries.take(calls.world) is None
    (now,) = triggered(inside, path)
    assert (now["status"], now["attemptsMade"], now["attemptsRemaining"]) == ("failure", 4, 0)
    assert listening.received == []


def test_a_call_that_is_handed_back_is_due_at_once(inside: Broker, calls: Calls, listening: Target) -> None:
    webhook(inside, listening)
    publish(inside, "1")
    taken = deliveries.take(calls.world)
    assert taken is not None
    deliveries.hand_back(calls.world, taken)
    again = deliveries.take(calls.world)
    assert again is not None
    assert again.attempt == 1
    deliveries.hand_back(calls.world, taken)  # held by another one by now, if only in the same moment: no matter


@pytest.mark.parametrize("change", ["delete", "disable"])
def test_what_a_webhook_still_has_to_do_ends_with_it(
    inside: Broker, calls: Calls, listening: Target, change: str
) -> None:
    listening.behaviour = says("500 Oh no")
    url = webhook(inside, listening)
    path = publish(inside, "1")
    assert calls.all() == ["retrying"]
    if change == "delete":
        assert inside.client.delete(url).status_code == 204
    else:
        body = inside.read(url)
        document = {name: body[name] for name in ("events", "request")}
        assert inside.client.put(url, json={**document, "enabled": False}).status_code == 200
    calls.time.pass_(10)
    assert calls.all() == []
    assert deliveries.waiting(calls.world) == 0
    assert len(listening.received) == 1
    if change == "disable":
        (now,) = triggered(inside, path)
        assert now["status"] == "failure"
        assert "No call is made: the webhook is disabled" in logs(inside, now)


def test_of_two_workers_each_call_has_one(inside: Broker, calls: Calls, listening: Target) -> None:
    webhook(inside, listening)
    for version in range(20):
        publish(inside, f"1.{version}")
    with calling(inside.database_url) as other:
        found: list[str] = []

        def take_all(mine: Calls) -> None:
            while (taken := deliveries.take(mine.world)) is not None:
                found.append(taken.delivery)

        threads = [threading.Thread(target=take_all, args=(one,)) for one in (calls, other, calls, other)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    # A transaction that another one is at passes over that one's calls, so a few may be left for the next look.
    while (taken := deliveries.take(calls.world)) is not None:
        found.append(taken.delivery)
    assert len(found) == len(set(found)) == 20


def test_workers_make_calls_as_soon_as_they_are_due_and_stop_when_they_are_told(
    inside: Broker, listening: Target
) -> None:
    webhook(inside, listening)
    with calling(inside.database_url, real_time=True) as calls:
        workers = calls.workers(3)
        workers.start()
        try:
            paths = [publish(inside, f"1.{version}") for version in range(5)]
            calls.world.bell.ring()
            until(lambda: len(listening.received) == 5, what="five calls")
            until(lambda: all(triggered(inside, p)[0]["status"] == "success" for p in paths), what="five successes")
        finally:
            workers.stop(10)
    assert len(listening.received) == 5


def test_a_worker_that_is_stopped_hands_back_what_it_cannot_end(inside: Broker, listening: Target) -> None:
    listening.behaviour = hangs
    webhook(inside, listening)
    path = publish(inside, "1")
    with calling(inside.database_url, real_time=True) as calls:
        workers = calls.workers(1)
        workers.start()
        until(lambda: listening.received, what="the call")
        workers.stop(0.1)
        (now,) = triggered(inside, path)
        assert (now["status"], now["attemptsMade"]) == ("not_run", 0)
        listening.behaviour = says()
        assert calls.all() == ["success"]  # due at once, not after the lease
    assert [request.headers["troth-attempt"] for request in listening.received] == ["1", "1"]


def test_workers_that_were_never_started_stop_at_once(inside: Broker) -> None:
    with calling(inside.database_url) as calls:
        calls.workers(2).stop(10)


def test_a_call_whose_context_cannot_be_read_holds_up_no_other(inside: Broker, calls: Calls, listening: Target) -> None:
    webhook(inside, listening)
    broken, fine = publish(inside, "1"), publish(inside, "2")
    garble = update(triggered_webhook).where(triggered_webhook.c.uuid == triggered(inside, broken)[0]["uuid"])
    calls.world.store.write(lambda db: db.execute(garble.values(event_context="[")))
    assert calls.all() == ["success"]
    assert [triggered(inside, path)[0]["status"] for path in (broken, fine)] == ["failure", "success"]
    assert "what it was to tell cannot be read" in logs(inside, triggered(inside, broken)[0])


class Failing:
    """A way out that fails as only a mistake of ours would, once."""

    def __init__(self, sender: Sender) -> None:
        self._sender = sender
        self.failed = False

    def send(self, call: OutgoingCall, **more: Any) -> Sent:
        """Make a call, but the first."""
        if not self.failed:
            self.failed = True
            raise ArithmeticError("a mistake")
        return self._sender.send(call, **more)

    def close(self) -> None:
        """Break off what is under way."""
        self._sender.close()


def test_a_failure_of_ours_ends_no_worker(
    inside: Broker, listening: Target, capsys: pytest.CaptureFixture[str]
) -> None:
    webhook(inside, listening)
    first, second = publish(inside, "1"), publish(inside, "2")
    with calling(inside.database_url, real_time=True) as calls:
        assert calls.world.sender is not None
        assert isinstance(calls.world.bell, WorkBell)
        workers = Workers(calls.world, Failing(calls.world.sender), calls.world.bell, 1)
        workers.start()
        try:
            until(lambda: triggered(inside, second)[0]["status"] == "success", what="the call")
        finally:
            workers.stop(10)
    assert triggered(inside, first)[0]["status"] == "not_run"  # held, and due again when the hold ends
    assert "a worker met a failure" in capsys.readouterr().out


def test_workers_wait_for_a_store_that_is_away_and_go_on_when_it_is_there(
    tmp_path: Path, start_broker: StartBroker, listening: Target, capsys: pytest.CaptureFixture[str]
) -> None:
    place = tmp_path / "mounted later"
    url = f"sqlite:///{place / 'troth.db'}"
    with calling(url, real_time=True) as calls:
        workers = calls.workers(1)
        workers.start()
        try:
            said: list[str] = []

            def heard() -> bool:
                said.append(capsys.readouterr().out)
                return "workers wait for the store" in "".join(said)

            until(heard, what="the worker's complaint")
            place.mkdir()
            running = start_broker(url, **INSIDE)
            webhook(running, listening)
            path = publish(running, "1")
            until(lambda: triggered(running, path)[0]["status"] == "success", what="the call")
        finally:
            workers.stop(10)
    assert "".join(said).count("workers wait for the store") == 1
