"""A shop's pacts, and how a provider asks which of them to verify; for the tests of pacts for verification."""

from typing import Any

from tests.broker.test_publishing import contract, publish
from tests.support.brokers import Broker
from tests.support.pacts import deployed, environment, interaction, pact

URL = "/pacts/provider/orders/for-verification"


def released(broker: Broker, name: str, number: str, place: str) -> None:
    """Record that a version was released to an environment."""
    links = broker.read(f"/pacticipants/{name}/versions/{number}")["_links"]["pb:record-release"]
    href = next(link["href"] for link in links if link["name"] == place)
    broker.client.post(href, json={}).raise_for_status()


def send(broker: Broker, version: str, path: str, *, consumer: str = "web", **more: Any) -> None:
    """Publish a pact with orders about one path."""
    document = pact(consumer, "orders", interaction("asks", path))
    answer = publish(broker, version, contract(consumer, "orders", document), pacticipantName=consumer, **more)
    assert answer.status_code == 200, answer.text


def ask(broker: Broker, *selectors: dict[str, Any], **more: Any) -> list[dict[str, Any]]:
    """What orders is to verify, by selectors."""
    answer = broker.client.post(URL, json={"consumerVersionSelectors": list(selectors), **more})
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["_embedded"]["pacts"]
    return found


def named(pacts: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """(consumer version, short description) of each pact."""
    return [
        (one["_links"]["self"]["name"].partition("(")[2].partition(")")[0], one["shortDescription"]) for one in pacts
    ]


def filled(broker: Broker) -> Broker:
    """web 1 deployed, 2 released, 3 head of main, 4 head of feature and tagged dev; api 1 without a main branch."""
    environment(broker, "production", production=True)
    environment(broker, "store", production=True)
    for version, line in (("1", "main"), ("2", "main"), ("3", "main"), ("4", "feature")):
        send(broker, version, f"/{version}", branch=line, tags=["dev"] if version in "14" else [])
    deployed(broker, "web", "1", "production")
    released(broker, "web", "2", "store")
    send(broker, "1", "/api", consumer="api")
    return broker


def pending(broker: Broker, **more: Any) -> bool:
    """Whether the one pact of the branch feature is pending."""
    (one,) = ask(broker, {"branch": "feature"}, **more)
    found: bool = one["verificationProperties"]["pending"]
    return found
