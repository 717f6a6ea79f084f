"""Trying a webhook out: the call is made at once, tells of the latest fitting contract, and leaves no trace."""

import json
from base64 import b64encode
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.conftest import StartBroker
from tests.support.brokers import Broker
from tests.support.golden import same_as_golden
from tests.support.pacts import deployed, environment, pact, put, verified
from tests.support.stored import stored
from tests.support.targets import Target, hangs, says, target
from tests.support.waiting import until

TELLS = {
    "event": "${pactbroker.eventName}",
    "consumer": "${pactbroker.consumerName} ${pactbroker.consumerVersionNumber} ${pactbroker.consumerVersionBranch}",
    "provider": "${pactbroker.providerName} ${pactbroker.providerVersionNumber}",
    "status": "${pactbroker.githubVerificationStatus}",
    "deployed": "${pactbroker.currentlyDeployedProviderVersionNumber}",
}
OPEN = {"webhook_scheme_whitelist": ("http", "https"), "webhook_allowed_networks": ("127.0.0.0/8",)}


@pytest.fixture
def ci() -> Iterator[Target]:
    """A system that webhooks call."""
    with target(says("201 Created", b'{"build": 7}', "Content-Type: application/json", "X-Token: abcdef")) as listening:
        yield listening


@pytest.fixture
def shop(database_url: str, start_broker: StartBroker) -> Broker:
    """A broker that may call this machine, and shows what it answers."""
    broker = start_broker(database_url, webhook_host_whitelist=("127.0.0.1",), **OPEN)
    put(broker, pact("web", "orders"), "1", branch="main")
    path = put(broker, pact("web", "billing"), "2", branch="feat")
    verified(broker, path, "b1", success=False)
    environment(broker, "test")
    deployed(broker, "billing", "b1", "test")
    return broker


def tried(broker: Broker, ci: Target, **more: Any) -> Any:
    """What a webhook that was never recorded tells when it is tried out."""
    body = {"request": {"method": "POST", "url": ci.url(), "body": TELLS}, **more}
    answer = broker.client.post("/webhooks/execute", json=body)
    assert answer.status_code == 200, answer.text
    return json.loads(ci.received[-1].body)


def test_a_webhook_is_tried_out_and_its_answer_shown(shop: Broker, ci: Target) -> None:
    request = {
        "method": "POST",
        "url": ci.url("/build?of=${pactbroker.consumerName}"),
        "headers": {"Content-Type": "application/json", "Authorization": "Bearer 12345"},
        "body": TELLS,
    }
    made = shop.client.post("/webhooks", json={"request": request, "provider": {"name": "billing"}})
    answer = shop.client.post(made.json()["_links"]["pb:execute"]["href"])
    assert ci.received[0].headers["authorization"] == "Bearer 12345"
    same_as_golden("webhook_executed", answer, target=f"127.0.0.1:{ci.port}")
    tables = ("triggered_webhook", "delivery", "webhook_execution", "verification_request")
    assert [stored(shop, f"SELECT count(*) FROM {name}") for name in tables] == [[(0,)]] * 4


def test_a_webhook_tells_of_the_contract_that_moved_last_among_those_that_fit(shop: Broker, ci: Target) -> None:
    shop.client.put("/pacticipants/orders/labels/core", json={}).raise_for_status()
    newest = {
        "event": "test",
        "consumer": "web 2 feat",
        "provider": "billing b1",
        "status": "failure",
        "deployed": "b1",
    }
    older = {"event": "test", "consumer": "web 1 main", "provider": "orders ", "status": "pending", "deployed": ""}
    assert tried(shop, ci) == newest
    assert tried(shop, ci, consumer={"name": "web"}) == newest
    assert tried(shop, ci, provider={"name": "orders"}) == older
    assert tried(shop, ci, consumer={"name": "web"}, provider={"label": "core"}) == older


def test_a_contract_of_another_format_is_told_with_its_own_address_and_results(shop: Broker, ci: Target) -> None:
    expected = (
        b"troth: 1\nprotocol: message\nconsumer: app\nprovider: orders\ninteractions: [{description: a, contents: 1}]"
    )
    body = {"contract": {"content": b64encode(expected).decode()}, "pacticipantVersionNumber": "7"}
    shop.client.post("/consumer-contracts/provider/orders/consumer/app/publish", json=body).raise_for_status()

    def told() -> Any:
        request = {
            "method": "POST",
            "url": ci.url(),
            "body": "${pactbroker.pactUrl} ${pactbroker.verificationResultUrl}",
        }
        said = {"request": request, "consumer": {"name": "app"}}
        shop.client.post("/webhooks/execute", json=said).raise_for_status()
        return ci.received[-1].body.decode().split()

    (contract,) = told()
    found = shop.read(contract.removeprefix(shop.url))
    assert (found["format"], found["_embedded"]["consumer"]["name"]) == ("message-expectations", "app")
    results = found["_links"]["pb:publish-verification-results"]["href"]
    shop.client.post(results, json={"success": True, "providerApplicationVersion": "b1"}).raise_for_status()
    _, result = told()
    assert shop.read(result.removeprefix(shop.url))["success"] is True


def test_a_webhook_without_a_contract_tells_of_an_example(shop: Broker, ci: Target) -> None:
    found = tried(shop, ci, consumer={"label": "none"})
    assert found["consumer"] == "Example consumer 1.2.3 main"
    assert tried(shop, ci, provider={"name": "web"})["provider"] == "web 4.5.6"


def test_a_call_that_fails_is_answered_with_its_reason(shop: Broker, ci: Target) -> None:
    ci.behaviour = says("500 Internal Server Error", b"not today")
    body = {"request": {"method": "POST", "url": ci.url()}}
    failed = shop.client.post("/webhooks/execute", json=body).json()
    assert (failed["success"], failed["response"]["status"], failed["response"]["body"]) == (False, 500, "not today")
    nobody = {"request": {"method": "POST", "url": "http://127.0.0.1:1/"}}
    failed = shop.client.post("/webhooks/execute", json=nobody).json()
    assert failed["success"] is False
    assert failed["error"]["message"]
    assert "response" not in failed


def test_without_a_list_of_hosts_the_answer_is_not_shown(
    sqlite_url: str, start_broker: StartBroker, ci: Target
) -> None:
    broker = start_broker(sqlite_url, **OPEN)
    body = {"request": {"method": "POST", "url": ci.url()}}
    shown = broker.client.post("/webhooks/execute", json=body).json()
    assert "webhook_host_whitelist" in shown["message"]
    assert not {"response", "error"} & set(shown)
    assert shown["success"] is True


def test_what_cannot_be_tried_out_is_refused(sqlite_broker: Broker) -> None:
    assert sqlite_broker.client.post("/webhooks/00000000-none/execute").status_code == 404
    refused = sqlite_broker.client.post("/webhooks/execute", json={"request": {}})
    assert (refused.status_code, [*refused.json()["errors"]]) == (400, ["request.method", "request.url"])


def test_a_target_that_hangs_keeps_nobody_waiting(sqlite_url: str, start_broker: StartBroker, ci: Target) -> None:
    broker = start_broker(sqlite_url, webhook_timeout=1, database_max_connections=1, **OPEN)
    ci.behaviour = hangs
    body = {"request": {"method": "POST", "url": ci.url()}}
    with ThreadPoolExecutor(1) as beside:
        waiting = beside.submit(broker.client.post, "/webhooks/execute", json=body)
        until(lambda: ci.received, what="the call")
        broker.read("/pacticipants")
        assert not waiting.done()
        assert waiting.result().json()["success"] is False
