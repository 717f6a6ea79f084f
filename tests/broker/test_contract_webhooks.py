"""What webhooks are told of contracts that providers publish, and of comparisons."""

import base64
import contextlib
import json
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select

from tests.broker.test_comparing import openapi, pact, publish_pact
from tests.support.brokers import Broker
from troth_broker.app.world import world_of
from troth_broker.services import comparing
from troth_broker.services.world import World
from troth_broker.settings import Settings
from troth_broker.store.engine import Store
from troth_broker.store.tables import triggered_webhook

ORDER = {"type": "record", "name": "Order", "fields": [{"name": "id", "type": "string"}]}
WITH_DOC = {**ORDER, "doc": "What was ordered."}
WITH_TOTAL = {**ORDER, "fields": [*ORDER["fields"], {"name": "total", "type": "long"}]}
EVENTS = (
    *("provider_contract_published", "provider_contract_content_changed"),
    *("comparison_published", "comparison_succeeded", "comparison_failed"),
)


def hook(broker: Broker, **parties: Any) -> None:
    for party in parties.values():
        broker.client.patch(f"/pacticipants/{party['name']}", json={}).raise_for_status()
    request = {"method": "POST", "url": "https://ci.example.org"}
    told = {"events": [{"name": name} for name in EVENTS], "request": request, **parties}
    broker.client.post("/webhooks", json=told).raise_for_status()


def publish(broker: Broker, at: str, schema: dict[str, Any], number: str) -> None:
    contract = {"content": base64.b64encode(json.dumps(schema).encode()).decode(), "specification": "avro"}
    about = {"pacticipantVersionNumber": number, "branch": "main", "buildUrl": f"https://ci.example/{number}"}
    broker.client.post(f"{at}/publish", json={**about, "contract": contract}).raise_for_status()


def say(broker: Broker, schema: dict[str, Any], number: str) -> None:
    publish(broker, "/provider-contracts/provider/orders", schema, number)


def expect(broker: Broker, schema: dict[str, Any], number: str) -> None:
    publish(broker, "/consumer-contracts/provider/orders/consumer/shop", schema, number)


@pytest.fixture
def world(broker: Broker) -> Iterator[World]:
    """A worker's world over the broker's store."""
    settings = Settings(database_url=broker.database_url, base_urls=("https://troth.example",))
    with contextlib.closing(Store(broker.database_url)) as store:
        made = world_of(store, settings)
        yield made
        assert made.comparer is not None
        made.comparer.close()


def told(world: World) -> list[tuple[str, dict[str, Any]]]:
    """Every call that is to be made, by its event."""
    rows = world.store.read(
        lambda db: db.execute(
            select(triggered_webhook.c.event_name, triggered_webhook.c.event_context).order_by(triggered_webhook.c.id)
        ).all()
    )
    return [(event, json.loads(context)) for event, context in rows]


def test_a_provider_that_publishes_is_told_of_and_so_is_what_it_changed(broker: Broker, world: World) -> None:
    hook(broker, provider={"name": "orders"})
    hook(broker, provider={"name": "billing"})
    hook(broker, consumer={"name": "shop"}, provider={"name": "orders"})
    say(broker, ORDER, "1")
    say(broker, WITH_DOC, "2")
    say(broker, WITH_TOTAL, "3")
    say(broker, WITH_TOTAL, "3")
    assert [(event, context["provider_version"]) for event, context in told(world)] == [
        ("provider_contract_published", "1"),
        ("provider_contract_content_changed", "1"),
        ("provider_contract_published", "2"),
        ("provider_contract_published", "3"),
        ("provider_contract_content_changed", "3"),
        ("provider_contract_published", "3"),
    ]
    context = told(world)[0][1]
    assert context["provider_branch"] == "main"
    assert context["build_url"] == "https://ci.example/1"
    assert broker.client.get(context["provider_contract_url"]).json()["contractType"] == "avro"


def test_a_comparison_tells_its_verdict_with_the_versions_that_it_is_about(broker: Broker, world: World) -> None:
    hook(broker)
    expect(broker, ORDER, "s1")
    say(broker, ORDER, "o1")
    assert comparing.make_due(world) == 1
    expect(broker, WITH_TOTAL, "s2")
    assert comparing.make_due(world) == 1
    found = [(event, context) for event, context in told(world) if event.startswith("comparison")]
    assert [(event, context["consumer_version"], context["success"]) for event, context in found] == [
        ("comparison_published", "s1", True),
        ("comparison_succeeded", "s1", True),
        ("comparison_published", "s2", False),
        ("comparison_failed", "s2", False),
    ]
    context = found[-1][1]
    assert context["provider_version"] == "o1"
    assert context["comparison_url"].startswith("https://troth.example/comparisons/")
    assert context["provider_contract_url"] == "https://troth.example/contracts/provider/orders/version/o1"
    number = context["comparison_url"].rpartition("/")[2]
    assert broker.read(f"/comparisons/{number}")["success"] is False


def test_who_does_not_know_the_brokers_address_tells_none(sqlite_broker: Broker) -> None:
    hook(sqlite_broker)
    expect(sqlite_broker, ORDER, "s1")
    say(sqlite_broker, ORDER, "o1")
    with contextlib.closing(Store(sqlite_broker.database_url)) as store:
        made = world_of(store, Settings(database_url=sqlite_broker.database_url))
        assert comparing.make_due(made) == 1
        [context] = [context for event, context in told(made) if event == "comparison_published"]
        assert made.comparer is not None
        made.comparer.close()
    assert (context["consumer_version"], context["provider_version"], context["success"]) == ("s1", "o1", True)
    assert not {"comparison_url", "provider_contract_url"} & context.keys()


def test_a_comparison_that_nobody_watches_calls_nobody(broker: Broker, world: World) -> None:
    hook(broker, consumer={"name": "web"})
    expect(broker, ORDER, "s1")
    say(broker, ORDER, "o1")
    assert comparing.make_due(world) == 1
    assert told(world) == []


def describe(broker: Broker, number: str, **documents: dict[str, Any]) -> None:
    """Publish descriptions of a provider's version, each by its name."""
    for name, document in documents.items():
        content = base64.b64encode(json.dumps(document).encode()).decode()
        body = {"content": content, "contractType": "openapi", "contentType": "application/json", "name": name}
        broker.client.put(f"/contracts/provider/orders/version/{number}", json=body).raise_for_status()


def verdicts(world: World) -> list[tuple[str, str, bool | None]]:
    """The comparisons that were told, with the provider's version and the verdict on it."""
    found = [(event, context) for event, context in told(world) if event.startswith("comparison")]
    return [(event.partition("_")[2], context["provider_version"], context.get("success")) for event, context in found]


def test_the_verdict_is_that_of_all_documents_of_a_version_as_in_the_gate(broker: Broker, world: World) -> None:
    elsewhere = openapi(paths={"/health": {"get": {"responses": {"200": {"description": "fine"}}}}})
    hook(broker)
    publish_pact(broker, "s1", pact())
    describe(broker, "o1", health=elsewhere, orders=openapi())
    assert comparing.make_due(world) == 2
    assert verdicts(world) == [("published", "o1", None), ("published", "o1", True), ("succeeded", "o1", True)]
    describe(broker, "o2", health=elsewhere, orders=openapi("string"))
    assert comparing.make_due(world) == 1
    assert verdicts(world)[3:] == [("published", "o2", False), ("failed", "o2", False)]


def test_the_verdict_is_under_the_policy_of_the_two(broker: Broker, world: World) -> None:
    hook(broker)
    publish_pact(broker, "s1", pact())
    policy = {"not_covered": "allows"}
    broker.client.put("/integrations/provider/orders/consumer/web/policy", json=policy).raise_for_status()
    described = openapi()
    described["paths"]["/orders/7"]["get"]["security"] = [{"not described": []}]
    describe(broker, "o1", orders=described)
    assert comparing.make_due(world) == 1
    number = told(world)[-1][1]["comparison_url"].rpartition("/")[2]
    assert broker.read(f"/comparisons/{number}")["success"] is None
    asked = "/matrix?q[][pacticipant]=web&q[][version]=s1&q[][pacticipant]=orders&q[][version]=o1&latestby=cvpv"
    assert broker.read(asked)["summary"]["deployable"] is True
    assert verdicts(world) == [("published", "o1", True), ("succeeded", "o1", True)]
