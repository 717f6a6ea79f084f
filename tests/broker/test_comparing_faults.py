"""Workers that are killed while they compare: what they held is compared by another one, once."""

import contextlib
import os
import signal
from pathlib import Path

from sqlalchemy import func, select, update

from tests.broker.test_comparing import made, openapi, pact, publish_openapi, publish_pact, waiting
from tests.support.brokers import Broker
from tests.support.calls import worker_process
from tests.support.waiting import until
from troth_broker.store.engine import Store
from troth_broker.store.tables import comparison_request

MANY = 60


def comparing_child(worker: int) -> int | None:
    """The process that compares for a worker."""
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            if int(stat.read_text().rpartition(")")[2].split()[1]) == worker:
                return int(stat.parent.name)
    return None


def test_what_a_killed_worker_was_comparing_is_compared_by_another_one(broker: Broker) -> None:
    publish_openapi(broker, "1", openapi())
    for number in range(MANY):
        publish_pact(broker, str(number), pact(number))
    assert waiting(broker) == MANY
    with contextlib.closing(Store(broker.database_url, 2)) as store:
        of_held = select(func.count()).where(comparison_request.c.taken_until.is_not(None))
        with worker_process(broker.database_url, "--threads", "2") as first:
            child = until(lambda: comparing_child(first.process.pid), what="the first comparison")
            os.kill(child, signal.SIGSTOP)  # from here on nothing is ever answered
            until(lambda: store.read(lambda db: db.execute(of_held).scalar()), what="a comparison under way")
            first.kill()
            os.kill(child, signal.SIGKILL)
        done = {(one.content_id, one.id) for one in made(broker)}
        assert len(done) + waiting(broker) == MANY
        assert store.read(lambda db: db.execute(of_held).scalar()) == 1
        with worker_process(broker.database_url, "--threads", "2"):
            until(lambda: waiting(broker) == 1, what="all but the one that is held")
            store.write(lambda db: db.execute(update(comparison_request).values(due_at=0)))  # its time is over
            until(lambda: waiting(broker) == 0, what="the one that was held")
    kept = made(broker)
    assert len({one.content_id for one in kept}) == len(kept) == MANY
    assert done <= {(one.content_id, one.id) for one in kept}
    assert {one.success for one in kept} == {True}
