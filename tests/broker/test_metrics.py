"""The broker in numbers, over HTTP."""

import re
from typing import Any

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families as read_openmetrics
from prometheus_client.parser import text_string_to_metric_families as read_prometheus

from tests.support.brokers import Broker
from tests.support.golden import same_as_golden
from tests.support.pacts import interaction, pact, put, verified, version_of
from troth_broker.store import metrics


def _life(broker: Broker) -> None:
    uuid = broker.client.post("/environments", json={"name": "test", "production": False}).json()["uuid"]
    for number in ("1", "2", "3"):
        path = put(broker, pact("shop", "billing", interaction(f"say {number}")), number, branch="main", tags=["uat"])
        verified(broker, path, f"b{number}", success=number != "2")
    verified(broker, path, "b3", success=False)
    put(broker, pact("app", "billing"), "1")
    version_of(broker, "app", "2", tags=["dev"])
    for kind in ("deployed", "released"):
        for number in ("1", "2"):
            at = f"/pacticipants/shop/versions/{number}/{kind}-versions/environment/{uuid}"
            broker.client.post(at, json={}).raise_for_status()
    broker.client.put("/pacticipants/shop/versions/3/tags/test", json={}).raise_for_status()


def test_the_store_is_counted(broker: Broker) -> None:
    same_as_golden("metrics_of_an_empty_store", broker.client.get("/metrics"))
    _life(broker)
    same_as_golden("metrics", broker.client.get("/metrics", headers={"Accept": "application/json"}))


def test_a_store_that_is_too_large_to_count_is_estimated(broker: Broker, monkeypatch: pytest.MonkeyPatch) -> None:
    _life(broker)
    counted = broker.read("/metrics")
    monkeypatch.setattr(metrics, "EXACT", 2)
    estimated = broker.read("/metrics")
    assert set(estimated.pop("troth")["estimated"]) == {
        "version",
        "tag",
        "publication",
        "content",
        "verification",
        "deployment",
    }
    for topic in ("pacticipantVersions", "pactPublications", "pactVersions", "verificationResults", "deployedVersions"):
        assert estimated[topic]["count"] == counted[topic]["count"], topic
    results = estimated["verificationResults"]
    assert results["successCount"] + results["failureCount"] == results["count"] == 4


def _samples(families: Any) -> dict[tuple[str, str], float]:
    return {
        (sample.name, next(iter(sample.labels.values()), "")): sample.value
        for family in families
        for sample in family.samples
    }


def test_prometheus_gets_text(broker: Broker) -> None:
    _life(broker)
    answer = broker.client.get("/metrics", headers={"Accept": "text/plain;version=0.0.4;q=0.5,*/*;q=0.1"})
    assert answer.headers["content-type"] == "text/plain; version=0.0.4;charset=utf-8"
    found = _samples(read_prometheus(answer.text))
    assert found["troth_store_rows", "application"] == 3
    assert found["troth_store_rows", "current_deployment"] == 1
    assert found["troth_store_recorded_total", "verification"] == 4
    assert any(name == "troth_http_answers_total" for name, _ in found)


def test_prometheus_gets_openmetrics_when_it_prefers_that(sqlite_broker: Broker) -> None:
    accept = "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3,*/*;q=0.1"
    answer = sqlite_broker.client.get("/metrics", headers={"Accept": accept})
    assert answer.headers["content-type"] == "application/openmetrics-text; version=1.0.0;charset=utf-8"
    assert answer.text.endswith("# EOF\n")
    families = read_openmetrics(answer.text)  # type: ignore[no-untyped-call]  # the library has no types here
    assert _samples(families)["troth_store_rows", "application"] == 0


def test_answers_are_counted_by_route_and_not_by_name(sqlite_broker: Broker) -> None:
    for name in ("a", "b"):
        sqlite_broker.client.get(f"/pacticipants/{name}")
    text = sqlite_broker.client.get("/metrics", headers={"Accept": "text/plain"}).text
    labels = '{method="GET",route="/pacticipants/{pacticipant}",status="404"}'
    assert f"troth_http_answers_total{labels}" in text
    assert not re.search(r'route="/pacticipants/[ab]"', text)
