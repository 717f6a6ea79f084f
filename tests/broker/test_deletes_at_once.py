"""Deleting what somebody else begins to use at the same moment, on PostgreSQL, where transactions run side by side."""

import contextlib
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Connection

from tests.conftest import StartBroker
from tests.support.brokers import Broker
from tests.support.databases import PostgresDatabases
from tests.support.pacts import pact, put, version_of
from tests.support.pointers import pointer_differences
from tests.support.stored import stored
from tests.support.waiting import until
from troth_broker.store import applications, publications, versions
from troth_broker.store.engine import Store

NOW = 1_800_000_000_000_000


@pytest.fixture
def broker(postgres_databases: PostgresDatabases, start_broker: StartBroker) -> Iterator[Broker]:
    """A broker on PostgreSQL with a contract of the shop's version 1, and its version 0 on the branch feature."""
    with postgres_databases.migrated() as url:
        broker = start_broker(url)
        version_of(broker, "shop", "0", branch="feature")
        put(broker, pact("shop", "billing"), "1")
        yield broker


def _while_held(broker: Broker, act: Callable[[Connection], None]) -> None:
    """Delete the shop's version 1 while a transaction that has done something is not over yet."""
    done, go = threading.Event(), threading.Event()

    def hold(db: Connection) -> None:
        act(db)
        done.set()
        assert go.wait(100)

    waits = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    with contextlib.closing(Store(broker.database_url)) as store, ThreadPoolExecutor(2) as threads:
        held = threads.submit(store.write, hold)
        assert done.wait(100)
        deleted = threads.submit(broker.client.delete, "/pacticipants/shop/versions/1")
        try:
            until(lambda: stored(broker, waits) == [(1,)], what="the delete to wait")
        finally:
            go.set()
        held.result()
        assert deleted.result().status_code == 204
    assert pointer_differences(broker.database_url) == ()


def test_a_contract_that_another_version_is_about_to_publish_is_not_deleted(broker: Broker) -> None:
    def publish(db: Connection) -> None:
        shop, billing = (applications.id_of(db, name) for name in ("shop", "billing"))
        assert shop
        assert billing
        first, _ = versions.ensure(db, shop, "1", NOW)
        before = publications.current(db, first.id, billing)
        assert before is not None
        second, _ = versions.ensure(db, shop, "2", NOW)
        publications.add(
            db,
            version_id=second.id,
            consumer_id=shop,
            provider_id=billing,
            revision=1,
            content_id=publications.ensure_content(db, shop, billing, before.sha, (1, 0), NOW).id,
            body_id=publications.ensure_body(db, before.body),
            now=NOW,
        )

    _while_held(broker, publish)
    assert len(broker.read("/pacts/provider/billing/consumer/shop/version/2")["interactions"]) == 1


def test_a_branch_that_a_version_is_about_to_join_has_a_head_when_that_version_is_gone(broker: Broker) -> None:
    def join(db: Connection) -> None:
        shop = applications.id_of(db, "shop")
        assert shop
        first, _ = versions.ensure(db, shop, "1", NOW)
        assert versions.join_branch(db, shop, first.id, "feature", NOW) == (False, True)

    _while_held(broker, join)
    head = broker.read("/pacticipants/shop/branches/feature/latest-version")
    assert head["number"] == "0"
