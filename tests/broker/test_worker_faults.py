"""Workers as processes that are killed, stopped and started: no call is lost, and each success is recorded once."""

import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from sqlalchemy import Connection, func, select

from tests.conftest import StartBroker
from tests.support.brokers import Broker
from tests.support.calls import (
    INSIDE,
    INSIDE_ENVIRONMENT,
    Calls,
    calling,
    logs,
    publish,
    triggered,
    webhook,
    worker_process,
)
from tests.support.targets import Target, hangs, says, target
from tests.support.waiting import until
from troth_broker.services import deliveries
from troth_broker.store import triggered_webhooks
from troth_broker.store.tables import triggered_webhook, webhook_execution
from troth_broker.store.triggered_webhooks import About

MANY = 2_000


@pytest.fixture
def inside(database_url: str, start_broker: StartBroker) -> Broker:
    """A broker whose webhooks may call this machine, without workers."""
    return start_broker(database_url, **INSIDE)


@pytest.fixture
def listening() -> Iterator[Target]:
    """A target that says 200."""
    with target(says(body=b"ok")) as running:
        yield running


def test_a_call_of_a_worker_that_was_killed_is_made_by_another_one_under_the_same_name(
    inside: Broker, listening: Target
) -> None:
    listening.behaviour = hangs
    webhook(inside, listening)
    path = publish(inside, "1")
    with worker_process(inside.database_url, TROTH_WEBHOOK_LEASE="2") as first:
        until(lambda: listening.received, what="the call of the first worker")
        first.kill()
    listening.behaviour = says()
    with worker_process(inside.database_url, TROTH_WEBHOOK_LEASE="2"):
        until(lambda: triggered(inside, path)[0]["status"] == "success", what="the call of the second worker")
    (now,) = triggered(inside, path)
    assert now["attemptsMade"] == 2
    assert [request.headers["troth-delivery"] for request in listening.received] == [now["uuid"]] * 2
    assert [request.headers["troth-attempt"] for request in listening.received] == ["1", "2"]
    assert "Attempt 1 was begun and never ended" in logs(inside, now)


def test_a_worker_that_is_told_to_stop_hands_its_call_back_at_once(inside: Broker, listening: Target) -> None:
    listening.behaviour = hangs
    webhook(inside, listening)
    path = publish(inside, "1")
    with worker_process(inside.database_url, TROTH_SHUTDOWN_TIMEOUT="0") as worker:
        until(lambda: listening.received, what="the call")
        assert worker.stop() == 0
        assert "a call was broken off and handed back" in worker.said()
        assert "stopped" in worker.said()
    with calling(inside.database_url, real_time=True) as calls:
        taken = deliveries.take(calls.world)
        assert taken is not None
        assert (taken.delivery, taken.attempt) == (triggered(inside, path)[0]["uuid"], 1)


def test_thousands_of_calls_by_many_workers_arrive_and_each_success_is_recorded_once(
    inside: Broker, listening: Target
) -> None:
    """Three processes of four threads each; one of them is killed in the middle, and another one takes its place."""
    url = webhook(inside, listening)
    publish(inside, "1")
    with calling(inside.database_url, real_time=True) as calls, ExitStack() as running:
        schedule_many(calls, url.rpartition("/")[2])
        flags, lease = ("--threads", "4"), {"TROTH_WEBHOOK_LEASE": "3"}
        workers = [running.enter_context(worker_process(inside.database_url, *flags, **lease)) for _ in range(3)]
        until(lambda: len(listening.received) > MANY // 10, what="a tenth of the calls", seconds=120)
        workers[0].kill()
        running.enter_context(worker_process(inside.database_url, *flags, **lease))
        until(lambda: deliveries.waiting(calls.world) == 0, what="the last call", seconds=200, pause=0.2)
        for worker in workers[1:]:
            worker.stop()
        succeeded = calls.world.store.read(
            lambda db: db.execute(
                select(webhook_execution.c.triggered_webhook_id, func.count())
                .where(webhook_execution.c.success)
                .group_by(webhook_execution.c.triggered_webhook_id)
            ).all()
        )
        statuses = calls.world.store.read(
            lambda db: db.execute(select(triggered_webhook.c.uuid, triggered_webhook.c.status)).all()
        )
    assert {count for _, count in succeeded} == {1}
    assert len(succeeded) == len(statuses) == MANY + 1
    assert {status for _, status in statuses} == {"success"}
    arrived = Counter(request.headers["troth-delivery"] for request in listening.received)
    assert set(arrived) == {name for name, _ in statuses}
    assert sum(arrived.values()) <= MANY + 1 + 4  # what the killed one had begun is made again, and nothing else


def schedule_many(calls: Calls, webhook_uuid: str) -> None:
    """Put thousands of calls into the queue in one transaction."""

    def add(db: Connection) -> None:
        for _ in range(MANY):
            triggered_webhooks.add(
                db, str(uuid.uuid4()), webhook_uuid, "contract_published", "{}", About(1, 2, 1), calls.world.clock()
            )

    calls.world.store.write(add)


def test_the_server_makes_the_calls_itself(database_url: str, serve: StartBroker, listening: Target) -> None:
    broker = serve(database_url, environment=INSIDE_ENVIRONMENT)
    webhook(broker, listening)
    path = publish(broker, "1")
    until(lambda: triggered(broker, path)[0]["status"] == "success", what="the call")
    assert len(listening.received) == 1


def test_a_server_without_workers_leaves_the_calls_to_others(
    sqlite_url: str, serve: StartBroker, listening: Target
) -> None:
    broker = serve(sqlite_url, environment={**INSIDE_ENVIRONMENT, "TROTH_WEBHOOK_WORKERS": "0"})
    webhook(broker, listening)
    path = publish(broker, "1")
    assert triggered(broker, path)[0]["status"] == "not_run"
    with worker_process(sqlite_url, "--threads", "1"):
        until(lambda: triggered(broker, path)[0]["status"] == "success", what="the call")
    assert len(listening.received) == 1
