"""Two hundred writers at once, over HTTP: what was acknowledged is stored, and nothing else is."""

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import httpx
from sqlalchemy import Table, func, select

from tests.conftest import StartBroker
from tests.support import writing
from tests.support.brokers import Broker
from tests.support.pacts import pact, put
from tests.support.pointers import pointer_differences
from troth_broker.store import tables
from troth_broker.store.engine import Store

WRITERS = 200


def _at_once(broker: Broker, write: Callable[[httpx.Client, int], list[httpx.Response]]) -> list[httpx.Response]:
    """The answers of two hundred clients that start together."""
    together = threading.Barrier(WRITERS)

    def run(number: int) -> list[httpx.Response]:
        # No certificates are loaded: with 200 clients that costs more than everything else.
        with httpx.Client(base_url=broker.url, headers=broker.client.headers, timeout=120, verify=False) as mine:
            together.wait(100)
            return write(mine, number)

    with ThreadPoolExecutor(WRITERS) as threads:
        return [answer for answers in threads.map(run, range(WRITERS)) for answer in answers]


def _counts(database_url: str, *asked: Table) -> dict[str, int]:
    store = Store(database_url)
    try:
        return store.read(
            lambda db: {table.name: db.execute(select(func.count()).select_from(table)).scalar_one() for table in asked}
        )
    finally:
        store.close()


def test_two_hundred_pipelines_write_at_once_and_nothing_is_lost(database_url: str, start_broker: StartBroker) -> None:
    broker = start_broker(database_url)
    made = broker.client.post("/environments", json={"name": "test", "production": False})
    uuid = made.json()["uuid"]
    first = put(broker, pact("seed", "billing"), "0")
    address = broker.read(first)["_links"]["pb:publish-verification-results"]["href"]

    def write(client: httpx.Client, number: int) -> list[httpx.Response]:
        version = f"1.{number}"
        at = f"/pacticipants/shop/versions/{version}"
        return [
            writing.publish(client, "shop", version, "billing", f"content {number % 5}", "main", ["dev"]),
            client.put(f"{at}/tags/uat", json={}),
            client.post(f"{at}/deployed-versions/environment/{uuid}", json={}),
            client.post(f"{at}/released-versions/environment/{uuid}", json={}),
            client.put(f"/pacticipants/billing/branches/main/versions/b{number % 20}", json={}),
            writing.verify(client, address, f"b{number % 20}", success=number % 3 > 0),
        ]

    answers = _at_once(broker, write)

    statuses = Counter(answer.status_code for answer in answers)
    assert set(statuses) <= {200, 201}, [answer.text for answer in answers if answer.status_code >= 400][:3]
    assert len(answers) == 6 * WRITERS
    stored = _counts(
        database_url,
        tables.version,
        tables.branch_version,
        tables.tag,
        tables.publication,
        tables.current_publication,
        tables.content,
        tables.verification,
        tables.latest_verification,
        tables.deployment,
        tables.undeployment,
        tables.current_deployment,
        tables.supported_release,
        tables.integration,
        tables.main_branch_set,
    )
    assert stored == {
        "version": WRITERS + 20 + 1,
        "branch_version": WRITERS + 20,
        "tag": 2 * WRITERS,
        "publication": WRITERS + 1,
        "current_publication": WRITERS + 1,
        "content": 5 + 1,
        "verification": WRITERS,
        "latest_verification": 20,
        "deployment": WRITERS,
        "undeployment": WRITERS - 1,
        "current_deployment": 1,
        "supported_release": WRITERS,
        "integration": 2,
        "main_branch_set": 2,
    }
    acknowledged = {answer.json()["uuid"] for answer in answers if "/deployed-versions/" in str(answer.request.url)}
    assert len(acknowledged) == WRITERS
    assert pointer_differences(database_url) == ()


def test_writers_and_deleters_at_once_do_not_stop_each_other(database_url: str, start_broker: StartBroker) -> None:
    broker = start_broker(database_url)
    uuid = broker.client.post("/environments", json={"name": "test", "production": False}).json()["uuid"]

    def write(client: httpx.Client, number: int) -> list[httpx.Response]:
        version = str(number % 7)
        at = f"/pacticipants/shop/versions/{version}"
        if number % 4 == 0:
            return [client.delete(at), client.delete("/pacticipants/shop/branches/main")]
        return [
            writing.publish(client, "shop", version, "billing", f"content {version}", "main", ["dev"]),
            client.post(f"{at}/deployed-versions/environment/{uuid}", json={}),
        ]

    answers = _at_once(broker, write)
    statuses = Counter(answer.status_code for answer in answers)
    assert set(statuses) <= {200, 201, 204, 404}, [a.text for a in answers if a.status_code >= 500][:3]
    assert pointer_differences(database_url) == ()
