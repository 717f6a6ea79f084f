"""Every link of every resource, followed through a proxy that serves the broker under a path of its own."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.conftest import StartBroker
from tests.support.brokers import Broker
from tests.support.pacts import pact

BASE = "https://pacts.example/team/broker"
RELATIVE = "pb:matrix"
"""The one link without a base, in the reference and here; nobody's command line follows it."""
WITH_QUERY = {"pb:matrix-for-consumer-version", "next", "previous"}
"""Clients keep only the path of a link, so none of those that they follow has a query."""
STARTS = (
    "/",
    "/pacticipants?size=1",
    "/pacts/latest",
    "/integrations",
    "/environments",
    "/labels",
    "/pacts/provider/b%20%C3%A9/for-verification",
    "/pacts/provider/b%20%C3%A9",
    "/pacticipants/a%2Fb/branches",
    "/pacticipants/a%2Fb/versions",
    "/matrix?q[][pacticipant]=a%2Fb&q[][version]=1%2B2&latestby=cvpv",
    "/can-i-deploy?pacticipant=a%2Fb&version=1%2B2&environment=test",
    "/verification-results/consumer/a%2Fb/version/1%2B2/latest",
)


@pytest.fixture
def proxied(sqlite_url: str, start_broker: StartBroker) -> Broker:
    """A broker behind a proxy that strips a path, with something of everything under names that need care."""
    broker = start_broker(sqlite_url, base_urls=(BASE,))
    path = "/pacts/provider/b%20%C3%A9/consumer/a%2Fb/version/1%2B2"
    for put_first in ("branches/feat%2Fx/versions/1%2B2", "versions/1%2B2/tags/100%25", "labels/l"):
        broker.client.put(f"/pacticipants/a%2Fb/{put_first}", json={})
    links = broker.client.put(path, json=pact("a/b", "b é")).json()["_links"]
    result = {"success": True, "providerApplicationVersion": "9"}
    broker.client.post(_inner(links["pb:publish-verification-results"]["href"]), json=result).raise_for_status()
    uuid = broker.client.post("/environments", json={"name": "test", "production": False}).json()["uuid"]
    for kind in ("deployed", "released"):
        broker.client.post(f"/pacticipants/a%2Fb/versions/1%2B2/{kind}-versions/environment/{uuid}", json={})
    return broker


def _inner(href: str) -> str:
    """What the proxy passes on."""
    assert href.startswith(BASE), href
    return href.removeprefix(BASE) or "/"


def _links(value: Any, relation: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every link in a document, with its relation."""
    if isinstance(value, list):
        for item in value:
            yield from _links(item, relation)
    elif isinstance(value, dict):
        if isinstance(value.get("href"), str):
            yield relation, value
        else:
            for key, inner in value.items():
                yield from _links(inner, key)


def test_every_link_starts_with_the_outer_address_and_leads_somewhere(proxied: Broker) -> None:
    waiting, seen, followed = list(STARTS), set(STARTS), 0
    while waiting:
        path = waiting.pop()
        answer = proxied.client.get(path)
        assert answer.status_code in {200, 404, 405}, (path, answer.text)
        if answer.status_code != 200 or "json" not in answer.headers["content-type"]:
            continue
        assert proxied.url not in answer.text, path
        for relation, link in _links(answer.json()):
            if relation == RELATIVE and path.startswith("/integrations"):
                continue
            inner = _inner(link["href"])
            assert "{" not in inner or "templated" in link, (path, relation)
            assert (
                "?" not in inner.partition("{")[0]
                or relation in WITH_QUERY
                or "can-i-deploy" in relation
                or (relation == "curies")
            ), (path, relation, inner)
            if "{" not in inner and inner not in seen:
                followed += 1
                seen.add(inner)
                waiting.append(inner)
    assert followed > 40


def test_new_resources_are_told_at_their_outer_address(proxied: Broker) -> None:
    made = proxied.client.post("/environments", json={"name": "other", "production": False})
    assert made.headers["location"] == f"{BASE}/environments/{made.json()['uuid']}"
    assert proxied.client.get(_inner(made.headers["location"])).json() == made.json()
