"""Integers of more than 64 bits, wherever a body is free to hold them: kept to the digit, and told again."""

from tests.support.brokers import Broker

LONG = 10**30


def test_contacts_of_an_environment_hold_long_integers(broker: Broker) -> None:
    contacts = [{"name": "Team", "details": {"phone": LONG}}]
    made = broker.client.post("/environments", json={"name": "uat", "production": False, "contacts": contacts})
    assert (made.status_code, made.json()["contacts"]) == (201, contacts)
    assert broker.read("/environments")["_embedded"]["environments"][0]["contacts"] == contacts


def test_results_of_a_verification_hold_long_integers(broker: Broker) -> None:
    pact = {"interactions": [{"description": "asks", "_id": "one", "key": LONG}]}
    path = "/pacts/provider/Bar/consumer/Foo/version/1"
    assert broker.client.put(path, json=pact).status_code == 201
    results = broker.read(path)["_links"]["pb:publish-verification-results"]["href"]
    told = {"tests": [{"interactionId": "one", "success": True, "took": LONG}]}
    made = broker.client.post(results, json={"success": True, "providerApplicationVersion": "2", "testResults": told})
    assert (made.status_code, made.json()["testResults"]) == (201, told)
    assert broker.read(made.headers["location"])["testResults"] == told
    extended = broker.client.get(path, headers={"Accept": "application/vnd.pactbrokerextended.v1+json"})
    assert extended.json()["interactions"][0]["tests"][0]["took"] == LONG


def test_the_body_of_a_webhook_holds_long_integers(broker: Broker) -> None:
    request = {"method": "POST", "url": "https://ci.example.org/", "body": {"id": LONG}}
    made = broker.client.post("/webhooks", json={"request": request})
    assert (made.status_code, made.json()["request"]["body"]) == (201, {"id": LONG})
    assert broker.read(made.headers["location"])["request"]["body"] == {"id": LONG}
