"""The pact with its test results in it, for those who ask for that media type by name."""

import pytest

from tests.support.brokers import Broker
from tests.support.golden import same_as_golden
from tests.support.pacts import interaction, pact, put

EXTENDED = {"Accept": "application/vnd.pactbrokerextended.v1+json"}
PAIR = "/pacts/provider/orders/consumer/web"


def test_each_interaction_carries_what_the_newest_verification_said_about_it(broker: Broker) -> None:
    path = put(broker, pact("web", "orders", interaction("lists"), interaction("adds", state="a cart")), "1")
    document = broker.read(path)
    first = document["interactions"][0]["_id"]
    tests = [
        {"interactionId": first, "success": True},
        {"interactionDescription": "adds", "interactionProviderState": "a cart", "success": False, "exceptions": []},
    ]
    for results in ([{"interactionId": first, "success": False}], {"tests": tests, "summary": {}}):
        body = {"success": False, "providerApplicationVersion": "9", "testResults": results}
        to = document["_links"]["pb:publish-verification-results"]["href"]
        broker.client.post(to, json=body).raise_for_status()
    same_as_golden("pact_extended", broker.client.get(path, headers=EXTENDED))


@pytest.mark.parametrize("address", ["latest", "version/1", "latest-untagged", "version/2/previous-distinct"])
def test_every_address_of_a_pact_offers_it(broker: Broker, address: str) -> None:
    for number in ("1", "2"):
        put(broker, pact("web", "orders", interaction(number)), number)
    answer = broker.client.get(f"{PAIR}/{address}", headers=EXTENDED)
    assert answer.headers["content-type"] == f"{EXTENDED['Accept']};charset=utf-8"
    assert answer.json()["interactions"][0]["tests"] == []
    assert "tests" not in broker.read(f"{PAIR}/{address}")["interactions"][0]
