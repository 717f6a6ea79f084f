"""Tags of versions over HTTP."""

from tests.support.brokers import Broker
from tests.support.golden import same_as_golden
from tests.support.pacts import pact, put, verified, version_of
from tests.support.pointers import pointer_differences


def test_a_version_is_tagged_and_tagged_again(broker: Broker) -> None:
    path = "/pacticipants/shop/versions/1.0/tags/feat%2Fx"
    same_as_golden("tag_made", broker.client.put(path, json={}))
    again = broker.client.put(path, json={})
    assert again.status_code == 200
    assert broker.client.get(path).json() == again.json()
    assert broker.client.put("/pacticipants/shop/versions/1.0/tags/b", content=b"").status_code == 201


def test_unknown_tags_are_not_found(broker: Broker) -> None:
    version_of(broker, "shop", "1.0", branch="main")
    for path in (
        "/pacticipants/shop/versions/1.0/tags/none",
        "/pacticipants/shop/versions/9/tags/none",
        "/pacticipants/nobody/versions/1.0/tags/none",
    ):
        assert broker.client.get(path).status_code == 404
        assert broker.client.delete(path).status_code == 404


def test_a_tag_is_taken_off_with_what_it_proved(broker: Broker) -> None:
    path = put(broker, pact("shop", "billing"), "1", branch="main")
    for number in ("b1", "b2"):
        version_of(broker, "billing", number, tags=["prod"])
        verified(broker, path, number)
    for number in ("b1", "b2"):
        assert broker.client.delete(f"/pacticipants/billing/versions/{number}/tags/prod").status_code == 204
        assert pointer_differences(broker.database_url) == ()
    assert broker.client.get("/pacticipants/billing/versions/b1/tags/prod").status_code == 404
    assert broker.client.get("/pacticipants/billing/latest-version/prod").status_code == 404


def test_taking_a_tag_off_does_not_undeploy(broker: Broker) -> None:
    uuid = broker.client.post("/environments", json={"name": "test", "production": False}).json()["uuid"]
    version_of(broker, "shop", "1", tags=["test"])
    broker.client.delete("/pacticipants/shop/versions/1/tags/test").raise_for_status()
    found = broker.read(f"/environments/{uuid}/deployed-versions/currently-deployed")
    assert len(found["_embedded"]["deployedVersions"]) == 1
