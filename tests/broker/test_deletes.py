"""Deleting over HTTP: what goes, what stays, and what counts afterwards."""

from tests.support.brokers import Broker
from tests.support.pacts import interaction, pact, put, verified, version_of
from tests.support.pointers import pointer_differences
from troth_broker.store.engine import Store
from troth_broker.store.tables import metadata


def _rows(database_url: str) -> dict[str, int]:
    """How many rows each table holds; only tables that hold any."""
    store = Store(database_url)
    try:
        counts = store.read(
            lambda db: {name: len(db.execute(table.select()).all()) for name, table in metadata.tables.items()}
        )
    finally:
        store.close()
    return {name: count for name, count in counts.items() if count}


def _environment(broker: Broker) -> str:
    made = broker.client.post("/environments", json={"name": "test", "production": False})
    return str(made.json()["uuid"])


def test_a_version_goes_with_its_pacts_results_tags_and_deployments(broker: Broker) -> None:
    uuid = _environment(broker)
    kept = put(broker, pact("shop", "billing", interaction("old")), "1", branch="main", tags=["uat"])
    gone = put(broker, pact("shop", "billing", interaction("new")), "2", branch="main", tags=["uat"])
    for path in (kept, gone):
        verified(broker, path, "b1", branch="main")
    for kind in ("deployed", "released"):
        at = f"/pacticipants/shop/versions/2/{kind}-versions/environment/{uuid}"
        broker.client.post(at, json={}).raise_for_status()

    assert broker.client.delete("/pacticipants/shop/versions/2").status_code == 204
    assert broker.client.delete("/pacticipants/shop/versions/2").status_code == 404
    assert broker.client.get(gone).status_code == 404
    assert broker.client.get(kept).status_code == 200
    assert broker.read("/pacticipants/shop/branches/main/latest-version")["number"] == "1"
    assert broker.read("/pacticipants/shop/latest-version/uat")["number"] == "1"
    assert broker.read("/pacticipants/shop")["_links"]["pb:deployed-environments"] == []
    rows = _rows(broker.database_url)
    assert (rows["content"], rows["body"], rows["verification"]) == (1, 1, 1)
    assert pointer_differences(broker.database_url) == ()


def test_a_provider_version_goes_with_its_results(broker: Broker) -> None:
    path = put(broker, pact("shop", "billing"), "1", branch="main")
    for number in ("b1", "b2"):
        verified(broker, path, number, branch="main", success=number == "b1")
    assert broker.read(path + "/verification-results/latest")["providerApplicationVersion"] == "b2"
    broker.client.delete("/pacticipants/billing/versions/b2").raise_for_status()
    assert broker.read(path + "/verification-results/latest")["providerApplicationVersion"] == "b1"
    assert pointer_differences(broker.database_url) == ()
    broker.client.delete("/pacticipants/billing/versions/b1").raise_for_status()
    assert broker.client.get(path + "/verification-results/latest").status_code == 404
    assert pointer_differences(broker.database_url) == ()


def test_content_that_another_version_published_stays(broker: Broker) -> None:
    for number in ("1", "2"):
        path = put(broker, pact("shop", "billing"), number)
    verified(broker, path, "b1")
    broker.client.delete("/pacticipants/shop/versions/2").raise_for_status()
    assert broker.read("/pacts/provider/billing/consumer/shop/version/1/verification-results/latest")["success"] is True


def test_what_the_empty_instance_replaced_runs_again_when_its_version_goes(broker: Broker) -> None:
    uuid = _environment(broker)
    for number, body in (("1", {}), ("2", {"target": ""})):
        version_of(broker, "shop", number, branch="main")
        path = f"/pacticipants/shop/versions/{number}/deployed-versions/environment/{uuid}"
        broker.client.post(path, json=body).raise_for_status()
    broker.client.delete("/pacticipants/shop/versions/2").raise_for_status()
    found = broker.read(f"/environments/{uuid}/deployed-versions/currently-deployed")["_embedded"]["deployedVersions"]
    assert [each["_embedded"]["version"]["number"] for each in found] == ["1"]
    assert pointer_differences(broker.database_url) == ()


def test_what_was_replaced_stays_replaced_when_its_successor_goes(broker: Broker) -> None:
    uuid = _environment(broker)
    for number in ("1", "2"):
        version_of(broker, "shop", number, branch="main")
        path = f"/pacticipants/shop/versions/{number}/deployed-versions/environment/{uuid}"
        broker.client.post(path, json={}).raise_for_status()
    broker.client.delete("/pacticipants/shop/versions/2").raise_for_status()
    found = broker.read(f"/environments/{uuid}/deployed-versions/currently-deployed")["_embedded"]["deployedVersions"]
    assert found == []
    assert pointer_differences(broker.database_url) == ()


def test_an_application_goes_with_all_that_hangs_on_it(broker: Broker) -> None:
    uuid = _environment(broker)
    before = _rows(broker.database_url)
    path = put(broker, pact("shop", "billing"), "1", branch="main", tags=["uat"])
    verified(broker, path, "b1", branch="main")
    put(broker, pact("billing", "stock"), "b1", branch="main")
    broker.client.put("/pacticipants/shop/labels/red", json={}).raise_for_status()
    at = f"/pacticipants/shop/versions/1/deployed-versions/environment/{uuid}"
    broker.client.post(at, json={}).raise_for_status()

    assert broker.client.delete("/pacticipants/billing").status_code == 204
    assert broker.client.delete("/pacticipants/billing").status_code == 404
    assert broker.client.get(path).status_code == 404
    assert broker.read("/integrations")["_embedded"]["integrations"] == []
    assert broker.read("/pacticipants/shop/versions/1")["_links"]["pb:pact-versions"] == []
    assert pointer_differences(broker.database_url) == ()
    for name in ("shop", "stock"):
        broker.client.delete(f"/pacticipants/{name}").raise_for_status()
    assert _rows(broker.database_url) == before
