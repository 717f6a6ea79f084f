"""Which calls are due after what was published, and what they tell."""

import json
from base64 import b64encode
from typing import Any

import pytest

from tests.support.brokers import Broker
from tests.support.golden import same_as_golden
from tests.support.pacts import deployed, environment, interaction, pact, put, verified, version_of
from tests.support.pointers import pointer_differences
from tests.support.stored import stored
from troth_broker.core.metadata import Metadata, SelectedBy, encode

PACT = "/pacts/provider/billing/consumer/shop/version/1"


def hook(broker: Broker, *events: str, **more: Any) -> str:
    """Make a webhook for events and give its uuid."""
    request = {"method": "POST", "url": "https://example.org/hook", **more.pop("request", {})}
    body = {"events": [{"name": name} for name in events], "request": request, **more}
    made = broker.client.post("/webhooks", json=body)
    assert made.status_code == 201, made.text
    return str(made.json()["uuid"])


def told(broker: Broker) -> list[dict[str, Any]]:
    """What the calls that are due tell, oldest first."""
    query = """SELECT event_context FROM triggered_webhook t JOIN delivery d ON d.triggered_webhook_id = t.id
        WHERE d.attempts = 0 AND d.due_at = t.happened_at ORDER BY t.id"""
    return [json.loads(row[0]) for row in stored(broker, query)]


def events_told(broker: Broker) -> list[str]:
    """The events of the calls that are due."""
    return [context["event"] for context in told(broker)]


def open_requests(broker: Broker) -> list[tuple[Any, ...]]:
    """Which contents wait for a result of which provider version, and how often that was asked."""
    query = """SELECT v.number, o.times FROM open_request o LEFT JOIN version v ON v.id = o.provider_version_id
        ORDER BY o.slot"""
    return stored(broker, query)


def publish(broker: Broker, content: dict[str, Any], version: str, **more: Any) -> Any:
    """Publish as a build does and give the answer."""
    consumer, provider = content["consumer"]["name"], content["provider"]["name"]
    contract = {
        "consumerName": consumer,
        "providerName": provider,
        "specification": "pact",
        "contentType": "application/json",
        "content": b64encode(json.dumps(content).encode()).decode(),
    }
    body = {"pacticipantName": consumer, "pacticipantVersionNumber": version, "contracts": [contract], **more}
    answer = broker.client.post("/contracts/publish", json=body)
    assert answer.status_code == 200, answer.text
    return answer


def test_without_a_webhook_nothing_is_due_and_nobody_was_asked(broker: Broker) -> None:
    path = put(broker, pact("shop", "billing"), "1")
    verified(broker, path, "b1")
    tables = ("triggered_webhook", "delivery", "verification_request", "open_request")
    assert [stored(broker, f"SELECT count(*) FROM {name}") for name in tables] == [[(0,)]] * 4


def test_a_publication_tells_who_published_what_from_where(broker: Broker) -> None:
    put(broker, pact("shop", "billing"), "0")
    for name, label in (("shop", "web"), ("shop", "a"), ("billing", "core")):
        broker.client.put(f"/pacticipants/{name}/labels/{label}", json={}).raise_for_status()
    hook(broker, "contract_published")
    publish(
        broker, pact("shop", "billing"), "1", branch="feat/x", tags=["dev", "test"], buildUrl="https://ci.example.org/7"
    )
    (context,) = told(broker)
    sha = broker.read(PACT)["_links"]["pb:pact-version"]["name"]
    remembered = encode(Metadata(version="1", version_tags=("dev", "test"), wip=True))
    assert context == {
        "event": "contract_published",
        "consumer": "shop",
        "provider": "billing",
        "consumer_version": "1",
        "consumer_branch": "feat/x",
        "consumer_tags": ["dev", "test"],
        "consumer_labels": ["a", "web"],
        "provider_labels": ["core"],
        "pact_url": f"{broker.url}/pacts/provider/billing/consumer/shop/pact-version/{sha}/metadata/{remembered}",
        "build_url": "https://ci.example.org/7",
    }
    assert broker.read(context["pact_url"].removeprefix(broker.url))["consumer"] == {"name": "shop"}


def test_a_publication_tells_what_the_providers_main_branch_says_of_the_content_or_else_the_last_result(
    broker: Broker,
) -> None:
    path = put(broker, pact("shop", "billing"), "1", branch="main")
    verified(broker, path, "b1", branch="main", success=False)
    verified(broker, path, "b2", branch="feat")
    hook(broker, "contract_published")
    put(broker, pact("shop", "billing"), "2", branch="main")
    version_of(broker, "billing", "b2", tags=["t"])
    broker.client.patch("/pacticipants/billing", json={"mainBranch": "none"}).raise_for_status()
    put(broker, pact("shop", "billing"), "3", branch="main")
    main, last = told(broker)
    assert (main["provider_version"], main["provider_branch"], main["success"]) == ("b1", "main", False)
    assert (last["provider_version"], last["provider_tags"], last["success"]) == ("b2", ["t"], True)
    results = broker.read(path)["_links"]["pb:publish-verification-results"]["href"]
    assert (main["result_url"], last["result_url"]) == (f"{results}/1", f"{results}/2")


def test_a_content_that_needs_results_is_told_once_for_each_version_that_lacks_one(broker: Broker) -> None:
    put(broker, pact("shop", "billing", interaction("old")), "0")
    environment(broker, "test")
    environment(broker, "live", production=True)
    for number, branch in (("b1", "main"), ("b2", "main"), ("b3", "main")):
        version_of(broker, "billing", number, branch=branch)
    deployed(broker, "billing", "b1", "test")
    deployed(broker, "billing", "b1", "live")
    release = broker.read("/pacticipants/billing/versions/b2")["_links"]["pb:record-release"]
    (href,) = [link["href"] for link in release if link["name"] == "live"]
    broker.client.post(href, json={}).raise_for_status()
    hook(broker, "contract_requiring_verification_published")
    path = put(broker, pact("shop", "billing"), "1", branch="main")
    found = [(one["provider_version"], one["provider_branch"], one["provider_descriptions"]) for one in told(broker)]
    assert found == [
        ("b1", "main", ["deployed to live", "deployed to test"]),
        ("b2", "main", ["released in live"]),
        ("b3", "main", ["latest from main branch"]),
    ]
    assert open_requests(broker) == [("b1", 1), ("b2", 1), ("b3", 1)]
    verified(broker, path, "b2")
    assert open_requests(broker) == [("b1", 1), ("b3", 1)]
    put(broker, pact("shop", "billing"), "2", branch="main")
    assert open_requests(broker) == [("b1", 2), ("b3", 2)]
    for number in ("b1", "b3"):
        verified(broker, path, number, success=False)
    assert open_requests(broker) == []
    put(broker, pact("shop", "billing"), "3", branch="main")
    assert len(told(broker)) == 5
    assert pointer_differences(broker.database_url) == ()


def test_a_webhook_for_new_contents_asks_any_version_while_there_is_no_result_at_all(broker: Broker) -> None:
    hook(broker, "contract_published", "contract_content_changed")
    path = put(broker, pact("shop", "billing"), "1")
    assert events_told(broker) == ["contract_published", "contract_content_changed"]
    assert open_requests(broker) == [(None, 1)]
    put(broker, pact("shop", "billing"), "2")
    assert events_told(broker)[2:] == ["contract_published"]
    assert open_requests(broker) == [(None, 1)]
    verified(broker, path, "b1", success=False)
    assert open_requests(broker) == []
    put(broker, pact("shop", "billing"), "3")
    assert open_requests(broker) == []


def test_deleting_the_answer_opens_the_request_again_and_deleting_the_contract_ends_it(broker: Broker) -> None:
    hook(broker, "contract_content_changed")
    path = put(broker, pact("shop", "billing"), "1", tags=["dev"])
    put(broker, pact("shop", "billing"), "2", tags=["test"])
    verified(broker, path, "b1")
    result = broker.read(path)["_links"]["pb:latest-verification-results"]["href"]
    broker.client.delete(broker.client.get(result).json()["_links"]["self"]["href"]).raise_for_status()
    assert open_requests(broker) == [(None, 2)]
    broker.client.delete(path.replace("version/1", "version/2")).raise_for_status()
    assert open_requests(broker) == [(None, 1)]
    assert pointer_differences(broker.database_url) == ()
    broker.client.delete(path, headers={"Accept": "*/*"}).raise_for_status()
    assert open_requests(broker) == []
    assert told(broker) == []


def test_who_is_told_of_every_contract_is_not_asked_to_verify_it(broker: Broker) -> None:
    hook(broker, "contract_published")
    put(broker, pact("shop", "billing"), "1")
    assert open_requests(broker) == []


def test_a_result_tells_its_verdict_by_two_events(broker: Broker) -> None:
    hook(broker, "provider_verification_published", "provider_verification_succeeded", "provider_verification_failed")
    path = put(broker, pact("shop", "billing"), "1", branch="main", tags=["dev"])
    version_of(broker, "billing", "b1", tags=["x", "y"])
    verified(broker, path, "b1", branch="main")
    verified(broker, path, "b2", success=False)
    assert events_told(broker) == [
        "provider_verification_published",
        "provider_verification_succeeded",
        "provider_verification_published",
        "provider_verification_failed",
    ]
    first = told(broker)[0]
    assert (first["provider_version"], first["provider_branch"]) == ("b1", "main")
    assert first["provider_tags"] == ["x", "y"]
    assert (first["consumer_version"], first["consumer_branch"], first["consumer_tags"]) == ("1", "main", ["dev"])
    assert [one["success"] for one in told(broker)] == [True, True, False, False]
    assert broker.read(first["result_url"].removeprefix(broker.url))["providerApplicationVersion"] == "b1"
    assert open_requests(broker) == []


def test_a_result_is_told_once_for_each_consumer_version_that_was_selected(broker: Broker) -> None:
    hook(broker, "provider_verification_published")
    for number, tags in (("1", ["dev", "test"]), ("2", ["dev"]), ("3", [])):
        path = put(broker, pact("shop", "billing"), number, tags=tags)
    chosen = Metadata(
        (
            SelectedBy("1", tag="dev", latest=True),
            SelectedBy("1", branch="x"),
            SelectedBy("2", branch="main", latest=True),
            SelectedBy("gone", tag="dev"),
        )
    )
    results = broker.read(path)["_links"]["pb:publish-verification-results"]["href"]
    address = results.replace("/verification-results", f"/metadata/{encode(chosen)}/verification-results")
    body = {"success": True, "providerApplicationVersion": "b1"}
    broker.client.post(address, json=body).raise_for_status()
    found = [(one["consumer_version"], one.get("consumer_tags")) for one in told(broker)]
    assert found == [("1", ["dev"]), ("2", ["dev"])]
    broker.client.post(results, json=body).raise_for_status()
    assert [one["consumer_version"] for one in told(broker)[2:]] == ["3"]


@pytest.mark.parametrize(
    ("consumer", "provider", "fires"),
    [
        (None, None, True),
        ({"name": "shop"}, {"name": "billing"}, True),
        ({"name": "shop"}, None, True),
        (None, {"name": "billing"}, True),
        ({"label": "web"}, {"label": "core"}, True),
        ({"label": "web"}, {"name": "billing"}, True),
        ({"name": "billing"}, None, False),
        (None, {"name": "shop"}, False),
        ({"label": "core"}, None, False),
        ({"name": "shop"}, {"label": "web"}, False),
    ],
)
def test_a_webhook_fires_for_those_whom_it_names_or_whose_label_it_names(
    sqlite_broker: Broker, consumer: Any, provider: Any, fires: bool
) -> None:
    broker = sqlite_broker
    put(broker, pact("shop", "billing"), "1")
    broker.client.put("/pacticipants/shop/labels/web", json={}).raise_for_status()
    broker.client.put("/pacticipants/billing/labels/core", json={}).raise_for_status()
    hook(broker, "contract_published", consumer=consumer, provider=provider)
    put(broker, pact("shop", "billing"), "2")
    assert bool(told(broker)) is fires


def test_a_disabled_webhook_and_one_for_other_events_stay_silent(sqlite_broker: Broker) -> None:
    hook(sqlite_broker, "contract_published", enabled=False)
    hook(sqlite_broker, "provider_verification_failed")
    path = put(sqlite_broker, pact("shop", "billing"), "1")
    verified(sqlite_broker, path, "b1")
    assert told(sqlite_broker) == []


def test_a_webhook_that_tells_a_deployed_version_is_called_for_each(broker: Broker) -> None:
    body = {"deployed": "${pactbroker.currentlyDeployedProviderVersionNumber}"}
    hook(broker, "contract_published", request={"body": body})
    put(broker, pact("shop", "billing"), "1")
    assert [one.get("currently_deployed") for one in told(broker)] == [None]
    environment(broker, "test")
    environment(broker, "live")
    for number, names in (("b1", ("test",)), ("b2", ("live",))):
        version_of(broker, "billing", number, branch="x")
        for name in names:
            deployed(broker, "billing", number, name)
    put(broker, pact("shop", "billing"), "2")
    assert [one["currently_deployed"] for one in told(broker)[1:]] == ["b1", "b2"]


def test_the_publisher_is_told_which_webhooks_were_triggered_and_where_their_logs_are(broker: Broker) -> None:
    hook(broker, "contract_published", description="Build billing")
    notices = publish(broker, pact("shop", "billing"), "1").json()["notices"]
    (line,) = [one for one in notices if "Webhook" in one["text"] and "triggered" in one["text"]]
    assert line["type"] == "debug"
    assert 'Webhook "Build billing" triggered by contract_published' in line["text"]
    log = broker.client.get(line["text"].rpartition(" ")[2], headers={"Accept": "*/*"})
    assert (log.status_code, log.text) == (200, "No attempt has been made yet.\n")
    assert not [one for one in notices if "Set up a webhook" in one["text"]]


def test_the_publisher_is_told_that_no_webhook_fits_the_events(sqlite_broker: Broker) -> None:
    hook(sqlite_broker, "provider_verification_failed")
    texts = [one["text"] for one in publish(sqlite_broker, pact("shop", "billing"), "1").json()["notices"]]
    assert "  No enabled webhooks found for the detected events" in texts
    hook(sqlite_broker, "contract_published", consumer={"label": "nobody"}, description="For others")
    texts = [one["text"] for one in publish(sqlite_broker, pact("shop", "billing"), "2").json()["notices"]]
    assert not [text for text in texts if "For others" in text]


def test_what_was_triggered_is_listed_for_the_pact_the_result_and_the_pair(broker: Broker) -> None:
    uuid = hook(broker, "contract_published", "provider_verification_published", description="Build billing")
    path = put(broker, pact("shop", "billing"), "1")
    verified(broker, path, "b1")
    links = broker.read(path)["_links"]
    same_as_golden("triggered_by_a_pact", broker.client.get(links["pb:triggered-webhooks"]["href"]))
    result = broker.client.get(links["pb:latest-verification-results"]["href"]).json()
    by_result = broker.client.get(result["_links"]["pb:triggered-webhooks"]["href"])
    same_as_golden("triggered_by_a_result", by_result)
    same_as_golden("webhooks_status", broker.client.get("/pacts/provider/billing/consumer/shop/webhooks/status"))
    call = by_result.json()["_embedded"]["triggeredWebhooks"][0]
    log = broker.client.get(call["_links"]["pb:logs"]["href"], headers={"Accept": "application/hal+json"})
    same_as_golden("webhook_call_logs", log)
    broker.client.delete(f"/webhooks/{uuid}").raise_for_status()
    by_result = broker.client.get(result["_links"]["pb:triggered-webhooks"]["href"])
    assert [one["name"] for one in by_result.json()["_embedded"]["triggeredWebhooks"]] == [uuid]


def test_the_status_of_a_pair_shows_the_last_call_of_each_webhook_and_event(broker: Broker) -> None:
    hook(broker, "contract_published")
    put(broker, pact("shop", "billing"), "1")
    put(broker, pact("shop", "billing"), "2")
    status = broker.read("/pacts/provider/billing/consumer/shop/webhooks/status")
    assert status["summary"] == {"successful": 0, "failed": 0, "retrying": 0, "notRun": 1}
    assert len(status["_embedded"]["triggeredWebhooks"]) == 1


@pytest.mark.parametrize(
    "path",
    [
        "/pacts/provider/billing/consumer/shop/version/2/triggered-webhooks",
        "/pacts/provider/billing/consumer/none/version/1/triggered-webhooks",
        "/pacts/provider/none/consumer/shop/version/1/triggered-webhooks",
        "/pacts/provider/shop/consumer/billing/version/1/triggered-webhooks",
        "/pacts/provider/none/consumer/shop/webhooks/status",
        "/pacts/provider/billing/consumer/shop/pact-version/x/verification-results/1/triggered-webhooks",
        "/triggered-webhooks/none/logs",
    ],
)
def test_nothing_is_triggered_by_what_is_not_there(sqlite_broker: Broker, path: str) -> None:
    put(sqlite_broker, pact("shop", "billing"), "1")
    assert sqlite_broker.client.get(path, headers={"Accept": "*/*"}).status_code == 404
