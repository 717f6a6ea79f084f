"""What is given out and supported, over HTTP."""

from typing import Any

import httpx
import pytest

from tests.support.brokers import Broker
from tests.support.golden import same_as_golden

MERGE_PATCH = {"Content-Type": "application/merge-patch+json"}


@pytest.fixture
def uuid(broker: Broker) -> str:
    """An environment called production."""
    made = broker.client.post("/environments", json={"name": "production", "production": True})
    return str(made.raise_for_status().json()["uuid"])


def release(broker: Broker, uuid: str, name: str, number: str) -> httpx.Response:
    broker.client.put(f"/pacticipants/{name}/versions/{number}", json={}).raise_for_status()
    return broker.client.post(f"/pacticipants/{name}/versions/{number}/released-versions/environment/{uuid}", json={})


def end(broker: Broker, released: dict[str, Any]) -> dict[str, Any]:
    path = released["_links"]["self"]["href"]
    answer = broker.client.patch(path, content=b'{"currentlySupported": false}', headers=MERGE_PATCH)
    found: dict[str, Any] = answer.raise_for_status().json()
    return found


def supported(broker: Broker, uuid: str, query: str = "") -> list[str]:
    found = broker.read(f"/environments/{uuid}/released-versions/currently-supported{query}")
    return [each["_embedded"]["version"]["number"] for each in found["_embedded"]["releasedVersions"]]


def test_a_release_says_what_is_supported_where(broker: Broker, uuid: str) -> None:
    made = release(broker, uuid, "app", "1.0")
    same_as_golden("released_version", made)
    assert broker.client.get(made.headers["location"]).json() == made.json()
    of_version = broker.client.get(f"/pacticipants/app/versions/1.0/released-versions/environment/{uuid}")
    same_as_golden("released_versions_of_version", of_version)
    listed = broker.client.get(f"/environments/{uuid}/released-versions/currently-supported?pacticipant=app")
    same_as_golden("currently_supported", listed)


def test_releases_stand_side_by_side(broker: Broker, uuid: str) -> None:
    assert release(broker, uuid, "app", "1").status_code == 201
    assert release(broker, uuid, "app", "2").status_code == 201
    assert release(broker, uuid, "other", "2").status_code == 201
    assert supported(broker, uuid) == ["2", "2", "1"]
    assert supported(broker, uuid, "?pacticipant=app") == ["2", "1"]
    assert supported(broker, uuid, "?pacticipant=app&version=1") == ["1"]
    assert supported(broker, uuid, "?version=2") == ["2", "2"]
    assert supported(broker, uuid, "?pacticipant=nobody") == []


def test_support_ends_and_may_begin_again(broker: Broker, uuid: str) -> None:
    first = release(broker, uuid, "app", "1").json()
    again = release(broker, uuid, "app", "1")
    assert (again.status_code, again.json()) == (200, first)

    over = end(broker, first)
    assert over["currentlySupported"] is False
    assert "supportEndedAt" in over
    assert end(broker, first) == over
    assert supported(broker, uuid) == []

    reopened = release(broker, uuid, "app", "1")
    assert reopened.status_code == 200
    assert (reopened.json()["uuid"], reopened.json()["currentlySupported"]) == (first["uuid"], True)
    assert "supportEndedAt" not in reopened.json()
    assert supported(broker, uuid) == ["1"]


def test_support_does_not_begin_by_a_change(broker: Broker, uuid: str) -> None:
    path = release(broker, uuid, "app", "1").headers["location"]
    refused = broker.client.patch(path, content=b'{"currentlySupported": true}', headers=MERGE_PATCH)
    assert (refused.status_code, list(refused.json()["errors"])) == (422, ["currentlySupported"])
    assert broker.client.patch(path, content=b"{}", headers=MERGE_PATCH).status_code == 200
    assert broker.client.patch(path, json={}).status_code == 415
    assert broker.client.patch("/released-versions/none", content=b"{}", headers=MERGE_PATCH).status_code == 404
    assert supported(broker, uuid) == ["1"]


def test_unknown_versions_and_environments_are_not_found(broker: Broker, uuid: str) -> None:
    release(broker, uuid, "app", "1")
    for path in (
        f"/pacticipants/app/versions/9/released-versions/environment/{uuid}",
        "/pacticipants/app/versions/1/released-versions/environment/none",
    ):
        assert broker.client.get(path).status_code == 404
        assert broker.client.post(path, json={}).status_code == 404
    broker.client.put("/pacticipants/app/versions/2", json={})
    empty = broker.read(f"/pacticipants/app/versions/2/released-versions/environment/{uuid}")
    assert empty["_embedded"]["releasedVersions"] == []
    assert broker.client.get("/environments/none/released-versions/currently-supported").status_code == 404
