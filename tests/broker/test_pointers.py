"""The pointers are what the facts say, whatever was written and deleted in whatever order."""

import contextlib

import pytest
from sqlalchemy import Connection, Executable, delete, update

from tests.support.brokers import Broker
from tests.support.lives import Life
from tests.support.pacts import pact, put, verified, version_of
from tests.support.pointers import pointer_differences
from troth_broker.store.engine import Store
from troth_broker.store.pointers import differences, rebuild
from troth_broker.store.tables import application, branch, current_publication, latest_verification, open_request


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_after_a_random_life_every_pointer_is_what_the_facts_say(broker: Broker, seed: int) -> None:
    life = Life(broker, seed)
    for _ in range(6):
        for _ in range(35):
            life.step()
        found = pointer_differences(broker.database_url)
        assert found == (), "\n".join((*life.said, *found))


def _run(db: Connection, statement: Executable) -> None:
    db.execute(statement)


def test_pointers_that_were_lost_are_seen_and_rebuilt(broker: Broker) -> None:
    path = put(broker, pact("shop", "billing"), "1", branch="main", tags=["dev"])
    verified(broker, path, "b1", branch="main")
    version_of(broker, "shop", "2", branch="main")
    asking = {
        "events": [{"name": "contract_content_changed"}],
        "request": {"method": "POST", "url": "https://example.org"},
    }
    broker.client.post("/webhooks", json=asking).raise_for_status()
    put(broker, pact("shop", "stock"), "1")
    with contextlib.closing(Store(broker.database_url)) as store:
        assert store.write(differences) == ()
        for statement in (
            delete(current_publication),
            delete(latest_verification),
            delete(open_request),
            update(branch).values(head_version_id=None),
            update(application).values(main_branch="elsewhere"),
        ):
            store.write(_run, statement)
        lost = store.write(differences)
        assert {line.partition(":")[0] for line in lost} == {
            "current_publication",
            "latest_verification",
            "open request",
            "branch head",
            "main branch",
        }
        store.write(rebuild)
        assert store.write(differences) == ()
