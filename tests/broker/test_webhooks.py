"""Webhooks over HTTP: made, listed, changed and deleted, with their secrets hidden."""

from typing import Any

import pytest

from tests.support.brokers import Broker
from tests.support.golden import same_as_golden
from tests.support.pacts import pact, put
from tests.support.stored import stored

UUID = "a-uuid-of-the-clients-own"
FULL = {
    "description": "Build billing",
    "consumer": {"name": "shop"},
    "provider": {"name": "billing"},
    "events": [{"name": "contract_published"}, {"name": "provider_verification_failed"}],
    "request": {
        "method": "POST",
        "url": "https://ci.example.org/build?branch=${pactbroker.consumerVersionBranch}",
        "headers": {"Content-Type": "application/json", "Authorization": "Bearer 12345"},
        "body": {"pact": "${pactbroker.pactUrl}", "more": [1, None, {"deep": True}]},
        "username": "robot",
        "password": "hunter2",
    },
}
SMALL: dict[str, Any] = {"request": {"method": "POST", "url": "https://example.org:8443/hook"}}


@pytest.fixture
def pair(broker: Broker) -> Broker:
    """A broker that knows shop and billing."""
    put(broker, pact("shop", "billing"), "1")
    return broker


def test_a_webhook_is_made_shown_changed_and_deleted(pair: Broker) -> None:
    made = pair.client.post("/webhooks", json=FULL)
    same_as_golden("webhook_made", made)
    path = made.headers["location"]
    same_as_golden("webhook", pair.client.get(path))
    same_as_golden("webhooks", pair.client.get("/webhooks"))
    assert path == made.json()["_links"]["self"]["href"]

    changed = pair.client.put(path, json={**FULL, "description": "Build it", "enabled": False, "events": None})
    assert changed.status_code == 200
    assert (changed.json()["description"], changed.json()["enabled"]) == ("Build it", False)
    assert changed.json()["events"] == [{"name": "contract_content_changed"}]
    assert "updatedAt" in changed.json()
    assert pair.client.put(path, json=FULL).json()["enabled"] is True

    assert pair.client.delete(path).status_code == 204
    assert [pair.client.get(path).status_code, pair.client.delete(path).status_code] == [404, 404]
    assert pair.read("/webhooks")["_links"]["pb:webhooks"] == []


def test_a_small_webhook_watches_everybody_for_changed_contents(broker: Broker) -> None:
    same_as_golden("webhook_small", broker.client.post("/webhooks", json=SMALL))


def test_a_webhook_by_labels_needs_no_application(broker: Broker) -> None:
    made = broker.client.post("/webhooks", json={**SMALL, "consumer": {"label": "web"}, "provider": {"label": "core"}})
    same_as_golden("webhook_by_labels", made)


def test_a_client_chooses_the_uuid_with_a_put(broker: Broker) -> None:
    made = broker.client.put(f"/webhooks/{UUID}", json=SMALL)
    assert (made.status_code, made.json()["uuid"]) == (201, UUID)
    assert broker.client.put(f"/webhooks/{UUID}", json=SMALL).status_code == 200
    refused = broker.client.put("/webhooks/short", json=SMALL)
    assert (refused.status_code, list(refused.json()["errors"])) == (400, ["uuid"])


@pytest.mark.parametrize(
    ("path", "consumer", "provider"),
    [
        ("/webhooks/provider/billing/consumer/shop", {"name": "shop"}, {"name": "billing"}),
        ("/pacts/provider/billing/consumer/shop/webhooks", {"name": "shop"}, {"name": "billing"}),
        ("/webhooks/provider/billing", None, {"name": "billing"}),
        ("/webhooks/consumer/shop", {"name": "shop"}, None),
    ],
)
def test_a_path_with_applications_makes_and_lists_the_webhooks_that_name_them(
    pair: Broker, path: str, consumer: Any, provider: Any
) -> None:
    made = pair.client.post(path, json=SMALL)
    assert made.status_code == 201
    assert (made.json().get("consumer"), made.json().get("provider")) == (consumer, provider)
    pair.client.post("/webhooks", json={**SMALL, "consumer": {"label": "x"}, "provider": {"label": "y"}})
    pair.client.post("/webhooks", json=SMALL)
    answer = pair.client.get(path)
    assert [link["href"] for link in answer.json()["_links"]["pb:webhooks"]] == [made.headers["location"]]
    assert len(pair.read("/webhooks")["_links"]["pb:webhooks"]) == 3
    same_as_golden(f"webhooks{path.replace('/', '_')}", answer)


@pytest.mark.parametrize("path", ["/webhooks/provider/none/consumer/shop", "/webhooks/consumer/none"])
def test_an_application_that_nobody_knows_is_named_before_the_body_is_read(pair: Broker, path: str) -> None:
    for missing in (pair.client.post(path, json={}), pair.client.get(path)):
        assert missing.status_code == 404
        assert missing.headers["content-type"] == "application/hal+json;charset=utf-8"
        assert "none" in missing.json()["error"]


def test_what_is_hidden_stays_as_it_was_when_it_is_sent_back(pair: Broker) -> None:
    path = pair.client.post("/webhooks", json=FULL).headers["location"]
    shown = pair.client.get(path).json()
    assert shown["request"]["password"] == "**********"
    assert shown["request"]["headers"]["Authorization"] == "**********"
    changed = pair.client.put(path, json={**shown, "description": "Other"})
    assert changed.json()["request"] == shown["request"]
    assert stored(pair, "SELECT headers, password FROM webhook") == [
        ('{"Content-Type": "application/json", "Authorization": "Bearer 12345"}', "hunter2")
    ]
    without = {name: value for name, value in shown["request"].items() if name != "password"}
    pair.client.put(path, json={**shown, "request": without}).raise_for_status()
    assert stored(pair, "SELECT password FROM webhook") == [("hunter2",)]
    pair.client.put(path, json={**shown, "request": {**without, "password": "new"}}).raise_for_status()
    assert stored(pair, "SELECT password FROM webhook") == [("new",)]
    pair.client.put(path, json={**shown, "request": {**without, "password": None}}).raise_for_status()
    assert stored(pair, "SELECT password FROM webhook") == [(None,)]


def test_templates_in_secret_places_are_shown(broker: Broker) -> None:
    request = {**SMALL["request"], "headers": {"Authorization": "Bearer ${secret.ci}"}, "password": "${secret.ci}"}
    made = broker.client.post("/webhooks", json={"request": request})
    assert made.json()["request"] == request


def test_members_that_are_null_are_as_if_they_were_not_there(broker: Broker) -> None:
    body = {
        **dict.fromkeys(("description", "enabled", "consumer", "provider", "events", "teamUuid")),
        "request": {**SMALL["request"], **dict.fromkeys(("headers", "body", "username", "password"))},
    }
    assert broker.client.post("/webhooks", json=body).json()["request"] == SMALL["request"]


def test_every_change_of_a_webhook_leaves_an_audit_line_without_secrets(pair: Broker) -> None:
    path = pair.client.post("/webhooks", json=FULL).headers["location"]
    pair.client.put(path, json={**FULL, "description": "Other"})
    pair.client.delete(path)
    lines = stored(pair, "SELECT subject, action, detail FROM audit ORDER BY id")
    uuid = path.rpartition("/")[2]
    assert [line[:2] for line in lines] == [(f"webhook {uuid}", done) for done in ("created", "updated", "deleted")]
    assert not [line for line in lines if "12345" in line[2] or "hunter2" in line[2]]


def test_deleting_an_application_deletes_the_webhooks_that_name_it_and_says_so(pair: Broker) -> None:
    pair.client.post("/webhooks", json=FULL).raise_for_status()
    pair.client.post("/webhooks", json=SMALL).raise_for_status()
    pair.client.delete("/pacticipants/billing").raise_for_status()
    assert len(pair.read("/webhooks")["_links"]["pb:webhooks"]) == 1
    assert stored(pair, "SELECT count(*) FROM audit WHERE action = 'deleted'") == [(1,)]


HOOK = {"method": "POST", "url": "https://example.org"}


@pytest.mark.parametrize(
    ("body", "place", "text"),
    [
        ({}, "request", "is missing"),
        ({"request": "x"}, "request", "must be an object"),
        ({"request": {"method": "POST"}}, "request.url", "is missing"),
        ({"request": {"url": "https://example.org"}}, "request.method", "is missing"),
        ({"request": {**HOOK, "method": "FETCH"}}, "request.method", "must be an HTTP method"),
        ({"request": {**HOOK, "method": 7}}, "request.method", "must be an HTTP method"),
        ({"request": {**HOOK, "method": "GET"}}, "request.method", "webhook_http_method_whitelist"),
        ({"request": {**HOOK, "url": " "}}, "request.url", "can't be blank"),
        ({"request": {**HOOK, "url": 7}}, "request.url", "must be a string"),
        ({"request": {**HOOK, "url": "no url"}}, "request.url", "must be a URL"),
        ({"request": {**HOOK, "url": "https:///path"}}, "request.url", "must be a URL"),
        ({"request": {**HOOK, "url": "https://example.org:x/"}}, "request.url", "must be a URL"),
        ({"request": {**HOOK, "url": "https://[::1/"}}, "request.url", "must be a URL"),
        ({"request": {**HOOK, "url": "http://example.org"}}, "request.url", "webhook_scheme_whitelist"),
        (
            {"request": {**HOOK, "url": "https://${pactbroker.providerName}.org/"}},
            "request.url",
            "template in its host",
        ),
        ({"request": {**HOOK, "headers": []}}, "request.headers", "must be an object"),
        ({"request": {**HOOK, "headers": {"A B": "x"}}}, "request.headers", "no name of a header"),
        ({"request": {**HOOK, "headers": {"A": 7}}}, "request.headers", "A must be a string"),
        ({"request": {**HOOK, "headers": {"A": "x\r\nB: y"}}}, "request.headers", "A must be a single line"),
        ({"request": {**HOOK, "username": 7}}, "request.username", "must be a string"),
        ({"request": HOOK, "consumer": {"name": "none"}}, "consumer.name", "does not match an existing pacticipant"),
        ({"request": HOOK, "provider": {"name": "none"}}, "provider.name", "does not match an existing pacticipant"),
        ({"request": HOOK, "consumer": {"name": "a", "label": "b"}}, "consumer.label", "cannot be given together"),
        ({"request": HOOK, "consumer": {"name": 7}}, "consumer.name", "must be a string"),
        ({"request": HOOK, "consumer": {"label": " "}}, "consumer.label", "can't be blank"),
        ({"request": HOOK, "consumer": "shop"}, "consumer", "must be an object"),
        ({"request": HOOK, "events": "x"}, "events", "must be an array"),
        ({"request": HOOK, "events": ["x"]}, "events", "objects with a name (at index 0)"),
        ({"request": HOOK, "events": [{"name": "contract_lost"}]}, "events", "contract_lost is no event"),
        ({"request": HOOK, "events": [{"name": "contract_content_unchanged"}]}, "events", "is no event"),
        ({"request": HOOK, "enabled": "yes"}, "enabled", "must be true or false"),
        ({"request": HOOK, "description": 7}, "description", "must be a string"),
    ],
)
def test_what_is_wrong_with_a_webhook_is_said_by_field(
    sqlite_broker: Broker, body: dict[str, Any], place: str, text: str
) -> None:
    for refused in (
        sqlite_broker.client.post("/webhooks", json=body),
        sqlite_broker.client.put(f"/webhooks/{UUID}", json=body),
    ):
        assert refused.status_code == 400
        assert list(refused.json()["errors"]) == [place]
        assert text in refused.json()["errors"][place][0]
    assert sqlite_broker.read("/webhooks")["_links"]["pb:webhooks"] == []


def test_settings_say_which_hosts_schemes_and_methods_are_allowed(sqlite_url: str, start_broker: Any) -> None:
    broker = start_broker(
        sqlite_url,
        webhook_host_whitelist=("example.org", "*.example.com", "10.0.0.0/8"),
        webhook_scheme_whitelist=("http", "https"),
        webhook_http_method_whitelist=("POST", "PUT"),
    )

    def status(url: str, method: str = "POST") -> int:
        made = broker.client.post("/webhooks", json={"request": {"method": method, "url": url}})
        return int(made.status_code)

    assert status("http://example.org/x", "put") == 201
    assert status("https://a.example.com:99/x") == 201
    assert status("https://10.1.2.3/") == 201
    assert status("https://example.net/") == 400
    assert status("https://${pactbroker.x}@example.org/") == 201
    assert status("https://example.net#@example.org/") == 400


def test_a_rule_about_hosts_that_cannot_be_read_is_told(sqlite_url: str, start_broker: Any) -> None:
    broker = start_broker(sqlite_url, webhook_host_whitelist=("/(/",))
    refused = broker.client.post("/webhooks", json=SMALL)
    assert refused.status_code == 400
    assert "/(/" in refused.json()["errors"]["request.url"][0]


def test_only_json_makes_a_webhook(sqlite_broker: Broker) -> None:
    plain = sqlite_broker.client.post("/webhooks", content="{}", headers={"Content-Type": "text/plain"})
    assert plain.status_code == 415
    assert sqlite_broker.client.post("/webhooks", json=[]).status_code == 400
