"""The dashboard over HTTP: the newest contracts with how they and their webhooks stand."""

from typing import Any

from sqlalchemy import create_engine

from tests.broker import test_expectations
from tests.support.brokers import Broker
from tests.support.golden import same_as_golden
from tests.support.pacts import deployed, environment, interaction, pact, put, verified, version_of
from tests.support.statements import caught, scans

PAIR = "/dashboard/provider/billing/consumer/shop"


def _items(broker: Broker, path: str = "/dashboard") -> list[Any]:
    return list(broker.read(path)["items"])


def _status(broker: Broker) -> str:
    return str(_items(broker)[0]["verificationStatus"])


def _numbers(broker: Broker, path: str = PAIR) -> list[str]:
    return [item["consumer"]["version"]["number"] for item in _items(broker, path)]


def test_the_dashboard_shows_the_newest_contract_of_each_integration(broker: Broker) -> None:
    path = put(broker, pact("shop", "billing"), "1", branch="main", tags=["dev"])
    verified(broker, path, "b1", branch="main")
    version_of(broker, "billing", "b1", tags=["prod"])
    put(broker, pact("shop", "billing", interaction("more")), "2", branch="feature", tags=["dev"])
    put(broker, pact("app", "stock"), "1")
    same_as_golden("dashboard", broker.client.get("/dashboard"))


def test_the_dashboard_comes_in_pages(broker: Broker) -> None:
    for name in ("a", "b", "c"):
        put(broker, pact(name, "billing"), "1")
    first = broker.read("/dashboard?page=1&size=2")
    assert [item["consumer"]["name"] for item in first["items"]] == ["c", "b"]
    assert first["page"] == {"number": 1, "size": 2, "totalElements": 3, "totalPages": 2}
    assert [item["consumer"]["name"] for item in _items(broker, "/dashboard?page=2&size=2")] == ["a"]


def test_an_empty_dashboard_has_no_items(broker: Broker) -> None:
    assert _items(broker) == []


def test_an_integration_whose_pacts_were_deleted_is_not_on_the_dashboard(broker: Broker) -> None:
    put(broker, pact("app", "stock"), "1")
    path = put(broker, pact("shop", "billing"), "1")
    broker.client.delete(path).raise_for_status()
    assert [item["consumer"]["name"] for item in _items(broker)] == ["app"]
    assert broker.read("/dashboard?size=5")["page"]["totalElements"] == 1


def test_a_contract_goes_from_never_through_pending_and_success_to_stale_and_failed(broker: Broker) -> None:
    path = put(broker, pact("shop", "billing"), "1")
    assert _status(broker) == "never"
    verified(broker, path, "b1", success=False)
    assert _status(broker) == "failed_pending"
    verified(broker, path, "b2")
    assert _status(broker) == "success"
    verified(broker, path, "b3", success=False)
    assert _status(broker) == "failed"
    verified(broker, path, "b4")
    put(broker, pact("shop", "billing", interaction("new")), "2")
    assert _status(broker) == "stale"


def test_a_result_of_another_format_says_nothing_of_a_pact(broker: Broker) -> None:
    put(broker, pact("web", "orders"), "1")
    test_expectations.publish(broker)
    test_expectations.verified(broker, success=True)
    [item] = _items(broker)
    assert (item["verificationStatus"], item["latestVerificationResult"]) == ("never", None)
    [tagged] = _items(broker, "/dashboard/provider/orders/consumer/web")
    assert tagged["verificationStatus"] == "never"


def test_a_pair_has_an_item_for_each_line(broker: Broker) -> None:
    environment(broker, "test")
    for number, branch, tags in (
        ("1", "main", ["prod"]),
        ("2", "main", []),
        ("3", "main", ["dev"]),
        ("4", "main", ["dev"]),
        ("5", "feature", []),
        ("6", "", []),
    ):
        put(broker, pact("shop", "billing", interaction(number)), number, branch=branch, tags=tags)
    put(broker, pact("shop", "stock"), "6", branch="elsewhere")
    version_of(broker, "shop", "7", branch="bare")
    deployed(broker, "shop", "2", "test")
    assert _numbers(broker) == ["6", "5", "4", "2", "1"]
    assert _numbers(broker, f"{PAIR}?page=2&size=2") == ["4", "2"]
    assert broker.read(f"{PAIR}?size=2")["page"]["totalElements"] == 5
    same_as_golden("dashboard_of_pair", broker.client.get(f"{PAIR}?size=2"))


def test_the_dashboard_of_an_unknown_application_is_not_found(broker: Broker) -> None:
    put(broker, pact("shop", "billing"), "1")
    answer = broker.client.get("/dashboard/provider/nobody/consumer/shop")
    assert (answer.status_code, "nobody" in answer.json()["error"]) == (404, True)


def test_the_dashboard_reads_no_growing_table_whole_and_takes_as_many_statements_for_more(
    sqlite_broker: Broker,
) -> None:
    counts = []
    for number in range(1, 4):
        path = put(
            sqlite_broker, pact("shop", "billing", interaction(str(number))), str(number), branch="main", tags=["t"]
        )
        verified(sqlite_broker, path, f"b{number}", branch="main")
        put(sqlite_broker, pact(f"app{number}", "billing"), "1")
        for path in ("/dashboard?size=50", f"{PAIR}?size=50", "/integrations?size=50"):
            with caught() as statements:
                sqlite_broker.read(path)
            assert scans(create_engine(sqlite_broker.database_url), statements) == [], path
            counts.append(len(statements))
    assert counts[:3] == counts[6:]


def test_the_dashboard_says_how_the_webhooks_of_a_pair_did(broker: Broker) -> None:
    put(broker, pact("shop", "billing"), "1")
    put(broker, pact("app", "stock"), "1")
    assert [item["webhookStatus"] for item in _items(broker)] == ["none", "none"]
    hook = {
        "consumer": {"name": "shop"},
        "events": [{"name": "contract_content_changed"}],
        "request": {"method": "POST", "url": "https://ci.example/build"},
    }
    broker.client.post("/webhooks", json=hook).raise_for_status()
    assert [(item["webhookStatus"], item["latestWebhookExecution"]) for item in _items(broker)] == [
        ("none", None),
        ("not_run", None),
    ]
    put(broker, pact("shop", "billing", interaction("new")), "2")
    shop, _ = _items(broker)
    assert shop["webhookStatus"] in {"not_run", "retrying", "failure"}
    assert shop["latestWebhookExecution"]["triggeredAt"]
    (first, _) = broker.read("/integrations")["_embedded"]["integrations"]
    assert first["webhookStatus"] in {"not_run", "retrying", "failure"}
