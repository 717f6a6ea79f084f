"""Every link and every template of every answer, followed over a realistic store: none leads to nothing.

What is not meant to be read, or may not be there, is named here with its reason.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from tests.support.brokers import Broker
from tests.support.pacts import deployed, environment, interaction, pact, put, verified

WRITTEN_TO = {
    "pb:publish-consumer-contract",
    "pb:provider-contracts-for-verification",
    "pb:publish-contracts",
    "pb:publish-verification-results",
    "pb:execute",
    "pb:recompare",
    "pf:publish-provider-contract",
}
"""Links that take a POST and cannot be read."""
MAY_BE_MISSING = {
    "pb:previous-distinct": "a first pact has none before it",
    "pb:latest-untagged-pact-version": "where every version has a tag there is none",
    "pb:tag-prod-version": "is PUT to give the tag",
}
"""Links that every pact has, though what they name may not be there: their 404 says what is missing."""
PICTURE = {"Accept": "image/svg+xml"}
UNPREFIXED = {"self", "page", "next", "previous"}
"""Relations that need no description."""

VARIABLES = {
    "provider": "orders",
    "consumer": "web",
    "consumerApplicationVersion": "1",
    "pacticipant": "web",
    "version": "1",
    "tag": "prod",
    "branch": "main",
    "environment": "test",
    "label": "shop",
    "environmentTag": "prod",
}


def store(broker: Broker) -> dict[str, str]:
    """Two consumers of two providers, on branches, with tags, labels, results and what runs where."""
    test = environment(broker, "test")
    for number in ("1", "2"):
        path = put(broker, pact("web", "orders", interaction(number)), number, branch="main", tags=["prod"])
        verified(broker, path, f"o{number}", branch="main")
    put(broker, pact("web", "stock"), "3", branch="feat%2Fx")
    verified(broker, put(broker, pact("app", "orders"), "1"), "o2", success=False)
    deployed(broker, "web", "1", "test")
    for link in broker.read("/pacticipants/orders/versions/o1")["_links"]["pb:record-release"]:
        broker.client.post(link["href"], json={}).raise_for_status()
    document = {"content": "b3BlbmFwaTogMy4xLjA=", "contractType": "oas", "verificationResults": {"content": "b2s="}}
    broker.client.put("/contracts/provider/orders/version/o1", json=document).raise_for_status()
    for name, label in (("web", "shop"), ("orders", "shop")):
        broker.client.put(f"/pacticipants/{name}/labels/{label}", json={}).raise_for_status()
    watching = {"request": {"method": "POST", "url": "https://ci.example/${pactbroker.eventName}"}}
    webhook = broker.client.post("/webhooks", json=watching).raise_for_status().json()["uuid"]
    sha = broker.read("/pacts/provider/orders/consumer/web/version/1")["_links"]["pb:pact-version"]["name"]
    return {**VARIABLES, "uuid": test.rpartition("/")[2], "pactVersion": sha, "pb:webhook": webhook}


def links_of(value: Any, relation: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every link in a document, with its relation."""
    if isinstance(value, list):
        for item in value:
            yield from links_of(item, relation)
    elif isinstance(value, dict):
        if isinstance(value.get("href"), str):
            yield relation, value
        else:
            for name, inner in value.items():
                yield from links_of(inner, name)


def expanded(relation: str, link: dict[str, Any], values: dict[str, str]) -> str:
    """A link's address; the variables of a template get values that stand for something in the store."""
    href: str = link["href"]
    assert "{" not in href or "templated" in link, link
    return re.sub(r"\{(\w+)\}", lambda found: values.get(relation) or values[found[1]], href)


def test_every_link_and_template_leads_somewhere(broker: Broker) -> None:
    values = store(broker)
    waiting, statuses = ["/"], {"/": 200}
    templates: dict[str, set[int]] = defaultdict(set)
    relations: set[str] = set()
    curies: set[str] = set()
    while waiting:
        for relation, link in links_of(broker.read(waiting.pop())):
            if relation == "curies":
                curies.add(link["href"])
                continue
            relations.add(relation.rpartition(":")[2])
            path = expanded(relation, link, values).removeprefix(broker.url) or "/"
            if path not in statuses:
                answer = broker.client.get(path, headers=PICTURE if path.endswith("/badge") else None)
                statuses[path] = answer.status_code
                assert broker.client.options(path).status_code == 200, (relation, path, "has no route")
                if answer.status_code == 200 and "json" in answer.headers["content-type"]:
                    waiting.append(path)
            if "{" in link["href"]:
                templates[relation].add(statuses[path])
            else:
                allowed = {405} if relation in WRITTEN_TO else {200, 404} if relation in MAY_BE_MISSING else {200}
                assert statuses[path] in allowed, (relation, path, statuses[path])
    assert len(statuses) > 150
    assert not {relation for relation, found in templates.items() if 200 not in found} - WRITTEN_TO
    assert all(found <= {200, 404, 405} for found in templates.values())
    assert {broker.client.get(curie.replace("{rel}", "version")).status_code for curie in curies} == {200}
    assert not {
        relation for relation in relations - UNPREFIXED if broker.client.get(f"/doc/{relation}").status_code != 200
    }
