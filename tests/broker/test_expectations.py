"""Expectations in the broker: published like every contract, handed out to verify, and judged by their replays."""

import base64
import json
from typing import Any

import pytest

from tests.support import pacts
from tests.support.brokers import Broker
from tests.support.cli import troth
from tests.support.pages import page
from tests.support.stored import stored

WEB = """troth: 1
protocol: grpc
consumer: web
provider: orders
schema: [orders.proto]
interactions:
  - {description: an order is told, service: shop.Orders, method: GetOrder, request: {id: 7}, response: {id: 7}}
  - {description: no order, service: shop.Orders, method: GetOrder, request: {id: 8}, status: NOT_FOUND}
"""
PROTO = 'syntax = "proto3"; package shop; message Order { int64 id = 1; }'
AT = "/consumer-contracts/provider/orders/consumer/web"
FOR_VERIFICATION = "/contracts/provider/orders/for-verification"


def files(**named: str) -> list[dict[str, str]]:
    return [
        {"name": name.replace("_", "."), "content": base64.b64encode(text.encode()).decode()}
        for name, text in named.items()
    ]


def publish(broker: Broker, number: str = "1", text: str = WEB, branch: str | None = "main") -> Any:
    contract = {"files": files(web_yaml=text, orders_proto=PROTO)}
    body = {"pacticipantVersionNumber": number, "branch": branch, "contract": contract}
    return broker.client.post(f"{AT}/publish", json=body).raise_for_status().json()


def asked(broker: Broker, **query: Any) -> list[dict[str, Any]]:
    answer = broker.client.post(FOR_VERIFICATION, json=query).raise_for_status().json()
    found: list[dict[str, Any]] = answer["_embedded"]["contracts"]
    return found


def verified(broker: Broker, success: bool, provider_version: str = "5", of: dict[str, Any] | None = None) -> Any:
    """The answer to a result that was published the way a verifier does it."""
    listed = of or asked(broker)[0]
    content = broker.read(listed["_links"]["self"]["href"])
    tests = [{"interactionDescription": "an order is told", "success": success}]
    body = {"success": success, "providerApplicationVersion": provider_version, "testResults": tests}
    url = content["_links"]["pb:publish-verification-results"]["href"]
    return broker.client.post(url, json=body).raise_for_status().json()


def gate(broker: Broker, application: str = "web", version: str = "1") -> Any:
    return broker.read(f"/can-i-deploy?pacticipant={application}&version={version}&environment=live")


def deploy(broker: Broker, application: str, version: str) -> None:
    broker.client.put(f"/pacticipants/{application}/versions/{version}", json={}).raise_for_status()
    if not broker.read("/environments")["_embedded"]["environments"]:
        broker.client.post("/environments", json={"name": "live", "production": True}).raise_for_status()
    [live] = broker.read("/environments")["_embedded"]["environments"]
    url = f"/pacticipants/{application}/versions/{version}/deployed-versions/environment/{live['uuid']}"
    broker.client.post(url, json={}).raise_for_status()


def test_expectations_are_told_from_their_content_counted_and_kept_with_their_schemas(broker: Broker) -> None:
    told = publish(broker)
    assert [one["text"] for one in told["notices"] if one["type"] == "success"] == [
        "Consumer contract (grpc-expectations) published for web version 1 and provider orders"
    ]
    found = broker.read(f"{AT}/version/1/grpc-expectations")
    assert (found["format"], found["root"]) == ("grpc-expectations", "web.yaml")
    assert [one["name"] for one in found["documents"]] == ["orders.proto", "web.yaml"]
    assert broker.client.get(f"{AT}/version/1/grpc-expectations/document").text == WEB
    page = broker.client.get(f"{AT}/version/1/grpc-expectations", headers={"Accept": "text/html"}).text
    assert "orders.proto" in page


def test_what_is_wrong_with_expectations_is_a_warning_and_a_diff_shows_the_lines(broker: Broker) -> None:
    publish(broker)
    told = publish(broker, "2", WEB.replace("method: GetOrder, request: {id: 8}", "metod: GetOrder"))
    assert any("'metod' is not known here" in one["text"] for one in told["notices"])
    diff = broker.client.get(f"{AT}/version/2/grpc-expectations/diff/version/1", headers={"Accept": "text/plain"}).text
    assert "+  - {description: no order, service: shop.Orders, metod: GetOrder, status: NOT_FOUND}" in diff
    assert "not-covered: Expectations are replayed against a provider, not compared with others." in diff


def test_a_provider_is_handed_the_contracts_that_its_selectors_choose_with_their_documents(broker: Broker) -> None:
    publish(broker)
    [listed] = asked(broker)
    assert (listed["format"], listed["shortDescription"]) == ("grpc-expectations", "latest from main branch")
    assert listed["verificationProperties"]["notices"][0]["text"].startswith("The contract at ")
    content = broker.read(listed["_links"]["self"]["href"])
    assert content["files"] == files(web_yaml=WEB, orders_proto=PROTO)
    assert content["_embedded"]["version"]["number"] == "1"
    assert broker.read(content["_links"]["pb:contract"]["href"])["contentSha"] == content["contentSha"]
    assert asked(broker, consumerVersionSelectors=[{"branch": "feature"}]) == []
    assert broker.client.post(FOR_VERIFICATION, json={"consumerVersionSelectors": [{"odd": 1}]}).status_code == 400
    assert broker.client.post("/contracts/provider/nobody/for-verification", json={}).status_code == 404
    pacts = broker.client.post("/pacts/provider/orders/for-verification", json={}).raise_for_status().json()
    assert pacts["_embedded"]["pacts"] == []


def test_selectors_choose_among_each_format_by_itself(broker: Broker) -> None:
    publish(broker, "1")
    avro = {"content": base64.b64encode(b'{"type": "record", "name": "A", "fields": []}').decode()}
    body = {"pacticipantVersionNumber": "2", "contract": {**avro, "specification": "avro"}}
    broker.client.post(f"{AT}/publish", json=body).raise_for_status()
    latest = asked(broker, consumerVersionSelectors=[{"latest": True}])
    assert [(one["format"], one["_links"]["self"]["name"]) for one in latest] == [
        ("avro", "avro contract between web (2) and orders"),
        ("grpc-expectations", "grpc-expectations contract between web (1) and orders"),
    ]


def test_a_contract_is_pending_until_the_branch_has_verified_it(broker: Broker) -> None:
    publish(broker)
    query = {"includePendingStatus": True, "providerVersionBranch": "main"}
    [listed] = asked(broker, **query)
    assert listed["verificationProperties"]["pending"] is True
    broker.client.put("/pacticipants/orders/branches/main/versions/5", json={}).raise_for_status()
    verified(broker, True)
    [listed] = asked(broker, **query)
    assert listed["verificationProperties"]["pending"] is False
    publish(broker, "2", WEB.replace("id: 7", "id: 9"), branch="feature")
    wip = asked(broker, **query, includeWipPactsSince="2020-01-01")
    assert [one["verificationProperties"].get("wip", False) for one in wip] == [False, True]


def test_a_replay_decides_the_gate_and_stands_in_the_matrix(broker: Broker) -> None:
    publish(broker)
    deploy(broker, "orders", "5")
    before = gate(broker)
    assert (before["summary"]["deployable"], before["summary"]["unknown"]) == (None, 1)
    verified(broker, True)
    after = gate(broker)
    assert after["summary"]["deployable"] is True
    [row] = after["matrix"]
    assert [one["kind"] for one in row["troth"]["evidence"]] == ["replay"]
    assert row["verificationResult"]["success"] is True
    assert broker.read(row["pact"]["_links"]["self"]["href"])["format"] == "grpc-expectations"
    verified(broker, False)
    assert gate(broker)["summary"]["deployable"] is False
    [row] = broker.read("/matrix?q[][pacticipant]=web&q[][pacticipant]=orders&latestby=cvpv")["matrix"]
    assert row["verificationResult"]["success"] is False


@pytest.mark.parametrize("described", [False, True])
def test_expectations_without_a_replay_say_that_a_replay_is_the_way_to_a_yes(broker: Broker, described: bool) -> None:
    publish(broker)
    if described:  # what is compared with nothing else does not count as compared with this
        contract = {"content": base64.b64encode(PROTO.encode()).decode()}
        broker.client.post(
            "/provider-contracts/provider/orders/publish", json={"pacticipantVersionNumber": "5", "contract": contract}
        ).raise_for_status()
    deploy(broker, "orders", "5")
    told = gate(broker)
    assert told["summary"]["deployable"] is None
    told = told["summary"]["troth"]
    assert told["class"] == "nobody-asked"
    assert [one["text"] for one in told["actions"]] == ["verify orders 5 against the contract of web 1"]
    verified(broker, True)
    assert gate(broker)["summary"]["deployable"] is True


def test_a_policy_that_asks_for_a_comparison_says_which_word_of_it_is_in_the_way(broker: Broker) -> None:
    publish(broker)
    deploy(broker, "orders", "5")
    [live] = broker.read("/environments")["_embedded"]["environments"]
    policy = f"/environments/{live['uuid']}/policy"
    broker.client.put(policy, json={"needs": ["replay", "comparison"]}).raise_for_status()
    verified(broker, True)
    told = gate(broker)["summary"]
    assert (told["deployable"], told["troth"]["class"]) == (None, "not-covered")
    nothing = "nothing compares contracts of the format grpc-expectations"
    assert told["troth"]["reasons"][0]["text"] == f"the policy asks for a comparison, and {nothing}"
    word = "a policy that allows what is not covered goes by a replay"
    assert told["troth"]["hints"] == [
        f"N{nothing[1:]}; {word}: `troth policy set --provider orders --consumer web --not-covered allows`."
    ]
    broker.client.put(policy, json={"needs": ["replay", "comparison"], "not_covered": "blocks"}).raise_for_status()
    [hint] = gate(broker)["summary"]["troth"]["hints"]
    assert hint.endswith(": `troth policy set --environment live --not-covered allows`.")
    troth("policy", "set", "--environment", "live", "--not-covered", "allows", "--broker", broker.url, code=0)
    assert gate(broker)["summary"]["deployable"] is True


def test_a_result_is_read_shown_and_deleted_like_every_other(broker: Broker) -> None:
    publish(broker)
    made = verified(broker, False)
    url = made["_links"]["self"]["href"]
    result = broker.read(url)
    assert (result["success"], result["providerApplicationVersion"]) == (False, "5")
    assert url.startswith(f"{broker.url}{AT}/content/grpc-expectations/")
    for other in ("avro", "oas"):
        assert broker.client.get(url.replace("/grpc-expectations/", f"/{other}/")).status_code == 404
    as_pact = f"/pacts/provider/orders/consumer/web/pact-version/{url.split('/')[-3]}/verification-results/"
    assert broker.read(as_pact + url.rpartition("/")[2]) == result  # as before
    [row] = broker.read("/matrix?q[][pacticipant]=web&q[][pacticipant]=orders")["matrix"]
    assert row["verificationResult"]["_links"]["self"]["href"] == url
    content = broker.read(result["_links"]["pb:consumer-contract"]["href"])
    assert content["contentSha"] in url
    assert broker.read(content["_links"]["pb:latest-verification-results"]["href"]) == result
    assert broker.read(result["_links"]["pb:triggered-webhooks"]["href"])["_embedded"]["triggeredWebhooks"] == []
    page = broker.client.get(url, headers={"Accept": "text/html"})
    assert page.is_success
    assert "an order is told" in page.text
    assert broker.client.get(broker_path(page.text, "the contract of 1")).is_success
    assert broker.client.delete(url).status_code == 204
    assert broker.client.get(url).status_code == 404
    assert "pb:latest-verification-results" not in broker.read(content["_links"]["self"]["href"])["_links"]


def broker_path(page: str, text: str) -> str:
    """Where the link with that text leads."""
    return page.partition(text)[0].rpartition('href="')[2].partition('"')[0]


def test_the_page_of_a_version_shows_each_contract_with_its_own_result(broker: Broker) -> None:
    path = pacts.put(broker, pacts.pact("web", "orders"), "1")
    publish(broker)
    version = "/pacticipants/web/versions/1"
    assert [row[1] for row in page(broker, version).rows()] == ["… not verified", "… not verified"]
    verified(broker, False, "6")
    assert [row[1] for row in page(broker, version).rows()] == ["… not verified", "✗ failed just now by 6"]
    pacts.verified(broker, path, "5")
    assert [row[1] for row in page(broker, version).rows()] == ["✓ passed just now by 5", "✗ failed just now by 6"]


@pytest.mark.parametrize("format_name", ["pact", "avro", "wsdl"])
def test_a_content_is_found_by_its_own_format_alone(format_name: str, broker: Broker) -> None:
    publish(broker)
    url = asked(broker)[0]["_links"]["self"]["href"].replace("/content/grpc-expectations/", f"/content/{format_name}/")
    assert broker.client.get(url).status_code == 404
    body = {"success": True, "providerApplicationVersion": "5"}
    assert broker.client.post(f"{url}/verification-results", json=body).status_code == 404


def test_webhooks_are_told_of_what_is_to_be_replayed_and_of_its_result(broker: Broker) -> None:
    broker.client.patch("/pacticipants/orders", json={"mainBranch": "main"}).raise_for_status()
    broker.client.put("/pacticipants/orders/branches/main/versions/5", json={}).raise_for_status()
    events = ("contract_published", "contract_requiring_verification_published", "provider_verification_published")
    request = {"method": "POST", "url": "https://ci.example.org"}
    hook = {"events": [{"name": name} for name in events], "request": request}
    broker.client.post("/webhooks", json=hook).raise_for_status()
    publish(broker)
    verified(broker, True)
    publish(broker, "2")
    told = [json.loads(row[0]) for row in stored(broker, "SELECT event_context FROM triggered_webhook ORDER BY id")]
    assert [one["event"] for one in told] == [*events, "contract_published"]
    assert told[1]["provider_version"] == "5"
    assert {broker.read(one["pact_url"])["format"] for one in told} == {"grpc-expectations"}
    assert broker.read(told[2]["result_url"])["success"] is True
